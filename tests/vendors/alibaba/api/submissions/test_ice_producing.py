# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""ICE's editing jobs: ``ClientToken`` and ``UserData`` carry our key, and the list shows the latter.

Covers ``vendors.alibaba.api.submissions.ice_producing``, ``vendors.alibaba.api.submissions.ice_lists``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order, Ours
from airflow_provider_mediajobs.vendors.alibaba.api.submissions.ice_producing import SUBMIT, check, create, find

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "m1"}]}]}
OUTPUT = {"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/o.mp4"}
GOOD = {"Timeline": TIMELINE, "OutputMediaConfig": OUTPUT}
BY_TEMPLATE = {"TemplateId": "t", "ClipsParam": {"VideoArray": ["m1"]}, "OutputMediaConfig": OUTPUT}


def order(parameters: dict[str, Any]) -> Order:
    return Order(parameters, KEY, SINCE, SINCE + timedelta(seconds=30))


def job(job_id: Any, user_data: Any) -> dict[str, Any]:
    return {"JobId": job_id, "Status": "Processing", "UserData": user_data}


def listed(*jobs: dict[str, Any]) -> dict[str, Any]:
    return {"MediaProducingJobList": list(jobs), "RequestId": "r"}


def test_what_is_sent(drive: Any, alibaba: Account) -> None:
    (request,), ids = drive(create(alibaba, order(GOOD | {"UserData": {"run": 17}, "Other": "x"})), {"JobId": "j1"})

    sent = dict(request.query)
    assert (request.origin, request.header("x-acs-action")) == (
        "https://ice.cn-shanghai.aliyuncs.com",
        "SubmitMediaProducingJob",
    )
    assert json.loads(sent.pop("Timeline")) == TIMELINE
    assert json.loads(sent.pop("OutputMediaConfig")) == OUTPUT
    assert json.loads(sent.pop("UserData")) == {"run": 17, "mediajobs": str(KEY)}
    assert sent == {"Other": "x", "ClientToken": str(KEY)}
    assert ids == {"job_id": "j1"}


def test_an_answer_without_an_id(drive: Any, alibaba: Account) -> None:
    with pytest.raises(UnreadableResponse, match="JobId"):
        drive(create(alibaba, order(GOOD)), {"RequestId": "r"})


def test_ours_are_found(drive: Any, alibaba: Account) -> None:
    answer = listed(job("1", "{}"), job("2", json.dumps({"mediajobs": str(KEY)})))

    (request,), found = drive(find(alibaba, order(GOOD)), answer)

    assert found == Candidates((Ours(KEY, {"job_id": "2"}),))
    assert dict(request.query) == {
        "JobType": "EditingJob",
        "StartTime": "2026-09-01T07:40:00Z",
        "EndTime": "2026-09-01T08:20:30Z",
        "SortBy": "CreationTime:Desc",
        "MaxResults": "100",
    }


def test_those_by_a_template_are_of_either_sort(drive: Any, alibaba: Account) -> None:
    """Nothing tells an advanced template from another; a job that both lists show is one job."""
    ours = job("2", json.dumps({"mediajobs": str(KEY)}))

    for answers in ((listed(), listed(ours)), (listed(ours), listed()), (listed(ours), listed(ours))):
        requests, found = drive(find(alibaba, order(BY_TEMPLATE)), *answers)
        assert [dict(request.query)["JobType"] for request in requests] == ["EditingJob", "VETemplateJob"]
        assert found == Candidates((Ours(KEY, {"job_id": "2"}),))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"Timeline": None}, r"timeline \(Timeline\) is missing: give it, or template_id"),
        ({"Timeline": "{"}, "timeline"),
        ({"ProjectId": "p"}, r"timeline \(Timeline\) and editing_project_id \(ProjectId\) are given"),
        ({"Timeline": None, "TemplateId": "t"}, "clips_param"),
        ({"OutputMediaConfig": None}, "output_media_config"),
        ({"OutputMediaConfig": []}, "output_media_config"),
        ({"OutputMediaTarget": "oss"}, "output_media_target must be one of oss-object, vod-media, S3"),
        ({"EditingProduceConfig": "x"}, "editing_produce_config"),
        ({"MediaMetadata": []}, "media_metadata"),
        ({"ProjectMetadata": 7}, "project_metadata"),
        ({"UserData": "text"}, "user_data"),
        ({"UserData": {"x": "y" * 450}}, "user_data.*512"),
        ({"ClientToken": "mine"}, "ClientToken is set by the operator"),
    ],
)
def test_bad_parameters(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        check(GOOD | wrong, True)


@pytest.mark.parametrize("more", [{}, {"UserData": {"a": 1}}, {"OutputMediaTarget": "S3"}])
def test_good_parameters(more: dict[str, Any]) -> None:
    check(GOOD | more, True)
    check(BY_TEMPLATE | more, True)
    check({"ProjectId": "p", "OutputMediaConfig": json.dumps(OUTPUT)} | more, True)
    check(more, False)


def test_what_proves_that_nothing_was_made() -> None:
    assert {"MissingTimeline", "InvalidOutputMediaConfig.Malformed", "InvalidParameter"} <= SUBMIT.refusals
    assert "IdempotentParameterMismatch" not in SUBMIT.refusals
