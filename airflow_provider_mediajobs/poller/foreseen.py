# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Ends that a job's forecast leads to expect, and the delay that gathers with them. Pure.

After its predicted end, a job that is ``a`` seconds late is expected to be so for ``s`` with the chance ``a / s``: the
later it is, the later it will be. The delay that gathers over a gap ``g`` is then ``g - a * log(1 + g / a)``.

Functions take the loop's clock in seconds; ``seen`` is when the job was seen last.
"""

from __future__ import annotations

from math import log, sqrt

from .experience import Experience, Factor
from .forecast import Forecast

_OVERRUN = 2.0  # seconds added to the time since a predicted end


def ends(experience: Experience, forecast: Forecast, seen: float, now: float) -> tuple[Factor, float]:
    """How far the forecast is trusted, and the ends that it led to expect since the last look."""
    low, high = max(forecast.low, seen), forecast.high
    if high <= low:
        return experience.over[forecast.doubted], log(1 + (now - seen) / _late(high, seen))
    return experience.within[forecast.doubted], max(0.0, min(1.0, (now - low) / (high - low)))


def reaches(experience: Experience, forecast: Forecast, seen: float, price: float) -> float:
    """When the expected delay reaches a price.

    :param price: seconds of delay.
    """
    low, high = max(forecast.low, seen), forecast.high
    if high <= low:
        price /= experience.over[forecast.doubted].careful
        return seen + _gap(_late(high, seen), price)
    price /= experience.within[forecast.doubted].careful
    width = high - low
    return low + sqrt(2 * price * width) if price < width / 2 else high + price - width / 2


def delay(experience: Experience, forecast: Forecast, seen: float, now: float) -> float:
    """Seconds of delay that are expected to have gathered since the last look."""
    low, high = max(forecast.low, seen), forecast.high
    if high <= low:
        return experience.over[forecast.doubted].careful * _delay(_late(high, seen), now - seen)
    if now <= low:
        return 0.0
    trust = experience.within[forecast.doubted].careful
    return trust * ((now - low) ** 2 / (2 * (high - low)) if now < high else (high - low) / 2 + now - high)


def _late(high: float, seen: float) -> float:
    return max(0.0, seen - high) + _OVERRUN


def _delay(late: float, gap: float) -> float:
    return max(0.0, gap - late * log(1 + gap / late)) if gap > 0 else 0.0


def _gap(late: float, price: float) -> float:
    """The gap in which the price gathers: the first two terms of the inverse's series."""
    share = price / late
    return late * (sqrt(2 * share) + 2 * share / 3)
