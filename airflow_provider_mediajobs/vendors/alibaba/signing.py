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
    """The signed request, by the algorithm that the account names; an unsigned operation only gets date and nonce.

    :param request: carries the headers ``x-acs-action`` and ``x-acs-version``.
    :param account: names the algorithm, and holds the key that signs.
    :param now: the request's date; the vendor refuses a request whose date is more than 15 minutes off.
    :param nonce: a new text for every attempt; the vendor refuses a repeated one.
    """
    if request.unsigned:
        return dated(request, now, nonce)
    signer = sign_hmac_sha1 if account.signature == HMAC_SHA1 else sign_acs3
    return signer(request, account.credentials, now, nonce)


# --- ACS3-HMAC-SHA256 -------------------------------------------------------------------------------------------


def sign_acs3(request: HttpRequest, credentials: Credentials, now: datetime, nonce: str) -> HttpRequest:
    """Sign a request by ACS3-HMAC-SHA256.

    Only the required headers are signed, ``host``, ``content-type`` and every ``x-acs-*``, since proxies may rewrite
    others. For ``now`` and ``nonce`` see :func:`sign`.
    """
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
    """Whether the signature must cover a header, given by its name in lower case."""
    return name in {"host", "content-type"} or name.startswith("x-acs-")


def acs3_payload_hash(body: bytes) -> str:
    """SHA-256 of the body's exact bytes, in lower-case hex."""
    return hashlib.sha256(body).hexdigest()


def acs3_signed_headers(headers: Pairs) -> str:
    """The names of the signed headers: lower case, distinct, sorted, joined with ``;``."""
    return ";".join(sorted({name.lower() for name, _ in headers}))


def acs3_canonical_request(method: str, path: str, query: Pairs, headers: Pairs, payload_hash: str) -> str:
    """Step 1 of ACS3: the canonical request.

    :param path: used verbatim: it is encoded already, and no slash is added.
    :param query: names and values, not encoded.
    :param headers: the signed headers.
    :param payload_hash: see :func:`acs3_payload_hash`.
    """
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip())
    canonical_headers = "".join(f"{name}:{','.join(sorted(values[name]))}\n" for name in sorted(values))
    # Sorted by code point of the names as they are before encoding, so that "B" < "_" < "a".
    canonical_query = encode_query(tuple(sorted(query)))
    return "\n".join((method, path, canonical_query, canonical_headers, acs3_signed_headers(headers), payload_hash))


def acs3_string_to_sign(canonical_request: str) -> str:
    """Step 2 of ACS3: the algorithm's name, and the hash of the canonical request."""
    return f"{ACS3}\n{hashlib.sha256(canonical_request.encode()).hexdigest()}"


def acs3_signature(secret_key: str, string_to_sign: str) -> str:
    """Step 3 of ACS3: the signature in hex. Its key is the bare secret, without the ``&`` of HMAC-SHA1."""
    return hmac.new(secret_key.encode(), string_to_sign.encode(), hashlib.sha256).hexdigest()


def acs3_authorization(access_key: str, signed_headers: str, signature: str) -> str:
    """Step 4 of ACS3: the ``Authorization`` header, with commas but without blanks after them."""
    return f"{ACS3} Credential={access_key},SignedHeaders={signed_headers},Signature={signature}"


# --- HMAC-SHA1, SignatureVersion 1.0 ----------------------------------------------------------------------------


def sign_hmac_sha1(request: HttpRequest, credentials: Credentials, now: datetime, nonce: str) -> HttpRequest:
    """Sign a request by HMAC-SHA1, and send all parameters with the signature as a form body.

    The vendor also accepts them in the query, but HTTP libraries log URLs. For ``now`` and ``nonce`` see :func:`sign`.

    :param request: a ``POST`` without a body, its parameters in the query.
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
    """The parameters that every request of this style carries, signed or not."""
    return (
        ("Action", request.header("x-acs-action") or ""),
        ("Version", request.header("x-acs-version") or ""),
        ("Format", "json"),  # the server's default is XML
        ("Timestamp", zulu(now)),
        ("SignatureNonce", nonce),
    )


def _as_form(request: HttpRequest, parameters: Pairs) -> HttpRequest:
    """The request with these parameters as its form body, and without a query."""
    headers = (*request.headers, ("content-type", FORM))
    return replace(request, query=(), headers=headers, body=encode_query(parameters).encode())


def dated(request: HttpRequest, now: datetime, nonce: str) -> HttpRequest:
    """The request of an unsigned operation, as a form body with date and nonce.

    A request without ``x-acs-action`` is not for an RPC operation but for a metadata service, and returned unchanged.
    """
    if request.header("x-acs-action") is None:
        return request
    return _as_form(request, (*_common(request, now, nonce), *request.query))


def rpc_canonical_query(parameters: Pairs) -> str:
    """Step 1 of HMAC-SHA1: all parameters of query and form body, sorted by their names before encoding."""
    return encode_query(tuple(sorted(parameters)))


def rpc_string_to_sign(method: str, canonical_query: str) -> str:
    """Step 2 of HMAC-SHA1: method, path (always ``/``) and canonical query, which is encoded a second time."""
    return f"{method}&{percent_encode('/')}&{percent_encode(canonical_query)}"


def rpc_signature(secret_key: str, string_to_sign: str) -> str:
    """Step 3 of HMAC-SHA1: the signature in base64. Its key is the secret followed by ``&``."""
    digest = hmac.new(f"{secret_key}&".encode(), string_to_sign.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
