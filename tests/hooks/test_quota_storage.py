# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the option ``quota_storage``, and hooks whose calls share a limit with other processes."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import NoCallLeft, RequestRejected
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks import quota_storage
from airflow_provider_mediajobs.hooks.quota_storage import ashared_quotas, forget, shared_quotas, trouble
from airflow_provider_mediajobs.quotas.bucket import Bucket, Sort, bucket_of, quota_of
from airflow_provider_mediajobs.quotas.shared import SharedQuotas
from airflow_provider_mediajobs.quotas.storage import Storage

from ..quotas.conftest import AtOnce, _server, redis
from ..redis_server import PASSWORD, RedisServer

__all__ = ["_server", "redis"]

VARIABLE = "AIRFLOW__MEDIAJOBS__QUOTA_STORAGE"
WITHOUT = "until then each process paces its calls by the vendor's answers"


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    forget()
    yield
    forget()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == quota_storage.__name__]


# --- the option -------------------------------------------------------------------------------------------------


def test_no_storage() -> None:
    """Nothing is loaded, asked or told."""
    assert shared_quotas() is None
    assert trouble() == ("", "")


def test_one_storage_a_process(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f" {redis.url}\n")
    found = shared_quotas()
    assert isinstance(found, SharedQuotas)
    assert shared_quotas() is found
    assert trouble() == (f"redis://127.0.0.1:{redis.port}/0", "")


