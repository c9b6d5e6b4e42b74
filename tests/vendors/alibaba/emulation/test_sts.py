# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays Security Token Service: roles for keys, roles for OIDC tokens, and whose key it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY, World
from airflow_provider_mediajobs.vendors.alibaba import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
ROLE = "acs:ram::1000000000000001:role/publisher"
PROVIDER = "acs:ram::1000000000000001:oidc-provider/emulator"
REQUESTED = {"RoleArn": ROLE, "RoleSessionName": "night.run"}
OIDC = {**REQUESTED, "OIDCProviderArn": PROVIDER, "OIDCToken": "head.body.signature"}


class Bench:
    """A world at a time, and a client of its STS."""

    def __init__(self) -> None:
        self.now = NOW
        self.world = World(now=lambda: self.now, random=Random(1))
        self.key = Credentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY)
        self.count = 0

    def send(self, action: str, given: dict[str, str], *, older: bool = False) -> HttpResponse:
        self.count += 1
        headers = (("x-acs-action", action), ("x-acs-version", "2015-04-01"))
        request = HttpRequest("POST", "http://sts.aliyuncs.com", query=tuple(given.items()), headers=headers)
        sign = signing.sign_hmac_sha1 if older else signing.sign_acs3
        return self.world.handle(sign(request, self.key, self.now, f"nonce-{self.count}"))

    def unsigned(self, given: dict[str, str], *, form: bool = False, **more: str) -> HttpResponse:
        common = {"Action": "AssumeRoleWithOIDC", "Version": "2015-04-01", "Format": "JSON", **more}
        pairs = {**common, **given}
        if form:
            headers = (("content-type", "application/x-www-form-urlencoded"),)
            return self.world.handle(
                HttpRequest("POST", "http://127.0.0.1:80", headers=headers, body=urlencode(pairs).encode())
            )
        return self.world.handle(HttpRequest("POST", "http://127.0.0.1:80", query=tuple(pairs.items())))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def refusal(response: HttpResponse) -> tuple[int, str]:
    return response.status, response.json()["Code"]


def credentials(response: HttpResponse) -> Credentials:
    given = response.json()["Credentials"]
    return Credentials(given["AccessKeyId"], given["AccessKeySecret"], given["SecurityToken"])


