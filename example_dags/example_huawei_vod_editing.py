# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish a new media asset when Huawei VOD has edited it.

The connection `huawei_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with the `task_id` that `CreateAssetEditTask` answered with.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.huawei import HuaweiVodEditingSensor


@task
def publish(result: Any) -> str:
    """The editing task made a media asset of its own."""
    print("publish", result["outputs"][0]["media_id"])
    return str(result["outputs"][0]["media_id"])


with DAG(
    dag_id="example_huawei_vod_editing",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "edit_task_id": Param(type="string", minLength=1, description="editing task of the project"),
    },
):
    # [START howto_sensor_huawei_vod_editing]
    wait = HuaweiVodEditingSensor(
        task_id="wait",
        edit_task_id="{{ params.edit_task_id }}",
        # project_id="…",  # where it is not the connection's; then `region` too, for a project belongs to one
        deferrable=True,  # no worker waits, and all waits share the vendor's quota
        timeout=timedelta(hours=2),
    )
    # [END howto_sensor_huawei_vod_editing]
    publish(wait.output)
