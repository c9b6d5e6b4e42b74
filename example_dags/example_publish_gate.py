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

from airflow_provider_mediajobs.operators.huawei import HuaweiMpcCreateEditingOperator


@dag(schedule=None)
def example_publish_gate() -> None:
    cut = HuaweiMpcCreateEditingOperator(
        task_id="cut",
        inputs=[{"input": {"bucket": "media", "location": "cn-north-4", "object": "in/match.mp4"}}],
        output={"bucket": "media", "location": "cn-north-4", "object": "out", "file_name": "goal.mp4"},
        deferrable=True,
    )

    @task
    def publish(result: Any) -> None:
        print("publish", result["outputs"][0]["uri"])

    publish(cut.output)


example_publish_gate()
# [END howto_publish_gate]
