# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Why calls to one limit are refused: because it is used up, or at random. Pure; times are seconds of one clock.

Only a limit that is used up is a reason to slow down. The outcomes of pairs of calls tell the two apart
(:mod:`.pairs`), and so does whether slowing down has helped (:mod:`.slowdown`). Pairs go out right after a refusal, as
long as they may show something, and for a while after it.

As long as the cause is unknown, it is urgent to find it out: pairs go on for a number of calls, not of seconds, so that
a slow pace does not keep itself slow. Once refusals are known to be random, hardly any pairs are needed.
"""

from __future__ import annotations

from .pairs import PRIOR, Pairs
from .slowdown import Slowdown

AT_RANDOM = 1.0
"""Log-odds from which refusals are taken to be random, until the odds are even again."""

PAIRED_S = 60.0
"""Seconds after a refusal during which calls go out in pairs,"""

PAIRED_CALLS, UNDECIDED, PAIRED_MOST_S = 200.0, 0.25, 600.0
"""or the time of so many calls if that is longer, up to ``PAIRED_MOST_S`` seconds, as long as the log-odds of pairs
have not fallen by ``UNDECIDED``."""

SURE, PAIRED_SELDOM = 3.0, 8.0
"""Log-odds of random refusals from which pairs are rare, and the calls between two pairs then: two looks in a row find
less than two apart."""

IN_VAIN, AGAIN_S = 0.5, 60.0
"""Evidence of slower calls (:mod:`.slowdown`) from which two calls go out right after a refusal although pairs have
shown that the limit is used up, and the least seconds since the latest pair. A few pairs may mislead, and where calls
overtake each other there are no others to set it right."""

MISSED = 3
"""Pairs in a row whose second call comes too late, as timers or a busy machine may make it, from which nothing is kept
back for the second call any more."""


class Cause:
    """What is known of the cause. Parameters as for :class:`.pairs.Pairs`.

    :ivar pairs: the pairs of calls.
    """

    __slots__ = ("_after", "_at_random", "_paired_at", "_slowdown", "pairs")

    def __init__(self, calls: float, seconds: float) -> None:
        self.pairs = Pairs(calls, seconds)
        self._slowdown = Slowdown()
        self._at_random = False
        self._paired_at = float("-inf")  # when the latest pair began
        self._after: float | None = None  # when the call went out right after whose refusal a pair is to go out

    def may_be_random(self, now: float) -> bool:
        """Whether pairs have not shown that the limit is used up, or cannot show it."""
        return self.pairs.odds(now) > PRIOR - UNDECIDED

    def undecided(self, now: float) -> bool:
        """Whether pairs can be made, and have not shown that the limit is used up."""
        return self.pairs.tell and self.may_be_random(now)

    def begins_pair(self, now: float, since: float, spacing: float) -> bool:
        """Whether a call that goes out now is the first of a pair.

        :param since: the time of the latest refusal.
        :param spacing: seconds between two calls at the present pace.
        """
        if self._after is not None and self.pairs.right_after(now, self._after):
            return True
        if not self.pairs.tell or self.pairs.first is not None or self.pairs.stopped(now):
            return False
        if self._rests(now, spacing):
            return False
        longest = min(PAIRED_MOST_S, PAIRED_CALLS * spacing) if self.undecided(now) else 0.0
        return now - since < max(PAIRED_S, longest)

    def begin_pair(self, now: float) -> float:
        """The first call of a pair goes out now.

        :returns: when the second may go out.
        """
        after, self._after = self._after, None
        self._paired_at = now
        return self.pairs.begin(now, after if after is not None and self.pairs.right_after(now, after) else None)

    def _rests(self, now: float, spacing: float) -> bool:
        """Whether refusals are known to be random, and the latest pair is too short ago for another one."""
        return self.pairs.odds(now) > SURE and now - self._paired_at <= PAIRED_SELDOM * spacing

    def hasten(self, now: float, sent: float, spacing: float) -> bool:
        """A call was refused: let a pair begin right now, if that may show the cause.

        :param now: when the refusal came.
        :param sent: when the refused call went out.
        :param spacing: seconds between two calls at the present pace.
        :returns: whether it may.
        """
        if self.may_be_random(now):
            useful = not self._rests(now, spacing)
        else:
            useful = self._slowdown.evidence > IN_VAIN and now - self._paired_at > AGAIN_S
        hastens = useful and self.pairs.hastens(now, sent)
        self._after = sent if hastens else None
        return hastens

    def outcome(self, now: float, sent: float, pace: float, *, refused: bool, outage: bool = False) -> None:
        """A call was answered or refused.

        :param now: when the answer came.
        :param sent: when the call went out.
        :param pace: the pace when the answer came, as a share of the full one.
        :param outage: whether every call is refused. Slower calls can show nothing then.
        """
        self.pairs.outcome(now, sent, refused=refused)
        if not outage:
            self._slowdown.outcome(now, pace, refused=refused)
        self._at_random = self.odds(now) > (0.0 if self._at_random else AT_RANDOM)

    def odds(self, now: float) -> float:
        """The log-odds that refusals are random."""
        return self.pairs.odds(now) + self._slowdown.evidence

    @property
    def at_random(self) -> bool:
        """Whether refusals are taken to be random; never under a limit for which no pairs can be made."""
        return self._at_random and self.pairs.possible
