# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests whether an answer is a success, an error or unreadable, whatever its body, for both vendors."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.envelope import Envelope
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.vendors import VENDORS, vendor

BODIES: dict[str, bytes] = {
    "empty": b"",
    "html": b"<html><head><title>401 Authorization Required</title></head></html>",
    "text": b"upstream connect error",
    "xml of another": b"<?xml version='1.0'?><Answer><Code>0</Code></Answer>",
    "list": b"[]",
    "null": b"null",
    "empty object": b"{}",
    "two nested objects": b'{"a": {}, "b": {"c": 1}}',
    "nested too deeply": b'{"a": {"b": {"code": "X", "message": "m"}}}',
    "not a word": b'{"code": {}, "message": []}',
    "cut short": b'{"error_code": "APIGW.0301", "err',
    "no characters": b"\xff\xfe\x00",
    "a very long page": b"x" * 100_000,
}
SAID: dict[str, bytes] = {
    "message alone": b'{"message": "Unauthorized"}',
    "nested": b'{"error": {"message": "who are you?", "code": 401, "title": "Unauthorized"}}',
    "nested without a code": b'{"error": {"message": "who are you?"}}',
    "among two nested": b'{"data": {}, "error": {"code": "X", "message": "who are you?"}}',
    "xml": b"<?xml version='1.0'?>\n<Error><Code>SomethingNew</Code><Message>who are you?</Message></Error>",
    "unknown code": b'{"code": "SomethingNew", "message": "who are you?"}',
    "code as a number": b'{"code": 4711, "message": "who are you?"}',
    "code that is no word": json.dumps({"code": "x" * 200, "message": "who are you?"}).encode(),
}
UNTOLD = [pytest.param(body, id=name) for name, body in BODIES.items()]
TOLD = [pytest.param(body, id=name) for name, body in SAID.items()]


@pytest.fixture(params=[vendor.name for vendor in VENDORS])
def met(request: pytest.FixtureRequest) -> Any:
    """What an answer means to a vendor: the error, or ``None``."""

    def check(
        status: int, body: Any, headers: dict[str, str] | None = None, requested: HttpRequest | None = None
    ) -> e.MediaJobsError | None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            vendor(request.param).check(HttpResponse(status, headers or {}, data), requested)
        except e.MediaJobsError as error:
            error.scrub(lambda text: text)
            return error
        return None

    return check


@pytest.mark.parametrize("body", UNTOLD + TOLD)
def test_401_is_a_refused_key(met: Any, body: bytes) -> None:
    """Whatever the body: each attempt counts for the lock, so none is a blip."""
    error = met(401, body)

    assert type(error) is e.AuthError
    assert (error.status, error.retryable) == (401, False)
    assert len(str(error)) < 1000


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "no reason given"),
        (BODIES["html"], "<title>401 Authorization Required"),
        (BODIES["text"], "upstream connect"),
    ]
    + [(body, "who are you?") for name, body in SAID.items() if name != "message alone"],
)
@pytest.mark.parametrize("status", [401, 429])
def test_what_it_says_stays_in_the_message(met: Any, status: int, body: bytes, text: str) -> None:
    """Of an envelope that nobody knows, too."""
    assert text in str(met(status, body))


@pytest.mark.parametrize("body", UNTOLD + TOLD)
def test_429_is_a_throttle(met: Any, body: bytes) -> None:
    """With what it says of when to come again."""
    error = met(429, body, {"retry-after": "60"})

    assert type(error) is e.Throttled
    assert (error.status, error.retryable, error.retry_after) == (429, True, 60.0)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", UNTOLD + TOLD)
def test_5xx_is_trouble(met: Any, status: int, body: bytes) -> None:
    """The vendor's own, or that of something in between."""
    error = met(status, body, {"retry-after": "60"})

    assert type(error) is (e.ServerFault if body in SAID.values() else e.UnreadableResponse)
    assert (error.status, error.retryable, error.retry_after) == (status, True, 60.0)


