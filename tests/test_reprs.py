# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that the ``repr`` of the package's values, as logs and tracebacks show it, holds no secret.

Covers every module.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.core.account import Account, Credentials, HttpOptions
from airflow_provider_mediajobs.core.credentials import ResolvedCredentials
from airflow_provider_mediajobs.core.emulation.identity import Lent
from airflow_provider_mediajobs.core.errors import MediaJobsError
from airflow_provider_mediajobs.credential_cache import CachedCredentials
from airflow_provider_mediajobs.emulator import EmulatorTransport, World
from airflow_provider_mediajobs.emulator.identity import DEFAULT_DOMAIN, role_arn
from airflow_provider_mediajobs.vendors import vendor
from airflow_provider_mediajobs.vendors.alibaba.api import rpc
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole, InstanceRole
from airflow_provider_mediajobs.vendors.huawei.api import rest
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser, InstanceAgency

from .leaks import Secrets

SECRETS = {
    "secret key": "the/secret+key=of the account",
    "security token": "the/security+token=of the account",
    "IAM token": "the/auth+token=of the account",
    "password of the proxy": "the-password-of-the-proxy",
}
KEYS = Credentials("access-key", SECRETS["secret key"], SECRETS["security token"], SECRETS["IAM token"])
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOURCES: dict[str, tuple[str, Any]] = {
    "role": ("alibaba", AssumedRole(role_arn("role"), "session", "900")),
    "instance role": ("alibaba", InstanceRole()),
    "user": ("huawei", IamUser(DEFAULT_DOMAIN)),
    "agency": ("huawei", Agency("agency", DEFAULT_DOMAIN, "900")),
    "instance agency": ("huawei", InstanceAgency()),
}


def shown(*values: object) -> str:
    """In every way that a value is printed by."""
    return "\n".join(f"{value!r} {value} {[value]}" for value in values)


def is_clean(text: str, **more: str) -> bool:
    return Secrets(SECRETS | more).leaks("what was printed", text) == set()


@pytest.mark.parametrize("name", ["alibaba", "huawei"])
@pytest.mark.parametrize("signature", ["", "HMAC-SHA1"])
def test_values_of_an_account(name: str, signature: str) -> None:
    """Also requests, once they are signed."""
    proxy = f"http://user:{SECRETS['password of the proxy']}@proxy:3128"
    account = Account(name, KEYS, "r", "p", signature=signature, http=HttpOptions(proxy=proxy))
    spec = {
        "alibaba": lambda: rpc.call(account, "vod", "X", {}),
        "huawei": lambda: rest.call(account, "vod", "GET", "/v1/x"),
    }[name]()
    of = vendor(name)
    signed = of.sign(spec, account, NOW, "nonce")

    assert is_clean(
        shown(
            KEYS, account, account.http, account.identity, ResolvedCredentials(KEYS), spec, signed, Client(of, account)
        )
    )
    assert "ignature" not in shown(signed).replace("signature=", "")


def world() -> World:
    made = World(now=lambda: NOW, keys={KEYS.access_key: KEYS.secret_key})
    made.identity.add_role("role")
    made.identity.add_agency("agency")
    made.identity.add_user(KEYS.access_key, KEYS.secret_key)
    made.identity.instance_role = made.identity.instance_agency = "instance"
    return made


def borrowed(name: str, made: World) -> tuple[Client, EmulatorTransport]:
    of, source = SOURCES[name]
    account = made.account(of, credential_provider=source, region="cn-north-4")
    client = Client(vendor(of), account, cached=CachedCredentials())
    client.clock.now = lambda: NOW
    return client, EmulatorTransport(made)


def handed_out(made: World) -> dict[str, str]:
    tokens = {f"token {number}": token for number, token in enumerate(made.identity._passes)}
    return tokens | {f"secret {key.access_key}": key.secret_key for key in made.keys.values()}


