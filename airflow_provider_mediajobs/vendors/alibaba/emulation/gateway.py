# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated gateway of Alibaba Cloud, which serves its RPC products and STS on one path.

Written from the vendor's pages, not from this package's client. Action and version of a request identify the operation
and its product. Errors have the form that the products' pages share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from ....core.emulation import Call, EmulatedVendor, Refusal, VendorContext, limits_of, modules_in
from ....core.emulation.web import not_emulated
from ....core.http import HttpRequest, HttpResponse
from . import kinds, sts
from .auth import authenticate, parameters
from .operation import Operation

_KINDS = tuple(modules_in(kinds))
OPERATIONS: list[Operation] = [*(row for module in _KINDS for row in module.OPERATIONS), *sts.OPERATIONS]
# Parameters that the record of requests leaves out: secret ones, and those that every HMAC-SHA1 request carries alike.
_SECRET = frozenset(
    {"Signature", "SecurityToken", "SignatureNonce", "AccessKeyId", "OIDCToken", "ExternalId", "Policy"}
)
_COMMON = frozenset({"Action", "Version", "Format", "Timestamp", "SignatureMethod", "SignatureVersion"})


def _names() -> tuple[str, ...]:
    """Names of all emulated operations, for messages."""
    return tuple(row.name for row in OPERATIONS)


def _recognises(request: HttpRequest) -> bool:
    """Whether a request is for the gateway, by its path: all products use ``/``."""
    return request.path in {"", "/"}


def _requested(request: HttpRequest) -> tuple[str, str]:
    """Action and version of a request: headers with ACS3, parameters with HMAC-SHA1 and in unsigned requests."""
    given = parameters(request)
    if request.header("Authorization") is not None or "Action" not in given:
        return request.header("x-acs-action") or "", request.header("x-acs-version") or ""
    return given["Action"], given.get("Version", "")


def _read(request: HttpRequest) -> Call:
    """What the emulator records of a request: operation, kind, ids of jobs, limit and parameters, without secrets."""
    action, version = _requested(request)
    given = parameters(request)
    shown = tuple((name, value) for name, value in given.items() if name not in _SECRET | _COMMON)
    operation = _find(action, version, given)
    if operation is None:
        product = _products().get(version)
        return Call(action, product, limit=f"alibaba.{product}" if product else None, parameters=shown)
    ids = tuple(
        (operation.ids[name], one)
        for name, value in given.items()
        if name in operation.ids
        for one in (value.split(",") if name.endswith("Ids") else [value])
    )
    return Call(action, operation.product.name, operation.kind, ids, operation.bucket and operation.bucket.name, shown)


def _products() -> dict[str, str]:
    """Names of the products by the versions of their APIs."""
    return {row.product.version: row.product.name for row in OPERATIONS}


def _find(action: str, version: str, given: Mapping[str, str]) -> Operation | None:
    """The emulated operation, or ``None``. Where kinds share an action, the parameters select one, otherwise the first.

    :param given: all parameters of the request.
    """
    rows = [row for row in OPERATIONS if (row.action, row.product.version) == (action, version)]
    return next((row for row in rows if row.is_meant(given)), next(iter(rows), None))


