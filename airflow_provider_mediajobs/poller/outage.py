# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How long a connection that brings no answers is left alone, and when that is told. Pure; seconds of one clock.

========  ==============================  =======================================
state     no answer                       an answer
========  ==============================  =======================================
well      down, left alone for a second   well
down      down, left alone twice as long  well, left alone for a second next time
========  ==============================  =======================================
"""

from __future__ import annotations

NEVER = float("-inf")

LEFT_ALONE_S = (1.0, 60.0)
"""Seconds for which a connection that fails is left alone: at first, and at most."""

TOLD_FROM_S = 60.0
TOLD_EVERY_S = 600.0
"""An outage is told when it has lasted so long, and again after so long."""


class Outage:
    """Of one connection.

    :ivar until: no call is made before this time.
    """

    __slots__ = ("_began", "_failed_at", "_next", "_told_at", "until")

    def __init__(self) -> None:
        self.until = NEVER
        self._began = self._failed_at = self._told_at = NEVER
        self._next = LEFT_ALONE_S[0]

    @property
    def down(self) -> bool:
        """Whether the newest call brought no answer."""
        return self._failed_at > NEVER

    def failed(self, sent: float, now: float, retry_after: float = 0.0) -> None:
        """A call brought no answer.

        :param sent: when it went out: of calls that were under way together only one makes the next rest longer.
        :param retry_after: for which the vendor asked to be left alone.
        """
        if not self.down:
            self._began = now
        self.until = max(self.until, now + retry_after)
        if sent >= self._failed_at:
            self._failed_at = now
            self.until = max(self.until, now + self._next)
            self._next = min(self._next * 2, LEFT_ALONE_S[1])

    def to_tell(self, now: float) -> float | None:
        """Seconds that it has lasted, where that is to be told now."""
        if not self.down or now - self._began < TOLD_FROM_S or now - self._told_at < TOLD_EVERY_S:
            return None
        self._told_at = now
        return now - self._began

    def over(self, now: float) -> float | None:
        """An answer came.

        :returns: seconds that it had lasted, where it had been told.
        """
        lasted = now - self._began if self._told_at > NEVER else None
        self._failed_at = self._told_at = NEVER
        self._next = LEFT_ALONE_S[0]
        return lasted

    def leave_alone(self, until: float) -> None:
        """For another reason than an outage."""
        self.until = until
