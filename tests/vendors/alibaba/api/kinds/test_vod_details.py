# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetTranscodeTask``, which tells what the list leaves out: codes, messages, files. It never hides an end."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    CredentialsExpired,
    JobNotFound,
    LookCut,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    StaleRequest,
    Throttled,
    TransportError,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.vod_transcode import VOD_TRANSCODE, look

REF = VOD_TRANSCODE.ref({"video_id": "v1"})
LATE = "2026-09-01T11:00:00Z"


def by_task(task_id: str) -> JobRef:
    return VOD_TRANSCODE.ref({"video_id": "v1", "transcode_task_id": task_id})


def task(task_id: str, status: str, **more: Any) -> dict[str, Any]:
    created = "2026-09-01T10:00:00Z"
    return {"TranscodeTaskId": task_id, "VideoId": "v1", "TaskStatus": status, "CreationTime": created} | more


def listed(*tasks: dict[str, Any]) -> dict[str, Any]:
    return {"RequestId": "r1", "TranscodeTaskList": list(tasks)}


def failing(*renditions: dict[str, Any], task_id: str | None = "t1") -> dict[str, Any]:
    return {"TranscodeTask": {"TranscodeTaskId": task_id, "TranscodeJobInfoList": list(renditions)}}


def test_a_failure_is_explained(drive: Any, alibaba: Account) -> None:
    """The first failed rendition's code, all of them in the message; unknown parts are left out."""
    detail = failing(
        {"TranscodeJobStatus": "TranscodeFail", "Definition": "HD", "ErrorCode": "E1", "ErrorMessage": "broken"},
        {"TranscodeJobStatus": "TranscodeFail", "TranscodeTemplateId": "tpl", "ErrorCode": "E2"},
        {"TranscodeJobStatus": "TranscodeFail"},
        {"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": {"OutputFileUrl": "u"}},
    )
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllFail")), detail)
    assert answers[REF].error == JobFault("E1", "HD: E1: broken; tpl: E2; rendition")
    assert answers[REF].outputs == ()


def test_a_partial_end_has_outputs_and_faults(drive: Any, alibaba: Account) -> None:
    """Some renditions are there, some are explained."""
    detail = failing(
        {"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": {"OutputFileUrl": "u"}},
        {"TranscodeJobStatus": "TranscodeFail", "Definition": "HD", "ErrorCode": "E1"},
        {"TranscodeJobStatus": "transcodesuccess", "OutputFile": {"OutputFileUrl": "not documented"}},
    )
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompletePartialSucc")), detail)
    assert (answers[REF].state, answers[REF].outputs) == (JobState.PARTIAL, (Output(uri="u"),))
    assert answers[REF].error == JobFault("E1", "HD: E1")


def test_renditions_never_raise_the_state(drive: Any, alibaba: Account) -> None:
    """A success whose details list a failed rendition is partial and has its fault; a failure stays one."""
    detail = failing({"TranscodeJobStatus": "TranscodeFail", "ErrorCode": "E1"})
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllSucc")), detail)
    assert (answers[REF].state, answers[REF].error) == (JobState.PARTIAL, JobFault("E1", "rendition: E1"))
    done = failing({"TranscodeJobStatus": "TranscodeSuccess"})
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllFail")), done)
    assert (answers[REF].state, answers[REF].error) == (JobState.FAILED, None)


