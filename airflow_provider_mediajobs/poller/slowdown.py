# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Whether slowing down has helped: a second sign of why calls are refused. Pure; times are seconds of one clock.

If a limit is used up, a process that calls half as often has a larger share of its calls answered. If refusals are
random, the share stays the same. So calls are counted by the pace at the time of their answers, in **levels** of a
factor of two, and the counts are weighed by their likelihood under the one cause and under the other.

This is a weaker sign than that of pairs (:mod:`.pairs`): while other processes become faster, slowing down does not
help either. But it also tells the causes apart where nearly all calls of a time are refused, which pairs hardly do.
"""

from __future__ import annotations

from math import exp, log

LEVELS = 5
"""Levels that are told apart: from the full pace down to a sixteenth of it."""

SETTLED_S = 30.0
"""Seconds at a lower level after which calls count: others need time to notice that there is room."""

KEPT_S = 600.0
"""Seconds in which the weight of a call falls to a third (1/e)."""

LEAST, MOST = -2.0, 0.9
"""Bounds of the evidence: pairs outweigh it, and together with it a single pair does not suffice."""

_PART = 0.5  # of the likelihood: refusals come in bursts, so calls count for less than if each were a case of its own
_LEAST_WEIGHT = 1e-9  # of all answers or refusals: with less, their share is as good as 0
_FORGOTTEN = 0.1  # weight of all refusals below which nothing is counted any more

# Ways in which the limit may be used up: the share of calls at the full pace for which it has room, and the share that
# is refused all the same where there is room for all. For each way, the likelihood of an answer at each level.
_ROOM = tuple(2 ** (-quarter / 4) for quarter in range(33))
_EVER = (0.002, 0.02, 0.04, 0.08)
_ANSWERED = dict.fromkeys(
    tuple(min(1 - ever, room * 2.0**level) for level in range(LEVELS)) for room in _ROOM for ever in _EVER
)
_LOGS = tuple(tuple((log(share), log(1 - share)) for share in shares) for shares in _ANSWERED)


class Slowdown:
    """What calls at lower paces have shown, beside those at higher ones.

    :ivar evidence: how much it changes the log-odds of random refusals.
    """

    __slots__ = ("_answered", "_at", "_level", "_refused", "_since", "evidence")

    def __init__(self) -> None:
        self._answered = [0.0] * LEVELS  # calls, by level
        self._refused = [0.0] * LEVELS
        self._at = float("-inf")  # the time of which their weights are
        self._level, self._since = 0, float("-inf")
        self.evidence = 0.0

    def outcome(self, now: float, pace: float, *, refused: bool) -> None:
        """A call was answered or refused. Nothing is counted before the first refusal: mostly there is none.

        :param pace: the pace when the answer came, as a share of the full one.
        """
        level = min(LEVELS - 1, max(0, int(-log(pace) / log(2) + 0.01)))
        if level != self._level:
            self._level, self._since = level, now
        if not refused and sum(self._refused) < _FORGOTTEN:
            self.evidence = 0.0
            return
        self._fade(now)
        if level == 0 or now - self._since >= SETTLED_S:
            (self._refused if refused else self._answered)[level] += 1
        self.evidence = max(LEAST, min(MOST, _PART * self._weighed()))

    def _fade(self, now: float) -> None:
        kept = exp(min(0.0, self._at - now) / KEPT_S)
        self._answered = [calls * kept for calls in self._answered]
        self._refused = [calls * kept for calls in self._refused]
        self._at = now

    def _weighed(self) -> float:
        """Return the logarithm of the ratio of both likelihoods, each with the shares that suit it best."""
        counts = [
            (level, answered, refused)
            for level, (answered, refused) in enumerate(zip(self._answered, self._refused, strict=True))
            if answered + refused > 0
        ]
        answers, refusals = sum(self._answered), sum(self._refused)
        if len(counts) < 2 or min(answers, refusals) < _LEAST_WEIGHT:
            return 0.0
        used_up = max(
            sum(answered * logs[level][0] + refused * logs[level][1] for level, answered, refused in counts)
            for logs in _LOGS
        )
        return answers * log(answers / (answers + refusals)) + refusals * log(refusals / (answers + refusals)) - used_up
