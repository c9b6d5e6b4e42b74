# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the cache of temporary credentials: renewed in time, by one caller, and only when needed."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    ConfigError,
    CredentialsExpired,
    CredentialsRefused,
    CredentialsUnavailable,
    MediaJobsError,
    PermissionDenied,
    Throttled,
    TransportError,
)
from airflow_provider_mediajobs.core.kind import Exchange
from airflow_provider_mediajobs.credential_cache import CachedCredentials, CredentialCache, credential_cache

START = datetime(2026, 9, 1, tzinfo=UTC)


class IdentityService:
    """Hands out numbered credentials, or raises; in time that stands still unless told."""

    def __init__(self, life: float | None = 100) -> None:
        self.life = life
        self.now = START
        self.requested = 0
        self.trouble: MediaJobsError | None = None

    def clock(self) -> datetime:
        return self.now

    def passed(self) -> float:
        return (self.now - START).total_seconds()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def ask(self) -> Credentials:
        self.requested += 1
        if self.trouble is not None:
            raise self.trouble
        end = None if self.life is None else self.now + timedelta(seconds=self.life)
        return Credentials(f"key-{self.requested}", "secret", "token", expires_at=end)

    async def aask(self) -> Credentials:
        await asyncio.sleep(0)
        return self.ask()


def blocking(cached: CachedCredentials, service: IdentityService) -> str:
    return cached.get(service.clock, service.ask).access_key


def on_a_loop(cached: CachedCredentials, service: IdentityService) -> str:
    return asyncio.run(cached.aget(service.clock, service.aask)).access_key


Get = Callable[[CachedCredentials, IdentityService], str]
BOTH = pytest.mark.parametrize("get", [blocking, on_a_loop])


@BOTH
@pytest.mark.parametrize(("after", "key"), [(0, "key-1"), (79.9, "key-1"), (80, "key-2"), (150, "key-2")])
def test_they_are_renewed_at_four_fifths_of_their_life(get: Get, after: float, key: str) -> None:
    """Not earlier, and also where nobody asked in time."""
    cached, service = CachedCredentials(), IdentityService()
    assert get(cached, service) == "key-1"
    service.pass_by(after)
    assert get(cached, service) == key
    assert get(cached, service) == key


@BOTH
def test_a_life_of_no_known_length(get: Get) -> None:
    """They are good until the vendor refuses them."""
    cached, service = CachedCredentials(), IdentityService(life=None)
    get(cached, service)
    service.pass_by(1e6)
    assert get(cached, service) == "key-1"


@BOTH
@pytest.mark.parametrize("life", [0.1, 0, -3600])
def test_a_life_that_is_over_at_once_is_no_reason_to_ask_all_the_time(get: Get, life: float) -> None:
    """As where a clock is wrong: the vendor decides what is good, and is asked once a second."""
    cached, service = CachedCredentials(), IdentityService(life)
    assert [get(cached, service) for _ in range(3)] == ["key-1"] * 3
    service.pass_by(1)
    assert get(cached, service) == "key-2"


@BOTH
def test_refused_ones_are_renewed_once(get: Get) -> None:
    """Who hears late that older ones are refused costs nobody the new ones."""
    cached, service = CachedCredentials(), IdentityService()
    get(cached, service)
    first = cached.get(service.clock, service.ask)
    cached.refused(first)
    assert get(cached, service) == "key-2"
    cached.refused(first)
    assert get(cached, service) == "key-2"


@BOTH
def test_trouble_before_the_end_of_a_life(get: Get, caplog: pytest.LogCaptureFixture) -> None:
    """Those there are do, and the service is asked again after a while, and at their end."""
    cached, service = CachedCredentials(), IdentityService()
    get(cached, service)
    service.pass_by(80)
    service.trouble = TransportError("no answer from sts")
    assert [get(cached, service) for _ in range(5)] == ["key-1"] * 5
    assert service.requested == 2
    assert [record.message for record in caplog.records] == [
        "temporary credentials could not be renewed (no answer from sts); the present ones are still used"
    ]
    service.pass_by(9.9)
    assert (get(cached, service), service.requested) == ("key-1", 2)
    service.pass_by(0.1)
    assert (get(cached, service), service.requested) == ("key-1", 3)
    service.pass_by(10)
    with pytest.raises(CredentialsUnavailable, match="temporary credentials could not be obtained: no answer from sts"):
        get(cached, service)
    service.trouble = None
    service.pass_by(10)
    assert get(cached, service) == "key-5"


