"""What a wait writes into the task's log while nothing is decided, the same on workers and in the triggerer."""

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
"""Between two lines that differ by the progress alone. A triggerer writes its lines to its supervisor and stands still,
with all of its waits, while that one is too busy to read."""
LINE = 4000
"""Characters of one line."""
# What is told when trouble is over, by its sort; otherwise the vendor had not answered.
_OVER: Mapping[str, str] = {
    "ConnectionUnavailable": "the connection can be looked up again",
    "CredentialsUnavailable": "temporary credentials can be had again",
}
# Told last, where not all of the jobs that have changed can be named.
_USUAL = (str(JobState.SUCCEEDED), str(JobState.RUNNING), str(JobState.PENDING), "not asked yet")


class Log(Protocol):
    """The standard library's and Airflow's own loggers both are."""

    def info(self, event: str, /, *args: Any) -> Any:
        """One line."""

    def warning(self, event: str, /, *args: Any) -> Any:
        """One line that somebody should read."""


def one_line(text: str) -> str:
    """A text that may hold what others wrote, as a line that can be read."""
    line = " ".join(text.split())
    return line if len(line) <= LINE else line[:LINE] + "…"


@dataclass(slots=True)
class ProgressLog:
    """One line a change, one a choice among several runs, and one warning a word that is in no table.

    :param subject: what is waited for.
    :param log: the task's log.
    :param known: of several jobs: what has been told of each, by name; also by another process.
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
        """One line, whatever it holds."""
        self.log.info("%s", one_line(line))

    def look(self, answers: Iterable[Answer | None]) -> None:
        """What the newest look has brought, before anything is decided by it."""
        for answer in answers:
            if isinstance(answer, JobSnapshot):
                self._choice(answer)
                for job in answer.jobs or (answer,):
                    self._warn(job)

    def _choice(self, job: JobSnapshot) -> None:
        if job.among > 1 and self._is_first(text := chosen(job)):
            self.log.info("%s: %d fit, of which this one decides: %s", self.subject, job.among, text)

    def _warn(self, job: JobSnapshot) -> None:
        if job.state is JobState.UNKNOWN and self._is_first(job.raw_state):
            text = "%s: the vendor says %r, which its page does not document; not taken for an end"
            self.log.warning(text, self.subject, job.raw_state)

    def _is_first(self, text: str) -> bool:
        """Of so many: a vendor that has a new one every time must not fill the log."""
        before = self._told
        if text in before or len(before) >= TOLD:
            return False
        self._told = before | {text}
        return True

    def tell(self, wait: Wait, now: datetime) -> str:
        """Why the wait goes on, and which of several jobs have changed.

        :returns: the line, where that is news: every change is, but that of the progress only now and then.
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
        """Whether no line is to follow, as long as nothing changes."""
        return wait.reason == self._reason

    def over(self, decision: Over) -> str:
        """Take back what was told as trouble, where the end has come by an answer.

        :returns: the line, where there was any.
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
        """The names of the jobs that have changed, those first of which somebody should hear."""
        before = dict(self.known)
        changed: dict[str, list[str]] = {}
        for name, word in parts:
            if name and before.get(name) != word:
                changed.setdefault(word, []).append(name)
        words = sorted(changed, key=lambda word: word in _USUAL)
        told = [f"{name} {word}" for word in words for name in changed[word]]
        return f"; {'now' if before else 'of these'}: {listed(told)}" if told else ""
