# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests cancelling jobs by hooks: what is sent, what is refused, what is retried.

Covers ``hooks.media``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import (
    AuthError,
    MediaJobsError,
    ParameterError,
    RequestRejected,
    ServerFault,
    Throttled,
    TransportError,
)
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook

from ..kinds import FACTS

MPC, VOD = "huawei.mpc.editing", "huawei.vod.editing"
IDS = {MPC: {"job_id": "30647"}, VOD: {"task_id": "t1"}}
EACH = pytest.mark.parametrize("kind", [MPC, VOD])

# kind, MPC's generation, and the request as the vendor gets it
REQUESTS = pytest.mark.parametrize(
    ("kind", "version", "path", "parameters"),
    [
        (MPC, "v2", "/v2/emulator-project/editing/jobs/30647", ()),
        (MPC, "v1", "/v1/emulator-project/editing/jobs", (("job_id", "30647"),)),
        (VOD, "v2", "/v1/emulator-project/asset/editing/tasks", (("task_id", "t1"),)),
        (VOD, "v1", "/v1/emulator-project/asset/editing/tasks", (("task_id", "t1"),)),
    ],
)


@pytest.fixture
def generation(connections: None, mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the connection choose a generation of MPC's API."""

    def choose(version: str) -> None:
        keys = mediajobs_world.account("huawei").credentials
        extra = {"region": "cn-north-4", "project_id": "emulator-project", "api_versions": {"mpc": version}}
        value = {"conn_type": "huawei_mediajobs", "login": keys.access_key, "password": keys.secret_key, "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_HUAWEI_MEDIAJOBS_MEMORY", json.dumps(value))

    return choose


@REQUESTS
def test_a_waiting_job_is_cancelled(
    hook: Any,
    generation: Any,
    mediajobs_world: World,
    kind: str,
    version: str,
    path: str,
    parameters: tuple[tuple[str, str], ...],
) -> None:
    """One DELETE that names the job; then the vendor's word is that of a cancelled job."""
    mediajobs_world.add_job(kind, IDS[kind], script="WAITING")
    generation(version)
    huawei = hook("huawei")

    huawei.cancel_job(kind, **IDS[kind])

    (request,) = mediajobs_world.requests
    assert (request.method, request.path, request.call.parameters) == ("DELETE", path, parameters)
    assert (request.status, request.ids) == (204, tuple(IDS[kind].items()))
    assert huawei.get_job(kind, **IDS[kind]).state is JobState.CANCELLED


@REQUESTS
@pytest.mark.parametrize("word", ["PROCESSING", "FAILED", "CANCELED", None])
def test_any_other_job_is_refused(
    hook: Any,
    generation: Any,
    mediajobs_world: World,
    pauses: list[float],
    kind: str,
    version: str,
    path: str,
    parameters: tuple[tuple[str, str], ...],
    word: str | None,
) -> None:
    """One that runs, one that has ended, and one that is not there: asked once, told as the vendor puts it."""
    if word is not None:
        mediajobs_world.add_job(kind, IDS[kind], script=word, undocumented=True)
    generation(version)

    with pytest.raises(RequestRejected) as caught:
        hook("huawei").cancel_job(kind, **IDS[kind])

    assert (caught.value.code, caught.value.status) == ("MPC.10202" if kind == MPC else "VOD.10053", 400)
    assert [(request.method, request.path) for request in mediajobs_world.requests] == [("DELETE", path)]
    assert pauses == []


def test_over_a_socket(mediajobs_emulator: EmulatorServer) -> None:
    """With nothing but the default connection; an answer without a body is one."""
    mediajobs_emulator.world.add_job(VOD, IDS[VOD], script="WAITING")
    mediajobs_emulator.world.add_job(MPC, {"job_id": "a b"}, script="WAITING")
    hook = HuaweiMediaHook()

    hook.cancel_job(VOD, task_id="t1")
    hook.cancel_job(MPC, job_id="a b")

    assert [request.status for request in mediajobs_emulator.world.requests] == [204, 204]
    assert hook.get_job(VOD, task_id="t1").raw_state == "CANCEL"
    assert hook.get_job(MPC, job_id="a b").raw_state == "CANCELED"
    hook.close()


@pytest.mark.parametrize(
    ("vendor", "kind", "ids", "message"),
    [
        (
            "alibaba",
            "alibaba.live.editing",
            {"caster_id": "c1", "show_id": "s1"},
            "kind 'alibaba.live.editing' cannot be cancelled: the vendor has no such operation",
        ),
        (
            "alibaba",
            "alibaba.ice.live_editing",
            {"job_id": "j1"},
            "kind 'alibaba.ice.live_editing' cannot be cancelled: the vendor has no such operation",
        ),
        (
            "alibaba",
            "alibaba.vod.transcode",
            {"video_id": "v1"},
            "kind 'alibaba.vod.transcode' cannot be cancelled: the vendor has no such operation",
        ),
        (
            "huawei",
            "alibaba.ice.live_editing",
            {"job_id": "j1"},
            (
                "kind 'alibaba.ice.live_editing' is not of this hook's vendor; "
                f"valid kinds: {', '.join(name for name in FACTS if name.startswith('huawei.'))}"
            ),
        ),
        ("huawei", MPC, {}, "huawei.mpc.editing: job_id is missing (required: job_id)"),
        ("huawei", VOD, {"task_id": " "}, "huawei.vod.editing: task_id is empty; give the vendor's id"),
    ],
)
def test_what_cannot_be_cancelled_is_told_before_anything_is_sent(
    hook: Any, mediajobs_world: World, vendor: str, kind: str, ids: dict[str, str], message: str
) -> None:
    """A kind without such an operation, another vendor's, a wrong id."""
    with pytest.raises(ParameterError) as caught:
        hook(vendor).cancel_job(kind, **ids)

    assert str(caught.value) == message
    assert mediajobs_world.requests == []


@EACH
def test_a_throttled_cancellation_is_tried_again(
    hook: Any, mediajobs_world: World, pauses: list[float], kind: str
) -> None:
    """Pauses grow, each attempt is signed anew, and the job is cancelled in the end."""
    mediajobs_world.add_job(kind, IDS[kind], script="WAITING")
    mediajobs_world.add_fault("throttle", times=3)
    huawei = hook("huawei")

    huawei.cancel_job(kind, **IDS[kind])

    assert pauses == [0.5, 1.0, 2.0]
    assert [request.status for request in mediajobs_world.requests] == [429, 429, 429, 204]
    assert (huawei.report.calls, huawei.report.throttled, huawei.report.retried) == (4, 3, 0)


def test_other_blips_are_tried_again(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """A fault, a reset and a proxy's page: none of them says that the job may not be cancelled."""
    mediajobs_world.add_job(MPC, IDS[MPC], script="WAITING")
    for fault in ("server_error", "reset", "html"):
        mediajobs_world.add_fault(fault, times=1)

    hook("huawei").cancel_job(MPC, **IDS[MPC])

    assert pauses == [0.5, 1.0, 2.0]
    assert mediajobs_world.requests[-1].status == 204


@pytest.mark.parametrize(
    ("fault", "error"), [("throttle", Throttled), ("server_error", ServerFault), ("reset", TransportError)]
)
def test_tries_end_with_the_timeout(
    hook: Any, mediajobs_world: World, pauses: list[float], fault: str, error: type[MediaJobsError]
) -> None:
    """Trouble that lasts is told in the end, as what it is; no pause goes beyond the time given."""
    mediajobs_world.add_job(MPC, IDS[MPC], script="WAITING")
    mediajobs_world.add_fault(fault)

    with pytest.raises(error):
        hook("huawei").cancel_job(MPC, timeout=3, **IDS[MPC])

    assert pauses == [0.5, 1.0]


def test_a_cancellation_whose_answer_was_lost_is_refused_the_next_time(
    hook: Any, mediajobs_world: World, pauses: list[float]
) -> None:
    """It has worked, and the job is not in the queue any more: that is what the vendor says, and what a look shows."""
    mediajobs_world.add_job(MPC, IDS[MPC], script="WAITING")
    mediajobs_world.add_fault("short_body", times=1)
    huawei = hook("huawei")

    with pytest.raises(RequestRejected):
        huawei.cancel_job(MPC, **IDS[MPC])

    assert pauses == [0.5]
    assert huawei.get_job(MPC, **IDS[MPC]).state is JobState.CANCELLED


def test_a_refused_key_is_not_tried_again(
    hook: Any, connections: None, mediajobs_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five in a row would lock it."""
    mediajobs_world.add_job(MPC, IDS[MPC], script="WAITING")
    value = {"login": "emulator-access-key", "password": "wrong", "extra": {"region": "x", "project_id": "p"}}
    monkeypatch.setenv("AIRFLOW_CONN_HUAWEI_MEDIAJOBS_MEMORY", json.dumps(value | {"conn_type": "huawei_mediajobs"}))

    with pytest.raises(AuthError):
        hook("huawei").cancel_job(MPC, **IDS[MPC])

    assert len(mediajobs_world.requests) == 1
