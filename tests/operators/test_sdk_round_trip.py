# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that operators and the vendors' SDKs send the same request for the same parameters.

Both are recorded by the emulator, and compared as recorded.

Covers ``operators.alibaba``, ``operators.huawei``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator import DEFAULT_SECRET_KEY
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.operators import (
    AlibabaIceSubmitLiveEditingOperator,
    AlibabaIceSubmitProducingOperator,
    AlibabaIceSubmitTranscodeOperator,
    AlibabaLiveEditShowOperator,
    AlibabaMpsSubmitTranscodeOperator,
    AlibabaVodSubmitTranscodeOperator,
    HuaweiMpcCreateEditingOperator,
    HuaweiMpcCreateTranscodingOperator,
    HuaweiVodCreateEditingOperator,
    MediaJobOperator,
)
from airflow_provider_mediajobs.operators.written import KEY

from ..emulator.test_vendor_sdks import _direct, alibaba_config, huawei_client, server
from .conftest import CREATES

__all__ = ["_direct", "server"]

CLIPS = [{"StartTime": "2026-01-02T08:00:00Z", "EndTime": "2026-01-02T08:05:00Z", "StreamName": "\u76f4\u64ad +1"}]
STREAM = {"AppName": "live", "DomainName": "pull.example.com", "StreamName": "s/1 ~*"}
URL = "https://b.oss-cn-shanghai.aliyuncs.com/out/a b+c.mp4?x=1&y=\u6587"
SOURCE = {"bucket": "b", "location": "cn-north-4", "object": "in/\u6587 1.mp4"}
TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaURL": URL, "In": 0.5}]}]}
INPUT_GROUP = [{"Type": "OSS", "Media": "oss://b/in/\u6587 1.mp4"}]
# Empty lists of options are sent by the SDK.
NOTHING: dict[str, Any] = {
    "CombineConfigs": [],
    "ImageWatermarks": [],
    "Subtitles": [],
    "TextWatermarks": [],
}
OUTPUT_GROUP = [
    {
        "Output": {"Type": "OSS", "Media": "oss://b/a b.mp4"},
        "ProcessConfig": {"Transcode": {"TemplateId": "t"}, **NOTHING},
    }
]
MPS_INPUT = {"Bucket": "b", "Location": "oss-cn-shanghai", "Object": "in%2F1.mp4"}
MPS_OUTPUT = {"OutputObject": "out%2F1.mp4", "TemplateId": "t", "Priority": "7"}
OUTPUT = {"bucket": "b", "location": "cn-north-4", "object": "out", "file_name": "o.mp4"}


def ice(server: EmulatorServer, key: str) -> None:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import SubmitLiveEditingJobRequest

    request = SubmitLiveEditingJobRequest(
        clips=json.dumps(CLIPS),
        live_stream_config=json.dumps(STREAM),
        output_media_config=json.dumps({"MediaURL": URL}),
        output_media_target="oss-object",
        media_produce_config=json.dumps({"Mode": "Accurate"}),
        project_id="p",
        user_data=json.dumps({"run": 17, "mediajobs": key}),
    )
    Client(alibaba_config(server, DEFAULT_SECRET_KEY, None)).submit_live_editing_job(request)


def ice_producing(server: EmulatorServer, key: str) -> None:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import SubmitMediaProducingJobRequest

    request = SubmitMediaProducingJobRequest(
        timeline=json.dumps(TIMELINE),
        output_media_config=json.dumps({"MediaURL": URL, "Width": 640}),
        output_media_target="oss-object",
        editing_produce_config=json.dumps({"CoverConfig": {"StartTime": 3.3}}),
        media_metadata=json.dumps({"Title": "\u76f4\u64ad +1"}),
        project_metadata=json.dumps({"Title": "p"}),
        user_data=json.dumps({"run": 17, "mediajobs": key}),
        client_token=key,
    )
    Client(alibaba_config(server, DEFAULT_SECRET_KEY, None)).submit_media_producing_job(request)


def ice_transcode(server: EmulatorServer, key: str) -> None:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import (
        SubmitTranscodeJobRequest,
        SubmitTranscodeJobRequestInputGroup,
        SubmitTranscodeJobRequestOutputGroup,
        SubmitTranscodeJobRequestScheduleConfig,
    )

    request = SubmitTranscodeJobRequest(
        input_group=[SubmitTranscodeJobRequestInputGroup().from_map(one) for one in INPUT_GROUP],
        output_group=[SubmitTranscodeJobRequestOutputGroup().from_map(one) for one in OUTPUT_GROUP],
        name="n 1",
        schedule_config=SubmitTranscodeJobRequestScheduleConfig(pipeline_id="p", priority=6),
        user_data=json.dumps({"run": 17, "mediajobs": key}),
        client_token=key,
    )
    Client(alibaba_config(server, DEFAULT_SECRET_KEY, None)).submit_transcode_job(request)


