# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the decision on several jobs: lists, and studios with all their episodes.

Covers ``core.outcome``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.decision import Decision, Done, Fail, Skip, TimedOut, Wait
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState, combined
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import WaitSpec, gathered
from airflow_provider_mediajobs.vendors import kind

from .outcomes import NOT_FOUND, SPEC, START, A, C, F, P, R, S, U, after, snap

VOD = kind("huawei.vod.editing")
CONSOLE = "; console: https://console.huaweicloud.com/vod"
NO_NEWS = e.TransportError("reset")
NONE = "not looked at yet"


def ref(number: int) -> JobRef:
    return JobRef(VOD.name, (("task_id", str(number)),))


def asked_for(jobs: int, **policy: Any) -> WaitSpec:
    return replace(SPEC, refs=tuple(map(ref, range(jobs))), many=True, policy=Policy(**policy))


def answers(*given: Any) -> dict[JobRef, Answer | None]:
    """One a job: a state, an answer, or nothing at all."""
    found = {ref(number): answer for number, answer in enumerate(given) if answer is not NONE}
    return {at: snap(answer, ref=at) if isinstance(answer, JobState) else answer for at, answer in found.items()}


def decision(given: Sequence[Any], at: float = 60, **policy: Any) -> Decision:
    spec = asked_for(len(given), **policy)
    return decide(spec, spec.after(spec.start(), answers(*given), after(at)), after(at))


# --- how many ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wait_for", "states", "expected"),
    [
        ("all", [S, S, S], Done),
        ("all", [S, S, R], Wait),
        ("all", [S, S, U], Wait),
        ("all", [S, S, NONE], Wait),
        ("all", [S, S, None], Wait),
        ("all", [S, S, NO_NEWS], Wait),
        ("all", [S, F, R], Fail),
        ("all", [S, C, P], Fail),
        ("all", [S, A, R], Fail),
        ("any", [R, S, P], Done),
        ("any", [F, S, F], Done),
        ("any", [S, S, R], Done),
        (2, [S, S, S], Done),
        ("any", [F, F, R], Wait),
        ("any", [F, R, R], Wait),
        ("any", [F, C, A], Fail),
        ("any", [NONE, NONE, NONE], Wait),
        (2, [S, F, S], Done),
        (2, [S, R, F], Wait),
        (2, [S, F, F], Fail),
        (2, [R, F, F], Fail),
        (3, [S, S, S], Done),
        (3, [S, S, F], Fail),
    ],
)
def test_how_many_must_succeed(wait_for: Any, states: list[Any], expected: type) -> None:
    """All, any, or a number; the wait fails as soon as so many cannot succeed any more."""
    assert type(decision(states, wait_for=wait_for)) is expected


@pytest.mark.parametrize(
    ("wait_for", "states", "expected"),
    [
        ("all", [F, F, R], Wait),
        ("all", [F, S, NO_NEWS], Wait),
        ("all", [F, S, S], Fail),
        ("any", [F, F, P], Wait),
        ("any", [F, F, F], Fail),
        (2, [F, F, R], Wait),
        (2, [F, F, S], Fail),
        (2, [S, S, R], Done),
    ],
)
def test_without_failing_fast(wait_for: Any, states: list[Any], expected: type) -> None:
    """Every job has ended before the wait fails; enough successes still open at once."""
    assert type(decision(states, wait_for=wait_for, fail_fast=False)) is expected


def test_fail_fast_and_all_are_the_default() -> None:
    """Nothing need be named for that."""
    assert isinstance(decision([S, F, R]), Fail)
    assert isinstance(decision([S, S, R]), Wait)


@pytest.mark.parametrize(
    ("until", "states", "expected"),
    [
        ("finished", [F, C, S], Done),
        ("finished", [F, C, R], Wait),
        ("running", [R, S, A], Done),
        ("running", [R, P, S], Wait),
        ("running", [R, F, S], Fail),
    ],
)
def test_until(until: str, states: list[Any], expected: type) -> None:
    """What opens the gate for one job counts for each of several."""
    assert type(decision(states, until=until)) is expected


