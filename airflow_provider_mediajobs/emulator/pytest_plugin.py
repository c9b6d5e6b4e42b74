"""Fixtures for testing your own DAGs.

In ``conftest.py``::

    pytest_plugins = ["airflow_provider_mediajobs.emulator.pytest_plugin"]

and in a test, with the two default connections already set and an Airflow to run the DAG in::

    def test_publishes(mediajobs_emulator, mediajobs_airflow):
        mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "30647"}, "SUCCEEDED")
        assert mediajobs_airflow(dag).state == "success"

The vendors' limits are off here: a test that looks a hundred times in a second means no harm.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ..core import policy
from .server import EmulatorServer
from .world import World

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.sdk import DAG


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


@pytest.fixture(scope="session")
def mediajobs_airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., DagRun]]:
    """``mediajobs_airflow(dag)`` is ``dag.test()``; further arguments are handed on.

    By itself that needs a migrated metadata database and a DAG whose file lies in the DAGs folder. Here the session has
    a new database of its own, the configured one is left alone, and a DAG may come from anywhere.
    """
    from airflow.sdk.execution_time import supervisor
    from airflow.utils.db import initdb

    with pytest.MonkeyPatch.context() as patch:
        for name, value in _settings(tmp_path_factory.mktemp("airflow")).items():
            patch.setenv(f"AIRFLOW__{name}", value)
        # Airflow 3.2 would build an API server for every task.
        patch.setattr(supervisor, "in_process_api_server", functools.cache(supervisor.in_process_api_server))
        _connect()
        initdb()
        yield _run
    _connect()


_BUNDLE = "mediajobs"


def _settings(home: Path) -> dict[str, str]:
    """The session's own database, and a bundle without DAG files: no others are looked for."""
    local = "airflow.dag_processing.bundles.local.LocalDagBundle"
    return {
        "CORE__LOAD_EXAMPLES": "False",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"sqlite+aiosqlite:///{home}/airflow.db",
        "DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(
            [{"name": _BUNDLE, "classpath": local, "kwargs": {"path": str(home)}}]
        ),
    }


def _connect() -> None:
    """To the database that is configured now: Airflow has connected when it was imported."""
    from airflow import settings

    settings.dispose_orm()
    settings.configure_vars()
    settings.configure_orm()


def _run(dag: DAG, **arguments: Any) -> DagRun:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    bag = DagBag(collect_dags=False)
    bag.bag_dag(dag)
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, _BUNDLE, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "FIRST_EVENT_S", 0.0)  # a deferred task that dag.test() runs has no worker to outlive
        run: DagRun = dag.test(**arguments)
    return run
