# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The runs of operators that are killed at every step, and of those whose task is ended from outside."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow.triggers.base import BaseTrigger

from . import rows
from .dags.system_crashes import CRASHES, ENDED, ON_WORKERS, name_of
from .logs import TaskLog
from .patience import until
from .rows import TaskRow
from .stack import Stack, Triggerer
from .stories import OVER

STARTS = hasattr(BaseTrigger, "render_template_fields")
"""Whether this is Airflow 3.3, which has a store for each task, and tells triggers of what people do."""
RUN = "crashes"
CREATES = {
    "SubmitLiveEditingJob",
    "SubmitTranscodeJobs",
    "EditShowAndReplace",
    "CreateAssetEditTask",
    "CreateEditingJob",
}
NAMES = [name_of(kind, step) for kind, step in CRASHES]


@dataclass(frozen=True, slots=True)
class Crashes:
    """What came of it, by task.

    :param seconds: that the first run took.
    :param created: jobs that the vendors have made.
    :param links: that the API shows of a deferred task.
    :param output: the same, of a task that has ended.
    :param moved: vendor's words for the jobs of tasks that were ended, after the triggerers have gone; and ``ended``,
        after people's acts.
    :param on_workers: tasks that were ended while they held a worker; ``jobs_of_workers`` has the words for their jobs
        when their workers had been told.
    """

    stack: Stack
    seconds: float
    tasks: Mapping[str, TaskRow]
    returned: Mapping[str, Any]
    created: Mapping[str, int]
    links: Mapping[str, str | None]
    output: Mapping[str, str | None]
    moved: Mapping[str, str]
    ended: Mapping[str, str]
    last: Mapping[str, TaskRow]
    on_workers: Mapping[str, TaskRow]
    jobs_of_workers: Mapping[str, str]

    def log(self, task_id: str, attempt: int, dag_id: str = "system_crashes") -> TaskLog:
        return self.stack.task_log(dag_id, RUN, task_id, attempt)


def crashes(stack: Stack) -> Crashes:
    """All of it: three triggerers, one after the other, of which the first is killed and the second one stopped."""
    stack.control("requests", method="DELETE")
    with stack.triggerer("triggerer-killed") as first:
        _run(stack, "system_crashes")
        seconds = until("every crash", lambda: _are_over("system_crashes"), seconds=900, every=2, check=stack.check)
        seen: set[str] = set()
        _queue(stack, seen)
        _run(stack, "system_ends")
        _run(stack, "system_workers")

        def wait() -> bool:
            _queue(stack, seen)
            return _held(first) == set(ENDED) and len(_on_workers(stack)) == len(ON_WORKERS)

        until("tasks to be ended", wait, seconds=300, check=stack.check)
        here = _on_workers(stack)
        _end_on_workers(stack, here)
        told = _words(stack, here)
        _script(stack, {name: one for name, one in here.items() if told[name] == "WAITING"}, [["SUCCEED", 0]])
        ids = _ids(stack)
        first.kill()
    with stack.triggerer("triggerer-stopped") as second:
        until("another triggerer to take over", lambda: _held(second) == set(ENDED), seconds=300, check=stack.check)
        second.stop()
    with stack.triggerer("triggerer-last") as last:
        until("the last triggerer to take over", lambda: _held(last) == set(ENDED), seconds=300, check=stack.check)
        links = _links(stack, "system_ends", "lives")
        output = _links(stack, "system_crashes", name_of("alibaba.ice.live_editing", "written"))
        moved = _words(stack, ids)
        _act(stack, last, ids)
        ended = _words(stack, ids)
        _script(stack, {name: one for name, one in ids.items() if ended[name] == "WAITING"}, [["SUCCEED", 0]])
        until("those that were ended", lambda: _are_over("system_ends"), seconds=300, every=2, check=stack.check)
        until("those of workers", lambda: _are_over("system_workers"), seconds=300, every=2, check=stack.check)
    created = [json.dumps(one["parameters"]) for one in stack.requests() if _made(one)]
    return Crashes(
        stack,
        seconds,
        tasks=_tasks("system_crashes"),
        returned={task_id: value for _, task_id, value in rows.xcoms("system_crashes")},
        created={name: sum(name in one for one in created) for name in (*NAMES, *ENDED, *ON_WORKERS)},
        links=links,
        output=output,
        moved=moved,
        ended=ended,
        last=_tasks("system_ends"),
        on_workers=_tasks("system_workers"),
        jobs_of_workers=told,
    )


def _links(stack: Stack, dag_id: str, task_id: str) -> dict[str, str | None]:
    return dict(stack.ask(f"dags/{dag_id}/dagRuns/{RUN}/taskInstances/{task_id}/links")["extra_links"])


