# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Publish a video's renditions when ApsaraVideo VOD has transcoded all of them.

The connection `alibaba_mediajobs_default` holds the account; its fields are listed in the documentation. Trigger the
DAG with the video, and the `TranscodeTaskId` that `SubmitTranscodeJobs` answered with.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.sensors.alibaba import AlibabaVodTranscodeSensor


@task
def publish(result: Any) -> list[str]:
    """One output a rendition."""
    for output in result["outputs"]:
        print("publish", output["uri"], f"{output['width']} x {output['height']}")
    return [output["uri"] for output in result["outputs"]]


with DAG(
    dag_id="example_alibaba_vod_transcode",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "video_id": Param(type="string", minLength=1, description="video"),
        "transcode_task_id": Param(type="string", minLength=1, description="one transcoding task of the video"),
    },
):
    # [START howto_sensor_alibaba_vod_transcode]
    wait = AlibabaVodTranscodeSensor(
        task_id="wait",
        video_id="{{ params.video_id }}",
        transcode_task_id="{{ params.transcode_task_id }}",  # left out, the video's newest task decides
        # on_partial="accept",  # publish what there is when some renditions failed
        deferrable=True,  # no worker waits, and all waits share the vendor's quota
        timeout=timedelta(hours=6),
    )
    # [END howto_sensor_alibaba_vod_transcode]
    publish(wait.output)
