# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Authentication of requests to the emulated Huawei Cloud: a signature, verified over the received request, or a token.

Written from the pages "AK/SK-based authentication" and "Token-based authentication", and from the gateway's table of
error codes.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta

from ....core.emulation import EmulatedKey, Refusal, Token, VendorContext
from ....core.emulation.identity import Use
from ....core.http import HttpRequest
from .. import signing

WINDOW = timedelta(minutes=15)
"""The most by which a request's date may differ from the emulator's clock."""
_AUTHORIZATION = re.compile(r"SDK-HMAC-SHA256 Access=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)")


def authenticate(context: VendorContext, request: HttpRequest) -> None:
    """Authenticate a request by its token, or without one by its signature.

    :raises Refusal: where neither holds. Five failures in a row lock a key for five minutes.
    """
    token = request.header("X-Auth-Token")
    if token is not None:
        _check_token(context, token)
    else:
        _check_keys(context, request)


def _check_keys(context: VendorContext, request: HttpRequest) -> None:
    """Check the signature of a request, and count its failures for the key.

    :raises Refusal: where the signature does not hold, or the key is locked.
    """
    match = _AUTHORIZATION.fullmatch(request.header("Authorization") or "")
    if match is None:
        raise _denied("x-auth-token not found, and no SDK-HMAC-SHA256 authorization")
    access_key, names, signature = match.groups()
    if context.locked(access_key):
        raise _denied("AK access failed to reach the limit,forbidden")
    try:
        _check_signature(context, request, access_key, names.split(";"), signature)
    except Refusal:
        context.count_failure(access_key)
        raise
    context.count_success(access_key)


def _denied(why: str) -> Refusal:
    """The refusal of a request whose authentication failed."""
    return Refusal(401, "APIGW.0301", f"Incorrect IAM authentication information: {why}")


def _expired() -> Refusal:
    """The refusal of an expired token."""
    return Refusal(401, "APIGW.0307", "The token must be updated.")


def _check_token(context: VendorContext, token: str) -> None:
    """Check an ``X-Auth-Token``.

    :raises Refusal: for an unknown or expired one.
    """
    standing = context.token(token, Use.AUTH)
    if standing is Token.EXPIRED:
        raise _expired()
    if standing is Token.UNKNOWN:
        raise _denied("decrypt token fail")


def _check_signature(
    context: VendorContext, request: HttpRequest, access_key: str, names: list[str], signature: str
) -> None:
    """Check a signature.

    :param names: the names of the signed headers.
    :raises Refusal: where it does not hold.
    """
    key = context.key(access_key)
    if key is None:
        raise _denied(f"get secretKey failed, ak {access_key} not exist")
    date = _check_date(context, request, names)
    _check_security_token(context, key, request)
    canonical = _canonical(request, names)
    ours = signing.signature(key.secret_key, signing.string_to_sign(date, canonical))
    if not hmac.compare_digest(ours.encode(), signature.encode()):
        # With vertical bars for line breaks, as the vendor prints it.
        raise _denied(f"verify aksk signature fail, CanonicalRequest:{canonical.replace(chr(10), '|')}")


def _canonical(request: HttpRequest, names: list[str]) -> str:
    """The canonical request, made of the signed headers and the received method, path, query and body."""
    signed = tuple(pair for pair in request.headers if pair[0].lower() in names)
    return signing.canonical_request(request.method, request.path, request.query, signed, signing.payload_hash(request))


def _check_date(context: VendorContext, request: HttpRequest, names: list[str]) -> str:
    """The date of a request, as its text. A window for it keeps old requests from being sent again.

    :raises Refusal: for a date that is missing, malformed, not signed, or further off than :data:`WINDOW`.
    """
    text = request.header("X-Sdk-Date") or ""
    try:
        date = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _denied("X-Sdk-Date is missing or malformed") from None
    if "x-sdk-date" not in names:
        raise _denied("X-Sdk-Date is not signed")
    if abs(context.now - date) > WINDOW:
        raise _denied("Signature expired")
    return text


def _check_security_token(context: VendorContext, key: EmulatedKey, request: HttpRequest) -> None:
    """Check that a temporary key's request carries the key's own token, and that no other request carries a token.

    :raises Refusal: otherwise. No page has a code for an expired token: that of an expired ``X-Auth-Token`` is used.
    """
    token = request.header("X-Security-Token")
    if key.security_token is None and token is None:
        return
    if token is not None and context.token(token, Use.SECURITY) is Token.EXPIRED:
        raise _expired()
    if token != key.security_token:
        raise _denied("security token is missing or not this key's")
