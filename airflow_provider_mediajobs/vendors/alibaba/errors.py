"""Alibaba's error codes, in our words. The code decides; the status only where the code is unknown.

The same code comes with different statuses from different products (``Throttling.User`` as 400, 429 or 503).
"""

from __future__ import annotations

from ...core import envelope, facts
from ...core.errors import (
    ApiError,
    AuthError,
    CredentialsExpired,
    JobNotFound,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    StaleRequest,
    Throttled,
)
from ...core.http import HttpResponse

_EXACT: dict[str, type[ApiError]] = {
    "InvalidSecurityToken.Expired": CredentialsExpired,
    "Forbidden.IllegalStatus": RequestRejected,  # VOD: the video is in no state to be transcoded
    "InvalidAction.NotFound": RequestRejected,
    "InvalidApi.NotFound": RequestRejected,
    "InvalidProduct.NotFound": RequestRejected,
    "InvalidVersion.NotFound": RequestRejected,
    "InvalidParameter": RequestRejected,
    "MissingParameter": RequestRejected,
    "NoSuchResource": JobNotFound,
}

# By the part before the first dot: Throttling, Throttling.User, Throttling.Api …
_FAMILY: dict[str, type[ApiError]] = {
    "Throttling": Throttled,
    "ServiceUnavailable": ServerFault,
    "ServiceUnAvailable": ServerFault,
    "InternalError": ServerFault,
    "UnknownError": ServerFault,
    "SignatureNonceUsed": StaleRequest,
    "InvalidTimeStamp": AuthError,
    "IllegalTimestamp": AuthError,
    "SignatureDoesNotMatch": AuthError,
    "IncompleteSignature": AuthError,
    "InvalidAccessKeyId": AuthError,
    "InvalidSecurityToken": AuthError,
    "MissingSecurityToken": AuthError,
    "Forbidden": PermissionDenied,
    "NoPermission": PermissionDenied,
    "OperationDenied": PermissionDenied,
}

# Some products put a code into successes too; these are the ones the vendor's own Node.js SDK takes for that.
_SUCCESS = frozenset({"200", "OK", "Success"})


def check(response: HttpResponse) -> None:
    """See :func:`envelope.check`."""
    envelope.check(response, _told)


def check_empty(response: HttpResponse, *fields: str) -> None:
    """See :func:`envelope.check_empty`."""
    envelope.check_empty(response, _told, fields)


def _told(response: HttpResponse) -> ApiError | None:
    """The error that the envelope tells of, if it does."""
    body = response.json()
    # Some gateways answer in lower camel case.
    code = facts.text(body.get("Code") or body.get("code"))
    if code is None or (response.status < 300 and code in _SUCCESS):
        return None
    return classify(code, response.status)(
        code,
        facts.text(body.get("Message") or body.get("message")) or "",
        status=response.status,
        request_id=facts.text(body.get("RequestId") or body.get("requestId")),
        retry_after=_retry_after(response),
    )


def classify(code: str, status: int) -> type[ApiError]:
    """Our error for the vendor's code."""
    known = _EXACT.get(code) or _FAMILY.get(code.partition(".")[0])
    if known is not None:
        return known
    if code.endswith("NotFound"):
        return JobNotFound  # InvalidShowList.NotFound, InvalidVideo.NotFound, …
    if status == 429:
        return Throttled
    # With the status of a success nothing tells whose fault an undocumented code is: that must only delay.
    return ServerFault if status >= 500 or status < 300 else RequestRejected


def _retry_after(response: HttpResponse) -> float | None:
    milliseconds = facts.number(response.headers.get("x-acs-retry-after"))
    if milliseconds is not None and milliseconds > 0:
        return milliseconds / 1000
    seconds = facts.number(response.headers.get("retry-after"))
    return seconds if seconds is not None and seconds > 0 else None
