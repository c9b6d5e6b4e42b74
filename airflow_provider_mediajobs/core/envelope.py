# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Classifies every HTTP answer before a job is read from it: success, an error of the vendor, or not from the vendor.

The rule for every operation: an error code in the vendor's table decides. Without one the HTTP status decides, whatever
the body holds: 401 is a refused key, 429 a throttle, and 403 a missing permission if the body is the vendor's error
envelope. An answer that does not come from the vendor says nothing about the job.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from . import facts
from .errors import (
    ApiError,
    AuthError,
    Contradiction,
    MediaJobsError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
    UnreadableResponse,
)
from .markup import error_fields
from .times import http_date

if TYPE_CHECKING:
    from .http import HttpRequest, HttpResponse

LONGEST_PAUSE_S = 86400.0
"""The longest pause that an answer may ask for, in seconds; longer ones are cut to it."""

_LONGEST_CODE = 128
_STATUSES = {"401": 401, "403": 403, "429": 429}
"""Codes that repeat an HTTP status, as IAM's do. In an answer with status 200 they are the real status."""
_AGAIN = frozenset({408, 425})
"""Statuses after which the same request may be sent again."""

# Field names of an error envelope, in lower case and without underscores. Any other field is data.
_ENVELOPE = frozenset(
    "code message msg requestid hostid recommend accessdenieddetail success error errors errorcode errormsg "
    "errormessage errordescription errordetails encodedauthorizationmessage httpstatuscode status dynamiccode "
    "dynamicmessage detail details title".split()
)


class Envelope(NamedTuple):
    """How a vendor writes its errors.

    :param codes: names of the fields that may hold the code, the most frequent first.
    :param messages: names of the fields that may hold the message, in such an order.
    :param request_ids: names of the fields that may hold the request id, in such an order.
    :param request_id: the header that holds the request id as well.
    :param known: returns the error class for a code and status; ``None`` for a code that is not in the vendor's table.
    :param fine: codes that mean success.
    :param pause: reads the seconds to wait from the vendor's own header; ``None`` where there is none.
    :param hints: text that is added to errors of a class.
    """

    codes: tuple[str, ...]
    messages: tuple[str, ...]
    request_ids: tuple[str, ...]
    request_id: str
    known: Callable[[str, int], type[ApiError] | None]
    fine: frozenset[str] = frozenset()
    pause: Callable[[HttpResponse], float | None] = lambda _: None
    hints: Mapping[type[ApiError], str] = {}


class _Said(NamedTuple):
    """Code, message and request id of an error envelope."""

    code: str
    message: str
    request_id: str | None


def check(response: HttpResponse, envelope: Envelope, request: HttpRequest | None = None) -> None:
    """Raise the error that an answer means; return for a success.

    :param request: what was sent. For local services and operations that this package does not model, an answer with a
        2xx status is an error only by a code of the vendor's table.
    :raises ApiError: the vendor's error.
    :raises UnreadableResponse: for an answer that is not the vendor's, or that contradicts itself.
    """
    if 200 <= response.status < 300:
        error = _in_success(response, envelope, known_only=request is not None and (request.foreign or request.direct))
    else:
        error = _of_refusal(response, envelope, local=request is not None and request.direct)
    if error is not None:
        raise error


def check_empty(response: HttpResponse, envelope: Envelope, fields: Collection[str]) -> None:
    """Check a 2xx answer that holds no job: return where the vendor says that there is none, else raise.

    :param fields: names of which the vendor's own answer has at least one, even where there is no job.
    :raises ApiError: the vendor's error, sent with the status of a success.
    :raises UnreadableResponse: for an answer that is not the vendor's.
    """
    if error := _in_success(response, envelope):
        raise error
    if response.json().keys().isdisjoint(fields):
        raise UnreadableResponse(response.status, response.body)


def classify(code: str, status: int, envelope: Envelope) -> type[ApiError]:
    """The error class for an answer of the vendor with this code and HTTP status."""
    return envelope.known(code, status) or _by_status(_STATUSES.get(code, status) if status < 300 else status)


# --- successes --------------------------------------------------------------------------------------------------


def _in_success(response: HttpResponse, envelope: Envelope, *, known_only: bool = False) -> MediaJobsError | None:
    """The error in a 2xx answer. Codes at the top level or in ``error`` count; those in records are facts of a job."""
    body = _body(response) or error_fields(response.body)
    said = _beside(body, envelope)
    if said is None or (known_only and envelope.known(said.code, response.status) is None):
        return None
    error = _made(classify(said.code, response.status, envelope), said, response, envelope)
    shown = [] if isinstance(error, Throttled) else [name for name, value in body.items() if _is_data(name, value)]
    if not shown:
        return error
    told = f"tells of the error {said.code or 'without a code'} ({said.message}), and shows {', '.join(shown)}"
    return Contradiction(response.status, told)


