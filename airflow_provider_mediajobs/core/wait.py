"""What a wait was asked for, and what its looks have told of it so far. No decision: that is ``core.outcome``'s."""

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
"""A wait that goes on in another process later by more than this begins its limits anew, which only delays."""


def not_asked(answer: Answer | None) -> bool:
    """Whether it stands for a look that was not made, here or where the event comes from. No trouble, but no news."""
    return isinstance(answer, TransportError) and str(answer) in _NO_LOOKS


class Visibility(Enum):
    """What one answer shows of the job that was asked for."""

    SHOWN = "shown"
    ABSENT = "absent"
    OLDER = "a run from before the time asked for"
    UNPROVEN = "a run of which the vendor does not say whether it is the one asked for"
    UNTOLD = "an end without the renditions that are required, or with one that still runs"
    NO_NEWS = "no news"


@dataclass(frozen=True, slots=True)
class WaitSpec:
    """What the DAG author wants to know.

    :param refs: which jobs, each once.
    :param kind: theirs.
    :param policy: how the author decides.
    :param deadline: when the wait ends without an answer.
    :param timeout: seconds the wait was given, for the message.
    :param many: whether a list was asked for, of however many.
    :param created_after: an older run is not the one asked for; ``None`` takes any.
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
        """What is waited for, in messages."""
        return f"{self.kind.name}, {len(self.refs)} jobs" if self.many else str(self.refs[0])

    def waited(self, now: datetime) -> float:
        """Seconds since the wait began."""
        return (now - self.deadline).total_seconds() + self.timeout

    def visibility(self, ref: JobRef, answer: Answer | None) -> Visibility:
        """What an answer for a reference shows."""
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
        """Whether it is an end by the vendor's word and has all that is required, whatever became of the others."""
        required = self.policy.required_definitions
        if not required or not self.kind.says_made(answer.raw_state):
            return False
        return all(answer.has_made(name) for name in required)

    def other_runs(self, history: WaitHistory) -> tuple[int, ...]:
        """Places of the jobs whose answer is of another run, or of one that may be another."""
        pairs = enumerate(zip(self.refs, history, strict=True))
        return tuple(place for place, (ref, seen) in pairs if self.shows(ref, seen) in _OTHERS)

    def settled(self, ref: JobRef, seen: JobHistory) -> bool:
        """Whether no later look can tell anything else: the job has ended, or has got where the author wants it."""
        answer = seen.answer
        if not isinstance(answer, JobSnapshot) or answer.jobs:  # to a studio, episodes may still be added
            return False
        ended = answer.state.ended or self.policy.opens(answer.state) or self.is_enough(answer)
        return ended and self.shows(ref, seen) is Visibility.SHOWN

    def open_refs(self, history: WaitHistory) -> list[JobRef]:
        """The jobs that are to be looked at."""
        return [ref for ref, seen in zip(self.refs, history, strict=True) if not self.settled(ref, seen)]

    def start(self) -> WaitHistory:
        """Before any look."""
        return (NOT_LOOKED_AT,) * len(self.refs)

    def after(self, history: WaitHistory, answers: Mapping[JobRef, Answer | None], now: datetime) -> WaitHistory:
        """With one more look. A job that has ended stays as it was seen."""
        # Of a look after the deadline: a limit that would have passed later than that is not what ended the wait.
        now = min(now, self.deadline)
        return tuple(
            seen
            if ref not in answers or self.settled(ref, seen)
            else seen.after(answers[ref], self.visibility(ref, answers[ref]), now)
            for ref, seen in zip(self.refs, history, strict=True)
        )

    def lasts(self, ref: JobRef, seen: JobHistory) -> bool:
        """Whether looks that tell the same once more change nothing, however often and until when."""
        answer = seen.answer
        if self._limits(seen) or not isinstance(answer, JobSnapshot) or answer.jobs or self.settled(ref, seen):
            return False
        return self.shows(ref, seen) is Visibility.SHOWN

    def repeated(self, seen: JobHistory, answer: JobSnapshot, ago: float, now: datetime) -> JobHistory:
        """With a look that told the same once more, of a job that :meth:`lasts`.

        :param ago: seconds since it was made.
        """
        return seen.after(answer, Visibility.SHOWN, min(now - timedelta(seconds=ago), self.deadline))

    def next_limit(self, history: WaitHistory, now: datetime) -> datetime | None:
        """When a look is wanted, because a limit of some job passes that only a look can tell to be real."""
        limits = [self.limit(ref, seen, now) for ref, seen in zip(self.refs, history, strict=True)]
        return min((limit for limit in limits if limit is not None), default=None)

    def limit(self, ref: JobRef, seen: JobHistory, now: datetime) -> datetime | None:
        """The same for one job. One that has passed already is met at the next look anyway."""
        if self.settled(ref, seen):
            return None
        return min((moment for moment in self._limits(seen) if moment > now), default=None)

    def _limits(self, seen: JobHistory) -> list[datetime]:
        """When limits pass, or have passed, if looks go on to tell the same."""
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
    """What the looks so far have told of one job.

    :param answer: of the newest look; ``None`` where the vendor showed no such job.
    :param mark: how the newest sighting showed it, in words.
    :param absent_since: the first look of those that have now told, without a sighting between them, that the vendor
        does not show what was asked for. Looks without news do not count: an outage proves nothing about the job.
    :param unstarted_since: the same for a job that has not started, visible or not.
    :param unchanged_since: the first sighting of those that were all like the newest.
    :param told_at: the newest look that has told anything. Limits are measured to it: that one has passed since, only
        another look can tell.
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
        """With one more look."""
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
        """As another process knows it: what was told too long ago says nothing of the time between.

        :param due: when the next look was to be; otherwise soon after this one.
        """
        since = due or self.told_at
        # Nor does what was told in the future: one of the two clocks was wrong.
        if since is None or abs((now - since).total_seconds()) <= FORGOTTEN_S:
            return self
        return JobHistory(self.answer, self.mark, visibility=self.visibility)

    def lasted(self, since: datetime | None) -> float:
        """Seconds, as far as looks have told."""
        return 0.0 if since is None or self.told_at is None else (self.told_at - since).total_seconds()

    @property
    def last_word(self) -> str:
        """Our word for the state in which the newest sighting showed it; empty where there was none."""
        return self.mark.partition(" ")[0].rstrip(":")

    def without_raw(self) -> JobHistory:
        """The same without the vendor's records, which decide nothing."""
        return replace(self, answer=self.answer.without_raw()) if isinstance(self.answer, JobSnapshot) else self

    def to_json(self) -> dict[str, Any]:
        """All but the answer: what a wait has to know when it goes on in another process."""
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
        """What cannot be read counts as not known."""
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
"""What was seen of each job that was asked for, in the same order."""


def _later(since: datetime | None, seconds: float | None) -> datetime | None:
    return None if since is None or seconds is None else since + timedelta(seconds=seconds)


def gathered(spec: WaitSpec, history: WaitHistory) -> JobSnapshot:
    """All jobs of a list as they were seen last; what was not seen, or is of another run, is unknown."""
    jobs = [_as_seen(spec, ref, seen) for ref, seen in zip(spec.refs, history, strict=True)]
    return replace(combined(spec.refs[0], jobs, None), ids={})


def _as_seen(spec: WaitSpec, ref: JobRef, seen: JobHistory) -> JobSnapshot:
    answer = seen.answer
    fault = JobFault(answer.code or None, answer.message or None) if isinstance(answer, ApiError) else None
    if isinstance(answer, JobSnapshot) and spec.shows(ref, seen) is Visibility.SHOWN:
        # The record of a job that goes on is kept nowhere: so it is in every mode.
        return answer if answer.state.ended else answer.without_raw()
    return JobSnapshot(ref.kind, dict(ref.ids), JobState.UNKNOWN, "", error=fault)
