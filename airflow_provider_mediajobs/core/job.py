# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A job's reference, its states, a snapshot of it, and the JSON that sensors return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from .output import RAW_CAP, JobFault, Output, Rendition, cap_raw, raw_cap
from .times import format_time, seconds_between

_NO_RAW: Mapping[str, Any] = {}


class JobState(StrEnum):
    """The states of a job, the same for all vendors. The vendor's own word is kept beside it as ``raw_state``."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def ended(self) -> bool:
        """Whether the state is final. ``UNKNOWN`` is not: the wait goes on."""
        return self in _ENDED

    def promises_less_than(self, other: JobState) -> bool:
        """Whether it is further from success than the other state, in the order of ``_LEAST``."""
        return _LEAST.index(self) < _LEAST.index(other)


_ENDED = frozenset({JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED})

# From least to most: of several records of one job the least counts. An unfinished record may be a re-run of a
# finished one, so it comes before any end, and success comes last.
_LEAST = (
    JobState.UNKNOWN,
    JobState.PENDING,
    JobState.RUNNING,
    JobState.FAILED,
    JobState.CANCELLED,
    JobState.PARTIAL,
    JobState.SUCCEEDED,
)


class JobRef:
    """A reference to a job. Made by :meth:`JobKind.ref`, which checks the ids.

    :param kind: name of the kind.
    :param ids: names and values, in the kind's order; ids that were not given are absent.
    """

    __slots__ = ("ids", "kind")

    def __init__(self, kind: str, ids: tuple[tuple[str, str], ...]) -> None:
        self.kind: Final = kind
        self.ids: Final = ids

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JobRef) and self.ids == other.ids and self.kind == other.kind

    def __hash__(self) -> int:
        return hash((self.kind, self.ids))

    def __repr__(self) -> str:
        return f"JobRef(kind={self.kind!r}, ids={self.ids!r})"

    def __getitem__(self, name: str) -> str:
        return dict(self.ids)[name]

    def get(self, name: str) -> str | None:
        """The id, or ``None`` where it was not given."""
        return dict(self.ids).get(name)

    def __str__(self) -> str:
        return f"{self.kind} " + " ".join(f"{name}={value}" for name, value in self.ids)


@dataclass(slots=True)
class WaitReport:
    """What a wait has cost.

    :param looks: times that it asked for its jobs, successfully or not.
    :param calls: requests sent.
    :param throttled: answers that said "too many calls".
    :param retried: other retryable failures.
    """

    looks: int = 0
    calls: int = 0
    throttled: int = 0
    retried: int = 0

    def plus(self, other: WaitReport) -> WaitReport:
        """The sum of both."""
        return WaitReport(
            self.looks + other.looks,
            self.calls + other.calls,
            self.throttled + other.throttled,
            self.retried + other.retried,
        )


@dataclass(slots=True)  # treated as immutable; frozen=True would double the cost of creating one
class JobSnapshot:
    """One job as one look has shown it. Tasks return :meth:`to_result`, since XCom does not accept the object.

    :param kind: name of the kind.
    :param ids: what identifies the job, including ids that the answer added.
    :param state: the state that decides: that of ``raw_state``, or less by the record: :meth:`JobKind.state_of`.
    :param raw_state: the vendor's word for the state.
    :param progress: percent, 0 to 100, where the vendor reports it.
    :param created_at: UTC, like all times here.
    :param outputs: the files, as far as the vendor names them.
    :param renditions: the outputs it was to make, each with a state; ``None`` where the vendor does not list them.
    :param error: why it failed, where the vendor says.
    :param request_id: of the answer.
    :param raw: the vendor's record.
    :param told_later: whether details are missing only because a further call failed: a later look may bring them.
    :param proven: whether the record identifies itself as the requested job; a later one may.
    :param among: number of jobs that match the reference, of which this one was chosen.
    :param jobs: the jobs of a reference that means several; empty for a single job.
    """

    kind: str
    ids: Mapping[str, str]
    state: JobState
    raw_state: str
    progress: int | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outputs: tuple[Output, ...] = ()
    renditions: tuple[Rendition, ...] | None = None
    error: JobFault | None = None
    request_id: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    told_later: bool = False
    proven: bool = True
    among: int = 1
    jobs: tuple[JobSnapshot, ...] = ()

    def to_result(self, wait: WaitReport | None = None, cap: int = RAW_CAP) -> dict[str, Any]:
        """The plain JSON that sensors return and that goes into XCom.

        :param cap: bytes of the vendor's record to keep.
        """
        if self.jobs:
            share = raw_cap(len(self.jobs))
            return {"schema": 1, "state": str(self.state), "jobs": [job.to_result(wait, share) for job in self.jobs]}
        return {
            "schema": 1,
            "kind": self.kind,
            "ids": dict(self.ids),
            "state": str(self.state),
            "raw_state": self.raw_state,
            "progress": self.progress,
            "created_at": format_time(self.created_at),
            "started_at": format_time(self.started_at),
            "finished_at": format_time(self.finished_at),
            "outputs": [output.to_dict() for output in self.outputs],
            "renditions": None if self.renditions is None else [made.to_dict() for made in self.renditions],
            "error": self.error and self.error._asdict(),
            "request_id": self.request_id,
            "wait": self._wait(wait or WaitReport()),
            "raw": cap_raw(self.raw, cap),
        }

    def has_made(self, name: str) -> bool:
        """Whether there are renditions of this name and all of them have succeeded."""
        called = [rendition for rendition in self.renditions or () if rendition.is_called(name)]
        return bool(called) and all(rendition.state == JobState.SUCCEEDED for rendition in called)

    def without_raw(self) -> JobSnapshot:
        """The same without the vendor's records."""
        return replace(self, raw=_NO_RAW, jobs=tuple(job.without_raw() for job in self.jobs))

    def says_as_much_as(self, other: JobSnapshot) -> bool:
        """Whether both say the same of the job, apart from the raw record and the request id."""
        return (
            self.progress == other.progress
            and self.raw_state == other.raw_state
            and self.state is other.state
            and self.ids == other.ids
            and self.kind == other.kind
            and self.created_at == other.created_at
            and self.started_at == other.started_at
            and self.finished_at == other.finished_at
            and self.outputs == other.outputs
            and self.renditions == other.renditions
            and self.error == other.error
            and self.told_later == other.told_later
            and self.proven == other.proven
            and self.among == other.among
            and self.jobs == other.jobs
        )

    def answered_by(self, request_id: str | None) -> JobSnapshot:
        """A copy with the request id of another answer."""
        return replace(self, request_id=request_id)

    def _wait(self, wait: WaitReport) -> dict[str, Any]:
        return {
            "looks": wait.looks,
            "calls": wait.calls,
            "throttled": wait.throttled,
            "retried": wait.retried,
            "queued_s": seconds_between(self.created_at, self.started_at),
            "ran_s": seconds_between(self.started_at, self.finished_at),
        }


