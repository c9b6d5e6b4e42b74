# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One wait on a worker, from the rendered arguments to its end. Loaded when the task runs, not while parsing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException, AirflowTaskTimeout

from ..clock import SteadyClock, steady, utc_now
from ..core.command import hint, status_command
from ..core.decision import Done, Fail, Over, TimedOut, Wait
from ..core.ending import beginning, ending, unsuccessful
from ..core.errors import ParameterError
from ..core.job import JobRef, WaitReport
from ..core.outcome import decide
from ..core.output_address import output_address
from ..core.remembered import settled_refs
from ..core.terms import MOST_ANEW, NOT_TOLD, NotTold
from ..core.times import Clock
from ..core.wait import WaitHistory, WaitSpec
from ..core.wait_event import NO_EVENT, BrokenEvent, OtherEvent, WaitEvent, was_not_started
from ..hooks import hook_class
from ..triggers.progress_log import one_line
from ..vendors import kind as kind_of
from ..vendors import vendor_of
from .cancelling import cancelled, to_cancel
from .checks import complete, rendered_start
from .edge import conclude, keep_partial, named, skip_instead, with_unread
from .errors import MediaJobIdsChanged, MediaJobWaitBroken
from .keeping import Told, check_runs, ids_changed, narrower, repeat_log
from .memory import IdsChanged, memory_of, start_of
from .protocols import RunningSensor
from .watch import Watch

if TYPE_CHECKING:
    from airflow.sdk import Context

    from ..hooks.media import MediaHook

# Seconds. The scheduler fails a task that is due again before it has noticed the end of the last process.
LEAST_RESCHEDULE_S = 10.0
# The event that dag.test() passes on where the triggerer would have ended the task.
ENDED = "success"
NO_TRIGGERER = "Airflow ended the deferral, since no triggerer had done so in time"

Pause = Callable[[float, WaitHistory], None]


