# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how ``mediajobs status`` reads ids, and its results and exit codes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airflow_provider_mediajobs.cli.jobs import Looked, exit_code, parse, result, seen
from airflow_provider_mediajobs.core.errors import JobNotFound, ParameterError, RequestRejected, Throttled
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState, WaitReport, combined
from airflow_provider_mediajobs.core.kind import Answer, JobKind
from airflow_provider_mediajobs.vendors import KINDS

MPC = "huawei.mpc.editing"
REF = JobRef(MPC, (("job_id", "1"),))


def job(state: JobState) -> JobSnapshot:
    return JobSnapshot(MPC, {"job_id": "1"}, state, state.upper())


@pytest.mark.parametrize(
    ("kind", "text", "ids"),
    [
        (MPC, "30647", {"job_id": "30647"}),
        (MPC, "job_id=30647", {"job_id": "30647"}),
        (MPC, "job_id=a=b", {"job_id": "a=b"}),
        ("alibaba.live.editing", "c1", {"caster_id": "c1"}),
        ("alibaba.live.editing", "caster_id=c1,show_id=s1", {"caster_id": "c1", "show_id": "s1"}),
        (
            "alibaba.live.editing",
            "show_id=s1,caster_id=c1,file_name=a,b=c.mp4",
            {"show_id": "s1", "caster_id": "c1", "file_name": "a,b=c.mp4"},
        ),
        ("alibaba.vod.transcode", "video_id=v,transcode_task_id=t", {"video_id": "v", "transcode_task_id": "t"}),
    ],
)
def test_ids(kind: str, text: str, ids: dict[str, str]) -> None:
    assert parse(KINDS[kind], text) == ids


@pytest.mark.parametrize("text", ["task_id=1", "=1", "x=1,job_id=2"])
def test_what_names_no_id(text: str) -> None:
    with pytest.raises(ParameterError, match="does not name an id; write job_id=…"):
        parse(KINDS[MPC], text)


def test_a_bare_value_needs_one_obvious_id() -> None:
    with pytest.raises(ParameterError, match="'1' does not name an id; write job_id=…, part=…"):
        parse(JobKind(**vars(KINDS[MPC]) | {"ids": ("job_id", "part")}), "1")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([job(JobState.SUCCEEDED)], 0),
        ([job(JobState.SUCCEEDED), job(JobState.RUNNING)], 3),
        ([job(JobState.PENDING)], 3),
        ([job(JobState.UNKNOWN)], 3),
        ([job(JobState.RUNNING), JobNotFound("c")], 4),
        ([JobNotFound("c"), job(JobState.FAILED)], 1),
        ([job(JobState.PARTIAL)], 1),
        ([job(JobState.CANCELLED), job(JobState.RUNNING)], 1),
        ([replace(job(JobState.SUCCEEDED), proven=False)], 1),
        ([job(JobState.FAILED), RequestRejected("c")], 2),
    ],
)
def test_exit_codes(answers: list[Answer], code: int) -> None:
    assert exit_code([Looked(REF, answer) for answer in answers]) == code


@pytest.mark.parametrize(
    ("answer", "goes_on"),
    [
        (job(JobState.RUNNING), True),
        (job(JobState.UNKNOWN), True),
        (job(JobState.FAILED), False),
        (JobNotFound("c"), False),
        (Throttled("c"), True),
    ],
)
def test_what_another_look_may_change(answer: Answer, goes_on: bool) -> None:
    assert Looked(REF, answer).goes_on is goes_on


def test_a_studio_is_its_episodes() -> None:
    whole = combined(REF, [job(JobState.RUNNING), job(JobState.SUCCEEDED)], None)
    assert [found.answer for found in seen({REF: whole})] == list(whole.jobs)


def test_results_have_one_schema() -> None:
    """That of the sensors, for a job without a snapshot too."""
    lost = JobNotFound("NotFound", "there is none", request_id="r1")
    found, missing, odd = (
        result(Looked(REF, answer), WaitReport(looks=2, calls=3))
        for answer in (job(JobState.RUNNING), lost, ParameterError("odd"))
    )
    assert found.keys() == missing.keys() == odd.keys()
    assert (found["state"], found["raw_state"], found["error"]) == ("running", "RUNNING", None)
    assert (missing["state"], missing["raw_state"], missing["request_id"]) == ("unknown", "", "r1")
    assert missing["error"] == {"code": "NotFound", "message": "there is none"}
    assert odd["error"] == {"code": None, "message": "odd"}
