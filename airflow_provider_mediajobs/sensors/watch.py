# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The worker's loop: look, decide, pause. The triggerer has another one; both decide by ``core.outcome``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..core.decision import Done, Over, Wait
from ..core.ending import parts_of
from ..core.errors import (
    ConnectionUnavailable,
    CredentialsExpired,
    JobNotFound,
    LookCut,
    MediaJobsError,
    NoCallLeft,
    RequestRejected,
    ServerFault,
    Throttled,
    UnreadableResponse,
    WrongPlace,
)
from ..core.job import JobRef
from ..core.kind import Answer, JobKind
from ..core.outcome import decide
from ..core.policy import BURST, LONGEST_S, LOOK_S, WORKERS_SHARE
from ..core.remembered import fact_ref, with_facts
from ..core.times import Clock
from ..core.wait import JobHistory, WaitHistory, WaitSpec
from ..hooks.scrubbing import unforeseen
from ..triggers.progress_log import Log, ProgressLog

if TYPE_CHECKING:
    from ..core.account import Account
    from ..hooks.media import MediaHook


FAILURES = 3
"""Failed calls in a row after which a look at many jobs ends."""
LATE_S = 60.0
"""Seconds for which a look of many calls may go on after the deadline, or after its own start if that is later: jobs
may have ended before."""
WARNED_EVERY_S = 600.0
"""Seconds between two warnings that the connection cannot be looked up."""


