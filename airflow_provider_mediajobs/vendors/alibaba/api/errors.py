# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Alibaba Cloud's errors as this package's: by the code's row in ``codes``, or the HTTP status for an unknown code."""

from __future__ import annotations

from ....core import envelope, facts
from ....core.errors import ApiError
from ....core.http import HttpRequest, HttpResponse
from .codes import sort_of


def _pause(response: HttpResponse) -> float | None:
    milliseconds = facts.number(response.headers.get("x-acs-retry-after"))
    return milliseconds / 1000 if milliseconds is not None and milliseconds > 0 else None


# Some gateways answer in lower camel case.
ENVELOPE = envelope.Envelope(
    codes=("Code", "code", "ErrorCode", "errorCode"),
    messages=("Message", "message", "ErrorMessage", "errorMessage"),
    request_ids=("RequestId", "requestId", "request_id"),
    request_id="x-acs-request-id",
    known=sort_of,
    # Some products put a code into successes too; these are the ones the vendor's own Node.js SDK takes for that.
    fine=frozenset({"200", "OK", "Success"}),
    pause=_pause,
)


def check(response: HttpResponse, request: HttpRequest | None = None) -> None:
    """See :func:`envelope.check`."""
    envelope.check(response, ENVELOPE, request)


def check_empty(response: HttpResponse, *fields: str) -> None:
    """See :func:`envelope.check_empty`."""
    envelope.check_empty(response, ENVELOPE, fields)


def classify(code: str, status: int) -> type[ApiError]:
    """Our error for the vendor's code."""
    return envelope.classify(code, status, ENVELOPE)
