# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of editing tasks of Huawei VOD: ``ListAssetEditTask``, ``GET /v1/{project_id}/asset/editing/tasks``.

Facts of the page: a query is for one ``task_id``, or for a page of up to 100 tasks of the project; ``asset_id`` is the
**output**; the words SUCCEED and CANCEL differ from MPC's; there is no error text. No page states a limit for this
operation: it is taken to share that of similar operations, 100 calls a minute.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .....core import facts, shapes
from .....core.errors import JobNotFound, MediaJobsError, RequestRejected, UnreadableResponse
from .....core.job import JobRef, JobSnapshot, JobState, least_final
from .....core.kind import Answer, Answers, Cancel, Exchange, JobKind, ListPages, Page, of_these
from .....core.output import Output
from .....core.times import parse_time
from .. import quotas
from ..faults import fault
from ..rest import NO_ID, call, check_done, check_empty, permission
from ..submissions.vod_editing import SUBMIT

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.http import Pairs

PAGE = "https://support.huaweicloud.com/intl/en-us/api-vod/ListAssetEditTask.html"
PATH = "/v1/{project_id}/asset/editing/tasks"

STATES = {
    "WAITING": JobState.PENDING,
    "PROCESSING": JobState.RUNNING,
    "SUCCEED": JobState.SUCCEEDED,
    "FAILED": JobState.FAILED,
    "CANCEL": JobState.CANCELLED,
}

PAGE_SIZE = 100


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """Query one task by its id, and several by pages of the project's list, as long as that takes fewer calls.

    :return: the answer for each reference whose task was found. An error after some answers is the answer for the rest.
    """
    if len(refs) == 1:
        return (yield from _one(account, refs[0]))
    answers: dict[JobRef, Answer] = {}
    try:
        yield from _from_list(account, refs, answers)
        for ref in refs:
            if ref not in answers:
                answers.update((yield from _one(account, ref)))
    except MediaJobsError as error:
        if not error.retryable or not answers:
            raise
        # The answers so far are kept, since hundreds of calls may have brought them.
        answers |= {ref: error for ref in refs if ref not in answers}
    return answers


def _one(account: Account, ref: JobRef) -> Exchange[dict[JobRef, Answer]]:
    """Query one task by its id; empty where the vendor shows no such task."""
    try:
        page = yield from _page(account, (("task_id", ref["task_id"]),))
    except (JobNotFound, RequestRejected) as error:  # VOD.10062, VOD.10053
        return of_these([ref], error)
    found = _matching(ref, page.tasks, page) or page.unread
    return {ref: found} if found else {}


