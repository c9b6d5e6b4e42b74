# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The one place that decides whether a wait has ended, and how. Pure, and the same for every mode.

``decide`` takes the wait's specification, what the looks have shown so far, and the time; it returns a decision.
Nothing else in the package turns a job's state into success, failure, skip or time-out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from .decision import Decision, Done, Fail, Skip, TimedOut, Wait
from .errors import (
    JobCancelled,
    JobEnded,
    JobFailed,
    JobNotFound,
    JobPartiallySucceeded,
    MediaJobsError,
    OnlyOlderRuns,
    QueueTimedOut,
    RenditionsUntold,
    RequestRejected,
    Stalled,
    WrongPlace,
)
from .job import JobRef, JobSnapshot, JobState
from .messages import TIMED_OUT, called, chosen, closing, describe, gist, message, several, tally, unfinished, what_next
from .times import format_time
from .wait import JobHistory, Visibility, WaitHistory, WaitSpec, gathered, not_asked

WITHOUT_NEWS = "without news"


def decide(spec: WaitSpec, history: WaitHistory, now: datetime) -> Decision:
    """Decide after the newest look.

    :param history: one entry a job, in the order of ``spec.refs``.
    :param now: the time, in the clock of the deadline.
    """
    found = [of_job(spec, ref, seen) for ref, seen in zip(spec.refs, history, strict=True)]
    decision = _of_many(spec, history, found) if spec.many else found[0]
    if isinstance(decision, Wait) and now >= spec.deadline:
        return _timed_out(spec, history, decision)
    if isinstance(decision, Fail):
        return replace(decision, reason=decision.reason + what_next(spec.kind, decision.error))
    return decision


# --- one job ----------------------------------------------------------------------------------------------------


def of_job(spec: WaitSpec, ref: JobRef, seen: JobHistory) -> Decision:
    """Decide for one of the jobs, without regard to the deadline."""
    answer, visibility = seen.answer, spec.shows(ref, seen)
    if isinstance(answer, MediaJobsError) and visibility is Visibility.NO_NEWS:
        return _of_trouble(ref, answer, seen.last_word)
    if isinstance(answer, JobSnapshot) and visibility is Visibility.SHOWN:
        decision = _of_snapshot(spec, ref, answer)
    elif isinstance(answer, JobSnapshot) and visibility is Visibility.UNPROVEN and not answer.state.ended:
        # It may be the requested run: while it runs the wait goes on, but it never ends it.
        decision = Wait(f"{describe(answer)}, if that is the run asked for", gist(answer), str(answer.state))
    else:
        decision = _of_absence(spec, ref, seen)
    return _within_limits(spec, ref, seen, decision) if isinstance(decision, Wait) else decision


def _of_trouble(ref: JobRef, error: MediaJobsError, last_word: str) -> Decision:
    if not_asked(error):  # counted by its last known state, which another process saw
        return Wait(str(error), gist=str(error), word=last_word or "not asked yet")
    if error.retryable:  # the next look is the retry, however long the trouble lasts
        sort = type(error).__name__
        return Wait(f"no news: {error}", gist=f"no news: {sort}", word=WITHOUT_NEWS, trouble=sort)
    return Fail(error, f"{ref}: {error}")


def _of_snapshot(spec: WaitSpec, ref: JobRef, snapshot: JobSnapshot) -> Decision:
    if snapshot.jobs:
        return _of_whole(spec, ref, snapshot)
    state = snapshot.state
    if spec.policy.opens(state) or spec.is_enough(snapshot):
        return Done(snapshot)
    match state:
        case JobState.SUCCEEDED | JobState.PARTIAL:
            return _of_outputs(spec, ref, snapshot)
        case JobState.FAILED:
            return _ended(JobFailed, message(ref, snapshot), snapshot)
        case JobState.CANCELLED:
            return _ended(JobCancelled, message(ref, snapshot), snapshot)
        case JobState.PENDING | JobState.RUNNING | JobState.UNKNOWN:
            return Wait(describe(snapshot), gist(snapshot), str(state))
    assert_never(state)


def _ended(sort: type[JobEnded], reason: str, snapshot: JobSnapshot) -> Fail:
    return Fail(sort(reason, snapshot), reason)


def _of_outputs(spec: WaitSpec, ref: JobRef, snapshot: JobSnapshot) -> Decision:
    """Decide for a job that ended with outputs: all of them, those required, or as many as are accepted."""
    policy = spec.policy
    unmet = [name for name in policy.required_definitions if not snapshot.has_made(name)]
    whole = snapshot.state is JobState.SUCCEEDED or policy.on_partial == "accept"
    if not unmet and (whole or policy.required_definitions):
        return Done(snapshot)
    reason = message(ref, snapshot) + (f"; required but not made: {', '.join(unmet)}" if unmet else "")
    return Skip(reason) if policy.on_partial == "skip" else _ended(JobPartiallySucceeded, reason, snapshot)


