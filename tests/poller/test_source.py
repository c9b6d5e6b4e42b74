# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests connections that fail, are refused or change: what their waits learn, and which calls are made."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    ConfigError,
    ConnectionUnavailable,
    DeniedHere,
    PermissionDenied,
    TransportError,
)
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.vendors import kind as kind_of

from .conftest import START

MPC, ICE, VOD = "huawei.mpc.editing", "alibaba.ice.live_editing", "alibaba.vod.transcode"
LIVE, LIST = "alibaba.live.editing", "huawei.vod.editing"

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


@pytest.mark.parametrize(
    "fault",
    [
        {"what": "reset"},
        {"what": "hang"},
        {"what": "html"},
        {"what": "truncated"},
        {"what": "short_body"},
        {"what": "server_error", "status": 503},
    ],
    ids=lambda fault: fault["what"],
)
def test_an_hour_of_trouble_ends_no_wait_and_costs_few_calls(play: Play, fault: dict[str, Any]) -> None:
    """About one call a minute; when it is over, news comes within that minute."""

    async def scene(stage: Any) -> None:
        for index in range(30):
            stage.add(job_id=str(index), length=600)
        stage.world.add_fault(**fault)
        waits = [asyncio.create_task(stage.until_end(job_id=str(index))) for index in range(30)]
        await asyncio.sleep(3600)
        assert 55 < len(stage.sent) < 100
        stage.world.clear_faults()
        moments = [moment for moment, _ in await asyncio.gather(*waits)]
        assert max(moments) < 3600 + 75

    play(scene)


def test_a_refused_key_is_read_again_once_for_all(play: Play) -> None:
    """Thirty waits, one new reading, and no job missed."""

    async def scene(stage: Any) -> None:
        good = stage.account()
        bad = replace(good, credentials=replace(good.credentials, secret_key="old"))
        for index in range(30):
            stage.add(job_id=str(index), length=60)
        waits = [stage.until_end(job_id=str(index), account=bad) for index in range(30)]
        await asyncio.gather(*waits)
        assert stage.read_times == [10.75]
        assert [request.status for request in stage.world.requests][:3] == [401, 200, 200]

    play(scene)


@pytest.mark.parametrize("same", [True, False], ids=["the same again", "another bad one"])
def test_a_key_refused_twice_is_an_answer_for_all(play: Play, same: bool) -> None:
    """After at most two failures: Huawei locks a key after five."""

    async def scene(stage: Any) -> None:
        good = stage.account()
        bad = replace(good, credentials=replace(good.credentials, secret_key="old"))
        stage.accounts = [bad if same else replace(good, credentials=replace(good.credentials, secret_key="older"))]
        waits = [stage.watch(job_id=str(index), account=bad) for index in range(30)]
        answers = await asyncio.gather(*(waiter.next() for waiter in waits))
        assert {type(answer) for answer in answers} == {AuthError}
        assert len(stage.sent) == (1 if same else 2)
        await asyncio.sleep(50)
        assert len(stage.sent) == (1 if same else 2)  # whoever stays is asked for a minute later
        for waiter in waits:
            await waiter.aclose()

    play(scene)


def test_a_connection_out_of_reach_delays_and_a_missing_one_ends(play: Play) -> None:
    """While the key is refused, nothing is sent with it."""

    async def scene(stage: Any) -> None:
        good = stage.account()
        bad = replace(good, credentials=replace(good.credentials, secret_key="old"))
        stage.add(job_id="1", length=60)
        stage.accounts = [ConnectionUnavailable("no answer")] * 3
        moment, _ = await stage.until_end(job_id="1", account=bad)
        assert len(stage.read_times) == 4
        assert [request.status for request in stage.world.requests][:2] == [401, 200]
        assert moment < 70

        stage.accounts = [ConfigError("there is no connection")]
        async with stage.watch(job_id="1", account=bad) as waiter:
            assert isinstance(await waiter.next(), ConfigError)

    play(scene)


