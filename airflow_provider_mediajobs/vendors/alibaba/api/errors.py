# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Translates Alibaba Cloud's errors into this package's: by the code's row in ``codes``, otherwise by HTTP status."""

from __future__ import annotations

from ....core import envelope, facts
from ....core.errors import ApiError
from ....core.http import HttpRequest, HttpResponse
from .codes import sort_of


def _pause(response: HttpResponse) -> float | None:
    """The seconds that the vendor asks to wait; ``None`` where it does not say. Its header is in milliseconds."""
    milliseconds = facts.number(response.headers.get("x-acs-retry-after"))
    return milliseconds / 1000 if milliseconds is not None and milliseconds > 0 else None


# Field names in both cases, since some gateways answer in lower camel case.
ENVELOPE = envelope.Envelope(
    codes=("Code", "code", "ErrorCode", "errorCode"),
    messages=("Message", "message", "ErrorMessage", "errorMessage"),
    request_ids=("RequestId", "requestId", "request_id"),
    request_id="x-acs-request-id",
    known=sort_of,
    # Codes that mark a success: some products send one. The list is that of the vendor's own Node.js SDK.
    fine=frozenset({"200", "OK", "Success"}),
    pause=_pause,
)


def check(response: HttpResponse, request: HttpRequest | None = None) -> None:
    """Raise the error that a response reports, if any: see :func:`core.envelope.check`."""
    envelope.check(response, ENVELOPE, request)


def check_empty(response: HttpResponse, *fields: str) -> None:
    """Check a successful response without a job: see :func:`core.envelope.check_empty`."""
    envelope.check_empty(response, ENVELOPE, fields)


def classify(code: str, status: int) -> type[ApiError]:
    """The package's error class for a code with an HTTP status: see :func:`core.envelope.classify`."""
    return envelope.classify(code, status, ENVELOPE)
