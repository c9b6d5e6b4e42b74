# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that what is signed is what is sent: every kind, signature and transport, over a real socket.

The in-memory emulator cannot see a second quoting or a reordering on the way out; a socket can. The emulator verifies
the signature over the bytes it received.

Covers ``transports.blocking``, ``transports.nonblocking``.
"""

from __future__ import annotations

import asyncio
import logging

import pytest

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import AuthError
from airflow_provider_mediajobs.core.job import JobSnapshot
from airflow_provider_mediajobs.core.kind import Answers
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.transports.blocking import BlockingTransport
from airflow_provider_mediajobs.transports.nonblocking import NonblockingTransport
from airflow_provider_mediajobs.vendors import kind as kind_of
from airflow_provider_mediajobs.vendors import vendor_of

from ..kinds import FACTS

# Everything an encoder may get wrong.
AWKWARD = "a b+c%2F*~é/&=?#'😀"

IDS = {name: {id_: f"{AWKWARD}{place or ''}" for place, id_ in enumerate(facts.job)} for name, facts in FACTS.items()}
DONE = {name: facts.done for name, facts in FACTS.items()}

SIGNATURES = {
    "alibaba": ("ACS3-HMAC-SHA256", "HMAC-SHA1"),
    "huawei": ("SDK-HMAC-SHA256", "X-Auth-Token"),
}

CASES = [
    pytest.param(kind, signature, token, id=f"{kind}-{signature}{'-token' if token else ''}")
    for kind in IDS
    for signature in SIGNATURES[kind.partition(".")[0]]
    for token in ([None] if signature == "X-Auth-Token" else [None, "security-token +/="])
]


def _account(server: EmulatorServer, kind: str, signature: str, token: str | None) -> Account:
    world = server.world
    vendor = kind.partition(".")[0]
    if signature == "X-Auth-Token":
        world.add_auth_token("iam-token")
        credentials = Credentials(auth_token="iam-token")
    else:
        world.add_key("key", "secret", token)
        credentials = Credentials("key", "secret", token)
    return Account(vendor, credentials, project_id=world.project_id, signature=signature, origin=server.url)


def _look(kind: str, account: Account, transport: str) -> JobSnapshot:
    of = kind_of(kind)
    ref = of.ref(IDS[kind])
    client = Client(vendor_of(kind), account)

    async def on_a_loop() -> Answers:
        async with NonblockingTransport(account.http) as nonblocking:
            return await client.arun(of.look(account, [ref]), nonblocking)

    if transport == "nonblocking":
        answers = asyncio.run(on_a_loop())
    else:
        with BlockingTransport(account.http) as blocking:
            answers = client.run(of.look(account, [ref]), blocking)
    snapshot = answers[ref]
    assert isinstance(snapshot, JobSnapshot)
    return snapshot


@pytest.mark.parametrize("transport", ["blocking", "nonblocking"])
@pytest.mark.parametrize(("kind", "signature", "token"), CASES)
def test_signed_is_sent(
    kind: str, signature: str, token: str | None, transport: str, mediajobs_emulator: EmulatorServer
) -> None:
    """The vendor finds the job by an id full of awkward characters, having verified the signature over it."""
    mediajobs_emulator.world.add_job(kind, IDS[kind], script=DONE[kind])

    snapshot = _look(kind, _account(mediajobs_emulator, kind, signature, token), transport)

    assert snapshot.state == "succeeded"
    assert dict(snapshot.ids) == IDS[kind]


@pytest.mark.parametrize("transport", ["blocking", "nonblocking"])
@pytest.mark.parametrize(("kind", "signature", "token"), CASES)
def test_what_is_logged_while_sending_holds_nothing_secret(
    kind: str,
    signature: str,
    token: str | None,
    transport: str,
    mediajobs_emulator: EmulatorServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Somebody's DEBUG level makes an HTTP library print every URL; not even the access key's name is in one."""
    mediajobs_emulator.world.add_job(kind, IDS[kind], script=DONE[kind])
    caplog.set_level(logging.DEBUG)

    _look(kind, _account(mediajobs_emulator, kind, signature, token), transport)

    assert transport == "nonblocking" or 'HTTP/1.1" 200' in caplog.text
    for secret in ("Signature", "AccessKeyId", "oken"):
        assert secret not in caplog.text


@pytest.mark.parametrize("transport", ["blocking", "nonblocking"])
@pytest.mark.parametrize("kind", IDS)
def test_wrong_secret_is_refused(kind: str, transport: str, mediajobs_emulator: EmulatorServer) -> None:
    """The check above can fail: with another secret the same request is refused."""
    world = mediajobs_emulator.world
    world.add_job(kind, IDS[kind], script=DONE[kind])
    world.add_key("key", "secret")
    bad = Account(
        kind.partition(".")[0],
        Credentials("key", "another"),
        project_id=world.project_id,
        origin=mediajobs_emulator.url,
    )

    with pytest.raises(AuthError):
        _look(kind, bad, transport)
