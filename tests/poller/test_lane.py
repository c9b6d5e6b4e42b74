"""The poller as triggers use it: shared looks, one quota, errors that end nothing, a clean end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.poller.schedule import Schedule

MPC, ICE, VOD = "huawei.mpc.editing", "alibaba.ice.live_editing", "alibaba.vod.transcode"
LIVE, LIST = "alibaba.live.editing", "huawei.vod.editing"

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


def test_a_wait_opens_within_seconds_of_the_end(play: Play) -> None:
    """A job of five minutes, looked at about twenty times."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1")
        moment, snapshot = await stage.until_end(job_id="1")
        assert snapshot.state is JobState.SUCCEEDED
        assert 300 <= moment <= 304
        assert len(stage.sent) < 25

    play(scene)


def test_nothing_is_told_or_asked_before_the_first_event_may_come(play: Play) -> None:
    """Ten seconds: Airflow may fail a task whose trigger fires before its worker has gone."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=1)
        moment, _ = await stage.until_end(job_id="1")
        assert stage.sent == [10]
        assert moment == pytest.approx(10.1)

    play(scene)


def test_a_second_waiter_is_not_told_early_either(play: Play) -> None:
    """Although the first one's looks bring news meanwhile."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=12)
        first = asyncio.create_task(stage.until_end(job_id="1"))
        await asyncio.sleep(9)
        moment, _ = await stage.until_end(job_id="1")
        assert moment >= 19
        await first

    play(scene)


def test_waiters_on_one_job_share_its_looks(play: Play) -> None:
    """Fifty waiters cost what one costs, and all hear of the end at once."""

    async def scene(stage: Any, waiters: int) -> tuple[int, set[float]]:
        stage.add(job_id="1")
        found = await asyncio.gather(*(stage.until_end(job_id="1") for _ in range(waiters)))
        return len(stage.sent), {moment for moment, _ in found}

    alone, _ = play(lambda stage: scene(stage, 1))
    together, moments = play(lambda stage: scene(stage, 50))
    assert together == alone
    assert len(moments) == 1


def test_ten_jobs_share_a_call(play: Play) -> None:
    """And forty share the quota: four calls, evenly spaced."""

    async def scene(stage: Any) -> None:
        for index in range(40):
            stage.add(job_id=str(index), length=5)
        await asyncio.gather(*(stage.until_end(job_id=str(index)) for index in range(40)))
        assert stage.sent == pytest.approx([10, 10.75, 11.5, 12.25])

    play(scene)


def test_two_connections_to_one_account_share_its_limit(play: Play) -> None:
    """Other regions, other endpoints: their calls take turns, at the lower of two limits."""

    async def scene(stage: Any) -> None:
        for index in range(4):
            stage.add(LIVE, caster_id=f"c{index}", show_id="s", running="1", done="3", length=5)
        accounts = [
            stage.account(LIVE),
            stage.account(LIVE, region="ap-southeast-1", quotas={"live": 5}),
        ]
        await asyncio.gather(
            *(
                stage.until_end(LIVE, account=accounts[index % 2], caster_id=f"c{index}", show_id="s")
                for index in range(4)
            )
        )
        assert len(stage.wires) == 2
        assert stage.sent == pytest.approx([10, 10.25, 10.5, 10.75])

    play(scene)


def test_two_accounts_do_not_wait_for_each_other(play: Play) -> None:
    """Nor do two quotas of one account."""

    async def scene(stage: Any) -> None:
        stage.world.add_key("other", "secret")
        stage.add(VOD, video_id="v", running="Processing", done="CompleteAllSucc", length=5)
        stage.add(ICE, job_id="j", running="Processing", done="Success", length=5)
        other = stage.account(ICE)
        other = replace(other, credentials=replace(other.credentials, access_key="other", secret_key="secret"))
        await asyncio.gather(
            stage.until_end(VOD, video_id="v"),
            stage.until_end(ICE, job_id="j"),
            stage.until_end(ICE, account=other, job_id="j"),
        )
        assert stage.sent[:3] == [10, 10, 10]

    play(scene)


