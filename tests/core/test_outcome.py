"""The one place that decides: every state, policy, absence and trouble, and what can never happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.job import JobFault, JobRef, JobSnapshot, JobState, combined
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.outcome import (
    Asked,
    Done,
    Fail,
    Seen,
    Skip,
    TimedOut,
    Verdict,
    Wait,
    decide,
    describe,
    story,
)

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
REF = JobRef("huawei.vod.editing", (("task_id", "123"),))
STUDIO = JobRef("alibaba.live.editing", (("caster_id", "c1"),))
ASKED = Asked(REF, deadline=START + timedelta(hours=1), timeout=3600)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def snap(state: JobState, raw: str = "WORD", **more: Any) -> JobSnapshot:
    return JobSnapshot(REF.kind, dict(REF.ids), state, raw, **more)


def verdict(answer: Answer | None, at: float = 60, **asked: Any) -> Verdict:
    """Of one look, so many seconds after the start."""
    now = after(at)
    return decide(replace(ASKED, **asked), Seen(absent_since=START).after(answer, now), now)


P, R, S, A = JobState.PENDING, JobState.RUNNING, JobState.SUCCEEDED, JobState.PARTIAL
F, C, U = JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN

NOT_FOUND = e.JobNotFound("VOD.10062", "no such task", request_id="r1")


# --- states -----------------------------------------------------------------------------------------------------


def test_a_success_opens() -> None:
    """With the snapshot that saw it."""
    done = snap(S)
    assert verdict(done) == Done(done)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (P, "pending (the vendor says 'WORD', 42 %)"),
        (R, "running (the vendor says 'WORD', 42 %)"),
        (U, "unknown (the vendor says 'WORD', 42 %)"),
    ],
)
def test_what_has_not_ended_waits(state: JobState, reason: str) -> None:
    """Pending, running, and a word nobody documents; a hundred percent changes nothing."""
    assert verdict(snap(state, progress=42)) == Wait(reason)
    assert isinstance(verdict(snap(state, progress=100)), Wait)


@pytest.mark.parametrize("on_partial", ["fail", "accept", "skip"])
@pytest.mark.parametrize(("state", "error"), [(F, e.JobFailed), (C, e.JobCancelled)])
def test_a_bad_end_fails(state: JobState, error: type[e.JobEnded], on_partial: str) -> None:
    """Whatever is accepted of partial ends; the error carries the snapshot."""
    ended = snap(state)
    found = verdict(ended, on_partial=on_partial)
    assert isinstance(found, Fail)
    assert type(found.error) is error
    assert isinstance(found.error, e.JobEnded)
    assert found.error.snapshot is ended


@pytest.mark.parametrize(("on_partial", "expected"), [("fail", Fail), ("accept", Done), ("skip", Skip)])
def test_a_partial_end_is_the_authors_choice(on_partial: str, expected: type) -> None:
    """Fail unless the author said otherwise."""
    found = verdict(snap(A), on_partial=on_partial)
    assert type(found) is expected
    if isinstance(found, Fail):
        assert type(found.error) is e.JobPartiallySucceeded
    if isinstance(found, Skip):
        assert found.reason == "huawei.vod.editing task_id=123 ended as partial (the vendor says 'WORD')"


def test_a_partial_end_fails_by_default() -> None:
    """``on_partial`` need not be named for that."""
    assert isinstance(verdict(snap(A)), Fail)


@pytest.mark.parametrize("state", list(JobState))
def test_an_end_counts_after_the_deadline_too(state: JobState) -> None:
    """The last look is made at the deadline; what it sees decides, and only waiting times out."""
    found = verdict(snap(state), at=7200)
    assert isinstance(found, TimedOut) == (state in {P, R, U})
    assert not isinstance(found, Wait)


# --- the deadline -----------------------------------------------------------------------------------------------


def test_the_deadline_is_exact() -> None:
    """One microsecond before it waits, at it is over."""
    assert isinstance(verdict(snap(R), at=3599.999999), Wait)
    assert verdict(snap(R), at=3600) == TimedOut(
        "huawei.vod.editing task_id=123: still waiting after 3600 s; at the last look: running (the vendor says 'WORD')"
    )


# --- trouble ----------------------------------------------------------------------------------------------------

RETRYABLE = [
    e.TransportError("reset"),
    e.UnreadableResponse(502, "<html>"),
    e.Throttled("Throttling.User"),
    e.ServerFault("InternalError"),
    e.StaleRequest("SignatureNonceUsed"),
]
FINAL = [
    e.AuthError("SignatureDoesNotMatch"),
    e.CredentialsExpired("InvalidSecurityToken.Expired"),
    e.PermissionDenied("Forbidden.RAM"),
    e.RequestRejected("InvalidParameter"),
    e.ApiError("Whatever"),
    e.ParameterError("wrong"),
    e.ConfigError("no region"),
]


@pytest.mark.parametrize("error", RETRYABLE, ids=lambda error: type(error).__name__)
def test_retryable_trouble_waits_until_the_deadline(error: e.MediaJobsError) -> None:
    """However long it lasts, longer than the grace for invisible jobs too; then it is a time-out, not a failure."""
    for at in (0, 600, 601, 3599):
        assert verdict(error, at=at, not_found_grace=0) == Wait(f"no news: {error}")
    assert isinstance(verdict(error, at=3600), TimedOut)


@pytest.mark.parametrize("error", FINAL, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("at", [0, 9999])
def test_final_trouble_ends_at_once(error: e.MediaJobsError, at: float) -> None:
    """The same error, unchanged."""
    found = verdict(error, at=at)
    assert isinstance(found, Fail)
    assert found.error is error


# --- absence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [None, NOT_FOUND], ids=["not listed", "not found"])
def test_a_job_may_be_invisible_for_ten_minutes(answer: Answer | None) -> None:
    """From the first look; then it is ``JobNotFound``."""
    assert verdict(answer, at=599.9) == Wait("not visible (yet); 600 s are allowed for that")
    found = verdict(answer, at=600)
    assert isinstance(found, Fail)
    assert type(found.error) is e.JobNotFound


def test_the_message_of_an_absence() -> None:
    """What was looked for, for how long, what the vendor says, what to check."""
    silent, told = verdict(None, at=600), verdict(NOT_FOUND, at=601)
    assert isinstance(silent, Fail)
    assert isinstance(told, Fail)
    assert isinstance(told.error, e.JobNotFound)
    assert str(silent.error) == (
        "NotFound: huawei.vod.editing task_id=123: not visible for 600 s (not_found_grace is 600 s); "
        "check the ids, the region and the project of the connection"
    )
    assert (told.error.code, told.error.request_id) == ("VOD.10062", "r1")
    assert told.error.message == (
        "huawei.vod.editing task_id=123: not visible for 601 s (not_found_grace is 600 s); "
        "the vendor says VOD.10062: no such task (request id r1); "
        "check the ids, the region and the project of the connection"
    )


def test_without_grace_absence_fails_at_once() -> None:
    """``not_found_grace=0``."""
    assert isinstance(verdict(None, at=0, not_found_grace=0), Fail)


def test_the_grace_starts_anew_when_the_job_was_seen() -> None:
    """A job seen at minute nine and missed from minute twelve may vanish until minute twenty-two."""
    seen = Seen().after(None, START).after(snap(R), after(540)).after(None, after(720)).after(None, after(780))
    assert seen == Seen(absent_since=after(720))
    assert isinstance(decide(ASKED, seen, after(1319)), Wait)
    assert isinstance(decide(ASKED, seen, after(1320)), Fail)


@pytest.mark.parametrize("trouble", RETRYABLE)
def test_an_outage_uses_up_no_grace(trouble: Answer) -> None:
    """Half an hour without news, then one look that does not show the job: the grace begins there."""
    seen = Seen().after(trouble, START).after(trouble, after(1800)).after(None, after(1860))
    assert seen == Seen(absent_since=after(1860))
    assert isinstance(decide(ASKED, seen, after(1860)), Wait)


@pytest.mark.parametrize("trouble", RETRYABLE)
def test_an_outage_is_no_sighting(trouble: Answer) -> None:
    """Nor does trouble between two absences begin the grace anew."""
    seen = Seen().after(NOT_FOUND, START).after(trouble, after(300)).after(None, after(600))
    assert isinstance(decide(ASKED, seen, after(600)), Fail)


def test_an_absence_within_the_grace_times_out() -> None:
    """Where the deadline comes first it is a time-out."""
    found = verdict(None, at=60, deadline=after(30), timeout=30)
    assert found == TimedOut(
        "huawei.vod.editing task_id=123: still waiting after 30 s; at the last look: "
        "not visible (yet); 600 s are allowed for that"
    )


# --- episodes ---------------------------------------------------------------------------------------------------


def studio(*states: JobState) -> JobSnapshot:
    jobs = [JobSnapshot(STUDIO.kind, {"show_id": f"s{n}"}, state, str(state)) for n, state in enumerate(states)]
    return combined(STUDIO, jobs, None)


@pytest.mark.parametrize(
    ("states", "episodes", "expected"),
    [
        ([S], 1, Done),
        ([S], 2, Wait),
        ([S, S], 2, Done),
        ([S, S, S], 2, Done),
        ([S, R], 2, Wait),
        ([S, R], 1, Wait),
        ([S, U], 1, Wait),
        ([F], 2, Fail),
        ([S, F], 3, Fail),
        ([C, S], 2, Fail),
    ],
)
def test_episodes(states: list[JobState], episodes: int, expected: type) -> None:
    """All that are listed must have succeeded, and enough must be listed; a failure need not wait for the rest."""
    assert type(verdict(studio(*states), ref=STUDIO, episodes=episodes)) is expected


def test_the_reason_for_missing_episodes() -> None:
    """How many are there."""
    found = verdict(studio(S), ref=STUDIO, episodes=3)
    assert found == Wait("1 of 3 episodes are there, all of them succeeded")


def test_an_accepted_partial_end_needs_its_episodes_too() -> None:
    """``accept`` does not open before all are listed."""
    assert isinstance(verdict(studio(A), ref=STUDIO, episodes=2, on_partial="accept"), Wait)


# --- words ------------------------------------------------------------------------------------------------------


def test_describe() -> None:
    """Our word, the vendor's, progress where there is one."""
    assert describe(snap(R, "PROCESSING")) == "running (the vendor says 'PROCESSING')"
    assert describe(snap(R, "PROCESSING", progress=0)) == "running (the vendor says 'PROCESSING', 0 %)"


