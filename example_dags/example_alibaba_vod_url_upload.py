# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish a medium when ApsaraVideo VOD has fetched it from elsewhere.

The connection `alibaba_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with one of the ids that `UploadMediaByURL` answered with: an upload for each address.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.alibaba import AlibabaVodUrlUploadSensor


@task
def publish(result: Any) -> str:
    """The vendor tells the id of the medium."""
    print("publish", result["outputs"][0]["media_id"])
    return str(result["outputs"][0]["media_id"])


with DAG(
    dag_id="example_alibaba_vod_url_upload",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "job_id": Param(type="string", minLength=1, description="upload of the past year"),
    },
):
    # [START howto_sensor_alibaba_vod_url_upload]
    wait = AlibabaVodUrlUploadSensor(
        task_id="wait",
        job_id="{{ params.job_id }}",
        # on_timeout="cancel_then_fail",  # an upload that still waits is cancelled
        deferrable=True,  # no worker waits, and all waits share the vendor's quota
        timeout=timedelta(days=2),
    )
    # [END howto_sensor_alibaba_vod_url_upload]
    publish(wait.output)
