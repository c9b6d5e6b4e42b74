# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays the metadata service of a Huawei Cloud instance."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.vendors.huawei import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
TOKEN, KEY = "/meta-data/latest/api/token", "/openstack/latest/securitykey"


class Bench:
    """An instance with an agency, and a process on it."""

    def __init__(self) -> None:
        self.now = NOW
        self.world = World(now=lambda: self.now, random=Random(1))
        self.world.identity.instance_agency = "agency"

    def put(self, *headers: tuple[str, str]) -> HttpResponse:
        return self.world.handle(HttpRequest("PUT", "http://169.254.169.254", TOKEN, headers=headers))

    def get(self, path: str, token: str | None, origin: str = "http://169.254.169.254") -> HttpResponse:
        headers = () if token is None else (("X-Metadata-Token", token),)
        return self.world.handle(HttpRequest("GET", origin, path, headers=headers))

    def token(self) -> str:
        return self.put(("X-Metadata-Token-Ttl-Seconds", "21600")).body.decode()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_from_token_to_credentials(bench: Bench) -> None:
    """Two requests, and a key that works."""
    document = bench.get(KEY, bench.token()).json()["credential"]
    assert document.keys() == {"access", "secret", "securitytoken", "expires_at"}
    assert document["expires_at"] == "2026-09-02T18:50:20.000000Z"
    key = Credentials(document["access"], document["secret"], document["securitytoken"])
    request = HttpRequest("GET", "http://h", f"/v1/{bench.world.project_id}/asset/editing/tasks")
    signed = signing.sign(request, Account("huawei", key, project_id=bench.world.project_id), NOW, "")
    assert bench.world.handle(signed).status == 200


@pytest.mark.parametrize(("origin", "status"), [("http://127.0.0.1:8181", 200), ("https://169.254.169.254", 404)])
def test_by_path_alone_on_plain_http(bench: Bench, origin: str, status: int) -> None:
    """Whatever the host."""
    assert bench.get(KEY, bench.token(), origin).status == status


@pytest.mark.parametrize(("seconds", "status"), [("60", 200), ("21600", 200), ("59", 400), ("21601", 400), ("x", 400)])
def test_how_long_a_token_may_last(bench: Bench, seconds: str, status: int) -> None:
    """From a minute to six hours."""
    assert bench.put(("X-Metadata-Token-Ttl-Seconds", seconds)).status == status


def test_a_token_lasts_as_long_as_asked(bench: Bench) -> None:
    """And not a moment more; nothing goes without one. Six hours where nothing is said."""
    short, long = bench.put(("X-Metadata-Token-Ttl-Seconds", "60")).body.decode(), bench.put().body.decode()
    bench.now = NOW + timedelta(seconds=59)
    assert bench.get(KEY, short).status == 200
    bench.now = NOW + timedelta(seconds=60)
    assert [bench.get(KEY, token).status for token in (short, "made-up", None, long)] == [401, 401, 401, 200]


def test_no_token_through_a_proxy(bench: Bench) -> None:
    """The page says so."""
    assert bench.put(("X-Forwarded-For", "192.0.2.1")).status == 403


def test_an_instance_without_an_agency(bench: Bench) -> None:
    """The same status as a wrong token; the text tells."""
    bench.world.identity.instance_agency = None
    response = bench.get(KEY, bench.token())
    assert (response.status, b"Please configure Cloud Service Agency first" in response.body) == (401, True)


@pytest.mark.parametrize("path", ["/openstack/latest/meta_data.json", TOKEN])
def test_what_is_not_there(bench: Bench, path: str) -> None:
    """Other items; a token is not to be read."""
    assert bench.get(path, bench.token()).status == 404


@pytest.mark.parametrize(("fault", "status"), [("throttle", 429), ("server_error", 500), ("deny", 403)])
def test_faults_strike_it(bench: Bench, fault: str, status: int) -> None:
    """By its product's name; the other vendor's is another."""
    bench.world.add_fault("reset", vendor="alibaba", product="metadata")
    bench.world.add_fault(fault, vendor="huawei", product="metadata", retry_after=3.2)
    response = bench.put()
    assert (response.status, response.headers["retry-after"]) == (status, "3")


def test_what_is_recorded(bench: Bench) -> None:
    """What was asked for, and nothing that was told."""
    token = bench.token()
    credential = bench.get(KEY, token).json()["credential"]
    bench.get("/openstack/latest/meta_data.json", token)
    assert [(one.vendor, one.product, one.action) for one in bench.world.requests] == [
        ("huawei", "metadata", "CreateToken"),
        ("huawei", "metadata", "GetSecurityKey"),
        ("huawei", "metadata", "GET /openstack/latest/meta_data.json"),
    ]
    shown = json.dumps([one.to_dict() for one in bench.world.requests])
    assert not any(secret in shown for secret in (token, credential["secret"], credential["securitytoken"]))
