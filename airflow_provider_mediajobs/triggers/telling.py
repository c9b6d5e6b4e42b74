"""What a wait writes into the task's log while nothing is decided, the same on workers and in the triggerer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ..core.job import JobRef, JobSnapshot, JobState
from ..core.kind import Answer

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
    """One line a change, and one warning a word that is in no table.

    :param ref: the job.
    :param log: the task's log.
    """

    ref: JobRef
    log: Log
    _reason: str = ""
    _change: str = ""
    _at: datetime | None = None
    _words: frozenset[str] = frozenset()

    def tell(self, answer: Answer | None, reason: str, now: datetime) -> bool:
        """What the newest look has brought.

        :param reason: why the wait goes on.
        :returns: whether that is news.
        """
        if isinstance(answer, JobSnapshot):
            self._warn(answer.jobs or (answer,))
        news = self._is_news(answer, reason, now)
        if news:
            self.log.info("%s: %s", self.ref, reason)
        return news

    def _warn(self, jobs: Iterable[JobSnapshot]) -> None:
        for job in jobs:
            if job.state is JobState.UNKNOWN and job.raw_state not in self._words:
                self._words |= {job.raw_state}
                text = "%s: the vendor says %r, which its page does not document; not taken for an end"
                self.log.warning(text, self.ref, job.raw_state)

    def _is_news(self, answer: Answer | None, reason: str, now: datetime) -> bool:
        """Every change is, but that of the progress only now and then."""
        if reason == self._reason:
            return False
        progress = answer.progress if isinstance(answer, JobSnapshot) else None
        change = reason if progress is None else reason.replace(f", {progress} %", "")
        if change == self._change and self._at is not None and (now - self._at).total_seconds() < PROGRESS_TOLD_S:
            return False
        self._reason, self._change, self._at = reason, change, now
        return True
