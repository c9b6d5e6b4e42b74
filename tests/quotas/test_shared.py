# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests a Redis that answers, hangs, is killed and comes back: nothing waits for it longer than half a second."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import NoCallLeft
from airflow_provider_mediajobs.quotas import shared as module
from airflow_provider_mediajobs.quotas.bucket import Bucket, Sort
from airflow_provider_mediajobs.quotas.shared import SharedQuotas, Slot
from airflow_provider_mediajobs.quotas.storage import Storage

from ..redis_server import PASSWORD, RedisServer
from ..system.patience import until
from .conftest import AtOnce

MINUTE = Bucket("minute", 100, 60.0, 0.75)
UNTIL = "until it does, each process paces its calls by the vendor's answers"
LOG = "airflow_provider_mediajobs.quotas.shared"


class Clock:
    """Of whoever asks, and of the storage."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def quotas(redis: RedisServer, clock: Clock) -> SharedQuotas:
    return SharedQuotas(Storage(redis.url, lambda: 1e9 + clock()), AtOnce(), clock)


def look(quotas: SharedQuotas, clock: Clock, patience: float = 1.0) -> Slot | None:
    return quotas.take(MINUTE, Sort.WORKER, 20.0, patience, clock.sleep)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == LOG]


# --- a storage that answers -------------------------------------------------------------------------------------


def test_a_worker_waits_for_its_place(quotas: SharedQuotas, clock: Clock) -> None:
    assert isinstance(look(quotas, clock), Slot)
    assert isinstance(look(quotas, clock), Slot)
    assert clock.slept == pytest.approx([0.75])


def test_no_longer_than_it_may(quotas: SharedQuotas, clock: Clock) -> None:
    """And is told what was in the way."""
    look(quotas, clock)
    with pytest.raises(NoCallLeft) as caught:
        look(quotas, clock, 0.5)
    assert str(caught.value) == (
        "no call was left within 0.5 s of the 100 in 60 s that all processes share by [mediajobs] quota_storage; "
        "nothing was sent"
    )
    assert (caught.value.retryable, clock.slept) == (True, [])


def test_a_triggerer_waits_for_however_long(quotas: SharedQuotas, clock: Clock) -> None:
    async def scene() -> None:
        async def sleep(seconds: float) -> None:
            clock.sleep(seconds)

        for _ in range(3):
            assert isinstance(await quotas.atake(MINUTE, 20.0, sleep), Slot)
        assert clock.now == pytest.approx(1.5)

    asyncio.run(scene())


def test_an_answer_is_told_once(quotas: SharedQuotas, clock: Clock, redis: RedisServer) -> None:
    slot = look(quotas, clock)
    assert slot is not None
    (entry,) = redis.client.zrange("mediajobs:{minute}:calls", 0, -1, withscores=True)
    clock.now = 3.0
    slot.answered()
    clock.now = 2.0  # later calls change nothing
    slot.answered()
    ((call, latest),) = redis.client.zrange("mediajobs:{minute}:calls", 0, -1, withscores=True)
    assert (call, entry[1], latest) == (entry[0], (1e9 + 15) * 1e6, (1e9 + 3) * 1e6)
    slot.unused()
    assert redis.client.zcard("mediajobs:{minute}:calls") == 0


# --- one that does not ------------------------------------------------------------------------------------------


def test_killed_and_started_again(own_redis: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """Told once each, with what helps and without the password; tried again in the background, every five seconds."""
    quotas = SharedQuotas(Storage(own_redis.url), AtOnce(), clock)
    assert isinstance(look(quotas, clock), Slot)
    own_redis.kill()
    assert [look(quotas, clock) for _ in range(3)] == [None] * 3
    clock.now += 6
    assert look(quotas, clock) is None
    own_redis.start()
    clock.now += 4
    assert look(quotas, clock) is None  # too soon for another try
    clock.now += 2
    assert look(quotas, clock) is None  # this one tries, and does not wait for it
    assert isinstance(look(quotas, clock), Slot)
    where = f"[mediajobs] quota_storage: redis://127.0.0.1:{own_redis.port}/0"
    gone, back = told(caplog)
    assert gone == f"{where} does not serve (ConnectionError); {UNTIL}"
    assert back == f"{where} serves again, after 12 s; limits are shared by it"


def test_one_that_hangs_is_waited_for_half_a_second(own_redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """Once: then it is gone, until it answers again. On a worker; in real time, since it is a matter of threads."""
    quotas = SharedQuotas(Storage(own_redis.url))
    assert isinstance(quotas.take(MINUTE, Sort.CALL, 20.0, 1.0), Slot)
    own_redis.hang()
    begun = time.monotonic()
    assert quotas.take(MINUTE, Sort.CALL, 20.0, 1.0) is None
    assert 0.45 < time.monotonic() - begun < 0.9
    begun = time.monotonic()
    assert [quotas.take(MINUTE, Sort.CALL, 20.0, 1.0) for _ in range(100)] == [None] * 100
    assert time.monotonic() - begun < 0.3
    assert len(told(caplog)) == 1
    assert "does not serve (TimeoutError: no answer in time);" in told(caplog)[0]


def test_a_loop_goes_on_while_it_hangs(own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the half second is the loop's; and it is shared again as soon as it answers."""
    monkeypatch.setattr(module, "AGAIN_S", 0.05)
    quotas = SharedQuotas(Storage(own_redis.url))
    slow: list[float] = []

    async def beat() -> None:
        while True:
            begun = time.monotonic()
            await asyncio.sleep(0.005)
            slow.append(time.monotonic() - begun)

    async def scene() -> None:
        beating = asyncio.create_task(beat())
        await asyncio.sleep(0.02)  # it beats
        assert isinstance(await quotas.atake(MINUTE, 20.0), Slot)
        own_redis.hang()
        begun = time.monotonic()
        assert await quotas.atake(MINUTE, 20.0) is None
        assert time.monotonic() - begun < 0.9
        own_redis.go_on()
        while await quotas.atake(MINUTE, 20.0) is None:
            assert time.monotonic() - begun < 10
            await asyncio.sleep(0.02)
        beating.cancel()

    asyncio.run(scene())
    assert len(slow) > 50
    assert max(slow) < 0.3


