# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The steps of a submission: what a try is told of itself, what it can be told to do. ``core.submission`` decides."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NamedTuple

from .errors import MediaJobsError
from .written import Written


class This(NamedTuple):
    """A try, as Airflow tells of it.

    :param task: see :class:`Key`; likewise ``generation``.
    :param first: whether there was none before it.
    :param keeps: whether what is written down survives it.
    :param since: before any try of it can have begun.
    """

    task: str
    generation: int
    first: bool
    keeps: bool
    since: datetime


class Shown(Enum):
    """What a look at the job has told."""

    NOT_SHOWN = "not shown"
    GOES_ON = "goes on"
    ENDED_WELL = "ended well"
    ENDED_BADLY = "ended badly"


class Create(NamedTuple):
    """Write it down, then send the request.

    :param again: whether this try does not know what has become of another request, which it is the second of.
    """

    written: Written
    again: bool = False


class Again(NamedTuple):
    """Write down what is kept, pause, then the same :class:`Create`: what was sent last has made nothing.

    :param kept: for the pause. The intent is written down anew after it: who dies in the pause has sent nothing, and
        who dies after it may have.
    :param error: why.
    """

    create: Create
    kept: Written
    error: MediaJobsError


class Renew(NamedTuple):
    """Write down what ``again`` keeps, and read the connection anew: its credentials were refused."""

    again: Again
    refused: Step


class Find(NamedTuple):
    """Look for the job.

    :param why: the last answer left it unclear; ``None`` where an earlier try did.
    :param exists: the vendor has said that a job with our key was made.
    :param again: see :class:`Create`.
    """

    written: Written
    why: MediaJobsError | None = None
    exists: bool = False
    again: bool = False


class FindAgain(NamedTuple):
    """Pause, then the same."""

    find: Find


class Look(NamedTuple):
    """Look at the job once."""

    written: Written


class Attach(NamedTuple):
    """Write it down, then wait for the job.

    :param how: for people: what job that is.
    """

    written: Written
    how: str


class Refused(NamedTuple):
    """Write down that nothing was made, and raise the error."""

    written: Written
    error: MediaJobsError


class Unclear(NamedTuple):
    """Leave what is written down as it is, and fail.

    :param reason: for people.
    """

    reason: str
    why: MediaJobsError | None


Step = Create | Again | Renew | Find | FindAgain | Look | Attach | Refused | Unclear
