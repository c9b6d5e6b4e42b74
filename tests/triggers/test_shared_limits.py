# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A trigger's poller keeps to limits that processes share, where Airflow is configured so.

Covers ``triggers.job``, ``quotas.shared``.
"""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.quotas.shared import SharedQuotas
from airflow_provider_mediajobs.quotas.storage import Storage
from airflow_provider_mediajobs.triggers import job as module

from ..quotas.conftest import AtOnce, _server, redis
from ..redis_server import RedisServer
from .conftest import Bench, deferred_trigger, done_after, sensor, started, starts

__all__ = ["_server", "redis"]


@pytest.fixture
def spec(redis: RedisServer, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[SharedQuotas]:
    """How often a trigger asked where limits are kept; and what it was told."""
    time = lambda: bench.world.now().timestamp()  # noqa: E731
    told: list[SharedQuotas] = []

    async def find() -> SharedQuotas:
        told.append(SharedQuotas(Storage(redis.url, time), AtOnce(), time))
        return told[-1]

    monkeypatch.setattr(module, "ashared_quotas", find)
    return told


def test_a_deferred_wait(spec: list[SharedQuotas], bench: Bench, redis: RedisServer) -> None:
    done_after(bench, 30)
    trigger = deferred_trigger(bench, sensor())
    redis.client.flushall()
    assert bench.triggered(trigger)["report"]["throttled"] == 0
    assert len(spec) == 1
    assert sum(redis.client.zcard(key) for key in redis.client.scan_iter("*:calls")) >= 1


@starts
def test_one_that_starts_in_the_triggerer(spec: list[SharedQuotas], bench: Bench, redis: RedisServer) -> None:
    done_after(bench, 30)
    bench.triggered(started(sensor(start_in_triggerer=True)))
    assert len(spec) == 1
    assert sum(redis.client.zcard(key) for key in redis.client.scan_iter("*:calls")) >= 1
