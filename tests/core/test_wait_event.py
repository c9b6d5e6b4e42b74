# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the event that a trigger passes to a worker: complete, and not to be confused with anything else.

Covers ``core.typed``, ``core.stored_errors``.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors, stored_errors
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState, WaitReport, combined
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.output import JobFault, Output, Rendition
from airflow_provider_mediajobs.core.wait import NOT_LOOKED_AT, JobHistory
from airflow_provider_mediajobs.core.wait_event import BrokenEvent, WaitEvent, not_started, was_not_started
from airflow_provider_mediajobs.vendors import kind as kind_of

START = datetime(2026, 9, 1, 18, 50, 20, 123456, tzinfo=UTC)
REF = JobRef("alibaba.vod.transcode", (("video_id", "v"), ("start_time", "2026-09-01T00:00:00Z")))

HD = Rendition("HD", "t1", "j1", "succeeded", "TranscodeSuccess", 100, "oss://b/o.mp4")
LD = Rendition("LD", None, None, "failed", "TranscodeFail", None, None, JobFault("E1", None))
DONE = JobSnapshot(
    "alibaba.vod.transcode",
    {"video_id": "v", "transcode_task_id": "t"},
    JobState.PARTIAL,
    "CompletePartialSucc",
    progress=100,
    created_at=START,
    started_at=START,
    finished_at=START + timedelta(seconds=90),
    outputs=(
        Output("oss://b/o.mp4", None, "mp4", 1.5, 1_048_576, 640, 480, "h264", "aac", "d41d8cd9"),
        Output(media_id="m", duration_s=2),
    ),
    renditions=(HD, LD, Rendition(None, "t2", None, "unknown", "Dreaming")),
    error=JobFault("E1", "broken"),
    request_id="r-1",
    raw={"TaskStatus": "CompletePartialSucc", "list": [1, None]},
)
STUDIO = JobRef("alibaba.live.editing", (("caster_id", "c"),))


def episode(show_id: str, word: str = "3", raw: dict[str, Any] | None = None) -> JobSnapshot:
    ids = {"caster_id": "c", "show_id": show_id}
    state = kind_of(STUDIO.kind).state(word)
    return JobSnapshot(STUDIO.kind, ids, state, word, outputs=(Output(media_id=show_id),), raw=raw or {})


def studio(*episodes: JobSnapshot) -> JobSnapshot:
    return combined(STUDIO, episodes, "r")


def clip_ref(number: int) -> JobRef:
    return JobRef("huawei.mpc.editing", (("job_id", str(number)),))


def clip(number: int, word: str = "SUCCEEDED", raw: dict[str, Any] | None = None) -> JobSnapshot:
    kind = kind_of("huawei.mpc.editing")
    return JobSnapshot(kind.name, {"job_id": str(number)}, kind.state(word), word, raw=raw or {})


def read(event: Any, *refs: JobRef) -> WaitEvent:
    spec = refs or (REF,)
    return WaitEvent.from_json(event, spec, kind_of(spec[0].kind))


def wait_event(answer: Answer | None, ref: JobRef = REF) -> WaitEvent:
    return event_of((ref, JobHistory(answer, absent_since=START)))


def event_of(*jobs: tuple[JobRef, JobHistory]) -> WaitEvent:
    return WaitEvent(
        tuple(ref for ref, _ in jobs),
        tuple(seen for _, seen in jobs),
        WaitReport(7, 8, 0, 2),
        at=START + timedelta(seconds=100),
        ends_at=START + timedelta(seconds=200),
        deadline=START + timedelta(seconds=300),
        log_lines=(("2026-09-01T18:50:20+00:00", "running"),),
    )


def sent(event: Any) -> Any:
    """As Airflow stores it."""
    return json.loads(json.dumps(event))


GONE = object()


def changed(event: Any, path: tuple[Any, ...], value: Any) -> Any:
    whole = inner = copy.deepcopy(event)
    for name in path[:-1]:
        inner = inner[name]
    if value is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return whole


# --- what comes back --------------------------------------------------------------------------------------------


def test_a_job_comes_back_whole() -> None:
    """Every fact of the look, so that the result is that of the other modes."""
    event = wait_event(DONE)

    assert read(sent(event.to_json())) == event


def test_several_jobs_come_back_whole() -> None:
    """A studio with its episodes, put together again as the vendor's module does it."""
    event = wait_event(studio(episode("a", "1"), episode("b")), STUDIO)

    assert read(sent(event.to_json()), STUDIO) == event


@pytest.mark.parametrize("word", ["1", "3"])
def test_a_job_of_no_episode_comes_back(word: str) -> None:
    """It is in the studio's list but does not say which episode it is, and still counts as none."""
    nameless = replace(episode("b", word), ids={"caster_id": "c"}, proven=False)
    event = wait_event(studio(episode("a"), nameless), STUDIO)

    assert read(sent(event.to_json()), STUDIO) == event


def test_absence_comes_back() -> None:
    """The vendor showed no such job."""
    assert read(sent(wait_event(None).to_json())) == wait_event(None)


