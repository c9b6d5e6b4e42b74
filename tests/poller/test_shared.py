# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the pollers of event loops, and the memory that a wait takes."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from airflow_provider_mediajobs.poller import shared
from airflow_provider_mediajobs.poller.shared import Poller, poller
from airflow_provider_mediajobs.vendors import kind as kind_of

MPC, ICE = "huawei.mpc.editing", "alibaba.ice.live_editing"

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


async def kept(stage: Any, jobs_of_a_wait: int) -> float:
    """Bytes a job, of two hundred that are all being looked at, with forecasts; what was told has been taken."""
    stage.world.limits = {}
    for index in range(201):
        stage.add(job_id=str(index), length=5000)
    async with stage.watch(job_id="200", first_event=0) as first:  # loads and builds what all of them share
        await first.next()
        gc.collect()
        tracemalloc.start()
        refs = [kind_of(MPC).ref({"job_id": str(index)}) for index in range(200)]
        waiters = [stage.together(refs[index : index + jobs_of_a_wait]) for index in range(0, 200, jobs_of_a_wait)]
        await asyncio.sleep(120)
        for waiter in waiters:
            await waiter.next()
        gc.collect()
        found = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/airflow_provider_mediajobs/*")])
        tracemalloc.stop()
        ours = [one.size for one in found.statistics("filename") if "/emulator/" not in one.traceback[0].filename]
        for waiter in waiters:
            await waiter.aclose()
    return sum(ours) / 200


def test_a_wait_costs_less_than_four_kilobytes(play: Play) -> None:
    """And a job of a wait for many less than a wait of its own."""
    single = play(lambda stage: kept(stage, 1))
    many = play(lambda stage: kept(stage, 200))
    assert many < single < 4096


def test_every_loop_has_a_poller_of_its_own() -> None:
    """And those of closed loops are forgotten."""

    async def mine() -> Poller:
        assert poller() is poller()
        return poller()

    with asyncio.Runner() as one, asyncio.Runner() as other:
        first, loop = one.run(mine()), one.get_loop()
        assert first is not other.run(mine())
        one.close()
        assert loop in shared._pollers
        other.run(mine())
        assert loop not in shared._pollers


def test_jobs_of_one_wait_share_the_lane_and_the_looks_of_others(play: Play) -> None:
    """A wait for three, one for two of them, one for a job of another region: one lane, two connections, two calls."""

    async def scene(stage: Any) -> None:
        refs = [kind_of(MPC).ref({"job_id": str(index)}) for index in range(3)]
        for index in range(3):
            stage.add(job_id=str(index))
        far = stage.account(region="cn-east-2")
        async with stage.together(refs) as many, stage.together(refs[1:]) as some, stage.watch(job_id="0", account=far):
            assert lanes(stage) == 1
            assert [list(await waiter.next()) for waiter in (many, some)] == [refs, refs[1:]]
            await asyncio.sleep(1)
            assert stage.sent == pytest.approx([10, 10.75])
            assert len(stage.wires) == 2

    play(scene)


def test_the_most_eager_wait_for_a_job_is_that_of_all_jobs_it_is_for(play: Play) -> None:
    """The others of the patient wait are looked at as rarely as before, where a call has no places to fill."""

    async def scene(stage: Any) -> None:
        refs = [kind_of(ICE).ref({"job_id": str(index)}) for index in range(2)]
        for index in range(2):
            stage.add(ICE, job_id=str(index), running="Processing", done="Success", length=9000)
        async with stage.together(refs) as patient, stage.together(refs[:1], poll_interval=5) as eager:
            await asyncio.sleep(3000)
            assert len(stage.looked_at(refs[0])) > 500
            assert len(stage.looked_at(refs[1])) < 110
            assert patient.report.calls == eager.report.calls + len(stage.looked_at(refs[1]))

    play(scene)


def test_keys_of_one_project_share_a_lane(play: Play) -> None:
    """Huawei's limits are the project's."""

    async def scene(stage: Any) -> None:
        account = stage.account()
        other = replace(account, credentials=replace(account.credentials, access_key="other"))
        async with stage.watch(job_id="1"), stage.watch(job_id="1", account=other):
            assert lanes(stage) == 1

    play(scene)


def test_a_project_id_that_the_vendor_does_not_know_makes_no_lane_of_its_own(play: Play) -> None:
    """The default_args of a DAG reach the sensors of both vendors."""

    async def scene(stage: Any) -> None:
        told = stage.account(ICE, project_id="p")
        async with stage.watch(ICE, job_id="1"), stage.watch(ICE, job_id="1", account=told):
            assert lanes(stage) == 1

    play(scene)


def test_temporary_keys_of_one_connection_share_a_lane(play: Play) -> None:
    """Each renewal brings another access key to the same account."""

    async def scene(stage: Any) -> None:
        account = stage.account(ICE)
        waiters = [
            stage.watch(
                ICE,
                job_id="1",
                account=replace(account, credentials=replace(account.credentials, access_key=f"STS.{index}")),
                connection="media",
            )
            for index in range(4)
        ]
        assert lanes(stage) == 1
        for waiter in waiters:
            await waiter.aclose()

    play(scene)


def test_the_lowest_limit_holds_while_its_connection_waits(play: Play) -> None:
    """And no longer: who corrects a limit need not restart the triggerer."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=5)
        await stage.until_end(job_id="1", account=stage.account(quotas={"mpc": 1}))
        stage.add(job_id="2", length=100)
        await stage.until_end(job_id="2", account=stage.account(quotas={"mpc": 100}))
        assert max(later - earlier for earlier, later in pairwise(stage.sent[1:])) < 60
        (pace,) = stage.poller._paces.values()
        assert pace.spacing == 0.75

    play(scene)


def test_paces_that_mean_nothing_any_more_are_forgotten(play: Play) -> None:
    """Temporary keys come and go for months."""

    async def scene(stage: Any) -> None:
        for index in range(3):
            account = stage.account(ICE)
            account = replace(account, credentials=replace(account.credentials, access_key=f"STS.{index}"))
            async with stage.watch(ICE, job_id="1", account=account):
                await asyncio.sleep(1000)
        assert len(stage.poller._paces) == 2  # the one before is idle only now

    play(scene)


def lanes(stage: Any) -> int:
    return len({id(lane) for lane in stage.poller.lanes.values()})
