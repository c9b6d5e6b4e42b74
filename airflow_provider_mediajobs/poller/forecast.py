"""When a job will end, as far as its reported progress tells. Pure.

Progress is taken to grow as ``100 * x**k`` with the share ``x`` of the work's time that has passed, rounded down, and
``k`` near 1 but unknown. Every look then bounds the end for each ``k``; what all looks agree on is what is left. A
vendor whose progress moves in another way contradicts itself sooner or later: then only the newest look counts.
"""

from __future__ import annotations

from array import array

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
        newest = [_bounds(now, progress, started, exponent) for exponent in EXPONENTS]
        agreed = [
            (max(low, was_low), min(high, was_high))
            for (low, high), was_low, was_high in zip(newest, self._lows, self._highs, strict=True)
        ]
        feasible = [(low, high) for low, high in agreed if low <= high and high >= now]
        if not feasible:
            agreed = feasible = newest
        self._lows = array("d", [low for low, _ in agreed])
        self._highs = array("d", [high for _, high in agreed])
        self.low = min(low for low, _ in feasible)
        self.high = max(high for _, high in feasible)


def _bounds(now: float, progress: int, started: tuple[float, float], exponent: float) -> tuple[float, float]:
    """The end, if work grows with this exponent: what is left is in proportion to what has passed."""
    shortest, longest = max(0.0, now - started[1]), max(0.0, now - started[0])
    low = now + shortest * _left(min(progress + 1, 100), exponent)
    return low, now + longest * _left(min(progress, 100), exponent)


def _left(progress: int, exponent: float) -> float:
    """Time left, as a multiple of the time passed."""
    return float((progress / 100) ** (-1 / exponent)) - 1
