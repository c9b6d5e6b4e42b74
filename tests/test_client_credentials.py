# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the client with each credential provider, with credentials that expire within seconds or are revoked.

Covers ``client``, ``credential_cache``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.clock import VendorClock
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    ConfigError,
    CredentialsExpired,
    CredentialsRefused,
    CredentialsUnavailable,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.job import JobSnapshot
from airflow_provider_mediajobs.core.kind import Exchange
from airflow_provider_mediajobs.credential_cache import CachedCredentials
from airflow_provider_mediajobs.emulator import DEFAULT_DOMAIN, DEFAULT_PROVIDER, EmulatorTransport, World
from airflow_provider_mediajobs.vendors import kind as kind_of
from airflow_provider_mediajobs.vendors import vendor
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole, InstanceRole, OidcRole, Service
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser, InstanceAgency

START = datetime(2026, 9, 1, tzinfo=UTC)
LIFE = 5.0
KIND = {"alibaba": "alibaba.ice.live_editing", "huawei": "huawei.mpc.editing"}
SUCCESS = {"alibaba": "Success", "huawei": "SUCCEEDED"}
Drive = Callable[[Client, Exchange[Any], World], Any]


class Time:
    def __init__(self) -> None:
        self.now = START
        self.ahead = timedelta(0)

    def of_the_world(self) -> datetime:
        return self.now

    def of_this_machine(self) -> datetime:
        return self.now + self.ahead

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def world(time: Time) -> World:
    world = World(now=time.of_the_world)
    identity = world.identity
    identity.set(lifetime=LIFE, instance_role="instance", instance_agency="instance")
    identity.add_role("gate")
    identity.add_role("pod", provider=DEFAULT_PROVIDER)
    identity.add_oidc_token("the-oidc-token")
    identity.add_agency("gate")
    identity.add_user("robot", "the-password")
    for name, kind in KIND.items():
        world.add_job(kind, {"job_id": "1"}, script=SUCCESS[name])
    return world


def with_role(world: World, tmp_path: Path) -> Account:
    return account(world, "alibaba", AssumedRole(world.identity.add_role("gate").arn, "session", "3600"))


def with_oidc(world: World, tmp_path: Path) -> Account:
    file = tmp_path / "token"
    file.write_text("the-oidc-token\n")
    role = world.identity.add_role("pod", provider=DEFAULT_PROVIDER).arn
    source = OidcRole(role, DEFAULT_PROVIDER, str(file), "session", "3600")
    return replace(account(world, "alibaba", source), credentials=Credentials())


def on_instance(world: World, tmp_path: Path) -> Account:
    return replace(account(world, "alibaba", InstanceRole()), credentials=Credentials())


def with_user(world: World, tmp_path: Path) -> Account:
    return replace(account(world, "huawei", IamUser(DEFAULT_DOMAIN)), credentials=Credentials("robot", "the-password"))


def with_agency(world: World, tmp_path: Path) -> Account:
    return account(world, "huawei", Agency("gate", DEFAULT_DOMAIN, "3600"))


def on_huawei_instance(world: World, tmp_path: Path) -> Account:
    return replace(account(world, "huawei", InstanceAgency()), credentials=Credentials())


def account(world: World, name: str, source: Any) -> Account:
    region = {"alibaba": "cn-shanghai", "huawei": "cn-north-4"}[name]
    # Host names of the vendors tell the emulator nothing; plain http is what its metadata services speak.
    return world.account(name, region=region, origin="http://127.0.0.1", credential_provider=source)


SOURCES = pytest.mark.parametrize(
    "account_of", [with_role, with_oidc, on_instance, with_user, with_agency, on_huawei_instance]
)
TEMPORARY = pytest.mark.parametrize("account_of", [with_role, with_agency])


def blocking(client: Client, exchange: Exchange[Any], world: World) -> Any:
    return client.run(exchange, EmulatorTransport(world))


def on_a_loop(client: Client, exchange: Exchange[Any], world: World) -> Any:
    async def both() -> Any:
        return await client.arun(exchange, EmulatorTransport(world))

    return asyncio.run(both())


BOTH = pytest.mark.parametrize("drive", [blocking, on_a_loop])


