# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Turns the end of a wait into a result or an exception of Airflow, in one place for every mode."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSensorTimeout, AirflowSkipException, AirflowTaskTimeout

from ..core.decision import Done, Over, Skip, TimedOut
from ..core.errors import ConnectionUnavailable
from ..core.job import WaitReport
from ..core.wait import WaitHistory
from .errors import MediaJobTimeout, at_the_edge
from .protocols import RunningSensor

# Key of the XCom with what became of each job, where a wait for several does not succeed.
PARTIAL_RESULT = "partial_result"


def conclude(
    decision: Over, report: WaitReport, *, soft_fail: bool = False, never_fail: bool = False
) -> dict[str, Any]:
    """The result of a wait that has ended.

    :param soft_fail: skip where the wait would fail without a retry, and on a time-out.
    :param never_fail: skip on every failure.
    :raises AirflowSkipException: for a skip.
    :raises AirflowSensorTimeout: one of ``sensors.errors``, when a limit has passed.
    :raises AirflowFailException: one of ``sensors.errors``, for a bad end of the job, or a refusal that a retry would
        meet again.
    :raises MediaJobWaitBroken: for other errors of the wait itself.
    """
    if isinstance(decision, Done):
        return decision.snapshot.to_result(report)
    if isinstance(decision, Skip):
        raise AirflowSkipException(decision.reason)
    if isinstance(decision, TimedOut):
        error: Exception = MediaJobTimeout(decision.reason)
    else:
        error = at_the_edge(decision.error, decision.reason)
    if skip := skip_instead(error, soft_fail=soft_fail, never_fail=never_fail):
        raise skip from error
    raise error


def skip_instead(error: BaseException, *, soft_fail: bool, never_fail: bool) -> AirflowSkipException | None:
    """The skip that replaces an error by ``soft_fail`` or ``never_fail``, if so: see :func:`conclude`."""
    bad_end = isinstance(error, AirflowFailException | AirflowSensorTimeout | AirflowTaskTimeout)
    flag = "never_fail" if never_fail else "soft_fail" if soft_fail and bad_end else None
    return AirflowSkipException(f"skipped, because {flag} is set: {error}") if flag else None


def named(end: BaseException) -> str:
    """The end of a wait without a result, for its last log line: ``skipped``, or ``failed (MediaJobFailed)``."""
    if isinstance(end, AirflowSkipException):
        return "skipped"
    timed_out = isinstance(end, AirflowSensorTimeout | AirflowTaskTimeout)
    return f"{'timed out' if timed_out else 'failed'} ({type(end).__name__})"


def with_unread(over: Over, history: WaitHistory) -> Over:
    """A time-out with a remark that the triggerer could not look up the connection, although this worker could."""
    unread = next((seen.answer for seen in history if isinstance(seen.answer, ConnectionUnavailable)), None)
    if unread is None or not isinstance(over, TimedOut) or str(unread) in over.reason:
        return over
    return replace(over, reason=f"{over.reason}; while deferred: {unread}")


def keep_partial(sensor: RunningSensor, ti: Any, decision: Over, report: WaitReport) -> None:
    """Push what became of each job as an XCom, where a wait for several does not succeed.

    :param ti: Airflow's task instance; ``None`` outside a task.
    """
    if isinstance(decision, Done) or decision.snapshot is None or ti is None or not sensor.do_xcom_push:
        return
    try:
        ti.xcom_push(PARTIAL_RESULT, decision.snapshot.to_result(report))
    except Exception as error:  # noqa: BLE001  # whatever the XCom backend raises: the decision stands
        sensor.log.warning("the XCom %s could not be written (%s)", PARTIAL_RESULT, type(error).__name__)
