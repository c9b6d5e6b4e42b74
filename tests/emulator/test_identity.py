# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the keys and tokens of the emulated world: who holds them, and until when.

Covers ``core.emulation.identity``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.emulation import Token
from airflow_provider_mediajobs.core.emulation.identity import Lent, Use
from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.vendors.alibaba import signing as alibaba
from airflow_provider_mediajobs.vendors.huawei import signing as huawei


class Clock:
    """Somebody turns it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(now=clock, random=Random(1))


def lend(world: World, seconds: float = 3600, **more: bool) -> Lent:
    return world.identity.lend(seconds, "somebody", "STS.", **more)


def ask_alibaba(world: World, lent: Lent, nonce: str) -> HttpResponse:
    key = Credentials(lent.access_key, lent.secret_key, lent.security_token)
    headers = (("x-acs-action", "ListTranscodeTask"), ("x-acs-version", "2017-03-21"))
    request = HttpRequest("GET", "http://h", query=(("VideoId", "v"),), headers=headers)
    return world.handle(alibaba.sign_acs3(request, key, world.wall(), nonce))


def ask_huawei(world: World, credentials: Credentials) -> HttpResponse:
    request = HttpRequest("GET", "http://h", f"/v1/{world.project_id}/asset/editing/tasks")
    account = Account("huawei", credentials, project_id=world.project_id)
    return world.handle(huawei.sign(request, account, world.wall(), ""))


def test_a_lent_key_expires_by_the_clock(world: World, clock: Clock) -> None:
    """For both vendors, each with its own words; what stays valid stays valid to the last moment."""
    lent = lend(world)
    assert lent.expires == clock.now + timedelta(hours=1)
    clock.pass_by(3599)
    assert (ask_alibaba(world, lent, "1").status, ask_huawei(world, temporary(lent)).status) == (200, 200)
    clock.pass_by(1)
    assert ask_alibaba(world, lent, "2").json()["Code"] == "InvalidSecurityToken.Expired"
    assert ask_huawei(world, temporary(lent)).json()["error_code"] == "APIGW.0307"


def temporary(lent: Lent) -> Credentials:
    return Credentials(lent.access_key, lent.secret_key, lent.security_token)


def test_the_lifetime_can_be_shorter_than_any_vendors(world: World, clock: Clock) -> None:
    """The metadata services' own tokens have one of theirs."""
    world.identity.lifetime, world.identity.session_lifetime = 5.0, 2.0
    assert lend(world).expires == clock.now + timedelta(seconds=5)
    assert world.identity.issue(Use.AUTH, 86400).expires == clock.now + timedelta(seconds=5)
    assert world.identity.issue(Use.SESSION, 21600).expires == clock.now + timedelta(seconds=2)


def test_jobs_may_advance_without_it(world: World) -> None:
    """Expiry goes with the clock of signatures."""
    lent = lend(world)
    world.advance(7200)
    assert ask_alibaba(world, lent, "1").status == 200


def test_a_clock_that_is_replaced(world: World, clock: Clock) -> None:
    """The world's clock of the moment counts."""
    lent = lend(world)
    world.wall = lambda: clock.now + timedelta(hours=2)
    assert world.identity.standing(lent.security_token, Use.SECURITY) is Token.EXPIRED


def test_a_token_is_good_for_one_use(world: World) -> None:
    """A security token is no X-Auth-Token."""
    lent = lend(world)
    assert [world.identity.standing(lent.security_token, use) for use in Use] == ["valid", "unknown", "unknown"]
    world.expire_token("never seen")
    assert [world.identity.standing("never seen", use) for use in Use] == ["expired"] * 3


def test_keys_differ_and_hide_their_secrets(world: World) -> None:
    """Each has a secret and a token of its own, and shows neither."""
    one, two = lend(world), lend(world)
    assert len({one.access_key, two.access_key, one.secret_key, two.secret_key, one.security_token}) == 5
    assert one.access_key.startswith("STS.")
    assert one.secret_key not in repr(one) + repr(world.keys)
    assert one.security_token not in repr(one) + repr(world.keys)


