# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests looks that must be made by a certain time, because a limit of a wait passes then.

Covers ``poller.schedule``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import TransportError
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot

from .conftest import has_ended

ICE, LIST = "alibaba.ice.live_editing", "huawei.vod.editing"

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


async def calls_for_an_old_job(stage: Any, *wanted: float) -> list[float]:
    """When calls are made within an hour, where looks are wanted by these seconds of it."""
    (ref,) = stage.running(1)
    async with stage.together([ref], poll_interval=3000) as waiter:
        await asyncio.sleep(20_000)
        for seconds in wanted:
            waiter.look_by(ref, 20_000 + seconds)
        await asyncio.sleep(3600)
        return [round(moment - 20_000, 3) for moment in stage.sent if moment >= 20_000]


def test_a_look_is_made_by_the_time_it_is_wanted(play: Play) -> None:
    """To the moment, and once: the looks after it are as far apart as before."""
    due, *_ = play(calls_for_an_old_job)
    first, second, *_ = play(lambda stage: calls_for_an_old_job(stage, 60))
    assert due > 300
    assert first == 60
    assert second > 2000


def test_a_look_that_comes_sooner_stays_where_it_is(play: Play) -> None:
    """Nor is one made at the time that was wanted: whoever still wants that says so again."""
    due, *_ = undisturbed = play(calls_for_an_old_job)
    assert due < 3000
    assert play(lambda stage: calls_for_an_old_job(stage, due + 60)) == undisturbed


def test_the_earliest_of_several_times_counts(play: Play) -> None:
    """A wait may have limits of several sorts; the others it tells again after the look."""
    first, second, *_ = play(lambda stage: calls_for_an_old_job(stage, 90, 30, 60))
    assert first == 30
    assert second > 2000


def test_a_time_that_has_passed_means_now(play: Play) -> None:
    """And not again and again."""
    first, second, *_ = play(lambda stage: calls_for_an_old_job(stage, -5))
    assert first == 0
    assert second > 2000


def test_of_two_waits_for_a_job_one_wants_a_look(play: Play) -> None:
    """It is made once, and both are told."""

    async def scene(stage: Any) -> None:
        (ref,) = stage.running(1)
        async with (
            stage.together([ref], poll_interval=3000) as patient,
            stage.together([ref], poll_interval=3000) as other,
        ):
            await asyncio.sleep(20_000)
            assert [list(await waiter.next()) for waiter in (patient, other)] == [[ref], [ref]]
            before = len(stage.sent)
            other.look_by(ref, 20_060)
            assert list(await patient.next()) == [ref]
            assert stage.time() == pytest.approx(20_060.1)
            assert list(await other.next()) == [ref]
            assert stage.time() == pytest.approx(20_060.1)
            await asyncio.sleep(300)
            assert stage.sent[before:] == [20_060]

    play(scene)


def test_who_wanted_a_look_may_leave_before_it(play: Play) -> None:
    """The other wait goes on."""

    async def scene(stage: Any) -> None:
        (ref,) = stage.running(1, length=1000)
        async with stage.together([ref]) as patient:
            async with stage.together([ref]) as other:
                await other.next()
                other.look_by(ref, 500)
            while not has_ended((await patient.next())[ref]):
                pass
            assert stage.time() < 1010

    play(scene)


def test_looks_wanted_by_one_time_keep_to_the_quota(play: Play) -> None:
    """Forty jobs with the same limit: four calls, evenly spaced, from that moment on."""

    async def scene(stage: Any) -> None:
        refs = stage.running(40)
        async with stage.together(refs, poll_interval=3000) as waiter:
            await asyncio.sleep(20_000)
            await waiter.next()
            before = len(stage.sent)
            for ref in refs:
                waiter.look_by(ref, 20_001)
            await asyncio.sleep(20)
            assert stage.sent[before:] == pytest.approx([20_001, 20_001.75, 20_002.5, 20_003.25])
            assert sorted(sum(moment > 20_001 for moment in stage.looked_at(ref)) for ref in refs) == [1] * 40
            assert list(await waiter.next()) == refs

    play(scene)


def test_a_look_wanted_during_a_call_is_that_call(play: Play) -> None:
    """Its answer is new enough."""

    async def scene(stage: Any) -> None:
        (ref,) = stage.running(1)
        async with stage.together([ref], poll_interval=3000) as waiter:
            await asyncio.sleep(20_000)
            await waiter.next()
            stage.latency = 30
            before = len(stage.sent)
            waiter.look_by(ref, 20_010)
            await asyncio.sleep(15)
            waiter.look_by(ref, 20_020)
            assert list(await waiter.next()) == [ref]
            assert stage.time() == pytest.approx(20_040)
            await asyncio.sleep(300)
            assert stage.sent[before:] == [20_010]

    play(scene)


def test_a_look_that_failed_is_still_wanted(play: Play) -> None:
    """Nothing has been learnt: the next one comes as soon as the pace allows, not in half an hour."""

    async def scene(stage: Any) -> None:
        (ref,) = stage.running(1)
        async with stage.together([ref], poll_interval=3000) as waiter:
            await asyncio.sleep(20_000)
            await waiter.next()
            stage.world.add_fault("reset", times=1)
            before = len(stage.sent)
            waiter.look_by(ref, 20_060)
            assert isinstance((await waiter.next())[ref], TransportError)
            assert isinstance((await waiter.next())[ref], JobSnapshot)
            assert stage.sent[before:] == pytest.approx([20_060, 20_060.75], abs=1e-6)

    play(scene)


def test_a_job_whose_time_has_come_is_looked_at_and_not_probed(play: Play) -> None:
    """Probes before it say nothing of a limit; nor do those for its neighbours."""

    async def scene(stage: Any) -> None:
        refs = stage.running(5, kind=ICE)
        async with stage.together(refs) as waiter:
            await asyncio.sleep(15)
            assert list(await waiter.next()) == refs
            waiter.look_by(refs[2], 500)
            assert list(await waiter.next()) == [refs[2]]
            assert stage.time() == pytest.approx(500.1)
            await asyncio.sleep(500)
            actions = [request.action for request in stage.world.requests]
            assert actions.count("GetLiveEditingJob") == 6
            assert actions.count("ListMediaProducingJobs") > 50

    play(scene)


def test_a_limit_that_passes_during_a_probe_is_looked_at_after_it(play: Play) -> None:
    """The probe's own answer does not tell."""

    async def scene(stage: Any) -> None:
        refs = stage.running(5, kind=ICE)
        async with stage.together(refs) as waiter:
            await asyncio.sleep(15)
            await waiter.next()
            probes: list[float] = []

            async def before(_request: HttpRequest) -> None:
                if not probes:
                    probes.append(stage.time())
                    stage.latency = 10
                    for ref in refs:
                        waiter.look_by(ref, stage.time() + 5)

            stage.before = before
            news: dict[JobRef, Any] = {}
            while len(news) < 5:
                news |= await waiter.next()
            assert "ListMediaProducingJobs" in {request.action for request in stage.world.requests}
            assert stage.sent[-5] == probes[0] + 10
            assert stage.time() < probes[0] + 21

    play(scene)


def test_a_job_of_a_list_is_looked_at_by_its_time(play: Play) -> None:
    """By a page or by its id, whatever tells more."""

    async def scene(stage: Any) -> None:
        refs = stage.running(30, kind=LIST)
        async with stage.together(refs, poll_interval=3000) as waiter:
            await asyncio.sleep(20_000)
            await waiter.next()
            waiter.look_by(refs[7], 20_100)
            while refs[7] not in await waiter.next():
                pass
            assert stage.time() <= 20_100.2

    play(scene)
