# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Querying clipping jobs: two generations, ten ids a call, the whole output record.

Covers ``vendors.huawei.api.batches``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    JobNotFound,
    RequestRejected,
    ServerFault,
    Throttled,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_editing import MPC_EDITING, cancel, look

BASE = "https://mpc.cn-north-4.myhuaweicloud.com/v2/p1/editing/jobs"


def refs(*ids: Any) -> list[JobRef]:
    return [MPC_EDITING.ref({"job_id": str(job_id)}) for job_id in ids]


def jobs(*ids: Any, status: Any = "SUCCEEDED", **more: Any) -> dict[str, Any]:
    return {"job_array": [{"job_id": str(job_id), "status": status} | more for job_id in ids]}


@pytest.fixture
def one(drive: Any, huawei: Account) -> Callable[[Any], JobSnapshot | None]:
    """What a look at job 1 finds in an answer."""
    return lambda answer: drive(look(huawei, refs(1)), answer)[1].get(refs(1)[0])


def test_the_whole_record_of_v2(drive: Any, huawei: Account, respond: Any, sample: Callable[[str], Any]) -> None:
    """File, video and audio facts, times, progress and request id land in the snapshot."""
    (ref,) = refs(30647)
    body = sample("editing_jobs_v2.json")
    (request,), answers = drive(look(huawei, [ref]), respond(body, x_request_id="r1"))
    assert (request.method, request.url) == ("GET", f"{BASE}?job_id=30647")
    assert answers == {
        ref: JobSnapshot(
            kind="huawei.mpc.editing",
            ids={"job_id": "30647"},
            state=JobState.SUCCEEDED,
            raw_state="SUCCEEDED",
            progress=100,
            created_at=datetime(2025, 9, 1, 18, 50, 20, tzinfo=UTC),
            started_at=datetime(2025, 9, 1, 18, 50, 25, tzinfo=UTC),
            finished_at=datetime(2025, 9, 1, 18, 55, 20, tzinfo=UTC),
            outputs=(
                Output(
                    uri="obs://b/out/dir/o.mp4",
                    format="MP4",
                    duration_s=12.0,
                    size_bytes=1048576,
                    width=640,
                    height=480,
                    video_codec="H264",
                    audio_codec="AAC",
                ),
            ),
            request_id="r1",
            raw=body["job_array"][0],
        )
    }


def test_the_records_of_v1(drive: Any, huawei: Account, sample: Callable[[str], Any]) -> None:
    """The older generation, chosen on the connection: its path, its list, its words, its failure text."""
    older = replace(huawei, api_versions={"mpc": "v1"})
    done, failed = refs(40001, 40002)
    (request,), answers = drive(look(older, [done, failed]), sample("editing_jobs_v1.json"))
    assert request.url == f"{BASE.replace('v2', 'v1')}?job_id=40001&job_id=40002"
    assert (answers[done].state, answers[done].raw_state) == (JobState.SUCCEEDED, "SUCCEED")
    assert answers[done].outputs == (
        Output("obs://b/out/a.mp4", None, "MP4", 7.0, 2048, 320, 240, "H265", "AAC"),
        Output("obs://b/out/b.mp4"),
    )
    assert answers[failed].state is JobState.FAILED
    assert answers[failed].error == JobFault("MPC.10053", "The source does not exist.")
    assert (answers[failed].started_at, answers[failed].outputs) == (None, ())


@pytest.mark.parametrize("field", ["job_array", "jobs"])
@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("INIT", JobState.PENDING),
        ("WAITING", JobState.PENDING),
        ("PREPROCESSING", JobState.RUNNING),
        ("PROCESSING", JobState.RUNNING),
        ("SUCCEEDED", JobState.SUCCEEDED),
        ("SUCCEED", JobState.SUCCEEDED),
        ("FAILED", JobState.FAILED),
        ("CANCELED", JobState.CANCELLED),
        ("CANCEL", JobState.UNKNOWN),
        ("CANCELLED", JobState.UNKNOWN),
        ("Succeeded", JobState.UNKNOWN),
        ("", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
        (3, JobState.UNKNOWN),
    ],
)
def test_both_vocabularies_in_both_shapes(
    one: Callable[[Any], JobSnapshot | None], field: str, status: Any, state: JobState
) -> None:
    """One table reads either generation; outputs come with success only."""
    found = one({field: [{"job_id": "1", "status": status, "output": {"bucket": "b"}}]})
    assert found is not None
    assert (found.state, bool(found.outputs)) == (state, state is JobState.SUCCEEDED)


