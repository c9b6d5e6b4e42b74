"""When a job will end, as far as its reported progress tells. Pure.

Progress is taken to grow as ``100 * x**k`` with the share ``x`` of the work's time that has passed, rounded down, and
``k`` near 1 but unknown. Every look then bounds the end for each ``k``; what all looks agree on is what is left. A
vendor whose progress moves in another way contradicts itself sooner or later: then only the newest look counts.
"""

from __future__ import annotations

from array import array
from functools import cache

EXPONENTS = (0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2)
"""Values of ``k`` that are thought possible."""


class Forecast:
    """Bounds of one job's end. Times are seconds of any one clock."""

    __slots__ = ("_highs", "_lows", "high", "low")

    def __init__(self) -> None:
        self._lows = array("d", [float("-inf")] * len(EXPONENTS))
        self._highs = array("d", [float("inf")] * len(EXPONENTS))
        self.low = float("-inf")
        self.high = float("inf")

    @property
    def known(self) -> bool:
        """Whether any look told anything."""
        return self.high != float("inf")

    def learn(self, now: float, progress: int, started: tuple[float, float]) -> None:
        """One more look.

        :param now: when it was made.
        :param progress: percent; 0 tells nothing, since many vendors report it long after the start.
        :param started: bounds of when the work began.
        """
        if progress <= 0:
            return
        shortest, longest = max(0.0, now - started[1]), max(0.0, now - started[0])
        lows = [now + shortest * left for left in _left(min(progress + 1, 100))]
        highs = [now + longest * left for left in _left(min(progress, 100))]
        if not self._agree(now, list(map(max, lows, self._lows)), list(map(min, highs, self._highs))):
            self._agree(now, lows, highs)

    def _agree(self, now: float, lows: list[float], highs: list[float]) -> bool:
        """Take these bounds over, an exponent each, unless none of them is possible."""
        feasible = [(low, high) for low, high in zip(lows, highs, strict=True) if low <= high >= now]
        if not feasible:
            return False
        self._lows, self._highs = array("d", lows), array("d", highs)
        self.low = min(feasible)[0]
        self.high = max(high for _, high in feasible)
        return True


@cache
def _left(progress: int) -> tuple[float, ...]:
    """Time left as a multiple of the time passed, by exponent: what is left is in proportion to what has passed."""
    return tuple((progress / 100) ** (-1 / exponent) - 1 for exponent in EXPONENTS)
