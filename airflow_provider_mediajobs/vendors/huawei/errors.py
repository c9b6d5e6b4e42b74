"""Huawei's error codes, in our words. The code decides; the status only where the code leaves it open.

VOD reports internal errors as 403 and 400, so the status alone would end good waits.
"""

from __future__ import annotations

from typing import Any

from ...core import envelope, facts
from ...core.errors import (
    ApiError,
    AuthError,
    CredentialsExpired,
    JobNotFound,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
)
from ...core.http import HttpResponse

# The gateway's codes are spelt APIGW.0301 for cloud services and APIG.0301 by newer gateways.
_GATEWAY: dict[str, type[ApiError]] = {
    "0101": RequestRejected,
    "0301": AuthError,  # also "AK access failed to reach the limit": the key is locked for 5 minutes
    "0302": PermissionDenied,
    "0303": AuthError,
    "0304": PermissionDenied,
    "0305": AuthError,
    "0306": PermissionDenied,
    "0307": CredentialsExpired,
    "0308": Throttled,
    "0310": PermissionDenied,
    "0601": ServerFault,
    "0605": ServerFault,
    "0606": ServerFault,
    "0608": ServerFault,
    "0610": ServerFault,
    "0613": ServerFault,
}

_PRODUCT: dict[str, type[ApiError]] = {
    "403": PermissionDenied,  # IAM's own codes are the statuses
    "VOD.10051": ServerFault,  # sent as 403
    "VOD.10052": ServerFault,  # sent as 403
    "VOD.10053": RequestRejected,
    "VOD.10054": AuthError,
    "VOD.10055": PermissionDenied,
    "VOD.10056": PermissionDenied,
    "VOD.10057": PermissionDenied,
    "VOD.10062": JobNotFound,
    "VOD.10074": PermissionDenied,
    "VOD.10081": RequestRejected,
    "VOD.10111": PermissionDenied,
    "VOD.10120": PermissionDenied,
    "VST.10001": RequestRejected,
    "VST.10002": ServerFault,  # sent as 400
    "VST.10004": AuthError,
    "MPC.10202": RequestRejected,
    "MPC.10204": RequestRejected,
    "MPC.10205": RequestRejected,
    "MPC.10208": PermissionDenied,
    "MPC.10212": ServerFault,  # "operation failed", unspecific, sent as 403
}


def check(response: HttpResponse) -> None:
    """See :func:`envelope.check`."""
    envelope.check(response, _told)


def check_empty(response: HttpResponse, *fields: str) -> None:
    """See :func:`envelope.check_empty`."""
    envelope.check_empty(response, _told, fields)


def check_done(response: HttpResponse) -> None:
    """Of a command: a success has no body (204), and one with a body must at least be no error.

    :raises ApiError: the vendor's error, sent with the status of a success.
    :raises UnreadableResponse: for an answer that is not the vendor's.
    """
    if response.body and (error := _told(response)):
        raise error


def _told(response: HttpResponse) -> ApiError | None:
    """The error that the envelope tells of, if it does."""
    body = _unwrapped(response.json())
    code = _first(body, "error_code", "errorCode", "code")
    if code is None:
        return None
    return classify(code, response.status)(
        code,
        _first(body, "error_msg", "errorMsg", "message") or "",
        status=response.status,
        request_id=_first(body, "request_id") or facts.text(response.headers.get("x-request-id")),
        retry_after=_retry_after(response),
    )


def classify(code: str, status: int) -> type[ApiError]:
    """Our error for the vendor's code."""
    family, _, number = code.partition(".")
    known = _GATEWAY.get(number) if family in {"APIGW", "APIG"} else _PRODUCT.get(code)
    if known is not None:
        return known
    if status == 401:
        return AuthError  # whatever the code: five of these in a row lock the key
    if status == 429:
        return Throttled
    # APIGW.0201 lands here: "too large" with 4xx, "back end unavailable" with 5xx. 408 may be sent again unchanged.
    # With the status of a success nothing tells whose fault an undocumented code is: that must only delay.
    return ServerFault if status >= 500 or status == 408 or status < 300 else RequestRejected


def _unwrapped(body: dict[str, Any]) -> dict[str, Any]:
    """Some services nest the envelope one level deep."""
    nested = [value for value in body.values() if isinstance(value, dict)]
    has_code = any(name in body for name in ("error_code", "errorCode", "code"))
    return body if has_code or len(nested) != 1 else nested[0]


def _first(body: dict[str, Any], *names: str) -> str | None:
    return next((text for name in names if (text := facts.text(body.get(name))) is not None), None)


def _retry_after(response: HttpResponse) -> float | None:
    seconds = facts.number(response.headers.get("retry-after"))
    return seconds if seconds is not None and seconds > 0 else None
