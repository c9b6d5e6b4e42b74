# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Small jobs of Intelligent Media Services (2020-11-09): snapshots, packaging, animated images, media information.

Facts of the pages: one id a call; ``Status`` is Init, Success or Fail. ``Init`` (submitted) is all that they say before
the end, also of a job that works: it is taken for one that runs. ``Code`` and ``Message`` tell why one failed; where a
job has none of its own they may stand in ``SubmitResultJson``, whose shape is not documented.
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

    :param place: the field that holds the job's record; its name after ``Get`` is the operation that queries a job.
    :param outputs: reads the outputs from the record of a job that succeeded.
    """
    action = f"Get{place}"

    def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
        """Query one job by one call."""
        (ref,) = refs
        return (yield from ice.look(account, ref, action, place, read))

    def read(job_id: str, job: dict[str, Any], request_id: str | None) -> JobSnapshot:
        word = shapes.word("Status", job.get("Status"))
        state = kind.state_of(word)
        return kind.snapshot(
            {"job_id": job_id},
            word,
            created_at=parse_time(job.get("CreateTime")) or parse_time(job.get("SubmitTime")),
            finished_at=parse_time(job.get("FinishTime")) if state.ended else None,
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
    return ice.fault(job) or ice.fault(shapes.known_record(job.get("SubmitResultJson"), shapes.capitalised))


def one_file(job: dict[str, Any]) -> Sequence[Output]:
    """The one output, by its URL where the record has one, otherwise by the requested location."""
    url, place = facts.text(job.get("OutputUrl")), ice.place(job.get("Output"))
    return [place._replace(uri=url or place.uri)]
