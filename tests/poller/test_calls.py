# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what the results of calls (batches, probes, pages) mean for the jobs that they asked about.

Covers ``poller.lane``, ``poller.wider``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import (
    JobNotFound,
    LookFailed,
    RequestRejected,
    ServerFault,
)
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobSnapshot
from airflow_provider_mediajobs.emulator import Script
from airflow_provider_mediajobs.vendors import kind as kind_of

from .conftest import has_ended

MPC, ICE, VOD = "huawei.mpc.editing", "alibaba.ice.live_editing", "alibaba.vod.transcode"
TRANSCODING = "huawei.mpc.transcoding"
LIVE, LIST = "alibaba.live.editing", "huawei.vod.editing"

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


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
            assert str(waiter.trouble) == "unexpected error in a look: ZeroDivisionError"
            assert isinstance(await waiter.next(), LookFailed)
            assert isinstance(await waiter.next(), JobSnapshot)
            assert waiter.trouble is None

    play(scene)
    assert [record.exc_info is not None for record in caplog.records if record.levelno == logging.ERROR] == [True]


def test_one_throttle_does_not_slow_the_others_and_a_wait_is_honoured(play: Play) -> None:
    """Twenty seconds asked for; the pace stays what it was at first, and calls go out in pairs for a minute."""

    async def scene(stage: Any) -> None:
        for index in range(40):
            stage.add(job_id=str(index), length=5)
        stage.world.add_fault("throttle", times=1, retry_after=20)
        waits = [stage.watch(job_id=str(index)) for index in range(40)]
        found = await asyncio.gather(*(waiter.next() for waiter in waits))
        assert all(isinstance(answer, JobSnapshot) for answer in found)
        gaps = [round(later - earlier, 2) for earlier, later in zip(stage.sent, stage.sent[1:], strict=False)]
        assert gaps == pytest.approx([20.1, 0.1, 1.4, 0.02], abs=0.011)
        assert sum(waiter.report.throttled for waiter in waits) == 10
        for waiter in waits:
            await waiter.aclose()

    play(scene)


def test_a_job_that_is_always_throttled_does_not_starve_the_others(play: Play) -> None:
    """It is due all the time; a look at another one, which a limit asks for, is made all the same."""

    async def scene(stage: Any) -> None:
        refused, other = stage.running(2, kind=ICE)
        async with (
            stage.together([refused], poll_interval=10) as eager,
            stage.together([other], poll_interval=3000) as patient,
        ):
            await asyncio.sleep(10_000)
            await patient.next()
            stage.world.add_fault("throttle", ids={"job_id": "000"})
            eager.look_by(refused, 10_100)
            patient.look_by(other, 10_200)
            assert list(await patient.next()) == [other]
            assert stage.time() < 10_220

    play(scene)


def test_a_kind_that_is_always_throttled_does_not_starve_another(play: Play) -> None:
    """Both come out of one quota; each job of the other kind is looked at once a minute or more often, for an hour."""

    async def scene(stage: Any) -> None:
        good, refused = stage.running(100), stage.running(100, kind=TRANSCODING)
        stage.world.add_fault("throttle", kind=TRANSCODING)
        async with stage.together(good, poll_interval=10), stage.together(refused, poll_interval=10):
            await asyncio.sleep(3600)
            for ref in good:
                looks = [600, *(at for at in stage.looked_at(ref) if at > 600), 3600]
                assert max(later - earlier for earlier, later in pairwise(looks)) < 60

    play(scene)


def test_one_bad_id_never_fails_the_others(play: Play) -> None:
    """A batch is split; the culprit is told its error, remembered, and asked singly from then on."""

    async def scene(stage: Any) -> None:
        for index in range(10):
            stage.add(job_id=str(index), length=120)
        stage.world.add_fault("reject_id", ids={"job_id": "3"})
        waiters = [stage.watch(job_id=str(index)) for index in range(10)]
        answers = await asyncio.gather(*(waiter.next() for waiter in waiters))
        assert [type(answer) for answer in answers] == [
            RequestRejected if index == 3 else JobSnapshot for index in range(10)
        ]
        await asyncio.sleep(120)
        for waiter in waiters:
            assert await waiter.next() is not None
            await waiter.aclose()
        requested = [len(request.call.ids) for request in stage.world.requests if ("job_id", "3") in request.call.ids]
        assert requested[:2] == [10, 1]
        assert set(requested[2:]) == {1}

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
            assert isinstance(await culprit.next(), ServerFault)
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


def test_jobs_that_probes_answer_for_are_asked_about_more_often(play: Play) -> None:
    """A round trip through 120 MPC tasks takes twelve looks, nine seconds; but two pages of the list, and few looks."""

    async def scene(stage: Any) -> None:
        refs = stage.running(120, length=300, kind=TRANSCODING)
        ended = 0
        async with stage.together(refs) as waiter:
            while ended < len(refs):
                ended += sum(has_ended(answer) for answer in (await waiter.next()).values())
        pages = [request for request in stage.world.requests if not request.call.ids]
        assert len(pages) > 300

    play(scene)


def test_jobs_that_a_group_answers_for_are_not(play: Play) -> None:
    """Ten episodes of each of ten studios: the limit is wide, and more calls would open no gate earlier."""

    async def scene(stage: Any) -> None:
        ids = [{"caster_id": f"c{index // 10}", "show_id": f"s{index}"} for index in range(100)]
        for each in ids:
            stage.add(LIVE, 400, "2", "3", **each)
        ended = 0
        async with stage.together([kind_of(LIVE).ref(each) for each in ids]) as waiter:
            while ended < len(ids):
                ended += sum(has_ended(answer) for answer in (await waiter.next()).values())
        assert stage.time() < 405
        assert len(stage.world.requests) < 1100

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
        assert actions.count("ListMediaProducingJobs") == 1  # once in ten minutes

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
        assert max(moment for moment, _ in found) < 600 + 50
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
        assert min(moments) >= 100
        assert max(moments) <= 160

    play(scene)


def test_a_reset_says_nothing_of_the_jobs_in_the_call(play: Play) -> None:
    """The batch is not split for it."""

    async def scene(stage: Any) -> None:
        for index in range(10):
            stage.add(job_id=str(index), length=60)
        waits = [asyncio.create_task(stage.until_end(job_id=str(index))) for index in range(10)]
        await asyncio.sleep(20)
        stage.world.add_fault("reset", times=1)
        await asyncio.gather(*waits)
        assert {len(request.call.ids) for request in stage.world.requests} == {10}

    play(scene)
