# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Authentication of requests to the emulated Alibaba Cloud: both signatures, verified over the received request.

Written from the vendor's pages on the V3 (ACS3) and RPC request structure. Error codes are those of the pages of common
errors.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from ....core.emulation import EmulatedKey, Refusal, Token, VendorContext
from ....core.emulation.identity import Use
from ....core.http import HttpRequest
from .. import signing

WINDOW = timedelta(minutes=15)
"""The most by which a request's date may differ from the emulator's clock."""
_AUTHORIZATION = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)")
_UNSIGNED = "AssumeRoleWithOIDC"  # the operation that is not signed, since its caller has no key yet
_MISMATCH = "Specified signature does not match our calculation. server string to sign is:"


def parameters(request: HttpRequest) -> dict[str, str]:
    """Query and form body in one map; where both have a name, the body's value counts."""
    form: list[tuple[str, str]] = []
    if (request.header("content-type") or "").startswith("application/x-www-form-urlencoded"):
        form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict((*request.query, *form))


def authenticate(context: VendorContext, request: HttpRequest) -> None:
    """Authenticate a request by the signature that it carries, of either algorithm.

    :raises Refusal: for a request without a signature, or with a wrong one.
    """
    given = parameters(request)
    if request.header("Authorization") is not None:
        _check_acs3(context, request)
    elif "Signature" in given:
        _check_hmac_sha1(context, request, given)
    elif _UNSIGNED not in {request.header("x-acs-action"), given.get("Action")}:
        raise Refusal(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.")


def _check_acs3(context: VendorContext, request: HttpRequest) -> None:
    """Check an ACS3-HMAC-SHA256 signature.

    :raises Refusal: where it does not hold.
    """
    match = _AUTHORIZATION.fullmatch(request.header("Authorization") or "")
    if match is None:
        raise Refusal(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    access_key, names, signature = match.groups()
    _check_coverage(request, names.split(";"))
    key = _known_key(context, access_key)
    _check_date(context, request.header("x-acs-date"))
    _check_token(context, key, request.header("x-acs-security-token"))
    canonical = _acs3_canonical(request, names.split(";"))
    to_sign = signing.acs3_string_to_sign(canonical)
    if not _same(signing.acs3_signature(key.secret_key, to_sign), signature):
        message = f"{_MISMATCH}{to_sign} server canonical request is:{canonical}"
        raise Refusal(400, "SignatureDoesNotMatch", message)
    _check_nonce(context, request.header("x-acs-signature-nonce"))
    context.admit(key)


def _check_coverage(request: HttpRequest, names: list[str]) -> None:
    """Check that the signature covers ``host``, ``content-type`` if present, and every ``x-acs-*`` header.

    :param names: the names of the signed headers.
    :raises Refusal: for a header that is not covered, or is mandatory and missing.
    """
    present = {name.lower() for name, _ in request.headers}
    must = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
    must |= {name for name in present if name == "content-type" or name.startswith("x-acs-")}
    if uncovered := sorted(must - set(names)):
        raise Refusal(400, "IncompleteSignature", f"The signature does not cover the header {uncovered[0]}.")


def _acs3_canonical(request: HttpRequest, names: list[str]) -> str:
    """The canonical request, made of the signed headers and the received body; the header with its hash is not used."""
    signed = tuple(pair for pair in request.headers if pair[0].lower() in names)
    payload_hash = signing.acs3_payload_hash(request.body)
    return signing.acs3_canonical_request(request.method, request.path, request.query, signed, payload_hash)


def _check_hmac_sha1(context: VendorContext, request: HttpRequest, given: dict[str, str]) -> None:
    """Check an HMAC-SHA1 signature.

    :param given: all parameters of the request.
    :raises Refusal: where it does not hold.
    """
    for name in ("AccessKeyId", "Timestamp", "SignatureNonce", "SignatureMethod", "SignatureVersion"):
        if name not in given:
            raise Refusal(400, f"Missing{name}", f"{name} is mandatory for this action.")
    if (given["SignatureMethod"], given["SignatureVersion"]) != (signing.HMAC_SHA1, "1.0"):
        raise Refusal(400, "InvalidParameter", "Only SignatureMethod HMAC-SHA1 with SignatureVersion 1.0 is known.")
    key = _known_key(context, given["AccessKeyId"])
    _check_date(context, given["Timestamp"])
    _check_token(context, key, given.get("SecurityToken"))
    signed = tuple((name, value) for name, value in given.items() if name != "Signature")
    to_sign = signing.rpc_string_to_sign(request.method, signing.rpc_canonical_query(signed))
    if not _same(signing.rpc_signature(key.secret_key, to_sign), given["Signature"]):
        raise Refusal(400, "SignatureDoesNotMatch", f"{_MISMATCH}{to_sign}")
    _check_nonce(context, given["SignatureNonce"])
    context.admit(key)


def _same(ours: str, theirs: str) -> bool:
    """Whether the computed signature is the received one."""
    return hmac.compare_digest(ours.encode(), theirs.encode())


def _known_key(context: VendorContext, access_key: str) -> EmulatedKey:
    """The emulated key with this id.

    :raises Refusal: for an unknown id.
    """
    key = context.key(access_key)
    if key is None:
        raise Refusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    return key


def _check_date(context: VendorContext, text: str | None) -> None:
    """Check the request's date.

    :raises Refusal: for a date that is missing, malformed, or further off than :data:`WINDOW`.
    """
    try:
        date = datetime.strptime(text or "", "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(
            400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."
        ) from None
    if abs(context.now - date) > WINDOW:
        raise Refusal(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")


def _check_token(context: VendorContext, key: EmulatedKey, token: str | None) -> None:
    """Check that a temporary key's request carries the key's own token, and that no other request carries a token."""
    if key.security_token is None and token is None:
        return
    if token is None:
        raise Refusal(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
    if context.token(token, Use.SECURITY) is Token.EXPIRED:
        raise Refusal(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
    if token != key.security_token:
        raise Refusal(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")


def _check_nonce(context: VendorContext, nonce: str | None) -> None:
    """Check the nonce, last of all, so that a request refused for another reason does not use its nonce up."""
    if not nonce:
        raise Refusal(400, "MissingSignatureNonce", "SignatureNonce is mandatory for this action.")
    if not context.use_nonce(nonce):
        raise Refusal(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
