"""How a wait goes on in the triggerer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

from ..core import policy
from ..core.asked import Asked, History
from ..core.job import WaitReport
from ..core.terms import Terms
from ..core.times import format_time
from ..triggers.job import MediaJobTrigger
from .keeping import KEPT
from .starting import wait_arguments

if TYPE_CHECKING:
    from .job import MediaJobSensor


def defer(
    sensor: MediaJobSensor,
    now: datetime,
    asked: Asked,
    start: datetime,
    history: History,
    report: WaitReport,
    anew: int = 0,
) -> NoReturn:
    """Defer the task.

    :param start: of this try.
    :param history: what was seen of each job.
    :param report: what that has cost.
    :param anew: how often the wait has begun anew, because a triggerer did not understand its arguments.
    """
    ids = [dict(ref.ids) for ref in asked.refs]
    ends_at = asked.deadline
    if sensor.execution_timeout is not None:  # Airflow does not enforce it while a task is deferred
        ends_at = min(ends_at, start + sensor.execution_timeout)
    ends_at = max(ends_at, now + timedelta(seconds=policy.FIRST_EVENT_S))
    trigger = MediaJobTrigger(
        **wait_arguments(sensor),
        ids=ids,
        many=asked.many,
        created_after=format_time(asked.created_after),
        deadline=str(format_time(asked.deadline)),
        ends_at=str(format_time(ends_at)),
        before=[seen.to_json() for seen in history],
        report=asdict(report),
        anew=anew,
    )
    terms = Terms(tuple(ids), asked.created_after, start, asked.deadline, report, anew)
    left = ends_at - now + timedelta(seconds=policy.BACKSTOP_S)
    kept = {KEPT: terms.to_json()}
    sensor.defer(trigger=trigger, method_name="execute_complete", kwargs=kept, timeout=left)
