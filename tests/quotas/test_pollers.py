# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests one to eight pollers on one account, which share its limit through a real Redis, in virtual time.

Covers ``poller.share``, ``quotas.shared``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import NoCallLeft
from airflow_provider_mediajobs.emulator.virtual_time import VirtualLoop
from airflow_provider_mediajobs.poller.shared import Poller
from airflow_provider_mediajobs.quotas.bucket import Sort, bucket_of
from airflow_provider_mediajobs.quotas.shared import SharedQuotas
from airflow_provider_mediajobs.quotas.storage import Storage
from airflow_provider_mediajobs.vendors import kind as kind_of

from ..poller.conftest import MPC, START, Stage
from ..redis_server import RedisServer
from .conftest import AtOnce, worst

ICE = "alibaba.ice.live_editing"
Process = Callable[[Callable[[], float]], SharedQuotas]


def played(scene: Callable[[Stage], Any]) -> Any:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scene(Stage(runner.get_loop())))


def at(moments: list[datetime]) -> list[float]:
    return [(moment - START).total_seconds() for moment in moments]


@pytest.mark.parametrize("processes", [1, 2, 4, 8])
@pytest.mark.parametrize(("kind", "seconds"), [(MPC, 300), (ICE, 20)])
def test_pollers_share_one_limit(processes: int, kind: str, seconds: float, process: Process) -> None:
    """No call too many, none throttled, none lost, and all get the same."""
    quota = kind_of(kind).quota

    async def scene(stage: Stage) -> None:
        refs = stage.running(150 * processes if kind == ICE else 1200, kind=kind)
        pollers = [Poller(stage.connect, stage.now, process(stage.time)) for _ in range(processes)]
        waiters = [
            poller.watch(refs[number::processes], stage.account(kind), stage.read, poll_interval=1)
            for number, poller in enumerate(pollers)
        ]
        await asyncio.sleep(10 + seconds)
        shares = [waiter.report.calls for waiter in waiters]
        assert [waiter.report.throttled for waiter in waiters] == [0] * processes
        arrived = at([request.at for request in stage.world.requests])
        assert worst(stage.sent, quota.seconds) <= quota.calls * 0.8
        assert worst(arrived, quota.seconds) <= quota.calls * 0.8
        assert len(arrived) > 0.93 * seconds / (quota.seconds / quota.calls / 0.8)
        assert max(shares) <= 1.1 * min(shares) + 1
        for waiter in waiters:
            await waiter.aclose()

    played(scene)


def test_each_limit_of_an_account_is_shared_by_itself(process: Process) -> None:
    """Looks, and the lists and details that have a limit of their own: none too many, none throttled."""
    kind = kind_of("huawei.vod.transcode")

    async def scene(stage: Stage) -> None:
        for index in range(60):
            stage.add(kind.name, 100 + 2 * index, "PROCESSING", "SUCCEED", asset_id=f"{index:03}")
        refs = [kind.ref({"asset_id": f"{index:03}"}) for index in range(60)]
        quotas = {"vod": 60.0, "vod-query": 120.0}
        stage.world.limits |= {"huawei.vod": (60, 60.0), "huawei.vod.query": (120, 60.0)}
        account = stage.account(kind.name, quotas=quotas)
        pollers = [Poller(stage.connect, stage.now, process(stage.time)) for _ in range(2)]
        waiters = [poller.watch(refs, account, stage.read, poll_interval=1) for poller in pollers]
        await asyncio.sleep(300)
        sent: dict[bool, list[datetime]] = {True: [], False: []}
        for request in stage.world.requests:
            assert request.status == 200
            sent[request.call.action == "ListAssetTaskInfo"].append(request.at)
        assert worst(at(sent[True]), 60) <= 48
        assert worst(at(sent[False]), 60) <= 96
        assert len(sent[True]) > 150
        assert len(sent[False]) > 200
        for waiter in waiters:
            await waiter.aclose()

    played(scene)


def test_other_calls_take_the_rest(process: Process) -> None:
    """Those who create without end, and workers who look: all together within the limit, looks within their share."""

    async def scene(stage: Stage) -> None:
        refs = stage.running(1200)
        account, quota = stage.account(), kind_of(MPC).quota
        pollers = [Poller(stage.connect, stage.now, process(stage.time)) for _ in range(3)]
        waiters = [poller.watch(refs, account, stage.read, poll_interval=1) for poller in pollers]
        made: dict[Sort, list[float]] = {Sort.CALL: [], Sort.WORKER: []}
        bucket = bucket_of(account, quota)

        async def others(sort: Sort, quotas: SharedQuotas) -> None:
            pause: list[float] = []
            while True:
                try:
                    slot = quotas.take(bucket, sort, 20.0, 0.0, pause.append)
                except NoCallLeft:
                    await asyncio.sleep(0.1)
                    continue
                assert slot is not None
                await asyncio.sleep(pause.pop() if pause else 0)
                made[sort].append(stage.time())
                await asyncio.sleep(0.2)
                slot.answered()

        tasks = [asyncio.create_task(others(sort, process(stage.time))) for sort in made for _ in range(2)]
        await asyncio.sleep(400)
        sent = stage.sent
        assert sum(waiter.report.throttled for waiter in waiters) == 0
        assert worst([*sent, *made[Sort.CALL], *made[Sort.WORKER]], 60) <= 100
        assert worst([*sent, *made[Sort.WORKER]], 60) <= 80
        # Nobody is starved, and nothing of the limit is lost.
        shares = [len(sent), len(made[Sort.WORKER]), len(made[Sort.CALL])]
        assert min(shares) > 180
        assert sum(shares) > 640
        for task in tasks:
            task.cancel()
        for waiter in waiters:
            await waiter.aclose()

    played(scene)


