# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests results of calls that the emulator cannot produce."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from airflow_provider_mediajobs.clock import VendorClock
from airflow_provider_mediajobs.core.errors import (
    AccountNotInOrder,
    CredentialsUnavailable,
    JobNotFound,
    MediaJobsError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
    TransportError,
    WrongPlace,
)
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState, WaitReport
from airflow_provider_mediajobs.core.kind import Page
from airflow_provider_mediajobs.emulator import EmulatorTransport, World
from airflow_provider_mediajobs.poller.backpressure import Backpressure
from airflow_provider_mediajobs.poller.batch import ALONE, Call, CallKind, Pool, TrackedJob
from airflow_provider_mediajobs.poller.pace import Pace
from airflow_provider_mediajobs.poller.results import Results, count
from airflow_provider_mediajobs.poller.schedule import NEVER, Schedule
from airflow_provider_mediajobs.poller.source import Source
from airflow_provider_mediajobs.poller.standing import CredentialEvent
from airflow_provider_mediajobs.poller.waiter import Subscription, Waiter
from airflow_provider_mediajobs.vendors import kind

LIST = kind("huawei.vod.editing")
NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def results() -> Results:
    """At the loop's second 100."""
    return Results(Pace(100, 60), Backpressure(), lambda: 100.0, lambda: NOW)


class Gone:
    """A place that is left."""

    def look_by(self, subscription: Subscription, moment: float) -> None: ...
    def leave(self, subscription: Subscription) -> None: ...


@pytest.fixture
def pool() -> Pool[Subscription]:
    """Three jobs of a list, each with a waiter."""
    pool: Pool[Subscription] = Pool(LIST, 0.75)
    for name in "abc":
        ref = LIST.ref({"task_id": name})
        pool.add(TrackedJob(ref, Schedule(0, 10, 60), list(Waiter([ref], 0, Gone()).subscriptions.values())))
    return pool


@pytest.fixture
def source() -> Source:
    """One that has proved good."""
    world = World()
    account = world.account("huawei")

    async def read() -> object:
        return account

    source = Source("test", account, read, lambda _options: EmulatorTransport(world), VendorClock(lambda: NOW), 0)  # type: ignore[arg-type]
    source.standing.after(CredentialEvent.ANSWERED)
    return source


def snapshot(name: str) -> JobSnapshot:
    return JobSnapshot(LIST.name, {"task_id": name}, JobState.RUNNING, "PROCESSING")


def test_an_empty_page_puts_an_end_to_pages(results: Results, pool: Pool[Subscription]) -> None:
    """Some services take an offset for a page's number."""
    results.paged(pool, Call(CallKind.PAGE, list(pool)), Page(500, 0, None, {}, {}), 0)
    call = pool.take(100)
    assert call is not None
    assert (call.kind, len(call.jobs)) == (CallKind.LOOK, 1)


def test_a_page_tells_whoever_is_on_it(results: Results, pool: Pool[Subscription]) -> None:
    """Those it was not read for, too; one that has left meanwhile, or is part of another call, does no harm."""
    a, b, c = pool
    b.busy = True
    pool.remove(c)
    answers = {job.ref: snapshot(job.ref["task_id"]) for job in (a, b, c)}
    results.paged(pool, Call(CallKind.PAGE, []), Page(500, 3, None, answers, {}), 0)
    assert [subscription.fresh for job in (a, b, c) for subscription in job.subscriptions] == [True, True, False]
    assert (a.due > 100, b.due) == (True, 10)


async def test_an_error_that_may_pass_is_told_once_a_sort_and_kept_as_trouble(
    results: Results, pool: Pool[Subscription]
) -> None:
    """A throttle is not told at all: it is the lane's matter, and comes and goes."""
    (job, *_) = pool
    (subscription,) = job.subscriptions
    told = []
    for error in (Throttled("APIG.0308"), ServerFault("VOD.10051"), ServerFault("VOD.10052"), TransportError("reset")):
        results.answered(pool, Call(CallKind.LOOK, [job]), {job.ref: error}, 0)
        assert subscription.waiter.trouble == {job.ref: error}
        told.append(str((await subscription.waiter.next())[job.ref]) if subscription.fresh else None)
    assert told == [None, "VOD.10051: ", None, "reset"]


