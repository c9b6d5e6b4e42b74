# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated snapshot jobs of ApsaraVideo Media Processing.

Written from the pages QuerySnapshotJobList and SubmitSnapshotJob (product ``mts``, 2014-06-18). What the pages leave
open is decided here, and described where it is decided.
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Limit, VendorContext
from .....core.times import zulu
from ..lists import invalid
from ..operation import MTS, Given, Operation, json_parameter, made_up_id, required

KIND = EmulatedKind(
    name="alibaba.mps.snapshot",
    ids=("job_id",),
    course=(("Submitted", 0.0), ("Snapshoting", 0.2), ("Success", 1.0)),
    failure="Fail",
    unstarted=frozenset({"Submitted"}),
    unfinished=frozenset({"Submitted", "Snapshoting"}),
)
_USER_DATA_BYTES = 1024


def query_snapshot_job_list(context: VendorContext, given: Given) -> dict[str, Any]:
    """``QuerySnapshotJobList``: the jobs with up to ten ids, newest first, and unknown ids, if there are any.

    The vendor's operation lists jobs by state and time where no id is given. The emulator refuses that, as the package
    never sends it. The page has no error codes, so the code is that of ``QueryJobList``.

    :raises Refusal: for no id, more than ten ids, or a rejected one.
    """
    wanted = list(dict.fromkeys(filter(None, given.get("SnapshotJobIds", "").split(","))))
    if not 0 < len(wanted) <= 10 or any(context.rejects(KIND.name, job_id=job_id) for job_id in wanted):
        raise invalid("SnapshotJobIds")
    found = [job for job_id in wanted for job in context.jobs(KIND.name, job_id=job_id)]
    known = {job["job_id"] for job in found}
    found.sort(key=lambda job: job.created, reverse=True)
    unknown = [job_id for job_id in wanted if job_id not in known]
    answer: dict[str, Any] = {"SnapshotJobList": {"SnapshotJob": [_job(context.look(job)) for job in found]}}
    return answer | ({"NonExistSnapshotJobIds": {"String": unknown}} if unknown else {})


def _job(job: EmulatedJob) -> dict[str, Any]:
    """A job's record: three pictures, which one object name with a placeholder names; there is no time of the end.

    Numbers are text. A job that was submitted by a request shows the input and the settings that the request named.
    """
    file = {"Bucket": "emulator", "Location": "oss-cn-shanghai", "Object": f"{job['job_id']}/{{Count}}.jpg"}
    record: dict[str, Any] = {
        "Id": job["job_id"],
        "State": job.state,
        "PipelineId": made_up_id("pipeline"),
        "CreationTime": zulu(job.created),
        "Input": {"Bucket": "emulator", "Location": "oss-cn-shanghai", "Object": "in.mp4"},
        "SnapshotConfig": {"Time": "0", "Num": "3", "Interval": "10", "FrameType": "intra", "OutputFile": file},
        "UserData": "",
    }
    if job.state == KIND.course[-1][0]:
        record |= {"Count": "3", "Code": "", "Message": ""}
    elif job.state != "Submitted":
        # Also of a running job, whose sample on the page has them.
        record |= {"Code": "InvalidParameter", "Message": "The resource operated InputFile is bad"}
    return job.over(record)


def submit_snapshot_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``SubmitSnapshotJob``: creates a job; it will fail if its input's name contains "broken".

    A job of several pictures (``Num`` or ``Interval``) is still to run, and one of a single picture has ended when the
    call returns.

    :raises Refusal: for a missing or malformed parameter.
    """
    for name in ("Input", "SnapshotConfig"):
        required(given, name)
    source, config = (json_parameter(given, name, dict) for name in ("Input", "SnapshotConfig"))
    if not isinstance(config.get("OutputFile"), dict):
        raise invalid("SnapshotConfig")
    if len(given.get("UserData", "").encode()) > _USER_DATA_BYTES:
        raise invalid("UserData")
    record = {"Input": source, "SnapshotConfig": config, "UserData": given.get("UserData", "")}
    broken = "broken" in str(source.get("Object", ""))
    job_id = context.new_id()
    job = context.create(KIND.name, {"job_id": job_id}, record, broken=broken)
    if not {"Num", "Interval"} & config.keys():
        context.end(job, KIND.failure if broken else KIND.course[-1][0])
        (job,) = context.jobs(KIND.name, job_id=job_id)
    return {"SnapshotJob": _job(job)}


OPERATIONS = (
    Operation(
        MTS,
        "QuerySnapshotJobList",
        KIND.name,
        {"SnapshotJobIds": "job_id"},
        query_snapshot_job_list,
        Limit("alibaba.mts.QuerySnapshotJobList", 100, 1.0),
    ),
    Operation(
        MTS,
        "SubmitSnapshotJob",
        KIND.name,
        {},
        submit_snapshot_job,
        Limit("alibaba.mts.SubmitSnapshotJob", 50, 1.0),
    ),
)
