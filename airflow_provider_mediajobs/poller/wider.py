# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides when calls that cover more jobs than a look may be made: probes, and pages of a list. Pure."""

from __future__ import annotations

from .tracked_job import NOW

JUDGED = 20
"""Looks made because of a probe, after which it is decided whether probes are of use."""

DISTRUST_S = 600.0
"""Seconds for which no probes are made after most of them were wrong."""

ANSWERS = 3.0
"""Probes are made if looks at all jobs would take as long as so many answers: an end takes two of them, and while a
probe is under way, its jobs are not looked at."""

NEWEST = 10.0
"""By about how many of the newest looks is reckoned how long an answer takes."""


class Wider:
    """Whether one pool may make wide calls. Times are seconds of the loop's clock.

    :param look: seconds of quota that a look uses up for each of its jobs; endless where it is at one job or group, as
        probes save most of the calls there.
    """

    __slots__ = ("_answer", "_confirmed", "_from", "_look", "_needless", "_shown")

    def __init__(self, look: float) -> None:
        self._look = look
        self._from = NOW
        self._answer = 0.0  # seconds that an answer to a look takes
        self._confirmed = self._needless = 0
        self._shown = 0.0

    def helps(self, now: float) -> bool:
        """Whether a wide call may be made now."""
        return now >= self._from

    @property
    def since(self) -> float:
        """The time from which wide calls may be made."""
        return self._from

    def not_before(self, moment: float) -> None:
        """Make only looks before this time."""
        self._from = moment

    def answered(self, seconds: float) -> None:
        """Take over how long the answer to a look has taken."""
        self._answer += (seconds - self._answer) / NEWEST

    def quicker(self, jobs: int) -> bool:
        """Whether the ends of so many jobs are found earlier by probes than by looks."""
        return jobs * self._look >= ANSWERS * self._answer

    def shown(self, jobs: int) -> None:
        """Take over how many jobs a probe has shown running; the most of one of the newest counts."""
        self._shown = max(self._shown, jobs)

    def confirmed(self, *, needless: bool, now: float) -> None:
        """Count a look that was made because a probe did not show its job running.

        A probe may miss some jobs: while several pages of a list are read, jobs that end move others from a page that
        comes to one that was read. That does no harm as long as it shows more jobs than it misses.

        :param needless: whether the look shows that the job still runs, so that the probe was wrong.
        :param now: the time.
        """
        self._confirmed += 1
        self._needless += needless
        if self._confirmed >= JUDGED:
            if self._needless > max(self._confirmed / 2, self._shown):
                self.not_before(now + DISTRUST_S)
            self._confirmed = self._needless = 0
            self._shown /= 2  # not 0: the looks that one probe causes may be judged in several parts
