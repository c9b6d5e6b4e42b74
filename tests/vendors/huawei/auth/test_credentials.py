# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the providers of temporary Huawei Cloud credentials and projects: requests, and no secret in errors."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import (
    ConfigError,
    ServerFault,
    TransportError,
    UnreadableResponse,
)
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser, InstanceAgency, find_project

IAM = "https://iam.cn-north-4.myhuaweicloud.com"
TOLD = {"access": "HST1", "secret": "s3cret", "securitytoken": "t0ken", "expires_at": "2026-09-01T19:50:20.500000Z"}
KEY = Credentials("HST1", "s3cret", "t0ken", expires_at=datetime(2026, 9, 1, 19, 50, 20, 500_000, tzinfo=UTC))
USER = IamUser("the-account")
AGENCY = Agency("media", "the-account", "3600")
HIDDEN = ("s3cret", "t0ken")
CHECK_IAM = "check `iam` in the connection's `endpoints`, its `host`, and the proxy: the host must be IAM"
CHECK_METADATA = (
    "check that Airflow runs on an ECS instance, and `metadata` in the connection's `endpoints`, if it is set there"
)


@pytest.fixture
def human(huawei: Account) -> Account:
    """Login and password are those of an IAM user."""
    return replace(huawei, credentials=Credentials("operator", "pass s3cret"))


def fail(drive: Any, exchange: Any, *answers: Any) -> str:
    """The text of the error, which shows nothing secret."""
    with pytest.raises((ConfigError, UnreadableResponse)) as caught:
        drive(exchange, *answers)
    error = caught.value
    assert not [secret for secret in HIDDEN if secret in f"{error} {error.args} {getattr(error, 'body', '')}"]
    assert error.__suppress_context__ or error.__context__ is None
    return str(error)


# --- tokens for a password ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("project_id", "scope"), [("p1", {"project": {"id": "p1"}}), (None, {"project": {"name": "cn-north-4"}})]
)
def test_a_password_gets_a_token(
    drive: Any, respond: Any, human: Account, project_id: str | None, scope: dict[str, Any]
) -> None:
    """For the project, or for that of the region's name; unsigned, and without the catalog of all services."""
    account = replace(human, project_id=project_id)
    answer = respond({"token": {"expires_at": "2026-09-02T18:50:20.000000Z"}}, 201, x_subject_token="t0ken")
    (request,), found = drive(USER.fetch(account, ""), answer)

    assert found == Credentials(auth_token="t0ken", expires_at=datetime(2026, 9, 2, 18, 50, 20, tzinfo=UTC))
    assert (request.method, request.url) == ("POST", f"{IAM}/v3/auth/tokens?nocatalog=true")
    assert json.loads(request.body) == {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {"name": "operator", "password": "pass s3cret", "domain": {"name": "the-account"}}
                },
            },
            "scope": scope,
        }
    }
    assert (request.unsigned, request.direct) == (True, False)
    assert HUAWEI.sign(request, account, datetime(2026, 9, 1, tzinfo=UTC), "") == request
    assert "s3cret" not in repr(request)


@pytest.mark.parametrize("body", [{}, {"token": None}, {"token": {"expires_at": "some day"}}])
def test_a_token_that_does_not_say_when_it_ends(drive: Any, respond: Any, human: Account, body: Any) -> None:
    """It is used until it is refused."""
    _, found = drive(USER.fetch(human, ""), respond(body, 201, x_subject_token="t0ken"))

    assert found == Credentials(auth_token="t0ken")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"token": {}}, {}),
        ({"user": {"password": "s3cret"}}, {}),
        ({"token": {}}, {"x_subject_token": ""}),
        ("<html>s3cret</html>", {"x_subject_token": "t0ken"}),
        ('{"token": {"user": "s3cret', {}),
    ],
)
def test_answers_without_a_token_show_nothing(
    drive: Any, respond: Any, human: Account, body: Any, headers: dict[str, str]
) -> None:
    """Later it may be better."""
    said = fail(drive, USER.fetch(human, ""), respond(body, 201, **headers))

    assert said == (
        "HTTP 201: IAM's answer to POST /v3/auth/tokens holds no token: it must be JSON, with the token in the header "
        f"X-Subject-Token; {CHECK_IAM}"
    )


# --- agencies -----------------------------------------------------------------------------------------------------


def test_an_agency_is_taken_over(drive: Any, respond: Any, huawei: Account) -> None:
    """One signed call; the seconds are a number there."""
    (request,), found = drive(AGENCY.fetch(huawei, ""), respond({"credential": TOLD}, 201))

    assert found == KEY
    assert (request.method, request.url) == ("POST", f"{IAM}/v3.0/OS-CREDENTIAL/securitytokens")
    assert json.loads(request.body) == {
        "auth": {
            "identity": {
                "methods": ["assume_role"],
                "assume_role": {"agency_name": "media", "domain_name": "the-account", "duration_seconds": 3600},
            }
        }
    }
    assert (request.unsigned, request.direct) == (False, False)


