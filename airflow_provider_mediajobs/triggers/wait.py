# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One wait in the triggerer, from the trigger's arguments to its event, without I/O and clock.

It keeps what looks have shown, decides after each whether the wait has ended, and writes the task's log.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..core.command import status_command
from ..core.decision import Done, TimedOut, Wait
from ..core.ending import beginning, ending, parts_of
from ..core.errors import JobNotFound, MediaJobsError
from ..core.job import JobRef, JobSnapshot, WaitReport
from ..core.kind import Answer
from ..core.messages import tally
from ..core.outcome import decide
from ..core.policy import Policy
from ..core.times import format_time, parse_time
from ..core.typed import moment
from ..core.wait import NO_LOOK_SINCE, JobHistory, WaitSpec, not_asked
from ..core.wait_event import BrokenEvent, Runs, WaitEvent
from ..vendors import kind as kind_of
from .progress_log import Log, ProgressLog

if TYPE_CHECKING:
    from ..poller.waiter import Waiter

KEPT_LINES = 20
"""The newest log lines that go with the event."""


class DeferredWait:
    """The specification, history and log of one wait.

    :param given: the trigger's arguments.
    :param log: the task's log.
    :ivar ends_at: when the wait ends at the latest.
    :ivar waiter: the poller's side of the wait; ``None`` before the poller is used.
    """

    __slots__ = ("_before", "_began", "_history", "_log_lines", "_progress_log", "ends_at", "spec", "waiter")

    def __init__(self, given: Mapping[str, Any], log: Log) -> None:
        kind = kind_of(given["kind"])
        self.spec = WaitSpec(
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
        self.ends_at = self.spec.deadline if ends_at == self.spec.deadline else ends_at  # one object
        self._before = WaitReport(**given["report"])
        # The stored history has no answers: only a look can tell that a job is absent.
        self._history = tuple(JobHistory.from_json(before, NO_LOOK_SINCE) for before in given["before"])
        self._began = False
        self._progress_log = ProgressLog(self.spec.subject, log)
        self._log_lines: tuple[tuple[datetime, str], ...] = ()
        if given["report"]:  # a worker has looked, and logged what it saw
            self._progress_log.known = parts_of(self.spec, self._history) if self.spec.many else ()
        else:
            refs = self.spec.refs
            command = status_command(kind, refs, given["conn_id"], given["region"], given["project_id"])
            self._progress_log.say(beginning(self.spec, command))

    def is_over(self, answers: Mapping[JobRef, Answer | None], now: datetime) -> bool:
        """Add the answers of a look to the history, and return whether they end the wait.

        :param answers: the news of each job that has some.
        :param now: the time by the wait's clock.
        """
        self._catch_up(now)
        self._progress_log.look(answers.values())
        before = self._history
        if not self._began:
            self._began, before = True, tuple(seen.recalled(now) for seen in before)
        history = self.spec.after(before, answers, now)
        decision = decide(self.spec, history, now)
        if not isinstance(decision, Wait):
            self._history = history
            self._keep(self._progress_log.over(decision), now)
            return True
        # Without the vendor's records: those of ten thousand waits would fill the memory.
        pairs = zip(self.spec.refs, history, strict=True)
        self._history = tuple(seen if self.spec.settled(ref, seen) else seen.without_raw() for ref, seen in pairs)
        self._keep(self._progress_log.tell(decision, now), now)
        self._skip_repeats(answers, told=self._progress_log.has_told(decision))
        return False

    @property
    def not_asked(self) -> set[JobRef]:
        """The jobs that no look in the triggerer has asked for."""
        return {ref for ref, seen in self._seen().items() if not_asked(seen.answer)}

    def complete(self, answers: Mapping[JobRef, Answer | None], now: datetime) -> set[JobRef]:
        """Add answers about other jobs to the history of a wait that has ended: its result shows them, too.

        An error that is not about one job, such as a refusal of credentials, is left out: it could change the end.

        :param answers: of jobs that had not been asked for.
        :returns: those of which nothing more is to be expected soon: all but those without news.
        """
        shown = {ref: answer for ref, answer in answers.items() if _is_of_one_job(answer)}
        self._progress_log.look(shown.values())
        self._history = self.spec.after(self._history, shown, now)
        return {ref for ref, answer in answers.items() if not (isinstance(answer, MediaJobsError) and answer.retryable)}

    def _skip_repeats(self, refs: Iterable[JobRef], *, told: bool) -> None:
        """Let the poller not wake this wait for further looks with the same answers, where those change nothing.

        :param refs: the jobs that have been answered for.
        :param told: whether no log line is held back; otherwise each look must wake the wait.
        """
        if self.waiter is None or self.ends_at > self.spec.deadline:
            return
        if not told:
            self.waiter.listen()
            return
        seen = self._seen()
        for ref in refs:
            answer = seen[ref].answer
            if isinstance(answer, JobSnapshot) and self.spec.lasts(ref, seen[ref]):
                self.waiter.known(ref, answer)

    def _catch_up(self, now: datetime) -> None:
        """Add the looks that did not wake this wait to the history."""
        again = {} if self.waiter is None else self.waiter.again()
        if again:
            self._history = tuple(
                self.spec.repeated(seen, *again[ref], now) if ref in again else seen
                for ref, seen in zip(self.spec.refs, self._history, strict=True)
            )

    def _keep(self, line: str, now: datetime) -> None:
        """Keep a log line for the event: the worker that resumes the task logs it again."""
        if line:
            # Interned: many waits have the same lines.
            self._log_lines = (*self._log_lines[-KEPT_LINES + 1 :], (now, sys.intern(line)))

    def met(self, error: MediaJobsError, now: datetime) -> bool:
        """Handle an error that occurred before any look; return whether it ends the wait."""
        return self.is_over(dict.fromkeys(self.spec.refs, error), now)

    def warn(self, trouble: MediaJobsError) -> None:
        """Log a warning about an error that may need action, although the wait goes on."""
        self._progress_log.log.warning("%s: %s; the wait goes on", self.spec.subject, trouble)

    def settled(self, refs: Iterable[JobRef]) -> list[JobRef]:
        """Return those of the jobs that need no further look."""
        seen = self._seen()
        return [ref for ref in refs if self.spec.settled(ref, seen[ref])]

    def limits(self, refs: Iterable[JobRef], now: datetime) -> dict[JobRef, datetime]:
        """Return the time at which the next limit of each job expires, for jobs that have one."""
        seen = self._seen()
        return {ref: limit for ref in refs if (limit := self.spec.limit(ref, seen[ref], now)) is not None}

    def _seen(self) -> dict[JobRef, JobHistory]:
        return dict(zip(self.spec.refs, self._history, strict=True))

    def time_is_over(self, now: datetime) -> datetime:
        """Log that the deadline is reached, and return the time of the event: the deadline or later.

        ``now`` may be a little before the deadline, which the event loop's clock has reached already.
        """
        self._progress_log.say(f"{self.spec.subject}: deadline reached; a worker makes the last look and ends the task")
        return max(now, self.ends_at)

    def handed_over(self, why: str = "") -> None:
        """Log the last line before a worker ends the task.

        :param why: why the task does not end in the triggerer, if it should.
        """
        words = [word for _, word in parts_of(self.spec, self._history)]
        counts = tally(words) if self.spec.many else words[0]
        because = f" ({why})" if why else ""
        self._progress_log.say(
            f"{self.spec.subject}: nothing more to wait for: {counts}; a worker ends the task{because}"
        )

    def ended(self, now: datetime, state: str) -> None:
        """Log the last line of a wait whose task ends in the triggerer."""
        report = self._before if self.waiter is None else self._before.plus(self.waiter.report)
        self._progress_log.say(ending(self.spec, self._history, report, self.spec.waited(now), state))

    def event(self, now: datetime, ahead: float = 0.0) -> dict[str, Any]:
        """Return the event for the worker, which decides again by the history in it.

        :param now: the time by the wait's clock.
        :param ahead: seconds by which this machine's clock was set forward since the wait began here.
        """
        self._catch_up(now)
        history, report = self._history, self._before
        if self.waiter is not None:
            report = report.plus(self.waiter.report)
            # Errors of the newest look are newer than the last answer, but do not revoke an end. Those that are not
            # retryable have not ended the wait, since reading the connection again may cure them: they are left out.
            if isinstance(decide(self.spec, history, now), Wait | TimedOut):
                trouble = {ref: error for ref, error in self.waiter.trouble.items() if error.retryable}
                history = self.spec.after(history, trouble, now)
        log_lines = tuple((str(format_time(when)), line) for when, line in self._log_lines)
        spec = self.spec
        runs = Runs(spec.created_after, spec.other_runs(history))
        return WaitEvent(spec.refs, history, report, now, self.ends_at, spec.deadline, log_lines, ahead, runs).to_json()

    def result(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Return the result that a worker would return for this event; ``None`` for any end but success."""
        try:
            wait_event = WaitEvent.from_json(event, self.spec.refs, self.spec.kind)
        except BrokenEvent:  # a worker reports it in full
            return None
        decision = decide(self.spec, wait_event.history, wait_event.at)
        return decision.snapshot.to_result(wait_event.report) if isinstance(decision, Done) else None


def _is_of_one_job(answer: Answer | None) -> bool:
    """Whether an answer is about one job only: a snapshot, that there is no such job, or an error that may pass."""
    return not isinstance(answer, MediaJobsError) or answer.retryable or isinstance(answer, JobNotFound)
