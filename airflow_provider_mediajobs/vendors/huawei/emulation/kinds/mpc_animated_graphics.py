# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated animated GIF tasks of Huawei MPC.

Written from the pages of the operations that query, create and cancel them, and from the models of the vendor's SDK
(``list_animated_graphics_task``).
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind
from ..mpc import OUTPUT, Tasks, moments

KIND = EmulatedKind(
    name="huawei.mpc.animated_graphics",
    ids=("task_id",),
    course=(("INIT", 0.0), ("WAITING", 0.1), ("PROCESSING", 0.2), ("SUCCEED", 1.0)),
    failure="FAILED",
    unstarted=frozenset({"INIT", "WAITING"}),
    unfinished=frozenset({"INIT", "WAITING", "PREPROCESSING", "PROCESSING"}),
    further=("CANCELED",),
)


_PARAMETERS = {"format": "gif", "width": 320, "height": 240, "start": 1000, "end": 4000, "frame_rate": 10}


def _record(job: EmulatedJob) -> dict[str, Any]:
    """The fields of a record beside the common ones: it repeats the requested parameters."""
    return {**moments(job), "output": {**OUTPUT, "file_name": "o.gif"}, "output_param": dict(_PARAMETERS)}


OPERATIONS = Tasks(
    KIND,
    "animated-graphics",
    "tasks",
    ("ListAnimatedGraphicsTask", "CreateAnimatedGraphicsTask", "DeleteAnimatedGraphicsTask"),
    _record,
    truncated=False,
).operations