def test_a_job_that_has_got_there_stays_there() -> None:
    """Later looks are for the others: what it comes to after that is not asked for."""
    spec = asked_for(2, until="running")
    history = spec.after(spec.start(), answers(R, P), after(0))
    assert spec.open_refs(history) == [ref(1)]
    history = spec.after(history, answers(F, R), after(60))
    found = decide(spec, history, after(60))
    assert isinstance(found, Done)
    assert [job.state for job in found.snapshot.jobs] == [R, R]


# --- what comes back --------------------------------------------------------------------------------------------


def test_the_result_of_several() -> None:
    """In the order asked for, each as it was seen last; what was not seen is unknown."""
    found = decision([S, R, None, NONE, NO_NEWS, F], wait_for="any")
    assert isinstance(found, Done)
    assert [(job.ids["task_id"], job.state, job.raw_state) for job in found.snapshot.jobs] == [
        ("0", S, "WORD"),
        ("1", R, "WORD"),
        ("2", U, ""),
        ("3", U, ""),
        ("4", U, ""),
        ("5", F, "WORD"),
    ]
    result = found.snapshot.to_result()
    assert (sorted(result), result["schema"], result["state"]) == (["jobs", "schema", "state"], 1, "unknown")


def test_the_record_of_a_job_that_goes_on() -> None:
    """It is kept nowhere, so that every mode returns the same."""
    spec = asked_for(2, wait_for="any")
    told = {ref(0): snap(S, ref=ref(0), raw={"a": 1}), ref(1): snap(R, ref=ref(1), raw={"a": 1})}
    jobs = gathered(spec, spec.after(spec.start(), told, START)).jobs
    assert [dict(job.raw) for job in jobs] == [{"a": 1}, {}]


def test_another_run_is_in_no_result() -> None:
    """Last week's outputs beside today's would be published with them."""
    kind_ = kind("alibaba.vod.transcode")
    refs = tuple(JobRef(kind_.name, (("video_id", name),)) for name in "ab")
    spec = WaitSpec(refs, kind_, Policy(wait_for="any"), SPEC.deadline, 3600, many=True, created_after=START)
    told = {refs[0]: snap(S, ref=refs[0], created_at=after(1)), refs[1]: snap(S, ref=refs[1], created_at=after(-1))}
    found = decide(spec, spec.after(spec.start(), told, after(60)), after(60))
    assert isinstance(found, Done)
    assert [(job.state, job.created_at) for job in found.snapshot.jobs] == [(S, after(1)), (U, None)]


@pytest.mark.parametrize("count", [1, 2])
def test_a_list_of_one_is_a_list(count: int) -> None:
    """The form of the result does not depend on how many there happen to be."""
    found = decision([S] * count)
    assert isinstance(found, Done)
    assert len(found.snapshot.to_result()["jobs"]) == count


# --- failures ---------------------------------------------------------------------------------------------------


def test_the_message_of_several() -> None:
    """How many came to what, then each bad end in full, then what to do."""
    found = decision([S, F, R, C], fail_fast=True)
    assert isinstance(found, Fail)
    assert found.reason == (
        "huawei.vod.editing, 4 jobs: 1 succeeded, 1 failed, 1 running, 1 cancelled: "
        "huawei.vod.editing task_id=1 ended as failed (the vendor says 'WORD'); "
        "huawei.vod.editing task_id=3 ended as cancelled (the vendor says 'WORD'); "
        "repair the source or the settings, submit the job again, then clear this task" + CONSOLE
    )
    assert isinstance(found.error, e.JobFailed)
    assert str(found.error) == found.reason.partition("; repair")[0]
    assert found.error.snapshot is found.snapshot
    assert [job.state for job in found.snapshot.jobs] == [S, F, R, C]  # type: ignore[union-attr]


def test_a_long_message_is_cut() -> None:
    """Ten ends in full can still be read."""
    found = decision([F] * 500)
    assert isinstance(found, Fail)
    assert found.reason.startswith("huawei.vod.editing, 500 jobs: 500 failed: huawei.vod.editing task_id=0 ended as")
    assert "task_id=9 ended" in found.reason
    assert "task_id=10 ended" not in found.reason
    assert "; and 490 more; repair" in found.reason
    assert len(decision([F] * 10).reason) < len(found.reason)  # type: ignore[union-attr]
    assert "more; " not in decision([F] * 10).reason  # type: ignore[union-attr]


