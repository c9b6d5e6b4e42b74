# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Status queries for several jobs in one call, for operations whose records name their jobs.

One bad id may get the whole call refused; then each job is queried singly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import shapes
from .errors import (
    ApiError,
    JobNotFound,
    PermissionDenied,
    RequestRejected,
    UnreadableResponse,
    WrongPlace,
)
from .job import JobRef, JobSnapshot, least_final
from .kind import Answer, Answers, Exchange

if TYPE_CHECKING:
    from .http import HttpResponse

Ask = Callable[[Sequence[JobRef]], Exchange[Answers]]
"""``ask(refs)``: one call that queries these jobs."""

Read = Callable[[str, dict[str, Any], str | None], JobSnapshot]
"""``read(id, record, request_id)``: reads a record; raises :class:`WrongShape` for one that cannot be read."""


def look(refs: Sequence[JobRef], ask: Ask, is_listed: Callable[[str], bool]) -> Exchange[Answers]:
    """Query all jobs by one call; if that is refused, query each singly.

    :param ask: makes a call.
    :param is_listed: whether the vendor's table lists an error code. A missing permission with a listed code concerns
        the operation, not single jobs, so it is raised at once.
    :raises PermissionDenied: where the permission is missing for all jobs.
    :raises WrongPlace: where the project or region is wrong.
    """
    try:
        return (yield from ask(refs))
    except (RequestRejected, JobNotFound, PermissionDenied) as error:
        return (yield from _singly(refs, ask, is_listed, error))


def _singly(refs: Sequence[JobRef], ask: Ask, is_listed: Callable[[str], bool], error: ApiError) -> Exchange[Answers]:
    """Query each job singly after the call for all was refused.

    :raises PermissionDenied: where the first job's own call is refused with it, too: then it concerns all jobs.
    """
    of_all = isinstance(error, PermissionDenied) and (len(refs) == 1 or is_listed(error.code))
    if isinstance(error, WrongPlace) or of_all:
        raise error
    if len(refs) == 1:
        return {refs[0]: error}
    answers: dict[JobRef, Answer] = {}
    for ref in refs:
        try:
            answers.update((yield from look([ref], ask, is_listed)))
        except PermissionDenied as refusal:
            if ref is refs[0]:
                raise
            answers[ref] = refusal
    return answers


def answers(
    response: HttpResponse,
    request_id: str | None,
    wanted: Mapping[str, JobRef],
    jobs: shapes.Listed,
    id_field: str,
    read: Read,
) -> Answers:
    """The answers that one response holds.

    A record that cannot be read is an error of its own job. If its id cannot be read either, it is an error of every
    wanted job that the response does not show.

    :param request_id: id of the request, for snapshots.
    :param wanted: references by the ids of their jobs.
    :param jobs: the records of the response.
    :param id_field: name of the field with a record's id.
    :param read: reads a record.
    """
    found: dict[str, list[JobSnapshot]] = {}
    wrong: dict[str, UnreadableResponse] = {}
    doubt = shapes.Doubt(response)
    unread = doubt(jobs.unread) if jobs.unread else None
    for job in jobs.records:
        job_id = None
        try:
            job_id = shapes.ident(id_field, job.get(id_field))
            if job_id is not None and job_id in wanted:
                seen = read(job_id, job, request_id)
                found.setdefault(job_id, []).append(seen)
        except shapes.WrongShape as shape:
            if job_id is None:
                unread = doubt(shape)
            else:
                wrong[job_id] = doubt(shape)
    shown = {job_id: least_final(snapshots) for job_id, snapshots in found.items()}
    told = {ref: wrong.get(job_id) or shown.get(job_id) or unread for job_id, ref in wanted.items()}
    return {ref: answer for ref, answer in told.items() if answer is not None}
