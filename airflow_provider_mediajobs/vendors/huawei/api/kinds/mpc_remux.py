# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei MPC "Querying a Packaging Task": ``GET /v1/{project_id}/remux``.

Facts of the page: HLS or MP4 out of MP3, MP4, FLV or TS; ``complete_ratio`` is a percentage. Of the file ``size`` is in
bytes, and ``duration_ms`` in seconds with decimals, whatever its name says.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.output import Output
from . import mpc_files
from .mpc_tasks import DIALECT_B, Making, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListRemuxTask.html"


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The one file."""
    place = shapes.known_record(task.get("output"))
    name, about = facts.text(place.get("file_name")), task.get("output_metadata")
    return (mpc_files.output(place, name, about, mpc_files.seconds, mpc_files.in_bytes),)


MPC_REMUX = task_kind(
    "huawei.mpc.remux",
    "Huawei MPC packaging task",
    PAGE,
    "remux",
    DIALECT_B,
    Making(outputs),
    action="mpc:remuxTsk:view",  # sic, in both languages of the page
    cancel_action="mpc:remuxTsk:delete",
    running="PROCESSING",
    progress="complete_ratio",
)
