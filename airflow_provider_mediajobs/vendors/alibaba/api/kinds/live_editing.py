# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of editing tasks of ApsaraVideo Live: ``GetEditingJobInfo`` (2016-11-01).

A task edits an episode (show) of a production studio (caster). Facts of the page: 10 calls a second per account;
without ``ShowId`` the response has the tasks of all episodes of the studio; statuses are -1, 0, 1, 2, 3. There are no
times, no progress, no error text and no id of a task: a second edit of an episode has the same ids as the first, and
only the file that it makes distinguishes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import JobNotFound, RequestRejected, UnreadableResponse
from .....core.job import JobRef, JobSnapshot, JobState, combined, least_final
from .....core.kind import Answer, Answers, Exchange, JobKind, of_these
from .....core.output import Output
from .. import quotas
from ..rpc import NO_ID, call, check_empty, permission
from ..submissions.live_editing import SUBMIT
from . import live_tasks

if TYPE_CHECKING:
    from .....core.account import Account

PINS = ("output_vod_id", "file_name")
"""Optional ids that distinguish the edits of an episode, by the media asset or the file name that each edit makes."""

PAGE = "https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-geteditingjobinfo"

STATES = {
    "0": JobState.PENDING,
    "1": JobState.RUNNING,
    "2": JobState.RUNNING,  # uploading the output
    "3": JobState.SUCCEEDED,
    "-1": JobState.FAILED,
}


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """Query the episodes of one studio by one call: with ``ShowId`` for a single episode, without it for several.

    :param refs: references to episodes of the same studio, or to the whole studio.
    :return: the answer for each reference whose task is listed.
    """
    caster_id = refs[0]["caster_id"]
    show_id = refs[0].get("show_id") if len(refs) == 1 else None
    shows = frozenset(show for ref in refs if (show := ref.get("show_id")))
    try:
        studio = yield from _ask(account, caster_id, show_id, shows)
    except (JobNotFound, RequestRejected) as error:
        return of_these(refs, error)  # InvalidShowList.NotFound, or an id that the vendor rejects
    answers = {ref: _pick(ref, studio) for ref in refs}
    return {ref: answer for ref, answer in answers.items() if answer is not None}


class Studio:
    """The tasks of a studio in one response, grouped by episode for all references of the query.

    :ivar doubt: makes errors about this response.
    :ivar episodes: records by the show id that they contain.
    :ivar keyed: records without a show id, by the requested show id that is the key of an object around them.
    :ivar nameless: all records without a show id.
    :ivar wrong: errors of tasks whose status cannot be read, by show id; ``None`` stands for an unknown one.
    :ivar unread: the error of a part that cannot be read and may be about any episode; ``None`` without one.
    """

    def __init__(self, caster_id: str, doubt: shapes.Doubt, request_id: str | None) -> None:
        self.caster_id = caster_id
        self.doubt = doubt
        self.request_id = request_id
        self.episodes: dict[str, list[dict[str, Any]]] = {}
        self.keyed: dict[str, list[dict[str, Any]]] = {}
        self.nameless: list[dict[str, Any]] = []
        self.wrong: dict[str | None, UnreadableResponse] = {}
        self.unread: UnreadableResponse | None = None

    def of(self, show_id: str) -> list[JobSnapshot]:
        """Snapshots of the tasks of one episode, those without a show id included that its key encloses."""
        return self.snapshots(show_id, self.episodes.get(show_id, []) + self.keyed.get(show_id, []))

    def snapshots(self, show_id: str | None, records: Sequence[dict[str, Any]]) -> list[JobSnapshot]:
        """Snapshots of the tasks in these records, for one episode; ``None`` for an unknown one."""
        return [_snapshot(self.caster_id, show_id, record, self.request_id) for record in records]


def _ask(account: Account, caster_id: str, show_id: str | None, shows: frozenset[str]) -> Exchange[Studio]:
    """Query a studio's tasks.

    :param show_id: the only episode to query; ``None`` for all of the studio.
    :param shows: show ids of the requested episodes.
    :raises UnreadableResponse: for a response that cannot be read, or is about another studio.
    """
    response = yield call(account, "live", "GetEditingJobInfo", {"CasterId": caster_id, "ShowId": show_id})
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
        if (shapes.ident("CasterId", body.get("CasterId")) or caster_id) != caster_id:
            raise shapes.WrongShape("CasterId", "is another studio's")
    found = live_tasks.read_tasks(body.get(live_tasks.FIELD), shows)
    studio = Studio(caster_id, shapes.Doubt(response), facts.text(body.get("RequestId")))
    if found.unread is not None:
        studio.unread = studio.doubt(found.unread)
    elif not found.tasks:
        check_empty(response, "RequestId", "EditingTasksInfo")
    for task in found.tasks:
        _sort_in(studio, task, shows)
    return studio


def _sort_in(studio: Studio, task: live_tasks.Task, shows: frozenset[str]) -> None:
    """Put a task into the group of the studio that it belongs to."""
    named = live_tasks.show_id(task.record)
    # A key counts as the task's show id only if it was requested and no other key is a requested one.
    keys = shows.intersection(task.keys)
    keyed = next(iter(keys)) if named is None and len(keys) == 1 else None
    try:
        live_tasks.status(task.record)
    except shapes.WrongShape as wrong:
        studio.wrong.update(dict.fromkeys({named} if named else {None, keyed}, studio.doubt(wrong)))
        return
    if named is not None:
        studio.episodes.setdefault(named, []).append(task.record)
        return
    studio.nameless.append(task.record)
    if keyed is not None:
        studio.keyed.setdefault(keyed, []).append(task.record)


