# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Predicts a job's end from its reported progress. Pure.

Progress in percent is assumed to be ``100 * x**k``, rounded down, where ``x`` is the part of the job's running time
that has passed, and ``k`` is near 1 but unknown. Then every look bounds the end, for each possible ``k``, and the
prediction is what the bounds of all looks have in common. If they have nothing in common, progress does not grow like
that, and only the newest look counts.
"""

from __future__ import annotations

from array import array
from functools import cache

EXPONENTS = (0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2)
"""The values of ``k`` that are tried."""

_INF = float("inf")
_ANY_LOW = array("d", [float("-inf")] * len(EXPONENTS))
_ANY_HIGH = array("d", [float("inf")] * len(EXPONENTS))


class Forecast:
    """Bounds of the time at which one job ends. Times are seconds of one clock, whichever.

    :ivar low: the earliest end.
    :ivar high: the latest end.
    :ivar doubted: 1 once a look has shown that the end comes before the ``low`` that was predicted, else 0.
    """

    __slots__ = ("_highs", "_lows", "doubted", "high", "low")

    def __init__(self) -> None:
        self._lows = _ANY_LOW
        self._highs = _ANY_HIGH
        self.doubted = 0
        self.low = float("-inf")
        self.high = float("inf")

    @property
    def known(self) -> bool:
        """Whether there is a prediction: whether any look has shown progress."""
        return self.high != float("inf")

    def learn(self, now: float, progress: int, started: tuple[float, float]) -> None:
        """Take one more look into account.

        :param now: the time of the look.
        :param progress: percent. 0 is ignored, since many vendors report it until long after the start.
        :param started: the earliest and the latest time at which the job may have started to run.
        """
        if progress <= 0:
            return
        before, progress = self.low, min(progress, 100)
        if not self._agree(now, progress, started, self._lows, self._highs):
            self._agree(now, progress, started, _ANY_LOW, _ANY_HIGH)
            if self.high < before:
                self.doubted = 1

    def _agree(  # noqa: C901 - one loop without calls and copies: it runs at every look at every job
        self, now: float, progress: int, started: tuple[float, float], lows: array[float], highs: array[float]
    ) -> bool:
        """Set the bounds to what this look and the given bounds have in common, for each exponent.

        :returns: whether they have anything in common that is not past; if not, nothing is changed.
        """
        shortest, longest = max(0.0, now - started[1]), max(0.0, now - started[0])
        new_lows, new_highs = lows, highs
        lowest, highest = _INF, -_INF
        index = 0
        for least, most, low, high in zip(*_left(progress), lows, highs, strict=True):
            new = now + shortest * least
            if new > low:
                if new_lows is lows:
                    new_lows = lows[:]
                new_lows[index] = low = new  # noqa: PLW2901
            new = now + longest * most
            if new < high:
                if new_highs is highs:
                    new_highs = highs[:]
                new_highs[index] = high = new  # noqa: PLW2901
            if low <= high >= now:
                if low < lowest:  # noqa: PLR1730
                    lowest = low
                if high > highest:  # noqa: PLR1730
                    highest = high
            index += 1  # noqa: SIM113 - enumerate makes one more tuple
        if highest < now:
            return False
        self._lows, self._highs, self.low, self.high = new_lows, new_highs, lowest, highest
        return True


@cache
def _left(progress: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the least and the most time left, for each exponent, as multiples of the time that has passed.

    They differ since progress is rounded down.
    """
    more = min(progress + 1, 100)
    return (
        tuple((more / 100) ** (-1 / exponent) - 1 for exponent in EXPONENTS),
        tuple((progress / 100) ** (-1 / exponent) - 1 for exponent in EXPONENTS),
    )
