# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the decision on one job: every state, policy, limit, absence and error.

Covers ``core.decision``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.decision import Decision, Done, Fail, Skip, TimedOut, Wait
from airflow_provider_mediajobs.core.job import JobRef, JobState
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.output import Rendition
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import JobHistory, WaitSpec
from airflow_provider_mediajobs.vendors import kind

from .outcomes import NOT_FOUND, REF, SPEC, START, A, C, F, P, R, S, U, after, snap

VOD = kind("alibaba.vod.transcode")
VIDEO = JobRef(VOD.name, (("video_id", "v"),))
NAMED = JobRef(VOD.name, (("video_id", "v"), ("transcode_task_id", "t")))
RUN = WaitSpec((VIDEO,), VOD, Policy(), SPEC.deadline, 3600, created_after=START)
CONSOLE = "; console: https://console.huaweicloud.com/vod"


def seen(spec: WaitSpec, *looks: tuple[Answer | None, float]) -> tuple[JobHistory]:
    """One job's history: answers, and so many seconds after the start."""
    history = spec.start()
    for answer, at in looks:
        history = spec.after(history, {spec.refs[0]: answer}, after(at))
    return history  # type: ignore[return-value]


def decision(answer: Answer | None, at: float = 60, spec: WaitSpec = SPEC, **policy: Any) -> Decision:
    """Of one look, so many seconds after the start."""
    spec = replace(spec, policy=spec.policy._replace(**policy))
    return decide(spec, seen(spec, (answer, at)), after(at))


def failure(found: Decision) -> Fail:
    assert isinstance(found, Fail), found
    return found


# --- states -----------------------------------------------------------------------------------------------------


def test_a_success_opens() -> None:
    """With the snapshot that saw it."""
    done = snap(S)
    assert decision(done) == Done(done)


@pytest.mark.parametrize(
    ("state", "word"), [(P, "pending"), (R, "running"), (U, "unknown")], ids=["pending", "running", "unknown"]
)
def test_what_has_not_ended_waits(state: JobState, word: str) -> None:
    """Pending, running, and a word nobody documents; a hundred percent changes nothing."""
    gist = f"{word} (the vendor says 'WORD')"
    assert decision(snap(state, progress=42)) == Wait(f"{word} (the vendor says 'WORD', 42 %)", gist, word)
    assert isinstance(decision(snap(state, progress=100)), Wait)


@pytest.mark.parametrize("on_partial", ["fail", "accept", "skip"])
@pytest.mark.parametrize(
    ("state", "error", "what_next"),
    [
        (F, e.JobFailed, "repair the source or the settings, submit the job again, then clear this task"),
        (C, e.JobCancelled, "somebody cancelled it: submit it again if it is still wanted"),
    ],
)
def test_a_bad_end_fails(state: JobState, error: type[e.JobEnded], what_next: str, on_partial: str) -> None:
    """Whatever is accepted of partial ends; the error carries the snapshot, the reason the whole story."""
    ended = snap(state)
    found = failure(decision(ended, on_partial=on_partial))
    assert type(found.error) is error
    assert isinstance(found.error, e.JobEnded)
    assert found.error.snapshot is ended
    assert (
        found.reason
        == f"huawei.vod.editing task_id=123 ended as {state} (the vendor says 'WORD'); {what_next}{CONSOLE}"
    )


@pytest.mark.parametrize(("on_partial", "expected"), [("fail", Fail), ("accept", Done), ("skip", Skip)])
def test_a_partial_end_is_the_authors_choice(on_partial: str, expected: type) -> None:
    """Fail unless the author said otherwise."""
    found = decision(snap(A), on_partial=on_partial)
    assert type(found) is expected
    if isinstance(found, Fail):
        assert type(found.error) is e.JobPartiallySucceeded
    if isinstance(found, Skip):
        assert found.reason == "huawei.vod.editing task_id=123 ended as partial (the vendor says 'WORD')"


def test_a_partial_end_fails_by_default() -> None:
    """``on_partial`` need not be named for that."""
    assert isinstance(decision(snap(A)), Fail)


@pytest.mark.parametrize("state", list(JobState))
def test_an_end_counts_after_the_deadline_too(state: JobState) -> None:
    """The last look is made at the deadline; what it sees decides, and only waiting times out."""
    found = decision(snap(state), at=7200)
    assert isinstance(found, TimedOut) == (state in {P, R, U})
    assert not isinstance(found, Wait)


