# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The DAG of ``mediajobs demo``: submit jobs of both clouds, wait until each is really done, publish.

The demo copies this file into the DAG folder of its own Airflow; nothing imports it. An operator submits each job and
waits for it; of one job a sensor waits in a task of its own, as for a job that somebody else has submitted. Each gates
a publish step. The source of one job is broken, so it fails, its operator fails, and nothing of it is published. Of
another one the vendor makes some outputs and calls that a success: its operator fails, too.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from airflow_provider_mediajobs.operators import (
    AlibabaIceSubmitLiveEditingOperator,
    AlibabaIceSubmitTranscodeOperator,
    AlibabaLiveEditShowOperator,
    AlibabaMpsSubmitTranscodeOperator,
    AlibabaVodSubmitTranscodeOperator,
    HuaweiMpcCreateEditingOperator,
    HuaweiMpcCreateTranscodingOperator,
    HuaweiVodCreateEditingOperator,
)
from airflow_provider_mediajobs.sensors import HuaweiMpcTranscodingSensor

WAIT: dict[str, Any] = {"deferrable": True, "poll_interval": 2, "timeout": 180}
SHANGHAI = "oss-cn-shanghai"
SOURCE = {"bucket": "demo", "location": "cn-north-4", "object": "in/match.mp4"}
FOLDER = {"bucket": "demo", "location": "cn-north-4", "object": "out"}


@task
def publish(result: Any) -> list[str]:
    """Runs only after the job has ended well. ``result`` is what the task that waited for it returned."""
    published = [output["uri"] or output["media_id"] for output in result["outputs"]]
    print("published", *published)
    return published


def alibaba_jobs() -> dict[str, Any]:
    """What gates a publish step, by name: jobs of Alibaba Cloud."""
    stream = {"AppName": "app", "DomainName": "live.example.com", "StreamName": "match"}
    return {
        "live": AlibabaLiveEditShowOperator(
            task_id="make_live",
            caster_id="studio-demo",
            show_id="episode-demo",
            storage_info={"StorageLocation": f"outin-demo.{SHANGHAI}.aliyuncs.com", "FileName": "episode.mp4"},
            start_time=0.0,
            end_time=12.5,
            **WAIT,
        ),
        "ice": AlibabaIceSubmitLiveEditingOperator(
            task_id="make_ice",
            clips=[{"StartTime": "2026-09-01T08:01:00Z", "EndTime": "2026-09-01T08:03:00Z"}],
            live_stream_config=stream,
            output_media_config={"MediaURL": f"https://demo.{SHANGHAI}.aliyuncs.com/highlights.mp4"},
            **WAIT,
        ),
        "transcode": AlibabaVodSubmitTranscodeOperator(
            task_id="make_transcode", video_id="video-demo", template_group_id="renditions", **WAIT
        ),
        "broken": AlibabaVodSubmitTranscodeOperator(
            task_id="make_broken", video_id="video-broken", template_group_id="renditions", **WAIT
        ),
        "mps": AlibabaMpsSubmitTranscodeOperator(
            task_id="make_mps",
            input={"Bucket": "demo", "Location": SHANGHAI, "Object": "in/match.mp4"},
            output={"OutputObject": "out/match.mp4", "TemplateId": "S00000001-200010"},
            output_bucket="demo",
            pipeline_id="demo",
            **WAIT,
        ),
        "partial": AlibabaIceSubmitTranscodeOperator(
            task_id="make_partial",
            input_group=[{"Type": "OSS", "Media": "oss://demo/in/match.mp4"}],
            output_group=[ice_output("good"), ice_output("broken")],
            **WAIT,
        ),
    }


def ice_output(name: str) -> dict[str, Any]:
    """One of the two outputs of the job that ends with one alone."""
    output = {"Type": "OSS", "Media": f"oss://demo/out/{name}.mp4"}
    return {"Output": output, "ProcessConfig": {"Transcode": {"TemplateId": name}}}


def huawei_jobs() -> dict[str, Any]:
    """Likewise, of Huawei Cloud."""
    submitted: Any = HuaweiMpcCreateTranscodingOperator(
        task_id="submit_mpc_transcoding",
        input=SOURCE,
        output=FOLDER,
        template_ids=[7],
        output_filenames=["match_7.mp4"],
        wait_for_completion=False,
        multiple_outputs=True,  # each id is an XCom of its own
    ).output
    return {
        "vod": HuaweiVodCreateEditingOperator(
            task_id="make_vod",
            inputs=[{"asset_id": "asset-demo", "timeline_start": "0", "timeline_end": "12"}],
            **WAIT,
        ),
        "mpc": HuaweiMpcCreateEditingOperator(
            task_id="make_mpc",
            inputs=[{"input": SOURCE}],
            output={**FOLDER, "file_name": "goal.mp4"},
            editing_type=1,
            **WAIT,
        ),
        "mpc_transcoding": HuaweiMpcTranscodingSensor(
            task_id="wait_mpc_transcoding", mpc_task_id=submitted["task_id"], **WAIT
        ),
    }


@dag(dag_id="mediajobs_demo", schedule=None, catchup=False, tags=["mediajobs"])
def mediajobs_demo() -> None:
    """Submit, wait, publish."""
    for name, gate in {**alibaba_jobs(), **huawei_jobs()}.items():
        publish.override(task_id=f"publish_{name}")(gate.output)


demo = mediajobs_demo()
