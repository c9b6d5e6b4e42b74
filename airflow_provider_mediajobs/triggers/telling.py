"""What a wait writes into the task's log while nothing is decided, the same on workers and in the triggerer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ..core.job import JobSnapshot, JobState
from ..core.kind import Answer
from ..core.story import chosen
from ..core.verdict import Wait

PROGRESS_TOLD_S = 60.0
"""Between two lines that differ by the progress alone. A triggerer writes its lines to its supervisor and stands still,
with all of its waits, while that one is too busy to read."""


class Log(Protocol):
    """The standard library's and Airflow's own loggers both are."""

    def info(self, event: str, /, *args: Any) -> Any:
        """One line."""

    def warning(self, event: str, /, *args: Any) -> Any:
        """One line that somebody should read."""


@dataclass(slots=True)
class Telling:
    """One line a change, one a choice among several runs, and one warning a word that is in no table.

    :param subject: what is waited for.
    :param log: the task's log.
    """

    subject: str
    log: Log
    _reason: str = ""
    _gist: str = ""
    _at: datetime | None = None
    _told: frozenset[str] = frozenset()

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
        before = self._told
        self._told = before | {text}
        return text not in before

    def tell(self, wait: Wait, now: datetime) -> bool:
        """Why the wait goes on.

        :returns: whether that is news: every change is, but that of the progress only now and then.
        """
        soon = self._at is not None and (now - self._at).total_seconds() < PROGRESS_TOLD_S
        if wait.reason == self._reason or (wait.gist == self._gist and soon):
            return False
        self._reason, self._gist, self._at = wait.reason, wait.gist, now
        self.log.info("%s: %s", self.subject, wait.reason)
        return True
