# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests every error code of the vendor's pages for Huawei's two products, and the error class it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.api.errors import check, check_empty, classify

GATEWAY: list[tuple[str, int, type[e.ApiError]]] = [
    ("0101", 404, e.WrongPlace),
    ("0201", 400, e.RequestRejected),
    ("0201", 413, e.RequestRejected),
    ("0201", 414, e.RequestRejected),
    ("0201", 494, e.RequestRejected),
    ("0201", 500, e.ServerFault),
    ("0201", 502, e.ServerFault),
    ("0201", 504, e.ServerFault),
    ("0301", 401, e.AuthError),
    ("0302", 403, e.PermissionDenied),
    ("0303", 401, e.AuthError),
    ("0304", 403, e.PermissionDenied),
    ("0305", 401, e.AuthError),
    ("0306", 403, e.PermissionDenied),
    ("0307", 401, e.CredentialsExpired),
    ("0308", 429, e.Throttled),
    ("0310", 403, e.PermissionDenied),
    ("0601", 500, e.ServerFault),
    ("0605", 500, e.ServerFault),
    ("0606", 500, e.ServerFault),
    ("0608", 500, e.ServerFault),
    ("0610", 502, e.ServerFault),
    ("0613", 503, e.ServerFault),
    ("9999", 400, e.RequestRejected),
    ("9999", 403, e.PermissionDenied),
    ("9999", 401, e.AuthError),
    ("9999", 500, e.ServerFault),
]

PRODUCTS: list[tuple[str, int, type[e.ApiError]]] = [
    ("403", 403, e.PermissionDenied),
    ("404", 404, e.RequestRejected),
    ("VOD.10051", 403, e.ServerFault),
    ("VOD.10052", 403, e.ServerFault),
    ("VOD.10053", 400, e.RequestRejected),
    ("VOD.10053", 403, e.RequestRejected),
    ("VOD.99999", 403, e.PermissionDenied),
    ("XYZ.0301", 401, e.AuthError),
    ("XYZ.0301", 403, e.PermissionDenied),
    ("VOD.10054", 403, e.AuthError),
    ("VOD.10055", 403, e.AccountNotInOrder),
    ("VOD.10056", 403, e.AccountNotInOrder),
    ("VOD.10057", 403, e.DeniedHere),
    ("VOD.10062", 403, e.JobNotFound),
    ("VOD.10062", 400, e.JobNotFound),
    ("VOD.10074", 403, e.PermissionDenied),
    ("VOD.10081", 400, e.RequestRejected),
    ("VOD.10081", 403, e.RequestRejected),
    ("VOD.10111", 403, e.PermissionDenied),
    ("VOD.10120", 403, e.AccountNotInOrder),
    ("VST.10001", 400, e.RequestRejected),
    ("VST.10002", 400, e.ServerFault),
    ("VST.10004", 400, e.AuthError),
    ("MPC.10202", 400, e.RequestRejected),
    ("MPC.10202", 403, e.RequestRejected),
    ("MPC.10204", 400, e.RequestRejected),
    ("MPC.10205", 400, e.RequestRejected),
    ("MPC.10208", 400, e.DeniedHere),
    ("MPC.10208", 403, e.DeniedHere),
    ("MPC.10209", 406, e.RequestRejected),
    ("MPC.10210", 403, e.RequestRejected),
    ("MPC.10212", 403, e.ServerFault),
    ("MPC.10223", 400, e.RequestRejected),
    ("MPC.10224", 400, e.RequestRejected),
    ("MPC.10050", 500, e.ServerFault),
    ("MPC.99999", 500, e.ServerFault),
    ("VOD.99999", 401, e.AuthError),
    ("VOD.99999", 408, e.ServerFault),
    ("VOD.99999", 429, e.Throttled),
    ("429", 429, e.Throttled),
    ("0308", 400, e.RequestRejected),
    ("VOD.10053", 200, e.RequestRejected),
    ("VOD.10062", 200, e.JobNotFound),
    ("VOD.99999", 200, e.ServerFault),
    ("XYZ.0301", 400, e.RequestRejected),
]


@pytest.mark.parametrize("family", ["APIGW", "APIG"])
@pytest.mark.parametrize(("number", "status", "expected"), GATEWAY)
def test_gateway_code(family: str, number: str, status: int, expected: type[e.ApiError]) -> None:
    """Both spellings of the gateway's codes mean the same; only 0201 needs the status."""
    assert classify(f"{family}.{number}", status) is expected


