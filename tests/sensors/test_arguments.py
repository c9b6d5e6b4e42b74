# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the arguments: checked while the DAG file is parsed, and again after rendering.

Covers ``sensors.alibaba``, ``sensors.checks``, ``sensors.huawei``, ``sensors.mapping``.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from airflow.sdk import PokeReturnValue
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.execution_time import macros

from airflow_provider_mediajobs import sensors
from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.sensors import (
    AlibabaIceLiveEditingSensor,
    AlibabaLiveEditingSensor,
    AlibabaVodTranscodeSensor,
    HuaweiMpcEditingSensor,
    HuaweiVodEditingSensor,
    MediaJobSensor,
)
from airflow_provider_mediajobs.sensors.errors import MediaJobBadParameter, MediaJobFailed
from airflow_provider_mediajobs.vendors import KINDS

from ..kinds import FACTS
from .conftest import Bench

S = TypeVar("S", bound=MediaJobSensor)

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
LIVE: dict[str, Any] = {"kind": "alibaba.live.editing", "ids": {"caster_id": "c"}}
VOD: dict[str, Any] = {"kind": "alibaba.vod.transcode", "ids": {"video_id": "v"}}
RUN_AFTER = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sensor", "kwargs", "kind", "ids", "conn_id"),
    [
        (
            AlibabaLiveEditingSensor,
            {"caster_id": "c", "show_id": "s"},
            "alibaba.live.editing",
            {"caster_id": "c", "show_id": "s"},
            "alibaba_mediajobs_default",
        ),
        (
            AlibabaLiveEditingSensor,
            {"caster_id": "c", "episodes": 3},
            "alibaba.live.editing",
            {"caster_id": "c"},
            "alibaba_mediajobs_default",
        ),
        (
            AlibabaIceLiveEditingSensor,
            {"job_id": "j"},
            "alibaba.ice.live_editing",
            {"job_id": "j"},
            "alibaba_mediajobs_default",
        ),
        (
            AlibabaVodTranscodeSensor,
            {"video_id": "v", "trigger": "Manual", "template_group_id": "g"},
            "alibaba.vod.transcode",
            {"video_id": "v", "trigger": "Manual", "template_group_id": "g"},
            "alibaba_mediajobs_default",
        ),
        (
            HuaweiVodEditingSensor,
            {"edit_task_id": "1"},
            "huawei.vod.editing",
            {"task_id": "1"},
            "huawei_mediajobs_default",
        ),
        (HuaweiMpcEditingSensor, {"job_id": "1"}, "huawei.mpc.editing", {"job_id": "1"}, "huawei_mediajobs_default"),
    ],
)
def test_named_sensors(sensor: Any, kwargs: Any, kind: str, ids: Any, conn_id: str) -> None:
    """Each is the general sensor with its kind's ids as arguments."""
    made = sensor(task_id="wait", **kwargs)

    assert (made.kind, made.ids, made.conn_id) == (kind, ids, conn_id)
    assert isinstance(made, MediaJobSensor)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        (
            {"kind": "huawei.mpc.edit", "ids": {}},
            "kind 'huawei.mpc.edit' is unknown; valid kinds: alibaba.live.editing, alibaba.ice.live_editing, ",
        ),
        (MPC | {"ids": {}}, "huawei.mpc.editing: job_id is missing (required: job_id)"),
        (MPC | {"ids": {"job": "1"}}, "huawei.mpc.editing: job_id is missing (required: job_id)"),
        (MPC | {"ids": {"job_id": "1", "x": "2"}}, "huawei.mpc.editing: there is no id 'x' (required: job_id)"),
        (
            MPC | {"ids": {"job_id": None}},
            "huawei.mpc.editing: job_id is None: the template or XCom behind it gave nothing",
        ),
        (MPC | {"ids": {"job_id": ""}}, "huawei.mpc.editing: job_id is empty; give the vendor's id"),
        (
            MPC | {"ids": {"job_id": 30647}},
            "huawei.mpc.editing: job_id must be one id as text, not int (30647); for a number write it in quotes",
        ),
        (
            MPC | {"ids": {"job_id": [["1"]]}},
            "huawei.mpc.editing: job_id must be one id as text, not a list (['1']); for a number write it in ",
        ),
        (
            MPC | {"ids": {"job_id": ["1", ""]}},
            "huawei.mpc.editing: job_id is empty; give the vendor's id (at place 1 of the list)",
        ),
        (
            MPC | {"ids": []},
            "huawei.mpc.editing: the list of ids is empty, and a gate over no job would prove nothing; soft_fail=True ",
        ),
        (
            MPC | {"ids": "1"},
            "huawei.mpc.editing: ids must be the ids by name, or a list, not '1'; for example {'job_id': '…'}",
        ),
        (MPC | {"ids": ["1", "2"], "wait_for": 3}, "wait_for=3 of 2 jobs: so many can never succeed"),
        (MPC | {"wait_for": 2}, "wait_for=2 of 1 job: so many can never succeed"),
        (MPC | {"wait_for": 0}, "wait_for must be 'all', 'any', or how many jobs (1 or more), not 0"),
        (MPC | {"fail_fast": "no"}, "fail_fast must be True or False, not 'no'"),
        (MPC | {"until": "done"}, "until must be one of succeeded, finished, running, not 'done'"),
        (
            MPC | {"until": "finished", "on_partial": "skip"},
            "on_partial does not go with until='finished', which asks ",
        ),
        (MPC | {"queue_timeout": 0}, "queue_timeout must be seconds or a timedelta, from 1 s to ten years, not 0"),
        (
            MPC | {"stall_timeout": "1h"},
            "stall_timeout must be seconds or a timedelta, from 1 s to ten years, not '1h'",
        ),
        (MPC | {"on_timeout": "cancel"}, "on_timeout must be one of fail, cancel_then_fail, not 'cancel'"),
        (
            LIVE | {"episodes": 2, "on_timeout": "cancel_then_fail"},
            "on_timeout='cancel_then_fail': alibaba.live.editing has no operation that cancels; leave it out",
        ),
        (
            VOD | {"created_after": "yesterday"},
            "created_after must be a time with date, hour and zone, not 'yesterday'",
        ),
        (VOD | {"created_after": datetime(2026, 9, 1)}, "created_after must be a time with date, hour and zone, not "),  # noqa: DTZ001
        (
            VOD | {"created_after": "2026-09-01 18:50"},
            "created_after must be a time with date, hour and zone, not '2026-",
        ),
        (VOD | {"required_definitions": "HD"}, "required_definitions must be a list of names, not 'HD'"),
        (
            VOD | {"required_definitions": [5]},
            "required_definitions must be names of definitions or template ids, not ",
        ),
        (
            VOD | {"required_definitions": ["HD"], "on_partial": "accept"},
            "on_partial='accept' accepts any renditions: leave out it or required_definitions",
        ),
        (
            VOD | {"required_definitions": ["HD"], "until": "running"},
            "required_definitions does not go with until='running', which asks for no success",
        ),
        (
            MPC | {"required_definitions": ["HD"]},
            "huawei.mpc.editing: required_definitions: the vendor tells no renditions of this kind of job",
        ),
        (
            LIVE | {"ids": {"caster_id": ["c", "d"]}},
            "alibaba.live.editing caster_id=c means all its jobs and cannot be part of a list: give show_id as well",
        ),
        (MPC | {"on_partial": "ignore"}, "on_partial must be one of fail, accept, skip, not 'ignore'"),
        (MPC | {"not_found_grace": -1}, "not_found_grace must be seconds or a timedelta, from 0 s to ten years, "),
        (MPC | {"poll_interval": 0}, "poll_interval must be seconds or a timedelta, from 1 s to ten years, not 0"),
        (MPC | {"silent_fail": True}, "silent_fail is not supported: "),
        (MPC | {"exponential_backoff": True}, "exponential_backoff is not supported: "),
        (MPC | {"episodes": 2}, "huawei.mpc.editing: episodes goes only with a studio as a whole"),
        (LIVE, "alibaba.live.editing: without show_id the wait is for the whole studio"),
        (LIVE | {"episodes": 0}, "alibaba.live.editing: without show_id the wait is for the whole studio"),
        (LIVE | {"episodes": True}, "alibaba.live.editing: without show_id the wait is for the whole studio"),
        (
            LIVE | {"ids": {"caster_id": "c", "show_id": "s"}, "episodes": 2},
            "alibaba.live.editing: episodes goes only with",
        ),
        (
            {"kind": "alibaba.vod.transcode", "ids": {"video_id": "v", "trigger": "auto"}},
            "alibaba.vod.transcode: trigger must be one of Auto, Manual, not 'auto'",
        ),
    ],
)
def test_mistakes_are_told_at_parse_time(kwargs: dict[str, Any], message: str) -> None:
    """The DAG import error names the argument, what was wrong and what is valid."""
    with pytest.raises(ParameterError) as caught:
        MediaJobSensor(task_id="wait", **kwargs)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("sensor", "kwargs", "message"),
    [
        (AlibabaVodTranscodeSensor, {"video_id": "v", "transcode_task_id": None}, "transcode_task_id is None"),
        (
            AlibabaVodTranscodeSensor,
            {"video_id": "{{ v }}", "created_after": "yesterday"},
            "created_after must be a time",
        ),
        (AlibabaVodTranscodeSensor, {"video_id": ["{{ v }}", ""]}, "video_id is empty"),
        (AlibabaLiveEditingSensor, {"caster_id": "c", "show_id": None}, "show_id is None"),
        (HuaweiMpcEditingSensor, {"job_id": "1", "conn_id": None}, "conn_id is None"),
        (HuaweiMpcEditingSensor, {"job_id": "1", "conn_id": 5}, "conn_id must be one id as text, not int"),
        (HuaweiMpcEditingSensor, {"job_id": "1", "region": ""}, "region is empty"),
        (HuaweiMpcEditingSensor, {"job_id": "1", "project_id": ["a", "b"]}, "project_id must be one id as text"),
        (
            HuaweiMpcEditingSensor,
            {"job_id": "1", "timeout": 1e12},
            "timeout must be seconds or a timedelta, from 0 s",
        ),
    ],
)
def test_literal_mistakes_beside_templates(sensor: Any, kwargs: Any, message: str) -> None:
    """Whatever needs no rendering is judged at once; None, which a mapped task may bring, never means "left out".

    As Airflow understands it: it makes the tasks of an expanded one on a worker, where a retry would meet the same.
    """
    with pytest.raises(MediaJobBadParameter, match=message):
        sensor(task_id="wait", **kwargs)


