"""The worker's loop: look, decide, pause. The triggerer has its own; both ask ``core.outcome`` what it means."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.asked import Asked, History
from ..core.errors import ApiError, CredentialsExpired, JobNotFound, LookCut, MediaJobsError, RequestRejected
from ..core.job import JobRef
from ..core.kind import Answer, JobKind
from ..core.outcome import decide
from ..core.policy import BURST, WORKERS_SHARE
from ..core.verdict import Clock, Over, Wait
from ..triggers.telling import Log, Telling

if TYPE_CHECKING:
    from ..hooks.media import MediaHook


FAILURES = 3
"""Calls in a row that bring no news, after which a look at many jobs is given up."""
LATE_S = 60.0
"""By how much a look that takes many calls may end after the deadline: what it sees may have ended before."""


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
    _calls: int = 0
    _spacing: float = 0.0

    def until_over(self, history: History) -> Over:
        """Look until it is over.

        :param history: what an earlier part of this wait saw.
        """
        telling = Telling(self.asked.subject, self.log)
        self._order = list(self.asked.refs)
        self.hook.before = self._paced
        try:
            return self._until_over(history, telling)
        finally:
            self.hook.before = None

    def _until_over(self, history: History, telling: Telling) -> Over:
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
        still, self._calls = set(wanted), 0
        self._order = [ref for ref in self._order if ref in still]
        batches = deque(self.asked.kind.batches(self._order))
        alone, failures = len(batches) == 1, 0
        answers: dict[JobRef, Answer | None] = {}
        while batches and (self._calls < BURST or self._may_go_on()):
            batch = batches.popleft()
            found = {ref: answer for ref, answer in self._answers(batch).items() if not isinstance(answer, LookCut)}
            answers.update(found)
            trouble = [
                answer for answer in found.values() if isinstance(answer, MediaJobsError) and not _of_one(answer)
            ]
            fruitless = len(trouble) == len(batch)
            failures = failures + 1 if fruitless else 0
            final = any(not error.retryable for error in trouble)
            was_cut = len(found) < len(batch)
            if final or was_cut or (fruitless and alone) or failures == FAILURES:
                break
            if trouble:  # one call of many: a blip must not cost what the others would bring
                batches.append([ref for ref in batch if isinstance(found[ref], MediaJobsError)])
        self._order = [ref for ref in self._order if ref not in answers] + list(answers)
        return answers

    def _paced(self) -> None:
        """Before each call: five at once, then at the workers' pace, until long after the deadline.

        :raises LookCut: then, and where the triggerer makes the others.
        """
        self._calls += 1
        if self._calls <= BURST or not self.asked.many:
            return
        if self.brief or self._left() + LATE_S < self._pace():
            raise LookCut("this look has made as many calls as it may")
        self.sleep(self._pace())

    def _may_go_on(self) -> bool:
        return not self.brief and self._pace() < self._left()

    def _pace(self) -> float:
        """Seconds between two calls; as it was, where the connection that tells the quota cannot be read anew."""
        with suppress(MediaJobsError):
            self._spacing = spacing(self.hook, self.asked.kind)
        return self._spacing

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


def _of_one(error: MediaJobsError) -> bool:
    return isinstance(error, JobNotFound | RequestRejected)
