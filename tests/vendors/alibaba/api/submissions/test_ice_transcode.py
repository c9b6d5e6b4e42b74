# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""ICE's transcoding jobs: ``ClientToken`` and ``UserData`` carry our key, and the list shows the latter.

Covers ``vendors.alibaba.api.submissions.ice_transcode``, ``vendors.alibaba.api.submissions.ice_lists``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order, Ours
from airflow_provider_mediajobs.vendors.alibaba.api.submissions.ice_transcode import check, create, find

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
SOURCE = {"Type": "OSS", "Media": "oss://b/in.mp4"}
OUTPUT = {"Output": {"Type": "OSS", "Media": "oss://b/o.mp4"}, "ProcessConfig": {"Transcode": {"TemplateId": "t"}}}
GOOD: dict[str, Any] = {"InputGroup": [SOURCE], "OutputGroup": [OUTPUT]}


def order(parameters: dict[str, Any]) -> Order:
    return Order(parameters, KEY, SINCE, SINCE + timedelta(days=400))


def test_what_is_sent(drive: Any, alibaba: Account) -> None:
    answer = {"TranscodeParentJob": {"ParentJobId": "p1", "TranscodeJobList": [{"JobId": "j1"}]}}
    (request,), ids = drive(create(alibaba, order(GOOD | {"Name": "n", "UserData": '{"run": 17}'})), answer)

    sent = dict(request.query)
    assert (request.origin, request.header("x-acs-action")) == (
        "https://ice.cn-shanghai.aliyuncs.com",
        "SubmitTranscodeJob",
    )
    assert json.loads(sent.pop("InputGroup")) == [SOURCE]
    assert json.loads(sent.pop("OutputGroup")) == [OUTPUT]
    assert json.loads(sent.pop("UserData")) == {"run": 17, "mediajobs": str(KEY)}
    assert sent == {"Name": "n", "ClientToken": str(KEY)}
    assert ids == {"parent_job_id": "p1"}


@pytest.mark.parametrize("body", [{}, {"TranscodeParentJob": {"Status": "Init"}}, {"TranscodeParentJob": 7}])
def test_an_answer_without_an_id(drive: Any, alibaba: Account, body: dict[str, Any]) -> None:
    with pytest.raises(UnreadableResponse, match="ParentJob"):
        drive(create(alibaba, order(GOOD)), body | {"RequestId": "r"})


def test_ours_are_found_on_whichever_page(drive: Any, alibaba: Account) -> None:
    """However long ago the request was sent: no page limits the time."""
    first = {
        "Jobs": [
            {"ParentJobId": "1", "Status": "Init", "UserData": "own"},
            {"ParentJobId": "2", "Status": "Init", "UserData": json.dumps({"mediajobs": str(KEY)})},
        ],
        "NextPageToken": "t",
    }
    requests, found = drive(find(alibaba, order(GOOD)), first, {"Jobs": [], "RequestId": "r"})

    assert found == Candidates((Ours(KEY, {"parent_job_id": "2"}),))
    assert dict(requests[1].query) == {
        "StartOfCreateTime": "2026-09-01T07:40:00Z",
        "EndOfCreateTime": "2027-10-06T08:20:00Z",
        "OrderBy": "CreateTimeDesc",
        "PageSize": "100",
        "NextPageToken": "t",
    }


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"InputGroup": None}, "input_group"),
        ({"OutputGroup": []}, "output_group"),
        ({"InputGroup": "{}"}, "input_group"),
        ({"InputGroup": ["a"]}, r"input_group \(InputGroup\)\[0\] must be an object, not str"),
        ({"InputGroup": [SOURCE, {"Media": "m"}]}, r"\[1\] must be an object with Type"),
        ({"OutputGroup": [{"ProcessConfig": {}}]}, r"\[0\].Output must be an object with Type"),
        ({"OutputGroup": [{"Output": SOURCE}]}, r"\[0\].ProcessConfig must be an object"),
        ({"ScheduleConfig": "x"}, "schedule_config"),
        ({"UserData": "text"}, "user_data"),
        ({"UserData": {"x": "y" * 450}}, "user_data.*512"),
        ({"ClientToken": "mine"}, "ClientToken is set by the operator"),
    ],
)
def test_bad_parameters(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        check(GOOD | wrong, True)


def test_good_parameters() -> None:
    check(GOOD | {"ScheduleConfig": {"Priority": 6}, "UserData": {"a": 1}}, True)
    check({name: json.dumps(value) for name, value in GOOD.items()}, True)
    check({"InputGroup": [SOURCE]}, False)
