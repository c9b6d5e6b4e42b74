# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How short the quota is, and how far it is not. Pure: finds the price of a look.

It rises while more is due than calls can carry, and falls again. Where calls are left over it falls below 1, as long as
each is still worth something: many jobs that are looked at together may be looked at often, few need not.
"""

from __future__ import annotations

from math import exp

STEP = 0.026
"""How much dearer or cheaper a look becomes within a second: twice as dear in half a minute."""

DEAREST = 1e4
CHEAPEST = 0.02
WORTH = 0.2
"""Seconds of expected delay that a call is worth at least, where there are enough of them."""

AT_ONCE_S = 30.0
"""Of idle time that count as one step at most."""

TOLD_FROM = 1.5
TOLD_EVERY_S = 600.0


class Backpressure:
    """The price's factor: 1 or less where the quota carries everything."""

    __slots__ = ("_felt_at", "_told_at", "factor")

    def __init__(self) -> None:
        self.factor = 1.0
        self._felt_at = self._told_at = float("-inf")

    def felt(self, pressed: bool, worth: float | None, now: float) -> bool:
        """After a call.

        :param pressed: whether more was due than it could carry.
        :param worth: seconds of expected delay that what it carried is worth where the factor is 1; ``None`` leaves the
            price as it is.
        :returns: whether it is time for a line in the log.
        """
        passed, self._felt_at = now - self._felt_at, now
        if pressed:
            self.factor = min(DEAREST, self.factor * exp(STEP * min(1.0, passed)))
        elif worth is None:
            pass
        elif self.factor > 1.0:
            self.factor = max(1.0, self.factor * exp(-STEP * passed))
        else:
            dearer = -1.0 if worth * self.factor > WORTH else 1.0
            self.factor = max(CHEAPEST, min(1.0, self.factor * exp(dearer * STEP * min(AT_ONCE_S, passed))))
        if self.factor < TOLD_FROM or now - self._told_at < TOLD_EVERY_S:
            return False
        self._told_at = now
        return True
