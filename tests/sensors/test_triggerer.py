# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests tasks that start in the triggerer, that finish there, or both.

Covers ``sensors.starting``, ``triggers.finish``, ``triggers.start``.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk import DAG, Asset, BaseOperator, TaskGroup, task_group
from airflow.sdk.exceptions import AirflowSensorTimeout, TaskDeferred
from airflow.serialization.serialized_objects import DagSerialization
from jinja2 import Undefined

from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.wait_event import not_started
from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor, MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobFailed, MediaJobWaitBroken
from airflow_provider_mediajobs.triggers.wait import DeferredWait

from .conftest import Bench, deferred_trigger, done_after

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
BOTH = {"start_in_triggerer": True, "finish_in_triggerer": True}


def sensor(**given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", **({"timeout": 3600} | MPC | given))


def test_the_result_is_the_workers(bench: Bench) -> None:
    """To the letter, whoever writes it."""
    done_after(bench, 30)
    of = sensor(finish_in_triggerer=True)
    trigger = deferred_trigger(bench, of)
    event = bench.triggered(trigger)  # without a task instance, so for the worker

    assert DeferredWait(trigger.arguments, trigger.log).result(event) == bench.resumed(of, event)


@pytest.mark.parametrize(
    "lost", [{"on_success_callback": print}, {"outlets": [Asset("a")]}, {"multiple_outputs": True}], ids=str
)
def test_what_would_silently_not_happen(lost: dict[str, Any]) -> None:
    """Refused while the DAG file is parsed."""
    with pytest.raises(ParameterError, match=f"finish_in_triggerer does not go with {next(iter(lost))}"):
        sensor(finish_in_triggerer=True, **lost)


def test_what_would_silently_not_happen_is_noticed_late() -> None:
    """Assigned afterwards: a worker finishes the task."""
    late = sensor(**BOTH)
    late.outlets = [Asset("a")]

    assert late.start_trigger_args is not None
    assert (late.start_trigger_args.trigger_kwargs or {})["finish"] is False


def test_a_task_that_is_expanded_over_the_result() -> None:
    """Its number of instances comes from a worker."""

    with DAG("d", schedule=None):
        over = sensor(**BOTH)
        BaseOperator.partial(task_id="each").expand(doc=over.output)

    assert (over.start_trigger_args.trigger_kwargs or {})["finish"] is False  # type: ignore[union-attr]


def test_the_word_success_proves_nothing(bench: Bench) -> None:
    """``dag.test()`` resumes with it after the triggerer has ended a task: the job is looked at."""
    of = sensor(finish_in_triggerer=True)
    done_after(bench, 100)
    assert bench.resumed(of, "success")["wait"]["looks"] == 3
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="FAILED")
    with pytest.raises(MediaJobFailed):
        bench.resumed(of, "success")
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    with pytest.raises(AirflowSensorTimeout):
        bench.resumed(of, "success")


@pytest.mark.parametrize("event", [None, "Success", "failed", {"state": "success"}, not_started("x") | {"more": 1}])
def test_an_event_that_is_none_of_ours(event: Any, bench: Bench) -> None:
    """It opens no gate."""
    done_after(bench, 0)
    with pytest.raises(MediaJobWaitBroken):
        bench.resumed(sensor(**BOTH), event)


@pytest.mark.parametrize("event", ["success", not_started("x")], ids=str)
def test_events_of_what_was_not_asked_for(event: Any, bench: Bench) -> None:
    """Of an ordinary deferral they are none of ours."""
    done_after(bench, 0)
    with pytest.raises(MediaJobWaitBroken):
        bench.resumed(sensor(deferrable=True), event)


def test_a_class_is_not_started() -> None:
    """Airflow asks a mapped task's class; every sensor has arguments of its own."""
    assert MediaJobSensor.start_from_trigger is False
    assert MediaJobSensor.start_trigger_args is None
    assert sensor().start_from_trigger is False
    first, second = sensor(**BOTH), sensor(**BOTH, ids={"job_id": "2"})
    first.ids = {"job_id": "3"}
    assert [(of.start_trigger_args.trigger_kwargs or {})["ids"]["job_id"] for of in (first, second)] == ["3", "2"]  # type: ignore[union-attr]


