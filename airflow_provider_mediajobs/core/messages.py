# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Texts about jobs for log lines and for the messages of ended waits."""

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
"""The number of jobs that one message lists in full."""
NAME_SHOWN = 120
"""Characters of one job's name in lines that list several."""

# Advice by error class; the first class that matches counts.
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
    """State, vendor's word and progress in one phrase."""
    progress = f", {snapshot.progress} %" if snapshot.progress is not None else ""
    return _phrase(f"{snapshot.state}{counts(snapshot.jobs)}", snapshot.raw_state, progress)


def gist(snapshot: JobSnapshot) -> str:
    """State and vendor's word in one phrase, without progress, which changes with every look."""
    return _phrase(f"{snapshot.state}{counts(snapshot.jobs)}", snapshot.raw_state, "")


@lru_cache(maxsize=1024)
def _phrase(state: str, word: str, progress: str) -> str:
    """Cached, so that waits which keep the same text share one object."""
    return f"{state} (the vendor says {word!r}{progress})"


def counts(jobs: Sequence[JobSnapshot]) -> str:
    """The number of jobs in each state, for a snapshot of several; empty for a single job."""
    return f": {tally(str(job.state) for job in jobs)}" if jobs else ""


def tally(words: Iterable[str]) -> str:
    """Counts of equal words: ``2 succeeded, 1 running``."""
    return ", ".join(f"{number} {word}" for word, number in Counter(words).items())


def called(ids: Mapping[str, str], but: Mapping[str, str] | None = None) -> str:
    """A job's name in a list of jobs: ``job_id=1``.

    :param but: ids to leave out, being the same for all.
    """
    return _short(" ".join(f"{name}={value}" for name, value in ids.items() if name not in (but or {})))


def _short(text: str) -> str:
    return text if len(text) <= NAME_SHOWN else text[:NAME_SHOWN] + "…"


def listed(words: Sequence[str]) -> str:
    """The first ten words, and the number of the others."""
    more = f", and {len(words) - TOLD} more" if len(words) > TOLD else ""
    return ", ".join(words[:TOLD]) + more


def unfinished(snapshot: JobSnapshot) -> str:
    """The renditions that have not ended, each with the vendor's word for its state."""
    going_on = (made for made in snapshot.renditions or () if not JobState(made.state).ended)
    return several([f"{made.name}: {made.raw_state}" for made in going_on], "")


def chosen(snapshot: JobSnapshot) -> str:
    """The ids and creation time by which one run is told from others."""
    found = " ".join(f"{name}={value}" for name, value in snapshot.ids.items())
    return found + (f", created at {format_time(snapshot.created_at)}" if snapshot.created_at else "")


def message(ref: JobRef, snapshot: JobSnapshot) -> str:
    """An ended job in one sentence, with all that the vendor's support needs."""
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
    """Messages of several jobs in one: the first ten, and the number of the others."""
    more = f"; and {len(ends) - TOLD} more" if len(ends) > TOLD else ""
    return (f"{summary}: " if summary else "") + "; ".join(ends[:TOLD]) + more


def closing(kind: JobKind, advice: str) -> str:
    """The end of a message: advice, and the vendor's console."""
    return f"; {advice}; console: {kind.console}"


def what_next(kind: JobKind, error: errors.MediaJobsError) -> str:
    """The advice for an error, as the end of a message; empty where there is none."""
    advice = next((advice for sort, advice in _NEXT.items() if isinstance(error, sort)), None)
    if isinstance(error, errors.RenditionsUntold) and error.snapshot and error.snapshot.renditions is not None:
        advice = _CONTRADICTED
    return "" if advice is None else closing(kind, advice.format(actions=" and ".join(kind.actions)))
