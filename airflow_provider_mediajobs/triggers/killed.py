# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides, when Airflow calls ``on_kill``, whether jobs are to be cancelled: if a person has ended the task for good.

Airflow calls a trigger's ``on_kill`` when a person acts on the task, and an operator's also on any SIGTERM and when
``execution_timeout`` expires. A task that was cleared starts again and goes on with its job. Only the state that
Airflow has for the task tells these apart: after a clear, the next try may have started before the old trigger is told
(seen with Airflow 3.3.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import MediaJobsError
from ..core.job import JobRef
from ..core.submit import proves_nothing_made

FOR_GOOD = frozenset({"failed", "success", "skipped"})
"""The states of a task that are not followed by another try."""


def state_of(ti: Any) -> str | None:
    """Ask Airflow for the state of a task; ``None`` if it has none, as right after a clear.

    :param ti: its task instance, of a worker or of a triggerer.
    """
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance  # here, since it is slow to load

    map_index = -1 if ti.map_index is None else ti.map_index
    ask = getattr(ti, "get_task_states", RuntimeTaskInstance.get_task_states)
    found: Mapping[str, Any] = ask(
        dag_id=ti.dag_id, map_index=map_index, task_ids=[ti.task_id], run_ids=[ti.run_id]
    ).get(ti.run_id, {})
    name = ti.task_id if map_index < 0 else f"{ti.task_id}_{map_index}"
    state = found.get(name)
    return None if state is None else str(getattr(state, "value", state))


def spared(state: str | None) -> str:
    """Return why a task's jobs are not cancelled, as words for a log line; empty if they are to be.

    :param state: the task's state, as :func:`state_of` returns it.
    """
    if state in FOR_GOOD:
        return ""
    return f"the task is {state or 'to run again'}: nobody has ended it for good"


def goes_on(jobs: str) -> str:
    """Return the log line for jobs that are not cancelled."""
    return f"{jobs}: not cancelled; what has not ended goes on, and costs money"


def not_cancelled(ref: JobRef, why: str, *, lost: bool) -> str:
    """Return the log line for a job whose cancellation failed.

    :param ref: the job.
    :param why: the cause.
    :param lost: whether the answer to a request is missing that may have cancelled the job.
    """
    if lost:
        return f"{ref}: whether it was cancelled is unclear ({why}); unless it was, it goes on, and costs money"
    return f"{goes_on(str(ref))} ({why})"


def may_be_done(error: MediaJobsError) -> bool:
    """Return whether the vendor may have carried out a request that failed with this error."""
    return error.retryable and not proves_nothing_made(error, frozenset())


def cannot(ref: JobRef) -> str:
    """Return the log line for a job of a kind that cannot be cancelled."""
    return f"{goes_on(str(ref))}: the vendor has no operation that cancels it"