def test_in_the_scheduler() -> None:
    """What the scheduler reads of a DAG; a mapped task and one in a mapped group begin on a worker."""
    with DAG("d", schedule=None) as dag:
        submit = BaseOperator(task_id="submit")
        HuaweiMpcEditingSensor(task_id="plain", job_id=submit.output, **BOTH)
        HuaweiMpcEditingSensor.partial(task_id="mapped", **BOTH).expand(job_id=["1"])
        HuaweiMpcEditingSensor(task_id="of_mapped", job_id=dag.get_task("mapped").output, **BOTH)
        HuaweiMpcEditingSensor(task_id="of_map", job_id=submit.output.map(str), **BOTH)

    read = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))

    starts = {task.task_id: bool(getattr(task, "start_from_trigger", False)) for task in read.tasks}
    assert starts == {"submit": False, "plain": True, "mapped": False, "of_mapped": False, "of_map": False}
    args = read.get_task("plain").start_trigger_args
    assert args is not None
    assert (args.next_method, args.timeout) == ("execute_complete", timedelta(days=8, minutes=2))


def test_natively_rendered_templates_are_for_workers() -> None:
    """The triggerer renders to text; literals need no rendering."""
    with DAG("d", schedule=None, render_template_as_native_obj=True):
        assert sensor(ids={"job_id": "{{ 1 }}"}, **BOTH).start_from_trigger is False
        with TaskGroup("g"):
            assert sensor(**BOTH).start_from_trigger is True


def test_where_airflow_does_not_start_it(bench: Bench) -> None:
    """Before 3.3, in ``dag.test()`` and for mapped tasks ``execute`` runs, and defers."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")

    with pytest.raises(TaskDeferred) as deferral:
        bench.once(sensor(**BOTH), bench.instance())

    assert deferral.value.trigger.serialize()[1]["finish"] is True


def starts_in(dag: dict[str, Any], ids: Any) -> bool:
    with DAG("d", schedule=None, **dag):
        given = {"job_id": BaseOperator(task_id="submit").output} if ids == "xcom" else ids
        return bool(sensor(ids=given, **BOTH).start_from_trigger)


@pytest.mark.parametrize(
    "own",
    [
        {"user_defined_macros": {"job": "1"}},
        {"user_defined_filters": {"upper": str.lower}},
        {"template_undefined": Undefined},
    ],
    ids=str,
)
def test_what_the_triggerer_would_render_differently(own: dict[str, Any]) -> None:
    """Templates in a DAG whose macros and filters only a worker has; what is none starts as always."""
    template = {"job_id": "{{ 'A' | upper }}"}
    assert [starts_in(own, ids) for ids in (template, {"job_id": "1"}, "xcom")] == [False, True, True]
    assert starts_in({}, template) is True


@pytest.mark.parametrize("ids", [{"job_id": "[[ run_id ]]"}, {"job_id": "1"}, "xcom"], ids=str)
def test_delimiters_of_the_dags_own(ids: Any) -> None:
    """Then any text may be a template, and that of ``conn_id`` is always there."""
    own = {"variable_start_string": "[[", "variable_end_string": "]]"}

    assert starts_in({"jinja_environment_kwargs": own}, ids) is False


def test_mapped_groups() -> None:
    """Their tasks begin on workers, and their XComs are for workers."""
    with DAG("d", schedule=None):

        @task_group
        def group(doc: str) -> Any:
            inside = sensor(**BOTH)
            submit = BaseOperator(task_id="submit")
            assert inside.start_from_trigger is False
            return submit.output

        of_group = sensor(**BOTH, ids={"job_id": group.expand(doc=["1"])})
    with DAG("e", schedule=None):

        @task_group
        def plain() -> Any:
            assert sensor(**BOTH).start_from_trigger is True
            return BaseOperator(task_id="submit").output

        of_plain = sensor(**BOTH, ids={"job_id": plain()}).start_from_trigger

    assert (of_group.start_from_trigger, of_plain) == (False, True)
