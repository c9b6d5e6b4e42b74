# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which run of a medium counts: ``created_after``, its default, and all the ways to give it.

Covers ``sensors.checks``, ``core.refs``.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pendulum
import pytest
from airflow.sdk import DAG, BaseOperator
from airflow.sdk.execution_time import macros

from airflow_provider_mediajobs.core.wait_event import not_started
from airflow_provider_mediajobs.sensors import AlibabaVodTranscodeSensor, HuaweiMpcEditingSensor, MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobBadParameter

from ..triggers.conftest import Pulls, started, starts
from .conftest import Bench, deferred_trigger

VOD = "alibaba.vod.transcode"
RUN_AFTER = datetime(2026, 9, 1, 12, 30, 15, 999_999, tzinfo=UTC)


def sensor(**given: Any) -> AlibabaVodTranscodeSensor:
    defaults: dict[str, Any] = {"video_id": "v", "timeout": 3600}
    return AlibabaVodTranscodeSensor(task_id="wait", **(defaults | given))


def start_of(bench: Bench, of: MediaJobSensor) -> Any:
    """From when on a run counts, as the trigger of a deferred wait is told."""
    bench.dag_run.run_after = RUN_AFTER
    return deferred_trigger(bench, of).arguments["created_after"]


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ({}, "2026-09-01T11:30:15+00:00"),
        ({"created_after": "2026-08-01T00:00:00Z"}, "2026-08-01T00:00:00+00:00"),
        ({"created_after": "2026-08-01 08:00:00.5+08:00"}, "2026-08-01T00:00:00+00:00"),
        ({"created_after": datetime(2026, 8, 1, tzinfo=UTC)}, "2026-08-01T00:00:00+00:00"),
        ({"created_after": pendulum.datetime(2026, 8, 1, tz="Asia/Shanghai")}, "2026-07-31T16:00:00+00:00"),
        ({"created_after": None}, None),
        ({"transcode_task_id": "t"}, None),
        ({"transcode_task_id": ["t", "u"]}, None),
        ({"trigger": "Auto", "template_group_id": "g"}, "2026-09-01T11:30:15+00:00"),
    ],
    ids=str,
)
def test_from_when_on(given: dict[str, Any], start: str | None, bench: Bench) -> None:
    """An hour before the DAG run was due, unless the author says otherwise or names the task; to the second."""
    assert start_of(bench, sensor(deferrable=True, **given)) == start


@pytest.mark.parametrize("ids", [{"video_id": "v"}, [{"video_id": "v"}, {"video_id": "w", "transcode_task_id": "t"}]])
def test_the_general_sensor_has_the_same_default(ids: Any, bench: Bench) -> None:
    """Also where some of several name their task: the others do not."""
    assert start_of(bench, MediaJobSensor(task_id="wait", kind=VOD, ids=ids, deferrable=True)) == (
        "2026-09-01T11:30:15+00:00"
    )


def test_kinds_whose_ids_name_one_job_have_none(bench: Bench) -> None:
    """Nothing is to be chosen."""
    of = HuaweiMpcEditingSensor(task_id="wait", job_id="1", deferrable=True)

    assert of.created_after is None
    assert start_of(bench, of) is None


def test_the_default_is_a_template() -> None:
    """So it is told in the UI, is the same after a clear, and is of its own time in a backfill."""
    of = sensor()
    assert of.created_after == "{{ dag_run.run_after - macros.timedelta(hours=1) }}"
    rendered = copy.copy(of)
    rendered.render_template_fields({"dag_run": type("Run", (), {"run_after": RUN_AFTER}), "macros": macros})  # type: ignore[typeddict-item]
    assert rendered.created_after == "2026-09-01 11:30:15.999999+00:00"


def test_without_a_dag_run(bench: Bench) -> None:
    """Somebody drives the sensor by hand: an hour before the wait began."""
    bench.world.add_job(VOD, {"video_id": "v", "transcode_task_id": "t"}, "CompleteAllSucc", age=3500)
    of = sensor()

    result = of.wait({}, hook=bench.hook(of), now=bench.world.now)

    assert result["state"] == "succeeded"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "created_after is None: the template or XCom behind it gave nothing"),
        ("None", "created_after is None: the template or XCom behind it gave nothing"),
        ("2026-09-01", "created_after must be a time with date, hour and zone, not '2026-09-01'; for example"),
        (datetime(2026, 9, 1), "created_after must be a time with date, hour and zone, not datetime"),  # noqa: DTZ001
        (5, "created_after must be a time with date, hour and zone, not 5"),
    ],
)
def test_what_a_template_may_render_to(value: Any, message: str, bench: Bench) -> None:
    """Nothing must not silently mean "any run"; nothing is sent."""
    of = sensor(created_after="{{ x }}")
    of.created_after = value

    with pytest.raises(MediaJobBadParameter) as caught:
        bench.run(of)

    assert str(caught.value).startswith(message)
    assert bench.world.requests == []


