# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``QuerySnapshotJobList``: ten ids a call, and ``State`` alone decides.

Covers ``vendors.alibaba.api.kinds.mps_snapshot``, ``vendors.alibaba.emulation.kinds.mps_snapshot``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    ParameterError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.mps_snapshot import MPS_SNAPSHOT, look

from ...conftest import Asking


def ref(job_id: str) -> JobRef:
    return MPS_SNAPSHOT.ref({"job_id": job_id})


REF, OTHER = ref("j1"), ref("j2")
NAME, VERSION = "alibaba.mps.snapshot", "2014-06-18"
FILE = {"Bucket": "b", "Object": "/d/{Count}.jpg"}
PICTURES, TILED = Output(uri="oss://b/d/{Count}.jpg"), Output(uri="oss://b/t.jpg")


def job(job_id: Any = "j1", state: Any = "Success", **fields: Any) -> dict[str, Any]:
    return {"Id": job_id, "State": state} | fields


def body(*jobs: Any, unknown: tuple[str, ...] = ()) -> dict[str, Any]:
    listed = {"SnapshotJobList": {"SnapshotJob": list(jobs)}, "NonExistSnapshotJobIds": {"String": list(unknown)}}
    return {"RequestId": "r1"} | listed


@pytest.fixture
def one(drive: Any, alibaba: Account) -> Callable[..., Any]:
    """What a look at j1 finds in an answer."""
    return lambda answer: drive(look(alibaba, [REF]), answer)[1].get(REF)


def test_the_request(drive: Any, alibaba: Account) -> None:
    """One POST to the regional host, ids separated by commas, out of the operation's own limit."""
    (request,), _ = drive(look(alibaba, [REF, OTHER]), body())
    assert (request.method, request.url) == ("POST", "https://mts.cn-shanghai.aliyuncs.com/?SnapshotJobIds=j1%2Cj2")
    named = ("QuerySnapshotJobList", "2014-06-18")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == named
    assert request.product == "mts-snapshot"


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """A job that runs is no failure, whatever its ``Code`` says; the list is a plain one."""
    requested, answer = ref("cc6cbef8e8d5481ca536f5d2a466****"), sample("query_snapshot_job_list.json")
    _, answers = drive(look(alibaba, [requested]), answer)
    assert answers == {
        requested: JobSnapshot(
            kind="alibaba.mps.snapshot",
            ids={"job_id": "cc6cbef8e8d5481ca536f5d2a466****"},
            state=JobState.RUNNING,
            raw_state="Snapshoting",
            created_at=datetime(2021, 6, 30, 12, 34, 29, tzinfo=UTC),
            request_id="34BCAB31-2833-43A7-9FBD-B34302AB****",
            raw=answer["SnapshotJobList"][0],
        )
    }


def test_the_sample_of_the_page_of_2018(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """The list is wrapped. The name's blank is the page's."""
    requested, answer = ref("88c6ca184c0e47098a5b665e2a126797"), sample("query_snapshot_job_list_2018.json")
    _, answers = drive(look(alibaba, [requested]), answer)
    assert answers == {
        requested: JobSnapshot(
            kind="alibaba.mps.snapshot",
            ids={"job_id": "88c6ca184c0e47098a5b665e2a126797"},
            state=JobState.SUCCEEDED,
            raw_state="Success",
            created_at=datetime(2014, 1, 10, 12, 0, 0, tzinfo=UTC),
            outputs=(Output(uri="oss://example-001/example.png "),),
            request_id="25818875-5F78-4A13-BEF6-D7393642CA58",
            raw=answer["SnapshotJobList"]["SnapshotJob"][0],
        )
    }


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Submitted", JobState.PENDING),
        ("Snapshoting", JobState.RUNNING),
        ("Success", JobState.SUCCEEDED),
        ("Fail", JobState.FAILED),
        ("Snapshotting", JobState.UNKNOWN),
        ("Analyzing", JobState.UNKNOWN),
        ("success", JobState.UNKNOWN),
        ("TranscodeSuccess", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
        (3, JobState.UNKNOWN),
    ],
)
def test_state_decides_whatever_else_is_there(one: Callable[..., Any], word: Any, state: JobState) -> None:
    """Counts, codes, times and files never make an end, and no end has a time."""
    more = {"Count": "10", "Code": "Success", "FinishTime": "2026-01-02T03:09:05Z"}
    found = one(body(job(state=word, SnapshotConfig={"OutputFile": FILE, "Num": "10"}, **more)))
    assert (found.state, found.finished_at) == (state, None)
    assert found.outputs == ((PICTURES,) if state is JobState.SUCCEEDED else ())
    assert found.error == (JobFault("Success", None) if state is JobState.FAILED else None)


