# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The order in which jobs would be looked at in turn, and who may not wait longer than that. Pure.

The plain way to share a short quota is a **rotation**: all jobs in turn, as many a call as the vendor answers for. Its
round trip follows from how many wait. Whoever has not been looked at for as long comes first, whatever is thought of
other jobs: so no gate opens later than by the plain way. Only jobs of which it has been learnt that hardly one ends
unforeseen wait longer; what they leave unused is what looks at the right time may spend.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from math import exp
from typing import Generic, TypeVar

from .schedule import NEVER
from .tracked_job import TrackedJob

W = TypeVar("W")
Entries = list[tuple[float, int, TrackedJob[W]]]

ENDS_A_CALL = 0.009
"""Ends that a call of a rotation finds at least; where it would be fewer, the round trip is the longer."""

FEW = 12
"""Jobs that need no turns: the quota is not short, and a quiet account is not asked all day."""

BUSY_S = 1800.0
"""In which a rotation that has become smaller is forgotten: the last jobs of many are asked for as often."""

EAGER = 0.95
"""Of a round trip after which a job comes first: where it is all jobs' turn, nothing else gets a place."""


class Rotation(Generic[W]):
    """Of one pool.

    :param spacing: seconds of quota that one call uses up.
    :param size: jobs that it answers for.
    :ivar hazard: the chance of a job's end in a second.
    :ivar pace: the share of calls that the vendor lets through.
    """

    __slots__ = (
        "_busiest",
        "_jobs",
        "_now",
        "_number",
        "_patient",
        "_size",
        "_spacing",
        "_turns",
        "_young",
        "hazard",
        "pace",
    )

    def __init__(self, spacing: float, size: int) -> None:
        self.hazard = 0.0
        self.pace = 1.0
        self._spacing = spacing
        self._size = size
        self._jobs = 0
        self._young: Entries[W] = []  # by first look
        self._turns: Entries[W] = []  # by last look
        self._patient: Entries[W] = []  # and those of whom a look is wanted by some time: by latest look
        self._number = count()
        self._now = float("-inf")
        self._busiest = 0.0

    def join(self, job: TrackedJob[W]) -> None:
        """It is waited for; it takes its turns from its first look on."""
        heappush(self._young, (job.schedule.first, next(self._number), job))

    def leave(self, job: TrackedJob[W]) -> None:
        """It is not waited for any more."""
        if job.counted and not job.schedule.over:
            self._busiest *= (self._jobs - 1) / self._jobs
        self._jobs -= job.counted
        job.counted, job.waited_for, job.turn = False, False, -1

    def enter(self, job: TrackedJob[W]) -> None:
        """It takes its turn."""
        job.turn = next(self._number)
        schedule = job.schedule
        since = max(job.called_at, schedule.first if schedule.seen is None else schedule.seen)
        latest = since + self.trip()
        if schedule.patient:
            latest = max(latest, schedule.latest(self.trip()))
        if schedule.patient or job.called_at < schedule.by < latest:
            heappush(self._patient, (max(schedule.first, min(latest, schedule.by)), job.turn, job))
        else:
            heappush(self._turns, (since, job.turn, job))

    def doubt(self) -> None:
        """What was learnt has become doubtful: who was patient may not be any more."""
        patient, self._patient = self._patient, []
        for _, turn, job in patient:
            if turn == job.turn:
                self.enter(job)

    def trip(self) -> float:
        """Seconds until all have had their turn."""
        jobs = max(self._jobs, self._busiest)
        if jobs < FEW:
            return NEVER
        ends = jobs * self.hazard * self._spacing
        slower = max(1.0, ENDS_A_CALL / ends) ** 4 if ends > 0 else NEVER
        return EAGER * max(1.0, self._jobs / self._size) * self._spacing / self.pace * slower

    def due(self) -> float:
        """When the next of them has waited as long as it may."""
        return min(self._turn_due(), self._patience_ends())

    def _turn_due(self) -> float:
        turns = self._front(self._turns)
        while turns is not None and turns.schedule.patient:
            self.enter(heappop(self._turns)[2])
            turns = self._front(self._turns)
        return NEVER if turns is None else max(self._turns[0][0] + self.trip(), turns.earliest)

    def _patience_ends(self) -> float:
        patient = self._front(self._patient)
        return NEVER if patient is None else max(self._patient[0][0], patient.earliest)

    def pop(self, now: float) -> TrackedJob[W] | None:
        """Whoever has waited as long as it may."""
        self._count(now)
        in_turn, patient = self._turn_due(), self._patience_ends()
        if min(in_turn, patient) > now:
            return None
        return heappop(self._turns if in_turn <= patient else self._patient)[2]

    def next(self, now: float) -> TrackedJob[W] | None:
        """Whoever has waited longest of those that are not patient, and for half as long as it may."""
        turns = self._front(self._turns)
        half = turns is not None and max(self._turns[0][0] + self.trip() / 2, turns.earliest) <= now
        return heappop(self._turns)[2] if half else None

    def _count(self, now: float) -> None:
        """Those that take their turns by now."""
        while self._young and self._young[0][0] <= now:
            job = heappop(self._young)[2]
            if job.waited_for:
                job.counted = True
                self._jobs += 1
        self._busiest = max(self._jobs, self._busiest * exp((self._now - now) / BUSY_S))
        self._now = now

    def _front(self, heap: Entries[W]) -> TrackedJob[W] | None:
        while heap and heap[0][1] != heap[0][2].turn:
            heappop(heap)
        return heap[0][2] if heap else None
