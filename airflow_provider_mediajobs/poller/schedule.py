# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""When to look at a job next. Pure: from what the looks told so far, to a time.

One measure decides: the **delay** that has gathered unseen, that is, how many seconds a gate would by now be expected
to stand shut after its job's end. A look is due when that reaches its price. From this follow all the habits wanted:
soon after the start, wider with age, nothing until shortly before a predicted end, then closely. Where more is due
than the quota carries, the price rises: what is far from its predicted end stretches first.

The expectation is learnt from the ends of other jobs, see :mod:`.experience`; and each look teaches it.
"""

from __future__ import annotations

from math import sqrt

from ..core.job import JobState
from ..core.policy import LEAST_POLL_INTERVAL_S
from . import foreseen
from .experience import Experience
from .forecast import Forecast

PRICE = 1.0
"""Seconds of expected delay that are worth a look, as long as the quota is not short."""

WIDEST = 20.0
"""How many times wider than a job's interval a gap may become where the quota is short."""

PATIENCE = 4.0
"""Round trips that a job may wait where hardly one like it ends unforeseen,"""

PATIENT_S = 30.0
"""or seconds, if that is longer."""

HALF, MUCH = 0.5, 1.3
"""Bounds of the ends in a time that was foretold, of those expected there: more would have come before it began."""
_SLACK_S, _SLACK = 2.0, 0.01  # by which an end may come before its time, in seconds and in parts of the job's age

NEVER = float("inf")
_JITTER = 0.2
_GOLDEN = 0.6180339887498949
_CLOCKS = 5.0  # seconds by which the vendor's clock and ours may differ without either being doubted


