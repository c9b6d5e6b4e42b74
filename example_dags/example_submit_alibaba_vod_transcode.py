# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Transcode a video with ApsaraVideo VOD, branch on what came of it, publish it or clean up.

The operator sends a key of its task as `SessionId`, so that the vendor refuses a second request for seven days.
`until="finished"` opens the gate at any end, and the DAG decides what a partial success is worth.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.operators.alibaba import AlibabaVodSubmitTranscodeOperator


@task.branch
def decide(result: Any) -> str:
    """Every rendition, some of them, or none."""
    return {"succeeded": "publish", "partial": "publish_some"}.get(result["state"], "clean_up")


@task
def publish(result: Any) -> None:
    """One output a rendition."""
    print("publish", len(result["outputs"]), "renditions of", result["ids"]["video_id"])


@task
def publish_some(result: Any) -> None:
    """What there is, and what is missing."""
    missing = [one["definition"] for one in result["renditions"] if one["state"] != "succeeded"]
    print("publish", len(result["outputs"]), "renditions, without", ", ".join(missing))


@task
def clean_up(result: Any) -> None:
    """Nothing came of it."""
    print("clean up", result["ids"]["video_id"], result["raw_state"])


with DAG(
    dag_id="example_submit_alibaba_vod_transcode",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "video_id": Param("video-1", type="string", minLength=1),
        "template_group_id": Param("renditions", type="string", minLength=1),
    },
):
    # [START howto_operator_alibaba_vod_transcode]
    transcode = AlibabaVodSubmitTranscodeOperator(
        task_id="transcode",
        video_id="{{ params.video_id }}",
        template_group_id="{{ params.template_group_id }}",
        until="finished",
        deferrable=True,  # no worker waits; a retry waits for the same job
        timeout=timedelta(hours=2),
    )
    # [END howto_operator_alibaba_vod_transcode]
    decide(transcode.output) >> [
        publish(transcode.output),
        publish_some(transcode.output),
        clean_up(transcode.output),
    ]
