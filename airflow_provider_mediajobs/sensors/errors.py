# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The exceptions that a task fails with.

Most are both an exception of Airflow and the error of :mod:`core.errors` with the same meaning; code outside a task may
catch either class. Bad ends and refusals are :class:`AirflowFailException`: a retry would see the same end, or lock the
key. Limits that have passed are :class:`AirflowSensorTimeout`, which Airflow does not retry either. ``soft_fail`` and
``never_fail`` turn both into a skip.
"""

from __future__ import annotations

from typing import Any, cast

from airflow.sdk.exceptions import AirflowFailException, AirflowSensorTimeout

from ..core import errors
from ..core.errors import MediaJobsError


class _Told(Exception):
    """An error whose text is the complete message: what is wrong, what to do, where to look.

    :ivar message: that text.
    """

    message = ""

    def __str__(self) -> str:
        return self.message or super().__str__()


class MediaJobFailed(_Told, AirflowFailException, errors.JobFailed):
    """The job has failed."""


class MediaJobCancelled(_Told, AirflowFailException, errors.JobCancelled):
    """The job was cancelled."""


class MediaJobPartiallySucceeded(_Told, AirflowFailException, errors.JobPartiallySucceeded):
    """Some outputs of the job failed, and ``on_partial`` is ``fail``; or required renditions are missing."""


class MediaJobNotFound(_Told, AirflowFailException, errors.JobNotFound):
    """The job was not visible for ``not_found_grace`` seconds, or only older runs were."""


class MediaJobNotAuthenticated(_Told, AirflowFailException, errors.AuthError):
    """The vendor refuses the credentials: unknown key, wrong signature, wrong clock or expired token."""


class MediaJobNotPermitted(_Told, AirflowFailException, errors.PermissionDenied):
    """The key lacks the permission to see this job, or is not valid for this account, region or project."""


class MediaJobRejected(_Told, AirflowFailException, errors.RequestRejected):
    """The vendor rejects the request as invalid, or the host does not serve this operation."""


class MediaJobBadParameter(_Told, AirflowFailException, errors.ParameterError):
    """An argument rendered to an invalid value; nothing was sent."""


class MediaJobBadConnection(_Told, AirflowFailException, errors.ConfigError):
    """The connection is missing, incomplete or contradicts itself; nothing was sent."""


class MediaJobTimeout(_Told, AirflowSensorTimeout):
    """The job had not ended when ``timeout`` had passed."""


class MediaJobQueueTimeout(_Told, AirflowSensorTimeout, errors.QueueTimedOut):
    """The job had not started when ``queue_timeout`` had passed."""


class MediaJobStalled(_Told, AirflowSensorTimeout, errors.Stalled):
    """Neither state nor progress of the job changed for ``stall_timeout``."""


# The first core class that matches gives the class.
_EDGES: dict[type[MediaJobsError], type[Any]] = {
    errors.JobFailed: MediaJobFailed,
    errors.JobCancelled: MediaJobCancelled,
    errors.JobPartiallySucceeded: MediaJobPartiallySucceeded,
    errors.JobNotFound: MediaJobNotFound,
    errors.AuthError: MediaJobNotAuthenticated,
    errors.PermissionDenied: MediaJobNotPermitted,
    errors.RequestRejected: MediaJobRejected,
    errors.ParameterError: MediaJobBadParameter,
    errors.ConfigError: MediaJobBadConnection,
    errors.QueueTimedOut: MediaJobQueueTimeout,
    errors.Stalled: MediaJobStalled,
}


class MediaJobWaitBroken(RuntimeError):
    """The wait itself failed, not the job: Airflow may retry."""


class MediaJobIdsChanged(MediaJobWaitBroken):
    """The ids now render to other jobs than at the start of this try; the next try waits for the new ones."""


def at_the_edge(error: MediaJobsError, message: str = "") -> Exception:
    """The exception of this module for an error, with its fields.

    :param message: its text; by default that of the error.
    """
    edge = next((edge for core, edge in _EDGES.items() if isinstance(error, core)), None)
    if edge is None:
        return MediaJobWaitBroken(message or str(error))
    match error:
        case errors.ApiError():
            twin = edge(
                error.code,
                error.message,
                status=error.status,
                request_id=error.request_id,
                retry_after=error.retry_after,
                hint=error.hint,
            )
        case errors.JobEnded():
            twin = edge(str(error), error.snapshot)
        case _:
            twin = edge(str(error))
    twin.message = message or str(error)
    return cast("Exception", twin)


class AirflowErrors:
    """Within the ``with`` block, core errors become the exceptions of this module."""

    def __enter__(self) -> None:
        """Begin. No generator, which would take several times as long for each sensor."""

    def __exit__(self, of: object, error: BaseException | None, trace: object) -> None:
        """:raises Exception: of this module, in place of a core error."""
        if isinstance(error, MediaJobsError):
            raise at_the_edge(error) from None