def combined(ref: JobRef, jobs: Sequence[JobSnapshot], request_id: str | None) -> JobSnapshot:
    """One snapshot that stands for several jobs."""
    raw_state = ",".join(dict.fromkeys(job.raw_state for job in jobs))
    state = together(job.state for job in jobs)
    return JobSnapshot(ref.kind, dict(ref.ids), state, raw_state, request_id=request_id, jobs=tuple(jobs))


def together(states: Iterable[JobState]) -> JobState:
    """The common state of several jobs. It is final only when all of theirs are."""
    found = set(states)
    if not found or JobState.UNKNOWN in found:  # an empty list is no success
        return JobState.UNKNOWN
    if len(found) == 1:
        return found.pop()
    if not found <= _ENDED:  # not all have ended: together they run
        return JobState.RUNNING
    return JobState.PARTIAL if found & {JobState.SUCCEEDED, JobState.PARTIAL} else JobState.FAILED


def least_final(snapshots: Iterable[JobSnapshot]) -> JobSnapshot:
    """Of several records of one job, the one with the least state in the order of ``_LEAST``."""
    found = list(snapshots)
    return found[0] if len(found) == 1 else min(found, key=lambda snapshot: _LEAST.index(snapshot.state))


def least(states: Iterable[JobState]) -> JobState:
    """Of several states of one job, the least in the order of ``_LEAST``."""
    return min(states, key=_LEAST.index)