@pytest.mark.parametrize("state", list(JobState))
@pytest.mark.parametrize("until", ["succeeded", "finished", "running"])
def test_what_opens(until: str, state: JobState) -> None:
    """``finished``: any end; ``running``: whatever has left the queue and not ended badly."""
    opens = {"succeeded": {S}, "finished": {S, A, F, C}, "running": {R, S, A}}[until]
    ended = {S, A, F, C} - opens
    found = decision(snap(state), until=until)
    assert isinstance(found, Done) == (state in opens)
    assert isinstance(found, Fail) == (state in ended)


# --- renditions -------------------------------------------------------------------------------------------------


def made(state: JobState, *renditions: tuple[str, str]) -> Any:
    """An end of a task that makes renditions, by definition and state; the template is called after the definition."""
    found = [Rendition(name, f"template-{name}", None, word, word) for name, word in renditions]
    return snap(state, ref=VIDEO, created_at=START, renditions=tuple(found))


LADDER = (
    ("LD", "succeeded"),
    ("HD", "failed"),
    ("SD", "succeeded"),
    ("SD", "failed"),
    ("FD", "running"),
    ("OD", "unknown"),
)


@pytest.mark.parametrize(
    ("required", "unmet"),
    [
        (("LD",), ""),
        (("template-LD",), ""),
        (("LD", "template-LD"), ""),
        (("HD",), "HD"),
        (("SD",), "SD"),
        (("FD",), "FD"),
        (("OD",), "OD"),
        (("LD", "HD", "4K"), "HD, 4K"),
    ],
)
def test_required_definitions_of_a_partial_end(required: tuple[str, ...], unmet: str) -> None:
    """By definition or template; all renditions of that name must have succeeded, and there must be one."""
    found = decision(made(A, *LADDER), spec=RUN, required_definitions=required)
    if not unmet:
        assert isinstance(found, Done)
        return
    assert type(failure(found).error) is e.JobPartiallySucceeded
    assert (
        f"; required but not made: {unmet}; submit again what failed, or say by on_partial or" in failure(found).reason
    )


def test_a_required_definition_that_nobody_made() -> None:
    """Everything that was asked of the vendor succeeded, but the author asks for more."""
    found = failure(decision(made(S, ("LD", "succeeded")), spec=RUN, required_definitions=("HD",)))
    assert type(found.error) is e.JobPartiallySucceeded
    assert isinstance(decision(made(S, ("HD", "succeeded")), spec=RUN, required_definitions=("HD",)), Done)


def test_required_definitions_and_skip() -> None:
    """What is not good enough is skipped where the author skips partial ends."""
    found = decision(made(A, *LADDER), spec=RUN, required_definitions=("HD",), on_partial="skip")
    assert isinstance(found, Skip)
    assert found.reason.endswith("ended as partial (the vendor says 'WORD'); required but not made: HD")


@pytest.mark.parametrize("state", [S, A])
def test_renditions_that_cannot_be_read(state: JobState) -> None:
    """Looked for as long as a job that is not visible; then the wait fails and says which permissions it takes."""
    blind = replace(made(state), renditions=None)
    assert isinstance(
        decision(blind, spec=RUN), Done if state is S else Fail
    )  # without requirements they do not matter
    spec = replace(RUN, policy=Policy(required_definitions=("HD",), queue_timeout=1))
    waits = decide(spec, seen(spec, (blind, 0), (blind, 599)), after(599))
    assert isinstance(waits, Wait)
    assert (waits.gist, waits.word) == ("renditions not visible", "renditions not visible")
    found = failure(decide(spec, seen(spec, (blind, 0), (blind, 600)), after(600)))
    assert type(found.error) is e.RenditionsUntold
    assert found.reason.startswith(
        "alibaba.vod.transcode video_id=v: renditions not visible for 600 s (not_found_grace is 600 s); it is "
        f"{state} (the vendor says 'WORD'), and to read its renditions takes vod:ListTranscodeTask and "
        "vod:GetTranscodeTask; grant the key vod:ListTranscodeTask and vod:GetTranscodeTask; console"
    )


def test_a_failure_needs_no_renditions() -> None:
    """It is one whatever they are."""
    blind = replace(made(F), renditions=None)
    assert type(failure(decision(blind, spec=RUN, required_definitions=("HD",))).error) is e.JobFailed


# --- the right run ----------------------------------------------------------------------------------------------


