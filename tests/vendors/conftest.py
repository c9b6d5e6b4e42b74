"""Drive an exchange by hand: no network, no client, no mocks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.kind import Exchange

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

Drive = Callable[..., tuple[list[HttpRequest], Any]]


@pytest.fixture(scope="session")
def drive() -> Drive:
    """``drive(exchange, *answers)``: the requests it made, and what it returned after the last answer.

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
    """A response; text and bytes go as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return HttpResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, data)


@pytest.fixture(scope="session")
def respond() -> Callable[..., HttpResponse]:
    """``respond(body, status, x_request_id=…)``."""
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
    """``sample(name)``: a body from the ``samples`` folder beside the test."""
    folder = Path(request.path).parent / "samples"
    return lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
