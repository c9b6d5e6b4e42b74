# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated gateway of Huawei Cloud, which serves its REST products VOD and MPC.

Written from the vendor's pages, not from this package's client. Error codes of the gateway begin with ``APIGW``, those
of the products with the product's name; all errors have the same form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ....core.emulation import Call, EmulatedVendor, Refusal, VendorContext, limits_of, modules_in
from ....core.emulation.web import not_emulated
from ....core.http import HttpRequest, HttpResponse
from . import kinds
from .auth import authenticate
from .operation import Operation, json_body

_KINDS = tuple(modules_in(kinds))
OPERATIONS: list[Operation] = [row for module in _KINDS for row in module.OPERATIONS]
_UNPUBLISHED = "The API does not exist or has not been published in the environment."
# Products by the first label of the vendor's hosts. MPC's oldest region has a label of its own.
_HOSTS = {"vod": "vod", "mpc": "mpc", "mts": "mpc"}


def _recognises(request: HttpRequest) -> bool:
    """Whether a request is for the gateway, by its path: every path begins with a version."""
    return re.match(r"/v\d", request.path) is not None


def _find(request: HttpRequest) -> Operation | None:
    """The emulated operation, or ``None``. Where kinds share a path, the query selects one, otherwise the first."""
    rows = [row for row in OPERATIONS if row.match(request) is not None]
    return next((row for row in rows if row.is_meant(request)), next(iter(rows), None))


def _read(request: HttpRequest) -> Call:
    """What the emulator records of a request: operation, kind, ids of jobs, limit and parameters."""
    operation = _find(request)
    parameters = request.query
    if request.body and json_body(request) is not None:
        parameters += (("body", request.body.decode("utf-8", "replace")),)
    if operation is None:
        return Call(f"{request.method} {request.path}", parameters=parameters)
    ids = operation.ids_of(request)
    return Call(operation.action, operation.product, operation.kind, ids, operation.bucket.name, parameters)


def _answer(context: VendorContext, request: HttpRequest) -> HttpResponse:
    """The response to an authenticated request.

    :raises Refusal: for an unknown operation or another project, and where the operation refuses the request.
    """
    operation = _find(request)
    if operation is None or _product_of_host(request) not in {None, operation.product}:
        host = _product_of_host(request)
        requested = f"{request.method} {request.path}" + (f" of {host}" if host else "")
        raise not_emulated(404, "APIGW.0101", _UNPUBLISHED, requested, [row.name for row in OPERATIONS])
    _check_project(context, request, operation)
    return _written(context, 200, operation.answer(context, request))


def _check_project(context: VendorContext, request: HttpRequest, operation: Operation) -> None:
    """Check the project of the path, and that of the token, if there is one, since a token is for one project.

    :raises Refusal: for another project than the emulated account's.
    """
    match, token = operation.match(request) or {}, request.header("X-Auth-Token")
    named = {match.get("project_id"), context.project_id if token is None else context.project_of(token)}
    if named != {context.project_id}:
        code = {"vod": "VOD.10057", "mpc": "MPC.10208"}[operation.product]
        raise Refusal(403, code, "Tenant ID verification failed.")


def _product_of_host(request: HttpRequest) -> str | None:
    """The product that a host of the vendor serves, such as ``vod`` of ``vod.cn-north-4.myhuaweicloud.com``.

    :return: ``None`` for any other host, such as a loopback address, which serves every product.
    """
    host = request.header("host") or request.host
    label = host.partition(".")[0]
    return _HOSTS.get(label, label) if host.endswith(".myhuaweicloud.com") else None


def _refuse(context: VendorContext, request: HttpRequest, refusal: Refusal) -> HttpResponse:  # noqa: ARG001 - one shape for all vendors
    """The response that reports a refusal."""
    fields: dict[str, Any] = {"error_code": refusal.code, "error_msg": refusal.message}
    return _written(context, refusal.status, fields, refusal.whole_seconds)


def _written(
    context: VendorContext, status: int, fields: Mapping[str, Any] | None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A response with a new request id, which is in a header and in the body of the gateway's errors.

    :param fields: the fields of the body; ``None`` for status 204 without a body.
    :param headers: further headers.
    """
    raw = context.new_id()
    uuid = "-".join((raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]))
    request_id = f"{uuid}-{int(context.now.timestamp() * 1000)}-emulator"
    common = {"content-type": "application/json;charset=utf-8", "x-request-id": request_id, **(headers or {})}
    if fields is None:
        return HttpResponse(204, common)
    if str(fields.get("error_code", "")).startswith("APIGW."):
        fields = {**fields, "request_id": request_id}
    return HttpResponse(status, common, json.dumps(fields).encode())


def _throttled() -> Refusal:
    """The refusal of a call above the limit."""
    return Refusal(429, "APIGW.0308", "The throttling threshold has been reached")


def _broken(status: int) -> Refusal:
    """The refusal that reports a failure of the server, with this HTTP status."""
    if status == 503:
        return Refusal(status, "APIGW.0613", "The API gateway's identity service is unavailable")
    if status == 502:
        return Refusal(status, "APIGW.0610", "No backend available")
    return Refusal(status, "APIGW.0201", "Backend timeout")


def _denied(call: Call) -> Refusal:
    """The refusal of a call without its permission. MPC's pages have no code for it, so the tenant check's is used."""
    if call.product == "mpc":
        return Refusal(403, "MPC.10208", "Failed to verify the tenant ID.")
    return Refusal(403, "VOD.10111", "You do not have the permission to perform this operation.")


EMULATION = EmulatedVendor(
    name="huawei",
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
    operations=tuple(row.name for row in OPERATIONS),
    products=tuple(dict.fromkeys(row.product for row in OPERATIONS)),
)
