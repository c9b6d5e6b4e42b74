# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The run in which one of two triggerers is killed during two hundred waits.

What is real: Airflow in all its parts; forty of the waits, which begin as any user's do, by a worker or, on Airflow
3.3, by the scheduler; and every end, in a triggerer or on a worker. What the test makes: the other hundred and sixty
are written into Airflow's database as their workers would have left them, since two cores take minutes to start as many
workers. The jobs live in the emulator, which keeps the vendors' limits.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow_provider_mediajobs.core.times import format_time
from airflow_provider_mediajobs.sensors.starting import wait_arguments
from airflow_provider_mediajobs.triggers.job import MediaJobTrigger

from . import rows
from .dags import system_waits as dags
from .jobs import Jobs, Key, ended, plan
from .patience import until
from .rows import TaskRow
from .stack import Stack, Triggerer
from .stories import Stories

if TYPE_CHECKING:
    from airflow.triggers.base import BaseTrigger

DAG_ID = "system_killed"
REAL = ["real-0", "real-1"]
MADE = [f"made-{number}" for number in range(8)]
FIRST_END_S = 12.0
LAST_END_S = 90.0
KILLED_AFTER = 40
"""So many have ended, of two hundred: the kill comes in the middle."""


@dataclass(frozen=True, slots=True)
class Killing:
    """What came of it.

    :param held: waits that the killed triggerer held.
    :param at: when it was killed.
    :param tasks: by run and task, when all was over.
    :param ends: of the jobs, by the tasks that waited for them.
    :param returned: what every run's task has returned.
    :param survivor: the other triggerer.
    """

    jobs: Jobs
    held: set[Key]
    at: datetime
    tasks: dict[Key, TaskRow]
    ends: dict[Key, datetime]
    returned: list[tuple[str, str, Any]]
    requests: list[dict[str, Any]]
    survivor: Triggerer

    def lateness(self) -> dict[Key, float]:
        """Seconds from the job's end to the task's."""
        return {key: (task.end - self.ends[key]).total_seconds() for key, task in self.tasks.items() if task.end}


def killing(stack: Stack, two: tuple[Triggerer, Triggerer], stories: Stories) -> Killing:
    """All of it, with the stories on the side: they are over before the kill, which is of the one that holds more."""
    stack.control("requests", method="DELETE")
    jobs = Jobs(stack.control, plan([*REAL, *MADE], FIRST_END_S, LAST_END_S))
    jobs.run_on()
    for run in REAL:
        stack.ask(f"dags/{DAG_ID}/dagRuns", {"dag_run_id": run, "logical_date": None})
    until("the real waits to be deferred", lambda: _deferred() == 40, seconds=240, check=stack.check)
    rows.deferred_runs(DAG_ID, MADE, trigger_of(DAG_ID), dags.TIMEOUT_S)
    until("the stories to be over", stories.are_over, seconds=180, check=stack.check)
    until("all waits to be deferred", lambda: _deferred() == 200, check=stack.check)
    jobs.signal()
    until("some waits to be over", lambda: _over() >= KILLED_AFTER, check=stack.check)
    holding = Counter(task.triggerer for task in rows.tasks(DAG_ID))
    survivor, victim = sorted(two, key=lambda triggerer: holding[triggerer.job_id])
    held = {(task.run_id, task.task_id) for task in rows.tasks(DAG_ID) if task.triggerer == victim.job_id}
    killed_at = datetime.now(UTC)
    victim.kill()
    until("the runner of the killed triggerer to end", victim.is_gone, seconds=30)
    until("all waits to be over", lambda: _over() == 200, seconds=300, every=2, check=stack.check)
    return Killing(
        jobs=jobs,
        held=held,
        at=killed_at,
        tasks={(task.run_id, task.task_id): task for task in rows.tasks(DAG_ID)},
        ends={key: when for key, job in jobs.found().items() if (when := ended(job))},
        returned=rows.xcoms(DAG_ID),
        requests=stack.requests(),
        survivor=survivor,
    )


def trigger_of(dag_id: str) -> Any:
    """Makes triggers as a worker makes them when it defers a task of this DAG."""
    dag = {"system_killed": dags.killed, "system_thousand": dags.thousand}[dag_id]
    deadline = str(format_time(datetime.now(UTC) + timedelta(seconds=dags.TIMEOUT_S)))

    def trigger(run_id: str, task_id: str) -> BaseTrigger:
        sensor: Any = dag.get_task(task_id)
        ids = {name: value.replace(dags.RUN, run_id) for name, value in sensor.ids.items()}
        return MediaJobTrigger(
            **wait_arguments(sensor),
            ids=[ids],
            many=False,
            created_after=None,
            deadline=deadline,
            ends_at=deadline,
            before=[{}],
            report={"looks": 1, "calls": 1},
        )

    return trigger


def _states() -> Counter[str]:
    return Counter("held" if task.triggerer else str(task.state) for task in rows.tasks(DAG_ID))


def _deferred() -> int:
    return _states()["held"]


def _over() -> int:
    states = _states()
    return states["success"] + states["failed"]