@pytest.mark.parametrize("error", [PermissionDenied("VOD.10074"), AccountNotInOrder("c"), WrongPlace("APIGW.0801")])
def test_what_is_wrong_for_all_is_told_to_all(
    results: Results, pool: Pool[Subscription], source: Source, error: MediaJobsError
) -> None:
    """No job of the batch is asked for singly: where that may help, the exchange has done so."""
    results.failed(source, pool, Call(CallKind.LOOK, list(pool)), error, 99)
    assert [job.strikes for job in pool] == [0, 0, 0]
    assert [subscription.fresh for job in pool for subscription in job.subscriptions] == [True, True, True]


def test_a_batch_that_is_refused_is_split(results: Results, pool: Pool[Subscription], source: Source) -> None:
    """Nobody is told before having been asked for singly."""
    error = RequestRejected("VOD.10053")
    results.failed(source, pool, Call(CallKind.LOOK, list(pool)), error, 99)
    assert [job.strikes for job in pool] == [ALONE] * 3
    assert not any(subscription.fresh for job in pool for subscription in job.subscriptions)
    (first, *_) = pool
    results.failed(source, pool, Call(CallKind.LOOK, [first]), error, 99)
    assert [subscription.fresh for job in pool for subscription in job.subscriptions] == [True, False, False]


@pytest.mark.parametrize(
    ("error", "told"), [(RequestRejected("VOD.10053"), False), (JobNotFound("x"), False), (PermissionDenied("x"), True)]
)
def test_what_the_first_batch_of_a_source_meets(
    results: Results, pool: Pool[Subscription], source: Source, error: MediaJobsError, told: bool
) -> None:
    """A missing permission is everybody's; one bad id is not, even where nothing has ever been answered."""
    source.standing.after(CredentialEvent.REFUSED)
    results.failed(source, pool, Call(CallKind.LOOK, list(pool)), error, 99)
    assert [subscription.fresh for job in pool for subscription in job.subscriptions] == [told] * 3


def test_a_wait_counts_a_call_once_however_many_of_its_jobs_it_was_for() -> None:
    """Beside it a wait for one of them, and one for a job that was in no call."""
    refs = [LIST.ref({"task_id": name}) for name in "abcd"]
    many, single, other = Waiter(refs[:3], 0, Gone()), Waiter(refs[:1], 0, Gone()), Waiter(refs[3:], 0, Gone())
    jobs = [
        TrackedJob(
            ref,
            Schedule(0, 10, 60),
            [waiter.subscriptions[ref] for waiter in (many, single, other) if ref in waiter.subscriptions],
        )
        for ref in refs
    ]
    count(jobs[:3], WaitReport(calls=3, throttled=2, retried=1))
    count(jobs[1:3], WaitReport(calls=1))
    assert (many.report, single.report, other.report) == (
        WaitReport(looks=2, calls=4, throttled=2, retried=1),
        WaitReport(looks=1, calls=3, throttled=2, retried=1),
        WaitReport(),
    )


def test_a_look_that_is_wanted_by_a_time_stays_so_until_the_job_itself_was_looked_at(
    results: Results, pool: Pool[Subscription]
) -> None:
    """A probe, whatever it shows, and a call that failed leave it so; an answer, news or none, does not."""
    a, b, c = pool
    for job in pool:
        job.schedule.wanted_by(120)
    results.probed(pool, Call(CallKind.PROBE, [a, b, c]), {a.ref, b.ref}, 0)
    assert [(job.schedule.by, job.confirm) for job in pool] == [(120, False), (120, False), (120, True)]
    results.answered(pool, Call(CallKind.LOOK, [b, c]), {b.ref: snapshot("b")}, 0)
    assert [job.schedule.by for job in pool] == [120, NEVER, NEVER]


