"""How often calls may go out. Pure: it is told what time it is and answers how long to wait.

Even spacing, no bucket that could burst: whatever window is laid over the calls, it never holds more than the share of
the limit that was granted. A throttle answer halves the pace, good answers raise it again step by step, so that
several processes on one account settle without talking to each other.
"""

from __future__ import annotations

from ..core.policy import LONGEST_S

SHARE = 0.8
"""Of the account's limit that one process uses."""

SLOWEST = 1 / 64
"""Of the full pace: however often the vendor throttles, it is asked again."""

RISE = 1 / 32
"""Of the full pace that one good answer gives back."""


class Pace:
    """The spacing of one lane's calls.

    :param calls: the limit,
    :param seconds: and its window.
    :param share: how much of it is ours.
    """

    __slots__ = ("_free", "_held", "_slowed", "_spacing", "factor")

    def __init__(self, calls: float, seconds: float, share: float = SHARE) -> None:
        self._spacing = seconds / (calls * share)
        self.factor = 1.0
        self._free = float("-inf")
        self._held = float("-inf")
        self._slowed = float("-inf")

    @property
    def spacing(self) -> float:
        """Seconds between two calls as things stand."""
        return self._spacing / self.factor

    def limit(self, calls: float, seconds: float, share: float = SHARE) -> None:
        """The account's limit is another one from now on."""
        self._spacing = seconds / (calls * share)

    def idle(self, now: float) -> bool:
        """Whether a new pace would do the same: its last call and its last throttle are long past."""
        return now > max(self._free, self._held, self._slowed) + LONGEST_S

    def wait(self, now: float) -> float:
        """Seconds until the next call may go out."""
        return max(0.0, self._free - now, self._held - now)

    def take(self, now: float) -> None:
        """A call goes out."""
        self._free = now + self.spacing

    def throttled(self, now: float, sent: float, retry_after: float | None) -> None:
        """The vendor refused a call for the limit's sake.

        :param sent: when it went out: calls that were under way when the pace was halved do not halve it again.
        :param retry_after: seconds for which the vendor wants to be left alone.
        """
        if sent >= self._slowed:
            self.factor = max(SLOWEST, self.factor / 2)
            self._slowed = now
            self._free = max(self._free, now + self.spacing)
        self._held = max(self._held, now + min(retry_after or 0.0, LONGEST_S))

    def good(self) -> None:
        """The vendor answered."""
        self.factor = min(1.0, self.factor + RISE)
