"""What a trigger hands to the worker: whole, and nothing else is taken for it."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors
from airflow_provider_mediajobs.core.handover import BrokenEvent, Handover
from airflow_provider_mediajobs.core.job import JobFault, JobRef, JobSnapshot, JobState, Output, WaitReport
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.outcome import Seen

START = datetime(2026, 9, 1, 18, 50, 20, 123456, tzinfo=UTC)
REF = JobRef("alibaba.vod.transcode", (("video_id", "v"), ("start_time", "2026-09-01T00:00:00Z")))

DONE = JobSnapshot(
    "alibaba.vod.transcode",
    {"video_id": "v", "transcode_task_id": "t"},
    JobState.PARTIAL,
    "CompletePartialSucc",
    progress=100,
    created_at=START,
    started_at=START,
    finished_at=START + timedelta(seconds=90),
    outputs=(Output(uri="oss://b/o.mp4", duration_s=1.5), Output(media_id="m")),
    error=JobFault("E1", "broken"),
    request_id="r-1",
    raw={"TaskStatus": "CompletePartialSucc", "list": [1, None]},
)
EPISODE = JobSnapshot("alibaba.live.editing", {"caster_id": "c", "show_id": "s"}, JobState.SUCCEEDED, "3")


def handover(answer: Answer | None, ref: JobRef = REF) -> Handover:
    return Handover(
        ref,
        Seen(answer, absent_since=START),
        WaitReport(7, 8, 1, 2),
        at=START + timedelta(seconds=100),
        ends_at=START + timedelta(seconds=200),
        deadline=START + timedelta(seconds=300),
        story=(("2026-09-01T18:50:20+00:00", "running"),),
    )


def sent(event: Any) -> Any:
    """As Airflow stores it."""
    return json.loads(json.dumps(event))


def test_a_job_comes_back_whole() -> None:
    """Every fact of the look, so that the result is that of the other modes."""
    event = handover(DONE)

    assert Handover.from_json(sent(event.to_json()), REF) == event


def test_several_jobs_come_back_whole() -> None:
    """A studio with its episodes."""
    ref = JobRef("alibaba.live.editing", (("caster_id", "c"),))
    studio = JobSnapshot(ref.kind, {"caster_id": "c"}, JobState.SUCCEEDED, "3", request_id="r", jobs=(EPISODE, EPISODE))
    event = handover(studio, ref)

    assert Handover.from_json(sent(event.to_json()), ref) == event


def test_absence_comes_back() -> None:
    """The vendor showed no such job."""
    assert Handover.from_json(sent(handover(None).to_json()), REF) == handover(None)


@pytest.mark.parametrize(
    "error",
    [
        errors.Throttled("Throttling.User", "slow down", status=400, request_id="r", retry_after=1.5),
        errors.JobNotFound("VOD.10062", "no such task", status=404),
        errors.AuthError("APIGW.0301", "wrong key", status=401, request_id="r"),
        errors.CredentialsExpired("APIGW.0307", "expired"),
        errors.PermissionDenied("VOD.10055", "no"),
        errors.RequestRejected("MPC.10202", "bad"),
        errors.ServerFault("InternalError", "sorry"),
        errors.StaleRequest("SignatureNonceUsed", "again"),
        errors.UnreadableResponse(502, b"<html>"),
        errors.TransportError("no answer from h: TimeoutError"),
        errors.ConfigError("connection 'c': region is missing"),
        errors.ConnectionUnavailable("connection 'c' could not be looked up"),
        errors.ParameterError("job_id is empty"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_come_back(error: errors.MediaJobsError) -> None:
    """The same class, text and facts."""
    answer = Handover.from_json(sent(handover(error).to_json()), REF).seen.answer

    assert type(answer) is type(error)
    assert (str(answer), vars(answer)) == (str(error), vars(error))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("schema",), None),
        (("kind",), "huawei.mpc.editing"),
        (("ids",), {"video_id": "another"}),
        (("ids", "video_id"), None),
        (("at",), None),
        (("at",), "yesterday"),
        (("ends_at",), 5),
        (("deadline",), ""),
        (("report",), None),
        (("report",), {"looks": -1}),
        (("report",), {"looks": True}),
        (("report",), {"peeks": 1}),
        (("story",), [["2026", 5]]),
        (("story",), ["x"]),
        (("answer",), "succeeded"),
        (("answer",), []),
        (("answer",), {}),
        (("answer",), {"error": "SystemExit", "message": "x"}),
        (("answer",), {"error": "JobFailed", "message": "x"}),
        (("answer",), {"error": "Throttled", "message": "x"}),
        (("answer",), {"error": "TransportError", "message": 5}),
        (("answer", "job"), None),
        (("answer", "job", "state"), "fine"),
        (("answer", "job", "kind"), "huawei.mpc.editing"),
        (("answer", "job", "ids"), {"video_id": "another"}),
        (("answer", "job", "ids"), {"video_id": 5}),
        (("answer", "job", "raw_state"), None),
        (("answer", "job", "outputs"), [{"url": "x"}]),
        (("answer", "job", "outputs"), None),
        (("answer", "job", "error"), "E1"),
        (("answer", "job", "raw"), 7),
    ],
)
def test_what_is_no_event(path: tuple[str, ...], value: Any) -> None:
    """Of another job, of another version, or broken: nothing is guessed."""
    event = sent(handover(DONE).to_json())
    place = event
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value

    with pytest.raises(BrokenEvent, match="not an event of this package's trigger"):
        Handover.from_json(event, REF)


@pytest.mark.parametrize(
    "name", ["schema", "kind", "ids", "answer", "absent_since", "report", "at", "ends_at", "story"]
)
def test_what_lacks_something(name: str) -> None:
    """Every part is needed."""
    event = copy.deepcopy(handover(DONE).to_json())
    del event[name]

    with pytest.raises(BrokenEvent):
        Handover.from_json(event, REF)


@pytest.mark.parametrize("event", [None, "success", 5, [], {}])
def test_what_is_nothing_like_it(event: Any) -> None:
    """Whatever a trigger of another kind may send."""
    with pytest.raises(BrokenEvent):
        Handover.from_json(event, REF)
