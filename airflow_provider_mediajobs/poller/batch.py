# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides what the next call asks: packs the jobs that are due into calls, and fills free places with others. Pure.

A **pool** holds the jobs of one kind and one source. Its jobs are ordered by due time (:mod:`.due_order`); the rotation
(:mod:`.rotation`) puts those first that have waited too long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from ..core.job import JobRef
from ..core.kind import JobKind
from .due_order import DueOrder
from .experience import Experience
from .listing import Listing, Worth
from .probes import LEAST_PRICE, Probes
from .rotation import Rotation
from .rounds import Rounds
from .schedule import NEVER, PRICE
from .tracked_job import NOW, Call, CallKind, TrackedJob
from .wider import Wider

__all__ = ["ALONE", "NOW", "Call", "CallKind", "Pool", "TrackedJob"]

W = TypeVar("W")

LEAST_PROBED = 3
"""A probe is made only in place of at least so many looks: it costs a call, and so does a look at each job that it does
not show running."""

QUOTA_PRICE = 12.0
"""The price of a call, in seconds of expected delay, for each second of quota that it uses up."""

ALONE = 64
"""The value of ``TrackedJob.strikes`` that makes a job be looked at alone."""

LEAST_UNSHARED = 0.5
"""The least backpressure for a look that few jobs share: an account with few jobs is not polled all day."""

LATE_CALLS = 2.0
"""The quota counts as short when the most due job is late by the time of more calls than this."""

REPRICE_FACTOR = 1.5
REPRICED_A_CALL = 50
"""When backpressure has fallen by ``REPRICE_FACTOR``, all due times are calculated again: with each call those of
``REPRICED_A_CALL`` jobs."""