def test_fewer_pictures_than_were_asked_for_are_no_failure(one: Callable[..., Any]) -> None:
    """No page says which word such a job ends with; its count stays in the record."""
    found = one(body(job(Count="1", SnapshotConfig={"OutputFile": FILE, "Num": "10"})))
    assert (found.state, found.raw["Count"]) == (JobState.SUCCEEDED, "1")


def test_a_failure_without_words_has_no_fault(one: Callable[..., Any]) -> None:
    assert one(body(job(state="Fail", Code="", Message=None))).error is None


@pytest.mark.parametrize(
    ("tiling", "outputs"),
    [
        ({}, (PICTURES, TILED)),
        ({"IsKeepCellPic": "true"}, (PICTURES, TILED)),
        ({"IsKeepCellPic": "false"}, (TILED,)),
        ({"IsKeepCellPic": False}, (TILED,)),
        ("odd", (PICTURES, TILED)),
    ],
    ids=repr,
)
def test_pictures_that_are_tiled(one: Callable[..., Any], tiling: Any, outputs: Any) -> None:
    """Both, or the tiled one alone where the job keeps no other."""
    tiled = {"TileOutputFile": {"Bucket": "b", "Object": "t.jpg"}, "TileOut": tiling}
    assert one(body(job(SnapshotConfig={"OutputFile": FILE} | tiled))).outputs == outputs


@pytest.mark.parametrize("odd", [None, "text", 5, [], {"OutputFile": "x", "TileOutputFile": 5}], ids=repr)
def test_odd_facts_cost_only_themselves(one: Callable[..., Any], odd: Any) -> None:
    found = one(body(job(SnapshotConfig=odd, CreationTime=[])))
    assert (found.state, found.outputs, found.created_at) == (JobState.SUCCEEDED, (), None)


@pytest.mark.parametrize(
    "answer",
    [
        {"RequestId": "r1"},
        body(unknown=("j1",)),
        {"RequestId": "r1", "NonExistSnapshotJobIds": ["j1"]},
        body({"State": "Success"}),
        body({"JobId": "j1", "State": "Success"}),
        body(job("j2")),
        body(job("J1")),
    ],
    ids=repr,
)
def test_no_answer_about_this_job_is_no_answer(one: Callable[..., Any], answer: Any) -> None:
    """Absent, unknown, under another name or somebody else's: not visible, however successful."""
    assert one(answer) is None


def test_each_job_gets_its_own_record(drive: Any, alibaba: Account) -> None:
    """One that cannot be read harms no other; one that nobody asked for is left alone."""
    _, answers = drive(look(alibaba, [REF, OTHER]), body(job("j2"), job("foreign"), job("j1", [1])))
    assert (type(answers[REF]), answers[OTHER].state, len(answers)) == (UnreadableResponse, JobState.SUCCEEDED, 2)


def test_an_error_with_the_status_of_a_success_is_not_no_job(drive: Any, alibaba: Account) -> None:
    with pytest.raises(ServerFault):
        drive(look(alibaba, [REF]), {"Code": "InternalError", "RequestId": "r1", "SnapshotJobList": {}})


def test_a_call_refused_for_one_id_is_made_for_each(drive: Any, alibaba: Account) -> None:
    bad = RequestRejected("InvalidParameter")
    requests, answers = drive(look(alibaba, [REF, OTHER]), bad, body(job()), bad)
    assert [request.query for request in requests] == [(("SnapshotJobIds", ids),) for ids in ("j1,j2", "j1", "j2")]
    assert (answers[REF].state, answers[OTHER]) == (JobState.SUCCEEDED, bad)


def test_what_is_refused_to_all_is_asked_once(drive: Any, alibaba: Account) -> None:
    with pytest.raises(PermissionDenied):
        drive(look(alibaba, [REF, OTHER]), PermissionDenied("Forbidden.RAM"))


