# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What two calls right after a refused one show of why calls are refused. Pure.

If the limit is used up, hardly any place has become free since, and others are after it, too: mostly both calls are
refused, and hardly ever both are answered. If refusals are random, both are mostly answered. So two calls at once tell
most where few calls are refused, of which other pairs tell little (:mod:`.pairs`); and it does not matter which of the
two arrives first.

How likely that is depends on how many places the limit gives out between the refused call and these two. The bounds
that are reckoned with hold where others call it too often, evenly or by chance (``tests/poller/test_at_once.py``).
"""

from __future__ import annotations

from math import log

MOST_PLACES = 0.75
"""The most places that the limit may give out in the meantime, on average. With more, the two calls tell little."""

_BOTH, _BOTH_A_PLACE = 0.05, 0.2  # how often both are answered by a limit that is used up, at most
_ONE, _ONE_A_PLACE = 0.3, 0.3  # how often one of them is: at most, and for each place
_LEAST_SHARE = 1 / 12  # one was refused just now, though a late answer may find the share fallen
_DOUBT, _MOST_SHARE = 0.18, 0.9  # by so much the share of refused calls may be larger than the last calls show


def evidence(refused: int, share: float, places: float) -> float:
    """Return the log-odds that such an outcome speaks for random refusals.

    :param refused: how many of the two calls were refused.
    :param share: the share of refused calls among the newest, these two included.
    :param places: how many places the limit has given out since the refused call, on average; at most ``MOST_PLACES``.
    """
    both, share = _BOTH + _BOTH_A_PLACE * places, max(_LEAST_SHARE, share)
    if refused == 2:
        # The share may have grown just now, as at the beginning of a disturbance.
        grown = min(_MOST_SHARE, share + max(0.0, _DOUBT * (1 - 2 * share)))
        return log(grown**2 / (1 - both - _ONE_A_PLACE * places))
    share = min(0.5, share)
    return log((1 - share) ** 2 / both) if refused == 0 else log(2 * share * (1 - share) / _ONE)