@pytest.mark.parametrize("body", TOLD)
def test_403_of_the_vendor_is_a_missing_permission(met: Any, body: bytes) -> None:
    """Whatever else repeats another status."""
    error = met(403, body)

    assert type(error) is e.PermissionDenied
    assert (error.status, error.retryable) == (403, False)


@pytest.mark.parametrize("body", UNTOLD)
def test_403_of_a_proxy_is_no_news(met: Any, body: bytes) -> None:
    """It ends no wait; how long it wants to be left alone is kept."""
    error = met(403, body, {"retry-after": "7"})

    assert type(error) is e.UnreadableResponse
    assert (error.status, error.retryable, error.retry_after) == (403, True, 7.0)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 405, 407, 408, 418])
@pytest.mark.parametrize("body", [*UNTOLD, pytest.param(b'{"message": "no Route matched"}', id="message alone")])
def test_what_is_not_the_vendors_ends_no_wait(met: Any, status: int, body: bytes) -> None:
    """Redirects, and pages that a host in between makes up."""
    error = met(status, body)

    assert type(error) is e.UnreadableResponse
    assert (error.status, error.retryable) == (status, True)


@pytest.mark.parametrize(
    ("status", "sort"),
    [
        (302, e.UnreadableResponse),
        (400, e.RequestRejected),
        (404, e.RequestRejected),
        (405, e.RequestRejected),
        (408, e.ServerFault),
        (425, e.ServerFault),
    ],
)
def test_an_unknown_code_of_the_vendors(met: Any, status: int, sort: type[e.MediaJobsError]) -> None:
    """By the status."""
    error = met(status, {"code": "SomethingNew", "message": "why"})

    assert type(error) is sort
    assert "why" in str(error)


def test_all_that_support_asks_for_is_kept(met: Any) -> None:
    """Code, message and request id, of the body or of the header."""
    error = met(400, {"code": "SomethingNew", "message": "why", "requestId": "r1"})
    assert str(error) == "SomethingNew: why (HTTP 400, request id r1)"

    error = met(400, {"code": "SomethingNew", "message": "why"}, {"x-request-id": "r2", "x-acs-request-id": "r2"})
    assert str(error) == "SomethingNew: why (HTTP 400, request id r2)"


# --- successes ----------------------------------------------------------------------------------------------------

RECORD = {"job_id": "1", "status": "SUCCEEDED", "Status": "Success"}
ERRORS: dict[str, dict[str, Any]] = {
    "code": {"code": "SomethingNew", "message": "why"},
    "code as a number": {"code": 500, "message": "why"},
    "errorCode": {"errorCode": "SomethingNew", "errorMessage": "why"},
    "nested": {"error": {"code": "SomethingNew", "message": "why"}},
    "nested without a code": {"error": {"message": "why"}},
    "a text": {"error": "why"},
    "no success": {"success": False, "message": "why"},
}


@pytest.mark.parametrize("status", [200, 202, 299])
@pytest.mark.parametrize("shown", [[RECORD], RECORD, json.dumps([RECORD]), '"s1": {"TaskStatus": 3},'])
@pytest.mark.parametrize("told", ERRORS.values(), ids=list(ERRORS))
def test_an_error_beside_a_record_is_no_news(met: Any, told: dict[str, Any], shown: Any, status: int) -> None:
    """Neither a success nor an end; no value of the record is shown."""
    error = met(status, told | {"jobs": shown, "total": 1})

    assert type(error) is e.Contradiction
    assert error.retryable
    assert "why" in str(error)
    assert "shows jobs" in str(error)
    assert "SUCCEEDED" not in str(error)


@pytest.mark.parametrize("shown", [None, [], {}, "", 0, "text"])
@pytest.mark.parametrize("told", ERRORS.values(), ids=list(ERRORS))
def test_an_error_with_the_status_of_a_success(met: Any, told: dict[str, Any], shown: Any) -> None:
    """Without a record an error is one; whose fault an undocumented code is nothing tells: that only delays."""
    error = met(200, told | {"jobs": shown})

    assert (type(error), error.message) == (e.ServerFault, "why")


