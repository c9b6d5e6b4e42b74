# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that a lane does not use a key that the vendor has refused for five minutes, unless it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    ConfigError,
    CredentialsExpired,
    CredentialsRefused,
    CredentialsUnavailable,
    MediaJobsError,
    PermissionDenied,
)
from airflow_provider_mediajobs.core.job import JobSnapshot
from airflow_provider_mediajobs.emulator import DEFAULT_DOMAIN
from airflow_provider_mediajobs.poller.refusals import Refusals
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser

MPC, HVOD = "huawei.mpc.editing", "huawei.vod.editing"
ACCOUNT = Account("huawei", Credentials("id", "secret"), region="cn-north-4", project_id="p1")
ERROR = AuthError("APIGW.0301", "wrong", status=401, request_id="r1")

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


@pytest.mark.parametrize(
    ("account", "refused"),
    [
        (ACCOUNT, True),
        (replace(ACCOUNT, region="cn-east-2", project_id="p2", quotas={"huawei.mpc": 5.0}), True),
        (replace(ACCOUNT, credentials=Credentials("id", "rotated")), False),
        (replace(ACCOUNT, credentials=Credentials("other", "secret")), False),
        (replace(ACCOUNT, credential_provider=IamUser("domain")), False),
        (replace(ACCOUNT, vendor="alibaba"), False),
    ],
)
def test_a_refusal_is_of_a_key(account: Account, refused: bool) -> None:
    """Not of a place or a limit; and another secret makes another key."""
    refusals = Refusals()
    refusals.note(ACCOUNT, ERROR, 100)
    assert (refusals.of(account, 200) is not None) == refused


@pytest.mark.parametrize(("moment", "refused"), [(100, True), (399.9, True), (400, False)])
def test_it_stands_for_five_minutes(moment: float, refused: bool) -> None:
    """As long as Huawei locks a key."""
    refusals = Refusals()
    refusals.note(ACCOUNT, ERROR, 100)
    assert (refusals.of(ACCOUNT, moment) is not None) == refused


@pytest.mark.parametrize("sort", [AuthError, CredentialsExpired])
def test_who_comes_later_learns_when_it_was(sort: type[AuthError]) -> None:
    """With all that the vendor said."""
    refusals = Refusals()
    refusals.note(ACCOUNT, sort("APIGW.0301", "wrong", status=401, request_id="r1"), 100)
    found = refusals.of(ACCOUNT, 142)
    assert type(found) is sort
    assert str(found) == (
        "APIGW.0301: wrong (answered 42 s ago; the same credentials are not tried again for five minutes) "
        "(HTTP 401, request id r1)"
    )


def test_an_error_of_ours_is_told_as_it_is() -> None:
    """A connection that cannot be used any more."""
    refusals = Refusals()
    error = ConfigError("the connection is gone")
    refusals.note(ACCOUNT, error, 100)
    assert refusals.of(ACCOUNT, 142) is error


@pytest.mark.parametrize(("change", "refused"), [({"project_id": "p2"}, False), ({"region": "r2"}, False), ({}, True)])
def test_tokens_of_a_project_are_refused_for_it_alone(change: dict[str, Any], refused: bool) -> None:
    """A mistyped project is no mistake in the password."""
    refusals, user = Refusals(), replace(ACCOUNT, credential_provider=IamUser("domain"))
    refusals.note(user, ERROR, 100)
    assert (refusals.of(replace(user, **change), 200) is not None) == refused


# --- in the lanes -----------------------------------------------------------------------------------------------


def wrong(stage: Any, **changes: Any) -> Account:
    good: Account = stage.account()
    return replace(good, credentials=replace(good.credentials, secret_key="wrong", **changes))


async def told(stage: Any, kind: str, of: Account, **ids: str) -> MediaJobsError:
    async with stage.watch(kind, account=of, **ids) as waiter:
        answer = await waiter.next()
    assert isinstance(answer, MediaJobsError)
    return answer


def test_waits_that_come_one_after_the_other(play: Play) -> None:
    """For five minutes one request is all that a lane makes, and each wait is told at its first look."""

    async def scene(stage: Any) -> None:
        bad = wrong(stage)
        stage.accounts = [bad] * 50
        for number in range(14):
            kind, name = ((MPC, "job_id"), (HVOD, "task_id"))[number % 2]
            begun = stage.time()
            assert isinstance(await told(stage, kind, bad, **{name: str(number)}), AuthError)
            assert stage.time() - begun < 13
            await asyncio.sleep(8)
        assert stage.time() < 300
        assert len(stage.sent) == 2
        await asyncio.sleep(300)
        await told(stage, MPC, bad, job_id="99")
        assert len(stage.sent) == 3

    play(scene)


