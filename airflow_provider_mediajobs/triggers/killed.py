# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Whether a person has ended a task for good, when Airflow calls ``on_kill``, and what a job then costs.

Airflow calls it on a person's act, and a worker's also on any SIGTERM and when ``execution_timeout`` passes; a clear
lets the task begin again, which goes on with the job. Only the state that Airflow has for the task tells them apart:
after a clear a new try may have begun before the old trigger is told (met on 3.3.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import MediaJobsError
from ..core.job import JobRef
from ..core.submit import proves_nothing_made

FOR_GOOD = frozenset({"failed", "success", "skipped"})
"""States of a task that no other try follows."""


def state_of(ti: Any) -> str | None:
    """The state that Airflow has for a task.

    :param ti: its task instance, of a worker or of a triggerer.
    """
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance  # heavy

    map_index = -1 if ti.map_index is None else ti.map_index
    ask = getattr(ti, "get_task_states", RuntimeTaskInstance.get_task_states)
    found: Mapping[str, Any] = ask(
        dag_id=ti.dag_id, map_index=map_index, task_ids=[ti.task_id], run_ids=[ti.run_id]
    ).get(ti.run_id, {})
    name = ti.task_id if map_index < 0 else f"{ti.task_id}_{map_index}"
    state = found.get(name)
    return None if state is None else str(getattr(state, "value", state))


def spared(state: str | None) -> str:
    """Why jobs are not cancelled, for people; empty where they are to be.

    :param state: of the task; ``None`` also right after a clear.
    """
    if state in FOR_GOOD:
        return ""
    return f"the task is {state or 'to run again'}, and was ended by nobody for good"


def goes_on(jobs: str) -> str:
    """What is told of jobs that nobody cancels."""
    return f"{jobs}: not cancelled; what has not ended goes on, and costs money"


def not_cancelled(ref: JobRef, why: str, *, lost: bool) -> str:
    """What is told of a job whose cancellation met trouble.

    :param lost: whether the answer to a request was lost, which may have cancelled it.
    """
    if lost:
        return f"{ref}: whether it was cancelled is unclear ({why}); unless it was, it goes on, and costs money"
    return f"{goes_on(str(ref))} ({why})"


def may_be_done(error: MediaJobsError) -> bool:
    """Whether a request that met this error may have been carried out nevertheless."""
    return error.retryable and not proves_nothing_made(error, frozenset())


def cannot(ref: JobRef) -> str:
    """What is told of a job that the vendor cancels for nobody."""
    return f"{goes_on(str(ref))}: the vendor has no operation that cancels it"