def test_every_hour_the_connection_is_read_again(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """A new proxy makes new connections; one that cannot be read leaves the old one in force."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=9000)
        account = stage.account()
        stage.accounts = [
            ConnectionUnavailable("vault"),
            replace(account, http=replace(account.http, timeout=5.0)),
        ]
        await stage.until_end(job_id="1")
        assert [round(moment, -2) for moment in stage.read_times] == [3600, 3700, 7300]
        assert len(stage.wires) == 3  # for the new timeout, and back again an hour later

    play(scene)
    expected = "could not be read again (ConnectionUnavailable: vault); the credentials read before are still used"
    assert f"connection huawei {expected}" in caplog.text


def test_that_it_cannot_be_read_is_told_every_ten_minutes(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """At once, and not with each time that it is tried."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=4800)
        stage.accounts = [ConnectionUnavailable("vault")] * 15
        await stage.until_end(job_id="1")
        assert len(stage.read_times) > 10

    play(scene)
    assert caplog.text.count("could not be read again (ConnectionUnavailable: vault)") == 2


def test_a_missing_permission_is_told_to_all(play: Play) -> None:
    """In one call where its code is known to be of all; where it is not, each is asked singly if the first may be."""

    async def scene(stage: Any) -> None:
        stage.world.add_fault("server_error", status=403, code="MPC.10208")
        waits = [stage.watch(job_id=str(index)) for index in range(10)]
        answers = await asyncio.gather(*(waiter.next() for waiter in waits))
        assert {type(answer) for answer in answers} == {DeniedHere}
        assert len(stage.sent) == 1
        stage.world.clear_faults()
        stage.world.add_fault("server_error", status=403, code="MPC.99999", ids={"job_id": "3"})
        stage.add(job_id="4", length=0)
        async with stage.watch(job_id="4", first_event=0) as other:
            await other.next()
        answer = None
        while not isinstance(answer, PermissionDenied):
            answer = await waits[3].next()
        assert await waits[4].next() is not None
        for waiter in waits:
            await waiter.aclose()

    play(scene)


def test_until_a_key_has_proved_good_it_is_asked_with_one_call_at_a_time(play: Play) -> None:
    """Huawei locks a key after five failures in a row; a slow answer must not let them gather."""

    async def scene(stage: Any) -> None:
        good = stage.account(ICE)
        bad = replace(good, credentials=replace(good.credentials, secret_key="old"))
        stage.latency = 5
        waits = [stage.watch(ICE, job_id=f"{index:03}", account=bad) for index in range(30)]
        stage.accounts = [replace(good, credentials=replace(good.credentials, secret_key="older"))]
        await asyncio.gather(*(waiter.next() for waiter in waits))
        assert stage.sent == [10, 15]
        for waiter in waits:
            await waiter.aclose()

    play(scene)


def test_calls_under_way_when_a_key_is_replaced_end_no_wait(play: Play) -> None:
    """All of them come back refused; the connection is read once, and holds the new key."""

    async def scene(stage: Any) -> None:
        for index in range(40):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=100)
        stage.latency = 3
        waits = [asyncio.create_task(stage.until_end(ICE, job_id=f"{index:03}")) for index in range(40)]
        await asyncio.sleep(14.5)
        old = stage.account(ICE).credentials.access_key
        stage.world.add_key(old, "rotated")
        stage.accounts = [
            replace(stage.account(ICE), credentials=replace(stage.account(ICE).credentials, secret_key="rotated"))
        ]
        snapshots = [snapshot for _, snapshot in await asyncio.gather(*waits)]
        assert {snapshot.state for snapshot in snapshots} == {JobState.SUCCEEDED}
        refused = [request for request in stage.world.requests if request.status != 200]
        assert len(refused) > 1
        assert len(stage.read_times) == 1

    play(scene)


def test_a_late_refusal_of_the_key_before_says_nothing_of_the_new_one(play: Play) -> None:
    """It arrives when the new key has been answered already, and the connection is not even read again."""

    async def scene(stage: Any) -> None:
        for index in range(40):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=100)
        stage.latency = 3
        slow: list[float] = []

        async def before(_: HttpRequest) -> None:
            if stage.time() > 14 and not slow:
                slow.append(stage.time())
                await asyncio.sleep(15)

        stage.before = before
        waits = [asyncio.create_task(stage.until_end(ICE, job_id=f"{index:03}")) for index in range(40)]
        await asyncio.sleep(14.5)
        own = stage.account(ICE)
        stage.world.add_key(own.credentials.access_key, "rotated")
        stage.accounts = [replace(own, credentials=replace(own.credentials, secret_key="rotated"))] * 3
        snapshots = [snapshot for _, snapshot in await asyncio.gather(*waits)]
        assert {snapshot.state for snapshot in snapshots} == {JobState.SUCCEEDED}
        refused = [(request.at - START).total_seconds() for request in stage.world.requests if request.status != 200]
        assert max(refused) > slow[0] + 15
        assert len(stage.read_times) == 1

    play(scene)


def test_who_comes_after_a_refusal_brings_the_key_that_is_read_then(play: Play) -> None:
    """A minute after the others were told."""

    async def scene(stage: Any) -> None:
        good = stage.account()
        bad = replace(good, credentials=replace(good.credentials, secret_key="old"))
        stage.add(job_id="1", length=5)
        stage.accounts = [bad]
        async with stage.watch(job_id="0", account=bad) as waiter:
            assert isinstance(await waiter.next(), AuthError)
            moment, _ = await stage.until_end(job_id="1", account=bad)
        assert moment == pytest.approx(70.8, abs=1)
        assert [request.status for request in stage.world.requests] == [401, 200]

    play(scene)


