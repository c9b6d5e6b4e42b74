# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How long a round trip through all jobs that share a limit takes, and whether it is worth its calls. Pure.

All pools that share a limit are gone through in one round trip, since their calls come out of one pace: few jobs of one
kind have their turn as often as many jobs of another kind.

Where quota is plentiful and ends are rare, a short round trip would buy seconds with hundreds of calls for each job. So
it is made longer where a call finds fewer than ``ENDS_A_CALL`` ends. Each end that is found pays for the calls that it
may cost: after many ends, the last jobs are polled as often as those before them, until what was paid is used up. Where
many jobs wait, each pays for a few calls when it comes, since it will end, too: before the first ends it is not known
when.
"""

from __future__ import annotations

from .schedule import NEVER

ENDS_A_CALL = 0.0065
"""Ended jobs that a call of a rotation finds on average, at least. Where it would be fewer, the round trip is made
longer."""

ENOUGH_JOBS = 10
"""With fewer jobs, a call must find proportionately more ends: an account with few jobs is not polled all day."""

MANY_JOBS = 50
CALLS_A_JOB = 12.0
"""Among at least ``MANY_JOBS``, a job that comes pays for ``CALLS_A_JOB`` calls."""

BUSY_S = 3 * 3600.0
"""Jobs pay for the calls of this many seconds at most."""

_NONE = 1e-9  # ends a second; less is the rounding error of a sum


class Rounds:
    """The round trips of all pools that share a limit."""

    __slots__ = ("_busy_until", "_calls", "_ends", "_in_advance", "_jobs", "_now", "_pace", "_trip")

    def __init__(self) -> None:
        self._pace = 1.0
        self._trip: tuple[float, float] | None = None  # the last answer of ``trip``, with its spacing, while it holds
        self._now = float("-inf")  # the loop's clock, as far as it is known
        self._busy_until = float("-inf")  # until then, calls are paid for
        self._in_advance = 0  # jobs that have paid when they came
        self._jobs = 0
        self._calls = 0.0  # of one round trip
        self._ends = 0.0  # expected in a second

    def change(self, jobs: int, calls: float, ends: float) -> None:
        """Take over that a pool has become larger or smaller.

        :param jobs: how many more jobs take turns.
        :param calls: how many more calls a round trip takes.
        :param ends: how many more ends are expected in a second.
        """
        self._jobs += jobs
        self._calls += calls
        self._ends += ends
        self._trip = None

    def slowed(self, pace: float) -> None:
        """Take over the factor, at most 1, by which throttling has reduced the rate of calls."""
        if pace != self._pace:
            self._pace, self._trip = pace, None

    def passed(self, now: float) -> None:
        """Take over the time of the loop's clock."""
        if self._now < self._busy_until <= now:
            self._trip = None
        self._now = now

    def came(self, spacing: float) -> None:
        """Take over that a job takes turns from now on.

        :param spacing: seconds of quota that one call uses up.
        """
        if self._jobs >= MANY_JOBS:
            self._in_advance += 1
            self._pay(CALLS_A_JOB * spacing)

    def found(self, spacing: float) -> None:
        """Take over that a job has ended. It pays only where round trips are not made longer.

        :param spacing: seconds of quota that one call uses up.
        """
        paid = self._settled()
        if self._longer(spacing) == 1.0:
            self._pay((1 / ENDS_A_CALL - paid) * spacing)

    def dropped(self, spacing: float) -> None:
        """Take over that no wait waits for a job any more, although it has not ended: it pays for nothing.

        :param spacing: seconds of quota that one call uses up.
        """
        self._pay(-self._settled() * spacing)

    def _settled(self) -> float:
        """Return the calls that a job has paid for in advance, and count it no more: it takes no turns now."""
        if not self._in_advance:
            return 0.0
        self._in_advance -= 1
        return CALLS_A_JOB

    def _pay(self, seconds: float) -> None:
        self._busy_until = min(max(self._now, self._busy_until) + seconds, self._now + BUSY_S)

    def trip(self, spacing: float) -> float:
        """Return the seconds of a round trip.

        :param spacing: seconds of quota that one call uses up.
        """
        if self._trip is None or self._trip[1] != spacing:
            trip = self._calls * spacing / self._pace * self._longer(spacing) if self._ends > _NONE else NEVER
            self._trip = trip, spacing
        return self._trip[0]

    def _longer(self, spacing: float) -> float:
        """Return the factor by which a round trip is made longer than the quota demands."""
        if self._now < self._busy_until:
            return 1.0
        least = ENDS_A_CALL * max(1.0, ENOUGH_JOBS / max(1, self._jobs))
        return max(1.0, least / max(_NONE, self._ends * spacing)) ** 4
