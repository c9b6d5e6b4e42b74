# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The run in which every outcome occurs in every mode, as the tasks of one DAG run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import rows
from .dags.system_outcomes import OUTCOMES, job_ids
from .logs import TaskLog
from .patience import until
from .rows import TaskRow
from .stack import Stack, Triggerer
from .stories import OVER

DAG_ID = "system_outcomes"
RUN = "outcomes"
# What differs between two waits that came to the same: times, what the vendor makes up, and how late a look was.
_OWN = {
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)|\b20\d{12}\b": "TIME",
    r"\b[0-9a-f]{32}\b": "HEX",
    r"request id [\w-]+": "request id ID",
    r"\bfor \d+ s\b": "for N s",
    r"\d+:\d\d:\d\d ago": "AGE ago",
    r"(?<=Incorrect IAM authentication information: ).*(?= \(HTTP)": "WHY",
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of it, by task.

    :param seconds: that it took.
    :param returned: by the tasks that did.
    :param partial: what of it was there, of the tasks that wrote it down.
    :param words: the vendor's, for every job when all was over, by its last id.
    """

    stack: Stack
    triggerer: Triggerer
    seconds: float
    tasks: Mapping[str, TaskRow]
    returned: Mapping[str, Any]
    partial: Mapping[str, Any]
    words: Mapping[str, str]
    requests: list[dict[str, Any]]

    def log(self, task_id: str) -> TaskLog:
        """Of the last try."""
        return self.stack.task_log(DAG_ID, RUN, task_id, self.tasks[task_id].tries)


def outcomes(stack: Stack, triggerer: Triggerer) -> Outcomes:
    """All of it."""
    stack.control("requests", method="DELETE")
    for name, row in OUTCOMES.items():
        for mode in row.modes:
            # One job is named where there is none, too.
            for ids, words in zip(job_ids(name, mode), row.jobs, strict=bool(row.jobs)):
                script = [[word, look] for look, word in enumerate(words)]
                job = {"kind": row.kind, "ids": ids, "script": script, "by": "looks", "age": row.age}
                job["undocumented"] = True  # one of them is
                stack.control("jobs", job)
    stack.ask(f"dags/{DAG_ID}/dagRuns", {"dag_run_id": RUN, "logical_date": None})
    seconds = until("every outcome", _are_over, seconds=900, every=2, check=stack.check)
    return Outcomes(
        stack,
        triggerer,
        seconds,
        tasks={task.task_id: task for task in rows.tasks(DAG_ID)},
        returned={task_id: value for _, task_id, value in rows.xcoms(DAG_ID)},
        partial={task_id: value for _, task_id, value in rows.xcoms(DAG_ID, "partial_result")},
        words={list(job["ids"].values())[-1]: job["state"] for job in stack.control("jobs")["jobs"]},
        requests=stack.requests(),
    )


def _are_over() -> bool:
    tasks = rows.tasks(DAG_ID)
    return bool(tasks) and all(task.state in OVER for task in tasks)


def common(task_id: str, told: Any) -> Any:
    """What a task has told, without what is its own: ids and what follows from them, times, and what its looks cost."""
    text = json.dumps(_without_cost(told), sort_keys=True).replace(task_id, "NAME")
    for own, name in _OWN.items():
        text = re.sub(own, name, text)
    return json.loads(text)


def _without_cost(told: Any) -> Any:
    if isinstance(told, list):
        return [_without_cost(item) for item in told]
    if isinstance(told, dict):
        return {name: _without_cost(value) for name, value in told.items() if name not in {"wait", "request_id"}}
    return told