def test_ten_ids_are_one_call(drive: Any, huawei: Account) -> None:
    """The key is repeated, answers come in any order and are matched by id."""
    requested = refs(*range(10, 20))
    (request,), answers = drive(look(huawei, requested), jobs(*range(19, 9, -1)))
    assert request.url == f"{BASE}?" + "&".join(f"job_id={n}" for n in range(10, 20))
    assert [answers[ref].ids["job_id"] for ref in requested] == [str(n) for n in range(10, 20)]


def test_eleven_references_are_two_batches() -> None:
    """Ten and one, each once, whatever is repeated."""
    assert [len(batch) for batch in MPC_EDITING.batches(refs(*range(11), *range(11)))] == [10, 1]


def test_a_partial_answer_leaves_the_others_open(drive: Any, huawei: Account) -> None:
    """A job that is not in the answer is not visible yet."""
    requested = refs(1, 2, 3)
    _, answers = drive(look(huawei, requested), jobs(2, 99))
    assert list(answers) == [requested[1]]


@pytest.mark.parametrize(
    "answer",
    [
        {"job_array": None},
        {"jobs": []},
        {"total": 0},
        {"job_array": []},
        {"job_array": {"job_id": "2", "status": "SUCCEEDED"}},
        {"job_array": "", "jobs": {}},
        jobs(2),
        jobs("01"),
        {"job_array": [{"status": "SUCCEEDED"}, None, "", {}]},
        {"job_array": [{"job_id": None, "task_id": "1", "status": "SUCCEED"}]},  # a task's id is one of v1's
        {"jobs": [{"job_id": "2", "task_id": "1", "status": "SUCCEED"}]},
    ],
    ids=repr,
)
def test_no_such_job_is_no_answer(one: Callable[[Any], JobSnapshot | None], answer: Any) -> None:
    """Empty, or other jobs only, whatever they have come to."""
    assert one(answer) is None


@pytest.mark.parametrize("order", [1, -1])
def test_a_job_listed_twice_is_the_unfinished_one(one: Callable[[Any], JobSnapshot | None], order: int) -> None:
    """Two records of one job, in one list or in both: the one that opens last."""
    found = one({"job_array": [*jobs(1)["job_array"], *jobs(1, status="PROCESSING")["job_array"]][::order]})
    assert found is not None
    assert found.state is JobState.RUNNING
    both = one(jobs(1) | {"jobs": [{"job_id": 1, "status": "WAITING"}]})
    assert both is not None
    assert both.state is JobState.PENDING


@pytest.mark.parametrize("error", [RequestRejected("MPC.10202"), JobNotFound("MPC.404")])
def test_a_rejected_batch_is_asked_singly(drive: Any, huawei: Account, error: Exception) -> None:
    """One bad id rejects the batch: then each is asked alone, and only the bad one gets the error."""
    requested = refs(1, 2, 3)
    bad = RequestRejected("MPC.10202", "job_id 2")
    requests, answers = drive(look(huawei, requested), error, jobs(1), bad, {"job_array": []})
    assert [request.url for request in requests[1:]] == [f"{BASE}?job_id={n}" for n in (1, 2, 3)]
    assert answers[requested[0]].state is JobState.SUCCEEDED
    assert answers[requested[1]] is bad
    assert requested[2] not in answers


@pytest.mark.parametrize("error", [RequestRejected("MPC.10202"), JobNotFound("MPC.404")])
def test_a_rejected_single_id_is_its_own_answer(drive: Any, huawei: Account, error: Exception) -> None:
    """Nothing is left to split."""
    assert drive(look(huawei, refs(1)), error)[1] == {refs(1)[0]: error}


@pytest.mark.parametrize("rest", [{}, {"job_array": []}, {"total": 0, "jobs": None}])
def test_an_error_with_the_status_of_a_success_is_not_no_job(drive: Any, huawei: Account, rest: Any) -> None:
    """Trouble of the service ends the look; a rejected batch is asked singly, as with the right status."""
    with pytest.raises(ServerFault):
        drive(look(huawei, refs(1, 2)), {"error_code": "MPC.10212"} | rest)
    rejected = {"error_code": "MPC.10202", "error_msg": "job_id 2"} | rest
    one_, two = refs(1, 2)
    _, answers = drive(look(huawei, [one_, two]), rejected, jobs(1), rejected)
    assert answers[one_].state is JobState.SUCCEEDED
    assert (type(answers[two]), answers[two].code) == (RequestRejected, "MPC.10202")


