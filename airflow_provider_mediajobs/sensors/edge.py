"""Where a wait that is over becomes what Airflow understands, in one place for every mode."""

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

# XCom of a wait for several jobs that does not succeed: what became of each.
PARTIAL_RESULT = "partial_result"


def conclude(
    decision: Over, report: WaitReport, *, soft_fail: bool = False, never_fail: bool = False
) -> dict[str, Any]:
    """The result of a wait that is over.

    :param soft_fail: skip where the wait would fail without a retry, and on a time-out.
    :param never_fail: skip on every failure.
    :raises AirflowSkipException: for a skip.
    :raises AirflowSensorTimeout: one of ``sensors.errors``, when a limit has passed.
    :raises AirflowFailException: one of ``sensors.errors``, for a bad end of the job or of the asking.
    :raises MediaJobWaitBroken: for trouble with the waiting itself.
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
    """The skip that the author asked for in the place of this error, if so: see :func:`conclude`."""
    bad_end = isinstance(error, AirflowFailException | AirflowSensorTimeout | AirflowTaskTimeout)
    flag = "never_fail" if never_fail else "soft_fail" if soft_fail and bad_end else None
    return AirflowSkipException(f"skipped, because {flag} is set: {error}") if flag else None


def named(end: BaseException) -> str:
    """What a wait has come to that has no result."""
    if isinstance(end, AirflowSkipException):
        return "skipped"
    timed_out = isinstance(end, AirflowSensorTimeout | AirflowTaskTimeout)
    return f"{'timed out' if timed_out else 'failed'} ({type(end).__name__})"


def with_unread(over: Over, history: WaitHistory) -> Over:
    """A wait whose connection the triggerer could not look up says so at its deadline, where this worker could."""
    unread = next((seen.answer for seen in history if isinstance(seen.answer, ConnectionUnavailable)), None)
    if unread is None or not isinstance(over, TimedOut) or str(unread) in over.reason:
        return over
    return replace(over, reason=f"{over.reason}; while deferred: {unread}")


def keep_partial(sensor: RunningSensor, ti: Any, decision: Over, report: WaitReport) -> None:
    """What some of several jobs came to must not be lost because others failed.

    :param ti: Airflow's task instance, where there is one.
    """
    if isinstance(decision, Done) or decision.snapshot is None or ti is None or not sensor.do_xcom_push:
        return
    try:
        ti.xcom_push(PARTIAL_RESULT, decision.snapshot.to_result(report))
    except Exception as error:  # noqa: BLE001  # whatever the XCom backend raises: the verdict stands
        sensor.log.warning("the XCom %s could not be written (%s)", PARTIAL_RESULT, type(error).__name__)
