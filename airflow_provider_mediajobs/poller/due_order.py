# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Orders the jobs of a pool by due time, in heaps, so that a look costs O(log n). Pure."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

from .schedule import NEVER
from .tracked_job import TrackedJob

W = TypeVar("W")


class DueOrder(Generic[W]):
    """The jobs of one pool by due time: those that may share a call, and those that are looked at alone.

    An entry is valid while its number is the ``entry`` of its job. Others are dropped when they come to the front: the
    job has another entry by now, is part of a call, or no wait waits for it.
    """

    __slots__ = ("_alone", "_number", "_shared")

    def __init__(self) -> None:
        self._shared: list[tuple[float, int, TrackedJob[W]]] = []
        self._alone: list[tuple[float, int, TrackedJob[W]]] = []
        self._number = count()

    def enter(self, job: TrackedJob[W], due: float) -> None:
        """Enter a job with a due time, in place of its entry so far."""
        job.due, job.entry = due, next(self._number)
        heappush(self._alone if job.alone else self._shared, (due, job.entry, job))

    def due(self) -> float:
        """Return the first due time of all; ``NEVER`` if there is no entry."""
        shared = self._front(self._shared)
        return min(shared, self._front(self._alone)) if self._alone else shared

    def shared_due(self) -> float:
        """Return the first due time of the jobs that may share a call; ``NEVER`` if there is no entry."""
        return self._front(self._shared)

    def first(self) -> TrackedJob[W]:
        """Return the most due job. There must be an entry."""
        return self._sooner()[0][2]

    def pop(self) -> TrackedJob[W]:
        """Remove and return the most due job. There must be an entry."""
        return heappop(self._sooner())[2]

    def pop_shared(self) -> TrackedJob[W]:
        """Remove and return the most due job of those that may share a call. There must be such an entry."""
        self._front(self._shared)
        return heappop(self._shared)[2]

    def _sooner(self) -> list[tuple[float, int, TrackedJob[W]]]:
        return self._shared if self._front(self._shared) <= self._front(self._alone) else self._alone

    def _front(self, heap: list[tuple[float, int, TrackedJob[W]]]) -> float:
        while heap and heap[0][1] != heap[0][2].entry:
            heappop(heap)
        return heap[0][0] if heap else NEVER
