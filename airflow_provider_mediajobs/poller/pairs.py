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

A pair that goes out right after a refusal is weighed in another way (:mod:`.at_once`), which needs no order.

Some limits have no room for two calls at once. There each pair brings about a refusal, so that pairs are stopped.
"""

from __future__ import annotations

from math import exp, log

from . import at_once
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

LEAST_CALLS_AT_ONCE = 30
"""The same for pairs right after a refusal, which may itself have been that of a pair."""

PRIOR = -2.0
"""Log-odds of random refusals before anything is known: it is assumed that the limit is used up."""

LEAST, MOST = -4.0, 5.0
"""Bounds of the log-odds, so that a change of the cause is noticed."""

STOPPED_AFTER, STOPPED_S, ROOMLESS = 12, 600.0, -2.5
"""After so many pairs in a row of which the second call alone was refused, no pair is made for so many seconds, and
then one at a time. The limit has no room for two calls at once, or hardly ever: it is used up, so the log-odds are at
most these. But not while random refusals are the likelier cause: where most calls are refused, chance makes such rows,
too."""

FEW, MOST_REFUSED = 0.3, 0.45
"""Greatest shares of refused calls at which a pair right after a refusal is weighed in its own way: where others tell
something, and where they do not. Above the latter it may only speak against chance: if many processes keep calling a
limit that is used up, it is chance which of their calls is answered."""

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
        "_after",
        "_calls",
        "_first",
        "_jitter",
        "_last",
        "_least_apart",
        "_odds",
        "_outcomes",
        "_place",
        "_roomy",
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
        self._after: float | None = None  # when the call went out right after whose refusal the newest pair began
        self._last = float("-inf")  # when the call after the first one of the newest pair went out
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
        self._roomy = calls >= LEAST_CALLS_AT_ONCE
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

    def begin(self, now: float, after: float | None = None) -> float:
        """The first call of a pair goes out now.

        :param after: if this is right after the refusal of a call, when that call went out.
        :returns: when the second may go out.
        """
        self._first, self._outcomes, self._after = now, {now: None}, after
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
        self._first, self._last = None, now

    def hastens(self, now: float, sent: float) -> bool:
        """Whether a pair should begin right after a refusal: not after that of a pair that did so itself.

        :param now: when the refusal came.
        :param sent: when the refused call went out.
        """
        after_pair = self._after is not None and sent <= self._last
        # A call without an answer is waited for only as long as an answer could tell something.
        unanswered = None in self._outcomes.values() and self.right_after(now, self._last)
        under_way = self._first is not None or unanswered
        return not (after_pair or under_way or self.stopped(now)) and self.right_after(now, sent)

    def right_after(self, now: float, sent: float) -> bool:
        """Whether a pair now tells something by being right after the refusal of a call that went out at ``sent``."""
        return self._roomy and self.possible and self._places(now, sent) <= at_once.MOST_PLACES

    def _places(self, now: float, sent: float) -> float:
        """How many places the limit gives out between two calls; jitter may have put them further apart."""
        return (now - sent + self._jitter.seconds) / self._place

    def stopped(self, now: float) -> bool:
        """Whether no pair is made for the time being, since pairs have brought about refusals."""
        row = self._second_alone >= STOPPED_AFTER and now < self._second_alone_at + STOPPED_S
        return row and self.odds(now) <= 0

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
        if (weight := self._weight_at_once(first + second)) is None:
            weight = self._weight(first, second)
        if weight:
            self.weighed += weight
            self._odds, self._weighed_at = max(LEAST, min(MOST, self.odds(now) + weight)), now

    def _weight_at_once(self, refused: int) -> float | None:
        """Return what the newest pair shows by having gone out right after a refusal; ``None`` if it has not."""
        if self._after is None or (self.tell and self.refused > FEW) or not self.right_after(self._last, self._after):
            return None
        weight = at_once.evidence(refused, self.refused, self._places(self._last, self._after))
        return weight if self.refused <= MOST_REFUSED else min(0.0, weight)

    def _weight(self, first: bool, second: bool) -> float:
        """Return what any other pair shows. Parameters as for :meth:`_weigh`."""
        if (not first and not second) or not self.tell:
            return 0.0
        share = min(0.5, self.refused + _DOUBT)
        order = max(_ORDER, _FREED * self._apart / self._place + _SWAPPED)
        if first and second:
            return log(share / 0.5)
        if second:
            return _ANSWERED_FIRST * log(0.5 / (1 - order)) * share / 0.5
        return log(max(0.5, 1 - self.refused) / order)

    # --- what they show -----------------------------------------------------------------------------------------

    def odds(self, now: float) -> float:
        """The log-odds that refusals are random. Evidence loses weight with time."""
        return PRIOR + (self._odds - PRIOR) * exp((self._weighed_at - now) / KEPT_S)
