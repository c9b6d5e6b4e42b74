# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated transcoding jobs of ApsaraVideo Media Processing.

Written from the pages QueryJobList, ListJob, CancelJob and SubmitJobs (product ``mts``, 2014-06-18). What the pages
leave open is decided here, and described where it is decided.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Limit, Refusal, VendorContext
from .....core.times import zulu
from ..lists import ListParameters, invalid
from ..operation import MTS, Given, Operation, json_parameter, made_up_id, required

KIND = EmulatedKind(
    name="alibaba.mps.transcode",
    ids=("job_id",),
    course=(("Submitted", 0.0), ("Transcoding", 0.2), ("TranscodeSuccess", 1.0)),
    failure="TranscodeFail",
    unstarted=frozenset({"Submitted"}),
    unfinished=frozenset({"Submitted", "Transcoding"}),
    further=("TranscodeCancelled",),
)
_REFUSALS = {"Transcoding": "JobInRunning", "TranscodeFail": "JobInFailure"}
_MOST_OUTPUTS = 30
_USER_DATA_BYTES = 1024


def query_job_list(context: VendorContext, given: Given) -> dict[str, Any]:
    """``QueryJobList``: the jobs with up to ten ids, newest first, and those of the ids that are unknown.

    :raises Refusal: for no id, more than ten ids, or a rejected one.
    """
    wanted = list(dict.fromkeys(filter(None, given.get("JobIds", "").split(","))))
    if not 0 < len(wanted) <= 10 or any(context.rejects(KIND.name, job_id=job_id) for job_id in wanted):
        raise Refusal(400, "InvalidParameter", 'The specified parameter "JobIds" is not valid.')
    found = [job for job_id in wanted for job in context.jobs(KIND.name, job_id=job_id)]
    known = {job["job_id"] for job in found}
    found.sort(key=lambda job: job.created, reverse=True)
    return {
        "JobList": {"Job": [_job(context.look(job)) for job in found]},
        "NonExistJobIds": {"String": [job_id for job_id in wanted if job_id not in known]},
    }


def _job(job: EmulatedJob) -> dict[str, Any]:
    """A job's record; a job that was submitted by a request shows the output that the request named."""
    made, given = job.state == KIND.course[-1][0], job.record.get("Output")
    record: dict[str, Any] = {
        "JobId": job["job_id"],
        "State": job.state,
        "Percent": 100 if made else job.progress,
        "PipelineId": made_up_id("pipeline"),
        "CreationTime": zulu(job.created),
        "SubmitTime": zulu(job.created),
        "Input": {"Bucket": "emulator", "Location": "oss-cn-shanghai", "Object": "in.mp4"},
        "Output": _output(job, made=made),
    }
    if job.finished is not None:
        record["FinishTime"] = zulu(job.finished)
    if made or job.state == KIND.failure:
        # Also of a successful job, whose sample on the page has them.
        record |= {"Code": "InvalidParameter.NullValue", "Message": 'The specified parameter "Input" cannot be null.'}
    return job.over(record) | ({"Output": record["Output"] | given} if isinstance(given, dict) else {})


def _output(job: EmulatedJob, *, made: bool) -> dict[str, Any]:
    """The record's ``Output``: numbers under ``Properties`` are text, and all lists are wrapped.

    :param made: whether the job has succeeded.
    """
    output: dict[str, Any] = {
        "OutputFile": {"Bucket": "emulator", "Location": "oss-cn-shanghai", "Object": f"{job['job_id']}.mp4"},
        "TemplateId": made_up_id("template"),
        "Container": {"Format": "mp4"},
        "Priority": "6",
        "UserData": "",
    }
    if made:
        video = {"Index": "0", "CodecName": "h264", "Width": "640", "Height": "360", "Duration": "12.0"}
        audio = {"Index": "1", "CodecName": "aac", "Samplerate": "44100", "Channels": "2", "Duration": "12.0"}
        streams = {"VideoStreamList": {"VideoStream": [video]}, "AudioStreamList": {"AudioStream": [audio]}}
        about = {"Duration": "12.0", "FileSize": "600000", "FileFormat": "mp4", "Width": "640", "Height": "360"}
        output["Properties"] = {**about, "Bitrate": "400", "Fps": "25", "Streams": streams}
    return output