def test_a_key_that_was_corrected_is_used_at_once(play: Play) -> None:
    """By whoever comes with it."""

    async def scene(stage: Any) -> None:
        bad = wrong(stage)
        stage.accounts = [bad]
        await told(stage, MPC, bad, job_id="1")
        stage.add(job_id="1", length=5)
        assert (await stage.until_end(job_id="1"))[0] < 40
        assert [request.status for request in stage.world.requests] == [401, 200]

    play(scene)


def test_a_wait_that_goes_well_is_not_ended_by_what_others_meet(play: Play) -> None:
    """Not by a wrong project, nor by what another product calls a matter of authentication."""

    async def scene(stage: Any) -> None:
        stage.world.identity.add_user("robot", "the-password")
        of = stage.account(
            credentials=Credentials("robot", "the-password"), credential_provider=IamUser(DEFAULT_DOMAIN)
        )
        stage.add(job_id="1", length=200)
        well = asyncio.ensure_future(stage.until_end(account=of, job_id="1"))
        await asyncio.sleep(30)
        other = replace(of, project_id="mistyped")
        stage.accounts = [other]
        assert isinstance(await told(stage, MPC, other, job_id="2"), CredentialsRefused)
        stage.world.add_fault("deny", product="vod", code="VOD.10054")
        stage.accounts = [of]
        assert isinstance(await told(stage, HVOD, of, task_id="3"), AuthError)
        assert str((await well)[1].state) == "succeeded"

    play(scene)


# --- the project of a region ------------------------------------------------------------------------------------


def without_project(stage: Any, **changes: Any) -> Account:
    account: Account = stage.account(project_id=None, origin="http://127.0.0.1", **changes)
    return account


def test_waits_without_a_project_share_what_was_found(play: Play) -> None:
    """One key and one look-up for five waits that begin one after the other."""

    async def scene(stage: Any) -> None:
        stage.world.identity.add_agency("gate")
        of = without_project(stage, credential_provider=Agency("gate", DEFAULT_DOMAIN, "3600"))
        stage.accounts = [of] * 20
        read = partial(stage.poller.completed, stage.read)
        for number in range(5):
            stage.add(job_id=str(number), length=60)
            assert str((await stage.until_end(account=await read(), job_id=str(number)))[1].state) == "succeeded"
        actions = [request.call.action for request in stage.world.requests]
        assert actions.count("KeystoneListProjects") == 1
        assert actions.count("CreateTemporaryAccessKeyByAgency") <= 5

        stage.world.clear_requests()
        waits = []
        for number in range(5, 10):
            stage.add(job_id=str(number), length=60)
            waits.append(asyncio.ensure_future(stage.until_end(account=await read(), job_id=str(number))))
        await asyncio.gather(*waits)
        actions = [request.call.action for request in stage.world.requests]
        assert "KeystoneListProjects" not in actions
        assert actions.count("CreateTemporaryAccessKeyByAgency") <= 1

    play(scene)


def test_a_look_up_keeps_its_key_for_the_wait_that_follows(play: Play) -> None:
    """It is asked for once."""

    async def scene(stage: Any) -> None:
        stage.world.identity.add_agency("gate")
        of = without_project(stage, credential_provider=Agency("gate", DEFAULT_DOMAIN, "3600"))
        stage.accounts = [of]
        stage.add(job_id="1", length=60)
        account = await stage.poller.completed(stage.read)
        await stage.until_end(account=account, job_id="1")
        actions = [request.call.action for request in stage.world.requests]
        assert actions[:3] == ["CreateTemporaryAccessKeyByAgency", "KeystoneListProjects", "ListEditingJob"]

    play(scene)


