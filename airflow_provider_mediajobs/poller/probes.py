# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides which jobs of a pool to probe next, if the vendor's operation for probes has its own quota. Pure.

Such probes take no calls from looks. A job is probed when its schedule would have it looked at if a look cost as little
as a probe does. Only jobs that the newest look showed running are probed; a job that a probe does not show running is
looked at.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import Generic, Protocol, TypeVar

from ..core.job import JobRef
from ..core.kind import JobKind
from .schedule import NEVER
from .tracked_job import Call, CallKind, TrackedJob
from .wider import Wider

W = TypeVar("W")

LEAST_PRICE = 0.1
"""The least price of a look or probe, in seconds of expected delay."""


class Probed(Protocol[W]):
    """The part of a pool that is used here."""

    kind: JobKind
    jobs: dict[JobRef, TrackedJob[W]]
    wider: Wider


class Probes(Generic[W]):
    """The probes of one pool.

    :param least: a pool with fewer jobs is not probed: looks are enough for it.
    :param price: the price of a probe of as many jobs as the vendor allows, in seconds of expected delay.
    """

    __slots__ = ("_heap", "_least", "_number", "_pool", "_price", "_size")

    def __init__(self, pool: Probed[W], least: int, price: float) -> None:
        self._pool = pool
        self._size, self._least = pool.kind.probe_size, least
        self._price = max(LEAST_PRICE, price / self._size)
        self._heap: list[tuple[float, int, TrackedJob[W]]] = []
        self._number = count()

    def enter(self, job: TrackedJob[W]) -> None:
        """Put a job into the order; a job that is part of a call is in none."""
        job.probe = -1
        if job.surely_runs:
            job.probe = next(self._number)
            heappush(self._heap, (job.due_at(1.0, self._price), job.probe, job))

    def next_due(self) -> float:
        """Return when the next probe is due."""
        if len(self._pool.jobs) < self._least:
            return NEVER
        return max(self._front(), self._pool.wider.since)

    def _front(self) -> float:
        """Return the first due time, after removing entries that are not valid any more."""
        while self._heap and self._is_past(self._heap[0]):
            heappop(self._heap)
        return self._heap[0][0] if self._heap else NEVER

    def take(self, now: float) -> Call[W] | None:
        """Return the probe to make now; ``None`` if none is due. It is filled up with the jobs that are due next."""
        chosen: list[TrackedJob[W]] = []
        if self.next_due() > now:
            return None
        while len(chosen) < self._size and self._front() < NEVER:
            job = heappop(self._heap)[2]
            if now < job.schedule.by:  # from then on a look is needed: a limit of a wait may have expired
                chosen.append(job.picked())
        for job in chosen:
            job.busy, job.called_at, job.due = True, now, NEVER
        return Call(CallKind.PROBE, chosen) if chosen else None

    def _is_past(self, entry: tuple[float, int, TrackedJob[W]]) -> bool:
        _, number, job = entry
        return number != job.probe or job.busy or not job.surely_runs
