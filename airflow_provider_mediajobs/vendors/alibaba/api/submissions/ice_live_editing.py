# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits live editing jobs of Intelligent Media Services: ``SubmitLiveEditingJob`` (2020-11-09).

A submitted job is found again in ``ListMediaProducingJobs``. Facts of the pages: the operation takes no token by which
the vendor would recognise a repeated request; ``UserData`` (a JSON object of at most 512 bytes) comes back in the query
and in the list, so a job that holds an operator's key there is that operator's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core import shapes
from .....core.errors import ParameterError
from .....core.shown import shown
from .....core.submit import (
    Candidates,
    Order,
    Submit,
    demand,
    made_id,
    opened,
    told,
)
from ..rpc import call
from . import ice_lists
from .parameters import as_text, check_own_data, refusals, with_own_data

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-submitliveeditingjob"
TARGETS = ("oss-object", "vod-media")

PARAMETERS = {
    "clips": "Clips",
    "live_stream_config": "LiveStreamConfig",
    "output_media_target": "OutputMediaTarget",
    "output_media_config": "OutputMediaConfig",
    "media_produce_config": "MediaProduceConfig",
    "editing_project_id": "ProjectId",
    "user_data": "UserData",
}
_OBJECTS = ("LiveStreamConfig", "OutputMediaConfig", "MediaProduceConfig")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    if whole:
        _check_whole(parameters)
    for name in _OBJECTS:
        if parameters.get(name) is not None:
            opened(told(PARAMETERS, name), parameters[name], Mapping, "an object")
    if parameters.get("Clips") is not None:
        _check_clips(opened("clips (Clips)", parameters["Clips"], list, "a list of objects"))
    target = parameters.get("OutputMediaTarget")
    if target is not None and target not in TARGETS:
        raise ParameterError(f"output_media_target must be one of {', '.join(TARGETS)}, not {shown(target)}")
    check_own_data(PARAMETERS, parameters)


def _check_whole(parameters: Mapping[str, Any]) -> None:
    """Check that nothing is missing: the clips, where the output goes, and the stream of every clip.

    :raises ParameterError: for what is missing.
    """
    demand(PARAMETERS, parameters, ("Clips",))
    if parameters.get("OutputMediaConfig") is None and parameters.get("ProjectId") is None:
        raise ParameterError(
            "output_media_config (OutputMediaConfig) is missing: give it, or editing_project_id (ProjectId)"
        )
    if parameters.get("LiveStreamConfig") is None and not _have_streams(parameters["Clips"]):
        raise ParameterError("live_stream_config (LiveStreamConfig) is missing: give it, or StreamName in every clip")


def _have_streams(clips: Any) -> bool:
    """Whether every clip names its own stream."""
    found = opened("clips (Clips)", clips, list, "a list of objects")
    return all(isinstance(clip, Mapping) and clip.get("StreamName") for clip in found)


def _check_clips(clips: list[Any]) -> None:
    """Check that every clip has its two times.

    :raises ParameterError: for a time that is missing or not in UTC.
    """
    for place, clip in enumerate(clips):
        if not isinstance(clip, Mapping) or not clip.get("StartTime") or not clip.get("EndTime"):
            raise ParameterError(f"clips[{place}] must be an object with StartTime and EndTime")
        for name in ("StartTime", "EndTime"):
            if not isinstance(clip[name], str) or not _UTC.fullmatch(clip[name]):
                raise ParameterError(
                    f"clips[{place}].{name} must be a time in UTC such as 2026-01-02T08:00:00Z, not {shown(clip[name])}"
                )


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one job by ``SubmitLiveEditingJob``: see :class:`Submit`.

    :return: the ids to wait by.
    :raises UnreadableResponse: for an answer without an id; a job may have been made nevertheless.
    """
    query = as_text(with_own_data(PARAMETERS, order))
    response = yield call(account, "ice", "SubmitLiveEditingJob", query)
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
    return {"job_id": made_id(response, body, "JobId")}


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The jobs that carry a key of the order's task instance. No other job can be its own: the list shows every key."""
    return Candidates((yield from ice_lists.find_editing(account, order, "LiveEditingJob")))


SUBMIT = Submit(
    operation="SubmitLiveEditingJob",
    page=PAGE,
    actions=("ice:SubmitLiveEditingJob",),
    find_actions=("ice:ListMediaProducingJobs",),
    parameters=PARAMETERS,
    check=check,
    create=create,
    find=find,
    refusals=refusals(tuple(PARAMETERS.values())),
    carrier="UserData",
    shows_key=True,
    doubt="nothing, once the list shows the job: it is found by its key",
)
