# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""MPS' transcoding jobs: the output's ``UserData`` carries our key, and the list shows it.

Covers ``vendors.alibaba.api.submissions.mps_transcode``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ApiError, ParameterError, ServerFault, Throttled, UnreadableResponse
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order, Ours, proves_nothing_made
from airflow_provider_mediajobs.vendors.alibaba.api.submissions.mps_transcode import SUBMIT, check, create, find

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
SOURCE = {"Bucket": "b", "Location": "oss-cn-shanghai", "Object": "in.mp4"}
OUTPUT = {"OutputObject": "o.mp4", "TemplateId": "t1"}
GOOD: dict[str, Any] = {"Input": SOURCE, "Outputs": OUTPUT, "OutputBucket": "b", "PipelineId": "p1"}
MADE = {"Success": True, "Job": {"JobId": "j1", "State": "Submitted"}}


def order(parameters: dict[str, Any]) -> Order:
    return Order(parameters, KEY, SINCE, SINCE + timedelta(seconds=30))


def answer(*results: Any) -> dict[str, Any]:
    return {"JobResultList": {"JobResult": list(results)}, "RequestId": "r"}


def refused(code: str) -> dict[str, Any]:
    return {"Success": False, "Code": code, "Message": "m"}


@pytest.mark.parametrize("outputs", [OUTPUT, [OUTPUT], json.dumps(OUTPUT), json.dumps([OUTPUT])])
def test_what_is_sent(drive: Any, alibaba: Account, outputs: Any) -> None:
    (request,), ids = drive(create(alibaba, order(GOOD | {"Outputs": outputs, "Other": "x"})), answer(MADE))

    sent = dict(request.query)
    assert (request.origin, request.header("x-acs-action")) == ("https://mts.cn-shanghai.aliyuncs.com", "SubmitJobs")
    assert json.loads(sent.pop("Input")) == SOURCE
    (output,) = json.loads(sent.pop("Outputs"))
    assert json.loads(output.pop("UserData")) == {"mediajobs": str(KEY)}
    assert output == OUTPUT
    assert sent == {"OutputBucket": "b", "PipelineId": "p1", "Other": "x"}
    assert ids == {"job_id": "j1"}


def test_data_of_the_authors_own(drive: Any, alibaba: Account) -> None:
    """Up to 1,024 bytes, twice what others take."""
    own = OUTPUT | {"UserData": "run 17 " + "x" * 900}
    (request,), _ = drive(create(alibaba, order(GOOD | {"Outputs": own})), answer(MADE))

    (output,) = json.loads(dict(request.query)["Outputs"])
    assert output["UserData"] == f"{own['UserData']} mediajobs:{KEY}"


@pytest.mark.parametrize(
    "body",
    [
        {"RequestId": "r"},
        answer(),
        answer(MADE, MADE),
        answer(MADE, "x"),
        answer({"Success": True, "Job": {"State": "Submitted"}}),
        answer({"Success": "?", "Code": "x"}),
    ],
)
def test_an_answer_that_does_not_tell_what_became_of_the_output(drive: Any, alibaba: Account, body: Any) -> None:
    with pytest.raises(UnreadableResponse):
        drive(create(alibaba, order(GOOD)), body)


def test_an_output_that_is_refused_by_itself(drive: Any, alibaba: Account) -> None:
    """In an answer 200; only codes of the closed list prove that no job was made."""
    found = {}
    for code in ("InvalidParameter.NullValue", "InvalidParameter.ResourceNotFound", "Throttling.User", "Whatever", ""):
        with pytest.raises(ApiError) as caught:
            drive(create(alibaba, order(GOOD)), answer(refused(code)))
        found[code] = proves_nothing_made(caught.value, SUBMIT.refusals)
        assert (caught.value.code, caught.value.request_id) == (code, "r")
        assert isinstance(caught.value, Throttled) == (code == "Throttling.User")
    assert list(found.values()) == [True, True, True, False, False]


def test_trouble_of_the_vendors_proves_nothing(drive: Any, alibaba: Account) -> None:
    with pytest.raises(ServerFault) as caught:
        drive(create(alibaba, order(GOOD)), answer(refused("InternalError")))

    assert not proves_nothing_made(caught.value, SUBMIT.refusals)


def test_a_job_beside_a_refusal_is_one(drive: Any, alibaba: Account) -> None:
    _, ids = drive(create(alibaba, order(GOOD)), answer(refused("x") | {"Job": {"JobId": "j1"}}))

    assert ids == {"job_id": "j1"}


def test_ours_are_found(drive: Any, alibaba: Account) -> None:
    jobs = [
        {"JobId": "1", "State": "Submitted", "Output": {"UserData": "own"}},
        {"JobId": "2", "State": "Submitted", "Output": {"UserData": f"run 17 mediajobs:{KEY}"}},
        {"JobId": "3", "State": "Submitted"},
        {"JobId": "4", "State": "Submitted", "UserData": str(KEY)},  # not where it was sent
    ]
    (request,), found = drive(find(alibaba, order(GOOD)), {"JobList": {"Job": jobs}, "RequestId": "r"})

    assert found == Candidates((Ours(KEY, {"job_id": "2"}),))
    assert dict(request.query) == {
        "StartOfJobCreatedTimeRange": "2026-09-01T07:40:00Z",
        "EndOfJobCreatedTimeRange": "2026-09-01T08:20:30Z",
        "State": "All",
        "MaximumPageSize": "100",
    }


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"Input": None}, "input"),
        ({"Input": "x"}, "input"),
        ({"Input": {"Bucket": "b"}}, r"input \(Input\) must have Object as text"),
        ({"Outputs": None}, "output"),
        ({"Outputs": 7}, "output"),
        ({"Outputs": [OUTPUT, OUTPUT]}, "for several outputs map the operator over them"),
        ({"Outputs": ["x"]}, "must be one object"),
        ({"Outputs": {"OutputObject": "o.mp4"}}, r"output \(Outputs\) must have TemplateId as text"),
        ({"Outputs": OUTPUT | {"TemplateId": " "}}, "TemplateId"),
        ({"Outputs": OUTPUT | {"UserData": "y" * 980}}, "output.UserData.*1024"),
        ({"OutputBucket": None}, "output_bucket"),
        ({"PipelineId": 7}, r"pipeline_id \(PipelineId\) must be text, not 7"),
        ({"OutputLocation": 7}, "output_location"),
    ],
)
def test_bad_parameters(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        check(GOOD | wrong, True)


def test_good_parameters() -> None:
    check(GOOD | {"OutputLocation": "oss-cn-shanghai"}, True)
    check({"PipelineId": "p1"}, False)
