# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``SubmitLiveEditingJob``, and the list in which its jobs carry our key.

Covers ``vendors.alibaba.api.submissions.ice_live_editing``, ``vendors.alibaba.api.submissions.parameters``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order, Ours
from airflow_provider_mediajobs.vendors.alibaba.api.submissions.ice_live_editing import SUBMIT, check, create, find

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
CLIPS = [{"StartTime": "2026-01-02T08:00:00Z", "EndTime": "2026-01-02T08:05:00Z"}]
STREAM = {"AppName": "live", "DomainName": "pull.example.com", "StreamName": "s1"}
GOOD = {
    "Clips": CLIPS,
    "LiveStreamConfig": STREAM,
    "OutputMediaConfig": {"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/o.mp4"},
}
ORDER = Order(GOOD | {"UserData": {"run": 17}, "Other": "x"}, KEY, SINCE, SINCE + timedelta(seconds=30))


def test_what_is_sent(drive: Any, alibaba: Account) -> None:
    (request,), ids = drive(create(alibaba, ORDER), {"JobId": "j1", "RequestId": "r"})

    sent = dict(request.query)
    assert (request.method, request.origin, request.header("x-acs-action"), request.body) == (
        "POST",
        "https://ice.cn-shanghai.aliyuncs.com",
        "SubmitLiveEditingJob",
        b"",
    )
    assert json.loads(sent.pop("Clips")) == CLIPS
    assert json.loads(sent.pop("LiveStreamConfig")) == STREAM
    assert json.loads(sent.pop("OutputMediaConfig")) == GOOD["OutputMediaConfig"]
    assert json.loads(sent.pop("UserData")) == {"run": 17, "mediajobs": str(KEY)}
    assert sent == {"Other": "x"}
    assert ids == {"job_id": "j1"}


@pytest.mark.parametrize("body", [{"RequestId": "r"}, {"JobId": "", "RequestId": "r"}, {"JobId": "a", "jobId": "b"}])
def test_an_answer_without_an_id(drive: Any, alibaba: Account, body: Any) -> None:
    with pytest.raises(UnreadableResponse, match="JobId"):
        drive(create(alibaba, ORDER), body)


def job(job_id: Any, user_data: Any) -> dict[str, Any]:
    return {"JobId": job_id, "Status": "Processing", "UserData": user_data}


def test_ours_are_found_on_whichever_page(drive: Any, alibaba: Account) -> None:
    others = Key(KEY.task, 1, 0)
    stranger = Key("f" * 24, 2, 0)
    first = {
        "MediaProducingJobList": [job("1", '{"key": "value\'}'), job("2", json.dumps({"mediajobs": str(KEY)}))],
        "NextToken": "t",
    }
    second = {"MediaProducingJobList": [job("3", {"mediajobs": str(others)}), job("4", str(stranger)), job("5", None)]}

    requests, found = drive(find(alibaba, ORDER), first, second)

    assert found == Candidates((Ours(KEY, {"job_id": "2"}), Ours(others, {"job_id": "3"})))
    assert dict(requests[0].query) == {
        "JobType": "LiveEditingJob",
        "StartTime": "2026-09-01T07:40:00Z",
        "EndTime": "2026-09-01T08:20:30Z",
        "SortBy": "CreationTime:Desc",
        "MaxResults": "100",
    }
    assert dict(requests[1].query)["NextToken"] == "t"


def test_no_longer_than_the_list_allows(drive: Any, alibaba: Account) -> None:
    order = ORDER._replace(now=SINCE + timedelta(days=40))

    (request,), found = drive(find(alibaba, order), {"MediaProducingJobList": [], "RequestId": "r", "NextToken": "t"})

    query = dict(request.query)
    assert (query["StartTime"], query["EndTime"]) == ("2026-09-11T08:20:01Z", "2026-10-11T08:20:00Z")
    assert found == Candidates()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"MediaProducingJobList": "{"},
        {"MediaProducingJobList": [7]},
        {"MediaProducingJobList": [job(None, f"mediajobs:{KEY}")]},
    ],
)
def test_a_list_that_cannot_be_read(drive: Any, alibaba: Account, body: Any) -> None:
    """Is no proof that there is none."""
    with pytest.raises(UnreadableResponse):
        drive(find(alibaba, ORDER), body)


def test_a_list_without_end(drive: Any, alibaba: Account) -> None:
    """Is not read for ever, and nothing is concluded from a part of it."""
    page = {"MediaProducingJobList": [job("1", "")], "NextToken": "t"}

    with pytest.raises(UnreadableResponse, match="50 pages"):
        drive(find(alibaba, ORDER), *[page] * 50)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"Clips": None}, "clips"),
        ({"Clips": "{"}, "clips"),
        ({"Clips": {}}, "clips"),
        ({"Clips": [{"StartTime": "a"}]}, r"clips\[0\]"),
        ({"Clips": ["a"]}, r"clips\[0\]"),
        ({"Clips": [CLIPS[0] | {"EndTime": "08:05"}]}, r"clips\[0\].EndTime must be a time in UTC"),
        ({"Clips": [CLIPS[0] | {"StartTime": 1.5}]}, r"clips\[0\].StartTime must be a time in UTC"),
        ({"LiveStreamConfig": None}, "live_stream_config"),
        ({"LiveStreamConfig": None, "Clips": [CLIPS[0] | STREAM, CLIPS[0]]}, "live_stream_config"),
        ({"OutputMediaConfig": None}, "output_media_config"),
        ({"OutputMediaConfig": "x"}, "output_media_config"),
        ({"LiveStreamConfig": []}, "live_stream_config"),
        ({"OutputMediaTarget": "oss"}, "output_media_target"),
        ({"UserData": "text"}, "user_data"),
        ({"UserData": {"x": "y" * 450}}, "user_data"),
    ],
)
def test_bad_parameters(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        check(GOOD | wrong, True)


@pytest.mark.parametrize("more", [{}, {"UserData": {"a": 1}}, {"OutputMediaTarget": "vod-media"}])
def test_good_parameters(more: dict[str, Any]) -> None:
    check(GOOD | more, True)
    check({"Clips": json.dumps([CLIPS[0] | STREAM]), "ProjectId": "p"} | more, True)
    check(more, False)


def test_what_proves_that_nothing_was_made() -> None:
    assert {"MissingClips", "InvalidClips.Malformed", "InvalidParameter"} <= SUBMIT.refusals
