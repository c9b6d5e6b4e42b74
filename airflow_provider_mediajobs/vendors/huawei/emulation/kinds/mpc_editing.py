# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated clipping tasks of Huawei MPC, in both versions of its API.

v2 is written from the page "Querying a Clipping Task", v1 from the models of the vendor's SDK (``list_editing_job``).
The pages do not say whether a version shows the jobs of the other: here both show all. v1 has its own word for success.
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
    """``ListEditingJob`` of v2: the jobs with up to ten ids.

    :raises Refusal: for no id, more than ten ids, or a rejected one.
    """
    wanted = asked_ids(context, request, KIND)
    if not wanted:
        raise illegal("job_id is mandatory.")
    return {"job_array": [_job_v2(context.look(job)) for job in found(context, KIND, wanted)]}


def _job_v2(job: EmulatedJob) -> dict[str, Any]:
    """A job's record in v2."""
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
    return {name: value for name, value in job.over(record).items() if name not in _OF_V1}


_OF_V1 = frozenset({"user_data", "edit_type", "edit_task_req"})
"""Fields that repeat the request. Only v1's records have them: the page of v2's query does not."""


def _editing_output() -> dict[str, Any]:
    """The facts of an output in v2: durations are numbers for the file and text for its streams; ``size`` is in KB."""
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
    """``CreateEditingJob`` of v2: creates a job from ``inputs``, each with an OBS object.

    :raises Refusal: for a parameter that is missing or malformed.
    """
    body = json_body(request)
    inputs = body.get("inputs") if body else None
    if not body or not isinstance(inputs, list) or not inputs:
        raise illegal("inputs is mandatory.")
    if body.get("editing_type") is not None and (type(body["editing_type"]) is not int or body["editing_type"] > 1):
        raise illegal("editing_type must be 0 or 1.")
    sources = [item.get("input") if isinstance(item, dict) else None for item in inputs]
    return {"job_id": _create(context, body, sources, body.get("output"), {}, ())}


# --- v1 ---------------------------------------------------------------------------------------------------------


def list_jobs_v1(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``ListEditingJob`` of v1: jobs by id, or a page of all, counted from 0: see :func:`mpc.page`."""
    jobs, total, _ = page(context, request, KIND, _WORDS_V1)
    return {"total": total, "jobs": [_job_v1(job) for job in jobs]}


def _job_v1(job: EmulatedJob) -> dict[str, Any]:
    """A job's record in v1."""
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
    """The record of a job's output file in v1."""
    given = job.record.get("output")
    output = given if isinstance(given, dict) else _OUTPUT
    facts = {"duration": 12, "duration_ms": 12000, "format": "MP4", "size": 1024, "manifest_name": "", "md5": ""}
    meta = {**facts, "video_info": dict(_VIDEO), "audio_info": [dict(_AUDIO)]}
    return {"output_file_name": output.get("file_name", "o.mp4"), "exec_description": "", "meta_data": meta}


def create_job_v1(context: VendorContext, request: HttpRequest) -> dict[str, Any]:
    """``CreateEditingJob`` of v1: creates a job from ``edit_type`` and sources. v1's records repeat the whole request.

    :raises Refusal: for a parameter that is missing or malformed.
    """
    body = json_body(request)
    types = body.get("edit_type") if body else None
    if not body or not types:
        raise illegal("edit_type is mandatory.")
    if not isinstance(types, list) or not all(name in _EDIT_TYPES for name in types):
        raise illegal(f"edit_type must be of {', '.join(_EDIT_TYPES)}.")
    setting = body.get("output_setting")
    output = setting.get("output") if isinstance(setting, dict) else None
    shown = {"edit_type": types, "user_data": body.get("user_data") or "", "edit_task_req": body}
    return {"job_id": _create(context, body, _sources_v1(body), output, shown, _V1_COURSE)}


_EDIT_TYPES = ("CLIP", "CONCAT", "CONCATS", "MIX")


def _sources_v1(body: Mapping[str, Any]) -> list[Any]:
    """The sources of a v1 request: ``input``, those of ``clips`` and ``mix``, those of ``concat`` and ``concats``.

    :return: with ``None`` in the place of a missing source.
    :raises Refusal: for a parameter of the wrong type.
    """
    for name, shape in (("clips", list), ("concats", list), ("concat", dict), ("mix", dict)):
        if body.get(name) and not isinstance(body[name], shape):
            raise illegal(f"{name} must be {'an array' if shape is list else 'an object'}.")
    sources = [body["input"]] if body.get("input") else []
    each = [*(body.get("clips") or []), *_inputs_in(body.get("mix"))]
    sources += [item.get("input") if isinstance(item, dict) else None for item in each]
    for joined in [*(body.get("concats") or []), *([body["concat"]] if body.get("concat") else [])]:
        sources += _inputs_in(joined)
    return sources or [None]


def _inputs_in(value: Any) -> list[Any]:
    """The inputs of ``mix`` or of a concatenation; ``None`` in the place of missing ones."""
    if not value:
        return []
    inputs = value.get("inputs") if isinstance(value, dict) else None
    return inputs if isinstance(inputs, list) else [None]


# --- both -------------------------------------------------------------------------------------------------------


def _create(
    context: VendorContext,
    body: Mapping[str, Any],
    sources: list[Any],
    output: Any,
    shown: Mapping[str, Any],
    course: Any,
) -> str:
    """Create a job, and return its id. A job whose source's name contains "broken" will fail.

    :param sources: the records of its sources.
    :param output: the requested location of the output, if any.
    :param shown: fields that only v1's records show.
    :param course: the words of the job over its duration; empty for the kind's own.
    :raises Refusal: for a parameter that is missing or malformed.
    """
    broken = is_broken(*sources)
    if output is not None and (not isinstance(output, dict) or len(str(output.get("file_name", ""))) > 180):
        raise illegal("output must be an OBS object; file_name: max. 180 characters.")
    if not isinstance(body.get("user_data", ""), str):
        raise illegal("user_data must be text.")
    record: dict[str, Any] = {**shown, "output": output} if output is not None else dict(shown)
    if isinstance(body.get("metadata"), list):
        record["metadata"] = body["metadata"]
    job_id = context.new_number()
    context.create(KIND.name, {"job_id": job_id}, record, broken=broken, course=course)
    return job_id


def cancel_job_v1(context: VendorContext, request: HttpRequest) -> None:
    """``DeleteEditingJob`` of v1: cancels the queued job that the query names: see :func:`mpc.cancel`."""
    cancel(context, KIND, first(request, "job_id"))


def cancel_job_v2(context: VendorContext, request: HttpRequest) -> None:
    """``DeleteEditingJob`` of v2: cancels the queued job that the path names: see :func:`mpc.cancel`."""
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