def test_calls_that_fail_together_count_as_one(play: Play) -> None:
    """The next is made a second later, not a minute."""

    async def scene(stage: Any) -> None:
        for index in range(40):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=1000)
        waits = [asyncio.create_task(stage.until_end(ICE, job_id=f"{index:03}")) for index in range(40)]
        await asyncio.sleep(10.5)
        stage.latency = 3
        stage.world.add_fault("reset", times=12)
        await asyncio.sleep(5)
        first_failed = next(sent for sent in stage.sent if sent > 10.5) + 3
        assert min(sent for sent in stage.sent if sent > first_failed) < first_failed + 1.5
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)

    play(scene)


def test_an_outage_is_told_after_a_minute_and_so_is_its_end(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """By the connection's name; and again every ten minutes."""
    caplog.set_level(logging.INFO)

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=1500)
        stage.world.add_fault("server_error", status=503)
        wait = asyncio.create_task(stage.until_end(job_id="1", connection="media"))
        await asyncio.sleep(1000)
        stage.world.clear_faults()
        await wait

    play(scene)
    told = [record.getMessage() for record in caplog.records]
    *outage, end = told
    assert [line.partition(" for ")[0] for line in outage] == ["media has not answered"] * 2
    assert end.startswith("media answers again, after 10")
    assert "its waits go on (" in outage[0]


def test_a_mistake_in_the_connection_ends_no_wait_while_the_old_key_works(play: Play) -> None:
    """Whoever is editing it will see to it."""

    async def scene(stage: Any) -> None:
        stage.add(job_id="1", length=4000)
        stage.accounts = [ConfigError("region: missing")]
        _, snapshot = await stage.until_end(job_id="1")
        assert snapshot.state is JobState.SUCCEEDED
        assert [round(moment, -2) for moment in stage.read_times] == [3600, 3700]

    play(scene)


def test_while_a_source_is_down_it_is_asked_with_one_call_at_a_time(play: Play) -> None:
    """Forty jobs are due; calls that hang for twenty seconds must not gather."""

    async def scene(stage: Any) -> None:
        for index in range(40):
            stage.add(ICE, job_id=f"{index:03}", running="Processing", done="Success", length=1000)
        under_way: list[float] = []

        async def before(request: HttpRequest) -> None:
            if stage.time() > 12:
                begun = stage.time()
                await asyncio.sleep(20)
                under_way.append(begun)
                raise TransportError("reset")

        stage.before = before
        waits = [asyncio.create_task(stage.until_end(ICE, job_id=f"{index:03}")) for index in range(40)]
        await asyncio.sleep(400)
        later = [begun for begun in under_way if begun > 60]
        assert len(later) > 3
        assert all(second - first >= 20 for first, second in pairwise(later))
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)

    play(scene)


@pytest.mark.parametrize("known", [False, True], ids=["new", "refused before"])
def test_a_bad_key_that_rotates_in_while_many_calls_travel(known: bool, play: Play) -> None:
    """One call at a time until it is proved; answers of calls with the key before prove nothing."""

    async def scene(stage: Any) -> None:
        good, stage.latency = stage.account(), 5.0
        bad = replace(good, credentials=Credentials("another", "wrong"))
        refs = stage.running(1500)
        stage.accounts = [bad] * 5
        async with stage.together(refs) as waiter:
            ended = asyncio.ensure_future(until_refused(waiter))
            if known:
                await asyncio.sleep(3500)
                error = AuthError("APIGW.0301", "wrong", status=401)
                stage.poller._refused_by(kind_of(MPC).quota.name).note(bad, error, stage.time())
            await ended
        refused = [request for request in stage.world.requests if request.status != 200]
        assert len(refused) <= 1

    async def until_refused(waiter: Any) -> None:
        while not any(isinstance(answer, AuthError) for answer in (await waiter.next()).values()):
            pass

    play(scene)


def test_a_blip_of_a_good_key_brings_no_refusal_of_others_back(play: Play) -> None:
    """Another wait's project is refused with the same key; the one that goes well meets a reset."""

    async def scene(stage: Any) -> None:
        good = stage.account()
        stage.add(job_id="1", length=300)
        async with stage.watch(account=good, job_id="1") as waiter:
            assert isinstance(await waiter.next(), JobSnapshot)
            stage.poller._refused_by(kind_of(MPC).quota.name).note(good, AuthError("APIGW.0301"), stage.time())
            stage.world.add_fault("reset", times=1)
            answers = [await waiter.next()]
            while not (isinstance(answers[-1], JobSnapshot) and answers[-1].state.ended):
                answers.append(await waiter.next())
        assert not any(isinstance(answer, AuthError) for answer in answers)

    play(scene)
