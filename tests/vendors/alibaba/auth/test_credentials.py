# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the providers of temporary Alibaba Cloud credentials: requests, answers, and no secret in errors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account, CredentialProvider, Credentials
from airflow_provider_mediajobs.core.errors import (
    ConfigError,
    CredentialsUnavailable,
    RequestRejected,
    ServerFault,
    TransportError,
    UnreadableResponse,
)
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import (
    AssumedRole,
    InstanceRole,
    OidcRole,
    Service,
    at_sts,
)

ARN = "acs:ram::1000000000000001:role/publisher"
PROVIDER = "acs:ram::1000000000000001:oidc-provider/emulator"
TOLD = {"AccessKeyId": "STS.id", "AccessKeySecret": "s3cret", "SecurityToken": "t0ken"}
EXPIRATION = {"Expiration": "2026-09-01T19:50:20Z"}
KEY = Credentials("STS.id", "s3cret", "t0ken", expires_at=datetime(2026, 9, 1, 19, 50, 20, tzinfo=UTC))
ROLE = AssumedRole(ARN, "airflow", "3600")
POD = OidcRole(ARN, PROVIDER, "/token", "airflow", "3600")
HIDDEN = ("s3cret", "t0ken")


ATTACH = ", says its metadata service; attach the role to the instance, or correct `ecs_role_name` of the connection"
CHECK_METADATA = (
    "check that Airflow runs on an ECS instance, and `metadata` in the connection's `endpoints`, if it is set there"
)


def fail(drive: Any, exchange: Any, *answers: Any) -> str:
    """The text of the error, which shows nothing secret."""
    with pytest.raises((ConfigError, UnreadableResponse, TransportError, ServerFault)) as caught:
        drive(exchange, *answers)
    error = caught.value
    assert not [secret for secret in HIDDEN if secret in f"{error} {error.args} {getattr(error, 'body', '')}"]
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return str(error)


# --- AssumeRole ---------------------------------------------------------------------------------------------------


def test_a_role_is_assumed(drive: Any, alibaba: Account) -> None:
    """One signed call of STS, at its central host, whatever the account's region."""
    (request,), found = drive(ROLE.fetch(alibaba, ""), {"RequestId": "r", "Credentials": TOLD | EXPIRATION})

    assert found == KEY
    assert (request.method, request.url.partition("?")[0]) == ("POST", "https://sts.aliyuncs.com/")
    assert request.headers == (
        ("x-acs-action", "AssumeRole"),
        ("x-acs-version", "2015-04-01"),
        ("accept", "application/json"),
    )
    assert dict(request.query) == {"RoleArn": ARN, "RoleSessionName": "airflow", "DurationSeconds": "3600"}
    assert (request.unsigned, request.direct) == (False, False)


def test_all_that_a_role_may_want(drive: Any, alibaba: Account) -> None:
    """By the names of the page."""
    role = AssumedRole(ARN, "airflow", "900", external_id="outside", policy='{"Statement": []}')
    (request,), _ = drive(role.fetch(alibaba, ""), {"Credentials": TOLD | EXPIRATION})

    assert dict(request.query) == {
        "RoleArn": ARN,
        "RoleSessionName": "airflow",
        "DurationSeconds": "900",
        "ExternalId": "outside",
        "Policy": '{"Statement": []}',
    }


@pytest.mark.parametrize(
    ("origin", "endpoints", "host"),
    [
        (None, {}, "https://sts.aliyuncs.com"),
        (None, {"vod": "https://vod.internal"}, "https://sts.aliyuncs.com"),
        ("https://gateway", {}, "https://gateway"),
        (
            "https://gateway",
            {"sts": "https://sts-vpc.cn-beijing.aliyuncs.com"},
            "https://sts-vpc.cn-beijing.aliyuncs.com",
        ),
    ],
)
def test_where_sts_is(origin: str | None, endpoints: dict[str, str], host: str) -> None:
    """At one host for all regions, or where the connection says."""
    account = Account("alibaba", Credentials(), origin=origin, endpoints=endpoints)

    assert at_sts(account).override("sts") == host


def test_credentials_that_do_not_say_when_they_end(drive: Any, alibaba: Account) -> None:
    """They are used until they are refused."""
    _, found = drive(ROLE.fetch(alibaba, ""), {"Credentials": TOLD})

    assert found == Credentials("STS.id", "s3cret", "t0ken")


