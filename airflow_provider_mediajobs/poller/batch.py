# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the next call asks. Pure: packs jobs that are due into the vendor's calls and fills free places.

A **pool** holds the jobs of one kind and one source. Its order is that of a heap by due time: O(log n) a look. Entries
that have become outdated (the job was looked at, or nobody waits any more) are dropped when they come up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

from ..core.job import JobRef
from ..core.kind import JobKind
from .experience import Experience
from .listing import PAGE_SIZE, Listing, Worth
from .probes import CHEAPEST, Probes
from .rotation import Rotation
from .schedule import NEVER, PRICE
from .tracked_job import NOW, Call, CallKind, TrackedJob
from .wider import Wider

__all__ = ["ALONE", "NOW", "Call", "CallKind", "Pool", "TrackedJob"]

W = TypeVar("W")

PROBED = 3
"""Looks from which on a probe in their place pays: it costs a call, and so does each confirmation."""

SLOTS = 12.0
"""Seconds of expected delay that a call is worth, for every second of quota it uses up."""

ALONE = 64
"""Strikes that leave room for no other job in a batch."""

UNSHARED = 0.5
"""The least backpressure for a look that shares its call with few others: a quiet account is not asked all day."""

LATE = 2.0
"""Calls' worth of time by which the next job may be late before the quota counts as short."""

CHEAPER = 1.5
"""Where looks have become cheaper by this factor, all due times are worked out anew,"""

AT_ONCE = 50
"""so many with each call."""


