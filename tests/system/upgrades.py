# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The run of the upgrade: rows are rewritten while no triggerer runs, then one takes them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow.triggers.base import BaseTrigger

from . import rows
from .dags.system_upgrades import KIND, REWRITTEN
from .jobs import post
from .logs import TaskLog
from .patience import until
from .rows import TaskRow
from .stack import Stack
from .stories import OVER

DAG_ID = "system_upgrades"
RUN = "upgrades"
STARTS = hasattr(BaseTrigger, "render_template_fields")
"""Whether this Airflow starts tasks in the triggerer; before 3.3 none does."""


@dataclass(frozen=True, slots=True)
class Upgrades:
    """What came of it, by task.

    :param before: rows as workers had stored them.
    :param after: the rows that the triggerer held when every wait that was to be begun anew had been.
    :param returned: by the tasks that did.
    """

    stack: Stack
    before: Mapping[str, dict[str, Any]]
    after: Mapping[str, dict[str, Any]]
    tasks: Mapping[str, TaskRow]
    returned: Mapping[str, Any]

    def log(self, task_id: str) -> TaskLog:
        """Of the only try."""
        return self.stack.task_log(DAG_ID, RUN, task_id, 1)


def upgrades(stack: Stack) -> Upgrades:
    """All of it."""
    for name in REWRITTEN:
        post(stack.control, KIND, {"job_id": f"upgrade-{name}"}, [["PROCESSING", 0]])
    stack.ask(f"dags/{DAG_ID}/dagRuns", {"dag_run_id": RUN, "logical_date": None})
    until("every wait to be deferred", lambda: _deferred() == REWRITTEN.keys(), seconds=300, check=stack.check)
    before = rows.trigger_rows(DAG_ID)
    for name, rewritten in REWRITTEN.items():
        whole = {} if "*" in rewritten.less else before[name]
        row = {key: value for key, value in whole.items() if key not in rewritten.less} | rewritten.more
        rows.rewrite(DAG_ID, name, row, rewritten.kept)
    with stack.triggerer("triggerer-upgrades"):
        again = {name for name, rewritten in REWRITTEN.items() if rewritten.anew}
        until("the waits to be begun anew", lambda: _begun_anew() >= again, seconds=120, check=stack.check)
        after = rows.trigger_rows(DAG_ID)
        for name, rewritten in REWRITTEN.items():
            word = "FAILED" if rewritten.fails else "SUCCEEDED"
            post(stack.control, KIND, {"job_id": f"upgrade-{name}"}, [["PROCESSING", 0], [word, 1]])
        until("all to be over", _are_over, seconds=300, check=stack.check)
    return Upgrades(
        stack,
        before,
        after,
        tasks={task.task_id: task for task in rows.tasks(DAG_ID)},
        returned={task_id: value for _, task_id, value in rows.xcoms(DAG_ID)},
    )


def _deferred() -> set[str]:
    return {task.task_id for task in rows.tasks(DAG_ID) if task.state == "deferred"}


def _begun_anew() -> set[str]:
    return {name for name, row in rows.trigger_rows(DAG_ID).items() if _is_of_a_worker(row) and name in _deferred()}


def _is_of_a_worker(row: dict[str, Any]) -> bool:
    """A wait that was to begin in the triggerer had not begun: what a worker then defers counts nothing."""
    return row.get("anew") == 1 or (STARTS and "xcoms" not in row and row.get("ids") == [{"job_id": "upgrade-started"}])


def _are_over() -> bool:
    return all(task.state in OVER for task in rows.tasks(DAG_ID))
