"""What a wait may have come to: five verdicts, of which four end it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import MediaJobsError
from .job import JobRef, JobSnapshot, JobState


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again.

    :param reason: for the log.
    :param gist: the reason without what moves all the time; a change of it is news.
    :param word: the reason in a word, for a wait that is one of many.
    :param trouble: the sort of error that leaves it without news; of many waits, leaves any of them.
    :param parts: of a wait for many: each job's name and word.
    """

    reason: str
    gist: str = ""
    word: str = ""
    trouble: str = field(default="", compare=False)
    parts: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Done:
    """The gate opens."""

    snapshot: JobSnapshot


@dataclass(frozen=True, slots=True)
class Skip:
    """The author asked to skip on this end.

    :param snapshot: of all the jobs, where several were asked for; so below.
    """

    reason: str
    snapshot: JobSnapshot | None = None


@dataclass(frozen=True, slots=True)
class Fail:
    """The wait ends with this error.

    :param reason: the whole story, for the task log.
    :param overdue: jobs that have not started within ``queue_timeout``.
    """

    error: MediaJobsError
    reason: str
    snapshot: JobSnapshot | None = None
    overdue: tuple[JobRef, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The deadline passed without an end.

    :param unfinished: the jobs that have not ended, with their states where the newest look has shown them.
    """

    reason: str
    snapshot: JobSnapshot | None = None
    unfinished: tuple[tuple[JobRef, JobState | None], ...] = ()


Over = Done | Skip | Fail | TimedOut
Decision = Wait | Over
