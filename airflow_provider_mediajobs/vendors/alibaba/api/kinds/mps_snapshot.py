# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of snapshot jobs of ApsaraVideo Media Processing: ``QuerySnapshotJobList`` (product ``mts``, 2014-06-18).

Facts of the page: up to ten ids a call, separated by commas; unknown ids are in ``NonExistSnapshotJobIds``; 100 calls a
second. The id of a record is ``Id``, and numbers are text. In its samples the list is wrapped or plain, and a
**running** job has ``Code`` and ``Message``, so only ``State`` decides. The page has neither progress nor the time at
which a job ended. Without ids the operation lists all jobs, so a call always names some. The page has no error codes;
the code for bad ids is that of the page of ``QueryJobList``.

A job may take fewer pictures (``Count``) of a short video than were asked for (``Num``). No page says which word such a
job ends with, so the count does not affect the state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.job import JobRef, JobSnapshot, JobState
from .....core.kind import Answers, Exchange, JobKind
from .....core.output import JobFault, Output
from .....core.times import parse_time
from .. import batches, oss, quotas
from ..rpc import NO_ID, call, permission

if TYPE_CHECKING:
    from .....core.account import Account

PAGE = "https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist"

STATES = {
    "Submitted": JobState.PENDING,
    "Snapshoting": JobState.RUNNING,  # the vendor's spelling
    "Success": JobState.SUCCEEDED,
    "Fail": JobState.FAILED,
}
_PLACE = ("SnapshotJobList", "SnapshotJob", "NonExistSnapshotJobIds")
_MARKS = ("Id", "State")


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """Query up to ten jobs by one call; if that is refused, for instance for one bad id, query each singly."""

    def ask(some: Sequence[JobRef]) -> Exchange[Answers]:
        wanted = {ref["job_id"]: ref for ref in some}
        response = yield call(account, "mts", "QuerySnapshotJobList", {"SnapshotJobIds": ",".join(wanted)})
        return batches.answers(response, wanted, _PLACE, _MARKS, _snapshot)

    return (yield from batches.look(refs, ask))


def _snapshot(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of a job, by the vendor's record.

    :raises WrongShape: for a status that is not text: the job's state depends on it.
    """
    word = shapes.word("State", job.get("State"))
    state = MPS_SNAPSHOT.state_of(word)
    fault = JobFault(facts.text(job.get("Code")), facts.text(job.get("Message")))
    return MPS_SNAPSHOT.snapshot(
        {"job_id": job_id},
        word,
        created_at=parse_time(job.get("CreationTime")),
        outputs=_outputs(job) if state is JobState.SUCCEEDED else (),
        error=fault if state is JobState.FAILED and any(fault) else None,
        request_id=request_id,
        raw=job,
    )


def _outputs(job: dict[str, Any]) -> tuple[Output, ...]:
    """The pictures, as one output, then the picture that is composed of them, which is alone where only it is kept.

    In the URLs, ``{Count}`` and ``{TileCount}`` stand for the numbers of the pictures; their format is not documented.
    """
    config = shapes.known_record(job.get("SnapshotConfig"), shapes.capitalised)
    tiling = shapes.known_record(config.get("TileOut"), shapes.capitalised)
    pictures, tiled = oss.address(config.get("OutputFile")), oss.address(config.get("TileOutputFile"))
    kept = tiled is None or str(tiling.get("IsKeepCellPic")).lower() != "false"
    return tuple(Output(uri=uri) for uri in (pictures if kept else None, tiled) if uri)


def check(ids: Mapping[str, str]) -> None:
    """Check that each value is one id: see :func:`batches.check_single`."""
    batches.check_single(MPS_SNAPSHOT.name, ids)


MPS_SNAPSHOT = JobKind(
    name="alibaba.mps.snapshot",
    title="ApsaraVideo Media Processing snapshot job",
    page=PAGE,
    ids=("job_id",),
    states=STATES,
    quota=quotas.MTS_SNAPSHOT,
    look=look,
    console="https://mps.console.aliyun.com",
    permissions=(
        permission(
            "mts:QuerySnapshotJobList",
            {"SnapshotJobIds": NO_ID},
            "SnapshotJobList NonExistSnapshotJobIds",
            proved_by="InvalidParameter",
        ),
    ),
    batch_size=batches.IDS_PER_CALL,
    check=check,
)
