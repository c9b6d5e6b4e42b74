# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays the metadata service of an Alibaba Cloud instance."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.errors import TransportError
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.vendors.alibaba import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
TOKEN, ROLES = "/latest/api/token", "/latest/meta-data/ram/security-credentials/"
TTL = "X-aliyun-ecs-metadata-token-ttl-seconds"


class Bench:
    """An instance with a role, and a process on it."""

    def __init__(self) -> None:
        self.now = NOW
        self.world = World(now=lambda: self.now, random=Random(1))
        self.world.identity.instance_role = "publisher"

    def put(self, seconds: str | None = "21600") -> HttpResponse:
        headers = () if seconds is None else ((TTL, seconds),)
        return self.world.handle(HttpRequest("PUT", "http://100.100.100.200", TOKEN, headers=headers))

    def get(self, path: str, token: str | None, origin: str = "http://100.100.100.200") -> HttpResponse:
        headers = () if token is None else (("X-aliyun-ecs-metadata-token", token),)
        return self.world.handle(HttpRequest("GET", origin, path, headers=headers))

    def token(self) -> str:
        return self.put().body.decode()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_from_token_to_credentials(bench: Bench) -> None:
    """Three requests, and a key that works."""
    token = bench.token()
    name = bench.get(ROLES, token)
    assert (name.status, name.body) == (200, b"publisher")
    document = json.loads(bench.get(ROLES + "publisher", token).body)
    key = Credentials(document["AccessKeyId"], document["AccessKeySecret"], document["SecurityToken"])
    assert key.access_key.startswith("STS.")
    assert {name: document[name] for name in ("Code", "LastUpdated", "Expiration")} == {
        "Code": "Success",
        "LastUpdated": "2026-09-01T18:50:20Z",
        "Expiration": "2026-09-02T00:50:20Z",
    }
    headers = (("x-acs-action", "GetCallerIdentity"), ("x-acs-version", "2015-04-01"))
    request = HttpRequest("POST", "http://sts.aliyuncs.com", headers=headers)
    answer = bench.world.handle(signing.sign_acs3(request, key, NOW, "nonce"))
    assert answer.json()["Arn"] == "acs:ram::1000000000000001:assumed-role/publisher/i-emulator"


@pytest.mark.parametrize("path", [ROLES.rstrip("/"), ROLES])
def test_by_path_alone(bench: Bench, path: str) -> None:
    """Whatever the host: also behind a loopback port."""
    assert bench.get(path, bench.token(), "http://127.0.0.1:8181").body == b"publisher"


def test_not_by_https(bench: Bench) -> None:
    """The real one listens on plain HTTP only."""
    message = bench.get(ROLES, None, "https://100.100.100.200").json()["message"]
    assert message.startswith(f"no vendor serves this path: GET {ROLES}; the emulator has ")


def test_what_is_not_emulated(bench: Bench) -> None:
    """Another path of the service."""
    page = bench.get("/latest/user-data", bench.token()).body.decode()
    assert "The emulator has no operation GET /latest/user-data; it has CreateToken (PUT /latest/api/token), " in page


@pytest.mark.parametrize(("seconds", "status"), [("1", 200), ("21600", 200), ("0", 400), ("21601", 400), ("x", 400)])
def test_how_long_a_token_may_last(bench: Bench, seconds: str, status: int) -> None:
    """From a second to six hours."""
    assert bench.put(seconds).status == status


def test_a_token_without_seconds(bench: Bench) -> None:
    """The header is required."""
    assert bench.put(None).status == 400


def test_a_token_lasts_as_long_as_asked(bench: Bench) -> None:
    """And not a moment more; nothing goes without one."""
    token = bench.put("10").body.decode()
    bench.now = NOW + timedelta(seconds=9)
    assert bench.get(ROLES, token).status == 200
    bench.now = NOW + timedelta(seconds=10)
    assert [bench.get(ROLES, shown).status for shown in (token, "made-up", None)] == [403, 403, 401]


@pytest.mark.parametrize("path", [ROLES + "another", ROLES + "publisher/", "/latest/meta-data/instance-id", TOKEN])
def test_what_is_not_there(bench: Bench, path: str) -> None:
    """Another role, another item; a token is not to be read."""
    assert bench.get(path, bench.token()).status == 404


@pytest.mark.parametrize("path", [ROLES, ROLES + "publisher"])
def test_an_instance_without_a_role(bench: Bench, path: str) -> None:
    """There is nothing to be had."""
    bench.world.identity.instance_role = None
    response = bench.get(path, bench.token())
    assert (response.status, response.headers["content-type"]) == (404, "text/html")


def test_credentials_are_the_same_for_all_who_ask(bench: Bench) -> None:
    """Until they are half used up."""
    token = bench.token()
    first = bench.get(ROLES + "publisher", token).body
    assert bench.get(ROLES + "publisher", token).body == first
    bench.now = NOW + timedelta(hours=3)
    assert bench.get(ROLES + "publisher", token).body != first


@pytest.mark.parametrize(("fault", "status"), [("throttle", 429), ("server_error", 500), ("deny", 403)])
def test_faults_strike_it(bench: Bench, fault: str, status: int) -> None:
    """By its product's name."""
    bench.world.add_fault(fault, product="metadata", retry_after=3.2)
    response = bench.put()
    assert (response.status, response.headers["retry-after"]) == (status, "3")


def test_it_may_not_answer(bench: Bench) -> None:
    """As where there is no metadata service."""
    bench.world.add_fault("hang", vendor="alibaba", product="metadata")
    with pytest.raises(TransportError):
        bench.put()


def test_what_is_recorded(bench: Bench) -> None:
    """What was asked for, and nothing that was told."""
    token = bench.token()
    bench.get(ROLES, token)
    credentials = json.loads(bench.get(ROLES + "publisher", token).body)
    bench.get("/latest/meta-data/instance-id", token)
    assert [(one.vendor, one.product, one.action) for one in bench.world.requests] == [
        ("alibaba", "metadata", "CreateToken"),
        ("alibaba", "metadata", "GetRoleName"),
        ("alibaba", "metadata", "GetRoleCredentials"),
        ("alibaba", "metadata", "GET /latest/meta-data/instance-id"),
    ]
    shown = json.dumps([one.to_dict() for one in bench.world.requests])
    assert not any(secret in shown for secret in (token, credentials["AccessKeySecret"], credentials["SecurityToken"]))
