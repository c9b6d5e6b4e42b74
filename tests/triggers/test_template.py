# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests templates that the triggerer renders, because no worker has."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk import DAG, BaseOperator
from airflow.sdk.exceptions import TaskDeferred

from airflow_provider_mediajobs.core.wait_event import not_started
from airflow_provider_mediajobs.sensors.errors import MediaJobBadParameter

from .conftest import BOTH, Bench, Pulls, done_after, sensor, started, starts


@starts
@pytest.mark.parametrize(
    "template",
    [
        "1",
        "{{ params.job }}",
        "{% if ti.try_number == 1 %}1{% endif %}",
        "{% for digit in params.job %}{{ digit }}{% endfor %}",
        "{{ ti.xcom_pull('submit') }}",
        "{{ task_instance.xcom_pull('submit') }}",
    ],
)
def test_templates(template: str, bench: Bench) -> None:
    """As on a worker; pulls are told which map index."""
    done_after(bench, 30)
    trigger = started(sensor(ids={"job_id": template}, **BOTH), ti=Pulls("1"), params={"job": "1"})

    assert bench.fired(trigger).payload["jobs"][0]["ids"] == {
        "job_id": "1"
    }  # without a task instance a worker finishes


@starts
@pytest.mark.parametrize(
    ("ids", "pulled"),
    [(lambda xcom: xcom, {"job_id": "1"}), (lambda xcom: {"job_id": xcom}, "1")],
    ids=["whole", "inside"],
)
def test_xcoms(ids: Any, pulled: Any, bench: Bench) -> None:
    """The value itself, not its text."""
    done_after(bench, 30)
    with DAG("d", schedule=None):
        of = sensor(ids=ids(BaseOperator(task_id="submit").output), **BOTH)

    assert bench.fired(started(of, ti=Pulls(pulled))).payload["jobs"][0]["ids"] == {"job_id": "1"}


@starts
@pytest.mark.parametrize("pulled", [None, "None", 1, "", " 1", [], [None], {"job_id": "1"}, "{{ 1 }}x "])
def test_an_xcom_that_is_no_id(pulled: Any, bench: Bench) -> None:
    """A worker begins, renders the same and refuses it."""
    with DAG("d", schedule=None):
        of = sensor(ids={"job_id": BaseOperator(task_id="submit").output}, **BOTH)
    event = bench.fired(started(of, ti=Pulls(pulled))).payload
    assert event == not_started("ParameterError")

    of.ids = {"job_id": pulled}
    with pytest.raises(MediaJobBadParameter):
        bench.resumed(of, event)


@starts
def test_text_in_an_xcom_is_no_template(bench: Bench) -> None:
    """Evaluated, it would name another job."""
    done_after(bench, 0)
    with DAG("d", schedule=None):
        of = sensor(ids=BaseOperator(task_id="submit").output, **BOTH, not_found_grace=0)

    assert bench.fired(started(of, ti=Pulls({"job_id": "{{ 2 - 1 }}"}))).payload["jobs"][0]["ids"] == {
        "job_id": "{{ 2 - 1 }}"
    }


@starts
@pytest.mark.parametrize(
    "template",
    [
        "{{ not_defined }}",
        "{{ not_defined | default('1') }}",
        "1{{ params.not_defined }}",
        "{{ prev_start_date_success }}",
        "{{ prev_data_interval_end_success | default('1') }}",
        "{{ task_state_store.get('job') }}",
        "{{ inlet_events | length }}",
        "{{ ti.get_previous_dagrun().run_id }}",
        "{{ ti.get_previous_ti() | default('1') }}",
        "{{ task_instance.start_date }}",
        "{{ ti.task.task_id }}",
        "{{ 1 / 0 }}",
        "{{",
        "{{ None }}",
    ],
)
def test_a_template_that_the_triggerer_cannot_render(template: str, bench: Bench) -> None:
    """Some of it would never be answered there, and hang the wait. A worker can, and begins it."""
    done_after(bench, 30)
    of = sensor(ids={"job_id": template}, **BOTH)
    context = {"params": {}, "prev_start_date_success": "1", "inlet_events": "1", "task_state_store": {"job": "1"}}
    event = bench.fired(started(of, ti=Pulls("1"), **context)).payload
    assert set(event) == {"schema", "not_started"}

    of.ids = {"job_id": "1"}
    with pytest.raises(TaskDeferred):
        bench.resumed(of, event)


@starts
def test_a_studio_out_of_an_xcom_needs_episodes(bench: Bench) -> None:
    """Only rendering tells that it is a whole studio."""
    with DAG("d", schedule=None):
        of = sensor(kind="alibaba.live.editing", ids=BaseOperator(task_id="submit").output, **BOTH)

    assert bench.fired(started(of, ti=Pulls({"caster_id": "c"}))).payload == not_started("ParameterError")


@starts
@pytest.mark.parametrize("pulled", ["1", None, [], [1], [["1"]]])
def test_an_xcom_that_holds_no_ids(pulled: Any, bench: Bench) -> None:
    """They are needed by name."""
    with DAG("d", schedule=None):
        of = sensor(ids=BaseOperator(task_id="submit").output, **BOTH)

    assert bench.fired(started(of, ti=Pulls(pulled))).payload == not_started("ParameterError")