class Schedule:
    """What is known of one job, as far as it matters for the next look. Times are seconds of the loop's clock.

    :param now: when the wait began.
    :param first: when the first look may be made.
    :param interval: widest gap wanted, in seconds; a second at least.
    :param number: of this job among those watched; spreads looks that would meet.
    :param experience: of jobs like this one.
    """

    __slots__ = (
        "_age",
        "_basis",
        "_experience",
        "_forecast",
        "_number",
        "_started",
        "by",
        "first",
        "interval",
        "over",
        "running",
        "seen",
        "since",
    )

    def __init__(
        self, now: float, first: float, interval: float, number: int = 0, experience: Experience | None = None
    ) -> None:
        self.since = now
        self.first = first
        self.interval = max(interval, LEAST_POLL_INTERVAL_S)
        self.seen: float | None = None
        self.running = False
        self.by = NEVER
        self._number = number
        self._started: tuple[float, float] = (float("-inf"), float("inf"))
        self._forecast: Forecast | None = None
        self._experience = experience or Experience()
        self._basis = self._experience.unseen
        self._age = 0.0  # when it was seen last
        self.over = False

    def widest(self, interval: float) -> None:
        """Somebody else waits for the job, too: the most eager one counts."""
        self.interval = max(min(self.interval, interval), LEAST_POLL_INTERVAL_S)

    def wanted_by(self, moment: float) -> None:
        """A limit of a wait passes then: only a look can tell whether it is real."""
        self.by = min(self.by, moment)

    # --- what looks tell ----------------------------------------------------------------------------------------

    def still_runs(self, now: float) -> None:
        """A probe told so, and nothing else: a look that is wanted by some time still is."""
        self._teach(now, ended=False)
        self._looked(now)

    def nothing_new(self, now: float) -> None:
        """A look that told that the job still runs, or that it is not there; or that told nothing."""
        self._looked(now)
        self.by = NEVER

    def _looked(self, now: float) -> None:
        self._age += max(0.0, now - (self.since if self.seen is None else self.seen))
        self.seen = now
        self._number += 1

    def saw(
        self,
        now: float,
        state: JobState,
        progress: int | None = None,
        created: float | None = None,
        started: float | None = None,
    ) -> None:
        """A look that showed the job.

        :param created: when the vendor says it was created, on our clock; so with ``started``.
        """
        self._teach(now, ended=state.ended)
        self.nothing_new(now)
        self.over = state.ended
        self.running = state is JobState.RUNNING
        if created is not None and created <= now + _CLOCKS and not state.ended:  # else it is of an older run
            self.since = min(self.since, created)
        if self.running:
            self._runs(now, progress, created, started)
        elif state is JobState.PENDING:
            self._started = (now, float("inf"))
            self._forecast = None  # a job that was put back into the queue begins anew
            self._basis, self._age = self._experience.pending, max(0.0, now - self.since)

    def _runs(self, now: float, progress: int | None, created: float | None, started: float | None) -> None:
        self._began(now, created, started)
        began = self._started[0]
        known = began > float("-inf")
        self._age = max(0.0, now - (began if known else self.since))
        if progress is not None and known:
            self._forecast = self._forecast or Forecast()
            self._forecast.learn(now, progress, self._started)
        foretold = self._foretelling
        self._basis = self._experience.running if foretold is None else self._experience.early[foretold.doubted]

    def _began(self, now: float, created: float | None, started: float | None) -> None:
        low, high = self._started
        high = min(high, now)
        if started is not None and low - _CLOCKS <= started <= high + _CLOCKS:
            # Vendors cut times to the second.
            self._started = (min(started, now), min(started + 1, now))
        else:
            floor = created if created is not None and created <= high else float("-inf")
            self._started = (max(low, floor), high)

    # --- what looks teach about other jobs ----------------------------------------------------------------------

    def _teach(self, now: float, *, ended: bool) -> None:
        """The time since the last look has passed, with an end in it or without."""
        passed = now - (self.since if self.seen is None else self.seen)
        if passed <= 0 or self.over:  # an end is seen once; what is seen again is of an older run
            return
        lengths, age, later = self._experience.lengths, self._age, self._age + passed
        if self._basis is self._experience.pending:
            expected = lengths.chance(age, later)
        else:
            expected = lengths.lived(age, later, ended=ended)
        if ended:
            expected /= 2
            self._experience.from_unseen.learn(self._basis is self._experience.unseen)
            self._experience.from_pending.learn(self._basis is self._experience.pending)
        forecast, seen = self._foretelling, self.seen
        if forecast is None or seen is None:
            if self._basis is not self._experience.running:
                self._basis.learn(ended, expected)
            return
        self._judge(forecast, seen, now, expected, ended=ended)

    def _judge(self, forecast: Forecast, seen: float, now: float, expected: float, *, ended: bool) -> None:
        """What this tells of forecasts: of an end, how likely it came before the time that was foretold.

        :param expected: ends, whatever the forecast says.
        """
        passed = now - seen
        early, low = self._basis, forecast.low
        trust, foretold = foreseen.ends(self._experience, forecast, seen, now)
        slack = _SLACK_S + _SLACK * self._age
        before = expected * max(0.0, min(1.0, (low - slack - seen) / passed))
        unforeseen = float(ended)
        if ended and now >= low - slack:
            unforeseen = early.careful * before / max(1e-9, early.careful * before + trust.careful * foretold)
        if ended:
            self._experience.unforeseen[forecast.doubted].learn(unforeseen)
        if foretold > 0:
            trust.learn(ended - unforeseen - early.careful * (expected - before), foretold)
        if before > 0:
            early.learn(unforeseen, before)

    @property
    def _foretelling(self) -> Forecast | None:
        """The forecast, if it says anything."""
        return self._forecast if self._forecast is not None and self._forecast.known else None

    @property
    def patient(self) -> bool:
        """Whether it may wait longer than its turn: hardly any job like it ends unforeseen."""
        foretold = self._foretelling
        if foretold is not None:
            share, within = self._experience.unforeseen[foretold.doubted], self._experience.within[foretold.doubted]
            return share.rare and HALF <= within.careful <= MUCH
        if self.seen is None:
            return self._experience.from_unseen.rare
        if self._basis is self._experience.pending:
            return self._experience.from_pending.rare
        return self._experience.lengths.rare(self._age)

    def latest(self, trip: float) -> float:
        """Until when a patient job may wait.

        :param trip: seconds of a round trip.
        """
        foretold, seen = self._foretelling, self.first if self.seen is None else self.seen
        if foretold is not None:
            ends_from = foretold.low - seen
        elif self._basis is not self._experience.running:
            ends_from = NEVER
        else:
            ends_from = self._experience.lengths.rare_for(self._age)
        return seen + max(trip, min(max(PATIENCE * trip, PATIENT_S), ends_from + trip))

    # --- what follows -------------------------------------------------------------------------------------------

    def due(self, backpressure: float = 1.0, price: float = PRICE) -> float:
        """When to look.

        :param backpressure: 1 where the quota carries everything; above, how many times dearer a look has become.
        :param price: seconds of expected delay that are worth a look at backpressure 1.
        """
        price *= backpressure
        if self.seen is None:
            gap = self._background(price, self._basis.careful) if backpressure > 1 else 0.0
            return max(self.first, min(self.since + gap, self.first + self.interval * WIDEST, self.by))
        widest = self.interval * max(1.0, min(backpressure**2, WIDEST))
        basis = self._basis.careful if backpressure > 1 else self._basis.value
        wanted = min(self._wanted(self.seen, price, basis), self.seen + self._spread(widest))
        return max(self.first, min(wanted, self.by))

    def _wanted(self, seen: float, price: float, basis: float) -> float:
        """Where the expected delay reaches the price."""
        background, forecast = seen + self._background(price, basis), self._foretelling
        if forecast is None:
            return background
        return min(background, foreseen.reaches(self._experience, forecast, seen, price))

    def _background(self, price: float, basis: float) -> float:
        """The gap in which it would reach the price, whatever progress says."""
        return self._experience.lengths.gap(self._age, price / basis) if basis > 0 else NEVER

    def worth(self, now: float) -> float:
        """What a look is worth by now: the expected delay in seconds, or what the widest gap or a limit asks for."""
        if now < self.first:
            return 0.0
        if self.seen is None:
            return now - self.first + PRICE
        idle = (now - self.seen) / self.interval
        widest = PRICE * sqrt(idle) if idle >= 1 - _JITTER else 0.0
        return max(self._delay(self.seen, now), widest, now - self.by + PRICE if now >= self.by else 0.0)

    def _delay(self, seen: float, now: float) -> float:
        """Seconds for which the gate would be expected to stand shut by now, had the job ended since the last look."""
        age, forecast = self._age, self._foretelling
        background = self._basis.value * self._experience.lengths.delay(age, age + now - seen)
        if forecast is None:
            return background
        return max(background, foreseen.delay(self._experience, forecast, seen, now))

    def _spread(self, gap: float) -> float:
        """Up to a fifth less: jobs that were looked at together need not meet again."""
        return gap * (1 - _JITTER * (self._number * _GOLDEN % 1))