def cancel_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``CancelJob``: cancels a job that has not started.

    :raises Refusal: for an unknown job, and for one that has started or ended.
    """
    job_id = required(given, "JobId")
    jobs = context.jobs(KIND.name, job_id=job_id)
    if not jobs:
        message = f'The resource operated "{job_id}" cannot be found.'
        raise Refusal(404, "InvalidParameter.ResourceNotFound", message)
    if (state := jobs[0].state) not in KIND.unstarted:
        code = f"PermissionDenied.{_REFUSALS.get(state, 'JobInComplete')}"
        raise Refusal(403, code, f'The resource operated "{job_id}" is {state}.')
    context.end(jobs[0], "TranscodeCancelled")
    return {"JobId": job_id}


_LIST = ListParameters(
    ("StartOfJobCreatedTimeRange", "EndOfJobCreatedTimeRange"), "MaximumPageSize", 10, "NextPageToken"
)
_RETENTION = timedelta(days=90)


def list_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``ListJob``: a page of the jobs of the last ninety days, newest first.

    :raises Refusal: for a parameter whose value the page does not allow.
    """
    state, since = given.get("State") or "All", context.now - _RETENTION
    if state not in {"All", *KIND.words}:
        raise invalid("State")
    jobs = [job for job in context.jobs(KIND.name) if state in {"All", job.state} and job.created >= since]
    page, more = _LIST.page(given, jobs)
    return {"JobList": {"Job": [_job(context.look(job)) for job in page]}, **more}


def submit_jobs(context: VendorContext, given: Given) -> dict[str, Any]:
    """``SubmitJobs``: creates a job for each output; an output that is refused does not prevent the others' jobs.

    :raises Refusal: where a parameter is missing, or there are too many outputs.
    """
    for name in ("Input", "OutputBucket", "Outputs", "PipelineId"):
        required(given, name)
    source = json_parameter(given, "Input", dict)
    outputs = json_parameter(given, "Outputs", list)
    if not 0 < len(outputs) <= _MOST_OUTPUTS:
        raise Refusal(400, "InvalidParameter", 'The specified parameter "Outputs" is not valid.')
    place = {"Bucket": given["OutputBucket"], "Location": given.get("OutputLocation", "oss-cn-hangzhou")}
    results = [_submitted(context, source, place, output) for output in outputs]
    return {"JobResultList": {"JobResult": results}}


def _submitted(context: VendorContext, source: dict[str, Any], place: dict[str, str], output: Any) -> dict[str, Any]:
    """Create the job of one output, and return its result. A job whose input's name contains "broken" will fail.

    :param source: the input.
    :param place: bucket and location of the output.
    :param output: the output as the request names it; refused without a name or a template.
    """
    given = output if isinstance(output, dict) else {}
    if not given.get("OutputObject") or not given.get("TemplateId"):
        message = 'The specified parameter "TemplateId" or "OutputObject" cannot be null.'
        return {"Success": False, "Code": "InvalidParameter.NullValue", "Message": message}
    if len(str(given.get("UserData", "")).encode()) > _USER_DATA_BYTES:
        return {"Success": False, "Code": "InvalidParameter", "Message": 'The specified "UserData" is too long.'}
    job_id = context.new_id()
    texts = {name: given[name] for name in ("TemplateId", "UserData", "Priority", "Container") if name in given}
    file = {"OutputFile": {**place, "Object": given["OutputObject"]}}
    broken = "broken" in str(source.get("Object", ""))
    context.create(KIND.name, {"job_id": job_id}, {"Input": source, "Output": texts | file}, broken=broken)
    return {"Success": True, "Job": {"JobId": job_id, "State": "Submitted", "Input": source, "Output": texts | file}}


OPERATIONS = (
    Operation(MTS, "QueryJobList", KIND.name, {"JobIds": "job_id"}, query_job_list),
    Operation(MTS, "ListJob", KIND.name, {}, list_job, Limit("alibaba.mts.ListJob", 100, 1.0)),
    Operation(MTS, "CancelJob", KIND.name, {"JobId": "job_id"}, cancel_job, Limit("alibaba.mts.CancelJob", 100, 1.0)),
    Operation(MTS, "SubmitJobs", KIND.name, {}, submit_jobs, Limit("alibaba.mts.SubmitJobs", 100, 1.0)),
)