def test_a_shortage_is_told_once(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """With the interval that jobs are now looked at."""
    caplog.set_level(logging.INFO)

    async def scene(stage: Any) -> None:
        for index in range(600):
            stage.add(job_id=str(index), length=200)
        await asyncio.gather(*(stage.until_end(job_id=str(index)) for index in range(600)))

    play(scene)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert told[0].startswith("mpc of huawei: more looks are due than one call every 0.75 s carries; each of 600 jobs ")
    assert "is now looked at about every 4" in told[0]


def test_follow_up_requests_keep_to_the_pace(play: Play) -> None:
    """Twenty-five transcodings that end at once: each costs a list and a detail call."""

    async def scene(stage: Any) -> None:
        for index in range(25):
            stage.add(VOD, video_id=f"v{index}", running="Processing", done="CompleteAllSucc", length=5)
        await asyncio.gather(*(stage.until_end(VOD, video_id=f"v{index}") for index in range(25)))
        assert len(stage.sent) == 50
        gaps = [later - earlier for earlier, later in zip(stage.sent, stage.sent[1:], strict=False)]
        assert min(gaps) > 1 / 12 - 1e-6

    play(scene)


def test_slow_answers_do_not_hold_up_other_calls(play: Play) -> None:
    """One that takes a minute is waited for on the side."""

    async def scene(stage: Any) -> None:
        for index in range(20):
            stage.add(job_id=str(index), length=5)

        async def before(request: HttpRequest) -> None:
            if stage.time() == pytest.approx(10.75):
                await asyncio.sleep(60)

        stage.before = before
        found = await asyncio.gather(*(stage.until_end(job_id=str(index)) for index in range(20)))
        assert sorted({round(moment) for moment, _ in found}) == [10, 71]

    play(scene)


def test_a_cancelled_waiter_disturbs_nobody(play: Play) -> None:
    """Not even in the middle of a shared request."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=5)
        stage.latency = 4
        tasks = [asyncio.create_task(stage.until_end(job_id="1")) for _ in range(3)]
        await asyncio.sleep(12)
        tasks[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        assert [moment for moment, _ in await asyncio.gather(*tasks[1:])] == [14, 14]
        assert len(stage.sent) == 1

    play(scene)


def test_the_last_waiter_closes_the_lane_even_when_it_is_cancelled(play: Play) -> None:
    """A request that is under way ends with it."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1")
        stage.latency = 1000
        task = asyncio.create_task(stage.until_end(job_id="1"))
        await asyncio.sleep(12)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stage.time() == 12

    play(scene)


def test_one_of_two_connections_is_given_back_while_the_other_goes_on(play: Play) -> None:
    """As soon as nobody waits on it."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=60)
        other = stage.account(region="cn-east-2")
        async with stage.watch(job_id="1", account=other) as waiter:
            await waiter.next()
            task = asyncio.create_task(stage.until_end(job_id="1"))
            await asyncio.sleep(15)
            assert len(stage.wires) == 2
        await asyncio.sleep(0.01)
        assert [wire.closed for wire in stage.wires] == [True, False]
        await task

    play(scene)


def test_a_new_lane_does_not_begin_with_a_burst(play: Play) -> None:
    """Waits that follow each other closely share the pace of the account."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=0)
        for _ in range(5):
            await stage.until_end(job_id="1", first_event=0)
        assert stage.sent == pytest.approx([0, 0.75, 1.5, 2.25, 3.0])

    play(scene)


def test_closing_twice_does_no_harm(play: Play) -> None:
    """The context closes what the trigger's cleanup has closed."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1")
        async with stage.watch(job_id="1") as waiter:
            await waiter.aclose()

    play(scene)


def test_the_end_of_the_loop_leaves_nothing_behind() -> None:
    """Also where nobody closed anything: the runner closes what it opened."""
    from airflow_provider_mediajobs.emulator.virtual_time import VirtualLoop
    from tests.poller.conftest import Stage

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        stage = Stage(runner.get_loop())

        async def scene() -> None:
            stage.add(job_id="1")
            stage.watch(job_id="1")
            await asyncio.sleep(20)

        runner.run(scene())
    assert [wire.closed for wire in stage.wires] == [True]
    assert stage.poller.lanes == {}


def test_the_widest_gap_is_that_of_the_most_eager_waiter(play: Play) -> None:
    """Two on one job: the one who wants news every five seconds gets it, and the other one with it."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=3600)
        async with stage.watch(job_id="1") as patient, stage.watch(job_id="1", poll_interval=5):
            await asyncio.sleep(600)
            assert 100 < patient.report.looks < 160
            assert patient.report.calls == patient.report.looks

    play(scene)