@dataclass(slots=True)
class Watch:
    """The loop of one wait on a worker.

    :param spec: of the wait.
    :param hook: makes the looks, and counts them.
    :param interval: seconds between two looks.
    :param now: the clock.
    :param sleep: called between the calls of one look.
    :param pause: called between looks with the seconds to wait and the history; raises where the wait goes on in
        another process.
    :param log: the task's log.
    :param brief: make one look of a few calls only, since the triggerer goes on.
    :param remembered: ended jobs whose outputs were not stored.
    :param seen: the history so far.
    """

    spec: WaitSpec
    hook: MediaHook
    interval: float
    now: Clock
    sleep: Callable[[float], None]
    pause: Callable[[float, WaitHistory], None]
    log: Log
    brief: bool = False
    remembered: frozenset[JobRef] = frozenset()
    seen: WaitHistory = ()
    _order: list[JobRef] = field(default_factory=list)
    _calls: int = 0
    _spacing: float = 0.0
    _warned_at: datetime | None = None
    _ends_at: datetime = field(init=False)

    def until_over(self, history: WaitHistory) -> Over:
        """Look until the wait ends.

        :param history: of the wait's earlier parts.
        """
        before = parts_of(self.spec, history) if self.spec.many and history != self.spec.start() else ()
        progress_log = ProgressLog(self.spec.subject, self.log, before)
        self._order = list(self.spec.refs)
        self.hook.before, self.hook.pause = self._paced, self.sleep
        try:
            return self._until_over(history, progress_log)
        finally:
            self.hook.before = None

    def _until_over(self, history: WaitHistory, progress_log: ProgressLog) -> Over:
        while True:
            answers: dict[JobRef, Answer | None] = {}
            history = self.seen = self._look(history, answers)
            progress_log.look(answers.values())
            decision = decide(self.spec, history, self.now())
            if not isinstance(decision, Wait):
                told, lacking = self._with_facts(history)
                if not lacking or not isinstance(decision, Done) or self.now() >= self.spec.deadline:
                    self.seen, decision = told, self._in_full(decision, told)
                    progress_log.over(decision)
                    return decision
                decision = Wait(f"the wait may end; the outputs of {lacking} job(s) could not be read yet")
            progress_log.tell(decision, self.now())
            self.pause(self._gap(history, answers.values()), history)

    def _in_full(self, decision: Over, history: WaitHistory) -> Over:
        """The decision with outputs of ended jobs added; unchanged where it would no longer be an end."""
        again = decide(self.spec, history, self.now()) if self.remembered else decision
        return decision if isinstance(again, Wait) else again

    def _with_facts(self, history: WaitHistory) -> tuple[WaitHistory, int]:
        """Look up, once, the outputs of ended jobs that were not stored.

        :returns: the history with them, and the number of jobs for which a retry may still bring them.
        """
        facts = {ref: fact_ref(self.spec, ref, seen) for ref, seen in self._pairs(history) if ref in self.remembered}
        if not facts:
            return history, 0
        answers: dict[JobRef, Answer | None] = {}
        self._asked_for(list(facts.values()), history, answers)
        lacking = sum(fact not in answers or _is_blip(answers[fact]) for fact in facts.values())
        told = {ref: answers.get(fact) for ref, fact in facts.items()}
        return tuple(with_facts(self.spec, ref, seen, told.get(ref)) for ref, seen in self._pairs(history)), lacking

    def _pairs(self, history: WaitHistory) -> Iterable[tuple[JobRef, JobHistory]]:
        return zip(self.spec.refs, history, strict=True)

    def _look(self, history: WaitHistory, answers: dict[JobRef, Answer | None]) -> WaitHistory:
        """Make one look at the open jobs. Those it does not reach come first in the next one.

        :param answers: is filled with the answers.
        """
        still = set(self.spec.open_refs(history))
        self._order = [ref for ref in self._order if ref in still]
        history = self._asked_for(self._order, history, answers)
        self._order = [ref for ref in self._order if ref not in answers] + list(answers)
        return history

    def _asked_for(
        self, refs: Sequence[JobRef], history: WaitHistory, answers: dict[JobRef, Answer | None]
    ) -> WaitHistory:
        self._calls = 0
        self._ends_at = max(self.spec.deadline, self.now()) + timedelta(seconds=LATE_S)
        history, whole = self._round(refs, history, answers)
        before, blips = len(answers), _blips(answers)
        # Failed jobs are asked for again at once, as long as that brings further answers.
        while whole and 0 < len(blips) < before:
            history, whole = self._round(blips, history, answers)
            before, blips = len(blips), _blips(answers)
        return history

    def _round(
        self, refs: Iterable[JobRef], history: WaitHistory, answers: dict[JobRef, Answer | None]
    ) -> tuple[WaitHistory, bool]:
        """Ask for each job once; the jobs of a batch that failed as a whole are asked for one by one.

        :returns: the history, and whether all jobs were reached.
        """
        batches, failures = deque(self.spec.kind.batches(refs)), 0
        while batches and (self._calls < BURST or self._may_go_on()):
            batch = batches.popleft()
            found = {ref: answer for ref, answer in self._answers(batch).items() if not isinstance(answer, LookCut)}
            answers.update(found)
            history = self.spec.after(history, found, self.now())
            trouble = [
                answer for answer in found.values() if isinstance(answer, MediaJobsError) and not _of_one(answer)
            ]
            failures = failures + 1 if len(trouble) == len(batch) else 0
            if len(found) < len(batch) or failures == FAILURES or any(self._is_final(error) for error in trouble):
                return history, False
            if len(batch) > 1 and any(isinstance(error, ServerFault | UnreadableResponse) for error in trouble):
                batches.extendleft([ref] for ref in reversed(batch))
        return history, not batches

    def _is_final(self, error: MediaJobsError) -> bool:
        """Whether this error ends the look."""
        if isinstance(error, Throttled):
            self._calls = max(self._calls, BURST)  # no further calls without a pause
            return self.brief or error.retry_after is not None
        return not error.retryable or error.retry_after is not None

    def _paced(self) -> None:
        """Called before each call: the first five go out at once, further ones at the workers' pace.

        :raises LookCut: where no further call may be made in this look.
        """
        # The last look may wait for a call of the shared rate limit as long as it lasts.
        last = self.now() >= self.spec.deadline
        self.hook.patience = (self._ends_at - self.now()).total_seconds() if last else LOOK_S
        self._calls += 1
        if self._calls <= BURST or not self.spec.many:
            return
        if not self._may_go_on():
            raise LookCut("this look has reached its limit of calls")
        self.sleep(self._pace())

    def _may_go_on(self) -> bool:
        return not self.brief and self.now() + timedelta(seconds=self._pace()) < self._ends_at

    def _pace(self) -> float:
        """Seconds between two calls; the last value, where the connection with the quota cannot be read."""
        with suppress(Exception):
            self._spacing = spacing(self.hook, self.spec.kind)
        return self._spacing

    def _answers(self, batch: Sequence[JobRef]) -> dict[JobRef, Answer | None]:
        try:
            try:
                return self._once(batch)
            except CredentialsExpired as error:
                # The connection may hold a new token by now; a second refusal counts. With a credential provider the
                # client has tried new credentials already.
                self.log.info("%s: %s; reading the connection anew", self.spec.subject, error)
                before = self.hook.account
                self.hook.forget()
                if before.credential_provider is not None and self._looked_up() == before:
                    raise
                return self._once(batch)
        except MediaJobsError as error:
            if isinstance(error, ConnectionUnavailable):
                self._warn(error)
            if isinstance(error, NoCallLeft):
                self.log.info("%s: %s", self.spec.subject, error)
            return dict.fromkeys(batch, error)

    def _warn(self, trouble: MediaJobsError) -> None:
        """Warn of trouble that may need action, although the wait goes on."""
        now = self.now()
        if self._warned_at is None or (now - self._warned_at).total_seconds() >= WARNED_EVERY_S:
            self._warned_at = now
            self.log.warning("%s: %s; the wait goes on", self.spec.subject, trouble)

    def _once(self, batch: Sequence[JobRef]) -> dict[JobRef, Answer | None]:
        self.hook.report.looks += 1
        self._looked_up()
        found = self.hook.look(batch)
        return {ref: found.get(ref) for ref in batch}

    def _looked_up(self) -> Account:
        """The account behind the connection.

        :raises MediaJobsError: what prevented the look-up. An unexpected exception becomes a retryable error.
        """
        try:
            return self.hook.account
        except MediaJobsError:
            raise
        except Exception as trouble:  # noqa: BLE001  # whatever a secrets backend, or what is in a connection, makes of it
            error = unforeseen(self.hook.conn_id, trouble)
        raise error  # raised outside the handler: the backend's message in a traceback may be secret

    def _gap(self, history: WaitHistory, answers: Iterable[Answer | None]) -> float:
        troubles = [answer for answer in answers if isinstance(answer, MediaJobsError)]
        asked_for = [min(trouble.retry_after or 0.0, LONGEST_S) for trouble in troubles]
        gap = max([self.interval, *asked_for])
        # Cut to the deadline and other limits, so that a look is made when they pass.
        limit = self.spec.next_limit(history, self.now())
        until = [self._left(), *([(limit - self.now()).total_seconds()] if limit is not None else [])]
        return max(0.0, min(gap, *until))

    def _left(self) -> float:
        return (self.spec.deadline - self.now()).total_seconds()


def spacing(hook: MediaHook, kind: JobKind) -> float:
    """Seconds between the calls of one worker, by the workers' share of the quota."""
    quota = kind.quota
    return quota.seconds / (hook.account.quotas.get(quota.name, quota.calls) * WORKERS_SHARE)


def _blips(answers: Mapping[JobRef, Answer | None]) -> list[JobRef]:
    return [ref for ref, answer in answers.items() if _is_blip(answer)]


def _is_blip(answer: Answer | None) -> bool:
    return isinstance(answer, MediaJobsError) and answer.retryable


def _of_one(error: MediaJobsError) -> bool:
    return isinstance(error, JobNotFound | RequestRejected) and not isinstance(error, WrongPlace)
