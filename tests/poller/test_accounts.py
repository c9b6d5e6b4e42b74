# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the look-up of connections for waits that begin together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import AuthError, ConfigError, ConnectionUnavailable, MediaJobsError

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


def test_waits_that_begin_together_share_a_look_up(play: Play) -> None:
    """Those of the same connection; and those that begin a little later."""

    async def scene(stage: Any) -> tuple[int, list[float]]:
        async def slowly() -> Any:
            await asyncio.sleep(5)
            return await stage.read()

        accounts = stage.poller.accounts
        found = await asyncio.gather(*(accounts.get("one", slowly) for _ in range(100)))
        await accounts.get("another", stage.read)
        await asyncio.sleep(9)
        found.append(await accounts.get("one", slowly))
        await asyncio.sleep(2)
        found.append(await accounts.get("one", stage.read))
        return len({id(account) for account in found}), stage.read_times

    assert play(scene) == (2, [5, 5, 16])


def test_trouble_is_shared_too(play: Play) -> None:
    """A secrets backend that takes its time to fail is asked once, and again when somebody asks again."""

    async def scene(stage: Any) -> tuple[list[str], list[float]]:
        stage.accounts = [ConnectionUnavailable("down")]

        async def get() -> Any:
            return await stage.poller.accounts.get("one", stage.read)

        told = await asyncio.gather(*(get() for _ in range(3)), return_exceptions=True)
        await asyncio.sleep(30)
        return [str(error) for error in told] + [(await get()).vendor], stage.read_times

    assert play(scene) == (["down", "down", "down", "huawei"], [0, 30])


@pytest.mark.parametrize(
    ("error", "read"),
    [(ConnectionUnavailable("down"), [0, 2]), (ConfigError("no such field"), [0]), (AuthError("x"), [0])],
    ids=repr,
)
def test_trouble_that_passes_is_not_kept_for_long(error: MediaJobsError, read: list[float], play: Play) -> None:
    """A no is: a vendor counts how often it has said it."""

    async def scene(stage: Any) -> list[float]:
        stage.accounts = [error]

        async def get() -> Any:
            return await stage.poller.accounts.get("one", stage.read)

        for _ in range(2):
            await asyncio.gather(*(get() for _ in range(3)), return_exceptions=True)
            await asyncio.sleep(2)
        return list(stage.read_times)

    assert play(scene) == read


def test_one_that_is_cancelled_takes_nothing_from_the_others(play: Play) -> None:
    """The next one looks it up."""

    async def scene(stage: Any) -> tuple[str, list[float]]:
        async def hangs() -> Any:
            await asyncio.sleep(60)

        first = asyncio.create_task(stage.poller.accounts.get("one", hangs))
        second = asyncio.create_task(stage.poller.accounts.get("one", stage.read))
        await asyncio.sleep(3)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return (await second).vendor, stage.read_times

    assert play(scene) == ("huawei", [3])
