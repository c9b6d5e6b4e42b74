# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How often a process sends calls to one limit of an account. Pure: the caller passes the time in.

Calls are spaced evenly, at a share of the limit, and never saved up: no window holds more calls than the limit allows.

A refused call (a throttle) lowers the pace, and each answered call raises it a little. In this way several processes
share an account without talking to each other. If calls are refused at random, slowing down helps nobody. To tell the
two cases apart, two calls go out right after a refusal, and pairs of calls for a while (:mod:`.cause`). While the cause
is unknown, the pace falls slowly, and at first not below a quarter. Once refusals are known to be random, the pace
returns to full. If every call is refused (an outage), calls are spaced by how long that has lasted, and the first
answer restores the pace. After a time of many refusals it is tried whether the former pace is possible again
(:mod:`.recovery`).
"""

from __future__ import annotations

from math import exp

from ..core.policy import LONGEST_S
from .cause import MISSED, Cause
from .pairs import PRIOR
from .recovery import DOUBLED_S, MOST_DOUBLED, Recovery
from .retry_after import SELDOM, RetryAfter
from .wobble import Wobble

SHARE = 0.8
"""Share of the account's limit that one process uses."""

SLOWEST = 1 / 16
"""Lowest pace, as a share of the full one."""

DOUBTFUL = 1 / 4
"""Lowest pace, as a share of the full one, while the cause of refusals is unknown."""

UNKNOWABLE = 1 / 8
"""The same where pairs tell nothing, and after :data:`TRIED_S`: eight processes fit into one limit then."""

CUT, MOST_CUT = 0.9, 1 / 3
"""A refusal takes away ``CUT`` times the pace of the pace, at most ``MOST_CUT``. A faster process loses more, so that
processes converge."""

FEW, GENTLE = 0.1, 0.15
"""As long as pairs have not shown that the limit is used up, and a smaller share of the newest calls than ``FEW`` is
refused, a refusal takes away at most ``GENTLE``: little is lost if it is used up, and much is gained if it is not."""

RISE, LEAST_STEPS = 0.0056, 80.0
"""Share of the full pace that so many answered calls give back at full pace, or as many as go out in a window if these
are more: what another pace brings is only seen in the next window. A slower pace, with fewer calls, rises by more."""

QUIET_S, QUIET_CALLS = 60.0, 3.0
"""A period of refusals ends after so many seconds without one, or the time of so many calls if that is longer."""

PAUSE_S = 30.0
"""The same for :mod:`.recovery`, which need not wait as long: it finds out by trying. An outage must: where a vendor
counts by the clock's minute, all calls at the end of each are refused."""

INDICATED = 0.4
"""Increase of the log-odds of random refusals from which they are considered possible."""

TRIED_S = 150.0
"""Seconds from the first refusal after which the pace falls further, unless random refusals are considered possible."""

CALM_S = 600.0
"""Seconds without a refusal after which :data:`TRIED_S` starts again."""

HALVED_S, HALVED_CALLS = 60.0, 600.0
"""Seconds in which the pace at most halves, from the second refusal on: time to find out the cause, where it can be. Or
the time of so many calls at full pace if that is shorter: answers raise the pace by calls, and it must fall as fast."""

OUTAGE, OUTAGE_S = 6, 15.0
"""An outage: so many refusals, or refusals for so many seconds, since the period began, and no answer. Where a limit is
used up, there are answers in between."""

LATE = 1 / 48
"""Delay with which the end of an outage may be noticed, as a share of its duration."""

SLOWER = 8.0
"""Factor by which the spacing grows at most while every call is refused."""

MOST_HASTENED = 1.5
"""The most spacings by which a call is hastened: not while calls that were hastened are still to be waited for."""

_IN_A_ROW = 3  # refusals in a row after which the spacing grows


