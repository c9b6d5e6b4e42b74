# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei MPC "Querying an Animated GIF Task": ``GET /v1/{project_id}/animated-graphics``.

Facts of the page: ``output_param`` tells what was asked for, with ``start`` and ``end`` in milliseconds of the source.
"""

from __future__ import annotations

from typing import Any

from .....core import facts, shapes
from .....core.output import Output
from . import mpc_files
from .mpc_tasks import DIALECT_B, Making, task_kind

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListAnimatedGraphicsTask.html"


def outputs(task: dict[str, Any]) -> tuple[Output, ...]:
    """The one picture."""
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
    Making(outputs),
    action="mpc:animatedGraphicsTask:view",
    cancel_action="mpc:animatedGraphicsTask:delete",
    running="PREPROCESSING",
)