def test_arguments_from_default_args() -> None:
    """A DAG's ``default_args`` reach the named sensors, too."""
    sensor = HuaweiMpcEditingSensor(
        task_id="wait", job_id="1", default_args={"conn_id": "mine", "region": "cn-north-1", "poke_interval": 5}
    )

    assert (sensor.conn_id, sensor.region, sensor.poke_interval) == ("mine", "cn-north-1", 5)


def test_rendering_leaves_the_task_as_it_is() -> None:
    """Airflow renders a copy; the same task is rendered anew for every run."""
    task = HuaweiMpcEditingSensor(task_id="wait", job_id="{{ x }}")

    rendered = [_render(copy.copy(task), x=value) for value in ("1", "2")]

    assert [each.ids for each in rendered] == [{"job_id": "1"}, {"job_id": "2"}]
    assert (task.job_id, task.ids) == ("{{ x }}", {"job_id": "{{ x }}"})


def test_ids_out_of_an_xcom_stay_that_object() -> None:
    """Airflow knows by it that they are no templates: text in an XCom is not evaluated."""
    ids = {"job_id": "{{ 6 * 7 }}"}

    assert MediaJobSensor(task_id="wait", kind="huawei.mpc.editing", ids=ids).ids is ids


def test_an_id_given_afterwards() -> None:
    """It counts, also where it was left out at first."""
    sensor = AlibabaVodTranscodeSensor(task_id="wait", video_id="v")

    sensor.transcode_task_id = "t"

    (ref,) = sensor.refs().refs
    assert ref.ids == (("video_id", "v"), ("transcode_task_id", "t"))


