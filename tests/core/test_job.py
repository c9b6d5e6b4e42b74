# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests references to jobs, snapshots, and the result schema."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.job import (
    JobRef,
    JobSnapshot,
    JobState,
    WaitReport,
    combined,
    least_final,
    together,
)
from airflow_provider_mediajobs.core.output import JobFault, Output, Rendition

REF = JobRef("alibaba.live.editing", (("caster_id", "c1"),))


def snap(state: JobState, name: str = "s") -> JobSnapshot:
    return JobSnapshot(REF.kind, {"caster_id": "c1", "show_id": name}, state, str(state).upper())


def at(second: int) -> datetime:
    return datetime(2026, 9, 1, 18, 50, second, tzinfo=UTC)


def test_the_states() -> None:
    """Seven words; the four of them that are ends."""
    assert [str(state) for state in JobState] == [
        "pending",
        "running",
        "succeeded",
        "partial",
        "failed",
        "cancelled",
        "unknown",
    ]
    assert {str(state) for state in JobState if state.ended} == {"succeeded", "partial", "failed", "cancelled"}


def test_a_reference() -> None:
    """Ids by name, readable, usable as a key."""
    ref = JobRef("k", (("a", "1"), ("b", "2")))
    assert (ref["a"], ref.get("b"), ref.get("c")) == ("1", "2", None)
    assert str(ref) == "k a=1 b=2"
    assert {ref: 1}[JobRef("k", (("a", "1"), ("b", "2")))] == 1
    with pytest.raises(KeyError):
        ref["c"]


