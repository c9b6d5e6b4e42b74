# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Every error of this package, except ``NoCredentials`` of :mod:`.credentials`, an ``UnreadableResponse``.

::

    MediaJobsError                    retryable?
    ├── ParameterError                no    what the caller gave is wrong; nothing was sent
    ├── ConfigError                   no    the connection is missing, incomplete or contradicts itself
    ├── ConnectionUnavailable         yes   the connection could not be looked up; it may well exist
    ├── CredentialsUnavailable        yes   the service of temporary credentials did not answer
    ├── TransportError                yes   no answer: refused, reset, timed out (may be the throttle)
    ├── UnreadableResponse            yes   an answer that is not the vendor's JSON
    │   └── Contradiction             yes   an answer that tells of an error, and shows what was asked for
    ├── LookCut                       yes   a look has made as many calls as it may
    │   └── NoCallLeft                yes   the limit that processes share had none left in time; nothing was sent
    ├── LookFailed                    yes   an unexpected exception: no error of the vendor, the network or this package
    ├── ApiError                            the vendor said no: code, message, status, request_id
    │   ├── Throttled                 yes   retry_after where the vendor says
    │   ├── ServerFault               yes
    │   ├── StaleRequest              yes   nonce seen before: the next attempt is signed anew
    │   ├── AuthError                 no    key, signature, clock
    │   │   ├── CredentialsExpired    no    new credentials, or reading the connection again, may help
    │   │   └── CredentialsRefused    no    the service of temporary credentials refused
    │   ├── PermissionDenied          no
    │   │   ├── AccountNotInOrder     no    not opened, suspended, overdue, not verified
    │   │   └── DeniedHere            no    not in this region or project, or not from this address
    │   ├── JobNotFound               no    a sensor grants a grace period first
    │   │   └── OnlyOlderRuns         no    there are runs, but none of the time asked for
    │   └── RequestRejected           no    a batch is split first
    │       └── WrongPlace            no    host, region or version does not serve the operation; no batch is split
    ├── JobEnded                      no    the job ended, and not with what was asked; carries the snapshot
    │   ├── JobFailed
    │   ├── JobCancelled
    │   └── JobPartiallySucceeded
    │       └── RenditionsUntold        whether the required renditions succeeded is not shown
    └── LimitPassed                   no    the job goes on, but a limit that the author set has passed
        ├── QueueTimedOut
        └── Stalled

``retryable`` says whether the same look, repeated later, may succeed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .storable import readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from .job import JobSnapshot

_SHOWN_BODY = 500
_SHOWN_MESSAGE = 4000


class MediaJobsError(Exception):
    """Base class of all errors.

    :ivar retry_after: seconds that the server asks to wait before the next request, where it does.
    """

    retryable: ClassVar[bool] = False
    retry_after: float | None = None

    def scrub(self, hide: Callable[[str], str]) -> None:
        """Remove secrets from text that the server sent.

        :param hide: returns a text with its secrets replaced.
        """


class ParameterError(MediaJobsError, ValueError):
    """An argument is wrong. The message names it, says what was wrong and what to do."""


class ConfigError(MediaJobsError):
    """The connection is missing, lacks something or contradicts itself. The message names it and the field."""


class ConnectionUnavailable(MediaJobsError):
    """A secrets backend or Airflow's API server did not answer. Their messages are not repeated: they may be secret."""

    retryable = True


class CredentialsUnavailable(MediaJobsError):
    """Temporary credentials could not be obtained: their service did not answer, throttled or failed."""

    retryable = True


class TransportError(MediaJobsError):
    """No answer came. The text names the host and the kind of failure, but no URL, header or proxy.

    :ivar trouble: the kind, where the transport can tell: ``DNS``, ``TLS``, ``proxy``, ``timeout``, ``refused``.
    """

    retryable = True
    trouble: str | None = None


class UnreadableResponse(MediaJobsError):
    """An answer that is not the vendor's JSON: a proxy's HTML, a truncated body, too large a body.

    :param status: HTTP status.
    :param body: as received; its first 500 characters are part of the message.
    :param retry_after: seconds to wait, where the answer says so.
    """

    retryable = True

    def __init__(self, status: int, body: bytes | str, *, retry_after: float | None = None) -> None:
        self.status = status
        self.retry_after = retry_after
        self.body = body if isinstance(body, str) else body.decode("utf-8", "replace")
        super().__init__(status, self.head)

    @property
    def head(self) -> str:
        """The first part of the body, which is shown and stored."""
        return readable(self.body[:_SHOWN_BODY])

    def __str__(self) -> str:
        return f"HTTP {self.status} with a body that is not the vendor's JSON: {self.head!r}"

    def scrub(self, hide: Callable[[str], str]) -> None:
        # The whole body, before it is cut: part of a secret would not be recognised.
        self.body = hide(self.body)
        self.args = (self.status, self.head)