def _of_absence(spec: WaitSpec, ref: JobRef, seen: JobHistory) -> Decision:
    """Decide for a job that is not shown. It may appear later: creation is asynchronous, and lists lag."""
    answer, grace, absent = seen.answer, spec.policy.not_found_grace, seen.lasted(seen.absent_since)
    what, more = _missing(spec, ref, seen)
    told_later = isinstance(answer, JobSnapshot) and spec.kind.tells_later(answer)
    if told_later and spec.shows(ref, seen) is Visibility.UNTOLD:
        return Wait(f"{what} (yet){more}", gist=what, word=what)
    if absent < grace:
        return Wait(f"{what} (yet); {grace:g} s are allowed for that{more}", gist=what, word=what)
    reason = f"{ref}: {what} for {absent:.0f} s (not_found_grace is {grace:g} s){more}"
    match spec.shows(ref, seen), answer:
        case Visibility.UNTOLD, JobSnapshot():
            return _ended(RenditionsUntold, reason + _asked_by(answer.request_id), answer)
        case Visibility.OLDER, JobSnapshot(request_id=request_id):
            error: JobNotFound = OnlyOlderRuns("NotFound", reason, request_id=request_id)
        case _, JobNotFound(code=code, request_id=request_id):
            error = JobNotFound(code, reason, request_id=request_id)
        case _:
            error = JobNotFound("NotFound", reason, request_id=getattr(answer, "request_id", None))
    return Fail(error, reason + _asked_by(error.request_id))


def _asked_by(request_id: str | None) -> str:
    return f"; request id {request_id}" if request_id else ""


def _missing(spec: WaitSpec, ref: JobRef, seen: JobHistory) -> tuple[str, str]:
    """What is missing: in a few words, and as an explanation that is appended."""
    answer = seen.answer
    if isinstance(answer, JobNotFound):
        return "not visible", "; the answer was " + ": ".join(part for part in (answer.code, answer.message) if part)
    if not isinstance(answer, JobSnapshot):
        return "not visible", ""
    match spec.shows(ref, seen):
        case Visibility.UNTOLD:
            what, why = _untold(spec, answer)
            return what, f"; it is {describe(answer)}, and {why}"
        case Visibility.OLDER:
            age = timedelta(seconds=int(seen.lasted(answer.created_at)))
            after = format_time(spec.created_after)
            text = f"; the newest is {chosen(answer)}, {age} ago, {describe(answer)}; created_after is {after}"
            return "only older runs visible", text
    text = (
        f"; there is one of which the vendor does not say whether it is this one: {chosen(answer)}, {describe(answer)}"
    )
    return "the run asked for is not visible", text


def _untold(spec: WaitSpec, answer: JobSnapshot) -> tuple[str, str]:
    if answer.renditions is None:
        return "renditions not visible", f"to read its renditions takes {' and '.join(spec.kind.actions)}"
    if going_on := unfinished(answer):
        return "renditions still running", f"of its renditions {going_on}"
    return "renditions not all visible", f"it tells of {len(answer.renditions)} renditions so far"


def _within_limits(spec: WaitSpec, ref: JobRef, seen: JobHistory, waiting: Wait) -> Decision:
    """Apply the limits of queueing and of stalling. Looks without an answer do not count towards them."""
    queue, stall = spec.policy.queue_timeout, spec.policy.stall_timeout
    queued, still = seen.lasted(seen.unstarted_since), seen.lasted(seen.unchanged_since)
    seen_last = _last_look(waiting, seen)
    if queue is not None and seen.unstarted_since is not None and queued >= queue:
        reason = f"{ref}: not started for {queued:.0f} s (queue_timeout is {queue:g} s); {seen_last}"
        return Fail(QueueTimedOut(reason), reason, overdue=(ref,))
    if stall is not None and seen.absent_since is None and still >= stall:
        reason = f"{ref}: no change for {still:.0f} s (stall_timeout is {stall:g} s); {seen_last}"
        return Fail(Stalled(reason), reason)
    return waiting


def _last_look(waiting: Wait, seen: JobHistory | None) -> str:
    answer = None if seen is None else seen.answer
    asked_by = _asked_by(answer.request_id) if isinstance(answer, JobSnapshot) else ""
    return f"at the last look: {waiting.reason}{asked_by}"


# --- several jobs -----------------------------------------------------------------------------------------------


def _of_whole(spec: WaitSpec, ref: JobRef, whole: JobSnapshot) -> Decision:
    """Decide for a reference that means several jobs: those that are listed, and those that are still missing."""
    # A job that does not say which episode it is counts only while it runs: then not all have ended.
    jobs = [job for job in whole.jobs if job.proven or not job.state.ended]
    found = [
        _of_snapshot(spec, ref, job) if job.proven else Wait("", word=f"{job.state}, of no episode") for job in jobs
    ]
    # At least one: "all have succeeded" would hold for an empty list.
    to_come = max(0, (spec.policy.episodes or 1) - len(found))
    names = [called(job.ids, but=dict(ref.ids)) for job in jobs] + [""] * to_come
    return _counted(spec, str(ref), [*found, *[Wait("", word="not listed yet")] * to_come], names, lambda: whole)


