# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits editing jobs of Intelligent Media Services: ``SubmitMediaProducingJob`` (2020-11-09).

A submitted job is found again in ``ListMediaProducingJobs``. Facts of the pages: exactly one of ``Timeline``,
``TemplateId`` and ``ProjectId`` is given; a second request with the same ``ClientToken`` makes no second job, for a
time that no page states; ``UserData`` (a JSON object of at most 512 bytes) comes back in the query and in the list.
Jobs of advanced templates are listed under a ``JobType`` of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core import shapes
from .....core.errors import ParameterError
from .....core.shown import shown
from .....core.submit import Candidates, Order, Ours, Submit, demand, made_id, opened, told
from .. import quotas
from ..rpc import call
from . import ice_lists
from .parameters import as_text, check_own_data, refusals, refuse_own, with_own_data

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-submitmediaproducingjob"
TARGETS = ("oss-object", "vod-media", "S3")

PARAMETERS = {
    "timeline": "Timeline",
    "template_id": "TemplateId",
    "clips_param": "ClipsParam",
    "editing_project_id": "ProjectId",
    "output_media_config": "OutputMediaConfig",
    "output_media_target": "OutputMediaTarget",
    "editing_produce_config": "EditingProduceConfig",
    "media_metadata": "MediaMetadata",
    "project_metadata": "ProjectMetadata",
    "user_data": "UserData",
}
_SOURCES = ("Timeline", "TemplateId", "ProjectId")
_OBJECTS = (
    *("Timeline", "ClipsParam", "OutputMediaConfig", "EditingProduceConfig", "MediaMetadata"),
    "ProjectMetadata",
)


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    refuse_own(PARAMETERS, parameters, "ClientToken")
    if whole:
        demand(PARAMETERS, parameters, ("OutputMediaConfig",))
    _check_source(parameters, whole)
    for name in _OBJECTS:
        if parameters.get(name) is not None:
            opened(told(PARAMETERS, name), parameters[name], Mapping, "an object")
    target = parameters.get("OutputMediaTarget")
    if target is not None and target not in TARGETS:
        raise ParameterError(f"output_media_target must be one of {', '.join(TARGETS)}, not {shown(target)}")
    check_own_data(PARAMETERS, parameters)


def _check_source(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check that exactly one source is given, and with a template the material that is put into it.

    :raises ParameterError: for two sources, a missing source, or a template without ``ClipsParam``.
    """
    given = [told(PARAMETERS, name) for name in _SOURCES if parameters.get(name)]
    if len(given) > 1:
        raise ParameterError(f"{' and '.join(given)} are given; the vendor takes exactly one of them")
    if whole and not given:
        raise ParameterError(
            "timeline (Timeline) is missing: give it, or template_id (TemplateId) or editing_project_id (ProjectId)"
        )
    if whole and parameters.get("TemplateId") and not parameters.get("ClipsParam"):
        raise ParameterError("clips_param (ClipsParam) is missing; the vendor demands it with template_id (TemplateId)")


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one job by ``SubmitMediaProducingJob``: see :class:`Submit`.

    :return: the ids to wait by.
    :raises UnreadableResponse: for an answer without an id; a job may have been made nevertheless.
    """
    query = as_text({**with_own_data(PARAMETERS, order), "ClientToken": str(order.key)})
    response = yield call(account, "ice", "SubmitMediaProducingJob", query)
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
    return {"job_id": made_id(response, body, "JobId")}


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The jobs that carry a key of the order's task instance, those of common and of advanced templates."""
    found: list[Ours] = []
    for job_type in ("EditingJob", "VETemplateJob") if order.parameters.get("TemplateId") else ("EditingJob",):
        found += yield from ice_lists.find_editing(account, order, job_type)
    return Candidates(tuple({ours.ids["job_id"]: ours for ours in found}.values()))


SUBMIT = Submit(
    operation="SubmitMediaProducingJob",
    page=PAGE,
    actions=("ice:SubmitMediaProducingJob",),
    find_actions=("ice:ListMediaProducingJobs",),
    parameters=PARAMETERS,
    check=check,
    create=create,
    find=find,
    refusals=refusals(tuple(PARAMETERS.values())),
    carrier="UserData",
    shows_key=True,
    deduplicates=True,
    doubt="nothing, once the list shows the job: it is found by its key",
    quota=quotas.ICE_SUBMIT_PRODUCING,
)