def test_the_result_is_the_designs() -> None:
    """Every field, in order, with the design's own example."""
    snapshot = JobSnapshot(
        kind="huawei.mpc.editing",
        ids={"job_id": "30647"},
        state=JobState.SUCCEEDED,
        raw_state="SUCCEEDED",
        progress=100,
        created_at=at(20),
        started_at=at(22),
        finished_at=at(52),
        outputs=(
            Output(
                uri="obs://bucket/dir/o.mp4",
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
        raw={"job_id": "30647"},
    )
    result = snapshot.to_result(WaitReport(looks=7, calls=3, throttled=0, retried=1))
    expected = {
        "schema": 1,
        "kind": "huawei.mpc.editing",
        "ids": {"job_id": "30647"},
        "state": "succeeded",
        "raw_state": "SUCCEEDED",
        "progress": 100,
        "created_at": "2026-09-01T18:50:20+00:00",
        "started_at": "2026-09-01T18:50:22+00:00",
        "finished_at": "2026-09-01T18:50:52+00:00",
        "outputs": [
            {
                "uri": "obs://bucket/dir/o.mp4",
                "media_id": None,
                "format": "MP4",
                "duration_s": 12.0,
                "size_bytes": 1048576,
                "width": 640,
                "height": 480,
                "video_codec": "H264",
                "audio_codec": "AAC",
                "md5": None,
            }
        ],
        "renditions": None,
        "error": None,
        "request_id": "r1",
        "wait": {"looks": 7, "calls": 3, "throttled": 0, "retried": 1, "queued_s": 2.0, "ran_s": 30.0},
        "raw": {"job_id": "30647"},
    }
    assert json.dumps(result) == json.dumps(expected)
    assert type(result["state"]) is str


def test_unknown_facts_are_null() -> None:
    """Nothing is invented for a job of which only the state is known."""
    assert snap(JobState.FAILED).to_result() == {
        "schema": 1,
        "kind": "alibaba.live.editing",
        "ids": {"caster_id": "c1", "show_id": "s"},
        "state": "failed",
        "raw_state": "FAILED",
        "progress": None,
        "created_at": None,
        "started_at": None,
        "finished_at": None,
        "outputs": [],
        "renditions": None,
        "error": None,
        "request_id": None,
        "wait": {"looks": 0, "calls": 0, "throttled": 0, "retried": 0, "queued_s": None, "ran_s": None},
        "raw": {},
    }


def test_a_snapshot_says_nothing_more_unless_told() -> None:
    """It is the job asked for, the only one that fits, and one alone."""
    plain = snap(JobState.RUNNING)
    assert (plain.proven, plain.among, plain.told_later, plain.jobs, plain.renditions) == (True, 1, False, (), None)


def test_the_error_of_a_result() -> None:
    """The vendor's code and message."""
    failed = JobSnapshot("k", {}, JobState.FAILED, "FAILED", error=JobFault("E1", None))
    assert failed.to_result()["error"] == {"code": "E1", "message": None}


@pytest.mark.parametrize(
    ("renditions", "told"),
    [
        (None, None),
        ((), []),
        (
            (Rendition("HD", "t1", "j1", "succeeded", "TranscodeSuccess", 100, "oss://b/hd.mp4"),),
            [
                {
                    "definition": "HD",
                    "template_id": "t1",
                    "job_id": "j1",
                    "state": "succeeded",
                    "raw_state": "TranscodeSuccess",
                    "progress": 100,
                    "uri": "oss://b/hd.mp4",
                    "error": None,
                }
            ],
        ),
    ],
    ids=["not told", "none", "one"],
)
def test_the_renditions_of_a_result(renditions: tuple[Rendition, ...] | None, told: Any) -> None:
    """Null where the vendor does not tell of any, which is not the same as none."""
    done = JobSnapshot("k", {}, JobState.SUCCEEDED, "S", renditions=renditions)
    assert done.to_result()["renditions"] == told


def test_several_jobs_are_a_list_of_results() -> None:
    """``schema``, ``state``, ``jobs``; each job as if it had been waited for alone."""
    both = combined(REF, [snap(JobState.SUCCEEDED, "a"), snap(JobState.SUCCEEDED, "b")], "r1")
    wait = WaitReport(looks=2)
    assert both.to_result(wait) == {
        "schema": 1,
        "state": "succeeded",
        "jobs": [snap(JobState.SUCCEEDED, "a").to_result(wait), snap(JobState.SUCCEEDED, "b").to_result(wait)],
    }


@pytest.mark.parametrize(("jobs", "kept"), [(1, 16_384), (16, 16_384), (17, 15_420), (32, 8_192)])
def test_several_jobs_share_the_raw_record(jobs: int, kept: int) -> None:
    """256 KiB together, and no job more than 16."""
    raw = {"a": "x" * 20_000}
    parts = [JobSnapshot("k", {"a": str(n)}, JobState.SUCCEEDED, "S", raw=raw) for n in range(jobs)]
    for result in combined(REF, parts, None).to_result()["jobs"]:
        assert (result["raw"]["size_bytes"], len(result["raw"]["text"])) == (20_009, kept)


def test_the_raw_record_of_one_job_may_be_less() -> None:
    """A cap for it alone."""
    whole = JobSnapshot("k", {}, JobState.RUNNING, "R", raw={"a": 1})
    assert whole.to_result(cap=8)["raw"] == {"a": 1}
    assert whole.to_result(cap=7)["raw"] == {"truncated": True, "size_bytes": 8, "text": '{"a": 1'}


def test_without_the_raw_record() -> None:
    """Everything else stays, and the same holds for the jobs of a whole."""
    one = JobSnapshot("k", {"a": "1"}, JobState.RUNNING, "R", progress=5, raw={"a": 1}, proven=False, among=2)
    bare = JobSnapshot("k", {"a": "1"}, JobState.RUNNING, "R", progress=5, raw={}, proven=False, among=2)
    assert one.without_raw() == bare
    assert combined(REF, [one, one], "r1").without_raw() == combined(REF, [bare, bare], "r1")


OTHER: dict[str, Any] = {
    "kind": "huawei.vod.editing",
    "ids": {"job_id": "2"},
    "state": JobState.SUCCEEDED,
    "raw_state": "SUCCEEDED",
    "progress": 1,
    "created_at": datetime(2026, 9, 1, tzinfo=UTC),
    "started_at": datetime(2026, 9, 1, tzinfo=UTC),
    "finished_at": datetime(2026, 9, 1, tzinfo=UTC),
    "outputs": (Output(uri="obs://b/o"),),
    "renditions": (),
    "error": JobFault("1", "bad"),
    "request_id": "r2",
    "raw": {"a": 1},
    "told_later": True,
    "proven": False,
    "among": 2,
    "jobs": (JobSnapshot("huawei.mpc.editing", {"job_id": "1"}, JobState.RUNNING, "PROCESSING"),),
}
"""Of each field a value that the snapshot below does not have."""


@pytest.mark.parametrize("name", [field.name for field in fields(JobSnapshot)])
def test_what_another_look_tells(name: str) -> None:
    """Whatever differs is news, but for the record around it and the answer's own id."""
    seen = JobSnapshot("huawei.mpc.editing", {"job_id": "1"}, JobState.RUNNING, "PROCESSING")
    again = replace(seen, **{name: OTHER[name]})

    assert again.says_as_much_as(seen) == (name in {"request_id", "raw"})
    assert seen.says_as_much_as(again) == (name in {"request_id", "raw"})


def test_reports_add_up() -> None:
    """Each count on its own."""
    assert WaitReport(1, 2, 3, 4).plus(WaitReport(10, 20, 30, 40)) == WaitReport(11, 22, 33, 44)


def test_the_result_shares_nothing_with_the_snapshot() -> None:
    """Changing a result leaves the snapshot as it was."""
    snapshot = JobSnapshot("k", {"a": "1"}, JobState.RUNNING, "R", raw={"deep": [1]})
    result = snapshot.to_result()
    result["ids"]["a"] = result["raw"]["deep"] = "changed"
    assert (snapshot.ids, snapshot.raw) == ({"a": "1"}, {"deep": [1]})


def test_repr_leaves_the_raw_record_out() -> None:
    """A log line is no place for it."""
    assert "SECRET" not in repr(JobSnapshot("k", {}, JobState.RUNNING, "R", raw={"UserData": "SECRET"}))


# --- several records --------------------------------------------------------------------------------------------

P, R, S, A = JobState.PENDING, JobState.RUNNING, JobState.SUCCEEDED, JobState.PARTIAL
F, C, U = JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([P], P),
        ([R], R),
        ([S], S),
        ([A], A),
        ([F], F),
        ([C], C),
        ([U], U),
        ([S, S], S),
        ([P, P], P),
        ([F, F], F),
        ([C, C], C),
        ([P, S], R),
        ([P, A], R),
        ([R, S], R),
        ([P, R], R),
        ([C, R], R),
        ([F, P], R),
        ([A, R], R),
        ([A, S], A),
        ([F, S], A),
        ([C, S], A),
        ([F, A], A),
        ([C, A], A),
        ([F, C, S], A),
        ([F, C], F),
        ([U, S], U),
        ([U, R], U),
        ([U, P], U),
        ([F, U], U),
        ([C, U], U),
        ([U, F, S], U),
        ([], U),
    ],
)
def test_combined_state(states: list[JobState], expected: JobState) -> None:
    """Ended only when all have, succeeded only when all did; no job at all proves nothing."""
    for order in set(permutations(states)):
        assert combined(REF, [snap(state) for state in order], None).state is expected
        assert together(iter(order)) is expected