def test_a_probe_is_judged_by_the_jobs_that_it_shows(results: Results) -> None:
    """It missed twenty of a list's jobs, and showed as many."""
    pool: Pool[Subscription] = Pool(LIST, 0.75)
    jobs = [TrackedJob[Subscription](LIST.ref({"task_id": f"{index}"}), Schedule(0, 0, 60)) for index in range(40)]
    results.probed(pool, Call(CallKind.PROBE, jobs), {job.ref for job in jobs[::2]}, 0)
    results.answered(pool, Call(CallKind.LOOK, jobs[1::2]), {job.ref: snapshot("b") for job in jobs[1::2]}, 0)
    assert pool.wider.helps(0)


def test_it_is_noted_how_long_answers_take(results: Results) -> None:
    """By it is decided whether a probe and then a look is quicker than looks at all jobs; ten answers count."""
    pool: Pool[Subscription] = Pool(kind("huawei.mpc.transcoding"), 0.75)
    results.answered(pool, Call(CallKind.LOOK, []), {}, 90)
    assert pool.wider.quicker(41)
    assert not pool.wider.quicker(39)


def test_a_call_that_failed_leaves_looks_wanted(results: Results, pool: Pool[Subscription], source: Source) -> None:
    """Nothing was learnt of any job; as soon as the source may be asked again, it is: at once after a first failure."""
    for job in pool:
        job.schedule.saw(90, JobState.RUNNING)
        job.schedule.wanted_by(100)
    results.failed(source, pool, Call(CallKind.LOOK, list(pool)), TransportError("reset"), 99)
    assert [job.due_at(1, 1) for job in pool] == [100] * 3
    results.failed(source, pool, Call(CallKind.LOOK, list(pool)), TransportError("reset"), 100)
    assert [job.due_at(1, 1) for job in pool] == [101] * 3


async def test_a_wait_for_many_jobs_is_told_of_each_by_its_reference(results: Results) -> None:
    """One is seen, one is not there, one meets trouble that was told before, one was in no call."""
    refs: list[JobRef] = [LIST.ref({"task_id": name}) for name in "abcd"]
    waiter = Waiter(refs, 0, Gone())
    pool: Pool[Subscription] = Pool(LIST, 0.75)
    for ref in refs:
        pool.add(TrackedJob(ref, Schedule(0, 10, 60), [waiter.subscriptions[ref]]))
    a, b, c, _ = pool
    fault = ServerFault("VOD.10051")
    results.answered(pool, Call(CallKind.LOOK, [c]), {c.ref: fault}, 0)
    assert await waiter.next() == {c.ref: fault}
    results.answered(pool, Call(CallKind.LOOK, [a, b, c]), {a.ref: snapshot("a"), c.ref: fault}, 0)
    assert await waiter.next() == {a.ref: snapshot("a"), b.ref: None}
    assert waiter.trouble == {c.ref: fault}


