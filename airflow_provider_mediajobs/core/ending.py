# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The first and the last log line of a wait. Nothing is decided here: the end is a parameter."""

from __future__ import annotations

from datetime import timedelta

from .command import hint
from .errors import ApiError, MediaJobsError
from .job import JobRef, JobSnapshot, JobState, WaitReport
from .messages import called, listed, tally
from .outcome import of_job, word_of
from .times import format_time
from .wait import JobHistory, WaitHistory, WaitSpec, not_asked

_GOOD = str(JobState.SUCCEEDED)


def beginning(spec: WaitSpec, command: str) -> str:
    """The first line: the jobs and the deadline.

    :param command: shell command that shows the jobs.
    """
    jobs = f" for {listed([called(dict(ref.ids)) for ref in spec.refs])}" if spec.many else ""
    return f"{spec.subject}: waiting{jobs}, until {format_time(spec.deadline)} at the latest{hint(command)}"


def ending(spec: WaitSpec, history: WaitHistory, report: WaitReport, waited: float, end: str) -> str:
    """The last line: the end, what became of each job, and what the wait has cost.

    :param history: one entry a job, in the order of ``spec.refs``.
    :param report: looks and calls.
    :param waited: seconds since the start of the wait.
    :param end: the end in a word or two.
    """
    found = _words(spec, history)
    words = [word for _, word, _ in found]
    bad = [f"{name} {word}{f' ({facts})' if facts else ''}".strip() for name, word, facts in found if word != _GOOD]
    several = spec.many or any(isinstance(seen.answer, JobSnapshot) and seen.answer.jobs for seen in history)
    jobs = tally(words) + (f"; not succeeded: {listed(bad)}" if bad else "") if several else "".join(bad) or _GOOD
    cost = f"{_counted(report.looks, 'look')}, {_counted(report.calls, 'call')}"
    time = timedelta(seconds=max(0, round(waited)))
    return f"{spec.subject}: wait over: {end}; {jobs}; {cost}, waited {time}"


def unsuccessful(spec: WaitSpec, history: WaitHistory) -> list[JobRef]:
    """The jobs that have not succeeded; all of them where all have."""
    pairs = zip(spec.refs, history, strict=True)
    return [ref for ref, seen in pairs if word_of(of_job(spec, ref, seen)) != _GOOD] or list(spec.refs)


def parts_of(spec: WaitSpec, history: WaitHistory) -> tuple[tuple[str, str], ...]:
    """For each job its name and a word for its state, for the log."""
    pairs = zip(spec.refs, history, strict=True)
    return tuple((called(dict(ref.ids)), word_of(of_job(spec, ref, seen))) for ref, seen in pairs)


def _words(spec: WaitSpec, history: WaitHistory) -> list[tuple[str, str, str]]:
    """For each job: its name (empty for a single one), the word for its state, the vendor's status and error code."""
    found = []
    for ref, seen in zip(spec.refs, history, strict=True):
        answer = seen.answer
        if isinstance(answer, JobSnapshot) and answer.jobs:
            found += [(called(job.ids, but=dict(ref.ids)), str(job.state), _facts(job)) for job in answer.jobs]
        else:
            name = called(dict(ref.ids)) if spec.many else ""
            found.append((name, word_of(of_job(spec, ref, seen)), _facts_of(seen)))
    return found


def _facts_of(seen: JobHistory) -> str:
    answer = seen.answer
    if isinstance(answer, JobSnapshot):
        return _facts(answer)
    if isinstance(answer, ApiError):
        return answer.code
    return type(answer).__name__ if isinstance(answer, MediaJobsError) and not not_asked(answer) else ""


def _facts(job: JobSnapshot) -> str:
    code = job.error.code if job.error is not None else None
    return ", ".join([f"the vendor says {job.raw_state!r}", *([f"code {code}"] if code else [])])


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