@dataclass(slots=True)
class Waiting:
    """The part of a wait that one process of the task makes.

    :param context: Airflow's.
    :param given: the hook to use; by default one for the sensor's connection.
    :param clock: by default this machine's.
    :param once: make one look, and raise ``AirflowRescheduleException`` where the wait goes on.
    :param kept: what Airflow has stored with the deferred task, besides the event.
    """

    sensor: RunningSensor
    context: Context
    given: MediaHook | None
    clock: Clock | None
    sleep: Callable[[float], None]
    once: bool = False
    kept: Mapping[str, Any] = field(default_factory=dict)
    _spec: WaitSpec | None = None
    _watch: Watch | None = None
    _history: WaitHistory = ()
    _report: WaitReport = field(default_factory=WaitReport)
    now: SteadyClock = field(init=False)

    def __post_init__(self) -> None:
        self.now = steady(self.clock or utc_now)

    def begin(self) -> dict[str, Any]:
        """See :meth:`MediaJobSensor.execute`."""
        return self._concluded(self._begun)

    def resume(self, event: Any) -> dict[str, Any]:
        """See :meth:`MediaJobSensor.execute_complete`."""
        if self.sensor.start_in_triggerer and was_not_started(event):
            return self.begin()
        if self.sensor.finish_in_triggerer and event == ENDED:
            return self._concluded(self._looked_anew)
        return self._concluded(lambda: self._resumed(event))

    def _concluded(self, decision_of: Callable[[], tuple[Over, WaitReport]]) -> dict[str, Any]:
        try:
            result = self._result(decision_of)
        except AirflowRescheduleException:
            raise
        except (Exception, AirflowTaskTimeout) as end:  # AirflowTaskTimeout, by execution_timeout, is no Exception
            self._tell_end(named(end))
            raise
        self._tell_end(str(result["state"]))
        self.sensor.output_address = output_address(result)
        return result

    def _result(self, decision_of: Callable[[], tuple[Over, WaitReport]]) -> dict[str, Any]:
        sensor = self.sensor
        try:
            sensor.ids = complete("ids", sensor.ids, self.context.get("ti"))
            decision, report = decision_of()
        except ParameterError as error:  # an argument that rendered to an invalid value
            decision, report = Fail(error, str(error)), WaitReport()
        except (AirflowRescheduleException, AirflowSkipException):
            raise
        except (Exception, AirflowTaskTimeout) as error:
            if skip := skip_instead(error, soft_fail=sensor.soft_fail, never_fail=sensor.never_fail):
                raise skip from error
            raise
        keep_partial(sensor, self.context.get("ti"), decision, report)
        if isinstance(decision, Fail | TimedOut) and (jobs := to_cancel(sensor, decision)):
            given_up = decision
            decision = self._with_hook(report, lambda hook: cancelled(hook, given_up, jobs, self.sleep))
        if isinstance(decision, Fail | TimedOut):
            decision = replace(decision, reason=decision.reason + hint(self._command()))
        return conclude(decision, report, soft_fail=sensor.soft_fail, never_fail=sensor.never_fail)

    def _tell_end(self, end: str) -> None:
        """Log the last line of the wait. An error in doing so does not change the end."""
        sensor, spec = self.sensor, self._spec
        try:
            if spec is None:  # an argument rendered to an invalid value
                line = f"{sensor.kind}: wait over: {end}; nothing was asked for"
            else:
                line = ending(spec, self._seen(spec), self._report, spec.waited(self.now()), end)
            sensor.log.info("%s", one_line(line))
        except (Exception, AirflowTaskTimeout) as error:  # noqa: BLE001
            sensor.log.info("%s: wait over: %s (%s)", sensor.kind, end, type(error).__name__)

    def _seen(self, spec: WaitSpec) -> WaitHistory:
        return (self._watch.seen if self._watch is not None else ()) or self._history or spec.start()

    def _command(self) -> str:
        """The command that shows the jobs: of several, those that have not succeeded."""
        spec, sensor = self._spec, self.sensor
        if spec is None:
            return ""
        refs = spec.refs if not spec.many else unsuccessful(spec, self._seen(spec))
        return status_command(spec.kind, refs, sensor.conn_id, sensor.region, sensor.project_id)

    def _begun(self) -> tuple[Over, WaitReport]:
        sensor = self.sensor
        memory = memory_of(sensor, self.context, self.now())
        started = memory.start
        report = self._report = memory.recall()
        if memory.ahead and memory.due is not None:  # no look begins before it is due
            self.now.resume(memory.due, memory.ahead)
        spec = self._specified(memory.start + timedelta(seconds=sensor.timeout), memory.created_after)
        if memory.start == started and not self.once:  # later processes recall an earlier start
            sensor.log.info("%s", one_line(beginning(spec, self._command())))

        def pause(seconds: float, history: WaitHistory) -> None:
            if self.once:
                raise AirflowRescheduleException(self.now.machine_time(self.now()))
            if sensor.deferrable:
                self._defer(spec, memory.start, history, report)
            if not sensor.reschedule:
                return self.sleep(seconds)
            due = self.now() + timedelta(seconds=max(seconds, LEAST_RESCHEDULE_S))
            memory.keep(spec, history, report, due, self.now.ahead)
            raise AirflowRescheduleException(self.now.machine_time(due))

        try:
            history = memory.history(spec, self.now())
        except IdsChanged as changed:
            raise MediaJobIdsChanged(f"{sensor.task_id}: {ids_changed(changed.then, spec.refs)}") from None
        remembered = settled_refs(spec, history)
        return self._watched(spec, history, report, pause, sensor.deferrable, remembered), report

    def _resumed(self, event: Any) -> tuple[Over, WaitReport]:
        sensor, told = self.sensor, Told.by(self.kept, event)
        refs = sensor.refs().refs
        if told.terms.asks_for_others(refs):
            raise MediaJobIdsChanged(f"{sensor.task_id}: {ids_changed(told.terms.told_of_ids(), refs)}")
        if event == NO_EVENT:
            return self._anew(told, NO_TRIGGERER)
        try:
            told.check()
            wait_event = WaitEvent.from_json(event, refs, kind_of(sensor.kind))
            spec = self._specified(told.terms.deadline or wait_event.deadline, told.created_after(wait_event.runs))
            check_runs(wait_event, spec)
        except OtherEvent as other:
            return self._anew(told, str(other))
        except BrokenEvent as broken:
            raise MediaJobWaitBroken(f"{sensor.task_id}: {broken}") from None
        return self._ended(spec, wait_event)

    def _ended(self, spec: WaitSpec, wait_event: WaitEvent) -> tuple[Over, WaitReport]:
        """Decide by the trigger's event: an end, or a last look because the deadline was reached."""
        sensor = self.sensor
        repeat_log(wait_event, spec.subject, sensor.log)
        self._history, self._report = wait_event.history, wait_event.report
        self.now.resume(wait_event.at, wait_event.ahead)
        decision = decide(spec, wait_event.history, wait_event.at)
        if not isinstance(decision, Wait | TimedOut):
            return decision, wait_event.report
        if wait_event.at < wait_event.ends_at:
            reason = f"{sensor.task_id}: the trigger fired before anything ended the wait"
            raise MediaJobWaitBroken(reason + hint(self._command()))

        def too_late(_seconds: float, history: WaitHistory) -> None:
            raise self._execution_timeout(spec, history)

        # One look at the deadline, as in the other modes. The limits do not count the time until this worker started.
        history = tuple(seen.recalled(self.now(), wait_event.at) for seen in wait_event.history)
        over = self._watched(spec, history, wait_event.report, too_late)
        return with_unread(over, wait_event.history), wait_event.report

    def _anew(self, told: Told, why: str) -> tuple[Over, WaitReport]:
        """Begin the wait anew with the same ids, runs and deadline. The history is lost, which only delays the wait."""
        sensor, terms = self.sensor, told.terms
        report = self._report = terms.report or WaitReport()
        sensor.log.warning("%s: the wait is begun anew on a worker, until the same deadline: %s", sensor.task_id, why)
        span = timedelta(seconds=sensor.timeout)
        start = terms.start or (terms.deadline - span if terms.deadline else start_of(self.context, self.now()))
        spec = self._specified(terms.deadline or start + span, told.kept.created_after)
        if isinstance(told.kept.created_after, NotTold):
            spec = replace(spec, created_after=narrower(spec.created_after, terms.created_after))

        def pause(seconds: float, history: WaitHistory) -> None:
            if sensor.execution_timeout is not None and self.now() >= start + sensor.execution_timeout:
                raise self._execution_timeout(spec, history)
            if sensor.deferrable:
                self._defer(spec, start, history, report, anew=min(terms.anew + 1, MOST_ANEW))
            self.sleep(seconds)  # the DAG no longer defers: Airflow would resume a rescheduled task here again

        return self._watched(spec, spec.start(), report, pause, sensor.deferrable), report

    def _execution_timeout(self, spec: WaitSpec, history: WaitHistory) -> AirflowTaskTimeout:
        decision = decide(spec, history, self.now())
        told = "" if isinstance(decision, Done) else f"; {decision.reason}"  # a wait that is done makes no pause
        return AirflowTaskTimeout(f"execution_timeout passed while the task was deferred{told}{hint(self._command())}")

    def _looked_anew(self) -> tuple[Over, WaitReport]:
        """Look at the jobs: the event, a mere word, proves no success."""
        terms = Told.by(self.kept, None).terms
        deadline = terms.deadline or self.now() + timedelta(seconds=self.sensor.timeout)
        spec = self._specified(deadline, terms.created_after)
        return self._watched(spec, spec.start(), self._report, lambda pause, _: self.sleep(pause)), self._report

    def _watched(
        self,
        spec: WaitSpec,
        history: WaitHistory,
        report: WaitReport,
        pause: Pause,
        brief: bool = False,
        remembered: frozenset[JobRef] = frozenset(),
    ) -> Over:
        def watched(hook: MediaHook) -> Over:
            interval, log = self.sensor.poke_interval, self.sensor.log
            self._watch = Watch(spec, hook, interval, self.now, self.sleep, pause, log, brief, remembered)
            return self._watch.until_over(history)

        return self._with_hook(report, watched)

    def _with_hook(self, report: WaitReport, use: Callable[[MediaHook], Over]) -> Over:
        sensor = self.sensor
        hook = self.given or hook_class(vendor_of(sensor.kind))(
            sensor.conn_id, region=sensor.region, project_id=sensor.project_id
        )
        hook.report = report
        try:
            return use(hook)
        finally:
            hook.close()

    def _defer(self, spec: WaitSpec, start: datetime, seen: WaitHistory, report: WaitReport, anew: int = 0) -> NoReturn:
        from .deferring import defer  # here, not above: it loads the trigger

        defer(self.sensor, self.now(), spec, start, seen, report, anew)

    def _specified(self, deadline: datetime, created_after: datetime | NotTold | None = NOT_TOLD) -> WaitSpec:
        """The specification of the wait.

        :param created_after: as first rendered in this try, where that is known.
        """
        sensor, refs = self.sensor, self.sensor.refs()
        if isinstance(created_after, NotTold):
            run = self.context.get("dag_run")
            run_after = run.run_after if run is not None else deadline - timedelta(seconds=sensor.timeout)
            created_after = rendered_start(sensor, refs, run_after)
        self._spec = WaitSpec(
            refs.refs,
            kind_of(sensor.kind),
            sensor.policy,
            deadline=deadline,
            timeout=sensor.timeout,
            many=refs.many,
            created_after=created_after,
        )
        return self._spec
