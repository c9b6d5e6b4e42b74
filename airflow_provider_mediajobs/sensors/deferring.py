# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Defers a task: the trigger's arguments, and what Airflow keeps with the task."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import NoReturn

from ..core import policy
from ..core.job import WaitReport
from ..core.terms import Terms
from ..core.times import format_time
from ..core.wait import WaitHistory, WaitSpec
from ..triggers.job import MediaJobTrigger
from .keeping import KEPT
from .protocols import RunningSensor
from .starting import wait_arguments


def defer(
    sensor: RunningSensor,
    now: datetime,
    spec: WaitSpec,
    start: datetime,
    history: WaitHistory,
    report: WaitReport,
    anew: int = 0,
) -> NoReturn:
    """Defer the task.

    :param start: when this try began.
    :param history: one entry for each job.
    :param report: what the looks have cost so far.
    :param anew: how often the wait has begun anew because a triggerer could not read its arguments.
    """
    ids = [dict(ref.ids) for ref in spec.refs]
    ends_at = spec.deadline
    if sensor.execution_timeout is not None:  # Airflow does not enforce it while a task is deferred
        ends_at = min(ends_at, start + sensor.execution_timeout)
    ends_at = max(ends_at, now + timedelta(seconds=policy.FIRST_EVENT_S))
    trigger = MediaJobTrigger(
        **wait_arguments(sensor),
        ids=ids,
        many=spec.many,
        created_after=format_time(spec.created_after),
        deadline=str(format_time(spec.deadline)),
        ends_at=str(format_time(ends_at)),
        before=[seen.to_json() for seen in history],
        report=asdict(report),
        anew=anew,
        cancel_on_kill=sensor.cancel_on_kill,
    )
    terms = Terms(tuple(ids), spec.created_after, start, spec.deadline, report, anew)
    left = ends_at - now + timedelta(seconds=policy.BACKSTOP_S)
    kept = {KEPT: terms.to_json()}
    sensor.defer(trigger=trigger, method_name="execute_complete", kwargs=kept, timeout=left)
