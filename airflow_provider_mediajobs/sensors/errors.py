"""The errors of this package as Airflow understands them.

All of these are :class:`AirflowFailException`: a retry would see the same end, or lock the key. Each is also the
core error of the same meaning, so code that runs outside a task may catch either. ``soft_fail`` and ``never_fail``
both turn them into a skip.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException

from ..core import errors
from ..core.errors import MediaJobsError


class MediaJobFailed(AirflowFailException, errors.JobFailed):
    """The job ended, failed."""


class MediaJobCancelled(AirflowFailException, errors.JobCancelled):
    """The job was cancelled."""


class MediaJobPartiallySucceeded(AirflowFailException, errors.JobPartiallySucceeded):
    """Some outputs failed, and ``on_partial`` is ``fail``."""


class MediaJobNotFound(AirflowFailException, errors.JobNotFound):
    """The job was not visible for ``not_found_grace``."""


class MediaJobNotAuthenticated(AirflowFailException, errors.AuthError):
    """Unknown key, wrong signature, wrong clock, expired token."""


class MediaJobNotPermitted(AirflowFailException, errors.PermissionDenied):
    """The key may not look at this job."""


class MediaJobRejected(AirflowFailException, errors.RequestRejected):
    """The vendor calls the request wrong."""


class MediaJobBadParameter(AirflowFailException, errors.ParameterError):
    """An argument rendered to something that is no id; nothing was sent."""


class MediaJobBadConnection(AirflowFailException, errors.ConfigError):
    """The connection is incomplete; nothing was sent."""


# An error is told by the first of these that it is.
_EDGES: dict[type[MediaJobsError], type[MediaJobsError]] = {
    errors.JobFailed: MediaJobFailed,
    errors.JobCancelled: MediaJobCancelled,
    errors.JobPartiallySucceeded: MediaJobPartiallySucceeded,
    errors.JobNotFound: MediaJobNotFound,
    errors.AuthError: MediaJobNotAuthenticated,
    errors.PermissionDenied: MediaJobNotPermitted,
    errors.RequestRejected: MediaJobRejected,
    errors.ParameterError: MediaJobBadParameter,
    errors.ConfigError: MediaJobBadConnection,
}


class MediaJobWaitBroken(RuntimeError):
    """The waiting itself went wrong, not the job: Airflow may retry."""


def at_the_edge(error: MediaJobsError) -> Exception:
    """The same error as Airflow understands it, with its facts and its text."""
    edge = next((edge for core, edge in _EDGES.items() if isinstance(error, core)), None)
    if edge is None:
        return MediaJobWaitBroken(str(error))
    twin = edge.__new__(edge)
    twin.args = error.args
    vars(twin).update(vars(error))
    return twin


@contextmanager
def as_airflow_has_it() -> Iterator[None]:
    """Errors of this package that come out are such as Airflow understands."""
    try:
        yield
    except MediaJobsError as error:
        raise at_the_edge(error) from None
