# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides when to look at a job next. Pure: computes a time from what the looks so far have shown.

One measure decides: the expected **delay**, which is the seconds since the job's end, averaged over what may have
happened since the last look; its gate is shut for so long without need. A look is due when the delay reaches the price
of a look. So gaps are short for a young job and grow with its age; and with a predicted end, there is no look until
shortly before it, and then there are many. Where more looks are due than the quota has calls for, the price rises (see
:mod:`.backpressure`), by which the gaps of jobs far from their predicted end grow first.

The delay is computed from the ends of similar jobs (see :mod:`.experience`), and each look adds to that experience.
"""

from __future__ import annotations

from math import sqrt

from ..core.job import JobState
from ..core.policy import LEAST_POLL_INTERVAL_S
from . import foreseen
from .experience import RARE, Experience, UnforeseenShare
from .forecast import Forecast

PRICE = 1.0
"""The price of a look: seconds of expected delay, as long as the quota is not short."""

WIDEST = 20.0
"""A gap may grow to this multiple of the job's interval where the quota is short."""

PATIENT_TRIPS = 4.0
PATIENT_S = 30.0
AT_RISK = 0.12
"""A job that is ``patient`` may wait for ``PATIENT_TRIPS`` round trips of the rotation; or for ``PATIENT_S`` seconds if
that is at most ``AT_RISK`` round trips, divided by the share of ends that are unforeseen."""

LEAST_RELIED_ON, MOST_RELIED_ON = 0.5, 1.3
"""Bounds of a forecast's factor between which it is relied on. Outside, ends come at other times than it says."""
_SLACK_S, _SLACK = 2.0, 0.01  # seconds and part of the job's age by which an end may be early and still was predicted

NEVER = float("inf")
_JITTER = 0.2  # the greatest part by which a widest gap is shortened
_GOLDEN = 0.6180339887498949  # multiples of the golden ratio, modulo 1, are spread evenly
_CLOCKS = 5.0  # seconds by which the vendor's clock and ours may differ


