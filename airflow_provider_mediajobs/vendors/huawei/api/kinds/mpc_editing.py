# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of clipping tasks of Huawei MPC: ``GET /v2/{project_id}/editing/jobs``, or the older ``/v1``.

From the page "Querying a Clipping Task": up to ten ids a call as a repeated ``job_id``; times are ``yyyyMMddHHmmss`` in
UTC; 100 calls a minute for all of MPC. The vendor's SDK still uses v1, which has other field names and status words; a
connection chooses it by ``api_versions: {"mpc": "v1"}``. The words of both versions are in one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.job import JobRef, JobSnapshot, JobState
from .....core.kind import Answers, Cancel, Exchange, JobKind
from .....core.output import Output
from .....core.times import parse_time
from .. import batches, quotas
from ..faults import fault
from ..rest import NO_ID, call, check_done, check_empty, permission
from ..submissions.mpc_editing import SUBMIT
from . import mpc_files
from .mpc_tasks import CONSOLE, DIALECT_B, IDS_PER_CALL

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.http import HttpResponse

PAGE = "https://support.huaweicloud.com/intl/en-us/api-mpc/ListEditingJob.html"

STATES = {**DIALECT_B, "SUCCEEDED": JobState.SUCCEEDED}  # SUCCEEDED is v2's word, v1 has the words of MPC's other tasks

_MARKS = ("job_id", "status")


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """Query up to ten jobs by one call; if that is refused, for instance for one bad id, query each singly."""

    def ask(some: Sequence[JobRef]) -> Exchange[Answers]:
        wanted = {ref["job_id"]: ref for ref in some}
        query = tuple(("job_id", job_id) for job_id in wanted)
        response = yield call(account, "mpc", "GET", _path(account), query)
        return batches.answers(response, wanted, _jobs(response), "job_id", _snapshot)

    return (yield from batches.look(refs, ask))


def _version(account: Account) -> str:
    """The version of MPC's API that the connection chooses: ``v1`` or ``v2``."""
    return account.api_versions.get("mpc", "v2")


def _path(account: Account) -> str:
    """The path of clipping tasks in the version that the connection chooses."""
    return f"/{_version(account)}/{{project_id}}/editing/jobs"


def _jobs(response: HttpResponse) -> shapes.Listed:
    """The jobs in a response of either version. Records of v1 may have the job's id as ``task_id`` only.

    :raises MediaJobsError: for an error, and for a response that cannot be read or is not the vendor's.
    """
    body = response.json()
    with shapes.reading(response):
        new = shapes.listed("job_array", body.get("job_array"), "job", _MARKS)
        old = shapes.listed("jobs", body.get("jobs"), "job", (*_MARKS, "task_id"))
    sent = new.sent + old.sent
    if not sent:
        check_empty(response, "job_array", "jobs", "total")
    older = [{"job_id": job.get("task_id")} | _without_empty(job) for job in old.records]
    return shapes.Listed([*new.records, *older], new.unread or old.unread, sent)


def _without_empty(job: dict[str, Any]) -> dict[str, Any]:
    """The record without an empty ``job_id``."""
    return {name: value for name, value in job.items() if name != "job_id" or not shapes.is_empty(value)}


def cancel(account: Account, ref: JobRef) -> Exchange[None]:
    """Cancel a queued job ("Canceling a Clipping Task"): v1 takes its id in the query, v2 in the path.

    :raises MediaJobsError: where the vendor refuses, as for a job that is no longer queued.
    """
    from .....core.http import percent_encode  # here, not above: importing a sensor in a DAG file must not load it

    path = _path(account)
    if _version(account) == "v1":
        response = yield call(account, "mpc", "DELETE", path, (("job_id", ref["job_id"]),))
    else:
        response = yield call(account, "mpc", "DELETE", f"{path}/{percent_encode(ref['job_id'])}")
    check_done(response)


def _snapshot(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of a job, by the vendor's record.

    :raises WrongShape: for a status that is no text.
    """
    raw_state = shapes.word("status", job.get("status"))
    state = MPC_EDITING.state_of(raw_state)
    return MPC_EDITING.snapshot(
        {"job_id": job_id},
        raw_state,
        progress=facts.percent(job.get("progress")),
        created_at=parse_time(job.get("create_time")),
        started_at=parse_time(job.get("start_time")),
        finished_at=parse_time(job.get("end_time")),
        outputs=_outputs(job) if state is JobState.SUCCEEDED else (),
        error=fault(job) if state is JobState.FAILED else None,
        request_id=request_id,
        raw=job,
    )


def _outputs(job: dict[str, Any]) -> tuple[Output, ...]:
    """The files of a successful job."""
    place = shapes.known_record(job.get("output"))
    # Only v1 has a record for each file, with its facts under meta_data.
    files = shapes.known_records(job.get("output_file_info"))
    if files:
        return tuple(
            mpc_files.output(place, facts.text(file.get("output_file_name")), file.get("meta_data")) for file in files
        )
    return (mpc_files.output(place, facts.text(place.get("file_name")), job.get("editing_output")),)


MPC_EDITING = JobKind(
    name="huawei.mpc.editing",
    title="Huawei MPC clipping task",
    page=PAGE,
    ids=("job_id",),
    states=STATES,
    quota=quotas.MPC,
    look=look,
    console=CONSOLE,
    permissions=(
        permission(
            "mpc:editingTask:view",
            lambda account: call(account, "mpc", "GET", _path(account), (("job_id", NO_ID),)),
            "job_array jobs total",
            proved_by="MPC.10202",
        ),
    ),
    batch_size=IDS_PER_CALL,
    cancel=Cancel(cancel, ("mpc:editingTask:delete",)),
    submit=SUBMIT,
)
