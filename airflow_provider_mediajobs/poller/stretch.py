"""How short the quota is. Pure: raises the price of a look while more is due than calls can carry."""

from __future__ import annotations

from math import exp

STEP = 0.026
"""How much dearer or cheaper a look becomes within a second: twice as dear in half a minute."""

DEAREST = 1e4
TOLD_FROM = 1.5
TOLD_EVERY_S = 600.0


class Stretch:
    """The price's factor: 1 where the quota carries everything."""

    __slots__ = ("_felt_at", "_told_at", "factor")

    def __init__(self) -> None:
        self.factor = 1.0
        self._felt_at = self._told_at = float("-inf")

    def felt(self, pressed: bool, now: float) -> bool:
        """After a call.

        :param pressed: whether more was due than it could carry.
        :returns: whether it is time for a line in the log.
        """
        passed, self._felt_at = now - self._felt_at, now
        if pressed:
            self.factor = min(DEAREST, self.factor * exp(STEP * min(1.0, passed)))
        else:
            self.factor = max(1.0, self.factor * exp(-STEP * passed))
        if self.factor < TOLD_FROM or now - self._told_at < TOLD_EVERY_S:
            return False
        self._told_at = now
        return True
