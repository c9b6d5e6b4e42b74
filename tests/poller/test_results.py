"""What calls bring, where the emulator cannot be brought to say it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from airflow_provider_mediajobs.core.errors import (
    JobNotFound,
    MediaJobsError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
    TransportError,
)
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.kind import Page
from airflow_provider_mediajobs.emulator import EmulatorTransport, World
from airflow_provider_mediajobs.poller.batch import ALONE, Call, How, Pool, Track
from airflow_provider_mediajobs.poller.pace import Pace
from airflow_provider_mediajobs.poller.results import Results
from airflow_provider_mediajobs.poller.schedule import Schedule
from airflow_provider_mediajobs.poller.source import Source
from airflow_provider_mediajobs.poller.stretch import Stretch
from airflow_provider_mediajobs.poller.waiter import Waiter
from airflow_provider_mediajobs.vendors import kind

LIST = kind("huawei.vod.editing")
NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def results() -> Results:
    """At the loop's second 100."""
    return Results(Pace(100, 60), Stretch(), lambda: 100.0, lambda: NOW)


@pytest.fixture
def pool() -> Pool[Waiter]:
    """Three jobs of a list, each with a waiter."""
    pool: Pool[Waiter] = Pool(LIST, 0.75)
    for name in "abc":
        ref = LIST.ref({"task_id": name})
        pool.add(Track(ref, Schedule(0, 10, 60), [Waiter(ref, 0, lambda _waiter: None)]))
    return pool


@pytest.fixture
def source() -> Source:
    """One that has proved good."""
    world = World()
    account = world.account("huawei")

    async def read() -> object:
        return account

    source = Source("test", account, read, lambda _options: EmulatorTransport(world), lambda: NOW, 0)  # type: ignore[arg-type]
    source.proven = True
    return source


def snapshot(name: str) -> JobSnapshot:
    return JobSnapshot(LIST.name, {"task_id": name}, JobState.RUNNING, "PROCESSING")


def test_an_empty_page_puts_an_end_to_pages(results: Results, pool: Pool[Waiter]) -> None:
    """Some services take an offset for a page's number."""
    results.paged(pool, Call(How.PAGE, list(pool)), Page(500, 0, None, {}, {}))
    call = pool.take(100)
    assert call is not None
    assert (call.how, len(call.tracks)) == (How.LOOK, 1)


def test_a_page_tells_whoever_is_on_it(results: Results, pool: Pool[Waiter]) -> None:
    """Those it was not read for, too; one that has left meanwhile, or is part of another call, does no harm."""
    a, b, c = pool
    b.busy = True
    pool.remove(c)
    answers = {track.ref: snapshot(track.ref["task_id"]) for track in (a, b, c)}
    results.paged(pool, Call(How.PAGE, []), Page(500, 3, None, answers, {}))
    assert [waiter._fresh for track in (a, b, c) for waiter in track.waiters] == [True, True, False]
    assert (a.due > 100, b.due) == (True, 10)


async def test_an_error_that_may_pass_is_told_once_a_sort_and_kept_as_trouble(
    results: Results, pool: Pool[Waiter]
) -> None:
    """A throttle is not told at all: it is the lane's matter, and comes and goes."""
    (track, *_) = pool
    (waiter,) = track.waiters
    told = []
    for error in (Throttled("APIG.0308"), ServerFault("VOD.10051"), ServerFault("VOD.10052"), TransportError("reset")):
        results.answered(pool, Call(How.LOOK, [track]), {track.ref: error})
        assert waiter.trouble is error
        told.append(str(await waiter.next()) if waiter._fresh else None)
    assert told == [None, "VOD.10051: ", None, "reset"]


@pytest.mark.parametrize("error", [RequestRejected("VOD.10053"), PermissionDenied("VOD.10074")])
def test_a_batch_that_is_refused_is_split(
    results: Results, pool: Pool[Waiter], source: Source, error: RequestRejected | PermissionDenied
) -> None:
    """Nobody is told before having been asked for singly."""
    results.failed(source, pool, Call(How.LOOK, list(pool)), error, 99)
    assert [track.strikes for track in pool] == [ALONE] * 3
    assert not any(waiter._fresh for track in pool for waiter in track.waiters)
    (first, *_) = pool
    results.failed(source, pool, Call(How.LOOK, [first]), error, 99)
    assert [waiter._fresh for track in pool for waiter in track.waiters] == [True, False, False]


@pytest.mark.parametrize(
    ("error", "told"), [(RequestRejected("VOD.10053"), False), (JobNotFound("x"), False), (PermissionDenied("x"), True)]
)
def test_what_the_first_batch_of_a_source_meets(
    results: Results, pool: Pool[Waiter], source: Source, error: MediaJobsError, told: bool
) -> None:
    """A missing permission is everybody's; one bad id is not, even where nothing has ever been answered."""
    source.proven = False
    results.failed(source, pool, Call(How.LOOK, list(pool)), error, 99)
    assert [waiter._fresh for track in pool for waiter in track.waiters] == [told] * 3
