# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits transcoding tasks of ApsaraVideo VOD: ``SubmitTranscodeJobs`` (2017-03-21).

A submitted task is looked for in ``ListTranscodeTask``. Facts of the pages: a second request with the same
``SessionId`` within seven days is refused, with a code that no page states; neither list nor details show the
``SessionId``, so they never prove whose task it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import JobNotFound, ParameterError
from .....core.job import JobRef
from .....core.shown import shown
from .....core.submit import SKEW, Candidates, Order, Submit, demand, made_id, told
from .....core.times import parse_time
from .. import quotas
from ..kinds.vod_tasks import tasks_of
from ..rpc import call
from .parameters import as_text, refusals, refuse_own

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE = "https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-submittranscodejobs"
KIND = "alibaba.vod.transcode"

PARAMETERS = {
    "video_id": "VideoId",
    "template_group_id": "TemplateGroupId",
    "pipeline_id": "PipelineId",
    "priority": "Priority",
    "encrypt_config": "EncryptConfig",
    "override_params": "OverrideParams",
    "user_data": "UserData",
}


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    refuse_own(PARAMETERS, parameters, "SessionId")
    if parameters.get("ReferenceId") is not None:
        raise ParameterError(
            "ReferenceId cannot be used, since tasks are listed by VideoId only: give video_id (VideoId) instead"
        )
    if whole:
        demand(PARAMETERS, parameters, ("VideoId", "TemplateGroupId"))
    for name in ("VideoId", "TemplateGroupId", "PipelineId"):
        if (value := parameters.get(name)) is not None and not isinstance(value, str):
            raise ParameterError(f"{told(PARAMETERS, name)} must be text, not {shown(value)}")
    priority = parameters.get("Priority")
    if priority is not None and str(priority) not in {str(number) for number in range(1, 11)}:
        raise ParameterError(f"priority (Priority) must be a whole number from 1 to 10, not {shown(priority)}")


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one job by ``SubmitTranscodeJobs``: see :class:`Submit`.

    :return: the ids to wait by.
    :raises UnreadableResponse: for an answer without an id; a job may have been made nevertheless.
    """
    query = as_text({**order.parameters, "SessionId": str(order.key)})
    response = yield call(account, "vod", "SubmitTranscodeJobs", query)
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
    task_id = made_id(response, body, "TranscodeTaskId")
    return {"video_id": order.parameters["VideoId"], "transcode_task_id": task_id}


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The tasks of the video that may be the order's: started by request since its first one, for its template group.

    Nothing in their records shows who started them, so all are merely plausible.

    :raises UnreadableResponse: for a list that cannot be read to its end.
    """
    video_id = order.parameters["VideoId"]
    try:
        tasks = yield from tasks_of(account, JobRef(KIND, (("video_id", video_id),)))
    except JobNotFound:
        return Candidates()
    if tasks.unread is not None:
        raise tasks.unread
    ids = {task_id for task in tasks.records if _may_be(order, task) and (task_id := _id(task))}
    return Candidates(plausible=tuple({"video_id": video_id, "transcode_task_id": task_id} for task_id in sorted(ids)))


def _id(task: Mapping[str, Any]) -> str | None:
    """The task's id; ``None`` where the record has none."""
    return facts.text(task.get("TranscodeTaskId"))


def _may_be(order: Order, task: Mapping[str, Any]) -> bool:
    """Whether nothing in a record contradicts that the order's request started the task."""
    created = parse_time(task.get("CreationTime"))
    group = facts.text(task.get("TranscodeTemplateGroupId"))
    # Blanks are removed, since the samples print "Auto " with one. A record without the field may be the request's.
    trigger = (facts.text(task.get("Trigger")) or "Manual").strip()
    wanted = order.parameters["TemplateGroupId"]
    return group in {wanted, None} and trigger == "Manual" and (created is None or created >= order.since - SKEW)


SUBMIT = Submit(
    operation="SubmitTranscodeJobs",
    page=PAGE,
    actions=("vod:SubmitTranscodeJobs",),
    find_actions=("vod:ListTranscodeTask",),
    parameters=PARAMETERS,
    check=check,
    create=create,
    find=find,
    refusals=refusals(tuple(PARAMETERS.values()), "InvalidVideo.NotFound", "NoSuchResource", "Forbidden.IllegalStatus"),
    carrier="SessionId",
    deduplicates=True,
    doubt="which task it is: the message names those of the video and template group since the request",
    quota=quotas.VOD_SUBMIT,
)
