# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of snapshot tasks of Huawei MPC: ``GET /v1/{project_id}/thumbnails``.

From the page "Querying Snapshot Tasks": pictures are JPG; there is no error code. For a task that is created with
``original_dir`` 0 the vendor appends a random directory to the output, so the location is read from the response. A
single picture that is created with ``sync`` 1 is answered at once, so there is nothing to wait for. What the kind
shares with other tasks is in :mod:`mpc_tasks`.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.output import Output
from . import mpc_files
from .mpc_tasks import Results, dialect_a, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListThumbnailsTask.html"


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The pictures by their names; where the record has no names, the archive or directory that they are in."""
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
    Results(outputs),
    action="mpc:thumbnailsTask:view",
    cancel_action="mpc:thumbnailsTask:delete",
    running="PROCESSING",
)
