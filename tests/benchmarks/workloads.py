# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Workloads: when jobs are submitted, how long they queue and run, and how their progress grows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

Chance = Callable[[Random], float]
Curve = float | Callable[[float], float]
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """One job of a workload. Times in seconds.

    :param curve: of its progress, as the emulator's scripts take it.
    :param index: among the jobs of the workload: of several kinds they take turns.
    :param fails: it does not end well.
    """

    ids: Mapping[str, str]
    start: float
    queued: float
    length: float
    curve: Curve
    index: int = 0
    fails: bool = False

    @property
    def end(self) -> float:
        return self.start + self.queued + self.length


def _believable(chance: Random) -> Curve:
    return chance.uniform(0.85, 1.15)


def _random(chance: Random) -> Curve:
    own = Random(chance.random())
    return lambda _: own.uniform(0.01, 0.99)


def _noisy(chance: Random) -> Curve:
    own = Random(chance.random())
    return lambda share: min(0.99, max(0.0, own.gauss(share, 0.08)))


def _always(curve: Curve) -> Callable[[Random], Curve]:
    return lambda _: curve


def _half(one: Callable[[Random], Curve], other: Callable[[Random], Curve]) -> Callable[[Random], Curve]:
    return lambda chance: one(chance) if chance.random() < 0.5 else other(chance)


_SILENT = _always(lambda _: 0.0)


class Throttles(NamedTuple):
    """Answers that are throttles, whatever is done.

    :param share: of the answers,
    :param lasts: for so many seconds,
    :param every: so many.
    :param retry_after: seconds that each asks to be left alone for.
    """

    share: float = 0.0
    lasts: float = HOUR_S
    every: float = HOUR_S
    retry_after: float | None = None

    def at(self, moment: float) -> float:
        """The share by then."""
        return self.share if moment % self.every < self.lasts else 0.0


NEVER = Throttles()


class Workload(NamedTuple):
    """What is waited for, and how the vendor answers.

    :param title: for people.
    :param within: seconds in which the jobs come.
    :param waves: they come in so many waves, twenty minutes apart, instead.
    :param queued: mean of the seconds before they run.
    :param length: of those in which they run.
    :param curve: of their progress.
    :param throttles: that come whatever is done.
    :param calls: the limit in the kind's own period, where the account has another than the vendor's page says.
    :param fails: the share of jobs that fail within twenty seconds of work.
    :param latency: seconds until an answer is there.
    :param jitter: mean of the further seconds that each way takes, to the vendor and back.
    :param broken: the share of calls that the network loses.
    :param faulty: the share of calls that the vendor answers by an error of its own.
    :param other: the workload after which every second job lasts and reports its progress.
    """

    title: str
    within: float = HOUR_S
    waves: int = 0
    queued: float = 30.0
    length: Chance = lambda chance: chance.lognormvariate(math.log(600), 0.8)
    curve: Callable[[Random], Curve] = _believable
    throttles: Throttles = NEVER
    calls: float | None = None
    fails: float = 0.0
    latency: float = 0.0
    jitter: float = 0.0
    broken: float = 0.0
    faulty: float = 0.0
    other: str | None = None

    def planned(self, number: int, ids: Callable[[int], Mapping[str, str]], seed: int = 1) -> list[PlannedJob]:
        """So many jobs."""
        chance = Random(seed)
        others = self if self.other is None else WORKLOADS[self.other]
        return [
            (others if index % 2 else self)._job(ids(index), index, self._start(index, chance), chance)
            for index in range(number)
        ]

    def _start(self, index: int, chance: Random) -> float:
        return index % self.waves * 1200.0 + chance.uniform(0, 30) if self.waves else chance.uniform(0, self.within)

    def _job(self, ids: Mapping[str, str], index: int, start: float, chance: Random) -> PlannedJob:
        queued, length, curve = chance.expovariate(1 / self.queued), max(1.0, self.length(chance)), self.curve(chance)
        fails = self.fails > 0 and chance.random() < self.fails
        return PlannedJob(ids, start, queued, chance.uniform(1, 20) if fails else length, curve, index, fails)


def _two_sorts(chance: Random) -> float:
    return chance.gauss(120, 12) if chance.random() < 0.5 else chance.gauss(1500, 150)


def _mostly_short(chance: Random) -> float:
    return chance.uniform(40, 80) if chance.random() < 0.9 else chance.uniform(9000, 12600)


def _jumping(chance: Random) -> Curve:
    first, second = chance.uniform(0, 0.9), chance.uniform(0.5, 1)
    return lambda share: 0.0 if share < first else 0.5 if share < second else 1.0


