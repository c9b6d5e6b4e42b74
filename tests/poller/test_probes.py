# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests probes with a quota of their own: they take no call from looks, and each limit is kept.

Covers ``poller.limit``, ``poller.caller``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from airflow_provider_mediajobs.core.job import JobRef, JobState
from airflow_provider_mediajobs.core.kind import JobKind
from airflow_provider_mediajobs.poller.batch import CallKind, Pool, TrackedJob
from airflow_provider_mediajobs.poller.probes import Probes
from airflow_provider_mediajobs.poller.schedule import NEVER, Schedule
from airflow_provider_mediajobs.vendors import KINDS

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]

VOD = "huawei.vod.transcode"
KIND = KINDS[VOD]
LOOKS, LISTS, DETAILS = "ListAssetTaskInfo", "ListAssetList", "ShowAssetDetail"


def pool_of(number: int, kind: JobKind = KIND) -> Pool[str]:
    """A pool of jobs, each of which has just been seen running, at second 100."""
    pool: Pool[str] = Pool(kind, 0.75, 0.05)
    for index in range(number):
        job = TrackedJob[str](ref(index), Schedule(0.0, 0.0, 60.0))
        job.schedule.saw(100.0, JobState.RUNNING)
        pool.add(job)
    return pool


def ref(index: int) -> JobRef:
    return KIND.ref({"asset_id": f"{index:03}"})


def probes_of(pool: Pool[str]) -> Probes[str]:
    assert pool.probes is not None
    return pool.probes


def test_ten_of_those_that_run_are_probed_at_once() -> None:
    pool = pool_of(25)
    probes = probes_of(pool)
    assert 100 < probes.next_due() < 160
    assert probes.take(100.0) is None

    calls = [probes.take(160.0) for _ in range(4)]

    assert [len(call.jobs) if call else 0 for call in calls] == [10, 10, 5, 0]
    assert {call.kind for call in calls if call} == {CallKind.PROBE}
    assert len({job.ref for call in calls if call for job in call.jobs}) == 25
    assert pool.take(1000.0) is None, "what is probed is part of no other call"


def test_a_look_never_becomes_a_probe_there() -> None:
    pool = pool_of(25)
    call = pool.take(1000.0)
    assert call is not None
    assert (call.kind, len(call.jobs)) == (CallKind.LOOK, 1)
    first = probes_of(pool).take(1000.0)
    assert first is not None
    assert call.jobs[0] not in first.jobs


def test_few_are_looked_at() -> None:
    assert probes_of(pool_of(2)).next_due() == NEVER
    assert probes_of(pool_of(3)).next_due() < 160


def test_only_a_look_tells_of_a_limit_that_passes() -> None:
    """Nor is a job probed that a look has not shown running, or a probe not either."""
    pool = pool_of(6)
    waits, limited, confirm, alone, gone, runs = pool
    waits.schedule.running = False
    limited.schedule.wanted_by(200.0)
    confirm.confirm = alone.alone = True
    for job in (waits, limited, confirm, alone):
        pool.push(job)
    pool.remove(gone)

    call = probes_of(pool).take(200.0)

    assert call is not None
    assert call.jobs == [runs]
    assert pool.take(200.0) is not None


def test_none_while_probes_are_distrusted() -> None:
    pool = pool_of(5)
    pool.wider.not_before(900.0)
    assert probes_of(pool).next_due() == 900.0
    assert probes_of(pool).take(899.0) is None
    assert probes_of(pool).take(900.0) is not None


def run(stage: Any, number: int, lengths: Callable[[int], float]) -> list[Any]:
    """Waits for media that are transcoded from now on; each is worth the seconds by which its end was told late."""

    async def late(index: int) -> float:
        moment: float = (await stage.until_end(VOD, asset_id=f"{index:03}"))[0]
        return moment - lengths(index)

    for index in range(number):
        stage.add(VOD, lengths(index), "PROCESSING", "SUCCEED", asset_id=f"{index:03}")
    return [late(index) for index in range(number)]


def test_lists_do_not_wait_for_looks(play: Play) -> None:
    """A hundred media, of which about seven end a minute: looks alone, 80 a minute, would tell of an end 37 s late."""

    async def scene(stage: Any) -> None:
        late = await asyncio.gather(*run(stage, 100, lambda index: 300 + index * 9))
        assert sum(late) / len(late) < 6
        sent: dict[str, list[float]] = {}
        for request in stage.world.requests:
            assert request.status == 200
            sent.setdefault(request.call.action, []).append(request.at.timestamp())
        assert sent.keys() == {LOOKS, LISTS, DETAILS}
        assert min(later - earlier for earlier, later in pairwise(sent[LOOKS])) > 0.98 * 0.75 - 1e-4
        apart = sorted([*sent[LISTS], *sent[DETAILS]])
        assert min(later - earlier for earlier, later in pairwise(apart)) > 0.98 * 0.05 - 1e-4

    play(scene)


