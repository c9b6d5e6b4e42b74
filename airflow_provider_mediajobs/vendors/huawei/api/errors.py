# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Translates Huawei Cloud's errors into this package's: by the code's row in ``codes``, otherwise by HTTP status."""

from __future__ import annotations

from ....core import envelope
from ....core.errors import ApiError, AuthError
from ....core.http import HttpRequest, HttpResponse
from .codes import sort_of

LOCKED = "after five refusals in a row the key is locked for five minutes, and refused even with a correct signature"
"""Hint that is added to the message of every authentication error."""

ENVELOPE = envelope.Envelope(
    codes=("error_code", "errorCode", "code", "Code"),
    messages=("error_msg", "errorMsg", "errorMessage", "message", "Message", "error_description", "title"),
    request_ids=("request_id", "requestId", "RequestId"),
    request_id="x-request-id",
    known=sort_of,
    hints={AuthError: LOCKED},
)


def check(response: HttpResponse, request: HttpRequest | None = None) -> None:
    """Raise the error that a response reports, if any: see :func:`core.envelope.check`."""
    envelope.check(response, ENVELOPE, request)


def check_empty(response: HttpResponse, *fields: str) -> None:
    """Check a successful response without a job: see :func:`core.envelope.check_empty`."""
    envelope.check_empty(response, ENVELOPE, fields)


def check_done(response: HttpResponse) -> None:
    """Check the response to a command: a success has no body (204), and a body must not be an error.

    :raises ApiError: the vendor's error, sent with the status of a success.
    :raises UnreadableResponse: for an answer that is not the vendor's.
    """
    if response.body:
        response.json()
        check(response)


def classify(code: str, status: int) -> type[ApiError]:
    """The package's error class for a code with an HTTP status: see :func:`core.envelope.classify`."""
    return envelope.classify(code, status, ENVELOPE)