def test_the_whole_story() -> None:
    """Ids that were found, code and message, time, request id."""
    ref = JobRef("alibaba.vod.transcode", (("video_id", "v1"),))
    ended = JobSnapshot(
        ref.kind,
        {"video_id": "v1", "transcode_task_id": "t1"},
        F,
        "CompleteAllFail",
        finished_at=START,
        error=JobFault("E1", "broken"),
        request_id="r1",
    )
    assert story(ref, ended) == (
        "alibaba.vod.transcode video_id=v1 ended as failed (the vendor says 'CompleteAllFail'); "
        "found transcode_task_id=t1; E1: broken; finished at 2026-09-01T12:00:00+00:00; request id r1"
    )


def test_the_story_of_several_names_the_bad_ones() -> None:
    """Only those that ended badly."""
    assert story(STUDIO, studio(S, F, R)) == (
        "alibaba.live.editing caster_id=c1 ended as failed (the vendor says 'succeeded,failed,running'); "
        "{'show_id': 's1'}: failed (the vendor says 'failed')"
    )


# --- any history ------------------------------------------------------------------------------------------------

SNAPSHOTS = st.builds(
    lambda state, progress: snap(state, progress=progress), st.sampled_from(JobState), st.none() | st.integers(0, 100)
)
ANSWERS = st.none() | SNAPSHOTS | st.just(NOT_FOUND) | st.sampled_from(RETRYABLE) | st.sampled_from(FINAL)
HISTORIES = st.lists(st.tuples(ANSWERS, st.integers(0, 900)), min_size=1, max_size=20)