REJECTED = e.RequestRejected("VOD.10053", "illegal")


@pytest.mark.parametrize(
    ("worse", "better"),
    [(F, C), (C, A), (A, NOT_FOUND), (NOT_FOUND, REJECTED), (F, REJECTED)],
    ids=lambda end: str(end).partition(":")[0],
)
def test_the_worst_end_gives_its_name(worse: Any, better: Any) -> None:
    """Wherever it stands in the list."""
    expected = {F: e.JobFailed, C: e.JobCancelled, A: e.JobPartiallySucceeded, NOT_FOUND: e.JobNotFound}[worse]
    for ends in ([worse, better], [better, worse]):
        found = decision(ends, not_found_grace=0, fail_fast=False)
        assert isinstance(found, Fail)
        assert type(found.error) is expected


@pytest.mark.parametrize(
    ("end", "word"),
    [
        (F, "failed"),
        (C, "cancelled"),
        (A, "partial"),
        (NOT_FOUND, "not found"),
        (None, "not found"),
        (REJECTED, "rejected"),
    ],
    ids=str,
)
def test_bad_ends_in_a_word(end: Any, word: str) -> None:
    """For the summary."""
    found = decision([end, R], not_found_grace=0)
    assert isinstance(found, Fail)
    assert found.reason.startswith(f"huawei.vod.editing, 2 jobs: 1 {word}, 1 running: ")


def test_one_bad_id_does_not_speak_for_the_others() -> None:
    """It is an end of this job only."""
    assert isinstance(decision([REJECTED, S], wait_for="any"), Done)
    assert isinstance(decision([NOT_FOUND, R], wait_for="any", not_found_grace=0), Wait)


@pytest.mark.parametrize(
    "error", [e.AuthError("x"), e.CredentialsExpired("x"), e.PermissionDenied("x"), e.ConfigError("x"), e.ApiError("x")]
)
def test_what_is_wrong_with_the_asking_is_wrong_for_all(error: e.MediaJobsError) -> None:
    """Even where enough others would do: asking on would lock the key."""
    found = decision([S, error, R], wait_for="any", fail_fast=False)
    assert isinstance(found, Fail)
    assert found.error is error
    assert [job.state for job in found.snapshot.jobs] == [S, U, R]  # type: ignore[union-attr]


def test_skips() -> None:
    """A list whose bad ends are all such as the author skips is skipped; one real failure among them fails."""
    found = decision([S, A], on_partial="skip")
    assert found == Skip(
        "huawei.vod.editing, 2 jobs: 1 succeeded, 1 partial: huawei.vod.editing task_id=1 ended as partial (the vendor "
        "says 'WORD')",
        found.snapshot,  # type: ignore[union-attr]
    )
    assert isinstance(decision([A, F], on_partial="skip", fail_fast=False), Fail)


def test_a_skip_ends_nothing_early() -> None:
    """One of those that go on may still fail, which a skip would hide."""
    assert isinstance(decision([A, R], on_partial="skip"), Wait)
    assert isinstance(decision([A, F, R], on_partial="skip"), Fail)


def test_why_a_job_is_not_known() -> None:
    """The vendor's own words, in the job's place."""
    found = decision([S, REJECTED, NOT_FOUND], wait_for=2, not_found_grace=0)
    assert isinstance(found, Fail)
    jobs = found.snapshot.to_result()["jobs"]  # type: ignore[union-attr]
    assert [job["error"] for job in jobs] == [
        None,
        {"code": "VOD.10053", "message": "illegal"},
        {"code": "VOD.10062", "message": "no such task"},
    ]


# --- limits -----------------------------------------------------------------------------------------------------


def test_every_job_has_its_own_limits() -> None:
    """Measured to its own newest look: that of another job tells nothing of it."""
    spec = asked_for(3, queue_timeout=100)
    history = spec.after(spec.start(), answers(P, P, NONE), after(0))
    history = spec.after(history, answers(NONE, P, P), after(100))
    found = decide(spec, history, after(100))
    assert isinstance(found, Fail)
    assert type(found.error) is e.QueueTimedOut
    assert found.overdue == (ref(1),)
    assert found.reason.startswith("huawei.vod.editing, 3 jobs: 2 pending, 1 not started in time: ")


