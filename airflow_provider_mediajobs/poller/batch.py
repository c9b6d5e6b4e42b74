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
from .rotation import Rotation
from .schedule import NEVER, PRICE
from .track import NOW, Call, How, Track
from .wider import Wider

__all__ = ["ALONE", "NOW", "Call", "How", "Pool", "Track"]

W = TypeVar("W")

PROBED = 3
"""Looks from which on a probe in their place pays: it costs a call, and so does each confirmation."""

SLOTS = 12.0
"""Seconds of expected delay that a call is worth, for every second of quota it uses up."""

CHEAPEST = 0.1
ALONE = 64
"""Strikes that leave room for no other job in a batch."""

UNSHARED = 0.5
"""The least stretch for a look that shares its call with few others: a quiet account is not asked all day."""

LATE = 2.0
"""Calls' worth of time by which the next job may be late before the quota counts as short."""

CHEAPER = 1.5
"""Where looks have become cheaper by this factor, all due times are worked out anew,"""

AT_ONCE = 50
"""so many with each call."""


class Pool(Generic[W]):
    """The jobs of one kind and source.

    :param spacing: seconds of quota that one call uses up.
    """

    def __init__(self, kind: JobKind, spacing: float) -> None:
        self.kind = kind
        self.experience = Experience()
        self.listing = Listing() if kind.read_page is not None else None
        self._spacing = spacing
        self.tracks: dict[JobRef, Track[W]] = {}
        self.rotation: Rotation[W] = Rotation(spacing, 1 if self._grouped else min(kind.batch_size, 10))
        self._groups: dict[tuple[str | None, ...], dict[JobRef, Track[W]]] = {}
        self._together: list[tuple[float, int, Track[W]]] = []
        self._singly: list[tuple[float, int, Track[W]]] = []
        self._number = count()
        self.wider = Wider()
        self._probed = PROBED * (1 if self._grouped else kind.batch_size)
        self._stretch = 1.0  # at which due times were worked out
        self._dear: list[Track[W]] = []  # those worked out at a stretch that is past
        self._doubts = 0  # that are known

    # --- what is in it ------------------------------------------------------------------------------------------

    def add(self, track: Track[W], stretch: float = 1.0) -> None:
        """From now on it is looked at."""
        self.tracks[track.ref] = track
        self.rotation.join(track)
        if self._grouped:
            self._groups.setdefault(self._group(track.ref), {})[track.ref] = track
        if self.listing is not None:
            self.listing.enter(track.ref)
        self.push(track, stretch)

    def remove(self, track: Track[W]) -> None:
        """Nobody waits for it any more."""
        del self.tracks[track.ref]
        self.rotation.leave(track)
        track.due, track.entry = NEVER, -1
        if self.listing is not None:
            self.listing.leave(track.ref)
        if self._grouped:
            group = self._groups[self._group(track.ref)]
            del group[track.ref]
            if not group:
                del self._groups[self._group(track.ref)]

    def push(self, track: Track[W], stretch: float = 1.0) -> None:
        """It has a new due time, and is part of no call."""
        track.busy = False
        if self.tracks.get(track.ref) is track:
            self._enter(track, self._due(track, stretch))
            # A list answers for whatever is on a page: there are no turns to take.
            self.rotation.hazard = self.experience.lengths.mean if self.listing is None else 0.0
            if self.experience.doubts != self._doubts:
                self._doubts = self.experience.doubts
                self.rotation.doubt()
            self.rotation.enter(track)

    def postpone(self, track: Track[W], due: float) -> None:
        """It is due at this time, whatever its schedule says."""
        track.busy = False
        if self.tracks.get(track.ref) is track:
            self._enter(track, due)

    def _enter(self, track: Track[W], due: float) -> None:
        track.due, track.entry = due, next(self._number)
        heappush(self._singly if track.alone else self._together, (due, track.entry, track))

    def _group(self, ref: JobRef) -> tuple[str | None, ...]:
        return tuple(ref.get(name) for name in self.kind.group_by)

    def _due(self, track: Track[W], stretch: float) -> float:
        price = self._price(track)
        return track.due_at(max(stretch, UNSHARED) if price == PRICE else stretch, price)

    def _price(self, track: Track[W]) -> float:
        """Seconds of expected delay that a look is worth: its part of a call."""
        shared = len(self._groups[self._group(track.ref)]) if self._grouped else min(self.kind.batch_size, 10)
        if self.kind.probe is not None and len(self.tracks) >= self._probed:
            shared = max(shared, min(self.kind.probe_size, len(self.tracks)))
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

    def soonest(self, stretch: float) -> float:
        """When the next look may be made.

        While the quota is short, and until all due times are those of a quota that is not, no call is left unused.
        """
        due, wanted = self.next_due(), self._next_wanted()
        short = stretch > 1 or self._stretch > 1 or self._dear
        return min(due, self._sooner(wanted)[0][2].earliest) if short and wanted < NEVER else due

    def take(self, now: float, stretch: float = 1.0) -> Call[W] | None:
        """The call to make now: the most due job, and with it as many as the vendor answers for at once."""
        first = self._pop_due(now, stretch)
        if first is None:
            return None
        call = self._call(first, now)
        spare = sum(track.due <= now for track in call.tracks if not track.in_turn)
        turns_only = not spare and any(track.in_turn for track in call.tracks)
        call.worth = None if turns_only else self._price(first) * spare / self._spacing
        for track in call.tracks:
            track.busy, track.asked = True, now
            track.due, track.entry, track.turn, track.in_turn = NEVER, -1, -1, False
        call.pressed = not turns_only and self._lateness(now) > LATE * self._spacing
        return call

    def _lateness(self, now: float) -> float:
        """Seconds for which the most due job has been due; those that a probe calls for come first and do not count."""
        due = self._next_wanted()
        return now - due if due > NOW else 0.0

    def _call(self, first: Track[W], now: float) -> Call[W]:
        if first.alone:
            return Call(How.LOOK, [first])
        if self.listing is not None:
            return self._paged(self.listing, first, now) if self.wider.helps(now) else Call(How.LOOK, [first])
        if self._probing(first, now):
            probed = self._filled(first, self.kind.probe_size, lambda track: self._probing(track, now), now)
            if len(probed) >= self._probed:
                return Call(How.PROBE, probed)
            for track in probed[1:]:
                self._put_back(track)
        if self._grouped:
            return Call(How.LOOK, self._mates(first))
        return Call(How.LOOK, self._filled(first, self.kind.batch_size, _shares, now))

    def _paged(self, listing: Listing, first: Track[W], now: float) -> Call[W]:
        """A page of the list where that ends more delay than the look."""
        free = [track for track in self.tracks.values() if not (track.busy or track.alone)]
        worth = [Worth(track.ref, track.schedule.worth(now), listing.place(track.ref)) for track in free]
        offset, gain = listing.best(worth)
        if gain <= first.schedule.worth(now) or len(free) < 2:
            return Call(How.LOOK, [first])
        places = {job.ref: job.place for job in worth}
        on_page = [track for track in free if _within(places[track.ref], offset)]
        self._put_back(first)
        return Call(How.PAGE, on_page, offset)

    def _mates(self, first: Track[W]) -> list[Track[W]]:
        """All jobs that the same call answers for."""
        group = self._groups[self._group(first.ref)]
        mates = [track for track in group.values() if track is not first and not track.busy]
        return [first, *mates][: self.kind.batch_size]

    def _filled(self, first: Track[W], size: int, fits: Callable[[Track[W]], bool], now: float) -> list[Track[W]]:
        """With the next most due. What does not fit stays where it is; not everything is gone through for it."""
        chosen = [first]
        passed: list[Track[W]] = []
        limit = max(1, size >> first.strikes)
        while len(chosen) < limit and len(passed) <= size and (track := self._next_mate(now)) is not None:
            limit_with = max(1, size >> track.strikes)
            if fits(track) and len(chosen) < limit_with:
                chosen.append(track)
                limit = min(limit, limit_with)
            else:
                passed.append(track)
        for track in passed:
            self._put_back(track)
        return chosen

    def _next_mate(self, now: float) -> Track[W] | None:
        """The next most due that may share a call."""
        if self._front(self._together) == NEVER:
            return None
        if (track := self._pop_turn(now)) is not None:
            return track
        if self._front(self._together) > now and (track := self.rotation.next(now)) is not None:
            return track.picked(in_turn=True)
        return heappop(self._together)[2].picked()

    def _put_back(self, track: Track[W]) -> None:
        """It is part of no call after all."""
        track.in_turn = False
        self._enter(track, track.due)
        self.rotation.enter(track)

    def _pop_turn(self, now: float) -> Track[W] | None:
        """Whose turn it is in the rotation; not before those that a probe calls for."""
        if self._next_wanted() == NOW or (track := self.rotation.pop(now)) is None:
            return None
        return track.picked(in_turn=True)

    def _pop_due(self, now: float, stretch: float) -> Track[W] | None:
        """The most due job. Due times of when looks were cheaper are worked out anew."""
        self._reprice(stretch)
        if (track := self._pop_turn(now)) is not None:
            return track
        while (due := self._next_wanted()) <= now:
            track = heappop(self._sooner(due))[2]
            if (revised := self._due(track, stretch)) <= now:
                return track.picked()
            self._enter(track, revised)
        return heappop(self._sooner(due))[2].picked() if self.soonest(stretch) <= now else None

    def _reprice(self, stretch: float) -> None:
        """Where looks have become cheaper, bring those forward that wait for it."""
        cheaper = stretch < self._stretch / CHEAPER or stretch <= 1 < self._stretch
        if cheaper and not self._dear:
            self._dear = list(self.tracks.values())
            self._stretch = stretch
        self._stretch = max(self._stretch, stretch)
        for _ in range(min(AT_ONCE, len(self._dear))):
            track = self._dear.pop()
            if track.entry >= 0:
                self._enter(track, min(track.due, self._due(track, stretch)))

    def _sooner(self, due: float) -> list[tuple[float, int, Track[W]]]:
        """Which of the two heaps begins with this due time."""
        return self._together if self._front(self._together) == due else self._singly

    def _front(self, heap: list[tuple[float, int, Track[W]]]) -> float:
        while heap and heap[0][1] != heap[0][2].entry:
            heappop(heap)
        return heap[0][0] if heap else NEVER

    # --- probes -------------------------------------------------------------------------------------------------

    def _probing(self, track: Track[W], now: float) -> bool:
        exact = now >= track.schedule.by  # a limit passes: a probe would not tell whether it is real
        return self.kind.probe is not None and self.wider.helps(now) and track.surely_runs and not exact

    def __iter__(self) -> Iterator[Track[W]]:
        return iter(list(self.tracks.values()))


def _within(place: float | None, offset: int) -> bool:
    return place is not None and offset <= place < offset + PAGE_SIZE


def _shares(track: Track[W]) -> bool:
    """Whether it may be asked for with others; its turn may come beside theirs."""
    return not track.alone