def mps(server: EmulatorServer, key: str) -> None:
    from alibabacloud_mts20140618.client import Client
    from alibabacloud_mts20140618.models import SubmitJobsRequest

    output = {**MPS_OUTPUT, "UserData": json.dumps({"run": 17, "mediajobs": key})}
    request = SubmitJobsRequest(
        input=json.dumps(MPS_INPUT),
        outputs=json.dumps([output]),
        output_bucket="b",
        output_location="oss-cn-shanghai",
        pipeline_id="p 1",
    )
    Client(alibaba_config(server, DEFAULT_SECRET_KEY, None)).submit_jobs(request)


def vod(server: EmulatorServer, key: str) -> None:
    from alibabacloud_vod20170321.client import Client
    from alibabacloud_vod20170321.models import SubmitTranscodeJobsRequest

    request = SubmitTranscodeJobsRequest(
        video_id="v 1",
        template_group_id="g",
        pipeline_id="p",
        priority="7",
        encrypt_config=json.dumps({"EncryptType": "Private"}),
        override_params=json.dumps({"Watermarks": []}),
        user_data=json.dumps({"Extend": "\u6587"}),
        session_id=key,
    )
    Client(alibaba_config(server, DEFAULT_SECRET_KEY, None)).submit_transcode_jobs(request)


def live(server: EmulatorServer, key: str) -> None:
    from alibabacloud_live20161101.client import Client
    from alibabacloud_live20161101.models import EditShowAndReplaceRequest

    request = EditShowAndReplaceRequest(
        caster_id="c * 1",
        show_id="e/1",
        start_time=1.5,
        end_time=12.0,
        storage_info=json.dumps({"StorageLocation": "s", "FileName": f"dir/cut-{key}.mp4"}),
        user_data="mine & yours",
    )
    Client(alibaba_config(server, DEFAULT_SECRET_KEY, None)).edit_show_and_replace(request)


def huawei_vod(server: EmulatorServer, key: str) -> None:
    """It carries no key: the vendor has no field for one."""
    from huaweicloudsdkvod.v1 import (
        CreateAssetEditTaskReq,
        CreateAssetEditTaskRequest,
        EditInput,
        VodClient,
        VodEditingSetting,
    )

    inputs = [EditInput(asset_id="a\u6587", timeline_start="0", timeline_end="12.5")]
    settings = VodEditingSetting(format="MP4", width=640, height=360)
    body = CreateAssetEditTaskReq(inputs=inputs, editing_settings=settings)
    huawei_client(server, VodClient, DEFAULT_SECRET_KEY).create_asset_edit_task(CreateAssetEditTaskRequest(body=body))


def huawei_mpc_v1(server: EmulatorServer, key: str) -> None:
    from huaweicloudsdkmpc.v1 import (
        ClipInfo,
        CreateEditingJobReq,
        CreateEditingJobRequest,
        MpcClient,
        ObsObjInfo,
        OutputSetting,
    )

    clip = ClipInfo(input=ObsObjInfo(**SOURCE), timeline_start="0", timeline_end="5")
    body = CreateEditingJobReq(
        edit_type=["CLIP"],
        clips=[clip],
        output_setting=OutputSetting(format="MP4", output=ObsObjInfo(**OUTPUT)),
        user_data=f"run 17 mediajobs:{key}",
    )
    huawei_client(server, MpcClient, DEFAULT_SECRET_KEY).create_editing_job(CreateEditingJobRequest(body=body))


def huawei_mpc_v2(server: EmulatorServer, key: str) -> None:
    """The documented path, which the SDK lacks: its own core encodes, signs and sends the body."""
    from huaweicloudsdkmpc.v1 import CreateEditingJobRequest, MpcClient

    client = huawei_client(server, MpcClient, DEFAULT_SECRET_KEY)
    body = {
        "inputs": [{"input": SOURCE}],
        "output": OUTPUT,
        "editing_type": 1,
        "user_data": json.dumps({"run": 17, "mediajobs": key}),
    }
    call = client._create_editing_job_http_info(CreateEditingJobRequest())
    client._call_api(**{**call, "resource_path": "/v2/{project_id}/editing/jobs", "body": body})


def huawei_mpc_transcoding(server: EmulatorServer, key: str) -> None:
    from huaweicloudsdkmpc.v1 import CreateTranscodingReq, CreateTranscodingTaskRequest, MpcClient, ObsObjInfo

    body = CreateTranscodingReq(
        input=ObsObjInfo(**SOURCE),
        output=ObsObjInfo(**OUTPUT),
        trans_template_id=[7, 8],
        output_filenames=["a.mp4", "b.mp4"],
        priority=9,
        user_data=json.dumps({"run": 17, "mediajobs": key}),
    )
    client = huawei_client(server, MpcClient, DEFAULT_SECRET_KEY)
    client.create_transcoding_task(CreateTranscodingTaskRequest(body=body))


