# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests every error code of the vendor's pages for Alibaba's products, and the error class it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.api.errors import check, check_empty, classify

CODES: list[tuple[str, int, type[e.ApiError]]] = [
    ("Throttling", 400, e.Throttled),
    ("Throttling", 429, e.Throttled),
    ("Throttling", 503, e.Throttled),
    ("Throttling.User", 400, e.Throttled),
    ("Throttling.User", 503, e.Throttled),
    ("Throttling.Api", 400, e.Throttled),
    ("Throttling.Whatever.Comes", 403, e.Throttled),
    ("ServiceUnavailable", 503, e.ServerFault),
    ("ServiceUnAvailable", 503, e.ServerFault),
    ("ServiceUnavailable", 400, e.ServerFault),
    ("InternalError", 500, e.ServerFault),
    ("InternalError", 400, e.ServerFault),
    ("UnknownError", 500, e.ServerFault),
    ("SignatureNonceUsed", 400, e.StaleRequest),
    ("InvalidTimeStamp.Expired", 400, e.AuthError),
    ("InvalidTimeStamp.Format", 400, e.AuthError),
    ("IllegalTimestamp", 400, e.AuthError),
    ("SignatureDoesNotMatch", 400, e.AuthError),
    ("SignatureDoesNotMatch", 403, e.AuthError),
    ("IncompleteSignature", 400, e.AuthError),
    ("InvalidAccessKeyId.NotFound", 404, e.AuthError),
    ("InvalidAccessKeyId.NotFound", 400, e.AuthError),
    ("InvalidAccessKeyId.Inactive", 403, e.AuthError),
    ("InvalidSecurityToken.Expired", 400, e.CredentialsExpired),
    ("InvalidSecurityToken.Expired", 403, e.CredentialsExpired),
    ("InvalidSecurityToken.Malformed", 400, e.AuthError),
    ("MissingSecurityToken", 400, e.AuthError),
    ("Forbidden", 403, e.PermissionDenied),
    ("Forbidden.RAM", 403, e.PermissionDenied),
    ("Forbidden.RAM", 400, e.PermissionDenied),
    ("NoPermission", 403, e.PermissionDenied),
    ("OperationDenied", 403, e.AccountNotInOrder),
    ("OperationDenied.Suspended", 403, e.AccountNotInOrder),
    ("Forbidden.IllegalStatus", 400, e.RequestRejected),
    ("MissingParameter", 400, e.RequestRejected),
    ("MissingCasterId", 400, e.RequestRejected),
    ("InvalidParameter", 400, e.RequestRejected),
    ("InvalidCasterId.Malformed", 400, e.RequestRejected),
    ("InvalidAction.NotFound", 404, e.WrongPlace),
    ("InvalidVersion", 404, e.WrongPlace),
    ("InvalidVersion.NotFound", 400, e.WrongPlace),
    ("InvalidApi.NotFound", 404, e.WrongPlace),
    ("InvalidProduct.NotFound", 404, e.WrongPlace),
    ("InvalidProtocol.NeedSsl", 400, e.WrongPlace),
    ("UnsupportedHTTPMethod", 403, e.WrongPlace),
    ("InvalidShowList.NotFound", 400, e.JobNotFound),
    ("InvalidShowList.NotFound", 404, e.JobNotFound),
    ("InvalidVideo.NotFound", 404, e.JobNotFound),
    ("NoSuchResource", 404, e.JobNotFound),
    ("JobNotFound", 400, e.JobNotFound),
    ("SomethingNew", 400, e.RequestRejected),
    ("SomethingNew", 404, e.RequestRejected),
    ("SomethingNew", 429, e.Throttled),
    ("SomethingNew", 500, e.ServerFault),
    ("SomethingNew", 503, e.ServerFault),
    ("InvalidParameter", 200, e.RequestRejected),
    ("MissingParameter", 200, e.RequestRejected),
    ("SomethingNew", 200, e.ServerFault),
    ("SomethingNew", 401, e.AuthError),
    ("SomethingNew", 403, e.PermissionDenied),
    ("SomethingNew", 408, e.ServerFault),
    ("SomethingNew.NotFound", 404, e.JobNotFound),
    ("SomethingNew.NotFound", 401, e.AuthError),
    ("SomethingNew.NotFound", 403, e.PermissionDenied),
    ("SomethingNew.NotFound", 429, e.Throttled),
    ("SomethingNew.NotFound", 500, e.ServerFault),
    ("403", 403, e.PermissionDenied),
    ("throttling", 400, e.RequestRejected),
    ("ThrottlingUser", 400, e.RequestRejected),
]


@pytest.mark.parametrize(("code", "status", "expected"), CODES)
def test_code(code: str, status: int, expected: type[e.ApiError]) -> None:
    """The code decides, whatever the status; an unknown code is judged by its status."""
    assert classify(code, status) is expected