def test_created_after_of_default_args(bench: Bench) -> None:
    """Where the ids name one job each it says nothing, and is let be."""
    common = {"created_after": "2026-09-01T18:50:20Z", "timeout": 60}
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, "SUCCEEDED")
    bench.world.add_job(
        "alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "t"}, "CompleteAllSucc", age=1e7
    )

    made = [
        HuaweiMpcEditingSensor(task_id="a", job_id="1", default_args=common),
        AlibabaVodTranscodeSensor(task_id="b", video_id="v", transcode_task_id="t", default_args=common),
    ]

    assert [bench.run(sensor)["state"] for sensor in made] == ["succeeded", "succeeded"]


def test_project_of_default_args() -> None:
    """They reach the sensors of both vendors; Alibaba has no projects, and is not told."""
    sensor = AlibabaLiveEditingSensor(task_id="wait", caster_id="c", show_id="s", default_args={"project_id": "p"})

    (ref,) = sensor.refs().refs
    assert ref.ids == (("caster_id", "c"), ("show_id", "s"))


def test_rendering_leaves_out_what_was_left_out() -> None:
    """Rendering sets every templated field."""
    sensor = AlibabaVodTranscodeSensor(task_id="wait", video_id="{{ x }}")

    rendered = _render(sensor, x="v", dag_run=SimpleNamespace(run_after=RUN_AFTER), macros=macros)

    assert rendered.ids == {"video_id": "v"}
    assert (sensor.transcode_task_id, sensor.created_after) == (None, "2026-09-01 11:00:00+00:00")


