# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated Identity and Access Management (IAM) of Huawei Cloud.

Written from the pages on user tokens by password, on temporary access keys of an agency and by a token, on projects and
on accounts. A wrong signature is refused by the gateway, in the form of the gateway's errors; refusals of the service
itself have another form.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ....core.emulation import Call, EmulatedVendor, Refusal, Token, VendorContext
from ....core.emulation.identity import EmulatedUser, Issued, Use
from ....core.emulation.web import not_emulated
from ....core.http import HttpRequest, HttpResponse
from ....core.times import micro_zulu
from .auth import authenticate
from .operation import json_body

_PROJECTS = "/v3/projects"
_A_DAY = 86400
_NAMES = (
    "KeystoneCreateUserTokenByPassword (POST /v3/auth/tokens)",
    "CreateTemporaryAccessKeyByToken, CreateTemporaryAccessKeyByAgency (POST /v3.0/OS-CREDENTIAL/securitytokens)",
    "KeystoneListProjects (GET /v3/projects)",
    "KeystoneListAuthDomains (GET /v3/auth/domains)",
)


def _recognises(request: HttpRequest) -> bool:
    """Whether a request is for this service, by the version in its path, which no other product has."""
    return request.path.startswith(("/v3/", "/v3.0/"))


def _read(request: HttpRequest) -> Call:
    """What the emulator records of a request: not its body, which holds passwords, tokens and policies."""
    action = _action(request) or f"{request.method} {request.path}"
    return Call(action, "iam", parameters=request.query)


def _action(request: HttpRequest) -> str | None:
    """The name of the operation that a request is for; ``None`` for an unknown path."""
    match request.method, request.path:
        case "POST", "/v3/auth/tokens":
            return "KeystoneCreateUserTokenByPassword"
        case "POST", "/v3.0/OS-CREDENTIAL/securitytokens":
            by_token = _identity(request).get("methods") == ["token"]
            return "CreateTemporaryAccessKeyByToken" if by_token else "CreateTemporaryAccessKeyByAgency"
        case "GET", "/v3/projects":
            return "KeystoneListProjects"
        case "GET", "/v3/auth/domains":
            return "KeystoneListAuthDomains"
    return None


def _authenticate(context: VendorContext, request: HttpRequest) -> None:
    """Authenticate a request: by a signature or a token, which for a key by token may be in the body.

    A request for a token by password needs neither: the operation checks the password.

    :raises Refusal: for a wrong signature, or a token that is unknown or expired.
    """
    action, token = _action(request), request.header("X-Auth-Token")
    if action == "KeystoneCreateUserTokenByPassword":
        return
    if action == "CreateTemporaryAccessKeyByToken":
        token = token or str(_dig(_identity(request), "token", "id") or "")
    if token is None:
        authenticate(context, request)
    elif context.token(token, Use.AUTH) is not Token.VALID:
        raise Refusal(401, "Unauthorized", "The X-Auth-Token is invalid!")


# --- reading ----------------------------------------------------------------------------------------------------


