# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish a medium of Huawei VOD when its transcoding has ended well.

The connection `huawei_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with the `asset_id` that was given to `POST /v1.0/{project_id}/asset/process`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.huawei import HuaweiVodTranscodeSensor


@task
def publish(result: Any) -> list[str]:
    """Addresses to play it from."""
    for output in result["outputs"]:
        print("publish", output["uri"], f"{output['width']} x {output['height']}")
    return [output["uri"] for output in result["outputs"]]


with DAG(
    dag_id="example_huawei_vod_transcode",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={"asset_id": Param(type="string", minLength=1, description="medium that is being transcoded")},
):
    # [START howto_sensor_huawei_vod_transcode]
    wait = HuaweiVodTranscodeSensor(
        task_id="wait",
        asset_id="{{ params.asset_id }}",
        # created_after="{{ ... }}",  # when it was submitted; by default an hour before the DAG run was due
        deferrable=True,  # no worker waits, and all waits share the vendor's quota
        timeout=timedelta(hours=6),
    )
    # [END howto_sensor_huawei_vod_transcode]
    publish(wait.output)
