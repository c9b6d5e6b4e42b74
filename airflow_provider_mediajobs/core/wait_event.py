# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The event by which a trigger hands a wait back to a worker, as plain JSON.

The event holds what was seen and no decision: the worker decides again, by ``core.outcome``. What it reads is checked:
ids against those of the task, the state against the vendor's word and renditions, the state of several jobs against the
single ones, every field against its type. A forged or damaged event opens no gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from . import stored_errors, typed
from .familiar import familiar
from .job import JobRef, JobSnapshot, JobState, WaitReport, combined
from .kind import Answer, JobKind
from .output import JobFault, Output, Rendition, cap_raw, raw_cap
from .stored import VERSION, NotUnderstood, marked
from .times import clock_step, format_time
from .wait import JobHistory, WaitHistory

SCHEMA = 1
_NOT_STARTED = "not_started"
NO_EVENT: dict[str, Any] = {"schema": SCHEMA, "no_event": True}
"""In place of an event, where Airflow's own time-out ended the deferral. A forged one opens no gate: a worker looks."""
_READABLE_BY = 1
"""Readers of every version so far read these events correctly."""

_OUTPUT_TYPES: dict[str, tuple[type, ...]] = {  # of the fields that are no text
    "duration_s": (int, float),
    "size_bytes": (int,),
    "width": (int,),
    "height": (int,),
}


class BrokenEvent(ValueError):
    """The event is not one that this package's trigger makes."""


class OtherEvent(BrokenEvent):
    """The event is of another release, or incomplete: the wait begins anew on the worker."""