def _dig(document: Any, *names: str) -> Any:
    """The value at the end of a path of names in nested objects; ``None`` where there is none."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _identity(request: HttpRequest) -> dict[str, Any]:
    """``auth.identity`` of the body; empty where there is none."""
    found = _dig(json_body(request), "auth", "identity")
    return found if isinstance(found, dict) else {}


def _bad(why: str) -> Refusal:
    """The refusal of a malformed request."""
    return Refusal(400, "Bad Request", why)


def _seconds(given: Any) -> int:
    """The requested lifetime of a temporary key in seconds, from 900, which is the default, to 86400 (a day).

    :raises Refusal: for any other value.
    """
    seconds = 900 if given is None else given
    if isinstance(seconds, str) and seconds.isdecimal():
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 900 <= seconds <= _A_DAY:
        raise _bad("Request parameter 'duration_seconds' is invalid.")
    return seconds


# --- answers ----------------------------------------------------------------------------------------------------


def _create_token(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """``KeystoneCreateUserTokenByPassword``: issues a token for a day, which the answer has in a header.

    :raises Refusal: for a malformed request, a wrong name or password, or an unknown project.
    """
    if _identity(request).get("methods") != ["password"]:
        raise _bad("Expecting to find 'password' in identity.methods.")
    user = _user(context, _dig(_identity(request), "password", "user"))
    project = _scope(context, _dig(json_body(request), "auth", "scope"))
    issued = context.issue(Use.AUTH, _A_DAY, project.get("id"))
    return _written(context, 201, {"token": _token(context, user, project, issued)}, {"x-subject-token": issued.token})


def _user(context: VendorContext, given: Any) -> EmulatedUser:
    """The user whose name, account and password a request gives.

    :raises Refusal: where one of them is missing or wrong.
    """
    name, password, domain = _dig(given, "name"), _dig(given, "password"), _dig(given, "domain", "name")
    if not all(isinstance(text, str) and text for text in (name, password, domain)):
        raise _bad("Expecting to find name, password and domain in user.")
    user = context.directory.user(name, domain)
    if user is None or user.password != password:
        raise Refusal(401, "Unauthorized", "The username or password is wrong.")
    return user


def _scope(context: VendorContext, given: Any) -> dict[str, str]:
    """The project that a token is for, by name or id; empty for a token of the whole account, which VOD and MPC refuse.

    :raises Refusal: for an unknown project.
    """
    requested = _dig(given, "project")
    if requested is None:
        return {}
    for name, project_id in context.directory.projects.items():
        if name == _dig(requested, "name") or project_id == _dig(requested, "id"):
            return {"id": project_id, "name": name}
    raise Refusal(404, "Not Found", "Could not find project.")


def _token(context: VendorContext, user: EmulatedUser, project: Mapping[str, str], issued: Issued) -> dict[str, Any]:
    """What the answer says of a new token."""
    domain = {"id": context.directory.domain_id, "name": user.domain}
    scope = {"project": {**project, "domain": domain}} if project else {"domain": domain}
    return {
        "methods": ["password"],
        "issued_at": micro_zulu(issued.issued),
        "expires_at": micro_zulu(issued.expires),
        "user": {"id": f"{user.name}-id", "name": user.name, "domain": domain, "password_expires_at": ""},
        "roles": [],
        "catalog": [],
        **scope,
    }


def _create_key_by_agency(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """``CreateTemporaryAccessKeyByAgency``: issues a key with the rights of an agency of another account.

    :raises Refusal: for a malformed request, or an unknown agency.
    """
    if _identity(request).get("methods") != ["assume_role"]:
        raise _bad("Expecting to find 'assume_role' or 'token' in identity.methods.")
    requested = _dig(_identity(request), "assume_role")
    name, domain, domain_id = (_dig(requested, key) for key in ("agency_name", "domain_name", "domain_id"))
    if not isinstance(name, str) or not name or not (domain or domain_id):
        raise _bad("Expecting to find agency_name, and domain_name or domain_id, in assume_role.")
    agency = context.directory.agency(name)
    if agency is None or domain not in {None, agency.domain} or domain_id not in {None, context.directory.domain_id}:
        raise Refusal(404, "Not Found", "Could not find agency.")
    return _lent(context, _dig(requested, "duration_seconds"), f"agency:{agency.name}")


def _create_key_by_token(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """``CreateTemporaryAccessKeyByToken``: issues a key with the rights of the token's user."""
    return _lent(context, _dig(_identity(request), "token", "duration_seconds"), "token")


def _lent(context: VendorContext, seconds: Any, holder: str) -> HttpResponse:
    """The response with a new temporary key.

    :param seconds: its requested lifetime, see :func:`_seconds`.
    :param holder: describes whose rights it has.
    """
    lent = context.lend(_seconds(seconds), holder, "HST")
    credential = {
        "access": lent.access_key,
        "secret": lent.secret_key,
        "securitytoken": lent.security_token,
        "expires_at": micro_zulu(lent.expires),
    }
    return _written(context, 201, {"credential": credential})


