# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests requests through a proxy and past it, with a certificate of a private authority.

Covers ``transports.blocking``, ``transports.nonblocking``.
"""

from __future__ import annotations

import asyncio
import gc
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.core.account import Account, CredentialProvider, Credentials, HttpOptions
from airflow_provider_mediajobs.core.errors import TransportError
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobSnapshot
from airflow_provider_mediajobs.core.kind import Answer, Answers
from airflow_provider_mediajobs.credential_cache import CredentialCache
from airflow_provider_mediajobs.emulator.identity import DEFAULT_DOMAIN, DEFAULT_PROVIDER, role_arn
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.transports.blocking import BlockingTransport
from airflow_provider_mediajobs.transports.nonblocking import NonblockingTransport
from airflow_provider_mediajobs.vendors import kind as kind_of
from airflow_provider_mediajobs.vendors import vendor_of
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole, InstanceRole, OidcRole
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser, InstanceAgency

from ..proxy import Proxy
from .conftest import Send

# Everything that must be written as %XX, and a letter that Latin-1 has.
PASSWORD = "s3cret:/@é?#"
SHOWN = ("s3cret", "czNjcmV0", "dXNlcjpzM2Ny")  # the latter: Base64 of it, and of it behind the user


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """urllib3 and aiohttp leave a tunnel without TLS to the garbage collector, which must not blame another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(password=PASSWORD) as proxy:
        yield proxy


@pytest.fixture
def tls_proxy(certificates: Path) -> Iterator[Proxy]:
    """One that is spoken to by TLS."""
    with Proxy(password=PASSWORD, certificate=certificates / "server.pem") as proxy:
        yield proxy


def address(origin: str) -> str:
    return origin.partition("://")[2]


def test_a_plain_request_is_forwarded(send: Send, proxy: Proxy, mediajobs_emulator: EmulatorServer) -> None:
    request = HttpRequest("GET", mediajobs_emulator.url, "/a%2Fb", (("c", "d e"),))

    assert send(request, options=HttpOptions(proxy=proxy.url())).status == 404
    assert proxy.requested == [("GET", f"{mediajobs_emulator.url}/a%2Fb?c=d%20e")]


def test_others_go_through_a_tunnel(send: Send, proxy: Proxy, tls_peer: str, ca_bundle: str) -> None:
    """What the proxy sees of them is the host."""
    request = HttpRequest("GET", tls_peer, "/path", (("query", "1"),))

    response = send(request, options=HttpOptions(proxy=proxy.url(), verify=ca_bundle))

    assert response.json() == {"tls": True}
    assert proxy.requested == [("CONNECT", address(tls_peer))]


def test_through_a_proxy_that_is_spoken_to_by_tls(send: Send, tls_proxy: Proxy, tls_peer: str, ca_bundle: str) -> None:
    """One bundle serves both, the proxy and the host."""
    response = send(HttpRequest("GET", tls_peer), options=HttpOptions(proxy=tls_proxy.url(), verify=ca_bundle))

    assert response.json() == {"tls": True}
    assert tls_proxy.requested == [("CONNECT", address(tls_peer))]


def refused(send: Send, origin: str, options: HttpOptions) -> TransportError:
    """The error, which nobody learns the password from."""
    with pytest.raises(TransportError) as caught:
        send(HttpRequest("GET", origin), options=options)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(options)
    assert not [piece for piece in SHOWN if piece in told]
    return caught.value


def test_a_tunnel_does_not_hide_a_strange_certificate(send: Send, proxy: Proxy, tls_peer: str) -> None:
    error = refused(send, tls_peer, HttpOptions(proxy=proxy.url()))

    assert error.trouble == "TLS"
    assert str(error).startswith(f"no answer from {address(tls_peer)}: ")
    assert proxy.requested == [("CONNECT", address(tls_peer))]


def test_a_strange_proxy_is_told_nothing(send: Send, tls_proxy: Proxy, tls_peer: str) -> None:
    """Not even which host is wanted."""
    assert refused(send, tls_peer, HttpOptions(proxy=tls_proxy.url())).trouble == "proxy"
    assert tls_proxy.requested == []


@pytest.mark.parametrize("way", ["forwarded", "tunnelled"])
def test_a_wrong_password(
    send: Send, way: str, proxy: Proxy, tls_peer: str, ca_bundle: str, mediajobs_emulator: EmulatorServer
) -> None:
    """The vendor's 407 it cannot be: nobody takes the page for an answer about a job."""
    origin = tls_peer if way == "tunnelled" else mediajobs_emulator.url

    error = refused(send, origin, HttpOptions(proxy=proxy.url("s3cret-of-others"), verify=ca_bundle))

    assert error.trouble == "proxy"
    assert error.retryable
    assert mediajobs_emulator.world.requests == []


