# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of transcoding jobs of Intelligent Media Services: ``GetTranscodeJob`` (2020-11-09).

Facts of the page: a query is for one ``ParentJobId``. A parent job has one job for each output, in
``TranscodeJobList``; ``JobCount`` is their number. For the parent the page lists the words ``Success`` and ``Fail``
only. ``Fail``: all outputs have failed. ``Success``: all have succeeded, says this page; an older version of it, and
the page of the list of jobs, say that **at least one** has. So the jobs of the outputs decide, once all are reported.
Before the end the vendor may say ``Init`` also while a job runs, so ``Init`` is taken for running.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.job import JobRef, JobSnapshot, JobState
from .....core.kind import Answers, Exchange, JobKind
from .....core.output import fault_of
from .....core.times import parse_time
from .. import ice, quotas
from ..submissions.ice_transcode import SUBMIT
from . import ice_renditions

if TYPE_CHECKING:
    from .....core.account import Account

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-gettranscodejob"

STATES = {
    "Init": JobState.RUNNING,
    "Processing": JobState.RUNNING,
    "Success": JobState.RUNNING,  # the job has ended; its renditions say how
    "Fail": JobState.FAILED,
}
_ACTION, _PLACE, _ID = "GetTranscodeJob", "TranscodeParentJob", "ParentJobId"
_MADE = frozenset({JobState.SUCCEEDED, JobState.PARTIAL})


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """Query one parent job by one call."""
    (ref,) = refs
    return (yield from ice.look(account, ref, _ACTION, _PLACE, _snapshot, _ID))


def _snapshot(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of a parent job, by the vendor's record.

    :raises WrongShape: for a status, or a list of renditions, that cannot be read: the job's state depends on them.
    """
    reported = ice_renditions.reported(job_id, job)
    made = None if reported.records is None else tuple(map(ice_renditions.rendition, reported.records))
    word = shapes.word("Status", job.get("Status"))
    state = ICE_TRANSCODE.state_of(word, made, told_later=reported.later)
    return ICE_TRANSCODE.snapshot(
        {"parent_job_id": job_id},
        word,
        made,
        told_later=reported.later,
        progress=facts.percent(job.get("Percent")),
        created_at=parse_time(job.get("CreateTime")),
        finished_at=parse_time(job.get("FinishTime")),
        outputs=ice_renditions.outputs(reported.records or ()) if state in _MADE else (),
        error=fault_of(made or ()) if state in {JobState.PARTIAL, JobState.FAILED} else None,
        request_id=request_id,
        raw=job,
    )


ICE_TRANSCODE = JobKind(
    name="alibaba.ice.transcode",
    title="Intelligent Media Services transcoding job",
    page=PAGE,
    ids=("parent_job_id",),
    states=STATES,
    quota=quotas.ICE,
    look=look,
    console=ice.CONSOLE,
    permissions=(ice.permission_for(_ACTION, _PLACE, _ID),),
    group_by=("parent_job_id",),
    renditions=ice_renditions.STATES,
    told_by_renditions=frozenset({"Success"}),
    submit=SUBMIT,
)
