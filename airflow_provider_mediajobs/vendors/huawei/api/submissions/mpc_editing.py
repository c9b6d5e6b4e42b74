# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits clipping tasks of Huawei MPC: ``POST /v1/{project_id}/editing/jobs`` (CreateEditingJob), or ``/v2``.

A submitted job is found again in v1's list. Facts of the pages: v1 returns ``user_data`` in its list, so a job that
holds an operator's key there is that operator's; v2 has no list. No page says whether v1's list has jobs of v2: it is
read for these, too, and only a job with the key is taken for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core.arguments import whole_number
from .....core.errors import ConfigError, ParameterError
from .....core.shown import shown
from .....core.submit import LONGEST_KEY, Candidates, Order, Submit, demand, made_id, opened, with_key
from ..rest import call
from .mpc_lists import find_in

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/CreateEditingJob.html"
USER_DATA_BYTES = 512

PARAMETERS = {
    name: name
    for name in (
        *("inputs", "output", "editing_settings", "editing_type"),  # v2
        *("edit_type", "input", "clips", "concats", "mix", "output_setting", "edit_settings"),  # v1
        "user_data",
    )
}
_LISTS = ("inputs", "edit_type", "clips", "concats", "edit_settings")
_OBJECTS = ("output", "editing_settings", "input", "mix", "output_setting")
_OF_V1 = ("edit_type", "input", "clips", "concats", "concat", "mix", "output_setting", "edit_settings")
_OF_V2 = ("inputs", "output", "editing_settings", "editing_type")
EDIT_TYPES = ("CLIP", "CONCAT", "CONCATS", "MIX")


def version_of(parameters: Mapping[str, Any]) -> str:
    """The version of MPC's API that the parameters belong to: ``v1`` or ``v2``.

    :raises ParameterError: for parameters of both versions.
    """
    old = [name for name in _OF_V1 if parameters.get(name) is not None]
    new = [name for name in _OF_V2 if parameters.get(name) is not None]
    if old and new:
        raise ParameterError(
            f"{old[0]} belongs to MPC's API v1 and {new[0]} to v2; give parameters of one version only"
        )
    return "v1" if old else "v2"


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    version = version_of(parameters)
    if whole:
        demand(PARAMETERS, parameters, ("edit_type", "output_setting") if version == "v1" else ("inputs", "output"))
    values = _values(parameters)
    for place, item in enumerate(values.get("inputs", ())):
        if not isinstance(item, Mapping) or not isinstance(item.get("input"), Mapping):
            raise ParameterError(f"inputs[{place}] must be an object with input: bucket, location and object")
    for word in values.get("edit_type", ()):
        if word not in EDIT_TYPES:
            raise ParameterError(f"edit_type must be of {', '.join(EDIT_TYPES)}, not {shown(word)}")
    if values.get("editing_type", 0) not in (0, 1):
        raise ParameterError(f"editing_type must be 0 or 1, not {shown(values['editing_type'])}")
    with_key("user_data", parameters.get("user_data"), LONGEST_KEY, USER_DATA_BYTES)


def _values(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that are given, with JSON text in the places of lists and objects decoded, and text of numbers.

    :raises ParameterError: for a value that is no list, object or whole number where one is needed.
    """
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        if value is not None:
            words = (list, "a list") if name in _LISTS else (Mapping, "an object") if name in _OBJECTS else None
            found[name] = value if words is None else opened(name, value, *words)
    if "editing_type" in found:
        found["editing_type"] = whole_number("editing_type", found["editing_type"])
    return found


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one job by ``CreateEditingJob``: see :class:`Submit`.

    :return: the ids to wait by.
    :raises UnreadableResponse: for an answer without an id; a job may have been made nevertheless.
    :raises ConfigError: where the connection queries jobs by the other version of the API; nothing is sent.
    """
    version, queried_by = version_of(order.parameters), account.api_versions.get("mpc", "v2")
    if version != queried_by:
        raise ConfigError(
            f"the parameters belong to MPC's API {version}, but the connection queries jobs by {queried_by}: give "
            f'parameters of {queried_by}, or set `api_versions` of the connection to {{"mpc": "{version}"}}'
        )
    user_data = with_key("user_data", order.parameters.get("user_data"), order.key, USER_DATA_BYTES)
    body = {**_values(order.parameters), "user_data": user_data}
    response = yield call(account, "mpc", "POST", f"/{version}/{{project_id}}/editing/jobs", body=body)
    return {
        "job_id": made_id(response, response.json(), "job_id")
    }  # as text, since similar operations of MPC send a number


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The jobs that carry a key of the order's task instance: see :func:`mpc_lists.find_in`."""
    return (yield from find_in(account, order, "/v1/{project_id}/editing/jobs", "jobs", "job_id"))


SUBMIT = Submit(
    operation="CreateEditingJob",
    page=PAGE,
    actions=("mpc:editingTask:create",),
    find_actions=("mpc:editingTask:view",),
    parameters=PARAMETERS,
    check=check,
    create=create,
    find=find,
    refusals=frozenset({"MPC.10202", "MPC.10204", "MPC.10205", "MPC.10209", "MPC.10210", "MPC.10223", "MPC.10224"}),
    carrier="user_data",
    shows_key=True,
    doubt=(
        "with v1 nothing, once the list shows the job; with v2 whether a job was made, since no page says that the "
        "list shows jobs of v2"
    ),
)