@pytest.mark.parametrize(
    ("code", "sort"), [(401, e.AuthError), ("403", e.PermissionDenied), (429, e.Throttled), (404, e.ServerFault)]
)
def test_a_code_that_repeats_a_status(met: Any, code: Any, sort: type[e.MediaJobsError]) -> None:
    """With the status of a success it is the only one that means something."""
    assert type(met(200, {"error": {"code": code, "message": "why"}})) is sort


def test_a_throttle_beside_a_record_is_a_throttle(met: Any) -> None:
    """No news either way, and it says how long to wait."""
    for code in ("Throttling.User", "APIGW.0308"):
        error = met(200, {"code": code, "jobs": [RECORD]}, {"retry-after": "5"})
        if isinstance(error, e.Throttled):
            assert error.retry_after == 5.0
            return
    raise AssertionError("neither vendor's throttle was known")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"a-token",
        b"<html>",
        {"jobs": [RECORD | {"code": "X", "Code": "X", "error_code": "X", "error": {"code": "X"}}]},
        {"job": RECORD | {"code": "X", "Code": "X", "error_code": "X"}},
        {"code": "", "jobs": [RECORD]},
        {"code": None, "error": None, "jobs": [RECORD]},
        {"code": {}, "error": {}, "success": True, "jobs": [RECORD]},
        {"error": {"trace": 1}, "jobs": [RECORD]},
    ],
)
def test_codes_within_a_record_explain_it(met: Any, body: Any) -> None:
    """Only those beside it count. What the body is else, the exchange has to say."""
    assert met(200, body) is None


@pytest.mark.parametrize("code", ["200", 200, "OK", "Success"])
def test_the_codes_of_successes_are_alibabas(code: Any) -> None:
    """No other vendor has such, and Alibaba has no others."""
    answer = HttpResponse(200, {}, json.dumps({"code": code, "jobs": [RECORD]}).encode())

    vendor("alibaba").check(answer, None)
    with pytest.raises(e.Contradiction):
        vendor("huawei").check(answer, None)


@pytest.mark.parametrize("code", ["0", 0, "ok", "SUCCESS", "201", "true"])
def test_near_codes_of_successes_are_none(met: Any, code: Any) -> None:
    assert type(met(200, {"code": code, "jobs": [RECORD]})) is e.Contradiction


@pytest.mark.parametrize("requested", [{"foreign": True}, {"direct": True}], ids=["any operation", "a local service"])
def test_what_is_not_modelled_may_have_codes_of_its_own(met: Any, requested: dict[str, Any]) -> None:
    """Only a code that the vendor's table knows makes its success an error."""
    request = replace(HttpRequest("GET", "https://h"), **requested)

    assert met(200, {"code": "000000", "result": [RECORD]}, requested=request) is None
    known = [met(200, {"code": code}, requested=request) for code in ("Forbidden.RAM", "APIGW.0302")]
    assert [type(error) for error in known if error is not None] == [e.PermissionDenied]


def test_a_local_services_401_is_no_key_of_the_vendors(met: Any) -> None:
    """It locks nothing, and a token of it that has run out is refused with it."""
    local = HttpRequest("GET", "http://169.254.169.254", direct=True)

    assert type(met(401, b"Unauthorized", requested=local)) is e.UnreadableResponse
    assert type(met(401, b"Unauthorized", requested=HttpRequest("GET", "https://h", foreign=True))) is e.AuthError


def test_secrets_are_hidden_before_a_page_is_cut() -> None:
    """A cut could leave half of one."""
    page = "x" * 495 + "s3cret-key" + "y" * 500
    with pytest.raises(e.AuthError) as caught:
        vendor("huawei").check(HttpResponse(401, {}, page.encode()), None)

    caught.value.scrub(lambda text: text.replace("s3cret-key", "***"))

    assert str(caught.value).startswith("x" * 495 + "***yy (HTTP 401)")


def test_an_envelope_needs_no_header_of_its_own() -> None:
    """For how long to wait; without one only the standard's counts."""
    envelope = Envelope(("code",), ("message",), ("id",), "x-id", lambda _code, _status: None)

    assert envelope.pause(HttpResponse(503)) is None
