# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What an operator does when Airflow calls ``on_kill`` of its task. Loaded when that happens."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaJobsError
from ..hooks import hook_class
from ..triggers.killed import cannot, goes_on, may_be_done, not_cancelled, spared, state_of
from ..vendors import kind as kind_of
from ..vendors import vendor_of

if TYPE_CHECKING:
    from ..hooks.media import MediaHook
    from .protocols import RunningOperator

ASK_S = 2.0
"""Seconds to wait for Airflow to tell the task's state. Airflow kills the process 5 s after SIGTERM (3.2.2, 3.3.2)."""
CANCEL_S = 2.5


def killed(operator: RunningOperator, ti: Any, hook: MediaHook | None = None) -> None:
    """Cancel the job where a person has marked the task as ended, and log what becomes of the job.

    :param ti: the task instance that runs.
    :param hook: the hook to use; by default one for the operator's connection.
    """
    log = operator.log
    if not operator.ids:
        log.warning("%s: stopped %s", operator.kind, _without_job(operator))
        return
    kind = kind_of(operator.kind)
    ref = kind.ref(operator.ids)
    if reason := _reason(operator, ti):
        log.warning("%s (%s)", goes_on(str(ref)), reason)
    elif kind.cancel is None:
        log.warning("%s", cannot(ref))
    else:
        _cancel(operator, hook)


def _without_job(operator: RunningOperator) -> str:
    """How far the task had come when it was stopped before it knew of a job."""
    if not operator.underway:
        return "before a request was sent"
    return (
        f"before it was told of a job ({operator.underway}): whether one was made is unclear, and if so it goes on, "
        f"and costs money. Another try looks for it; or look in the vendor's console: {kind_of(operator.kind).console}"
    )


def _cancel(operator: RunningOperator, given: MediaHook | None) -> None:
    ref = kind_of(operator.kind).ref(operator.ids)
    hook = given or hook_class(vendor_of(operator.kind))(
        operator.conn_id, region=operator.region, project_id=operator.project_id
    )
    try:
        hook.cancel_job(operator.kind, timeout=CANCEL_S, **operator.ids)
    except MediaJobsError as error:
        # The hook is new: what it has met before the last answer, it has met in this cancellation.
        lost = may_be_done(error) or hook.report.retried > 0
        operator.log.warning("%s", not_cancelled(ref, str(error), lost=lost))
    else:
        operator.log.info("%s was cancelled", ref)
    finally:
        hook.close()


def _reason(operator: RunningOperator, ti: Any) -> str:
    """Why the job is not cancelled; empty where it must be."""
    if not operator.cancel_on_kill:
        return "cancel_on_kill=False"
    if ti is None:
        return "the task instance is unknown"
    told: list[str | None] = []
    trouble: list[str] = []

    def ask() -> None:
        try:
            told.append(state_of(ti))
        except Exception as error:  # noqa: BLE001  # whatever is in the way of Airflow's API
            trouble.append(type(error).__name__)

    # In a thread: the signal may have come while this one was asking Airflow, which then waits for itself.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(ASK_S)
    if told:
        return spared(told[0])
    return f"Airflow did not return the state of the task: {trouble[0] if trouble else 'no answer'}"