def test_grace_as_timedelta() -> None:
    """Seconds or timedelta, as Airflow's own durations."""
    five = timedelta(minutes=5)

    chosen = MediaJobSensor(task_id="wait", not_found_grace=five, queue_timeout=five, stall_timeout=five, **MPC).policy

    assert (chosen.not_found_grace, chosen.queue_timeout, chosen.stall_timeout) == (300.0, 300.0, 300.0)


def test_templates_are_not_judged_before_rendering() -> None:
    """A literal beside a template is still checked."""
    MediaJobSensor(
        task_id="a", kind="alibaba.live.editing", ids={"caster_id": "{{ a }}", "show_id": "{% if b %}c{% endif %}"}
    )

    with pytest.raises(ParameterError, match="show_id is empty"):
        MediaJobSensor(task_id="b", kind="alibaba.live.editing", ids={"caster_id": "{{ a }}", "show_id": ""})


def _render(sensor: S, **values: Any) -> S:
    sensor.render_template_fields(values)  # type: ignore[arg-type]
    return sensor


def test_rendering(bench: Bench) -> None:
    """All ids, the connection, region and project are templated."""
    bench.world.project_id = "p2"
    bench.world.add_job("huawei.mpc.editing", {"job_id": "77"}, script="SUCCEEDED")
    sensor = MediaJobSensor(
        task_id="wait",
        kind="huawei.mpc.editing",
        ids={"job_id": "{{ id }}"},
        conn_id="{{ vendor }}_mediajobs_default",
        region="{{ region }}",
        project_id="{{ project }}",
    )

    _render(sensor, id="77", vendor="huawei", region="cn-north-1", project="p2")

    assert (sensor.ids, sensor.conn_id, sensor.region, sensor.project_id) == (
        {"job_id": "77"},
        "huawei_mediajobs_default",
        "cn-north-1",
        "p2",
    )
    assert bench.run(sensor)["ids"] == {"job_id": "77"}


@pytest.mark.parametrize(
    ("ids", "values", "message"),
    [
        (
            {"job_id": "{{ x }}"},
            {"x": None},
            "huawei.mpc.editing: job_id is None: the template or XCom behind it gave nothing",
        ),
        ({"job_id": "{{ x }}"}, {"x": ""}, "huawei.mpc.editing: job_id is empty; give the vendor's id"),
        ({"job_id": "{{ x }}"}, {"x": " 5 "}, "huawei.mpc.editing: job_id has blanks around it: ' 5 '; strip them"),
    ],
)
def test_what_templates_may_render_to(ids: Any, values: Any, message: str, bench: Bench) -> None:
    """An XCom that is not there renders to the text "None"; that is no id. Nothing is sent."""
    sensor = _render(MediaJobSensor(task_id="wait", kind="huawei.mpc.editing", ids=ids), **values)

    with pytest.raises(MediaJobBadParameter) as caught:
        bench.run(sensor)

    assert isinstance(caught.value, AirflowFailException)
    assert str(caught.value) == message
    assert bench.world.requests == []


