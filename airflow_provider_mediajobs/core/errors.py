"""Every error of this package.

::

    MediaJobsError                    retryable?
    ├── ParameterError                no    what the caller gave is wrong; nothing was sent
    ├── ConfigError                   no    the connection is missing, incomplete or contradicts itself
    ├── ConnectionUnavailable         yes   the connection could not be looked up; it may well exist
    ├── CredentialsUnavailable        yes   whoever hands out temporary ones could not be asked
    ├── TransportError                yes   no answer: refused, reset, timed out (may be the throttle)
    ├── UnreadableResponse            yes   an answer that is not the vendor's JSON
    │   └── Contradiction             yes   an answer that tells of an error, and shows what was asked for
    ├── LookCut                       yes   a look has made as many calls as it may
    │   └── NoCallLeft                yes   the limit that processes share had none left in time; nothing was sent
    ├── LookFailed                    yes   something nobody thought of: no error of the vendor's, the network's or ours
    ├── ApiError                            the vendor said no: code, message, status, request_id
    │   ├── Throttled                 yes   retry_after where the vendor says
    │   ├── ServerFault               yes
    │   ├── StaleRequest              yes   nonce seen before: the next attempt is signed anew
    │   ├── AuthError                 no    key, signature, clock
    │   │   ├── CredentialsExpired    no    new ones, or one re-read of the connection, may cure it
    │   │   └── CredentialsRefused    no    whoever hands out temporary ones said no
    │   ├── PermissionDenied          no
    │   │   ├── AccountNotInOrder     no    not opened, suspended, overdue, not verified
    │   │   └── DeniedHere            no    not in this region or project, or not from this address
    │   ├── JobNotFound               no    a sensor grants a grace period first
    │   │   └── OnlyOlderRuns         no    there are runs, but none of the time asked for
    │   └── RequestRejected           no    a batch is split first
    │       └── WrongPlace            no    what answers does not serve this: host, region, version; no batch is split
    ├── JobEnded                      no    the job ended, and not with what was asked; carries the snapshot
    │   ├── JobFailed
    │   ├── JobCancelled
    │   └── JobPartiallySucceeded
    │       └── RenditionsUntold        it may even have succeeded, but not as far as can be seen
    └── LimitPassed                   no    the job goes on, and the author does not wait for it any longer
        ├── QueueTimedOut
        └── Stalled

``retryable`` answers one question: may the same look, made again later, bring news?
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
    """Base of all.

    :ivar retry_after: seconds for which the other side wants to be left alone, where it says so.
    """

    retryable: ClassVar[bool] = False
    retry_after: float | None = None

    def scrub(self, hide: Callable[[str], str]) -> None:
        """Take secrets out of what the other side wrote.

        :param hide: replaces them in a text.
        """


class ParameterError(MediaJobsError, ValueError):
    """An argument is wrong. The message names it, says what was wrong and what to do."""


class ConfigError(MediaJobsError):
    """The connection is missing, lacks something or contradicts itself. The message names it and the field."""


class ConnectionUnavailable(MediaJobsError):
    """A secrets backend or Airflow's API server did not answer. The text holds nothing they said: it may be secret."""

    retryable = True


class CredentialsUnavailable(MediaJobsError):
    """Temporary credentials could not be had: their service did not answer, throttled or failed."""

    retryable = True


class TransportError(MediaJobsError):
    """No answer came. The text holds the host and the sort of trouble; no URL, no header, no proxy.

    :ivar trouble: the sort, where the transport can tell: ``DNS``, ``TLS``, ``proxy``, ``timeout``, ``refused``.
    """

    retryable = True
    trouble: str | None = None


class UnreadableResponse(MediaJobsError):
    """An answer that is not the vendor's JSON: a proxy's HTML, a truncated body, too large a body.

    :param status: HTTP status.
    :param body: what came; the first 500 characters are kept in the message.
    :param retry_after: seconds, where the answer says.
    """

    retryable = True

    def __init__(self, status: int, body: bytes | str, *, retry_after: float | None = None) -> None:
        self.status = status
        self.retry_after = retry_after
        self.body = body if isinstance(body, str) else body.decode("utf-8", "replace")
        super().__init__(status, self.head)

    @property
    def head(self) -> str:
        """What is shown and stored of the body."""
        return readable(self.body[:_SHOWN_BODY])

    def __str__(self) -> str:
        return f"HTTP {self.status} with a body that is not the vendor's JSON: {self.head!r}"

    def scrub(self, hide: Callable[[str], str]) -> None:
        # The whole body, before it is cut: a cut could leave half a secret, which nothing would recognise.
        self.body = hide(self.body)
        self.args = (self.status, self.head)


