# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the editing kinds of Intelligent Media Services (2020-11-09) share, and their probe, ``ListMediaProducingJobs``.

Facts of the pages: a query is for one id; jobs of the past year are shown; ``Status`` is Init, Queuing, Processing,
Success or Failed. A sample shows a **successful** job with ``Code`` and ``Message``, so only ``Status`` decides.

The list has up to a hundred jobs of one type a call, created within at most thirty days. No page promises that every
job appears in it at once, so it only saves the queries of jobs that it shows running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.job import JobRef, JobSnapshot, JobState
from .....core.kind import Answers, Exchange, JobKind, Probe
from .....core.output import Output
from .....core.times import parse_time, zulu
from .. import ice, quotas
from ..rpc import call, check_empty, permission

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.submit import Submit

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
_UNFINISHED = frozenset({"Init", "Queuing", "Processing"})


def editing_kind(
    name: str, title: str, page: str, action: str, place: str, job_type: str, submit: Submit | None = None
) -> JobKind:
    """A kind of editing jobs.

    :param name: see :class:`JobKind`; likewise ``title``, ``page`` and ``submit``.
    :param action: the operation that queries a job.
    :param place: the field of its response that holds the job's record.
    :param job_type: the value of ``JobType`` for these jobs in the list.
    """

    def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
        """Query one job by one call."""
        (ref,) = refs
        return (yield from ice.look(account, ref, action, place, read))

    def read(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
        """The snapshot of a job of this kind."""
        return _snapshot(kind, job_id, job, request_id)

    def probe(account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
        """The references whose jobs the list shows running; only jobs whose time of creation is known can be found."""
        return (yield from _probe(account, job_type, refs))

    listed = {"JobType": job_type, "MaxResults": 1}
    kind = JobKind(
        name=name,
        title=title,
        page=page,
        ids=("job_id",),
        states=STATES,
        quota=quotas.ICE,
        look=look,
        console=ice.CONSOLE,
        permissions=(ice.permission_for(action, place),),
        group_by=("job_id",),
        submit=submit,
        probe=Probe(probe, PROBE_SIZE, (permission("ice:ListMediaProducingJobs", listed, "MediaProducingJobList"),)),
    )
    return kind


def _snapshot(kind: JobKind, job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
    """The snapshot of a job, by the vendor's record.

    :raises WrongShape: for a status that is no text: the job's state depends on it.
    """
    # `Clips`, `Timeline` and `UserData` are text that need not be JSON (the page's own sample is not), so they stay in
    # `raw` as they are.
    word = shapes.word("Status", job.get("Status"))
    state = kind.state_of(word)
    return kind.snapshot(
        {"job_id": job_id},
        word,
        progress=facts.percent(job.get("Progress")),
        created_at=parse_time(job.get("CreationTime")) or parse_time(job.get("CreateTime")),
        finished_at=parse_time(job.get("CompleteTime")),
        outputs=(_output(job),) if state is JobState.SUCCEEDED else (),
        error=ice.fault(job) if state is JobState.FAILED else None,
        request_id=request_id,
        raw=job,
    )


def _output(job: dict[str, Any]) -> Output:
    """The output of a job: a file in a bucket, or a media asset of ICE or VOD."""
    config = shapes.known_record(job.get("OutputMediaConfig"), shapes.capitalised)
    return Output(
        uri=facts.text(job.get("MediaURL")),
        media_id=facts.text(job.get("MediaId")) or facts.text(job.get("VodMediaId")),
        duration_s=facts.number(job.get("Duration")),
        width=facts.integer(config.get("Width")),
        height=facts.integer(config.get("Height")),
    )


def _probe(account: Account, job_type: str, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
    """The references whose jobs the list shows running, read from the newest time of creation of ``refs`` backwards."""
    dated = {ref: created for ref, created in refs.items() if created is not None}
    if not dated:
        return frozenset()
    newest = max(dated.values())
    oldest = max(min(dated.values()), newest + timedelta(seconds=1) - LIST_SPAN)
    query = {
        "JobType": job_type,
        "Status": "Processing",
        "StartTime": zulu(oldest),
        "EndTime": zulu(newest + timedelta(seconds=1)),
        "SortBy": "CreationTime:Desc",
        "MaxResults": LIST_SIZE,
    }
    running = yield from _listed(account, query, pages=2 + 2 * len(dated) // LIST_SIZE)
    return frozenset(ref for ref in dated if ref["job_id"] in running)


def _listed(account: Account, query: dict[str, Any], pages: int) -> Exchange[set[str]]:
    """Ids of the jobs in the list that still run.

    :param query: the parameters of each call.
    :param pages: the most pages that are read, since the list may hold many jobs that nobody waits for.
    :raises UnreadableResponse: for a page that cannot be read.
    """
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
        # The filter is not trusted: the record itself must say that the job runs.
        running |= {job_id for job_id, job in found.items() if facts.word(job.get("Status")) in _UNFINISHED}
        token = facts.text(body.get("NextToken"))
        if token is None or not listed.sent:
            break
    return running
