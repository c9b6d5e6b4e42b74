# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks of subclasses of the sensor: an override that is never called must not be ignored silently.

``execute`` and ``execute_complete`` may be overridden to make the gate stricter. Other methods of Airflow's sensors
that this one never calls are refused when the class is defined; those that only workers call keep the task on workers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from airflow.sdk import BaseSensorOperator

from ..core.errors import ParameterError
from ..core.policy import WHERE
from .arguments import IdField

_STRICTER = "override execute, and execute_complete for deferred waits: call that of super(), and check its result"
_UNASKED = {
    "poke": _STRICTER,
    "_get_next_poke_interval": "give poke_interval, or poll_interval for a deferred wait",
    "aexecute": _STRICTER,
    "start_from_trigger": "give start_in_triggerer=True",
    "start_trigger_args": "give start_in_triggerer=True",
    "end_from_trigger": "give finish_in_triggerer=True",
}

RENDERING = (
    "render_template_fields",
    "_do_render_template_fields",
    "_iter_templated_fields",
    "render_template",
    "_render",
    "_should_render_native",
    "get_template_env",
    "prepare_template",
    "resolve_template_files",
)
AT_THE_START = ("execute", "wait", "pre_execute", *RENDERING)
"""Methods that only a worker that begins the wait calls."""
AT_THE_END = ("execute_complete", "resume_execution", "post_execute")
"""Methods that only a worker that ends the wait calls."""


def check_class(of: type[BaseSensorOperator]) -> None:
    """Check a subclass.

    :raises ParameterError: naming the method that is never called, and what to use instead.
    """
    if _is_known(of):
        return
    if (name := _first_of(of, _UNASKED)) is not None:
        raise _refused(of, name)
    fields = of.template_fields
    if missing := [name for name in _fields(of) if name not in fields]:
        raise ParameterError(
            f"{of.__name__}.template_fields leaves out {', '.join(missing)}: their templates would be sent to the "
            "vendor as they stand; add your own fields to those of the class above"
        )


def check_object(sensor: BaseSensorOperator) -> None:
    """Check a sensor for methods that were assigned to it, or to its class, after they were made.

    :raises ParameterError: as :func:`check_class`.
    """
    check_class(type(sensor))
    if (name := next((name for name in _UNASKED if name in vars(sensor)), None)) is not None:
        raise _refused(type(sensor), name)


def overrides(sensor: object, names: Collection[str]) -> bool:
    """Whether the object, or a class of it outside this package and Airflow, defines one of these names."""
    return _first_of(type(sensor), names) is not None or not vars(sensor).keys().isdisjoint(names)


def _first_of(of: type, names: Iterable[str]) -> str | None:
    """The first of the names that a base class outside this package and Airflow defines; ``None`` where none does."""
    own = [vars(base) for base in _strangers(of)]
    return next((name for name in names if any(name in defined for defined in own)), None) if own else None


@lru_cache(maxsize=256)  # called a dozen times for each sensor
def _strangers(of: type) -> tuple[type, ...]:
    return tuple(base for base in of.__mro__ if not _is_known(base))


def _is_known(base: type) -> bool:
    return base in BaseSensorOperator.__mro__ or base.__module__.startswith(f"{__package__}.")


def _fields(of: type[BaseSensorOperator]) -> tuple[str, ...]:
    """The names that ``template_fields`` must contain."""
    attributes: dict[str, Any] = {name: value for base in reversed(of.__mro__) for name, value in vars(base).items()}
    ids = tuple(name for name, value in attributes.items() if isinstance(value, IdField)) or ("ids",)
    above: Any = next(base for base in of.__mro__[1:] if _is_known(base))
    return (*ids, *(name for name in ("created_after", *WHERE) if name in above.template_fields))


def _refused(of: type[BaseSensorOperator], name: str) -> ParameterError:
    return ParameterError(
        f"{of.__name__}.{name} is never called, and the task would succeed without it; {_UNASKED[name]}"
    )