def replay(asked: Asked, history: list[tuple[Answer | None, int]]) -> list[tuple[Answer | None, datetime, Verdict]]:
    """Look after look, until it is over or the history ends."""
    seen, now, told = Seen(), START, []
    for answer, pause in history:
        seen = seen.after(answer, now)
        told.append((answer, now, decide(asked, seen, now)))
        if not isinstance(told[-1][2], Wait):
            break
        now += timedelta(seconds=pause)
    return told


@given(HISTORIES)
def test_by_default_only_a_success_opens(history: list[tuple[Answer | None, int]]) -> None:
    """Whatever came before: done means that this look saw a documented success, and a success is always done."""
    for answer, _now, found in replay(ASKED, history):
        success = isinstance(answer, JobSnapshot) and answer.state is S
        assert isinstance(found, Done) == success
        assert not isinstance(found, Skip)


@given(HISTORIES, st.sampled_from(["fail", "accept", "skip"]), st.none() | st.integers(1, 3))
def test_it_is_over_at_the_deadline(
    history: list[tuple[Answer | None, int]], on_partial: str, episodes: int | None
) -> None:
    """With any policy nothing waits past it, and nothing times out before it."""
    for _answer, now, found in replay(replace(ASKED, on_partial=on_partial, episodes=episodes), history):
        assert not (isinstance(found, Wait) and now >= ASKED.deadline)
        assert not (isinstance(found, TimedOut) and now < ASKED.deadline)


@given(HISTORIES)
def test_a_wait_fails_only_for_a_reason(history: list[tuple[Answer | None, int]]) -> None:
    """A bad end, an error that is final, or a job invisible for the whole grace; never a blip."""
    visible = START
    for answer, now, found in replay(ASKED, history):
        if isinstance(answer, JobSnapshot):
            visible = now
        if isinstance(found, Fail):
            ended = isinstance(answer, JobSnapshot) and answer.state in {F, C, A}
            absent = (answer is None or answer is NOT_FOUND) and now - visible >= timedelta(seconds=600)
            assert ended or absent or answer in FINAL
