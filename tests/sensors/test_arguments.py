"""Arguments: checked while the DAG file is parsed, and again after rendering, before anything is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk import DAG, PokeReturnValue, task
from airflow.sdk.exceptions import AirflowFailException

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

from .conftest import Bench

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
LIVE: dict[str, Any] = {"kind": "alibaba.live.editing", "ids": {"caster_id": "c"}}


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
            {"video_id": "v", "start_time": "2026-01-01T00:00:00Z"},
            "alibaba.vod.transcode",
            {"video_id": "v", "start_time": "2026-01-01T00:00:00Z"},
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
            "kind 'huawei.mpc.edit' is unknown; valid kinds: alibaba.live.editing, alibaba.ice.live_editing, "
            "alibaba.vod.transcode, huawei.vod.editing, huawei.mpc.editing",
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
        (MPC | {"ids": {"job_id": ["1"]}}, "huawei.mpc.editing: job_id must be one id as text, not a list (['1'])"),
        (MPC | {"ids": "1"}, "huawei.mpc.editing: ids must be the ids by name, not '1'; for example {'job_id': '…'}"),
        (MPC | {"on_partial": "ignore"}, "on_partial must be one of fail, accept, skip, not 'ignore'"),
        (MPC | {"not_found_grace": -1}, "not_found_grace must be seconds or a timedelta, 0 or more, not -1"),
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
            LIVE | {"episodes": 2, "project_id": "p"},
            "alibaba.live.editing: project_id goes only with Huawei; leave it out",
        ),
        (
            {"kind": "alibaba.vod.transcode", "ids": {"video_id": "v", "start_time": "yesterday"}},
            "alibaba.vod.transcode: start_time must be UTC as yyyy-MM-ddTHH:mm:ssZ, not 'yesterday'",
        ),
    ],
)
def test_mistakes_are_told_at_parse_time(kwargs: dict[str, Any], message: str) -> None:
    """The DAG import error names the argument, what was wrong and what is valid."""
    with pytest.raises(ParameterError) as caught:
        MediaJobSensor(task_id="wait", **kwargs)

    assert str(caught.value).startswith(message)


def test_grace_as_timedelta() -> None:
    """Seconds or timedelta, as Airflow's own durations."""
    assert MediaJobSensor(task_id="wait", not_found_grace=timedelta(minutes=5), **MPC).not_found_grace == 300.0


def test_templates_are_not_judged_before_rendering() -> None:
    """A literal beside a template is still checked."""
    MediaJobSensor(
        task_id="a", kind="alibaba.live.editing", ids={"caster_id": "{{ a }}", "show_id": "{% if b %}c{% endif %}"}
    )

    with pytest.raises(ParameterError, match="show_id is empty"):
        MediaJobSensor(task_id="b", kind="alibaba.live.editing", ids={"caster_id": "{{ a }}", "show_id": ""})


def _render(sensor: MediaJobSensor, **values: Any) -> MediaJobSensor:
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


@pytest.mark.parametrize("value", [None, 30647, 1.5, True, ["1", "2"], {"job_id": "1"}])
def test_what_native_rendering_may_give(value: Any, bench: Bench) -> None:
    """Rendered as Python objects (XComArg, native Jinja), anything but text is told; nothing is sent."""
    sensor = MediaJobSensor(task_id="wait", kind="huawei.mpc.editing", ids={"job_id": "{{ x }}"})
    sensor.ids = {"job_id": value}

    with pytest.raises(MediaJobBadParameter, match="huawei.mpc.editing: job_id"):
        bench.run(sensor)

    assert bench.world.requests == []


def test_optional_id_that_renders_to_nothing(bench: Bench) -> None:
    """A show that renders to None must not silently mean the whole studio."""
    sensor = MediaJobSensor(task_id="wait", kind="alibaba.live.editing", ids={"caster_id": "c", "show_id": "{{ x }}"})
    sensor.ids = {"caster_id": "c", "show_id": None}

    with pytest.raises(MediaJobBadParameter, match="alibaba.live.editing: show_id is None"):
        bench.run(sensor)


@pytest.mark.parametrize("name", ["conn_id", "region", "project_id"])
def test_override_that_renders_to_nothing(name: str, bench: Bench) -> None:
    """Nor may a region that renders to nothing silently mean the connection's."""
    sensor = MediaJobSensor(task_id="wait", **MPC, **{name: "{{ x }}"})
    setattr(sensor, name, None)

    with pytest.raises(MediaJobBadParameter, match=f"{name} is None"):
        bench.run(sensor)


def test_ids_from_a_task(mediajobs_emulator: EmulatorServer) -> None:
    """One XCom may hold all ids, or single ids may be XComs; both are dependencies and both are rendered."""
    mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "9"}, script="SUCCEEDED")
    with DAG("ids_from_a_task") as dag:

        @task
        def create() -> dict[str, str]:
            return {"job_id": "9"}

        made = create()
        MediaJobSensor(task_id="whole", kind="huawei.mpc.editing", ids=made)
        HuaweiMpcEditingSensor(task_id="single", job_id=made["job_id"])
        HuaweiMpcEditingSensor.partial(task_id="mapped").expand(job_id=["9", "9"])

    assert dag.get_task("whole").upstream_task_ids == {"create"}
    assert dag.get_task("single").upstream_task_ids == {"create"}
    run = dag.test()

    assert {(ti.task_id, str(ti.state)) for ti in run.get_task_instances()} == {
        ("create", "success"),
        ("whole", "success"),
        ("single", "success"),
        ("mapped", "success"),
    }


def test_ids_that_render_to_something_else(bench: Bench) -> None:
    """An XCom that was to hold the ids and does not."""
    sensor = MediaJobSensor(task_id="wait", **MPC)
    sensor.ids = "30647"  # type: ignore[assignment]

    with pytest.raises(MediaJobBadParameter, match="ids must be the ids by name, not '30647'"):
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
    assert second.xcom_value["state"] == "succeeded"


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
    made = [
        AlibabaLiveEditingSensor(task_id="a", caster_id="x", show_id="x"),
        AlibabaIceLiveEditingSensor(task_id="b", job_id="x"),
        AlibabaVodTranscodeSensor(task_id="c", video_id="x"),
        HuaweiVodEditingSensor(task_id="d", edit_task_id="x"),
        HuaweiMpcEditingSensor(task_id="e", job_id="x"),
    ]

    assert [sensor.kind for sensor in made] == list(KINDS)
    assert {type(sensor).__name__ for sensor in made} | {"MediaJobSensor"} == set(sensors.__all__)
