# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated editing tasks of Huawei VOD.

Written from the pages ListAssetEditTask, CreateAssetEditTask and DeleteAssetEditTask (v1).
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from .....core.http import HttpRequest
from .....core.times import zulu
from ..operation import Operation, first, json_body, number

KIND = EmulatedKind(
    name="huawei.vod.editing",
    ids=("task_id",),
    course=(("WAITING", 0.0), ("PROCESSING", 0.2), ("SUCCEED", 1.0)),
    failure="FAILED",
    unstarted=frozenset({"WAITING"}),
    unfinished=frozenset({"WAITING", "PROCESSING"}),
    further=("CANCEL",),
)


def illegal(field: str) -> Refusal:
    """The refusal of a parameter whose value is not allowed."""
    return Refusal(400, "VOD.10053", f"The request parameter is illegal, illegal field: {{{field}}}.")


def list_tasks(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``ListAssetEditTask``: the task with an id, or a page of the project's tasks, where ``offset`` counts records.

    Newest first: the page states no order. Nor does it describe an unknown ``task_id``: here ``total`` is 0.

    :raises Refusal: for a parameter whose value is not allowed.
    """
    task_id = first(request, "task_id")
    offset, limit = number(first(request, "offset"), 0, 0, 2**31), number(first(request, "limit"), 10, 1, 100)
    if offset is None or limit is None:
        raise illegal("offset" if offset is None else "limit")
    ids = {"task_id": task_id} if task_id else {}
    if context.rejects(KIND.name, **ids):
        raise illegal("task_id")
    jobs = context.jobs(KIND.name, **ids)
    return {"total": len(jobs), "tasks": [_task(context.look(job)) for job in jobs[offset : offset + limit]]}


def _task(job: EmulatedJob) -> dict[str, Any]:
    """A task's record."""
    task = {
        "task_id": job["task_id"],
        "asset_id": output_asset(job["task_id"]),
        "status": job.state,
        "progress": job.progress,
        "create_time": zulu(job.created),
    }
    if job.finished is not None:  # the page: "available only when the task ends"
        task["end_time"] = zulu(job.finished)
    return job.over(task)


def output_asset(task_id: str) -> str:
    """The id of the media asset that a task makes, which is always the same for the same task."""
    return hashlib.md5(task_id.encode(), usedforsecurity=False).hexdigest()


def create_task(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``CreateAssetEditTask``: creates a task from up to twenty inputs, each with an asset and times in seconds.

    The page demands ``timeline_start`` and the vendor's SDK does not: here it may be missing. A task with an asset
    whose id contains "broken" will fail.

    :raises Refusal: for a parameter that is missing or malformed.
    """
    body = json_body(request) or {}
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not 1 <= len(inputs) <= 20:
        raise illegal("inputs")
    assets = [item.get("asset_id") if isinstance(item, dict) else None for item in inputs]
    if not all(isinstance(asset, str) and asset for asset in assets):
        raise illegal("asset_id")
    for edge, needed in (("timeline_start", False), ("timeline_end", True)):
        if not all(_is_time(item.get(edge), needed) for item in inputs):
            raise illegal(edge)
    _check_settings(body.get("editing_settings"))
    task_id = context.new_id()
    context.create(KIND.name, {"task_id": task_id}, {}, broken=any("broken" in str(asset) for asset in assets))
    return {"task_id": task_id, "asset_id": output_asset(task_id)}


def _is_time(value: Any, needed: bool) -> bool:
    """Whether a value is a time in seconds, as text of at most 32 characters; it may be missing unless ``needed``."""
    if value is None:
        return not needed
    return isinstance(value, str) and len(value) <= 32 and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) is not None


_WORDS: dict[str, tuple[Any, ...]] = {
    "format": ("MP4", "HLS", "MP3", "MOV", "FLV", "AVI"),
    "reference": ("NONE", "MAX_BITRATE", "MAX_RESOLUTION"),
    "video_codec": (1, 2),
    "resolution_adaptation": (True, False),
    "resolution_upsample": (True, False),
}


def _check_settings(settings: Any) -> None:
    """Check the settings: the page's words, and width and height within the bounds of H.264 or H.265; 0 keeps the size.

    :raises Refusal: for any other value.
    """
    if settings is None:
        return
    if not isinstance(settings, dict):
        raise illegal("editing_settings")
    for name, words in _WORDS.items():
        value = settings.get(name)
        if value is not None and not any(type(value) is type(word) and value == word for word in words):
            raise illegal(name)
    smallest = 160 if settings.get("video_codec") == 2 else 32
    for name, largest in (("width", 4096), ("height", 2880)):
        value = settings.get(name, 0)
        if type(value) is not int or not (value == 0 or smallest <= value <= largest):
            raise illegal(name)


def delete_task(context: VendorContext, request: HttpRequest) -> None:
    """``DeleteAssetEditTask``: cancels a queued task.

    :raises Refusal: for an unknown task, and for one that is no longer queued.
    """
    task_id = first(request, "task_id")
    if task_id is None:
        raise illegal("task_id")
    waiting = [job for job in context.jobs(KIND.name, task_id=task_id) if job.state in KIND.unstarted]
    if not waiting:
        raise illegal("task_id")
    context.end(waiting[0], "CANCEL")


_PATH = "/v1/{project_id}/asset/editing/tasks"
_IDS = {"task_id": "task_id"}
OPERATIONS = (
    Operation("GET", _PATH, "ListAssetEditTask", KIND.name, _IDS, list_tasks),
    Operation("POST", _PATH, "CreateAssetEditTask", KIND.name, _IDS, create_task),
    Operation("DELETE", _PATH, "DeleteAssetEditTask", KIND.name, _IDS, delete_task),
)
