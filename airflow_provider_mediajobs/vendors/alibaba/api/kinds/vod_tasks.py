# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads the transcoding tasks of one video from ``ListTranscodeTask`` (2017-03-21) of ApsaraVideo VOD, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .....core import facts, shapes
from .....core.errors import UnreadableResponse
from .....core.job import JobRef
from .....core.kind import Exchange
from ..rpc import call, check_empty

if TYPE_CHECKING:
    from .....core.account import Account

PAGE_SIZE = 50

# Optional ids that select among a video's tasks, with the vendor's names of the fields that hold them.
SELECTORS = {"template_group_id": "TranscodeTemplateGroupId", "trigger": "Trigger"}
_IDENTS = ("TranscodeTaskId", "VideoId")
_MARKS = ("TranscodeTaskId", "VideoId", "TaskStatus")


class Tasks(NamedTuple):
    """The tasks of a video, as far as the list can be read.

    :param records: the tasks' records; a task that was listed with several statuses has one for each.
    :param request_id: id of the request for the last page.
    :param wrong: errors of records with an unreadable id or status, by the record's ``id()``.
    :param unread: the error of records that cannot be read at all and may be of any task; ``None`` without one.
    :param doubt: makes errors about the response with the last page.
    """

    records: list[dict[str, Any]]
    request_id: str | None
    wrong: Mapping[int, UnreadableResponse]
    unread: UnreadableResponse | None
    doubt: shapes.Doubt


def tasks_of(account: Account, ref: JobRef) -> Exchange[Tasks]:
    """Read all tasks of a video, page by page, until a page is not full.

    :param ref: names the video.
    :raises JobNotFound: where there is no such video.
    :raises MediaJobsError: where a call fails.
    """
    tasks: dict[tuple[str, str], dict[str, Any]] = {}
    wrong: dict[int, UnreadableResponse] = {}
    unread: UnreadableResponse | None = None
    query = {"VideoId": ref["video_id"]}
    page = 0
    while True:
        page += 1
        response = yield call(account, "vod", "ListTranscodeTask", query | {"PageSize": PAGE_SIZE, "PageNo": page})
        body = response.json()
        doubt = shapes.Doubt(response)
        found, trouble = _page(body)
        if trouble is not None:
            unread = unread or doubt(trouble)
        elif not found.records:
            check_empty(response, "RequestId", "TranscodeTaskList")
        before = len(tasks)
        for task in found.records:
            if facts.text(task.get("VideoId")) in {ref["video_id"], None}:
                kept = tasks.setdefault((key(task), facts.word(task.get("TaskStatus"))), task)
                if kept is task and (shape := wrong_shape(task)):
                    wrong[id(task)] = doubt(shape)
        # A page without a new task ends the reading, too: a server that ignores PageNo sends the same page for ever.
        if found.sent < PAGE_SIZE or len(tasks) == before:
            return Tasks(list(tasks.values()), facts.text(body.get("RequestId")), wrong, unread, doubt)


def _page(body: dict[str, Any]) -> tuple[shapes.Listed, shapes.WrongShape | None]:
    """The records of one page, and the error of what cannot be read in it, if anything."""
    # The sample shows a plain array; the page's table describes a wrapped one. Both are read.
    try:
        value = shapes.capitalised(body).get("TranscodeTaskList")
        found = shapes.listed("TranscodeTaskList", value, "TranscodeTask", _MARKS, shapes.capitalised)
    except shapes.WrongShape as wrong:
        return shapes.Listed([]), wrong
    return found, found.unread


def wrong_shape(task: Mapping[str, Any], fields: Iterable[str] = _IDENTS) -> shapes.WrongShape | None:
    """The error of a record whose ids or status cannot be read; ``None`` for a readable record.

    :param fields: names of the id fields that are checked.
    """
    try:
        for name in fields:
            shapes.ident(name, task.get(name))
        shapes.word("TaskStatus", task.get("TaskStatus"))
    except shapes.WrongShape as wrong:
        return wrong
    return None


def key(task: Mapping[str, Any]) -> str:
    """A key that distinguishes tasks: the task's id, or the whole record of a task without one."""
    return facts.text(task.get("TranscodeTaskId")) or repr(task)
