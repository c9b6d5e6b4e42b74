# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the kinds of Huawei MPC's tasks share: query, probe and cancellation of transcodings, snapshots and others.

Facts of the pages: ``GET /v1/{project_id}/<resource>`` takes up to ten ids as a repeated ``task_id``, otherwise
``status``, ``start_time``, ``end_time``, ``page`` (from 0) and ``size`` (up to 100); ``DELETE`` with one ``task_id``
cancels a queued task. Resources use one of two vocabularies, called dialects here: dialect A has the list
``task_array`` and the word ``SUCCEEDED``, dialect B the list ``tasks`` and the word ``SUCCEED``. Samples print ids and
times as numbers. Only the status decides, since a successful task may have an error code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from .....core import facts, shapes
from .....core.job import JobRef, JobSnapshot, JobState
from .....core.kind import Answers, Cancel, Exchange, JobKind, Probe
from .....core.output import Output, Rendition, fault_of
from .....core.times import compact, parse_time
from .. import batches, quotas
from ..faults import fault
from ..rest import NO_ID, call, check_done, check_empty, permission

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.http import HttpResponse, Pairs
    from .....core.submit import Submit

CONSOLE = "https://console.huaweicloud.com"  # no page has the address of MPC's own console
IDS_PER_CALL = 10
PAGE_SIZE = 100
PROBE_SIZE = 1000

NO_TASK = "NO_TASK"
"""The status word by which the vendor says that there is no such task."""

_LISTS = ("task_array", "tasks")
_MARKS = ("task_id", "status")
_MADE = frozenset({JobState.SUCCEEDED, JobState.PARTIAL})


def dialect_a(running: str) -> dict[str, JobState]:
    """The states by the words of dialect A.

    :param running: the word of a running task, which depends on the resource.
    """
    return {
        "WAITING": JobState.PENDING,
        running: JobState.RUNNING,
        "SUCCEEDED": JobState.SUCCEEDED,
        "FAILED": JobState.FAILED,
        "CANCELED": JobState.CANCELLED,
    }


# The states by the words of dialect B, which v1 of the clipping tasks uses, too.
DIALECT_B = {
    "INIT": JobState.PENDING,
    "WAITING": JobState.PENDING,
    "PREPROCESSING": JobState.RUNNING,  # some pages filter by this word; records have PROCESSING
    "PROCESSING": JobState.RUNNING,
    "SUCCEED": JobState.SUCCEEDED,
    "FAILED": JobState.FAILED,
    "CANCELED": JobState.CANCELLED,
}


class Results(NamedTuple):
    """How the results of a task are read from its record.

    :param outputs: ``outputs(record)``: the files of a task that has succeeded, at least in part.
    :param renditions: ``renditions(record, state)``: the renditions that the record reports, where ``state`` is that of
        its status word; raises :class:`WrongShape` where they decide and cannot be read.
    :param words: see ``renditions`` of :class:`JobKind`.
    :param lowered: see :class:`JobKind`.
    """

    outputs: Callable[[dict[str, Any]], tuple[Output, ...]]
    renditions: Callable[[dict[str, Any], JobState], tuple[Rendition, ...] | None] = lambda task, state: None  # noqa: ARG005
    words: Mapping[str, JobState] = {}
    lowered: Mapping[tuple[JobState, JobState], JobState] = {}


