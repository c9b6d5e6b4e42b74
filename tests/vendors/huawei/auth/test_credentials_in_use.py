# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests looks and project look-ups that temporary credentials of the emulated Huawei Cloud sign.

Covers ``vendors.huawei.auth.credentials``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.errors import AuthError, CredentialsRefused, CredentialsUnavailable
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import Agency, IamUser, InstanceAgency, find_project

HUMAN = Credentials("operator", "pa55word of s3cret")


@pytest.fixture
def sources(huawei_place: Any) -> dict[str, Any]:
    """One of each sort, and everybody that they need in the world."""
    identity = huawei_place.world.identity
    identity.add_user("operator", "pa55word of s3cret")
    identity.add_agency("media")
    identity.instance_agency = "worker"
    return {
        "user": IamUser("emulator-domain"),
        "agency": Agency("media", "emulator-domain", "3600"),
        "instance": InstanceAgency(),
    }


@pytest.fixture
def client(huawei_place: Any, sources: dict[str, Any]) -> Callable[..., Client]:
    """Of a source, with the credentials that it starts from."""

    def made(name: str, **changes: Any) -> Client:
        own = {"user": HUMAN, "instance": Credentials()}.get(name, huawei_place.own)
        found: Client = huawei_place.client(**({"source": sources[name], "credentials": own} | changes))
        return found

    return made


@pytest.mark.parametrize("name", ["user", "agency", "instance"])
@pytest.mark.parametrize("method", ["look", "alook"])
def test_what_is_fetched_signs(huawei_place: Any, client: Any, name: str, method: str) -> None:
    """Each source's credentials are good for a look, and as long as they are they are not fetched again."""
    made = client(name)

    assert getattr(huawei_place, method)(made) == "running"
    handed_out = huawei_place.handed_out
    assert handed_out
    assert getattr(huawei_place, method)(made) == "running"
    assert huawei_place.handed_out == handed_out


@pytest.mark.parametrize("name", ["user", "agency", "instance"])
def test_they_are_renewed(huawei_place: Any, client: Any, name: str) -> None:
    """When their time has come, and at once when they are refused."""
    made = client(name)
    huawei_place.look(made)
    for seconds, revoked in ((0, True), (90_000, False), (90_100, True)):
        huawei_place.seconds = seconds
        before = huawei_place.handed_out
        if revoked:
            huawei_place.world.identity.revoke()
        assert huawei_place.look(made) == "running"
        assert huawei_place.handed_out > before


@pytest.mark.parametrize("name", ["user", "agency", "instance"])
def test_they_find_the_project_of_the_region(huawei_place: Any, client: Any, name: str) -> None:
    """Also where the region has others below it."""
    huawei_place.world.identity.add_project("cn-north-4_media", "below")
    made = client(name, project_id=None)

    assert made.run(find_project(made.account), huawei_place.transport) == "emulator-project"


@pytest.mark.parametrize("name", ["user", "agency", "instance"])
def test_a_region_without_a_project(huawei_place: Any, client: Any, name: str) -> None:
    """A user's token is for a project, and already refused; a key sees that there is none."""
    made = client(name, project_id=None, region="cn-east-3")

    with pytest.raises(Exception, match=r"Could not find project|IAM lists no project with the name cn-east-3"):
        made.run(find_project(made.account), huawei_place.transport)


class Recorder:
    """Shows what was sent to the world."""

    def __init__(self, inner: EmulatorTransport) -> None:
        self.inner = inner
        self.sent: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(request)
        return self.inner.send(request)


def test_an_agency_is_taken_over_in_no_project(huawei_place: Any, client: Any) -> None:
    """The project is of the account that has made the agency, and nothing to the account of the key."""
    made, line = client("agency"), Recorder(huawei_place.transport)
    made.run(HUAWEI.test_connection(made.account), line)

    assert [(request.path.rpartition("/")[2], request.header("x-project-id")) for request in line.sent] == [
        ("securitytokens", None),
        ("tasks", "emulator-project"),
    ]


