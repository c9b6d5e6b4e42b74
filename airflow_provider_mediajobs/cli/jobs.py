# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Arguments, results and exit codes of `mediajobs status`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from ..core.errors import ApiError, JobNotFound, ParameterError
from ..core.job import JobRef, JobSnapshot, JobState, WaitReport
from ..core.kind import Answer, JobKind
from ..core.output import JobFault


class Exit(IntEnum):
    """Exit codes. For several jobs, the first in this order that any of them has."""

    UNKNOWN = 2
    ENDED_OTHERWISE = 1
    NOT_FOUND = 4
    RUNNING = 3
    SUCCEEDED = 0


class Looked(NamedTuple):
    """One job and the vendor's answer about it. Each episode of a studio is a job of its own.

    :param ref: the ids that were asked for.
    :param answer: the job, or the error of this job alone.
    """

    ref: JobRef
    answer: Answer

    @property
    def goes_on(self) -> bool:
        """Whether a further look may show a change: the job has not ended, or the error is retryable."""
        if isinstance(self.answer, JobSnapshot):
            return not self.answer.state.ended
        return self.answer.retryable

    @property
    def exit(self) -> Exit:
        """The exit code for this job."""
        if isinstance(self.answer, JobNotFound):
            return Exit.NOT_FOUND
        if not isinstance(self.answer, JobSnapshot):
            return Exit.UNKNOWN
        if not self.answer.state.ended:
            return Exit.RUNNING
        # It may be another job than the requested one.
        good = self.answer.state is JobState.SUCCEEDED and self.answer.proven
        return Exit.SUCCEEDED if good else Exit.ENDED_OTHERWISE


def parse(kind: JobKind, text: str) -> dict[str, str]:
    """The ids in ``name=value,name=value``, or in a bare value where the kind has one id that must be given.

    :raises ParameterError: for any other form.
    """
    names = "|".join(re.escape(name) for name in kind.all_ids)
    if re.match(rf"({names})=", text):
        # A comma separates ids only before another name, since values may contain commas.
        return dict(part.split("=", 1) for part in re.split(rf",(?=(?:{names})=)", text))
    if "=" in text or len(kind.ids) != 1:
        raise ParameterError(
            f"{kind.name}: {text!r} does not name an id; write {', '.join(f'{n}=…' for n in kind.all_ids)}"
        )
    return {kind.ids[0]: text}


def seen(answers: Mapping[JobRef, Answer]) -> list[Looked]:
    """One entry for each job in the answers; an answer about a studio holds its episodes."""
    found = []
    for ref, answer in answers.items():
        jobs = answer.jobs if isinstance(answer, JobSnapshot) else ()
        found += [Looked(ref, job) for job in jobs] or [Looked(ref, answer)]
    return found


def exit_code(jobs: Sequence[Looked]) -> int:
    """The exit code for all jobs together: see :class:`Exit`."""
    codes = {job.exit for job in jobs}
    return next(code for code in Exit if code in codes)


def result(job: Looked, report: WaitReport) -> dict[str, object]:
    """The result as sensors return it; of a job that the vendor did not show, ``unknown`` with the error."""
    if isinstance(job.answer, JobSnapshot):
        return job.answer.to_result(report)
    error = job.answer
    fault = JobFault(error.code, error.message) if isinstance(error, ApiError) else JobFault(None, str(error))
    request_id = error.request_id if isinstance(error, ApiError) else None
    unknown = JobSnapshot(job.ref.kind, dict(job.ref.ids), JobState.UNKNOWN, "", error=fault, request_id=request_id)
    return unknown.to_result(report)