def run(state: JobState, created: float | None, **more: Any) -> Any:
    """A task of a video, created so many seconds after the time asked for."""
    created_at = None if created is None else after(created)
    ids = {"video_id": "v", "transcode_task_id": "t"}
    return replace(snap(state, "Word", created_at=created_at, request_id="r1", **more), kind=VOD.name, ids=ids)


@pytest.mark.parametrize("state", list(JobState))
@pytest.mark.parametrize("until", ["succeeded", "finished", "running"])
@pytest.mark.parametrize("created", [-1, -7 * 86400])
def test_an_older_run_is_none(created: float, until: str, state: JobState) -> None:
    """Whatever became of it, it opens no gate and is no failure of the job asked for: that is not there yet."""
    old = run(state, created)
    assert isinstance(decision(old, spec=RUN, until=until), Wait)
    spec = replace(RUN, policy=Policy(until=until))
    found = failure(decide(spec, seen(spec, (old, 0), (old, 600)), after(600)))
    assert type(found.error) is e.OnlyOlderRuns


def test_the_message_of_an_older_run() -> None:
    """The newest there is, its age, and the argument that would accept it."""
    old = run(S, -7 * 86400)
    found = failure(decide(RUN, seen(RUN, (old, 0), (old, 600.5)), after(600.5)))
    assert found.reason == (
        "alibaba.vod.transcode video_id=v: only older runs visible for 600 s (not_found_grace is 600 s); the newest is "
        "video_id=v transcode_task_id=t, created at 2026-08-25T12:00:00+00:00, 7 days, 0:10:00 ago, succeeded (the "
        "vendor says 'Word'); created_after is 2026-09-01T12:00:00+00:00; request id r1; submit the job again; "
        "created_after=None, or a time before that run, would accept it; console: https://vod.console.aliyun.com"
    )
    assert isinstance(found.error, e.JobNotFound)
    assert found.error.request_id == "r1"


def test_a_run_of_the_very_second() -> None:
    """Vendors print whole seconds, and a run may begin in the very first."""
    assert isinstance(decision(run(S, 0), spec=RUN), Done)


def test_any_run_where_the_author_says_so() -> None:
    """``created_after=None``, said explicitly."""
    assert isinstance(decision(run(S, -7 * 86400), spec=replace(RUN, created_after=None)), Done)
    assert isinstance(decision(run(S, None), spec=replace(RUN, created_after=None)), Done)


def test_a_run_that_is_named() -> None:
    """Its id says which it is, whatever its time."""
    for created in (-7 * 86400, None):
        assert isinstance(decision(run(S, created), spec=replace(RUN, refs=(NAMED,))), Done)


@pytest.mark.parametrize("until", ["succeeded", "finished", "running"])
@pytest.mark.parametrize("proven", [{"created": None}, {"created": 5, "proven": False}], ids=["undated", "unproven"])
def test_a_run_that_may_be_the_one(proven: dict[str, Any], until: str) -> None:
    """It keeps the gate shut while it runs, and opens none; once ended it is as good as not there."""
    for state in (P, R, U):
        found = decision(run(state, **proven), spec=RUN, until=until, not_found_grace=0)
        assert isinstance(found, Wait)
        assert found.reason == f"{state} (the vendor says 'Word'), if that is the run asked for"
        assert (found.gist, found.word) == (f"{state} (the vendor says 'Word')", str(state))
    for state in (S, A, F, C):
        assert isinstance(decision(run(state, **proven), spec=RUN, until=until), Wait)
        found = decision(run(state, **proven), spec=RUN, until=until, not_found_grace=0)
        assert type(failure(found).error) is e.JobNotFound


@pytest.mark.parametrize(
    ("proven", "told"),
    [
        ({"created": None}, "transcode_task_id=t, succeeded"),
        ({"created": 0, "proven": False}, "transcode_task_id=t, created at 2026-09-01T12:00:00+00:00, succeeded"),
    ],
    ids=["undated", "unproven"],
)
def test_the_message_of_a_run_that_proves_nothing(proven: dict[str, Any], told: str) -> None:
    """What there is, and why it is not taken."""
    found = failure(decision(run(S, **proven), spec=RUN, not_found_grace=0))
    assert found.reason.startswith(
        "alibaba.vod.transcode video_id=v: the run asked for is not visible for 0 s (not_found_grace is 0 s); there is "
        "one of which the vendor does not say whether it is this one: "
        f"video_id=v {told} (the vendor says 'Word'); request id r1; check the ids"
    )
    assert isinstance(found.error, e.JobNotFound)
    assert found.error.request_id == "r1"


