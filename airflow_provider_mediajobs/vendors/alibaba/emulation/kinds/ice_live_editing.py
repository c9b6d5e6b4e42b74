# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Intelligent Media Services' live editing jobs, as the emulator answers for them.

From the pages GetLiveEditingJob, ListMediaProducingJobs and SubmitLiveEditingJob (2020-11-09). Where the pages are
silent, the choice stands in the function that makes it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from .....core.times import zulu
from ..operation import ICE, Given, Operation, json_parameter, made_up_id, required

KIND = EmulatedKind(
    name="alibaba.ice.live_editing",
    ids=("job_id",),
    course=(("Init", 0.0), ("Queuing", 0.1), ("Processing", 0.2), ("Success", 1.0)),
    failure="Failed",
    unstarted=frozenset({"Init", "Queuing"}),
    unfinished=frozenset({"Init", "Queuing", "Processing"}),
)


def get_live_editing_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """One job. No code is documented for an unknown id: ``JobNotFound``, after the vendor's general pattern."""
    job_id = required(given, "JobId")
    if context.rejects(KIND.name, job_id=job_id):
        raise Refusal(400, "InvalidParameter", "The specified parameter JobId is not valid.")
    jobs = context.jobs(KIND.name, job_id=job_id)
    if not jobs:
        raise Refusal(404, "JobNotFound", "The specified job does not exist.")
    return {"LiveEditingJob": _live_editing_job(context.look(jobs[0]))}


def _live_editing_job(job: EmulatedJob) -> dict[str, Any]:
    record = {
        "JobId": job["job_id"],
        "ProjectId": made_up_id("project", job["job_id"]),
        "Status": job.state,
        # Blanks before the times and a UserData that is no JSON: that is how the page prints them.
        "Clips": '[{"StartTime": " 2021-06-21T08:01:00Z", "EndTime": " 2021-06-21T08:03:00Z"}]',
        "UserData": '{"key": "value\'}',
        "CreationTime": zulu(job.created),
        "ModifiedTime": zulu(job.finished or job.started or job.created),
        "LiveStreamConfig": {"AppName": "app", "DomainName": "domain.com", "StreamName": "streamName"},
        "MediaProduceConfig": {"Mode": "Accurate"},
        "OutputMediaConfig": dict(_OUTPUT_CONFIG),
        **_live_editing_end(job),
    }
    return job.over(record)


_OUTPUT_CONFIG = {
    "MediaURL": "https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4",
    "StorageLocation": "outin-emulator.oss-cn-shanghai.aliyuncs.com",
    "FileName": "test.mp4",
    "Width": 640,
    "Height": 480,
    "Bitrate": 1000,
    "VodTemplateGroupId": "VOD_NO_TRANSCODE",
}


def _live_editing_end(job: EmulatedJob) -> dict[str, Any]:
    """What only a job that has ended carries. ``Code`` and ``Message`` stand in the page's sample of a success, too."""
    if job.finished is None:
        return {}
    end: dict[str, Any] = {
        "CompleteTime": zulu(job.finished),
        "Code": "InvalidParameter",
        "Message": "The specific parameter LiveStreamConfig is not valid.",
    }
    if job.state != KIND.failure:
        given = job.record.get("OutputMediaConfig")
        config = given if isinstance(given, dict) else _OUTPUT_CONFIG
        end["MediaId"] = made_up_id("media", job["job_id"])
        end["MediaURL"] = config.get("MediaURL") or f"https://{config.get('StorageLocation')}/{config.get('FileName')}"
    return end


