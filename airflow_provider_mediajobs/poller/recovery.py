# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the pace returns after a period in which many calls were refused. Pure; times are seconds of a monotonic clock.

The pace falls in such a period, and afterwards answers raise it so slowly that it takes many minutes to return. That is
right as long as others use the limit, too. If the cause was a disturbance that has passed, the gates of that time would
open late for nothing. Whether it has passed can be tried: once no call has been refused for a while, the pace is raised
within a minute or two to what it was before. If no call is refused for another window of the limit, that pace is not
too fast. If one is, answers raise the pace slowly again, and it is not tried again for some time, unless the refusals
that came then seem to have been random: they did not come because the pace was raised.
"""

from __future__ import annotations

LEAST_REFUSED = 2
"""Least refusals of a period that may have been a disturbance."""

LEAST_SHARE, LEAST_SHARE_IF_RANDOM = 0.25, 0.1
"""Their least share of the period's calls: where pairs of calls have shown that the limit is used up, and otherwise.
Processes that have settled on a limit mostly meet a smaller share than the first."""

DOUBLED_S = 30.0
"""Seconds in which the pace doubles while it is raised, here and where refusals are random."""

MOST_DOUBLED = 10.0
"""The most doublings between two answers."""

LONGEST_STEP_S = 10.0
"""The most seconds between two answers that count for that, as long as calls are not further apart anyway: only calls
can show that a pace is not too fast."""

AGAIN_S = 600.0, 4800.0
"""Seconds for which the pace is not raised again after a refusal while it was: twice as many each time that happens, up
to the greatest, and half as many each time it does not."""


EXCUSED = 0.2
"""Evidence of pairs, since a period began while the pace was raised, from which refusals seem to have been random."""


class Recovery:
    """Raises the pace after each period of many refusals.

    :ivar before: the pace to return to, as a share of the full one.
    """

    __slots__ = (
        "_again",
        "_answers",
        "_blamed",
        "_from",
        "_not_before",
        "_raised_at",
        "_refusals",
        "_weighed",
        "before",
    )

    def __init__(self) -> None:
        self.before = 1.0
        self._answers = self._refusals = 0  # of the period
        self._from = 1.0  # the pace from which it was raised after the latest period
        self._raised_at: float | None = None  # when it was raised last after that period
        self._not_before, self._again = float("-inf"), AGAIN_S[0]
        self._blamed = False  # whether the period seems to have begun because the pace was raised
        self._weighed = 0.0  # evidence of random refusals, before the period

    def begin(self, now: float, pace: float, window: float, weighed: float) -> None:
        """A new period begins: a call is refused, after a while without a refusal.

        :param pace: as a share of the full one.
        :param window: seconds of the limit's window.
        :param weighed: the sum of the evidence that refusals are random, before it.
        """
        self._blamed = False
        if self._raised_at is not None and pace > self._from:
            self._blamed = now - self._raised_at < window
            if self._blamed:
                self._not_before, self._again = now + self._again, min(AGAIN_S[1], 2 * self._again)
            else:
                self._again = max(AGAIN_S[0], self._again / 2)
        self.before, self._weighed = pace, weighed
        self._raised_at = None
        self._answers = self._refusals = 0

    def refused(self, answers: int) -> None:
        """A call of the period was refused.

        :param answers: how many calls were answered since the refusal before it, if that belongs to the period.
        """
        self._answers += answers
        self._refusals += 1

    def raised(self, now: float, pace: float, spacing: float, weighed: float, *, may_be_random: bool) -> float | None:
        """Return the pace after an answer in quiet times; ``None`` if it is not to be raised in this way.

        :param pace: the present one.
        :param spacing: seconds between two calls at that pace.
        :param weighed: the present sum of that evidence.
        :param may_be_random: whether pairs of calls have not shown that the limit is used up.
        """
        if self._blamed and weighed > self._weighed + EXCUSED:
            self._blamed = False
            self._not_before, self._again = now, max(AGAIN_S[0], self._again / 2)
        share = LEAST_SHARE_IF_RANDOM if may_be_random else LEAST_SHARE
        disturbed = self._refusals >= max(LEAST_REFUSED, share * (self._answers + self._refusals))
        if not disturbed or pace >= self.before or now < self._not_before:
            return None
        if self._raised_at is None:
            self._from, self._raised_at = pace, now
        passed = min(max(LONGEST_STEP_S, spacing), now - self._raised_at)
        self._raised_at = now
        return min(self.before, pace * 2 ** min(MOST_DOUBLED, passed / DOUBLED_S))
