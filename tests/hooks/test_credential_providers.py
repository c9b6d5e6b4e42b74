# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests hooks whose credentials or project are not in the connection, over a socket.

Covers ``credential_cache``, ``hooks.media``, ``projects``.
"""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk._shared.secrets_masker import redact

from airflow_provider_mediajobs.clock import utc_now
from airflow_provider_mediajobs.core.errors import ConfigError, CredentialsRefused, CredentialsUnavailable
from airflow_provider_mediajobs.core.job import JobSnapshot
from airflow_provider_mediajobs.emulator import DEFAULT_DOMAIN, DEFAULT_PROVIDER
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.hooks.alibaba import AlibabaMediaHook
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.hooks.lookup import account_of
from airflow_provider_mediajobs.poller.shared import Poller
from airflow_provider_mediajobs.vendors import kind as kind_of
from airflow_provider_mediajobs.vendors import vendor as vendor_named
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

KIND = {"alibaba": "alibaba.ice.live_editing", "huawei": "huawei.mpc.editing"}
HOOK = {"alibaba": AlibabaMediaHook, "huawei": HuaweiMediaHook}
REGION = {"alibaba": "cn-shanghai", "huawei": "cn-north-4"}
AUTH_METHODS = [
    ("alibaba", "assume_role"),
    ("alibaba", "oidc"),
    ("alibaba", "ecs_ram_role"),
    ("alibaba", "default"),
    ("huawei", "iam_user"),
    ("huawei", "agency"),
    ("huawei", "ecs_agency"),
]


@pytest.fixture
def connect(mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Stores a connection for a vendor that comes by its credentials in some way; gives its id."""
    world = mediajobs_emulator.world
    identity = world.identity
    identity.set(instance_role="instance", instance_agency="instance")
    identity.add_oidc_token("the-oidc-token")
    identity.add_agency("gate")
    identity.add_user("robot", "the-password")
    (tmp_path / "token").write_text("the-oidc-token")
    known: dict[str, dict[str, Any]] = {
        "access_key": {},
        "assume_role": {"role_arn": identity.add_role("gate").arn},
        "oidc": {
            "role_arn": identity.add_role("pod", provider=DEFAULT_PROVIDER).arn,
            "oidc_provider_arn": DEFAULT_PROVIDER,
            "oidc_token_file": str(tmp_path / "token"),
        },
        "iam_user": {"domain_name": DEFAULT_DOMAIN},
        "agency": {"agency_name": "gate", "domain_name": DEFAULT_DOMAIN},
    }
    key = world.account("huawei").credentials
    logins = dict.fromkeys(("access_key", "assume_role", "agency"), (key.access_key, key.secret_key))
    logins["iam_user"] = ("robot", "the-password")

    def stored(vendor: str, method: str, **extra: Any) -> str:
        login, password = logins.get(method, (None, None))
        value = {
            "conn_type": vendor_named(vendor).conn_type,
            "login": login,
            "password": password,
            "host": mediajobs_emulator.url,
            "extra": {"region": REGION[vendor], "credentials": method, **known.get(method, {}), **extra},
        }
        monkeypatch.setenv("AIRFLOW_CONN_SOURCE", json.dumps(value))
        world.add_job(KIND[vendor], {"job_id": "1"}, script={"alibaba": "Success", "huawei": "SUCCEEDED"}[vendor])
        return "source"

    monkeypatch.setenv("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")
    return stored


@pytest.mark.parametrize(("vendor", "method"), AUTH_METHODS)
def test_a_job_by_each_way(vendor: str, method: str, connect: Any) -> None:
    """A look, and what Airflow's "Test" button asks."""
    hook = HOOK[vendor](connect(vendor, method))
    try:
        assert str(hook.get_job(KIND[vendor], job_id="1").state) == "succeeded"
        assert hook.test_connection()[0]
    finally:
        hook.close()


@pytest.mark.parametrize(("vendor", "method"), AUTH_METHODS)
async def test_a_wait_by_each_way(vendor: str, method: str, connect: Any) -> None:
    """In a triggerer, from the look-up of the connection to the end of the job."""
    of, conn_id = vendor_named(vendor), connect(vendor, method)

    lanes = Poller()
    read = partial(lanes.completed, partial(account_of, of, conn_id, None, None))
    ref = kind_of(KIND[vendor]).ref({"job_id": "1"})
    async with lanes.watch([ref], await read(), read, connection=conn_id, first_event=0) as waiter:
        answer = (await waiter.next())[ref]
    assert isinstance(answer, JobSnapshot)
    assert str(answer.state) == "succeeded"


def test_a_hook_keeps_what_was_lent_to_it(connect: Any, mediajobs_emulator: EmulatorServer) -> None:
    """Ten looks, one request for credentials, also where the connection was read anew in between."""
    hook = AlibabaMediaHook(connect("alibaba", "assume_role"))
    for _ in range(5):
        hook.get_job(KIND["alibaba"], job_id="1")
    hook.forget()
    for _ in range(5):
        hook.get_job(KIND["alibaba"], job_id="1")
    hook.close()
    actions = [request.call.action for request in mediajobs_emulator.world.requests]
    assert actions.count("AssumeRole") == 1


# --- the project of a region ------------------------------------------------------------------------------------


