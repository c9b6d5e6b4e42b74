# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One submission on a worker: does what the state machine of ``core.submission`` says. Loaded when the task runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NoReturn, TypeVar

from ..clock import SteadyClock
from ..core import steps
from ..core.arguments import LONGEST_S
from ..core.decision import Done, Fail, Skip
from ..core.errors import AuthError, JobEnded, JobNotFound, MediaJobsError
from ..core.job import JobRef, JobSnapshot
from ..core.outcome import decide
from ..core.steps import Shown, Step
from ..core.submission import Submission
from ..core.submit import VISIBLE_S, Candidates, Key, Order
from ..core.wait import WaitSpec
from ..core.written import Written
from ..sensors.errors import MediaJobTimeout
from ..vendors import kind as kind_of
from .errors import MediaJobUnclear
from .parameters import rendered, submit_of
from .written import KEY, Notes, this_try

if TYPE_CHECKING:
    from airflow.sdk import Context

    from ..core.account import Account
    from ..hooks.media import MediaHook
    from .protocols import RunningOperator

UnfinishedStep = (
    steps.Create | steps.Again | steps.Renew | steps.Find | steps.FindAgain | steps.Look | steps.Refused | steps.Unclear
)

T = TypeVar("T")

FIRST_PAUSE_S = 2.0
WIDEST_PAUSE_S = 30.0
FIND_EVERY_S = 10.0
LOOK_TRIES_S = 60.0


