# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish all renditions of a video when Intelligent Media Services has transcoded it.

The connection `alibaba_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with the `ParentJobId` that `SubmitTranscodeJob` answered with.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.alibaba import AlibabaIceTranscodeSensor


@task
def publish(result: Any) -> list[str]:
    """A file for each output of the job."""
    for output in result["outputs"]:
        print("publish", output["uri"], output["width"], "x", output["height"])
    return [output["uri"] for output in result["outputs"]]


with DAG(
    dag_id="example_alibaba_ice_transcode",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "parent_job_id": Param(type="string", minLength=1, description="transcoding job"),
    },
):
    # [START howto_sensor_alibaba_ice_transcode]
    wait = AlibabaIceTranscodeSensor(
        task_id="wait",
        parent_job_id="{{ params.parent_job_id }}",
        # on_partial="accept",  # where some of the outputs are good enough
        # region="ap-southeast-1",  # where it is not the connection's: jobs are regional
        deferrable=True,  # no worker waits, and all waits share the vendor's quota
        timeout=timedelta(hours=2),
    )
    # [END howto_sensor_alibaba_ice_transcode]
    publish(wait.output)