class Schedule:
    """What decides when to look at one job. Times are seconds of the loop's clock.

    :param now: when the wait began.
    :param first: no look before this time.
    :param interval: the widest gap between two looks in seconds; less than a second counts as a second.
    :param number: differs from job to job, so that jobs with the same interval are not looked at together for ever.
    :param experience: of the pool that the job is in.
    :ivar since: when the job was created, as far as that is known; else when the wait began.
    :ivar seen: the time of the last look or probe; ``None`` before the first.
    :ivar running: whether the newest look showed the job running.
    :ivar over: whether the newest look showed that the job had ended.
    :ivar by: the latest time for the next look, whatever is expected of the job.
    """

    __slots__ = (
        "_age",
        "_basis",
        "_experience",
        "_forecast",
        "_foretelling",
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
        self._foretelling: Forecast | None = None  # the forecast, if it predicts an end
        self._experience = experience or Experience()
        self._basis = self._experience.unseen
        self._age = 0.0  # the job's age at the last look
        self.over = False

    def widest(self, interval: float) -> None:
        """Take over the interval of a further wait for the same job, if it is shorter."""
        self.interval = max(min(self.interval, interval), LEAST_POLL_INTERVAL_S)

    def wanted_by(self, moment: float) -> None:
        """Let the next look be at ``moment`` at the latest, since a limit of a wait expires then."""
        self.by = min(self.by, moment)

    # --- results of looks and probes ----------------------------------------------------------------------------

    def still_runs(self, now: float) -> None:
        """Learn from a probe that the job still runs. ``by`` stays: a probe cannot replace the look wanted by then."""
        self._teach(now, ended=False)
        self._looked(now)

    def nothing_new(self, now: float) -> None:
        """Learn from a look that did not show the job."""
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
        """Learn from a look that showed the job.

        :param state: the job's state.
        :param progress: percent, if the vendor reports it.
        :param created: the vendor's time of the job's creation, converted to the loop's clock.
        :param started: the same for its start.
        """
        self._teach(now, ended=state.ended)
        self.nothing_new(now)
        self.over = state.ended
        self.running = state is JobState.RUNNING
        # An ended job may be an older run than the one that is waited for.
        if created is not None and created <= now + _CLOCKS and not state.ended:
            self.since = min(self.since, created)
        if self.running:
            self._runs(now, progress, created, started)
        elif state is JobState.PENDING:
            self._started = (now, float("inf"))
            self._forecast = self._foretelling = None  # a job that was put back into the queue starts again
            self._basis, self._age = self._experience.pending, max(0.0, now - self.since)

    def _runs(self, now: float, progress: int | None, created: float | None, started: float | None) -> None:
        self._began(now, created, started)
        began = self._started[0]
        known = began > float("-inf")
        self._age = max(0.0, now - (began if known else self.since))
        if progress is not None and known:
            self._forecast = self._forecast or Forecast()
            self._forecast.learn(now, progress, self._started)
            self._foretelling = self._forecast if self._forecast.known else None
        foretold = self._foretelling
        self._basis = self._experience.running if foretold is None else self._experience.early[foretold.doubted]

    def _began(self, now: float, created: float | None, started: float | None) -> None:
        low, high = self._started
        high = min(high, now)
        if started is not None and low - _CLOCKS <= started <= high + _CLOCKS:
            # Vendors round times down to the second.
            self._started = (min(started, now), min(started + 1, now))
        else:
            floor = created if created is not None and created <= high else float("-inf")
            self._started = (max(low, floor), high)

    # --- experience gained for other jobs -----------------------------------------------------------------------

    def _teach(self, now: float, *, ended: bool) -> None:
        """Add to the experience whether the job ended in the time since the last look."""
        passed = now - (self.since if self.seen is None else self.seen)
        if passed <= 0 or self.over:  # each end counts once
            return
        lengths, age, later = self._experience.lengths, self._age, self._age + passed
        if self._basis is self._experience.pending:
            expected = lengths.expected_ends(age, later)
        else:
            expected = lengths.learn(age, later, ended=ended)
        if ended:
            expected /= 2
            self._experience.from_unseen.learn(self._basis is self._experience.unseen)
            self._experience.from_pending.learn(self._basis is self._experience.pending)
        forecast, seen = self._foretelling, self.seen
        if forecast is not None and seen is not None:
            self._judge(forecast, seen, now, expected, ended=ended)
        elif self._basis is not self._experience.running:
            self._basis.learn(ended, expected)

    def _judge(self, forecast: Forecast, seen: float, now: float, expected: float, *, ended: bool) -> None:
        """Add to the experience how good the forecast was: for an end, the probability that it came before ``low``.

        :param seen: the time of the last look.
        :param expected: the number of ends expected since then by the job's age alone.
        """
        passed, early, low = now - seen, self._basis, forecast.low
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
    def patient(self) -> bool:
        """Whether the job may wait for longer than a round trip: hardly any job like it ends unforeseen."""
        if (foretold := self._foretelling) is not None:
            within = self._experience.within[foretold.doubted].careful
            if not LEAST_RELIED_ON <= within <= MOST_RELIED_ON:
                return False
        unforeseen = self._unforeseen
        return self._experience.lengths.rare(self._age) if unforeseen is None else unforeseen.rare

    def weight(self, ahead: float) -> float:
        """How often the job should be looked at, relative to others, ``ahead`` seconds on; 0 if it does not run."""
        return self._experience.lengths.weight(self._age + ahead) if self.running else 0.0

    @property
    def _unforeseen(self) -> UnforeseenShare | None:
        """The share of unforeseen ends among jobs like this one; ``None`` if only the age of the job tells."""
        if (foretold := self._foretelling) is not None:
            return self._experience.unforeseen[foretold.doubted]
        if self.seen is None:
            return self._experience.from_unseen
        return self._experience.from_pending if self._basis is self._experience.pending else None

    def latest(self, since: float, trip: float) -> float:
        """Return the latest time for the next look at a patient job.

        :param since: when the job had its last turn.
        :param trip: seconds in which the rotation looks at all jobs once.
        """
        foretold, unforeseen = self._foretelling, self._unforeseen
        if foretold is not None:
            ends_from = foretold.low
        elif self._basis is not self._experience.running or self.seen is None:
            ends_from = NEVER
        else:
            ends_from = self.seen + self._experience.lengths.rare_for(self._age)
        at_risk = AT_RISK / (unforeseen.value if unforeseen else RARE) * trip
        return max(since + trip, min(since + max(PATIENT_TRIPS * trip, min(PATIENT_S, at_risk)), ends_from + trip))

    # --- the next look ------------------------------------------------------------------------------------------

    def due(self, backpressure: float = 1.0, price: float = PRICE) -> float:
        """Return when to look next.

        :param backpressure: the factor by which the price is multiplied; above 1, the quota is short.
        :param price: the price of a look at backpressure 1, in seconds of expected delay.
        """
        price *= backpressure
        if self.seen is None:
            gap = self._background(price, self._basis.careful) if backpressure > 1 else 0.0
            return max(self.first, min(self.since + gap, self.first + self.interval * WIDEST, self.by))
        widest = self.interval * max(1.0, min(backpressure**2, WIDEST))
        basis = self._basis.careful if backpressure > 1 else self._basis.value
        # Shortened by up to a fifth, so that jobs that were looked at together are spread out again.
        widest *= 1 - _JITTER * (self._number * _GOLDEN % 1)
        wanted = min(self._wanted(self.seen, price, basis), self.seen + widest)
        return max(self.first, min(wanted, self.by))

    def _wanted(self, seen: float, price: float, basis: float) -> float:
        """Return the time at which the expected delay reaches the price."""
        background, forecast = seen + self._background(price, basis), self._foretelling
        if forecast is None:
            return background
        return min(background, foreseen.reaches(self._experience, forecast, seen, price))

    def _background(self, price: float, basis: float) -> float:
        """Return the gap in seconds in which the delay that is expected by the job's age alone reaches the price."""
        return self._experience.lengths.gap(self._age, price / basis) if basis > 0 else NEVER

    def worth(self, now: float) -> float:
        """Return what a look is worth now, in seconds of expected delay.

        From the widest gap and from the time ``by`` on, it is at least about the price of a look.
        """
        if now < self.first:
            return 0.0
        if self.seen is None:
            return now - self.first + PRICE
        idle = (now - self.seen) / self.interval
        widest = PRICE * sqrt(idle) if idle >= 1 - _JITTER else 0.0
        return max(self._delay(self.seen, now), widest, now - self.by + PRICE if now >= self.by else 0.0)

    def _delay(self, seen: float, now: float) -> float:
        """Return the expected delay in seconds."""
        age, forecast = self._age, self._foretelling
        background = self._basis.value * self._experience.lengths.delay(age, age + now - seen)
        if forecast is None:
            return background
        return max(background, foreseen.delay(self._experience, forecast, seen, now))