class Submitting:
    """The submission of one try.

    :param nonce: draws six hex digits.
    """

    def __init__(
        self,
        operator: RunningOperator,
        context: Context,
        hook: MediaHook,
        now: SteadyClock,
        sleep: Callable[[float], None],
        nonce: Callable[[], str],
    ) -> None:
        self._operator, self._hook, self._now, self._sleep = operator, hook, now, sleep
        self._kind, self._submit = kind_of(operator.kind), submit_of(operator.kind)
        ti = context.get("ti")
        self._parameters = rendered(operator.kind, operator.parameters, ti)
        self._deadline = (now() if ti is None else ti.start_date) + timedelta(seconds=operator.timeout)
        self._begun = now()
        self._this = this_try(context, operator.task_id, self._begun)
        self.notes = Notes(context.get("task_state_store"), operator.kind, operator.log)
        drawn = nonce() if self._this.keeps or ti is None else ""
        self._machine = Submission(self._submit, self._this, operator.choices, drawn)
        self._pause, self._pauses = FIRST_PAUSE_S, 0
        self._renews = True
        self._used: Account | None = None

    def attached(self) -> Written:
        """The job to wait for: submitted now, or by an earlier try.

        :raises MediaJobUnclear: where a lost answer leaves unclear whether a job was made, or which one.
        :raises MediaJobTimeout: when ``timeout`` has passed before the vendor accepted a request.
        :raises MediaJobsError: an error that proves that no job was made.
        """
        step = self._machine.begin(self.notes.read(), self._now())
        while not isinstance(step, steps.Attach):
            step = self._next(step)
        self.notes.keep(step.written)
        self._operator.log.info("%s: job %s, %s", self._operator.kind, dict(step.written.ids or {}), step.how)
        return step.written

    def _next(self, step: UnfinishedStep) -> Step:
        if isinstance(step, steps.Refused | steps.Unclear):
            self._fail(step)
        match step:
            case steps.Create():
                return self._create(step)
            case steps.Again():
                return self._again(step)
            case steps.Renew():
                return self._renew(step)
            case steps.Find():
                return self._find(step)
            case steps.FindAgain():
                self._sleep(FIND_EVERY_S)
                return step.find
            case steps.Look():
                return self._machine.looked(step.written, self._seen(step.written), self._now())

    def _fail(self, step: steps.Refused | steps.Unclear) -> NoReturn:
        if isinstance(step, steps.Unclear):
            raise MediaJobUnclear(self._unclear(step))
        self.notes.keep(step.written)
        raise step.error

    def _create(self, step: steps.Create) -> Step:
        try:
            # Their trouble leaves no intent written down: nothing can have been sent.
            account = self._account
            if self._submit.ready is not None:
                self._hook.run(self._submit.ready(account, self._order(step.written)))
        except MediaJobsError as error:
            return self._machine.unready(step, error, renews=self._renews)
        self.notes.intend(step.written)
        self._is_underway(step.written)
        self._operator.log.info("%s: %s", self._operator.kind, self._operator.underway)
        try:
            ids = self._hook.run(self._submit.create(account, self._order(step.written)))
        except MediaJobsError as error:
            self._operator.log.warning("%s: %s", self._submit.operation, error)
            return self._machine.failed(step, error, renews=self._renews)
        return self._machine.made(step.written, ids)

    def _is_underway(self, written: Written) -> None:
        self._operator.underway = f"{self._submit.operation} with the key {written.key}"

    def _again(self, step: steps.Again) -> Step:
        self._operator.underway = "" if step.kept.refused else self._operator.underway
        pause = max(self._pause * (1 + self._spread(step.kept.key)) / 2, asked_for(step.error))
        self._pause, self._pauses = min(self._pause * 2, WIDEST_PAUSE_S), self._pauses + 1
        self.notes.keep(step.kept)
        if self._now() + timedelta(seconds=pause) > self._deadline:
            raise MediaJobTimeout(
                f"timeout={self._operator.timeout:g} s passed before the vendor took the request, so that no job was "
                f"made: {step.error}"
            )
        self._operator.log.info("nothing was made; trying again in %.1f s", pause)
        self._sleep(pause)
        return self._machine.once_more(step, self._now())

    def _renew(self, step: steps.Renew) -> Step:
        self._operator.underway = "" if step.again.kept.refused else self._operator.underway
        self.notes.keep(step.again.kept)
        return self._machine.once_more(step.again, self._now()) if self._renewed() else step.refused

    def _renewed(self) -> bool:
        """Read the connection anew, once in a try; returns whether it holds other credentials than the refused ones."""
        if not self._renews:
            return False
        self._renews = False
        before, self._used = self._used, None
        self._hook.forget()
        try:
            changed = self._account != before
        except MediaJobsError as error:
            self._operator.log.warning("the connection could not be read anew: %s", error)
            return False
        self._operator.log.info("credentials were refused; the connection has %schanged", "" if changed else "not ")
        return changed

    @property
    def _account(self) -> Account:
        self._used = self._hook.account
        return self._used

    def _with_renewed_credentials(self, ask: Callable[[], T]) -> T:
        """Make a call that only reads; once more where its credentials are refused and the connection holds others."""
        try:
            return ask()
        except AuthError:
            if not self._renewed():
                raise
            return ask()

    def _spread(self, key: Key) -> float:
        """A number from 0 to 1 that differs by task and pause: tasks throttled together must not try again together."""
        at = 4 * self._pauses % (len(key.task) - 4)
        return int(key.task[at : at + 4], 16) / 0xFFFF

    def _find(self, step: steps.Find) -> Step:
        self._is_underway(step.written)
        # Where nothing could be written down an earlier try may have sent it right before this one began.
        sent = step.written.since if self._this.keeps else max(step.written.since, self._begun)
        find = self._submit.find
        last = find is None or self._now() >= min(sent + timedelta(seconds=VISIBLE_S), self._deadline)
        if find is None:
            return self._machine.found(step, Candidates(), self._now(), last=True)
        try:
            found = self._with_renewed_credentials(
                lambda: self._hook.run(find(self._account, self._order(step.written)))
            )
        except MediaJobsError as error:
            self._operator.log.warning("looking for the job: %s", error)
            if not error.retryable or last:
                return steps.Unclear(f"the job could not be looked for: {error}", step.why)
            return steps.FindAgain(step)
        return self._machine.found(step, found, self._now(), last=last)

    def _seen(self, written: Written) -> Shown:
        ref = self._kind.ref(written.ids or {})
        try:
            snapshot = self._with_renewed_credentials(lambda: self._look(ref))
        except JobNotFound:
            return Shown.NOT_SHOWN
        return seen(
            WaitSpec((ref,), self._kind, self._operator.policy, self._deadline, self._operator.timeout),
            snapshot,
            self._now(),
        )

    def _look(self, ref: JobRef) -> JobSnapshot:
        self._used = self._hook.account
        return self._hook.get_job(ref.kind, timeout=LOOK_TRIES_S, **dict(ref.ids))

    def _order(self, written: Written) -> Order:
        return Order(self._parameters, written.key, written.since, self._now())

    def _unclear(self, step: steps.Unclear) -> str:
        operation, why = self._submit.operation, f" ({step.why})" if step.why is not None else ""
        anew = (
            f"delete {KEY!r} in the task's storage, and clear the task"
            if self._this.keeps
            else "clear the task with on_unclear='resubmit'"
        )
        return (
            f"{self._operator.task_id}: whether {operation} has made a job is unclear{why}: {step.reason}. A job that "
            f"was made goes on, and costs money. Look in the vendor's console: {self._kind.console}; if the job is "
            f"there, wait for it by a sensor; if not, {anew}, which submits a new one"
        )


def asked_for(error: MediaJobsError) -> float:
    """Seconds for which the vendor asks not to be called (``Retry-After``); 0 where it asks for none."""
    return min(error.retry_after or 0.0, LONGEST_S)


def seen(spec: WaitSpec, snapshot: JobSnapshot, now: datetime) -> Shown:
    """What a look shows of a job that was submitted before, by the rules by which the wait decides."""
    (ref,) = spec.refs
    decision = decide(spec, spec.after(spec.start(), {ref: snapshot}, now), now)
    if isinstance(decision, Fail) and isinstance(decision.error, JobEnded):
        return Shown.ENDED_BADLY
    ended = isinstance(decision, Done | Skip) and snapshot.state.ended
    return Shown.ENDED_WELL if ended else Shown.GOES_ON
