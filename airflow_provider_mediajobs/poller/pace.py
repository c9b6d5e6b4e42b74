"""How often calls may go out. Pure: it is told what time it is and answers how long to wait.

Even spacing, no bucket that could burst: whatever window is laid over the calls, it never holds more than the share of
the limit that was granted.

A throttle answer is tried again at once, and what becomes of that tells whose fault it is. Where the limit is used up,
the second call is refused like the first: then the pace is lowered, by no more than the share of calls that were
refused of late, and good answers raise it step by step, so that several processes on one account settle without talking
to each other. Where refusals come whatever we do, most second calls are answered, and slowing down would help nobody.
"""

from __future__ import annotations

from math import sqrt

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

OUTAGE = 6
"""Refusals in a row,"""

OUTAGE_S = 2 * WINDOW_S
"""in so many seconds, after which it is not for the limit's sake: then waiting longer would help nobody."""

_HASTE = 8 * WINDOW_S  # without a refusal, in which the rise doubles
_OURS = 0.3  # how sure it must be that refusals are for our calls
_LIKELY = 0.9  # the share of second calls that are refused where the limit is used up
_TRIES, _ANSWERS = 16.0, 32.0  # that count in these shares


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
        "_free",
        "_good",
        "_held",
        "_owed",
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
        self._answers, self._refused = 4.0, 0.0  # of late, second calls apart; and the share of refusals
        self._second_calls = self._refused_again = 2.0  # at first it is taken to be our fault
        self._window, self._before = float("-inf"), 1.0  # when the window began, and the pace at that time
        self._good = self._bad = 0.0  # calls in it
        self._top, self._returned = 1.0, float("-inf")  # the pace before refusals, and when it was tried once more
        self._too_fast = False  # it proved to be

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
            self._tried_again(0.0)
        if self._outage:
            self.factor = self._top
        self._row = 0
        if self.factor < 1:
            self._rise(now)

    def throttled(self, now: float, sent: float, retry_after: float | None) -> None:
        """The vendor refused a call for the limit's sake.

        :param sent: as for :meth:`good`.
        :param retry_after: seconds for which the vendor wants to be left alone.
        """
        self._held = max(self._held, now + min(retry_after or 0.0, LONGEST_S))
        if now - self._window > WINDOW_S:
            self._window, self._before, self._good, self._bad = now, self.factor, 0.0, 0.0
        self._bad += self._slower
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
            self._tried_again(1.0)
        if self._ours > _OURS:
            self._fall(now)

    @property
    def _slower(self) -> float:
        """How many times wider calls are spaced while one after the other is refused."""
        if self._row <= 2 or self._outage or self._ours <= _OURS:
            return 1.0
        return 2.0 ** min(3, self._row - 2)

    @property
    def _outage(self) -> bool:
        """Whether everything has been refused for so long that the limit cannot be why."""
        return self._row >= OUTAGE and self._refused_at - self._row_began > OUTAGE_S

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

    def _tried_again(self, refused: float) -> None:
        self._second_calls += 1
        self._refused_again += refused
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
        if self._ours < _OURS / 2 or calm > FORGOTTEN_S:
            self.factor, self._top, self._too_fast = 1.0, 1.0, False
        elif calm > CALM_S and not self._too_fast:
            self._returned = now
            self.factor = self._top if self.factor > 0.8 * self._top else (self.factor + self._top) / 2
        else:
            self.factor = min(1.0, self.factor + RISE / self.factor * (1 + (calm / _HASTE) ** 2))
