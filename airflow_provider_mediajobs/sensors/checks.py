# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks of a sensor's arguments: when the DAG file is parsed as far as possible, the rest once rendered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.context import Context

from ..core import policy
from ..core.arguments import check_id, instant, seconds
from ..core.errors import ParameterError
from ..core.kind import JobKind
from ..core.refs import ANY_RUN, Refs, check_episodes, checked_refs, name_runs, run_start, spread
from ..core.sendable import check_nesting
from ..core.shown import shown, shown_name
from ..vendors import kind as kind_of
from .arguments import LEFT_OUT, RUN_LEAD, RUN_START, holds_template, is_template, moves
from .mapping import refuse
from .starting import check_finish

if TYPE_CHECKING:
    from .protocols import WaitArguments


def check_at_parse(sensor: WaitArguments) -> None:
    """Check all that is known before rendering.

    :raises ParameterError: naming the argument.
    """
    kind = kind_of(sensor.kind)
    for name in ("silent_fail", "exponential_backoff"):
        if getattr(sensor, name):
            refuse(name)
    check_wait(sensor)
    if sensor.finish_in_triggerer:
        check_finish(sensor)
    _check_created_after(sensor, kind)
    if not is_template(sensor.ids):
        by_name = sensor.ids if isinstance(sensor.ids, Mapping) else {"ids": sensor.ids}
        for name, value in by_name.items():
            check_nesting(f"{kind.name}: {shown_name(name)}", value, is_template)
        _check_ids(sensor, kind)


def check_wait(sensor: WaitArguments) -> None:
    """Check the arguments that sensors and operators share; operators do not know their ids yet.

    :raises ParameterError: naming the argument.
    """
    kind = kind_of(sensor.kind)
    seconds("timeout", sensor.timeout)
    policy.check(sensor.policy, kind)
    _check_cancelling(sensor, kind)
    for name in sensor.given:
        if not is_template(getattr(sensor, name)):
            check_id(name, getattr(sensor, name))


def _check_cancelling(sensor: WaitArguments, kind: JobKind) -> None:
    for name in ("on_timeout", "on_queue_timeout"):
        if policy.one_of(name, getattr(sensor, name), policy.ON_LIMIT) != "fail" and kind.cancel is None:
            raise ParameterError(
                f"{name}='cancel_then_fail': {kind.name} has no operation that cancels; leave it out, or "
                "give 'fail' where default_args give another"
            )


def _check_created_after(sensor: WaitArguments, kind: JobKind) -> None:
    """Check ``created_after``. It is accepted also where it has no effect: ``default_args`` reach every sensor."""
    value = sensor.created_after
    check_nesting("created_after", value, is_template)
    chosen = value is None or (isinstance(value, str) and value in {RUN_START, ANY_RUN})
    if not chosen and not kind.names_run({}) and not is_template(value):
        instant("created_after", value)
    if moves(value) and sensor.reschedule and not sensor.deferrable and not keeps_state():
        raise ParameterError(
            f"created_after={shown(value)} renders to another time in each process of a rescheduled wait, and this "
            "Airflow has no state store to keep the first one (Airflow 3.3 has): give a time of the DAG run, as the "
            "default does, or mode='poke' or deferrable=True"
        )


def keeps_state() -> bool:
    """Whether this Airflow has a state store for rescheduled tasks (3.3 and later)."""
    return "task_state_store" in Context.__annotations__


def _check_ids(sensor: WaitArguments, kind: JobKind) -> None:
    if not holds_template(sensor.ids):
        checked_refs(kind, sensor.policy, sensor.ids)
        return
    several = spread(kind, sensor.ids)
    for ids in [sensor.ids] if several is None else several:
        if isinstance(ids, Mapping):
            kind.check_names(ids)
            kind.check_values({name: value for name, value in ids.items() if not is_template(value)})
    if several is None:
        check_episodes(kind, sensor.policy, several=kind.means_several(sensor.ids))