@BOTH
def test_a_no_before_the_end_of_a_life(get: Get) -> None:
    """Those there are do until their end, when the service is asked once more."""
    cached, service = CachedCredentials(), IdentityService()
    get(cached, service)
    service.pass_by(80)
    service.trouble = PermissionDenied("NoPermission", "no AssumeRole", request_id="r1")
    assert get(cached, service) == "key-1"
    service.pass_by(19.9)
    assert (get(cached, service), service.requested) == ("key-1", 2)
    service.pass_by(0.1)
    with pytest.raises(CredentialsRefused) as caught:
        get(cached, service)
    assert (caught.value.code, caught.value.request_id, service.requested) == ("NoPermission", "r1", 3)
    assert "temporary credentials were refused: NoPermission: no AssumeRole" in str(caught.value)


@BOTH
@pytest.mark.parametrize(
    ("trouble", "told", "held"),
    [
        (TransportError("reset"), CredentialsUnavailable, 10),
        (Throttled("Throttling"), CredentialsUnavailable, 10),
        (AuthError("InvalidAccessKeyId.NotFound"), CredentialsRefused, 300),
        (ConfigError("no role"), CredentialsRefused, 300),
        (CredentialsExpired("InvalidSecurityToken.Expired"), CredentialsExpired, 300),
    ],
)
def test_who_comes_after_a_failure_does_not_ask_again(
    get: Get, trouble: MediaJobsError, told: type[MediaJobsError], held: float
) -> None:
    """A key that was refused is left alone for five minutes: the vendor would lock it."""
    cached, service = CachedCredentials(), IdentityService()
    service.trouble = trouble
    for _ in range(6):
        with pytest.raises(told):
            get(cached, service)
    service.pass_by(held - 0.1)
    with pytest.raises(told):
        get(cached, service)
    assert service.requested == 1
    service.trouble = None
    service.pass_by(0.1)
    assert (get(cached, service), service.requested) == ("key-2", 2)


async def test_one_renews_for_all() -> None:
    """Fifty begin together: one asks, the others wait for it; and later go on with those there are meanwhile."""
    cached, service = CachedCredentials(), IdentityService()
    answered = asyncio.Event()

    async def ask() -> Credentials:
        await answered.wait()
        return service.ask()

    first = [asyncio.ensure_future(cached.aget(service.clock, ask)) for _ in range(50)]
    await asyncio.sleep(0)
    answered.set()
    assert {found.access_key for found in await asyncio.gather(*first)} == {"key-1"}
    assert service.requested == 1

    answered.clear()
    service.pass_by(80)
    renewing = asyncio.ensure_future(cached.aget(service.clock, ask))
    await asyncio.sleep(0)
    assert (await cached.aget(service.clock, ask)).access_key == "key-1"
    answered.set()
    assert (await renewing).access_key == "key-2"


async def test_a_caller_that_is_cancelled_leaves_its_turn() -> None:
    """The next one asks."""
    cached, service = CachedCredentials(), IdentityService()

    async def never() -> Credentials:
        await asyncio.Event().wait()
        raise AssertionError

    first = asyncio.ensure_future(cached.aget(service.clock, never))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(cached.aget(service.clock, service.aask))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).access_key == "key-1"


