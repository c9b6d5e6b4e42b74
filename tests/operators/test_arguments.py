# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the operators' arguments, and which are refused while a DAG file is parsed.

Covers ``operators.alibaba``, ``operators.huawei``, ``operators.job``, ``operators.parameters``, ``sensors.setting``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.sdk import DAG, XComArg
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_mediajobs.core.errors import ParameterError
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
from airflow_provider_mediajobs.vendors import KINDS

from .conftest import GOOD

SOURCE = {"bucket": "b", "location": "cn-north-4", "object": "in.mp4"}
ARGUMENTS: list[tuple[type[MediaJobOperator], dict[str, Any], dict[str, Any]]] = [
    (
        AlibabaIceSubmitLiveEditingOperator,
        {
            "clips": GOOD["alibaba.ice.live_editing"]["Clips"],
            "output_media_config": {"MediaURL": "https://b/o.mp4"},
            "live_stream_config": GOOD["alibaba.ice.live_editing"]["LiveStreamConfig"],
            "output_media_target": "oss-object",
            "media_produce_config": {"Mode": "Accurate"},
            "editing_project_id": "p",
            "user_data": {"run": 1},
        },
        {
            "Clips": GOOD["alibaba.ice.live_editing"]["Clips"],
            "OutputMediaConfig": {"MediaURL": "https://b/o.mp4"},
            "LiveStreamConfig": GOOD["alibaba.ice.live_editing"]["LiveStreamConfig"],
            "OutputMediaTarget": "oss-object",
            "MediaProduceConfig": {"Mode": "Accurate"},
            "ProjectId": "p",
            "UserData": {"run": 1},
        },
    ),
    (
        AlibabaIceSubmitProducingOperator,
        {
            "output_media_config": {"MediaURL": "https://b/o.mp4"},
            "template_id": "t",
            "clips_param": {"Clip": "c"},
            "output_media_target": "S3",
            "editing_produce_config": {"CoverConfig": {}},
            "media_metadata": {"Title": "t"},
            "project_metadata": {"Title": "p"},
            "user_data": {"run": 1},
        },
        {
            "OutputMediaConfig": {"MediaURL": "https://b/o.mp4"},
            "TemplateId": "t",
            "ClipsParam": {"Clip": "c"},
            "OutputMediaTarget": "S3",
            "EditingProduceConfig": {"CoverConfig": {}},
            "MediaMetadata": {"Title": "t"},
            "ProjectMetadata": {"Title": "p"},
            "UserData": {"run": 1},
        },
    ),
    (
        AlibabaIceSubmitProducingOperator,
        {"output_media_config": {"MediaURL": "https://b/o.mp4"}, "timeline": {"VideoTracks": []}},
        {"OutputMediaConfig": {"MediaURL": "https://b/o.mp4"}, "Timeline": {"VideoTracks": []}},
    ),
    (
        AlibabaIceSubmitProducingOperator,
        {"output_media_config": {"MediaURL": "https://b/o.mp4"}, "editing_project_id": "p"},
        {"OutputMediaConfig": {"MediaURL": "https://b/o.mp4"}, "ProjectId": "p"},
    ),
    (
        AlibabaIceSubmitTranscodeOperator,
        {
            "input_group": GOOD["alibaba.ice.transcode"]["InputGroup"],
            "output_group": GOOD["alibaba.ice.transcode"]["OutputGroup"],
            "name": "n",
            "schedule_config": {"PipelineId": "p"},
            "user_data": {"run": 1},
        },
        {
            "InputGroup": GOOD["alibaba.ice.transcode"]["InputGroup"],
            "OutputGroup": GOOD["alibaba.ice.transcode"]["OutputGroup"],
            "Name": "n",
            "ScheduleConfig": {"PipelineId": "p"},
            "UserData": {"run": 1},
        },
    ),
    (
        AlibabaMpsSubmitTranscodeOperator,
        {
            "input": {"Bucket": "b", "Location": "oss-cn-shanghai", "Object": "in.mp4"},
            "output": {"OutputObject": "o.mp4", "TemplateId": "t"},
            "output_bucket": "b",
            "output_location": "oss-cn-shanghai",
            "pipeline_id": "p",
        },
        {
            "Input": {"Bucket": "b", "Location": "oss-cn-shanghai", "Object": "in.mp4"},
            "Outputs": {"OutputObject": "o.mp4", "TemplateId": "t"},
            "OutputBucket": "b",
            "OutputLocation": "oss-cn-shanghai",
            "PipelineId": "p",
        },
    ),
    (
        AlibabaVodSubmitTranscodeOperator,
        {
            "video_id": "v",
            "template_group_id": "g",
            "pipeline_id": "p",
            "priority": 7,
            "encrypt_config": {"EncryptType": "Private"},
            "override_params": {"Watermarks": []},
            "user_data": {"Extend": "{}"},
        },
        {
            "VideoId": "v",
            "TemplateGroupId": "g",
            "PipelineId": "p",
            "Priority": 7,
            "EncryptConfig": {"EncryptType": "Private"},
            "OverrideParams": {"Watermarks": []},
            "UserData": {"Extend": "{}"},
        },
    ),
    (
        AlibabaLiveEditShowOperator,
        {
            "caster_id": "c",
            "show_id": "e",
            "storage_info": {"StorageLocation": "s", "FileName": "f.mp4"},
            "start_time": 1,
            "end_time": 2.5,
            "user_data": "u",
        },
        {
            "CasterId": "c",
            "ShowId": "e",
            "StorageInfo": {"StorageLocation": "s", "FileName": "f.mp4"},
            "StartTime": 1,
            "EndTime": 2.5,
            "UserData": "u",
        },
    ),
    (
        HuaweiVodCreateEditingOperator,
        {"inputs": [{"asset_id": "a", "timeline_end": "2"}], "editing_settings": {"format": "MP4"}},
        {"inputs": [{"asset_id": "a", "timeline_end": "2"}], "editing_settings": {"format": "MP4"}},
    ),
    (
        HuaweiMpcCreateEditingOperator,
        {
            "inputs": [{"input": SOURCE}],
            "output": {"bucket": "b"},
            "editing_settings": {},
            "editing_type": 1,
            "user_data": "u",
        },
        {
            "inputs": [{"input": SOURCE}],
            "output": {"bucket": "b"},
            "editing_settings": {},
            "editing_type": 1,
            "user_data": "u",
        },
    ),
    (
        HuaweiMpcCreateEditingOperator,
        {
            "edit_type": ["MIX"],
            "input": SOURCE,
            "clips": [],
            "concats": [],
            "mix": {},
            "output_setting": {"output": {"bucket": "b"}},
            "edit_settings": [],
        },
        {
            "edit_type": ["MIX"],
            "input": SOURCE,
            "clips": [],
            "concats": [],
            "mix": {},
            "output_setting": {"output": {"bucket": "b"}},
            "edit_settings": [],
        },
    ),
    (
        HuaweiMpcCreateTranscodingOperator,
        {
            "input": SOURCE,
            "output": {"bucket": "b"},
            "template_ids": [7],
            "av_parameters": [{}],
            "output_filenames": ["a.mp4"],
            "watermarks": [],
            "thumbnails": [],
            "priority": 9,
            "user_data": "u",
        },
        {
            "input": SOURCE,
            "output": {"bucket": "b"},
            "trans_template_id": [7],
            "av_parameters": [{}],
            "output_filenames": ["a.mp4"],
            "watermarks": [],
            "thumbnails": [],
            "priority": 9,
            "user_data": "u",
        },
    ),
]


