# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How often calls may go out. Pure: it is told what time it is and answers how long to wait.

Even spacing, no bucket that could burst: whatever window is laid over the calls, it never holds more than the share of
the limit that was granted.

A throttle answer is tried again at once, and what becomes of that tells whose fault it is. Where the limit is used up,
the second call is refused like the first: then the pace is lowered, by no more than the share of calls that were
refused of late, and good answers raise it step by step, so that several processes on one account settle without talking
to each other. Where refusals come whatever we do, most second calls are answered, and slowing down would help nobody.

Nor would it where refusals come for a while, for somebody else's sake or the vendor's, and pass. That is learnt: where
the pace before them proves good afterwards, the next ones do not lower it, unless they last. Where everything is
refused, calls are spaced by how long that has lasted, so that its end is noticed.
"""

from __future__ import annotations

from math import exp, sqrt

from ..core.policy import LONGEST_S

SHARE = 0.8
"""Of the account's limit that one process uses."""

SLOWEST = 1 / 16
"""Of the full pace: however often the vendor throttles, it is asked again."""

CUT = 0.15
"""Of the pace that a refusal takes away at a fifth of the full pace; more above, so that processes become alike."""

RISE = 3.5e-5
"""Of the full pace that is given back with every call that would fit into it."""

WINDOW_S = 60.0
"""Over which the share of refused calls counts, and in which a pace proves too fast."""

CALM_S = 30.0
"""Without a refusal, after which the pace before it is tried once more."""

FORGOTTEN_S = 1800.0
"""Without a refusal, after which a pace that was too fast is tried again."""

PASSES_S = 75.0
"""From the first refusal on, in which the pace stays as it is where refusals have passed before, for somebody else's
sake or the vendor's, and the pace before them proved good."""

OUTAGE = 6
"""Refusals in a row, the first of them after a time without any, that are not for the limit's sake: to slow down would
help nobody. Where a limit is used up there are answers in between."""

LATE = 1 / 32
"""Of the time that refusals have lasted, by which their end may be noticed late."""

SLOWER = 8.0
"""How many times wider calls are spaced at most while one after the other is refused."""

BY_CHANCE = 9.0
"""How many times as long as a wait that the vendor asks for is the time until the next one, where refusals come by
chance."""

_HASTE = 8 * WINDOW_S  # without a refusal, in which the rise doubles
_OURS = 0.3  # how sure it must be that refusals are for our calls
_LIKELY = 0.9  # the share of second calls that are refused where the limit is used up
_TRIES, _ANSWERS = 16.0, 32.0  # that count in these shares
_FIRST = 2.0  # second calls that are taken to have been refused before there were any
_KEPT_S = 300.0  # for which second calls count: a full account has rare ones, some of which are answered
_TWICE_S = WINDOW_S / 2  # in which the pace doubles where refusals are not for our calls


