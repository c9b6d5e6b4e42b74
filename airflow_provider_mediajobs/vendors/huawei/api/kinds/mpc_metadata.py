# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of parsing tasks of Huawei MPC: ``GET /v1/{project_id}/extract-metadata``.

From the page "Querying a Parsing Task": ``metadata`` describes the source, in the units of a packaging task; where an
``output`` is named, it is also written there. A task that is created with ``sync`` 1 is answered at once, so there is
nothing to wait for. No page names its permissions: the names here follow the pattern of the other tasks' names. What
the kind shares with other tasks is in :mod:`mpc_tasks`.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.output import Output
from . import mpc_files
from .mpc_tasks import DIALECT_B, Results, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListExtractTask.html"


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The source with the facts that were found in it, then the file to which they were written, if there is one."""
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
    Results(outputs),
    action="mpc:extractTask:view",
    cancel_action="mpc:extractTask:delete",
    running="PREPROCESSING",
)
