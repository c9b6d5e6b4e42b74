# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Cut a clip with Huawei MPC, wait until it is really done, publish it."""

from __future__ import annotations

# [START howto_publish_gate]
from typing import Any

from airflow.sdk import dag, task

from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.sensors.huawei import HuaweiMpcEditingSensor


@dag(schedule=None)
def example_publish_gate() -> None:
    @task
    def cut() -> str:
        source = {"bucket": "media", "location": "cn-north-4", "object": "in/match.mp4"}
        output = {"bucket": "media", "location": "cn-north-4", "object": "out", "file_name": "goal.mp4"}
        clip = {"inputs": [{"input": source}], "output": output, "editing_type": 1}
        return str(HuaweiMediaHook().call("mpc", "POST", "/v2/{project_id}/editing/jobs", body=clip)["job_id"])

    @task
    def publish(result: Any) -> None:
        print("publish", result["outputs"][0]["uri"])

    gate = HuaweiMpcEditingSensor(task_id="gate", job_id=cut(), deferrable=True)
    publish(gate.output)


example_publish_gate()
# [END howto_publish_gate]