@pytest.mark.parametrize("upper", [True, False], ids=["Code", "code"])
def test_both_envelopes(respond: Any, upper: bool) -> None:
    """Some gateways answer in lower camel case; code, message, status and request id are kept from either."""
    body = {"Code": "Throttling.User", "Message": "slow down", "RequestId": "r1", "HostId": "live.aliyuncs.com"}
    if not upper:
        body = {name[0].lower() + name[1:]: value for name, value in body.items()}
    with pytest.raises(e.Throttled) as caught:
        check(respond(body, 400))
    error = caught.value
    assert (error.code, error.message, error.status, error.request_id) == ("Throttling.User", "slow down", 400, "r1")
    assert str(error) == "Throttling.User: slow down (HTTP 400, request id r1)"


def test_the_message_never_decides(respond: Any) -> None:
    """A message that speaks of throttling does not make a throttle."""
    with pytest.raises(e.RequestRejected):
        check(respond({"Code": "InvalidParameter", "Message": "Throttling: job not found, internal error"}, 400))


def test_a_bare_code_is_enough(respond: Any) -> None:
    """Message and request id may be missing."""
    with pytest.raises(e.ServerFault) as caught:
        check(respond({"Code": "InternalError"}, 500))
    assert (caught.value.message, caught.value.request_id, caught.value.retry_after) == ("", None, None)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
@pytest.mark.parametrize(
    "body", ["", "a token", "<html>", {"LiveEditingJob": {"Code": "InvalidParameter"}}, {"Code": ""}]
)
def test_success_passes(respond: Any, status: int, body: Any) -> None:
    """A code in a record explains it, as that of a successful ICE job; what the body is the exchange has to say."""
    check(respond(body, status))
    ALIBABA.check(respond(body, status), None)


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"Code": "Throttling.User", "Message": "slow down", "RequestId": "r1"}, e.Throttled),
        ({"code": "InternalError", "message": "slow down", "requestId": "r1"}, e.ServerFault),
        ({"Code": "Forbidden.RAM", "Message": "slow down", "RequestId": "r1", "Field": None}, e.PermissionDenied),
        ({"Code": 500, "Message": "slow down", "RequestId": "r1", "Field": []}, e.ServerFault),
        ({"Code": "InvalidVideo.NotFound", "Message": "slow down", "RequestId": "r1"}, e.JobNotFound),
    ],
)
def test_an_error_with_the_status_of_a_success(
    respond: Any, status: int, body: dict[str, Any], expected: type[e.ApiError]
) -> None:
    """Where there is no job in it, an error is told by the same table, with all its facts."""
    with pytest.raises(expected) as caught:
        check_empty(respond(body, status, retry_after="9"), "RequestId", "Field")
    error = caught.value
    assert (error.message, error.status, error.request_id, error.retry_after) == ("slow down", status, "r1", 9.0)


@pytest.mark.parametrize("code", ["OK", "Success", "200", 200, "", None, True])
@pytest.mark.parametrize("body", [{"RequestId": "r1"}, {"Field": None}, {"Field": []}])
def test_a_success_without_a_job_holds_none(respond: Any, body: dict[str, Any], code: Any) -> None:
    """Some products put a word for success there; an answer with a documented field is the vendor's."""
    check_empty(respond(body | {"Code": code}), "RequestId", "Field")


@pytest.mark.parametrize("body", ["{}", '{"status": "down for maintenance"}', '{"Code": "OK"}', "<html>", ""])
def test_a_success_that_is_not_the_vendors_is_unreadable(respond: Any, body: str) -> None:
    """Some other server's answer proves nothing about a job."""
    with pytest.raises(e.UnreadableResponse):
        check_empty(respond(body), "RequestId", "Field")


@pytest.mark.parametrize("status", [199, 301, 400, 403, 404, 408, 500, 502, 503])
@pytest.mark.parametrize(
    "body", ["<html>Bad Gateway</html>", "", "[]", "null", "{}", '{"Code": ""}', '{"Code": null}', '{"Code']
)
def test_anything_but_the_vendors_envelope_is_unreadable(respond: Any, status: int, body: str) -> None:
    """A proxy's page or a broken body is a blip, and keeps its status."""
    with pytest.raises(e.UnreadableResponse) as caught:
        ALIBABA.check(respond(body, status), None)
    assert caught.value.status == status
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x_acs_retry_after": "1500"}, 1.5),
        ({"x_acs_retry_after": "1500", "retry_after": "9"}, 1.5),
        ({"retry_after": "9"}, 9.0),
        ({"x_acs_retry_after": "0", "retry_after": "9"}, 9.0),
        ({"x_acs_retry_after": "-1"}, None),
        ({"x_acs_retry_after": "soon"}, None),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:27:30 GMT"}, 30.0),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry_after": "Wed, 21 Oct 9999 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:30 GMT"}, 86400.0),
        ({"retry_after": "1e300"}, 86400.0),
        ({"retry_after": "-1"}, None),
        ({"retry_after": "0"}, None),
        ({"retry_after": "inf"}, None),
        ({}, None),
    ],
)
def test_retry_after(respond: Any, headers: dict[str, str], seconds: float | None) -> None:
    """The vendor's header is in milliseconds, the standard's in seconds or a date; nonsense is unknown."""
    with pytest.raises(e.Throttled) as caught:
        check(respond({"Code": "Throttling"}, 503, **headers))
    assert caught.value.retry_after == seconds
