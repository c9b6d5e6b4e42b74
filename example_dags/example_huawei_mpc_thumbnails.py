# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish snapshots of a video when Huawei MPC has made them.

The connection `huawei_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with the `task_id` that `POST /v1/{project_id}/thumbnails` answered with, as text.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.huawei import HuaweiMpcThumbnailsSensor


@task
def publish(result: Any) -> list[str]:
    """Pictures in OBS."""
    for output in result["outputs"]:
        print("publish", output["uri"])
    return [str(output["uri"]) for output in result["outputs"]]


with DAG(
    dag_id="example_huawei_mpc_thumbnails",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={"mpc_task_id": Param(type="string", minLength=1, description="snapshot task of the project")},
):
    # [START howto_sensor_huawei_mpc_thumbnails]
    wait = HuaweiMpcThumbnailsSensor(
        task_id="wait",
        mpc_task_id="{{ params.mpc_task_id }}",
        deferrable=True,  # all waits of a triggerer share the tenant's hundred calls a minute
        timeout=timedelta(hours=1),
    )
    # [END howto_sensor_huawei_mpc_thumbnails]
    publish(wait.output)
