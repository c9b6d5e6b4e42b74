"""What a trigger hands to the worker: whole, and nothing else is taken for it."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors
from airflow_provider_mediajobs.core import handover as handover_module
from airflow_provider_mediajobs.core.handover import BrokenEvent, Handover
from airflow_provider_mediajobs.core.job import JobFault, JobRef, JobSnapshot, JobState, Output, WaitReport, combined
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.outcome import Seen
from airflow_provider_mediajobs.vendors import kind as kind_of

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
STUDIO = JobRef("alibaba.live.editing", (("caster_id", "c"),))


def episode(show_id: str, word: str = "3") -> JobSnapshot:
    ids = {"caster_id": "c", "show_id": show_id}
    return JobSnapshot(STUDIO.kind, ids, kind_of(STUDIO.kind).state(word), word, outputs=(Output(media_id=show_id),))


def studio(*episodes: JobSnapshot) -> JobSnapshot:
    return combined(STUDIO, episodes, "r")


def read(event: Any, ref: JobRef = REF) -> Handover:
    return Handover.from_json(event, ref, kind_of(ref.kind))


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


def test_a_job_comes_back_whole() -> None:
    """Every fact of the look, so that the result is that of the other modes."""
    event = handover(DONE)

    assert read(sent(event.to_json())) == event


def test_several_jobs_come_back_whole() -> None:
    """A studio with its episodes, put together again as the vendor's module does it."""
    event = handover(studio(episode("a", "1"), episode("b")), STUDIO)

    assert read(sent(event.to_json()), STUDIO) == event


def test_absence_comes_back() -> None:
    """The vendor showed no such job."""
    assert read(sent(handover(None).to_json())) == handover(None)


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
        errors.LookFailed("the look went wrong: RuntimeError"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_come_back(error: errors.MediaJobsError) -> None:
    """The same class, text and facts."""
    answer = read(sent(handover(error).to_json())).seen.answer

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
        (("answer",), None),
        (("answer",), {"absent": False}),
        (("absent_since",), "long ago"),
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
        (("answer", "job", "raw"), [["a", 1]]),
        (("answer", "job", "raw"), {"a": "\ud800"}),
        (("answer", "job", "raw_state"), "CompleteAllFail"),
        (("answer", "job", "raw_state"), "completepartialsucc"),
        (("answer", "job", "state"), "succeeded"),
        (("answer", "job", "ids"), {}),
        (("answer", "job", "ids"), {"video_id": "v", "show_id": "s"}),
        (("answer", "job", "progress"), "100"),
        (("answer", "job", "progress"), 101),
        (("answer", "job", "progress"), True),
        (("answer", "job", "created_at"), "yesterday"),
        (("answer", "job", "started_at"), 5),
        (("answer", "job", "finished_at"), []),
        (("answer", "job", "outputs"), [5]),
        (("answer", "job", "outputs"), [{"uri": 5}]),
        (("answer", "job", "outputs"), [{"width": "640"}]),
        (("answer", "job", "outputs"), [{"size_bytes": 1.5}]),
        (("answer", "job", "outputs"), [{"duration_s": True}]),
        (("answer", "job", "error"), {"code": 5, "message": "x"}),
        (("answer", "job", "error"), {"code": "x", "message": []}),
        (("answer", "job", "error"), {}),
        (("answer", "job", "request_id"), 7),
        (("answer", "job", "jobs"), []),
    ],
)
def test_what_is_no_event(path: tuple[str, ...], value: Any) -> None:
    """Of another job, of another version, or broken: nothing is guessed."""
    event = changed(sent(handover(DONE).to_json()), path, value)

    with pytest.raises(BrokenEvent, match="not an event of this package's trigger"):
        read(event)


@pytest.mark.parametrize(
    "name", ["schema", "kind", "ids", "answer", "absent_since", "report", "at", "ends_at", "story"]
)
def test_what_lacks_something(name: str) -> None:
    """Every part is needed."""
    event = copy.deepcopy(handover(DONE).to_json())
    del event[name]

    with pytest.raises(BrokenEvent):
        read(event)


@pytest.mark.parametrize("event", [None, "success", 5, [], {}])
def test_what_is_nothing_like_it(event: Any) -> None:
    """Whatever a trigger of another kind may send."""
    with pytest.raises(BrokenEvent):
        read(event)


@pytest.mark.parametrize(
    ("name", "value"), [("message", None), ("status", "400"), ("request_id", 5), ("retry_after", "soon")]
)
def test_an_error_of_other_types(name: str, value: Any) -> None:
    """Facts of errors have types, too."""
    event = sent(handover(errors.Throttled("T", "slow down")).to_json())
    event["answer"][name] = value

    with pytest.raises(BrokenEvent, match="of the wrong type"):
        read(event)


def test_every_error_that_passes_comes_back() -> None:
    """Whatever a look meets survives the way to the worker."""
    passing = {
        name
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, errors.MediaJobsError) and error.retryable
    }

    assert "LookFailed" in passing
    assert passing <= handover_module._ERRORS.keys()
