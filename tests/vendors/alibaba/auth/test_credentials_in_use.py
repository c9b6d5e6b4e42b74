# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests looks that temporary credentials of the emulated Alibaba Cloud sign.

Covers ``vendors.alibaba.auth.credentials``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.errors import AuthError, CredentialsRefused, CredentialsUnavailable
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole, InstanceRole, OidcRole

ARN = "acs:ram::1000000000000001:role/publisher"
POD = "acs:ram::1000000000000001:role/pod"
PROVIDER = "acs:ram::1000000000000001:oidc-provider/emulator"


@pytest.fixture
def sources(alibaba_place: Any, tmp_path: Path) -> dict[str, Any]:
    """One of each sort, and everybody that they need in the world."""
    identity = alibaba_place.world.identity
    identity.add_role("publisher", external_id="outside", max_seconds=7200)
    identity.add_role("pod", provider=PROVIDER)
    identity.add_oidc_token("the.jwt")
    identity.instance_role = "worker"
    file = tmp_path / "token"
    file.write_text("the.jwt\n")
    return {
        "role": AssumedRole(ARN, "airflow", "7200", "outside", '{"Statement": []}'),
        "pod": OidcRole(POD, PROVIDER, str(file), "airflow", "3600"),
        "instance": InstanceRole(),
        "named instance": InstanceRole("worker"),
    }


@pytest.mark.parametrize("signature", ["ACS3-HMAC-SHA256", "HMAC-SHA1"])
@pytest.mark.parametrize("name", ["role", "pod", "instance", "named instance"])
@pytest.mark.parametrize("method", ["look", "alook"])
def test_what_is_fetched_signs(
    alibaba_place: Any, sources: dict[str, Any], name: str, signature: str, method: str
) -> None:
    """Each source's credentials are good for a look, and as long as they are they are not fetched again."""
    client = alibaba_place.client(sources[name], signature=signature)

    assert getattr(alibaba_place, method)(client) == "running"
    handed_out = alibaba_place.handed_out
    assert handed_out
    assert getattr(alibaba_place, method)(client) == "running"
    assert alibaba_place.handed_out == handed_out


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("role", "publisher/airflow"),
        ("pod", "pod/airflow"),
        ("instance", "worker/i-emulator"),
        ("named instance", "worker/i-emulator"),
    ],
)
def test_whose_they_are(alibaba_place: Any, sources: dict[str, Any], name: str, whose: str) -> None:
    """The vendor says whom it sees."""
    client = alibaba_place.client(sources[name])

    said = client.run(ALIBABA.test_connection(client.account), alibaba_place.transport)

    assert said == f"signed in as acs:ram::1000000000000001:assumed-role/{whose}"


@pytest.mark.parametrize("name", ["role", "pod", "instance"])
def test_they_are_renewed(alibaba_place: Any, sources: dict[str, Any], name: str) -> None:
    """When their time has come, and at once when they are refused."""
    client = alibaba_place.client(sources[name])
    alibaba_place.look(client)
    for seconds, revoked in ((0, True), (90_000, False), (90_100, True)):
        alibaba_place.seconds = seconds
        before = alibaba_place.handed_out
        if revoked:
            alibaba_place.world.identity.revoke()
        assert alibaba_place.look(client) == "running"
        assert alibaba_place.handed_out > before


def test_a_temporary_key_assumes_a_role(alibaba_place: Any, sources: dict[str, Any]) -> None:
    """Its security token goes along."""
    lent = alibaba_place.world.identity.lend(3600, "somebody", "STS.")
    own = Credentials(lent.access_key, lent.secret_key, lent.security_token)

    assert alibaba_place.look(alibaba_place.client(sources["role"], credentials=own)) == "running"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role_arn": "acs:ram::1000000000000001:role/nobody"}, "EntityNotExist.Role"),
        ({"external_id": "wrong-0utside"}, "NoPermission"),
        ({"duration_seconds": "43200"}, "InvalidParameter.DurationSeconds"),
        ({"role_session_name": "a b"}, "InvalidParameter.RoleSessionName"),
    ],
)
def test_a_role_that_is_refused(alibaba_place: Any, sources: dict[str, Any], change: dict[str, str], code: str) -> None:
    """The vendor's code is told; no key and no external id are."""
    with pytest.raises(CredentialsRefused) as caught:
        alibaba_place.look(alibaba_place.client(replace(sources["role"], **change)))

    assert caught.value.code == code
    told = f"{caught.value} {caught.value.args}"
    assert not [secret for secret in (alibaba_place.own.secret_key, "0utside") if secret in told]


