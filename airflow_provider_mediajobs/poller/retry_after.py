# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Honours the vendor's requests to make no call for some time (``Retry-After``). Pure; times are seconds of a clock.

Where a limit is used up, it helps to wait. Where calls are refused at random, the call after a wait is refused as often
as any other: waits would take most of the time and spare no refusal. So the more waits in a row are followed by a
refusal, the smaller is the part of the time that they may take.
"""

from __future__ import annotations

from ..core.policy import LONGEST_S

SELDOM = 9.0
"""Least time between two waits that do not help, as a multiple of the shorter one: they take a tenth of the time."""

_MOST_IN_VAIN = 4  # a higher number of waits in vain changes nothing


class RetryAfter:
    """The waits that a vendor has asked for.

    :ivar until: no call before this time.
    """

    __slots__ = ("_in_vain", "_seconds", "_unjudged", "until")

    def __init__(self) -> None:
        self.until = float("-inf")
        self._seconds = 0.0  # of the latest wait
        self._unjudged = False  # no call has come back that went out after it
        self._in_vain = 0  # waits in a row that were followed by a refusal

    def request(self, now: float, seconds: float, apart: float) -> None:
        """The vendor wants no call for so many seconds. That is honoured unless the last such wait is too recent.

        :param apart: least time between two waits, as a multiple of the shorter one.
        """
        if now > self.until + LONGEST_S:
            self._in_vain = 0
        apart = max(apart, min(SELDOM, 2.0**self._in_vain - 1))
        if seconds > 0 and now >= self.until + apart * min(seconds, self._seconds):
            self.until, self._seconds, self._unjudged = now + seconds, seconds, True

    def outcome(self, sent: float, *, refused: bool, in_vain: bool = True) -> None:
        """A call was answered or refused, which went out at this time: the first one after a wait judges it.

        :param in_vain: whether a refusal may show that waiting does not help. It does not where every call is refused:
            the vendor may prolong a ban with each call.
        """
        if self._unjudged and sent >= self.until:
            self._unjudged = False
            self._in_vain = min(_MOST_IN_VAIN, self._in_vain + 1) if refused and in_vain else 0