@pytest.mark.parametrize("value", [None, 30647, 1.5, True, {"1"}, ["1", None], {"job_id": "1"}])
def test_what_native_rendering_may_give(value: Any, bench: Bench) -> None:
    """Rendered as Python objects (XComArg, native Jinja), anything but text is told; nothing is sent."""
    sensor = MediaJobSensor(task_id="wait", kind="huawei.mpc.editing", ids={"job_id": "{{ x }}"})
    sensor.ids = {"job_id": value}

    with pytest.raises(MediaJobBadParameter, match=r"huawei\.mpc\.editing: job_id"):
        bench.run(sensor)

    assert bench.world.requests == []


def test_optional_id_that_renders_to_nothing(bench: Bench) -> None:
    """A show that renders to None must not silently mean the whole studio."""
    sensor = MediaJobSensor(task_id="wait", kind="alibaba.live.editing", ids={"caster_id": "c", "show_id": "{{ x }}"})
    sensor.ids = {"caster_id": "c", "show_id": None}

    with pytest.raises(MediaJobBadParameter, match=r"alibaba\.live\.editing: show_id is None"):
        bench.run(sensor)


@pytest.mark.parametrize("name", ["conn_id", "region", "project_id"])
def test_override_that_renders_to_nothing(name: str, bench: Bench) -> None:
    """Nor may a region that renders to nothing silently mean the connection's."""
    sensor = MediaJobSensor(task_id="wait", **(MPC | {name: "{{ x }}"}))
    setattr(sensor, name, None)

    with pytest.raises(MediaJobBadParameter, match=f"{name} is None"):
        bench.run(sensor)


def test_ids_that_render_to_something_else(bench: Bench) -> None:
    """An XCom that was to hold the ids and does not."""
    sensor = MediaJobSensor(task_id="wait", **MPC)
    sensor.ids = "30647"

    with pytest.raises(MediaJobBadParameter, match="ids must be the ids by name, or a list, not '30647'"):
        bench.run(sensor)


def test_poke(mediajobs_emulator: EmulatorServer) -> None:
    """Whoever drives a sensor by hand gets Airflow's usual answers."""
    job = mediajobs_emulator.world.add_job(
        "huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 1)], by="looks"
    )
    sensor = MediaJobSensor(task_id="wait", **MPC)

    first, second = sensor.poke({}), sensor.poke({})

    assert job.ids == {"job_id": "1"}
    assert not first
    assert isinstance(second, PokeReturnValue)
    assert second.xcom_value is not None
    assert second.xcom_value["state"] == "succeeded"


def test_poke_of_a_job_that_runs(mediajobs_emulator: EmulatorServer) -> None:
    """One look, whatever the sensor would do of itself: neither a sleep nor a deferral."""
    mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")

    for given in ({}, {"deferrable": True}, {"mode": "reschedule"}):
        assert not MediaJobSensor(task_id="wait", **MPC, **given).poke({})

    assert len(mediajobs_emulator.world.requests) == 3


def test_poke_of_a_failed_job(mediajobs_emulator: EmulatorServer) -> None:
    """By hand too a failure is a failure."""
    mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="FAILED")

    with pytest.raises(MediaJobFailed):
        MediaJobSensor(task_id="wait", **MPC).poke({})


def test_on_kill_cancels_nothing(mediajobs_emulator: EmulatorServer) -> None:
    """A worker that is stopped leaves the job alone."""
    mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="WAITING")

    MediaJobSensor(task_id="wait", **MPC).on_kill()

    assert mediajobs_emulator.world.requests == []


def test_every_kind_has_a_named_sensor() -> None:
    """A new kind is not finished without one."""
    assert list(FACTS) == list(KINDS)
    assert {facts.sensor for facts in FACTS.values()} | {"MediaJobSensor"} == set(sensors.__all__)
