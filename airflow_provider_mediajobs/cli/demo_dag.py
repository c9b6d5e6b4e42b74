# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The DAG of ``mediajobs demo``: gates that must open and two that must stay shut.

The demo copies this file into the DAG folder of its own Airflow; nothing imports it. One task creates jobs of many
kinds through the hooks, a sensor waits for each, and each sensor gates a publish step. The source of one job is broken,
so it fails, its sensor fails, and nothing of it is published. Of another one the vendor makes some outputs and calls
that a success: its sensor fails, too.
"""

from __future__ import annotations

import json
from typing import Any

from airflow.sdk import dag, task

from airflow_provider_mediajobs.sensors import (
    AlibabaIceLiveEditingSensor,
    AlibabaIceTranscodeSensor,
    AlibabaLiveEditingSensor,
    AlibabaMpsTranscodeSensor,
    AlibabaVodTranscodeSensor,
    HuaweiMpcEditingSensor,
    HuaweiMpcTranscodingSensor,
    HuaweiVodEditingSensor,
)

WAIT: dict[str, Any] = {"deferrable": True, "poll_interval": 2, "timeout": 180}


@task(multiple_outputs=True)
def create_jobs() -> dict[str, str]:
    """One job of a kind, one whose source is broken, and one of whose outputs fails, by plain calls."""
    return {**_alibaba_jobs(), **_huawei_jobs()}


def _alibaba_jobs() -> dict[str, str]:
    from airflow_provider_mediajobs.hooks.alibaba import AlibabaMediaHook

    hook = AlibabaMediaHook()
    storage = json.dumps({"StorageLocation": "outin-demo.oss-cn-shanghai.aliyuncs.com", "FileName": "episode.mp4"})
    episode = {"CasterId": "studio-demo", "ShowId": "episode-demo"}  # identifies the job: its id cannot be chosen
    hook.call("live", "EditShowAndReplace", {**episode, "StorageInfo": storage, "StartTime": 0.0, "EndTime": 12.5})
    clips = json.dumps([{"StartTime": "2026-09-01T08:01:00Z", "EndTime": "2026-09-01T08:03:00Z"}])
    stream = json.dumps({"AppName": "app", "DomainName": "live.example.com", "StreamName": "match"})
    output = json.dumps({"MediaURL": "https://demo.oss-cn-shanghai.aliyuncs.com/highlights.mp4"})
    ice = hook.call(
        "ice", "SubmitLiveEditingJob", {"Clips": clips, "LiveStreamConfig": stream, "OutputMediaConfig": output}
    )
    videos = ("video-demo", "video-broken")
    good, broken = (
        hook.call("vod", "SubmitTranscodeJobs", {"VideoId": video, "TemplateGroupId": "renditions"}) for video in videos
    )
    outputs = json.dumps([{"OutputObject": "out/match.mp4", "TemplateId": "S00000001-200010"}])
    source = json.dumps({"Bucket": "demo", "Location": "oss-cn-shanghai", "Object": "in/match.mp4"})
    mps = hook.call(
        "mts", "SubmitJobs", {"Input": source, "OutputBucket": "demo", "Outputs": outputs, "PipelineId": "demo"}
    )
    groups = [_ice_output(name) for name in ("good", "broken")]
    media = [{"Type": "OSS", "Media": "oss://demo/in/match.mp4"}]
    partial = hook.call(
        "ice", "SubmitTranscodeJob", {"InputGroup": json.dumps(media), "OutputGroup": json.dumps(groups)}
    )
    return {
        "mps_job_id": mps["JobResultList"]["JobResult"][0]["Job"]["JobId"],
        "ice_parent_job_id": partial["TranscodeParentJob"]["ParentJobId"],
        "caster_id": episode["CasterId"],
        "show_id": episode["ShowId"],
        "ice_job_id": ice["JobId"],
        "video_id": videos[0],
        "transcode_task_id": good["TranscodeTaskId"],
        "broken_video_id": videos[1],
        "broken_task_id": broken["TranscodeTaskId"],
    }


def _ice_output(name: str) -> dict[str, Any]:
    output = {"Type": "OSS", "Media": f"oss://demo/out/{name}.mp4"}
    return {"Output": output, "ProcessConfig": {"Transcode": {"TemplateId": name}}}


def _huawei_jobs() -> dict[str, str]:
    from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook

    hook = HuaweiMediaHook()
    cut = {"inputs": [{"asset_id": "asset-demo", "timeline_start": "0", "timeline_end": "12"}]}
    vod = hook.call("vod", "POST", "/v1/{project_id}/asset/editing/tasks", body=cut)
    source = {"bucket": "demo", "location": "cn-north-4", "object": "in/match.mp4"}
    output = {"bucket": "demo", "location": "cn-north-4", "object": "out", "file_name": "goal.mp4"}
    clip = {"inputs": [{"input": source}], "output": output, "editing_type": 1}
    mpc = hook.call("mpc", "POST", "/v2/{project_id}/editing/jobs", body=clip)
    place = {"bucket": "demo", "location": "cn-north-4", "object": "out"}
    renditions = {"input": source, "output": place, "trans_template_id": [7], "output_filenames": ["match_7.mp4"]}
    transcoding = hook.call("mpc", "POST", "/v1/{project_id}/transcodings", body=renditions)
    # Its id comes as a number, and sensors take text.
    return {"vod_task_id": vod["task_id"], "mpc_job_id": mpc["job_id"], "mpc_task_id": str(transcoding["task_id"])}


@task
def publish(result: Any) -> list[str]:
    """Runs only after its sensor succeeded. ``result`` is what that returned."""
    published = [output["uri"] or output["media_id"] for output in result["outputs"]]
    print("published", *published)
    return published


@dag(dag_id="mediajobs_demo", schedule=None, catchup=False, tags=["mediajobs"])
def mediajobs_demo() -> None:
    """Create, wait, publish."""
    ids: Any = create_jobs()
    broken = {"video_id": ids["broken_video_id"], "transcode_task_id": ids["broken_task_id"]}
    gates = {
        "live": AlibabaLiveEditingSensor(
            task_id="wait_live", caster_id=ids["caster_id"], show_id=ids["show_id"], **WAIT
        ),
        "ice": AlibabaIceLiveEditingSensor(task_id="wait_ice", job_id=ids["ice_job_id"], **WAIT),
        "transcode": AlibabaVodTranscodeSensor(
            task_id="wait_transcode", video_id=ids["video_id"], transcode_task_id=ids["transcode_task_id"], **WAIT
        ),
        "vod": HuaweiVodEditingSensor(task_id="wait_vod", edit_task_id=ids["vod_task_id"], **WAIT),
        "mpc": HuaweiMpcEditingSensor(task_id="wait_mpc", job_id=ids["mpc_job_id"], **WAIT),
        "mpc_transcoding": HuaweiMpcTranscodingSensor(
            task_id="wait_mpc_transcoding", mpc_task_id=ids["mpc_task_id"], **WAIT
        ),
        "mps": AlibabaMpsTranscodeSensor(task_id="wait_mps", job_id=ids["mps_job_id"], **WAIT),
        "broken": AlibabaVodTranscodeSensor(task_id="wait_broken", **broken, **WAIT),
        "partial": AlibabaIceTranscodeSensor(task_id="wait_partial", parent_job_id=ids["ice_parent_job_id"], **WAIT),
    }
    for name, gate in gates.items():
        publish.override(task_id=f"publish_{name}")(gate.output)


demo = mediajobs_demo()
