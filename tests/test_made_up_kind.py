# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that a made-up kind, one module and one emulation, works everywhere without a change to the package.

See ``made_up``: it shares product and quota with ``huawei.mpc.editing``, and its word for an end does not say which.

Covers every module.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from airflow.sdk import Connection

from airflow_provider_mediajobs.cli import main
from airflow_provider_mediajobs.core.errors import RequestRejected, Throttled
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.emulator import catalogue
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.hooks.account import account_from
from airflow_provider_mediajobs.quotas.bucket import bucket_of, quota_of
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.vendors import KINDS
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.emulation import gateway

from .hooks.conftest import connections, hook, pauses
from .made_up import emulation
from .made_up.dubbing import DUBBING, LISTS
from .poller.conftest import Stage, Wait, play
from .sensors.conftest import Bench, StateStore, bench
from .sensors.modes import MODES
from .sensors.test_words import ENDS, outcome

__all__ = ["bench", "connections", "hook", "pauses", "play"]

NAME = DUBBING.name
MPC = "huawei.mpc.editing"
ID = "huawei_mediajobs_default"


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a line in the vendor's ``kinds``, and a file among its emulated kinds, would put it."""
    monkeypatch.setitem(KINDS, NAME, DUBBING)
    monkeypatch.setitem(vars(HUAWEI), "kinds", (*HUAWEI.kinds, DUBBING))
    names: Any = catalogue._NAMES
    played: Any = catalogue.KINDS
    monkeypatch.setitem(names, "kind", (*names["kind"], NAME))
    monkeypatch.setitem(played, NAME, emulation.KIND)
    monkeypatch.setattr(gateway, "OPERATIONS", [*gateway.OPERATIONS, *emulation.OPERATIONS])


@pytest.fixture
def made_up_world(mediajobs_world: Any) -> Any:
    return mediajobs_world


def track(name: str, state: str) -> dict[str, str]:
    return {"name": name, "state": state}


def test_the_hook(hook: Any, made_up_world: Any) -> None:
    """As few calls as the batch allows, and a cancel."""
    for number in range(7):
        made_up_world.add_job(NAME, {"task_id": str(number)}, "WAITING" if number == 6 else "ENDED")

    found = hook("huawei").get_jobs(NAME, [{"task_id": str(number)} for number in range(7)])
    hook("huawei").cancel_job(NAME, task_id="6")

    assert [answer.state for answer in found.values()] == [JobState.SUCCEEDED] * 6 + [JobState.PENDING]
    assert [request.kind for request in made_up_world.requests] == [NAME] * 4
    assert hook("huawei").get_job(NAME, task_id="6").state is JobState.CANCELLED
    with pytest.raises(RequestRejected):
        hook("huawei").cancel_job(NAME, task_id="0")


RECORDS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "waits": ("WAITING", {}, ENDS["goes on"]),
    "runs": ("WORKING", {}, ENDS["goes on"]),
    "broken": ("BROKEN", {}, ENDS["failed"]),
    "stopped": ("STOPPED", {}, ENDS["cancelled"]),
    "all tracks": ("ENDED", {}, ENDS["succeeded"]),
    "one bad track": ("ENDED", {"tracks": [track("en", "GOOD"), track("de", "BAD")]}, ENDS["partial"]),
    "bad tracks": ("ENDED", {"tracks": [track("en", "BAD"), track("de", "BAD")]}, ENDS["failed"]),
    "a track to come": ("ENDED", {"tracks": [track("en", "GOOD")]}, ENDS["goes on"]),
    "an open track": ("ENDED", {"tracks": [track("en", "GOOD"), track("de", "OPEN")]}, ENDS["goes on"]),
    "another word": ("ENDED ", {}, ENDS["goes on"]),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", RECORDS)
def test_the_sensor_in_every_mode(case: str, mode: str, bench: Bench) -> None:
    """Each word, and what its tracks make of it."""
    bench.store = StateStore()
    word, record, expected = RECORDS[case]
    bench.world.add_job(NAME, {"task_id": "1"}, [("WORKING", 0), (word, 30)], record=record, undocumented=True)
    given: dict[str, Any] = {"ids": {"task_id": "1"}, "timeout": 300, **MODES[mode]}

    assert outcome(bench, MediaJobSensor(task_id="wait", kind=NAME, **given)) == expected