def task_kind(
    name: str,
    title: str,
    page: str,
    resource: str,
    states: Mapping[str, JobState],
    results: Results,
    *,
    action: str,
    cancel_action: str,
    running: str,
    progress: str | None = None,
    submit: Submit | None = None,
) -> JobKind:
    """A kind of MPC's tasks.

    :param name: see :class:`JobKind`; likewise ``title``, ``page``, ``states`` and ``submit``.
    :param resource: the last segment of the operations' path.
    :param results: how a task's results are read.
    :param action: the permission to query tasks.
    :param cancel_action: the permission to cancel tasks.
    :param running: the word by which the list is filtered for running tasks.
    :param progress: name of the field with the percentage; ``None`` where records have none.
    """
    path = f"/v1/{{project_id}}/{resource}"

    def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
        """Query up to ten tasks by one call; if that is refused, for instance for one bad id, query each singly."""

        def ask(some: Sequence[JobRef]) -> Exchange[Answers]:
            wanted = {ref["task_id"]: ref for ref in some}
            response = yield call(account, "mpc", "GET", path, tuple(("task_id", task_id) for task_id in wanted))
            return batches.answers(response, wanted, _without_absent(_listed(response)), "task_id", snapshot)

        return (yield from batches.look(refs, ask))

    def snapshot(task_id: str, task: dict[str, Any], request_id: str | None) -> JobSnapshot:
        """The snapshot of a task, by the vendor's record."""
        word = shapes.word("status", task.get("status"))
        made = results.renditions(task, kind.state(word))
        state = kind.state_of(word, made)
        error = fault(task) if state is JobState.FAILED else None
        return kind.snapshot(
            {"task_id": task_id},
            word,
            made,
            progress=None if progress is None else facts.percent(task.get(progress)),
            created_at=parse_time(task.get("create_time")),
            started_at=parse_time(task.get("start_time")),
            finished_at=parse_time(task.get("end_time")),
            outputs=results.outputs(task) if state in _MADE else (),
            error=error or (fault_of(made or ()) if state in {JobState.PARTIAL, JobState.FAILED} else None),
            request_id=request_id,
            raw=task,
        )

    def probe(account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
        """The references whose tasks the list shows running; those without a known time of creation are left out."""
        dated = {ref: created for ref, created in refs.items() if created is not None}
        if not dated:
            return frozenset()
        query = (
            ("status", running),
            ("start_time", compact(min(dated.values()))),
            ("end_time", compact(max(dated.values()) + timedelta(seconds=1))),
            ("size", str(PAGE_SIZE)),
        )
        found = yield from _running(account, path, query, kind, most=-(-len(dated) // IDS_PER_CALL))
        return frozenset(ref for ref in dated if ref["task_id"] in found)

    def cancel(account: Account, ref: JobRef) -> Exchange[None]:
        """Cancel a queued task by ``DELETE``; the vendor refuses to cancel any other.

        Not to be confused with ``DELETE …/task``, which deletes the record of an ended task.
        """
        response = yield call(account, "mpc", "DELETE", path, (("task_id", ref["task_id"]),))
        check_done(response)

    kind = JobKind(
        name=name,
        title=title,
        page=page,
        ids=("task_id",),
        states=states,
        quota=quotas.MPC,
        look=look,
        console=CONSOLE,
        permissions=(
            permission(
                action,
                lambda account: call(account, "mpc", "GET", path, (("task_id", NO_ID),)),
                " ".join((*_LISTS, "total")),
                proved_by="MPC.10202",
            ),
        ),
        batch_size=IDS_PER_CALL,
        renditions=results.words,
        lowered=results.lowered,
        cancel=Cancel(cancel, (cancel_action,)),
        probe=Probe(probe, PROBE_SIZE, ()),  # the same operation as the status query
        submit=submit,
    )
    return kind


def _listed(response: HttpResponse) -> shapes.Listed:
    """The tasks in a response, from the list of either dialect.

    :raises MediaJobsError: for an error, and for a response that cannot be read or is not the vendor's.
    """
    body = response.json()
    with shapes.reading(response):
        one, other = (shapes.listed(name, body.get(name), "task", _MARKS) for name in _LISTS)
    if not one.sent + other.sent:
        check_empty(response, *_LISTS, "total")
    return shapes.Listed([*one.records, *other.records], one.unread or other.unread, one.sent + other.sent)


def _without_absent(tasks: shapes.Listed) -> shapes.Listed:
    """The tasks without those that a record declares absent (:data:`NO_TASK`), whatever their other records say."""
    gone = [task.get("task_id") for task in tasks.records if task.get("status") == NO_TASK]
    absent = {facts.text(task_id) for task_id in gone} - {None}
    return tasks._replace(records=[task for task in tasks.records if facts.text(task.get("task_id")) not in absent])


def _running(account: Account, path: str, query: Pairs, kind: JobKind, most: int) -> Exchange[set[str]]:
    """Ids of the tasks in the list that have not ended.

    :param query: the filters of each call.
    :param most: the most calls, that is as many as single queries would take; a longer list is not read to its end.
    """
    running: set[str] = set()
    received, total, page = 0, 1, 0
    while received < total and -(-(total - received) // PAGE_SIZE) + page <= most:
        response = yield call(account, "mpc", "GET", path, (*query, ("page", str(page))))
        tasks = _listed(response)
        found = {task_id: task for task in tasks.records if (task_id := facts.text(task.get("task_id")))}
        # The filter is not trusted: the record itself must say that the task has not ended.
        running |= {task_id for task_id, task in found.items() if _is_unfinished(kind, task)}
        total = facts.integer(response.json().get("total")) or 0
        received, page = received + tasks.sent, page + 1
        if not tasks.sent:
            break
    return running


def _is_unfinished(kind: JobKind, task: dict[str, Any]) -> bool:
    """Whether a record says that its task is queued or runs."""
    return kind.state(facts.word(task.get("status"))) in {JobState.PENDING, JobState.RUNNING}