class Pool(Generic[W]):
    """The jobs of one kind and source.

    Methods that calculate due times take ``backpressure``, the factor by which the price of a look is multiplied.

    :param kind: says how many jobs a call may ask for, and whether there are probes and a list.
    :param spacing: seconds of quota that one look uses up.
    :param probing: seconds of quota that a probe uses up, if there are probes that have their own; else ``None``.
    :param rounds: those of all pools that share the limit.
    :ivar experience: what the jobs have shown of how long such jobs run.
    :ivar listing: where jobs are in the vendor's list; ``None`` if there is none.
    :ivar wider: when probes and pages may be made; ``probes``: the order of those that have their own quota.
    """

    def __init__(
        self, kind: JobKind, spacing: float, probing: float | None = None, rounds: Rounds | None = None
    ) -> None:
        self.kind = kind
        self.experience = Experience()
        self.listing = Listing() if kind.read_page is not None else None
        self._spacing = spacing
        self._grouped = bool(kind.group_by) and kind.batch_size > 1  # one call answers for all that share those ids
        self.jobs: dict[JobRef, TrackedJob[W]] = {}
        self.rotation: Rotation[W] = Rotation(spacing, 1 if self._grouped else min(kind.batch_size, 10), rounds)
        self._groups: dict[tuple[str | None, ...], dict[JobRef, TrackedJob[W]]] = {}
        self._order: DueOrder[W] = DueOrder()
        self.wider = Wider(NEVER if kind.group_by else spacing / kind.batch_size)
        self._probed = LEAST_PROBED * (1 if self._grouped else kind.batch_size)
        self.probes: Probes[W] | None = None if probing is None else Probes(self, self._probed, QUOTA_PRICE * probing)
        self._backpressure = 1.0  # the highest at which due times of the heaps were calculated
        self._to_reprice: list[TrackedJob[W]] = []  # jobs whose due times must be calculated again
        self._doubts = 0  # those of the experience that the rotation has taken into account

    # --- the jobs of the pool -----------------------------------------------------------------------------------

    def add(self, job: TrackedJob[W], backpressure: float = 1.0) -> None:
        """Add a job, and look at it from now on."""
        self.jobs[job.ref] = job
        self.rotation.join(job)
        if self._grouped:
            self._groups.setdefault(self._group(job.ref), {})[job.ref] = job
        if self.listing is not None:
            self.listing.enter(job.ref)
        self.push(job, backpressure)

    def remove(self, job: TrackedJob[W]) -> None:
        """Remove a job that no wait waits for any more."""
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
        """Calculate a job's due time and put it into the order; it is part of no call any more."""
        job.busy = False
        if self.jobs.get(job.ref) is job:
            self._order.enter(job, self._due(job, backpressure))
            # Jobs are not read from a list in turn: a page answers for whatever is on it.
            self.rotation.expect(self.experience.lengths.mean_hazard if self.listing is None else 0.0)
            if self.experience.doubts != self._doubts:
                self._doubts = self.experience.doubts
                self.rotation.reorder()
            self.rotation.enter(job)
            if self.probes is not None:
                self.probes.enter(job)

    def postpone(self, job: TrackedJob[W], due: float) -> None:
        """Put a job into the order with this due time, whatever its schedule says; it is part of no call any more."""
        job.busy = False
        if self.jobs.get(job.ref) is job:
            self._order.enter(job, due)

    def _group(self, ref: JobRef) -> tuple[str | None, ...]:
        return tuple(ref.get(name) for name in self.kind.group_by)

    def _due(self, job: TrackedJob[W], backpressure: float) -> float:
        price = self._price(job)
        return job.due_at(max(backpressure, LEAST_UNSHARED) if price == PRICE else backpressure, price)

    def _price(self, job: TrackedJob[W]) -> float:
        """Return the price of a look at a job in seconds of expected delay: that of a call, divided by its jobs."""
        shared = len(self._groups[self._group(job.ref)]) if self._grouped else min(self.kind.batch_size, 10)
        if self.kind.probe is not None and self.probes is None and len(self.jobs) >= self._probed:
            shared = max(shared, min(self.kind.probe_size, len(self.jobs)))
        return max(LEAST_PRICE, min(PRICE, QUOTA_PRICE * self._spacing / shared))

    # --- the next call ------------------------------------------------------------------------------------------

    def next_due(self) -> float:
        """Return when the next look is due, by the jobs' schedules or by the rotation."""
        return min(self._order.due(), self.rotation.due())

    def soonest(self, backpressure: float, *, early: bool = False) -> float:
        """Return when the next look may be made. It is made before it is due where the quota would be left unused.

        That is so while the quota is short, and afterwards until all due times have been calculated again.

        :param early: it may be made before it is due in any case.
        """
        due = self.next_due()
        early = early or backpressure > 1 or self._backpressure > 1 or bool(self._to_reprice)
        return min(due, self._order.first().earliest) if early and self._order.due() < NEVER else due

    def take(self, now: float, backpressure: float = 1.0, *, early: bool = False, half: bool = False) -> Call[W] | None:
        """Return the call to make now, with the most due job and as many others as the vendor answers for.

        The jobs are out of the order until they are pushed again. ``None`` if no look may be made now.

        :param early: as for :meth:`soonest`.
        :param half: a look leaves about half of few jobs for another call right after it.
        """
        first = self._pop_due(now, backpressure, early=early)
        if first is None:
            return None
        size = self.kind.batch_size
        call = self._call(first, now, min(size, max(1, len(self.jobs) // 2)) if half else size)
        spare = sum(job.due <= now for job in call.jobs if not job.in_turn)
        turns_only = not spare and any(job.in_turn for job in call.jobs)
        call.worth = None if turns_only else self._price(first) * spare / self._spacing
        for job in call.jobs:
            job.busy, job.called_at = True, now
            job.due, job.entry, job.turn, job.in_turn = NEVER, -1, -1, False
        call.pressed = not turns_only and self._lateness(now) > LATE_CALLS * self._spacing
        return call

    def _lateness(self, now: float) -> float:
        """Return the seconds for which the most due job has been due; 0 if it is to be looked at because of a probe."""
        due = self._order.due()
        return now - due if due > NOW else 0.0

    def _call(self, first: TrackedJob[W], now: float, size: int) -> Call[W]:
        """Return the call for the most due job: a page or a probe where that pays, else a look of at most that size."""
        if first.alone:
            return Call(CallKind.LOOK, [first])
        if self.listing is not None:
            return self._paged(self.listing, first, now) if self.wider.helps(now) else Call(CallKind.LOOK, [first])
        if self.wider.quicker(len(self.jobs)) and self._probing(first, now):
            probed = self._filled(first, self.kind.probe_size, lambda job: self._probing(job, now), now)
            if len(probed) >= self._probed:
                return Call(CallKind.PROBE, probed)
            for job in probed[1:]:
                self._put_back(job)
        if self._grouped:
            return Call(CallKind.LOOK, self._mates(first, size))
        return Call(CallKind.LOOK, self._filled(first, size, lambda job: not job.alone, now))

    def _paged(self, listing: Listing, first: TrackedJob[W], now: float) -> Call[W]:
        """Return a call for a page of the list if that is worth more than a look at the most due job; else the look."""
        free = [job for job in self.jobs.values() if not (job.busy or job.alone)]
        offset, gain = listing.best([Worth(job.ref, job.schedule.worth(now), listing.place(job.ref)) for job in free])
        if gain <= first.schedule.worth(now) or len(free) < 2:
            return Call(CallKind.LOOK, [first])
        self._put_back(first)
        return Call(CallKind.PAGE, [job for job in free if listing.shows(offset, job.ref)], offset)

    def _mates(self, first: TrackedJob[W], size: int) -> list[TrackedJob[W]]:
        """Return the job and those that the same call answers for, since they have ids in common."""
        group = self._groups[self._group(first.ref)]
        mates = [job for job in group.values() if job is not first and not job.busy]
        return [first, *mates][:size]

    def _filled(
        self, first: TrackedJob[W], size: int, fits: Callable[[TrackedJob[W]], bool], now: float
    ) -> list[TrackedJob[W]]:
        """Fill a call with the jobs that are due next.

        :param size: the most jobs of a call.
        :param fits: whether a job may be part of this call. Those that may not keep their places in the order, and
            after ``size`` of them no more are tried.
        """
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
        """Remove from the order and return the next job that may share a call; ``None`` if there is none."""
        if (due := self._order.shared_due()) == NEVER:
            return None
        if (job := self._pop_turn(now)) is not None:
            return job
        if due > now and (job := self.rotation.next(now)) is not None:
            return job.picked(in_turn=True)
        return self._order.pop_shared().picked()

    def _put_back(self, job: TrackedJob[W]) -> None:
        """Put a job back into the order with the due time that it had: it is part of no call after all."""
        job.in_turn = False
        self._order.enter(job, job.due)
        self.rotation.enter(job)

    def _pop_turn(self, now: float) -> TrackedJob[W] | None:
        """Remove and return a job that has waited for as long as it may; not before those that a probe calls for."""
        if self._order.due() == NOW or (job := self.rotation.pop(now)) is None:
            return None
        return job.picked(in_turn=True)

    def _pop_due(self, now: float, backpressure: float, *, early: bool) -> TrackedJob[W] | None:
        """Remove and return the most due job, by due times at the present backpressure; ``None`` if it is too early."""
        self._reprice(backpressure)
        if (job := self._pop_turn(now)) is not None:
            return job
        while self._order.due() <= now:
            job = self._order.pop()
            if (revised := self._due(job, backpressure)) <= now:
                return job.picked()
            self._order.enter(job, revised)
        return self._order.pop().picked() if self.soonest(backpressure, early=early) <= now else None

    def _reprice(self, backpressure: float) -> None:
        """Calculate some due times again, if looks have become cheaper since: they may be earlier now."""
        cheaper = backpressure < self._backpressure / REPRICE_FACTOR or backpressure <= 1 < self._backpressure
        if cheaper and not self._to_reprice:
            self._to_reprice = list(self.jobs.values())
            self._backpressure = backpressure
        self._backpressure = max(self._backpressure, backpressure)
        for _ in range(min(REPRICED_A_CALL, len(self._to_reprice))):
            job = self._to_reprice.pop()
            if job.entry >= 0:
                self._order.enter(job, min(job.due, self._due(job, backpressure)))

    # --- probes -------------------------------------------------------------------------------------------------

    def _probing(self, job: TrackedJob[W], now: float) -> bool:
        """Return whether a job may be probed by a call that counts against the quota of looks."""
        exact = now >= job.schedule.by  # a limit of a wait may have expired, which only a look can tell
        mixed = self.kind.probe is not None and self.probes is None and self.wider.helps(now)
        return mixed and job.surely_runs and not exact

    def __iter__(self) -> Iterator[TrackedJob[W]]:
        return iter(list(self.jobs.values()))
