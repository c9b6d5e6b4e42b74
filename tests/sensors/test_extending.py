# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests classes derived from the sensor: overrides that is never called are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, BaseOperator, BaseSensorOperator

from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.sensors import AlibabaVodTranscodeSensor, HuaweiMpcEditingSensor, MediaJobSensor
from airflow_provider_mediajobs.sensors.arguments import IdField
from airflow_provider_mediajobs.sensors.errors import MediaJobBadParameter

from .conftest import STARTS, Bench, done_after

STRICTER = "override execute, and execute_complete for deferred waits: call that of super(), and check its result"
REFUSED = {
    "poke": STRICTER,
    "aexecute": STRICTER,
    "_get_next_poke_interval": "give poke_interval, or poll_interval for a deferred wait",
    "start_from_trigger": "give start_in_triggerer=True",
    "start_trigger_args": "give start_in_triggerer=True",
    "end_from_trigger": "give finish_in_triggerer=True",
}
MPC: dict[str, Any] = {"task_id": "wait", "kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}


def no(*_: object, **__: object) -> bool:
    return False


@pytest.mark.parametrize(("name", "cure"), REFUSED.items())
def test_what_nobody_would_ask(name: str, cure: str) -> None:
    """When the class is made, by itself, of a class of its own, or of a mixin wherever that stands."""
    text = f"Gate.{name} is never called, and the task would succeed without it; {cure}"
    mixin = type("Mixin", (), {name: no})
    made: list[Callable[[], type]] = [
        lambda: type("Gate", (MediaJobSensor,), {name: no}),
        lambda: type("Gate", (HuaweiMpcEditingSensor,), {name: no}),
        lambda: type("Gate", (type("Above", (HuaweiMpcEditingSensor,), {}),), {name: no}),
        lambda: type("Gate", (mixin, HuaweiMpcEditingSensor), {}),
        lambda: type("Gate", (HuaweiMpcEditingSensor, mixin), {}),
    ]
    for make in made:
        with pytest.raises(MediaJobBadParameter) as caught:
            make()
        assert isinstance(caught.value, ParameterError)
        assert str(caught.value) == text


def test_a_sensor_of_another_sort_beside_it() -> None:
    """Its ``poke`` is as little asked."""

    class File(BaseSensorOperator):
        def poke(self, context: Any) -> bool:
            return False

    with pytest.raises(MediaJobBadParameter, match=r"^Gate\.poke is never called"):
        type("Gate", (MediaJobSensor, File), {})


def test_in_a_dag_file(tmp_path: Path) -> None:
    """As its author meets it: the file is not imported, and the message says what to do."""
    (tmp_path / "gate.py").write_text(
        """
from airflow.sdk import DAG
from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor

class Gate(HuaweiMpcEditingSensor):
    def poke(self, context):
        return False

with DAG("d", schedule=None):
    Gate(task_id="wait", job_id="1")
"""
    )

    (told,) = DagBag(tmp_path).import_errors.values()

    assert f"MediaJobBadParameter: Gate.poke is never called, and the task would succeed without it; {STRICTER}" in told


def test_what_is_assigned_later(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the sensor, or to its class: told before anything is sent, in execute and after a deferral."""
    of = MediaJobSensor(**MPC)
    setattr(of, "poke", no)  # noqa: B010  # what mypy, too, would refuse
    with pytest.raises(MediaJobBadParameter, match=r"^MediaJobSensor\.poke is never called"):
        bench.run(of)
    with pytest.raises(MediaJobBadParameter, match=r"^MediaJobSensor\.poke is never called"):
        bench.resumed(of, {})

    gate: Any = type("Gate", (MediaJobSensor,), {})
    made = gate(**MPC)
    monkeypatch.setattr(gate, "_get_next_poke_interval", no, raising=False)
    with pytest.raises(MediaJobBadParameter, match=r"^Gate\._get_next_poke_interval is never called"):
        bench.run(made)
    with pytest.raises(MediaJobBadParameter, match=r"^Gate\._get_next_poke_interval is never called"):
        gate(**MPC)
    assert bench.world.requests == []


class Stricter(MediaJobSensor):
    """As the message says."""

    def execute(self, context: Any) -> Any:
        return {"looked_at": super().execute(context)["state"]}

    def execute_complete(self, context: Any, event: Any = None, **given: Any) -> Any:
        return {"looked_at": super().execute_complete(context, event, **given)["state"]}


def test_the_way_to_be_stricter(bench: Bench) -> None:
    """It is asked in every mode, also where the wait was to start or finish in the triggerer."""
    with DAG("d", schedule=None):
        of = Stricter(**MPC, start_in_triggerer=True, finish_in_triggerer=True)
    done_after(bench, 30)

    assert of.start_from_trigger is False
    assert bench.run(of) == {"looked_at": "succeeded"}
    assert bench.deferrals[0].trigger.serialize()[1]["finish"] is False


@pytest.mark.parametrize(
    ("name", "starts", "finishes"),
    [
        ("execute", False, True),
        ("pre_execute", False, True),
        ("render_template_fields", False, True),
        ("render_template", False, True),
        ("get_template_env", False, True),
        ("execute_complete", True, False),
        ("resume_execution", True, False),
        ("post_execute", True, False),
        ("on_kill", True, True),
    ],
)
@pytest.mark.skipif(not STARTS, reason="before Airflow 3.3 none starts there")
def test_what_only_workers_ask(name: str, starts: bool, finishes: bool) -> None:
    """A method of one's own is never passed over: a worker begins, or ends, the wait."""
    gate: Any = type("Gate", (type("Mixin", (), {name: no}), MediaJobSensor), {})
    with DAG("d", schedule=None):
        of = gate(**MPC, start_in_triggerer=True, finish_in_triggerer=True)

        assert of.start_from_trigger is starts
        if starts:
            assert of.start_trigger_args.trigger_kwargs["finish"] is finishes


def test_ids_in_files_are_for_workers() -> None:
    """Only there Airflow has the DAG's folder."""
    gate: Any = type("Gate", (MediaJobSensor,), {"template_ext": (".txt",)})

    assert gate(**MPC, start_in_triggerer=True).start_from_trigger is False


@pytest.mark.parametrize(
    ("base", "fields", "missing"),
    [
        (MediaJobSensor, ("mine",), "ids, created_after, conn_id, region, project_id"),
        (MediaJobSensor, ("mine", "ids", "created_after", "conn_id", "region"), "project_id"),
        (HuaweiMpcEditingSensor, ("mine", "conn_id", "region", "project_id"), "job_id"),
        (AlibabaVodTranscodeSensor, ("video_id", "conn_id", "region", "project_id"), None),
    ],
)
def test_fields_that_would_not_be_rendered(base: type, fields: tuple[str, ...], missing: str | None) -> None:
    """A template that is sent as it stands is the wrong question."""
    missing = missing or "transcode_task_id, template_group_id, trigger, created_after"
    with pytest.raises(MediaJobBadParameter) as caught:
        type("Gate", (base,), {"template_fields": fields})

    assert str(caught.value) == (
        f"Gate.template_fields leaves out {missing}: their templates would be sent to the vendor as they stand; add "
        "your own fields to those of the class above"
    )


def test_classes_that_are_fine() -> None:
    """More fields, other ids, an operator's own methods."""
    type("More", (MediaJobSensor,), {"template_fields": (*MediaJobSensor.template_fields, "mine")})
    type("Own", (HuaweiMpcEditingSensor,), {"on_kill": no, "ui_color": "#fff", "valid_modes": ["poke"]})
    fields = ("job", "created_after", "conn_id", "region", "project_id")
    type("Named", (MediaJobSensor,), {"template_fields": fields, "job": IdField("job_id")})


def test_every_method_of_airflows_sensors_is_accounted_for() -> None:
    """A new one must be looked at: asked by Airflow, by us, or refused."""
    requested = {
        "__init__", "execute", "resume_execution", "reschedule", "get_serialized_fields", "_validate_input_values",
        "_coerce_poke_interval", "_coerce_timeout", "_coerce_max_wait", "valid_modes", "ui_color", "_is_sensor",
    }  # fmt: skip
    defined = {
        name
        for name in vars(BaseSensorOperator)
        if name not in vars(BaseOperator) or callable(vars(BaseSensorOperator)[name])
    }
    airflows_own = {name for name in defined if name.startswith(("_BaseOperator", "__", "_abc"))}

    assert defined - requested - airflows_own - REFUSED.keys() == set()