@pytest.mark.parametrize("told", [TOLD | {"expires_at": None}, {k: v for k, v in TOLD.items() if k != "expires_at"}])
def test_a_key_that_does_not_say_when_it_ends(drive: Any, huawei: Account, told: dict[str, Any]) -> None:
    """It is used until it is refused."""
    _, found = drive(AGENCY.fetch(huawei, ""), {"credential": told})

    assert found == Credentials("HST1", "s3cret", "t0ken")


@pytest.mark.parametrize(
    "body",
    [
        {"credential": {"access": "HST1", "secret": "s3cret"}},
        {"credential": TOLD | {"securitytoken": ""}},
        {"credentials": TOLD},
        {"other": {"secret": "s3cret"}, "more": {}},
        '{"credential": {"secret": "s3cret", "acc',
        '["s3cret"]',
        "<html>s3cret</html>",
    ],
)
def test_answers_without_a_key_show_nothing(drive: Any, respond: Any, huawei: Account, body: Any) -> None:
    """Half a key is a key."""
    said = fail(drive, AGENCY.fetch(huawei, ""), respond(body, 201))

    assert said == (
        "HTTP 201: IAM's answer to POST /v3.0/OS-CREDENTIAL/securitytokens holds no temporary key: it must be JSON "
        f"with access, secret and securitytoken under credential; {CHECK_IAM}"
    )


@pytest.mark.parametrize("source", [USER, AGENCY])
def test_an_error_with_the_status_of_a_success(drive: Any, human: Account, source: Any) -> None:
    """It is the vendor's own."""
    with pytest.raises(ServerFault, match=r"^IAM.0009: odd \(HTTP 200\)$"):
        drive(source.fetch(human, ""), {"error_code": "IAM.0009", "error_msg": "odd"})


@pytest.mark.parametrize("source", [USER, AGENCY])
def test_iam_is_in_a_region(drive: Any, human: Account, source: Any) -> None:
    """Nothing is sent without one, unless the connection says where IAM is."""
    account = replace(human, region=None)
    with pytest.raises(ConfigError) as caught:
        drive(source.fetch(account, ""))
    assert str(caught.value) == ("the connection has no region; iam needs one: set `region` (for example cn-north-4)")

    there = replace(account, endpoints={"iam": "https://iam.internal"})
    assert next(source.fetch(there, "")).origin == "https://iam.internal"


# --- the metadata service -----------------------------------------------------------------------------------------

LOCAL = "http://169.254.169.254"


def test_the_instance_is_asked(drive: Any, respond: Any, huawei: Account) -> None:
    """A token first; past a proxy, and unsigned."""
    requests, found = drive(InstanceAgency().fetch(huawei, ""), respond("the-token\n"), {"credential": TOLD})

    assert found == KEY
    assert [(r.method, r.origin, r.path, r.headers) for r in requests] == [
        ("PUT", LOCAL, "/meta-data/latest/api/token", (("X-Metadata-Token-Ttl-Seconds", "60"),)),
        ("GET", LOCAL, "/openstack/latest/securitykey", (("X-Metadata-Token", "the-token"),)),
    ]
    assert all(request.unsigned and request.direct for request in requests)
    assert "the-token" not in repr(requests)


@pytest.mark.parametrize("status", [404, 405, 503])
def test_a_region_without_tokens(drive: Any, huawei: Account, status: int) -> None:
    """Its metadata service is asked without."""
    requests, found = drive(InstanceAgency().fetch(huawei, ""), UnreadableResponse(status, "no"), {"credential": TOLD})

    assert found == KEY
    assert [request.headers for request in requests][1] == ()


def test_a_metadata_service_elsewhere(drive: Any, respond: Any, huawei: Account) -> None:
    """As the emulator's."""
    account = replace(huawei, origin="http://127.0.0.1:8080")
    requests, _ = drive(InstanceAgency().fetch(account, ""), respond("the-token"), {"credential": TOLD})

    assert {request.origin for request in requests} == {"http://127.0.0.1:8080"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, ""),
        (401, "401 Unauthorized\nPlease configure Cloud Service Agency first\n"),
        (401, "<html>Please configure Cloud Service Agency first</html>"),
    ],
)
def test_an_instance_without_an_agency(drive: Any, respond: Any, huawei: Account, status: int, body: str) -> None:
    """Somebody has to act."""
    said = fail(drive, InstanceAgency().fetch(huawei, ""), respond("the-token"), UnreadableResponse(status, body))

    assert said == (
        "this ECS instance has no agency, says its metadata service; assign one to the instance in the console, or "
        "choose another method in `credentials` of the connection"
    )


@pytest.mark.parametrize(("answers", "status"), [(0, 401), (0, 403), (0, 500), (1, 401), (1, 403), (1, 500), (1, 503)])
def test_other_refusals_may_pass(drive: Any, respond: Any, huawei: Account, answers: int, status: int) -> None:
    """A token that has run out is refused with the status of a missing agency."""
    found = [respond("the-token")][:answers]

    with pytest.raises(UnreadableResponse) as caught:
        drive(InstanceAgency().fetch(huawei, ""), *found, UnreadableResponse(status, "Unauthorized"))
    assert caught.value.status == status


