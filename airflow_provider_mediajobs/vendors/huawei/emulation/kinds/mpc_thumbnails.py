# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated snapshot tasks of Huawei MPC.

Written from the pages of the operations that query, create and cancel them, and from the models of the vendor's SDK
(``list_thumbnails_task``).
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind
from ..mpc import Tasks

KIND = EmulatedKind(
    name="huawei.mpc.thumbnails",
    ids=("task_id",),
    course=(("WAITING", 0.0), ("PROCESSING", 0.2), ("SUCCEEDED", 1.0)),
    failure="FAILED",
    unstarted=frozenset({"WAITING"}),
    unfinished=frozenset({"WAITING", "PROCESSING"}),
    further=("CANCELED",),
)


def _record(job: EmulatedJob) -> dict[str, Any]:
    """The fields of a record beside the common ones, among which is no error code."""
    done = job.state == KIND.course[-1][0]
    pictures = [{"pic_name": "1.jpg"}, {"pic_name": "2.jpg"}] if done else []
    return {"output_file_name": "", "thumbnail_info": pictures}


OPERATIONS = Tasks(
    KIND,
    "thumbnails",
    "task_array",
    ("ListThumbnailsTask", "CreateThumbnailsTask", "DeleteThumbnailsTask"),
    _record,
    truncated=True,
    numbers=True,
).operations
