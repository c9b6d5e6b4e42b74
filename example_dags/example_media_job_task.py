# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submit a job whose parameters a function returns, wait for it, and publish what it has made.

The connection `huawei_mediajobs_default` holds the account; its fields are listed in the documentation.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task


@dag(schedule=None, tags=["example", "mediajobs"], doc_md=__doc__)
def example_media_job_task() -> None:
    # [START howto_task_media_job]
    @task.media_job(kind="huawei.mpc.editing", deferrable=True, retries=2)
    def cut(source: str, run_id: str | None = None) -> dict[str, Any]:
        place = {"bucket": "media", "location": "cn-north-4"}
        return {
            "inputs": [{"input": {**place, "object": source}}],
            "output": {**place, "object": f"out/{run_id}", "file_name": source.rpartition("/")[2]},
        }

    # [END howto_task_media_job]

    @task
    def publish(result: Any) -> None:
        print("publish", result["outputs"][0]["uri"])

    publish(cut("in/{{ dag.dag_id }}.mp4"))


example_media_job_task()
