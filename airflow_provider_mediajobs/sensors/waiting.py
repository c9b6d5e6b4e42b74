"""One wait on a worker, from the rendered arguments to its end. Loaded when the task runs, not while parsing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException, AirflowTaskTimeout

from ..core.errors import MediaJobsError
from ..core.job import WaitReport
from ..core.outcome import Asked, Clock, Fail, Over, Seen
from ..hooks import hook_class
from ..vendors import vendor_of
from .edge import conclude, skip_instead
from .memory import Memory
from .watch import Watch

if TYPE_CHECKING:
    from airflow.sdk import Context

    from ..hooks.media import MediaHook
    from .job import MediaJobSensor

# A task that is due again before the scheduler has noticed the end of its last process is failed by it.
LEAST_RESCHEDULE_S = 10.0


def wait(
    sensor: MediaJobSensor, context: Context, hook: MediaHook | None, now: Clock, sleep: Callable[[float], None]
) -> dict[str, Any]:
    """See :meth:`MediaJobSensor.execute`."""
    try:
        verdict, report = _verdict(sensor, context, hook, now, sleep)
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
        asked = _asked(sensor, memory.start)
    except MediaJobsError as error:
        return Fail(error), report
    hook = hook or hook_class(vendor_of(sensor.kind))(
        sensor.conn_id, region=sensor.region, project_id=sensor.project_id
    )
    hook.report = report

    def pause(seconds: float, seen: Seen) -> None:
        if not sensor.reschedule:
            return sleep(seconds)
        memory.keep(seen, report)
        raise AirflowRescheduleException(now() + timedelta(seconds=max(seconds, LEAST_RESCHEDULE_S)))

    try:
        return Watch(asked, hook, sensor.poke_interval, now, pause, sensor.log).until_over(seen), report
    finally:
        hook.close()


def _asked(sensor: MediaJobSensor, start: datetime) -> Asked:
    return Asked(
        sensor.ref(),
        deadline=start + timedelta(seconds=sensor.timeout),
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
