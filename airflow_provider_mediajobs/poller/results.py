# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Handles the answer or the error of a call: updates its jobs and its quota's pace, and tells the waits."""

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

WIDE_PAUSE_S = (60.0, 600.0)
"""Seconds without probes and pages: after one got no answer, and after the vendor refused one or sent an empty page."""

MOST_POSTPONED = 8
"""The most calls for which a job that is throttled again and again is postponed."""

log = logging.getLogger(__name__)


class Results:
    """Handles the answers and errors of one lane's calls that count against one quota.

    Its methods take ``sent``, the time by the loop's clock at which the call was sent.

    :param pace: the quota's.
    :param backpressure: the lane's.
    :param time: the loop's clock.
    :param now: the clock that vendors' times are compared with.
    :param told: the names of the types of unexpected errors that have been logged.
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
        """Handle the answers to a look. A job without an answer is not visible."""
        throttles = [answer for answer in answers.values() if isinstance(answer, Throttled)]
        if throttles:  # some of the look's jobs were answered before a further request was throttled
            self._pace.throttled(self._time(), sent, max(error.retry_after or 0.0 for error in throttles))
        else:
            self._pace.good(self._time(), sent)
        now, ahead = self._times()
        pool.wider.answered(now - sent)
        for job in call.jobs:
            answer = answers.get(job.ref)
            if job.confirm:
                still = isinstance(answer, JobSnapshot) and not answer.state.ended
                pool.wider.confirmed(needless=still, now=now)
            job.confirm, job.strikes, job.faults, job.refused = False, 0, 0, 0
            # If jobs of a batch need no ids in common, one gets an error of its own only if the batch was split for it.
            job.alone = isinstance(answer, MediaJobsError) and pool.kind.batch_size > 1 and not pool.kind.group_by
            self._learn(job, answer, now, ahead)

    def probed(self, pool: WaitedPool, call: WaitedCall, running: Collection[JobRef], sent: float) -> None:
        """Handle the answer to a probe: jobs that it does not show running are looked at next.

        :param running: the jobs that it shows running.
        """
        now = self._time()
        self._pace.good(now, sent)
        pool.wider.shown(sum(job.ref in running for job in call.jobs))
        for job in call.jobs:
            if job.ref in running:
                job.schedule.still_runs(now)
                job.refused = 0
            else:
                job.confirm = True

    def paged(self, pool: WaitedPool, call: WaitedCall, page: Page, sent: float) -> None:
        """Handle a page of the list of jobs. It proves nothing about jobs that it does not show: they stay due."""
        self._pace.good(self._time(), sent)
        if pool.listing is not None:
            pool.listing.read(call.offset, page, call.refs)
        if not page.rows:  # the list is shorter by now, or the service takes the offset for the number of a page
            pool.wider.not_before(self._time() + WIDE_PAUSE_S[1])
        now, ahead = self._times()
        for ref, answer in page.answers.items():
            job = pool.jobs.get(ref)
            if job is not None:
                self._learn(job, answer, now, ahead)
                if not job.busy:
                    pool.push(job, self._backpressure.factor)

    def _times(self) -> tuple[float, float]:
        """Return the time by the loop's clock, and the seconds by which it is ahead of the clock of vendors' times."""
        now = self._time()
        return now, now - self._now().timestamp()

    def _learn(self, job: WaitedJob, answer: Answer | None, now: float, ahead: float) -> None:
        """Update a job's schedule by the answer to a look, and tell it to the waits."""
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
        """Handle an unexpected error in a call: log it, and look again later, as after a call without an answer."""
        self.unforeseen(f"a look at {pool.kind.name}", error)
        self._no_answer(source, pool, call, LookFailed(f"unexpected error in a look: {type(error).__name__}"), sent)

    def unforeseen(self, what: str, error: BaseException) -> None:
        """Log an unexpected error with its traceback, once for each type.

        :param what: what the error occurred in.
        """
        name = type(error).__name__
        if name not in self._told:
            self._told.add(name)
            log.error("unexpected error in %s", what, exc_info=error)

    def failed(self, source: Source, pool: WaitedPool, call: WaitedCall, error: MediaJobsError, sent: float) -> None:
        """Handle the error of a whole call. A retryable one ends no wait, and one job's error never ends another's."""
        if source.refusal is not None:
            now, ahead = self._times()
            for job in list(source):
                self._learn(job, source.refusal, now, ahead)
            source.refusal_told(self._time())
        elif isinstance(error, AuthError):
            _trouble(call.jobs, error)  # no news yet: the source reads the connection again before its next call
        elif isinstance(error, Throttled):
            _trouble(call.jobs, error)
            self._pace.throttled(self._time(), sent, error.retry_after)
            self._postpone_throttled(call.jobs)
        elif error.retryable:
            self._no_answer(source, pool, call, error, sent)
        else:
            self._refused(pool, call, error)

    def _postpone_throttled(self, jobs: Iterable[WaitedJob]) -> None:
        """Postpone jobs that were throttled twice in a row: one that is always throttled must not starve the others."""
        for job in jobs:
            if job.refused > 0:
                job.postponed = self._time() + min(job.refused, MOST_POSTPONED) * self._pace.spacing
            job.refused += 1

    def _no_answer(
        self, source: Source, pool: WaitedPool, call: WaitedCall, error: MediaJobsError, sent: float
    ) -> None:
        """Handle a call that got no answer, or one that says that the vendor is in trouble."""
        now = self._time()
        _trouble(call.jobs, error)
        was_well = source.failed(sent, now, error)
        for job in call.jobs:
            job.postponed = source.held
        if isinstance(error, CredentialsUnavailable):
            return  # nothing was sent to the vendor's operation
        if call.kind is not CallKind.LOOK:
            pool.wider.not_before(now + WIDE_PAUSE_S[0])
        elif not isinstance(error, TransportError):
            for job in call.jobs:
                job.faults += 1
                # One of these jobs may be the cause: surely not of each failure while nothing at all is answered.
                if source.outage.hardly_chance(job.faults) and (was_well or job.strikes == 0):
                    job.strikes += 1

    def _refused(self, pool: WaitedPool, call: WaitedCall, error: MediaJobsError) -> None:
        """Handle an error that no later call will cure: tell the waits, or find the job that causes it."""
        of_one_job = isinstance(error, RequestRejected | JobNotFound) and not isinstance(error, WrongPlace)
        if call.kind is not CallKind.LOOK:
            pool.wider.not_before(self._time() + WIDE_PAUSE_S[1])
        elif len(call.jobs) == 1 or not of_one_job:  # an error that concerns all, such as a missing permission
            now, ahead = self._times()
            for job in call.jobs:
                self._learn(job, error, now, ahead)
        else:
            for job in call.jobs:
                job.strikes = ALONE


def _on_our_clock(moment: datetime | None, ahead: float) -> float | None:
    """Convert a vendor's time to the loop's clock."""
    return None if moment is None else moment.timestamp() + ahead


def _trouble(jobs: Iterable[WaitedJob], error: MediaJobsError) -> None:
    """Tell the waits that a call about these jobs brought no news."""
    for job in jobs:
        for subscription in job.subscriptions:
            subscription.tell_trouble(error)


def count(jobs: Iterable[WaitedJob], cost: WaitReport) -> None:
    """Add the requests of a call to the report of every wait that has jobs in it: once, for however many jobs.

    :param jobs: the jobs of the call.
    :param cost: its requests.
    """
    for waiter in {subscription.waiter for job in jobs for subscription in job.subscriptions}:
        waiter.report.looks += 1
        waiter.report.calls += cost.calls
        waiter.report.throttled += cost.throttled
        waiter.report.retried += cost.retried