def test_overdue_among_worse_ends() -> None:
    """They are told apart, to be cancelled, whatever names the whole."""
    spec = asked_for(3, queue_timeout=100, stall_timeout=100, fail_fast=False)
    history = spec.after(spec.start(), answers(P, R, F), after(0))
    found = decide(spec, spec.after(history, answers(P, R), after(100)), after(100))
    assert isinstance(found, Fail)
    assert (type(found.error), found.overdue) == (e.JobFailed, (ref(0),))
    assert "1 not started in time, 1 stalled, 1 failed: " in found.reason


def test_the_deadline_of_several() -> None:
    """What is not over is named, as it was last shown."""
    spec = asked_for(4)
    history = spec.after(spec.start(), answers(S, R, R, NONE), after(60))
    history = spec.after(history, answers(NONE, NO_NEWS, R), after(3600))
    found = decide(spec, history, after(3600))
    assert isinstance(found, TimedOut)
    assert found.reason == (
        "huawei.vod.editing, 4 jobs: still waiting after 3600 s; at the last look: 1 succeeded, 1 without news, 1 "
        "running, 1 not asked yet; no news: reset; as seen last: "
        "huawei.vod.editing task_id=1: running (the vendor says 'WORD'); "
        "huawei.vod.editing task_id=2: running (the vendor says 'WORD'); huawei.vod.editing task_id=3: not seen; "
        "raise timeout, or look what keeps the job" + CONSOLE
    )
    assert found.unfinished == ((ref(1), None), (ref(2), R), (ref(3), None))
    assert [job.state for job in found.snapshot.jobs] == [S, U, R, U]  # type: ignore[union-attr]


def test_the_reason_of_several() -> None:
    """A tally, and how many are needed where that is not all; each change of it is news."""
    assert decision([S, R, R, None]) == Wait(
        "1 succeeded, 2 running, 1 not visible", "1 succeeded, 2 running, 1 not visible"
    )
    assert decision([S, R, P], wait_for=2) == Wait(
        "1 succeeded, 1 running, 1 pending; 2 of 3 are needed", "1 succeeded, 1 running, 1 pending"
    )


# --- studios ----------------------------------------------------------------------------------------------------

LIVE = kind("alibaba.live.editing")
STUDIO = JobRef(LIVE.name, (("caster_id", "c1"),))


def whole(*states: JobState) -> JobSnapshot:
    jobs = [
        JobSnapshot(LIVE.name, {"caster_id": "c1", "show_id": f"s{n}"}, state, str(state))
        for n, state in enumerate(states)
    ]
    return combined(STUDIO, jobs, None)


def studio(states: Sequence[JobState], **policy: Any) -> Decision:
    spec = WaitSpec((STUDIO,), LIVE, Policy(**policy), SPEC.deadline, 3600)
    return decide(spec, spec.after(spec.start(), {STUDIO: whole(*states)}, after(60)), after(60))


@pytest.mark.parametrize(
    ("states", "policy", "expected"),
    [
        ([S], {"episodes": 1}, Done),
        ([S], {"episodes": 2}, Wait),
        ([S, S], {"episodes": 2}, Done),
        ([S, S, S], {"episodes": 2}, Done),
        ([S, S, R], {"episodes": 2}, Wait),
        ([S, R], {"episodes": 2}, Wait),
        ([S, R], {"episodes": 1}, Wait),
        ([S, U], {"episodes": 1}, Wait),
        ([F], {"episodes": 2}, Fail),
        ([S, F], {"episodes": 3}, Fail),
        ([C, S], {"episodes": 2}, Fail),
        ([F, R], {"episodes": 2, "fail_fast": False}, Wait),
        ([F, S], {"episodes": 3, "fail_fast": False}, Wait),
        ([F, S], {"episodes": 2, "fail_fast": False}, Fail),
        ([S, F], {"episodes": 3, "wait_for": "any"}, Done),
        ([F, F], {"episodes": 3, "wait_for": 2}, Fail),
        ([A], {"episodes": 2, "on_partial": "accept"}, Wait),
        ([A, S], {"episodes": 2, "on_partial": "accept"}, Done),
        ([F, S], {"episodes": 2, "until": "finished"}, Done),
        ([F, R], {"episodes": 2, "until": "finished"}, Wait),
        ([R, S], {"episodes": 2, "until": "running"}, Done),
    ],
)
def test_episodes(states: list[JobState], policy: dict[str, Any], expected: type) -> None:
    """All that are listed and all that are still to come count as the jobs of a list do."""
    assert type(studio(states, **policy)) is expected