class Fixed:
    """Answers always the same."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response

    def send(self, request: HttpRequest) -> HttpResponse:
        return self.response


class Looks:
    """Looks of one wait: each has a client of its own, all share cached credentials and a clock."""

    def __init__(self, world: World, time: Time, of: Account, drive: Drive) -> None:
        self.world, self.of, self.drive = world, of, drive
        self.kind = kind_of(KIND[of.vendor])
        self.cached = CachedCredentials()
        self.clock = VendorClock(time.of_this_machine)
        self.masked: list[str] = []

    def client(self) -> Client:
        return Client(
            vendor(self.of.vendor),
            self.of,
            self.clock,
            cached=self.cached,
            mask=self.masked.append,
            amask=self._amask,
        )

    async def _amask(self, secret: str) -> None:
        self.masked.append(secret)

    def look(self) -> str:
        client = self.client()
        ref = self.kind.ref({"job_id": "1"})
        answer = self.drive(client, self.kind.look(self.of, [ref]), self.world)[ref]
        assert isinstance(answer, JobSnapshot)
        assert client.report.calls >= 1
        return str(answer.state)

    @property
    def handed_out(self) -> list[str]:
        names = {"AssumeRole", "AssumeRoleWithOIDC", "GetRoleCredentials", "GetSecurityKey"}
        names |= {"KeystoneCreateUserTokenByPassword", "CreateTemporaryAccessKeyByAgency"}
        return [request.call.action for request in self.world.requests if request.call.action in names]

    @property
    def refused(self) -> list[int | None]:
        return [request.status for request in self.world.requests if (request.status or 0) >= 400]


@BOTH
@SOURCES
def test_a_wait_outlives_ten_tokens(drive: Drive, account_of: Any, world: World, time: Time, tmp_path: Path) -> None:
    """A look a second for ten lives: each is asked for once, in time, so that nothing is ever refused."""
    looks = Looks(world, time, account_of(world, tmp_path), drive)
    for _ in range(50):
        assert looks.look() == "succeeded"
        time.pass_by(1)
    assert len(looks.handed_out) >= 10
    assert len(looks.handed_out) <= 50 / (LIFE * 0.8) + 1
    assert looks.refused == []


@BOTH
@SOURCES
def test_seldom_looks_find_them_expired(
    drive: Drive, account_of: Any, world: World, time: Time, tmp_path: Path
) -> None:
    """They are renewed before they are used."""
    looks = Looks(world, time, account_of(world, tmp_path), drive)
    for _ in range(3):
        assert looks.look() == "succeeded"
        time.pass_by(3600)
    assert (len(looks.handed_out), looks.refused) == (3, [])


@BOTH
@TEMPORARY
def test_taken_back_before_their_time(drive: Drive, account_of: Any, world: World, time: Time, tmp_path: Path) -> None:
    """One refusal, new ones, and the same request again: the look does not notice."""
    world.identity.set(lifetime=3600.0)
    looks = Looks(world, time, account_of(world, tmp_path), drive)
    looks.look()
    world.identity.revoke()
    assert looks.look() == "succeeded"
    assert (len(looks.handed_out), len(looks.refused)) == (2, 1)


@BOTH
def test_new_ones_that_are_refused_too_are_an_answer(drive: Drive, world: World, time: Time, tmp_path: Path) -> None:
    """They are asked for once more, not for ever."""
    looks = Looks(world, time, with_role(world, tmp_path), drive)
    looks.look()
    world.add_fault("deny", kind=looks.kind.name, code="InvalidSecurityToken.Expired", status=400)
    with pytest.raises(CredentialsExpired):
        looks.look()
    assert (len(looks.handed_out), len(looks.refused)) == (2, 2)


@BOTH
def test_a_key_of_the_connections_own_is_not_renewed(drive: Drive, world: World, time: Time) -> None:
    """There is nothing to renew it with."""
    looks = Looks(world, time, world.account("alibaba", region="cn-shanghai"), drive)
    world.add_fault("deny", kind=looks.kind.name, code="InvalidSecurityToken.Expired", status=400)
    with pytest.raises(CredentialsExpired):
        looks.look()
    assert len(looks.refused) == 1


@BOTH
def test_a_source_that_says_no(drive: Drive, world: World, time: Time, tmp_path: Path) -> None:
    """The same error for whoever comes, and one call to the service."""
    looks = Looks(world, time, with_role(world, tmp_path), drive)
    world.add_fault("deny", action="AssumeRole")
    for _ in range(3):
        with pytest.raises(CredentialsRefused, match="temporary credentials were refused: NoPermission"):
            looks.look()
    assert len(looks.handed_out) == 1


@BOTH
def test_a_token_file_that_is_not_there(drive: Drive, world: World, time: Time, tmp_path: Path) -> None:
    """Named, with what to do; nothing is sent."""
    of = with_oidc(world, tmp_path)
    Path(tmp_path / "token").unlink()
    looks = Looks(world, time, of, drive)
    with pytest.raises(CredentialsRefused, match=r"the token file '.*token' cannot be read \(FileNotFoundError\)"):
        looks.look()
    assert world.requests == []


@BOTH
def test_a_token_file_that_was_replaced(drive: Drive, world: World, time: Time, tmp_path: Path) -> None:
    """It is read anew for every renewal."""
    looks = Looks(world, time, with_oidc(world, tmp_path), drive)
    world.identity.add_oidc_token("the-oidc-token", seconds=LIFE)
    looks.look()
    world.identity.add_oidc_token("the-next-token")
    Path(tmp_path / "token").write_text("the-next-token")
    time.pass_by(LIFE)
    assert looks.look() == "succeeded"


@BOTH
@SOURCES
def test_every_new_secret_is_masked(drive: Drive, account_of: Any, world: World, time: Time, tmp_path: Path) -> None:
    """Before anything is signed with it."""
    looks = Looks(world, time, account_of(world, tmp_path), drive)
    looks.look()
    held = looks.cached.get(looks.clock.now, lambda: pytest.fail("they are fresh"))
    assert set(held.secrets) <= set(looks.masked)
    assert held.secrets


@BOTH
@SOURCES
def test_asking_for_credentials_costs_the_wait_nothing(
    drive: Drive, account_of: Any, world: World, time: Time, tmp_path: Path
) -> None:
    """It comes out of no quota of jobs."""
    looks = Looks(world, time, account_of(world, tmp_path), drive)
    client = looks.client()
    ref = looks.kind.ref({"job_id": "1"})
    drive(client, looks.kind.look(looks.of, [ref]), world)
    assert client.report.calls == 1


# --- clocks -----------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("name", ["alibaba", "huawei"])
@pytest.mark.parametrize("ahead", [3600, -3600, 86_400])
def test_a_clock_that_is_wrong(ahead: float, name: str, drive: Drive, world: World, time: Time) -> None:
    """The first answer, a refusal, tells the vendor's time; from then on requests are dated by that."""
    time.ahead = timedelta(seconds=ahead)
    looks = Looks(world, time, world.account(name, region="cn-north-4"), drive)
    assert [looks.look() for _ in range(3)] == ["succeeded"] * 3
    assert len(looks.refused) == 1


