# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``SubmitTranscodeJobs``: the vendor refuses a second one, and shows no key."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import JobNotFound, ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order
from airflow_provider_mediajobs.vendors.alibaba.api.submissions.vod_transcode import SUBMIT, check, create, find

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
GOOD = {"VideoId": "v", "TemplateGroupId": "g"}
ORDER = Order(GOOD | {"Priority": 6, "OverrideParams": {"Watermarks": []}}, KEY, SINCE, SINCE)


def test_what_is_sent(drive: Any, alibaba: Account) -> None:
    (request,), ids = drive(create(alibaba, ORDER), {"TranscodeTaskId": "t", "RequestId": "r"})

    sent = dict(request.query)
    assert request.header("x-acs-action") == "SubmitTranscodeJobs"
    assert json.loads(sent.pop("OverrideParams")) == {"Watermarks": []}
    assert sent == {
        "VideoId": "v",
        "TemplateGroupId": "g",
        "Priority": "6",
        "SessionId": "mj0123456789abcdef01234567-2-0-aaaaaa",
    }
    assert ids == {"video_id": "v", "transcode_task_id": "t"}


def test_an_answer_without_an_id(drive: Any, alibaba: Account) -> None:
    with pytest.raises(UnreadableResponse, match="TranscodeTaskId"):
        drive(create(alibaba, ORDER), {"TranscodeJobs": {"TranscodeJob": [{"JobId": "j"}]}, "RequestId": "r"})


def task(task_id: str | None, created: str = "2026-09-01T08:00:05Z", group: str = "g", trigger: Any = "Manual") -> Any:
    return {
        "TranscodeTaskId": task_id,
        "VideoId": "v",
        "TaskStatus": "Processing",
        "CreationTime": created,
        "TranscodeTemplateGroupId": group,
        "Trigger": trigger,
    }


def test_what_may_be_ours(drive: Any, alibaba: Account) -> None:
    tasks = [
        task("b", trigger="Manual "),
        task("a", trigger=None),
        task("c", created="Beijing's"),
        task("old", created="2026-09-01T07:57:59Z"),
        task("auto", trigger="Auto "),
        task("other", group="h"),
        task(None),
    ]
    _, found = drive(find(alibaba, ORDER), {"TranscodeTaskList": tasks, "RequestId": "r"})

    assert found == Candidates(
        plausible=tuple({"video_id": "v", "transcode_task_id": task_id} for task_id in ("a", "b", "c"))
    )


def test_none(drive: Any, alibaba: Account) -> None:
    assert drive(find(alibaba, ORDER), {"TranscodeTaskList": [], "RequestId": "r"})[1] == Candidates()
    assert drive(find(alibaba, ORDER), JobNotFound("InvalidVideo.NotFound", status=404))[1] == Candidates()


def test_a_list_that_cannot_be_read(drive: Any, alibaba: Account) -> None:
    with pytest.raises(UnreadableResponse):
        drive(find(alibaba, ORDER), {"TranscodeTaskList": [7], "RequestId": "r"})


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"VideoId": None}, "video_id"),
        ({"VideoId": 7}, "video_id"),
        ({"TemplateGroupId": ""}, "template_group_id"),
        ({"PipelineId": 7}, "pipeline_id"),
        ({"Priority": 11}, "priority"),
        ({"Priority": "high"}, "priority"),
        ({"SessionId": "own"}, "SessionId"),
        ({"ReferenceId": "r"}, "ReferenceId"),
    ],
)
def test_bad_parameters(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        check(GOOD | wrong, True)


def test_good_parameters() -> None:
    check(GOOD | {"Priority": "10", "PipelineId": "p"}, True)
    check({}, False)


def test_what_proves_that_nothing_was_made() -> None:
    assert {"InvalidVideo.NotFound", "NoSuchResource", "Forbidden.IllegalStatus", "MissingParameter"} <= SUBMIT.refusals