@pytest.mark.parametrize("source", [ROLE, POD])
@pytest.mark.parametrize(
    "body",
    [
        {"RequestId": "r"},
        {"Credentials": {"AccessKeySecret": "s3cret"}},  # without the vendor's request id
        {"RequestId": "r", "Credentials": TOLD | {"SecurityToken": ""}},
        {"RequestId": "r", "Credentials": TOLD | {"AccessKeyId": None}},
        {"RequestId": "r", "Credentials": ["s3cret"]},
        '{"Credentials": {"AccessKeySecret": "s3cret", "Secur',  # cut off
        '["s3cret"]',
        "<html>s3cret</html>",
        b"\xff s3cret",
    ],
)
def test_answers_without_credentials_show_nothing(
    drive: Any, respond: Any, alibaba: Account, source: CredentialProvider, body: Any
) -> None:
    """Half a key is a key: neither text nor arguments of the error hold what came. Later it may be better."""
    said = fail(drive, source.fetch(alibaba, "jwt"), respond(body))

    assert said == (
        "HTTP 200: the answer of STS holds no credentials: it must be JSON with AccessKeyId, AccessKeySecret and "
        "SecurityToken under Credentials; check `sts` in the connection's `endpoints`, its `host`, and the proxy: the "
        "host must be STS"
    )


def test_an_empty_answer(drive: Any, alibaba: Account) -> None:
    """There is nothing to hide."""
    with pytest.raises(UnreadableResponse):
        drive(ROLE.fetch(alibaba, ""), {})


def test_an_error_with_the_status_of_a_success(drive: Any, alibaba: Account) -> None:
    """It is the vendor's own."""
    with pytest.raises(ServerFault, match=r"^Odd: no \(HTTP 200, request id r\)$"):
        drive(ROLE.fetch(alibaba, ""), {"Code": "Odd", "Message": "no", "RequestId": "r"})


# --- AssumeRoleWithOIDC -------------------------------------------------------------------------------------------


def test_a_token_opens_a_role(drive: Any, alibaba: Account) -> None:
    """Nothing is signed: the token proves who asks."""
    (request,), found = drive(POD.fetch(alibaba, "a.jwt"), {"Credentials": TOLD | EXPIRATION})

    assert found == KEY
    assert request.origin == "https://sts.aliyuncs.com"
    assert request.header("x-acs-action") == "AssumeRoleWithOIDC"
    assert dict(request.query) == {
        "RoleArn": ARN,
        "OIDCProviderArn": PROVIDER,
        "OIDCToken": "a.jwt",
        "RoleSessionName": "airflow",
        "DurationSeconds": "3600",
    }
    assert (request.unsigned, request.direct) == (True, False)
    assert "a.jwt" not in repr(request)


def test_a_token_with_a_policy(drive: Any, alibaba: Account) -> None:
    """As of a profile of the vendor's CLI."""
    (request,), _ = drive(replace(POD, policy="{}").fetch(alibaba, "a.jwt"), {"Credentials": TOLD})

    assert dict(request.query)["Policy"] == "{}"


def test_the_token_leaves_in_the_body(drive: Any, alibaba: Account) -> None:
    """HTTP libraries log addresses, and proxies do."""
    (request,), _ = drive(POD.fetch(alibaba, "a.jwt"), {"Credentials": TOLD})
    sent = ALIBABA.sign(request, alibaba, datetime(2026, 9, 1, tzinfo=UTC), "n")

    assert sent.url == "https://sts.aliyuncs.com/"
    assert b"OIDCToken=a.jwt" in sent.body
    assert sent.header("authorization") is None


def test_a_file_without_a_token(drive: Any, alibaba: Account) -> None:
    """Somebody has to write one; nothing is sent."""
    said = fail(drive, POD.fetch(alibaba, ""))

    assert said == (
        "the OIDC token file '/token' is empty; have a token written to it, or correct `oidc_token_file` of the "
        "connection"
    )


