# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: a real Redis, and processes that share it in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest

from airflow_provider_mediajobs.quotas.shared import SharedQuotas
from airflow_provider_mediajobs.quotas.storage import Storage

from ..redis_server import RedisServer, redis_server

T = TypeVar("T")


class AtOnce:
    """A client of the storage whose calls take no virtual time."""

    def submit(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001  # raised where it is waited for
            future.set_exception(error)
        return future


@pytest.fixture(scope="session")
def _server() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def redis(_server: RedisServer) -> RedisServer:
    """A Redis server that all tests share: no test may stop it."""
    _server.client.flushall()
    return _server


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis server of one test, which may kill or stop it."""
    with redis_server() as server:
        yield server


@pytest.fixture
def process(redis: RedisServer) -> Callable[[Callable[[], float]], SharedQuotas]:
    """Make the shared limits as another process would use them, with a clock of its own, in seconds."""

    def make(time: Callable[[], float]) -> SharedQuotas:
        return SharedQuotas(Storage(redis.url, lambda: 1_800_000_000 + time()), AtOnce(), time)

    return make


def worst(times: list[float], window: float) -> int:
    """The largest number of calls in any window."""
    ordered = sorted(times)
    return max(
        sum(first <= other < first + window - 1e-6 for other in ordered[at:]) for at, first in enumerate(ordered)
    )
