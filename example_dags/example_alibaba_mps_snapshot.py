# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish pictures of a video when ApsaraVideo Media Processing has taken them.

The connection `alibaba_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with the id that `SubmitSnapshotJob` answered with: `SnapshotJob.Id`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.alibaba import AlibabaMpsSnapshotSensor


@task
def publish(result: Any) -> str:
    """Print the URL of the pictures, which has a placeholder for their number, and how many there are."""
    print("publish", result["outputs"][0]["uri"], result["raw"].get("Count"), "pictures")
    return str(result["outputs"][0]["uri"])


with DAG(
    dag_id="example_alibaba_mps_snapshot",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "job_id": Param(type="string", minLength=1, description="snapshot job"),
    },
):
    # [START howto_sensor_alibaba_mps_snapshot]
    wait = AlibabaMpsSnapshotSensor(
        task_id="wait",
        job_id="{{ params.job_id }}",
        # region="ap-southeast-1",  # where it is not the connection's: jobs are regional
        deferrable=True,  # no worker waits, and all waits share the vendor's quota
        timeout=timedelta(hours=2),
    )
    # [END howto_sensor_alibaba_mps_snapshot]
    publish(wait.output)
