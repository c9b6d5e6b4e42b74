# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests ``@task.media_job``: registered, checked, retried, deferred and mapped."""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import TaskDeferred

from airflow_provider_mediajobs.operators import MediaJobOperator
from airflow_provider_mediajobs.operators.decorated import DecoratedMediaJobOperator, media_job_task
from airflow_provider_mediajobs.provider_info import get_provider_info
from airflow_provider_mediajobs.sensors.errors import MediaJobBadParameter

from ..sensors.conftest import Bench, bench
from .conftest import Task

__all__ = ["bench"]

KIND = "huawei.mpc.editing"
PLACE = {"bucket": "b", "location": "cn-north-4"}
GOOD = {"inputs": [{"input": {**PLACE, "object": "in.mp4"}}], "output": {**PLACE, "object": "{{ out }}"}}


class Cut:
    """A task, try after try.

    :ivar called: with which arguments its function was, in each try.
    """

    def __init__(self, bench: Bench, returned: Any = GOOD, **given: Any) -> None:
        self.task = Task(bench, KIND)
        self.called: list[Any] = []
        self._returned = returned
        self._given = {"kind": KIND, "poke_interval": 5.0, **given}

    def operator(self) -> Any:
        def cut(source: str, ti: Any = None) -> Any:
            self.called.append((source, ti.try_number))
            return self._returned

        with DAG("d", schedule=None):
            output: Any = media_job_task(**self._given)(cut)("in.mp4")
        made = output.operator
        process = self.task._process(made)
        made.submit = partial(MediaJobOperator.submit, made, nonce=lambda: "00000a", **process)
        return made

    def attempt(self) -> Any:
        self.task.tries += 1
        return self.operator().execute(self.task.context())


def test_airflow_knows_it() -> None:
    (known,) = get_provider_info()["task-decorators"]
    module, _, name = known["class-name"].rpartition(".")

    assert (known["name"], getattr(import_module(module), name)) == ("media_job", media_job_task)
    assert task.media_job is media_job_task


def test_submits_what_the_function_returns(bench: Bench) -> None:
    """As it is: nothing in it is a template."""
    cut = Cut(bench)

    result = cut.attempt()

    (job,) = cut.task.jobs
    assert result["ids"] == job.ids
    assert result["outputs"][0]["uri"].startswith("obs://b/{{ out }}")
    assert cut.called == [("in.mp4", 1)]


def test_a_retry_waits_for_the_job_of_the_try_before(bench: Bench) -> None:
    cut = Cut(bench)
    first = cut.attempt()

    assert cut.attempt()["ids"] == first["ids"]
    assert len(cut.task.jobs) == 1
    assert cut.called == [("in.mp4", 1), ("in.mp4", 2)]


@pytest.mark.parametrize("returned", [None, "inputs", {}, {"inputs": []}])
def test_what_cannot_be_submitted(bench: Bench, returned: Any) -> None:
    cut = Cut(bench, returned)

    with pytest.raises(MediaJobBadParameter):
        cut.attempt()
    assert cut.task.jobs == []


def test_a_resumed_task_does_not_call_the_function_again(bench: Bench) -> None:
    cut = Cut(bench, deferrable=True)
    with pytest.raises(TaskDeferred) as deferred:
        cut.attempt()
    event = bench.triggered(deferred.value.trigger)
    resumed = cut.operator()
    kept = {name: value for name, value in (deferred.value.kwargs or {}).items() if name != "event"}

    result = resumed.execute_complete(cut.task.context(), json.loads(json.dumps(event)), **kept)

    assert (result["state"], cut.called) == ("succeeded", [("in.mp4", 1)])
    assert (DecoratedMediaJobOperator.overwrite_rtif_after_execution, resumed.overwrite_rtif_after_execution) == (
        True,
        False,
    )


def test_in_a_dag() -> None:
    """Twice, mapped, with other arguments, and serialized."""
    from airflow.serialization.serialized_objects import DagSerialization

    with DAG("d", schedule=None) as dag:

        @media_job_task(kind=KIND)
        def cut(source: str) -> dict[str, Any]:
            return {"source": source}

        cut("{{ ds }}")
        cut.expand(source=["a", "b"])
        cut.override(task_id="other", conn_id="mine")("c")
    back = DagSerialization.from_dict(DagSerialization.to_dict(dag))

    assert sorted(back.task_ids) == ["cut", "cut__1", "other"]
    assert [back.get_task(name).task_type for name in back.task_ids] == ["DecoratedMediaJobOperator"] * 3
    other: Any = dag.get_task("other")
    assert other.conn_id == "mine"


def test_a_wrong_argument_is_told_while_the_file_is_parsed() -> None:
    def cut() -> Any:
        return GOOD

    with pytest.raises(MediaJobBadParameter, match="on_unclear must be one of"), DAG("d", schedule=None):
        media_job_task(kind=KIND, on_unclear="guess")(cut)()