@pytest.mark.parametrize("answer", [{}, {"status": "down for maintenance"}])
def test_an_answer_of_another_server_is_unreadable(drive: Any, huawei: Account, answer: Any) -> None:
    """JSON without any field of the page says nothing about a job."""
    with pytest.raises(UnreadableResponse):
        drive(look(huawei, refs(1)), answer)


@pytest.mark.parametrize("error", [Throttled("APIGW.0308"), AuthError("APIGW.0301")])
def test_trouble_of_the_account_is_not_split(drive: Any, huawei: Account, error: Exception) -> None:
    """Ten more calls would make a throttle worse and lock a key."""
    with pytest.raises(type(error)):
        drive(look(huawei, refs(1, 2)), error)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"duration_ms": 12500, "duration": 12}, Output(uri="obs://b", duration_s=12.5)),
        ({"duration": 12}, Output(uri="obs://b", duration_s=12.0)),
        ({"duration_ms": "12500"}, Output(uri="obs://b", duration_s=12.5)),
        ({"duration_ms": 0}, Output(uri="obs://b", duration_s=0.0)),
        ({"size": 2}, Output(uri="obs://b", size_bytes=2048)),
        ({"size": 2, "size_byte": 2000}, Output(uri="obs://b", size_bytes=2000)),
        ({"size": 2, "size_byte": 0}, Output(uri="obs://b", size_bytes=0)),
        ({"size": "big", "duration": "long", "video_info": 3, "audio_info": {}}, Output(uri="obs://b")),
        ({"md5": "d41d8"}, Output(uri="obs://b", md5="d41d8")),
        ({"audio_info": [{"codec": "AAC"}, {"codec": "MP3"}]}, Output(uri="obs://b", audio_codec="AAC")),
        (None, Output(uri="obs://b")),
        ([1], Output(uri="obs://b")),
    ],
)
def test_facts_of_the_output(one: Callable[[Any], JobSnapshot | None], about: Any, expected: Output) -> None:
    """Milliseconds before seconds, bytes before kilobytes; what is not of the documented sort is unknown."""
    found = one(jobs(1, output={"bucket": "b"}, editing_output=about))
    assert found is not None
    assert found.outputs == (expected,)


@pytest.mark.parametrize(
    ("place", "uri"),
    [
        ({"bucket": "b", "object": "out/dir", "file_name": "o.mp4"}, "obs://b/out/dir/o.mp4"),
        ({"bucket": "b", "object": "/out/dir/", "file_name": "o.mp4"}, "obs://b/out/dir/o.mp4"),
        ({"bucket": "b", "object": "out/dir"}, "obs://b/out/dir"),
        ({"bucket": "b", "file_name": "o.mp4"}, "obs://b/o.mp4"),
        ({"object": "out", "file_name": "o.mp4"}, None),
        ({"bucket": "", "object": "out"}, None),
        ("b", None),
        (None, None),
    ],
)
def test_where_the_output_lies(one: Callable[[Any], JobSnapshot | None], place: Any, uri: str | None) -> None:
    """Bucket, directory and file name, as far as they are known."""
    found = one(jobs(1, output=place))
    assert found is not None
    assert found.outputs == (Output(uri=uri),)


@pytest.mark.parametrize("text", ["", None, 2025090118502, "2025", "20251301185020", "0:", [], {}])
def test_a_time_that_cannot_be_read_is_unknown(one: Callable[[Any], JobSnapshot | None], text: Any) -> None:
    """``end_time`` is empty while the job runs; nothing about a time ends a look."""
    found = one(jobs(1, status="PROCESSING", create_time=text, start_time=text, end_time=text))
    assert found is not None
    assert (found.created_at, found.started_at, found.finished_at) == (None, None, None)


