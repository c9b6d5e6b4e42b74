# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated packaging tasks of Huawei MPC.

Written from the pages of the operations that query, create and cancel them, and from the models of the vendor's SDK
(``list_remux_task``).
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind
from ..mpc import OUTPUT, Tasks, moments

KIND = EmulatedKind(
    name="huawei.mpc.remux",
    ids=("task_id",),
    course=(("INIT", 0.0), ("WAITING", 0.1), ("PROCESSING", 0.2), ("SUCCEED", 1.0)),
    failure="FAILED",
    unstarted=frozenset({"INIT", "WAITING"}),
    unfinished=frozenset({"INIT", "WAITING", "PREPROCESSING", "PROCESSING"}),
    further=("CANCELED",),
)


_VIDEO = {"width": 640, "height": 480, "bitrate": 900, "frame_rate": 25, "codec": "H264"}
_AUDIO = {"codec": "AAC", "sample": 44100, "channels": 2, "bitrate": 64}


def _record(job: EmulatedJob) -> dict[str, Any]:
    """The fields of a record beside the common ones. ``duration_ms`` is in seconds with decimals, ``size`` in bytes."""
    record = {**moments(job), "output": {**OUTPUT, "file_name": "o.mp4"}, "complete_ratio": job.progress}
    if job.state == KIND.course[-1][0]:
        facts = {"size": 600000, "duration_ms": 12.5, "duration": 12, "format": "MP4", "bitrate": 900000}
        record["output_metadata"] = {**facts, "video": [dict(_VIDEO)], "audio": [dict(_AUDIO)]}
    return record


OPERATIONS = Tasks(
    KIND,
    "remux",
    "tasks",
    ("ListRemuxTask", "CreateRemuxTask", "CancelRemuxTask"),
    _record,
    truncated=False,
).operations
