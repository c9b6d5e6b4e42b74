# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Learns from the jobs of a pool how long they run, and how reliable the predictions of their ends are. Pure.

How long jobs run is kept as a **hazard** for each span of ages: the chance that a job of that age ends within the next
second. Before anything is learnt it is ``1 / (age + 20)``: the longer a job has run, the longer it is expected to run.

How reliable a prediction is, is kept as a **factor**: the ends that came, divided by the ends that it led to expect.
Ends predicted from the vendor's progress are weighted by such factors, and so is the **background**, the ends that are
expected by the age alone. Where progress is worth nothing, the background is left, by which all jobs of an age are
looked at in turn. Old observations count less than new ones, and all of it takes a fixed amount of memory.
"""

from __future__ import annotations

from bisect import bisect_right
from math import inf, sqrt

_YOUNG, _RATIO, _STEPS = 20.0, 1.3, 36
EDGES = (0.0, *(_YOUNG * _RATIO**step for step in range(_STEPS)), inf)
"""The edges of the spans of ages, in seconds, up to about two days. One hazard is kept for each span."""

_AT_FIRST = tuple(1 / (age + _YOUNG) for age in EDGES[:-1])  # the hazards before anything is learnt
_ENDS_KEPT = 600.0  # where more ends are counted, all counts are halved, so that old ones fade
_STEADY = 3.0  # ends that the hazard expected from younger spans counts for, against the ends of the span itself
_TAUGHT = 5.0  # expected ends after which a span's hazard says as much about the next span as ``_AT_FIRST``
_AT_FIRST_MEAN = 1 / 600
RARE = 0.05
"""The ages with the fewest ends count as rare, up to this share of all ends."""

_KNOWN_FROM = 50.0  # ends that must be counted before any age counts as rare
_SELDOM = 0.3  # of the mean hazard: the hazard of a rare age is below this
_LOOKS_BETWEEN = 64  # looks after which the hazards are calculated again
_LOOKS_AN_END = 8  # looks that an end counts for


class Factor:
    """The ratio of the ends that came to those that were expected, in two variants.

    :param first: the initial ``value``.
    :param careful: the initial ``careful``.
    :param least: the least ``careful``.
    :ivar value: the ratio used for backgrounds as long as the quota is not short, when a wrong one costs little.
    :ivar careful: the ratio used elsewhere.
    """

    __slots__ = ("_came", "_careful", "_expected", "_first", "_least", "careful", "value")

    WEIGHT = 3.0
    """Expected ends after which the observations count as much as the initial ratio."""

    KEPT = 100.0
    """Where more ends than this were expected, all counts are halved, so that old ones fade."""
    MOST = 4.0
    """The greatest ratio."""

    def __init__(self, first: float = 1.0, careful: float = 1.0, least: float = 0.02) -> None:
        self._came = self._expected = 0.0
        self._first, self._careful, self._least = first, careful, least
        self.value, self.careful = first, careful

    def learn(self, came: float, expected: float) -> None:
        """Learn from one look.

        :param came: 1 if the job had ended, minus the part of it that other predictions account for; else 0.
        :param expected: the number of ends expected since the look before.
        """
        self._came = max(-self.WEIGHT, self._came + came)
        self._expected += expected
        if self._expected > self.KEPT:
            self._came /= 2
            self._expected /= 2
        weight = self._expected + self.WEIGHT
        self.value = min(self.MOST, max(0.0, (self._came + self._first * self.WEIGHT) / weight))
        self.careful = min(self.MOST, max(self._least, (self._came + self._careful * self.WEIGHT) / weight))


class UnforeseenShare:
    """The share of all ends that no prediction foresaw, and whether it is small enough to rely on predictions.

    :param rare: at or below this share, unforeseen ends begin to count as rare.
    :param often: above this share they do not any more.
    :ivar value: the share.
    :ivar rare: whether unforeseen ends count as rare.
    :ivar doubts: how many times that has changed from true to false.
    """

    __slots__ = ("_ends", "_limits", "_unforeseen", "doubts", "rare", "value")
    KEPT = 200.0

    def __init__(self, rare: float = 0.06, often: float = 0.09) -> None:
        self._limits = rare, often
        self._ends, self._unforeseen, self.value = 2.0, 1.0, 0.5
        self.rare = False
        self.doubts = 0

    def learn(self, unforeseen: float) -> None:
        """Count one end.

        :param unforeseen: the probability, 0 to 1, that it was unforeseen.
        """
        self._ends += 1
        self._unforeseen += unforeseen
        if self._ends > self.KEPT:
            self._ends *= 0.5
            self._unforeseen *= 0.5
        self.value = self._unforeseen / self._ends
        was, self.rare = self.rare, self.value <= self._limits[self.rare]
        self.doubts += was and not self.rare


class Lengths:
    """How long jobs run, as hazards. Ages are seconds.

    :ivar hazards: for each span between two ``EDGES``, the chance that a job ends within a second.
    :ivar mean_hazard: that chance for jobs of any age.
    """

    __slots__ = ("_ends", "_looks", "_rare", "_seconds", "_weights", "hazards", "mean_hazard")

    def __init__(self) -> None:
        self._ends = [0.0] * len(_AT_FIRST)
        self._seconds = [0.0] * len(_AT_FIRST)
        self._looks = 0
        self.hazards = list(_AT_FIRST)
        self._rare = [False] * len(_AT_FIRST)
        self._weights = [1.0] * len(_AT_FIRST)
        self.mean_hazard = _AT_FIRST_MEAN

    def learn(self, age: float, later: float, *, ended: bool = False) -> float:
        """Learn that a job ran on from one age to another, or ended somewhere in between.

        :param age: the age at the look before.
        :param later: the age at this look.
        :param ended: whether the job had ended by then.
        :returns: the number of ends that were expected between the two ages, as :meth:`expected_ends`.
        """
        share = 1 / max(later - age, 1e-3) if ended else 0.0
        lived = 0.5 if ended else 1.0
        index, expected = bisect_right(EDGES, age) - 1, 0.0
        while age < later:
            span = min(later, EDGES[index + 1]) - age
            expected += self.hazards[index] * span
            self._seconds[index] += span * lived
            if ended:
                self._ends[index] += span * share
            index += 1
            age = EDGES[index]
        self._looks += _LOOKS_AN_END if ended else 1
        if self._looks >= _LOOKS_BETWEEN:
            self._work_out()
        return expected

    def _work_out(self) -> None:
        """Calculate the hazard of each span from its ends, and from the spans of younger ages where it has few."""
        self._looks = 0
        if sum(self._ends) > _ENDS_KEPT:
            self._ends = [ends / 2 for ends in self._ends]
            self._seconds = [seconds / 2 for seconds in self._seconds]
        hazard = taught = 0.0
        for index, at_first in enumerate(_AT_FIRST):
            seconds = self._seconds[index]
            expected = (_TAUGHT * at_first + taught * hazard) / (_TAUGHT + taught)
            hazard = (self._ends[index] + _STEADY) / (seconds + _STEADY / expected)
            taught = seconds * at_first + taught / 2
            self.hazards[index] = hazard
        ends = sum(self._ends)
        self.mean_hazard = (ends + _STEADY) / (sum(self._seconds) + _STEADY / _AT_FIRST_MEAN)
        self._rarest(ends)
        if ends >= _KNOWN_FROM:
            self._weights = [sqrt(hazard / self.mean_hazard) for hazard in self.hazards]

    def _rarest(self, ends: float) -> None:
        """Find the rare ages: those with the lowest hazards, as long as together they hold few of all ends."""
        left = RARE * ends if ends >= _KNOWN_FROM else 0.0
        for index in sorted(range(len(_AT_FIRST)), key=self.hazards.__getitem__):
            left -= self._ends[index] + 1
            few = self._ends[index] + 1 < self._seconds[index] * self.mean_hazard * _SELDOM
            self._rare[index] = left > 0 and few

    def weight(self, age: float) -> float:
        """Return how often a job of this age should be looked at, relative to others.

        Of a given number of looks, the mean delay is least if each job gets them in proportion to the root of its
        hazard: half the gap between two looks is what an end in it is late on average.
        """
        return self._weights[bisect_right(EDGES, age) - 1]

    def rare(self, age: float) -> bool:
        """Whether hardly any job ends at about this age."""
        return self._rare[bisect_right(EDGES, age) - 1]

    def rare_for(self, age: float) -> float:
        """Return for how many seconds from this age on hardly any job ends."""
        index = bisect_right(EDGES, age) - 1
        while self._rare[index] and index + 1 < len(self._rare):
            index += 1
        return max(0.0, EDGES[index] - age)

    # While no look is made, the expected number of ends grows by the hazard a second, and the expected delay (seconds
    # since the job's end) grows by that number a second.

    def expected_ends(self, age: float, later: float) -> float:
        """Return the number of ends expected of one job between two ages. It may exceed 1."""
        index, expected = bisect_right(EDGES, age) - 1, 0.0
        while age < later:
            expected += self.hazards[index] * (min(later, EDGES[index + 1]) - age)
            index += 1
            age = EDGES[index]
        return expected

    def delay(self, age: float, later: float) -> float:
        """Return the seconds for which a job is expected to have been over at the later age, if it ran at ``age``."""
        index, chance, delay = bisect_right(EDGES, age) - 1, 0.0, 0.0
        while age < later:
            span, hazard = min(later, EDGES[index + 1]) - age, self.hazards[index]
            delay += span * (chance + hazard * span / 2)
            chance += hazard * span
            index += 1
            age = EDGES[index]
        return delay

    def gap(self, age: float, delay: float) -> float:
        """Return the seconds after an age in which the expected delay grows to ``delay`` seconds."""
        index, chance, passed = bisect_right(EDGES, age) - 1, 0.0, 0.0
        while True:
            hazard, span = self.hazards[index], EDGES[index + 1] - age
            gap = (sqrt(chance * chance + 2 * hazard * delay) - chance) / hazard
            if gap <= span:
                return passed + gap
            delay -= span * (chance + hazard * span / 2)
            chance += hazard * span
            passed += span
            index += 1
            age = EDGES[index]


class Experience:
    """All that one pool has learnt.

    The pairs are indexed by ``Forecast.doubted``: first for forecasts that have not contradicted themselves, then for
    those that have.

    :ivar lengths: how long jobs run.
    :ivar unseen: the factor of the background for jobs before their first look.
    :ivar pending: the same for jobs that the newest look showed waiting for their start.
    :ivar running: the same for running jobs without a forecast.
    :ivar early: a pair: the same for running jobs with a forecast.
    :ivar within: a pair: the factor of ends between the bounds of a forecast.
    :ivar over: a pair: the factor of ends after a forecast's later bound.
    :ivar unforeseen: a pair: of the ends of jobs with a forecast, the share that came before its earlier bound.
    :ivar from_unseen: of all ends, the share of jobs that no look had shown before.
    :ivar from_pending: of all ends, the share of jobs that the look before had shown waiting for their start.
    """

    __slots__ = (
        "early",
        "from_pending",
        "from_unseen",
        "lengths",
        "over",
        "pending",
        "running",
        "unforeseen",
        "unseen",
        "within",
    )

    def __init__(self) -> None:
        self.lengths = Lengths()
        self.unseen = Factor(4.0, 4.0, least=4.0)
        self.pending = Factor(least=0.02)
        self.running = Factor()  # stays 1: hazards are learnt from these jobs
        self.early = (Factor(0.0, 0.5), Factor())
        self.within = (Factor(), Factor(0.5, 0.5))
        self.over = (Factor(), Factor(0.5, 0.5))
        self.unforeseen = (UnforeseenShare(), UnforeseenShare())
        self.from_unseen, self.from_pending = UnforeseenShare(0.02, 0.03), UnforeseenShare(0.02, 0.03)

    @property
    def doubts(self) -> int:
        """How many times unforeseen ends have ceased to be rare, by any of the shares."""
        foreseen, doubted = self.unforeseen  # no loop: this is asked for at every look at every job
        return foreseen.doubts + doubted.doubts + self.from_unseen.doubts + self.from_pending.doubts