@pytest.mark.parametrize(("of", "given", "parameters"), ARGUMENTS)
def test_named_arguments(of: Any, given: dict[str, Any], parameters: dict[str, Any]) -> None:
    """Every one that has a name of ours, by the vendor's; anything else beside them."""
    assert of(task_id="t", **given).parameters == parameters
    assert of(task_id="t", **given, parameters={"New": 1}).parameters == parameters | {"New": 1}


def test_every_named_parameter_is_an_argument() -> None:
    given: dict[str, set[str]] = {}
    for of, arguments, _ in ARGUMENTS:
        given.setdefault(of(task_id="t", **arguments).kind, set()).update(arguments)

    assert given == {name: set(kind.submit.parameters) for name, kind in KINDS.items() if kind.submit is not None}


@pytest.mark.parametrize("kind", GOOD)
def test_any_kind(kind: str) -> None:
    made = MediaJobOperator(task_id="t", kind=kind, parameters=GOOD[kind])

    assert made.template_fields == ("parameters", "conn_id", "region", "project_id")
    assert made.wait_for_completion
    assert made.parameters == GOOD[kind]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"kind": "huawei.mpc"}, "valid kinds"),
        ({"parameters": {}}, "clips"),
        ({"parameters": []}, "parameters"),
        ({"parameters": {1: 2}}, "parameters"),
        ({"parameters": GOOD["alibaba.ice.live_editing"] | {"UserData": None}}, r"user_data \(UserData\) is None"),
        ({"on_unclear": "retry"}, "on_unclear"),
        ({"resubmit_on_failure": "yes"}, "resubmit_on_failure"),
        ({"cancel_on_kill": None}, "cancel_on_kill"),
        ({"start_in_triggerer": True}, "start_in_triggerer"),
        ({"on_partial": "maybe"}, "on_partial"),
        ({"on_timeout": "cancel_then_fail"}, "on_timeout"),
        ({"timeout": -1}, "timeout"),
        ({"poke_interval": "soon"}, "poke_interval"),
        ({"poll_interval": 0}, "poll_interval"),
        ({"conn_id": ""}, "conn_id"),
    ],
)
def test_wrong_arguments(wrong: dict[str, Any], named: str) -> None:
    good = {"kind": "alibaba.ice.live_editing", "parameters": GOOD["alibaba.ice.live_editing"]}

    with pytest.raises(ParameterError, match=named) as caught:
        MediaJobOperator(task_id="t", **(good | wrong))
    assert isinstance(caught.value, AirflowFailException)


