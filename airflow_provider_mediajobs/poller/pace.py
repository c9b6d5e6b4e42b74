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
to each other. Where refusals come whatever we do, second calls are answered as often as any other, and slowing down
would help nobody. The odds of the one against the other are kept as their logarithm. Once it is sure that the limit is
used up and few calls are refused, only some refused calls are tried again at once.

Nor would it where refusals come for a while, for somebody else's sake or the vendor's, and pass. That is learnt: where
the pace before them proves good afterwards, the next ones do not lower it, unless they last. Where everything is
refused, calls are spaced by how long that has lasted, so that its end is noticed.
"""

from __future__ import annotations

from math import exp, log, sqrt

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

LATE, LATE_WHOLLY = 1 / 32, 1 / 6
"""Of the time that refusals in a row have lasted, by which their end may be noticed late; and where that is an outage,
in which no call would be answered."""

SLOWER = 8.0
"""How many times wider calls are spaced at most while one after the other is refused."""

_HASTE = 8 * WINDOW_S  # without a refusal, in which the rise doubles
_ANSWERED = 0.5  # of the second calls that would be answered by chance, where the limit is used up
_ANSWERS = 32.0  # that count in the share of first calls that are refused
_ANSWERS_AT_FIRST, _REFUSED_AT_FIRST = 4.0, 0.25  # that count before there were any
_LEAST_SHARE, _MOST_SHARE = 0.02, 0.95  # which that share is thought to be
_FALLS_FROM = 2.0  # evidence for a used-up limit from which the pace falls
_SURE = 3.0  # evidence for it that is enough, as long as few calls are refused
_FEW = 0.2  # of calls that are refused: with more of them, to have slowed down has not helped
_CHANCE = -4.0  # evidence that is enough for refusals that come by chance
_LEAST, _MOST = -7.0, 3.5  # evidence that counts: what was so can change
_TESTED = 4  # one in so many refusals is tried again at once although the limit is used up for sure
_NOTICED = 0.1  # the share of refusals that are not for our calls, from which a low pace is given up quickly
_KEPT_S = 600.0  # for which evidence for chance counts
_TWICE_S = WINDOW_S / 2  # in which the pace doubles where refusals are not for our calls


class Pace:
    """The spacing of one lane's calls.

    :param calls: the limit,
    :param seconds: and its window.
    :param share: how much of it is ours.
    """

    __slots__ = (
        "_answers",
        "_asked_for",
        "_bad",
        "_before",
        "_began",
        "_evidence",
        "_fell",
        "_free",
        "_good",
        "_held",
        "_owed",
        "_passes",
        "_refused",
        "_refused_at",
        "_returned",
        "_row",
        "_row_began",
        "_spacing",
        "_too_fast",
        "_top",
        "_tried_at",
        "_trying",
        "_untested",
        "_waited",
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
        self._answers, self._refused = _ANSWERS_AT_FIRST, _REFUSED_AT_FIRST  # of late, second calls apart; their share
        self._evidence = 0.0  # that the limit is used up, rather than that refusals come by chance: log of the odds
        self._untested = 0  # refusals since a second call was made at once
        self._trying = False  # the next call is such a one
        self._fell = False  # the pace has fallen since the last good answer
        self._asked_for = 0.0  # seconds for which the vendor was left alone last
        self._waited = False  # for it, and no second call has been made at once since then
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
        elif self._trying:
            self._tried_again(now, refused=False)
        if self._outage:
            self.factor = max(self.factor, self._top)
        self._row, self._fell = 0, False
        if self.factor < 1:
            self._rise(now)
        elif float("-inf") < max(self._refused_at, self._returned) < now - 2 * WINDOW_S:
            self._passes = True

    def throttled(self, now: float, sent: float, retry_after: float | None) -> None:
        """The vendor refused a call for the limit's sake.

        :param sent: as for :meth:`good`.
        :param retry_after: seconds for which the vendor wants to be left alone.
        """
        self._count_refusal(now)
        if sent < self._refused_at:
            return
        self._refused_at = now
        self._row += 1
        if self._row == 1:
            self._row_began = now
            self._met(1.0)
        elif self._trying:
            self._tried_again(now, refused=True)
        held = self._leave_alone(now, retry_after)
        if self._row == 1 and not held and self._puts_to_the_test():
            self._owed += max(0.0, self._free - now)
            self._free, self._trying = now, True
            return
        if now - self._began > PASSES_S:
            self._passes = False
        if self._for_our_calls and not (self._passes or self._outage):
            self._fall(now)

    @property
    def _for_our_calls(self) -> bool:
        """Whether it is likely enough that the limit is used up; less will do where few calls are refused."""
        return self._evidence > (_FALLS_FROM if self._refused >= _FEW else 0.0)

    def _count_refusal(self, now: float) -> None:
        if now - self._window > WINDOW_S:
            self._window, self._before, self._good, self._bad = now, self.factor, 0.0, 0.0
        self._bad += self._slower
        if now - self._refused_at > WINDOW_S:
            self._began = now

    def _leave_alone(self, now: float, retry_after: float | None) -> bool:
        """Wait for as long as the vendor asks, where that can help.

        It can where the limit is used up. Where refusals come by chance the call after the wait is refused as often as
        any other: waits would add up to most of the time, and no call would be spared by them. So they take a tenth of
        it there, and a third until that is known, if the vendor does not ask for more than before.
        """
        wanted = min(retry_after or 0.0, LONGEST_S)
        times = 2.0 if self._evidence > -_SURE else 9.0
        again = wanted <= self._asked_for and (not self._sure or self._untested >= _TESTED)
        if wanted <= 0 or (again and (self._waited or now < self._held + times * wanted)):
            return False
        self._held, self._asked_for, self._waited = max(self._held, now + wanted), wanted, True
        self._untested += 1
        return True

    def _puts_to_the_test(self) -> bool:
        """Whether a refused call is followed by another one at once: what becomes of that tells whose fault it is."""
        self._untested += 1
        if self._sure and self._untested < _TESTED:
            return False
        self._untested = 0
        return True

    @property
    def _slower(self) -> float:
        """How many times wider calls are spaced while one after the other is refused."""
        if self._row <= 2:
            return 1.0
        late = LATE_WHOLLY if self._outage else LATE
        return max(1.0, min(SLOWER, (self._refused_at - self._row_began) * late / self.spacing))

    @property
    def _outage(self) -> bool:
        """Whether everything has been refused from the first refusal on."""
        return self._row >= OUTAGE and self._row_began == self._began

    @property
    def _sure(self) -> bool:
        """Whether calls are refused because the limit is used up: then fewer of them are, once there are fewer."""
        return self._evidence >= _SURE and self._refused < _FEW

    def _met(self, refused: float) -> None:
        self._answers = min(_ANSWERS, self._answers + 1)
        self._refused += (refused - self._refused) / self._answers

    def _tried_again(self, now: float, *, refused: bool) -> None:
        """What a second call tells: how much likelier that is where the limit is used up than by chance."""
        share = min(_MOST_SHARE, max(_LEAST_SHARE, self._refused))
        at_most = min(_MOST_SHARE, share + sqrt(share * (1 - share) / self._answers))  # so few calls may mislead
        odds = (1 - (1 - at_most) * _ANSWERED) / at_most if refused else _ANSWERED
        kept_s = _KEPT_S if self._evidence < 0 else FORGOTTEN_S
        kept = self._evidence * exp((self._tried_at - now) / kept_s)
        self._evidence = max(_LEAST, min(_MOST, kept + log(odds)))
        if share < _NOTICED and self._evidence < -_SURE:  # rare refusals tell little
            self._evidence = max(min(kept, -_SURE), self._evidence)
        self._tried_at, self._trying, self._waited = now, False, False

    def _fall(self, now: float) -> None:
        if not self._fell:
            self._fell = True
            if now - self._returned < 2 * WINDOW_S:
                self._too_fast = True
            elif not self._too_fast:
                self._top = max(self._top, self.factor)
        cut = min(0.6, CUT * sqrt(self.factor * 5))
        proportionate = self._before * self._good / (self._good + self._bad)
        self.factor = max(SLOWEST, min(self.factor, max(self.factor * (1 - cut), proportionate)))

    def _rise(self, now: float) -> None:
        calm = now - self._refused_at
        if calm > FORGOTTEN_S:
            self.factor, self._top, self._too_fast = 1.0, 1.0, False
        elif self._evidence <= _CHANCE and self._refused > _NOTICED:
            self.factor = min(1.0, self.factor * 2 ** (self.spacing / _TWICE_S))
            self._too_fast = False
        elif calm > CALM_S and not self._too_fast:
            self._returned = now
            self.factor = self._top if self.factor > 0.8 * self._top else (self.factor + self._top) / 2
        else:
            self.factor = min(1.0, self.factor + RISE / self.factor * (1 + (calm / _HASTE) ** 2))