def test_a_token_that_has_run_out(drive: Any, alibaba: Account) -> None:
    """Whoever writes the file is late; that only delays. Other refusals stay what they are."""
    refused = RequestRejected("AuthenticationFail.OIDCToken.Expired", "This JsonWebToken is expired.", status=401)
    with pytest.raises(CredentialsUnavailable) as caught:
        drive(POD.fetch(alibaba, "a.jwt"), refused)
    assert str(caught.value) == (
        "the OIDC token in '/token' has expired, and no newer one has been written there yet; if this persists, check "
        "what renews that file"
    )

    invalid = RequestRejected("AuthenticationFail.OIDCToken.Invalid", "no", status=401)
    with pytest.raises(RequestRejected) as other:
        drive(POD.fetch(alibaba, "a.jwt"), invalid)
    assert other.value is invalid


def test_files() -> None:
    """One source has one, which is read anew each time."""
    assert (ROLE.file, POD.file, InstanceRole().file, Service("http://h").file) == (None, "/token", None, None)


# --- the metadata service -----------------------------------------------------------------------------------------

LOCAL = "http://100.100.100.200"
ROLES = "/latest/meta-data/ram/security-credentials/"


def test_the_instance_is_asked_for_its_role(drive: Any, respond: Any, alibaba: Account) -> None:
    """A token first, then the name, then the key; past a proxy, and unsigned."""
    requests, found = drive(
        InstanceRole().fetch(alibaba, ""),
        respond("the-token\n"),
        respond("worker\n"),
        TOLD | EXPIRATION | {"Code": "Success"},
    )

    assert found == KEY
    assert [(r.method, r.origin, r.path, r.headers) for r in requests] == [
        ("PUT", LOCAL, "/latest/api/token", (("X-aliyun-ecs-metadata-token-ttl-seconds", "60"),)),
        ("GET", LOCAL, ROLES, (("X-aliyun-ecs-metadata-token", "the-token"),)),
        ("GET", LOCAL, f"{ROLES}worker", (("X-aliyun-ecs-metadata-token", "the-token"),)),
    ]
    assert all(request.unsigned and request.direct for request in requests)
    assert "the-token" not in repr(requests)


@pytest.mark.parametrize(("name", "path"), [("worker", "worker"), ("a/b", "a%2Fb"), ("a b?", "a%20b%3F")])
def test_a_name_that_is_known(drive: Any, respond: Any, alibaba: Account, name: str, path: str) -> None:
    """It is not asked for, and cannot lead elsewhere."""
    requests, _ = drive(InstanceRole(name).fetch(alibaba, ""), respond("the-token"), TOLD)

    assert [request.path for request in requests] == ["/latest/api/token", ROLES + path]


def test_a_metadata_service_elsewhere(drive: Any, respond: Any, alibaba: Account) -> None:
    """As the emulator's."""
    account = replace(alibaba, endpoints={"metadata": "http://127.0.0.1:8080"})
    requests, _ = drive(InstanceRole("worker").fetch(account, ""), respond("the-token"), TOLD)

    assert {request.origin for request in requests} == {"http://127.0.0.1:8080"}


@pytest.mark.parametrize(
    ("role", "answers", "said"),
    [
        ("", 1, f"this ECS instance has no RAM role{ATTACH}"),
        ("worker", 1, f"this ECS instance has no RAM role 'worker'{ATTACH}"),
        ("", 2, f"this ECS instance has no RAM role{ATTACH}"),
    ],
)
def test_an_instance_without_the_role(
    drive: Any, respond: Any, alibaba: Account, role: str, answers: int, said: str
) -> None:
    """Somebody has to act."""
    found = [respond("the-token"), respond("worker")][:answers]

    assert fail(drive, InstanceRole(role).fetch(alibaba, ""), *found, UnreadableResponse(404, "<html>")) == said


@pytest.mark.parametrize("status", [401, 403, 500])
@pytest.mark.parametrize("answers", [0, 1, 2])
def test_other_refusals_may_pass(drive: Any, respond: Any, alibaba: Account, status: int, answers: int) -> None:
    """A token that has run out meanwhile, trouble of the service."""
    found = [respond("the-token"), respond("worker")][:answers]

    with pytest.raises(UnreadableResponse) as caught:
        drive(InstanceRole().fetch(alibaba, ""), *found, UnreadableResponse(status, "no"))
    assert caught.value.status == status