# --- AssumeRole -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("older", [False, True], ids=["acs3", "hmac-sha1"])
def test_a_role_for_a_key(bench: Bench, older: bool) -> None:
    """The answer as the page prints it; the key works until its time is over."""
    bench.world.identity.add_role("publisher")
    document = bench.send("AssumeRole", REQUESTED).json()
    assert document.keys() == {"RequestId", "AssumedRoleUser", "Credentials"}
    assert document["AssumedRoleUser"] == {
        "Arn": "acs:ram::1000000000000001:role/publisher/night.run",
        "AssumedRoleId": "3000000000000001:night.run",
    }
    given = document["Credentials"]
    assert given.keys() == {"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}
    assert (given["AccessKeyId"][:4], given["Expiration"]) == ("STS.", "2026-09-01T19:50:20Z")
    bench.key = Credentials(given["AccessKeyId"], given["AccessKeySecret"], given["SecurityToken"])
    assert bench.send("GetCallerIdentity", {}, older=older).status == 200
    bench.now = NOW + timedelta(hours=1)
    assert refusal(bench.send("GetCallerIdentity", {})) == (400, "InvalidSecurityToken.Expired")


def test_whose_lent_key_it_is(bench: Bench) -> None:
    """The role's, and the session's."""
    bench.world.identity.add_role("publisher")
    bench.key = credentials(bench.send("AssumeRole", REQUESTED))
    document = bench.send("GetCallerIdentity", {}).json()
    document.pop("RequestId")
    assert document == {
        "IdentityType": "AssumedRoleUser",
        "AccountId": "1000000000000001",
        "RoleId": "3000000000000001",
        "PrincipalId": "3000000000000001:night.run",
        "Arn": "acs:ram::1000000000000001:assumed-role/publisher/night.run",
    }


def test_a_role_by_way_of_a_role(bench: Bench) -> None:
    """A lent key may ask for the next one."""
    bench.world.identity.add_role("publisher")
    bench.key = credentials(bench.send("AssumeRole", REQUESTED))
    assert bench.send("AssumeRole", {**REQUESTED, "DurationSeconds": "900"}).status == 200


@pytest.mark.parametrize(("seconds", "expiration"), [("900", "19:05:20"), ("7200", "20:50:20")])
def test_durations(bench: Bench, seconds: str, expiration: str) -> None:
    """As asked, within what the role allows."""
    bench.world.identity.add_role("publisher", max_seconds=7200)
    document = bench.send("AssumeRole", {**REQUESTED, "DurationSeconds": seconds}).json()
    assert document["Credentials"]["Expiration"] == f"2026-09-01T{expiration}Z"


def test_the_worlds_lifetime_stands_over_the_duration(bench: Bench) -> None:
    """So a test need not wait for a quarter of an hour."""
    bench.world.identity.add_role("publisher")
    bench.world.identity.lifetime = 5.0
    document = bench.send("AssumeRole", {**REQUESTED, "DurationSeconds": "3600"}).json()
    assert document["Credentials"]["Expiration"] == "2026-09-01T18:50:25Z"


def test_expiry_is_told_by_the_vendors_clock(bench: Bench) -> None:
    """Which may be ahead; the key lasts no longer for it."""
    bench.world.identity.add_role("publisher")
    bench.world.add_fault("clock_skew", product="sts", seconds=600)
    response = bench.send("AssumeRole", REQUESTED)
    assert response.json()["Credentials"]["Expiration"] == "2026-09-01T20:00:20Z"
    assert response.headers["date"] == "Tue, 01 Sep 2026 19:00:20 GMT"


GRAMMAR = "InvalidParameter.PolicyGrammar"


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"RoleArn": ""}, (400, "MissingRoleArn")),
        ({"RoleArn": "publisher"}, (400, "InvalidParameter.RoleArn")),
        ({"RoleArn": ROLE + "s"}, (404, "EntityNotExist.Role")),
        ({"RoleSessionName": ""}, (400, "MissingRoleSessionName")),
        ({"RoleSessionName": "a"}, (400, "InvalidParameter.RoleSessionName")),
        ({"RoleSessionName": "night run"}, (400, "InvalidParameter.RoleSessionName")),
        ({"DurationSeconds": "899"}, (400, "InvalidParameter.DurationSeconds")),
        ({"DurationSeconds": "3601"}, (400, "InvalidParameter.DurationSeconds")),
        ({"DurationSeconds": "an hour"}, (400, "InvalidParameter.DurationSeconds")),
        ({"Policy": "{"}, (400, GRAMMAR)),
        ({"Policy": "1"}, (400, GRAMMAR)),
        ({"Policy": "{}"}, (400, GRAMMAR)),
    ],
)
@pytest.mark.parametrize("with_oidc", [False, True], ids=["key", "oidc"])
def test_what_it_does_not_take(bench: Bench, given: dict[str, str], answer: tuple[int, str], with_oidc: bool) -> None:
    """Both operations check the same things."""
    bench.world.identity.add_role("publisher", provider=PROVIDER if with_oidc else None)
    bench.world.identity.add_oidc_token("head.body.signature")
    response = bench.unsigned({**OIDC, **given}) if with_oidc else bench.send("AssumeRole", {**REQUESTED, **given})
    assert refusal(response) == answer


@pytest.mark.parametrize(("said", "status"), [({}, 403), ({"ExternalId": "you"}, 403), ({"ExternalId": "me"}, 200)])
def test_external_ids(bench: Bench, said: dict[str, str], status: int) -> None:
    """Where the role asks for one."""
    bench.world.identity.add_role("publisher", external_id="me")
    response = bench.send("AssumeRole", {**REQUESTED, **said})
    assert (response.status, response.json().get("Code")) == (status, "NoPermission" if status == 403 else None)


def test_a_role_for_oidc_is_not_for_keys(bench: Bench) -> None:
    """Its trust policy names the provider alone."""
    bench.world.identity.add_role("publisher", provider=PROVIDER)
    assert refusal(bench.send("AssumeRole", REQUESTED)) == (403, "NoPermission")


def test_a_role_is_not_for_nobody(bench: Bench) -> None:
    """AssumeRole must be signed."""
    bench.world.identity.add_role("publisher")
    assert refusal(bench.unsigned(REQUESTED, Action="AssumeRole")) == (400, "MissingAccessKeyId")


# --- AssumeRoleWithOIDC -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [False, True], ids=["query", "form"])
def test_a_role_for_an_oidc_token(bench: Bench, form: bool) -> None:
    """Unsigned, in the query or as a form."""
    bench.world.identity.add_role("publisher", provider=PROVIDER)
    bench.world.identity.add_oidc_token("head.body.signature", subject="system:pod", seconds=60)
    response = bench.unsigned(OIDC, form=form)
    assert response.json()["OIDCTokenInfo"] == {
        "Subject": "system:pod",
        "Issuer": "https://oidc.emulator.example",
        "ClientIds": "emulator",
        "IssuanceTime": "2026-09-01T18:50:20Z",
        "ExpirationTime": "2026-09-01T18:51:20Z",
        "VerificationInfo": "Success",
    }
    assert response.json()["AssumedRoleUser"]["Arn"] == "acs:ram::1000000000000001:role/publisher/night.run"
    bench.key = credentials(response)
    assert bench.send("GetCallerIdentity", {}).status == 200


