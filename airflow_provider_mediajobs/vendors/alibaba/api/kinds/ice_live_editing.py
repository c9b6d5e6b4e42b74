# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Intelligent Media Services ``GetLiveEditingJob`` (2020-11-09), and ``ListMediaProducingJobs`` as a probe.

Facts of the page: one id a call; jobs of the past year; ``Status`` is Init, Queuing, Processing, Success or Failed.
Its sample is a **successful** job that carries ``Code`` and ``Message``: only ``Status`` decides.

The list answers for a hundred jobs a call, within at most thirty days. That live editing jobs always appear there is
what its parameters say and nothing more, so it only saves looks at jobs that it shows running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import JobNotFound, RequestRejected
from .....core.job import JobRef, JobSnapshot, JobState, least_final
from .....core.kind import Answers, Exchange, JobKind, Probe, Quota, of_these
from .....core.output import JobFault, Output
from .....core.times import parse_time, zulu
from ..rpc import NO_ID, call, check_empty, permission
from ..submissions.ice_live_editing import SUBMIT

if TYPE_CHECKING:
    from .....core.account import Account

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getliveeditingjob"

LIST_PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-listmediaproducingjobs"
PROBE_SIZE = 1000
LIST_SIZE = 100
LIST_SPAN = timedelta(days=30)

STATES = {
    "Init": JobState.PENDING,
    "Queuing": JobState.PENDING,
    "Processing": JobState.RUNNING,
    "Success": JobState.SUCCEEDED,
    "Failed": JobState.FAILED,
}


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """One call for one job."""
    (ref,) = refs
    try:
        response = yield call(account, "ice", "GetLiveEditingJob", {"JobId": ref["job_id"]})
        body = response.json()
        try:
            mine, sent = _mine(ref, shapes.capitalised(body))
        except shapes.WrongShape as wrong:
            return {ref: shapes.unreadable(response, wrong)}
        if not sent:
            check_empty(response, "RequestId", "LiveEditingJob")
    except (JobNotFound, RequestRejected) as error:
        return of_these(refs, error)
    return {ref: least_final(mine)} if mine else {}


def _mine(ref: JobRef, body: dict[str, Any]) -> tuple[list[JobSnapshot], int]:
    """The job, if it is in the answer, and how many are: absent, null, or somebody else's."""
    name = "LiveEditingJob"
    found = shapes.listed(name, body.get(name), name, ("JobId", "Status"), shapes.capitalised)
    jobs = [job for job in found.records if shapes.ident("JobId", job.get("JobId")) == ref["job_id"]]
    if not jobs and found.unread:
        raise found.unread
    return [_snapshot(ref, job, facts.text(body.get("RequestId"))) for job in jobs], found.sent


def probe(account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
    """Those that the list shows processing, read over the time in which they were created."""
    dated = {ref: created for ref, created in refs.items() if created is not None}
    if not dated:
        return frozenset()
    newest = max(dated.values())
    oldest = max(min(dated.values()), newest + timedelta(seconds=1) - LIST_SPAN)
    query = {
        "JobType": "LiveEditingJob",
        "Status": "Processing",
        "StartTime": zulu(oldest),
        "EndTime": zulu(newest + timedelta(seconds=1)),
        "SortBy": "CreationTime:Desc",
        "MaxResults": LIST_SIZE,
    }
    running = yield from _listed(account, query, pages=2 + 2 * len(dated) // LIST_SIZE)
    return frozenset(ref for ref in dated if ref["job_id"] in running)


def _listed(account: Account, query: dict[str, Any], pages: int) -> Exchange[set[str]]:
    """Ids of jobs that still run. Where others' jobs fill the list it is not read to its end."""
    running: set[str] = set()
    token: str | None = None
    for _ in range(pages):
        response = yield call(account, "ice", "ListMediaProducingJobs", query | {"NextToken": token})
        with shapes.reading(response):
            body = shapes.capitalised(response.json())
            name, element = "MediaProducingJobList", "MediaProducingJob"
            listed = shapes.listed(name, body.get(name), element, ("JobId", "Status"), shapes.capitalised)
        if not listed.sent:
            check_empty(response, "RequestId", "MediaProducingJobList")
        found = {job_id: job for job in listed.records if (job_id := facts.text(job.get("JobId")))}
        # Whatever the filter did, the record itself must say that the job goes on.
        running |= {job_id for job_id, job in found.items() if _goes_on(job)}
        token = facts.text(body.get("NextToken"))
        if token is None or not listed.sent:
            break
    return running


def _goes_on(job: dict[str, Any]) -> bool:
    return ICE_LIVE_EDITING.state(facts.word(job.get("Status"))) in {JobState.PENDING, JobState.RUNNING}


def _snapshot(ref: JobRef, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    # `Clips` and `UserData` are text that need not be JSON (the page's own UserData is not): carried, never parsed.
    raw_state = shapes.word("Status", job.get("Status"))
    state = ICE_LIVE_EDITING.state_of(raw_state)
    fault = JobFault(facts.text(job.get("Code")), facts.text(job.get("Message")))
    return ICE_LIVE_EDITING.snapshot(
        dict(ref.ids),
        raw_state,
        created_at=parse_time(job.get("CreationTime")),
        finished_at=parse_time(job.get("CompleteTime")) if state.ended else None,
        outputs=(_output(job),) if state is JobState.SUCCEEDED else (),
        error=fault if state is JobState.FAILED and fault != JobFault(None, None) else None,
        request_id=request_id,
        raw=job,
    )


def _output(job: dict[str, Any]) -> Output:
    config = shapes.known_record(job.get("OutputMediaConfig"))
    return Output(
        uri=facts.text(job.get("MediaURL")),
        media_id=facts.text(job.get("MediaId")),
        width=facts.integer(config.get("Width")),
        height=facts.integer(config.get("Height")),
    )


ICE_LIVE_EDITING = JobKind(
    name="alibaba.ice.live_editing",
    title="Intelligent Media Services live editing job",
    page=PAGE,
    ids=("job_id",),
    states=STATES,
    quota=Quota("ice", 10, 1, "none stated on the page; this package's assumption"),
    look=look,
    console="https://ims.console.aliyun.com",
    permissions=(
        permission(
            "ice:GetLiveEditingJob",
            {"JobId": NO_ID},
            "LiveEditingJob",
            proved_by="InvalidParameter InvalidJobId.Malformed JobNotFound InvalidJob.NotFound InvalidJobId.NotFound "
            "NoSuchResource",
        ),
    ),
    group_by=("job_id",),
    probe=Probe(
        probe,
        PROBE_SIZE,
        (
            permission(
                "ice:ListMediaProducingJobs", {"JobType": "LiveEditingJob", "MaxResults": 1}, "MediaProducingJobList"
            ),
        ),
    ),
    submit=SUBMIT,
)