@pytest.mark.parametrize(
    ("in_list", "in_detail", "state", "word"),
    [
        ("CompleteAllSucc", "CompleteAllSucc", JobState.PARTIAL, "CompleteAllSucc"),
        ("CompeleteAllSucc", "CompleteAllSucc", JobState.PARTIAL, "CompeleteAllSucc"),
        ("CompleteAllSucc", None, JobState.PARTIAL, "CompleteAllSucc"),
        ("CompleteAllSucc", "", JobState.PARTIAL, "CompleteAllSucc"),
        ("CompleteAllSucc", "Processing", JobState.RUNNING, "Processing"),
        ("CompleteAllSucc", "Partial", JobState.RUNNING, "Partial"),
        ("CompleteAllSucc", "CompletePartialSucc", JobState.PARTIAL, "CompleteAllSucc"),
        ("CompleteAllSucc", "CompleteAllFail", JobState.FAILED, "CompleteAllFail"),
        ("CompleteAllSucc", "Surprise", JobState.UNKNOWN, "Surprise"),
        ("CompletePartialSucc", "CompleteAllSucc", JobState.PARTIAL, "CompletePartialSucc"),
        ("CompleteAllFail", "CompleteAllSucc", JobState.FAILED, "CompleteAllFail"),
        ("CompleteAllFail", "Processing", JobState.RUNNING, "Processing"),
    ],
)
def test_of_two_statuses_the_one_that_opens_last_counts(
    drive: Any, alibaba: Account, in_list: str, in_detail: Any, state: JobState, word: str
) -> None:
    """List, details and renditions (here one has failed) may disagree; none alone opens a gate, and what is not over
    has no end and no fault.
    """
    renditions = [
        {"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": {"OutputFileUrl": "u"}},
        {"TranscodeJobStatus": "TranscodeFail", "ErrorCode": "E1"},
    ]
    detail = {"TranscodeTask": {"TaskStatus": in_detail, "TranscodeJobInfoList": renditions}}
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", in_list, CompleteTime=LATE)), detail)
    found = answers[REF]
    assert (found.state, found.raw_state, found.raw["TaskStatus"]) == (state, word, word)
    assert (found.finished_at is not None) == state.ended
    assert bool(found.outputs) == (state in {JobState.SUCCEEDED, JobState.PARTIAL})
    assert (found.error is not None) == (state in {JobState.FAILED, JobState.PARTIAL})


def test_details_of_another_task_are_left(drive: Any, alibaba: Account) -> None:
    """Outputs that belong to another task are not taken for this one's."""
    detail = failing({"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": {"OutputFileUrl": "u"}}, task_id="t2")
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllSucc")), detail)
    assert (answers[REF].state, answers[REF].outputs) == (JobState.SUCCEEDED, ())
    assert answers[REF].renditions is None


@pytest.mark.parametrize(
    "error", [PermissionDenied("Forbidden.RAM"), RequestRejected("InvalidParameter"), JobNotFound("NoSuchResource")]
)
@pytest.mark.parametrize("status", ["CompleteAllSucc", "CompleteAllFail"])
def test_a_refused_follow_up_costs_only_the_details(
    drive: Any, alibaba: Account, error: Exception, status: str
) -> None:
    """The state is known without it."""
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", status)), error)
    assert (answers[REF].raw_state, answers[REF].outputs, answers[REF].error) == (status, (), None)
    assert (answers[REF].renditions, answers[REF].told_later) == (None, False)


@pytest.mark.parametrize(
    "error",
    [
        Throttled("Throttling.User"),
        TransportError("reset"),
        StaleRequest("SignatureNonceUsed"),
        {"Code": "Throttling.User", "RequestId": "r2"},
    ],
    ids=repr,
)
def test_a_throttled_or_lost_follow_up_is_a_look_to_repeat(drive: Any, alibaba: Account, error: Any) -> None:
    """It passes, so the wait is delayed until the result is complete; asking again at once would make it worse."""
    expected = Throttled if isinstance(error, dict) else type(error)
    with pytest.raises(expected):
        drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllSucc")), error)


BROKEN = [
    ServerFault("InternalError"),
    UnreadableResponse(502, "<html>"),
    {"Code": "ServiceUnavailable", "RequestId": "r2"},
    {"status": "down for maintenance"},
]


@pytest.mark.parametrize("trouble", BROKEN, ids=repr)
def test_a_blip_of_the_follow_up_does_not_cost_the_outputs(drive: Any, alibaba: Account, trouble: Any) -> None:
    """It is asked again at once."""
    detail = failing({"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": {"OutputFileUrl": "u"}})
    requests, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllSucc")), trouble, trouble, detail)
    assert [request.header("x-acs-action") for request in requests[1:]] == ["GetTranscodeTask"] * 3
    assert answers[REF].outputs == (Output(uri="u"),)


@pytest.mark.parametrize("trouble", BROKEN, ids=repr)
@pytest.mark.parametrize(
    ("status", "state"), [("CompleteAllSucc", JobState.SUCCEEDED), ("CompleteAllFail", JobState.FAILED)]
)
def test_a_broken_follow_up_does_not_hide_the_end(
    drive: Any, alibaba: Account, trouble: Any, status: str, state: JobState
) -> None:
    """After three tries the listed status, which is the documented answer, counts without details."""
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", status)), trouble, trouble, trouble)
    assert (answers[REF].state, answers[REF].outputs, answers[REF].error) == (state, (), None)
    assert (answers[REF].renditions, answers[REF].told_later) == (None, True)