@BOTH
@SOURCES
def test_a_clock_that_is_wrong_with_each_source(
    drive: Drive, account_of: Any, world: World, time: Time, tmp_path: Path
) -> None:
    """Lives are told in the vendor's time."""
    time.ahead = timedelta(seconds=3600)
    looks = Looks(world, time, account_of(world, tmp_path), drive)
    for _ in range(10):
        assert looks.look() == "succeeded"
        time.pass_by(1)
    assert len(looks.refused) <= 2


@BOTH
@SOURCES
@pytest.mark.parametrize("ahead", [3660, 1200, -1200, -7200])
def test_a_wrong_clock_shortens_no_life(
    ahead: float, drive: Drive, account_of: Any, world: World, time: Time, tmp_path: Path
) -> None:
    """Two hours of looks: two or three lives of an hour, and the first refusals."""
    world.identity.set(lifetime=3600.0)
    time.ahead = timedelta(seconds=ahead)
    looks = Looks(world, time, account_of(world, tmp_path), drive)
    for _ in range(24):
        assert looks.look() == "succeeded"
        time.pass_by(300)
    assert len(looks.handed_out) <= 5
    assert len(looks.refused) <= 2


@BOTH
def test_a_wrong_key_under_a_wrong_clock(drive: Drive, world: World, time: Time) -> None:
    """The first look costs two refusals, since one may be the clock's; each later one costs one."""
    time.ahead = timedelta(hours=1)
    wrong = world.account("huawei", region="cn-north-4")
    looks = Looks(world, time, replace(wrong, credentials=replace(wrong.credentials, secret_key="wrong")), drive)
    counts = []
    for _ in range(3):
        with pytest.raises(AuthError):
            looks.look()
        counts.append(len(world.requests))
        time.pass_by(0.4)
    assert counts == [2, 3, 4]


