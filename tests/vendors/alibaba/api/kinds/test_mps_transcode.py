# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``QueryJobList``: ten ids a call, ``State`` alone decides, and captions that were not made lower it.

Covers ``core.batches``, ``vendors.alibaba.api.batches``, ``vendors.alibaba.api.kinds.mps_transcode``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    AccountNotInOrder,
    AuthError,
    JobNotFound,
    MediaJobsError,
    ParameterError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    UnreadableResponse,
    WrongPlace,
)
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output, Rendition
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.mps_transcode import MPS_TRANSCODE, cancel, look


def ref(job_id: str) -> JobRef:
    return MPS_TRANSCODE.ref({"job_id": job_id})


REF, OTHER, THIRD = ref("j1"), ref("j2"), ref("j3")


def job(job_id: Any = "j1", state: Any = "TranscodeSuccess", **fields: Any) -> dict[str, Any]:
    return {"JobId": job_id, "State": state} | fields


def body(*jobs: Any, unknown: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"RequestId": "r1", "JobList": {"Job": list(jobs)}, "NonExistJobIds": {"String": list(unknown)}}


@pytest.fixture
def one(drive: Any, alibaba: Account) -> Callable[..., Any]:
    """What a look at j1 finds in an answer."""
    return lambda answer: drive(look(alibaba, [REF]), answer)[1].get(REF)


def test_the_request(drive: Any, alibaba: Account) -> None:
    """One POST to the regional host, ids separated by commas."""
    (request,), _ = drive(look(alibaba, [REF, OTHER]), body())
    assert (request.method, request.url) == ("POST", "https://mts.cn-shanghai.aliyuncs.com/?JobIds=j1%2Cj2")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == ("QueryJobList", "2014-06-18")


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """A success with ``Code`` and ``Message`` is a success without a fault; its caption is an output, too."""
    requested, unknown = ref("31fa3c9ca8134fb4b0b0f7878301****"), ref("d1ce4d3efcb549419193f50f1fcd****")
    answer = sample("query_job_list.json")
    _, answers = drive(look(alibaba, [requested, unknown]), answer)
    caption = Rendition("caption 0:0", None, None, "succeeded", "true", uri="oss://exampleBucket/example.srt")
    assert answers == {
        requested: JobSnapshot(
            kind="alibaba.mps.transcode",
            ids={"job_id": "31fa3c9ca8134fb4b0b0f7878301****"},
            state=JobState.SUCCEEDED,
            raw_state="TranscodeSuccess",
            progress=100,
            created_at=datetime(2014, 1, 10, 12, 0, 0, tzinfo=UTC),
            finished_at=datetime(2014, 1, 10, 12, 20, 25, tzinfo=UTC),
            outputs=(
                Output(
                    uri="oss://exampleBucket/example-output.mp4",
                    format="mp4",
                    duration_s=17.0,
                    size_bytes=70569598,
                    width=1920,
                    height=1080,
                    video_codec="h264",
                    audio_codec="aac",
                ),
                Output(uri="oss://exampleBucket/example.srt"),
            ),
            renditions=(caption,),
            request_id="197ADF44-104C-514C-9F92-D8924CB34E2A",
            raw=answer["JobList"]["Job"][0],
        )
    }


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Submitted", JobState.PENDING),
        ("Transcoding", JobState.RUNNING),
        ("TranscodeSuccess", JobState.SUCCEEDED),
        ("TranscodeFail", JobState.FAILED),
        ("TranscodeCancelled", JobState.CANCELLED),
        ("TranscodeSucces", JobState.UNKNOWN),
        ("Success", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
        (3, JobState.UNKNOWN),
    ],
)
def test_state_decides_whatever_else_is_there(one: Callable[..., Any], word: Any, state: JobState) -> None:
    """Percent, code, times and files never make an end."""
    file = {"OutputFile": {"Bucket": "b", "Object": "o.mp4"}}
    found = one(body(job(state=word, Percent=100, Code="Success", FinishTime="2026-01-02T03:09:05Z", Output=file)))
    assert found.state is state
    assert (found.finished_at is not None) == state.ended
    assert found.outputs == ((Output(uri="oss://b/o.mp4"),) if state is JobState.SUCCEEDED else ())
    assert found.error == (JobFault("Success", None) if state is JobState.FAILED else None)


def test_a_failure_without_words_has_no_fault(one: Callable[..., Any]) -> None:
    assert one(body(job(state="TranscodeFail", Code="", Message=None))).error is None


