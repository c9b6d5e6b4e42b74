# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests looks of workers where processes have used up a shared limit: the task goes on without the look.

Covers ``sensors.watch``.
"""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, TaskDeferred
from structlog.testing import capture_logs

from airflow_provider_mediajobs.hooks import quota_storage
from airflow_provider_mediajobs.quotas.bucket import Sort, bucket_of, quota_of
from airflow_provider_mediajobs.quotas.shared import SharedQuotas
from airflow_provider_mediajobs.quotas.storage import Storage
from airflow_provider_mediajobs.sensors.errors import MediaJobTimeout

from ..quotas.conftest import AtOnce, _server, redis
from ..redis_server import RedisServer
from .conftest import Bench, StateStore
from .test_trouble import MPC, elapsed, sensor

__all__ = ["_server", "redis"]

JOB = {"job_id": "1"}


@pytest.fixture
def quotas(redis: RedisServer, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> SharedQuotas:
    """In the world's time."""
    time = lambda: bench.world.now().timestamp()  # noqa: E731
    made = SharedQuotas(Storage(redis.url, time), AtOnce(), time)
    monkeypatch.setattr(quota_storage, "shared_quotas", lambda: made)
    return made


def use_up(bench: Bench, quotas: SharedQuotas, calls: int = 100) -> None:
    """What a minute has, or so much of it."""
    account = bench.hook(sensor(JOB)).account
    quota = quota_of(account, "mpc")
    assert quota is not None
    for _ in range(calls):
        slot = quotas.take(bucket_of(account, quota), Sort.CALL, 20.0, 0.0)
        assert slot is not None
        slot.answered()


def test_it_defers_unlooked(bench: Bench, quotas: SharedQuotas) -> None:
    """After a second; and tells why."""
    bench.world.add_job(MPC, JOB, "SUCCEEDED")
    use_up(bench, quotas)
    with capture_logs() as logs, pytest.raises(TaskDeferred):
        bench.once(sensor(JOB, deferrable=True), bench.instance())
    assert bench.world.requests == []
    assert sum(bench.slept) <= 1
    assert any("no call was left within 1 s of the 100 in 60 s" in line["event"] for line in logs)


def test_the_triggerer_looks_then(bench: Bench, quotas: SharedQuotas) -> None:
    """As if nothing had been in the way; what was never sent is no call and no retry."""
    bench.world.add_job(MPC, JOB, [("PROCESSING", 0), ("SUCCEEDED", 100)])
    use_up(bench, quotas)
    result = bench.run(sensor(JOB, deferrable=True))
    assert result["state"] == "succeeded"
    assert result["wait"]["calls"] == len(bench.world.requests)
    assert (result["wait"]["retried"], result["wait"]["throttled"]) == (0, 0)


def test_it_reschedules_unlooked(bench: Bench, quotas: SharedQuotas) -> None:
    bench.store = StateStore()
    bench.world.add_job(MPC, JOB, "SUCCEEDED")
    use_up(bench, quotas)
    with pytest.raises(AirflowRescheduleException):
        bench.once(sensor(JOB, mode="reschedule"), bench.instance())
    assert bench.world.requests == []
    assert bench.run(sensor(JOB, mode="reschedule"))["state"] == "succeeded"
    assert 60 <= elapsed(bench) <= 130


def test_it_sleeps_its_interval_unlooked(bench: Bench, quotas: SharedQuotas) -> None:
    """When it pokes."""
    bench.world.add_job(MPC, JOB, "SUCCEEDED")
    use_up(bench, quotas)
    assert bench.run(sensor(JOB, poke_interval=45))["state"] == "succeeded"
    assert [pause for pause in bench.slept if pause > 1] == [45, 45]


def test_a_place_that_comes_free_within_a_second(bench: Bench, quotas: SharedQuotas) -> None:
    """Is waited for."""
    bench.world.add_job(MPC, JOB, "SUCCEEDED")
    use_up(bench, quotas)
    bench.world.advance(59.5)
    assert bench.once(sensor(JOB, deferrable=True), bench.instance())["state"] == "succeeded"
    assert 0.4 <= sum(bench.slept) <= 0.8


def test_the_last_look_is_waited_for(bench: Bench, quotas: SharedQuotas) -> None:
    """No other will make good for it: a job that ended in time has not timed out."""
    bench.world.add_job(MPC, JOB, [("PROCESSING", 0), ("SUCCEEDED", 95)])
    sleep, crowd = bench._sleep, 0

    def crowded(seconds: float) -> None:
        nonlocal crowd
        sleep(seconds)
        if elapsed(bench) >= 100 and not crowd:
            crowd = 99
            use_up(bench, quotas, crowd)  # the look of forty seconds ago is the hundredth

    bench._sleep = crowded  # type: ignore[method-assign]
    assert bench.run(sensor(JOB, timeout=100, poke_interval=60))["state"] == "succeeded"
    assert crowd == 99
    assert elapsed(bench) == pytest.approx(120, abs=1)


def test_it_is_not_waited_for_without_end(bench: Bench, quotas: SharedQuotas, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute; then the wait has timed out."""
    bench.world.add_job(MPC, JOB, "PROCESSING")

    def never(*_: Any) -> tuple[int, float]:
        return 2, 0.25

    monkeypatch.setattr(quotas._storage, "take", never)
    with pytest.raises(MediaJobTimeout):
        bench.run(sensor(JOB, timeout=100, poke_interval=60))
    assert elapsed(bench) <= 100 + 60 + 61


def test_what_a_look_that_is_cut_has_learnt_is_kept(bench: Bench, quotas: SharedQuotas) -> None:
    """Of many jobs: the others come first in the next look."""
    bench.store = StateStore()
    ids = [str(number) for number in range(40)]
    for job_id in ids:
        bench.world.add_job(MPC, {"job_id": job_id}, "SUCCEEDED")
    use_up(bench, quotas, 98)
    result = bench.run(sensor({"job_id": ids}, mode="reschedule"))
    assert result["state"] == "succeeded"
    assert len(bench.world.requests) == 2 + 2 + 2  # two for what the first ones have made, which was not kept
