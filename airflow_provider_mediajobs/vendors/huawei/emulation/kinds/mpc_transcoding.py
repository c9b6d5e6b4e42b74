# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated transcoding tasks of Huawei MPC.

Written from the pages "Querying a Transcoding Task", "Creating a Transcoding Task" and "Canceling a Transcoding Task",
and from the models of the vendor's SDK (``list_transcoding_task``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind
from ..mpc import Tasks, illegal

KIND = EmulatedKind(
    name="huawei.mpc.transcoding",
    ids=("task_id",),
    course=(("WAITING", 0.0), ("TRANSCODING", 0.2), ("SUCCEEDED", 1.0)),
    failure="FAILED",
    unstarted=frozenset({"WAITING", "NEED_TO_BE_AUDIT"}),
    unfinished=frozenset({"WAITING", "NEED_TO_BE_AUDIT", "TRANSCODING"}),
    further=("CANCELED",),
)
_SUCCESS = KIND.course[-1][0]
_FACTS = {"duration": 12, "duration_ms": 12000, "format": "MP4", "size": 1024, "md5": ""}


def _record(job: EmulatedJob) -> dict[str, Any]:
    """The fields of a record beside the common ones. ``progress`` is 0 while a task runs, as for most tenants."""
    done, failed = job.state == _SUCCESS, job.state == KIND.failure
    return {
        "progress": 100 if done else 0,
        "trans_template_id": [7],
        "output_file_name": ["match_7.mp4"] if done else [],
        "error_code": "MPC.10124" if failed else "",
        "transcode_detail": {"input_file": dict(_FACTS), "multitask_info": []},
    }


def _create(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the record that follow from the body: templates, and the files' names, given or made of these.

    :raises Refusal: without one to nine templates, or parameters in their place.
    """
    templates = body.get("trans_template_id") or []
    wanted = templates or body.get("av_parameters")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 9:
        raise illegal("trans_template_id: 1 to 9.")
    names = body.get("output_filenames") or [f"match_{number}.mp4" for number in templates]
    return {"trans_template_id": templates, "output_file_name": names}


OPERATIONS = Tasks(
    KIND,
    "transcodings",
    "task_array",
    ("ListTranscodingTask", "CreateTranscodingTask", "DeleteTranscodingTask"),
    _record,
    truncated=True,
    numbers=True,
    create=_create,
).operations
