"""The worker's loop: look, decide, pause. The triggerer has its own; both ask ``core.outcome`` what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.asked import Asked, History
from ..core.errors import ApiError, CredentialsExpired, JobNotFound, MediaJobsError, RequestRejected
from ..core.job import JobRef
from ..core.kind import Answer, JobKind
from ..core.outcome import decide
from ..core.policy import BURST, WORKERS_SHARE
from ..core.verdict import Clock, Over, Wait
from ..triggers.telling import Log, Telling

if TYPE_CHECKING:
    from ..hooks.media import MediaHook


@dataclass(slots=True)
class Watch:
    """One wait on a worker.

    :param hook: looks, and counts what it costs.
    :param interval: seconds between two looks.
    :param now: the clock.
    :param sleep: between the calls of one look.
    :param pause: is given the seconds to wait and what was seen; raises where the wait goes on in another process.
    :param log: the task's log.
    :param brief: one look, and of no more jobs than a few calls answer for: the triggerer goes on.
    """

    asked: Asked
    hook: MediaHook
    interval: float
    now: Clock
    sleep: Callable[[float], None]
    pause: Callable[[float, History], None]
    log: Log
    brief: bool = False
    _order: list[JobRef] = field(default_factory=list)

    def until_over(self, history: History) -> Over:
        """Look until it is over.

        :param history: what an earlier part of this wait saw.
        """
        telling = Telling(self.asked.subject, self.log)
        self._order = list(self.asked.refs)
        while True:
            answers = self._look(self.asked.open_refs(history))
            telling.look(answers.values())
            history = self.asked.after(history, answers, self.now())
            verdict = decide(self.asked, history, self.now())
            if not isinstance(verdict, Wait):
                return verdict
            telling.tell(verdict, self.now())
            self.pause(self._gap(history, answers.values()), history)

    def _look(self, wanted: Iterable[JobRef]) -> dict[JobRef, Answer | None]:
        """At as many of the jobs as it gets to; the others come first in the next look."""
        still = set(wanted)
        self._order = [ref for ref in self._order if ref in still]
        answers: dict[JobRef, Answer | None] = {}
        for number, batch in enumerate(self.asked.kind.batches(self._order)):
            if number >= BURST and not self._paced():
                break
            found = self._answers(batch)
            answers.update(found)
            if any(isinstance(answer, MediaJobsError) and not _of_one_job(answer) for answer in found.values()):
                break  # the next call would meet the same
        self._order = [ref for ref in self._order if ref not in answers] + list(answers)
        return answers

    def _paced(self) -> bool:
        """Wait for the next call of a long look; not where the time of the wait would pass."""
        seconds = spacing(self.hook, self.asked.kind)
        if self.brief or seconds >= self._left():
            return False
        self.sleep(seconds)
        return True

    def _answers(self, batch: Sequence[JobRef]) -> dict[JobRef, Answer | None]:
        try:
            try:
                return self._once(batch)
            except CredentialsExpired as error:
                # The secrets backend may hold a fresh token by now; a second refusal is an answer.
                self.log.info("%s; reading the connection anew", error)
                self.hook.forget()
                return self._once(batch)
        except MediaJobsError as error:
            return dict.fromkeys(batch, error)

    def _once(self, batch: Sequence[JobRef]) -> dict[JobRef, Answer | None]:
        self.hook.report.looks += 1
        found = self.hook.look(batch)
        return {ref: found.get(ref) for ref in batch}

    def _gap(self, history: History, answers: Iterable[Answer | None]) -> float:
        asked_for = [answer.retry_after or 0.0 for answer in answers if isinstance(answer, ApiError)]
        gap = max([self.interval, *asked_for])
        # Clipped to the deadline and to other limits, so that a look is made there and not an interval later.
        limit = self.asked.next_limit(history, self.now())
        until = [self._left(), *([(limit - self.now()).total_seconds()] if limit is not None else [])]
        return max(0.0, min(gap, *until))

    def _left(self) -> float:
        return (self.asked.deadline - self.now()).total_seconds()


def spacing(hook: MediaHook, kind: JobKind) -> float:
    """Seconds between the calls of a worker that makes many."""
    quota = kind.quota
    return quota.seconds / (hook.account.quotas.get(quota.name, quota.calls) * WORKERS_SHARE)


def _of_one_job(error: MediaJobsError) -> bool:
    return isinstance(error, JobNotFound | RequestRejected)