def check_place(sensor: WaitArguments, ti: Any) -> None:
    """Check that Airflow would resume this sensor: it defers and reschedules the task that runs.

    :param ti: the task instance; ``None`` outside a task.
    :raises ParameterError: where another task has called the sensor, which Airflow would resume without it.
    """
    task = getattr(ti, "task", None)
    if task is None:
        return
    if sensor.deferrable and not hasattr(task, "execute_complete"):
        wrong, cure = "cannot be deferred: Airflow would resume that task, and not the sensor", "deferrable=False"
    elif not sensor.deferrable and sensor.reschedule and not getattr(task, "reschedule", False):
        wrong, cure = "cannot be rescheduled: Airflow would run that task again at once", "mode='poke'"
    else:
        return
    raise ParameterError(
        f"{sensor.task_id}: called inside the task {task.task_id!r}, the sensor {wrong}; give it {cure}, or let it "
        "be a task of its own"
    )


def rendered_refs(sensor: WaitArguments) -> Refs:
    """The jobs, by rendered ids; the other rendered arguments are checked as well.

    :raises ParameterError: for an argument that rendered to an invalid value.
    """
    for name in sensor.given:
        check_id(name, getattr(sensor, name))
    return checked_refs(kind_of(sensor.kind), sensor.policy, sensor.ids)


def rendered_start(sensor: WaitArguments, refs: Refs, run_after: datetime) -> datetime | None:
    """The rendered ``created_after``; ``None`` where any run counts.

    :param run_after: that of the DAG run.
    :raises ParameterError: where it did not render to a time.
    """
    kind, value = kind_of(sensor.kind), sensor.created_after
    if value == RUN_START:  # not rendered: the DAG has other delimiters, or there is no DAG
        value = run_after - RUN_LEAD
    # A given value that rendered to None must not mean any run.
    if value is None and sensor.starts_at_a_time and not name_runs(kind, refs.refs):
        value = instant("created_after", value)
    return run_start(kind, refs.refs, value)


def complete(name: str, value: Any, ti: Any) -> Any:
    """A value, or a mapping or list of values, with the XComs of a mapped task as plain lists.

    :param name: of the argument.
    :param ti: the task instance, which counts the mapped ones.
    :raises ParameterError: where a mapped task instance returned nothing, which would silently be left out, and where
        the value is nested too deeply.
    """
    check_nesting(name, value, is_of_mapped_task)
    return _complete(name, value, ti)


def _complete(name: str, value: Any, ti: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _complete(name, item, ti) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_complete(name, item, ti) for item in value]
    if not is_of_mapped_task(value):
        return value
    found = list(value[:])  # one request for all of them
    source = value._xcom_arg.operator  # noqa: SLF001  # nothing public says whose XComs they are
    made = ti.get_ti_count(ti.dag_id, task_ids=[source.task_id], run_ids=[ti.run_id], states=["success"])
    if len(found) < made:
        raise ParameterError(
            f"{name}: only {len(found)} of {made} mapped tasks of {source.task_id!r} returned a value, and the others "
            "would silently be left out; let each task return a value, or skip it"
        )
    return found


def is_of_mapped_task(value: Any) -> bool:
    """Whether it stands for the XComs of a mapped task, each of which is read only when it is asked for."""
    from airflow.sdk.execution_time.lazy_sequence import LazyXComSequence  # here, not above: on workers only

    return isinstance(value, LazyXComSequence)


def given_ids(ids: Any) -> Any:
    """The ids without those that were left out, which the named sensors pass on."""
    # Otherwise the same object: by its identity Airflow knows that the ids came from an XCom and are no templates.
    if not isinstance(ids, Mapping) or not any(value is LEFT_OUT for value in ids.values()):
        return ids
    return {name: value for name, value in ids.items() if value is not LEFT_OUT}


def given_start(kind: JobKind, ids: Any, created_after: Any, *, mapped: bool) -> Any:
    """``created_after`` as given, or its default.

    :param mapped: whether Airflow has made the task from a mapped one.
    :raises ParameterError: for ``None`` in a mapped task, where it may be a missing XCom.
    """
    named = kind.names_run(ids if isinstance(ids, Mapping) else {})
    if created_after is None and mapped and not named:
        raise ParameterError(
            f"created_after is None in a mapped task, where it may come from a missing XCom; give {ANY_RUN!r} to "
            "accept the newest run whatever its age"
        )
    if created_after is not LEFT_OUT:
        return created_after
    return None if named else RUN_START
