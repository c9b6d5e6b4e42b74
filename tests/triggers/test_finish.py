# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how a task ends in the triggerer."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.bases.xcom import BaseXCom
from airflow.triggers.base import TaskSuccessEvent

from airflow_provider_mediajobs.triggers import finish

from .conftest import BOTH, Bench, done_after, sensor, started, starts


@starts
def test_the_xcom(bench: Bench) -> None:
    """Under the task's own name and key."""
    done_after(bench, 0)
    trigger = started(sensor(**BOTH))
    trigger.task_instance = SimpleNamespace(dag_id="d", task_id="t", run_id="r", map_index=3)  # type: ignore[assignment]

    assert isinstance(bench.fired(trigger), TaskSuccessEvent)
    (xcom,) = bench.xcoms
    assert {name: xcom[name] for name in xcom if name != "value"} == {
        "key": "return_value",
        "dag_id": "d",
        "task_id": "t",
        "run_id": "r",
        "map_index": 3,
    }
    assert xcom["value"]["state"] == "succeeded"


@starts
def test_no_xcom_is_wanted(bench: Bench) -> None:
    """``do_xcom_push=False`` holds in the triggerer too."""
    done_after(bench, 0)

    assert isinstance(bench.fired(started(sensor(do_xcom_push=False, **BOTH))), TaskSuccessEvent)
    assert bench.xcoms == []


def test_an_xcom_that_cannot_be_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker returns the result."""

    async def refuse(**_given: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(finish, "_set", refuse)
    done_after(bench, 30)

    assert bench.run(sensor(finish_in_triggerer=True))["state"] == "succeeded"


def test_an_xcom_backend_of_the_users_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a worker's business."""
    monkeypatch.setattr(finish, "conf", SimpleNamespace(getimport=lambda *_given, **_named: object))
    done_after(bench, 30)

    assert bench.run(sensor(finish_in_triggerer=True))["state"] == "succeeded"
    assert bench.xcoms == []


def test_an_xcom_that_is_never_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An API server that hangs: after half a minute it is a worker's business."""

    async def hang(**_given: Any) -> None:
        await asyncio.sleep(1e6)

    monkeypatch.setattr(finish, "_set", hang)
    done_after(bench, 1)
    start = bench.world.now()

    assert bench.run(sensor(finish_in_triggerer=True))["state"] == "succeeded"
    assert round((bench.world.now() - start).total_seconds()) == 40  # ten before the first look, and thirty


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_airflows_own_way(asynchronous: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its asynchronous one from 3.3 on, before that the other, in a thread."""
    written: list[dict[str, Any]] = []

    async def aset(**given: Any) -> None:
        written.append(given)

    monkeypatch.delattr(BaseXCom, "aset", raising=False)
    if asynchronous:
        monkeypatch.setattr(BaseXCom, "aset", aset, raising=False)
    monkeypatch.setattr(BaseXCom, "set", lambda **given: written.append(given))
    ti = SimpleNamespace(dag_id="d", task_id="t", run_id="r", map_index=None)

    await finish.write_result(ti, {"state": "succeeded"})

    where = {"dag_id": "d", "task_id": "t", "run_id": "r", "map_index": -1}
    assert written == [{"key": "return_value", "value": {"state": "succeeded"}} | where]
