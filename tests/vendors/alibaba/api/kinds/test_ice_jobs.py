# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Small jobs of Intelligent Media Services: what all their kinds have in common."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import JobNotFound, RequestRejected, UnreadableResponse
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.kind import JobKind
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_dynamic_image import ICE_DYNAMIC_IMAGE
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_media_info import ICE_MEDIA_INFO
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_package import ICE_PACKAGE
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.ice_snapshot import ICE_SNAPSHOT

PLACES = {
    ICE_SNAPSHOT: "SnapshotJob",
    ICE_PACKAGE: "PackageJob",
    ICE_DYNAMIC_IMAGE: "DynamicImageJob",
    ICE_MEDIA_INFO: "MediaInfoJob",
}
EACH = pytest.mark.parametrize(("kind", "place"), PLACES.items(), ids=lambda value: getattr(value, "name", value))
FILES = pytest.mark.parametrize("kind", [ICE_SNAPSHOT, ICE_PACKAGE, ICE_DYNAMIC_IMAGE], ids=lambda kind: kind.name)


class Looking:
    """One look at j1."""

    def __init__(self, drive: Any, account: Account) -> None:
        self.drive, self.account = drive, account

    def at(self, kind: JobKind, answer: Any) -> tuple[Any, Any]:
        """The request, and what it found."""
        ref = kind.ref({"job_id": "j1"})
        (request,), answers = self.drive(kind.look(self.account, [ref]), answer)
        return request, answers.get(ref)

    def job(self, kind: JobKind, status: Any = "Success", **fields: Any) -> Any:
        """What a record with these fields says."""
        return self.at(kind, {"RequestId": "r", PLACES[kind]: {"JobId": "j1", "Status": status} | fields})[1]


@pytest.fixture
def looking(drive: Any, alibaba: Account) -> Looking:
    return Looking(drive, alibaba)


@EACH
def test_the_request(looking: Looking, kind: JobKind, place: str) -> None:
    request, found = looking.at(kind, {"RequestId": "r"})
    assert (request.method, request.url) == ("POST", "https://ice.cn-shanghai.aliyuncs.com/?JobId=j1")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == (f"Get{place}", "2020-11-09")
    assert found is None


@EACH
@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Init", JobState.RUNNING),
        ("Success", JobState.SUCCEEDED),
        ("Fail", JobState.FAILED),
        ("Failed", JobState.UNKNOWN),
        ("Processing", JobState.UNKNOWN),
        ("success", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
    ],
)
def test_status_decides_whatever_else_is_there(
    looking: Looking, kind: JobKind, place: str, word: Any, state: JobState
) -> None:
    """A code, a time and an output make no end; ``Init`` may be said of a job that works."""
    more = {"Code": "c", "Message": "m", "FinishTime": "2022-07-12T16:30:19Z", "OutputUrl": "u"}
    found = looking.job(kind, word, **more)
    assert found.state is state
    assert (found.finished_at is not None) == state.ended
    assert bool(found.outputs) == (state is JobState.SUCCEEDED)
    assert found.error == (JobFault("c", "m") if state is JobState.FAILED else None)


@EACH
@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, None),
        ({"Code": "", "Message": ""}, None),
        ({"SubmitResultJson": {"Code": "c", "Message": "m"}}, JobFault("c", "m")),
        ({"SubmitResultJson": '{"message": "m"}'}, JobFault(None, "m")),
        ({"Code": "own", "SubmitResultJson": {"Code": "c"}}, JobFault("own", None)),
        ({"SubmitResultJson": ["c"]}, None),
    ],
    ids=repr,
)
def test_why_one_failed(looking: Looking, kind: JobKind, place: str, fields: Any, fault: JobFault | None) -> None:
    """Where the record says it, and in no other form."""
    assert looking.job(kind, "Fail", **fields).error == fault


@FILES
@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({"OutputUrl": "u", "Output": {"Type": "OSS", "Media": "oss://b/o"}}, Output(uri="u")),
        ({"Output": {"Type": "OSS", "Media": "oss://b/o"}}, Output(uri="oss://b/o")),
        ({"Output": {"Type": "OSS", "OssFile": {"Bucket": "b", "Object": "o"}}}, Output(uri="oss://b/o")),
        ({"OutputUrl": "u", "Output": {"Type": "Media", "Media": "m1"}}, Output(uri="u", media_id="m1")),
        ({"output": {"type": "OSS", "media": "oss://b/o"}}, Output(uri="oss://b/o")),
        ({"Output": 5}, Output()),
        ({}, Output()),
    ],
    ids=repr,
)
def test_what_was_made(looking: Looking, kind: JobKind, fields: Any, output: Output) -> None:
    """By its address, else where it was to be written; an odd place costs no more than itself."""
    assert looking.job(kind, **fields).outputs == (output,)


@EACH
@pytest.mark.parametrize("answer", [None, {}, {"JobId": "j2", "Status": "Success"}, {"Status": "Success"}], ids=repr)
def test_no_answer_about_this_job_is_no_answer(looking: Looking, kind: JobKind, place: str, answer: Any) -> None:
    assert looking.at(kind, {"RequestId": "r", place: answer})[1] is None


@EACH
@pytest.mark.parametrize("answer", [5, "text", [[1]], {"JobId": ["j1"]}, {"JobId": "j1", "Status": {}}], ids=repr)
def test_what_cannot_be_read_is_no_news(looking: Looking, kind: JobKind, place: str, answer: Any) -> None:
    assert type(looking.at(kind, {"RequestId": "r", place: answer})[1]) is UnreadableResponse


@EACH
@pytest.mark.parametrize("error", [JobNotFound("JobNotFound"), RequestRejected("InvalidParameter")])
def test_a_refused_id_is_its_own_answer(looking: Looking, kind: JobKind, place: str, error: Exception) -> None:
    assert looking.at(kind, error)[1] is error
