# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: exchanges that a test drives by hand, without a network, or in an emulated world."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.clock import VendorClock
from airflow_provider_mediajobs.core.account import Account, CredentialProvider, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.kind import Exchange
from airflow_provider_mediajobs.credential_cache import CachedCredentials
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.vendors import kind, vendor

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

Drive = Callable[..., tuple[list[HttpRequest], Any]]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def drive() -> Drive:
    """``drive(exchange, *answers)`` returns the requests of an exchange, and what it returned after the last answer.

    An answer is a response, a JSON value for a plain 200, or an error that is thrown into the exchange.
    """

    def driven(exchange: Exchange[Any], *answers: Any) -> tuple[list[HttpRequest], Any]:
        requests = [next(exchange)]
        for number, answer in enumerate(answers, start=1):
            try:
                if isinstance(answer, Exception):
                    requests.append(exchange.throw(answer))
                else:
                    requests.append(exchange.send(answer if isinstance(answer, HttpResponse) else answered(answer)))
            except StopIteration as end:
                assert number == len(answers), f"it was done after {number} of {len(answers)} answers"
                return requests, end.value
        raise AssertionError(f"it wants more than {len(answers)} answers: {requests[-1]}")

    return driven


def answered(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A response with that body: text and bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return HttpResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, data)


@pytest.fixture(scope="session")
def respond() -> Callable[..., HttpResponse]:
    """``respond(body, status, x_request_id=…)`` makes a response with these headers."""
    return answered


@pytest.fixture(scope="session")
def alibaba() -> Account:
    """An account in Shanghai."""
    return Account("alibaba", Credentials("id", "secret"), region="cn-shanghai")


@pytest.fixture(scope="session")
def huawei() -> Account:
    """An account in Beijing-4."""
    return Account("huawei", Credentials("ak", "sk"), region="cn-north-4", project_id="p1")


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """``sample(name)``: a body from the ``samples`` folder of the vendor's kinds."""
    vendor = Path(request.path).relative_to(HERE).parts[0]
    folder = HERE / vendor / "api" / "kinds" / "samples"
    return lambda name: json.loads((folder / name).read_text(encoding="utf-8"))


class Place:
    """A world, its clock, and an account in it whose credentials a provider obtains.

    :param ids: ids of the one job that is looked at.
    """

    def __init__(self, vendor_name: str, region: str, kind_name: str, ids: dict[str, str], word: str) -> None:
        self.seconds = 0.0
        self.world = World(now=self.now, random=Random(1))
        self.own = self.world.account(vendor_name).credentials
        self.account = self.world.account(vendor_name, region=region, origin="http://emulator")
        self.transport = EmulatorTransport(self.world)
        self.kind = kind(kind_name)
        self.world.add_job(kind_name, ids, word)
        self.ref = self.kind.ref(ids)

    def now(self) -> datetime:
        return datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def client(self, source: CredentialProvider, **changes: Any) -> Client:
        """A client with cached credentials of its own."""
        account = replace(self.account, credential_provider=source, **changes)
        return Client(vendor(account.vendor), account, VendorClock(self.now), cached=CachedCredentials())

    def look(self, client: Client) -> Any:
        """The state of the job."""
        return client.run(self.kind.look(client.account, [self.ref]), self.transport)[self.ref].state  # type: ignore[union-attr]

    def alook(self, client: Client) -> Any:
        """The same on an event loop."""
        exchange = self.kind.look(client.account, [self.ref])
        return asyncio.run(client.arun(exchange, self.transport))[self.ref].state  # type: ignore[union-attr]

    @property
    def handed_out(self) -> Any:
        """The keys and tokens that the world has issued."""
        return self.world.identity.to_dict()["handed_out"]


@pytest.fixture
def alibaba_place() -> Place:
    """A :class:`Place` of Alibaba Cloud with a job of ApsaraVideo Live."""
    return Place("alibaba", "cn-shanghai", "alibaba.live.editing", {"caster_id": "c1", "show_id": "s1"}, "2")


@pytest.fixture
def huawei_place() -> Place:
    """A :class:`Place` of Huawei Cloud with a job of MPC."""
    return Place("huawei", "cn-north-4", "huawei.mpc.editing", {"job_id": "30647"}, "PROCESSING")