def test_no_metadata_service(drive: Any, huawei: Account) -> None:
    """Nothing answers where Airflow runs elsewhere."""
    trouble = TransportError("no answer from 169.254.169.254: ConnectTimeout")
    trouble.trouble = "timeout"

    with pytest.raises(TransportError) as caught:
        drive(InstanceAgency().fetch(huawei, ""), trouble)

    assert str(caught.value) == (
        "no answer from 169.254.169.254: ConnectTimeout; only an ECS instance has a metadata service: where Airflow "
        "runs elsewhere, choose another method in `credentials` of the connection"
    )
    assert caught.value.trouble == "timeout"


@pytest.mark.parametrize("page", ["", "\n", "<html> <body>", "two\nlines", "t\u00f6ken", b"\xff"])
def test_pages_of_another_server(drive: Any, respond: Any, huawei: Account, page: Any) -> None:
    """They are no token."""
    said = fail(drive, InstanceAgency().fetch(huawei, ""), respond(page))

    assert said == (
        "HTTP 200: the metadata service's answer to PUT /meta-data/latest/api/token holds no session token: it must be "
        f"one word; {CHECK_METADATA}"
    )


@pytest.mark.parametrize(
    "body", [{}, {"credential": {"secret": "s3cret"}}, '{"credential": {"secret": "s3cret"', "s3cret"]
)
def test_instances_without_a_key_show_nothing(drive: Any, respond: Any, huawei: Account, body: Any) -> None:
    """As of IAM."""
    said = fail(drive, InstanceAgency().fetch(huawei, ""), respond("the-token"), respond(body))

    assert said == (
        "HTTP 200: the metadata service's answer to GET /openstack/latest/securitykey holds no temporary key: it must "
        f"be JSON with access, secret and securitytoken under credential; {CHECK_METADATA}"
    )


# --- sources as values --------------------------------------------------------------------------------------------


def test_sources_are_values() -> None:
    """Two connections that say the same share what was fetched; none needs a file, none shows a secret."""
    assert hash(AGENCY) == hash(Agency("media", "the-account", "3600"))
    assert InstanceAgency() == InstanceAgency()
    assert (USER.file, AGENCY.file, InstanceAgency().file) == (None, None, None)
    assert not [secret for secret in HIDDEN if secret in repr((KEY, Credentials(auth_token="t0ken")))]


# --- projects -----------------------------------------------------------------------------------------------------

PROJECTS = [
    {"id": "p-sub", "name": "cn-north-4_media", "enabled": True},
    {"id": "", "name": "cn-north-4"},
    {"name": "cn-north-4"},
    {"id": "p-main", "name": "cn-north-4", "enabled": True},
]


def test_the_project_of_a_region(drive: Any, huawei: Account) -> None:
    """The one of exactly its name: projects below it are others."""
    account = replace(huawei, project_id=None)
    (request,), found = drive(find_project(account), {"projects": [PROJECTS[0], PROJECTS[3]]})

    assert found == "p-main"
    assert (request.method, request.url) == ("GET", f"{IAM}/v3/projects?name=cn-north-4")
    assert (request.unsigned, request.direct) == (False, False)


def test_the_project_of_a_region_among_odd_ones(drive: Any, huawei: Account) -> None:
    """Those without an id are none."""
    _, found = drive(find_project(huawei), {"projects": PROJECTS})

    assert found == "p-main"


@pytest.mark.parametrize(
    "projects", [[], None, [{"id": "p-sub", "name": "cn-north-4_media"}], [{"id": "p2", "name": "cn-east-3"}]]
)
def test_no_project_of_a_region(drive: Any, huawei: Account, projects: Any) -> None:
    """Somebody has to say which is meant."""
    with pytest.raises(ConfigError) as caught:
        drive(find_project(huawei), {"projects": projects})

    assert str(caught.value) == (
        "IAM lists no project with the name cn-north-4 for these credentials; set `project_id`, or correct `region` of "
        "the connection"
    )


def test_no_region(drive: Any, huawei: Account) -> None:
    """There is nothing to go by; nothing is sent."""
    with pytest.raises(ConfigError) as caught:
        drive(find_project(replace(huawei, region=None)))

    assert str(caught.value) == (
        "the connection has no project id, and no region by whose name IAM could look the project up; set `project_id` "
        "or `region`"
    )


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error_code": "IAM.0009", "error_msg": "odd"}, ServerFault),
        ({}, UnreadableResponse),
        ("<html>", UnreadableResponse),
    ],
)
def test_answers_that_are_no_list(drive: Any, respond: Any, huawei: Account, body: Any, error: Any) -> None:
    """They do not say that there is no project."""
    with pytest.raises(error):
        drive(find_project(huawei), respond(body))
