# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits transcoding jobs of Intelligent Media Services: ``SubmitTranscodeJob`` (2020-11-09).

A submitted job is found again in ``ListTranscodeJobs``. Facts of the pages: one input, or several that are merged; one
job for each output, under one parent job; a second request with the same ``ClientToken`` makes no second job, for a
time that no page states; ``UserData`` (a JSON object of at most 512 bytes) comes back in the query and in the list. The
page says that the operation is discontinued after 2025-12-31 in favour of ``SubmitMediaConvertJob``; the page of
``GetTranscodeJob`` does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core import shapes
from .....core.errors import ParameterError
from .....core.submit import Candidates, Order, Submit, demand, made_id, opened, told
from ..rpc import call, permission
from . import ice_lists
from .parameters import as_text, check_own_data, refusals, refuse_own, with_own_data

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-submittranscodejob"

PARAMETERS = {
    "input_group": "InputGroup",
    "output_group": "OutputGroup",
    "name": "Name",
    "schedule_config": "ScheduleConfig",
    "user_data": "UserData",
}


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    refuse_own(PARAMETERS, parameters, "ClientToken")
    if whole:
        demand(PARAMETERS, parameters, ("InputGroup", "OutputGroup"))
    for place, source in _items(parameters, "InputGroup"):
        _check_medium(place, source)
    for place, output in _items(parameters, "OutputGroup"):
        _check_medium(f"{place}.Output", output.get("Output"))
        if not isinstance(output.get("ProcessConfig"), Mapping):
            raise ParameterError(f"{place}.ProcessConfig must be an object, such as {{'Transcode': …}}")
    if parameters.get("ScheduleConfig") is not None:
        opened(told(PARAMETERS, "ScheduleConfig"), parameters["ScheduleConfig"], Mapping, "an object")
    check_own_data(PARAMETERS, parameters)


def _items(parameters: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects of a list, each with its place as messages name it, such as ``input_group (InputGroup)[0]``.

    :raises ParameterError: for what is no list of objects.
    """
    if parameters.get(name) is None:
        return []
    items = opened(told(PARAMETERS, name), parameters[name], list, "a list of objects")
    places = [f"{told(PARAMETERS, name)}[{number}]" for number in range(len(items))]
    for place, item in zip(places, items, strict=True):
        if not isinstance(item, Mapping):
            raise ParameterError(f"{place} must be an object, not {type(item).__name__}")
    return list(zip(places, items, strict=True))


def _check_medium(place: str, medium: Any) -> None:
    """Check the location of a file.

    :param place: its name in messages.
    :raises ParameterError: where ``Type`` or ``Media`` is missing or no text.
    """
    held = medium if isinstance(medium, Mapping) else {}
    if not all(isinstance(held.get(name), str) and held[name].strip() for name in ("Type", "Media")):
        raise ParameterError(f"{place} must be an object with Type (OSS or Media) and Media (its URL or id) as text")


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one job by ``SubmitTranscodeJob``: see :class:`Submit`.

    :return: the ids to wait by.
    :raises UnreadableResponse: for an answer without an id; a job may have been made nevertheless.
    """
    query = as_text({**with_own_data(PARAMETERS, order), "ClientToken": str(order.key)})
    response = yield call(account, "ice", "SubmitTranscodeJob", query)
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
        parent = shapes.capitalised(shapes.record("TranscodeParentJob", body.get("TranscodeParentJob")))
    return {"parent_job_id": made_id(response, parent, "ParentJobId")}


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The jobs that carry a key of the order's task instance."""
    return Candidates((yield from ice_lists.find_transcoding(account, order)))


SUBMIT = Submit(
    operation="SubmitTranscodeJob",
    page=PAGE,
    actions=("ice:SubmitTranscodeJob",),
    find_actions=("ice:ListTranscodeJobs",),
    find_permissions=(permission("ice:ListTranscodeJobs", {"PageSize": 1}, "Jobs"),),
    parameters=PARAMETERS,
    check=check,
    create=create,
    find=find,
    refusals=refusals(tuple(PARAMETERS.values())),
    carrier="UserData",
    shows_key=True,
    deduplicates=True,
    doubt="nothing, once the list shows the job: it is found by its key",
)
