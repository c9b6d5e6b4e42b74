# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The renditions of a transcoding task: each with a state, a file or a fault of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobSnapshot
from airflow_provider_mediajobs.core.output import JobFault, Rendition
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.vod_transcode import VOD_TRANSCODE, look

REF = VOD_TRANSCODE.ref({"video_id": "v1"})


@pytest.fixture
def ended(drive: Any, alibaba: Account) -> Callable[..., JobSnapshot]:
    """What a look finds of a task that has ended, with its details."""

    def found(info: dict[str, Any], status: str = "CompletePartialSucc") -> JobSnapshot:
        listed = [{"TranscodeTaskId": "t1", "VideoId": "v1", "TaskStatus": status}]
        detail = {"TranscodeTask": {"TranscodeTaskId": "t1", **info}}
        _, answers = drive(look(alibaba, [REF]), {"TranscodeTaskList": listed}, detail)
        answer: JobSnapshot = answers[REF]
        return answer

    return found


@pytest.fixture
def only(ended: Callable[..., JobSnapshot]) -> Callable[[dict[str, Any]], Rendition]:
    """The one rendition that a record makes."""

    def rendition(record: dict[str, Any]) -> Rendition:
        (found,) = ended({"TranscodeJobInfoList": [record]}).renditions or ()
        return found

    return rendition


@pytest.mark.parametrize(
    ("word", "state", "raw_state"),
    [
        ("Transcoding", "running", "Transcoding"),
        ("TranscodeSuccess", "succeeded", "TranscodeSuccess"),
        ("TranscodeFail", "failed", "TranscodeFail"),
        ("transcodesuccess", "unknown", "transcodesuccess"),
        ("TranscodeSuccess ", "unknown", "TranscodeSuccess "),
        ("TranscodeSucc", "unknown", "TranscodeSucc"),
        ("CompleteAllSucc", "unknown", "CompleteAllSucc"),
        ("", "unknown", ""),
        (None, "unknown", ""),
        (1, "unknown", "1"),
    ],
)
def test_states_of_renditions(
    only: Callable[[dict[str, Any]], Rendition], word: Any, state: str, raw_state: str
) -> None:
    """Three exact words; only what succeeded has a file, only what failed has a fault."""
    record = {
        "TranscodeJobId": "j1",
        "TranscodeJobStatus": word,
        "TranscodeTemplateId": "tpl",
        "Definition": "HD",
        "TranscodeProgress": 40,
        "OutputFile": {"OutputFileUrl": "u"},
        "ErrorCode": "E1",
        "ErrorMessage": "broken",
    }
    assert only(record) == Rendition(
        definition="HD",
        template_id="tpl",
        job_id="j1",
        state=state,
        raw_state=raw_state,
        progress=40,
        uri="u" if state == "succeeded" else None,
        error=JobFault("E1", "broken") if state == "failed" else None,
    )


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"ErrorCode": "E1", "ErrorMessage": "broken"}, JobFault("E1", "broken")),
        ({"ErrorCode": "E1"}, JobFault("E1", None)),
        ({"ErrorCode": "E1", "ErrorMessage": ""}, JobFault("E1", None)),
        ({"ErrorMessage": "broken"}, JobFault(None, "broken")),
        ({"ErrorCode": 7}, JobFault("7", None)),
        ({"ErrorCode": "", "ErrorMessage": None}, None),
        ({"ErrorCode": ["E1"], "ErrorMessage": {"text": "broken"}}, None),
        ({}, None),
    ],
)
def test_errors_of_renditions(
    only: Callable[[dict[str, Any]], Rendition], told: dict[str, Any], error: JobFault | None
) -> None:
    """As far as the vendor tells them."""
    found = only({"TranscodeJobStatus": "TranscodeFail"} | told)
    assert (found.state, found.error) == ("failed", error)


@pytest.mark.parametrize(
    "record",
    [
        {"TranscodeJobStatus": "TranscodeSuccess"},
        {"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": None, "TranscodeProgress": 101},
        {"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": {"OutputFileUrl": ""}, "TranscodeProgress": "x"},
        {"TranscodeJobStatus": "TranscodeSuccess", "Definition": "", "TranscodeTemplateId": [1], "TranscodeJobId": {}},
    ],
)
def test_a_rendition_without_facts(only: Callable[[dict[str, Any]], Rendition], record: dict[str, Any]) -> None:
    """What is missing or not of the documented sort is unknown."""
    assert only(record) == Rendition(None, None, None, "succeeded", "TranscodeSuccess")


def test_renditions_in_the_result(ended: Callable[..., JobSnapshot]) -> None:
    """Plain JSON, beside the outputs of those that succeeded."""
    records = [
        {"TranscodeJobStatus": "TranscodeSuccess", "Definition": "LD", "OutputFile": {"OutputFileUrl": "u"}},
        {"TranscodeJobStatus": "TranscodeFail", "TranscodeTemplateId": "tpl", "ErrorCode": "E1"},
    ]
    assert ended({"TranscodeJobInfoList": records}).to_result()["renditions"] == [
        {
            "definition": "LD",
            "template_id": None,
            "job_id": None,
            "state": "succeeded",
            "raw_state": "TranscodeSuccess",
            "progress": None,
            "uri": "u",
            "error": None,
        },
        {
            "definition": None,
            "template_id": "tpl",
            "job_id": None,
            "state": "failed",
            "raw_state": "TranscodeFail",
            "progress": None,
            "uri": None,
            "error": {"code": "E1", "message": None},
        },
    ]


@pytest.mark.parametrize("status", ["CompleteAllSucc", "CompletePartialSucc", "CompleteAllFail"])
@pytest.mark.parametrize(
    ("info", "renditions"),
    [
        ({}, None),
        ({"TranscodeJobInfoList": None}, None),
        ({"TranscodeJobInfoList": ""}, None),
        ({"TranscodeJobInfoList": {}}, None),
        ({"TranscodeJobInfoList": []}, ()),
        ({"TranscodeJobInfoList": "[]"}, ()),
        ({"TranscodeJobInfoList": {"TranscodeJobInfo": []}}, ()),
        ({"TranscodeJobInfoList": [None, "", {}]}, ()),
    ],
)
def test_a_list_of_no_rendition_differs_from_no_list(
    ended: Callable[..., JobSnapshot], status: str, info: dict[str, Any], renditions: tuple[Rendition, ...] | None
) -> None:
    """That none was made is one thing, that nothing can be read another; neither changes the state."""
    found = ended(info, status)
    assert (found.raw_state, found.renditions) == (status, renditions)
    assert (found.outputs, found.error) == ((), None)


@pytest.mark.parametrize("status", ["Processing", "Partial", "Surprise"])
def test_renditions_of_an_unfinished_task_are_not_read(drive: Any, alibaba: Account, status: str) -> None:
    """They would cost a call at every look."""
    requests, answers = drive(look(alibaba, [REF]), {"TranscodeTaskList": [{"TaskStatus": status}]})
    assert len(requests) == 1
    assert answers[REF].renditions is None
