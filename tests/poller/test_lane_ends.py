# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests a lane whose waits leave, break, or end: the others are not disturbed, and nothing is left behind.

Covers ``poller.lane``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.poller.schedule import Schedule

MPC, ICE, VOD = "huawei.mpc.editing", "alibaba.ice.live_editing", "alibaba.vod.transcode"
LIVE, LIST = "alibaba.live.editing", "huawei.vod.editing"

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


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


def test_lines_of_the_lane_go_to_no_tasks_log(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """Airflow finds a task's log by a context variable, which tasks of asyncio inherit."""
    caplog.set_level(logging.INFO)
    of_task: ContextVar[str] = ContextVar("of_task", default="nobody")
    told: set[tuple[str, str]] = set()

    class Whose(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.add((record.module, of_task.get()))

    async def scene(stage: Any) -> None:
        of_task.set("the first trigger")
        for index in range(900):
            stage.add(job_id=str(index), length=200)

        async def fail() -> None:
            raise OSError

        async with stage.watch(job_id="0"):
            other = stage.account(region="cn-east-2")
            async with stage.watch(job_id="1", account=other) as waiter:
                await waiter.next()
                for wire in stage.wires:
                    wire.aclose = fail
            await asyncio.gather(*(stage.until_end(job_id=str(index)) for index in range(900)))
        for wire in stage.wires:
            wire.closed = True

    logger = logging.getLogger("airflow_provider_mediajobs.poller")
    logger.addHandler(handler := Whose())
    try:
        play(scene)
    finally:
        logger.removeHandler(handler)
    assert told == {("lane", "nobody")}
    assert "quota is short" in caplog.text
    assert "network connections of huawei could not be closed (OSError)" in caplog.text


@pytest.mark.parametrize("where", ["the next call is packed", "jobs are put back"])
def test_the_lane_survives_what_nobody_thought_of(
    where: str, play: Play, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its own arithmetic, too: told once, with its trace, and no job is lost."""
    due = Schedule.due
    broken: list[Schedule] = []
    joining = iter(range(10))

    def overflowing(self: Schedule, backpressure: float = 1.0, price: float = 1.0) -> float:
        begun = next(joining, None) is None
        if begun and (self.seen is None) == (where == "the next call is packed") and len(broken) < 3:
            broken.append(self)
            raise OverflowError
        return due(self, backpressure, price)

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
    assert "network connections of huawei could not be closed (TimeoutError)" in caplog.text


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
