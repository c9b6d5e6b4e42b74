# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Lines in the task's log about a wait that goes on, the same on workers and in the triggerer."""

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

PROGRESS_TOLD_S = 60.0
"""Seconds between two lines that differ in progress alone. A triggerer writes lines to its supervisor and blocks, with
all of its waits, while that one is too busy to read."""
LINE = 4000
"""Characters of one line."""
# The line for the end of trouble, by error class; by default the vendor answers again.
_OVER: Mapping[str, str] = {
    "ConnectionUnavailable": "the connection can be looked up again",
    "CredentialsUnavailable": "temporary credentials can be had again",
}
# States that are listed last, where not all changed jobs can be named.
_USUAL = (str(JobState.SUCCEEDED), str(JobState.RUNNING), str(JobState.PENDING), "not asked yet")


class Log(Protocol):
    """The part of a logger that is used; the standard library's and Airflow's own both fit."""

    def info(self, event: str, /, *args: Any) -> Any:
        """One line."""

    def warning(self, event: str, /, *args: Any) -> Any:
        """One line that may need action."""


def one_line(text: str) -> str:
    """A text, which may hold input of others, as one line of limited length."""
    line = " ".join(text.split())
    return line if len(line) <= LINE else line[:LINE] + "…"


@dataclass(slots=True)
class ProgressLog:
    """Logs one line for each change, for each choice among several runs, and a warning for each unknown status word.

    :param subject: the job or jobs, in words.
    :param log: the task's log.
    :param known: for several jobs: each name and its last logged word, also by another process.
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
        if job.among > 1 and self._is_first(text := chosen(job)):
            self.log.info("%s: %d jobs match; this one decides: %s", self.subject, job.among, text)

    def _warn(self, job: JobSnapshot) -> None:
        if job.state is JobState.UNKNOWN and self._is_first(job.raw_state):
            text = "%s: the vendor says %r, which its page does not document; not taken for an end"
            self.log.warning(text, self.subject, job.raw_state)

    def _is_first(self, text: str) -> bool:
        """Whether a value is new to a bounded set: values that differ at every look must not fill the log."""
        before = self._told
        if text in before or len(before) >= TOLD:
            return False
        self._told = before | {text}
        return True

    def tell(self, wait: Wait, now: datetime) -> str:
        """Log why the wait goes on, and which of several jobs have changed.

        :returns: the line, or an empty string where nothing was logged: a change of progress alone is logged rarely.
        """
        soon = self._at is not None and (now - self._at).total_seconds() < PROGRESS_TOLD_S
        if wait.reason == self._reason or (wait.gist == self._gist and soon):
            return ""
        line = f"{self._recovered(wait.trouble)}{wait.reason}{self._changes(wait.parts)}"
        self._reason, self._gist, self._at = wait.reason, wait.gist, now
        self._trouble, self.known = wait.trouble, wait.parts
        self.say(f"{self.subject}: {line}")
        return one_line(line)

    def has_told(self, wait: Wait) -> bool:
        """Whether this decision has been logged, so that no line follows unless something changes."""
        return wait.reason == self._reason

    def over(self, decision: Over) -> str:
        """Log that trouble is over, where the wait has ended by an answer.

        :returns: the line, or an empty string where none was logged.
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
        if not self._trouble or trouble:
            return ""
        return _OVER.get(self._trouble, f"{self.subject.partition('.')[0]} answers again") + ": "

    def _changes(self, parts: tuple[tuple[str, str], ...]) -> str:
        """The changed jobs, by state; bad ends come first."""
        before = dict(self.known)
        changed: dict[str, list[str]] = {}
        for name, word in parts:
            if name and before.get(name) != word:
                changed.setdefault(word, []).append(name)
        words = sorted(changed, key=lambda word: word in _USUAL)
        told = [f"{name} {word}" for word in words for name in changed[word]]
        return f"; {'now' if before else 'of these'}: {listed(told)}" if told else ""