class Pace:
    """The spacing of calls to one limit. Times are seconds of one monotonic clock.

    :param calls: the limit: calls in each window.
    :param seconds: length of the window.
    :param share: share of the limit that this process may use.
    :ivar factor: the current pace, as a share of the full one.
    """

    __slots__ = (
        "_began",
        "_calm",
        "_cause",
        "_doubted",
        "_fell_at",
        "_free",
        "_recovery",
        "_refused_at",
        "_retry_after",
        "_row",
        "_row_began",
        "_slot",
        "_spacing",
        "_window",
        "_wobble",
        "factor",
    )

    def __init__(self, calls: float, seconds: float, share: float = SHARE) -> None:
        self._cause = Cause(calls, seconds)
        self._recovery = Recovery()
        self._retry_after = RetryAfter()
        self._spacing, self._window = seconds / (calls * share), seconds
        self._wobble = Wobble()
        self.factor = 1.0
        self._free = float("-inf")
        self._slot = float("-inf")  # when the next call would have gone out, if a refusal had not hastened it
        self._row, self._row_began = 0, float("-inf")  # refusals since the last answer; time of the first
        self._refused_at = float("-inf")  # the last refusal
        self._calm = 0  # answers since the last refusal
        self._began = float("-inf")  # the period of refusals
        self._doubted = float("-inf")  # when the cause of refusals became unknown
        self._fell_at: float | None = None  # when the pace fell last, or the first call went out

    @property
    def spacing(self) -> float:
        """Seconds between two calls at the current pace."""
        return self._spacing / self.factor

    def limit(self, calls: float, seconds: float, share: float = SHARE) -> None:
        """Change the limit; the pace stays. Parameters as for the class."""
        spacing = seconds / (calls * share)
        if (spacing, seconds) != (self._spacing, self._window):
            self._calm = 0  # answers under another limit say little of this one
            self._slot = float("-inf")
        self._spacing, self._window = spacing, seconds
        self._cause.pairs.limit(calls, seconds)

    def idle(self, now: float) -> bool:
        """Whether the last call and the last refusal are so long ago that a new object would behave the same."""
        return now > max(self._free, self._retry_after.until, self._refused_at) + LONGEST_S

    # --- calls --------------------------------------------------------------------------------------------------

    def wait(self, now: float) -> float:
        """Seconds until the next call may go out."""
        if self.ends_pair(now):  # a Retry-After to the first call of a pair applies after the second
            return max(0.0, self._free - now)
        return max(0.0, self._free - now, self._retry_after.until - now)

    def halves(self, now: float) -> bool:
        """Whether a call that goes out now is the first of a pair, and should leave something for the second to ask."""
        return self.begins_pair(now) and self._cause.pairs.missed < MISSED

    def begins_pair(self, now: float) -> bool:
        """Whether a call that goes out now is the first of a pair."""
        return not self._outage and self._cause.begins_pair(now, self._refused_at, self.spacing)

    def ends_pair(self, now: float) -> bool:
        """Whether a call that goes out now is the second of a pair. It should go out even if nothing is due."""
        return self._cause.pairs.follows(now)

    def take(self, now: float) -> None:
        """A call goes out now."""
        if self._fell_at is None:
            self._fell_at = now
        wobble = self._wobble.factor(now, self._window, paused=now > self._free + self.spacing)
        gap = self.spacing * self._slower * wobble
        if (first := self._cause.pairs.first) is not None:
            self._free = max(now + gap, max(first, self._slot) + 2 * gap)
            self._cause.pairs.end(now)
        elif self.begins_pair(now):
            self._free = self._cause.begin_pair(now)
        else:
            self._free = max(now, self._slot) + gap

    @property
    def _slower(self) -> float:
        """Factor by which the spacing grows while every call is refused."""
        if self._row <= _IN_A_ROW:
            return 1.0
        return max(1.0, min(SLOWER, (self._refused_at - self._row_began) * LATE / self.spacing))

    # --- answers ------------------------------------------------------------------------------------------------

    def good(self, now: float, sent: float) -> None:
        """The vendor answered a call.

        :param now: when the answer came.
        :param sent: when the call went out. If that was before the last refusal, the answer does not raise the pace.
        """
        self._cause.outcome(now, sent, self.factor, refused=False)
        self._retry_after.outcome(sent, refused=False)
        if sent < self._refused_at:
            return
        if self._outage:
            self.factor = max(self.factor, self._recovery.before)
            self._free = min(self._free, now + self.spacing)  # the next call does not wait as long as in the outage
        self._row = 0
        self._calm += 1
        if self.factor < 1:
            self._rise(now)

    def throttled(self, now: float, sent: float, retry_after: float | None) -> None:
        """The vendor refused a call because of the limit.

        :param now: when the answer came.
        :param sent: when the call went out. If that was before the last refusal, the pace does not fall again.
        :param retry_after: seconds for which the vendor asks not to be called.
        """
        weighed = self._cause.pairs.weighed
        self._cause.outcome(now, sent, self.factor, refused=True, outage=self._outage)
        self._retry_after.outcome(sent, refused=True, in_vain=self._cause.pairs.possible and not self._outage)
        if now - self._refused_at > CALM_S:
            self._doubted = now
        self._begin_periods(now, weighed)
        self._retry_after.request(now, min(retry_after or 0.0, LONGEST_S), self._apart(now))
        if sent < self._refused_at:
            return
        self._recovery.refused(self._calm)
        self._row += 1
        self._calm = 0
        if self._row == 1:
            self._row_began = now
        self._refused_at = now
        if self._outage:  # which shows nothing of the cause
            return
        if self._cause.at_random:
            self._rise(now)
        else:
            self._fall(now)
        paid = self._free - now <= MOST_HASTENED * self.spacing
        if paid and not retry_after and self._cause.hasten(now, sent, self.spacing):
            self._slot, self._free = self._free, now

    def _begin_periods(self, now: float, weighed: float) -> None:
        """A call was refused: if that was not for a while, a period begins. ``weighed``: the pairs' evidence before."""
        if self._quiet(now, QUIET_S):
            self._began = now
        # Without an answer since the last refusal, nothing has shown that the pace may return.
        if self._quiet(now, QUIET_S if self._row else PAUSE_S):
            self._calm = 0
            self._recovery.begin(now, self.factor, self._window, weighed)

    def _quiet(self, now: float, seconds: float) -> bool:
        """Whether no call has been refused for so many seconds, although calls were made."""
        return now > max(self._refused_at, self._retry_after.until) + max(seconds, QUIET_CALLS * self.spacing)

    def _apart(self, now: float) -> float:
        """Least time between two waits that the vendor asks for, as a multiple of the shorter one."""
        if self._cause.at_random:
            return SELDOM
        if self._outage:
            return 0.0
        return 1.0 if self._cause.pairs.possible and self._cause.odds(now) >= PRIOR else 0.0

    @property
    def _outage(self) -> bool:
        """Whether every call has been refused since the period of refusals began."""
        lasted = self._refused_at - self._row_began
        return self._row_began == self._began and (self._row >= OUTAGE or (self._row > 1 and lasted > OUTAGE_S))

    def _fall(self, now: float) -> None:
        cut = min(MOST_CUT, CUT * self.factor)
        if self._fell_at is not None:
            halved = min(HALVED_S, HALVED_CALLS * self._spacing)
            cut = min(cut, 1 - 0.5 ** min(1.0, (now - self._fell_at) / halved))
        if self._cause.undecided(now) and self._cause.pairs.refused < FEW:
            cut = min(cut, GENTLE)
        self._fell_at = now
        self.factor = min(self.factor, max(self._slowest(now), self.factor * (1 - cut)))

    def _slowest(self, now: float) -> float:
        if not self._cause.pairs.tell:
            return UNKNOWABLE
        evidence = self._cause.odds(now) - PRIOR
        tried = evidence < INDICATED and now - self._doubted > TRIED_S
        return max(SLOWEST, (UNKNOWABLE if tried else DOUBTFUL) * exp(min(0.0, evidence)))

    def _rise(self, now: float) -> None:
        if self._cause.at_random:
            self.factor = min(1.0, self.factor * 2 ** min(MOST_DOUBLED, self.spacing / DOUBLED_S))
        elif self._quiet(now, PAUSE_S) and (raised := self._recovered(now)) is not None:
            self.factor = raised
        else:
            steady = RISE / self._steps / self.factor
            self.factor = min(1.0, self.factor + steady * (1 + (self._calm / self._steps) ** 2))

    @property
    def _steps(self) -> float:
        """The answered calls that raise the full pace by ``RISE``."""
        return max(LEAST_STEPS, self._window / self._spacing)

    def _recovered(self, now: float) -> float | None:
        weighed, may_be_random = self._cause.pairs.weighed, self._cause.may_be_random(now)
        return self._recovery.raised(now, self.factor, self.spacing, weighed, may_be_random=may_be_random)