def test_a_task_that_is_named_after_all(bench: Bench) -> None:
    """By an XCom that holds the ids: the default does not apply to it."""
    bench.world.add_job(VOD, {"video_id": "v", "transcode_task_id": "t"}, "CompleteAllSucc", age=86_400)
    of = MediaJobSensor(task_id="wait", kind=VOD, ids="{{ x }}")
    of.ids = {"video_id": "v", "transcode_task_id": "t"}

    assert bench.run(of)["state"] == "succeeded"


# --- started in the triggerer -----------------------------------------------------------------------------------


def begun(bench: Bench, of: MediaJobSensor, pulled: Any = None) -> Any:
    """The event of a wait that begins there."""
    run = type("Run", (), {"run_after": RUN_AFTER})
    return bench.triggered(started(of, ti=Pulls(pulled), dag_run=run, macros=macros, params={"x": "v"}))


@starts
@pytest.mark.parametrize(
    ("created", "given", "state"),
    [
        (RUN_AFTER - timedelta(minutes=59), {}, "succeeded"),
        (RUN_AFTER - timedelta(minutes=61), {}, None),
        (RUN_AFTER - timedelta(minutes=61), {"created_after": None}, "succeeded"),
        (RUN_AFTER - timedelta(minutes=61), {"created_after": RUN_AFTER - timedelta(hours=2)}, "succeeded"),
        (RUN_AFTER - timedelta(minutes=61), {"created_after": "{{ dag_run.run_after }}"}, None),
    ],
)
def test_begun_there(created: datetime, given: Any, state: str | None, bench: Bench) -> None:
    """The same times, rendered by the triggerer."""
    job = bench.world.add_job(VOD, {"video_id": "v", "transcode_task_id": "t"}, "CompleteAllSucc")
    job.created = created
    of = sensor(start_in_triggerer=True, not_found_grace=0, video_id="{{ params.x }}", **given)

    event = begun(bench, of)

    if state:
        assert bench.resumed(of_rendered(of), event)["state"] == state
    else:
        with pytest.raises(Exception, match="only older runs visible"):
            bench.resumed(of_rendered(of), event)


def of_rendered(of: AlibabaVodTranscodeSensor) -> AlibabaVodTranscodeSensor:
    """As the worker has it that resumes the task."""
    rendered = copy.copy(of)
    run = type("Run", (), {"run_after": RUN_AFTER})
    rendered.render_template_fields({"params": {"x": "v"}, "dag_run": run, "macros": macros})  # type: ignore[typeddict-item]
    return rendered


@starts
@pytest.mark.parametrize(
    ("pulled", "begins"), [("2026-09-01T12:00:00Z", True), (None, False), ("yesterday", False), (5, False)]
)
def test_out_of_an_xcom(pulled: Any, begins: bool, bench: Bench) -> None:
    """Nothing in it is for a worker to tell, and never means any run."""
    bench.world.add_job(VOD, {"video_id": "v", "transcode_task_id": "t"}, "CompleteAllSucc")
    with DAG("d", schedule=None):
        of = sensor(start_in_triggerer=True, created_after=BaseOperator(task_id="submit").output)
    args = of.start_trigger_args
    assert args is not None
    assert (args.trigger_kwargs or {})["created_after"] is None

    event = begun(bench, of, pulled)

    assert (event != not_started("ParameterError")) == begins


@starts
@pytest.mark.parametrize("ids", [["v", "{{ params.x }}"], {"video_id": ["v", "{{ params.x }}"]}], ids=str)
def test_lists_with_templates_are_for_workers(ids: Any) -> None:
    """One without may begin there."""
    given: dict[str, Any] = {"kind": VOD, "start_in_triggerer": True}
    assert MediaJobSensor(task_id="wait", ids=ids, **given).start_from_trigger is False
    assert MediaJobSensor(task_id="wait", ids=["v", "w"], **given).start_from_trigger is True


@starts
@pytest.mark.parametrize("pulled", [["v"], [{"video_id": "v"}], {"video_id": ["v"]}], ids=str)
def test_lists_out_of_an_xcom_begin_there(pulled: Any, bench: Bench) -> None:
    """Of a task that is not mapped."""
    job = bench.world.add_job(VOD, {"video_id": "v", "transcode_task_id": "t"}, "CompleteAllSucc")
    job.created = RUN_AFTER
    with DAG("d", schedule=None):
        of = MediaJobSensor(
            task_id="wait", kind=VOD, ids=BaseOperator(task_id="submit").output, start_in_triggerer=True
        )

    event = begun(bench, of, pulled)

    assert [told["ids"] for told in event["jobs"]] == [{"video_id": "v"}]
    of.ids, of.created_after = pulled, RUN_AFTER
    assert list(bench.resumed(of, event)) == ["schema", "state", "jobs"]
