# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of packaging tasks of Huawei MPC: ``GET /v1/{project_id}/remux``.

From the page "Querying a Packaging Task": a task makes HLS or MP4 from MP3, MP4, FLV or TS; ``complete_ratio`` is a
percentage. The file's ``size`` is in bytes, and its ``duration_ms`` in seconds with decimals, in spite of its name.
What the kind shares with other tasks is in :mod:`mpc_tasks`.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.output import Output
from . import mpc_files
from .mpc_tasks import DIALECT_B, Results, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListRemuxTask.html"


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The file that a task has made."""
    place = shapes.known_record(task.get("output"))
    name, about = facts.text(place.get("file_name")), task.get("output_metadata")
    return (mpc_files.output(place, name, about, mpc_files.seconds, mpc_files.in_bytes),)


MPC_REMUX = task_kind(
    "huawei.mpc.remux",
    "Huawei MPC packaging task",
    PAGE,
    "remux",
    DIALECT_B,
    Results(outputs),
    action="mpc:remuxTsk:view",  # the spelling of the page, in both languages
    cancel_action="mpc:remuxTsk:delete",
    running="PROCESSING",
    progress="complete_ratio",
)