def test_a_wrong_password(own_redis: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    quotas = SharedQuotas(Storage(own_redis.url.replace(PASSWORD, "wr0ng-one")), AtOnce(), clock)
    assert look(quotas, clock) is None
    (line,) = told(caplog)
    assert "does not serve (AuthenticationError: correct its user and password, who may run scripts); until" in line
    assert "wr0ng-one" not in caplog.text


def test_one_that_may_not_be_written(own_redis: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """A replica, a script that is refused: whatever it says, waits go on."""
    quotas = SharedQuotas(Storage(own_redis.url), AtOnce(), clock)
    own_redis.client.execute_command("REPLICAOF", "127.0.0.1", "1")
    assert look(quotas, clock) is None
    assert "does not serve (ReadOnlyError)" in told(caplog)[0]


def test_a_connection_that_was_closed_meanwhile_is_none_that_is_gone(
    own_redis: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A server, or a balancer before it, closes those that are idle for long."""
    quotas = SharedQuotas(Storage(own_redis.url), AtOnce(), clock)
    look(quotas, clock)
    own_redis.client.client_kill_filter(_type="normal", skipme=True)
    own_redis.client.script_flush()
    own_redis.client.flushall()
    assert isinstance(look(quotas, clock), Slot)
    assert told(caplog) == []


def test_an_answer_that_cannot_be_told(own_redis: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """It is how a storage is found to be gone, and nothing else."""
    quotas = SharedQuotas(Storage(own_redis.url), AtOnce(), clock)
    slot = look(quotas, clock)
    assert slot is not None
    own_redis.kill()
    slot.answered()
    assert look(quotas, clock) is None
    assert len(told(caplog)) == 1


class Held:
    """Does its work when it is told to."""

    def __init__(self) -> None:
        self.work: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self.work.put((future, work))
        return future

    def go_on(self) -> None:
        future, work = self.work.get_nowait()
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001
                future.set_exception(error)


def test_one_try_at_a_time(redis: RedisServer, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes: a name server may not answer for half a minute."""
    monkeypatch.setattr(module, "CALL_S", 0.001)
    held = Held()
    quotas = SharedQuotas(Storage(redis.url), held, clock)
    begun = time.monotonic()
    assert look(quotas, clock) is None
    assert time.monotonic() - begun < 0.4  # the caller's patience is its own, not that of a socket
    clock.now = 100.0
    assert [look(quotas, clock) for _ in range(5)] == [None] * 5
    assert held.work.qsize() == 2  # the first call, and one try
    held.go_on()
    held.go_on()
    assert held.work.qsize() == 0
    quotas.tell(lambda storage: storage.check())
    assert held.work.qsize() == 1


def test_a_thread_that_hangs_keeps_no_process(own_redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """It is a daemon; and it goes on after whatever happens in it."""
    quotas = SharedQuotas(Storage(own_redis.url))

    def broken(_storage: Storage) -> None:
        raise ValueError

    with caplog.at_level(logging.WARNING):
        quotas.tell(broken)
        until("the trouble to be told", lambda: len(told(caplog)) == 1, seconds=5, every=0.01)
    assert "does not serve (ValueError)" in told(caplog)[0]
