# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``cancel_then_fail``: cancels the jobs of a wait that has timed out, and reports what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowTaskTimeout

from ..core.decision import Fail, Over, TimedOut
from ..core.errors import JobNotFound, MediaJobsError, RequestRejected
from ..core.job import JobRef, JobSnapshot, JobState
from ..core.messages import TOLD, describe, several
from ..core.policy import BURST
from ..vendors import kind as kind_of
from .protocols import WaitArguments
from .watch import spacing

if TYPE_CHECKING:
    from ..hooks.media import MediaHook

CANCEL = "cancel_then_fail"
CANCELLED = " was cancelled"
TRIES_S = 30.0
"""Seconds for which one cancellation is retried after network errors and throttles."""

Unfinished = tuple[tuple[JobRef, JobState | None], ...]


def to_cancel(sensor: WaitArguments, decision: Over) -> Unfinished:
    """The jobs to cancel after this decision, with their states where those are known; empty for none."""
    if isinstance(decision, TimedOut) and sensor.on_timeout == CANCEL:
        return decision.unfinished
    if isinstance(decision, Fail) and sensor.on_queue_timeout == CANCEL:
        return tuple((ref, None) for ref in decision.overdue)
    return ()


def cancelled(
    hook: MediaHook, decision: Fail | TimedOut, jobs: Unfinished, sleep: Callable[[float], None]
) -> Fail | TimedOut:
    """Cancel the jobs that can be cancelled.

    :param sleep: called between calls.
    :returns: the decision, with what became of each job added to its message.
    """
    told: list[str] = []
    broken_off: list[str] = []
    try:
        for line in _told(hook, jobs, sleep):
            told.append(line)  # noqa: PERF402  # kept if Airflow's time-out interrupts
    except AirflowTaskTimeout:
        broken_off = [f"execution_timeout passed with {len(jobs) - len(told)} jobs left, which may still cost money"]
    done = [line for line in told if line.endswith(CANCELLED)]
    summary = f"{len(done)} of {len(jobs)} jobs were cancelled" if len(jobs) > TOLD else ""
    # Jobs that still cost money come first, since a long message is cut.
    lines = [*broken_off, *[line for line in told if line not in done], *done]
    return replace(decision, reason=f"{decision.reason}; {several(lines, summary)}")


def _told(hook: MediaHook, jobs: Unfinished, sleep: Callable[[float], None]) -> Iterator[str]:
    calls, hopeless = 0, ""

    def paced() -> None:
        nonlocal calls
        calls += 1
        if calls > BURST:
            sleep(spacing(hook, kind_of(jobs[0][0].kind)))

    for ref, state in jobs:
        if state is JobState.RUNNING:
            yield f"{ref} could not be cancelled, since it runs: it goes on and still costs money"
        elif hopeless:
            yield f"{ref} was not tried after that, and may still cost money"
        else:
            try:
                paced()
                hook.cancel_job(ref.kind, timeout=TRIES_S, **dict(ref.ids))
            except MediaJobsError as error:
                # A refusal of this job says nothing of the next; an outage or a missing permission concerns all.
                hopeless = "" if isinstance(error, RequestRejected | JobNotFound) else str(error)
                yield _refused(hook, ref, error, paced)
            else:
                yield f"{ref}{CANCELLED}"


def _refused(hook: MediaHook, ref: JobRef, error: MediaJobsError, paced: Callable[[], None]) -> str:
    """Describe a job whose cancellation failed by one more look: it may be cancelled although the answer was lost."""
    try:
        paced()
        found = hook.look([ref]).get(ref)
    except MediaJobsError as trouble:
        found = trouble
    if isinstance(found, JobSnapshot) and found.state is JobState.CANCELLED:
        return f"{ref}{CANCELLED}"
    now = (
        describe(found) if isinstance(found, JobSnapshot) else "not visible" if found is None else f"unknown ({found})"
    )
    return f"{ref} could not be cancelled ({error}); it is {now}, and may still cost money"
