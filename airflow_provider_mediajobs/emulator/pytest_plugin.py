"""Fixtures for testing your own DAGs.

In ``conftest.py``::

    pytest_plugins = ["airflow_provider_mediajobs.emulator.pytest_plugin"]

and in a test, with the two default connections already set::

    def test_publishes(mediajobs_emulator):
        mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "30647"}, "SUCCEEDED")
        dag.test()

The vendors' limits are off here: a test that looks a hundred times in a second means no harm.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from .server import EmulatorServer
from .world import World


@pytest.fixture
def mediajobs_world() -> World:
    """A world in memory whose time moves by ``world.advance(seconds)`` only."""
    return World(limits=False)


@pytest.fixture
def mediajobs_emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatorServer]:
    """A world in real time behind a loopback port; both default connections of this package lead to it."""
    world = World(now=lambda: datetime.now(UTC), limits=False)
    with EmulatorServer(world) as server:
        for vendor, extra in _EXTRAS.items():
            value = connection(server, vendor, extra)
            monkeypatch.setenv(f"AIRFLOW_CONN_{vendor.upper()}_MEDIAJOBS_DEFAULT", json.dumps(value))
        yield server


_EXTRAS: dict[str, dict[str, str]] = {"alibaba": {"region": "cn-shanghai"}, "huawei": {"region": "cn-north-4"}}


def connection(server: EmulatorServer, vendor: str, extra: dict[str, str]) -> dict[str, object]:
    """An Airflow connection to a server, as the JSON of an environment variable."""
    account = server.world.account(vendor)
    project = {"project_id": account.project_id} if account.project_id else {}
    return {
        "conn_type": f"{vendor}_mediajobs",
        "login": account.credentials.access_key,
        "password": account.credentials.secret_key,
        "schema": "http",
        "host": server.host,
        "port": server.port,
        "extra": {**extra, **project},
    }