@pytest.mark.parametrize(
    ("captions", "state"),
    [
        ([True, True], JobState.SUCCEEDED),
        ([True, False], JobState.PARTIAL),
        (["true", "false"], JobState.PARTIAL),
        ([False], JobState.PARTIAL),
        ([None], JobState.SUCCEEDED),
        ([], JobState.SUCCEEDED),
    ],
    ids=repr,
)
def test_captions_that_were_not_made_lower_a_success(
    one: Callable[..., Any], captions: list[Any], state: JobState
) -> None:
    listed = {"OutSubtitle": [{"Map": f"0:{n}", "Success": made} for n, made in enumerate(captions)]}
    assert one(body(job(Output={"OutSubtitleList": listed}))).state is state


def test_what_a_missing_caption_costs_is_told(one: Callable[..., Any]) -> None:
    """What was made is an output, what was not is the reason."""
    bad = {
        "Map": "0:1",
        "Success": False,
        "Message": "no such stream",
        "OutSubtitleFile": {"Bucket": "b", "Object": "n"},
    }
    good = {"Map": "0:0", "Success": True, "OutSubtitleFile": {"Bucket": "b", "Object": "/d/y.srt"}}
    nameless = {"Success": False}
    found = one(
        body(job(Output={"OutputFile": {"Bucket": "b", "Object": "o"}, "OutSubtitleList": [good, bad, nameless]}))
    )
    assert found.outputs == (Output(uri="oss://b/o"), Output(uri="oss://b/d/y.srt"))
    assert found.renditions == (
        Rendition("caption 0:0", None, None, "succeeded", "true", uri="oss://b/d/y.srt"),
        Rendition("caption 0:1", None, None, "failed", "false", error=JobFault(None, "no such stream")),
        Rendition("caption", None, None, "failed", "false"),
    )
    assert found.error == JobFault(None, "caption 0:1: no such stream; caption")


def test_captions_are_required_by_what_they_are_made_of(one: Callable[..., Any]) -> None:
    listed = [{"Map": "0:0", "Success": True}, {"Map": "0:1", "Success": False}]
    found = one(body(job(Output={"OutSubtitleList": listed})))
    assert [found.has_made(name) for name in ("0:0", "0:1", "caption", "HD")] == [True, False, False, False]


@pytest.mark.parametrize("word", ["Submitted", "Transcoding", "TranscodeFail", "TranscodeCancelled"])
def test_captions_raise_nothing(one: Callable[..., Any], word: str) -> None:
    made = {"OutSubtitleList": {"OutSubtitle": [{"Success": True}]}}
    assert one(body(job(state=word, Output=made))).state is MPS_TRANSCODE.state(word)


@pytest.mark.parametrize(
    "odd", [5, "text", [5], {"OutSubtitle": [[1]]}, [{"Success": [1]}], [{"Success": {}}]], ids=repr
)
def test_captions_that_cannot_be_read_leave_the_end_open(one: Callable[..., Any], odd: Any) -> None:
    """One of them may not have been made."""
    assert type(one(body(job(Output={"OutSubtitleList": odd})))) is UnreadableResponse


@pytest.mark.parametrize(
    "odd", [None, "text", 5, [], {"Properties": 5, "OutputFile": "x", "Container": [1, 2]}], ids=repr
)
def test_odd_facts_cost_only_themselves(one: Callable[..., Any], odd: Any) -> None:
    found = one(body(job(Output=odd, Percent="many", CreationTime=[])))
    assert (found.state, found.outputs, found.progress, found.created_at) == (
        JobState.SUCCEEDED,
        (Output(),),
        None,
        None,
    )


def test_lower_camel_case_is_read_to_the_bottom(one: Callable[..., Any]) -> None:
    output = {"outputFile": {"bucket": "b", "object": "o"}, "properties": {"duration": "2", "width": "4"}}
    answer = {"requestId": "r", "jobList": {"job": [{"jobId": "j1", "state": "TranscodeSuccess", "output": output}]}}
    assert one(answer).outputs == (Output(uri="oss://b/o", duration_s=2.0, width=4),)


@pytest.mark.parametrize(
    "answer",
    [
        {"RequestId": "r1"},
        body(),
        body(unknown=("j1",)),
        {"RequestId": "r1", "JobList": None},
        {"RequestId": "r1", "JobList": {"Job": None}},
        {"RequestId": "r1", "NonExistJobIds": {"String": ["j1"]}},
        body({"State": "TranscodeSuccess"}),
        body(job("j2")),
        body(job("J1")),
    ],
    ids=repr,
)
def test_no_answer_about_this_job_is_no_answer(one: Callable[..., Any], answer: Any) -> None:
    """Absent, unknown, nameless or somebody else's: not visible, however successful."""
    assert one(answer) is None


def test_each_job_gets_its_own_record(drive: Any, alibaba: Account) -> None:
    """In whatever order they come; one that nobody asked for is left alone."""
    answer = body(job("j3", "TranscodeFail"), job("foreign"), job("j1", "Transcoding"), unknown=("j2",))
    _, answers = drive(look(alibaba, [REF, OTHER, THIRD]), answer)
    assert {requested: found.state for requested, found in answers.items()} == {
        REF: JobState.RUNNING,
        THIRD: JobState.FAILED,
    }


