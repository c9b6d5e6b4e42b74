# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the jobs of a pool have taught: how long they last, and how far what is thought of them can be trusted. Pure.

How long they last is kept as a **hazard** by age: the chance that a job which has run for so long ends within the next
second. Where nothing has been learnt that is ``1 / (age + 20)``: the longer it has run, the longer it will.

Trust is a **factor**: of the ends that something led to expect, the share that came. What a vendor's progress foretells
is weighed by it, and so is the background, the ends that come whatever progress says: progress that is worth nothing
leaves the background alone, by which all jobs of an age are looked at in turn. Nobody is trusted beforehand, nor lost
for good: what was learnt long ago counts less than of late. All of it takes a fixed amount of memory.
"""

from __future__ import annotations

from bisect import bisect_right
from math import inf, sqrt

_YOUNG, _RATIO, _STEPS = 20.0, 1.3, 36
EDGES = (0.0, *(_YOUNG * _RATIO**step for step in range(_STEPS)), inf)
"""Ages in seconds between which one hazard is thought to hold; up to two days."""

_AT_FIRST = tuple(1 / (age + _YOUNG) for age in EDGES[:-1])
_ENDS_KEPT = 600.0
_STEADY = 3.0  # ends' worth of what is expected of a span by the younger ones
_TAUGHT = 5.0  # expected ends after which a span's hazard says as much about the next one as the first assumption
_AT_FIRST_MEAN = 1 / 600
_RARE = 0.05  # of all ends, at the ages that hold fewest of them
_KNOWN_FROM = 50.0  # ends, before any age counts as one of those
_SELDOM = 0.3  # of the mean hazard
_LOOKS_BETWEEN = 64  # before hazards are worked out anew; an end counts for several
_LOOKS_AN_END = 8


class Factor:
    """How many ends came, of those that were expected.

    :param first: what is thought beforehand while looks are cheap: it costs little to be wrong.
    :param careful: what is thought beforehand while the quota is short.
    :param least: it is never thought to be less while the quota is short.
    """

    __slots__ = ("_came", "_careful", "_expected", "_first", "_least", "careful", "value")

    WEIGHT = 3.0
    """Expected ends after which what was seen counts as much as what was thought beforehand."""

    KEPT = 100.0
    MOST = 4.0

    def __init__(self, first: float = 1.0, careful: float = 1.0, least: float = 0.02) -> None:
        self._came = self._expected = 0.0
        self._first, self._careful, self._least = first, careful, least
        self.value, self.careful = first, careful

    def learn(self, came: float, expected: float) -> None:
        """From one look.

        :param came: 1 for an end, less what of it was expected anyway; 0 where the job goes on.
        :param expected: how many were expected in the time that the look covers.
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
    """How many of all ends were unforeseen: few enough to be relied upon, or not.

    :param rare: the share at which they begin to count as rare,
    :param often: and that above which they do no more.
    :ivar doubts: how often they have ceased to be rare.
    """

    __slots__ = ("_ends", "_limits", "_unforeseen", "doubts", "rare", "value")
    KEPT = 200.0

    def __init__(self, rare: float = 0.06, often: float = 0.09) -> None:
        self._limits = rare, often
        self._ends, self._unforeseen, self.value = 2.0, 1.0, 0.5
        self.rare = False
        self.doubts = 0

    def learn(self, unforeseen: float) -> None:
        """One more end.

        :param unforeseen: how sure it is that it was.
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
    """For how long jobs run. Ages in seconds."""

    __slots__ = ("_ends", "_looks", "_rare", "_seconds", "hazards", "mean")

    def __init__(self) -> None:
        self._ends = [0.0] * len(_AT_FIRST)
        self._seconds = [0.0] * len(_AT_FIRST)
        self._looks = 0
        self.hazards = list(_AT_FIRST)
        self._rare = [False] * len(_AT_FIRST)
        self.mean = _AT_FIRST_MEAN

    def lived(self, age: float, later: float, *, ended: bool = False) -> float:
        """A job ran on between two ages, or ended somewhere in between.

        :returns: how many ends were expected there, as :meth:`chance` does.
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
        """Each span's hazard, starting from that of the younger ones, as far as those have been seen."""
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
        self.mean = (ends + _STEADY) / (sum(self._seconds) + _STEADY / _AT_FIRST_MEAN)
        self._rarest(ends)

    def _rarest(self, ends: float) -> None:
        """The ages at which jobs end most seldom, as many as hold few of all ends together."""
        left = _RARE * ends if ends >= _KNOWN_FROM else 0.0
        for index in sorted(range(len(_AT_FIRST)), key=self.hazards.__getitem__):
            left -= self._ends[index] + 1
            few = self._ends[index] + 1 < self._seconds[index] * self.mean * _SELDOM
            self._rare[index] = left > 0 and few

    def rare(self, age: float) -> bool:
        """Whether hardly any job ends at this age."""
        return self._rare[bisect_right(EDGES, age) - 1]

    def rare_for(self, age: float) -> float:
        """Seconds from this age on in which hardly any job ends."""
        index = bisect_right(EDGES, age) - 1
        while self._rare[index] and index + 1 < len(self._rare):
            index += 1
        return max(0.0, EDGES[index] - age)

    # Over a gap in which ends are expected at the hazard h, the chance that the job has ended grows by h a second, and
    # the delay that is expected to have gathered grows by that chance a second.

    def chance(self, age: float, later: float) -> float:
        """How many ends are expected between two ages."""
        index, expected = bisect_right(EDGES, age) - 1, 0.0
        while age < later:
            expected += self.hazards[index] * (min(later, EDGES[index + 1]) - age)
            index += 1
            age = EDGES[index]
        return expected

    def delay(self, age: float, later: float) -> float:
        """Seconds for which a job is expected to have been over at the later age."""
        index, chance, delay = bisect_right(EDGES, age) - 1, 0.0, 0.0
        while age < later:
            span, hazard = min(later, EDGES[index + 1]) - age, self.hazards[index]
            delay += span * (chance + hazard * span / 2)
            chance += hazard * span
            index += 1
            age = EDGES[index]
        return delay

    def gap(self, age: float, delay: float) -> float:
        """Seconds from an age on in which that delay gathers."""
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
    """Of one pool.

    :ivar unseen: trust in the hazard for jobs before their first look; so for those that are ``pending`` and
        ``running``.
    :ivar early: for jobs with a forecast: ends that come before it, or whatever it says; first for forecasts that have
        not contradicted themselves so far, then for those that have. So with the others.
    :ivar within: trust in the time that a forecast names; ``over``: in an end soon after it.
    :ivar unforeseen: ends of jobs with a forecast that came before its time; ``from_unseen`` and ``from_pending``: of
        all, those of jobs that no look had shown, or none had shown running.
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
        self.running = Factor()  # the hazard is theirs: never learnt
        self.early = (Factor(0.0, 0.5), Factor())
        self.within = (Factor(), Factor(0.5, 0.5))
        self.over = (Factor(), Factor(0.5, 0.5))
        self.unforeseen = (UnforeseenShare(), UnforeseenShare())
        self.from_unseen, self.from_pending = UnforeseenShare(0.02, 0.03), UnforeseenShare(0.02, 0.03)

    @property
    def doubts(self) -> int:
        """How often it has been found that forecasts say less than was thought."""
        return sum(share.doubts for share in (*self.unforeseen, self.from_unseen, self.from_pending))
