# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How a sensor's arguments are read: which were left out, and which are templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Self, overload

from ..core.arguments import is_list

if TYPE_CHECKING:
    from airflow.sdk import XComArg

    from .protocols import HasIds

    Ids = str | Sequence[str] | XComArg
    """One id, several, or what an upstream task returns."""

RUN_LEAD = timedelta(hours=1)
RUN_START = "{{ dag_run.run_after - macros.timedelta(hours=1) }}"
"""Default of ``created_after``: the same when the task is cleared, and of the run's own time in a backfill."""


class LeftOut(Enum):
    """Marks an argument that was not given; ``None`` cannot, since a missing XCom renders to it."""

    LEFT_OUT = "left out"


LEFT_OUT: Final = LeftOut.LEFT_OUT


class IdField:
    """An entry of a named sensor's ``ids`` as an attribute, so that Airflow renders it and finds upstream tasks in it.

    :param name: key of the entry in ``ids``.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, sensor: None, owner: type) -> Self: ...
    @overload
    def __get__(self, sensor: HasIds, owner: type) -> Any: ...
    def __get__(self, sensor: HasIds | None, owner: type) -> Any:
        return self if sensor is None else sensor.ids.get(self.name)

    def __set__(self, sensor: HasIds, value: Any) -> None:
        # Rendering sets every field, and one that was left out to None: it stays out.
        if self.name in sensor.ids or value is not None:
            # Not in place: what Airflow renders is a shallow copy, and the task itself must keep its templates.
            sensor.ids = {**sensor.ids, self.name: value}


def is_template(value: Any) -> bool:
    """Whether a value is known only once rendered: Jinja, an XCom, a DAG param, a mapped task group's argument."""
    # The class of all that Airflow resolves has this method; their base class is not public.
    return "{{" in value or "{%" in value if isinstance(value, str) else hasattr(type(value), "iter_references")


# Names in Airflow's context and macros for the present time or the start of the process.
_MOVES = r"\b(ti|task_instance)\b[^{}]*\bstart_date\b|\b(utc)?now\b|\btoday\b"


def moves(value: Any) -> bool:
    """Whether a template renders to another time in each process of a wait, as far as its text shows."""
    return isinstance(value, str) and is_template(value) and re.search(_MOVES, value) is not None


def holds_template(value: Any) -> bool:
    """Whether a value is a template, or a list or mapping with a template anywhere in it.

    :param value: one that :func:`check_nesting` has accepted.
    """
    if isinstance(value, str):
        return is_template(value)
    inner = value.values() if isinstance(value, Mapping) else value if is_list(value) else ()
    return is_template(value) or any(holds_template(item) for item in inner)
