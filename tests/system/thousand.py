# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A thousand deferred waits in one real triggerer, within limits that the emulator keeps as the vendors do.

The waits are rows that the test writes into Airflow's database, with triggers stored as Airflow stores them. Their DAG
is paused: what the triggers tell stays where it can be read. Some jobs end meanwhile, the others go on, and so the
triggerer is stopped, gracefully, while it holds six hundred waits.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import rows
from .dags import system_waits as dags
from .jobs import Jobs, Key, ended, plan
from .killing import trigger_of
from .patience import until
from .rows import TaskRow
from .stack import Stack, Triggerer

DAG_ID = "system_thousand"
RUNS = [f"run-{number}" for number in range(50)]
FIRST_END_S = 15.0
LAST_END_S = 105.0
ENDING = 0.4
"""Of the jobs. Each end costs Airflow's triggerer about a tenth of a second of its own on two cores."""


@dataclass(frozen=True, slots=True)
class Thousand:
    """What came of it.

    :param seen_s: seconds until every job had been looked at.
    :param held: waits of the triggerer when it was stopped.
    :param exit_code: of the triggerer.
    """

    jobs: Jobs
    seen_s: float
    held: int
    requests: list[dict[str, Any]]
    exit_code: int
    triggerer: Triggerer
    tasks: dict[Key, TaskRow]
    ends: dict[Key, datetime]
    looks: dict[Key, int]

    def lateness(self) -> dict[Key, float]:
        """Seconds from the job's end to the trigger's event."""
        told = {key: _told(task) for key, task in self.tasks.items()}
        return {key: (at - self.ends[key]).total_seconds() for key, at in told.items() if at}


def thousand(stack: Stack, triggerer: Triggerer) -> Thousand:
    """All of it."""
    stack.control("requests", method="DELETE")
    jobs = Jobs(stack.control, plan(RUNS, FIRST_END_S, LAST_END_S, ENDING))
    jobs.run_on()
    rows.deferred_runs(DAG_ID, RUNS, trigger_of(DAG_ID), dags.TIMEOUT_S)
    seen_s = until("every job to be looked at", lambda: _unseen(jobs) == 0, seconds=400, every=2, check=stack.check)
    jobs.signal()
    expected = sum(wait.ends is not None for wait in jobs.planned.values())
    until("the jobs' ends to be told", lambda: _over() >= expected, seconds=200, every=2, check=stack.check)
    found, tasks, requests = jobs.found(), rows.tasks(DAG_ID), stack.requests()
    return Thousand(
        jobs=jobs,
        seen_s=seen_s,
        held=_states()["deferred"],
        requests=requests,
        exit_code=triggerer.stop(),
        triggerer=triggerer,
        tasks={(task.run_id, task.task_id): task for task in tasks},
        ends={key: when for key, job in found.items() if (when := ended(job))},
        looks={key: job["looks"] for key, job in found.items()},
    )


def _told(task: TaskRow) -> datetime | None:
    if task.state == "success":
        return task.end
    return datetime.fromisoformat(task.event["at"]) if task.event else None


def _unseen(jobs: Jobs) -> int:
    return sum(not job["looks"] for job in jobs.found().values())


def _states() -> Counter[str | None]:
    return Counter(task.state for task in rows.tasks(DAG_ID))


def _over() -> int:
    states = _states()
    return states["success"] + states["scheduled"]
