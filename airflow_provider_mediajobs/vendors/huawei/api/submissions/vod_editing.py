# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits editing tasks of Huawei VOD: ``POST /v1/{project_id}/asset/editing/tasks`` (CreateAssetEditTask).

A submitted task is looked for in the project's list. Facts of the pages: the list returns nothing that the request
carried, neither inputs nor settings. So after a lost answer only the tasks that were created since can be named, which
may be those of anybody in the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import ParameterError
from .....core.pages import PAGES, is_last, too_long
from .....core.submit import SKEW, Candidates, Order, Submit, demand, made_id, opened
from .....core.times import parse_time
from ..rest import call, check_empty

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE = "https://support.huaweicloud.com/intl/en-us/api-vod/CreateAssetEditTask.html"
PATH = "/v1/{project_id}/asset/editing/tasks"
MOST_INPUTS = 20
LONGEST_TIME = 32  # characters of a time
PAGE_SIZE = 100

PARAMETERS = {"inputs": "inputs", "editing_settings": "editing_settings"}


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    if whole:
        demand(PARAMETERS, parameters, ("inputs",))
    if parameters.get("editing_settings") is not None:
        opened("editing_settings", parameters["editing_settings"], Mapping, "an object")
    if parameters.get("inputs") is not None:
        inputs = opened("inputs", parameters["inputs"], list, "a list of objects")
        if not 1 <= len(inputs) <= MOST_INPUTS:
            raise ParameterError(f"inputs must have 1 to {MOST_INPUTS} elements, not {len(inputs)}")
        for place, item in enumerate(inputs):
            _check_input(f"inputs[{place}]", item)


def _check_input(name: str, item: Any) -> None:
    """Check one input.

    :param name: its place, for messages, such as ``inputs[0]``.
    :raises ParameterError: without an asset or an end, and for a time that is no text.
    """
    if not isinstance(item, Mapping) or not isinstance(item.get("asset_id"), str) or not item["asset_id"]:
        raise ParameterError(f"{name} must be an object with asset_id as text")
    if item.get("timeline_end") is None:
        raise ParameterError(f"{name}.timeline_end is missing; the vendor demands it")
    for edge in ("timeline_start", "timeline_end"):
        value = item.get(edge)
        if value is not None and (not isinstance(value, str) or not 1 <= len(value) <= LONGEST_TIME):
            raise ParameterError(f"{name}.{edge} must be seconds as text of at most {LONGEST_TIME} characters")


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one job by ``CreateAssetEditTask``: see :class:`Submit`.

    :return: the ids to wait by.
    :raises UnreadableResponse: for an answer without an id; a job may have been made nevertheless.
    """
    body = {name: _value(name, value) for name, value in order.parameters.items() if value is not None}
    response = yield call(account, "vod", "POST", PATH, body=body)
    return {"task_id": made_id(response, response.json(), "task_id")}


def _value(name: str, value: Any) -> Any:
    """The value of a parameter, decoded where it is JSON text in the place of a list or an object."""
    shapes_of = {"inputs": (list, "a list of objects"), "editing_settings": (Mapping, "an object")}
    return opened(name, value, *shapes_of[name]) if name in shapes_of else value


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The tasks of the project that were created since the order's first request: any of them may be the order's.

    :raises UnreadableResponse: for a list that cannot be read to its end.
    """
    ids: dict[str, None] = {}
    received = 0
    for _ in range(PAGES):
        query = (("limit", str(PAGE_SIZE)), ("offset", str(received)))
        response = yield call(account, "vod", "GET", PATH, query)
        body = response.json()
        with shapes.reading(response):
            listed = shapes.listed("tasks", body.get("tasks"), "task", ("task_id", "status"))
            if listed.unread is not None:
                raise listed.unread
            for task in listed.records:
                created = parse_time(task.get("create_time"))
                if created is None or created >= order.since - SKEW:
                    ids.update(dict.fromkeys(filter(None, [shapes.ident("task_id", task.get("task_id"))])))
        if not listed.sent:
            check_empty(response, "tasks", "total")
        received += listed.sent
        if is_last(listed.sent, PAGE_SIZE, received, facts.integer(body.get("total"))):
            return Candidates(plausible=tuple({"task_id": task_id} for task_id in ids))
    raise too_long()


SUBMIT = Submit(
    operation="CreateAssetEditTask",
    page=PAGE,
    actions=("vod:asset:createEditTask",),
    find_actions=("vod:asset:listEditTask",),
    parameters=PARAMETERS,
    check=check,
    create=create,
    find=find,
    doubt="which task it is, if one was made: the message names all tasks of the project since the request",
    refusals=frozenset({"VOD.10053", "VOD.10062", "VOD.10081", "VST.10001"}),
)
