# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What several sorts of jobs of Intelligent Media Services have in common, as the emulator answers for them.

From the pages Get...Job and ListMediaProducingJobs (2020-11-09). Where the pages are silent, the choice stands in the
function that makes it.
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
    """The one that is asked for. For an unknown id ``JobNotFound``: no code is documented, that is the pattern."""
    job_id = required(given, name)
    if context.rejects(kind, **{id_: job_id}):
        raise invalid(name)
    jobs = context.jobs(kind, **{id_: job_id})
    if not jobs:
        raise Refusal(404, "JobNotFound", "The specified job does not exist.")
    return context.look(jobs[0])


def edited(job: EmulatedJob) -> dict[str, Any]:
    """What the records of all editing jobs hold, without those fields that a test has given."""
    record = {
        "JobId": job["job_id"],
        "ProjectId": made_up_id("project", job["job_id"]),
        "Status": job.state,
        "UserData": '{"key": "value\'}',  # no JSON: that is how a page prints it
        "CreateTime": zulu(job.created),
        "ModifiedTime": zulu(job.finished or job.started or job.created),
    }
    if job.finished is None:
        return record
    # The page's sample of a success has code and message, too.
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
    """A page of jobs within at most thirty days, by time of creation. Without ``JobType`` of all sorts."""
    status, order, sort = given.get("Status"), given.get("SortBy") or "CreationTime:Desc", given.get("JobType")
    if status not in {None, "", "Init", "Failed", "Success", "Processing"}:  # the page has no Queuing here
        raise invalid("Status")
    if order not in {"CreationTime:Desc", "CreationTime:Asc"}:
        raise invalid("SortBy")
    kinds = _LISTED.values() if not sort else filter(None, [_LISTED.get(sort)])
    jobs = [job for kind in kinds for job in context.jobs(kind) if status in {None, "", job.state}]
    page, more = _LIST.page(given, jobs, newest_first=order.endswith("Desc"))
    size = given.get("MaxResults") or "10"
    return {"MediaProducingJobList": [_listed(context.look(job)) for job in page], "MaxResults": size, **more}


def _listed(job: EmulatedJob) -> dict[str, Any]:
    """The list's record: ``CreateTime``, and neither stream nor output settings."""
    full = job.over(edited(job))
    created = {"CreateTime": full.get("CreationTime", full["CreateTime"])}
    return {name: full[name] for name in _LIST_FIELDS if name in full} | created
