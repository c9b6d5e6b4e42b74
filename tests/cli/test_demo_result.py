# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that the demo's exit code is 0 only if every gate opened, or stayed shut, for the right reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.cli.demo_result import GATES, GateFacts, JobFacts, TaskFacts, problems, row, table
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.vendors import VENDORS, kind

BEGUN = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


MPC = next(gate for gate in GATES if gate.name == "mpc")
BROKEN = next(gate for gate in GATES if not gate.opens)
JOB = JobFacts({"job_id": "30647"}, "SUCCEEDED", at(12), 7)
RESULT: dict[str, Any] = {
    "state": "succeeded",
    "raw_state": "SUCCEEDED",
    "ids": {"job_id": "30647"},
    "wait": {"looks": 6, "calls": 7},
}
OPENED = GateFacts(
    MPC, TaskFacts("success", at(1), at(13), ran=True), TaskFacts("success", at(14), at(15), ran=True), JOB, RESULT
)
BROKEN_JOB = JobFacts(
    {"video_id": "video-broken", "transcode_task_id": "a7a7619a59b75727cbcda49c4d0bc36d"}, "CompleteAllFail", at(12), 8
)
SHUT = GateFacts(
    BROKEN,
    TaskFacts("failed", at(1), at(13.5), ran=True),
    TaskFacts("upstream_failed", at(14), at(14)),
    BROKEN_JOB,
    failure="MediaJobFailed: ended as failed (the vendor says 'CompleteAllFail')",
)


def test_right_reasons() -> None:
    assert problems(OPENED) == []
    assert problems(SHUT) == []


WRONG_OPENINGS: dict[str, tuple[dict[str, Any], str]] = {
    "the job has not ended": (
        {"job": replace(JOB, word="PROCESSING", finished=None)},
        "'PROCESSING' and should have ended",
    ),
    "the job has no end": ({"job": replace(JOB, finished=None)}, "and should have ended"),
    "the job has failed": ({"job": replace(JOB, word="FAILED")}, "'FAILED' and should have ended as 'SUCCEEDED'"),
    "there is no job": ({"job": None}, "knows no such job"),
    "the task failed": ({"waiting": replace(OPENED.waiting, state="failed")}, "the task is failed"),
    "no result": ({"result": None}, "the task returned (None, None)"),
    "another state": ({"result": RESULT | {"state": "partial"}}, "the task returned ('partial', 'SUCCEEDED')"),
    "another word": ({"result": RESULT | {"raw_state": "SUCCEED"}}, "the task returned ('succeeded', 'SUCCEED')"),
    "another job": ({"result": RESULT | {"ids": {"job_id": "1"}}}, "a job {'job_id': '1'}, not {'job_id': '30647'}"),
    "other calls": ({"result": RESULT | {"wait": {"calls": 6}}}, "counted 6 calls, and the emulator 7"),
    "nothing was published": ({"publish": TaskFacts("upstream_failed")}, "publish_mpc is upstream_failed"),
    "marked, not run": ({"publish": replace(OPENED.publish, ran=False)}, "publish_mpc is success, not success"),
    "before the job's end": ({"job": replace(JOB, finished=at(14.5))}, "and the job ended at"),
    "before the end of the wait": (
        {"waiting": replace(OPENED.waiting, end=at(14.5))},
        "and the task that waits ended at",
    ),
}


@pytest.mark.parametrize(("change", "told"), WRONG_OPENINGS.values(), ids=WRONG_OPENINGS)
def test_wrong_reason_to_open(change: dict[str, Any], told: str) -> None:
    found = problems(replace(OPENED, **change))
    assert any(told in problem for problem in found), found
    assert all(problem.startswith("make_mpc (huawei.mpc.editing): ") for problem in found)


WRONG_SHUTS: dict[str, tuple[dict[str, Any], str]] = {
    "the task succeeded": ({"waiting": replace(SHUT.waiting, state="success")}, "the task is success, not failed"),
    "another failure": (
        {"failure": "MediaJobNotAuthenticated: wrong key"},
        "but 'MediaJobNotAuthenticated: wrong key'",
    ),
    "another end": (
        {"failure": "MediaJobFailed: ended as CompletePartialSucc"},
        "does not tell of MediaJobFailed at 'CompleteAllFail'",
    ),
    "no log": ({"failure": ""}, "but ''"),
    "published": ({"publish": TaskFacts("success", at(14), at(15), ran=True)}, "publish_broken is success"),
    "tried to publish": ({"publish": TaskFacts("failed", at(14), at(15), ran=True)}, "publish_broken ran, at 2026"),
    "skipped": ({"publish": TaskFacts("skipped")}, "publish_broken is skipped, not upstream_failed"),
    "the job succeeded": (
        {"job": replace(BROKEN_JOB, word="CompleteAllSucc")},
        "should have ended as 'CompleteAllFail'",
    ),
}


@pytest.mark.parametrize(("change", "told"), WRONG_SHUTS.values(), ids=WRONG_SHUTS)
def test_wrong_reason_to_stay_shut(change: dict[str, Any], told: str) -> None:
    found = problems(replace(SHUT, **change))
    assert any(told in problem for problem in found), found


def test_table() -> None:
    assert table([OPENED, SHUT]) == (
        "kind                   job                     state                     looks  calls  waited  gate\n"
        "---------------------  ----------------------  ------------------------  -----  -----  ------  -----------\n"
        "huawei.mpc.editing     30647                   succeeded (SUCCEEDED)         6      7  12.0 s  opened\n"
        "alibaba.vod.transcode  a7a7619a59b75727cbc...  failed (CompleteAllFail)      -      8  12.5 s  stayed shut"
    )


def test_row_of_a_gate_nobody_knows_anything_about() -> None:
    nothing = GateFacts(MPC, TaskFacts(), TaskFacts(), None)
    assert row(nothing) == ("huawei.mpc.editing", "-", "? (?)", "-", "-", "-", "stayed shut")


def test_gates_cover_every_kind_by_its_documented_end() -> None:
    assert {gate.kind for gate in GATES} <= {kind.name for vendor in VENDORS for kind in vendor.kinds}
    for gate in GATES:
        of = kind(gate.kind)
        if gate.error == "MediaJobPartiallySucceeded":
            assert (gate.opens, gate.word in of.told_by_renditions) == (False, True)
        else:
            assert of.states[gate.word] is (JobState.SUCCEEDED if gate.opens else JobState.FAILED)


def test_a_partial_end_is_told_by_its_own_error() -> None:
    """A task that failed for another reason has not kept the gate shut for the right one."""
    (gate,) = (gate for gate in GATES if gate.error == "MediaJobPartiallySucceeded")
    job = JobFacts({"parent_job_id": "p1"}, "Success", at(12), 7)
    right = replace(SHUT, gate=gate, job=job, failure="MediaJobPartiallySucceeded: (the vendor says 'Success')")
    assert problems(right) == []
    assert row(right)[2] == "partial (Success)"
    (problem,) = problems(replace(right, failure="MediaJobFailed: (the vendor says 'Success')"))
    assert "does not tell of MediaJobPartiallySucceeded at 'Success'" in problem
