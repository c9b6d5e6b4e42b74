# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish an episode when ApsaraVideo Live has cut it.

The connection `alibaba_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with the studio and the episode that `EditShowAndReplace` was called with; the job id that it answered with cannot
be asked for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.alibaba import AlibabaLiveEditingSensor


@task
def publish(result: Any) -> str:
    """The cut lies in ApsaraVideo VOD under this media id; storage and file name are in `raw`."""
    print("publish", result["outputs"][0]["media_id"], "stored as", result["raw"]["StorageInfo"])
    return str(result["outputs"][0]["media_id"])


with DAG(
    dag_id="example_alibaba_live_editing",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "caster_id": Param(type="string", minLength=1, description="production studio in playlist mode"),
        "show_id": Param(type="string", minLength=1, description="episode of the studio's list"),
    },
):
    # [START howto_sensor_alibaba_live_editing]
    wait = AlibabaLiveEditingSensor(
        task_id="wait",
        caster_id="{{ params.caster_id }}",
        show_id="{{ params.show_id }}",  # or leave it out and give `episodes=n`, to wait for all of the studio
        deferrable=True,  # no worker waits, and all waits share the vendor's quota
        timeout=timedelta(hours=2),
    )
    # [END howto_sensor_alibaba_live_editing]
    publish(wait.output)
