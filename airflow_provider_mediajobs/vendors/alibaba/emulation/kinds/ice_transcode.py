# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated transcoding jobs of Intelligent Media Services.

Written from the pages GetTranscodeJob, ListTranscodeJobs and SubmitTranscodeJob (2020-11-09). What the pages leave open
is decided here, and described where it is decided.
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from .....core.times import zulu
from ..ice import SUCCESS, the_job
from ..lists import ListParameters, invalid
from ..operation import ICE, Given, Operation, json_parameter, made_up_id, malformed, own_data, token

KIND = EmulatedKind(
    name="alibaba.ice.transcode",
    ids=("parent_job_id",),
    course=(("Init", 0.0), ("Processing", 0.2), (SUCCESS, 1.0)),
    failure="Fail",
    unstarted=frozenset(),
    unfinished=frozenset({"Init", "Processing"}),
)
_TEMPLATES = ("sd", "hd")
_SIZES = (("640", "360"), ("1280", "720"))


def get_transcode_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``GetTranscodeJob``: one parent job by its id, with the jobs of its outputs.

    :raises Refusal: for a missing or unknown id.
    """
    job = the_job(context, given, KIND.name, "ParentJobId", "parent_job_id")
    return {"TranscodeParentJob": _parent(job)}


def _parent(job: EmulatedJob) -> dict[str, Any]:
    """The record of a parent job. A job that was not submitted by a request has two outputs."""
    wanted = job.record.get("OutputGroup")
    groups = wanted if isinstance(wanted, list) else [_group(job, template) for template in _TEMPLATES]
    record: dict[str, Any] = {
        "ParentJobId": job["parent_job_id"],
        "Status": job.state,
        "Percent": 100 if job.state == SUCCESS else job.progress,
        "JobCount": len(groups),
        "CreateTime": zulu(job.created),
        "SubmitTime": zulu(job.created),
        "TriggerSource": "API",
        "UserData": "",
        "TranscodeJobList": [_single(job, number, group) for number, group in enumerate(groups)],
    }
    if job.finished is not None:
        record["FinishTime"] = zulu(job.finished)
    return job.over(record)


def _group(job: EmulatedJob, template: str) -> dict[str, Any]:
    """An output of a job that was not submitted by a request, as a request would have named it."""
    file = f"oss://emulator/{job['parent_job_id']}/{template}.mp4"
    transcode = {"TemplateId": made_up_id("template", template)}
    return {"Output": {"Type": "OSS", "Media": file}, "ProcessConfig": {"Transcode": transcode}}


def _single(job: EmulatedJob, number: int, group: dict[str, Any]) -> dict[str, Any]:
    """The record of an output's job.

    An output whose URL contains "broken" fails although its parent job succeeds, as the vendor's page of the list says.
    The codec is ``Codec_name`` in video streams and ``CodecName`` in audio streams, as in the vendor's SDK.

    :param number: the output's number, from 0.
    :param group: the output as the request named it.
    """
    output, state = group.get("Output", {}), job.state
    if state == SUCCESS and "broken" in str(output.get("Media")):
        state = KIND.failure
    single = {
        "ParentJobId": job["parent_job_id"],
        "JobId": made_up_id(job["parent_job_id"], str(number)),
        "JobIndex": number,
        "Status": state,
        "CreateTime": zulu(job.created),
        "Output": output,
        "ProcessConfig": group.get("ProcessConfig", {}),
    }
    if state == SUCCESS:
        width, height = _SIZES[number % len(_SIZES)]
        file = {"FormatName": "mp4", "Duration": "12.0", "FileSize": "600000", "Width": width, "Height": height}
        streams = {"VideoStreamInfoList": [{"Codec_name": "h264"}], "AudioStreamInfoList": [{"CodecName": "aac"}]}
        single["OutFileMeta"] = {"FileBasicInfo": {**file, "FileType": "transcode_file"}, **streams}
    elif state == KIND.failure:
        # What a failed job has in this field is not documented.
        single["SubmitResultJson"] = {"Code": "InvalidParameter", "Message": "The output cannot be written."}
    return single


_USER_DATA_BYTES = 512


def submit_transcode_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``SubmitTranscodeJob``: creates a parent job with a job for each output.

    A second request with the same ``ClientToken`` creates no job and answers with the first one. A job whose inputs
    contain "broken" will fail.

    :raises Refusal: for a parameter that is missing or malformed.
    """
    sources, groups = (_group_parameter(given, name) for name in ("InputGroup", "OutputGroup"))
    own_data(given, "UserData", _USER_DATA_BYTES)
    key = token(given)
    job_id = made_up_id("transcode", key) if key else context.new_id()
    if not context.knows(KIND.name, parent_job_id=job_id):
        texts = {name: given[name] for name in ("UserData", "Name") if name in given}
        record = {**texts, "InputGroup": sources, "OutputGroup": groups}
        context.create(KIND.name, {"parent_job_id": job_id}, record, broken="broken" in given["InputGroup"])
    (job,) = context.jobs(KIND.name, parent_job_id=job_id)
    return {"TranscodeParentJob": _parent(job)}


def _group_parameter(given: Given, name: str) -> list[dict[str, Any]]:
    """The objects in a mandatory parameter.

    :raises Refusal: where there is none, or an element is no object.
    """
    group: list[Any] = json_parameter(given, name, list) or []
    if not group:
        raise Refusal(400, f"Missing{name}", f"{name} is mandatory for this action.")
    if not all(isinstance(one, dict) for one in group):
        raise malformed(name)
    return group


_LIST = ListParameters(("StartOfCreateTime", "EndOfCreateTime"), "PageSize", 20, "NextPageToken")


def list_transcode_jobs(context: VendorContext, given: Given) -> dict[str, Any]:
    """``ListTranscodeJobs``: a page of parent jobs by time of creation, without the jobs of their outputs.

    :raises Refusal: for a parameter whose value the page does not allow.
    """
    status, order = given.get("Status"), given.get("OrderBy") or "CreateTimeDesc"
    if status not in {None, "", "Init", SUCCESS, KIND.failure}:
        raise invalid("Status")
    if order not in {"CreateTimeDesc", "CreateTimeAsc"}:
        raise invalid("OrderBy")
    wanted = given.get("ParentJobId")
    jobs = [
        job
        for job in context.jobs(KIND.name)
        if status in {None, "", job.state} and wanted in {None, "", job["parent_job_id"]}
    ]
    page, more = _LIST.page(given, jobs, newest_first=order.endswith("Desc"))
    rows = [_parent(context.look(job)) for job in page]
    return {"Jobs": [{name: row[name] for name in row if name != "TranscodeJobList"} for row in rows], **more}


OPERATIONS = (
    Operation(ICE, "GetTranscodeJob", KIND.name, {"ParentJobId": "parent_job_id"}, get_transcode_job),
    Operation(ICE, "ListTranscodeJobs", KIND.name, {"ParentJobId": "parent_job_id"}, list_transcode_jobs),
    Operation(ICE, "SubmitTranscodeJob", KIND.name, {}, submit_transcode_job),
)