class Contradiction(UnreadableResponse):
    """A success that reports an error, and an error that shows a job: neither is to be believed.

    :param status: HTTP status.
    :param body: what it tells and what it shows, in words; no values of the answer, which may be secret.
    """

    def __str__(self) -> str:
        return f"HTTP {self.status} with an answer that contradicts itself: it {self.body[:_SHOWN_BODY]}"


class LookFailed(MediaJobsError):
    """A look went wrong in a way that nobody thought of. The text holds the sort of trouble and nothing it said."""

    retryable = True


class LookCut(MediaJobsError):
    """A look has made as many calls as it may; what it did not get to is for the next one."""

    retryable = True


class NoCallLeft(LookCut):
    """The limit that processes share had no call left in time: nothing was sent."""


class ApiError(MediaJobsError):
    """The vendor answered with an error.

    :param code: the vendor's code; decisions are made by it.
    :param message: the vendor's text; never decided by.
    :param status: HTTP status.
    :param request_id: what the vendor's support asks for.
    :param retry_after: seconds, where the vendor says.
    :param hint: what else is to be known about such a refusal, in our words.
    """

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
        facts = [
            f"HTTP {self.status}" if self.status else "",
            f"request id {self.request_id}" if self.request_id else "",
        ]
        tail = ", ".join(fact for fact in facts if fact)
        said = self.message[: _SHOWN_MESSAGE if self.code else _SHOWN_BODY]
        head = f"{self.code}: {said}" if self.code else said or "no reason given"
        return head + (f" ({tail})" if tail else "") + (f"; {self.hint}" if self.hint else "")

    def scrub(self, hide: Callable[[str], str]) -> None:
        # Before it is cut: as above. What has no code is most often a page, of which the head will do.
        self.message = hide(self.message)[: _SHOWN_MESSAGE if self.code else _SHOWN_BODY]
        self.args = (self.code, self.message)


class Throttled(ApiError):
    """Too many calls for the account's limit."""

    retryable = True


class ServerFault(ApiError):
    """The vendor's side broke."""

    retryable = True


class StaleRequest(ApiError):
    """The vendor has seen this nonce: a transport sent the same bytes twice."""

    retryable = True


class AuthError(ApiError):
    """Unknown key, wrong signature, wrong clock. Huawei locks a key after five in a row: never hammer."""


class CredentialsExpired(AuthError):
    """The token ran out; a fresh one may work."""


class CredentialsRefused(AuthError):
    """Whoever hands out temporary credentials said no: a wrong key, a role that is not there or not for this key."""


class PermissionDenied(ApiError):
    """The key is good, but not for this."""


class AccountNotInOrder(PermissionDenied):
    """The service is not opened for the account, or is suspended; a payment or a verification is missing."""


class DeniedHere(PermissionDenied):
    """The key is good, but not in this region or project, or not from the address that asks."""


class JobNotFound(ApiError):
    """The vendor knows no such job, or does not show it yet."""


class OnlyOlderRuns(JobNotFound):
    """The medium has been processed, but before the time that was asked for."""


class RequestRejected(ApiError):
    """The vendor calls the request wrong."""


class WrongPlace(RequestRejected):
    """What answers does not serve the operation: another product's host, another region, an API's other version."""


class JobEnded(MediaJobsError):
    """The job has ended, and its end is not what was asked for.

    :param message: the whole story, for the task log.
    :param snapshot: the look that saw the end.
    """

    def __init__(self, message: str, snapshot: JobSnapshot | None = None) -> None:
        super().__init__(message)
        self.snapshot = snapshot


class JobFailed(JobEnded):
    """The vendor's word for a failure."""


class JobCancelled(JobEnded):
    """Somebody cancelled the job."""


class JobPartiallySucceeded(JobEnded):
    """Some outputs are there, some failed."""


class RenditionsUntold(JobPartiallySucceeded):
    """Which renditions succeeded cannot be told: they are required and not shown, or some still run after the end."""


class LimitPassed(MediaJobsError):
    """The job has not ended, but a limit that the DAG author set for a part of its life has passed."""


class QueueTimedOut(LimitPassed):
    """The job had not started when ``queue_timeout`` passed."""


class Stalled(LimitPassed):
    """Neither state nor progress of the job changed for ``stall_timeout``."""
