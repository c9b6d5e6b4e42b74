# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei Cloud's signature ``SDK-HMAC-SHA256`` with its intermediate steps as functions, and authentication by token.

Canonical request, string to sign, signature, ``Authorization`` header. The time is a parameter; a signed copy of the
request is returned.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

from ...core.account import Account
from ...core.http import HttpRequest, Pairs, encode_query, percent_encode
from ...core.times import compact_zulu

ALGORITHM = "SDK-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"


def sign(request: HttpRequest, account: Account, now: datetime, nonce: str) -> HttpRequest:  # noqa: ARG001
    """The authenticated request: with the account's token where it has one, otherwise signed with its key.

    :param account: holds the token or the key; the headers also name its project.
    :param now: the request's date; the vendor refuses a request whose date is more than 15 minutes off.
    :param nonce: not part of this algorithm; all vendors' signers have the same parameters.
    """
    credentials = account.credentials
    if request.unsigned:
        return request
    if credentials.auth_token:
        return replace(request, headers=(*request.headers, ("X-Auth-Token", credentials.auth_token)))
    headers = request.headers
    if account.project_id:
        # The pages print X-Project_Id, but the vendor's signer skips names with an underscore: the hyphen form is
        # signed.
        headers += (("X-Project-Id", account.project_id),)
    if credentials.security_token:
        headers += (("X-Security-Token", credentials.security_token),)
    date = compact_zulu(now)
    headers += (("Host", request.host), ("X-Sdk-Date", date))
    signed = tuple(pair for pair in headers if is_signed(pair[0]))
    canonical = canonical_request(request.method, request.path, request.query, signed, payload_hash(request))
    header = authorization(
        credentials.access_key,
        signed_headers(signed),
        signature(credentials.secret_key, string_to_sign(date, canonical)),
    )
    # The query is sent in the sorted order in which it was signed, so that both are easy to compare.
    return replace(request, query=tuple(sorted(request.query)), headers=(*headers, ("Authorization", header)))


def is_signed(name: str) -> bool:
    """Whether a header is signed: the vendor's signer skips every header with an underscore in its name."""
    return "_" not in name


def payload_hash(request: HttpRequest) -> str:
    """SHA-256 of the body in hex, or the text ``UNSIGNED-PAYLOAD`` for a body whose ``Content-Type`` is not JSON.

    A request with such a body must carry ``X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD``.
    """
    content_type = request.header("Content-Type") or ""
    if request.body and content_type and not content_type.startswith(("application/json", "application/bson")):
        return UNSIGNED
    return hashlib.sha256(request.body).hexdigest()


def signed_headers(headers: Pairs) -> str:
    """The names of the signed headers: lower case, sorted, joined with ``;``."""
    return ";".join(sorted(name.lower() for name, _ in headers))


def canonical_uri(path: str) -> str:
    """The path for the signature: decoded, each segment encoded again, with a slash at the end that is not sent."""
    encoded = "/".join(percent_encode(segment) for segment in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else f"{encoded}/"


def canonical_query(query: Pairs) -> str:
    """The query for the signature: all pairs, sorted by name and then value before encoding."""
    return encode_query(tuple(sorted(query)))


def canonical_request(method: str, path: str, query: Pairs, headers: Pairs, hashed_payload: str) -> str:
    """Step 1: the canonical request.

    :param headers: the signed headers.
    :param hashed_payload: see :func:`payload_hash`.
    """
    pairs = sorted((name.lower(), value.strip()) for name, value in headers)
    canonical_headers = "".join(f"{name}:{value}\n" for name, value in pairs)
    return "\n".join(
        (
            method,
            canonical_uri(path),
            canonical_query(query),
            canonical_headers,
            signed_headers(headers),
            hashed_payload,
        )
    )


def string_to_sign(date: str, canonical: str) -> str:
    """Step 2: the algorithm's name, the date and the hash of the canonical request."""
    return f"{ALGORITHM}\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def signature(secret_key: str, to_sign: str) -> str:
    """Step 3: the signature in hex. Its key is the bare secret; no key is derived from it."""
    return hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


def authorization(access_key: str, names: str, signed: str) -> str:
    """Step 4: the ``Authorization`` header, with a blank after each comma, unlike Alibaba Cloud's."""
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signed}"
