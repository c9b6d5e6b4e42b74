# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei MPC "Querying Snapshot Tasks": ``GET /v1/{project_id}/thumbnails``.

Facts of the page: JPG only; no error code. Where a task was made with ``original_dir`` 0 the vendor appends a random
directory to the output, so it is read from the answer. One picture made with ``sync`` 1 is there at once: nothing to
wait for.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.output import Output
from . import mpc_files
from .mpc_tasks import Making, dialect_a, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListThumbnailsTask.html"


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The pictures by their names; without any, the archive or the directory that they are in."""
    place = shapes.known_record(task.get("output"))
    pictures = [facts.text(one.get("pic_name")) for one in shapes.known_records(task.get("thumbnail_info"), "pic_info")]
    names = [name for name in pictures if name] or mpc_files.names(task.get("output_file_name"))
    return tuple(mpc_files.output(place, name, None) for name in names) or (mpc_files.output(place, None, None),)


MPC_THUMBNAILS = task_kind(
    "huawei.mpc.thumbnails",
    "Huawei MPC snapshot task",
    PAGE,
    "thumbnails",
    dialect_a("PROCESSING"),
    Making(outputs),
    action="mpc:thumbnailsTask:view",
    cancel_action="mpc:thumbnailsTask:delete",
    running="PROCESSING",
)