class Pace:
    """The spacing of one lane's calls.

    :param calls: the limit,
    :param seconds: and its window.
    :param share: how much of it is ours.
    """

    __slots__ = (
        "_answers",
        "_bad",
        "_before",
        "_began",
        "_free",
        "_good",
        "_held",
        "_owed",
        "_passes",
        "_refused",
        "_refused_again",
        "_refused_at",
        "_returned",
        "_row",
        "_row_began",
        "_second_calls",
        "_spacing",
        "_too_fast",
        "_top",
        "_tried_at",
        "_window",
        "factor",
    )

    def __init__(self, calls: float, seconds: float, share: float = SHARE) -> None:
        self._spacing = seconds / (calls * share)
        self.factor = 1.0
        self._free = self._held = float("-inf")
        self._owed = 0.0  # seconds by which a second call came too soon
        self._row, self._row_began = 0, float("-inf")  # refusals since the last good answer, and the first of them
        self._refused_at = float("-inf")  # the last of them
        self._began = float("-inf")  # the first one after a time without
        self._answers, self._refused = 4.0, 0.0  # of late, second calls apart; and the share of refusals
        self._second_calls = self._refused_again = _FIRST  # at first it is taken to be our fault
        self._window, self._before = float("-inf"), 1.0  # when the window began, and the pace at that time
        self._good = self._bad = 0.0  # calls in it
        self._top, self._returned = 1.0, float("-inf")  # the pace before refusals, and when it was tried once more
        self._too_fast = False  # it proved to be
        self._tried_at = float("-inf")  # the last second call
        self._passes = False  # it proved not to be, since refusals ceased by themselves

    @property
    def spacing(self) -> float:
        """Seconds between two calls as things stand."""
        return self._spacing / self.factor

    def limit(self, calls: float, seconds: float, share: float = SHARE) -> None:
        """The account's limit is another one from now on."""
        self._spacing = seconds / (calls * share)

    def idle(self, now: float) -> bool:
        """Whether a new pace would do the same: its last call and its last throttle are long past."""
        return now > max(self._free, self._held, self._refused_at) + LONGEST_S

    def wait(self, now: float) -> float:
        """Seconds until the next call may go out."""
        return max(0.0, self._free - now, self._held - now)

    def take(self, now: float) -> None:
        """A call goes out."""
        self._free = now + self.spacing * self._slower + self._owed
        self._owed = 0.0

    # --- answers ------------------------------------------------------------------------------------------------

    def good(self, now: float, sent: float) -> None:
        """The vendor answered.

        :param sent: when the call went out: one that was under way when another was refused tells nothing of that.
        """
        self._good += 1
        if sent < self._refused_at:
            return
        if self._row == 0:
            self._met(0.0)
        elif self._row == 1:
            self._tried_again(0.0, now)
        if self._outage:
            self.factor = max(self.factor, self._top)
        self._row = 0
        if self.factor < 1:
            self._rise(now)
        elif float("-inf") < max(self._refused_at, self._returned) < now - 2 * WINDOW_S:
            self._passes = True

    def throttled(self, now: float, sent: float, retry_after: float | None) -> None:
        """The vendor refused a call for the limit's sake.

        :param sent: as for :meth:`good`.
        :param retry_after: seconds for which the vendor wants to be left alone.
        """
        self._leave_alone(now, min(retry_after or 0.0, LONGEST_S))
        if now - self._window > WINDOW_S:
            self._window, self._before, self._good, self._bad = now, self.factor, 0.0, 0.0
        self._bad += self._slower
        if now - self._refused_at > WINDOW_S:
            self._began = now
        if sent < self._refused_at:
            return
        self._refused_at = now
        self._row += 1
        if self._row == 1:
            self._row_began = now
            self._met(1.0)
            self._owed += max(0.0, self._free - now)
            self._free = now
            return
        if self._row == 2:
            self._tried_again(1.0, now)
        if now - self._began > PASSES_S:
            self._passes = False
        if self._ours > _OURS and not (self._passes or self._outage):
            self._fall(now)

    def _leave_alone(self, now: float, seconds: float) -> None:
        """Wait for as long as the vendor asks, where that can help.

        Where refusals come by chance, the call after the wait is refused as often as any other: waits would add up to
        most of the time, and no call would be spared by them. So they take a tenth of it there.
        """
        if seconds > 0 and (self._ours >= _OURS or now > self._held + BY_CHANCE * seconds):
            self._held = max(self._held, now + seconds)

    @property
    def _slower(self) -> float:
        """How many times wider calls are spaced while one after the other is refused."""
        if self._row <= 2:
            return 1.0
        return max(1.0, min(SLOWER, (self._refused_at - self._row_began) * LATE / self.spacing))

    @property
    def _outage(self) -> bool:
        """Whether everything has been refused from the first refusal on."""
        return self._row >= OUTAGE and self._row_began == self._began

    @property
    def _ours(self) -> float:
        """How sure it is that our calls are refused because the limit is used up, rather than at random."""
        doubt = sqrt(self._refused * (1 - self._refused)) / 3  # by which so few calls may mislead
        at_random = min(self._refused + doubt, _LIKELY - 0.1)
        again = self._refused_again / self._second_calls
        return max(0.0, min(1.0, (again - at_random) / (_LIKELY - at_random)))

    def _met(self, refused: float) -> None:
        self._answers = min(_ANSWERS, self._answers + 1)
        self._refused += (refused - self._refused) / self._answers

    def _tried_again(self, refused: float, now: float) -> None:
        kept = exp((self._tried_at - now) / _KEPT_S)
        self._tried_at = now
        self._second_calls = _FIRST + (self._second_calls - _FIRST) * kept + 1
        self._refused_again = _FIRST + (self._refused_again - _FIRST) * kept + refused
        if self._second_calls > _TRIES:
            self._second_calls *= 0.75
            self._refused_again *= 0.75

    def _fall(self, now: float) -> None:
        if self._row == 2:
            if now - self._returned < 2 * WINDOW_S:
                self._too_fast = True
            elif not self._too_fast:
                self._top = max(self._top, self.factor)
        cut = min(0.6, CUT * sqrt(self.factor * 5)) * self._ours
        proportionate = self._before * self._good / (self._good + self._bad)
        self.factor = max(SLOWEST, min(self.factor, max(self.factor * (1 - cut), proportionate)))

    def _rise(self, now: float) -> None:
        calm = now - self._refused_at
        if calm > FORGOTTEN_S:
            self.factor, self._top, self._too_fast = 1.0, 1.0, False
        elif self._ours < _OURS / 2:
            self.factor = min(1.0, self.factor * 2 ** (self.spacing / _TWICE_S))
            self._too_fast = False
        elif calm > CALM_S and not self._too_fast:
            self._returned = now
            self.factor = self._top if self.factor > 0.8 * self._top else (self.factor + self._top) / 2
        else:
            self.factor = min(1.0, self.factor + RISE / self.factor * (1 + (calm / _HASTE) ** 2))