def test_a_task_of_no_episode() -> None:
    """It cannot be counted: while it runs not all have ended, and once ended it is nothing."""
    spec = WaitSpec((STUDIO,), LIVE, Policy(episodes=1), SPEC.deadline, 3600)
    for state, expected in ((S, Done), (F, Done), (R, Wait)):
        stray = JobSnapshot(LIVE.name, {"caster_id": "c1"}, state, str(state), proven=False)
        told = combined(STUDIO, [*whole(S).jobs, stray], None)
        assert type(decide(spec, spec.after(spec.start(), {STUDIO: told}, START), START)) is expected
        two = replace(spec, policy=Policy(episodes=2))
        assert isinstance(decide(two, two.after(two.start(), {STUDIO: told}, START), START), Wait)


@pytest.mark.parametrize("until", ["succeeded", "finished", "running"])
@pytest.mark.parametrize("episodes", [None, 1])
def test_a_studio_of_no_episodes_is_not_done(episodes: int | None, until: str) -> None:
    """Of nothing at all, "all have succeeded" would hold."""
    spec = WaitSpec((STUDIO,), LIVE, Policy(episodes=episodes, until=until), SPEC.deadline, 3600)
    strays = [JobSnapshot(LIVE.name, {"caster_id": "c1"}, S, "UNFINISHED", proven=False)] * 2
    told = combined(STUDIO, strays, None)
    found = decide(spec, spec.after(spec.start(), {STUDIO: told}, START), START)
    assert found == Wait("1 not listed yet", "1 not listed yet")


def test_a_studio_is_never_settled() -> None:
    """Episodes may be added: it is looked at as long as the wait goes on."""
    spec = WaitSpec((STUDIO,), LIVE, Policy(episodes=2), SPEC.deadline, 3600)
    assert spec.open_refs(spec.after(spec.start(), {STUDIO: whole(S)}, after(60))) == [STUDIO]


def test_the_reason_for_missing_episodes() -> None:
    """How many are not listed yet."""
    assert studio([S], episodes=3) == Wait("1 succeeded, 2 not listed yet", "1 succeeded, 2 not listed yet")


def test_the_message_of_a_studio_names_the_bad_ones() -> None:
    """Only those that ended badly."""
    found = studio([S, F, R], episodes=3)
    assert isinstance(found, Fail)
    assert found.reason == (
        "alibaba.live.editing caster_id=c1: 1 succeeded, 1 failed, 1 running: alibaba.live.editing caster_id=c1 ended "
        "as failed (the vendor says 'failed'); found show_id=s1; repair the source or the settings, submit the job "
        "again, then clear this task; console: https://live.console.aliyun.com"
    )
    assert found.snapshot == whole(S, F, R)


def test_a_studio_has_limits_as_a_whole() -> None:
    """It stands still while no episode moves, and is queued while none has begun."""
    spec = WaitSpec((STUDIO,), LIVE, Policy(episodes=2, queue_timeout=100, stall_timeout=200), SPEC.deadline, 3600)
    history = spec.after(spec.start(), {STUDIO: whole(P, P)}, after(0))
    found = decide(spec, spec.after(history, {STUDIO: whole(P, P)}, after(100)), after(100))
    assert isinstance(found, Fail)
    assert type(found.error) is e.QueueTimedOut
    history = spec.after(spec.start(), {STUDIO: whole(R, P)}, after(0))
    history = spec.after(history, {STUDIO: whole(R, R)}, after(150))
    assert isinstance(decide(spec, spec.after(history, {STUDIO: whole(R, R)}, after(349)), after(349)), Wait)
    found = decide(spec, spec.after(history, {STUDIO: whole(R, R)}, after(350)), after(350))
    assert isinstance(found, Fail)
    assert type(found.error) is e.Stalled
