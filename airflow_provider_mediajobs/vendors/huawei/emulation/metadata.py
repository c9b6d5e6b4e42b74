# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated metadata service of an ECS instance of Huawei Cloud, in version 2 (hardened) only.

Written from the page on instance metadata. The vendor's SDK shows the header and path of the session token, that a
wrong token and a missing agency are both refused with 401, and the text that distinguishes the two refusals.
"""

from __future__ import annotations

import json

from ....core.emulation import Call, EmulatedVendor, Refusal, Token, VendorContext
from ....core.emulation.identity import Use
from ....core.emulation.web import not_emulated
from ....core.http import HttpRequest, HttpResponse
from ....core.times import micro_zulu

_TOKEN = "/meta-data/latest/api/token"  # noqa: S105 - a path
_KEY = "/openstack/latest/securitykey"
_ACTIONS = {("PUT", _TOKEN): "CreateToken", ("GET", _KEY): "GetSecurityKey"}
_NAMES = tuple(f"{name} ({method} {path})" for (method, path), name in _ACTIONS.items())
_SIX_HOURS, _DAY = 21600, 86400


def _recognises(request: HttpRequest) -> bool:
    """Whether a request is for this service, by its path and plain HTTP: the real service has no certificate."""
    return request.origin.startswith("http://") and request.path.startswith(("/meta-data/", "/openstack/"))


def _read(request: HttpRequest) -> Call:
    """What the emulator records of a request. The operations' names are made up: the page has paths only."""
    named = f"{request.method} {request.path}"
    return Call(_ACTIONS.get((request.method, request.path), named), "metadata")


def _authenticate(context: VendorContext, request: HttpRequest) -> None:
    """Authenticate a request by its session token, which anyone on the instance can request, but not through a proxy.

    :raises Refusal: for a token that is missing, unknown or expired, and for a proxy that requests one.
    """
    if (
        request.path != _TOKEN
        and context.token(request.header("X-Metadata-Token") or "", Use.SESSION) is not Token.VALID
    ):
        raise Refusal(401, "Unauthorized", "The metadata token is missing, unknown or expired.")
    if request.path == _TOKEN and request.header("X-Forwarded-For") is not None:
        raise Refusal(403, "Forbidden", "A token is not given to a proxy.")


def _answer(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """The response to an authenticated request.

    :raises Refusal: for an unknown path, and where the instance has no agency.
    """
    action = _ACTIONS.get((request.method, request.path))
    if action == "CreateToken":
        return _written(context.issue(Use.SESSION, _seconds(request)).token, "text/plain")
    if action is None:
        usual = "There is nothing at this path."
        raise not_emulated(404, "Not Found", usual, f"{request.method} {request.path}", _NAMES)
    if context.directory.instance_agency is None:
        raise Refusal(401, "Unauthorized", "Please configure Cloud Service Agency first")
    return _written(_security_key(context, context.directory.instance_agency), "application/json")


def _seconds(request: HttpRequest) -> int:
    """The requested lifetime of a session token in seconds, from 60 to 21600 (six hours), which is the default.

    :raises Refusal: for any other value.
    """
    text = request.header("X-Metadata-Token-Ttl-Seconds") or str(_SIX_HOURS)
    if not text.isdecimal() or not 60 <= int(text) <= _SIX_HOURS:
        raise Refusal(400, "Bad Request", "The token's seconds must be from 60 to 21600.")
    return int(text)


def _security_key(context: VendorContext, agency: str) -> str:
    """The agency's temporary key, as JSON: the same for every request, until it is renewed before its end."""
    lent = context.lend(_DAY, f"instance:{agency}", "HST", keep=True)
    document = {
        "access": lent.access_key,
        "secret": lent.secret_key,
        "securitytoken": lent.security_token,
        "expires_at": micro_zulu(lent.expires),
    }
    return json.dumps({"credential": document})


def _written(text: str, kind: str) -> HttpResponse:
    """A successful response with a text of this content type."""
    return HttpResponse(200, {"content-type": kind}, text.encode())


def _refuse(context: VendorContext, request: HttpRequest, refusal: Refusal) -> HttpResponse:  # noqa: ARG001 - one shape for all vendors
    """The response that reports a refusal, as plain text."""
    headers = {"content-type": "text/plain", **refusal.whole_seconds}
    return HttpResponse(refusal.status, headers, f"{refusal.status} {refusal.code}\n{refusal.message}\n".encode())


METADATA = EmulatedVendor(
    name="huawei",
    recognises=_recognises,
    read=_read,
    authenticate=_authenticate,
    answer=_answer,
    refuse=_refuse,
    operations=_NAMES,
    products=("metadata",),
)