def test_given_twice() -> None:
    with pytest.raises(ParameterError, match=r"inputs is given twice"):
        HuaweiVodCreateEditingOperator(task_id="t", inputs=[{"asset_id": "a"}], parameters={"inputs": []})
    with pytest.raises(ParameterError, match="mapping by the vendor's names"):
        HuaweiVodCreateEditingOperator(task_id="t", inputs=[{"asset_id": "a"}], parameters=["x"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        {"a": {1}},
        {"a": float("nan")},
        [float("inf")],
        {"a": b"x"},
        {"a": {1: 2}},
        {"a": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
@pytest.mark.parametrize("kind", GOOD)
def test_what_is_no_json_is_refused_before_anything_is_written_down(kind: str, value: Any) -> None:
    """Also of parameters that this release does not know: a failure while the request is made is a doubt for ever."""
    with pytest.raises(ParameterError, match="Extra"):
        MediaJobOperator(task_id="t", kind=kind, parameters=GOOD[kind] | {"Extra": value})


@pytest.mark.parametrize("value", [" v1", "v1 ", "\t", "v\n1", " "])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("alibaba.vod.transcode", "VideoId"), ("alibaba.live.editing", "CasterId"), ("alibaba.live.editing", "ShowId")],
)
def test_what_is_waited_for_is_an_id_before_the_job_is_made(kind: str, name: str, value: str) -> None:
    """A job that was made for a name with blanks could not be waited for."""
    with pytest.raises(ParameterError, match=name):
        MediaJobOperator(task_id="t", kind=kind, parameters=GOOD[kind] | {name: value})


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("videoId", "VideoId"), ("VIDEOID", "VideoId"), ("video_id", "VideoId"), ("userdata", "UserData")],
)
def test_names_that_are_spelt_otherwise(wrong: str, right: str) -> None:
    kind = "alibaba.vod.transcode"
    with pytest.raises(ParameterError, match=f"vendor's name {right}, not {wrong}"):
        MediaJobOperator(task_id="t", kind=kind, parameters=GOOD[kind] | {wrong: "v2"})


def test_templates_are_checked_when_they_are_rendered() -> None:
    """What is beside them is checked at once."""
    with DAG("d", schedule=None):
        one = MediaJobOperator(
            task_id="t",
            kind="alibaba.vod.transcode",
            parameters={"VideoId": "{{ params.v }}", "TemplateGroupId": "g", "Priority": 6},
        )
        with pytest.raises(ParameterError, match="priority"):
            MediaJobOperator(
                task_id="t2", kind="alibaba.vod.transcode", parameters={"VideoId": "{{ params.v }}", "Priority": 99}
            )
        up = MediaJobOperator(task_id="up", kind="huawei.vod.editing", parameters=XComArg(one))
        named = AlibabaVodSubmitTranscodeOperator(
            task_id="n",
            video_id=XComArg(up, "v"),
            template_group_id="g",
        )

    assert up.upstream_task_ids == {"t"}
    assert named.upstream_task_ids == {"up"}
    one.render_template_fields({"params": {"v": "123_456"}})
    assert one.parameters["VideoId"] == "123_456"


def test_texts_stay_texts_in_a_native_dag() -> None:
    with DAG("d", schedule=None, render_template_as_native_obj=True):
        one = MediaJobOperator(
            task_id="t", kind="alibaba.vod.transcode", parameters={"VideoId": "{{ params.v }}", "TemplateGroupId": "g"}
        )
    one.render_template_fields({"params": {"v": "1_000"}})

    assert one.parameters["VideoId"] == "1_000"


def test_mapped() -> None:
    with DAG("d", schedule=None):
        mapped = AlibabaVodSubmitTranscodeOperator.partial(task_id="m", template_group_id="g").expand(
            video_id=["a", "b"]
        )
        with pytest.raises(ParameterError, match="poll_interval"):
            AlibabaVodSubmitTranscodeOperator.partial(task_id="n", poll_interval=0)

    found = mapped.unmap({"video_id": "a"})
    assert found.parameters == {"VideoId": "a", "TemplateGroupId": "g"}
