# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What pairs of calls show of why calls are refused. Pure; times are seconds of one monotonic clock.

A single call cannot tell whether it was refused because the limit is used up, or at random. A pair can: two calls that
go out some hundredths of a second apart.

- If the limit is used up, hardly any place becomes free within that time, and after a refused call the second one is
  refused as well. The opposite order is common: the first call takes the last place, and the second one is refused.
- If refusals are random, both orders are equally frequent, however many calls are refused.

Each pair that met a refusal is therefore weighed by its likelihood under the one cause and under the other. This hardly
depends on the share of refused calls, which may change from minute to minute. It does depend on calls arriving in the
order in which they go out. So the more round trips differ (:mod:`.jitter`), the longer is the time between the calls of
a pair, and the less each pair weighs; where they differ too much, pairs tell nothing and are not made.

Some limits have no room for two calls at once. There each pair brings about a refusal, so that pairs are stopped.
"""

from __future__ import annotations

from math import exp, log

from .jitter import Jitter

APART_S = 0.02
"""Average seconds between the calls of a pair, where round trips are steady."""

JITTERS = 3.0
"""The same as a multiple of the jitter, if that is more: few calls overtake each other then."""

LEAST_APART_S = 0.0028
"""Least average seconds between the calls of a pair: timers are not more exact. Limits that would need less, such as
those by the second, are not judged."""

OF_A_PLACE, MOST_OF_A_PLACE = 0.05, 0.15
"""Greatest average time between the calls of a pair, as a share of the time in which the limit gives out one place:
where round trips are steady, and otherwise."""

LEAST_CALLS = 20
"""Least limit, in calls a window, for which pairs are made: with a smaller one a window could hold a call too many."""

PRIOR = -2.0
"""Log-odds of random refusals before anything is known: it is assumed that the limit is used up."""

LEAST, MOST = -4.0, 5.0
"""Bounds of the log-odds, so that a change of the cause is noticed."""

STOPPED_AFTER, STOPPED_S, ROOMLESS = 12, 600.0, -2.5
"""After so many pairs in a row of which the second call alone was refused, no pair is made for so many seconds, and
then one at a time. The limit has no room for two calls at once, or hardly ever: it is used up, so the log-odds are at
most these."""

KEPT_S = 1800.0
"""Seconds in which the weight of evidence falls to a third (1/e)."""

_ORDER = 0.12  # least share of "refused, answered" among pairs with one refusal, if the limit is used up
_FREED = 2.0  # the same share grows so with the time between the calls, as a share of the time of a place
_SWAPPED = 0.035  # share of pairs whose calls overtake each other if they are as far apart as JITTERS says
_ANSWERED_FIRST = 0.35  # of what the opposite order tells: after most refusals of a limit that is used up comes another
_DOUBT = 0.18  # by so much the share of refused calls may be larger than the last calls show
_RECENT = 12.0  # calls over which the share of refused calls is taken: disturbances may be short
_GOLDEN = 0.6180339887498949


def spread(last: float) -> float:
    """The next number of a sequence that is spread evenly over 0 to 1 and never repeats.

    :param last: the number before.
    """
    return (last + _GOLDEN) % 1


class Pairs:
    """What pairs of calls to one limit have shown.

    :param calls: the limit: calls in each window.
    :param seconds: length of the window.
    :ivar refused: share of refused calls among the newest.
    :ivar weighed: the sum of all evidence; unlike that of the odds, it does not fade.
    :ivar missed: pairs in a row whose second call came too late.
    """

    __slots__ = (
        "_calls",
        "_first",
        "_jitter",
        "_least_apart",
        "_odds",
        "_outcomes",
        "_place",
        "_second_alone",
        "_second_alone_at",
        "_spread",
        "_weighed_at",
        "missed",
        "refused",
        "weighed",
    )

    def __init__(self, calls: float, seconds: float) -> None:
        self._odds, self._weighed_at = PRIOR, float("-inf")
        self._first: float | None = None  # when the first call of a pair went out, if the second has not yet
        self._outcomes: dict[float, bool | None] = {}  # whether each call of the pair was refused, by its time
        self.refused, self._calls = 0.0, 4.0  # the share, and the number of calls that it is the share of
        self._spread = 0.0
        self._jitter = Jitter()
        self.weighed = 0.0
        self.missed = 0
        self._second_alone = 0  # pairs in a row whose second call alone was refused
        self._second_alone_at = float("-inf")  # the time of the newest
        self._place = 0.0
        self.limit(calls, seconds)

    def limit(self, calls: float, seconds: float) -> None:
        """Change the limit. Parameters as for the class."""
        if (place := seconds / calls) != self._place:
            self._place, self._second_alone = place, 0
        apart = min(APART_S, OF_A_PLACE * self._place)
        self._least_apart = apart if calls >= LEAST_CALLS and apart >= LEAST_APART_S else 0.0

    @property
    def possible(self) -> bool:
        """Whether pairs can be made for this limit, if the network is steady."""
        return self._least_apart > 0

    @property
    def tell(self) -> bool:
        """Whether pairs can be made for this limit, and the network is steady enough for them."""
        return self.possible and JITTERS * self._jitter.seconds <= self._most_apart

    @property
    def _apart(self) -> float:
        """Average seconds between the calls of a pair."""
        return min(self._most_apart, max(self._least_apart, JITTERS * self._jitter.seconds))

    @property
    def _most_apart(self) -> float:
        return MOST_OF_A_PLACE * self._place

    # --- calls --------------------------------------------------------------------------------------------------

    @property
    def first(self) -> float | None:
        """When the first call of a pair went out, if the second has not yet; else ``None``."""
        return self._first

    def follows(self, now: float) -> bool:
        """Whether a call that goes out now is the second of a pair."""
        return self._first is not None and now <= self._first + 2 * self._apart

    def begin(self, now: float) -> float:
        """The first call of a pair goes out now.

        :returns: when the second may go out.
        """
        self._first, self._outcomes = now, {now: None}
        self._spread = spread(self._spread)
        return now + self._apart * (0.5 + self._spread)

    def end(self, now: float) -> None:
        """The call after the first one of a pair goes out now: its second, or one that comes too late for that."""
        if self.follows(now):
            self._outcomes[now] = None
            self.missed = 0
        else:
            self._outcomes = {}
            self.missed += 1
        self._first = None

    def stopped(self, now: float) -> bool:
        """Whether no pair is made for the time being, since pairs have brought about refusals."""
        return self._second_alone >= STOPPED_AFTER and now < self._second_alone_at + STOPPED_S

    def outcome(self, now: float, sent: float, *, refused: bool) -> None:
        """A call was answered or refused. One in no pair counts only for the share and the jitter of refused calls.

        :param now: when the answer came.
        :param sent: when the call went out.
        """
        self._calls = min(_RECENT, self._calls + 1)
        self.refused += (refused - self.refused) / self._calls
        if refused:
            self._jitter.refused(now - sent, self._most_apart)
        if sent not in self._outcomes:
            return
        self._outcomes[sent] = refused
        if len(self._outcomes) < 2 or None in self._outcomes.values():
            return
        first, second = self._outcomes.values()
        self._weigh(now, bool(first), bool(second))
        self._outcomes = {}
        if second and not first:
            row = 0 if now > self._second_alone_at + KEPT_S else self._second_alone
            self._second_alone, self._second_alone_at = row + 1, now
        elif not second:
            self._second_alone = 0
        if self.stopped(now):
            self._odds = min(self._odds, ROOMLESS)

    def _weigh(self, now: float, first: bool, second: bool) -> None:
        """Change the odds by the outcome of a pair.

        :param first: whether its first call was refused.
        :param second: whether its second call was refused.
        """
        if not first and not second:
            return
        share = min(0.5, self.refused + _DOUBT)
        order = max(_ORDER, _FREED * self._apart / self._place + _SWAPPED)
        if first and second:
            weight = log(share / 0.5)
        elif second:
            weight = _ANSWERED_FIRST * log(0.5 / (1 - order)) * share / 0.5
        else:
            weight = log(max(0.5, 1 - self.refused) / order)
        self.weighed += weight
        self._odds = max(LEAST, min(MOST, self.odds(now) + weight))
        self._weighed_at = now

    # --- what they show -----------------------------------------------------------------------------------------

    def odds(self, now: float) -> float:
        """The log-odds that refusals are random. Evidence loses weight with time."""
        return PRIOR + (self._odds - PRIOR) * exp((self._weighed_at - now) / KEPT_S)
