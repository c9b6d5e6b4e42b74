# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One run of the demo's DAG: starts it, prints every change, and collects its facts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from .demo_result import GATES, Gate, GateFacts, JobFacts, TaskFacts
from .stack import DAG_ID, Stack, TooSlow
from .web import Unavailable, ask

RUN_ID = "demo"
RUN_TIMEOUT_S = 300.0

# Transient states that are not printed; they would be two thirds of all lines.
_QUIET = {None, "none", "scheduled", "queued"}
# Operations that create a job and name it as a query would.
_CREATIONS = {"EditShowAndReplace", "SubmitTranscodeJobs"}


class Run:
    """The run of the demo's DAG in a local Airflow."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._url = f"{stack.api}/dags/{DAG_ID}/dagRuns/{RUN_ID}"
        self._tasks: dict[str, TaskFacts] = {}
        self._jobs: dict[str, JobFacts] = {}
        self._told: dict[str, str] = {}

    @property
    def page(self) -> str:
        """URL of this run in Airflow's UI."""
        return f"{self._stack.url}/dags/{DAG_ID}/runs/{RUN_ID}"

    def start(self) -> None:
        """Start the DAG run.

        :raises Unavailable: when Airflow's API does not answer.
        """
        ask(f"{self._stack.api}/dags/{DAG_ID}/dagRuns", {"dag_run_id": RUN_ID, "logical_date": None})

    def follow(self) -> list[GateFacts]:
        """Print every change until the run has ended.

        :raises Ended: when a process ends unexpectedly.
        :raises TooSlow: when the run takes too long.
        """
        end = time.monotonic() + RUN_TIMEOUT_S
        while not self._look():
            if time.monotonic() > end:
                raise TooSlow("the end of the run", RUN_TIMEOUT_S, self._stack.home / "logs" / "scheduler.log")
            self._stack.interrupts.pause(0.5)
            self._stack.processes.check()
        return [self._facts(gate) for gate in GATES]

    def _look(self) -> bool:
        """Read the state once; returns whether the run has ended. An API server that does not answer is asked again."""
        try:
            over = ask(self._url)["state"] in {"success", "failed"}
            # After the run's state: if that is final, they are.
            self._tasks, self._jobs = self._ask_tasks(), self._ask_jobs()
        except Unavailable:
            return False
        for name, task in sorted(self._tasks.items(), key=lambda item: (item[1].start is None, str(item[1].start))):
            self._tell(name, task)
        return over

    def _tell(self, name: str, task: TaskFacts) -> None:
        gate = next((gate for gate in GATES if gate.waiting == name), None)
        job = self._jobs.get(gate.name) if gate else None
        line = f"{name:22} {task.state or '':16}" + (f"{gate.kind}: {job.word}" if gate and job else "")
        # Changes of a job are printed only while a task waits for it.
        if task.state not in _QUIET and self._told.get(name) != line.rstrip():
            self._told[name] = line.rstrip()
            self._stack.say(line.rstrip())

    def _facts(self, gate: Gate) -> GateFacts:
        waiting = self._tasks.get(gate.waiting, TaskFacts())
        return GateFacts(
            gate=gate,
            waiting=waiting,
            publish=self._tasks.get(gate.publish, TaskFacts()),
            job=self._jobs.get(gate.name),
            result=self._returned(gate.waiting) if waiting.state == "success" else None,
            failure=self.failure(gate.waiting) if waiting.state == "failed" else "",
        )

    def _ask_tasks(self) -> dict[str, TaskFacts]:
        instances = ask(f"{self._url}/taskInstances")["task_instances"]
        return {instance["task_id"]: _task(instance) for instance in instances}

    def _ask_jobs(self) -> dict[str, JobFacts]:
        """The emulator's jobs by name of the gate."""
        listed = ask(f"{self._stack.emulator}/_emulator/jobs")["jobs"]
        requests = ask(f"{self._stack.emulator}/_emulator/requests")["requests"]
        found = {}
        for gate in GATES:
            for job in listed:
                if job["kind"] == gate.kind and gate.ids.items() <= job["ids"].items():
                    calls = sum(1 for _ in asked_for(job, requests))
                    found[gate.name] = JobFacts(job["ids"], job["state"], _moment(job["finished"]), calls)
        return found

    def _returned(self, task: str) -> Mapping[str, Any] | None:
        try:
            value = ask(f"{self._url}/taskInstances/{task}/xcomEntries/return_value?deserialize=true")["value"]
        except Unavailable:
            return None
        found = json.loads(value) if isinstance(value, str) else value
        return found if isinstance(found, dict) else None

    def failure(self, task: str) -> str:
        """Class and message of every error in a task's log, read from the file: the API returns it in pages."""
        try:
            lines = self.task_log(task).read_text().splitlines()
        except OSError:
            return ""
        errors = (error for line in lines for error in _errors(line))
        return "; ".join(f"{error.get('exc_type')}: {error.get('exc_value')}" for error in errors)

    def task_log(self, task: str) -> Path:
        """The log file of a task's only try."""
        return self._stack.home / "logs" / f"dag_id={DAG_ID}" / f"run_id={RUN_ID}" / f"task_id={task}" / "attempt=1.log"


def _task(instance: Mapping[str, Any]) -> TaskFacts:
    start, end = (_moment(instance[name]) for name in ("start_date", "end_date"))
    return TaskFacts(instance["state"], start, end, ran=instance["pid"] is not None)


def _errors(line: str) -> list[dict[str, Any]]:
    try:
        details = json.loads(line).get("error_detail")
    except (ValueError, AttributeError):
        return []
    return [detail for detail in details or () if isinstance(detail, dict)]


def asked_for(job: Mapping[str, Any], requests: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The requests that asked for this job, without the one that created it."""
    ids = set(job["ids"].items())
    for request in requests:
        # Before a studio's episode is edited, it is asked whether another edit goes on.
        if datetime.fromisoformat(request["at"]) < datetime.fromisoformat(job["created"]):
            continue
        named = {(name, value) for name, value in request["ids"]}
        about_it = request["kind"] == job["kind"] and named and named <= ids
        if about_it and request["action"] not in _CREATIONS:
            yield request


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
