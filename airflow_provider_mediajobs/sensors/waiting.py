"""One wait on a worker, from the rendered arguments to its end. Loaded when the task runs, not while parsing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException, AirflowTaskTimeout

from ..core import policy
from ..core.errors import MediaJobsError
from ..core.handover import BrokenEvent, Handover, was_not_started
from ..core.job import WaitReport
from ..core.outcome import Asked, Clock, Fail, Over, Seen, TimedOut, Wait, decide
from ..core.times import format_time
from ..hooks import hook_class
from ..vendors import kind as kind_of
from ..vendors import vendor_of
from .edge import conclude, skip_instead
from .errors import MediaJobWaitBroken
from .memory import Memory
from .starting import wait_arguments
from .watch import Watch

if TYPE_CHECKING:
    from airflow.sdk import Context

    from ..hooks.media import MediaHook
    from .job import MediaJobSensor

# A task that is due again before the scheduler has noticed the end of its last process is failed by it.
LEAST_RESCHEDULE_S = 10.0
# What dag.test() makes of a task's end in the triggerer, in the place of ending it.
ENDED = "success"


def wait(
    sensor: MediaJobSensor, context: Context, hook: MediaHook | None, now: Clock, sleep: Callable[[float], None]
) -> dict[str, Any]:
    """See :meth:`MediaJobSensor.execute`."""
    return _concluded(sensor, lambda: _verdict(sensor, context, hook, now, sleep))


def resume(
    sensor: MediaJobSensor,
    context: Context,
    event: Any,
    hook: MediaHook | None,
    now: Clock,
    sleep: Callable[[float], None],
) -> dict[str, Any]:
    """See :meth:`MediaJobSensor.execute_complete`."""
    if sensor.start_in_triggerer and was_not_started(event):
        return wait(sensor, context, hook, now, sleep)
    if sensor.finish_in_triggerer and event == ENDED:
        return _concluded(sensor, lambda: _looked_anew(sensor, hook, now, sleep))
    return _concluded(sensor, lambda: _resumed(sensor, event, hook, now))


def _concluded(sensor: MediaJobSensor, verdict_of: Callable[[], tuple[Over, WaitReport]]) -> dict[str, Any]:
    try:
        verdict, report = verdict_of()
    except (AirflowRescheduleException, AirflowSkipException):
        raise
    except (Exception, AirflowTaskTimeout) as error:  # the latter, from execution_timeout, is no Exception
        if skip := skip_instead(error, soft_fail=sensor.soft_fail, never_fail=sensor.never_fail):
            raise skip from error
        raise
    return conclude(verdict, report, soft_fail=sensor.soft_fail, never_fail=sensor.never_fail)


def _verdict(
    sensor: MediaJobSensor, context: Context, hook: MediaHook | None, now: Clock, sleep: Callable[[float], None]
) -> tuple[Over, WaitReport]:
    memory = _memory(sensor, context, now())
    seen, report = memory.recall()
    try:
        asked = _asked(sensor, memory.start + timedelta(seconds=sensor.timeout))
    except MediaJobsError as error:
        return Fail(error), report

    def pause(seconds: float, seen: Seen) -> None:
        if sensor.deferrable:
            _defer(sensor, asked, memory.start, seen, report, now())
        if not sensor.reschedule:
            return sleep(seconds)
        memory.keep(seen, report)
        raise AirflowRescheduleException(now() + timedelta(seconds=max(seconds, LEAST_RESCHEDULE_S)))

    return _watched(sensor, asked, seen, report, hook, now, pause), report


def _resumed(sensor: MediaJobSensor, event: Any, hook: MediaHook | None, now: Clock) -> tuple[Over, WaitReport]:
    try:
        handover = Handover.from_json(event, sensor.ref(), kind_of(sensor.kind))
    except BrokenEvent as broken:
        raise MediaJobWaitBroken(f"{sensor.task_id}: {broken}") from None
    for when, line in handover.story:
        sensor.log.info("while deferred, at %s: %s", when, line)
    asked = _asked(sensor, handover.deadline)
    verdict = decide(asked, handover.seen, handover.at)
    if not isinstance(verdict, Wait | TimedOut):
        return verdict, handover.report
    if handover.at < handover.ends_at:
        raise MediaJobWaitBroken(f"{sensor.task_id}: the trigger fired before anything ended the wait")

    def too_late(_seconds: float, _seen: Seen) -> None:
        raise AirflowTaskTimeout(f"execution_timeout passed while the task was deferred; {verdict.reason}")

    def at_least() -> datetime:
        return max(now(), handover.at)  # of another machine, whose clock may be ahead

    # One look at the end of the time, as in the other modes.
    return _watched(sensor, asked, handover.seen, handover.report, hook, at_least, too_late), handover.report


def _looked_anew(
    sensor: MediaJobSensor, hook: MediaHook | None, now: Clock, sleep: Callable[[float], None]
) -> tuple[Over, WaitReport]:
    """A word proves nothing: the job is looked at."""
    report = WaitReport()
    asked = _asked(sensor, now() + timedelta(seconds=sensor.timeout))
    return _watched(sensor, asked, Seen(), report, hook, now, lambda seconds, _seen: sleep(seconds)), report


def _watched(
    sensor: MediaJobSensor,
    asked: Asked,
    seen: Seen,
    report: WaitReport,
    hook: MediaHook | None,
    now: Clock,
    pause: Callable[[float, Seen], None],
) -> Over:
    hook = hook or hook_class(vendor_of(sensor.kind))(
        sensor.conn_id, region=sensor.region, project_id=sensor.project_id
    )
    hook.report = report
    try:
        return Watch(asked, hook, sensor.poke_interval, now, pause, sensor.log).until_over(seen)
    finally:
        hook.close()


def _defer(
    sensor: MediaJobSensor, asked: Asked, start: datetime, seen: Seen, report: WaitReport, now: datetime
) -> NoReturn:
    from ..triggers.job import MediaJobTrigger

    ends_at = asked.deadline
    if sensor.execution_timeout is not None:  # Airflow does not enforce it while a task is deferred
        ends_at = min(ends_at, start + sensor.execution_timeout)
    ends_at = max(ends_at, now + timedelta(seconds=policy.FIRST_EVENT_S))
    trigger = MediaJobTrigger(
        **wait_arguments(sensor),
        ids=dict(asked.ref.ids),
        deadline=str(format_time(asked.deadline)),
        ends_at=str(format_time(ends_at)),
        absent_since=format_time(seen.absent_since),
        report=asdict(report),
    )
    sensor.defer(
        trigger=trigger, method_name="execute_complete", timeout=ends_at - now + timedelta(seconds=policy.BACKSTOP_S)
    )


def _asked(sensor: MediaJobSensor, deadline: datetime) -> Asked:
    return Asked(
        sensor.ref(),
        deadline=deadline,
        timeout=sensor.timeout,
        on_partial=sensor.on_partial,
        not_found_grace=sensor.not_found_grace,
        episodes=sensor.episodes,
    )


def _memory(sensor: MediaJobSensor, context: Context, now: datetime) -> Memory:
    ti = context.get("ti")
    if ti is None:  # somebody drives the sensor outside a task
        return Memory(None, "", now, sensor.log)
    if not sensor.reschedule:
        return Memory(None, "", ti.start_date, sensor.log)
    # A task instance that failed while it was queued is tried again under the same id.
    of = f"{ti.id}/{ti.try_number}"
    store = context.get("task_state_store")
    if store is not None:
        return Memory(store, of, ti.start_date, sensor.log)
    # A reschedule starts a new process with a start date of its own. That of the first reschedule is the time when it
    # was asked for: later than the start by one look, and so is the deadline.
    return Memory(None, of, ti.get_first_reschedule_date(context) or ti.start_date, sensor.log)