def test_of_two_records_of_a_job_the_one_that_opens_last_counts(one: Callable[..., Any]) -> None:
    assert one(body(job(), job(state="Transcoding"))).state is JobState.RUNNING


def test_what_cannot_be_read_is_trouble_of_its_own_job(drive: Any, alibaba: Account) -> None:
    _, answers = drive(look(alibaba, [REF, OTHER]), body(job(state=[1]), job("j2")))
    assert (type(answers[REF]), answers[OTHER].state) == (UnreadableResponse, JobState.SUCCEEDED)


@pytest.mark.parametrize("odd", [job(["j1"]), 5, [1]], ids=repr)
def test_a_record_of_nobody_leaves_those_in_doubt_that_are_not_shown(drive: Any, alibaba: Account, odd: Any) -> None:
    _, answers = drive(look(alibaba, [REF, OTHER]), body(job("j2"), odd))
    assert (type(answers[REF]), answers[OTHER].state) == (UnreadableResponse, JobState.SUCCEEDED)


@pytest.mark.parametrize(
    "twice", [{"RequestId": "r", "requestId": "s"}, {"JobList": {"Job": [job()]}, "jobList": [job("j2")]}]
)
def test_an_answer_that_says_two_things_is_unreadable(drive: Any, alibaba: Account, twice: Any) -> None:
    with pytest.raises(UnreadableResponse):
        drive(look(alibaba, [REF]), twice)


def test_an_answer_of_another_server_is_unreadable(drive: Any, alibaba: Account) -> None:
    with pytest.raises(UnreadableResponse):
        drive(look(alibaba, [REF]), {"status": "down for maintenance"})


def test_an_error_with_the_status_of_a_success_is_not_no_job(drive: Any, alibaba: Account) -> None:
    with pytest.raises(ServerFault):
        drive(look(alibaba, [REF]), {"Code": "InternalError", "RequestId": "r1", "JobList": {}})


# --- one bad id -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refused", [RequestRejected("InvalidParameter"), JobNotFound("InvalidParameter.ResourceNotFound")]
)
def test_a_call_refused_for_one_id_is_made_for_each(drive: Any, alibaba: Account, refused: MediaJobsError) -> None:
    bad = RequestRejected("InvalidParameter")
    requests, answers = drive(look(alibaba, [REF, OTHER]), refused, body(job()), bad)
    assert [request.query for request in requests] == [(("JobIds", ids),) for ids in ("j1,j2", "j1", "j2")]
    assert (answers[REF].state, answers[OTHER]) == (JobState.SUCCEEDED, bad)


@pytest.mark.parametrize(
    "refusal",
    [
        PermissionDenied("Forbidden.RAM"),
        AccountNotInOrder("OperationDenied.Suspended"),
        WrongPlace("InvalidAction.NotFound"),
        AuthError("SignatureDoesNotMatch"),
    ],
)
def test_what_is_refused_to_all_is_asked_once(drive: Any, alibaba: Account, refusal: MediaJobsError) -> None:
    with pytest.raises(type(refusal)):
        drive(look(alibaba, [REF, OTHER]), refusal)


def test_an_unlisted_refusal_may_be_one_jobs(drive: Any, alibaba: Account) -> None:
    """Where another job may be looked at, it is no missing permission of all."""
    refusal = PermissionDenied("Whatever.Else")
    _, answers = drive(look(alibaba, [REF, OTHER]), refusal, body(job()), refusal)
    assert (answers[REF].state, answers[OTHER]) == (JobState.SUCCEEDED, refusal)
    with pytest.raises(PermissionDenied):
        drive(look(alibaba, [REF, OTHER]), refusal, refusal)


def test_an_id_with_a_comma_would_be_two() -> None:
    with pytest.raises(
        ParameterError,
        match=r"^alibaba\.mps\.transcode: job_id must be one id, not 'a,b'; for several jobs give a list$",
    ):
        ref("a,b")


# --- cancelling -------------------------------------------------------------------------------------------------


def test_cancelling(drive: Any, alibaba: Account) -> None:
    (request,), _ = drive(cancel(alibaba, REF), {"RequestId": "r", "JobId": "j1"})
    assert (request.header("x-acs-action"), request.query) == ("CancelJob", (("JobId", "j1"),))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"Code": "PermissionDenied.JobInRunning", "RequestId": "r"}, RequestRejected),
        ({"Code": "InvalidParameter.ResourceNotFound", "RequestId": "r"}, JobNotFound),
        ({"status": "ok"}, UnreadableResponse),
    ],
)
def test_what_did_not_cancel_is_no_cancelling(drive: Any, alibaba: Account, answer: Any, error: Any) -> None:
    with pytest.raises(error):
        drive(cancel(alibaba, REF), answer)
