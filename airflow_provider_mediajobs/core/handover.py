"""What a wait has seen, as plain JSON: for the way from the triggerer to the worker that resumes the task.

The event says what was seen, never what it means: the worker decides again, by ``core.outcome``, and so an event that
is false or broken opens no gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from . import errors
from .errors import ApiError, MediaJobsError, UnreadableResponse
from .job import JobFault, JobRef, JobSnapshot, JobState, Output, WaitReport
from .kind import Answer
from .outcome import Seen
from .times import format_time, parse_time

SCHEMA = 1
_NOT_STARTED = "not_started"

# By name: what an event may bring back. Ends of jobs and mistakes of ours are decided on the worker.
_ERRORS: dict[str, type[MediaJobsError]] = {
    error.__name__: error
    for error in (
        errors.AuthError,
        errors.ConfigError,
        errors.ConnectionUnavailable,
        errors.CredentialsExpired,
        errors.JobNotFound,
        errors.ParameterError,
        errors.PermissionDenied,
        errors.RequestRejected,
        errors.ServerFault,
        errors.StaleRequest,
        errors.Throttled,
        errors.TransportError,
        errors.UnreadableResponse,
    )
}
_API_FACTS = ("code", "message", "status", "request_id", "retry_after")


class BrokenEvent(ValueError):
    """Not what this package's trigger sends."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What a trigger hands to the worker.

    :param ref: which job.
    :param seen: what the looks have told.
    :param report: what they cost.
    :param at: when the trigger fired.
    :param ends_at: when it would have fired at the latest.
    :param deadline: of the wait.
    :param story: what was told while the task was deferred: times and lines.
    """

    ref: JobRef
    seen: Seen
    report: WaitReport
    at: datetime
    ends_at: datetime
    deadline: datetime
    story: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For the event."""
        return {
            "schema": SCHEMA,
            "kind": self.ref.kind,
            "ids": dict(self.ref.ids),
            "answer": _packed(self.seen.answer),
            "absent_since": format_time(self.seen.absent_since),
            "report": asdict(self.report),
            "at": format_time(self.at),
            "ends_at": format_time(self.ends_at),
            "deadline": format_time(self.deadline),
            "story": [list(line) for line in self.story],
        }

    @classmethod
    def from_json(cls, event: Any, ref: JobRef) -> Handover:
        """From an event.

        :param ref: which job the task waits for.
        :raises BrokenEvent: for anything that :meth:`to_json` does not make, or that is of another job.
        """
        try:
            _same((event["schema"], event["kind"], event["ids"]), (SCHEMA, ref.kind, dict(ref.ids)))
            return cls(
                ref,
                Seen(_answer(event["answer"], ref), parse_time(event["absent_since"])),
                _report(event["report"]),
                at=moment(event["at"]),
                ends_at=moment(event["ends_at"]),
                deadline=moment(event["deadline"]),
                story=tuple((_text(when), _text(line)) for when, line in event["story"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            raise BrokenEvent(f"not an event of this package's trigger ({type(broken).__name__}: {broken})") from None


def not_started(reason: str) -> dict[str, Any]:
    """The event of a wait that should have begun in the triggerer and could not: a worker begins it."""
    return {"schema": SCHEMA, _NOT_STARTED: reason}


def was_not_started(event: Any) -> bool:
    """Whether it is that event. A false one opens no gate either: the worker begins with a look of its own."""
    return isinstance(event, dict) and set(event) == {"schema", _NOT_STARTED}


def _packed(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    if isinstance(answer, JobSnapshot):
        whole = {"raw_state": answer.raw_state, "ids": dict(answer.ids), "request_id": answer.request_id}
        return {"job": {"kind": answer.kind} | whole | answer.to_result()}
    if isinstance(answer, ApiError):
        facts = {name: getattr(answer, name) for name in _API_FACTS}
    elif isinstance(answer, UnreadableResponse):
        facts = {"status": answer.status, "body": answer.args[1]}
    else:
        facts = {"message": str(answer)}
    return {"error": type(answer).__name__} | facts


def _same(given: object, wanted: object) -> None:
    if given != wanted:
        raise ValueError(f"it is of {given}, not of {wanted}")


def _answer(packed: Any, ref: JobRef) -> Answer | None:
    if packed is None:
        return None
    if "error" in packed:
        return _error(packed)
    job = _snapshot(packed["job"])
    # Not every id of a reference is one of the job: some choose among jobs.
    if job.kind != ref.kind or any(job.ids.get(name, value) != value for name, value in ref.ids):
        raise ValueError(f"the answer is of {job.kind} {job.ids}")
    return job


def _snapshot(result: Mapping[str, Any]) -> JobSnapshot:
    jobs = tuple(_snapshot(job) for job in result.get("jobs", ()))
    fault = result.get("error")
    return JobSnapshot(
        _text(result["kind"]),
        {_text(name): _text(value) for name, value in result["ids"].items()},
        JobState(result["state"]),
        _text(result["raw_state"]),
        progress=result.get("progress"),
        created_at=parse_time(result.get("created_at")),
        started_at=parse_time(result.get("started_at")),
        finished_at=parse_time(result.get("finished_at")),
        outputs=tuple(Output(**output) for output in result.get("outputs", ())),
        error=JobFault(fault["code"], fault["message"]) if fault else None,
        request_id=result.get("request_id"),
        raw=dict(result.get("raw", {})),
        jobs=jobs,
    )


def _error(packed: Mapping[str, Any]) -> MediaJobsError:
    made = _ERRORS[packed["error"]]
    if issubclass(made, ApiError):
        return made(_text(packed["code"]), **{name: packed[name] for name in _API_FACTS[1:]})
    if made is UnreadableResponse:
        return made(packed["status"], _text(packed["body"]))
    return made(_text(packed["message"]))


def _report(packed: Any) -> WaitReport:
    if not all(type(count) is int and count >= 0 for count in packed.values()):
        raise ValueError(f"{packed!r} are no counts")
    return WaitReport(**packed)


def moment(value: Any) -> datetime:
    """A time that must be there.

    :raises ValueError: where it is none.
    """
    found = parse_time(value)
    if found is None:
        raise ValueError(f"{value!r} is no time")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
