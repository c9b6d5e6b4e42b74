"""The pollers of loops, and what a wait costs in memory."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import pairwise
from typing import Any

from airflow_provider_mediajobs.poller import shared
from airflow_provider_mediajobs.poller.shared import Poller, poller

ICE = "alibaba.ice.live_editing"

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


def test_a_wait_costs_less_than_four_kilobytes(play: Play) -> None:
    """Two hundred jobs that are all being looked at, with forecasts; what was told has been taken."""

    async def scene(stage: Any) -> None:
        stage.world.limits = {}
        for index in range(201):
            stage.add(job_id=str(index), length=5000)
        async with stage.watch(job_id="200", first_event=0) as first:  # loads and builds what all of them share
            await first.next()
            gc.collect()
            tracemalloc.start()
            waiters = [stage.watch(job_id=str(index)) for index in range(200)]
            await asyncio.sleep(120)
            for waiter in waiters:
                await waiter.next()
            gc.collect()
            kept = tracemalloc.take_snapshot().filter_traces(
                [tracemalloc.Filter(True, "*/airflow_provider_mediajobs/*")]
            )
            tracemalloc.stop()
            ours = [
                found.size for found in kept.statistics("filename") if "/emulator/" not in found.traceback[0].filename
            ]
            for waiter in waiters:
                await waiter.aclose()
            assert sum(ours) / 200 < 4096

    play(scene)


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
