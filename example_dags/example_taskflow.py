# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Cut several clips at once, wait for all of them in one task, publish those that succeeded, clean up if none did.

The sensor's result is plain XCom: the DAG branches on its `state`, maps a task over its `jobs`, and reads where each
output lies. `until="finished"` opens the gate at any end, so that the DAG itself can decide what a failure means. The
connection `huawei_mediajobs_default` holds the account; its fields are listed in the documentation.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.sensors.huawei import HuaweiMpcEditingSensor


@dag(
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={"sources": Param(["in/first.mp4", "in/second.mp4"], type="array", description="objects to cut")},
)
def example_taskflow() -> None:
    @task
    def sources(params: Any = None) -> list[str]:
        return list(params["sources"])

    @task
    def cut(source: str) -> str:
        place = {"bucket": "media", "location": "cn-north-4"}
        output = {**place, "object": "out", "file_name": source.rpartition("/")[2]}
        clip = {"inputs": [{"input": {**place, "object": source}}], "output": output, "editing_type": 1}
        return str(HuaweiMediaHook().call("mpc", "POST", "/v2/{project_id}/editing/jobs", body=clip)["job_id"])

    @task.branch
    def decide(result: Any) -> str:
        """`succeeded`: all of them; `partial`: some; `failed` or `cancelled`: none."""
        return "good" if result["state"] in {"succeeded", "partial"} else "clean_up"

    @task
    def good(result: Any) -> list[Any]:
        return [job for job in result["jobs"] if job["state"] == "succeeded"]

    @task
    def publish(job: Any) -> str:
        uri = job["outputs"][0]["uri"]
        print("publish", uri)
        return str(uri)

    @task
    def clean_up(result: Any) -> None:
        for job in result["jobs"]:
            print("failed", job["ids"]["job_id"], job["raw_state"], job["error"])

    # [START howto_taskflow]
    gate = HuaweiMpcEditingSensor(
        task_id="wait",
        job_id=cut.expand(source=sources()),  # a list: one task and one trigger wait for all of them
        until="finished",
        deferrable=True,
        timeout=timedelta(hours=2),
    )
    decide(gate.output) >> [chosen := good(gate.output), clean_up(gate.output)]
    publish.expand(job=chosen)
    # [END howto_taskflow]


example_taskflow()
