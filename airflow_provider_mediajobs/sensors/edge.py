"""Where a wait that is over becomes what Airflow understands, in one place for every mode."""

from __future__ import annotations

from typing import Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSensorTimeout, AirflowSkipException, AirflowTaskTimeout

from ..core.job import WaitReport
from ..core.verdict import Done, Over, Skip, TimedOut
from .errors import MediaJobTimeout, at_the_edge


def conclude(verdict: Over, report: WaitReport, *, soft_fail: bool = False, never_fail: bool = False) -> dict[str, Any]:
    """The result of a wait that is over.

    :param soft_fail: skip where the wait would fail without a retry, and on a time-out.
    :param never_fail: skip on every failure.
    :raises AirflowSkipException: for a skip.
    :raises AirflowSensorTimeout: one of ``sensors.errors``, when a limit has passed.
    :raises AirflowFailException: one of ``sensors.errors``, for a bad end of the job or of the asking.
    :raises MediaJobWaitBroken: for trouble with the waiting itself.
    """
    if isinstance(verdict, Done):
        return verdict.snapshot.to_result(report)
    if isinstance(verdict, Skip):
        raise AirflowSkipException(verdict.reason)
    if isinstance(verdict, TimedOut):
        error: Exception = MediaJobTimeout(verdict.reason)
    else:
        error = at_the_edge(verdict.error, verdict.reason)
    if skip := skip_instead(error, soft_fail=soft_fail, never_fail=never_fail):
        raise skip from error
    raise error


def skip_instead(error: BaseException, *, soft_fail: bool, never_fail: bool) -> AirflowSkipException | None:
    """The skip that the author asked for in the place of this error, if so: see :func:`conclude`."""
    bad_end = isinstance(error, AirflowFailException | AirflowSensorTimeout | AirflowTaskTimeout)
    flag = "never_fail" if never_fail else "soft_fail" if soft_fail and bad_end else None
    return AirflowSkipException(f"skipped, because {flag} is set: {error}") if flag else None