def test_a_connection_without_a_project(connect: Any, mediajobs_emulator: EmulatorServer) -> None:
    """It is asked for once, by the region."""
    hook = HuaweiMediaHook(connect("huawei", "access_key"))
    assert hook.account.project_id == mediajobs_emulator.world.project_id
    hook.get_job(KIND["huawei"], job_id="1")
    hook.close()
    actions = [request.call.action for request in mediajobs_emulator.world.requests]
    assert actions == ["KeystoneListProjects", "ListEditingJob"]


async def test_a_connection_without_a_project_in_a_triggerer(connect: Any, mediajobs_emulator: EmulatorServer) -> None:
    """The same on a loop, for all that wait there."""
    lanes = Poller()
    for _ in range(3):
        account = await lanes.completed(partial(account_of, HUAWEI, connect("huawei", "access_key"), None, None))
        assert account.project_id == mediajobs_emulator.world.project_id
    assert [request.call.action for request in mediajobs_emulator.world.requests] == ["KeystoneListProjects"]


def test_a_connection_with_a_project_asks_for_none(connect: Any, mediajobs_emulator: EmulatorServer) -> None:
    """No call more than before."""
    hook = HuaweiMediaHook(connect("huawei", "access_key", project_id=mediajobs_emulator.world.project_id))
    hook.get_job(KIND["huawei"], job_id="1")
    hook.close()
    assert [request.call.action for request in mediajobs_emulator.world.requests] == ["ListEditingJob"]


def test_a_region_without_a_project(connect: Any) -> None:
    """Named, with what to do."""
    hook = HuaweiMediaHook(connect("huawei", "access_key", region="cn-east-2"))
    with pytest.raises(
        ConfigError, match="IAM lists no project with the name cn-east-2 for these credentials; set `project_id`"
    ):
        _ = hook.account
    hook.close()


def test_a_look_up_that_is_rejected(connect: Any, mediajobs_emulator: EmulatorServer) -> None:
    """It is no answer about a job, and ends the wait with what to do."""
    mediajobs_emulator.world.add_fault("deny", action="KeystoneListProjects", code="IAM.0001", status=400)
    hook = HuaweiMediaHook(connect("huawei", "access_key"))
    with pytest.raises(ConfigError, match="the project of region cn-north-4 could not be looked up: 400: "):
        hook.get_job(KIND["huawei"], job_id="1")
    hook.close()


def test_a_look_up_and_a_look_share_a_key(connect: Any, mediajobs_emulator: EmulatorServer) -> None:
    """One for both."""
    hook = HuaweiMediaHook(connect("huawei", "agency"))
    hook.get_job(KIND["huawei"], job_id="1")
    hook.close()
    actions = [request.call.action for request in mediajobs_emulator.world.requests]
    assert actions == ["CreateTemporaryAccessKeyByAgency", "KeystoneListProjects", "ListEditingJob"]


# --- trouble ----------------------------------------------------------------------------------------------------


def test_a_role_that_is_not_there(connect: Any) -> None:
    """One clear error, also from the "Test" button."""
    hook = AlibabaMediaHook(connect("alibaba", "assume_role", role_arn="acs:ram::1:role/none"))
    with pytest.raises(CredentialsRefused, match=r"temporary credentials were refused: EntityNotExist\.Role"):
        hook.get_job(KIND["alibaba"], job_id="1")
    good, told = hook.test_connection()
    assert (good, "EntityNotExist.Role" in told) == (False, True)
    hook.close()


def test_an_instance_without_a_role(connect: Any, mediajobs_emulator: EmulatorServer) -> None:
    """Nothing to wait for."""
    hook = AlibabaMediaHook(connect("alibaba", "ecs_ram_role"))
    mediajobs_emulator.world.identity.instance_role = None
    with pytest.raises(
        CredentialsRefused, match="this ECS instance has no RAM role, says its metadata service; attach"
    ):
        hook.get_job(KIND["alibaba"], job_id="1")
    hook.close()


def test_a_service_that_does_not_answer(connect: Any, mediajobs_emulator: EmulatorServer) -> None:
    """A call that is repeated for half a minute at the most, as any."""
    mediajobs_emulator.world.add_fault("server_error", product="sts", status=503)
    hook = AlibabaMediaHook(connect("alibaba", "assume_role"), sleep=lambda _: None, clock=iter(range(1000)).__next__)
    with pytest.raises(CredentialsUnavailable, match="temporary credentials could not be obtained"):
        hook.get_job(KIND["alibaba"], job_id="1")
    hook.close()


@pytest.mark.parametrize(("vendor", "method"), AUTH_METHODS)
def test_what_was_lent_is_masked(vendor: str, method: str, connect: Any) -> None:
    """By Airflow's own masker, in every log from then on."""
    hook = HOOK[vendor](connect(vendor, method))
    hook.get_job(KIND[vendor], job_id="1")
    assert hook._cached is not None
    held = hook._cached.get(utc_now, lambda: pytest.fail("they are fresh"))
    hook.close()
    assert held.secrets
    assert {redact(f"x {secret} x") for secret in held.secrets} == {"x *** x"}


@pytest.mark.parametrize("where", ["hook", "triggerer"])
def test_a_key_of_the_environment_is_masked(where: str, connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow cannot know it."""
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "id-of-the-environment")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", f"secret-of-the-environment-for-the-{where}")
    conn_id = connect("alibaba", "default")
    if where == "hook":
        assert AlibabaMediaHook(conn_id).account.credentials.access_key == "id-of-the-environment"
    else:
        asyncio.run(account_of(vendor_named("alibaba"), conn_id, None, None))
    assert redact(f"x secret-of-the-environment-for-the-{where} x") == "x *** x"