def test_renditions_that_may_be_told_later() -> None:
    """An outage of what tells them only delays, however long it lasts."""
    later = replace(made(S), renditions=None, told_later=True)
    spec = replace(RUN, policy=Policy(required_definitions=("HD",)))
    history = seen(spec, (later, 0), (later, 3599))
    assert isinstance(decide(spec, history, after(3599)), Wait)
    found = decide(spec, history, after(3600))
    assert isinstance(found, TimedOut)
    assert "renditions not visible (yet); it is succeeded" in found.reason


# --- the deadline -----------------------------------------------------------------------------------------------


def test_the_deadline_is_exact() -> None:
    """One microsecond before it waits, at it is over."""
    assert isinstance(decision(snap(R), at=3599.999999), Wait)
    assert decision(snap(R), at=3600) == TimedOut(
        "huawei.vod.editing task_id=123: still waiting after 3600 s; at the last look: running (the vendor says "
        f"'WORD'); raise timeout, or look what keeps the job{CONSOLE}",
        unfinished=((REF, R),),
    )


def test_the_deadline_names_the_last_answer() -> None:
    """By the id that the vendor's support asks for."""
    found = decision(snap(R, request_id="r9"), at=3600)
    assert isinstance(found, TimedOut)
    assert "at the last look: running (the vendor says 'WORD'); request id r9; raise timeout" in found.reason


def test_the_deadline_without_news() -> None:
    """What was seen last is told, however long ago."""
    trouble = e.TransportError("reset")
    found = decide(SPEC, seen(SPEC, (snap(R, progress=7), 60), (trouble, 3600)), after(3600))
    assert isinstance(found, TimedOut)
    assert found.reason.startswith(
        "huawei.vod.editing task_id=123: still waiting after 3600 s; at the last look: no news: reset; "
        "last seen as running (the vendor says 'WORD', 7 %); raise timeout"
    )
    assert found.unfinished == ((REF, None),)
    assert "last seen" not in decide(SPEC, seen(SPEC, (trouble, 3600)), after(3600)).reason  # type: ignore[union-attr]


# --- limits of a part of the job's life -------------------------------------------------------------------------


QUEUED = replace(SPEC, policy=Policy(queue_timeout=300))


@pytest.mark.parametrize("answer", [snap(P), None, NOT_FOUND], ids=["pending", "not listed", "not found"])
def test_queue_timeout(answer: Answer | None) -> None:
    """From the first look that shows it queued or does not show it; to the second."""
    assert isinstance(decide(QUEUED, seen(QUEUED, (answer, 0), (answer, 299.9)), after(299.9)), Wait)
    found = failure(decide(QUEUED, seen(QUEUED, (answer, 0), (answer, 300)), after(300)))
    assert type(found.error) is e.QueueTimedOut
    assert found.overdue == (REF,)


def test_the_message_of_a_queue_timeout() -> None:
    """How long, how long was allowed, what was seen last, what to do."""
    queued = snap(P, request_id="r9")
    found = failure(decide(QUEUED, seen(QUEUED, (queued, 0), (queued, 301)), after(301)))
    assert found.reason == (
        "huawei.vod.editing task_id=123: not started for 301 s (queue_timeout is 300 s); at the last look: pending "
        "(the vendor says 'WORD'); request id r9; it may still start: look why the queue is long, or raise "
        "queue_timeout" + CONSOLE
    )
    assert str(found.error) == found.reason.partition("; it may")[0]


@pytest.mark.parametrize("started", [snap(R), snap(U)], ids=["running", "unknown"])
def test_a_job_that_goes_back_into_the_queue(started: Answer) -> None:
    """Its time in the queue begins anew."""
    history = seen(QUEUED, (snap(P), 0), (started, 200), (snap(P), 250), (snap(P), 549))
    assert isinstance(decide(QUEUED, history, after(549)), Wait)
    assert isinstance(decide(QUEUED, seen(QUEUED, (snap(P), 0), (started, 300)), after(300)), Wait)


def test_invisible_then_queued_is_one_time() -> None:
    """Not started is not started."""
    history = seen(QUEUED, (None, 0), (snap(P), 150), (snap(P), 300))
    assert type(failure(decide(QUEUED, history, after(300))).error) is e.QueueTimedOut


