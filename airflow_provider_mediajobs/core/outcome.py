"""The one place that decides what a wait has come to. Pure, and the same for every mode.

``decide`` takes what was asked, what was seen so far, and the time, and answers with one of five verdicts. Nothing
else in the package turns a job's state into success, failure, skip or time-out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from .errors import (
    JobCancelled,
    JobFailed,
    JobNotFound,
    JobPartiallySucceeded,
    MediaJobsError,
)
from .job import JobRef, JobSnapshot, JobState
from .kind import Answer
from .policy import NOT_FOUND_GRACE_S
from .times import format_time


@dataclass(frozen=True, slots=True)
class Asked:
    """What the DAG author wants to know.

    :param ref: which job.
    :param deadline: when the wait ends without an answer.
    :param timeout: seconds the wait was given, for the message.
    :param on_partial: what to do about an end that is not full success: ``fail``, ``accept`` or ``skip``.
    :param not_found_grace: seconds for which a job may be invisible, from the first look that does not show it.
    :param episodes: how many jobs must be there, where the reference means several.
    """

    ref: JobRef
    deadline: datetime
    timeout: float
    on_partial: str = "fail"
    not_found_grace: float = NOT_FOUND_GRACE_S
    episodes: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the looks so far have told.

    :param answer: of the newest look; ``None`` where the vendor showed no such job.
    :param absent_since: the first look of those that have now told, without a sighting between them, that the vendor
        shows no such job. Looks without news do not count: an outage proves nothing about the job.
    """

    answer: Answer | None = None
    absent_since: datetime | None = None

    def after(self, answer: Answer | None, now: datetime) -> Seen:
        """With one more look."""
        if isinstance(answer, JobSnapshot):
            return replace(self, answer=answer, absent_since=None)
        if answer is None or isinstance(answer, JobNotFound):
            return replace(self, answer=answer, absent_since=self.absent_since or now)
        return replace(self, answer=answer)

    def without_raw(self) -> Seen:
        """The same without the vendor's records, which decide nothing."""
        return replace(self, answer=self.answer.without_raw()) if isinstance(self.answer, JobSnapshot) else self


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again. ``reason`` is for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The gate opens."""

    snapshot: JobSnapshot


@dataclass(frozen=True, slots=True)
class Skip:
    """The author asked to skip on this end."""

    reason: str


@dataclass(frozen=True, slots=True)
class Fail:
    """The wait ends with this error."""

    error: MediaJobsError


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The deadline passed without an end."""

    reason: str


Over = Done | Skip | Fail | TimedOut
Verdict = Wait | Over
Clock = Callable[[], datetime]


def decide(asked: Asked, seen: Seen, now: datetime) -> Verdict:
    """What the wait has come to after the newest look."""
    answer = seen.answer
    if isinstance(answer, JobSnapshot):
        verdict = _of_snapshot(asked, answer)
    elif answer is None or isinstance(answer, JobNotFound):
        verdict = _of_absence(asked, seen, now)
    elif answer.retryable:
        verdict = Wait(f"no news: {answer}")  # a poll is its own retry, however long the trouble lasts
    else:
        verdict = Fail(answer)
    if isinstance(verdict, Wait) and now >= asked.deadline:
        return TimedOut(f"{asked.ref}: still waiting after {asked.timeout:g} s; at the last look: {verdict.reason}")
    return verdict


def _of_snapshot(asked: Asked, snapshot: JobSnapshot) -> Verdict:
    state = snapshot.state
    match state:
        case JobState.SUCCEEDED:
            return _of_success(asked, snapshot)
        case JobState.PARTIAL:
            return _of_partial(asked, snapshot)
        case JobState.FAILED:
            return Fail(JobFailed(story(asked.ref, snapshot), snapshot))
        case JobState.CANCELLED:
            return Fail(JobCancelled(story(asked.ref, snapshot), snapshot))
        case JobState.PENDING | JobState.RUNNING | JobState.UNKNOWN:
            return Wait(describe(snapshot))
    assert_never(state)


def _of_success(asked: Asked, snapshot: JobSnapshot) -> Verdict:
    # Fewer episodes listed than the author expects: the rest has not been created yet.
    if asked.episodes is not None and len(snapshot.jobs) < asked.episodes:
        return Wait(f"{len(snapshot.jobs)} of {asked.episodes} episodes are there, all of them succeeded")
    return Done(snapshot)


def _of_partial(asked: Asked, snapshot: JobSnapshot) -> Verdict:
    if asked.on_partial == "accept":
        return _of_success(asked, snapshot)
    if asked.on_partial == "skip":
        return Skip(story(asked.ref, snapshot))
    return Fail(JobPartiallySucceeded(story(asked.ref, snapshot), snapshot))


def _of_absence(asked: Asked, seen: Seen, now: datetime) -> Verdict:
    """A job need not be visible at once: creation is asynchronous, and lists lag."""
    absent = (now - (seen.absent_since or now)).total_seconds()
    if absent < asked.not_found_grace:
        return Wait(f"not visible (yet); {asked.not_found_grace:g} s are allowed for that")
    told = seen.answer if isinstance(seen.answer, JobNotFound) else None
    message = (
        f"{asked.ref}: not visible for {absent:.0f} s (not_found_grace is {asked.not_found_grace:g} s)"
        + (f"; the vendor says {told}" if told else "")
        + "; check the ids, the region and the project of the connection"
    )
    code = told.code if told else "NotFound"
    return Fail(JobNotFound(code, message, request_id=told.request_id if told else None))


def describe(snapshot: JobSnapshot) -> str:
    """State, the vendor's word, progress: one phrase for a log line."""
    progress = f", {snapshot.progress} %" if snapshot.progress is not None else ""
    return f"{snapshot.state} (the vendor says {snapshot.raw_state!r}{progress})"


def story(ref: JobRef, snapshot: JobSnapshot) -> str:
    """An end in one sentence, with all the facts support asks for."""
    bad = [job for job in snapshot.jobs if job.state.ended and job.state is not JobState.SUCCEEDED]
    found = " ".join(f"{name}={value}" for name, value in snapshot.ids.items() if ref.get(name) is None)
    parts = [
        f"{ref} ended as {describe(snapshot)}",
        f"found {found}" if found else "",
        f"{snapshot.error.code}: {snapshot.error.message}" if snapshot.error else "",
        f"finished at {format_time(snapshot.finished_at)}" if snapshot.finished_at else "",
        "; ".join(f"{job.ids}: {describe(job)}" for job in bad),
        f"request id {snapshot.request_id}" if snapshot.request_id else "",
    ]
    return "; ".join(part for part in parts if part)
