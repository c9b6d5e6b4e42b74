# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Whether calls that are wider than a look are a help: probes, and pages of a list. Pure."""

from __future__ import annotations

from .tracked_job import NOW

JUDGED = 20
"""Confirmations after which probes are judged."""

DISTRUST_S = 600.0
"""Seconds for which probes that were mostly wrong are left off."""


class Wider:
    """Of one pool. Times are seconds of the loop's clock."""

    __slots__ = ("_confirmed", "_from", "_needless")

    def __init__(self) -> None:
        self._from = NOW
        self._confirmed = self._needless = 0

    def helps(self, now: float) -> bool:
        """Whether such a call may be made now."""
        return now >= self._from

    @property
    def since(self) -> float:
        """From when on such a call may be made."""
        return self._from

    def not_before(self, moment: float) -> None:
        """Only looks before this time."""
        self._from = moment

    def confirmed(self, *, needless: bool, now: float) -> None:
        """A look was made because a probe called for it.

        :param needless: the job still runs. Probes that are mostly wrong are left off for a while.
        """
        self._confirmed += 1
        self._needless += needless
        if self._confirmed >= JUDGED:
            if self._needless > self._confirmed / 2:
                self.not_before(now + DISTRUST_S)
            self._confirmed = self._needless = 0