Sdk = Callable[[EmulatorServer, str], None]
CASES: list[tuple[Sdk, type[MediaJobOperator], dict[str, Any]]] = [
    (
        ice,
        AlibabaIceSubmitLiveEditingOperator,
        {
            "clips": CLIPS,
            "live_stream_config": STREAM,
            "output_media_config": {"MediaURL": URL},
            "output_media_target": "oss-object",
            "media_produce_config": {"Mode": "Accurate"},
            "editing_project_id": "p",
            "user_data": {"run": 17},
        },
    ),
    (
        ice_producing,
        AlibabaIceSubmitProducingOperator,
        {
            "timeline": TIMELINE,
            "output_media_config": {"MediaURL": URL, "Width": 640},
            "output_media_target": "oss-object",
            "editing_produce_config": {"CoverConfig": {"StartTime": 3.3}},
            "media_metadata": {"Title": "\u76f4\u64ad +1"},
            "project_metadata": {"Title": "p"},
            "user_data": {"run": 17},
        },
    ),
    (
        ice_transcode,
        AlibabaIceSubmitTranscodeOperator,
        {
            "input_group": INPUT_GROUP,
            "output_group": OUTPUT_GROUP,
            "name": "n 1",
            "schedule_config": {"PipelineId": "p", "Priority": 6},
            "user_data": {"run": 17},
        },
    ),
    (
        mps,
        AlibabaMpsSubmitTranscodeOperator,
        {
            "input": MPS_INPUT,
            "output": {**MPS_OUTPUT, "UserData": {"run": 17}},
            "output_bucket": "b",
            "output_location": "oss-cn-shanghai",
            "pipeline_id": "p 1",
        },
    ),
    (
        vod,
        AlibabaVodSubmitTranscodeOperator,
        {
            "video_id": "v 1",
            "template_group_id": "g",
            "pipeline_id": "p",
            "priority": 7,
            "encrypt_config": {"EncryptType": "Private"},
            "override_params": {"Watermarks": []},
            "user_data": {"Extend": "\u6587"},
        },
    ),
    (
        live,
        AlibabaLiveEditShowOperator,
        {
            "caster_id": "c * 1",
            "show_id": "e/1",
            "start_time": 1.5,
            "end_time": 12.0,
            "storage_info": {"StorageLocation": "s", "FileName": "dir/cut.mp4"},
            "user_data": "mine & yours",
        },
    ),
    (
        huawei_vod,
        HuaweiVodCreateEditingOperator,
        {
            "inputs": [{"asset_id": "a\u6587", "timeline_start": "0", "timeline_end": "12.5"}],
            "editing_settings": {"format": "MP4", "width": 640, "height": 360},
        },
    ),
    (
        huawei_mpc_v1,
        HuaweiMpcCreateEditingOperator,
        {
            "edit_type": ["CLIP"],
            "clips": [{"input": SOURCE, "timeline_start": "0", "timeline_end": "5"}],
            "output_setting": {"format": "MP4", "output": OUTPUT},
            "user_data": "run 17",
        },
    ),
    (
        huawei_mpc_v2,
        HuaweiMpcCreateEditingOperator,
        {"inputs": [{"input": SOURCE}], "output": OUTPUT, "editing_type": 1, "user_data": {"run": 17}},
    ),
    (
        huawei_mpc_transcoding,
        HuaweiMpcCreateTranscodingOperator,
        {
            "input": SOURCE,
            "output": OUTPUT,
            "template_ids": [7, 8],
            "output_filenames": ["a.mp4", "b.mp4"],
            "priority": 9,
            "user_data": {"run": 17},
        },
    ),
]


def plain(value: Any) -> Any:
    """JSON in a text as what it says: where a blank stands, or an escape, is no difference."""
    try:
        opened = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
    if isinstance(opened, dict):
        return {name: plain(inner) for name, inner in opened.items()}
    return [plain(inner) for inner in opened] if isinstance(opened, list) else opened


def recorded(world: Any) -> Any:
    """The one create that was asked for."""
    (create,) = [request for request in world.requests if request.action in CREATES]
    assert create.status == 200
    parameters = {name: plain(value) for name, value in create.call.parameters}
    return create.method, create.path, create.action, create.kind, parameters


@pytest.mark.parametrize(("sdk", "of", "arguments"), CASES, ids=[case[0].__name__ for case in CASES])
def test_the_same_request(
    monkeypatch: pytest.MonkeyPatch,
    task: Any,
    server: EmulatorServer,
    sdk: Sdk,
    of: type[MediaJobOperator],
    arguments: dict[str, Any],
) -> None:
    made = of(task_id="t", **arguments)
    if sdk is huawei_mpc_v1:
        connection = json.loads(os.environ["AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT"])
        connection["extra"]["api_versions"] = {"mpc": "v1"}
        monkeypatch.setenv("AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT", json.dumps(connection))
    ours = task(made.kind, parameters=made.parameters, wait_for_completion=False)

    ids = ours.attempt()
    sdk(server, ours.store[KEY]["key"])

    assert isinstance(ids, dict), repr(ids)
    assert recorded(server.world) == recorded(ours.world)


def test_every_operator_is_compared() -> None:
    """In every generation of the API that it speaks."""
    from airflow_provider_mediajobs import operators

    named = {getattr(operators, name) for name in operators.__all__} - {MediaJobOperator}
    assert {of for _, of, _ in CASES} == named
