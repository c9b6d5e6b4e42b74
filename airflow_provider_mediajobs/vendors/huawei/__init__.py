# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The declaration of Huawei Cloud, with all kinds of jobs of its products VOD and MPC (Media Processing Center)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core import facts
from ...core.kind import Exchange
from ...core.vendor import Vendor, later
from .api.kinds.mpc_animated_graphics import MPC_ANIMATED_GRAPHICS
from .api.kinds.mpc_editing import MPC_EDITING
from .api.kinds.mpc_metadata import MPC_METADATA
from .api.kinds.mpc_remux import MPC_REMUX
from .api.kinds.mpc_thumbnails import MPC_THUMBNAILS
from .api.kinds.mpc_transcoding import MPC_TRANSCODING
from .api.kinds.vod_editing import PATH, VOD_EDITING
from .api.kinds.vod_transcode import VOD_TRANSCODE
from .api.rest import PRODUCTS, call, check_empty
from .auth.methods import AUTH_METHODS

if TYPE_CHECKING:
    from ...core.account import Account

# Regions in which VOD or MPC is offered; the connection form offers them. A connection may name others.
REGIONS = (
    *("cn-north-4", "cn-north-1", "cn-east-2", "cn-east-3", "cn-south-1"),
    *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
)


def test_connection(account: Account) -> Exchange[str]:
    """Check the credentials by a query of one VOD editing task, which needs the permission of VOD's editing sensor.

    :return: a sentence for the connection form: the project, and the number of its tasks.
    :raises MediaJobsError: where VOD refuses or does not answer.
    """
    response = yield call(account, "vod", "GET", PATH, (("limit", "1"),))
    total = facts.integer(response.json().get("total")) or 0
    if not total:
        check_empty(response, "total", "tasks")
    return f"signed in to project {account.project_id}, which has {total} VOD editing tasks"


HUAWEI = Vendor(
    name="huawei",
    title="Huawei Cloud",
    hook_class="HuaweiMediaHook",
    hook_name="Huawei Cloud media jobs",
    conn_type="huawei_mediajobs",
    signatures=("SDK-HMAC-SHA256",),
    products=PRODUCTS,
    kinds=(
        VOD_EDITING,
        VOD_TRANSCODE,
        MPC_EDITING,
        MPC_TRANSCODING,
        MPC_THUMBNAILS,
        MPC_REMUX,
        MPC_ANIMATED_GRAPHICS,
        MPC_METADATA,
    ),
    sign=later(f"{__name__}.signing", "sign"),
    check=later(f"{__name__}.api.errors", "check"),
    test_connection=test_connection,
    explain_code=later(f"{__name__}.api.permissions", "explain_code"),
    policy=later(f"{__name__}.api.permissions", "policy"),
    auth_methods=AUTH_METHODS,
    find_project=later(f"{__name__}.auth.credentials", "find_project"),  # used for connections without `project_id`
    regions=REGIONS,
    api_versions={"mpc": ("v2", "v1")},
)
