# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The run of the poisoned record among ten waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import rows
from .dags.system_poisoned import KIND, POISONED, WAITS
from .patience import until
from .rows import TaskRow
from .stack import Stack, Triggerer
from .stories import OVER

DAG_ID = "system_poisoned"


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = {"a": [value]}
    return value


# In fields that are read, and in others that only travel along.
POISON: dict[str, Any] = {
    "editing_output": {"size_byte": 2**64, "duration": 10**400, "width": str(2**65), "video_info": {"width": 1e300}},
    "output": {"bucket": "a\x00b", "object": "\ud800", "file_name": "x" * 100_000},
    "metadata": [{"name\x00": "\udfff", "value": 2**70}, 1e300, -(2**64)],
    "more": _nested(200),
    "progress": 2**64,
    "create_time": "00010101000000",
    "end_time": "99991231235959",
}


@dataclass(frozen=True, slots=True)
class Poisoned:
    """What came of it.

    :param alive: whether the triggerer still ran when all was over.
    """

    triggerer: Triggerer
    alive: bool
    tasks: Mapping[str, TaskRow]
    returned: Mapping[str, Any]


def poisoned(stack: Stack, triggerer: Triggerer) -> Poisoned:
    """All of it."""
    for name in WAITS:
        # The poisoned one ends first: its neighbours wait on in the triggerer that has met it.
        looks = 1 if name == POISONED else 3
        script = [["PROCESSING", 0], ["SUCCEEDED", looks]]
        job = {"kind": KIND, "ids": {"job_id": name}, "script": script, "by": "looks"}
        stack.control("jobs", job | ({"record": POISON} if name == POISONED else {}))
    stack.ask(f"dags/{DAG_ID}/dagRuns", {"dag_run_id": "poisoned", "logical_date": None})
    until("the poisoned wait and its neighbours", _are_over, seconds=400, every=2, check=stack.check)
    return Poisoned(
        triggerer,
        triggerer.process.popen.poll() is None,
        tasks={task.task_id: task for task in rows.tasks(DAG_ID)},
        returned={task_id: value for _, task_id, value in rows.xcoms(DAG_ID)},
    )


def _are_over() -> bool:
    tasks = rows.tasks(DAG_ID)
    return bool(tasks) and all(task.state in OVER for task in tasks)