@pytest.mark.parametrize("signature", ["ACS3-HMAC-SHA256", "HMAC-SHA1"])
def test_a_wrong_secret_is_not_told(alibaba_place: Any, sources: dict[str, Any], signature: str) -> None:
    """Nor is the role's session."""
    own = Credentials(alibaba_place.own.access_key, "wrong-s3cret")

    with pytest.raises(AuthError) as caught:
        alibaba_place.look(alibaba_place.client(sources["role"], credentials=own, signature=signature))

    assert caught.value.code == "SignatureDoesNotMatch"
    assert "s3cret" not in f"{caught.value} {caught.value.args}"


@pytest.mark.parametrize(
    ("token", "code"), [("other.t0ken", "AuthenticationFail.OIDCToken.Invalid"), ("\n", "ConfigError")]
)
def test_a_wrong_token_is_not_told(
    alibaba_place: Any, sources: dict[str, Any], tmp_path: Path, token: str, code: str
) -> None:
    """It may open other doors."""
    (tmp_path / "token").write_text(token)

    with pytest.raises(CredentialsRefused) as caught:
        alibaba_place.look(alibaba_place.client(sources["pod"]))

    assert caught.value.code == code
    assert "t0ken" not in f"{caught.value} {caught.value.args}"


def test_a_token_that_has_run_out(alibaba_place: Any, sources: dict[str, Any], tmp_path: Path) -> None:
    """The next one, as soon as it is written, is as good as ever."""
    alibaba_place.world.identity.add_oidc_token("old.jwt", seconds=0)
    (tmp_path / "token").write_text("old.jwt")
    client = alibaba_place.client(sources["pod"])

    with pytest.raises(CredentialsUnavailable, match="has expired, and no newer one has been written there yet"):
        alibaba_place.look(client)
    (tmp_path / "token").write_text("the.jwt")
    alibaba_place.seconds = 60
    assert alibaba_place.look(client) == "running"


class Echo:
    """A proxy whose page of an error shows what it was sent."""

    def send(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(502, {}, b"<html>Bad gateway: " + request.body + b"</html>")

    async def asend(self, request: HttpRequest) -> HttpResponse:
        return self.send(request)


RUNS: dict[str, Callable[[Client, Any], Any]] = {
    "blocking": lambda client, exchange: client.run(exchange, Echo()),
    "on a loop": lambda client, exchange: asyncio.run(client.arun(exchange, Echo())),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_a_token_that_comes_back_is_not_told(
    alibaba_place: Any, sources: dict[str, Any], tmp_path: Path, run: Any
) -> None:
    """Whoever answers may repeat what it was sent."""
    (tmp_path / "token").write_text("head.t0ken/+==")
    client = alibaba_place.client(sources["pod"])

    with pytest.raises(CredentialsUnavailable) as caught:
        run(client, ALIBABA.test_connection(client.account))

    assert "OIDCToken=***&" in str(caught.value)
    assert "t0ken" not in f"{caught.value} {caught.value.args}"


@pytest.mark.parametrize(("name", "action"), [("role", "AssumeRole"), ("instance", "GetRoleCredentials")])
@pytest.mark.parametrize("what", ["truncated", "html"])
def test_half_an_answer_is_not_told(
    alibaba_place: Any, sources: dict[str, Any], name: str, action: str, what: str
) -> None:
    """Half of it may be a whole key. Asked again, the service may do better."""
    place = alibaba_place
    place.world.add_fault(what, action=action, times=1)
    client = place.client(sources[name])

    with pytest.raises(CredentialsUnavailable) as caught:
        place.look(client)

    secrets = [key.secret_key for key in place.world.keys.values()]
    assert not [secret for secret in secrets if secret[:8] in f"{caught.value} {caught.value.args}"]
    place.seconds = 60
    assert place.look(client) == "running"


def test_an_instance_without_a_role(alibaba_place: Any) -> None:
    """The service's page is read for what it means."""
    with pytest.raises(
        CredentialsRefused, match="this ECS instance has no RAM role, says its metadata service; attach"
    ):
        alibaba_place.look(alibaba_place.client(InstanceRole()))


@pytest.mark.parametrize("what", ["server_error", "hang", "reset", "throttle"])
@pytest.mark.parametrize(
    ("name", "action"), [("role", "AssumeRole"), ("pod", "AssumeRoleWithOIDC"), ("instance", "CreateToken")]
)
def test_a_service_in_trouble(alibaba_place: Any, sources: dict[str, Any], name: str, action: str, what: str) -> None:
    """That passes; what there is stands meanwhile."""
    place = alibaba_place
    client = place.client(sources[name])
    place.world.add_fault(what, action=action, times=1)
    with pytest.raises(CredentialsUnavailable):
        place.look(client)
    place.seconds = 60
    assert place.look(client) == "running"
    place.world.add_fault(what, action=action)
    place.seconds = 60 + 3500
    assert place.look(client) == "running"
