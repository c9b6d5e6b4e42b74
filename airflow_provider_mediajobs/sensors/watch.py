"""The worker's loop: look, decide, pause. The triggerer has its own; both ask ``core.outcome`` what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..core.errors import ApiError, CredentialsExpired, MediaJobsError
from ..core.job import JobSnapshot, JobState
from ..core.kind import Answer
from ..core.outcome import Asked, Clock, Over, Seen, Wait, decide

if TYPE_CHECKING:
    from ..hooks.media import MediaHook


class Log(Protocol):
    """The standard library's and Airflow's own loggers both are."""

    def info(self, event: str, /, *args: Any) -> Any:
        """One line."""

    def warning(self, event: str, /, *args: Any) -> Any:
        """One line that somebody should read."""


@dataclass(slots=True)
class Watch:
    """One wait for one reference.

    :param hook: looks, and counts what it costs.
    :param interval: seconds between two looks.
    :param now: the clock.
    :param pause: is given the seconds to wait and what was seen; raises where the wait goes on in another process.
    :param log: the task's log.
    """

    asked: Asked
    hook: MediaHook
    interval: float
    now: Clock
    pause: Callable[[float, Seen], None]
    log: Log
    _reason: str = ""
    _words: set[str] = field(default_factory=set)

    def until_over(self, seen: Seen) -> Over:
        """Look until it is over.

        :param seen: what an earlier part of this wait saw.
        """
        while True:
            seen = seen.after(self._look(), self.now())
            verdict = decide(self.asked, seen, self.now())
            if not isinstance(verdict, Wait):
                return verdict
            self._tell(seen, verdict)
            left = (self.asked.deadline - self.now()).total_seconds()
            # Clipped to the deadline, so that the last look is made there and not an interval later.
            self.pause(max(0.0, min(self._gap(seen), left)), seen)

    def _look(self) -> Answer | None:
        try:
            try:
                return self._once()
            except CredentialsExpired as error:
                # The secrets backend may hold a fresh token by now; a second refusal is an answer.
                self.log.info("%s; reading the connection anew", error)
                self.hook.forget()
                return self._once()
        except MediaJobsError as error:
            return error

    def _once(self) -> Answer | None:
        self.hook.report.looks += 1
        return self.hook.look([self.asked.ref]).get(self.asked.ref)

    def _gap(self, seen: Seen) -> float:
        asked_for = seen.answer.retry_after if isinstance(seen.answer, ApiError) else None
        return max(self.interval, asked_for or 0.0)

    def _tell(self, seen: Seen, verdict: Wait) -> None:
        """One line a change, and one warning a word that is in no table."""
        if isinstance(seen.answer, JobSnapshot):
            for job in seen.answer.jobs or (seen.answer,):
                if job.state is JobState.UNKNOWN and job.raw_state not in self._words:
                    self._words.add(job.raw_state)
                    self.log.warning(
                        "%s: the vendor says %r, which its page does not document; not taken for an end",
                        self.asked.ref,
                        job.raw_state,
                    )
        if verdict.reason != self._reason:
            self._reason = verdict.reason
            self.log.info("%s: %s", self.asked.ref, verdict.reason)