def test_no_metadata_service(drive: Any, alibaba: Account) -> None:
    """Nothing answers where Airflow runs elsewhere; a service that is down cannot be told from that."""
    trouble = TransportError("no answer from 100.100.100.200: ConnectTimeout")
    trouble.trouble = "timeout"

    with pytest.raises(TransportError) as caught:
        drive(InstanceRole().fetch(alibaba, ""), trouble)

    assert str(caught.value) == (
        "no answer from 100.100.100.200: ConnectTimeout; only an ECS instance has a metadata service: where Airflow "
        "runs elsewhere, choose another method in `credentials` of the connection"
    )
    assert (caught.value.trouble, caught.value.retryable) == ("timeout", True)


@pytest.mark.parametrize(
    "page", ["", " \n", "<html> <body>", "two words", "two\nlines", "tok\x00en", "t\u00f6ken", b"\xff"]
)
@pytest.mark.parametrize("answers", [0, 1])
def test_pages_of_another_server(drive: Any, respond: Any, alibaba: Account, page: Any, answers: int) -> None:
    """They are no token, and no role's name."""
    found = [respond("the-token")][:answers]
    said = fail(drive, InstanceRole().fetch(alibaba, ""), *found, respond(page))

    missing = (
        "PUT /latest/api/token holds no session token: it must be one word; ",
        f"GET {ROLES} holds no role name: it must be one word; set `ecs_role_name`, or ",
    )
    assert said == f"HTTP 200: the metadata service's answer to {missing[answers]}{CHECK_METADATA}"


@pytest.mark.parametrize(
    "body", [{"Code": "Failed"}, TOLD | {"SecurityToken": None}, '{"AccessKeySecret": "s3cret', "s3cret"]
)
def test_instances_without_credentials_show_nothing(drive: Any, respond: Any, alibaba: Account, body: Any) -> None:
    """As of STS."""
    said = fail(drive, InstanceRole("worker").fetch(alibaba, ""), respond("the-token"), respond(body))

    assert said == (
        "HTTP 200: the metadata service's answer to GET /latest/meta-data/ram/security-credentials/<role> holds no "
        f"credentials: it must be JSON with AccessKeyId, AccessKeySecret and SecurityToken; {CHECK_METADATA}"
    )


# --- a service of the place ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uri", "origin", "path"),
    [
        ("http://localhost:6666", "http://localhost:6666", "/"),
        ("http://localhost:6666/", "http://localhost:6666", "/"),
        ("https://h/a/b", "https://h", "/a/b"),
        ("http://h?user=me", "http://h", "/?user=me"),
        ("http://h/a?user=me&x=%20", "http://h", "/a?user=me&x=%20"),
        ("http://h/a#part", "http://h", "/a"),
    ],
)
def test_a_service_is_asked(drive: Any, alibaba: Account, uri: str, origin: str, path: str) -> None:
    """Once, as its address says."""
    (request,), found = drive(Service(uri).fetch(alibaba, ""), TOLD | EXPIRATION | {"Code": "Success"})

    assert found == KEY
    assert (request.method, request.origin, request.path, request.url) == ("GET", origin, path, origin + path)
    assert (request.unsigned, request.direct) == (True, True)


@pytest.mark.parametrize("body", [{"Code": "Failed"}, '{"AccessKeySecret": "s3cret', ""])
def test_a_service_without_credentials_shows_nothing(drive: Any, respond: Any, alibaba: Account, body: Any) -> None:
    """As of STS."""
    said = fail(drive, Service("http://h").fetch(alibaba, ""), respond(body))

    assert said == (
        "HTTP 200: the answer of the credentials service holds no credentials: it must be JSON with AccessKeyId, "
        "AccessKeySecret and SecurityToken; check the service and its URL, which is in ALIBABA_CLOUD_CREDENTIALS_URI "
        "or in `credentials_uri` of the CLI's profile"
    )


def test_nothing_secret_shows() -> None:
    """Neither what a trust policy asks for, nor the address of a service, nor what was fetched."""
    sources = (replace(ROLE, external_id="t0ken"), Service("http://h/t0ken"), KEY)

    assert not [secret for secret in HIDDEN if secret in repr(sources)]


def test_sources_are_values() -> None:
    """Two connections that say the same share what was fetched."""
    assert hash(ROLE) == hash(AssumedRole(ARN, "airflow", "3600"))
    assert replace(ROLE, external_id="outside") != ROLE
    assert Service("http://h") == Service("http://h")