def test_a_temporary_key_takes_over_an_agency(huawei_place: Any, client: Any) -> None:
    """Its security token goes along."""
    lent = huawei_place.world.identity.lend(3600, "somebody", "HST")
    own = Credentials(lent.access_key, lent.secret_key, lent.security_token)

    assert huawei_place.look(client("agency", credentials=own)) == "running"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("user", {"domain_name": "another"}, "The username or password is wrong"),
        ("agency", {"agency_name": "nobody"}, "Could not find agency"),
        ("agency", {"domain_name": "another"}, "Could not find agency"),
        ("agency", {"duration_seconds": "100"}, "'duration_seconds' is invalid"),
    ],
)
def test_what_is_refused(
    huawei_place: Any, client: Any, sources: dict[str, Any], name: str, change: dict[str, str], said: str
) -> None:
    """The vendor's words are told; no key and no password are."""
    with pytest.raises(CredentialsRefused, match=said) as caught:
        huawei_place.look(client(name, source=replace(sources[name], **change)))

    told = f"{caught.value} {caught.value.args}"
    assert not [secret for secret in (huawei_place.own.secret_key, "s3cret") if secret in told]


def test_a_wrong_password_is_not_told(huawei_place: Any, client: Any) -> None:
    """It may be another one's, or an old one."""
    with pytest.raises(CredentialsRefused) as caught:
        huawei_place.look(client("user", credentials=Credentials("operator", "wrong s3cret")))

    assert caught.value.code == "401"
    assert "s3cret" not in f"{caught.value} {caught.value.args}"


def test_a_wrong_secret_is_not_told(huawei_place: Any, client: Any) -> None:
    """The gateway refuses it."""
    own = Credentials(huawei_place.own.access_key, "wrong-s3cret")

    with pytest.raises(AuthError) as caught:
        huawei_place.look(client("agency", credentials=own))

    assert caught.value.code == "APIGW.0301"
    assert "s3cret" not in f"{caught.value} {caught.value.args}"


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
@pytest.mark.parametrize("password", ["pa55word of s3cret", 's3cret "quoted" \\'])
def test_a_password_that_comes_back_is_not_told(client: Any, run: Any, password: str) -> None:
    """Whoever answers may repeat what it was sent."""
    made = client("user", credentials=Credentials("operator", password))

    with pytest.raises(CredentialsUnavailable) as caught:
        run(made, HUAWEI.test_connection(made.account))

    assert '"password": "***"' in str(caught.value)
    assert "s3cret" not in f"{caught.value} {caught.value.args}"


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("user", "KeystoneCreateUserTokenByPassword"),
        ("agency", "CreateTemporaryAccessKeyByAgency"),
        ("instance", "GetSecurityKey"),
    ],
)
@pytest.mark.parametrize("what", ["truncated", "html", "server_error", "hang", "reset", "throttle"])
def test_a_service_in_trouble(huawei_place: Any, client: Any, name: str, action: str, what: str) -> None:
    """That passes; half an answer, which may be a whole key, is not told; what there is stands meanwhile."""
    place = huawei_place
    made = client(name)
    place.world.add_fault(what, action=action, times=1)
    with pytest.raises(CredentialsUnavailable) as caught:
        place.look(made)
    secrets = [key.secret_key for key in place.world.keys.values()]
    assert not [secret for secret in secrets if secret[:8] in f"{caught.value} {caught.value.args}"]
    place.seconds = 60
    assert place.look(made) == "running"
    place.world.add_fault(what, action=action)
    place.seconds = 60 + 3500
    assert place.look(made) == "running"


def test_an_instance_without_an_agency(huawei_place: Any, client: Any) -> None:
    """The service's words are read for what they mean."""
    made = client("instance")
    huawei_place.world.identity.instance_agency = None

    with pytest.raises(
        CredentialsRefused, match="this ECS instance has no agency, says its metadata service; assign one"
    ):
        huawei_place.look(made)


def test_a_metadata_token_that_runs_out(huawei_place: Any, client: Any) -> None:
    """It is refused with the same status as a missing agency, but passes."""
    made = client("instance")
    huawei_place.world.identity.session_lifetime = 0.0

    with pytest.raises(CredentialsUnavailable):
        huawei_place.look(made)
