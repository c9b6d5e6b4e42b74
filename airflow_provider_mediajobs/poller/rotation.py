# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Ensures that gates open no later than if all jobs were looked at in turn: their mean and 95th percentile. Pure.

The plain way to share a short quota is a **rotation**: look at all jobs in turn, as many in a call as the vendor
answers for. A round trip then takes a time that follows from the number of jobs. Here, a job that has not been looked
at for that long comes before all others, whatever their schedules say. Jobs of an age at which many jobs end come a
little sooner, others a little later. Only **patient** jobs may wait much longer: jobs such that hardly any like them
ends unforeseen. The calls that they leave unused are spent on looks at predicted ends.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

from .rounds import Rounds
from .schedule import NEVER
from .tracked_job import NOW, TrackedJob

W = TypeVar("W")
Entries = list[tuple[float, int, TrackedJob[W]]]

TRIP_PART = 0.95
"""The part of a round trip after which a job comes before all others."""

SHORTER = 0.5
"""Where a round trip takes less than this part of the longest by which jobs were ordered, they are ordered again."""

NEWEST = 20.0
"""By about how many of the newest calls is reckoned how many jobs one call answers for."""

LEAST_TRIPS, MOST_TRIPS = 0.7, 1.5
"""Bounds of the round trips after which a running job has its next turn. Between them, a job of an age at which many
jobs end has it sooner than others. While round trips become shorter, a turn is dealt by the longer one for a while."""