def _beside(body: Mapping[str, Any], envelope: Envelope) -> _Said | None:
    for fields in (body, facts.mapping(body.get("error")), facts.mapping(body.get("Error"))):
        codes = [code for name in envelope.codes if name in fields and (code := _code(fields[name])) is not None]
        if bad := [code for code in codes if code not in envelope.fine]:
            return _said(bad[0], fields, body, envelope)
    for name in ("error", "Error"):
        if message := _first(facts.mapping(body.get(name)), envelope.messages) or facts.text(body.get(name)):
            return _Said("", message, _first(body, envelope.request_ids))
    if str(body.get("Success", body.get("success", True))).lower() == "false":
        return _said("", body, body, envelope)
    return None


def _is_data(name: str, value: Any) -> bool:
    if _is_envelope(name):
        return False
    return bool(value) and (isinstance(value, list | dict) or (isinstance(value, str) and value.strip()[:1] in '[{"'))


def _is_envelope(name: str) -> bool:
    return name.lower().replace("_", "") in _ENVELOPE


# --- refusals ---------------------------------------------------------------------------------------------------


def _of_refusal(response: HttpResponse, envelope: Envelope, *, local: bool) -> MediaJobsError:
    status, said = response.status, _in_refusal(response, envelope)
    known = envelope.known(said.code, status) if said is not None and said.code else None
    if known is None and said is None and not local and status in {401, 429}:
        known, text = _by_status(status), response.body.decode("utf-8", "replace").strip()
        said = _Said("", text, facts.text(response.headers.get(envelope.request_id)))
    by_status = known is None
    if known is None and said is not None and _is_the_vendors_word(status, said):
        known = _by_status(status)
    if known is not None and said is not None:
        error = _made(known, said, response, envelope)
        error.by_status = by_status
        return error
    return UnreadableResponse(status, response.body, retry_after=retry_after(response, envelope))


def _is_the_vendors_word(status: int, said: _Said) -> bool:
    """Whether a refusal is the vendor's. A message without a code may be a proxy's: then only clear statuses count."""
    return status >= 400 and (bool(said.code) or status in {401, 403, 429} or status >= 500)


def _by_status(status: int) -> type[ApiError]:
    if status == 401:
        return AuthError  # whatever the code: Huawei locks a key after five of these in a row
    if status == 403:
        return PermissionDenied
    if status == 429:
        return Throttled
    # An undocumented code with a 2xx status does not say whose fault it is: treated as retryable.
    return ServerFault if status >= 500 or status in _AGAIN or status < 300 else RequestRejected


def _in_refusal(response: HttpResponse, envelope: Envelope) -> _Said | None:
    body = _body(response) or error_fields(response.body)
    nested = [value for value in body.values() if isinstance(value, dict)]
    for fields in (body, *nested):
        if code := next((code for name in envelope.codes if (code := _code(fields.get(name)))), None):
            return _said(code, fields, body, envelope)
    for fields in (body, facts.mapping(body.get("error")), facts.mapping(body.get("Error"))):
        if _first(fields, envelope.messages):
            return _said("", fields, body, envelope)
    return None


# --- reading ----------------------------------------------------------------------------------------------------


def _body(response: HttpResponse) -> dict[str, Any]:
    try:
        return response.json()
    except UnreadableResponse:
        return {}


def _code(value: Any) -> str | None:
    """An error code; ``None`` for text that is too long to be one."""
    code = facts.text(value)
    return code if code is not None and len(code) <= _LONGEST_CODE and code.isprintable() else None


def _said(code: str, fields: Mapping[str, Any], body: Mapping[str, Any], envelope: Envelope) -> _Said:
    request_id = _first(fields, envelope.request_ids) or _first(body, envelope.request_ids)
    return _Said(code, _first(fields, envelope.messages) or _first(body, envelope.messages) or "", request_id)


def _first(fields: Mapping[str, Any], names: Collection[str]) -> str | None:
    for name in names:
        if name in fields and (text := facts.text(fields[name])) is not None:
            return text
    return None


def _made(sort: type[ApiError], said: _Said, response: HttpResponse, envelope: Envelope) -> ApiError:
    error = sort(
        said.code,
        said.message,
        status=response.status,
        request_id=said.request_id or facts.text(response.headers.get(envelope.request_id)),
        retry_after=retry_after(response, envelope),
        hint=next((hint for of, hint in envelope.hints.items() if issubclass(sort, of)), ""),
    )
    error.beside = any(value and not _is_envelope(name) for name, value in _body(response).items())
    return error


def retry_after(response: HttpResponse, envelope: Envelope) -> float | None:
    """Seconds to wait before the next request, by the vendor's own header, or ``Retry-After`` (seconds or date)."""
    told = response.headers.get("retry-after", "")
    seconds = envelope.pause(response) or facts.number(told)
    if seconds is None:
        # Measured by the server's own clock: this machine's may be wrong.
        until, written = http_date(told), http_date(response.headers.get("date", ""))
        seconds = None if until is None or written is None else (until - written).total_seconds()
    return min(seconds, LONGEST_PAUSE_S) if seconds is not None and seconds > 0 else None
