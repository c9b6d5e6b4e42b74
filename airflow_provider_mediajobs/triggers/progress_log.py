# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Writes the lines of the task's log about a wait that goes on, the same on workers and in the triggerer.

A line is written when something has changed, not at every look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ..core.decision import Done, Fail, Over, Skip, Wait
from ..core.errors import ApiError, JobEnded, LimitPassed
from ..core.job import JobSnapshot, JobState
from ..core.kind import Answer
from ..core.messages import TOLD, chosen, listed

PROGRESS_EVERY_S = 60.0
"""Seconds between two lines that differ in progress alone. A triggerer sends each line to its supervisor, and while
that is too busy to read, it blocks with all of its waits."""
LINE = 4000
"""The most characters of one line."""
# The words for the end of trouble, by the class of its errors; those for other classes are "… answers again".
_OVER: Mapping[str, str] = {
    "ConnectionUnavailable": "the connection can be looked up again",
    "CredentialsUnavailable": "temporary credentials can be had again",
}
# States that are listed last, since not all changed jobs may be named.
_USUAL = (str(JobState.SUCCEEDED), str(JobState.RUNNING), str(JobState.PENDING), "not asked yet")


class Log(Protocol):
    """The part of a logger that is used here; loggers of the standard library and of Airflow have it."""

    def info(self, event: str, /, *args: Any) -> Any:
        """Write a line."""

    def warning(self, event: str, /, *args: Any) -> Any:
        """Write a line that may need action."""


def one_line(text: str) -> str:
    """Return a text as one line of limited length. It may hold what a vendor sent, and so line breaks."""
    line = " ".join(text.split())
    return line if len(line) <= LINE else line[:LINE] + "…"


@dataclass(slots=True)
class ProgressLog:
    """The log lines of one wait: for each change, for each choice among several runs, for each unknown status word.

    :param subject: the job or jobs in words, with which each line begins.
    :param log: the task's log.
    :param known: for a wait on several jobs, each job's name and the state that was logged last, also by another
        process.
    """

    subject: str
    log: Log
    known: tuple[tuple[str, str], ...] = ()
    _reason: str = ""
    _gist: str = ""
    _at: datetime | None = None
    _trouble: str = ""
    _told: frozenset[str] = frozenset()

    def say(self, line: str) -> None:
        """Log one line."""
        self.log.info("%s", one_line(line))

    def look(self, answers: Iterable[Answer | None]) -> None:
        """Log what is notable about the answers of the newest look."""
        for answer in answers:
            if isinstance(answer, JobSnapshot):
                self._choice(answer)
                for job in answer.jobs or (answer,):
                    self._warn(job)

    def _choice(self, job: JobSnapshot) -> None:
        """Log which of several jobs that match the ids decides."""
        if job.among > 1 and self._is_first(text := chosen(job)):
            self.log.info("%s: %d jobs match; this one decides: %s", self.subject, job.among, text)

    def _warn(self, job: JobSnapshot) -> None:
        """Warn of a status word that the vendor does not document."""
        if job.state is JobState.UNKNOWN and self._is_first(job.raw_state):
            text = "%s: the vendor says %r, which its page does not document; not taken for an end"
            self.log.warning(text, self.subject, job.raw_state)

    def _is_first(self, text: str) -> bool:
        """Return whether a value has not been logged, and remember it.

        After ``TOLD`` values none counts as new: values that differ at every look must not fill the log.
        """
        before = self._told
        if text in before or len(before) >= TOLD:
            return False
        self._told = before | {text}
        return True

    def tell(self, wait: Wait, now: datetime) -> str:
        """Log why the wait goes on and which of several jobs have changed, if anything has.

        :param wait: the decision after the newest look.
        :param now: the time. A change of progress alone is logged every ``PROGRESS_EVERY_S`` seconds at most.
        :returns: the line, or an empty string if nothing was logged.
        """
        soon = self._at is not None and (now - self._at).total_seconds() < PROGRESS_EVERY_S
        if wait.reason == self._reason or (wait.gist == self._gist and soon):
            return ""
        line = f"{self._recovered(wait.trouble)}{wait.reason}{self._changes(wait.parts)}"
        self._reason, self._gist, self._at = wait.reason, wait.gist, now
        self._trouble, self.known = wait.trouble, wait.parts
        self.say(f"{self.subject}: {line}")
        return one_line(line)

    def has_told(self, wait: Wait) -> bool:
        """Return whether this decision has been logged, so that no further line is due unless something changes."""
        return wait.reason == self._reason

    def over(self, decision: Over) -> str:
        """Log that trouble is over, if there was some and the wait has ended by an answer.

        :returns: the line, or an empty string if nothing was logged.
        """
        answered = isinstance(decision, Done | Skip) or (
            isinstance(decision, Fail) and isinstance(decision.error, ApiError | JobEnded | LimitPassed)
        )
        line = self._recovered("").removesuffix(": ") if answered else ""
        if line:
            self._trouble = ""
            self.say(f"{self.subject}: {line}")
        return line

    def _recovered(self, trouble: str) -> str:
        """Return the beginning of a line that says that trouble is over; empty if it is not, or there was none."""
        if not self._trouble or trouble:
            return ""
        return _OVER.get(self._trouble, f"{self.subject.partition('.')[0]} answers again") + ": "

    def _changes(self, parts: tuple[tuple[str, str], ...]) -> str:
        """Return the end of a line that lists the changed jobs by state; bad ends come first."""
        before = dict(self.known)
        changed: dict[str, list[str]] = {}
        for name, word in parts:
            if name and before.get(name) != word:
                changed.setdefault(word, []).append(name)
        words = sorted(changed, key=lambda word: word in _USUAL)
        told = [f"{name} {word}" for word in words for name in changed[word]]
        return f"; {'now' if before else 'of these'}: {listed(told)}" if told else ""
