# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Finds how often jobs may be polled with the quota there is. Pure.

A job is looked at when the delay that is expected since its last look (the seconds for which its gate may have stood
shut although the job had ended) reaches a price. This module keeps the factor by which all prices are multiplied. It
rises above 1 while more looks are due than the quota has calls for. It falls below 1 while calls are left over, as long
as each call still saves a fair amount of delay: a call that answers for many jobs does, one that answers for few does
not.
"""

from __future__ import annotations

from math import exp

STEP = 0.026
"""Change of the factor's logarithm within a second: the factor doubles or halves in about half a minute."""

HIGHEST = 1e4
LOWEST = 0.02
"""Bounds of the factor."""

LEAST_SAVING = 0.2
"""Seconds of expected delay a second of quota. Below 1, the factor falls only as long as calls save more than this."""

LONGEST_STEP_S = 30.0
"""Seconds. The most time between two calls that one change of a factor of 1 or less is computed from."""

LOGGED_FROM = 1.5
LOGGED_EVERY_S = 600.0
"""A line is logged while the factor is at least ``LOGGED_FROM``, every ``LOGGED_EVERY_S`` seconds."""


class Backpressure:
    """The factor by which the price of a look is multiplied; above 1 the quota is short."""

    __slots__ = ("_logged_at", "_updated_at", "factor")

    def __init__(self) -> None:
        self.factor = 1.0
        self._updated_at = self._logged_at = float("-inf")

    def update(self, pressed: bool, worth: float | None, now: float) -> bool:
        """Adapt the factor after a call.

        :param pressed: whether more looks were due than the call could hold.
        :param worth: seconds of expected delay that the call saves for each second of quota, at a factor of 1; ``None``
            leaves the factor as it is.
        :param now: the time.
        :returns: whether a line in the log is due that says that the quota is short.
        """
        passed, self._updated_at = now - self._updated_at, now
        if pressed:
            self.factor = min(HIGHEST, self.factor * exp(STEP * min(1.0, passed)))
        elif worth is None:
            pass
        elif self.factor > 1.0:
            self.factor = max(1.0, self.factor * exp(-STEP * passed))
        else:
            dearer = -1.0 if worth * self.factor > LEAST_SAVING else 1.0
            self.factor = max(LOWEST, min(1.0, self.factor * exp(dearer * STEP * min(LONGEST_STEP_S, passed))))
        if self.factor < LOGGED_FROM or now - self._logged_at < LOGGED_EVERY_S:
            return False
        self._logged_at = now
        return True
