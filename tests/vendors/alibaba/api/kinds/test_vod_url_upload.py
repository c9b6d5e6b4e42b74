# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetURLUploadInfos``: ten ids a call, done at ``SUCCESS`` and not before, and cancelled while it waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    JobNotFound,
    ParameterError,
    RequestRejected,
    ServerFault,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.vod_url_upload import VOD_URL_UPLOAD, cancel, look


def ref(job_id: str) -> JobRef:
    return VOD_URL_UPLOAD.ref({"job_id": job_id})


REF, OTHER = ref("j1"), ref("j2")


def info(job_id: Any = "j1", status: Any = "SUCCESS", **fields: Any) -> dict[str, Any]:
    return {"JobId": job_id, "Status": status} | fields


def body(*infos: Any, unknown: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"RequestId": "r1", "URLUploadInfoList": list(infos), "NonExists": list(unknown)}


@pytest.fixture
def one(drive: Any, alibaba: Account) -> Callable[..., Any]:
    """What a look at j1 finds in an answer."""
    return lambda answer: drive(look(alibaba, [REF]), answer)[1].get(REF)


def test_the_request(drive: Any, alibaba: Account) -> None:
    """One POST, ids separated by commas, out of the operation's own limit."""
    (request,), _ = drive(look(alibaba, [REF, OTHER]), body())
    assert (request.method, request.url) == ("POST", "https://vod.cn-shanghai.aliyuncs.com/?JobIds=j1%2Cj2")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == ("GetURLUploadInfos", "2017-03-21")
    assert request.product == "vod-url-upload"


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """A success with an ``ErrorCode`` is a success without a fault."""
    requested = ref("3829500c0fef429fa4ec1680b122d****")
    answer = sample("get_url_upload_infos.json")
    _, answers = drive(look(alibaba, [requested]), answer)
    assert answers == {
        requested: JobSnapshot(
            kind="alibaba.vod.url_upload",
            ids={"job_id": "3829500c0fef429fa4ec1680b122d****"},
            state=JobState.SUCCEEDED,
            raw_state="SUCCESS",
            created_at=datetime(2019, 1, 1, 1, 1, 1, tzinfo=UTC),
            finished_at=datetime(2019, 1, 1, 1, 11, 1, tzinfo=UTC),
            outputs=(Output(media_id="5014ca70f08171ecbf940764a0fd****", size_bytes=64610),),
            request_id="25818875-5F78-4D13-BEF6-D7393642****",
            raw=answer["URLUploadInfoList"][0],
        )
    }


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("PENDING", JobState.PENDING),
        ("PROCESSING", JobState.RUNNING),
        ("DOWNLOADING", JobState.RUNNING),
        ("DOWNLOAD_SUCCESS", JobState.RUNNING),
        ("UPLOADING", JobState.RUNNING),
        ("UPLOAD_SUCCESS", JobState.RUNNING),
        ("SUCCESS", JobState.SUCCEEDED),
        ("DOWNLOAD_FAIL", JobState.FAILED),
        ("UPLOAD_FAIL", JobState.FAILED),
        ("Success", JobState.UNKNOWN),
        ("FAIL", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
        (200, JobState.UNKNOWN),
    ],
)
def test_status_decides_whatever_else_is_there(one: Callable[..., Any], word: Any, state: JobState) -> None:
    """A medium, a code and a time of completion make no end."""
    more = {"MediaId": "m1", "ErrorCode": "200", "ErrorMessage": "done", "CompleteTime": "2019-01-01T01:11:01Z"}
    found = one(body(info(status=word, **more)))
    assert found.state is state
    assert (found.finished_at is not None) == state.ended
    assert found.outputs == ((Output(media_id="m1"),) if state is JobState.SUCCEEDED else ())
    assert found.error == (JobFault("200", "done") if state is JobState.FAILED else None)


def test_a_failure_without_words_has_no_fault(one: Callable[..., Any]) -> None:
    assert one(body(info(status="UPLOAD_FAIL", ErrorCode="", ErrorMessage=None))).error is None


@pytest.mark.parametrize(
    "answer",
    [
        {"RequestId": "r1"},
        body(unknown=("j1",)),
        {"RequestId": "r1", "URLUploadInfoList": None, "NonExists": ["j1"]},
        body(info("j2")),
        body({"Status": "SUCCESS", "UploadURL": "j1"}),
    ],
    ids=repr,
)
def test_no_answer_about_this_upload_is_no_answer(one: Callable[..., Any], answer: Any) -> None:
    assert one(answer) is None


def test_each_upload_gets_its_own_record(drive: Any, alibaba: Account) -> None:
    """One that cannot be read harms no other."""
    _, answers = drive(look(alibaba, [REF, OTHER]), body(info("j2", "UPLOADING"), info("x"), info("j1", [1])))
    assert (type(answers[REF]), answers[OTHER].state) == (UnreadableResponse, JobState.RUNNING)


def test_a_call_refused_for_one_id_is_made_for_each(drive: Any, alibaba: Account) -> None:
    bad = RequestRejected("InvalidParameter")
    requests, answers = drive(look(alibaba, [REF, OTHER]), bad, bad, body(info("j2")))
    assert [request.query for request in requests] == [(("JobIds", ids),) for ids in ("j1,j2", "j1", "j2")]
    assert (answers[REF], answers[OTHER].state) == (bad, JobState.SUCCEEDED)


def test_an_error_with_the_status_of_a_success_is_not_no_upload(drive: Any, alibaba: Account) -> None:
    with pytest.raises(ServerFault):
        drive(look(alibaba, [REF]), {"Code": "InternalError", "RequestId": "r1", "URLUploadInfoList": []})


def test_an_id_with_a_comma_would_be_two() -> None:
    with pytest.raises(ParameterError, match=r"^alibaba\.vod\.url_upload: job_id must be one id, not 'a,b'; "):
        ref("a,b")


# --- cancelling -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [["j1"], ["j0,j1"], "j1", "j0, j1"], ids=repr)
def test_cancelling(drive: Any, alibaba: Account, names: Any) -> None:
    """The page's sample has several ids in one text."""
    (request,), _ = drive(cancel(alibaba, REF), {"RequestId": "r", "CanceledJobs": names, "NonExists": []})
    assert (request.header("x-acs-action"), request.query) == ("CancelUrlUploadJobs", (("JobIds", "j1"),))


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ({"RequestId": "r", "CanceledJobs": [], "NonExists": []}, RequestRejected, "NotPending"),
        ({"RequestId": "r", "CanceledJobs": ["j10", "j2"]}, RequestRejected, "NotPending"),
        ({"RequestId": "r", "CanceledJobs": None, "NonExists": ["j1"]}, JobNotFound, "NotFound"),
        ({"RequestId": "r", "CanceledJobs": {"j1": 1}, "NonExists": [1, None]}, RequestRejected, "NotPending"),
        ({"RequestId": "r", "Code": "InvalidParameter"}, RequestRejected, "InvalidParameter"),
    ],
    ids=repr,
)
def test_what_was_not_cancelled_is_told(drive: Any, alibaba: Account, answer: Any, error: Any, code: str) -> None:
    """A success of the call is none of the upload's: its id must be among those that were cancelled."""
    with pytest.raises(error) as caught:
        drive(cancel(alibaba, REF), answer)
    assert caught.value.code == code


@pytest.mark.parametrize("answer", [{"status": "ok"}, {"RequestId": "r", "requestId": "s"}])
def test_an_answer_of_another_server_cancels_nothing(drive: Any, alibaba: Account, answer: Any) -> None:
    with pytest.raises(UnreadableResponse):
        drive(cancel(alibaba, REF), answer)
