# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Renders templated arguments in the triggerer, for a wait that begins without a worker.

If that fails, a worker renders them again and reports the error in full; so messages here are short.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.arguments import check_id, instant
from ..core.errors import ParameterError
from ..core.policy import WHERE, Policy
from ..core.refs import checked_refs, run_start
from ..core.times import format_time
from ..vendors import kind as kind_of

if TYPE_CHECKING:
    from airflow.sdk import Context
    from jinja2 import Environment


# Names that a template may use. Airflow's context has more, but in a triggerer (Airflow 3.3.2) those hang that ask the
# API server: the previous run, the task's state store, assets and their events.
_NAMES = frozenset(
    "conn dag dag_run data_interval_end data_interval_start ds ds_nodash logical_date macros params partition_date "
    "partition_key run_id task task_instance task_instance_key_str ti ts ts_nodash ts_nodash_with_tz var".split()
)
_FACTS = frozenset({"dag_id", "map_index", "run_id", "task_id", "try_number"})


class _TaskInstance:
    """The part of the task instance that a template may use: some fields, and XComs of tasks that are not mapped.

    Most methods of the real one hang in a triggerer (Airflow 3.3.2), as does ``xcom_pull`` without ``map_indexes``.
    """

    def __init__(self, ti: Any) -> None:
        self._ti = ti

    def __getattr__(self, name: str) -> Any:
        if name in _FACTS:
            return getattr(self._ti, name)
        # Not AttributeError: a template takes that for an undefined value, for which it may have a default.
        raise ParameterError(f"ti.{name} is for workers")

    def xcom_pull(self, *given: Any, **named: Any) -> Any:
        return self._ti.xcom_pull(*given, **({"map_indexes": -1} | named))


class Rendering:
    """Renders arguments to the same values as a worker would.

    :param context: Airflow's context of the task.
    :param env: the Jinja environment, without the DAG's own macros and filters.
    :param xcoms: see :class:`.arguments.StartArguments`.
    """

    def __init__(self, context: Context, env: Environment, xcoms: Mapping[str, list[str]]) -> None:
        self._ti = _TaskInstance(context["ti"])
        self._context: dict[str, Any] = {**context, "ti": self._ti, "task_instance": self._ti}
        self._env = env
        self._xcoms = xcoms

    def rendered(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rendered values of the arguments that may be templates, and ``many``.

        :param given: the arguments of the trigger.
        :raises ParameterError: an argument has an invalid value, or its template needs what only a worker has.
        """
        values = {name: self._value(name, given[name]) for name in WHERE}
        _check(given, values, self._xcoms)
        ids = self._value("ids", given["ids"])
        if isinstance(ids, Mapping):
            ids = {name: self._value(f"ids.{name}", value) for name, value in ids.items()}
        kind = kind_of(given["kind"])
        spec = checked_refs(kind, Policy.from_json(given["policy"]), ids)
        after = self._value("created_after", given["created_after"])
        if "created_after" in self._xcoms:  # a missing XCom must not mean any run
            after = instant("created_after", after)
        after = run_start(kind, spec.refs, after)
        return values | {
            "ids": [dict(ref.ids) for ref in spec.refs],
            "many": spec.many,
            "created_after": format_time(after),
        }

    def _value(self, name: str, value: Any) -> Any:
        """Return the value of one argument: from its XCom, or rendered if it is a template."""
        if name in self._xcoms:
            task_id, key = self._xcoms[name]
            return self._ti.xcom_pull(task_ids=task_id, key=key)
        # Values from XComs are not templates.
        if isinstance(value, str) and not (name.startswith("ids.") and "ids" in self._xcoms):
            return self._render(value)
        return value

    def _render(self, template: str) -> str:
        from jinja2.meta import find_undeclared_variables

        parsed = self._env.parse(template)
        if unsafe := find_undeclared_variables(parsed) - _NAMES:
            raise ParameterError(f"{', '.join(sorted(unsafe))}: for workers")
        return self._env.from_string(parsed).render(self._context)


def _check(given: Mapping[str, Any], values: Mapping[str, Any], xcoms: Mapping[str, list[str]]) -> None:
    """Check the arguments that identify the account.

    :raises ParameterError: one of them is not a valid id.
    """
    for name in WHERE:
        if name == "conn_id" or name in xcoms or given[name] is not None:
            check_id(name, values[name])