def test_as_a_command(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option is sensitive: Airflow takes it from a command, or from a secrets backend."""
    monkeypatch.setenv(f"{VARIABLE}_CMD", f"echo {redis.url}")
    assert isinstance(shared_quotas(), SharedQuotas)


def test_a_command_that_fails(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv(f"{VARIABLE}_CMD", "false s3cret")
    assert shared_quotas() is None
    said = (
        "[mediajobs] quota_storage cannot be read (AirflowConfigException); check its command, or the secrets backend"
    )
    assert told(caplog) == [f"{said}; {WITHOUT}"]
    assert trouble() == ("[mediajobs] quota_storage", said)


@pytest.mark.parametrize("url", ["postgres://u:s3cret@h/0", "redis://:s3cret/x@h", "s3cret"])
def test_what_is_no_redis(url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Told once, with what to do and nothing of the value; it is tried again after ten minutes, not for each wait."""
    monkeypatch.setenv(VARIABLE, url)
    assert [shared_quotas() for _ in range(3)] == [None] * 3
    monkeypatch.setattr("time.monotonic", lambda: float("inf"))
    assert shared_quotas() is None
    (line,) = told(caplog)
    assert line.startswith("[mediajobs] quota_storage is n")
    assert "; use redis://:password@host:6379/0, or rediss:// with TLS," in line
    assert line.endswith(WITHOUT)
    assert "s3cret" not in line + "".join(trouble())


def test_whatever_else_goes_wrong(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """No wait dies of its quota storage."""

    def broken(*_: Any) -> None:
        raise KeyError("s3cret")

    monkeypatch.setenv(VARIABLE, "redis://h")
    monkeypatch.setattr("airflow_provider_mediajobs.quotas.storage.Storage.__init__", broken)
    assert shared_quotas() is None
    assert told(caplog) == [f"[mediajobs] quota_storage cannot be used (KeyError); {WITHOUT}"]


async def test_on_a_loop(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is masked before anything else is done."""
    masked: list[str] = []

    async def mask(secret: str) -> None:
        masked.append(secret)

    monkeypatch.setenv(VARIABLE, redis.url)
    monkeypatch.setattr(quota_storage, "amask", mask)
    assert isinstance(await ashared_quotas(), SharedQuotas)
    assert set(masked) == {redis.url, PASSWORD}


async def test_on_a_loop_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread is begun for that."""
    monkeypatch.setattr("asyncio.to_thread", pytest.fail)
    assert await ashared_quotas() is None


async def test_on_a_loop_with_one_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, "redis://")
    assert await ashared_quotas() is None
    assert told(caplog)[0].startswith("[mediajobs] quota_storage names no host; use redis://")


async def test_a_masker_that_is_not_there(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def mask(_secret: str) -> None:
        raise OSError("s3cret")

    monkeypatch.setenv(VARIABLE, redis.url)
    monkeypatch.setattr(quota_storage, "amask", mask)
    monkeypatch.setattr(quota_storage, "mask", mask)
    assert isinstance(await ashared_quotas(), SharedQuotas)
    forget()
    assert isinstance(shared_quotas(), SharedQuotas)
    assert told(caplog) == ["the password of [mediajobs] quota_storage could not be masked (OSError)"] * 2


async def test_a_backend_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Waits begin without it."""
    let_go = threading.Event()
    monkeypatch.setenv(f"{VARIABLE}_CMD", "true")
    monkeypatch.setattr(quota_storage, "READ_S", 0.01)
    monkeypatch.setattr(quota_storage, "configured", lambda: let_go.wait(10) and "")
    assert await ashared_quotas() is None
    let_go.set()
    assert told(caplog) == ["[mediajobs] quota_storage could not be read in 0 s; it is tried again later"]


def test_a_fork_has_one_of_its_own(redis: RedisServer) -> None:
    """Threads are not inherited: what a parent has opened would never answer."""
    code = """
import os
from airflow_provider_mediajobs.hooks.quota_storage import shared_quotas
from airflow_provider_mediajobs.quotas.bucket import Bucket, Sort
bucket = Bucket("fork", 100, 60.0, 0.0)
first = shared_quotas()
assert first.take(bucket, Sort.CALL, 1.0, 1.0) is not None
child = os.fork()
if child == 0:
    mine = shared_quotas()
    os._exit(0 if mine is not first and mine.take(bucket, Sort.CALL, 1.0, 1.0) is not None else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    environment = os.environ | {VARIABLE: redis.url}
    command = [sys.executable, "-W", "ignore", "-c", code]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines()[-1:] == ["0"], ran.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "redis://:s3cret@127.0.0.1:{port}",
            "it does not serve (AuthenticationError: correct its user and password, who may run scripts)",
        ),
        ("redis://:s3cret@127.0.0.1:1", "it does not serve (ConnectionError)"),
    ],
)
def test_trouble(url: str, said: str, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, url.format(port=redis.port))
    place, found = trouble()
    assert (place.startswith("redis://127.0.0.1:"), found) == (True, said)


# --- a hook's calls ---------------------------------------------------------------------------------------------


@pytest.fixture
def quotas(redis: RedisServer, mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> SharedQuotas:
    """Of this process, in the world's time."""
    time = lambda: mediajobs_world.now().timestamp()  # noqa: E731
    made = SharedQuotas(Storage(redis.url, time), AtOnce(), time)
    monkeypatch.setattr(quota_storage, "shared_quotas", lambda: made)
    return made


def use_up(hook: Any, quotas: SharedQuotas, product: str, calls: int) -> Bucket:
    """What others leave."""
    quota = quota_of(hook.account, product)
    assert quota is not None
    bucket = bucket_of(hook.account, quota, hook.conn_id)
    for _ in range(calls):
        slot = quotas.take(bucket, Sort.CALL, 20.0, 0.0)
        assert slot is not None
        slot.answered()
    return bucket


def counted(redis: RedisServer, which: str = "calls") -> int:
    return sum(redis.client.zcard(key) for key in redis.client.scan_iter(f"*:{which}"))


def test_looks_are_spaced(hook: Any, quotas: SharedQuotas, mediajobs_world: World, pauses: list[float]) -> None:
    mediajobs_world.add_job("huawei.mpc.editing", {"job_id": "1"}, "SUCCEEDED")
    made = hook("huawei")
    for _ in range(3):
        made.get_job("huawei.mpc.editing", job_id="1")
    assert pauses == pytest.approx([0.7575] * 2)


@pytest.mark.parametrize(
    ("vendor", "call"),
    [
        ("huawei", lambda hook: hook.call("mpc", "GET", "/v1/{project_id}/transcodings")),
        ("huawei", lambda hook: hook.call("mts", "GET", "/v1/{project_id}/transcodings")),
        ("huawei", lambda hook: hook.cancel_job("huawei.mpc.editing", job_id="1", timeout=90)),
        ("alibaba", lambda hook: hook.call("live", "DescribeLiveDomains", {})),
    ],
)
def test_other_calls_come_out_of_the_whole_limit(
    vendor: str, call: Callable[[Any], Any], hook: Any, quotas: SharedQuotas, redis: RedisServer, pauses: list[float]
) -> None:
    """All that others have left; then each waits until one leaves the window."""
    made = hook(vendor)
    product, limit, window = ("mpc", 100, 60) if vendor == "huawei" else ("live", 10, 1)
    use_up(made, quotas, product, limit)
    before = counted(redis)
    with suppress(RequestRejected):
        call(made)
    assert sum(pauses) == pytest.approx(window, abs=0.3)
    assert counted(redis) == counted(redis, "others") == 1 < before


def test_none_left_in_time(hook: Any, quotas: SharedQuotas, mediajobs_world: World, pauses: list[float]) -> None:
    """It is told, and nothing is sent; a look is tried again as long as the caller said."""
    made = hook("huawei")
    bucket = use_up(made, quotas, "mpc", 100)
    with pytest.raises(NoCallLeft, match="no call was left within 30 s of the 100 in 60 s"):
        made.cancel_job("huawei.mpc.editing", job_id="1", timeout=30)
    with pytest.raises(NoCallLeft, match="no call was left within 1 s of the 100 in 60 s"):
        made.get_job("huawei.mpc.editing", job_id="1", timeout=5)
    assert mediajobs_world.requests == []
    assert made.report.calls == made.report.retried == 0
    assert bucket.calls == 100


def test_the_test_button_does_not_wait_for_long(hook: Any, quotas: SharedQuotas, pauses: list[float]) -> None:
    made = hook("huawei")
    use_up(made, quotas, "vod", 100)
    well, said = made.test_connection()
    assert (well, said.startswith("no call was left within 5 s of the 100 in 60 s")) == (False, True)
    assert sum(pauses) <= 5


def test_every_attempt_counts(hook: Any, quotas: SharedQuotas, redis: RedisServer, mediajobs_world: World) -> None:
    """A request that is sent once more, newly dated, is another call."""
    mediajobs_world.add_job("huawei.mpc.editing", {"job_id": "1"}, "SUCCEEDED")
    mediajobs_world.add_fault("server_error", product="mpc", times=2)
    hook("huawei").get_job("huawei.mpc.editing", job_id="1")
    assert counted(redis) == len(mediajobs_world.requests) == 3


def test_what_counts_against_no_limit_that_is_known(hook: Any, quotas: SharedQuotas, redis: RedisServer) -> None:
    with pytest.raises(RequestRejected):
        hook("alibaba").call("imm", "CreateTask", {}, version="2020-09-30")
    assert counted(redis) == 0


def test_an_answered_call_leaves_the_window_of_its_answer(
    hook: Any, quotas: SharedQuotas, redis: RedisServer, mediajobs_world: World
) -> None:
    """Not that of its longest flight."""
    mediajobs_world.add_job("huawei.mpc.editing", {"job_id": "1"}, "SUCCEEDED")
    hook("huawei").get_job("huawei.mpc.editing", job_id="1")
    (key,) = redis.client.scan_iter("*:calls")
    ((_, latest),) = redis.client.zrange(key, 0, -1, withscores=True)
    assert latest / 1e6 == pytest.approx(mediajobs_world.now().timestamp(), abs=0.01)


def test_logs_and_errors_hold_no_password(
    hook: Any, redis: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a storage that is not there."""
    monkeypatch.setenv(VARIABLE, f"redis://:{PASSWORD}@127.0.0.1:1/0")
    with caplog.at_level(logging.DEBUG), pytest.raises(RequestRejected):
        hook("alibaba").call("live", "NoSuchAction", {})
    assert "redis://127.0.0.1:1/0 does not serve (ConnectionError)" in caplog.text
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(vars(shared_quotas()))