class Pool(Generic[W]):
    """The jobs of one kind and source.

    :param spacing: seconds of quota that one call uses up.
    :param probing: seconds of a quota of their own that a probe uses up; ``None`` where probes take calls from looks.
    """

    def __init__(self, kind: JobKind, spacing: float, probing: float | None = None) -> None:
        self.kind = kind
        self.experience = Experience()
        self.listing = Listing() if kind.read_page is not None else None
        self._spacing = spacing
        self.jobs: dict[JobRef, TrackedJob[W]] = {}
        self.rotation: Rotation[W] = Rotation(spacing, 1 if self._grouped else min(kind.batch_size, 10))
        self._groups: dict[tuple[str | None, ...], dict[JobRef, TrackedJob[W]]] = {}
        self._together: list[tuple[float, int, TrackedJob[W]]] = []
        self._singly: list[tuple[float, int, TrackedJob[W]]] = []
        self._number = count()
        self.wider = Wider()
        self._probed = PROBED * (1 if self._grouped else kind.batch_size)
        self.probes: Probes[W] | None = None if probing is None else Probes(self, self._probed, SLOTS * probing)
        self._backpressure = 1.0  # at which due times were worked out
        self._dear: list[TrackedJob[W]] = []  # those worked out at a backpressure that is past
        self._doubts = 0  # that are known

    # --- what is in it ------------------------------------------------------------------------------------------

    def add(self, job: TrackedJob[W], backpressure: float = 1.0) -> None:
        """From now on it is looked at."""
        self.jobs[job.ref] = job
        self.rotation.join(job)
        if self._grouped:
            self._groups.setdefault(self._group(job.ref), {})[job.ref] = job
        if self.listing is not None:
            self.listing.enter(job.ref)
        self.push(job, backpressure)

    def remove(self, job: TrackedJob[W]) -> None:
        """Nobody waits for it any more."""
        del self.jobs[job.ref]
        self.rotation.leave(job)
        job.due, job.entry, job.probe = NEVER, -1, -1
        if self.listing is not None:
            self.listing.leave(job.ref)
        if self._grouped:
            group = self._groups[self._group(job.ref)]
            del group[job.ref]
            if not group:
                del self._groups[self._group(job.ref)]

    def push(self, job: TrackedJob[W], backpressure: float = 1.0) -> None:
        """It has a new due time, and is part of no call."""
        job.busy = False
        if self.jobs.get(job.ref) is job:
            self._enter(job, self._due(job, backpressure))
            # A list answers for whatever is on a page: there are no turns to take.
            self.rotation.hazard = self.experience.lengths.mean_hazard if self.listing is None else 0.0
            if self.experience.doubts != self._doubts:
                self._doubts = self.experience.doubts
                self.rotation.doubt()
            self.rotation.enter(job)
            if self.probes is not None:
                self.probes.enter(job)

    def postpone(self, job: TrackedJob[W], due: float) -> None:
        """It is due at this time, whatever its schedule says."""
        job.busy = False
        if self.jobs.get(job.ref) is job:
            self._enter(job, due)

    def _enter(self, job: TrackedJob[W], due: float) -> None:
        job.due, job.entry = due, next(self._number)
        heappush(self._singly if job.alone else self._together, (due, job.entry, job))

    def _group(self, ref: JobRef) -> tuple[str | None, ...]:
        return tuple(ref.get(name) for name in self.kind.group_by)

    def _due(self, job: TrackedJob[W], backpressure: float) -> float:
        price = self._price(job)
        return job.due_at(max(backpressure, UNSHARED) if price == PRICE else backpressure, price)

    def _price(self, job: TrackedJob[W]) -> float:
        """Seconds of expected delay that a look is worth: its part of a call."""
        shared = len(self._groups[self._group(job.ref)]) if self._grouped else min(self.kind.batch_size, 10)
        if self.kind.probe is not None and self.probes is None and len(self.jobs) >= self._probed:
            shared = max(shared, min(self.kind.probe_size, len(self.jobs)))
        return max(CHEAPEST, min(PRICE, SLOTS * self._spacing / shared))

    @property
    def _grouped(self) -> bool:
        """Whether one call answers for all jobs that share some ids."""
        return bool(self.kind.group_by) and self.kind.batch_size > 1

    # --- what is asked ------------------------------------------------------------------------------------------

    def next_due(self) -> float:
        """When the next look is wanted."""
        return min(self._next_wanted(), self.rotation.due())

    def _next_wanted(self) -> float:
        """When it is by what is expected of the jobs."""
        return min(self._front(self._together), self._front(self._singly))

    def soonest(self, backpressure: float) -> float:
        """When the next look may be made.

        While the quota is short, and until all due times are those of a quota that is not, no call is left unused.
        """
        due, wanted = self.next_due(), self._next_wanted()
        short = backpressure > 1 or self._backpressure > 1 or self._dear
        return min(due, self._sooner(wanted)[0][2].earliest) if short and wanted < NEVER else due

    def take(self, now: float, backpressure: float = 1.0) -> Call[W] | None:
        """The call to make now: the most due job, and with it as many as the vendor answers for at once."""
        first = self._pop_due(now, backpressure)
        if first is None:
            return None
        call = self._call(first, now)
        spare = sum(job.due <= now for job in call.jobs if not job.in_turn)
        turns_only = not spare and any(job.in_turn for job in call.jobs)
        call.worth = None if turns_only else self._price(first) * spare / self._spacing
        for job in call.jobs:
            job.busy, job.called_at = True, now
            job.due, job.entry, job.turn, job.in_turn = NEVER, -1, -1, False
        call.pressed = not turns_only and self._lateness(now) > LATE * self._spacing
        return call

    def _lateness(self, now: float) -> float:
        """Seconds for which the most due job has been due; those that a probe calls for come first and do not count."""
        due = self._next_wanted()
        return now - due if due > NOW else 0.0

    def _call(self, first: TrackedJob[W], now: float) -> Call[W]:
        if first.alone:
            return Call(CallKind.LOOK, [first])
        if self.listing is not None:
            return self._paged(self.listing, first, now) if self.wider.helps(now) else Call(CallKind.LOOK, [first])
        if self._probing(first, now):
            probed = self._filled(first, self.kind.probe_size, lambda job: self._probing(job, now), now)
            if len(probed) >= self._probed:
                return Call(CallKind.PROBE, probed)
            for job in probed[1:]:
                self._put_back(job)
        if self._grouped:
            return Call(CallKind.LOOK, self._mates(first))
        return Call(CallKind.LOOK, self._filled(first, self.kind.batch_size, lambda job: not job.alone, now))

    def _paged(self, listing: Listing, first: TrackedJob[W], now: float) -> Call[W]:
        """A page of the list where that ends more delay than the look."""
        free = [job for job in self.jobs.values() if not (job.busy or job.alone)]
        worth = [Worth(job.ref, job.schedule.worth(now), listing.place(job.ref)) for job in free]
        offset, gain = listing.best(worth)
        if gain <= first.schedule.worth(now) or len(free) < 2:
            return Call(CallKind.LOOK, [first])
        places = {job.ref: job.place for job in worth}
        on_page = [job for job in free if _within(places[job.ref], offset)]
        self._put_back(first)
        return Call(CallKind.PAGE, on_page, offset)

    def _mates(self, first: TrackedJob[W]) -> list[TrackedJob[W]]:
        """All jobs that the same call answers for."""
        group = self._groups[self._group(first.ref)]
        mates = [job for job in group.values() if job is not first and not job.busy]
        return [first, *mates][: self.kind.batch_size]

    def _filled(
        self, first: TrackedJob[W], size: int, fits: Callable[[TrackedJob[W]], bool], now: float
    ) -> list[TrackedJob[W]]:
        """With the next most due. What does not fit stays where it is; not everything is gone through for it."""
        chosen = [first]
        passed: list[TrackedJob[W]] = []
        limit = max(1, size >> first.strikes)
        while len(chosen) < limit and len(passed) <= size and (job := self._next_mate(now)) is not None:
            limit_with = max(1, size >> job.strikes)
            if fits(job) and len(chosen) < limit_with:
                chosen.append(job)
                limit = min(limit, limit_with)
            else:
                passed.append(job)
        for job in passed:
            self._put_back(job)
        return chosen

    def _next_mate(self, now: float) -> TrackedJob[W] | None:
        """The next most due that may share a call."""
        if self._front(self._together) == NEVER:
            return None
        if (job := self._pop_turn(now)) is not None:
            return job
        if self._front(self._together) > now and (job := self.rotation.next(now)) is not None:
            return job.picked(in_turn=True)
        return heappop(self._together)[2].picked()

    def _put_back(self, job: TrackedJob[W]) -> None:
        """It is part of no call after all."""
        job.in_turn = False
        self._enter(job, job.due)
        self.rotation.enter(job)

    def _pop_turn(self, now: float) -> TrackedJob[W] | None:
        """Whose turn it is in the rotation; not before those that a probe calls for."""
        if self._next_wanted() == NOW or (job := self.rotation.pop(now)) is None:
            return None
        return job.picked(in_turn=True)

    def _pop_due(self, now: float, backpressure: float) -> TrackedJob[W] | None:
        """The most due job. Due times of when looks were cheaper are worked out anew."""
        self._reprice(backpressure)
        if (job := self._pop_turn(now)) is not None:
            return job
        while (due := self._next_wanted()) <= now:
            job = heappop(self._sooner(due))[2]
            if (revised := self._due(job, backpressure)) <= now:
                return job.picked()
            self._enter(job, revised)
        return heappop(self._sooner(due))[2].picked() if self.soonest(backpressure) <= now else None

    def _reprice(self, backpressure: float) -> None:
        """Where looks have become cheaper, bring those forward that wait for it."""
        cheaper = backpressure < self._backpressure / CHEAPER or backpressure <= 1 < self._backpressure
        if cheaper and not self._dear:
            self._dear = list(self.jobs.values())
            self._backpressure = backpressure
        self._backpressure = max(self._backpressure, backpressure)
        for _ in range(min(AT_ONCE, len(self._dear))):
            job = self._dear.pop()
            if job.entry >= 0:
                self._enter(job, min(job.due, self._due(job, backpressure)))

    def _sooner(self, due: float) -> list[tuple[float, int, TrackedJob[W]]]:
        """Which of the two heaps begins with this due time."""
        return self._together if self._front(self._together) == due else self._singly

    def _front(self, heap: list[tuple[float, int, TrackedJob[W]]]) -> float:
        while heap and heap[0][1] != heap[0][2].entry:
            heappop(heap)
        return heap[0][0] if heap else NEVER

    # --- probes -------------------------------------------------------------------------------------------------

    def _probing(self, job: TrackedJob[W], now: float) -> bool:
        exact = now >= job.schedule.by  # a limit passes: a probe would not tell whether it is real
        mixed = self.kind.probe is not None and self.probes is None and self.wider.helps(now)
        return mixed and job.surely_runs and not exact

    def __iter__(self) -> Iterator[TrackedJob[W]]:
        return iter(list(self.jobs.values()))


def _within(place: float | None, offset: int) -> bool:
    return place is not None and offset <= place < offset + PAGE_SIZE
