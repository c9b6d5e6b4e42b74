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
from datetime import datetime
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from .....core.http import HttpRequest
from ..operation import Operation, first, json_body, number

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
_SUCCESS = frozenset({"SUCCEEDED", "SUCCEED"})
_OUTPUT = {"bucket": "emulator", "location": "cn-north-4", "object": "out/dir", "file_name": "o.mp4"}
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


def _illegal(why: str) -> Refusal:
    return Refusal(400, "MPC.10202", f"Invalid request parameter. {why}")


def _asked_ids(context: VendorContext, request: HttpRequest) -> list[str]:
    """The repeated ``job_id``, at most ten. One bad id rejects them all."""
    wanted = list(dict.fromkeys(value for name, value in request.query if name == "job_id" and value))
    if len(wanted) > 10:
        raise _illegal("job_id: max. 10 at a time.")
    for job_id in wanted:
        if context.rejects(KIND.name, job_id=job_id):
            raise _illegal(f"job_id: {job_id}.")
    return wanted


def _found(context: VendorContext, wanted: list[str]) -> list[EmulatedJob]:
    """An unknown id is simply not among the answers; the page is silent on it."""
    return [job for job_id in wanted for job in context.jobs(KIND.name, job_id=job_id)]


def _time(moment: datetime | None) -> str:
    """``yyyyMMddHHmmss``, UTC; empty for what has not happened."""
    return "" if moment is None else moment.strftime("%Y%m%d%H%M%S")


# --- v2 ---------------------------------------------------------------------------------------------------------


def list_jobs_v2(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """Jobs by id; ``job_id`` is mandatory."""
    wanted = _asked_ids(context, request)
    if not wanted:
        raise _illegal("job_id is mandatory.")
    return {"job_array": [_job_v2(context.look(job)) for job in _found(context, wanted)]}


def _job_v2(job: EmulatedJob) -> dict[str, Any]:
    record = {
        "job_id": job["job_id"],
        "status": job.state,
        "progress": job.progress,
        "create_time": _time(job.created),
        "start_time": _time(job.started),
        "end_time": _time(job.finished),
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
        raise _illegal("inputs is mandatory.")
    sources = [item.get("input") if isinstance(item, dict) else None for item in inputs]
    return {"job_id": _create(context, body, sources, body.get("output"), ())}


# --- v1 ---------------------------------------------------------------------------------------------------------


def list_jobs_v1(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """Jobs by id, or pages of all; ``page`` counts from 0."""
    wanted = _asked_ids(context, request)
    page, size = number(first(request, "page"), 0, 0, 2**31), number(first(request, "size"), 10, 1, 100)
    if page is None or size is None:
        raise _illegal("page." if page is None else "size.")
    jobs = [
        job for job in (_found(context, wanted) if wanted else context.jobs(KIND.name)) if _matches_v1(job, request)
    ]
    shown = jobs[page * size : (page + 1) * size]
    return {"total": len(jobs), "jobs": [_job_v1(context.look(job)) for job in shown]}


def _matches_v1(job: EmulatedJob, request: HttpRequest) -> bool:
    status, start, end = (first(request, name) for name in ("status", "start_time", "end_time"))
    created = _time(job.created)
    in_time = (start is None or start <= created) and (end is None or created <= end)
    return in_time and status in {None, _word_v1(job.state)}


def _word_v1(state: str) -> str:
    return "SUCCEED" if state == "SUCCEEDED" else state


def _job_v1(job: EmulatedJob) -> dict[str, Any]:
    record: dict[str, Any] = {
        "job_id": job["job_id"],
        "task_id": job["job_id"],
        "status": _word_v1(job.state),
        "create_time": _time(job.created),
        "start_time": _time(job.started),
        "end_time": _time(job.finished),
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
        raise _illegal("edit_type is mandatory.")
    clips = body.get("clips") or [body]
    if not isinstance(clips, list):
        raise _illegal("clips must be an array.")
    sources = [clip.get("input") if isinstance(clip, dict) else None for clip in clips]
    setting = body.get("output_setting")
    output = setting.get("output") if isinstance(setting, dict) else None
    return {"job_id": _create(context, body, sources, output, _V1_COURSE)}


# --- both -------------------------------------------------------------------------------------------------------


def _create(context: VendorContext, body: Mapping[str, Any], sources: list[Any], output: Any, course: Any) -> str:
    """A job whose source's name holds "broken" will fail."""
    if not all(isinstance(source, dict) and source.get("object") for source in sources):
        raise _illegal("input: bucket, location and object are mandatory.")
    record: dict[str, Any] = {"output": output} if isinstance(output, dict) else {}
    if isinstance(body.get("metadata"), list):
        record["metadata"] = body["metadata"]
    job_id = context.new_number()
    broken = any("broken" in str(source["object"]) for source in sources)
    context.create(KIND.name, {"job_id": job_id}, record, broken=broken, course=course)
    return job_id


def cancel_job(context: VendorContext, job_id: str | None) -> None:
    """Only a job that still waits; the word is v1's, v2 documents none."""
    waiting = [job for job in context.jobs(KIND.name, job_id=job_id or "") if job.state in KIND.unstarted]
    if not waiting:
        raise _illegal("only queued jobs can be cancelled.")
    context.end(waiting[0], "CANCELED")


def cancel_job_v1(context: VendorContext, request: HttpRequest) -> None:
    """The job is in the query."""
    cancel_job(context, first(request, "job_id"))


def cancel_job_v2(context: VendorContext, request: HttpRequest) -> None:
    """The job is in the path."""
    cancel_job(context, dict(_CANCEL_V2.ids_of(request)).get("job_id"))


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
