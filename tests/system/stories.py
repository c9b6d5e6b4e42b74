# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The run of the tests of the task log: jobs that move when their tasks have come to a certain point."""

from __future__ import annotations

from typing import Any

from . import rows
from .jobs import post
from .logs import TaskLog
from .rows import TaskRow
from .stack import Stack

DAG_ID = "system_stories"
RUN = "stories"
KIND = "huawei.mpc.editing"
# What a job does once its task is deferred, in seconds from then on.
MOVES: dict[str, list[list[Any]]] = {
    "told": [["WAITING", 0], ["PROCESSING", 15], ["SUCCEEDED", 40]],
    "told_too": [["WAITING", 0], ["PROCESSING", 5], ["SUCCEEDED", 30]],
    "skips": [["PROCESSING", 0], ["FAILED", 15]],
    "hands_on": [["PROCESSING", 0], ["SUCCEEDED", 15]],
}
STAY = ("times_out", "times_out_in_the_triggerer", "execution_times_out", "wrong_key", "not_there", "begins_again")
OVER = {"success", "failed", "skipped", "upstream_failed"}


class Stories:
    """One run.

    :ivar tasks: as they were last seen.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._moved: set[str] = set()
        self.tasks: dict[str, TaskRow] = {}

    def start(self) -> None:
        for name in STAY:
            self._post(name, [["PROCESSING", 0]])
        for name in MOVES:
            self._post(name, [["WAITING", 0]])
        self._stack.ask(f"dags/{DAG_ID}/dagRuns", {"dag_run_id": RUN, "logical_date": None})

    def are_over(self) -> bool:
        """Looks, and lets jobs move whose tasks have got so far."""
        self.tasks = {task.task_id: task for task in rows.tasks(DAG_ID)}
        for name, script in MOVES.items():
            if self.tasks[name].triggerer and name not in self._moved:
                self._move(name, script)
        again = self.tasks["begins_again"]
        if again.tries == 2 and again.triggerer and "begins_again" not in self._moved:
            self._move("begins_again", [["PROCESSING", 0], ["SUCCEEDED", 5]])
        return all(task.state in OVER for task in self.tasks.values())

    def log(self, name: str, attempt: int = 1) -> TaskLog:
        """Of a task."""
        return self._stack.task_log(DAG_ID, RUN, name, attempt)

    def returned(self) -> dict[str, Any]:
        return {task_id: value for _, task_id, value in rows.xcoms(DAG_ID)}

    def _move(self, name: str, script: list[list[Any]]) -> None:
        self._moved.add(name)
        self._post(name, script)

    def _post(self, name: str, script: list[list[Any]]) -> None:
        post(self._stack.control, KIND, {"job_id": name}, script)
