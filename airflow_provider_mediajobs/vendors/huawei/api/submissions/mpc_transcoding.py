# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits transcoding tasks of Huawei MPC: ``POST /v1/{project_id}/transcodings`` (CreateTranscodingTask).

A submitted task is found again in the list of transcoding tasks. Facts of the pages: up to nine templates, or
parameters in their place, make as many outputs; ``user_data`` comes back in the list, so a task that holds an
operator's key there is that operator's; the id is a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core.arguments import whole_number
from .....core.errors import ParameterError
from .....core.shown import shown
from .....core.submit import LONGEST_KEY, Candidates, Order, Submit, demand, made_id, opened, told, with_key
from ..rest import call
from .mpc_lists import find_in

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/CreateTranscodingTask.html"
PATH = "/v1/{project_id}/transcodings"
USER_DATA_BYTES = 512
MOST_TEMPLATES = 9
PRIORITIES = (6, 9)

PARAMETERS = {
    "input": "input",
    "output": "output",
    "template_ids": "trans_template_id",
    "av_parameters": "av_parameters",
    "output_filenames": "output_filenames",
    "watermarks": "watermarks",
    "thumbnails": "thumbnails",
    "priority": "priority",
    "user_data": "user_data",
}
_LISTS = ("trans_template_id", "av_parameters", "output_filenames", "watermarks", "thumbnails")
_OBJECTS = ("input", "output")


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    if whole:
        demand(PARAMETERS, parameters, ("input", "output"))
        if not parameters.get("trans_template_id") and not parameters.get("av_parameters"):
            raise ParameterError("template_ids (trans_template_id) is missing: give it, or av_parameters")
    values = _values(parameters)
    if "input" in values and not values["input"].get("object"):
        raise ParameterError("input must be an object with bucket, location and object")
    _check_outputs(values)
    if values.get("priority", PRIORITIES[0]) not in PRIORITIES:
        raise ParameterError(f"priority must be 6 or 9, not {shown(values['priority'])}")
    with_key("user_data", parameters.get("user_data"), LONGEST_KEY, USER_DATA_BYTES)


def _check_outputs(values: Mapping[str, Any]) -> None:
    """Check the number of templates, and of the parameters in their place.

    :raises ParameterError: naming the parameter.
    """
    for name in ("trans_template_id", "av_parameters"):
        if name in values and not 1 <= len(values[name]) <= MOST_TEMPLATES:
            what = f"{told(PARAMETERS, name)} must have 1 to {MOST_TEMPLATES} elements"
            raise ParameterError(f"{what}, not {len(values[name])}")


def _values(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that are given, with JSON text in the places of lists and objects decoded, and text of numbers.

    :raises ParameterError: for a value that is no list, object or whole number where one is needed.
    """
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        words = (list, "a list") if name in _LISTS else (Mapping, "an object") if name in _OBJECTS else None
        if value is not None:
            found[name] = value if words is None else opened(told(PARAMETERS, name), value, *words)
    if "priority" in found:
        found["priority"] = whole_number("priority", found["priority"])
    if "trans_template_id" in found:
        name = told(PARAMETERS, "trans_template_id")
        found["trans_template_id"] = [whole_number(f"each of {name}", one) for one in found["trans_template_id"]]
    return found


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one job by ``CreateTranscodingTask``: see :class:`Submit`.

    :return: the ids to wait by.
    :raises UnreadableResponse: for an answer without an id; a job may have been made nevertheless.
    """
    user_data = with_key("user_data", order.parameters.get("user_data"), order.key, USER_DATA_BYTES)
    body = {**_values(order.parameters), "user_data": user_data}
    response = yield call(account, "mpc", "POST", PATH, body=body)
    return {"task_id": made_id(response, response.json(), "task_id")}


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The tasks that carry a key of the order's task instance: see :func:`mpc_lists.find_in`."""
    return (yield from find_in(account, order, PATH, "task_array", "task_id"))


SUBMIT = Submit(
    operation="CreateTranscodingTask",
    page=PAGE,
    actions=("mpc:transcodeTask:create",),
    find_actions=("mpc:transcodeTask:view",),
    parameters=PARAMETERS,
    check=check,
    create=create,
    find=find,
    refusals=frozenset({"MPC.10202", "MPC.10204", "MPC.10205", "MPC.10209", "MPC.10210", "MPC.10223", "MPC.10224"}),
    carrier="user_data",
    shows_key=True,
    doubt="nothing, once the list shows the task: it is found by its key",
)
