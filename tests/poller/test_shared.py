"""The pollers of loops, and what a wait costs in memory."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Callable, Coroutine
from typing import Any

from airflow_provider_mediajobs.poller import shared
from airflow_provider_mediajobs.poller.shared import Poller, poller

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