@BOTH
def test_a_page_of_a_proxy_tells_no_time(drive: Drive, world: World, time: Time) -> None:
    """Also one with the status of a success."""
    looks = Looks(world, time, world.account("huawei", region="cn-north-4"), drive)
    date = format_datetime(START + timedelta(hours=3), usegmt=True)
    page = HttpResponse(200, {"date": date}, b"<html>please sign in</html>")
    origin = next(looks.kind.look(looks.of, [looks.kind.ref({"job_id": "1"})])).origin
    with pytest.raises(UnreadableResponse):
        looks.client().run(looks.kind.look(looks.of, [looks.kind.ref({"job_id": "1"})]), Fixed(page))
    assert looks.clock.off(origin) == timedelta(0)
    assert looks.look() == "succeeded"
    assert looks.refused == []


@BOTH
def test_a_clock_that_is_a_little_wrong(drive: Drive, world: World, time: Time) -> None:
    """It is left alone below half a minute, and corrected before anything is refused above."""
    time.ahead = timedelta(minutes=10)
    looks = Looks(world, time, world.account("huawei", region="cn-north-4"), drive)
    assert [looks.look() for _ in range(2)] == ["succeeded"] * 2
    assert looks.refused == []
    assert looks.clock.off(next(looks.kind.look(looks.of, [looks.kind.ref({"job_id": "1"})])).origin) == timedelta(
        minutes=-10
    )


@BOTH
@pytest.mark.parametrize("name", ["alibaba", "huawei"])
def test_a_wrong_key_is_no_wrong_clock(name: str, drive: Drive, world: World, time: Time) -> None:
    """It is asked once."""
    wrong = world.account(name, region="cn-north-4", credentials=Credentials("nobody", "secret"))
    looks = Looks(world, time, wrong, drive)
    with pytest.raises(AuthError):
        looks.look()
    assert len(world.requests) == 1


def test_a_file_that_is_no_text(world: World, time: Time, tmp_path: Path) -> None:
    """Told like one that is not there."""
    of = with_oidc(world, tmp_path)
    Path(tmp_path / "token").write_bytes(b"\xff\xfe")
    looks = Looks(world, time, of, blocking)
    with pytest.raises(CredentialsRefused, match="UnicodeDecodeError") as caught:
        looks.look()
    assert caught.value.code == ConfigError.__name__


@pytest.mark.parametrize(
    ("source", "echo"),
    [
        (Service("http://127.0.0.1/creds/TOP-SECRET?token=ALSO"), "Cannot GET /creds/TOP-SECRET?token=ALSO"),
        (AssumedRole("acs:ram::1:role/r", "session", "3600", "TOP-SECRET"), "unknown external id TOP-SECRET"),
    ],
    ids=["service", "external id"],
)
def test_what_opens_a_source_is_taken_out_of_errors(source: Any, echo: str, world: World, time: Time) -> None:
    """A page may repeat what was asked."""
    looks = Looks(world, time, account(world, "alibaba", source), blocking)
    page = HttpResponse(502, {}, echo.encode())
    with pytest.raises(CredentialsUnavailable) as caught:
        looks.client().run(looks.kind.look(looks.of, [looks.kind.ref({"job_id": "1"})]), Fixed(page))
    assert "***" in str(caught.value)
    assert not any(secret in str(caught.value) + repr(source) for secret in ("TOP-SECRET", "ALSO"))


@BOTH
def test_another_hosts_clock_shortens_no_life(drive: Drive, world: World, time: Time, tmp_path: Path) -> None:
    """Only that of whoever handed them out counts."""
    world.identity.set(lifetime=3600.0)
    looks = Looks(world, time, with_user(world, tmp_path), drive)
    ahead = HttpResponse(200, {"date": format_datetime(START + timedelta(hours=2), usegmt=True)}, b"{}")
    for _ in range(10):
        looks.clock.heard("https://gateway.example", ahead, time.of_this_machine())
        assert looks.look() == "succeeded"
    assert len(looks.handed_out) == 1
