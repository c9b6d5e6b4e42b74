# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The details of VOD transcoding tasks: ``GetTranscodeTask`` (2017-03-21), one call for each task."""

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


class Detail(NamedTuple):
    """The details of a task, and whether a later query may return more."""

    record: dict[str, Any]
    later: bool = False


NO_DETAIL = Detail({})


def details_of(account: Account, task_ids: Iterable[str]) -> Exchange[dict[str, Detail | MediaJobsError]]:
    """The details of each task, or the retryable error of its query, by task id.

    After throttling or two failed queries in a row no further query is sent, and the remaining tasks have that error. A
    missing permission is missing for every task; the tasks then have no details. A record that cannot be read concerns
    its own task only.

    :raises MediaJobsError: an error that no repetition can cure, except a missing permission.
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
    """Error codes, messages and files of one task. Its end is known already, so a failed query costs only these.

    Errors of throttling or a lost connection are raised: they pass, and the status query is repeated. A failing
    operation may fail for ever and would hide the end; it is tried a few times, so that a short failure does not cost
    the outputs. If the renditions of a record cannot be read, they may contradict the end, so an error is returned.
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
            if error.retry_after is not None:  # it wants to be left alone
                break
            continue
        return Detail(detail)
    return Detail({}, later=True)


def _record(body: dict[str, Any], task_id: str) -> dict[str, Any]:
    """The record of this task; its renditions may be beside it in the response."""
    body = shapes.capitalised(body)
    detail = shapes.record("TranscodeTask", body.get("TranscodeTask"), shapes.capitalised)
    if shapes.ident("TranscodeTaskId", detail.get("TranscodeTaskId")) not in {task_id, None}:
        return {}
    shapes.word("TaskStatus", detail.get("TaskStatus"))
    jobs = vod_renditions.records(detail.get(vod_renditions.LIST))
    jobs = vod_renditions.records(body.get(vod_renditions.LIST)) if jobs is None else jobs
    return detail | {vod_renditions.LIST: jobs} if detail or jobs is not None else {}
