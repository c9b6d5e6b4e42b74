# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated metadata service of an ECS instance of Alibaba Cloud, in security hardening mode only.

Written from the pages on instance metadata and on instance RAM roles. Answers are text, those with credentials JSON,
and refusals are HTML pages. The pages do not say with which status a wrong token is refused: here with 403.
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
    """Whether a request is for this service, by its path and plain HTTP: the real service has no certificate."""
    return request.origin.startswith("http://") and request.path.startswith("/latest/")


def _read(request: HttpRequest) -> Call:
    """What the emulator records of a request."""
    return Call(_action(request) or f"{request.method} {request.path}", "metadata")


def _action(request: HttpRequest) -> str | None:
    """A name for the operation, which the page calls by its path only; ``None`` for an unknown path."""
    if request.path == _TOKEN:
        return "CreateToken" if request.method == "PUT" else None
    if request.method != "GET" or not _ROLES.fullmatch(request.path):
        return None
    return "GetRoleCredentials" if _asked_role(request) else "GetRoleName"


def _asked_role(request: HttpRequest) -> str:
    """The role that the path names; empty where it names none."""
    match = _ROLES.fullmatch(request.path)
    return unquote(match[1] or "") if match else ""


def _authenticate(context: VendorContext, request: HttpRequest) -> None:
    """Authenticate a request by its session token, which anyone on the instance can request.

    :raises Refusal: for a token that is missing, unknown or expired.
    """
    if request.path == _TOKEN:
        return
    token = request.header("X-aliyun-ecs-metadata-token")
    if token is None:
        raise Refusal(401, "Unauthorized", "A token is required.")
    if context.token(token, Use.SESSION) is not Token.VALID:
        raise Refusal(403, "Forbidden", "The token is unknown or expired.")


def _answer(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """The response to an authenticated request.

    :raises Refusal: for an unknown path, and where the instance does not have the role.
    """
    action, role = _action(request), context.directory.instance_role
    if action == "CreateToken":
        return _text(context.issue(Use.SESSION, _seconds(request)).token)
    if action is None:
        raise not_emulated(404, "Not Found", _NOTHING, f"{request.method} {request.path}", _NAMES)
    if role is None or _asked_role(request) not in {"", role}:
        raise Refusal(404, "Not Found", _NOTHING)
    return _text(role) if action == "GetRoleName" else _credentials(context, role)


def _seconds(request: HttpRequest) -> int:
    """The requested lifetime of a session token in seconds, from 1 to 21600 (six hours).

    :raises Refusal: for any other value.
    """
    text = request.header("X-aliyun-ecs-metadata-token-ttl-seconds") or ""
    if not text.isdecimal() or not 1 <= int(text) <= _SIX_HOURS:
        raise Refusal(400, "Bad Request", "The token's seconds must be from 1 to 21600.")
    return int(text)


def _credentials(context: VendorContext, role: str) -> HttpResponse:
    """The response with the role's credentials: the same for every request, until they are renewed before their end."""
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
    """A successful response with a text."""
    return HttpResponse(200, {"content-type": "text/plain"}, text.encode())


def _refuse(context: VendorContext, request: HttpRequest, refusal: Refusal) -> HttpResponse:  # noqa: ARG001 - one shape for all vendors
    """The response that reports a refusal, as an HTML page."""
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
