"""The worker's loop: look, decide, pause. The triggerer has its own; both ask ``core.outcome`` what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import ApiError, CredentialsExpired, MediaJobsError
from ..core.kind import Answer
from ..core.outcome import Asked, Clock, Over, Seen, Wait, decide
from ..triggers.telling import Log, Telling

if TYPE_CHECKING:
    from ..hooks.media import MediaHook


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

    def until_over(self, seen: Seen) -> Over:
        """Look until it is over.

        :param seen: what an earlier part of this wait saw.
        """
        telling = Telling(self.asked.ref, self.log)
        while True:
            seen = seen.after(self._look(), self.now())
            verdict = decide(self.asked, seen, self.now())
            if not isinstance(verdict, Wait):
                return verdict
            telling.tell(seen.answer, verdict.reason, self.now())
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
