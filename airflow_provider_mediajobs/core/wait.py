# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The specification of a wait and the history of what its looks have shown. Decisions are made in ``core.outcome``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from .errors import ApiError, JobNotFound, TransportError
from .job import JobRef, JobSnapshot, JobState, combined
from .kind import Answer, JobKind
from .messages import describe
from .output import JobFault
from .policy import Policy
from .times import format_time, parse_time

NO_LOOK_YET = TransportError("no look has been made yet")
NO_LOOK_SINCE = TransportError("no look has been made since the task was deferred")
_NO_LOOKS = frozenset({str(NO_LOOK_YET), str(NO_LOOK_SINCE)})

FORGOTTEN_S = 300.0
"""Seconds. A wait that goes on in another process later than this restarts its limits, which only delays it."""


def not_asked(answer: Answer | None) -> bool:
    """Whether an answer stands for a look that was not made yet, in this process or in the one that stored it."""
    return isinstance(answer, TransportError) and str(answer) in _NO_LOOKS


class Visibility(Enum):
    """What one answer shows of the requested job."""

    SHOWN = "shown"
    ABSENT = "absent"
    OLDER = "a run from before the time asked for"
    UNPROVEN = "a run of which the vendor does not say whether it is the one asked for"
    UNTOLD = "an end without the renditions that are required, or with one that still runs"
    NO_NEWS = "no news"


@dataclass(frozen=True, slots=True)
class WaitSpec:
    """The specification of a wait.

    :param refs: the jobs, each once.
    :param kind: of all of them.
    :param policy: the DAG author's options.
    :param deadline: when the wait times out.
    :param timeout: seconds from the start of the wait to the deadline.
    :param many: whether a list was given, even of one job.
    :param created_after: the time from which on a run counts; ``None`` for any run.
    """

    refs: tuple[JobRef, ...]
    kind: JobKind
    policy: Policy
    deadline: datetime
    timeout: float
    many: bool = False
    created_after: datetime | None = None

    @property
    def subject(self) -> str:
        """The job or jobs, for messages."""
        return f"{self.kind.name}, {len(self.refs)} jobs" if self.many else str(self.refs[0])

    def waited(self, now: datetime) -> float:
        """Seconds since the wait began."""
        return (now - self.deadline).total_seconds() + self.timeout

    def visibility(self, ref: JobRef, answer: Answer | None) -> Visibility:
        """Classify an answer about one job."""
        if answer is None or isinstance(answer, JobNotFound):
            return Visibility.ABSENT
        if not isinstance(answer, JobSnapshot):
            return Visibility.NO_NEWS
        after = self.created_after
        if after is not None and self.kind.names_run(dict(ref.ids)):
            after = None
        if after is not None and answer.created_at is not None and answer.created_at < after:
            return Visibility.OLDER
        if not answer.proven or (after is not None and answer.created_at is None):
            return Visibility.UNPROVEN
        return Visibility.UNTOLD if self._is_untold(answer) else Visibility.SHOWN

    def shows(self, ref: JobRef, seen: JobHistory) -> Visibility:
        """What the newest answer about a job shows. A history that was read from JSON does not hold it."""
        return seen.visibility or self.visibility(ref, seen.answer)

    def _is_untold(self, answer: JobSnapshot) -> bool:
        if answer.state in _MADE:
            return bool(self.policy.required_definitions) and answer.renditions is None
        contradicted = self.kind.says_made(answer.raw_state) and not answer.state.ended
        return contradicted and not self.policy.opens(answer.state) and not self.is_enough(answer)

    def is_enough(self, answer: JobSnapshot) -> bool:
        """Whether the vendor calls it ended and all required renditions have succeeded; the others do not count."""
        required = self.policy.required_definitions
        if not required or not self.kind.says_made(answer.raw_state):
            return False
        return all(answer.has_made(name) for name in required)

    def other_runs(self, history: WaitHistory) -> tuple[int, ...]:
        """Indexes of the jobs whose answer is, or may be, of another run than the requested one."""
        pairs = enumerate(zip(self.refs, history, strict=True))
        return tuple(place for place, (ref, seen) in pairs if self.shows(ref, seen) in _OTHERS)

    def settled(self, ref: JobRef, seen: JobHistory) -> bool:
        """Whether no further look is needed: the job has ended, or satisfies ``until``."""
        answer = seen.answer
        if not isinstance(answer, JobSnapshot) or answer.jobs:  # further episodes may be added to a studio
            return False
        ended = answer.state.ended or self.policy.opens(answer.state) or self.is_enough(answer)
        return ended and self.shows(ref, seen) is Visibility.SHOWN

    def open_refs(self, history: WaitHistory) -> list[JobRef]:
        """The jobs that need further looks."""
        return [ref for ref, seen in zip(self.refs, history, strict=True) if not self.settled(ref, seen)]

    def start(self) -> WaitHistory:
        """The history before any look."""
        return (NOT_LOOKED_AT,) * len(self.refs)

    def after(self, history: WaitHistory, answers: Mapping[JobRef, Answer | None], now: datetime) -> WaitHistory:
        """The history after one more look. A job that has ended keeps its entry."""
        # For a look after the deadline: limits are measured only up to the deadline.
        now = min(now, self.deadline)
        return tuple(
            seen
            if ref not in answers or self.settled(ref, seen)
            else seen.after(answers[ref], self.visibility(ref, answers[ref]), now)
            for ref, seen in zip(self.refs, history, strict=True)
        )

    def lasts(self, ref: JobRef, seen: JobHistory) -> bool:
        """Whether further looks with the same answer change nothing: no limit runs, and the job is shown."""
        answer = seen.answer
        if self._limits(seen) or not isinstance(answer, JobSnapshot) or answer.jobs or self.settled(ref, seen):
            return False
        return self.shows(ref, seen) is Visibility.SHOWN

    def repeated(self, seen: JobHistory, answer: JobSnapshot, ago: float, now: datetime) -> JobHistory:
        """The entry after one more look with the same answer, of a job that :meth:`lasts`.

        :param ago: seconds since that look.
        """
        return seen.after(answer, Visibility.SHOWN, min(now - timedelta(seconds=ago), self.deadline))

    def next_limit(self, history: WaitHistory, now: datetime) -> datetime | None:
        """The next time at which a limit of some job passes: a look then tells whether it really has."""
        limits = [self.limit(ref, seen, now) for ref, seen in zip(self.refs, history, strict=True)]
        return min((limit for limit in limits if limit is not None), default=None)

    def limit(self, ref: JobRef, seen: JobHistory, now: datetime) -> datetime | None:
        """The next time at which a limit of this job passes; ``None`` where none is ahead."""
        if self.settled(ref, seen):
            return None
        return min((moment for moment in self._limits(seen) if moment > now), default=None)

    def _limits(self, seen: JobHistory) -> list[datetime]:
        """The times at which the job's limits pass, in the past or the future, if its state does not change."""
        policy = self.policy
        found = (
            _later(seen.absent_since, policy.not_found_grace),
            _later(seen.unstarted_since, policy.queue_timeout),
            _later(seen.unchanged_since, policy.stall_timeout),
        )
        return [moment for moment in found if moment is not None]


