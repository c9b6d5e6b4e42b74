# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests waits whose deferral Airflow itself has to end, since no triggerer runs.

Covers ``sensors.waiting``.
"""

from __future__ import annotations

import pytest

from . import rows
from .dags.system_untended import DONE, RUNNING
from .patience import until
from .stack import Stack
from .stories import OVER
from .test_killed import STARTS

DAG_ID, RUN = "system_untended", "untended"


@pytest.mark.skipif(not STARTS, reason="before Airflow 3.3 tasks do not start in the triggerer")
def test_a_worker_looks_once_more(stack: Stack) -> None:
    """What has ended well opens its gate; what has not is retried, as at any ``execution_timeout``."""
    for name, word in {DONE: "SUCCEEDED", RUNNING: "PROCESSING"}.items():
        stack.control("jobs", {"kind": "huawei.mpc.editing", "ids": {"job_id": name}, "script": [[word, 0]]})
    stack.ask(f"dags/{DAG_ID}/dagRuns", {"dag_run_id": RUN, "logical_date": None})

    def over() -> bool:
        return all(task.state in OVER for task in rows.tasks(DAG_ID))

    until("the waits that no triggerer tends", over, seconds=300, every=2, check=stack.check)
    tasks = {task.task_id: (task.state, task.tries) for task in rows.tasks(DAG_ID)}
    assert tasks == {DONE: ("success", 1), RUNNING: ("failed", 2)}
    for attempt in (1, 2):
        log = stack.task_log(DAG_ID, RUN, RUNNING, attempt).of_workers()
        assert "no triggerer had done so in time" in log
        assert "AirflowTaskTimeout" in log
        assert "execution_timeout passed while the task was deferred; running" in log
