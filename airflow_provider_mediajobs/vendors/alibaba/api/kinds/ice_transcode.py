# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Intelligent Media Services ``GetTranscodeJob`` (2020-11-09).

Facts of the page: one ``ParentJobId`` a call. A job has a job of its own for each output, in ``TranscodeJobList``; how
many there are to be is ``JobCount``. Only ``Success`` and ``Fail`` are listed of the job's own words. ``Fail``: all
have failed. ``Success``: all have succeeded, says the page; an older one, and today's page of the list of jobs, say
**at least one**. So the single jobs decide, once all of them are told. Until the end the vendor may say ``Init``, also
of a job that works: it is taken for one that runs.
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
    "Success": JobState.RUNNING,  # it has ended; how, its renditions tell
    "Fail": JobState.FAILED,
}
_ACTION, _PLACE, _ID = "GetTranscodeJob", "TranscodeParentJob", "ParentJobId"
_MADE = frozenset({JobState.SUCCEEDED, JobState.PARTIAL})


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """One call for one job."""
    (ref,) = refs
    return (yield from ice.look(account, ref, _ACTION, _PLACE, _snapshot, _ID))


def _snapshot(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    told = ice_renditions.told(job_id, job)
    made = None if told.records is None else tuple(map(ice_renditions.rendition, told.records))
    word = shapes.word("Status", job.get("Status"))
    state = ICE_TRANSCODE.state_of(word, made, told_later=told.later)
    return ICE_TRANSCODE.snapshot(
        {"parent_job_id": job_id},
        word,
        made,
        told_later=told.later,
        progress=facts.percent(job.get("Percent")),
        created_at=parse_time(job.get("CreateTime")),
        finished_at=parse_time(job.get("FinishTime")) if state.ended else None,
        outputs=ice_renditions.outputs(told.records or ()) if state in _MADE else (),
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