@pytest.mark.parametrize("name", SOURCES)
def test_values_on_the_way_to_new_keys(name: str) -> None:
    """The source, each request, each answer, the keys, the cache, the client; nor does anything log them."""
    made = world()
    client, transport = borrowed(name, made)
    seen: list[object] = [SOURCES[name], client.cached, client]
    exchange = SOURCES[name][1].fetch(client.account, "")
    request = next(exchange)
    found = None
    while found is None:
        signed = client.vendor.sign(request, client.account, NOW, f"nonce {len(seen)}")
        response = transport.send(signed)
        seen += [request, signed, response]
        try:
            request = exchange.send(response)
        except StopIteration as end:
            found = end.value

    seen += [found, ResolvedCredentials(found)]
    assert is_clean(shown(*seen), **handed_out(made))
    assert len(handed_out(made)) > 1


def met(client: Client, transport: EmulatorTransport, method: str) -> MediaJobsError:
    """What a harmless call meets."""
    probe = client.vendor.test_connection(client.account)
    with pytest.raises(MediaJobsError) as caught:
        client.run(probe, transport) if method == "run" else asyncio.run(client.arun(probe, transport))
    return caught.value


def told(error: MediaJobsError, caplog: pytest.LogCaptureFixture) -> str:
    """All that is told of an error: by itself, by its traceback and all that led to it, and by logs."""
    trace = "".join(traceback.format_exception(error))
    return "\n".join([shown(error, error.args, vars(error), error.__cause__, error.__context__), trace, caplog.text])


@pytest.mark.parametrize("method", ["run", "arun"])
@pytest.mark.parametrize("name", SOURCES)
def test_errors_of_asking_for_keys(name: str, method: str, caplog: pytest.LogCaptureFixture) -> None:
    """An answer that was cut in the middle of them, with and without older ones that still stand."""
    caplog.set_level(logging.DEBUG)
    made = world()
    client, transport = borrowed(name, made)
    made.add_fault("truncated", vendor=SOURCES[name][0])
    assert is_clean(told(met(client, transport, method), caplog), **handed_out(made))

    made.clear_faults()
    later = NOW + timedelta(hours=1)
    client.clock.now = made.wall = lambda: later
    made.identity.set(lifetime=3600)
    client.run(client.vendor.test_connection(client.account), transport)
    before = len(handed_out(made))
    made.add_fault("truncated", vendor=SOURCES[name][0])
    later += timedelta(minutes=50)
    error = met(client, transport, method)

    assert len(handed_out(made)) > before
    assert "temporary credentials could not be renewed" in caplog.text
    assert is_clean(told(error, caplog), **handed_out(made))


@pytest.mark.parametrize("method", ["run", "arun"])
@pytest.mark.parametrize("signature", ["", "HMAC-SHA1"])
@pytest.mark.parametrize("name", ["role", "instance role", "agency", "instance agency"])
def test_errors_that_show_what_was_sent(
    name: str, signature: str, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The vendor has another secret for the temporary key, and prints what it would have signed."""
    caplog.set_level(logging.DEBUG)
    made = world()
    client, transport = borrowed(name, made)
    client.account = replace(client.account, signature=signature if client.account.vendor == "alibaba" else "")
    lent = misremembering(made)

    error = met(client, transport, method)

    assert lent
    assert "***" in str(error)
    assert is_clean(told(error, caplog), **handed_out(made), **lent)


def misremembering(made: World) -> dict[str, str]:
    """From now on the world checks what it has lent by another secret.

    :returns: the secrets that it has lent.
    """
    lend = made.identity.lend
    lent: dict[str, str] = {}

    def wrongly(*given: Any, **more: Any) -> Lent:
        found = lend(*given, **more)
        lent[f"lent {len(lent)}"] = found.secret_key
        made.keys[found.access_key] = replace(made.keys[found.access_key], secret_key="another secret of the vendor's")
        return found

    made.identity.lend = wrongly  # type: ignore[method-assign]
    return lent