def test_an_id_with_a_comma_would_be_two() -> None:
    with pytest.raises(ParameterError, match=r"^alibaba\.mps\.snapshot: job_id must be one id, not 'a,b'"):
        ref("a,b")


# --- the emulation ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [{}, {"SnapshotJobIds": ""}, {"SnapshotJobIds": ",".join("abcdefghijk")}, {"SnapshotJobIds": "a,bad"}],
    ids=repr,
)
def test_what_cannot_be_asked_for(asking: Asking, given: dict[str, str]) -> None:
    """No id, more than ten, and one that a fault calls wrong."""
    asking.world.add_fault("reject_id", kind=NAME, ids={"job_id": "bad"})
    assert asking.refused(VERSION, "QuerySnapshotJobList", **given) == (400, "InvalidParameter")


def test_jobs_come_newest_first(asking: Asking) -> None:
    """Each id once; without unknown ones, the answer has no field for them."""
    for age, name in ((10, "old"), (0, "new")):
        asking.world.add_job(NAME, {"job_id": name}, "Snapshoting", age=age)
    answer = asking.ask(VERSION, "QuerySnapshotJobList", SnapshotJobIds="old,none,new,old")
    assert [job["Id"] for job in answer["SnapshotJobList"]["SnapshotJob"]] == ["new", "old"]
    assert answer["NonExistSnapshotJobIds"] == {"String": ["none"]}
    assert "NonExistSnapshotJobIds" not in asking.ask(VERSION, "QuerySnapshotJobList", SnapshotJobIds="old")
    assert [job.looks for job in asking.world.jobs] == [2, 1]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Submitted", {}),
        ("Snapshoting", {"Code": "InvalidParameter", "Message": "The resource operated InputFile is bad"}),
        ("Success", {"Code": "", "Message": "", "Count": "3"}),
        ("Fail", {"Code": "InvalidParameter", "Message": "The resource operated InputFile is bad"}),
    ],
)
def test_a_record(asking: Asking, word: str, told: dict[str, str]) -> None:
    asking.world.add_job(NAME, {"job_id": "j"}, word)
    (job,) = asking.ask(VERSION, "QuerySnapshotJobList", SnapshotJobIds="j")["SnapshotJobList"]["SnapshotJob"]
    assert {name: job[name] for name in ("Code", "Message", "Count") if name in job} == told


@pytest.mark.parametrize(
    ("config", "source", "words"),
    [
        ({"Num": "3"}, "in.mp4", ["Submitted", "Snapshoting", "Success"]),
        ({"Interval": "9"}, "broken.mp4", ["Submitted", "Snapshoting", "Fail"]),
        ({}, "in.mp4", ["Success", "Success", "Success"]),
        ({}, "broken.mp4", ["Fail", "Fail", "Fail"]),
    ],
    ids=repr,
)
def test_a_course(asking: Asking, config: dict[str, str], source: str, words: list[str]) -> None:
    """A single picture is there at once; what was submitted comes back."""
    whole = {"OutputFile": {"Bucket": "b", "Object": "o.jpg"}, **config}
    given = {"Input": json.dumps({"Bucket": "b", "Object": source}), "SnapshotConfig": json.dumps(whole)}
    job = asking.ask(VERSION, "SubmitSnapshotJob", UserData="own", **given)["SnapshotJob"]
    seen = [job]
    for asking.seconds in (50, 101):
        answer = asking.ask(VERSION, "QuerySnapshotJobList", SnapshotJobIds=job["Id"])
        seen += answer["SnapshotJobList"]["SnapshotJob"]
    assert [one["State"] for one in seen] == words
    assert [(one["UserData"], one["SnapshotConfig"]) for one in seen] == [("own", whole)] * 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Input": ""}, "MissingInput"),
        ({"SnapshotConfig": ""}, "MissingSnapshotConfig"),
        ({"SnapshotConfig": "[]"}, "InvalidSnapshotConfig.Malformed"),
        ({"SnapshotConfig": "{}"}, "InvalidParameter"),
        ({"UserData": "x" * 1025}, "InvalidParameter"),
    ],
    ids=repr,
)
def test_what_no_pictures_are_taken_of(asking: Asking, change: dict[str, str], code: str) -> None:
    given = {"Input": "{}", "SnapshotConfig": '{"OutputFile": {}}'}
    assert asking.refused(VERSION, "SubmitSnapshotJob", **given | change) == (400, code)