def _from_list(account: Account, refs: Sequence[JobRef], answers: dict[JobRef, Answer]) -> Exchange[None]:
    """Read pages of the list while the rest of it takes no more calls than single queries of the missing tasks.

    :param answers: the answers that are found are added to it, so that they stay if a later call fails.
    """
    seen: dict[str, dict[str, Any]] = {}
    received, total = 0, 1
    while received < total:
        missing = [ref for ref in refs if ref not in answers]
        if -(-(total - received) // PAGE_SIZE) > len(missing):  # pages left, rounded up
            break
        # The offset advances by the records received, and known tasks are dropped, since new tasks shift the list.
        page = yield from _page(account, (("limit", str(PAGE_SIZE)), ("offset", str(received))))
        tasks, total = page.tasks, page.total
        new = {task_id: task for task in tasks if (task_id := _id(task)) and task_id not in seen}
        if not new:
            break
        seen |= new
        received += page.sent
        for ref in missing:
            if found := _matching(ref, tasks, page):
                answers[ref] = found


def read_page(account: Account, offset: int, refs: Collection[JobRef]) -> Exchange[Page]:
    """Read one page of the project's list: see :class:`ListPages`."""
    query = (("limit", str(PAGE_SIZE)), ("offset", str(offset)))
    page = yield from _page(account, query)
    wanted = {ref["task_id"]: ref for ref in refs}
    places: dict[JobRef, int] = {}
    records: dict[JobRef, list[dict[str, Any]]] = {}
    for row, task in enumerate(page.tasks):
        ref = wanted.get(_id(task) or "")
        if ref is not None:
            places.setdefault(ref, offset + row)
            records.setdefault(ref, []).append(task)
    answers = {ref: found for ref, mine in records.items() if (found := _matching(ref, mine, page))}
    return Page(page.total, page.sent, _newest_first(page.tasks), answers, places)


def _newest_first(tasks: Sequence[dict[str, Any]]) -> bool | None:
    """Whether a page is sorted from new to old; ``None`` where its times of creation do not show an order."""
    times = [text for task in tasks if (text := facts.text(task.get("create_time")))]  # RFC 3339 sorts as text
    if len(set(times)) < 2 or times not in (ordered := (sorted(times), sorted(times, reverse=True))):
        return None
    return times == ordered[1]


class _Tasks(NamedTuple):
    """One page of the list.

    :param tasks: the records that can be read.
    :param total: number of tasks in the whole list.
    :param sent: number of records on this page.
    :param doubt: makes errors about this page.
    :param unread: the error of a record that cannot be read and may be of any task; ``None`` without one.
    """

    tasks: list[dict[str, Any]]
    total: int
    sent: int
    request_id: str | None
    doubt: shapes.Doubt
    unread: UnreadableResponse | None


def _page(account: Account, query: Pairs) -> Exchange[_Tasks]:
    """Read one page of the list.

    :raises MediaJobsError: for an error, and for a response that cannot be read or is not the vendor's.
    """
    response = yield call(account, "vod", "GET", PATH, query)
    body = response.json()
    with shapes.reading(response):
        found = shapes.listed("tasks", body.get("tasks"), "task", ("task_id", "status"))
    if not found.sent:
        check_empty(response, "tasks", "total")
    wrong = found.unread or next(filter(None, map(_wrong_id, found.records)), None)
    doubt = shapes.Doubt(response)
    unread = doubt(wrong) if wrong else None
    request_id = facts.text(response.headers.get("x-request-id"))
    return _Tasks(found.records, facts.integer(body.get("total")) or 0, found.sent, request_id, doubt, unread)


def _id(task: dict[str, Any]) -> str | None:
    """The task's id; ``None`` where the record has no readable one."""
    return None if _wrong_id(task) else shapes.ident("task_id", task.get("task_id"))


def _wrong_id(task: dict[str, Any]) -> shapes.WrongShape | None:
    """The error of an id that cannot be read; ``None`` for a readable or missing one."""
    try:
        shapes.ident("task_id", task.get("task_id"))
    except shapes.WrongShape as wrong:
        return wrong
    return None


def cancel(account: Account, ref: JobRef) -> Exchange[None]:
    """Cancel a queued task, by ``DeleteAssetEditTask``.

    :raises MediaJobsError: where the vendor refuses, as for a task that is no longer queued.
    """
    response = yield call(account, "vod", "DELETE", PATH, (("task_id", ref["task_id"]),))
    check_done(response)


def _matching(ref: JobRef, tasks: Sequence[dict[str, Any]], page: _Tasks) -> Answer | None:
    """The answer for a reference by these records; ``None`` where none is its task's."""
    mine = [task for task in tasks if _id(task) == ref["task_id"]]
    try:
        return least_final(_snapshot(ref["task_id"], task, page.request_id) for task in mine) if mine else None
    except shapes.WrongShape as wrong:
        return page.doubt(wrong)


def _snapshot(task_id: str, task: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of a task, by the vendor's record.

    :raises WrongShape: for a status that is no text.
    """
    raw_state = shapes.word("status", task.get("status"))
    state = VOD_EDITING.state_of(raw_state)
    output = Output(media_id=facts.text(task.get("asset_id")))
    return VOD_EDITING.snapshot(
        {"task_id": task_id},
        raw_state,
        progress=facts.percent(task.get("progress")),
        created_at=parse_time(task.get("create_time")),
        finished_at=parse_time(task.get("end_time")),
        outputs=(output,) if state is JobState.SUCCEEDED else (),
        error=fault(task) if state is JobState.FAILED else None,
        request_id=request_id,
        raw=task,
    )


VOD_EDITING = JobKind(
    name="huawei.vod.editing",
    title="Huawei VOD editing task",
    page=PAGE,
    ids=("task_id",),
    states=STATES,
    quota=quotas.VOD,
    look=look,
    console="https://console.huaweicloud.com/vod",
    permissions=(
        permission(
            "vod:asset:listEditTask",
            lambda account: call(account, "vod", "GET", PATH, (("task_id", NO_ID),)),
            "tasks total",
            proved_by="VOD.10053 VOD.10062 VOD.10081 VST.10001",
        ),
    ),
    cancel=Cancel(cancel, ("vod:asset:deleteEditTask",)),
    batch_size=10_000,  # no limit: the list is read for any number of tasks
    read_page=ListPages(read_page),
    submit=SUBMIT,
)
