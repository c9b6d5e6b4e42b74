# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the small kinds of Intelligent Media Services (2020-11-09) share.

These are snapshots, packaging, animated images and media information. Facts of the pages: a query is for one id;
``Status`` is Init, Success or Fail. ``Init`` (submitted) is the only status before the end, also while a job runs, so
it is taken for running. ``Code`` and ``Message`` say why a job failed; they may also be in ``SubmitResultJson``, whose
form is not documented.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.job import JobRef, JobSnapshot, JobState
from .....core.kind import Answers, Exchange, JobKind
from .....core.output import JobFault, Output
from .....core.times import parse_time
from .. import ice, quotas

if TYPE_CHECKING:
    from .....core.account import Account

STATES = {"Init": JobState.RUNNING, "Success": JobState.SUCCEEDED, "Fail": JobState.FAILED}


def small_kind(
    name: str, title: str, page: str, place: str, outputs: Callable[[dict[str, Any]], Sequence[Output]]
) -> JobKind:
    """A kind of small jobs.

    :param name: see :class:`JobKind`; likewise ``title`` and ``page``.
    :param place: the field of the response that holds the job's record. The query's operation is ``Get`` and this name.
    :param outputs: reads the outputs from the record of a job that succeeded.
    """
    action = f"Get{place}"

    def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
        """Query one job by one call."""
        (ref,) = refs
        return (yield from ice.look(account, ref, action, place, read))

    def read(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
        """The snapshot of a job, by the vendor's record."""
        word = shapes.word("Status", job.get("Status"))
        state = kind.state_of(word)
        return kind.snapshot(
            {"job_id": job_id},
            word,
            created_at=parse_time(job.get("CreateTime")) or parse_time(job.get("SubmitTime")),
            finished_at=parse_time(job.get("FinishTime")),
            outputs=tuple(outputs(job)) if state is JobState.SUCCEEDED else (),
            error=_fault(job) if state is JobState.FAILED else None,
            request_id=request_id,
            raw=job,
        )

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
    )
    return kind


def _fault(job: dict[str, Any]) -> JobFault | None:
    """The reason of a failure, from the record or from its ``SubmitResultJson``."""
    return ice.fault(job) or ice.fault(shapes.known_record(job.get("SubmitResultJson"), shapes.capitalised))


def one_file(job: dict[str, Any]) -> Sequence[Output]:
    """The only output of a job, by its URL where the record has one, otherwise by the requested location."""
    url, requested = facts.text(job.get("OutputUrl")), ice.location(job.get("Output"))
    return [requested._replace(uri=url or requested.uri)]