def test_a_thousand_hung_calls_do_not_gather(play: Play) -> None:
    """Sixty-four under way are as many as it gets."""

    async def scene(stage: Any) -> None:
        for index in range(200):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=5)
        under_way = most = 0

        async def before(request: HttpRequest) -> None:
            nonlocal under_way, most
            if stage.time() > 12:
                under_way += 1
                most = max(most, under_way)
                await asyncio.sleep(300)
                under_way -= 1

        stage.before = before
        found = await asyncio.gather(*(stage.until_end(ICE, job_id=f"{index:03}") for index in range(200)))
        assert most == 64
        assert len(found) == 200

    play(scene)


def test_lines_of_the_lane_go_to_no_tasks_log(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """Airflow finds a task's log by a context variable, which tasks of asyncio inherit."""
    caplog.set_level(logging.INFO)
    of_task: ContextVar[str] = ContextVar("of_task", default="nobody")
    told, sent = set(), set()

    class Whose(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.add(of_task.get())

    async def scene(stage: Any) -> None:
        of_task.set("the first trigger")
        for index in range(600):
            stage.add(job_id=str(index), length=200)

        async def before(request: HttpRequest) -> None:
            sent.add(of_task.get())

        stage.before = before
        await asyncio.gather(*(stage.until_end(job_id=str(index)) for index in range(600)))

    logger = logging.getLogger("airflow_provider_mediajobs.poller")
    logger.addHandler(handler := Whose())
    try:
        play(scene)
    finally:
        logger.removeHandler(handler)
    assert (told, sent) == ({"nobody"}, {"nobody"})


def test_an_eager_second_waiter_shortens_a_gap_that_has_begun(play: Play) -> None:
    """It need not wait for the first one's next look."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=36000)
        async with stage.watch(job_id="1", poll_interval=3000) as patient:
            await asyncio.sleep(20000)
            before = patient.report.looks
            async with stage.watch(job_id="1", poll_interval=5, first_event=0):
                await asyncio.sleep(20)
            assert patient.report.looks > before + 2

    play(scene)


@pytest.mark.parametrize("where", ["the next call is packed", "jobs are put back"])
def test_the_lane_survives_what_nobody_thought_of(
    where: str, play: Play, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its own arithmetic, too: told once, with its trace, and no job is lost."""
    due = Schedule.due
    broken: list[Schedule] = []
    joining = iter(range(10))

    def overflowing(self: Schedule, stretch: float = 1.0, price: float = 1.0) -> float:
        begun = next(joining, None) is None
        if begun and (self.seen is None) == (where == "the next call is packed") and len(broken) < 3:
            broken.append(self)
            raise OverflowError
        return due(self, stretch, price)

    monkeypatch.setattr(Schedule, "due", overflowing)

    async def scene(stage: Any) -> None:
        for index in range(10):
            stage.add(job_id=str(index), length=200)
        found = await asyncio.gather(*(stage.until_end(job_id=str(index)) for index in range(10)))
        assert max(moment for moment, _ in found) < 210

    play(scene)
    assert len(broken) == 3
    assert [record.exc_info is not None for record in caplog.records if record.levelno == logging.ERROR] == [True]


def test_connections_that_will_not_close_keep_no_news_back(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """Five seconds are enough to give one back."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=60)
        wait = asyncio.create_task(stage.until_end(job_id="1"))
        await asyncio.sleep(30)
        (wire,) = stage.wires

        async def hang() -> None:
            wire.closed = True
            await asyncio.sleep(3600)

        wire.aclose = hang
        await wait
        assert stage.time() < 70

    play(scene)
    assert "connections of huawei could not be given back (TimeoutError)" in caplog.text


def test_a_connection_that_is_being_read_when_its_last_wait_ends_opens_nothing(play: Play) -> None:
    """Its call ends with it, while the other connection's waits go on."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=9000)
        other = stage.account(region="cn-east-2")
        async with stage.watch(job_id="1"):
            wait = asyncio.create_task(stage.until_end(job_id="1", account=other))
            await asyncio.sleep(3590)

            async def slowly() -> Any:
                await asyncio.sleep(100)
                return replace(other, http=replace(other.http, timeout=5.0))

            for source in next(iter(stage.poller.lanes.values())).sources.values():
                source.read = slowly
            await asyncio.sleep(60)
            wait.cancel()
            await asyncio.gather(wait, return_exceptions=True)
            await asyncio.sleep(200)
            assert [wire.closed for wire in stage.wires].count(False) <= 1

    play(scene)