def _run(stack: Stack, dag_id: str) -> None:
    stack.ask(f"dags/{dag_id}/dagRuns", {"dag_run_id": RUN, "logical_date": None})


def _queue(stack: Stack, seen: set[str]) -> None:
    """Let jobs that have come since queue until further notice."""
    jobs = [job["ids"] for job in stack.control("jobs")["jobs"] if job["kind"] == "huawei.vod.editing"]
    new = {ids["task_id"]: ids for ids in jobs if ids["task_id"] not in seen}
    _script(stack, new, [["WAITING", 0]])
    seen.update(new)


def _made(request: Mapping[str, Any]) -> bool:
    return request["action"] in CREATES and request["status"] == 200


def _act(stack: Stack, triggerer: Triggerer, ids: Mapping[str, Any]) -> None:
    """As people do, in the UI."""
    for name, state in (("marked_failed", "failed"), ("marked_success", "success")):
        stack.ask(f"dags/system_ends/dagRuns/{RUN}/taskInstances/{name}", {"new_state": state}, method="PATCH")
    body = {"dry_run": False, "dag_run_id": RUN, "task_ids": ["cleared"], "only_failed": False}
    stack.ask("dags/system_ends/clearTaskInstances", body)
    left = {"lives", "cleared"} if STARTS else {"lives"}
    until(
        "the cleared task to go on",
        lambda: _tasks("system_ends")["cleared"].tries > 1 and _held(triggerer) == left,
        seconds=300,
        check=stack.check,
    )
    if STARTS:  # before 3.3 nobody is told
        until("the jobs to be cancelled", lambda: set(_words(stack, ids).values()) == {"WAITING", "CANCEL"})


def _on_workers(stack: Stack) -> dict[str, dict[str, str]]:
    """Ids of the jobs of tasks that hold a worker, as the first try of each has logged them."""
    logs = {name: stack.task_log("system_workers", RUN, name, 1).of_workers() for name in ON_WORKERS}
    found = {name: re.search(r"job \{'task_id': '(\w+)'\}, just submitted", text) for name, text in logs.items()}
    return {name: {"task_id": match[1]} for name, match in found.items() if match}


def _end_on_workers(stack: Stack, ids: Mapping[str, Any]) -> None:
    """One by a signal of the machine's, the others as people do. It is over when each worker has told of its job.

    Airflow lets a task go on that was only sent SIGTERM: whoever evicts it kills it later.
    """
    pid = _tasks("system_workers")["here_evicted"].pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    for name, state in (("here_failed", "failed"), ("here_success", "success")):
        stack.ask(f"dags/system_workers/dagRuns/{RUN}/taskInstances/{name}", {"new_state": state}, method="PATCH")
    body = {"dry_run": False, "dag_run_id": RUN, "task_ids": ["here_clear"], "only_failed": False}
    stack.ask("dags/system_workers/clearTaskInstances", body)

    def told() -> bool:
        logs = {name: stack.task_log("system_workers", RUN, name, 1).of_workers() for name in ids}
        return all("costs money" in text or "was cancelled" in text for text in logs.values())

    until("workers to be told", told, seconds=60, check=stack.check)
    os.kill(pid, signal.SIGKILL)

    def goes_on() -> bool:
        logs = [stack.task_log("system_workers", RUN, name, 2).of_workers() for name in ("here_evicted", "here_clear")]
        return all("huawei.vod.editing: job {" in text for text in logs)

    if STARTS:  # before 3.3 nothing tells the next try of the job
        until("the next tries", goes_on, seconds=120, check=stack.check)


def _tasks(dag_id: str) -> dict[str, TaskRow]:
    return {task.task_id: task for task in rows.tasks(dag_id)}


def _are_over(dag_id: str) -> bool:
    tasks = rows.tasks(dag_id)
    return bool(tasks) and all(task.state in OVER for task in tasks)


def _held(triggerer: Triggerer) -> set[str]:
    """The tasks to be ended that wait in it."""
    return {task.task_id for task in rows.tasks("system_ends") if task.triggerer == triggerer.job_id}


def _ids(stack: Stack) -> dict[str, dict[str, str]]:
    """Of the jobs that tasks wait for, as their triggers have them."""
    return {task_id: kwargs["ids"][0] for task_id, kwargs in rows.trigger_rows("system_ends").items()}


def _script(stack: Stack, ids: Mapping[str, dict[str, str]], script: list[list[Any]]) -> None:
    for one in ids.values():
        stack.control("jobs", {"kind": "huawei.vod.editing", "ids": one, "script": script})


def _words(stack: Stack, ids: Mapping[str, dict[str, str]]) -> dict[str, str]:
    words = {job["ids"].get("task_id"): job["state"] for job in stack.control("jobs")["jobs"]}
    return {name: words[one["task_id"]] for name, one in ids.items()}
