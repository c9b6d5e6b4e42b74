"""The order in which jobs would be looked at in turn, and who may not wait longer than that. Pure.

The plain way to share a short quota is a **rotation**: all jobs in turn, as many a call as the vendor answers for. Its
round trip follows from how many wait. Whoever has not been looked at for as long comes first, whatever is thought of
other jobs: so no gate opens later than by the plain way. Only jobs of which it has been learnt that hardly one ends
unforeseen are left out; what they leave unused is what forecasts may spend.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from math import exp
from typing import Generic, TypeVar

from .schedule import NEVER
from .track import Track

W = TypeVar("W")

ENDS_A_CALL = 0.009
"""Ends that a call of a rotation finds at least; where it would be fewer, the round trip is longer."""

BUSY_S = 1800.0
EAGER = 0.95


class Rotation(Generic[W]):
    """Of one pool.

    :param spacing: seconds of quota that one call uses up.
    :param size: jobs that it answers for.
    """

    __slots__ = ("_busiest", "_first", "_jobs", "_now", "_number", "_size", "_spacing", "_turns", "_young", "hazard")

    def __init__(self, spacing: float, size: int) -> None:
        self._spacing = spacing
        self._size = size
        self._jobs = 0
        self._first: list[tuple[float, int, Track[W]]] = []
        self._young: set[Track[W]] = set()
        self._turns: list[tuple[float, int, Track[W]]] = []
        self._number = count()
        self.hazard = 0.0
        self._busiest = 0.0
        self._now = float('-inf')

    def join(self, track: Track[W]) -> None:
        """It is waited for; it takes its turns from its first look on."""
        self._jobs += 1
        self._young.add(track)
        heappush(self._first, (track.schedule.first, next(self._number), track))

    def leave(self, track: Track[W]) -> None:
        """It is not waited for any more."""
        self._jobs -= 1
        self._young.discard(track)
        track.turn = -1

    def enter(self, track: Track[W]) -> None:
        """It takes its turn, as long as it has waited."""
        since = track.schedule.first if track.schedule.seen is None else track.schedule.seen
        self._enter(track, since)

    def _enter(self, track: Track[W], since: float) -> None:
        track.turn = next(self._number)
        heappush(self._turns, (since, track.turn, track))

    def trip(self) -> float:
        """Seconds until all have had their turn."""
        jobs = self._jobs - len(self._young)
        ends = max(jobs, self._busiest) * self.hazard * self._spacing
        slower = max(1.0, ENDS_A_CALL / ends) ** 4 if ends > 0 else NEVER
        return EAGER * max(1.0, jobs / self._size) * self._spacing * slower

    def due(self) -> float:
        """When the next of them has waited for a round trip."""
        while self._turns and self._turns[0][1] != self._turns[0][2].turn:
            heappop(self._turns)
        return max(self._turns[0][0] + self.trip(), self._turns[0][2].earliest) if self._turns else NEVER

    def pop(self, now: float) -> Track[W] | None:
        """Whoever has waited longest, if it is due."""
        while self._first and self._first[0][0] <= now:
            self._young.discard(heappop(self._first)[2])
        self._busiest = max(self._jobs - len(self._young), self._busiest * exp((self._now - now) / BUSY_S))
        self._now = now
        return heappop(self._turns)[2] if self.due() <= now else None

    def next(self, now: float) -> Track[W] | None:
        """Whoever has waited longest."""
        return heappop(self._turns)[2] if self.due() < NEVER and self._turns[0][2].earliest <= now else None
