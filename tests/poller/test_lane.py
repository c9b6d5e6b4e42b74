"""The poller as triggers use it: shared looks, one quota, errors that end nothing, a clean end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import (
    AuthError,
    ConfigError,
    ConnectionUnavailable,
    JobNotFound,
    PermissionDenied,
    RequestRejected,
)
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.emulator import Script

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


@pytest.mark.parametrize(
    "fault",
    [
        {"what": "reset"},
        {"what": "hang"},
        {"what": "html"},
        {"what": "truncated"},
        {"what": "short_body"},
        {"what": "server_error", "status": 503},
    ],
    ids=lambda fault: fault["what"],
)
def test_an_hour_of_trouble_ends_no_wait_and_costs_few_calls(play: Play, fault: dict[str, Any]) -> None:
    """About one call a minute; when it is over, news comes within that minute."""

    async def scene(stage: Any) -> None:
        for index in range(30):
            stage.add(job_id=str(index), length=600)
        stage.world.add_fault(**fault)
        waits = [asyncio.create_task(stage.until_end(job_id=str(index))) for index in range(30)]
        await asyncio.sleep(3600)
        assert 55 < len(stage.sent) < 100
        stage.world.clear_faults()
        moments = [moment for moment, _ in await asyncio.gather(*waits)]
        assert max(moments) < 3600 + 75

    play(scene)


def test_an_unforeseen_exception_ends_no_wait_either(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """It is told once, with its trace, and kept as the wait's trouble."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1")

        async def before(request: HttpRequest) -> None:
            if stage.time() < 100:
                raise ZeroDivisionError

        stage.before = before
        async with stage.watch(job_id="1") as waiter:
            await asyncio.sleep(90)
            assert str(waiter.trouble) == "the look went wrong: ZeroDivisionError"
            answer = await waiter.next()
            assert isinstance(answer, JobSnapshot)
            assert waiter.trouble is None

    play(scene)
    assert [record.exc_info is not None for record in caplog.records if record.levelno == logging.ERROR] == [True]


def test_throttles_halve_the_pace_and_a_wait_is_honoured(play: Play) -> None:
    """Twenty seconds asked for, then the calls are 1.5 s apart, and faster with every good answer."""

    async def scene(stage: Any) -> None:
        for index in range(40):
            stage.add(job_id=str(index), length=5)
        stage.world.add_fault("throttle", times=1, retry_after=20)
        waits = [stage.watch(job_id=str(index)) for index in range(40)]
        found = await asyncio.gather(*(waiter.next() for waiter in waits))
        assert all(isinstance(answer, JobSnapshot) for answer in found)
        gaps = [round(later - earlier, 2) for earlier, later in zip(stage.sent, stage.sent[1:], strict=False)]
        assert gaps[0] == 20.1
        assert gaps[1] == 1.5
        assert gaps == sorted(gaps, reverse=True)
        assert sum(waiter.report.throttled for waiter in waits) == 10
        for waiter in waits:
            await waiter.aclose()

    play(scene)


def test_one_bad_id_never_fails_the_others(play: Play) -> None:
    """A batch is split; the culprit is told its error, remembered, and asked singly from then on."""

    async def scene(stage: Any) -> None:
        for index in range(10):
            stage.add(job_id=str(index), length=120)
        stage.world.add_fault("reject_id", ids={"job_id": "3"})
        waits = [asyncio.create_task(stage.until_end(job_id=str(index))) for index in range(10) if index != 3]
        async with stage.watch(job_id="3") as culprit:
            assert isinstance(await culprit.next(), RequestRejected)
            await asyncio.gather(*waits)
        asked = [len(request.call.ids) for request in stage.world.requests if ("job_id", "3") in request.call.ids]
        assert asked[:2] == [10, 1]
        assert set(asked[2:]) == {1}

    play(scene)


def test_a_job_that_breaks_the_answer_is_found_by_halving(play: Play) -> None:
    """The vendor fails on batches with it: the others get their news, it alone has none."""

    async def scene(stage: Any) -> None:
        for index in range(20):
            stage.add(job_id=str(index), length=120)
        stage.world.add_fault("server_error", ids={"job_id": "3"})
        good = [asyncio.create_task(stage.until_end(job_id=str(index))) for index in range(20) if index != 3]
        async with stage.watch(job_id="3") as culprit:
            moments = [moment for moment, _ in await asyncio.gather(*good)]
            assert max(moments) < 150
            assert str(culprit.trouble).startswith("APIGW.0201")
            stage.world.clear_faults()
            assert isinstance(await culprit.next(), JobSnapshot)

    play(scene)