@pytest.mark.parametrize(
    ("given", "percent"), [(0, 0), (100, 100), ("42", 42), (101, None), (-1, None), (None, None), ("x", None)]
)
def test_progress(one: Callable[[Any], JobSnapshot | None], given: Any, percent: int | None) -> None:
    """A whole number from 0 to 100, or unknown; a hundred percent is no success."""
    found = one(jobs(1, status="PROCESSING", progress=given))
    assert found is not None
    assert (found.progress, found.state) == (percent, JobState.RUNNING)


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ({"error_code": "MPC.10053", "description": "gone"}, JobFault("MPC.10053", "gone")),
        ({"error_code": "MPC.10053"}, JobFault("MPC.10053", None)),
        ({"error_code": "", "description": None}, None),
        ({"errorCode": "MPC.1", "errorMessage": "gone"}, JobFault("MPC.1", "gone")),
        ({"error": {"error_code": "MPC.1", "error_msg": "gone"}}, JobFault("MPC.1", "gone")),
        ({"error": '{"error_code": "MPC.1", "error_msg": "gone"}'}, JobFault("MPC.1", "gone")),
        ({"error": "gone"}, JobFault(None, "gone")),
        ({"xcode_error": [{"error_code": "MPC.1"}], "description": "gone"}, JobFault("MPC.1", "gone")),
        ({"error": 5}, None),
        ({"error": [5], "error_code": ["MPC.1"], "description": {"text": "gone"}}, None),
        (
            {"output_file_info": [{"exec_description": "a"}, {"exec_description": "b"}, {"exec_description": "a"}]},
            JobFault(None, "a; b"),
        ),
        ({"output_file_info": "x"}, None),
        ({}, None),
    ],
)
def test_the_fault_of_a_failed_job(
    one: Callable[[Any], JobSnapshot | None], status: dict[str, Any], fault: JobFault | None
) -> None:
    """v1 says why, v2 does not; where nothing is said, ``error`` is null."""
    found = one(jobs(1, status="FAILED", **status))
    assert found is not None
    assert (found.state, found.error) == (JobState.FAILED, fault)
    done = one(jobs(1, **status))
    assert done is not None
    assert done.error is None


# --- cancelling ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("versions", "job_id", "url"),
    [
        ({}, "30647", f"{BASE}/30647"),
        ({"mpc": "v2"}, "30647", f"{BASE}/30647"),
        ({"mpc": "v2"}, "a/b c?d", f"{BASE}/a%2Fb%20c%3Fd"),
        ({"mpc": "v1"}, "30647", "https://mpc.cn-north-4.myhuaweicloud.com/v1/p1/editing/jobs?job_id=30647"),
        ({"mpc": "v1"}, "a/b c?d", "https://mpc.cn-north-4.myhuaweicloud.com/v1/p1/editing/jobs?job_id=a%2Fb%20c%3Fd"),
    ],
)
def test_a_job_is_cancelled_as_each_generation_wants_it(
    drive: Any, huawei: Account, respond: Any, versions: dict[str, str], job_id: str, url: str
) -> None:
    """v2 names it in the path, v1 in the query; neither sends a body, and the answer has none."""
    account = replace(huawei, api_versions=versions)
    (request,), result = drive(cancel(account, refs(job_id)[0]), respond(b"", 204))
    assert (request.method, request.url, request.body) == ("DELETE", url, b"")
    assert result is None


@pytest.mark.parametrize("error", [RequestRejected("MPC.10202"), Throttled("APIGW.0308"), JobNotFound("MPC.404")])
def test_a_refused_cancellation_is_told(drive: Any, huawei: Account, error: Exception) -> None:
    """What the vendor says goes to the one who asked."""
    with pytest.raises(type(error)):
        drive(cancel(huawei, refs(1)[0]), error)


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error_code": "APIGW.0308", "error_msg": "throttled"}, Throttled),
        ({"error_code": "MPC.10202", "error_msg": "job_id"}, RequestRejected),
        ("<html>", UnreadableResponse),
    ],
)
def test_an_error_with_the_status_of_a_success_has_cancelled_nothing(
    drive: Any, huawei: Account, version: str, body: Any, error: type[Exception]
) -> None:
    """Nobody is told that a job was cancelled which goes on and costs money."""
    with pytest.raises(error):
        drive(cancel(replace(huawei, api_versions={"mpc": version}), refs(1)[0]), body)


def test_a_success_may_have_a_body(drive: Any, huawei: Account) -> None:
    """The page does not say that it has none."""
    assert drive(cancel(huawei, refs(1)[0]), {"job_id": "1"})[1] is None
