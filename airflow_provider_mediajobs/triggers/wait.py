"""One wait in the triggerer, from the trigger's arguments to its event. No socket, no clock."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..core.asked import NO_LOOK_SINCE, Asked, Seen
from ..core.command import status_command
from ..core.ending import beginning, ending, parts_of
from ..core.errors import MediaJobsError
from ..core.handover import BrokenEvent, Handover, Runs
from ..core.job import JobRef, JobSnapshot, WaitReport
from ..core.kind import Answer
from ..core.outcome import decide
from ..core.policy import Policy
from ..core.story import tally
from ..core.times import format_time, parse_time
from ..core.typed import moment
from ..core.verdict import Done, TimedOut, Wait
from ..vendors import kind as kind_of
from .telling import Log, Telling

if TYPE_CHECKING:
    from ..poller.waiter import Waiter

STORY_LINES = 20


class DeferredWait:
    """What a trigger knows.

    :param given: the trigger's arguments.
    :param log: the task's.
    """

    __slots__ = ("_before", "_began", "_ends_at", "_history", "_story", "_telling", "asked", "waiter")

    def __init__(self, given: Mapping[str, Any], log: Log) -> None:
        kind = kind_of(given["kind"])
        self.asked = Asked(
            tuple(kind.ref(ids) for ids in given["ids"]),
            kind,
            Policy.from_json(given["policy"]),
            deadline=moment(given["deadline"]),
            timeout=given["timeout"],
            many=given["many"],
            created_after=parse_time(given["created_after"]),
        )
        self.waiter: Waiter | None = None
        ends_at = moment(given["ends_at"])
        self._ends_at = self.asked.deadline if ends_at == self.asked.deadline else ends_at  # one object, mostly
        self._before = WaitReport(**given["report"])
        # That a job is not there, only a look can tell.
        self._history = tuple(Seen.from_json(before, NO_LOOK_SINCE) for before in given["before"])
        self._began = False
        self._telling = Telling(self.asked.subject, log)
        self._story: list[tuple[datetime, str]] = []
        if given["report"]:  # a worker has looked, and told what it saw
            self._telling.known = parts_of(self.asked, self._history) if self.asked.many else ()
        else:
            refs = self.asked.refs
            command = status_command(kind, refs, given["conn_id"], given["region"], given["project_id"])
            self._telling.say(beginning(self.asked, command))

    def is_over(self, answers: Mapping[JobRef, Answer | None], now: datetime) -> bool:
        """Whether these answers end the wait."""
        self._catch_up(now)
        self._telling.look(answers.values())
        before = self._history
        if not self._began:
            self._began, before = True, tuple(seen.recalled(now) for seen in before)
        history = self.asked.after(before, answers, now)
        verdict = decide(self.asked, history, now)
        if not isinstance(verdict, Wait):
            self._history = history
            self._keep(self._telling.over(verdict), now)
            return True
        # Ten thousand waits would keep as many records, which nobody reads.
        pairs = zip(self.asked.refs, history, strict=True)
        self._history = tuple(seen if self.asked.settled(ref, seen) else seen.without_raw() for ref, seen in pairs)
        self._keep(self._telling.tell(verdict, now), now)
        self._let_rest(answers, told=self._telling.has_told(verdict))
        return False

    def _let_rest(self, refs: Iterable[JobRef], *, told: bool) -> None:
        """Looks at these jobs that tell the same once more change nothing: let them wake nobody.

        :param told: where a line is still to be told, any look may be the one that it is told at.
        """
        if self.waiter is None or self._ends_at > self.asked.deadline:
            return
        if not told:
            self.waiter.listen()
            return
        seen = self._seen()
        for ref in refs:
            answer = seen[ref].answer
            if isinstance(answer, JobSnapshot) and self.asked.lasts(ref, seen[ref]):
                self.waiter.known(ref, answer)

    def _catch_up(self, now: datetime) -> None:
        """With the looks that have woken nobody."""
        again = {} if self.waiter is None else self.waiter.again()
        if again:
            self._history = tuple(
                self.asked.repeated(seen, *again[ref], now) if ref in again else seen
                for ref, seen in zip(self.asked.refs, self._history, strict=True)
            )

    def _keep(self, line: str, now: datetime) -> None:
        """For the worker that resumes the task, whose log may be all that somebody gets to see."""
        if line:
            # Interned: many waits tell the same.
            self._story = [*self._story[-STORY_LINES + 1 :], (now, sys.intern(line))]

    def met(self, error: MediaJobsError, now: datetime) -> bool:
        """The same for an error that was met before any look."""
        return self.is_over(dict.fromkeys(self.asked.refs, error), now)

    def warn(self, trouble: MediaJobsError) -> None:
        """Somebody may have to act, though the wait goes on."""
        self._telling.log.warning("%s: %s; the wait goes on", self.asked.subject, trouble)

    def settled(self, refs: Iterable[JobRef]) -> list[JobRef]:
        """Those of which no look can tell any more."""
        seen = self._seen()
        return [ref for ref in refs if self.asked.settled(ref, seen[ref])]

    def limits(self, refs: Iterable[JobRef], now: datetime) -> dict[JobRef, datetime]:
        """By when a look is wanted, of jobs with a limit that passes."""
        seen = self._seen()
        return {ref: limit for ref in refs if (limit := self.asked.limit(ref, seen[ref], now)) is not None}

    def _seen(self) -> dict[JobRef, Seen]:
        return dict(zip(self.asked.refs, self._history, strict=True))

    def time_is_over(self, now: datetime) -> datetime:
        """When that is. The loop's clock has told; the one that deadlines are kept by may lag behind it."""
        self._telling.say(f"{self.asked.subject}: deadline reached; a worker makes the last look and ends the task")
        return max(now, self._ends_at)

    def handed_over(self, why: str = "") -> None:
        """The last line of the triggerer's part, where a worker ends the task."""
        words = [word for _, word in parts_of(self.asked, self._history)]
        counts = tally(words) if self.asked.many else words[0]
        because = f" ({why})" if why else ""
        self._telling.say(f"{self.asked.subject}: nothing more to wait for: {counts}; a worker ends the task{because}")

    def ended(self, now: datetime, state: str) -> None:
        """The last line of the wait, where the task ends in the triggerer."""
        report = self._before if self.waiter is None else self._before.plus(self.waiter.report)
        self._telling.say(ending(self.asked, self._history, report, self.asked.waited(now), state))

    def event(self, now: datetime, ahead: float = 0.0) -> dict[str, Any]:
        """For the worker, which decides again.

        :param ahead: seconds by which this machine's clock was set forward meanwhile.
        """
        self._catch_up(now)
        history, report = self._history, self._before
        if self.waiter is not None:
            report = report.plus(self.waiter.report)
            # It is newer than what was told, but undoes no end. What may be cured by reading the connection anew has
            # ended nothing yet.
            if isinstance(decide(self.asked, history, now), Wait | TimedOut):
                trouble = {ref: error for ref, error in self.waiter.trouble.items() if error.retryable}
                history = self.asked.after(history, trouble, now)
        story = tuple((str(format_time(when)), line) for when, line in self._story)
        asked = self.asked
        runs = Runs(asked.created_after, asked.other_runs(history))
        return Handover(asked.refs, history, report, now, self._ends_at, asked.deadline, story, ahead, runs).to_json()

    def result(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """What the worker would return for this event; ``None`` where that is anything but success."""
        try:
            handover = Handover.from_json(event, self.asked.refs, self.asked.kind)
        except BrokenEvent:  # the worker tells it, in full
            return None
        verdict = decide(self.asked, handover.history, handover.at)
        return verdict.snapshot.to_result(handover.report) if isinstance(verdict, Done) else None
