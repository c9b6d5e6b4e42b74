# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei MPC "Querying a Parsing Task": ``GET /v1/{project_id}/extract-metadata``.

Facts of the page: ``metadata`` is of the source, with the units of a packaging task, and is written to ``output``, too,
where one is named. A task made with ``sync`` 1 is answered at once: nothing to wait for. Its permissions are on none of
the pages; they are named here after the other tasks' and the operation.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.output import Output
from . import mpc_files
from .mpc_tasks import DIALECT_B, Making, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListExtractTask.html"


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The source with what was found in it, then the file in which that was written down, if there is one."""
    source, written = shapes.known_record(task.get("input")), shapes.known_record(task.get("output"))
    found = mpc_files.output(
        source, facts.text(source.get("file_name")), task.get("metadata"), mpc_files.seconds, mpc_files.in_bytes
    )
    file = mpc_files.uri(written, facts.text(written.get("file_name")))
    return (found,) if file is None else (found, Output(uri=file))


MPC_METADATA = task_kind(
    "huawei.mpc.metadata",
    "Huawei MPC parsing task",
    PAGE,
    "extract-metadata",
    DIALECT_B,
    Making(outputs),
    action="mpc:extractTask:view",
    cancel_action="mpc:extractTask:delete",
    running="PREPROCESSING",
)
