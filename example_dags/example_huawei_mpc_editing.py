# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish a clip when Huawei MPC has cut it.

The connection `huawei_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with the `job_id` that `POST /v2/{project_id}/editing/jobs` answered with.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.huawei import HuaweiMpcEditingSensor


@task
def publish(result: Any) -> str:
    """An object in OBS, with the facts a catalogue asks for."""
    clip = result["outputs"][0]
    print("publish", clip["uri"], clip["format"], f"{clip['duration_s']} s", f"{clip['size_bytes']} bytes")
    return str(clip["uri"])


with DAG(
    dag_id="example_huawei_mpc_editing",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "job_id": Param(type="string", minLength=1, description="clipping job of the project"),
    },
):
    # [START howto_sensor_huawei_mpc_editing]
    wait = HuaweiMpcEditingSensor(
        task_id="wait",
        job_id="{{ params.job_id }}",
        mode="poke",  # a clip takes seconds: one process that stays is cheaper than a new one for every look
        poke_interval=5,
        timeout=timedelta(minutes=30),
    )
    # [END howto_sensor_huawei_mpc_editing]
    publish(wait.output)
