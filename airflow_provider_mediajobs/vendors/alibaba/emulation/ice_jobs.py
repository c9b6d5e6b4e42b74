# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the emulated small kinds of Intelligent Media Services share: snapshots, packaging, animated images, media info.

Written from the pages GetSnapshotJob, GetPackageJob, GetDynamicImageJob and GetMediaInfoJob (2020-11-09), and those of
the operations that submit such jobs. What the pages leave open is decided here, and described where it is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from ....core.times import zulu
from .ice import SUCCESS, the_job
from .operation import ICE, Given, Operation, json_parameter

Own = Callable[[EmulatedJob], dict[str, Any]]
"""``own(job)``: the fields that the records of one kind have beside the common ones."""
FAILURE = {"Code": "InvalidParameter", "Message": "The source cannot be read."}


def small_kind(name: str) -> EmulatedKind:
    """A small kind: its jobs have the status ``Init`` until they end."""
    return EmulatedKind(
        name=name,
        ids=("job_id",),
        course=(("Init", 0.0), (SUCCESS, 1.0)),
        failure="Fail",
        unstarted=frozenset(),
        unfinished=frozenset({"Init"}),
    )


def operations(kind: EmulatedKind, place: str, own: Own, needed: tuple[str, ...]) -> tuple[Operation, ...]:
    """The operations that query and submit jobs of a small kind: ``Get<place>`` and ``Submit<place>``.

    :param place: the field of the query's response that holds the job's record.
    :param own: what the records of this kind hold besides; ``None`` for a common field that they do not have.
    :param needed: names of the mandatory JSON parameters of the submission.
    """

    def get_job(context: VendorContext, given: Given) -> dict[str, Any]:
        """Answer with one job by its id."""
        return {place: _record(the_job(context, given, kind.name), own)}

    def submit_job(context: VendorContext, given: Given) -> dict[str, Any]:
        """Create a job. It will fail if its first mandatory parameter contains "broken"."""
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
    """A job's record. No page has a sample of a failed job, so ``Code`` and ``Message`` follow the pages' tables."""
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
    return job.over({name: value for name, value in (record | own(job)).items() if value is not None})
