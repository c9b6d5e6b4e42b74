# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One task a story of what may happen while a task is deferred. The ids of the jobs are the tasks' own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, task

from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor

STARTED: dict[str, Any] = {"start_in_triggerer": True, "finish_in_triggerer": True}
ONCE_MORE: dict[str, Any] = {"retries": 1, "retry_delay": timedelta(seconds=1)}


def wait(task_id: str, **given: Any) -> HuaweiMpcEditingSensor:
    return HuaweiMpcEditingSensor(
        task_id=task_id,
        job_id=task_id,
        **({"conn_id": "huawei_half", "poll_interval": 10, "timeout": 1800, "deferrable": True} | given),
    )


@task
def reads(result: Any) -> list[str]:
    """Would fail on the JSON's text."""
    return [type(result).__name__, result["state"], result["ids"]["job_id"]]


@task.media_job(
    kind="huawei.mpc.editing", conn_id="huawei_half", deferrable=True, poll_interval=10, timeout=1800, retries=1
)
def cut(source: str) -> dict[str, Any]:
    """What to submit."""
    place = {"bucket": "b", "location": "cn-north-4"}
    return {"inputs": [{"input": {**place, "object": source}}], "output": {**place, "file_name": "cut.mp4"}}


with DAG("system_stories", schedule=None) as dag:
    wait("told")
    wait("told_too")
    wait("times_out", timeout=25)
    wait("times_out_in_the_triggerer", timeout=25, **STARTED)
    wait("execution_times_out", execution_timeout=timedelta(seconds=25))
    wait("skips", soft_fail=True)
    wait("begins_again", execution_timeout=timedelta(seconds=30), **STARTED, **ONCE_MORE)
    wait("not_there", conn_id="not_there", **STARTED, **ONCE_MORE)
    wait("wrong_key", conn_id="huawei_wrong_key", **STARTED, **ONCE_MORE)
    reads(wait("hands_on", **STARTED).output)
    cut("in/{{ dag.dag_id }}.mp4")
