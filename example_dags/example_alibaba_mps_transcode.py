# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish a video when ApsaraVideo Media Processing has transcoded it.

The connection `alibaba_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with one of the ids that `SubmitJobs` answered with: a job for each output.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.alibaba import AlibabaMpsTranscodeSensor


@task
def publish(result: Any) -> str:
    """One file, with what the vendor measured of it; captions come behind it."""
    video = result["outputs"][0]
    print("publish", video["uri"], video["duration_s"], "s", video["size_bytes"], "bytes")
    return str(video["uri"])


with DAG(
    dag_id="example_alibaba_mps_transcode",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "job_id": Param(type="string", minLength=1, description="transcoding job"),
    },
):
    # [START howto_sensor_alibaba_mps_transcode]
    wait = AlibabaMpsTranscodeSensor(
        task_id="wait",
        job_id="{{ params.job_id }}",
        # region="ap-southeast-1",  # where it is not the connection's: jobs are regional
        # on_timeout="cancel_then_fail",  # a job that is still in the queue costs nothing then
        deferrable=True,  # no worker waits, and all waits share the vendor's quota
        timeout=timedelta(hours=2),
    )
    # [END howto_sensor_alibaba_mps_transcode]
    publish(wait.output)