def test_kept_keys_change_after_half_their_life(world: World, clock: Clock) -> None:
    """As of a metadata service; a revoked one changes at once."""
    first = lend(world, keep=True)
    clock.pass_by(1799)
    assert lend(world, keep=True) == first
    clock.pass_by(1)
    second = lend(world, keep=True)
    assert second != first
    assert (ask_alibaba(world, first, "1").status, ask_alibaba(world, second, "2").status) == (200, 200)
    world.identity.revoke(second.access_key)
    assert lend(world, keep=True) != second


@pytest.mark.parametrize("name", [lambda lent: lent.access_key, lambda lent: lent.security_token])
def test_revoking_one(world: World, name: Callable[[Lent], str]) -> None:
    """By access key or by token; the vendor calls it expired."""
    one, two = lend(world), lend(world)
    world.identity.revoke(name(one))
    assert ask_alibaba(world, one, "1").json()["Code"] == "InvalidSecurityToken.Expired"
    assert ask_alibaba(world, two, "2").status == 200


def test_revoking_all_that_was_handed_out(world: World) -> None:
    """Not what was there from the beginning."""
    world.add_key("temporary", "secret", "by hand")
    lent, token = lend(world), world.identity.issue(Use.AUTH, 60, world.project_id)
    world.identity.revoke()
    assert ask_alibaba(world, lent, "1").status == 400
    assert ask_huawei(world, Credentials(auth_token=token.token)).json()["error_code"] == "APIGW.0307"
    assert ask_huawei(world, Credentials("temporary", "secret", "by hand")).status == 200


@pytest.mark.parametrize("name", ["nothing", "emulator-access-key"])
def test_revoking_what_is_not_there(world: World, name: str) -> None:
    """A mistake is told."""
    with pytest.raises(ParameterError, match="no such token or temporary key"):
        world.identity.revoke(name)


@pytest.mark.parametrize(("project", "status"), [("emulator-project", 200), ("another", 403), (None, 403)])
def test_an_auth_token_is_for_one_project(world: World, project: str | None, status: int) -> None:
    """Or for none, where it was not asked for one."""
    token = world.identity.issue(Use.AUTH, 60, project).token
    assert ask_huawei(world, Credentials(auth_token=token)).status == status


def test_an_auth_token_added_by_hand_has_a_project(world: World) -> None:
    """The world's own, or the one that is named."""
    world.add_auth_token("mine")
    world.identity.add_auth_token("theirs", project_id="another")
    assert [ask_huawei(world, Credentials(auth_token=token)).status for token in ("mine", "theirs")] == [200, 403]


def test_whom_the_world_knows(world: World) -> None:
    """By name, and without their secrets when shown."""
    identity = world.identity
    role = identity.add_role("publisher", external_id="the-id")
    assert (role.arn, role.name) == ("acs:ram::1000000000000001:role/publisher", "publisher")
    assert identity.add_role("acs:ram::7:role/other").name == "other"
    identity.add_agency("agency")
    identity.add_user("user", "the-password")
    identity.add_oidc_token("the-jwt", provider="acs:ram::1:oidc-provider/mine")
    identity.add_project("cn-east-3", "p3")
    shown = identity.to_dict()
    assert shown == {
        "lifetime": None,
        "session_lifetime": None,
        "instance_role": None,
        "instance_agency": None,
        "roles": ["acs:ram::1000000000000001:role/publisher", "acs:ram::7:role/other"],
        "oidc_providers": ["acs:ram::1:oidc-provider/mine"],
        "agencies": [{"name": "agency", "domain": "emulator-domain"}],
        "users": [{"name": "user", "domain": "emulator-domain"}],
        "projects": {"cn-north-4": "emulator-project", "cn-east-3": "p3"},
        "handed_out": 0,
    }
    everybody = (
        role,
        identity.agency("agency"),
        identity.user("user", "emulator-domain"),
        identity.oidc_token("the-jwt"),
    )
    assert not {"the-id", "the-password", "the-jwt"} & set(repr(everybody).split("'"))
