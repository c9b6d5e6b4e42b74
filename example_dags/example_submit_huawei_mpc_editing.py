# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Cut a clip with Huawei MPC, branch on what came of it, publish it or clean up.

These are parameters of the API's second generation, whose jobs no list shows: see the operator's page for what that
means after a lost answer, and for those of the first, which are found again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.operators.huawei import HuaweiMpcCreateEditingOperator


@task.branch
def decide(result: Any) -> str:
    """A clip, or none."""
    return "publish" if result["state"] == "succeeded" else "clean_up"


@task
def publish(result: Any) -> None:
    """An object in OBS."""
    print("publish", result["outputs"][0]["uri"])


@task
def clean_up(result: Any) -> None:
    """Nothing came of it."""
    print("clean up", result["raw_state"], result["error"])


with DAG(
    dag_id="example_submit_huawei_mpc_editing",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "source": Param("in/match.mp4", type="string", minLength=1),
    },
):
    # [START howto_operator_huawei_mpc_editing]
    cut = HuaweiMpcCreateEditingOperator(
        task_id="cut",
        inputs=[{"input": {"bucket": "media", "location": "cn-north-4", "object": "{{ params.source }}"}}],
        output={"bucket": "media", "location": "cn-north-4", "object": "out", "file_name": "goal.mp4"},
        editing_type=1,
        until="finished",
        on_timeout="cancel_then_fail",  # a job that still queues costs nothing then
        deferrable=True,  # no worker waits; a retry waits for the same job
        timeout=timedelta(hours=2),
    )
    # [END howto_operator_huawei_mpc_editing]
    decide(cut.output) >> [publish(cut.output), clean_up(cut.output)]
