# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of animated GIF tasks of Huawei MPC: ``GET /v1/{project_id}/animated-graphics``.

From the page "Querying an Animated GIF Task": ``output_param`` repeats the requested parameters, with ``start`` and
``end`` in milliseconds of the source. What the kind shares with other tasks is in :mod:`mpc_tasks`.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.output import Output
from . import mpc_files
from .mpc_tasks import DIALECT_B, Results, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListAnimatedGraphicsTask.html"


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The animated picture, with the facts of the requested parameters: the record has no measured ones."""
    place, wanted = shapes.known_record(task.get("output")), shapes.known_record(task.get("output_param"))
    start, end = facts.number(wanted.get("start")), facts.number(wanted.get("end"))
    picture = Output(
        uri=mpc_files.uri(place, facts.text(place.get("file_name"))),
        format=facts.text(wanted.get("format")),
        duration_s=None if start is None or end is None else (end - start) / 1000,
        width=facts.integer(wanted.get("width")),
        height=facts.integer(wanted.get("height")),
    )
    return (picture,)


MPC_ANIMATED_GRAPHICS = task_kind(
    "huawei.mpc.animated_graphics",
    "Huawei MPC animated GIF task",
    PAGE,
    "animated-graphics",
    DIALECT_B,
    Results(outputs),
    action="mpc:animatedGraphicsTask:view",
    cancel_action="mpc:animatedGraphicsTask:delete",
    running="PREPROCESSING",
)
