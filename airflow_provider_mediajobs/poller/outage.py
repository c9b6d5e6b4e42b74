# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides how long no calls are made by a connection that gets no answers, and when that is logged. Pure.

=====  =====================================  ======================================
state  after a call without an answer         after an answer
=====  =====================================  ======================================
well   down, with a pause of one second       well
down   down, with a pause that is twice the   well; the next outage begins again
       one before, up to a minute             with a pause of one second
=====  =====================================  ======================================
"""

from __future__ import annotations

NEVER = float("-inf")

PAUSE_S = (1.0, 60.0)
"""Seconds of the pause after the first failed call of an outage, and of the longest pause."""

LOGGED_FROM_S = 60.0
LOGGED_EVERY_S = 600.0
"""Seconds. An outage is logged once it has lasted ``LOGGED_FROM_S``, and then every ``LOGGED_EVERY_S``."""


class Outage:
    """The present outage of one connection, if there is one. All times are seconds of the same clock.

    :ivar until: no call is made before this time.
    """

    __slots__ = ("_began", "_failed_at", "_logged_at", "_next_pause", "until")

    def __init__(self) -> None:
        self.until = NEVER
        self._began = self._failed_at = self._logged_at = NEVER
        self._next_pause = PAUSE_S[0]

    @property
    def down(self) -> bool:
        """Whether the newest call brought no answer."""
        return self._failed_at > NEVER

    def failed(self, sent: float, now: float, retry_after: float = 0.0) -> None:
        """Begin a pause, since a call brought no answer.

        :param sent: when the call was sent. A call that was sent before the latest failure does not lengthen the next
            pause: calls that were under way together are one failure.
        :param now: the time.
        :param retry_after: seconds that the vendor asked to wait.
        """
        if not self.down:
            self._began = now
        self.until = max(self.until, now + retry_after)
        if sent >= self._failed_at:
            self._failed_at = now
            self.until = max(self.until, now + self._next_pause)
            self._next_pause = min(self._next_pause * 2, PAUSE_S[1])

    def log_due(self, now: float) -> float | None:
        """Return the seconds that the outage has lasted, if a line in the log is due; else ``None``."""
        if not self.down or now - self._began < LOGGED_FROM_S or now - self._logged_at < LOGGED_EVERY_S:
            return None
        self._logged_at = now
        return now - self._began

    def over(self, now: float) -> float | None:
        """End the outage, since an answer came.

        :returns: the seconds that it lasted, if it had been logged; else ``None``.
        """
        lasted = now - self._began if self._logged_at > NEVER else None
        self._failed_at = self._logged_at = NEVER
        self._next_pause = PAUSE_S[0]
        return lasted

    def pause_until(self, until: float) -> None:
        """Make no call before this time, for another reason than an outage."""
        self.until = until