@pytest.mark.parametrize(
    ("quotas", "spacing"),
    [({"vod": 50}, (1.5, 1.5)), ({"vod-query": 150}, (0.75, 0.5)), ({"vod": 50, "vod-query": 3000}, (1.5, 0.025))],
)
def test_the_connection_may_set_each_limit(play: Play, quotas: dict[str, float], spacing: Any) -> None:
    """What it says of the product alone holds for each of its limits."""

    async def scene(stage: Any) -> None:
        whole = quotas.get("vod", 100.0)
        account = stage.account(VOD, quotas={"vod": whole, "vod-query": quotas.get("vod-query", whole)})
        for index in range(60):
            stage.add(VOD, 5000, "PROCESSING", "SUCCEED", asset_id=f"{index:03}")
        waits = [stage.watch(VOD, asset_id=f"{index:03}", account=account) for index in range(60)]
        await asyncio.sleep(1000)
        (lane,) = set(stage.poller.lanes.values())
        found = [limit.pace.spacing for limit in (lane.limits.named("vod"), lane.limits.named("vod-query"))]
        assert found == pytest.approx(spacing)
        lists = [request.at.timestamp() for request in stage.world.requests if request.call.action == LISTS]
        assert len(lists) > 50
        assert min(later - earlier for earlier, later in pairwise(lists)) > spacing[1] - 1e-4
        for wait in waits:
            await wait.aclose()

    play(scene)


def test_a_refused_list_slows_lists_alone(play: Play) -> None:
    async def scene(stage: Any) -> None:
        stage.world.limits["huawei.vod.query"] = (2, 60.0)
        waits = [asyncio.create_task(wait) for wait in run(stage, 60, lambda index: 900 + index)]
        await asyncio.sleep(600)
        (lane,) = set(stage.poller.lanes.values())
        assert lane.limits.named("vod").pace.factor == 1.0
        assert lane.limits.named("vod-query").pace.factor < 1.0
        await asyncio.gather(*waits)

    play(scene)


def test_without_the_permission_for_lists_there_are_looks(play: Play) -> None:
    async def scene(stage: Any) -> None:
        stage.world.add_fault("deny", action=LISTS)
        late = await asyncio.gather(*run(stage, 20, lambda index: 300 + index * 20))
        assert max(late) < 60
        lists = [request for request in stage.world.requests if request.call.action == LISTS]
        assert 1 <= len(lists) < 5

    play(scene)


def test_lanes_of_one_account_share_the_pace_of_a_further_limit(play: Play) -> None:
    """Also when one lane is gone before the other comes: it must not begin with a burst."""

    async def scene(stage: Any) -> None:
        waits = [stage.watch(VOD, asset_id=f"{index:03}") for index in range(3)]
        (lane,) = set(stage.poller.lanes.values())
        pace = lane.limits.named("vod-query").pace
        pace.take(stage.time())
        for wait in waits:
            await wait.aclose()
        other = stage.watch(VOD, asset_id="1")
        (lane,) = set(stage.poller.lanes.values())
        assert lane.limits.named("vod-query").pace is pace
        await other.aclose()

    play(scene)


def test_a_limit_that_is_far_too_small_is_told_once(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """The wait goes on as well as it can."""
    caplog.set_level(logging.WARNING)

    async def scene(stage: Any) -> None:
        account = stage.account(quotas={"mpc": 0.12})
        for index in range(3):
            stage.add(job_id=str(index))
        waits = [stage.watch(job_id=str(index), account=account) for index in range(3)]
        await asyncio.sleep(4000)
        assert len(stage.sent) == 7
        for wait in waits:
            await wait.aclose()

    play(scene)
    (record,) = caplog.records
    assert record.getMessage() == (
        "mpc of huawei: the limit of 0.12 calls in 60 s leaves one call every 625 s, so that waits are told late; "
        "correct `quotas` in the connection"
    )


def test_the_least_limit_of_two_connections_counts(play: Play) -> None:
    """For every quota of the account, as long as both wait; a huge one is no harm."""

    async def scene(stage: Any) -> None:
        small = stage.account(VOD, quotas={"vod": 50.0, "vod-query": 50.0})
        huge = stage.account(VOD, quotas={"vod": 60_000.0, "vod-query": 60_000.0})
        for index in range(40):
            stage.add(VOD, 9000, "PROCESSING", "SUCCEED", asset_id=f"{index:03}")
        waits = [
            stage.watch(VOD, asset_id=f"{index:03}", account=huge if index % 2 else small, connection=f"c{index % 2}")
            for index in range(40)
        ]
        await asyncio.sleep(300)
        (lane,) = set(stage.poller.lanes.values())
        assert lane.limits.named("vod").pace.spacing == pytest.approx(1.5)
        assert lane.limits.named("vod-query").pace.spacing == pytest.approx(1.5)
        assert {request.status for request in stage.world.requests} == {200}
        for wait in waits:
            await wait.aclose()

    play(scene)