def list_media_producing_jobs(context: VendorContext, given: Given) -> dict[str, Any]:
    """A page of jobs within at most thirty days, by time of creation. ``NextToken`` is there while more follow."""
    size = _listed_number(given, "MaxResults", 10, 1, 100)
    begin = _listed_number(given, "NextToken", 0, 0, 10**9)
    start, end = _listed_time(given, "StartTime"), _listed_time(given, "EndTime")
    if start and end and (end <= start or end - start > timedelta(days=30)):
        raise _invalid("EndTime")
    if given.get("JobType", "LiveEditingJob") != "LiveEditingJob":  # the other types' jobs do not live here
        return {"MediaProducingJobList": [], "MaxResults": str(size)}
    jobs = list(_chosen(context, given, start, end))
    page = jobs[begin : begin + size]
    more = {"NextToken": str(begin + size)} if begin + size < len(jobs) else {}
    return {"MediaProducingJobList": [_listed(context.look(job)) for job in page], "MaxResults": str(size), **more}


def _chosen(context: VendorContext, given: Given, start: datetime | None, end: datetime | None) -> list[EmulatedJob]:
    status, order = given.get("Status"), given.get("SortBy") or "CreationTime:Desc"
    if status not in {None, "", "Init", "Failed", "Success", "Processing"}:  # the page has no Queuing here
        raise _invalid("Status")
    if order not in {"CreationTime:Desc", "CreationTime:Asc"}:
        raise _invalid("SortBy")
    found = [
        job
        for job in context.jobs(KIND.name)
        if status in {None, "", job.state} and (not start or start <= job.created) and (not end or job.created <= end)
    ]
    return found if order.endswith("Desc") else found[::-1]


def _invalid(name: str) -> Refusal:
    return Refusal(400, "InvalidParameter", f"The specified parameter {name} is not valid.")


def _listed_number(given: Given, name: str, default: int, smallest: int, largest: int) -> int:
    text = given.get(name) or str(default)
    if not text.isdecimal() or not smallest <= int(text) <= largest:
        raise _invalid(name)
    return int(text)


def _listed_time(given: Given, name: str) -> datetime | None:
    if not given.get(name):
        return None
    try:
        return datetime.strptime(given[name], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _invalid(name) from None


def _listed(job: EmulatedJob) -> dict[str, Any]:
    """The list's record: ``CreateTime`` instead of ``CreationTime``, and neither stream nor output settings."""
    full = _live_editing_job(job)
    names = ("JobId", "ProjectId", "Status", "Code", "Message", "CompleteTime", "ModifiedTime", "MediaId", "MediaURL")
    return {name: full[name] for name in (*names, "UserData") if name in full} | {"CreateTime": full["CreationTime"]}


def submit_live_editing_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """Creates a job. ``Clips`` is required; so is where the output goes, itself or through a project."""
    required(given, "Clips")
    json_parameter(given, "Clips", list)
    configs = {
        name: value
        for name in ("LiveStreamConfig", "MediaProduceConfig", "OutputMediaConfig")
        if (value := json_parameter(given, name, dict)) is not None
    }
    if "OutputMediaConfig" not in configs and not given.get("ProjectId"):
        raise Refusal(400, "MissingOutputMediaConfig", "OutputMediaConfig is mandatory for this action.")
    texts = {name: given[name] for name in ("Clips", "UserData", "ProjectId") if name in given}
    job_id = context.new_id()
    broken = "broken" in given.get("OutputMediaConfig", "") + given.get("LiveStreamConfig", "")
    job = context.create(KIND.name, {"job_id": job_id}, {**texts, **configs}, broken=broken)
    shown = job.over({"ProjectId": made_up_id("project", job_id), "OutputMediaConfig": _OUTPUT_CONFIG})
    return {
        "JobId": job_id,
        "ProjectId": shown["ProjectId"],
        "MediaId": made_up_id("media", job_id),
        "MediaURL": shown["OutputMediaConfig"].get("MediaURL", ""),
    }


OPERATIONS = (
    Operation(ICE, "GetLiveEditingJob", KIND.name, {"JobId": "job_id"}, get_live_editing_job),
    Operation(ICE, "ListMediaProducingJobs", KIND.name, {}, list_media_producing_jobs),
    Operation(ICE, "SubmitLiveEditingJob", KIND.name, {}, submit_live_editing_job),
)
