# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Attributes by which Airflow starts or finishes a sensor in the triggerer. Loaded when a DAG file is parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.xcom_arg import PlainXComArg

from ..core.errors import ParameterError
from ..core.policy import BACKSTOP_S, WHERE
from ..core.times import format_time
from .arguments import holds_template, moves
from .extending import AT_THE_END, AT_THE_START, overrides

if TYPE_CHECKING:
    from airflow.triggers.base import StartTriggerArgs

    from .protocols import PlacedSensor, WaitArguments

_LOST = ("on_success_callback", "outlets", "multiple_outputs")


class StartFromTrigger:
    """``start_from_trigger``: false for the class, or every mapped task would start in the triggerer."""

    def __get__(self, sensor: PlacedSensor | None, owner: type) -> bool:
        return sensor is not None and _xcoms(sensor) is not None


class StartArgs:
    """``start_trigger_args`` of a sensor, computed at each access, so that later assignments to the sensor count."""

    def __get__(self, sensor: PlacedSensor | None, owner: type) -> StartTriggerArgs | None:
        return None if sensor is None else start_trigger_args(sensor)


def check_finish(sensor: WaitArguments) -> None:
    """Refuse arguments that Airflow silently ignores when a task finishes in the triggerer.

    :raises ParameterError: naming the argument.
    """
    if name := next((name for name in _LOST if getattr(sensor, name, None)), None):
        raise ParameterError(
            f"finish_in_triggerer does not go with {name}: Airflow honours it only where a worker finishes the task; "
            "leave out one of the two"
        )


def finishes(sensor: PlacedSensor) -> bool:
    """Whether success may end the task in the triggerer.

    Not where a mapped task expands over the result: only a worker reports its length to Airflow.
    """
    if not sensor.finish_in_triggerer or any(getattr(sensor, name, None) for name in _LOST):
        return False
    if overrides(sensor, AT_THE_END):
        return False
    return not (_in_a_dag(sensor) and any(True for _ in sensor.iter_mapped_dependants()))


def start_trigger_args(sensor: PlacedSensor) -> StartTriggerArgs | None:
    """The trigger that starts the wait in the triggerer; ``None`` where a worker has to start it."""
    if (xcoms := _xcoms(sensor)) is None:
        return None
    made, marked = _parts()
    return made(
        trigger_cls="airflow_provider_mediajobs.triggers.start.MediaJobStartTrigger",
        trigger_kwargs=marked(_trigger_kwargs(sensor, xcoms)),
        next_method="execute_complete",
        timeout=timedelta(seconds=sensor.timeout + BACKSTOP_S),
    )


def _xcoms(sensor: PlacedSensor) -> dict[str, list[str]] | None:
    """Task id and key of the XComs that the triggerer is to pull, by argument; ``None`` where a worker has to start."""
    if not getattr(sensor, "start_in_triggerer", False) or sensor.get_closest_mapped_task_group() is not None:
        return None
    if overrides(sensor, AT_THE_START) or sensor.template_ext or _reads_otherwise(sensor):
        return None
    if moves(sensor.created_after):  # each triggerer that resumes the wait would render another time
        return None
    xcoms: dict[str, list[str]] = {}
    for name, value in _templated(sensor):
        if _is_plain(value):
            xcoms[name] = [value.operator.task_id, value.key]
        elif _needs_a_worker(sensor, value):
            return None
    return xcoms


def _trigger_kwargs(sensor: PlacedSensor, xcoms: dict[str, list[str]]) -> dict[str, Any]:
    ids = None if "ids" in xcoms else sensor.ids
    if isinstance(ids, Mapping):
        ids = {name: None if f"ids.{name}" in xcoms else value for name, value in ids.items()}
    after, limit = sensor.created_after, sensor.execution_timeout
    return {
        **wait_arguments(sensor),
        **{name: None for name in WHERE if name in xcoms},
        "ids": ids,
        "created_after": None if "created_after" in xcoms else _text(after),
        "xcoms": xcoms,
        "execution_timeout": None if limit is None else limit.total_seconds(),
        "backstop": BACKSTOP_S,
    }


@cache  # since an import takes longer than all that is made of it
def _parts() -> tuple[type[StartTriggerArgs], Callable[[Mapping[str, Any]], dict[str, Any]]]:
    from airflow.triggers.base import StartTriggerArgs  # here, not above: most DAG files do not need it

    from ..core.stored import marked

    return StartTriggerArgs, marked


def _text(moment: Any) -> Any:
    return format_time(moment) if isinstance(moment, datetime) else moment


def wait_arguments(sensor: PlacedSensor) -> dict[str, Any]:
    """The arguments that both triggers share."""
    return {
        "kind": sensor.kind,
        "conn_id": sensor.conn_id,
        "region": sensor.region,
        "project_id": sensor.project_id,
        "timeout": sensor.timeout,
        "poll_interval": sensor.poll_interval,
        "policy": sensor.policy.to_json(),
        "finish": finishes(sensor),
        "push": sensor.do_xcom_push,
    }


def _templated(sensor: PlacedSensor) -> list[tuple[str, Any]]:
    """The arguments that may be templates, with the trigger's names for them; without those that are not given."""
    ids = sensor.ids
    given = [
        ("conn_id", sensor.conn_id),
        ("region", sensor.region),
        ("project_id", sensor.project_id),
        ("created_after", sensor.created_after),
        *([(f"ids.{name}", value) for name, value in ids.items()] if isinstance(ids, Mapping) else [("ids", ids)]),
    ]
    return [(name, value) for name, value in given if value is not None]


def _is_plain(value: Any) -> bool:
    """Whether it is one XCom of a task that is not mapped, which a triggerer can pull."""
    if not isinstance(value, PlainXComArg):
        return False
    return not value.operator.is_mapped and value.operator.get_closest_mapped_task_group() is None


def _needs_a_worker(sensor: PlacedSensor, value: Any) -> bool:
    # The triggerer renders to text, with Airflow's macros and filters alone.
    return holds_template(value) and (
        not isinstance(value, str) or _renders_natively(sensor) or _renders_its_own(sensor)
    )


def _renders_natively(sensor: PlacedSensor) -> bool:
    own = getattr(sensor, "render_template_as_native_obj", None)
    return bool(own if own is not None else _in_a_dag(sensor) and sensor.dag.render_template_as_native_obj)


def _renders_its_own(sensor: PlacedSensor) -> bool:
    if not _in_a_dag(sensor):
        return False
    from jinja2 import StrictUndefined  # here, not above: Airflow loads it with the DAG class

    dag = sensor.dag
    return bool(dag.user_defined_macros or dag.user_defined_filters or dag.template_undefined is not StrictUndefined)


def _reads_otherwise(sensor: PlacedSensor) -> bool:
    """Whether the DAG has other delimiters: then any text may be a template."""
    return _in_a_dag(sensor) and bool(sensor.dag.jinja_environment_kwargs)


def _in_a_dag(sensor: PlacedSensor) -> bool:
    return sensor.has_dag()