def test_a_redis_that_is_killed_ends_no_wait(own_redis: RedisServer) -> None:
    """The pollers settle by what the vendor answers; when it is back, no call is refused any more."""

    async def scene(stage: Stage) -> None:
        refs = stage.running(1200)

        def quotas() -> SharedQuotas:
            return SharedQuotas(Storage(own_redis.url, lambda: 1e9 + stage.time()), AtOnce(), stage.time)

        pollers = [Poller(stage.connect, stage.now, quotas()) for _ in range(4)]
        waiters = [poller.watch(refs, stage.account(), stage.read, poll_interval=1) for poller in pollers]

        def throttled() -> int:
            return sum(waiter.report.throttled for waiter in waiters)

        await asyncio.sleep(200)
        assert throttled() == 0
        before = len(stage.sent)
        own_redis.kill()
        await asyncio.sleep(300)
        assert 0 < throttled() < 300
        assert len(stage.sent) - before > 350
        own_redis.start()
        await asyncio.sleep(90)  # until the window has passed in which nobody knew of the others
        before, seen = throttled(), len(stage.sent)
        await asyncio.sleep(600)
        assert throttled() == before
        assert worst(stage.sent[seen:], 60) <= 80
        for waiter in waiters:
            await waiter.aclose()

    played(scene)


def test_nothing_of_the_account_is_in_redis(process: Process, redis: RedisServer) -> None:
    """Neither key, project, connection nor job."""

    async def scene(stage: Stage) -> None:
        stage.add(job_id="job-4711")
        stage.add(ICE, job_id="job-4712", running="Processing", done="Success")
        poller = Poller(stage.connect, stage.now, process(stage.time))
        first = poller.watch(
            [kind_of(MPC).ref({"job_id": "job-4711"})], stage.account(), stage.read, connection="our_media"
        )
        token = stage.account(ICE)
        second = poller.watch([kind_of(ICE).ref({"job_id": "job-4712"})], token, stage.read, connection="our_media")
        await asyncio.sleep(60)
        held = redis.held()
        account = stage.account()
        assert held.count(":calls: ") == 2
        for secret in ("job-", "our_media", "huawei", "alibaba", account.credentials.access_key, account.project_id):
            assert secret
            assert secret not in held
        await first.aclose()
        await second.aclose()

    played(scene)


def test_a_place_that_nobody_needs_any_more_is_given_back(
    process: Process, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait that it was for may have ended meanwhile."""
    given_back: list[int] = []
    unused = Storage.unused

    def counted(self: Storage, *given: Any) -> None:
        given_back.append(1)
        unused(self, *given)

    monkeypatch.setattr(Storage, "unused", counted)

    async def scene(stage: Stage) -> None:
        refs = stage.running(20)
        one, other = (Poller(stage.connect, stage.now, process(stage.time)) for _ in range(2))
        stays = one.watch(refs[:1], stage.account(), stage.read, first_event=5)
        goes = one.watch(refs[1:], stage.account(), stage.read, first_event=0)
        crowd = other.watch(refs, stage.account(), stage.read, poll_interval=1, first_event=0)
        await asyncio.sleep(0.5)  # the second call of its lane waits for its place
        await goes.aclose()
        await asyncio.sleep(3)
        await crowd.aclose()
        await asyncio.sleep(1)
        assert len(stage.sent) >= 4
        assert sum(redis.client.zcard(key) for key in redis.client.scan_iter("*:calls")) == len(stage.sent)
        assert given_back == [1]
        await stays.aclose()

    played(scene)


def test_the_place_is_asked_for_once(process: Process) -> None:
    """By the first wait of all; where there is none, now and then."""
    requested: list[float] = []

    async def scene(stage: Stage) -> None:
        poller = Poller(stage.connect, stage.now)

        async def nowhere() -> SharedQuotas | None:
            requested.append(stage.time())
            await asyncio.sleep(1)
            return process(stage.time) if stage.time() > 500 else None

        await asyncio.gather(*[poller.share(nowhere) for _ in range(5)])
        await poller.share(nowhere)
        await asyncio.sleep(601)
        await poller.share(nowhere)
        await asyncio.sleep(6000)
        await poller.share(nowhere)
        assert requested == [0, 602]

    played(scene)
