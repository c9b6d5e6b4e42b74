# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei Cloud MPC, as the emulator answers for it, in both generations.

v2 from the page "Querying a Clipping Task"; v1 from the models of the vendor's SDK (``list_editing_job``). A job is
readable through both, whichever created it (the pages are silent); v1 has its own word for success.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, VendorContext
from .....core.http import HttpRequest
from ..mpc import OUTPUT, asked_ids, cancel, found, illegal, is_broken, page, time
from ..operation import Operation, first, json_body

KIND = EmulatedKind(
    name="huawei.mpc.editing",
    ids=("job_id",),
    course=(("WAITING", 0.0), ("PROCESSING", 0.2), ("SUCCEEDED", 1.0)),
    failure="FAILED",
    unstarted=frozenset({"INIT", "WAITING"}),
    unfinished=frozenset({"INIT", "WAITING", "PREPROCESSING", "PROCESSING"}),
    further=("SUCCEED", "CANCELED"),
)
_V1_COURSE = (("INIT", 0.0), ("WAITING", 0.1), ("PROCESSING", 0.2), ("SUCCEED", 1.0))
_WORDS_V1 = {"SUCCEEDED": "SUCCEED"}
_SUCCESS = frozenset({"SUCCEEDED", "SUCCEED"})
_OUTPUT = {**OUTPUT, "file_name": "o.mp4"}
_LASTS = {"duration": "12", "duration_ms": "12000"}
_VIDEO = {
    "width": 640,
    "height": 480,
    "bitrate": 900,
    "bitrate_bps": 900000,
    "frame_rate": 25,
    "codec": "H264",
    **_LASTS,
    "rotate": 0.0,
}
_AUDIO = {"codec": "AAC", "sample": 44100, "channels": 2, "bitrate": 64, "bitrate_bps": 64000, **_LASTS}


# --- v2 ---------------------------------------------------------------------------------------------------------


def list_jobs_v2(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """Jobs by id; ``job_id`` is mandatory."""
    wanted = asked_ids(context, request, KIND)
    if not wanted:
        raise illegal("job_id is mandatory.")
    return {"job_array": [_job_v2(context.look(job)) for job in found(context, KIND, wanted)]}


def _job_v2(job: EmulatedJob) -> dict[str, Any]:
    record = {
        "job_id": job["job_id"],
        "status": job.state,
        "progress": job.progress,
        "create_time": time(job.created),
        "start_time": time(job.started),
        "end_time": time(job.finished),
        "metadata": [{"name": "made_by", "value": "emulator"}],
        "output": dict(_OUTPUT),
    }
    if job.state in _SUCCESS:
        record["editing_output"] = _editing_output()
    return job.over(record)


def _editing_output() -> dict[str, Any]:
    """Durations are numbers for the file and text for its streams; ``size`` is in KB."""
    return {
        "duration": 12,
        "duration_ms": 12000,
        "format": "MP4",
        "size": 1024,
        "size_byte": 1048576,
        "md5": "",
        "video_info": {**_VIDEO, "dynamic_range": "SDR"},
        "audio_info": [dict(_AUDIO)],
    }


def create_job_v2(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``inputs`` with an OBS object each, and where the output goes."""
    body = json_body(request)
    inputs = body.get("inputs") if body else None
    if not body or not isinstance(inputs, list) or not inputs:
        raise illegal("inputs is mandatory.")
    sources = [item.get("input") if isinstance(item, dict) else None for item in inputs]
    return {"job_id": _create(context, body, sources, body.get("output"), ())}


# --- v1 ---------------------------------------------------------------------------------------------------------


def list_jobs_v1(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """Jobs by id, or pages of all; ``page`` counts from 0."""
    jobs, total, _ = page(context, request, KIND, _WORDS_V1)
    return {"total": total, "jobs": [_job_v1(job) for job in jobs]}


def _job_v1(job: EmulatedJob) -> dict[str, Any]:
    record: dict[str, Any] = {
        "job_id": job["job_id"],
        "task_id": job["job_id"],
        "status": _WORDS_V1.get(job.state, job.state),
        "create_time": time(job.created),
        "start_time": time(job.started),
        "end_time": time(job.finished),
        "user_data": "",
        "edit_type": ["CLIP"],
        "output": dict(_OUTPUT),
    }
    if job.state in _SUCCESS:
        record["output_file_info"] = [_output_file_v1(job)]
    if job.state == KIND.failure:
        record |= {"error_code": "MPC.10124", "description": "The source file is damaged."}
    return job.over(record)


def _output_file_v1(job: EmulatedJob) -> dict[str, Any]:
    given = job.record.get("output")
    output = given if isinstance(given, dict) else _OUTPUT
    facts = {"duration": 12, "duration_ms": 12000, "format": "MP4", "size": 1024, "manifest_name": "", "md5": ""}
    meta = {**facts, "video_info": dict(_VIDEO), "audio_info": [dict(_AUDIO)]}
    return {"output_file_name": output.get("file_name", "o.mp4"), "exec_description": "", "meta_data": meta}


def create_job_v1(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``edit_type`` and sources: one ``input``, or one in each of ``clips``."""
    body = json_body(request)
    if not body or not body.get("edit_type"):
        raise illegal("edit_type is mandatory.")
    clips = body.get("clips") or [body]
    if not isinstance(clips, list):
        raise illegal("clips must be an array.")
    sources = [clip.get("input") if isinstance(clip, dict) else None for clip in clips]
    setting = body.get("output_setting")
    output = setting.get("output") if isinstance(setting, dict) else None
    return {"job_id": _create(context, body, sources, output, _V1_COURSE)}


# --- both -------------------------------------------------------------------------------------------------------


def _create(context: VendorContext, body: Mapping[str, Any], given: list[Any], output: Any, course: Any) -> str:
    """A job whose source's name holds "broken" will fail."""
    broken = is_broken(*given)
    record: dict[str, Any] = {"output": output} if isinstance(output, dict) else {}
    if isinstance(body.get("metadata"), list):
        record["metadata"] = body["metadata"]
    job_id = context.new_number()
    context.create(KIND.name, {"job_id": job_id}, record, broken=broken, course=course)
    return job_id


def cancel_job_v1(context: VendorContext, request: HttpRequest) -> None:
    """The job is in the query."""
    cancel(context, KIND, first(request, "job_id"))


def cancel_job_v2(context: VendorContext, request: HttpRequest) -> None:
    """The job is in the path."""
    cancel(context, KIND, dict(_CANCEL_V2.ids_of(request)).get("job_id"))


_V1, _V2 = "/v1/{project_id}/editing/jobs", "/v2/{project_id}/editing/jobs"
_IDS = {"job_id": "job_id"}
_CANCEL_V2 = Operation("DELETE", f"{_V2}/{{job_id}}", "DeleteEditingJob", KIND.name, _IDS, cancel_job_v2)
OPERATIONS = (
    Operation("GET", _V2, "ListEditingJob", KIND.name, _IDS, list_jobs_v2),
    Operation("POST", _V2, "CreateEditingJob", KIND.name, _IDS, create_job_v2),
    _CANCEL_V2,
    Operation("GET", _V1, "ListEditingJob", KIND.name, _IDS, list_jobs_v1),
    Operation("POST", _V1, "CreateEditingJob", KIND.name, _IDS, create_job_v1),
    Operation("DELETE", _V1, "DeleteEditingJob", KIND.name, _IDS, cancel_job_v1),
)
