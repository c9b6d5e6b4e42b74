# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""By how much the ways of calls to the vendor differ. Pure.

Two calls may arrive in the opposite order if the time between them is not much longer than that. Only whole round trips
can be measured, so this is the jitter of RFC 3550 (section 6.4.1) of these: the average difference between two in
succession. Refusals are compared with refusals, and answers with answers. How long an answer takes depends on what was
asked, too, while a refusal comes before any work is done. So once there are some refusals, the smaller average counts.
"""

from __future__ import annotations

ENOUGH = 4
"""Differences between refusals from which their jitter counts."""

NEWEST = 16
"""Differences over which an average is taken, roughly."""


class Jitter:
    """The average difference between two round trips in succession."""

    __slots__ = ("_answers", "_refusals")

    def __init__(self) -> None:
        self._answers = _Differences()
        self._refusals = _Differences()

    @property
    def seconds(self) -> float:
        """0 until there are two answers, or some refusals."""
        if self._refusals.number < ENOUGH:
            return self._answers.average
        if self._answers.number < ENOUGH:
            return self._refusals.average
        return min(self._answers.average, self._refusals.average)

    def outcome(self, trip: float, most: float, *, refused: bool) -> None:
        """A call was answered or refused.

        :param trip: seconds since it went out.
        :param most: a greater difference counts for so many seconds: one slow answer must not outweigh all others.
        """
        (self._refusals if refused else self._answers).add(trip, most)


class _Differences:
    """The differences between numbers in succession.

    :ivar average: of the newest.
    :ivar number: how many it is taken over.
    """

    __slots__ = ("_last", "average", "number")

    def __init__(self) -> None:
        self._last: float | None = None
        self.average, self.number = 0.0, 0

    def add(self, value: float, most: float) -> None:
        if self._last is not None:
            self.number = min(NEWEST, self.number + 1)
            self.average += (min(abs(value - self._last), most) - self.average) / self.number
        self._last = value
