# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the event loop with virtual time, and the clock that is set while it runs."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_mediajobs.emulator.virtual_time import SteppedClock, VirtualLoop


def test_an_hour_of_sleep_takes_a_moment() -> None:
    """In the order of the real thing."""

    async def scene() -> list[float]:
        loop, woken = asyncio.get_running_loop(), list[float]()

        async def sleeper(seconds: float) -> None:
            await asyncio.sleep(seconds)
            woken.append(loop.time())

        await asyncio.gather(*(sleeper(seconds) for seconds in (3600, 60, 0.5)))
        return woken

    began = time.monotonic()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(scene()) == [0.5, 60, 3600]
    assert time.monotonic() - began < 5


def test_waiting_for_nothing_is_an_error() -> None:
    """A real loop would hang."""

    async def scene() -> None:
        await asyncio.get_running_loop().create_future()

    runner = asyncio.Runner(loop_factory=VirtualLoop)
    with pytest.raises(RuntimeError, match="the event loop would sleep for ever"):
        runner.run(scene())
    loop = runner.get_loop()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    runner.close()


def test_a_clock_that_is_set() -> None:
    """Apart from the time that passes."""
    now = datetime(2026, 9, 1, tzinfo=UTC)
    clock = SteppedClock(lambda: now, {300: 3600, 600: -3600}, slew=0.01)
    shown = []
    for passed in (0, 299, 300, 600):
        now = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(seconds=passed)
        shown.append((clock() - now).total_seconds())
        assert clock.monotonic() == passed
    assert shown == [0, 2.99, 3603, 6]
