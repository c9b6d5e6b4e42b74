# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei MPC ``CreateEditingJob`` (v1) and ``CreateEditingJobs`` (v2), and v1's list to find their job.

Facts of the pages: v1 returns ``user_data`` in its list, so a job that holds our key there is ours; v2 has no list at
all. Whether v1 lists jobs of v2 is said nowhere: it is asked, and only what carries the key is believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .....core.errors import ConfigError, ParameterError
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
    """Which of the two generations of the API the parameters are of.

    :raises ParameterError: for those of both.
    """
    old = [name for name in _OF_V1 if parameters.get(name) is not None]
    new = [name for name in _OF_V2 if parameters.get(name) is not None]
    if old and new:
        raise ParameterError(f"{old[0]} is of MPC's API v1 and {new[0]} of v2; give those of one of them")
    return "v1" if old else "v2"


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """See :class:`Submit`."""
    version = version_of(parameters)
    if whole:
        demand(PARAMETERS, parameters, ("edit_type", "output_setting") if version == "v1" else ("inputs", "output"))
    _values(parameters)
    for place, item in enumerate(_values(parameters).get("inputs", ())):
        if not isinstance(item, Mapping) or not isinstance(item.get("input"), Mapping):
            raise ParameterError(f"inputs[{place}] must be an object with input: bucket, location and object")
    for word in _values(parameters).get("edit_type", ()):
        if word not in EDIT_TYPES:
            raise ParameterError(f"edit_type must be of {', '.join(EDIT_TYPES)}, not {word!r}")
    if (kind := parameters.get("editing_type")) is not None and kind not in (0, 1):
        raise ParameterError(f"editing_type must be 0 or 1, not {kind!r}")
    with_key("user_data", parameters.get("user_data"), LONGEST_KEY, USER_DATA_BYTES)


def _values(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Without JSON text in the places of lists and objects."""
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        if value is not None:
            words = (list, "a list") if name in _LISTS else (Mapping, "an object") if name in _OBJECTS else None
            found[name] = value if words is None else opened(name, value, *words)
    return found


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """See :class:`Submit`.

    :raises ConfigError: where the connection would look at the job by the other generation.
    """
    version, looks_by = version_of(order.parameters), account.api_versions.get("mpc", "v2")
    if version != looks_by:
        raise ConfigError(
            f"the parameters are of MPC's API {version}, and the connection looks at jobs by {looks_by}: give those of "
            f'{looks_by}, or set api_versions to {{"mpc": "{version}"}}'
        )
    user_data = with_key("user_data", order.parameters.get("user_data"), order.key, USER_DATA_BYTES)
    body = {**_values(order.parameters), "user_data": user_data}
    response = yield call(account, "mpc", "POST", f"/{version}/{{project_id}}/editing/jobs", body=body)
    return {"job_id": made_id(response, response.json(), "job_id")}  # other creates of MPC send a number


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """Every job that carries a key of the task."""
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
        "of v1 nothing, once the list shows the job; of v2 whether a job was made, since no page says that the list "
        "shows it"
    ),
)