@pytest.mark.parametrize("told_later", [True, False])
@pytest.mark.parametrize("proven", [True, False])
@pytest.mark.parametrize("renditions", [None, (), (HD,), (LD, HD)])
def test_what_decides_comes_back(proven: bool, told_later: bool, renditions: tuple[Rendition, ...] | None) -> None:
    """Whether it is the job asked for, and its renditions: none told is not the same as none."""
    ids, word = {"video_id": "v", "transcode_task_id": "t"}, "Processing"
    seen = JobSnapshot(
        REF.kind, ids, JobState.RUNNING, word, proven=proven, told_later=told_later, renditions=renditions
    )

    assert read(sent(wait_event(seen).to_json())).history[0].answer == seen


ERRORS = [
    errors.Throttled("Throttling.User", "slow down", status=400, request_id="r", retry_after=1.5),
    errors.JobNotFound("VOD.10062", "no such task", status=404),
    errors.AuthError("APIGW.0301", "wrong key", status=401, request_id="r"),
    errors.CredentialsExpired("APIGW.0307", "expired"),
    errors.PermissionDenied("VOD.10055", "no"),
    errors.AccountNotInOrder("VOD.10055", "no"),
    errors.DeniedHere("APIGW.0802", "no"),
    errors.WrongPlace("APIGW.0801", "no"),
    errors.AuthError("APIGW.0301", "wrong key", hint="it may be locked"),
    errors.RequestRejected("MPC.10202", "bad"),
    errors.ServerFault("InternalError", "sorry"),
    errors.StaleRequest("SignatureNonceUsed", "again"),
    errors.UnreadableResponse(502, b"<html>"),
    errors.UnreadableResponse(503, b"<html>", retry_after=60.0),
    errors.Contradiction(200, "tells of an error, and shows jobs"),
    errors.TransportError("no answer from h: TimeoutError"),
    errors.ConfigError("connection 'c': region is missing"),
    errors.ConnectionUnavailable("connection 'c' could not be looked up"),
    errors.ParameterError("job_id is empty"),
    errors.LookFailed("the look went wrong: RuntimeError"),
    errors.LookCut("the look has made 5 calls"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_come_back(error: errors.MediaJobsError) -> None:
    """The same class, text and facts."""
    answer = read(sent(wait_event(error).to_json())).history[0].answer

    assert type(answer) is type(error)
    assert (str(answer), vars(answer)) == (str(error), vars(error))


def test_every_error_that_passes_comes_back() -> None:
    """Whatever a look meets survives the way to the worker."""
    passing = {
        name
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, errors.MediaJobsError) and error.retryable
    }

    assert "LookFailed" in passing
    assert passing <= stored_errors._ERRORS.keys() | stored_errors._FINER.keys()


def test_finer_sorts_are_told_beside_the_ones_that_every_release_knows() -> None:
    """A reader that does not know them takes the sort they belong to; so does ours, where they do not belong to it."""
    for error in (errors.AccountNotInOrder("c"), errors.DeniedHere("c"), errors.WrongPlace("c")):
        event = sent(wait_event(error).to_json())
        packed = event["jobs"][0]["answer"]
        assert packed["error"] in {"PermissionDenied", "RequestRejected"}
        for told in ({"finer": "Unheard"}, {"finer": "Contradiction"}):
            packed |= told
            assert type(read(event).history[0].answer).__name__ == packed["error"]
        del packed["finer"], packed["hint"]
        assert type(read(event).history[0].answer).__name__ == packed["error"]


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (JobHistory(None), {}),
        (JobHistory(None, absent_since=START), {"absent_since": "2026-09-01T18:50:20.123456+00:00"}),
        (
            JobHistory(DONE, "partial", None, START, START + timedelta(seconds=0.876544)),
            {
                "mark": "partial",
                "unstarted_since": "2026-09-01T18:50:20.123456+00:00",
                "unchanged_since": "2026-09-01T18:50:21+00:00",
            },
        ),
        (JobHistory(DONE, told_at=START), {"told_at": "2026-09-01T18:50:20.123456+00:00"}),
        (
            JobHistory(None, "running (the vendor says '剪')", START, START, START, START),
            {
                "mark": "running (the vendor says '剪')",
                "absent_since": "2026-09-01T18:50:20.123456+00:00",
                "unstarted_since": "2026-09-01T18:50:20.123456+00:00",
                "unchanged_since": "2026-09-01T18:50:20.123456+00:00",
                "told_at": "2026-09-01T18:50:20.123456+00:00",
            },
        ),
    ],
    ids=["nothing", "absent", "visible", "told", "all"],
)
def test_marks_and_times_come_back(seen: JobHistory, told: dict[str, str]) -> None:
    """To the microsecond; what is not known takes no place in the event."""
    event = sent(event_of((REF, seen)).to_json())

    (job,) = event["jobs"]
    assert {name: value for name, value in job.items() if name not in {"ids", "answer"}} == told
    assert read(event).history == (seen,)