STALLING = replace(SPEC, policy=Policy(stall_timeout=300))


@pytest.mark.parametrize("state", [P, R, U])
def test_stall_timeout(state: JobState) -> None:
    """Whatever state it stands still in."""
    still = snap(state, progress=40)
    assert isinstance(decide(STALLING, seen(STALLING, (still, 0), (still, 299.9)), after(299.9)), Wait)
    found = failure(decide(STALLING, seen(STALLING, (still, 0), (still, 300)), after(300)))
    assert type(found.error) is e.Stalled
    assert found.overdue == ()
    assert found.reason == (
        f"huawei.vod.editing task_id=123: no change for 300 s (stall_timeout is 300 s); at the last look: {state} (the "
        "vendor says 'WORD', 40 %); it may still go on: look at the job, or raise stall_timeout" + CONSOLE
    )


@pytest.mark.parametrize(
    "moved", [snap(R, progress=41), snap(P, progress=40), snap(R, "OTHER", progress=40), snap(R)], ids=str
)
def test_any_change_is_one(moved: Answer) -> None:
    """Of state, word or progress; also back."""
    before = snap(R, progress=40)
    for history in (
        seen(STALLING, (before, 0), (moved, 200), (moved, 499)),
        seen(STALLING, (before, 0), (moved, 200), (before, 250), (before, 549)),
    ):
        assert isinstance(decide(STALLING, history, after(549)), Wait)


def test_no_change_while_the_vendor_was_silent() -> None:
    """An outage proves nothing, but two sightings around it do."""
    trouble, still = e.TransportError("reset"), snap(R, progress=40)
    history = seen(STALLING, (still, 0), (trouble, 100), (trouble, 400))
    assert isinstance(decide(STALLING, history, after(400)), Wait)
    history = seen(STALLING, (still, 0), (trouble, 100), (still, 400))
    assert type(failure(decide(STALLING, history, after(400))).error) is e.Stalled


def test_a_job_that_has_gone_does_not_stand_still() -> None:
    """It is not there, which has a limit of its own."""
    history = seen(STALLING, (snap(R), 0), (None, 400))
    assert isinstance(decide(STALLING, history, after(400)), Wait)
    history = seen(STALLING, (snap(R), 0), (None, 200), (snap(R), 400))
    assert type(failure(decide(STALLING, history, after(400))).error) is e.Stalled


@pytest.mark.parametrize("state", [S, A, F, C])
def test_limits_end_no_job(state: JobState) -> None:
    """An end that is seen after the limit is an end."""
    spec = replace(SPEC, policy=Policy(queue_timeout=1, stall_timeout=1, until="finished"))
    assert isinstance(decide(spec, seen(spec, (snap(P), 0), (snap(state), 400)), after(400)), Done)


def test_the_queue_comes_first() -> None:
    """A job that stands still in the queue has not started."""
    spec = replace(SPEC, policy=Policy(queue_timeout=100, stall_timeout=100))
    found = failure(decide(spec, seen(spec, (snap(P), 0), (snap(P), 100)), after(100)))
    assert type(found.error) is e.QueueTimedOut


def test_time_alone_proves_nothing() -> None:
    """That a limit has passed since the last look, only another look can tell."""
    spec = replace(SPEC, policy=Policy(queue_timeout=100, stall_timeout=100))
    for answer in (snap(P), None):
        assert isinstance(decide(spec, seen(spec, (answer, 0)), after(1000)), Wait)


# --- trouble ----------------------------------------------------------------------------------------------------

RETRYABLE = [
    e.TransportError("reset"),
    e.UnreadableResponse(502, "<html>"),
    e.Throttled("Throttling.User"),
    e.ServerFault("InternalError"),
    e.StaleRequest("SignatureNonceUsed"),
]
FINAL = [
    (e.AuthError("SignatureDoesNotMatch"), "correct key, secret, token or clock; console"),
    (e.CredentialsExpired("InvalidSecurityToken.Expired"), "correct key, secret, token or clock; console"),
    (e.PermissionDenied("Forbidden.RAM"), "grant the key vod:asset:listEditTask; check the project id; console"),
    (e.RequestRejected("InvalidParameter"), "correct the parameter that the vendor names; console"),
    (e.ApiError("Whatever"), ""),
    (e.ParameterError("wrong"), ""),
    (e.ConfigError("no region"), ""),
]