_OTHERS = frozenset({Visibility.OLDER, Visibility.UNPROVEN})
_MADE = frozenset({JobState.SUCCEEDED, JobState.PARTIAL})


@dataclass(frozen=True, slots=True)
class JobHistory:
    """What the looks so far have shown of one job.

    A look without news (an outage, a throttle) changes ``answer`` and ``visibility`` alone.

    :param answer: of the newest look; ``None`` where the vendor showed no such job.
    :param mark: state, vendor's word and progress when the job was last shown; empty where it never was.
    :param absent_since: time of the first look of an unbroken series that did not show the requested job; ``None``
        where the newest one shows it.
    :param unstarted_since: time of the first look of an unbroken series that showed the job as not started, or not at
        all; ``None`` where the newest one shows it as started.
    :param unchanged_since: time of the first look of an unbroken series with the present ``mark``.
    :param told_at: time of the newest look with news. Limits are measured up to it.
    :param visibility: what ``answer`` shows, by the :class:`WaitSpec` of the look; ``None`` where the history was read
        from JSON, which holds none: see :meth:`WaitSpec.shows`.
    """

    answer: Answer | None = NO_LOOK_YET
    mark: str = ""
    absent_since: datetime | None = None
    unstarted_since: datetime | None = None
    unchanged_since: datetime | None = None
    told_at: datetime | None = None
    visibility: Visibility | None = field(default=None, compare=False, kw_only=True)

    def after(self, answer: Answer | None, visibility: Visibility, now: datetime) -> JobHistory:
        """The entry after one more look."""
        if visibility is Visibility.NO_NEWS:
            return replace(self, answer=answer, visibility=visibility)
        visible = visibility is Visibility.SHOWN or (visibility is Visibility.UNPROVEN and not _has_ended(answer))
        unstarted = visibility in _NOT_THERE or (isinstance(answer, JobSnapshot) and answer.state is JobState.PENDING)
        seen = replace(
            self,
            answer=answer,
            visibility=visibility,
            told_at=now,
            absent_since=None if visible else self.absent_since or now,
            unstarted_since=self.unstarted_since or now if unstarted else None,
        )
        if visibility in _NOT_THERE or not isinstance(answer, JobSnapshot):
            return seen
        mark = describe(answer)
        since = (self.unchanged_since if mark == self.mark else None) or now
        return replace(seen, mark=mark, unchanged_since=since)

    def recalled(self, now: datetime, due: datetime | None = None) -> JobHistory:
        """The entry as another process may use it: after too long a pause the limits restart.

        :param now: the present time.
        :param due: when the next look was to be made; by default at once after the last.
        """
        since = due or self.told_at
        # A time in the future is treated alike: one of the two clocks was wrong.
        if since is None or abs((now - since).total_seconds()) <= FORGOTTEN_S:
            return self
        return JobHistory(self.answer, self.mark, visibility=self.visibility)

    def lasted(self, since: datetime | None) -> float:
        """Seconds from a time to the newest look with news; 0 where there was none."""
        return 0.0 if since is None or self.told_at is None else (self.told_at - since).total_seconds()

    @property
    def last_word(self) -> str:
        """The state in which the job was last shown; empty where it never was."""
        return self.mark.partition(" ")[0].rstrip(":")

    def without_raw(self) -> JobHistory:
        """A copy without the vendor's raw records, which do not affect decisions."""
        return replace(self, answer=self.answer.without_raw()) if isinstance(self.answer, JobSnapshot) else self

    def to_json(self) -> dict[str, Any]:
        """As JSON, without the answer, for another process that continues the wait."""
        facts = {
            "mark": self.mark or None,
            "absent_since": format_time(self.absent_since),
            "unstarted_since": format_time(self.unstarted_since),
            "unchanged_since": format_time(self.unchanged_since),
            "told_at": format_time(self.told_at),
        }
        return {name: value for name, value in facts.items() if value is not None}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any], answer: Answer | None = NO_LOOK_YET) -> JobHistory:
        """The entry from JSON; values that cannot be read are unknown."""
        mark = facts.get("mark")
        return cls(
            answer,
            mark if isinstance(mark, str) else "",
            parse_time(facts.get("absent_since")),
            parse_time(facts.get("unstarted_since")),
            parse_time(facts.get("unchanged_since")),
            parse_time(facts.get("told_at")),
        )


