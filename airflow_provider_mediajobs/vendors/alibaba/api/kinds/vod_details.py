# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The details of VOD transcoding tasks, errors and outputs: ``GetTranscodeTask`` (2017-03-21), one call for each task.

https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-gettranscodetask
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from .....core import shapes
from .....core.errors import (
    JobNotFound,
    LookCut,
    MediaJobsError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
    UnreadableResponse,
)
from .....core.kind import Exchange
from ..rpc import call, check_empty
from . import vod_renditions

if TYPE_CHECKING:
    from .....core.account import Account

TRIES = 3
"""How often a query of details is sent that meets an error of the vendor's server."""


class Detail(NamedTuple):
    """The details of a task.

    :param record: the vendor's record; empty where there is none.
    :param later: whether a later query may return more.
    """

    record: dict[str, Any]
    later: bool = False


NO_DETAIL = Detail({})


def details_of(account: Account, task_ids: Iterable[str]) -> Exchange[dict[str, Detail | MediaJobsError]]:
    """The details of each task, or the retryable error of its query, by task id.

    After throttling or two failed queries in a row no further query is sent, and the remaining tasks get that error. A
    missing permission is missing for every task: the tasks then have no details. A record that cannot be read concerns
    its own task only.

    :param task_ids: ids of ended tasks; empty ids are ignored.
    :raises MediaJobsError: an error that is not retryable, except a missing permission.
    """
    details: dict[str, Detail | MediaJobsError] = {}
    failures = 0
    hopeless: Detail | MediaJobsError | None = None
    for task_id in dict.fromkeys(filter(None, task_ids)):
        try:
            details[task_id] = hopeless or (yield from _detail(account, task_id))
        except PermissionDenied:
            details[task_id] = hopeless = NO_DETAIL
        except MediaJobsError as error:
            if not error.retryable:
                raise
            details[task_id] = error
            failures += 1
            hopeless = error if failures == 2 or isinstance(error, Throttled | LookCut) else None
        else:
            failures = 0
    return details


def _detail(account: Account, task_id: str) -> Exchange[Detail | UnreadableResponse]:
    """Query the details of one task: error codes, messages and files.

    The list has shown already that the task has ended, so without details only these facts are missing. Throttling and
    a lost connection are raised, since they pass, and the status query is then repeated. A server error is tried
    :data:`TRIES` times: a short failure must not cost the outputs, and a lasting one must not hide the end. Renditions
    that cannot be read may contradict the end, so they are returned as an error.
    """
    for _ in range(TRIES):
        try:
            response = yield call(account, "vod", "GetTranscodeTask", {"TranscodeTaskId": task_id})
            try:
                detail = _record(response.json(), task_id)
            except shapes.WrongShape as wrong:
                return shapes.unreadable(response, wrong)
            if not detail:
                check_empty(response, "RequestId", "TranscodeTask")
        except (RequestRejected, JobNotFound):
            return NO_DETAIL
        except (ServerFault, UnreadableResponse) as error:
            if error.retry_after is not None:  # the vendor asks for a pause, so it is not asked again now
                break
            continue
        return Detail(detail)
    return Detail({}, later=True)


def _record(body: dict[str, Any], task_id: str) -> dict[str, Any]:
    """The record of this task in a response; empty where it is of another one. Its renditions may stand beside it.

    :raises WrongShape: for a record or a list of renditions that cannot be read.
    """
    body = shapes.capitalised(body)
    detail = shapes.record("TranscodeTask", body.get("TranscodeTask"), shapes.capitalised)
    if shapes.ident("TranscodeTaskId", detail.get("TranscodeTaskId")) not in {task_id, None}:
        return {}
    shapes.word("TaskStatus", detail.get("TaskStatus"))
    jobs = vod_renditions.records(detail.get(vod_renditions.LIST))
    jobs = vod_renditions.records(body.get(vod_renditions.LIST)) if jobs is None else jobs
    return detail | {vod_renditions.LIST: jobs} if detail or jobs is not None else {}