def test_absence_is_told_and_so_is_what_the_vendor_says_of_it(play: Play) -> None:
    """``None`` from a list that does not show the job, an error where the vendor knows none."""

    async def scene(stage: Any) -> None:
        async with stage.watch(job_id="9") as listed, stage.watch(ICE, job_id="9") as named:
            assert await listed.next() is None
            assert isinstance(await named.next(), JobNotFound)
            stage.add(ICE, job_id="9", running="Processing", done="Success")
            assert isinstance(await named.next(), JobSnapshot)

    play(scene)


def test_a_refused_key_is_read_again_once_for_all(play: Play) -> None:
    """Thirty waits, one new reading, and no job missed."""

    async def scene(stage: Any) -> None:
        good = stage.account()
        bad = replace(good, credentials=replace(good.credentials, secret_key="old"))
        for index in range(30):
            stage.add(job_id=str(index), length=60)
        waits = [stage.until_end(job_id=str(index), account=bad) for index in range(30)]
        await asyncio.gather(*waits)
        assert stage.read_times == [10.75]
        assert [request.status for request in stage.world.requests][:3] == [401, 200, 200]

    play(scene)


@pytest.mark.parametrize("same", [True, False], ids=["the same again", "another bad one"])
def test_a_key_refused_twice_is_an_answer_for_all(play: Play, same: bool) -> None:
    """After at most two failures: Huawei locks a key after five."""

    async def scene(stage: Any) -> None:
        good = stage.account()
        bad = replace(good, credentials=replace(good.credentials, secret_key="old"))
        stage.accounts = [bad if same else replace(good, credentials=replace(good.credentials, secret_key="older"))]
        waits = [stage.watch(job_id=str(index), account=bad) for index in range(30)]
        answers = await asyncio.gather(*(waiter.next() for waiter in waits))
        assert {type(answer) for answer in answers} == {AuthError}
        assert len(stage.sent) == (1 if same else 2)
        await asyncio.sleep(50)
        assert len(stage.sent) == (1 if same else 2)  # whoever stays is asked for a minute later
        for waiter in waits:
            await waiter.aclose()

    play(scene)


def test_a_connection_out_of_reach_delays_and_a_missing_one_ends(play: Play) -> None:
    """While the key is refused, nothing is sent with it."""

    async def scene(stage: Any) -> None:
        good = stage.account()
        bad = replace(good, credentials=replace(good.credentials, secret_key="old"))
        stage.add(job_id="1", length=60)
        stage.accounts = [ConnectionUnavailable("no answer")] * 3
        moment, _ = await stage.until_end(job_id="1", account=bad)
        assert len(stage.read_times) == 4
        assert [request.status for request in stage.world.requests][:2] == [401, 200]
        assert moment < 70

        stage.accounts = [ConfigError("there is no connection")]
        async with stage.watch(job_id="1", account=bad) as waiter:
            assert isinstance(await waiter.next(), ConfigError)

    play(scene)