def test_the_poller(play: Any) -> None:
    """In batches, by probes, and out of the one quota that it shares with the product's other kind."""

    async def scene(stage: Stage) -> list[Any]:
        for number in range(40):
            stage.add(NAME, 300, "WORKING", "ENDED", task_id=f"{number:02}")
        stage.add(MPC, 300, job_id="1")
        refs = [DUBBING.ref({"task_id": f"{number:02}"}) for number in range(40)]
        waits = [Wait(ref, stage.poller.watch([ref], stage.account(), stage.read)) for ref in refs]
        waits.append(stage.watch(MPC, job_id="1"))
        lanes = len(stage.poller.lanes)
        found: list[Any] = [lanes]
        for wait in waits:
            async for answer in wait:
                if isinstance(answer, JobSnapshot) and answer.state.ended:
                    found.append(answer.state)
                    break
            await wait.aclose()
        calls = [request for request in stage.world.requests if request.kind == NAME]
        looks = [request for request in calls if request.ids]
        assert max(len(request.ids) for request in looks) == 3
        assert len(calls) > len(looks)
        assert {request.status for request in stage.world.requests} == {200}
        return found

    assert play(scene) == [1, *[JobState.SUCCEEDED] * 41]


def test_the_emulator_tells_kinds_of_one_product_apart(hook: Any, made_up_world: Any) -> None:
    """A fault for one of them leaves the other alone, and each request is recorded under its own."""
    made_up_world.add_job(NAME, {"task_id": "1"}, "ENDED")
    made_up_world.add_job(MPC, {"job_id": "1"}, "SUCCEEDED")
    made_up_world.add_fault("throttle", kind=MPC)

    assert hook("huawei").get_job(NAME, timeout=0, task_id="1").state is JobState.SUCCEEDED
    with pytest.raises(Throttled):
        hook("huawei").get_job(MPC, timeout=0, job_id="1")
    assert [(request.kind, request.status) for request in made_up_world.requests] == [(NAME, 200), (MPC, 429)]


def test_status(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    """With its tracks."""
    mediajobs_emulator.world.add_job(NAME, {"task_id": "1"}, "ENDED")

    assert main(["status", ID, NAME, "1"]) == 0
    out = capsys.readouterr().out
    assert "succeeded (ENDED)" in out
    assert "en  succeeded (GOOD)" in out


def test_doctor(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Its permissions are tried, each by its own call, and what cancels is in the policy."""
    assert main(["doctor", ID, "--kind", NAME, "--cancel", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert [(found["action"], found["needed"], found["verdict"]) for found in told["permissions"]] == [
        ("mpc:dubbingTask:view", True, "allowed"),
        ("mpc:dubbingTask:list", False, "allowed"),
    ]
    actions = ["mpc:dubbingTask:view", "mpc:dubbingTask:list", "mpc:dubbingTask:delete"]
    assert told["policy"]["Statement"][0]["Action"] == actions
    assert [(quota["bucket"], quota["calls"]) for quota in told["quotas"]] == [("mpc", 100), ("mpc-list", 600)]
    assert [request.kind for request in mediajobs_emulator.world.requests] == [NAME] * 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"mpc": 50}, {"mpc": 50.0, "mpc-list": 50.0}),
        ({"mpc-list": 300}, {"mpc-list": 300.0}),
        ({"mpc": 50, "mpc-list": 300}, {"mpc": 50.0, "mpc-list": 300.0}),
        ({"vod": 50}, {"vod": 50.0, "vod-query": 50.0}),
    ],
)
def test_a_limit_of_an_operation(given: dict[str, float], expected: dict[str, float], hook: Any) -> None:
    """What a connection says of the product holds for it, unless it says something of the operation."""
    connection = json.loads(os.environ["AIRFLOW_CONN_HUAWEI_MEDIAJOBS_MEMORY"])
    connection["extra"]["quotas"] = given
    account = account_from(HUAWEI, Connection(conn_id="c", **connection), connection["extra"])

    assert account.quotas == expected
    (request, *_) = [next(DUBBING.probe(account, {}))] if DUBBING.probe else []
    assert quota_of(account, request.product) == LISTS
    assert bucket_of(account, LISTS).calls == expected.get("mpc-list", 600)
    assert next(DUBBING.look(account, [DUBBING.ref({"task_id": "1"})])).product == "mpc"


def test_a_permission_that_is_missing(mediajobs_emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Of this kind, and not of another of the product."""
    mediajobs_emulator.world.add_fault("deny", kind=NAME)

    assert main(["doctor", ID, "--json"]) == 1
    told = {found["action"]: found["verdict"] for found in json.loads(capsys.readouterr().out)["permissions"]}
    assert told["mpc:editingTask:view"] == "allowed"
    assert told["mpc:dubbingTask:view"] != "allowed"
    assert told["mpc:dubbingTask:list"] != "allowed"
