# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Alibaba Cloud's two request signatures, each with its intermediate steps as functions.

ACS3-HMAC-SHA256 (the SDKs' default): canonical request, string to sign, signature, ``Authorization`` header.
HMAC-SHA1 ``SignatureVersion=1.0`` (vendor prose: "V2", "RPC"): canonical query, string to sign, ``Signature``
parameter. Time and nonce are parameters; a signed copy of the request is returned.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import datetime

from ...core.account import Account, Credentials
from ...core.http import HttpRequest, Pairs, encode_query, percent_encode
from ...core.times import zulu

ACS3 = "ACS3-HMAC-SHA256"
HMAC_SHA1 = "HMAC-SHA1"
FORM = "application/x-www-form-urlencoded"


def sign(request: HttpRequest, account: Account, now: datetime, nonce: str) -> HttpRequest:
    """The signed request, by the algorithm that the account names.

    :param request: carries the headers ``x-acs-action`` and ``x-acs-version``.
    :param now: the request's date; the vendor refuses one that is more than 15 minutes off.
    :param nonce: a new one for every attempt; the vendor refuses a repeated one.
    """
    if request.unsigned:
        return dated(request, now, nonce)
    signer = sign_hmac_sha1 if account.signature == HMAC_SHA1 else sign_acs3
    return signer(request, account.credentials, now, nonce)


# --- ACS3-HMAC-SHA256 -------------------------------------------------------------------------------------------


def sign_acs3(request: HttpRequest, credentials: Credentials, now: datetime, nonce: str) -> HttpRequest:
    """Sign ``host``, ``content-type`` and every ``x-acs-*`` header: the required ones; proxies may rewrite others."""
    payload_hash = acs3_payload_hash(request.body)
    headers: Pairs = (
        ("host", request.host),
        *request.headers,
        ("x-acs-date", zulu(now)),
        ("x-acs-signature-nonce", nonce),
        ("x-acs-content-sha256", payload_hash),
    )
    if credentials.security_token:
        headers += (
            ("x-acs-accesskey-id", credentials.access_key),
            ("x-acs-security-token", credentials.security_token),
        )
    signed = tuple(pair for pair in headers if _must_be_signed(pair[0].lower()))
    canonical = acs3_canonical_request(request.method, request.path, request.query, signed, payload_hash)
    signature = acs3_signature(credentials.secret_key, acs3_string_to_sign(canonical))
    authorization = acs3_authorization(credentials.access_key, acs3_signed_headers(signed), signature)
    return replace(request, headers=(*headers, ("Authorization", authorization)))


def _must_be_signed(name: str) -> bool:
    return name in {"host", "content-type"} or name.startswith("x-acs-")


def acs3_payload_hash(body: bytes) -> str:
    """Lower-case hex SHA-256 of the exact bytes."""
    return hashlib.sha256(body).hexdigest()


def acs3_signed_headers(headers: Pairs) -> str:
    """Distinct lower-case names, sorted, joined with ``;``."""
    return ";".join(sorted({name.lower() for name, _ in headers}))


def acs3_canonical_request(method: str, path: str, query: Pairs, headers: Pairs, payload_hash: str) -> str:
    """Step 1. ``path`` is used verbatim: already encoded, not encoded again, no slash added."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip())
    canonical_headers = "".join(f"{name}:{','.join(sorted(values[name]))}\n" for name in sorted(values))
    # Sorted by the raw name, by code point: that is where "B" < "_" < "a".
    canonical_query = encode_query(tuple(sorted(query)))
    return "\n".join((method, path, canonical_query, canonical_headers, acs3_signed_headers(headers), payload_hash))


def acs3_string_to_sign(canonical_request: str) -> str:
    """Step 2."""
    return f"{ACS3}\n{hashlib.sha256(canonical_request.encode()).hexdigest()}"


def acs3_signature(secret_key: str, string_to_sign: str) -> str:
    """Step 3. The key is the bare secret, without the ``&`` of the older algorithm."""
    return hmac.new(secret_key.encode(), string_to_sign.encode(), hashlib.sha256).hexdigest()


def acs3_authorization(access_key: str, signed_headers: str, signature: str) -> str:
    """Step 4. Commas without blanks."""
    return f"{ACS3} Credential={access_key},SignedHeaders={signed_headers},Signature={signature}"


# --- HMAC-SHA1, SignatureVersion 1.0 ----------------------------------------------------------------------------


def sign_hmac_sha1(request: HttpRequest, credentials: Credentials, now: datetime, nonce: str) -> HttpRequest:
    """Parameters and signature as a form body. The algorithm has them in the query too, but HTTP libraries log URLs.

    :param request: a ``POST`` without a body of its own, its parameters in the query.
    """
    parameters: Pairs = (
        *_common(request, now, nonce),
        ("SignatureMethod", HMAC_SHA1),
        ("SignatureVersion", "1.0"),
        ("AccessKeyId", credentials.access_key),
        *request.query,
    )
    if credentials.security_token:
        parameters += (("SecurityToken", credentials.security_token),)
    to_sign = rpc_string_to_sign(request.method, rpc_canonical_query(parameters))
    return _as_form(request, (*parameters, ("Signature", rpc_signature(credentials.secret_key, to_sign))))


def _common(request: HttpRequest, now: datetime, nonce: str) -> Pairs:
    return (
        ("Action", request.header("x-acs-action") or ""),
        ("Version", request.header("x-acs-version") or ""),
        ("Format", "json"),  # the server's default is XML
        ("Timestamp", zulu(now)),
        ("SignatureNonce", nonce),
    )


def _as_form(request: HttpRequest, parameters: Pairs) -> HttpRequest:
    headers = (*request.headers, ("content-type", FORM))
    return replace(request, query=(), headers=headers, body=encode_query(parameters).encode())


def dated(request: HttpRequest, now: datetime, nonce: str) -> HttpRequest:
    """The request of an unsigned operation, as a form with date and nonce; unchanged without ``x-acs-action``."""
    if request.header("x-acs-action") is None:
        return request
    return _as_form(request, (*_common(request, now, nonce), *request.query))


def rpc_canonical_query(parameters: Pairs) -> str:
    """Step 1. All parameters, those of a form body included, sorted by raw name."""
    return encode_query(tuple(sorted(parameters)))


def rpc_string_to_sign(method: str, canonical_query: str) -> str:
    """Step 2. The path is always ``/``; the query is encoded a second time."""
    return f"{method}&{percent_encode('/')}&{percent_encode(canonical_query)}"


def rpc_signature(secret_key: str, string_to_sign: str) -> str:
    """Step 3. The key is the secret plus ``&``."""
    digest = hmac.new(f"{secret_key}&".encode(), string_to_sign.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