class Runs(NamedTuple):
    """Which runs the trigger took for the requested ones.

    :param after: ``created_after``, as first rendered.
    :param others: indexes of the jobs whose newest answer is, or may be, of another run.
    """

    after: datetime | None
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitEvent:
    """What a trigger hands to the worker.

    :param refs: the jobs.
    :param history: one entry for each of them.
    :param report: what the looks have cost.
    :param at: when the trigger fired.
    :param ends_at: the latest time at which it would have fired.
    :param deadline: of the wait.
    :param log_lines: times and texts of lines that were logged while the task was deferred.
    :param ahead: seconds by which the triggerer's clock was set forward meanwhile; the other times exclude that.
    :param runs: which runs count; ``None`` in events of older releases.
    """

    refs: tuple[JobRef, ...]
    history: WaitHistory
    report: WaitReport
    at: datetime
    ends_at: datetime
    deadline: datetime
    log_lines: tuple[tuple[str, str], ...] = ()
    ahead: float = 0.0
    runs: Runs | None = None

    def to_json(self) -> dict[str, Any]:
        """The event."""
        cap = raw_cap(len(self.refs))
        told = {
            "schema": SCHEMA,
            "kind": self.refs[0].kind,
            "jobs": [
                {"ids": dict(ref.ids), "answer": _packed(seen.answer, cap)} | seen.to_json()
                for ref, seen in zip(self.refs, self.history, strict=True)
            ],
            "report": asdict(self.report),
            "at": format_time(self.at),
            "ends_at": format_time(self.ends_at),
            "deadline": format_time(self.deadline),
            "story": [list(line) for line in self.log_lines],
        }
        if self.ahead:
            told["ahead"] = self.ahead
        if self.runs is not None:
            told["runs"] = {"created_after": format_time(self.runs.after), "others": list(self.runs.others)}
        return marked(told, _READABLE_BY)

    @classmethod
    def from_json(cls, event: Any, refs: tuple[JobRef, ...], kind: JobKind) -> WaitEvent:
        """Read an event.

        :param refs: the jobs that the task waits for.
        :param kind: of those jobs.
        :raises OtherEvent: for one of another release.
        :raises BrokenEvent: for an event that :meth:`to_json` cannot have made, or of other jobs.
        """
        try:
            told = familiar(event)
            given = (told["schema"], told["kind"], [job["ids"] for job in told["jobs"]])
            typed.same(given, (SCHEMA, kind.name, [dict(ref.ids) for ref in refs]))
            cap = raw_cap(len(refs))
            return cls(
                refs,
                tuple(_seen(job, ref, kind, cap) for ref, job in zip(refs, told["jobs"], strict=True)),
                _report(told["report"]),
                at=typed.moment(told["at"]),
                ends_at=typed.moment(told["ends_at"]),
                deadline=typed.moment(told["deadline"]),
                log_lines=tuple((typed.text(when), typed.text(line)) for when, line in told["story"]),
                runs=_runs(told.get("runs")),
                ahead=clock_step(told.get("ahead", 0.0)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            sort = OtherEvent if _is_of_another(event, broken) else BrokenEvent
            raise sort(f"not an event of this package's trigger ({type(broken).__name__}: {broken})") from None


def _is_of_another(event: Any, broken: Exception) -> bool:
    """Whether an unreadable event is of another release, whose vendor words may differ, rather than damaged."""
    if not isinstance(event, dict) or "schema" not in event:
        return False
    version = event.get("version")
    if isinstance(broken, NotUnderstood):
        return version is not None or "jobs" in event
    return type(version) is int and (version > VERSION or isinstance(broken, KeyError))


def not_started(reason: str) -> dict[str, Any]:
    """The event of a wait that could not begin in the triggerer: a worker begins it."""
    return {"schema": SCHEMA, _NOT_STARTED: reason}


def was_not_started(event: Any) -> bool:
    """Whether it is an event of :func:`not_started`. A forged one opens no gate: the worker makes a look of its own."""
    return isinstance(event, dict) and set(event) == {"schema", _NOT_STARTED}


def _packed(answer: Answer | None, cap: int) -> dict[str, Any]:
    if answer is None:
        return {"absent": True}
    if isinstance(answer, JobSnapshot):
        whole = {name: getattr(answer, name) for name in ("raw_state", "request_id", "proven", "told_later")} | {
            "ids": dict(answer.ids)
        }
        return {"job": {"kind": answer.kind} | whole | answer.to_result(cap=cap)}
    return stored_errors.to_json(answer)


def _runs(packed: Any) -> Runs | None:
    if packed is None:
        return None
    others = packed["others"]
    return Runs(
        typed.time(packed["created_after"]), tuple(typed.of_type(place, int) for place in typed.of_type(others, list))
    )


def _seen(told: Mapping[str, Any], ref: JobRef, kind: JobKind, cap: int) -> JobHistory:
    seen = JobHistory.from_json(told, _answer(told["answer"], ref, kind, cap))
    typed.same({name: told[name] for name in told.keys() - {"ids", "answer"}}, seen.to_json())
    return seen


def _answer(packed: Any, ref: JobRef, kind: JobKind, cap: int) -> Answer | None:
    if packed == {"absent": True}:
        return None
    if "error" in packed:
        return stored_errors.from_json(packed)
    return _whole(packed["job"], ref, kind, cap)


def _whole(packed: Mapping[str, Any], ref: JobRef, kind: JobKind, cap: int) -> JobSnapshot:
    """The snapshot for a reference; where that means several jobs, combined from theirs as after a look."""
    if not kind.means_several(dict(ref.ids)):
        typed.same("jobs" in packed, False)
        return _job(packed, ref, kind, cap)
    share = raw_cap(len(packed["jobs"]))
    jobs = tuple(
        _job(job | {"told_later": False, "proven": kind.collection_id in job["ids"]}, ref, kind, share)
        for job in packed["jobs"]
    )
    typed.same((bool(jobs), len({tuple(sorted(job.ids.items())) for job in jobs})), (True, len(jobs)))
    whole = combined(ref, jobs, typed.maybe(packed["request_id"], str))
    typed.same(
        (packed["kind"], packed["ids"], packed["state"], packed["raw_state"]),
        (whole.kind, whole.ids, str(whole.state), whole.raw_state),
    )
    return whole


def _job(packed: Mapping[str, Any], ref: JobRef, kind: JobKind, cap: int) -> JobSnapshot:
    raw_state = typed.text(packed["raw_state"])
    renditions = (
        None if packed["renditions"] is None else tuple(_rendition(made, kind) for made in packed["renditions"])
    )
    job = kind.snapshot(
        _ids(packed["ids"], ref, kind),
        raw_state,
        renditions,
        told_later=typed.of_type(packed["told_later"], bool),
        progress=typed.percent(packed["progress"]),
        created_at=typed.time(packed["created_at"]),
        started_at=typed.time(packed["started_at"]),
        finished_at=typed.time(packed["finished_at"]),
        outputs=tuple(_output(output) for output in packed["outputs"]),
        error=_fault(packed["error"]),
        request_id=typed.maybe(packed["request_id"], str),
        raw=cap_raw(dict(typed.mapping(packed["raw"])), cap),
        proven=typed.of_type(packed["proven"], bool),
    )
    typed.same((packed["kind"], packed["state"]), (job.kind, str(job.state)))
    return job


def _fault(packed: Any) -> JobFault | None:
    return None if packed is None else JobFault(typed.maybe(packed["code"], str), typed.maybe(packed["message"], str))


def _rendition(packed: Any, kind: JobKind) -> Rendition:
    facts = typed.mapping(packed) | {"error": _fault(packed["error"]), "progress": typed.percent(packed["progress"])}
    rendition = Rendition(**facts)
    for value in (rendition.definition, rendition.template_id, rendition.job_id, rendition.uri):
        typed.maybe(value, str)
    typed.same(rendition.state, str(kind.renditions.get(typed.text(rendition.raw_state), JobState.UNKNOWN)))
    return rendition


def _ids(packed: Any, ref: JobRef, kind: JobKind) -> dict[str, str]:
    """The ids of one job, checked: all that the kind requires, and equal to those of the reference."""
    ids = {typed.text(name): typed.text(value) for name, value in typed.mapping(packed).items()}
    # Some ids of a reference choose among jobs and are no ids of the job itself.
    wanted = {
        name: value for name, value in ref.ids if name in ids or name in {*kind.ids, kind.collection_id, kind.run_id}
    }
    typed.same({name: ids.get(name) for name in wanted}, wanted)
    kind.check_names(ids)
    return ids


def _output(packed: Any) -> Output:
    output = Output(**typed.mapping(packed))
    for name, value in output._asdict().items():
        typed.maybe(value, *_OUTPUT_TYPES.get(name, (str,)))
    return output


def _report(packed: Any) -> WaitReport:
    if not all(type(count) is int and count >= 0 for count in packed.values()):
        raise ValueError(f"{packed!r} are no counts")
    return WaitReport(**packed)
