# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Calculates from a job's forecast the ends and the delay that are expected since its last look. Pure.

Within the bounds of the forecast, every time is taken to be equally likely. A job that still runs ``a`` seconds after
the later bound is taken to run until ``s`` seconds after it with the chance ``a / s``: the later it is, the longer it
will be. The delay (seconds since the job's end) that is expected after a gap of ``g`` seconds is then
``g - a * log(1 + g / a)``.

In all functions, ``seen`` is the time of the last look, and times are seconds of the loop's clock.
"""

from __future__ import annotations

from math import log, sqrt

from .experience import Experience, Factor
from .forecast import Forecast

_OVERRUN = 2.0  # seconds that every job counts as late from its later bound on, so that ``a`` is never 0


def ends(experience: Experience, forecast: Forecast, seen: float, now: float) -> tuple[Factor, float]:
    """Return the factor that weights this forecast, and the number of ends that it predicts since the last look."""
    low, high = max(forecast.low, seen), forecast.high
    if high <= low:
        return experience.over[forecast.doubted], log(1 + (now - seen) / _late(high, seen))
    return experience.within[forecast.doubted], max(0.0, min(1.0, (now - low) / (high - low)))


def reaches(experience: Experience, forecast: Forecast, seen: float, price: float) -> float:
    """Return the time at which the expected delay reaches a price.

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
    """Return the seconds for which the job is expected to have been over by now, if it ran at the last look."""
    low, high = max(forecast.low, seen), forecast.high
    if high <= low:
        return experience.over[forecast.doubted].careful * _delay(_late(high, seen), now - seen)
    if now <= low:
        return 0.0
    trust = experience.within[forecast.doubted].careful
    return trust * ((now - low) ** 2 / (2 * (high - low)) if now < high else (high - low) / 2 + now - high)


def _late(high: float, seen: float) -> float:
    """Return how many seconds late the job was at the last look."""
    return max(0.0, seen - high) + _OVERRUN


def _delay(late: float, gap: float) -> float:
    """Return the expected delay after a gap without a look, for a job that was late before it."""
    return max(0.0, gap - late * log(1 + gap / late)) if gap > 0 else 0.0


def _gap(late: float, price: float) -> float:
    """Return the gap in which the expected delay reaches the price: two terms of the series of ``_delay``'s inverse."""
    share = price / late
    return late * (sqrt(2 * share) + 2 * share / 3)