USUAL = "usual"
WORKLOADS = {
    USUAL: Workload(""),
    "burst": Workload("all submitted within a minute", within=60.0),
    "burst_silent": Workload("all within a minute, without progress", within=60.0, curve=_SILENT),
    "silent": Workload("progress stays 0", curve=_SILENT),
    "random": Workload("progress is random", curve=_random),
    "noisy": Workload("progress is off by eight percent", curve=_noisy),
    "stuck": Workload("progress reaches 99 half way", curve=_always(lambda share: 2 * share)),
    "backwards": Workload("progress runs backwards", curve=_always(lambda share: 1 - share)),
    "late": Workload("progress begins half way", curve=_always(lambda share: max(0.0, 2 * share - 1))),
    "ends_early": Workload("jobs end at 70 %", curve=_always(lambda share: 0.7 * share)),
    "steps": Workload("progress in four steps", curve=_always(lambda share: int(4 * share) / 4)),
    "throttled": Workload("a fifth of the answers are throttles", throttles=Throttles(0.2)),
    "refused_minutes": Workload("most answers are throttles, a minute in five", throttles=Throttles(0.7, 60, 300)),
    "refused_wholly": Workload("all answers are throttles, half a minute in five", throttles=Throttles(1.0, 30, 300)),
    "refused_half": Workload(
        "half of the answers are throttles, ten minutes in twenty", throttles=Throttles(0.5, 600, 1200)
    ),
    "refused_half_waits": Workload(
        "half of the answers ask to wait five seconds, ten minutes in twenty", throttles=Throttles(0.5, 600, 1200, 5)
    ),
    "refused_politely": Workload(
        "most answers ask to wait ten seconds, a minute in five", throttles=Throttles(0.7, 60, 300, 10)
    ),
    "refused_politely_silent": Workload(
        "most answers ask to wait ten seconds, a minute in five, without progress",
        throttles=Throttles(0.7, 60, 300, 10),
        curve=_SILENT,
    ),
    "refused_often": Workload(
        "half of the answers are throttles, half a minute in two and a half", throttles=Throttles(0.5, 30, 150)
    ),
    "refused_rarely_silent": Workload(
        "one answer in a hundred is a throttle, without progress", throttles=Throttles(0.01), curve=_SILENT
    ),
    "refused_each_minute": Workload(
        "most answers are throttles, a quarter of each minute", throttles=Throttles(0.7, 15, 60)
    ),
    "refused_each_minute_politely": Workload(
        "most answers ask to wait ten seconds, a quarter of each minute", throttles=Throttles(0.7, 15, 60, 10)
    ),
    "refused_now_and_then": Workload(
        "a tenth of the answers ask to wait three seconds, a quarter of each minute",
        throttles=Throttles(0.1, 15, 60, 3),
        calls=40,
    ),
    "refused_mostly": Workload("seven of ten answers are throttles", throttles=Throttles(0.7)),
    "refused_nearly_always": Workload("nine of ten answers are throttles", throttles=Throttles(0.9)),
    "refused_nearly_always_each_minute": Workload(
        "nine of ten answers ask to wait five seconds, a quarter of each minute", throttles=Throttles(0.9, 15, 60, 5)
    ),
    "unsteady_throttled": Workload(
        "a fifth of the answers are throttles, and calls overtake each other",
        throttles=Throttles(0.2),
        latency=0.1,
        jitter=0.1,
    ),
    "queue": Workload("half an hour in the queue", queued=1800.0),
    "waves_silent": Workload("three waves, without progress", waves=3, curve=_SILENT),
    "two_sorts_silent": Workload("2 or 25 minutes long, without progress", length=_two_sorts, curve=_SILENT),
    "long_silent": Workload(
        "two to four hours long, without progress",
        length=lambda chance: chance.uniform(7200, 14400),
        curve=_SILENT,
    ),
    "full": Workload("progress is always 100", curve=_always(lambda _: 1.0)),
    "half_silent": Workload("half of them without progress", curve=_half(_believable, _SILENT)),
    "half_slow": Workload("half of them end at 30 %", curve=_half(_believable, _always(lambda share: 0.3 * share))),
    "almost": Workload("jobs end at 95 %", curve=_always(lambda share: 0.95 * share)),
    "exponential_silent": Workload(
        "ends at random, without progress",
        length=lambda chance: chance.expovariate(1 / 600),
        curve=_SILENT,
    ),
    "jumps": Workload("progress jumps from 0 to 50 to 100", curve=_jumping),
    "waves_random": Workload("four waves, progress is random", waves=4, curve=_random),
    "same_silent": Workload("all ten minutes long, without progress", length=lambda _: 600.0, curve=_SILENT),
    "together_silent": Workload(
        "half an hour long, all within ten minutes, without progress",
        within=600.0,
        length=lambda chance: chance.gauss(1800, 60),
        curve=_SILENT,
    ),
    "mostly_short_silent": Workload(
        "nine of ten a minute long, the others three hours, without progress", length=_mostly_short, curve=_SILENT
    ),
    "queue_short": Workload(
        "half an hour in the queue, then a minute", queued=1800.0, length=lambda chance: chance.uniform(20, 60)
    ),
    "fails_silent": Workload("three of ten fail at once, without progress", fails=0.3, curve=_SILENT),
    "slow_random": Workload("answers take two seconds, progress is random", latency=2.0, curve=_random),
    "slow_silent": Workload("answers take two seconds, without progress", latency=2.0, curve=_SILENT),
    "slower": Workload("answers take ten seconds", latency=10.0),
    "slower_silent": Workload("answers take ten seconds, without progress", latency=10.0, curve=_SILENT),
    "lost_silent": Workload("one answer in twenty is lost, without progress", broken=0.05, curve=_SILENT),
    "lost_often_silent": Workload("one answer in five is lost, without progress", broken=0.2, curve=_SILENT),
    "faulty_silent": Workload("one answer in five is the vendor's error, without progress", faulty=0.2, curve=_SILENT),
    "narrow_random": Workload("20 calls a minute, progress is random", calls=20, curve=_random),
    "wider_random": Workload("300 calls a minute, progress is random", calls=300, curve=_random),
    "two_habits": Workload("every second one 2 or 25 minutes long without progress", other="two_sorts_silent"),
    "trickle": Workload("over six hours", within=6 * HOUR_S),
}