@pytest.mark.parametrize("error", RETRYABLE, ids=lambda error: type(error).__name__)
def test_retryable_trouble_waits_until_the_deadline(error: e.MediaJobsError) -> None:
    """However long it lasts, longer than every grace and limit too; then it is a time-out, not a failure."""
    for at in (0, 600, 601, 3599):
        found = decision(error, at=at, not_found_grace=0, queue_timeout=1, stall_timeout=1)
        assert found == Wait(f"no news: {error}", f"no news: {type(error).__name__}", "without news")
    assert isinstance(decision(error, at=3600), TimedOut)


@pytest.mark.parametrize(("error", "what_next"), FINAL, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("at", [0, 9999])
def test_final_trouble_ends_at_once(error: e.MediaJobsError, what_next: str, at: float) -> None:
    """The same error, unchanged; the reason says whose job it was and what to do."""
    found = failure(decision(error, at=at))
    assert found.error is error
    assert found.reason.startswith(f"huawei.vod.editing task_id=123: {error}" + (f"; {what_next}" if what_next else ""))
    assert found.reason.endswith(CONSOLE) == bool(what_next)


# --- absence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "told"),
    [(None, ""), (NOT_FOUND, "; the answer was VOD.10062: no such task")],
    ids=["not listed", "not found"],
)
def test_a_job_may_be_invisible_for_ten_minutes(answer: Answer | None, told: str) -> None:
    """From the first look; then it is ``JobNotFound``."""
    waits = decide(SPEC, seen(SPEC, (answer, 0), (answer, 599.9)), after(599.9))
    assert waits == Wait(f"not visible (yet); 600 s are allowed for that{told}", gist="not visible", word="not visible")
    found = failure(decide(SPEC, seen(SPEC, (answer, 0), (answer, 601)), after(601)))
    assert type(found.error) is e.JobNotFound
    assert found.reason == (
        f"huawei.vod.editing task_id=123: not visible for 601 s (not_found_grace is 600 s){told}"
        + ("; request id r1" if answer else "")
        + "; check the ids, and the region and account of the connection"
        + CONSOLE
    )
    facts = ("VOD.10062", "r1") if answer else ("NotFound", None)
    assert (found.error.code, found.error.request_id) == facts
    assert found.error.message == found.reason.partition("; check the ids")[0].removesuffix("; request id r1")


def test_without_grace_absence_fails_at_once() -> None:
    """``not_found_grace=0``."""
    assert isinstance(decision(None, at=0, not_found_grace=0), Fail)


def test_the_grace_starts_anew_when_the_job_was_seen() -> None:
    """A job seen at minute nine and missed from minute twelve may vanish until minute twenty-two."""
    looks = [(None, 0.0), (snap(R), 540.0), (None, 720.0), (None, 780.0)]
    history = seen(SPEC, *looks)
    assert history[0].absent_since == after(720)
    assert isinstance(decide(SPEC, seen(SPEC, *looks, (None, 1319)), after(1319)), Wait)
    assert isinstance(decide(SPEC, seen(SPEC, *looks, (None, 1320)), after(1320)), Fail)


@pytest.mark.parametrize("trouble", RETRYABLE)
def test_an_outage_uses_up_no_grace(trouble: Answer) -> None:
    """Half an hour without news, then one look that does not show the job: the grace begins there."""
    history = seen(SPEC, (trouble, 0), (trouble, 1800), (None, 1860))
    assert history[0].absent_since == after(1860)
    assert isinstance(decide(SPEC, history, after(1860)), Wait)


@pytest.mark.parametrize("trouble", RETRYABLE)
def test_an_outage_is_no_sighting(trouble: Answer) -> None:
    """Nor does trouble between two absences begin the grace anew."""
    history = seen(SPEC, (NOT_FOUND, 0), (trouble, 300), (None, 600))
    assert isinstance(decide(SPEC, history, after(600)), Fail)


def test_an_absence_within_the_grace_times_out() -> None:
    """Where the deadline comes first it is a time-out."""
    found = decision(None, at=60, spec=replace(SPEC, deadline=START + timedelta(seconds=30), timeout=30))
    assert isinstance(found, TimedOut)
    assert found.reason.startswith(
        "huawei.vod.editing task_id=123: still waiting after 30 s; at the last look: not visible (yet); 600 s are "
    )
    assert found.unfinished == ((REF, None),)
