# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests ``call``, which sends any operation, and how a hook looks up and forgets its account.

Covers ``hooks.alibaba``, ``hooks.huawei``, ``hooks.media``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import ConfigError, ParameterError, PermissionDenied, ServerFault
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.hooks.alibaba import AlibabaMediaHook
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.vendors import VENDORS


def test_call_of_alibaba(hook: Any, mediajobs_world: World) -> None:
    """Any operation: here the one that creates a live editing job."""
    answer = hook("alibaba").call(
        "ice",
        "SubmitLiveEditingJob",
        {
            "Clips": json.dumps([{"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-01T00:01:00Z"}]),
            "LiveStreamConfig": json.dumps({"AppName": "app", "DomainName": "d", "StreamName": "s"}),
            "OutputMediaConfig": json.dumps({"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/o.mp4"}),
        },
    )

    assert [job.ids["job_id"] for job in mediajobs_world.jobs] == [answer["JobId"]]


CUT = {"asset_id": "a", "timeline_end": "12.5"}


def test_call_of_huawei(hook: Any, mediajobs_world: World) -> None:
    """Any operation: create, then cancel, which answers without a body."""
    huawei = hook("huawei")

    created = huawei.call("vod", "POST", "/v1/{project_id}/asset/editing/tasks", body={"inputs": [CUT]})
    cancelled = huawei.call("vod", "DELETE", "/v1/{project_id}/asset/editing/tasks", {"task_id": created["task_id"]})

    assert cancelled == {}
    assert huawei.get_job("huawei.vod.editing", task_id=created["task_id"]).state is JobState.CANCELLED


def test_a_method_in_lower_case(hook: Any, mediajobs_world: World) -> None:
    """Is signed and sent as the vendor knows it."""
    hook("huawei").call("vod", "get", "/v1/{project_id}/asset/editing/tasks")

    assert [(request.method, request.status) for request in mediajobs_world.requests] == [("GET", 200)]


def test_a_path_that_is_none(hook: Any, mediajobs_world: World) -> None:
    """Nothing is sent."""
    with pytest.raises(ParameterError, match="give parameters as `query=`"):
        hook("huawei").call("mpc", "GET", "/v2/{project_id}/editing/jobs?job_id=1")

    assert mediajobs_world.requests == []


def test_call_is_sent_once(hook: Any, mediajobs_world: World) -> None:
    """A create that may have worked must not be sent twice."""
    mediajobs_world.add_fault("server_error", times=1)

    with pytest.raises(ServerFault):
        hook("huawei").call("mpc", "GET", "/v2/{project_id}/editing/jobs", {"job_id": ["1", "2"]})

    assert len(mediajobs_world.requests) == 1


def test_call_of_a_product_without_version(hook: Any) -> None:
    """A product this package does not model needs its version."""
    with pytest.raises(ParameterError, match="version is missing: 'imm' is none of live, ice, vod"):
        hook("alibaba").call("imm", "CreateTask")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_default_connection(vendor: Any) -> None:
    """The hook's own names are the register's, and constructing it touches nothing."""
    hook = hook_class(vendor)()  # type: ignore[call-arg]

    assert hook.conn_id == f"{vendor.name}_mediajobs_default"
    assert (hook.conn_type, hook.hook_name) == (vendor.conn_type, vendor.hook_name)
    assert getattr(hook, hook.conn_name_attr) == hook.default_conn_name


def test_wrong_project(hook: Any) -> None:
    """An override that is not the account's project is refused by the vendor as a matter of permission."""
    with pytest.raises(PermissionDenied):
        hook("huawei", project_id="another").get_job("huawei.mpc.editing", job_id="1")


def test_forget_reads_the_connection_anew(hook: Any, mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rotated secret takes effect."""
    huawei = hook("huawei")
    assert huawei.account.region == "cn-north-4"
    monkeypatch.setenv(
        "AIRFLOW_CONN_HUAWEI_MEDIAJOBS_MEMORY", '{"login": "a", "password": "b", "extra": {"project_id": "p"}}'
    )

    kept = huawei.account.region
    huawei.forget()

    assert kept == "cn-north-4"
    assert huawei.account.region is None


def test_incomplete_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is told before anything is sent."""
    monkeypatch.setenv("AIRFLOW_CONN_EMPTY", '{"conn_type": "huawei_mediajobs"}')

    with pytest.raises(ConfigError, match="connection 'empty': login and password are not both set"):
        HuaweiMediaHook("empty").get_job("huawei.mpc.editing", job_id="1")


@pytest.mark.parametrize("name", ["alibaba", "huawei"])
def test_connection_test(name: str, hook: Any) -> None:
    """Airflow's "Test" button says whose account it is."""
    good, message = hook(name).test_connection()

    assert (good, message.split()[:3]) == (True, ["signed", "in", "to" if name == "huawei" else "as"])


def test_connection_test_of_a_wrong_secret(mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what the vendor says where it fails."""
    monkeypatch.setenv(
        "AIRFLOW_CONN_WRONG", '{"login": "emulator-access-key", "password": "x", "extra": {"region": "r"}}'
    )

    good, message = AlibabaMediaHook("wrong", transport=EmulatorTransport(mediajobs_world)).test_connection()

    assert not good
    assert message.startswith("SignatureDoesNotMatch: ")


class Bug:
    """A transport with a mistake in it."""

    def send(self, request: HttpRequest) -> HttpResponse:
        raise LookupError(f"a bug met {request.url}")


@pytest.mark.parametrize("name", ["alibaba", "huawei"])
def test_connection_test_raises_nothing(name: str, hook: Any) -> None:
    """Whatever happens; a text that may hold a secret is not shown."""
    assert hook(name, transport=Bug()).test_connection() == (False, "unexpected LookupError")


def test_close_twice(mediajobs_emulator: EmulatorServer) -> None:
    """A closed hook opens anew."""
    mediajobs_emulator.world.add_job("huawei.vod.editing", {"task_id": "1"}, script="SUCCEED")
    hook = HuaweiMediaHook()
    hook.get_job("huawei.vod.editing", task_id="1")
    hook.close()
    hook.close()

    assert hook.get_job("huawei.vod.editing", task_id="1").state is JobState.SUCCEEDED
    hook.close()


@pytest.mark.parametrize(
    ("value", "trouble"),
    [
        (b"x", "is bytes"),
        (datetime(2026, 1, 1, tzinfo=UTC), "must be text, a number or a boolean, not datetime"),
        (float("nan"), "must be text, a number or a boolean, not float"),
        ({1}, "must be text, a number or a boolean, not set"),
        (object(), "must be text, a number or a boolean, not object"),
        ("\ud800", "is no valid Unicode"),
    ],
)
def test_what_cannot_be_sent(hook: Any, mediajobs_world: World, value: Any, trouble: str) -> None:
    """Is refused by its name, and nothing is sent."""
    with pytest.raises(ParameterError, match=f"parameters: Clips {trouble}"):
        hook("alibaba").call("ice", "SubmitLiveEditingJob", {"Clips": value})
    with pytest.raises(ParameterError, match=f"query: page {trouble}"):
        hook("huawei").call("vod", "GET", "/v1/x", {"page": [value]})
    with pytest.raises(ParameterError, match=rf"body\['inputs'\] {trouble}"):
        hook("huawei").call("vod", "POST", "/v1/x", body={"inputs": value})
    with pytest.raises(ParameterError, match="path must be ASCII"):
        hook("huawei").call("vod", "GET", "/v1/\ud800")

    assert mediajobs_world.requests == []
