# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides how long no calls are made by a connection that gets no answers, and when that is logged. Pure.

Networks lose a call now and then, and some lose many. A call that is lost by chance needs no pause: the next one may be
answered. So the share of lost calls is learnt, and calls lost in a row are taken for an **outage** only where chance
would hardly lose so many. What is lost in an outage teaches nothing of that share.

=====  ========================================================  ======================================
state  after a call without an answer                            after an answer
=====  ========================================================  ======================================
well   well, without a pause, as long as chance may be to blame  well
well   else down, with a pause of one second                     well
down   down, with a pause that is twice the one before, up to a  well; the next outage begins again
       minute                                                    with a pause of one second
=====  ========================================================  ======================================
"""

from __future__ import annotations

NEVER = float("-inf")

PAUSE_S = (1.0, 60.0)
"""Seconds of the pause after the first failed call of an outage, and of the longest pause."""

BY_CHANCE = 0.002
"""Calls lost in a row are an outage where chance would lose so many in less than this share of all calls."""

LEAST_LOST, MOST_LOST = 0.02, 0.6
"""Bounds of the share of calls that are taken to be lost by chance: at first, the second call lost in a row is an
outage, and the thirteenth always is."""

LEARNT = 0.02
"""The weight of a call in that share."""

LOGGED_FROM_S = 60.0
LOGGED_EVERY_S = 600.0
"""Seconds. An outage is logged once it has lasted ``LOGGED_FROM_S``, and then every ``LOGGED_EVERY_S``."""


class Outage:
    """The present outage of one connection, if there is one. All times are seconds of the same clock.

    :ivar until: no call is made before this time.
    :ivar down: whether there is an outage.
    """

    __slots__ = ("_began", "_failed_at", "_in_a_row", "_logged_at", "_lost", "_next_pause", "down", "until")

    def __init__(self) -> None:
        self.until = NEVER
        self.down = False
        self._lost = LEAST_LOST  # the share of calls that are lost by chance
        self._in_a_row = 0  # calls without an answer since the newest answer
        self._began = self._failed_at = self._logged_at = NEVER
        self._next_pause = PAUSE_S[0]

    @property
    def answered(self) -> bool:
        """Whether the newest call was answered."""
        return self._in_a_row == 0

    def failed(self, sent: float, now: float, retry_after: float = 0.0) -> None:
        """Begin a pause, since a call brought no answer and chance is hardly to blame.

        :param sent: when the call was sent. A call that was sent before the latest failure counts for nothing: calls
            that were under way together are one failure.
        :param now: the time.
        :param retry_after: seconds that the vendor asked to wait.
        """
        self.until = max(self.until, now + retry_after)
        if sent < self._failed_at:
            return
        if self.answered:
            self._began = now
        self._failed_at = now
        self._in_a_row += 1
        self.down = self.down or self.hardly_chance(self._in_a_row)
        if self.down:
            self.until = max(self.until, now + self._next_pause)
            self._next_pause = min(self._next_pause * 2, PAUSE_S[1])

    def hardly_chance(self, lost: int) -> bool:
        """Return whether chance would hardly lose so many calls in a row."""
        return self._lost**lost < BY_CHANCE

    def log_due(self, now: float) -> float | None:
        """Return the seconds that the outage has lasted, if a line in the log is due; else ``None``."""
        if not self.down or now - self._began < LOGGED_FROM_S or now - self._logged_at < LOGGED_EVERY_S:
            return None
        self._logged_at = now
        return now - self._began

    def over(self, now: float) -> float | None:
        """Take over that an answer came, which ends an outage.

        :returns: the seconds that it lasted, if it had been logged; else ``None``.
        """
        lasted = now - self._began if self._logged_at > NEVER else None
        for _ in range(0 if self.down else self._in_a_row):
            self._learn(1.0)
        self._learn(0.0)
        self.down, self._in_a_row = False, 0
        self._failed_at = self._logged_at = NEVER
        self._next_pause = PAUSE_S[0]
        return lasted

    def _learn(self, lost: float) -> None:
        self._lost = min(MOST_LOST, max(LEAST_LOST, self._lost + (lost - self._lost) * LEARNT))

    def pause_until(self, until: float) -> None:
        """Make no call before this time, for another reason than an outage."""
        self.until = until