def test_the_action_may_be_in_the_header(bench: Bench) -> None:
    """As newer SDKs send it."""
    bench.world.identity.add_role("publisher", provider=PROVIDER)
    bench.world.identity.add_oidc_token("head.body.signature")
    headers = (("x-acs-action", "AssumeRoleWithOIDC"), ("x-acs-version", "2015-04-01"))
    response = bench.world.handle(HttpRequest("POST", "http://h", query=tuple(OIDC.items()), headers=headers))
    assert response.json()["OIDCTokenInfo"]["ExpirationTime"] == ""


def test_without_a_format_it_is_xml(bench: Bench) -> None:
    """The default of this style."""
    bench.world.identity.add_role("publisher", provider=PROVIDER)
    bench.world.identity.add_oidc_token("head.body.signature")
    answer = ET.fromstring(bench.unsigned(OIDC, Format="").body)
    assert (answer.tag, answer.findtext("Credentials/Expiration")) == (
        "AssumeRoleWithOIDCResponse",
        "2026-09-01T19:50:20Z",
    )


def test_an_old_oidc_token(bench: Bench) -> None:
    """From its last moment on."""
    bench.world.identity.add_role("publisher", provider=PROVIDER)
    bench.world.identity.add_oidc_token("head.body.signature", seconds=60)
    bench.now = NOW + timedelta(seconds=59)
    assert bench.unsigned(OIDC).status == 200
    bench.now = NOW + timedelta(seconds=60)
    assert refusal(bench.unsigned(OIDC)) == (401, "AuthenticationFail.OIDCToken.Expired")


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"OIDCProviderArn": ""}, (400, "MissingOIDCProviderArn")),
        ({"OIDCProviderArn": "acs:ram::1:oidc-provider/none"}, (401, "AuthenticationFail.NoPermission")),
        ({"OIDCProviderArn": "acs:ram::1:oidc-provider/other"}, (401, "AuthenticationFail.OIDCToken.Invalid")),
        ({"OIDCToken": ""}, (401, "AuthenticationFail.OIDCToken.Invalid")),
        ({"OIDCToken": "made.up.token"}, (401, "AuthenticationFail.OIDCToken.Invalid")),
        ({"RoleArn": ROLE + "s"}, (401, "AuthenticationFail.NoPermission")),
    ],
)
def test_oidc_tokens_it_does_not_take(bench: Bench, given: dict[str, str], answer: tuple[int, str]) -> None:
    """Unknown ones, another provider's, and a role that trusts another provider."""
    bench.world.identity.add_role("publisher", provider=PROVIDER)
    bench.world.identity.add_role("publishers", provider="acs:ram::1:oidc-provider/other")
    bench.world.identity.add_oidc_token("head.body.signature")
    assert refusal(bench.unsigned({**OIDC, **given})) == answer


# --- faults and records -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "facts", "answer"),
    [
        ("throttle", {}, (400, "Throttling.User")),
        ("server_error", {"status": 503}, (503, "ServiceUnavailable")),
        ("deny", {}, (403, "NoPermission")),
    ],
)
def test_faults_strike_it(bench: Bench, fault: str, facts: dict[str, Any], answer: tuple[int, str]) -> None:
    """By its product's name; also where nothing is signed."""
    bench.world.identity.add_role("publisher", provider=PROVIDER)
    bench.world.identity.add_oidc_token("head.body.signature")
    bench.world.add_fault(fault, product="sts", times=1, **facts)
    assert refusal(bench.unsigned(OIDC)) == answer
    assert bench.unsigned(OIDC).status == 200


def test_no_secret_is_recorded(bench: Bench) -> None:
    """Neither what was shown nor what was handed out."""
    bench.world.identity.add_role("publisher", provider=PROVIDER)
    bench.world.identity.add_oidc_token("head.body.signature")
    policy = '{"Statement": [], "the": "policy"}'
    handed = bench.unsigned({**OIDC, "Policy": policy, "ExternalId": "the-external-id"}).json()["Credentials"]
    (record,) = bench.world.requests
    assert (record.vendor, record.product, record.action) == ("alibaba", "sts", "AssumeRoleWithOIDC")
    assert dict(record.call.parameters)["RoleSessionName"] == "night.run"
    shown = json.dumps(record.to_dict()) + repr(record)
    secrets = ["head.body.signature", "the-external-id", "policy", *handed.values()]
    assert [secret for secret in secrets if secret in shown] == []
