# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Small jobs of Intelligent Media Services, as the emulator answers for them.

From the pages GetSnapshotJob, GetPackageJob, GetDynamicImageJob and GetMediaInfoJob (2020-11-09), and of their
submissions. Where the pages are silent, the choice stands in the function that makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from ....core.times import zulu
from .ice import SUCCESS, the_job
from .operation import ICE, Given, Operation, json_parameter

Own = Callable[[EmulatedJob], dict[str, Any]]
FAILURE = {"Code": "InvalidParameter", "Message": "The source cannot be read."}


def small_kind(name: str) -> EmulatedKind:
    """All say ``Init`` until they have ended."""
    return EmulatedKind(
        name=name,
        ids=("job_id",),
        course=(("Init", 0.0), (SUCCESS, 1.0)),
        failure="Fail",
        unstarted=frozenset(),
        unfinished=frozenset({"Init"}),
    )


def operations(kind: EmulatedKind, place: str, own: Own, needed: tuple[str, ...]) -> tuple[Operation, ...]:
    """``Get<place>`` and ``Submit<place>``.

    :param own: what the records of this kind hold besides.
    :param needed: JSON parameters of the submission.
    """

    def get_job(context: VendorContext, given: Given) -> dict[str, Any]:
        return {place: _record(the_job(context, given, kind.name), own)}

    def submit_job(context: VendorContext, given: Given) -> dict[str, Any]:
        values = {name: json_parameter(given, name, list if name == "Inputs" else dict) for name in needed}
        if missing := [name for name, value in values.items() if not value]:
            raise Refusal(400, f"Missing{missing[0]}", f"{missing[0]} is mandatory for this action.")
        job_id = context.new_id()
        broken = "broken" in given[needed[0]]
        record = values | {name: given[name] for name in ("Name", "UserData") if name in given}
        context.create(kind.name, {"job_id": job_id}, record, broken=broken)
        return {"JobId": job_id}

    return (
        Operation(ICE, f"Get{place}", kind.name, {"JobId": "job_id"}, get_job),
        Operation(ICE, f"Submit{place}", kind.name, {}, submit_job),
    )


def _record(job: EmulatedJob, own: Own) -> dict[str, Any]:
    """The page of none of them has a sample of a job that failed."""
    record: dict[str, Any] = {
        "JobId": job["job_id"],
        "Status": job.state,
        "CreateTime": zulu(job.created),
        "SubmitTime": zulu(job.created),
        "TriggerSource": "API",
        "UserData": "",
    }
    if job.finished is not None:
        record["FinishTime"] = zulu(job.finished)
        record |= {} if job.state == SUCCESS else FAILURE
    return job.over(record | own(job))
