# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a call brought, told to the jobs it was for and to those who wait."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from ..core.errors import (
    AuthError,
    CredentialsUnavailable,
    JobNotFound,
    LookFailed,
    MediaJobsError,
    RequestRejected,
    Throttled,
    TransportError,
    WrongPlace,
)
from ..core.job import JobRef, JobSnapshot, WaitReport
from ..core.kind import Answer, Answers, Page
from .backpressure import Backpressure
from .batch import ALONE, CallKind
from .pace import Pace
from .source import Source, WaitedCall, WaitedJob, WaitedPool

WIDE_AGAIN_S = (60.0, 600.0)
"""Seconds for which a wider call is not tried after it failed, and after the vendor said that it never will do."""

MOST_GIVEN_WAY = 8
"""Calls for which a job that is throttled again and again lets others come first."""

log = logging.getLogger(__name__)


class Results:
    """Of one lane's calls.

    :param time: the loop's clock.
    :param now: the clock that vendors' times are compared with.
    :param told: names of unexpected errors that have been logged.
    """

    def __init__(
        self,
        pace: Pace,
        backpressure: Backpressure,
        time: Callable[[], float],
        now: Callable[[], datetime],
        told: set[str] | None = None,
    ) -> None:
        self._pace = pace
        self._backpressure = backpressure
        self._time = time
        self._now = now
        self._told = set() if told is None else told

    # --- answers ------------------------------------------------------------------------------------------------

    def answered(self, pool: WaitedPool, call: WaitedCall, answers: Answers, sent: float) -> None:
        """An exact look; a job without an answer is not visible."""
        throttles = [answer for answer in answers.values() if isinstance(answer, Throttled)]
        if throttles:  # met on the way, after some of the call's jobs were answered
            self._pace.throttled(self._time(), sent, max(error.retry_after or 0.0 for error in throttles))
        else:
            self._pace.good(self._time(), sent)
        now, ahead = self._times()
        for job in call.jobs:
            answer = answers.get(job.ref)
            if job.confirm:
                still = isinstance(answer, JobSnapshot) and not answer.state.ended
                pool.wider.confirmed(needless=still, now=now)
            job.confirm, job.strikes, job.refused = False, 0, 0
            # Where a batch has no ids in common, an error of one job means that it was split because of it.
            job.alone = isinstance(answer, MediaJobsError) and pool.kind.batch_size > 1 and not pool.kind.group_by
            self._learn(job, answer, now, ahead)

    def probed(self, call: WaitedCall, running: Collection[JobRef], sent: float) -> None:
        """A probe; what it does not show running is looked at."""
        now = self._time()
        self._pace.good(now, sent)
        for job in call.jobs:
            if job.ref in running:
                job.schedule.still_runs(now)
                job.refused = 0
            else:
                job.confirm = True

    def paged(self, pool: WaitedPool, call: WaitedCall, page: Page, sent: float) -> None:
        """A page of a list. What it does not show proves nothing: those jobs stay due."""
        self._pace.good(self._time(), sent)
        if pool.listing is not None:
            pool.listing.read(call.offset, page, call.refs)
        if not page.rows:  # a list that has become shorter, or a service that takes the offset for a page's number
            pool.wider.not_before(self._time() + WIDE_AGAIN_S[1])
        now, ahead = self._times()
        for ref, answer in page.answers.items():
            job = pool.jobs.get(ref)
            if job is not None:
                self._learn(job, answer, now, ahead)
                if not job.busy:
                    pool.push(job, self._backpressure.factor)

    def _times(self) -> tuple[float, float]:
        """The loop's clock, and how far it is ahead of the other one."""
        now = self._time()
        return now, now - self._now().timestamp()

    def _learn(self, job: WaitedJob, answer: Answer | None, now: float, ahead: float) -> None:
        if isinstance(answer, JobSnapshot):
            job.created = answer.created_at
            created, started = _on_our_clock(answer.created_at, ahead), _on_our_clock(answer.started_at, ahead)
            job.schedule.saw(now, answer.state, answer.progress, created, started)
        else:
            job.schedule.nothing_new(now)
        if isinstance(answer, MediaJobsError) and answer.retryable:
            _trouble([job], answer)
        else:
            for subscription in job.subscriptions:
                subscription.tell(answer)

    # --- errors -------------------------------------------------------------------------------------------------

    def broken(self, source: Source, pool: WaitedPool, call: WaitedCall, error: BaseException, sent: float) -> None:
        """Something that is no error of ours or the vendor's: looked at again like a blip."""
        self.unforeseen(f"a look at {pool.kind.name}", error)
        self._no_answer(source, pool, call, LookFailed(f"the look went wrong: {type(error).__name__}"), sent)

    def unforeseen(self, what: str, error: BaseException) -> None:
        """An unexpected error: logged with its traceback, once for each type."""
        name = type(error).__name__
        if name not in self._told:
            self._told.add(name)
            log.error("unexpected error in %s", what, exc_info=error)

    def failed(self, source: Source, pool: WaitedPool, call: WaitedCall, error: MediaJobsError, sent: float) -> None:
        """A whole call failed. One that passes is no news; one bad id never fails the others."""
        if source.refusal is not None:
            now, ahead = self._times()
            for job in list(source):
                self._learn(job, source.refusal, now, ahead)
            source.refusal_told(self._time())
        elif isinstance(error, AuthError):
            _trouble(call.jobs, error)  # the connection is read again before the next call
        elif isinstance(error, Throttled):
            _trouble(call.jobs, error)
            self._pace.throttled(self._time(), sent, error.retry_after)
            self._give_way(call.jobs)
        elif error.retryable:
            self._no_answer(source, pool, call, error, sent)
        else:
            self._refused(pool, call, error)

    def _give_way(self, jobs: Iterable[WaitedJob]) -> None:
        """After a second throttle in a row others come first: one that is always throttled must not starve them."""
        for job in jobs:
            if job.refused > 0:
                job.postponed = self._time() + min(job.refused, MOST_GIVEN_WAY) * self._pace.spacing
            job.refused += 1

    def _no_answer(
        self, source: Source, pool: WaitedPool, call: WaitedCall, error: MediaJobsError, sent: float
    ) -> None:
        now = self._time()
        _trouble(call.jobs, error)
        was_well = source.failed(sent, now, error)
        for job in call.jobs:
            job.postponed = source.held
        if isinstance(error, CredentialsUnavailable):
            return  # it was never asked
        if call.kind is not CallKind.LOOK:
            pool.wider.not_before(now + WIDE_AGAIN_S[0])
        elif was_well and not isinstance(error, TransportError):
            # The vendor was well just before: one of these jobs may be what breaks its answer.
            for job in call.jobs:
                job.strikes += 1

    def _refused(self, pool: WaitedPool, call: WaitedCall, error: MediaJobsError) -> None:
        of_one_job = isinstance(error, RequestRejected | JobNotFound) and not isinstance(error, WrongPlace)
        if call.kind is not CallKind.LOOK:
            pool.wider.not_before(self._time() + WIDE_AGAIN_S[1])
        elif len(call.jobs) == 1 or not of_one_job:  # a missing permission is not looked for job by job
            now, ahead = self._times()
            for job in call.jobs:
                self._learn(job, error, now, ahead)
        else:
            for job in call.jobs:
                job.strikes = ALONE


def _on_our_clock(moment: datetime | None, ahead: float) -> float | None:
    return None if moment is None else moment.timestamp() + ahead


def _trouble(jobs: Iterable[WaitedJob], error: MediaJobsError) -> None:
    for job in jobs:
        for subscription in job.subscriptions:
            subscription.tell_trouble(error)


def count(jobs: Iterable[WaitedJob], cost: WaitReport) -> None:
    """Every wait counts the requests it had a part in, once, for however many of its jobs."""
    for waiter in {subscription.waiter for job in jobs for subscription in job.subscriptions}:
        waiter.report.looks += 1
        waiter.report.calls += cost.calls
        waiter.report.throttled += cost.throttled
        waiter.report.retried += cost.retried