@pytest.mark.parametrize(
    "trouble", [ServerFault("ServiceUnavailable", retry_after=5.0), UnreadableResponse(503, "<html>", retry_after=5.0)]
)
def test_a_follow_up_that_wants_to_be_left_alone(drive: Any, alibaba: Account, trouble: Exception) -> None:
    """It is not asked again at once, and hides no end either."""
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllSucc")), trouble)
    assert (answers[REF].state, answers[REF].told_later) == (JobState.SUCCEEDED, True)


@pytest.mark.parametrize(
    "detail", [{"RequestId": "r2"}, {"TranscodeTask": None}, {"TranscodeTask": {"TranscodeJobInfoList": None}}]
)
def test_an_empty_follow_up_costs_only_the_details(drive: Any, alibaba: Account, detail: Any) -> None:
    """No renditions, no outputs, the same state."""
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllSucc")), detail)
    assert (answers[REF].state, answers[REF].outputs) == (JobState.SUCCEEDED, ())


@pytest.mark.parametrize("streams", [None, "", "not JSON", "[", "{}", "[]", [1], {"Size": 1}, 3])
def test_stream_lists_that_cannot_be_read_cost_a_codec_name(drive: Any, alibaba: Account, streams: Any) -> None:
    """Nothing else of the output is lost."""
    file = {"OutputFileUrl": "u", "VideoStreamList": streams, "AudioStreamList": streams}
    detail = failing({"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": file})
    _, answers = drive(look(alibaba, [REF]), listed(task("t1", "CompleteAllSucc")), detail)
    assert answers[REF].outputs == (Output(uri="u"),)


THROTTLE = {"Code": "Throttling.User", "RequestId": "r2"}
TOLD = failing({"TranscodeJobStatus": "TranscodeSuccess", "OutputFile": {"OutputFileUrl": "u"}}, task_id=None)


@pytest.mark.parametrize(
    ("answers", "requested", "states"),
    [
        ([TOLD, THROTTLE], "t1 t2", ["succeeded", "Throttled", "Throttled", "Throttled"]),
        ([TOLD, Throttled("Throttling.User")], "t1 t2", ["succeeded", "Throttled", "Throttled", "Throttled"]),
        ([TOLD, LookCut("cut")], "t1 t2", ["succeeded", "LookCut", "LookCut", "LookCut"]),
        (
            [TransportError("reset"), TOLD, StaleRequest("SignatureNonceUsed"), TOLD],
            "t1 t2 t3 t4",
            ["TransportError", "succeeded", "StaleRequest", "succeeded"],
        ),
        (
            [TOLD, TransportError("reset"), TransportError("reset")],
            "t1 t2 t3",
            ["succeeded", "TransportError", "TransportError", "TransportError"],
        ),
        ([TOLD, PermissionDenied("Forbidden.RAM")], "t1 t2", ["succeeded"] * 4),
    ],
    ids=["throttle", "throttle on the way", "cut", "blips", "outage", "denied"],
)
def test_one_tasks_trouble_is_its_own_as_long_as_it_may_be(
    drive: Any, alibaba: Account, answers: list[Any], requested: str, states: list[str]
) -> None:
    """What was told is kept. A throttle, or a second failure in a row, is everybody's: the others are not asked for."""
    refs = [by_task(f"t{number}") for number in (1, 2, 3, 4, 5)]
    tasks = listed(*(task(f"t{number}", "CompleteAllSucc") for number in (1, 2, 3, 4)), task("t5", "Processing"))
    requests, found = drive(look(alibaba, refs), tasks, *answers)
    assert [dict(request.query).get("TranscodeTaskId") for request in requests[1:]] == requested.split()
    shown = [
        str(answer.state) if isinstance(answer, JobSnapshot) else type(answer).__name__
        for answer in (found[ref] for ref in refs)
    ]
    assert shown == [*states, "running"]


@pytest.mark.parametrize("error", [AuthError("InvalidAccessKeyId"), CredentialsExpired("InvalidSecurityToken.Expired")])
def test_a_key_that_is_refused_is_the_whole_looks_error(drive: Any, alibaba: Account, error: Exception) -> None:
    """It stands for every call of this connection, not for one task's details."""
    tasks = listed(task("t1", "CompleteAllSucc"), task("t2", "CompleteAllSucc"))
    with pytest.raises(type(error)):
        drive(look(alibaba, [by_task("t1"), by_task("t2")]), tasks, error)
