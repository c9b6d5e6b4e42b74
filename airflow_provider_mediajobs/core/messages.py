"""The words for what was seen: log lines, and the messages of ends that somebody is woken for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from . import errors
from .job import JobRef, JobSnapshot, JobState
from .times import format_time

if TYPE_CHECKING:
    from .kind import JobKind

TOLD = 10
"""Jobs whose ends one message tells in full."""
NAME_SHOWN = 120
"""Characters of a job's name, in lines that name many."""

# What to do next, by the first of these that an error is.
_NEXT: dict[type[errors.MediaJobsError], str] = {
    errors.JobFailed: "repair the source or the settings, submit the job again, then clear this task",
    errors.JobCancelled: "somebody cancelled it: submit it again if it is still wanted",
    errors.RenditionsUntold: "grant the key {actions}",
    errors.JobPartiallySucceeded: (
        "submit again what failed, or say by on_partial or required_definitions what is good enough"
    ),
    errors.QueueTimedOut: "it may still start: look why the queue is long, or raise queue_timeout",
    errors.Stalled: "it may still go on: look at the job, or raise stall_timeout",
    errors.AuthError: "correct key, secret, token or clock",
    errors.AccountNotInOrder: "open the service, or settle what is due, in the vendor's console; it is no permission",
    errors.DeniedHere: (
        "check region and project of the connection, and the address that calls come from; where they are right, grant "
        "the key {actions}"
    ),
    errors.PermissionDenied: "grant the key {actions}; check the project id",
    errors.OnlyOlderRuns: "submit the job again; created_after=None, or a time before that run, would accept it",
    errors.JobNotFound: "check the ids, and the region and account of the connection",
    errors.WrongPlace: "check region, project and endpoints of the connection: what answers does not serve this",
    errors.RequestRejected: "correct the parameter that the vendor names",
}
TIMED_OUT = "raise timeout, or look what keeps the job"
_CONTRADICTED = "the vendor's word for the job and those for its renditions contradict each other: look at the job"


def describe(snapshot: JobSnapshot) -> str:
    """State, the vendor's word, progress: one phrase for a log line."""
    progress = f", {snapshot.progress} %" if snapshot.progress is not None else ""
    return _phrase(f"{snapshot.state}{collection_id(snapshot.jobs)}", snapshot.raw_state, progress)


def gist(snapshot: JobSnapshot) -> str:
    """The same without progress, which moves all the time."""
    return _phrase(f"{snapshot.state}{collection_id(snapshot.jobs)}", snapshot.raw_state, "")


@lru_cache(maxsize=1024)
def _phrase(state: str, word: str, progress: str) -> str:
    """One object for all waits that keep it."""
    return f"{state} (the vendor says {word!r}{progress})"


def collection_id(jobs: Sequence[JobSnapshot]) -> str:
    """How many of several jobs are in which state; nothing for a single one."""
    return f": {tally(str(job.state) for job in jobs)}" if jobs else ""


def tally(words: Iterable[str]) -> str:
    """``2 succeeded, 1 running``."""
    return ", ".join(f"{number} {word}" for word, number in Counter(words).items())


def called(ids: Mapping[str, str], but: Mapping[str, str] | None = None) -> str:
    """``job_id=1``: a job's name beside others of its kind.

    :param but: ids that they all have in common.
    """
    return _short(" ".join(f"{name}={value}" for name, value in ids.items() if name not in (but or {})))


def _short(text: str) -> str:
    return text if len(text) <= NAME_SHOWN else text[:NAME_SHOWN] + "…"


def listed(words: Sequence[str]) -> str:
    """The first of many, and how many more there are."""
    more = f", and {len(words) - TOLD} more" if len(words) > TOLD else ""
    return ", ".join(words[:TOLD]) + more


def unfinished(snapshot: JobSnapshot) -> str:
    """The renditions that have not ended, by name and the vendor's word."""
    going_on = (made for made in snapshot.renditions or () if not JobState(made.state).ended)
    return several([f"{made.name}: {made.raw_state}" for made in going_on], "")


def chosen(snapshot: JobSnapshot) -> str:
    """Which of several runs it is."""
    found = " ".join(f"{name}={value}" for name, value in snapshot.ids.items())
    return found + (f", created at {format_time(snapshot.created_at)}" if snapshot.created_at else "")


def message(ref: JobRef, snapshot: JobSnapshot) -> str:
    """An end in one sentence, with all the facts support asks for."""
    found = " ".join(f"{name}={value}" for name, value in snapshot.ids.items() if ref.get(name) is None)
    parts = [
        f"{ref} ended as {describe(snapshot)}",
        f"found {found}" if found else "",
        str(snapshot.error) if snapshot.error else "",
        f"finished at {format_time(snapshot.finished_at)}" if snapshot.finished_at else "",
        f"request id {snapshot.request_id}" if snapshot.request_id else "",
    ]
    return "; ".join(part for part in parts if part)


def several(ends: Sequence[str], summary: str) -> str:
    """The ends of many jobs in one message that can still be read."""
    more = f"; and {len(ends) - TOLD} more" if len(ends) > TOLD else ""
    return (f"{summary}: " if summary else "") + "; ".join(ends[:TOLD]) + more


def closing(kind: JobKind, advice: str) -> str:
    """The end of every message: what to do now, and where to look."""
    return f"; {advice}; console: {kind.console}"


def what_next(kind: JobKind, error: errors.MediaJobsError) -> str:
    """The advice for an error; nothing where its own text says it."""
    advice = next((advice for sort, advice in _NEXT.items() if isinstance(error, sort)), None)
    if isinstance(error, errors.RenditionsUntold) and error.snapshot and error.snapshot.renditions is not None:
        advice = _CONTRADICTED
    return "" if advice is None else closing(kind, advice.format(actions=" and ".join(kind.actions)))
