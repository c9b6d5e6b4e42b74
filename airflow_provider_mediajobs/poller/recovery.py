# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the pace returns after a period in which many calls were refused. Pure; times are seconds of a monotonic clock.

The pace falls in such a period, and afterwards answers raise it so slowly that it takes an hour to return. That is
right as long as others use the limit, too. If the cause was a disturbance that has passed, the gates of that hour would
open late for nothing. Whether it has passed can be tried: once no call has been refused for a minute, the pace is
raised within a minute or two to what it was before. If no call is refused for another window of the limit, that pace is
not too fast. If one is, answers raise the pace slowly again, and it is not tried again for some time.
"""

from __future__ import annotations

LEAST_REFUSED, LEAST_SHARE = 4, 0.25
"""Refusals in a period, and their share of its calls, from which it counts as a disturbance. Processes that have
settled on a limit meet fewer."""

QUIET_S = 60.0
"""Seconds without a refusal after which the pace is raised."""

DOUBLED_S = 30.0
"""Seconds in which the pace doubles then."""

LONGEST_STEP_S = 10.0
"""The most seconds between two answers that count for that: only calls can show that the pace is not too fast."""

AGAIN_S = 600.0
"""Seconds for which the pace is not raised in this way after a refusal while it was."""


class Recovery:
    """Knows the latest period of refusals, and raises the pace after it.

    :ivar before: the pace before that period, as a share of the full one.
    """

    __slots__ = ("_answers", "_not_before", "_raised_at", "_refusals", "before")

    def __init__(self) -> None:
        self.before = 1.0
        self._answers = self._refusals = 0  # of the period
        self._raised_at: float | None = None  # when the pace was raised last, if it was after this period
        self._not_before = float("-inf")

    def begin(self, now: float, pace: float, window: float) -> None:
        """A new period begins: a call is refused after a minute or more without a refusal.

        :param pace: as a share of the full one.
        :param window: seconds of the limit's window.
        """
        if self._raised_at is not None and now - self._raised_at < window:
            self._not_before = now + AGAIN_S
        self._raised_at = None
        self._answers = self._refusals = 0
        self.before = pace

    def refused(self, answers: int) -> None:
        """A call of the period was refused.

        :param answers: how many calls were answered since the refusal before it.
        """
        self._answers += answers
        self._refusals += 1

    def raised(self, now: float, refused_at: float, pace: float) -> float | None:
        """Return the pace after an answer; ``None`` if it is not to be raised in this way.

        :param refused_at: when a call was refused last.
        :param pace: the present one.
        """
        disturbed = self._refusals >= max(LEAST_REFUSED, LEAST_SHARE * (self._answers + self._refusals))
        if not disturbed or pace >= self.before or now < max(refused_at + QUIET_S, self._not_before):
            return None
        passed = 0.0 if self._raised_at is None else min(LONGEST_STEP_S, now - self._raised_at)
        self._raised_at = now
        return min(self.before, pace * 2 ** (passed / DOUBLED_S))