def test_a_host_that_the_proxy_does_not_reach(send: Send, proxy: Proxy) -> None:
    """Through a tunnel that is the proxy's word; for a plain host it is an answer like any other."""
    assert refused(send, "https://127.0.0.1:1", HttpOptions(proxy=proxy.url())).trouble == "proxy"
    assert send(HttpRequest("GET", "http://127.0.0.1:1"), options=HttpOptions(proxy=proxy.url())).status == 502


def test_direct_requests_go_past_it(send: Send, proxy: Proxy, mediajobs_emulator: EmulatorServer) -> None:
    """Also between others, over the same transport."""
    usual, direct = HttpRequest("GET", mediajobs_emulator.url, "/1"), ("GET", mediajobs_emulator.url, "/2")

    send(usual, HttpRequest(*direct, direct=True), usual, options=HttpOptions(proxy=proxy.url()))

    assert proxy.requested == [("GET", f"{mediajobs_emulator.url}/1")] * 2


MPC, ICE = "huawei.mpc.editing", "alibaba.ice.live_editing"
DONE = {MPC: "SUCCEEDED", ICE: "Success"}
OIDC_TOKEN = "a.b.c"
# The kind of job, and what of asking for credentials the proxy sees.
THROUGH = {
    "role": (ICE, ["/?RoleArn="]),
    "oidc": (ICE, ["/"]),
    "instance role": (ICE, []),
    "user": (MPC, ["/v3/auth/tokens?nocatalog=true"]),
    "agency": (MPC, ["/v3.0/OS-CREDENTIAL/securitytokens"]),
    "instance agency": (MPC, []),
}


def source_of(name: str, server: EmulatorServer, token_file: Path) -> CredentialProvider:
    """One that the world knows."""
    identity = server.world.identity
    identity.add_role("role")
    identity.add_role("oidc-role", provider=DEFAULT_PROVIDER)
    identity.add_oidc_token(OIDC_TOKEN)
    identity.add_agency("agency")
    identity.add_user("user", "password")
    identity.instance_role = identity.instance_agency = "instance"
    token_file.write_text(OIDC_TOKEN)
    sources: dict[str, CredentialProvider] = {
        "role": AssumedRole(role_arn("role"), "session", "900"),
        "oidc": OidcRole(role_arn("oidc-role"), DEFAULT_PROVIDER, str(token_file), "session", "900"),
        "instance role": InstanceRole(),
        "user": IamUser(DEFAULT_DOMAIN),
        "agency": Agency("agency", DEFAULT_DOMAIN, "900"),
        "instance agency": InstanceAgency(),
    }
    return sources[name]


def looked(kind: str, account: Account, transport: str) -> Answer | None:
    """What one look brings, with cached credentials of its own."""
    of = kind_of(kind)
    ref = of.ref({"job_id": "1"})

    async def on_a_loop() -> Answers:
        client = Client(vendor_of(kind), account, cached=CredentialCache().of(account))
        async with NonblockingTransport(account.http) as nonblocking:
            return await client.arun(of.look(account, [ref]), nonblocking)

    if transport == "nonblocking":
        return asyncio.run(on_a_loop()).get(ref)
    client = Client(vendor_of(kind), account, cached=CredentialCache().of(account))
    with BlockingTransport(account.http) as blocking:
        return client.run(of.look(account, [ref]), blocking).get(ref)


@pytest.mark.parametrize("transport", ["blocking", "nonblocking"])
@pytest.mark.parametrize("name", THROUGH)
def test_where_credentials_are_asked_for(
    name: str, transport: str, proxy: Proxy, mediajobs_emulator: EmulatorServer, tmp_path: Path
) -> None:
    """STS and IAM through the proxy, as jobs are; the machine's own metadata service past it."""
    kind, through = THROUGH[name]
    world = mediajobs_emulator.world
    world.add_job(kind, {"job_id": "1"}, script=DONE[kind])
    own = Credentials("user", "password") if name == "user" else world.account("huawei").credentials
    account = world.account(
        vendor_of(kind).name,
        credentials=own,
        credential_provider=source_of(name, mediajobs_emulator, tmp_path / "token"),
        origin=mediajobs_emulator.url,
        http=HttpOptions(proxy=proxy.url()),
    )

    answer = looked(kind, account, transport)

    assert isinstance(answer, JobSnapshot)
    assert answer.state == "succeeded"
    *asking, about_the_job = [target.removeprefix(mediajobs_emulator.url) for _, target in proxy.requested]
    assert [target.startswith(begin) for target, begin in zip(asking, through, strict=True)] == [True] * len(through)
    assert "1" in about_the_job
    assert len(world.requests) - len(proxy.requested) == {"instance role": 3, "instance agency": 2}.get(name, 0)
