# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decisions about a wait: go on, or one of four ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import MediaJobsError
from .job import JobRef, JobSnapshot, JobState


@dataclass(frozen=True, slots=True)
class Wait:
    """The wait goes on.

    :param reason: for the log.
    :param gist: the reason without progress figures; a line is logged when it changes.
    :param word: the reason in a word, for counts over several jobs.
    :param trouble: class of the error that kept the look from learning anything; for several jobs, the first such.
    :param parts: for several jobs: each job's name and word.
    """

    reason: str
    gist: str = ""
    word: str = ""
    trouble: str = field(default="", compare=False)
    parts: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Done:
    """The wait ends with success."""

    snapshot: JobSnapshot


@dataclass(frozen=True, slots=True)
class Skip:
    """The wait ends as skipped, which the DAG author asked for on such an end.

    :param reason: for the task log.
    :param snapshot: of all jobs, in a wait for several; ``None`` for one job.
    """

    reason: str
    snapshot: JobSnapshot | None = None


@dataclass(frozen=True, slots=True)
class Fail:
    """The wait ends with this error.

    :param reason: the complete message, for the task log.
    :param snapshot: the jobs, in a wait for several; ``None`` for one job.
    :param overdue: jobs that have not started within ``queue_timeout``.
    """

    error: MediaJobsError
    reason: str
    snapshot: JobSnapshot | None = None
    overdue: tuple[JobRef, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The deadline has passed before the jobs ended.

    :param snapshot: the jobs, in a wait for several; ``None`` for one job.
    :param unfinished: the jobs that have not ended, with their states where the newest look has shown them.
    """

    reason: str
    snapshot: JobSnapshot | None = None
    unfinished: tuple[tuple[JobRef, JobState | None], ...] = ()


Over = Done | Skip | Fail | TimedOut
Decision = Wait | Over
