"""``cancel_then_fail``: what a wait that gives up does about its jobs, and what it has to say of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import MediaJobsError
from ..core.job import JobRef, JobSnapshot, JobState
from ..core.policy import BURST
from ..core.story import describe
from ..core.verdict import Fail, Over, TimedOut
from ..vendors import kind as kind_of
from .watch import spacing

if TYPE_CHECKING:
    from ..hooks.media import MediaHook
    from .job import MediaJobSensor

CANCEL = "cancel_then_fail"
TRIES_S = 30.0
"""For one cancellation that the network or a throttle is in the way of."""

Unfinished = tuple[tuple[JobRef, JobState | None], ...]


def to_cancel(sensor: MediaJobSensor, verdict: Over) -> Unfinished:
    """The jobs that the author wants cancelled, with their states where those are known."""
    if isinstance(verdict, TimedOut) and sensor.on_timeout == CANCEL:
        return verdict.unfinished
    if isinstance(verdict, Fail) and sensor.on_queue_timeout == CANCEL:
        return tuple((ref, None) for ref in verdict.overdue)
    return ()


def cancelled(hook: MediaHook, verdict: Over, jobs: Unfinished, sleep: Callable[[float], None]) -> Over:
    """Cancel what can be, and add to the verdict's message what became of each job."""
    if not isinstance(verdict, Fail | TimedOut):
        return verdict
    return replace(verdict, reason="; ".join([verdict.reason, *_told(hook, jobs, sleep)]))


def _told(hook: MediaHook, jobs: Unfinished, sleep: Callable[[float], None]) -> Iterable[str]:
    tries = 0
    for ref, state in jobs:
        if state is JobState.RUNNING:
            yield f"{ref} could not be cancelled, since it runs: it goes on and still costs money"
        else:
            tries += 1
            yield _try(hook, ref, sleep if tries > BURST else None)


def _try(hook: MediaHook, ref: JobRef, sleep: Callable[[float], None] | None) -> str:
    try:
        if sleep is not None:
            sleep(spacing(hook, kind_of(ref.kind)))
        hook.cancel_job(ref.kind, timeout=TRIES_S, **dict(ref.ids))
    except MediaJobsError as error:
        return _refused(hook, ref, error)
    return f"{ref} was cancelled"


def _refused(hook: MediaHook, ref: JobRef, error: MediaJobsError) -> str:
    """What the job says now: an answer may have been lost after it was cancelled, or it has just begun."""
    try:
        found = hook.look([ref]).get(ref)
    except MediaJobsError as trouble:
        found = trouble
    if isinstance(found, JobSnapshot) and found.state is JobState.CANCELLED:
        return f"{ref} was cancelled"
    now = (
        describe(found) if isinstance(found, JobSnapshot) else "not visible" if found is None else f"unknown ({found})"
    )
    return f"{ref} could not be cancelled ({error}); it is {now}, and may still cost money"
