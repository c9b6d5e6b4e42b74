# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated transcoding of Huawei VOD.

Written from the pages ListAssetTaskInfo, ShowAssetDetail, ListAssetList, CreateAssetProcessTask and
CancelAssetTranscodeTask. A media asset has one run here: a new run replaces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Limit, Refusal, VendorContext
from .....core.http import HttpRequest
from .....core.times import parse_time, zulu
from ..operation import Operation, first, json_body, number

KIND = EmulatedKind(
    name="huawei.vod.transcode",
    ids=("asset_id",),
    course=(("WAITING", 0.0), ("PROCESSING", 0.2), ("SUCCEED", 1.0)),
    failure="FAILED",
    unstarted=frozenset({"WAITING"}),
    unfinished=frozenset({"WAITING", "PROCESSING"}),
)
_OF_ASSET = {
    "WAITING": "WAITING_TRANSCODE",
    "PROCESSING": "TRANSCODING",
    "SUCCEED": "TRANSCODE_SUCCEED",
    "FAILED": "TRANSCODE_FAILED",
}
_QUERY = Limit("huawei.vod.query", 1500, 60.0)  # the page of constraints: "query information, details, list"
_META = {
    "pack_type": "MP4",
    "codec": "H.264",
    "audio_codec": "AAC",
    "duration": 12,
    "duration_ms": 12000,
    "video_size": 600000,
    "width": 1280,
    "hight": 720,
    "height": 720,
}


def _illegal(field: str) -> Refusal:
    """The refusal of a parameter whose value is not allowed."""
    return Refusal(400, "VOD.10053", f"The request parameter is illegal, illegal field: {{{field}}}.")