def _answer(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """The response to an authenticated request.

    :raises Refusal: where the operation refuses it.
    """
    operation = _operation(request)
    if request.method not in {"GET", "POST"}:
        raise Refusal(403, "UnsupportedHTTPMethod", "This http method is not supported.")
    return _written(context, request, 200, operation.answer(context, parameters(request)))


def _operation(request: HttpRequest) -> Operation:
    """The operation that a request is for.

    :raises Refusal: where action or version is missing or unknown, or the host is another product's.
    """
    action, version = _requested(request)
    if not action:
        raise Refusal(400, "MissingAction", "Action is mandatory for this action.")
    if not version:
        raise Refusal(400, "MissingVersion", "Version is mandatory for this action.")
    product = _products().get(version)
    if product is None:
        usual = "Specified parameter Version is not valid."
        raise not_emulated(400, "InvalidVersion", usual, f"{action} of version {version}", _names())
    if _product_of_host(request) not in {None, product}:
        raise Refusal(404, "InvalidProduct.NotFound", "Cannot find product according to your specified domain.")
    operation = _find(action, version, parameters(request))
    if operation is None:
        usual = "Specified api is not found, please check your url and method."
        raise not_emulated(404, "InvalidAction.NotFound", usual, f"{action} ({product})", _names())
    return operation


def _product_of_host(request: HttpRequest) -> str | None:
    """The product that a host of the vendor serves, such as ``vod`` of ``vod-vpc.cn-shanghai.aliyuncs.com``.

    :return: ``None`` for any other host, such as a loopback address, which serves every product.
    """
    host = request.header("host") or request.host
    return host.partition(".")[0].removesuffix("-vpc") if host.endswith(".aliyuncs.com") else None


def _refuse(context: VendorContext, request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The response that reports a refusal."""
    fields = {
        "Code": refusal.code,
        "Message": refusal.message,
        "HostId": request.header("host") or request.host,
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={refusal.code}",
        **refusal.details,
    }
    # In whole milliseconds, as the vendor's SDK reads the header.
    headers = {} if refusal.retry_after is None else {"x-acs-retry-after": str(round(refusal.retry_after * 1000))}
    return _written(context, request, refusal.status, fields, headers)


def _written(
    context: VendorContext,
    request: HttpRequest,
    status: int,
    fields: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A response with a new request id, in JSON or XML.

    :param fields: the fields of the body.
    :param headers: further headers.
    """
    request_id = context.new_id().upper()
    groups = (request_id[:8], request_id[8:12], request_id[12:16], request_id[16:20], request_id[20:])
    document = {"RequestId": "-".join(groups), **fields}
    as_json = _wants_json(request)
    body = json.dumps(document) if as_json else _xml(_root(request, status), document)
    kind = "application/json;charset=utf-8" if as_json else "text/xml;charset=utf-8"
    common = {"content-type": kind, "x-acs-request-id": document["RequestId"], "cache-control": "no-store"}
    return HttpResponse(status, {**common, **(headers or {})}, body.encode())


def _wants_json(request: HttpRequest) -> bool:
    """Whether the response is JSON. With HMAC-SHA1 it is XML unless ``Format`` says otherwise, as the vendor's is."""
    given = parameters(request)
    older = request.header("Authorization") is None and not {"Action", "Signature"}.isdisjoint(given)
    return not older or given.get("Format", "").lower() == "json"


def _root(request: HttpRequest, status: int) -> str:
    """The name of an XML response's root element."""
    return f"{_requested(request)[0]}Response" if status == 200 else "Error"


def _xml(name: str, value: Any) -> str:
    """A value as an XML element; a list becomes several elements with the same name."""
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_xml(str(key), inner) for key, inner in value.items())}</{name}>"
    if isinstance(value, list):
        return "".join(_xml(name, inner) for inner in value)
    return f"<{name}>{escape(str(value))}</{name}>"


def _throttled() -> Refusal:
    """The refusal of a call above the limit."""
    return Refusal(400, "Throttling.User", "Request was denied due to user flow control.")


def _broken(status: int) -> Refusal:
    """The refusal that reports a failure of the server, with this HTTP status."""
    if status == 503:
        return Refusal(status, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
    return Refusal(status, "InternalError", "The request processing has failed due to some unknown error.")


def _denied(call: Call) -> Refusal:
    """The refusal of a call without its permission, which it names. STS has a code of its own, and names none."""
    action = f"{call.product}:{call.action}"
    if call.product == "sts":
        message = "You are not authorized to do this action. You should be authorized by RAM."
        return Refusal(403, "NoPermission", message)
    why = {"AuthAction": action, "AuthPrincipalType": "SubUser", "NoPermissionType": "ImplicitDeny"}
    message = "User not authorized to operate on the specified resource, or this API doesn't support RAM."
    return Refusal(403, "Forbidden.RAM", f"{message} Action: {action}", details={"AccessDeniedDetail": why})


EMULATION = EmulatedVendor(
    name="alibaba",
    kinds=tuple(module.KIND for module in _KINDS),
    limits=limits_of(row.bucket for row in OPERATIONS),
    recognises=_recognises,
    read=_read,
    authenticate=authenticate,
    answer=_answer,
    refuse=_refuse,
    throttled=_throttled,
    broken=_broken,
    denied=_denied,
    operations=_names(),
    products=tuple(dict.fromkeys(row.product.name for row in OPERATIONS)),
)
