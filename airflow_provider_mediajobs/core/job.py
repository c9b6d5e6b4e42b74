"""Which job, what state, what one look saw, and the one result schema."""

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
    """Our states. The vendor's own word always travels beside it as ``raw_state``."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def ended(self) -> bool:
        """Whether the vendor will not change it any more. ``UNKNOWN`` has not ended: it keeps waiting."""
        return self in _ENDED

    def promises_less_than(self, other: JobState) -> bool:
        """Whether it opens a gate later than the other one."""
        return _LEAST.index(self) < _LEAST.index(other)


_ENDED = frozenset({JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED})

# Several records that claim to be the same job: the one that promises least. An unfinished one may be a re-run
# of the finished one, so it is believed first and success last.
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
    """Which job. Made by :meth:`JobKind.ref`, which checks the ids.

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
    """What a wait cost.

    :param looks: times this wait learnt something, or tried to.
    :param calls: requests sent.
    :param throttled: answers that said "too many calls".
    :param retried: other retryable failures.
    """

    looks: int = 0
    calls: int = 0
    throttled: int = 0
    retried: int = 0

    def plus(self, other: WaitReport) -> WaitReport:
        """Both together."""
        return WaitReport(
            self.looks + other.looks,
            self.calls + other.calls,
            self.throttled + other.throttled,
            self.retried + other.retried,
        )


@dataclass(slots=True)  # not frozen, which doubles what it takes to make one; nobody changes one that is made
class JobSnapshot:
    """What one look saw of one job. A task returns its :meth:`to_result`: XCom does not carry objects like this one.

    :param kind: name of the kind.
    :param ids: what identifies the job, found ids included.
    :param state: our word; decides. That of ``raw_state``, unless the record says less: :meth:`JobKind.state_of`.
    :param raw_state: the vendor's word.
    :param progress: percent, 0 to 100, where the vendor reports it.
    :param created_at: UTC, like all times here.
    :param outputs: the files, as far as the vendor names them.
    :param renditions: what it was to make, each with a state of its own; ``None`` where the vendor does not tell.
    :param error: why it failed, where the vendor says.
    :param request_id: of the answer.
    :param raw: the vendor's record.
    :param told_later: whether a later look may tell more of it: what was in the way now may pass.
    :param proven: whether the record says that it is the job asked for; it may say so later.
    :param among: how many jobs the reference fits, of which this one was chosen.
    :param jobs: the single jobs of a whole.
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
        """Whether the renditions that go by this name are there, and all of them have succeeded."""
        called = [rendition for rendition in self.renditions or () if rendition.is_called(name)]
        return bool(called) and all(rendition.state == JobState.SUCCEEDED for rendition in called)

    def without_raw(self) -> JobSnapshot:
        """The same without the vendor's records."""
        return replace(self, raw=_NO_RAW, jobs=tuple(job.without_raw() for job in self.jobs))

    def says_as_much_as(self, other: JobSnapshot) -> bool:
        """Whether the other one tells the same of the job: whatever the record holds beside it, of whichever answer."""
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
        """The same, by another answer."""
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
    """One snapshot over several jobs."""
    raw_state = ",".join(dict.fromkeys(job.raw_state for job in jobs))
    state = together(job.state for job in jobs)
    return JobSnapshot(ref.kind, dict(ref.ids), state, raw_state, request_id=request_id, jobs=tuple(jobs))


def together(states: Iterable[JobState]) -> JobState:
    """The state of several jobs as a whole: ended when all have, and with the words for one job."""
    found = set(states)
    if not found or JobState.UNKNOWN in found:  # no job at all proves nothing
        return JobState.UNKNOWN
    if len(found) == 1:
        return found.pop()
    if not found <= _ENDED:  # some are done, some not begun: as a whole it runs
        return JobState.RUNNING
    return JobState.PARTIAL if found & {JobState.SUCCEEDED, JobState.PARTIAL} else JobState.FAILED


def least_final(snapshots: Iterable[JobSnapshot]) -> JobSnapshot:
    """Of several records that claim to be one job, the one that opens a gate last."""
    found = list(snapshots)
    return found[0] if len(found) == 1 else min(found, key=lambda snapshot: _LEAST.index(snapshot.state))


def least(states: Iterable[JobState]) -> JobState:
    """Of several states of one job, the one that promises least."""
    return min(states, key=_LEAST.index)