class Rotation(Generic[W]):
    """The rotation of one pool.

    :param spacing: seconds of quota that one call uses up.
    :param size: the most jobs that one look answers for.
    :param rounds: the round trips of all pools that share the limit.
    """

    __slots__ = (
        "_calls",
        "_ends",
        "_hazard",
        "_idle_at",
        "_impatient",
        "_jobs",
        "_least",
        "_longest",
        "_number",
        "_patient",
        "_per_call",
        "_size",
        "_spacing",
        "_turns",
        "_weighed",
        "_weights",
        "_young",
        "rounds",
    )

    def __init__(self, spacing: float, size: int, rounds: Rounds | None = None) -> None:
        self.rounds = rounds or Rounds()
        self._spacing = spacing
        self._least = float(size)
        self._per_call = self._least  # jobs that a call has answered for lately
        self._size = self._least  # what is reckoned with
        self._jobs, self._hazard = 0, 0.0
        self._calls = self._ends = 0.0  # this pool's part of what ``rounds`` counts
        self._young: Entries[W] = []  # jobs that may not be looked at yet, by the time from which they may
        self._turns: Entries[W] = []  # jobs that take turns, by one round trip before their next turn
        self._patient: Entries[W] = []  # patient jobs and those with an earlier ``by``, by the latest next look
        self._weights, self._weighed = 0.0, 0  # the sum of the jobs' weights, and the number of those that have one
        self._longest = 0.0  # the longest round trip by which jobs were put into the order
        self._number = count()
        self._impatient = -1  # the turn of the first of ``_turns`` where it is known that it is not patient
        self._idle_at: float | None = None  # the time for which it is known that no job has waited for too long

    def join(self, job: TrackedJob[W]) -> None:
        """Add a job; it is counted from the time on at which it may be looked at."""
        heappush(self._young, (job.schedule.first, next(self._number), job))

    def leave(self, job: TrackedJob[W]) -> None:
        """Remove a job, since no wait waits for it any more."""
        if job.counted:
            leave = self.rounds.found if job.schedule.over else self.rounds.dropped
            leave(self._spacing)
            self._change(-1)
        job.counted, job.waited_for, job.turn = False, False, -1
        self._weigh(job, 0.0)

    def answered(self, jobs: int, calls: int) -> None:
        """Take over how many jobs the newest calls have answered for: a probe answers for more than a look does.

        :param calls: how many calls that took; none, if nothing had to be asked.
        """
        if not calls:
            return
        self._per_call += (jobs / calls - self._per_call) * min(1.0, calls / NEWEST)
        if (size := max(self._least, self._per_call)) != self._size:
            self._size = size
            self._change(0)

    def expect(self, hazard: float) -> None:
        """Say how likely ends are.

        :param hazard: the chance that a job ends within a second; 0 switches the rotation off.
        """
        if hazard != self._hazard:
            self._hazard = hazard
            self._change(0)

    def _change(self, jobs: int) -> None:
        """Count so many more jobs, and tell ``rounds`` what that changes."""
        calls, ends = self._calls, self._ends
        self._jobs += jobs
        self._idle_at = None
        self._calls = max(1.0, self._jobs / self._size) if self._jobs and self._hazard else 0.0
        self._ends = self._jobs * self._hazard
        self.rounds.change(jobs, self._calls - calls, self._ends - ends)

    def enter(self, job: TrackedJob[W]) -> None:
        """Put a job into the order, by its last look or call; a job that is part of a call is in none."""
        job.turn = next(self._number)
        self._impatient = -1  # this job has taught something, by which another may be patient now
        self._idle_at = None
        schedule = job.schedule
        # The time of the call, not of its answer: while a slow answer is under way, other jobs have their turns.
        since = job.called_at if job.called_at > NOW else schedule.first if schedule.seen is None else schedule.seen
        trip, patient = self.trip(), schedule.patient
        self._longest = max(self._longest, trip)
        if patient:
            self._weigh(job, 0.0)
            latest = max(since + trip, schedule.latest(since, trip))
        else:
            self._weigh(job, schedule.weight(trip / 2) if trip < NEVER else 0.0)
            # Moved as if the last look had been earlier or later, so that the turn is due one round trip after this.
            since += trip * (self._trips(job) - 1) if job.weight else 0.0
            latest = since + trip
        if patient or job.called_at < schedule.by < latest:
            heappush(self._patient, (max(schedule.first, min(latest, schedule.by)), job.turn, job))
        else:
            heappush(self._turns, (since, job.turn, job))

    def _weigh(self, job: TrackedJob[W], weight: float) -> None:
        """Take over the weight of a job; 0 if it takes no turns, or none that differ from others'."""
        if job.weight:
            self._weights -= job.weight
            self._weighed -= 1
        if weight:
            self._weights += weight
            self._weighed += 1
        job.weight = weight

    def _trips(self, job: TrackedJob[W]) -> float:
        """Return after how many round trips a job that has a weight has its next turn: on average after about one."""
        return min(MOST_TRIPS, max(LEAST_TRIPS, self._weights / self._weighed / job.weight))

    def reorder(self) -> None:
        """Put all jobs into the order again, since what decided on their places has changed."""
        entries, self._turns, self._patient = [*self._turns, *self._patient], [], []
        self._longest = 0.0
        for _, turn, job in entries:
            if turn == job.turn:
                self.enter(job)

    def trip(self) -> float:
        """Return the seconds of a round trip, after which a job comes before all others."""
        return TRIP_PART * self.rounds.trip(self._spacing) if self._hazard else NEVER

    def due(self) -> float:
        """Return when the next job has waited for as long as it may."""
        return min(self._turn_due(), self._patience_ends())

    def _turn_due(self) -> float:
        """Return when the next of the jobs that are not patient has waited for a round trip."""
        if self.trip() < self._longest * SHORTER:
            self.reorder()
        turns = self._front(self._turns)
        while turns is not None and turns.turn != self._impatient:
            if not turns.schedule.patient:
                self._impatient = turns.turn
                break
            self.enter(heappop(self._turns)[2])
            turns = self._front(self._turns)
        return NEVER if turns is None else max(self._turns[0][0] + self.trip(), turns.earliest)

    def _patience_ends(self) -> float:
        """Return when the next of the patient jobs has waited for as long as it may."""
        patient = self._front(self._patient)
        return NEVER if patient is None else max(self._patient[0][0], patient.earliest)

    def pop(self, now: float) -> TrackedJob[W] | None:
        """Remove and return a job that has waited for as long as it may; ``None`` if there is none."""
        if now == self._idle_at:  # asked again to fill the same call
            return None
        self._count(now)
        in_turn, patient = self._turn_due(), self._patience_ends()
        if min(in_turn, patient) > now:
            self._idle_at = now
            return None
        return heappop(self._turns if in_turn <= patient else self._patient)[2]

    def next(self, now: float) -> TrackedJob[W] | None:
        """Remove and return the job whose turn is next, of those that are not patient, to fill a place in a call.

        ``None`` if it is not due within half a round trip.
        """
        turns = self._front(self._turns)
        half = turns is not None and max(self._turns[0][0] + self.trip() / 2, turns.earliest) <= now
        return heappop(self._turns)[2] if half else None

    def _count(self, now: float) -> None:
        """Update the number of jobs that may be looked at by now, and the fading memory of a larger number."""
        self.rounds.passed(now)
        while self._young and self._young[0][0] <= now:
            job = heappop(self._young)[2]
            if job.waited_for:
                job.counted = True
                self.rounds.came(self._spacing)
                self._change(1)

    def _front(self, heap: Entries[W]) -> TrackedJob[W] | None:
        while heap and heap[0][1] != heap[0][2].turn:
            heappop(heap)
        return heap[0][2] if heap else None