def list_tasks(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``ListAssetTaskInfo``: a page of the runs of one asset or of all, with a marker where more follow.

    Newest first: the page states no order.

    :raises Refusal: for a parameter whose value is not allowed.
    """
    asset_id, limit = first(request, "asset_id"), number(first(request, "limit"), 10, 1, 100)
    at = number(first(request, "marker"), 0, 0, 2**31)
    if limit is None or at is None:
        raise _illegal("limit" if limit is None else "marker")
    jobs = [job for job in _jobs(context, [asset_id] if asset_id else []) if _fits(job, request)]
    shown = [_task(context.look(job)) for job in jobs[at : at + limit]]
    more = {"next_marker": str(at + limit)} if at + limit < len(jobs) else {}
    return {"results": shown, "count": len(jobs), **more}


def _jobs(context: VendorContext, asset_ids: Sequence[str]) -> list[EmulatedJob]:
    """The runs of these assets; without any, all runs.

    :raises Refusal: for a rejected id.
    """
    for asset_id in asset_ids:
        if context.rejects(KIND.name, asset_id=asset_id):
            raise _illegal("asset_id")
    if not asset_ids:
        return list(context.jobs(KIND.name))
    return [job for asset_id in asset_ids for job in context.jobs(KIND.name, asset_id=asset_id)]


def _fits(job: EmulatedJob, request: HttpRequest) -> bool:
    """Whether the filters select a run: statuses separated by commas, and two times, of which the later is excluded."""
    statuses = first(request, "status")
    after, before = (parse_time(first(request, f"create_time_{name}")) for name in ("after", "before"))
    in_time = (after is None or after <= job.created) and (before is None or job.created < before)
    return in_time and (statuses is None or job.state in statuses.split(","))


def _task(job: EmulatedJob) -> dict[str, Any]:
    """The record of a run. Times that have not come yet are empty, and unknown durations are -1."""
    waited = -1 if job.started is None else int((job.started - job.created).total_seconds())
    ran = -1 if job.started is None or job.finished is None else int((job.finished - job.started).total_seconds())
    result = {
        "template_name": "hd",
        "progress": job.progress,
        "start_time": zulu(job.started) if job.started else "",
        "waiting_time": waited,
        "process_time": ran,
    }
    task = {
        "type": "TRANSCODE",
        "asset_id": job["asset_id"],
        "status": job.state,
        "create_time": zulu(job.created),
        "end_time": zulu(job.finished) if job.finished else "",
        "transcode_result": result,
    }
    return job.over(task)


def _of_asset(job: EmulatedJob) -> str:
    """The asset's status of transcoding, which follows from the status that the run's record shows."""
    return _OF_ASSET.get(str(job.over({"status": job.state})["status"]), "")


def show_details(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``ShowAssetDetail``: the transcoding facts of one asset in its present state.

    It does not count as a status query of the run, whose status another operation shows.

    :raises Refusal: for an asset that is unknown, rejected or not named.
    """
    asset_id = first(request, "asset_id")
    jobs = _jobs(context, [asset_id]) if asset_id else []
    if not jobs:
        raise Refusal(403, "VOD.10062", "The media asset or resource does not exist.")
    info: dict[str, Any] = {"template_group_name": "renditions", "transcode_status": _of_asset(jobs[0])}
    info["exec_desc"] = "The source file is damaged." if jobs[0].state == KIND.failure else ""
    done = jobs[0].state == KIND.course[-1][0]
    address = f"https://emulator.example.com/asset/{asset_id}/play_video/hd.mp4"
    output = {"play_type": "mp4", "url": address, "encrypted": 0, "quality": "HD", "meta_data": dict(_META)}
    return {"asset_id": asset_id, "transcode_info": {**info, "output": [output] if done else []}}


def list_assets(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``ListAssetList``: up to ten assets by id, separated by commas, or a page of all.

    :raises Refusal: for a parameter whose value is not allowed.
    """
    asset_ids = [one for one in (first(request, "asset_id") or "").split(",") if one]
    page, size = number(first(request, "page"), 0, 0, 2**31), number(first(request, "size"), 10, 1, 100)
    if len(asset_ids) > 10 or page is None or size is None:
        raise _illegal("asset_id" if len(asset_ids) > 10 else "page" if page is None else "size")
    jobs = _jobs(context, asset_ids)
    shown = [_asset(job) for job in jobs[page * size : (page + 1) * size]]
    return {"total": len(jobs), "assets": shown}


def _asset(job: EmulatedJob) -> dict[str, Any]:
    """The record of an asset."""
    return {
        "asset_id": job["asset_id"],
        "title": "match",
        "create_time": job.created.strftime("%Y%m%d%H%M%S"),
        "asset_status": "CREATED",
        "transcode_status": _of_asset(job),
        "exec_desc": "",
    }


def create_task(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``CreateAssetProcessTask``: starts a run for an asset. It will fail if the asset's id contains "broken".

    :raises Refusal: without an asset.
    """
    asset_id = (json_body(request) or {}).get("asset_id")
    if not isinstance(asset_id, str) or not asset_id:
        raise _illegal("asset_id")
    context.create(KIND.name, {"asset_id": asset_id}, {}, broken="broken" in asset_id)
    return {"asset_id": asset_id}


def cancel_task(context: VendorContext, request: HttpRequest) -> None:
    """``CancelAssetTranscodeTask``: cancels a queued run. No page has a status for a cancelled run: here it has failed.

    :raises Refusal: for an unknown run, and for one that is no longer queued.
    """
    asset_id = first(request, "asset_id")
    waiting = [job for job in _jobs(context, [asset_id or ""]) if job.state in KIND.unstarted]
    if not waiting:
        raise Refusal(400, "VOD.10083", "The task cannot be canceled.")
    context.end(waiting[0], KIND.failure)


_PROCESS = "/v1.0/{project_id}/asset/process"
_IDS = {"asset_id": "asset_id"}
OPERATIONS = (
    Operation(
        "GET",
        "/v1/{project_id}/asset/tasks",
        "ListAssetTaskInfo",
        KIND.name,
        _IDS,
        list_tasks,
        where={"type": "TRANSCODE"},
    ),
    Operation("GET", "/v1.0/{project_id}/asset/details", "ShowAssetDetail", KIND.name, _IDS, show_details, _QUERY),
    Operation("GET", "/v1.0/{project_id}/asset/list", "ListAssetList", KIND.name, _IDS, list_assets, _QUERY),
    Operation("POST", _PROCESS, "CreateAssetProcessTask", KIND.name, _IDS, create_task),
    Operation("DELETE", _PROCESS, "CancelAssetTranscodeTask", KIND.name, _IDS, cancel_task),
)