class Contradiction(UnreadableResponse):
    """An answer that contradicts itself: status 2xx with both an error code and data. Neither is used.

    :param status: HTTP status.
    :param body: describes the contradiction, without values of the answer, which may be secret.
    """

    def __str__(self) -> str:
        return f"HTTP {self.status} with an answer that contradicts itself: it {self.body[:_SHOWN_BODY]}"


class LookFailed(MediaJobsError):
    """A look ended with an unexpected exception. The text names its class, not its message, which may be secret."""

    retryable = True


class LookCut(MediaJobsError):
    """A look has reached its limit of calls; jobs that it did not reach are asked for by the next one."""

    retryable = True


class NoCallLeft(LookCut):
    """The rate limit that processes share allowed no call in time; nothing was sent."""


class ApiError(MediaJobsError):
    """The vendor answered with an error.

    :param code: the vendor's error code; decisions are made by it alone.
    :param message: the vendor's text, for people.
    :param status: HTTP status.
    :param request_id: identifies the request to the vendor's support.
    :param retry_after: seconds to wait, where the vendor says so.
    :param hint: an explanation of ours, appended to the message.
    :ivar by_status: whether the HTTP status has decided the class; ``beside``: whether facts stood beside the error.
    """

    by_status = beside = False

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.hint = hint

    def __str__(self) -> str:
        told = {"HTTP": self.status, "request id": self.request_id}
        tail = ", ".join(f"{name} {value}" for name, value in told.items() if value)
        said = self.message[: _SHOWN_MESSAGE if self.code else _SHOWN_BODY]
        head = f"{self.code}: {said}" if self.code else said or "no reason given"
        return head + (f" ({tail})" if tail else "") + (f"; {self.hint}" if self.hint else "")

    def scrub(self, hide: Callable[[str], str]) -> None:
        # Before it is cut, as above. A message without a code is mostly an HTML page, of which the beginning is enough.
        self.message = hide(self.message)[: _SHOWN_MESSAGE if self.code else _SHOWN_BODY]
        self.args = (self.code, self.message)


class Throttled(ApiError):
    """Too many calls for the account's limit."""

    retryable = True


class ServerFault(ApiError):
    """An internal error of the vendor."""

    retryable = True


class StaleRequest(ApiError):
    """The vendor has seen this nonce before: the transport sent the same bytes twice."""

    retryable = True


class AuthError(ApiError):
    """Unknown key, wrong signature, wrong clock. Not retried: Huawei locks a key after five in a row."""


class CredentialsExpired(AuthError):
    """The temporary credentials have expired; new ones may work."""


class CredentialsRefused(AuthError):
    """The service of temporary credentials refused: a wrong key, or a role that is unknown or not for this key."""


class PermissionDenied(ApiError):
    """The key is valid, but lacks a permission."""


class AccountNotInOrder(PermissionDenied):
    """The service is not opened for the account, or is suspended; a payment or a verification is missing."""


class DeniedHere(PermissionDenied):
    """The key is valid, but not in this region or project, or not from this network address."""


class JobNotFound(ApiError):
    """The vendor knows no such job, or does not show it yet."""


class OnlyOlderRuns(JobNotFound):
    """The medium has runs, but all are older than ``created_after``."""


class RequestRejected(ApiError):
    """The vendor rejects the request as invalid."""


class WrongPlace(RequestRejected):
    """The endpoint does not serve the operation: it is of another product, region or API version."""


class JobEnded(MediaJobsError):
    """The job has ended in a way that does not satisfy the wait.

    :param message: the complete message, for the task log.
    :param snapshot: the job as the last look has shown it.
    """

    def __init__(self, message: str, snapshot: JobSnapshot | None = None) -> None:
        super().__init__(message)
        self.snapshot = snapshot


class JobFailed(JobEnded):
    """The job has failed."""


class JobCancelled(JobEnded):
    """The job was cancelled."""


class JobPartiallySucceeded(JobEnded):
    """Some outputs were made, others failed."""


class RenditionsUntold(JobPartiallySucceeded):
    """The required renditions are not shown, or some still run although the vendor calls the job ended."""


class LimitPassed(MediaJobsError):
    """The job has not ended, but a limit that the DAG author set for a phase of it has passed."""


class QueueTimedOut(LimitPassed):
    """The job had not started when ``queue_timeout`` passed."""


class Stalled(LimitPassed):
    """Neither state nor progress of the job changed for ``stall_timeout``."""
