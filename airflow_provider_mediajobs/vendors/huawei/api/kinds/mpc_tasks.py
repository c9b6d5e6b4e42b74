# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What MPC's resources have in common: transcodings, thumbnails, remuxing and others are asked for and cancelled alike.

Facts of the pages: ``GET /v1/{project_id}/<resource>`` with up to ten ids as a repeated ``task_id``, or else with
``status``, ``start_time``, ``end_time``, ``page`` (from 0) and ``size`` (up to 100); ``DELETE`` with one ``task_id``
cancels a task that is queued. Two dialects: one answers with ``task_array`` and says ``SUCCEEDED``, the other one with
``tasks`` and says ``SUCCEED``. Samples print ids and times as numbers. The status alone decides: a success may carry an
error code.
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

CONSOLE = "https://console.huaweicloud.com"  # the console's own address of MPC is on none of the pages
IDS_PER_CALL = 10
PAGE_SIZE = 100
PROBE_SIZE = 1000

NO_TASK = "NO_TASK"
"""In place of a status: there is no such task."""

_LISTS = ("task_array", "tasks")
_MARKS = ("task_id", "status")
_MADE = frozenset({JobState.SUCCEEDED, JobState.PARTIAL})


def dialect_a(running: str) -> dict[str, JobState]:
    """Of ``task_array``.

    :param running: the word of a task that runs.
    """
    return {
        "WAITING": JobState.PENDING,
        running: JobState.RUNNING,
        "SUCCEEDED": JobState.SUCCEEDED,
        "FAILED": JobState.FAILED,
        "CANCELED": JobState.CANCELLED,
    }


# Of ``tasks``, and of ``jobs`` in the older generation of clipping.
DIALECT_B = {
    "INIT": JobState.PENDING,
    "WAITING": JobState.PENDING,
    "PREPROCESSING": JobState.RUNNING,  # some pages filter by it; records say PROCESSING
    "PROCESSING": JobState.RUNNING,
    "SUCCEED": JobState.SUCCEEDED,
    "FAILED": JobState.FAILED,
    "CANCELED": JobState.CANCELLED,
}


class Making(NamedTuple):
    """How a resource tells what a task has made.

    :param outputs: reads the files out of the record of a task that has made some.
    :param renditions: ``renditions(record, state)`` reads what it was to make, by the state that its word means;
        raises :class:`WrongShape` where that decides and cannot be read.
    :param words: of renditions.
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
    making: Making,
    *,
    action: str,
    cancel_action: str,
    running: str,
    progress: str | None = None,
    submit: Submit | None = None,
) -> JobKind:
    """A kind of MPC's tasks.

    :param name: see :class:`JobKind`; so are ``title``, ``page`` and ``states``.
    :param resource: the end of its path.
    :param action: the permission to query it.
    :param cancel_action: the permission to cancel.
    :param running: the word by which its list is asked for tasks that run.
    :param progress: the field of its percentage, where it has one.
    :param submit: how its tasks are made, where this package makes them.
    """
    path = f"/v1/{{project_id}}/{resource}"

    def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
        def ask(some: Sequence[JobRef]) -> Exchange[Answers]:
            wanted = {ref["task_id"]: ref for ref in some}
            response = yield call(account, "mpc", "GET", path, tuple(("task_id", task_id) for task_id in wanted))
            return batches.answers(response, wanted, _there(_listed(response)), "task_id", snapshot)

        return (yield from batches.look(refs, ask))

    def snapshot(task_id: str, task: dict[str, Any], request_id: str | None) -> JobSnapshot:
        word = shapes.word("status", task.get("status"))
        made = making.renditions(task, kind.state(word))
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
            outputs=making.outputs(task) if state in _MADE else (),
            error=error or (fault_of(made or ()) if state in {JobState.PARTIAL, JobState.FAILED} else None),
            request_id=request_id,
            raw=task,
        )

    def probe(account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
        """Those that the list shows running, read over the time in which they were created."""
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
        """Cancels a queued task; any other is refused. ``…/task`` would delete the record of one that has ended."""
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
        renditions=making.words,
        lowered=making.lowered,
        cancel=Cancel(cancel, (cancel_action,)),
        probe=Probe(probe, PROBE_SIZE, ()),  # the same operation as the look's
        submit=submit,
    )
    return kind


def _listed(response: HttpResponse) -> shapes.Listed:
    """The tasks of an answer, in either dialect's list."""
    body = response.json()
    with shapes.reading(response):
        one, other = (shapes.listed(name, body.get(name), "task", _MARKS) for name in _LISTS)
    if not one.sent + other.sent:
        check_empty(response, *_LISTS, "total")
    return shapes.Listed([*one.records, *other.records], one.unread or other.unread, one.sent + other.sent)


def _there(tasks: shapes.Listed) -> shapes.Listed:
    """Without those of which the vendor says that there are none, whatever else is said of them."""
    gone = [task.get("task_id") for task in tasks.records if task.get("status") == NO_TASK]
    absent = {facts.text(task_id) for task_id in gone} - {None}
    return tasks._replace(records=[task for task in tasks.records if facts.text(task.get("task_id")) not in absent])


def _running(account: Account, path: str, query: Pairs, kind: JobKind, most: int) -> Exchange[set[str]]:
    """Ids of tasks that go on.

    :param most: calls that looks would take: where the list is longer, it is not read to its end.
    """
    running: set[str] = set()
    received, total, page = 0, 1, 0
    while received < total and -(-(total - received) // PAGE_SIZE) + page <= most:
        response = yield call(account, "mpc", "GET", path, (*query, ("page", str(page))))
        tasks = _listed(response)
        found = {task_id: task for task in tasks.records if (task_id := facts.text(task.get("task_id")))}
        # Whatever the filter did, the record itself must say that the task goes on.
        running |= {task_id for task_id, task in found.items() if _goes_on(kind, task)}
        total = facts.integer(response.json().get("total")) or 0
        received, page = received + tasks.sent, page + 1
        if not tasks.sent:
            break
    return running


def _goes_on(kind: JobKind, task: dict[str, Any]) -> bool:
    return kind.state(facts.word(task.get("status"))) in {JobState.PENDING, JobState.RUNNING}
