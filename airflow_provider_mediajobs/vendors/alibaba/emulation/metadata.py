# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The metadata service of an Alibaba Cloud instance, as the emulator answers for it: security hardening mode only.

From the pages on instance metadata and on instance RAM roles. It has no envelope: answers are text, but for the
credentials, and refusals are an HTML page. The pages do not say with which status a wrong token is refused.
"""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

from ....core.emulation import Call, EmulatedVendor, Refusal, Token, VendorContext
from ....core.emulation.identity import Use
from ....core.emulation.web import not_emulated
from ....core.http import HttpRequest, HttpResponse
from ....core.times import zulu

_TOKEN = "/latest/api/token"  # noqa: S105 - a path
_ROLES = re.compile(r"/latest/meta-data/ram/security-credentials(?:/([^/]*))?")
_SIX_HOURS = 21600
_NAMES = (
    f"CreateToken (PUT {_TOKEN})",
    "GetRoleName, GetRoleCredentials (GET /latest/meta-data/ram/security-credentials/…)",
)
_NOTHING = "There is nothing at this path."


def _recognises(request: HttpRequest) -> bool:
    """By its paths, and plain HTTP: the real one has no certificate."""
    return request.origin.startswith("http://") and request.path.startswith("/latest/")


def _read(request: HttpRequest) -> Call:
    return Call(_action(request) or f"{request.method} {request.path}", "metadata")


def _action(request: HttpRequest) -> str | None:
    """Names of ours: the page has paths only."""
    if request.path == _TOKEN:
        return "CreateToken" if request.method == "PUT" else None
    if request.method != "GET" or not _ROLES.fullmatch(request.path):
        return None
    return "GetRoleCredentials" if _asked_role(request) else "GetRoleName"


def _asked_role(request: HttpRequest) -> str:
    match = _ROLES.fullmatch(request.path)
    return unquote(match[1] or "") if match else ""


def _authenticate(context: VendorContext, request: HttpRequest) -> None:
    """By a token, which is had for the asking."""
    if request.path == _TOKEN:
        return
    token = request.header("X-aliyun-ecs-metadata-token")
    if token is None:
        raise Refusal(401, "Unauthorized", "A token is required.")
    if context.token(token, Use.SESSION) is not Token.VALID:
        raise Refusal(403, "Forbidden", "The token is unknown or expired.")


def _answer(context: VendorContext, request: HttpRequest) -> HttpResponse:
    action, role = _action(request), context.directory.instance_role
    if action == "CreateToken":
        return _text(context.issue(Use.SESSION, _seconds(request)).token)
    if action is None:
        raise not_emulated(404, "Not Found", _NOTHING, f"{request.method} {request.path}", _NAMES)
    if role is None or _asked_role(request) not in {"", role}:
        raise Refusal(404, "Not Found", _NOTHING)
    return _text(role) if action == "GetRoleName" else _credentials(context, role)


def _seconds(request: HttpRequest) -> int:
    text = request.header("X-aliyun-ecs-metadata-token-ttl-seconds") or ""
    if not text.isdecimal() or not 1 <= int(text) <= _SIX_HOURS:
        raise Refusal(400, "Bad Request", "The token's seconds must be from 1 to 21600.")
    return int(text)


def _credentials(context: VendorContext, role: str) -> HttpResponse:
    """The same for everybody who asks, and renewed in good time."""
    lent = context.lend(_SIX_HOURS, f"acs:ram::1000000000000001:assumed-role/{role}/i-emulator", "STS.", keep=True)
    document = {
        "AccessKeyId": lent.access_key,
        "AccessKeySecret": lent.secret_key,
        "Expiration": zulu(lent.expires),
        "SecurityToken": lent.security_token,
        "LastUpdated": zulu(lent.issued),
        "Code": "Success",
    }
    return _text(json.dumps(document, indent=2))


def _text(text: str) -> HttpResponse:
    return HttpResponse(200, {"content-type": "text/plain"}, text.encode())


def _refuse(context: VendorContext, request: HttpRequest, refusal: Refusal) -> HttpResponse:  # noqa: ARG001 - one shape for all vendors
    headers = {"content-type": "text/html", **refusal.whole_seconds}
    page = f"<html><head><title>{refusal.status} - {refusal.code}</title></head><body>{refusal.message}</body></html>"
    return HttpResponse(refusal.status, headers, page.encode())


METADATA = EmulatedVendor(
    name="alibaba",
    recognises=_recognises,
    read=_read,
    authenticate=_authenticate,
    answer=_answer,
    refuse=_refuse,
    operations=_NAMES,
    products=("metadata",),
)