def _pick(ref: JobRef, studio: Studio) -> Answer | None:
    """The answer for one reference; ``None`` where its task is not listed.

    Two edits of an episode have the same ids. If both are listed and both may be the requested one, the one counts that
    promises least: an unfinished one before a finished one.
    """
    show_id = ref.get("show_id")
    if show_id is None:
        return next(iter(studio.wrong.values()), studio.unread) or _whole(ref, studio)
    mine = studio.of(show_id)  # not the nameless tasks: they may belong to any episode, so they must open no gate
    fitting = [found for task in mine if (found := _fitting(ref, task))]
    if show_id in studio.wrong:
        return studio.wrong[show_id]
    if not fitting and studio.unread is not None:
        return studio.unread
    if mine and not fitting:
        wrong = next(filter(None, map(_wrong_pin, mine)), None)
        return studio.doubt(wrong) if wrong else _none_fits(ref, mine, studio.request_id)
    return replace(least_final(fitting), among=len(fitting)) if fitting else None


def _whole(ref: JobRef, studio: Studio) -> JobSnapshot | None:
    """The answer for a reference to all episodes of the studio; ``None`` where no task is listed."""
    jobs = [least_final(studio.snapshots(show_id, records)) for show_id, records in studio.episodes.items()]
    if studio.nameless:  # their number of episodes is unknown, so together they count as one unproven task
        jobs.append(replace(least_final(studio.snapshots(None, studio.nameless)), proven=False))
    return combined(ref, jobs, studio.request_id) if jobs else None


def _fitting(ref: JobRef, task: JobSnapshot) -> JobSnapshot | None:
    """The task, if it may be the requested edit, otherwise ``None``.

    An unfinished task whose record does not name its file yet may be it, so it is returned as not proven.
    """
    pins = [(ref.get(name), value) for name, value in _made(task).items() if ref.get(name) is not None]
    if all(wanted == value for wanted, value in pins):
        return task
    possible = not task.state.ended and all(value in {wanted, None} for wanted, value in pins)
    return replace(task, proven=False) if possible else None


def _made(task: JobSnapshot) -> dict[str, str | None]:
    """The file that a task makes, by the names of :data:`PINS`; ``None`` for what the record does not say."""
    storage = facts.mapping(task.raw.get("StorageInfo"))
    return {"output_vod_id": facts.text(task.raw.get("OutputVodId")), "file_name": facts.text(storage.get("FileName"))}


def _wrong_pin(task: JobSnapshot) -> shapes.WrongShape | None:
    """The error of a field of :func:`_made` that cannot be read: then the task may be the requested one."""
    try:
        shapes.ident("OutputVodId", task.raw.get("OutputVodId"))
        storage = shapes.record("StorageInfo", task.raw.get("StorageInfo"))
        shapes.ident("FileName", storage.get("FileName"))
    except shapes.WrongShape as wrong:
        return wrong
    return None


def _none_fits(ref: JobRef, mine: Sequence[JobSnapshot], request_id: str | None) -> JobNotFound:
    """The error for an episode whose listed edits made other files than the requested one."""
    from .....core.messages import describe  # here, not above: importing a sensor in a DAG file must not load it

    wanted = " and ".join(f"{name}={value}" for name in PINS if (value := ref.get(name)))
    others = "; ".join(
        f"{describe(task)} with " + ", ".join(f"{name}={value or 'not stated'}" for name, value in _made(task).items())
        for task in mine
    )
    return JobNotFound("NoSuchTask", f"the episode has no task with {wanted}; it has {others}", request_id=request_id)


def _snapshot(caster_id: str, show_id: str | None, task: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of a task, by the vendor's record.

    :raises WrongShape: for a status that is neither text nor number.
    """
    raw_state = live_tasks.status(task)
    ids = {"caster_id": caster_id} | ({"show_id": show_id} if show_id else {})
    # The record has a storage location and a file name but no URL, so `uri` stays unknown; both are in `raw`.
    output = Output(media_id=facts.text(task.get("OutputVodId")))
    outputs = (output,) if LIVE_EDITING.state_of(raw_state) is JobState.SUCCEEDED else ()
    return LIVE_EDITING.snapshot(ids, raw_state, outputs=outputs, request_id=request_id, raw=task)


LIVE_EDITING = JobKind(
    name="alibaba.live.editing",
    title="ApsaraVideo Live editing task",
    page=PAGE,
    ids=("caster_id",),
    optional=("show_id", *PINS),
    states=STATES,
    quota=quotas.LIVE,
    look=look,
    needs=dict.fromkeys(PINS, "show_id"),
    console="https://live.console.aliyun.com",
    permissions=(
        permission(
            "live:GetEditingJobInfo",
            {"CasterId": NO_ID},
            "EditingTasksInfo",
            proved_by="InvalidShowList.NotFound InvalidCasterId.NotFound InvalidCasterId.Malformed",
        ),
    ),
    group_by=("caster_id",),
    batch_size=10_000,  # no limit: one call answers for every episode of the studio
    collection_id="show_id",
    submit=SUBMIT,
)