def _has_ended(answer: Answer | None) -> bool:
    return isinstance(answer, JobSnapshot) and answer.state.ended


NOT_LOOKED_AT = JobHistory(visibility=Visibility.NO_NEWS)
_NOT_THERE = frozenset({Visibility.ABSENT, Visibility.OLDER})

WaitHistory = tuple[JobHistory, ...]
"""One entry for each job, in the order of :attr:`WaitSpec.refs`."""


def _later(since: datetime | None, seconds: float | None) -> datetime | None:
    return None if since is None or seconds is None else since + timedelta(seconds=seconds)


def gathered(spec: WaitSpec, history: WaitHistory) -> JobSnapshot:
    """One snapshot of all jobs of a list, as last shown; ``UNKNOWN`` are those not shown, or only in another run."""
    jobs = [_as_seen(spec, ref, seen) for ref, seen in zip(spec.refs, history, strict=True)]
    return replace(combined(spec.refs[0], jobs, None), ids={})


def _as_seen(spec: WaitSpec, ref: JobRef, seen: JobHistory) -> JobSnapshot:
    answer = seen.answer
    fault = JobFault(answer.code or None, answer.message or None) if isinstance(answer, ApiError) else None
    if isinstance(answer, JobSnapshot) and spec.shows(ref, seen) is Visibility.SHOWN:
        # Raw records of unfinished jobs are left out: deferred waits do not keep them, and all modes return the same.
        return answer if answer.state.ended else answer.without_raw()
    return JobSnapshot(ref.kind, dict(ref.ids), JobState.UNKNOWN, "", error=fault)
