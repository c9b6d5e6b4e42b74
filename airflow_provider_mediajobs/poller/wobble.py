# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Gaps between calls that are not quite equal. Pure; times are seconds of one monotonic clock.

With a constant spacing each call would take the place that an earlier call of the same process gives up at that moment,
and processes that come later would never get one.
"""

from __future__ import annotations

from .pairs import spread

WOBBLE = 0.02
"""Share of the spacing by which a gap is shorter or longer."""


class Wobble:
    """By how much the gaps of one process differ, once calls go out for a whole window without pause."""

    __slots__ = ("_since", "_spread")

    def __init__(self) -> None:
        self._since = float("-inf")  # the first call after the latest pause
        self._spread = 0.0

    def factor(self, now: float, window: float, *, paused: bool) -> float:
        """The factor of the gap after the call that goes out now.

        :param window: seconds of the limit's window.
        :param paused: whether the call before was longer ago than the spacing asks for.
        """
        if paused:
            self._since = now
        if now - self._since < window:
            return 1.0
        self._spread = spread(self._spread)
        return 1 + WOBBLE * (2 * self._spread - 1)
