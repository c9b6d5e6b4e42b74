"""References, snapshots, and the one result schema."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.job import (
    JobFault,
    JobRef,
    JobSnapshot,
    JobState,
    Output,
    WaitReport,
    cap_raw,
    combined,
    least_final,
)

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
        "error": None,
        "request_id": None,
        "wait": {"looks": 0, "calls": 0, "throttled": 0, "retried": 0, "queued_s": None, "ran_s": None},
        "raw": {},
    }


def test_the_error_of_a_result() -> None:
    """The vendor's code and message."""
    failed = JobSnapshot("k", {}, JobState.FAILED, "FAILED", error=JobFault("E1", None))
    assert failed.to_result()["error"] == {"code": "E1", "message": None}


def test_several_jobs_are_a_list_of_results() -> None:
    """``schema``, ``state``, ``jobs``; each job as if it had been waited for alone."""
    both = combined(REF, [snap(JobState.SUCCEEDED, "a"), snap(JobState.SUCCEEDED, "b")], "r1")
    wait = WaitReport(looks=2)
    assert both.to_result(wait) == {
        "schema": 1,
        "state": "succeeded",
        "jobs": [snap(JobState.SUCCEEDED, "a").to_result(wait), snap(JobState.SUCCEEDED, "b").to_result(wait)],
    }


def test_the_result_shares_nothing_with_the_snapshot() -> None:
    """Changing a result leaves the snapshot as it was."""
    snapshot = JobSnapshot("k", {"a": "1"}, JobState.RUNNING, "R", raw={"deep": [1]})
    result = snapshot.to_result()
    result["ids"]["a"] = result["raw"]["deep"] = "changed"
    assert (snapshot.ids, snapshot.raw) == ({"a": "1"}, {"deep": [1]})


def test_repr_leaves_the_raw_record_out() -> None:
    """A log line is no place for it."""
    assert "SECRET" not in repr(JobSnapshot("k", {}, JobState.RUNNING, "R", raw={"UserData": "SECRET"}))


# --- the cap ----------------------------------------------------------------------------------------------------


def test_a_record_of_exactly_16_kib_is_whole() -> None:
    """16,384 bytes of JSON pass, one more does not."""
    fits = {"a": "x" * (16_384 - len('{"a": ""}'))}
    assert cap_raw(fits) == fits
    over = cap_raw({"a": fits["a"] + "x"})
    assert (over["truncated"], over["size_bytes"], len(over["text"])) == (True, 16_385, 16_384)
    assert set(over) == {"truncated", "size_bytes", "text"}


@pytest.mark.parametrize(("char", "size"), [("é", 2), ("剪", 3), ("🎬", 4)])
def test_bytes_are_counted_and_no_character_is_cut(char: str, size: int) -> None:
    """Multi-byte text: the cut falls between two characters."""
    capped = cap_raw({"a": char * 16_384})
    assert capped["size_bytes"] == 16_384 * size + 9
    kept = len(capped["text"].encode())
    assert 16_384 - size < kept <= 16_384
    assert set(capped["text"][7:]) == {char}


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=9000), max_size=4))
def test_the_cap_holds_for_any_text(raw: dict[str, str]) -> None:
    """Whole, or marked and at most 16 KiB; plain JSON either way."""
    capped = cap_raw(raw)
    json.dumps(capped).encode()
    assert capped == raw or len(capped["text"].encode()) <= 16_384
    assert cap_raw(capped) == capped


@pytest.mark.parametrize(
    "raw",
    [
        {"truncated": True, "size_bytes": 16_385, "text": "x" * 16_385},
        {"truncated": True, "size_bytes": 16_384, "text": "\n" * 16_384},
        {"truncated": True, "size_bytes": 16_385, "text": "\n" * 16_384, "more": 1},
        {"truncated": 1, "size_bytes": 16_385, "text": "\n" * 16_384},
    ],
    ids=["too long", "too small to be cut", "another key", "no mark"],
)
def test_a_record_that_looks_as_if_it_had_been_cut(raw: dict[str, Any]) -> None:
    """It is cut like any other."""
    assert cap_raw(raw)["size_bytes"] > 16_385


# --- several records --------------------------------------------------------------------------------------------

P, R, S, A = JobState.PENDING, JobState.RUNNING, JobState.SUCCEEDED, JobState.PARTIAL
F, C, U = JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([S], S),
        ([S, S], S),
        ([P, P], P),
        ([P, S], R),
        ([P, A], R),
        ([R, S], R),
        ([P, R], R),
        ([A, S], A),
        ([U, S], U),
        ([U, R], U),
        ([U, P], U),
        ([C, S], C),
        ([C, R], C),
        ([F, S], F),
        ([F, P], F),
        ([F, U], F),
        ([F, C], F),
        ([C, U], C),
        ([], U),
    ],
)
def test_combined_state(states: list[JobState], expected: JobState) -> None:
    """A failure decides at once, success only when all have it; no job at all proves nothing."""
    for order in set(permutations(states)):
        assert combined(REF, [snap(state) for state in order], None).state is expected


@given(st.lists(st.sampled_from(JobState), max_size=6))
def test_combined_succeeds_only_when_all_did(states: list[JobState]) -> None:
    """Whatever the rest."""
    done = combined(REF, [snap(state) for state in states], None).state is S
    assert done == (len(states) > 0 and set(states) == {S})


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
