# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the poller as triggers use it: shared looks, one quota, errors that end no wait, a clean end."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobState

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
        for index in range(900):
            stage.add(job_id=str(index), length=200)
        await asyncio.gather(*(stage.until_end(job_id=str(index)) for index in range(900)))

    play(scene)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert told[0].startswith("mpc of huawei: quota is short (one call every 0.75 s): each of 900 jobs ")
    assert "is polled about every 6" in told[0]


def test_the_first_answer_after_an_outage_is_followed_at_once(play: Play) -> None:
    """In five minutes of refusals calls have come to be seconds apart; the one that waits already waits no longer."""

    async def scene(stage: Any) -> None:
        refs = stage.running(30)
        async with stage.together(refs):
            await asyncio.sleep(20)
            stage.world.add_fault("throttle")
            await asyncio.sleep(300)
            stage.world.clear_faults()
            await asyncio.sleep(20)
        before = [moment for moment in stage.sent if 200 < moment <= 320]
        first, second, *_ = (moment for moment in stage.sent if moment > 320)
        assert before[-1] - before[-2] > 5
        assert second - first <= 1.01

    play(scene)


def test_few_jobs_are_enough_to_find_out_why_calls_are_throttled(play: Play) -> None:
    """Two fit into one call. After a throttled one each gets its own, right after the other, though one is not due."""

    async def scene(stage: Any) -> None:
        often, seldom = stage.running(2)
        async with stage.together([often], poll_interval=5), stage.together([seldom], poll_interval=600):
            await asyncio.sleep(30)
            stage.world.add_fault("throttle", times=1)
            await asyncio.sleep(60)
        calls = [(at, len(request.call.ids)) for at, request in zip(stage.sent, stage.world.requests, strict=True)]
        throttled = next(index for index, (at, _) in enumerate(calls) if at > 30)
        assert calls[throttled][1] == 2
        later = calls[throttled + 1 : throttled + 9]
        assert [jobs for _, jobs in later] == [1] * 8
        pairs = zip(later[::2], later[1::2], strict=True)
        assert all(second - first < 0.04 for (first, _), (second, _) in pairs)

    play(scene)


def test_follow_up_requests_keep_to_the_pace(play: Play) -> None:
    """Twenty-five transcodings that end at once: each costs a list and a detail call, each out of its own limit."""

    async def scene(stage: Any) -> None:
        for index in range(25):
            stage.add(VOD, video_id=f"v{index}", running="Processing", done="CompleteAllSucc", length=5)
        await asyncio.gather(*(stage.until_end(VOD, video_id=f"v{index}") for index in range(25)))
        assert len(stage.sent) == 50
        for action in ("ListTranscodeTask", "GetTranscodeTask"):
            sent = [request.at for request in stage.world.requests if request.call.action == action]
            gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(sent)]
            assert len(sent) == 25
            assert min(gaps) > 0.98 / 12 - 1e-4
        assert {request.status for request in stage.world.requests} == {200}

    play(scene)


def test_a_refused_follow_up_request_is_dated_from_when_it_went_out(play: Play) -> None:
    """Pages of a list after the first wait for the pace. That is no unsteady network: calls still go out in pairs."""

    async def scene(stage: Any) -> None:
        pages: Counter[str] = Counter()

        async def before(request: HttpRequest) -> None:
            page = dict(request.query).get("page", "0")
            pages[page] += 1
            if page != "0" and pages[page] % 2:
                stage.world.add_fault("throttle", times=1)

        stage.before = before
        async with stage.together(stage.running(400, kind="huawei.mpc.transcoding")):
            await asyncio.sleep(600)
            (lane,) = set(stage.poller.lanes.values())
            assert pages["3"] > 5
            pairs = 0
            for _ in range(60):
                await asyncio.sleep(1)
                pairs += lane.pace.begins_pair(stage.time())
            assert pairs > 0

    play(scene)


def test_right_after_a_refusal_two_calls_go_out(play: Play) -> None:
    """Whoever waits for the time of the next call is woken for them. The next one waits until they are paid for."""

    async def scene(stage: Any) -> None:
        async with stage.together(stage.running(1500)):
            await asyncio.sleep(60.1)
            stage.world.add_fault("throttle", times=1)
            await asyncio.sleep(30)
        refused = next(request for request in stage.world.requests if request.status == 429)
        index = [request.at for request in stage.world.requests].index(refused.at)
        first, second, later = (
            (request.at - refused.at).total_seconds() for request in stage.world.requests[index + 1 : index + 4]
        )
        assert first == pytest.approx(stage.latency, abs=1e-3)
        assert 0.005 < second - first < 0.035
        assert later > 2

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


def test_a_new_lane_does_not_begin_with_a_burst(play: Play) -> None:
    """Waits that follow each other closely share the pace of the account."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=0)
        for _ in range(5):
            await stage.until_end(job_id="1", first_event=0)
        assert stage.sent == pytest.approx([0, 0.75, 1.5, 2.25, 3.0])

    play(scene)


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
