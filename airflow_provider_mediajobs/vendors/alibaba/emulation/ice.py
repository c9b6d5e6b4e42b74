# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the emulated kinds of Intelligent Media Services share: the query of a job, editing records and their list.

Written from the pages Get...Job and ListMediaProducingJobs (2020-11-09). What the pages leave open is decided here, and
described where it is decided.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ....core.emulation import EmulatedJob, Refusal, VendorContext
from ....core.times import zulu
from .lists import ListParameters, invalid
from .operation import Given, made_up_id, required

SUCCESS = "Success"
_LISTED = {"LiveEditingJob": "alibaba.ice.live_editing", "EditingJob": "alibaba.ice.producing"}
_LIST_FIELDS = (
    *("JobId", "ProjectId", "Status", "Code", "Message", "CompleteTime", "ModifiedTime", "MediaId", "MediaURL"),
    "UserData",
)
_OUTPUT = {"MediaURL": "https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4"}


def the_job(context: VendorContext, given: Given, kind: str, name: str = "JobId", id_: str = "job_id") -> EmulatedJob:
    """The job that a query names.

    :param kind: name of the kind.
    :param name: the parameter that carries the job's id.
    :param id_: the kind's name of that id.
    :raises Refusal: for an id that is missing, rejected or unknown. No page has a code for an unknown id:
        ``JobNotFound`` follows the pattern of the products' codes.
    """
    job_id = required(given, name)
    if context.rejects(kind, **{id_: job_id}):
        raise invalid(name)
    jobs = context.jobs(kind, **{id_: job_id})
    if not jobs:
        raise Refusal(404, "JobNotFound", "The specified job does not exist.")
    return context.look(jobs[0])


def edited(job: EmulatedJob) -> dict[str, Any]:
    """The fields that the records of all editing jobs have, before a test's own fields replace them."""
    record = {
        "JobId": job["job_id"],
        "ProjectId": made_up_id("project", job["job_id"]),
        "Status": job.state,
        "UserData": '{"key": "value\'}',  # not valid JSON, exactly as the page prints it
        "CreateTime": zulu(job.created),
        "ModifiedTime": zulu(job.finished or job.started or job.created),
    }
    if job.finished is None:
        return record
    # Also of a successful job, whose sample on the page has code and message.
    record |= {
        "CompleteTime": zulu(job.finished),
        "Code": "InvalidParameter",
        "Message": "The specific parameter LiveStreamConfig is not valid.",
    }
    if job.state == SUCCESS:
        given = job.record.get("OutputMediaConfig")
        config = given if isinstance(given, dict) else _OUTPUT
        record["MediaId"] = made_up_id("media", job["job_id"])
        record["MediaURL"] = (
            config.get("MediaURL") or f"https://{config.get('StorageLocation')}/{config.get('FileName')}"
        )
    return record


_LIST = ListParameters(("StartTime", "EndTime"), "MaxResults", 10, "NextToken", timedelta(days=30))


def list_media_producing_jobs(context: VendorContext, given: Given) -> dict[str, Any]:
    """``ListMediaProducingJobs``: a page of editing jobs, by time of creation, within at most thirty days.

    Without ``JobType`` it has the jobs of all types.

    :raises Refusal: for a parameter whose value the page does not allow.
    """
    status, order, sort = given.get("Status"), given.get("SortBy") or "CreationTime:Desc", given.get("JobType")
    if status not in {
        None,
        "",
        "Init",
        "Failed",
        "Success",
        "Processing",
    }:  # the page does not allow Queuing in this filter
        raise invalid("Status")
    if order not in {"CreationTime:Desc", "CreationTime:Asc"}:
        raise invalid("SortBy")
    kinds = _LISTED.values() if not sort else filter(None, [_LISTED.get(sort)])
    jobs = [job for kind in kinds for job in context.jobs(kind) if status in {None, "", job.state}]
    page, more = _LIST.page(given, jobs, newest_first=order.endswith("Desc"))
    size = given.get("MaxResults") or "10"
    return {"MediaProducingJobList": [_listed(context.look(job)) for job in page], "MaxResults": size, **more}


def _listed(job: EmulatedJob) -> dict[str, Any]:
    """A record of the list: it calls the time of creation ``CreateTime``, and has no stream or output settings."""
    full = job.over(edited(job))
    created = {"CreateTime": full.get("CreationTime", full["CreateTime"])}
    return {name: full[name] for name in _LIST_FIELDS if name in full} | created