@pytest.mark.parametrize(("code", "status", "expected"), PRODUCTS)
def test_product_code(code: str, status: int, expected: type[e.ApiError]) -> None:
    """Internal errors sent as 403 and 400 stay retryable; unknown codes are judged by their status."""
    assert classify(code, status) is expected


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "VOD.10053", "error_msg": "illegal field: {x}", "request_id": "r1"},
        {"errorCode": "VOD.10053", "errorMsg": "illegal field: {x}", "request_id": "r1"},
        {"code": "VOD.10053", "message": "illegal field: {x}", "request_id": "r1"},
        {"error": {"error_code": "VOD.10053", "error_msg": "illegal field: {x}", "request_id": "r1"}},
        {"error": {"code": "VOD.10053", "message": "illegal field: {x}", "request_id": "r1"}, "status": 400},
        {"errorCode": "VOD.10053", "errorMessage": "illegal field: {x}", "requestId": "r1"},
        {"a": {}, "b": {"error_code": "VOD.10053", "error_msg": "illegal field: {x}"}, "request_id": "r1"},
    ],
)
def test_every_envelope(respond: Any, body: dict[str, Any]) -> None:
    """Three spellings, flat or nested one level; code, message, status and request id are kept."""
    with pytest.raises(e.RequestRejected) as caught:
        HUAWEI.check(respond(body, 400, x_request_id="header"), None)
    error = caught.value
    assert (error.code, error.message, error.status, error.request_id) == ("VOD.10053", "illegal field: {x}", 400, "r1")


def test_the_request_id_may_be_in_the_header(respond: Any) -> None:
    """The product's own envelope has none."""
    with pytest.raises(e.RequestRejected) as caught:
        check(respond({"error_code": "MPC.10202", "error_msg": "Invalid request parameter."}, 400, x_request_id="r1"))
    assert str(caught.value) == "MPC.10202: Invalid request parameter. (HTTP 400, request id r1)"


def test_the_locked_key_is_not_hammered(respond: Any) -> None:
    """After five failures the key is locked for five minutes: an end, not something to retry."""
    body = {"error_code": "APIGW.0301", "error_msg": "AK access failed to reach the limit, forbidden."}
    with pytest.raises(e.AuthError) as caught:
        check(respond(body, 401))
    assert not caught.value.retryable


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("body", ["", "a token", {"job_array": {"error_code": "MPC.10050"}}, {"a": {"code": "X"}}])
def test_success_passes(respond: Any, status: int, body: Any) -> None:
    """A code in a record explains it; what the body is the exchange has to say."""
    check(respond(body, status))
    HUAWEI.check(respond(body, status), None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error_code": "APIGW.0308", "error_msg": "why"}, e.Throttled),
        ({"errorCode": "VOD.10051", "errorMsg": "why", "tasks": []}, e.ServerFault),
        ({"error": {"code": "VOD.10074", "message": "why"}}, e.PermissionDenied),
    ],
)
def test_an_error_with_the_status_of_a_success(respond: Any, body: dict[str, Any], expected: type[e.ApiError]) -> None:
    """Where there is no job in it, an error is told by the same tables, with all its facts."""
    with pytest.raises(expected) as caught:
        check_empty(respond(body, 200, x_request_id="r1"), "tasks", "total")
    assert (caught.value.message, caught.value.status, caught.value.request_id) == ("why", 200, "r1")


@pytest.mark.parametrize("body", [{"total": 0}, {"tasks": []}, {"tasks": None}, {"tasks": [], "error_code": ""}])
def test_a_success_without_a_job_holds_none(respond: Any, body: dict[str, Any]) -> None:
    """An answer with a documented field is the vendor's."""
    check_empty(respond(body), "tasks", "total")


@pytest.mark.parametrize("body", ["{}", '{"status": "down for maintenance"}', "<html>", ""])
def test_a_success_that_is_not_the_vendors_is_unreadable(respond: Any, body: str) -> None:
    """Some other server's answer proves nothing about a job."""
    with pytest.raises(e.UnreadableResponse):
        check_empty(respond(body), "tasks", "total")


@pytest.mark.parametrize("status", [302, 400, 403, 404, 408, 500, 502, 503])
@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        "",
        "[]",
        "{}",
        '{"error_code": ""}',
        '{"a": {}, "b": {}}',
        '{"a": {"b": {"code": "X"}}}',
        '{"error_code',
    ],
)
def test_anything_but_the_vendors_envelope_is_unreadable(respond: Any, status: int, body: str) -> None:
    """A proxy's page or a broken body is a blip, and keeps its status."""
    with pytest.raises(e.UnreadableResponse) as caught:
        check(respond(body, status))
    assert caught.value.status == status


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("0", None), ("-1", None), ("soon", None), (None, None)])
def test_retry_after(respond: Any, header: str | None, seconds: float | None) -> None:
    """Seconds, where the gateway says so."""
    headers = {"retry_after": header} if header is not None else {}
    with pytest.raises(e.Throttled) as caught:
        check(respond({"error_code": "APIGW.0308"}, 429, **headers))
    assert caught.value.retry_after == seconds
