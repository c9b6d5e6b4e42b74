# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""By how much the travel times of calls to the vendor differ. Pure.

Two calls may arrive in the opposite order if the time between them is not much longer than that. Only whole round trips
can be measured, so this is the jitter of RFC 3550 (section 6.4.1) of these: the average difference between two in
succession. Only refusals count: they come before any work is done, while the time of an answer also depends on what was
asked.
"""

from __future__ import annotations

NEWEST = 16
"""Differences over which the average is taken, roughly."""


class Jitter:
    """The average difference between the round trips of two refused calls in succession.

    :ivar seconds: 0 until two calls have been refused.
    """

    __slots__ = ("_last", "_number", "seconds")

    def __init__(self) -> None:
        self._last: float | None = None
        self._number = 0
        self.seconds = 0.0

    def refused(self, trip: float, most: float) -> None:
        """A call was refused.

        :param trip: seconds since it went out.
        :param most: a greater difference counts for so many seconds: one late refusal must not outweigh all others.
        """
        if self._last is not None:
            self._number = min(NEWEST, self._number + 1)
            self.seconds += (min(abs(trip - self._last), most) - self.seconds) / self._number
        self._last = trip
