"""How a sensor's arguments are read: what was left out, what only rendering will tell."""

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
"""From when on a job is of this DAG run: stays when the task is cleared, and is of its own time in a backfill."""


class LeftOut(Enum):
    """Not given. ``None`` cannot say that: a missing XCom renders to it, and a mapped task may be expanded over it."""

    LEFT_OUT = "left out"


LEFT_OUT: Final = LeftOut.LEFT_OUT


class IdField:
    """One of a named sensor's ``ids`` as an attribute, so that Airflow renders it and finds the tasks it comes from.

    :param name: of the id in ``ids``.
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
    """Whether only rendering will tell the value: Jinja, an XCom, a DAG param, an argument of a mapped task group."""
    # What Airflow resolves has this method; its base class is not public.
    return "{{" in value or "{%" in value if isinstance(value, str) else hasattr(value, "iter_references")


# A time of the process that renders it, by whatever name Airflow or its macros have for that.
_MOVES = r"\b(ti|task_instance)\b[^{}]*\bstart_date\b|\b(utc)?now\b|\btoday\b"


def moves(value: Any) -> bool:
    """Whether a template is another time in each process of a wait, as far as its text shows."""
    return isinstance(value, str) and is_template(value) and re.search(_MOVES, value) is not None


def holds_template(value: Any) -> bool:
    """The same of anything within it."""
    if isinstance(value, str):
        return is_template(value)
    inner = value.values() if isinstance(value, Mapping) else value if is_list(value) else ()
    return is_template(value) or any(holds_template(item) for item in inner)