def _of_many(spec: WaitSpec, history: WaitHistory, found: Sequence[Decision]) -> Decision:
    """Decide for a list of jobs. An error that is not about one job (credentials, permission) ends the wait for all."""
    for decision in found:
        if isinstance(decision, Fail) and (
            isinstance(decision.error, WrongPlace) or not isinstance(decision.error, _OF_ONE_JOB)
        ):
            return replace(decision, snapshot=gathered(spec, history))
    names = (called(dict(ref.ids)) for ref in spec.refs)
    return _counted(spec, spec.subject, found, names, lambda: gathered(spec, history))


def _counted(
    spec: WaitSpec, subject: str, found: Sequence[Decision], names: Iterable[str], whole: Callable[[], JobSnapshot]
) -> Decision:
    bad = [decision for decision in found if isinstance(decision, Fail | Skip)]
    done = sum(isinstance(decision, Done) for decision in found)
    needed = spec.policy.needed(len(found))
    if done >= needed:
        return Done(whole())
    words = [word_of(decision) for decision in found]
    summary = tally(words)
    # Skips alone do not end the wait early: a job that still runs may fail.
    lost = len(found) - len(bad) < needed and any(isinstance(end, Fail) for end in bad)
    if (lost and spec.policy.fail_fast) or len(bad) + done == len(found):
        return _ended_badly(several([end.reason for end in bad], f"{subject}: {summary}"), bad, whole())
    wanted = "" if spec.policy.wait_for == "all" else f"; {needed} of {len(found)} are needed"
    trouble = next((decision for decision in found if isinstance(decision, Wait) and decision.trouble), Wait(""))
    why = f"; {trouble.reason}" if trouble.trouble else ""
    parts = tuple(zip(names, words, strict=True))
    return Wait(summary + wanted + why, gist=summary, trouble=trouble.trouble, parts=parts)


def _ended_badly(reason: str, bad: Sequence[Fail | Skip], whole: JobSnapshot) -> Decision:
    fails = [end for end in bad if isinstance(end, Fail)]
    if not fails:
        return Skip(reason, whole)
    error = min((end.error for end in fails), key=_rank)
    overdue = tuple(ref for end in fails for ref in end.overdue)
    return Fail(type(error)(reason, whole) if isinstance(error, JobEnded) else error, reason, whole, overdue)


# The worst error of several gives the common error its class; the first is the worst.
_ENDS: dict[type[MediaJobsError], str] = {
    JobFailed: "failed",
    JobCancelled: "cancelled",
    JobPartiallySucceeded: "partial",
    Stalled: "stalled",
    QueueTimedOut: "not started in time",
    JobNotFound: "not found",
    RequestRejected: "rejected",
}
_OF_ONE_JOB = tuple(_ENDS)


def _rank(error: MediaJobsError) -> int:
    return next(rank for rank, sort in enumerate(_ENDS) if isinstance(error, sort))


def word_of(decision: Decision) -> str:
    """A decision in a word, for counts."""
    match decision:
        case Done(snapshot):
            return str(snapshot.state)
        case Wait():
            return decision.word
        case Fail(error):
            return next((word for sort, word in _ENDS.items() if isinstance(error, sort)), "refused")
    return "partial"


def _timed_out(spec: WaitSpec, history: WaitHistory, waiting: Wait) -> TimedOut:
    unfinished = tuple(
        (ref, seen.answer.state if isinstance(seen.answer, JobSnapshot) else None)
        for ref, seen in zip(spec.refs, history, strict=True)
        if not spec.settled(ref, seen)
    )
    last_look = _last_look(waiting, None if spec.many else history[0])
    reason = f"{spec.subject}: still waiting after {spec.timeout:g} s; {last_look}"
    seen_last = _seen_last(spec, history, waiting.reason)
    return TimedOut(
        reason + seen_last + closing(spec.kind, TIMED_OUT),
        gathered(spec, history) if spec.many else None,
        unfinished,
    )


def _seen_last(spec: WaitSpec, history: WaitHistory, told: str) -> str:
    """How unfinished jobs were last shown, where the reason does not say so already."""
    if not spec.many:
        mark = history[0].mark
        return f"; last seen as {mark}" if mark and mark not in told else ""
    unsettled = [(ref, seen) for ref, seen in zip(spec.refs, history, strict=True) if not spec.settled(ref, seen)]
    return several([f"{ref}: {seen.mark or 'not seen'}" for ref, seen in unsettled], "; as seen last")