def test_a_look_up_with_a_wrong_key(play: Play) -> None:
    """One request in five minutes, however many waits begin."""

    async def scene(stage: Any) -> None:
        good = without_project(stage)
        bad = replace(good, credentials=replace(good.credentials, secret_key="wrong"))
        stage.accounts = [bad] * 10
        for _ in range(8):
            with pytest.raises(AuthError):
                await stage.poller.completed(stage.read)
            await asyncio.sleep(20)
        assert [request.status for request in stage.world.requests] == [401]
        await asyncio.sleep(300)
        with pytest.raises(AuthError):
            await stage.poller.completed(stage.read)
        assert len(stage.world.requests) == 2

    play(scene)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"what": "server_error"}, CredentialsUnavailable),
        ({"what": "reset"}, CredentialsUnavailable),
        ({"what": "throttle"}, CredentialsUnavailable),
        ({"what": "deny"}, PermissionDenied),
        ({"what": "deny", "code": "IAM.0001", "status": 400}, ConfigError),
    ],
    ids=str,
)
def test_trouble_of_a_look_up_is_not_the_jobs(play: Play, fault: dict[str, Any], error: type[MediaJobsError]) -> None:
    """In words of its own."""

    async def scene(stage: Any) -> None:
        stage.accounts = [without_project(stage)]
        stage.world.add_fault(**fault, action="KeystoneListProjects")
        with pytest.raises(error):
            await stage.poller.completed(stage.read)

    play(scene)


def test_temporary_credentials_of_both_lanes(play: Play) -> None:
    """Sixty waits for twenty lives of a token: one renews for all, and no call is refused."""

    async def scene(stage: Any) -> None:
        stage.world.identity.add_user("robot", "the-password")
        stage.world.identity.set(lifetime=60.0)
        of = stage.account(
            credentials=Credentials("robot", "the-password"), credential_provider=IamUser(DEFAULT_DOMAIN)
        )
        waits = []
        for number in range(30):
            stage.add(job_id=str(number), length=1200)
            stage.add(HVOD, 1200, "PROCESSING", "SUCCEED", task_id=str(number))
            waits += [stage.until_end(account=of, job_id=str(number))]
            waits += [stage.until_end(HVOD, account=of, task_id=str(number))]
        ends = await asyncio.gather(*waits)
        assert all(isinstance(end, JobSnapshot) for _, end in ends)
        requested = [request.call.action for request in stage.world.requests]
        assert 20 <= requested.count("KeystoneCreateUserTokenByPassword") <= 27
        assert {request.status for request in stage.world.requests} == {200, 201}

    play(scene)


def test_a_service_that_does_not_lend(play: Play) -> None:
    """An outage of it delays the waits; they hold no call of anybody else's."""

    async def scene(stage: Any) -> None:
        stage.world.identity.add_user("robot", "the-password")
        of = stage.account(
            credentials=Credentials("robot", "the-password"), credential_provider=IamUser(DEFAULT_DOMAIN)
        )
        stage.world.add_fault("server_error", product="iam", status=503)
        stage.add(job_id="1", length=60)
        stage.add(job_id="2", length=60)
        wait = asyncio.ensure_future(stage.until_end(account=of, job_id="1"))
        assert (await stage.until_end(job_id="2"))[0] < 90
        await asyncio.sleep(600)
        assert not wait.done()
        stage.world.clear_faults()
        moment, end = await wait
        assert (str(end.state), moment < 780) == ("succeeded", True)

    play(scene)


def test_a_password_that_is_wrong(play: Play) -> None:
    """One request to the identity service, none to the product, and one clear error for all."""

    async def scene(stage: Any) -> None:
        stage.world.identity.add_user("robot", "the-password")
        of = stage.account(credentials=Credentials("robot", "mistyped"), credential_provider=IamUser(DEFAULT_DOMAIN))
        stage.accounts = [of] * 5
        answers = await asyncio.gather(*(told(stage, MPC, of, job_id=str(number)) for number in range(30)))
        assert len(stage.world.requests) == 1
        (text,) = {str(answer) for answer in answers}
        assert "temporary credentials were refused" in text
        assert "mistyped" not in text

    play(scene)


def test_a_project_is_known_for_an_hour(play: Play) -> None:
    """Keys that rotate leave nothing behind, and a project that was wrong is looked up anew."""

    async def scene(stage: Any) -> None:
        for number in range(20):
            account = without_project(stage)
            stage.accounts = [replace(account, quotas={"huawei.mpc": 1.0 + number})]
            await stage.poller.completed(stage.read)
            await asyncio.sleep(1800)
        assert len(stage.poller._projects) <= 2

        stage.accounts = [without_project(stage)] * 3
        stage.world.clear_requests()
        for pause in (3500, 200, 0):
            await stage.poller.completed(stage.read)
            await asyncio.sleep(pause)
        assert [request.call.action for request in stage.world.requests] == ["KeystoneListProjects"] * 2

    play(scene)