def test_a_job_that_was_not_looked_at_comes_back() -> None:
    """The trigger may end before its first look."""
    back = read(sent(event_of((REF, NOT_LOOKED_AT)).to_json())).history[0]

    assert type(back.answer) is errors.TransportError
    assert str(back.answer) == "no look has been made yet"
    assert back.to_json() == {}


# --- several references -----------------------------------------------------------------------------------------


def test_a_list_comes_back_whole() -> None:
    """In its order, each with what was seen of it: one done, one absent, one in error, one that runs."""
    refs = tuple(clip_ref(number) for number in (3, 1, 2, 4))
    throttled = errors.Throttled("MPC.10301", "slow down", status=429)
    history = (
        JobHistory(clip(3), "succeeded"),
        JobHistory(None, absent_since=START, unstarted_since=START),
        JobHistory(throttled, "running (the vendor says 'PROCESSING')", unchanged_since=START),
        JobHistory(clip(4, "PROCESSING"), "running", None, None, START),
    )
    event = sent(event_of(*zip(refs, history, strict=True)).to_json())

    back = read(event, *refs)
    assert [job["ids"] for job in event["jobs"]] == [{"job_id": "3"}, {"job_id": "1"}, {"job_id": "2"}, {"job_id": "4"}]
    assert back.refs == refs
    assert (back.history[0], back.history[1], back.history[3]) == (history[0], history[1], history[3])
    assert str(back.history[2].answer) == "MPC.10301: slow down (HTTP 429)"
    assert back.history[2].to_json() == history[2].to_json()


@pytest.mark.parametrize("count", [1, 16, 17, 32, 500])
def test_the_jobs_of_a_list_share_the_raw_record(count: int) -> None:
    """256 KiB on the way, and cut only once: the result is that of a wait that never left the worker."""
    refs = tuple(clip_ref(number) for number in range(count))
    jobs = [clip(number, raw={"note": f"{number} " + "剪" * 6_000}) for number in range(count)]
    event = sent(event_of(*((ref, JobHistory(job)) for ref, job in zip(refs, jobs, strict=True))).to_json())

    raws = [job["answer"]["job"]["raw"] for job in event["jobs"]]
    assert all(raw["size_bytes"] > 18_000 for raw in raws)
    assert sum(len(raw["text"].encode()) for raw in raws) <= 262_144
    back = [seen.answer for seen in read(event, *refs).history if isinstance(seen.answer, JobSnapshot)]
    assert combined(refs[0], back, None).to_result() == combined(refs[0], jobs, None).to_result()
    assert sent(event_of(*((ref, JobHistory(job)) for ref, job in zip(refs, back, strict=True))).to_json()) == event


def test_the_episodes_of_a_studio_share_the_raw_record() -> None:
    """The same for the jobs of one reference."""
    whole = studio(*(episode(str(number), raw={"note": "x" * 20_000}) for number in range(32)))
    event = sent(wait_event(whole, STUDIO).to_json())

    raws = [job["raw"] for job in event["jobs"][0]["answer"]["job"]["jobs"]]
    assert {(raw["size_bytes"], len(raw["text"])) for raw in raws} == {(20_012, 8_192)}
    back = read(event, STUDIO).history[0].answer
    assert isinstance(back, JobSnapshot)
    assert back.to_result() == whole.to_result()
    assert sent(wait_event(back, STUDIO).to_json()) == event


# --- a wait that has not begun ----------------------------------------------------------------------------------


def test_not_started() -> None:
    """Another event altogether, for which a worker begins the wait."""
    event = sent(not_started("a template is for workers"))

    assert event == {"schema": 1, "not_started": "a template is for workers"}
    assert was_not_started(event)


@pytest.mark.parametrize(
    "event",
    [
        None,
        "not_started",
        ["schema", "not_started"],
        {"not_started": "x"},
        {"schema": 1},
        {"schema": 1, "not_started": "x", "jobs": []},
    ],
)
def test_what_is_not_that_event(event: Any) -> None:
    """Nor is the event of a wait."""
    assert not was_not_started(event)
    assert not was_not_started(wait_event(DONE).to_json())


# --- a clock that was set ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [3600.0, -86_400.5])
def test_a_step_of_the_clock_comes_back(ahead: float) -> None:
    """Where there was one; events that do not tell of any are those of a steady clock."""
    event = sent(replace(wait_event(None), ahead=ahead).to_json())
    assert (event["ahead"], read(event).ahead) == (ahead, ahead)
    assert "ahead" not in wait_event(None).to_json()
    assert read(sent(wait_event(None).to_json())).ahead == 0


@pytest.mark.parametrize("ahead", ["1", True, None, 1e10, -1e300, 10**400, float("nan"), float("inf"), [1]])
def test_what_is_no_step_of_a_clock(ahead: Any) -> None:
    """No event of ours."""
    with pytest.raises(BrokenEvent):
        read(wait_event(None).to_json() | {"ahead": ahead})
