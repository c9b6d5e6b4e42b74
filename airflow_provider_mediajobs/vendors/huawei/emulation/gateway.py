"""Huawei Cloud as the emulator plays it: two REST products behind one gateway.

Written from the vendor's pages, not from this package's client. Errors of the gateway are ``APIGW.*``, those behind it
carry the product's prefix; all share one envelope.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from ....core.emulation import Call, EmulatedVendor, Refusal, VendorContext
from ....core.emulation.web import not_emulated
from ....core.http import HttpRequest, HttpResponse
from . import mpc, vod
from .auth import authenticate

Answer = Callable[[VendorContext, HttpRequest], Mapping[str, Any] | None]


class Operation(NamedTuple):
    """One row of the vendor's list of operations; ``None`` as an answer is 204."""

    method: str
    path: re.Pattern[str]
    action: str
    product: str
    answer: Answer


def _cancel_v1(context: VendorContext, request: HttpRequest) -> None:
    mpc.cancel_job(context, vod.first(request, "job_id"))


def _cancel_v2(context: VendorContext, request: HttpRequest) -> None:
    mpc.cancel_job(context, _id_in_path(request))


def _id_in_path(request: HttpRequest) -> str:
    return unquote(request.path.rpartition("/")[2])


_TASKS = re.compile(r"/v1/([^/]+)/asset/editing/tasks")
_JOBS_V1 = re.compile(r"/v1/([^/]+)/editing/jobs")
_JOBS_V2 = re.compile(r"/v2/([^/]+)/editing/jobs")
_JOB_V2 = re.compile(r"/v2/([^/]+)/editing/jobs/([^/]+)")
_OPERATIONS = (
    Operation("GET", _TASKS, "ListAssetEditTask", "vod", vod.list_tasks),
    Operation("POST", _TASKS, "CreateAssetEditTask", "vod", vod.create_task),
    Operation("DELETE", _TASKS, "DeleteAssetEditTask", "vod", vod.delete_task),
    Operation("GET", _JOBS_V2, "ListEditingJob", "mpc", mpc.list_jobs_v2),
    Operation("POST", _JOBS_V2, "CreateEditingJob", "mpc", mpc.create_job_v2),
    Operation("DELETE", _JOB_V2, "DeleteEditingJob", "mpc", _cancel_v2),
    Operation("GET", _JOBS_V1, "ListEditingJob", "mpc", mpc.list_jobs_v1),
    Operation("POST", _JOBS_V1, "CreateEditingJob", "mpc", mpc.create_job_v1),
    Operation("DELETE", _JOBS_V1, "DeleteEditingJob", "mpc", _cancel_v1),
)
_NAMES = tuple(
    f"{row.action} ({row.product}: {row.method} {row.path.pattern.replace('([^/]+)', '{…}')})" for row in _OPERATIONS
)
_UNPUBLISHED = "The API does not exist or has not been published in the environment."
_KINDS = {"vod": vod.VOD.name, "mpc": mpc.MPC.name}
_ID_NAMES = {"vod": "task_id", "mpc": "job_id"}
# Labels of the vendor's hosts; MPC's oldest region still has another one.
_HOSTS = {"vod": "vod", "mpc": "mpc", "mts": "mpc"}


def _recognises(request: HttpRequest) -> bool:
    """Every path begins with a version."""
    return re.match(r"/v\d", request.path) is not None


def _find(request: HttpRequest) -> Operation | None:
    return next(
        (row for row in _OPERATIONS if row.method == request.method and row.path.fullmatch(request.path)),
        None,
    )


def _read(request: HttpRequest) -> Call:
    operation = _find(request)
    parameters = request.query
    if request.body and vod.json_body(request) is not None:
        parameters += (("body", request.body.decode("utf-8", "replace")),)
    if operation is None:
        return Call(f"{request.method} {request.path}", parameters=parameters)
    name = _ID_NAMES[operation.product]
    ids = tuple(pair for pair in request.query if pair[0] == name)
    if operation.path is _JOB_V2:
        ids = ((name, _id_in_path(request)),)
    return Call(
        operation.action, operation.product, _KINDS[operation.product], ids, f"huawei.{operation.product}", parameters
    )


def _answer(context: VendorContext, request: HttpRequest) -> HttpResponse:
    operation = _find(request)
    if operation is None or _product_of_host(request) not in {None, operation.product}:
        host = _product_of_host(request)
        asked = f"{request.method} {request.path}" + (f" of {host}" if host else "")
        raise not_emulated(404, "APIGW.0101", _UNPUBLISHED, asked, _NAMES)
    _check_project(context, request, operation)
    return _written(context, 200, operation.answer(context, request))


def _check_project(context: VendorContext, request: HttpRequest, operation: Operation) -> None:
    """The path's, and the token's where there is one: a token is for one project."""
    match, token = operation.path.fullmatch(request.path), request.header("X-Auth-Token")
    named = {match and match.group(1), context.project_id if token is None else context.project_of(token)}
    if named != {context.project_id}:
        code = {"vod": "VOD.10057", "mpc": "MPC.10208"}[operation.product]
        raise Refusal(403, code, "Tenant ID verification failed.")


def _product_of_host(request: HttpRequest) -> str | None:
    """``vod`` of ``vod.cn-north-4.myhuaweicloud.com``; another host (a loopback address) serves every product."""
    host = request.header("host") or request.host
    label = host.partition(".")[0]
    return _HOSTS.get(label, label) if host.endswith(".myhuaweicloud.com") else None


def _refuse(context: VendorContext, request: HttpRequest, refusal: Refusal) -> HttpResponse:  # noqa: ARG001 - one shape for all vendors
    fields: dict[str, Any] = {"error_code": refusal.code, "error_msg": refusal.message}
    return _written(context, refusal.status, fields, refusal.whole_seconds)


def _written(
    context: VendorContext, status: int, fields: Mapping[str, Any] | None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The request id is in a header (``request_id(uuid)-timestamp-hostname``), and in the gateway's errors."""
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
    return Refusal(429, "APIGW.0308", "The throttling threshold has been reached")


def _broken(status: int) -> Refusal:
    if status == 503:
        return Refusal(status, "APIGW.0613", "The API gateway's identity service is unavailable")
    if status == 502:
        return Refusal(status, "APIGW.0610", "No backend available")
    return Refusal(status, "APIGW.0201", "Backend timeout")


def _denied(call: Call) -> Refusal:
    """MPC's table has no code for it: that of a failed check of the tenant is the nearest."""
    if call.product == "mpc":
        return Refusal(403, "MPC.10208", "Failed to verify the tenant ID.")
    return Refusal(403, "VOD.10111", "You do not have the permission to perform this operation.")


EMULATION = EmulatedVendor(
    name="huawei",
    kinds=(vod.VOD, mpc.MPC),
    # 100 calls a minute and tenant: MPC's constraints page, and VOD's for neighbouring operations.
    limits={"huawei.vod": (100, 60.0), "huawei.mpc": (100, 60.0)},
    recognises=_recognises,
    read=_read,
    authenticate=authenticate,
    answer=_answer,
    refuse=_refuse,
    throttled=_throttled,
    broken=_broken,
    denied=_denied,
    operations=_NAMES,
)