async def test_news_is_not_lost_to_an_error_that_comes_before_it_is_taken(
    results: Results, pool: Pool[Subscription]
) -> None:
    """The error is the newer trouble, and the snapshot is still what was learnt last."""
    (job, *_) = pool
    (subscription,) = job.subscriptions
    fault = ServerFault("VOD.10051")
    results.answered(pool, Call(CallKind.LOOK, [job]), {job.ref: snapshot("a")}, 0)
    results.answered(pool, Call(CallKind.LOOK, [job]), {job.ref: fault}, 0)
    assert await subscription.waiter.next() == {job.ref: snapshot("a")}
    assert subscription.waiter.trouble == {job.ref: fault}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_throttles_met_on_the_way_are_one_refusal(number: int, pool: Pool[Subscription]) -> None:
    """For however many jobs of the call it stands, and of however many calls that were under way together."""
    pace, time = Pace(100, 60), 100.0
    results = Results(pace, Backpressure(), lambda: time, lambda: NOW)
    jobs = list(pool)[:number]
    pace.take(time)
    for _ in range(10):
        time += 0.001
        results.answered(pool, Call(CallKind.LOOK, jobs), {job.ref: Throttled("Throttling.User") for job in jobs}, 99)
    assert 0.99 < pace.factor < 1
    time += 60
    pace.take(time)
    results.answered(pool, Call(CallKind.LOOK, jobs), {job.ref: Throttled("Throttling.User") for job in jobs}, time)
    assert pace.factor < 0.8
    slow = pace.factor
    results.answered(pool, Call(CallKind.LOOK, jobs), {}, time)
    assert slow < pace.factor < slow + 0.001


@pytest.mark.parametrize(
    ("error", "kind"),
    [(CredentialsUnavailable("sts is down"), CallKind.PAGE), (TransportError("reset"), CallKind.LOOK)],
)
def test_credentials_that_could_not_be_had_say_nothing_of_a_page(
    error: MediaJobsError, kind: CallKind, results: Results, pool: Pool[Subscription], source: Source
) -> None:
    """It was not asked for: the next call is as wide."""
    results.failed(source, pool, Call(CallKind.PAGE, list(pool)), error, 90)
    call = pool.take(101)
    assert call is not None
    assert (call.kind, source.held > 0) == (kind, True)


@pytest.mark.parametrize(("error", "strikes"), [(CredentialsUnavailable("sts is down"), 0), (ServerFault("500"), 1)])
def test_credentials_that_could_not_be_had_are_no_jobs_fault(
    error: MediaJobsError, strikes: int, results: Results, pool: Pool[Subscription], source: Source
) -> None:
    """Nothing is split because of it."""
    jobs = list(pool)
    for _ in range(3):
        results.failed(source, pool, Call(CallKind.LOOK, jobs), error, 100)
    assert [job.strikes for job in jobs] == [strikes] * 3


def test_one_fault_of_the_vendors_may_be_chance(results: Results, pool: Pool[Subscription], source: Source) -> None:
    """The jobs of a call that failed are suspected at the second time; an answer takes that back."""
    jobs, fault = list(pool), ServerFault("500")
    for answered, strikes in ((False, 0), (False, 1), (True, 0), (False, 0)):
        if answered:
            source.outage.over(100)
            results.answered(pool, Call(CallKind.LOOK, jobs), {}, 100)
        else:
            results.failed(source, pool, Call(CallKind.LOOK, jobs), fault, 100)
        assert [job.strikes for job in jobs] == [strikes] * 3


def test_a_job_is_found_among_calls_that_are_answered(
    results: Results, pool: Pool[Subscription], source: Source
) -> None:
    """Each further fault halves its batches again; while nothing is answered, one of them does."""
    job, fault = next(iter(pool)), ServerFault("500")
    found = []
    for answered in (False, False, False, True, True):
        if answered:
            source.outage.over(100)
        results.failed(source, pool, Call(CallKind.LOOK, [job]), fault, 100)
        found.append(job.strikes)
    assert found == [0, 1, 1, 2, 3]


def test_where_many_calls_fail_more_of_them_are_chance(
    results: Results, pool: Pool[Subscription], source: Source
) -> None:
    """A third of them: batches stay whole until four in a row have failed."""
    jobs, fault = list(pool), ServerFault("500")
    for _ in range(200):
        source.outage.failed(100, 100)
        source.outage.over(100)
        source.outage.over(100)
    found = []
    for _ in range(8):
        source.outage.over(100)
        results.failed(source, pool, Call(CallKind.LOOK, jobs), fault, 100)
        found.append(jobs[0].strikes)
    assert found[3:5] == [0, 0]
    assert found[-1] > 0
