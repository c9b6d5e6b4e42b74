# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How several jobs are asked for by one call, as MPC takes their ids: up to ten, and all refused for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ....core import facts, shapes
from ....core.errors import (
    ApiError,
    JobNotFound,
    PermissionDenied,
    RequestRejected,
    UnreadableResponse,
    WrongPlace,
)
from ....core.job import JobRef, JobSnapshot, least_final
from ....core.kind import Answer, Answers, Exchange

if TYPE_CHECKING:
    from ....core.http import HttpResponse

Ask = Callable[[Sequence[JobRef]], Exchange[Answers]]
"""One call for these jobs."""


def look(refs: Sequence[JobRef], ask: Ask) -> Exchange[Answers]:
    """One call for all of them. One bad id may get the whole call refused: then each is asked singly."""
    try:
        return (yield from ask(refs))
    except (RequestRejected, JobNotFound, PermissionDenied) as error:
        return (yield from _singly(refs, ask, error))


def _singly(refs: Sequence[JobRef], ask: Ask, error: ApiError) -> Exchange[Answers]:
    """Each for itself. A missing permission is none of one job's, unless another job may be looked at.

    :raises PermissionDenied: where the first one is refused with it, too.
    """
    if isinstance(error, WrongPlace) or (isinstance(error, PermissionDenied) and (len(refs) == 1 or _is_of_all(error))):
        raise error
    if len(refs) == 1:
        return {refs[0]: error}
    answers: dict[JobRef, Answer] = {}
    for ref in refs:
        try:
            answers.update((yield from look([ref], ask)))
        except PermissionDenied as refusal:
            if ref is refs[0]:
                raise
            answers[ref] = refusal
    return answers


def _is_of_all(error: PermissionDenied) -> bool:
    from .codes import known  # here, not above: importing a sensor in a DAG file must not load it

    return known(error.code) is not None


def answers(
    response: HttpResponse,
    wanted: Mapping[str, JobRef],
    jobs: shapes.Listed,
    id_field: str,
    snapshot: Callable[[str, dict[str, Any], str | None], JobSnapshot],
) -> Answers:
    """What cannot be read is trouble of its own job; where it is not said whose it is, of all that are not shown.

    :param wanted: the jobs by their ids.
    :param jobs: the records of the answer.
    :param id_field: where a record has its id.
    :param snapshot: ``snapshot(id, record, request_id)``; raises :class:`WrongShape` for one that cannot be read.
    """
    request_id = facts.text(response.headers.get("x-request-id"))
    found: dict[str, list[JobSnapshot]] = {}
    wrong: dict[str, UnreadableResponse] = {}
    doubt = shapes.Doubt(response)
    unread = doubt(jobs.unread) if jobs.unread else None
    for job in jobs.records:
        job_id = None
        try:
            job_id = shapes.ident(id_field, job.get(id_field))
            if job_id is not None and job_id in wanted:
                seen = snapshot(job_id, job, request_id)
                found.setdefault(job_id, []).append(seen)
        except shapes.WrongShape as shape:
            if job_id is None:
                unread = doubt(shape)
            else:
                wrong[job_id] = doubt(shape)
    shown = {job_id: least_final(snapshots) for job_id, snapshots in found.items()}
    told = {ref: wrong.get(job_id) or shown.get(job_id) or unread for job_id, ref in wanted.items()}
    return {ref: answer for ref, answer in told.items() if answer is not None}