def _list_projects(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """``KeystoneListProjects``: all projects of the account, or the one with the requested name."""
    wanted = dict(request.query).get("name")
    url = f"https://iam.myhuaweicloud.com{_PROJECTS}"
    domain = context.directory.domain_id
    common = {"domain_id": domain, "parent_id": domain, "is_domain": False, "enabled": True, "description": ""}
    projects = [
        {"id": project_id, "name": name, **common, "links": {"self": f"{url}/{project_id}"}}
        for name, project_id in context.directory.projects.items()
        if wanted in {None, name}
    ]
    links = {"self": url, "next": None, "previous": None}
    return _written(context, 200, {"projects": projects, "links": links})


def _list_domains(context: VendorContext, request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - takes no parameter
    """``KeystoneListAuthDomains``: the account that the caller belongs to."""
    domain = {"id": context.directory.domain_id, "name": "emulator-domain", "enabled": True, "description": ""}
    links = {"self": "https://iam.myhuaweicloud.com/v3/auth/domains", "next": None, "previous": None}
    return _written(context, 200, {"domains": [domain], "links": links})


_ANSWERS: Mapping[str | None, Callable[[VendorContext, HttpRequest], HttpResponse]] = {
    "KeystoneCreateUserTokenByPassword": _create_token,
    "CreateTemporaryAccessKeyByAgency": _create_key_by_agency,
    "CreateTemporaryAccessKeyByToken": _create_key_by_token,
    "KeystoneListProjects": _list_projects,
    "KeystoneListAuthDomains": _list_domains,
}


def _answer(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """The response to an authenticated request.

    :raises Refusal: for an unknown path or host, and where the operation refuses the request.
    """
    host = request.header("host") or request.host
    answer = _ANSWERS.get(_action(request))
    if answer is None or (host.endswith(".myhuaweicloud.com") and not host.startswith("iam.")):
        usual = "The API does not exist or has not been published in the environment."
        raise not_emulated(404, "APIGW.0101", usual, f"{request.method} {request.path}", _NAMES)
    return answer(context, request)


def _refuse(context: VendorContext, request: HttpRequest, refusal: Refusal) -> HttpResponse:  # noqa: ARG001 - one shape for all vendors
    """The response that reports a refusal, in the form of the gateway's errors or of the service's."""
    headers = refusal.whole_seconds
    if refusal.code.startswith("APIGW."):
        fields: dict[str, Any] = {"error_code": refusal.code, "error_msg": refusal.message}
        return _written(context, refusal.status, fields | {"request_id": context.new_id()}, headers)
    error = {"code": refusal.status, "message": refusal.message, "title": refusal.code}
    return _written(context, refusal.status, {"error": error}, headers)


def _written(
    context: VendorContext, status: int, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A JSON response with a new trace id."""
    common = {"content-type": "application/json; charset=utf8", "x-iam-trace-id": f"token_{context.new_id()}"}
    return HttpResponse(status, {**common, **(headers or {})}, json.dumps(fields).encode())


def _throttled() -> Refusal:
    """The refusal of a call above the limit."""
    return Refusal(429, "APIGW.0308", "The throttling threshold has been reached")


def _broken(status: int) -> Refusal:
    """The refusal that reports a failure of the server, with this HTTP status."""
    title = "Service Unavailable" if status == 503 else "Internal Server Error"
    return Refusal(status, title, "An unexpected error prevented the server from fulfilling your request.")


def _denied(call: Call) -> Refusal:  # noqa: ARG001 - one shape for all vendors
    """The refusal of a call without its permission."""
    return Refusal(403, "Forbidden", "You are not authorized to perform the requested action.")


IAM = EmulatedVendor(
    name="huawei",
    recognises=_recognises,
    read=_read,
    authenticate=_authenticate,
    answer=_answer,
    refuse=_refuse,
    throttled=_throttled,
    broken=_broken,
    denied=_denied,
    operations=_NAMES,
    products=("iam",),
)