def test_every_hour_the_connection_is_read_again(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """A new proxy makes new connections; one that cannot be read leaves the old one in force."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=9000)
        account = stage.account()
        stage.accounts = [
            ConnectionUnavailable("secret text"),
            replace(account, http=replace(account.http, timeout=5.0)),
        ]
        await stage.until_end(job_id="1")
        assert [round(moment, -2) for moment in stage.read_times] == [3600, 3700, 7300]
        assert len(stage.wires) == 3  # for the new timeout, and back again an hour later

    play(scene)
    assert "the connection could not be read anew (ConnectionUnavailable); the old one stands" in caplog.text
    assert "secret text" not in caplog.text


def test_a_missing_permission_is_told_to_all(play: Play) -> None:
    """Of a source that never gave an answer; where others got theirs, each is asked singly first."""

    async def scene(stage: Any) -> None:
        stage.world.add_fault("server_error", status=403, code="MPC.10208")
        waits = [stage.watch(job_id=str(index)) for index in range(10)]
        answers = await asyncio.gather(*(waiter.next() for waiter in waits))
        assert {type(answer) for answer in answers} == {PermissionDenied}
        assert len(stage.sent) == 1
        stage.world.clear_faults()
        stage.world.add_fault("server_error", status=403, code="MPC.10208", ids={"job_id": "3"})
        stage.add(job_id="4", length=0)
        async with stage.watch(job_id="4", first_event=0) as other:
            await other.next()
        answer = None
        while not isinstance(answer, PermissionDenied):
            answer = await waits[3].next()
        assert await waits[4].next() is not None
        for waiter in waits:
            await waiter.aclose()

    play(scene)


def test_a_probe_saves_looks_and_ends_no_wait(play: Play) -> None:
    """A hundred ICE jobs; exact looks at the beginning and at the end only."""

    async def scene(stage: Any) -> None:
        for index in range(100):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=600)
        found = await asyncio.gather(*(stage.until_end(ICE, job_id=f"{index:03}") for index in range(100)))
        assert max(moment for moment, _ in found) < 600 + 25
        assert all(snapshot.outputs[0].width == 640 for _, snapshot in found)  # which the list does not tell
        actions = [request.call.action for request in stage.world.requests]
        assert actions.count("GetLiveEditingJob") < 330
        assert actions.count("ListMediaProducingJobs") > 20

    play(scene)


@pytest.mark.parametrize("what", ["server_error", "throttle", "reset"])
def test_where_probes_fail_looks_take_over(play: Play, what: str) -> None:
    """Nobody waits longer than without them."""

    async def scene(stage: Any) -> None:
        for index in range(20):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=600)
        stage.world.add_fault(what, action="ListMediaProducingJobs", times=None if what != "throttle" else 5)
        found = await asyncio.gather(*(stage.until_end(ICE, job_id=f"{index:03}") for index in range(20)))
        assert max(moment for moment, _ in found) < 665

    play(scene)


def test_where_probes_are_forbidden_looks_take_over(play: Play) -> None:
    """The key may lack the permission for the list."""

    async def scene(stage: Any) -> None:
        for index in range(20):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=600)
        stage.world.add_fault("server_error", action="ListMediaProducingJobs", status=403, code="Forbidden.RAM")
        found = await asyncio.gather(*(stage.until_end(ICE, job_id=f"{index:03}") for index in range(20)))
        assert max(moment for moment, _ in found) < 665
        actions = [request.call.action for request in stage.world.requests]
        assert actions.count("ListMediaProducingJobs") == 2  # once in ten minutes

    play(scene)


def test_a_list_that_never_shows_a_job_does_not_hide_its_end(play: Play) -> None:
    """Probes call for looks that are needless; after a while they are left off."""

    async def scene(stage: Any) -> None:
        for index in range(20):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=600)
        stage.world.add_fault("vanish", action="ListMediaProducingJobs")
        found = await asyncio.gather(*(stage.until_end(ICE, job_id=f"{index:03}") for index in range(20)))
        assert max(moment for moment, _ in found) < 665
        actions = [request.call.action for request in stage.world.requests]
        assert actions.count("ListMediaProducingJobs") < 30

    play(scene)


@pytest.mark.parametrize("order", ["newest", "oldest", "random"])
def test_pages_of_a_list_answer_for_many(play: Play, order: str) -> None:
    """A hundred tasks among four hundred others, in whatever order."""

    async def scene(stage: Any) -> None:
        stage.world.listed = order
        for index in range(400):
            stage.world.add_job(LIST, {"task_id": f"old{index}"}, "SUCCEED", age=86400 - index)
        for index in range(100):
            stage.add(LIST, task_id=f"{index:03}", length=600, done="SUCCEED")
        found = await asyncio.gather(*(stage.until_end(LIST, task_id=f"{index:03}") for index in range(100)))
        assert max(moment for moment, _ in found) < 600 + 40
        assert len(stage.sent) < 400

    play(scene)


def test_where_pages_are_refused_looks_take_over(play: Play) -> None:
    """Slower, but to the end."""

    async def scene(stage: Any) -> None:
        for index in range(10):
            stage.add(LIST, task_id=f"{index:03}", length=200, done="SUCCEED")

        async def before(request: HttpRequest) -> None:
            if any(name == "offset" for name, _ in request.query):
                raise RequestRejected("VOD.10053", "illegal field: {offset}")

        stage.before = before
        found = await asyncio.gather(*(stage.until_end(LIST, task_id=f"{index:03}") for index in range(10)))
        assert max(moment for moment, _ in found) < 230

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
    assert told[0].startswith("mpc: more looks are due than one call every 0.75 s carries; each of 600 jobs is now ")


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


@pytest.mark.parametrize("listed", ["newest", "oldest", "random"])
def test_four_hundred_waits_that_begin_before_the_first_page_all_end(listed: str, play: Play) -> None:
    """Nobody's place in the list is known then; nobody is passed over for it."""

    async def scene(stage: Any) -> None:
        stage.world.listed = listed
        for index in range(400):
            script = Script([("PROCESSING", 0), ("SUCCEED", 500 - index)])  # at the hundredth second, all of them
            stage.world.add_job(LIST, {"task_id": f"{index:03}"}, script, age=400 - index)
        ends = [stage.until_end(LIST, task_id=f"{index:03}") for index in range(400)]
        moments = [moment for moment, _ in await asyncio.gather(*ends)]
        assert 100 <= min(moments)
        assert max(moments) <= 160

    play(scene)
