# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Data types of a submission: facts about the running try of a task, and the steps that ``core.submission`` returns."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NamedTuple

from .errors import MediaJobsError
from .written import Written


class TaskTry(NamedTuple):
    """One try of an operator's task.

    :param task: digest of the task instance; see :class:`Key`.
    :param generation: Airflow's ``max_tries``; see :class:`Key`.
    :param first: whether it is the first try.
    :param keeps: whether stored data outlives the try. It does where Airflow has a task state store (3.3 and later).
    :param since: a time before the first try of the task instance began.
    """

    task: str
    generation: int
    first: bool
    keeps: bool
    since: datetime


class Shown(Enum):
    """What a look at a job that was submitted earlier has shown."""

    NOT_SHOWN = "not shown"
    GOES_ON = "goes on"
    ENDED_WELL = "ended well"
    ENDED_BADLY = "ended badly"


class Create(NamedTuple):
    """Store ``written``, then send the request that creates the job.

    :param again: whether this try has sent a request before and does not know what became of it.
    """

    written: Written
    again: bool = False


class Again(NamedTuple):
    """Store ``kept``, pause, then repeat the :class:`Create`: the last request has proved to have created nothing.

    :param kept: what is stored during the pause. Afterwards the intent is stored again: a worker that dies in the pause
        has sent nothing, and one that dies later may have.
    :param error: the error of the last request.
    """

    create: Create
    kept: Written
    error: MediaJobsError


class Renew(NamedTuple):
    """Store ``again.kept``, and read the connection again, since its credentials were refused.

    :param again: the next step if the connection has changed.
    :param refused: the next step if it has not.
    """

    again: Again
    refused: Step


class Find(NamedTuple):
    """Search the vendor's jobs for the one that an earlier request may have created.

    :param why: the error that left this open; ``None`` if an earlier try left it open.
    :param exists: whether the vendor has said that it knows a job with this key.
    :param again: see :class:`Create`.
    """

    written: Written
    why: MediaJobsError | None = None
    exists: bool = False
    again: bool = False


class FindAgain(NamedTuple):
    """Pause, then repeat the search."""

    find: Find


class Look(NamedTuple):
    """Look once at the job whose ids are known."""

    written: Written


class Attach(NamedTuple):
    """Store ``written``, then wait for the job.

    :param how: for the log: how the job was identified.
    """

    written: Written
    how: str


class Refused(NamedTuple):
    """Store that no job was created, and raise the error."""

    written: Written
    error: MediaJobsError


class Unclear(NamedTuple):
    """Fail, and leave the stored data as it is, since nobody can tell whether a job was created.

    :param reason: for the log and the task's exception.
    :param why: the error that left this open, if there was one in this try.
    """

    reason: str
    why: MediaJobsError | None


Step = Create | Again | Renew | Find | FindAgain | Look | Attach | Refused | Unclear