@given(st.lists(st.sampled_from(JobState), max_size=6))
def test_combined_succeeds_only_when_all_did(states: list[JobState]) -> None:
    """Whatever the rest."""
    done = combined(REF, [snap(state) for state in states], None).state is S
    assert done == (len(states) > 0 and set(states) == {S})


@given(st.lists(st.sampled_from(JobState), max_size=6))
def test_combined_has_ended_only_when_all_have(states: list[JobState]) -> None:
    """However the others ended."""
    assert together(states).ended == (len(states) > 0 and all(state.ended for state in states))


def test_combined_carries_the_jobs() -> None:
    """Ids of the reference, each of the vendor's words once, the request id, the jobs in their order."""
    jobs = [snap(S, "a"), snap(R, "b"), snap(S, "c")]
    both = combined(REF, jobs, "r1")
    assert (both.kind, both.ids, both.raw_state, both.request_id) == (
        "alibaba.live.editing",
        {"caster_id": "c1"},
        "SUCCEEDED,RUNNING",
        "r1",
    )
    assert both.jobs == tuple(jobs)


@given(st.lists(st.sampled_from(JobState), min_size=1, max_size=6))
def test_least_final_opens_last(states: list[JobState]) -> None:
    """Of records that claim to be one job: unknown, pending, running, then the bad ends, success last."""
    order = [U, P, R, F, C, A, S]
    found = least_final(snap(state) for state in states)
    assert found.state is next(state for state in order if state in states)