def test_threads_take_turns() -> None:
    """Eight at once: one asks."""
    cached, service, found = CachedCredentials(), IdentityService(), list[str]()
    begun, answered = threading.Event(), threading.Event()

    def ask() -> Credentials:
        begun.set()
        answered.wait(10)
        return service.ask()

    threads = [
        threading.Thread(target=lambda: found.append(cached.get(service.clock, ask).access_key)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    answered.set()
    for thread in threads:
        thread.join(10)
    assert (found, service.requested) == (["key-1"] * 8, 1)


# --- which cache is whose ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Somewhere:
    """A source."""

    name: str = "role"
    of_project: bool = False
    file = None
    secrets = ()

    def fetch(self, account: Account, text: str) -> Exchange[Credentials]:
        raise NotImplementedError


ACCOUNT = Account("alibaba", Credentials("id", "secret"), region="cn-shanghai", credential_provider=Somewhere())


def test_the_same_account_shares_its_credentials() -> None:
    """However often its connection was read."""
    of = CredentialCache()
    cached = of.of(ACCOUNT)
    assert cached is not None
    assert of.of(replace(ACCOUNT, credential_provider=Somewhere())) is cached


@pytest.mark.parametrize(
    "change",
    [
        {"credential_provider": Somewhere("other")},
        {"credentials": Credentials("id", "rotated")},
        {"region": "cn-beijing"},
        {"origin": "http://127.0.0.1:1"},
        {"vendor": "huawei"},
    ],
    ids=str,
)
def test_another_account_has_another(change: dict[str, object]) -> None:
    """Tokens are of one role, one key, one region."""
    of = CredentialCache()
    cached = of.of(ACCOUNT)
    assert of.of(replace(ACCOUNT, **change)) is not cached  # type: ignore[arg-type]


@pytest.mark.parametrize("of_project", [False, True])
def test_a_project_has_credentials_of_its_own_where_tokens_are_of_it(of_project: bool) -> None:
    """A temporary key is good for all projects."""
    of, source = CredentialCache(), Somewhere(of_project=of_project)
    cached = of.of(replace(ACCOUNT, credential_provider=source))
    assert (of.of(replace(ACCOUNT, credential_provider=source, project_id="p1")) is cached) == (not of_project)
    assert of.of(replace(ACCOUNT, credential_provider=source, quotas={"live": 5.0})) is cached


def test_an_account_without_a_source_has_none() -> None:
    """Its own credentials sign."""
    assert CredentialCache().of(replace(ACCOUNT, credential_provider=None)) is None


def test_nobody_keeps_what_nobody_holds() -> None:
    """Secrets do not outlive the last wait."""
    of = CredentialCache()
    cached, service = of.of(ACCOUNT), IdentityService()
    assert cached is not None
    cached.get(service.clock, service.ask)
    del cached
    gc.collect()
    again = of.of(ACCOUNT)
    assert again is not None
    assert again.get(service.clock, service.ask).access_key == "key-2"


def test_each_loop_has_its_own_and_threads_share_one() -> None:
    """A lock of one loop is none of another."""

    async def of_a_loop() -> CredentialCache:
        assert credential_cache() is credential_cache()
        return credential_cache()

    first, second = asyncio.run(of_a_loop()), asyncio.run(of_a_loop())
    assert len({id(found) for found in (first, second, credential_cache())}) == 3
    assert credential_cache() is credential_cache()


def test_nothing_secret_shows(caplog: pytest.LogCaptureFixture) -> None:
    """Not in ``repr``, nor in the log of a renewal."""
    with caplog.at_level(logging.DEBUG):
        cached, service = CachedCredentials(), IdentityService()
        cached.get(service.clock, service.ask)
        assert "secret" not in repr(cached) + repr(vars(cached)) + caplog.text


# --- a clock that is set ----------------------------------------------------------------------------------------


class SteppedService(IdentityService):
    """Beside a clock that is an hour, or a day, off since they were handed out."""

    step = timedelta(0)

    def clock(self) -> datetime:
        return self.now + self.step


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_is_set_changes_no_life(step: timedelta) -> None:
    """They are renewed when four fifths have really passed."""
    cached, service = CachedCredentials(), SteppedService()

    def get() -> str:
        return cached.get(service.clock, service.ask, service.passed).access_key

    get()
    service.step = step
    service.pass_by(79)
    assert get() == "key-1"
    service.pass_by(1)
    assert get() == "key-2"


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1)])
@pytest.mark.parametrize(("trouble", "rest"), [(TransportError("reset"), 10), (PermissionDenied("403"), 300)], ids=repr)
def test_a_clock_that_is_set_changes_no_rest(step: timedelta, trouble: MediaJobsError, rest: float) -> None:
    """Neither is a key that was refused tried again at once, nor a service left alone for a day."""
    cached, service = CachedCredentials(), SteppedService()
    service.trouble = trouble

    def requested() -> int:
        with pytest.raises(MediaJobsError):
            cached.get(service.clock, service.ask, service.passed)
        return service.requested

    assert requested() == 1
    service.step = step
    service.pass_by(rest - 1)
    assert requested() == 1
    service.pass_by(1)
    assert requested() == 2


async def test_the_same_on_a_loop() -> None:
    """By the same seconds."""
    cached, service = CachedCredentials(), SteppedService()
    await cached.aget(service.clock, service.aask, service.passed)
    service.step = timedelta(days=1)
    assert (await cached.aget(service.clock, service.aask, service.passed)).access_key == "key-1"
