# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures for testing your own DAGs.

In ``conftest.py``::

    pytest_plugins = ["airflow_provider_mediajobs.emulator.pytest_plugin"]

and in a test, with the two default connections already set and an Airflow to run the DAG in::

    def test_publishes(mediajobs_emulator, mediajobs_airflow):
        mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "30647"}, "SUCCEEDED")
        assert mediajobs_airflow(dag).state == "success"

The vendors' quotas are not enforced here, so that a test may poll as often as it likes.
"""

from __future__ import annotations

import functools
import json
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ..core import policy
from ..core.errors import ParameterError
from .server import EmulatorServer
from .world import World

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.sdk import DAG


@pytest.fixture
def mediajobs_world() -> World:
    """An emulated world in memory. Its jobs' clock moves only by ``world.advance(seconds)``."""
    return World(limits=False)


@pytest.fixture
def mediajobs_emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatorServer]:
    """An emulator on a loopback port, in real time. Both default connections of this package point to it."""
    world = World(now=lambda: datetime.now(UTC), limits=False)
    with EmulatorServer(world) as server:
        for vendor, extra in _EXTRAS.items():
            value = connection(server, vendor, extra)
            monkeypatch.setenv(f"AIRFLOW_CONN_{vendor.upper()}_MEDIAJOBS_DEFAULT", json.dumps(value))
        yield server


_EXTRAS: dict[str, dict[str, str]] = {"alibaba": {"region": "cn-shanghai"}, "huawei": {"region": "cn-north-4"}}


def connection(server: EmulatorServer, vendor: str, extra: dict[str, str]) -> dict[str, object]:
    """An Airflow connection to an emulator, as Airflow reads it from JSON in ``AIRFLOW_CONN_…``.

    :param vendor: ``alibaba`` or ``huawei``.
    :param extra: fields of the connection's ``extra``; the project id is added where the vendor has one.
    """
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
    """A function that runs a DAG by ``dag.test()`` and returns its ``DagRun``: ``mediajobs_airflow(dag)``.

    The DAG may also be given as the function that ``@dag`` decorates. A run that takes longer than ``time_limit``
    seconds (120 by default) is stopped, with a ``TimeoutError`` that names the unfinished tasks. All other arguments
    are passed to ``dag.test()``.

    ``dag.test()`` alone needs a migrated metadata database and a DAG whose file is in the DAGs folder. This fixture
    gives the test session a new database of its own (the configured one is not used), and the DAG may be defined
    anywhere.
    """
    from airflow.sdk.execution_time import supervisor
    from airflow.utils.db import initdb

    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("airflow")
        for name, value in _settings(home).items():
            patch.setenv(f"AIRFLOW__{name}", value)
        # Airflow 3.2 would build an API server for every task.
        patch.setattr(supervisor, "in_process_api_server", functools.cache(supervisor.in_process_api_server))
        _connect()
        initdb()
        yield functools.partial(_run, home)
    _connect()


_BUNDLE = "mediajobs"


def _settings(home: Path) -> dict[str, str]:
    """Airflow's settings for the session: a database of its own, and one bundle that has no DAG files."""
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
    """Reconnect to the database that is configured now: Airflow connected to another one when it was imported."""
    from airflow import settings

    settings.dispose_orm()
    settings.configure_vars()
    settings.configure_orm()


TIME_LIMIT_S = 120.0
"""Default limit for one run of a DAG, in seconds: a sensor whose job never ends would wait for seven days."""
AGAIN_S = 1.0
"""Seconds between two interruptions. One may not suffice: Airflow may treat it as a task's end and start the next."""
_LONGEST_S = threading.TIMEOUT_MAX


def _run(home: Path, dag: DAG | Callable[[], DAG], *, time_limit: float = TIME_LIMIT_S, **arguments: Any) -> DagRun:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    dag = _made(dag)
    bag = DagBag(collect_dags=False)
    bag.bag_dag(dag)
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, _BUNDLE, None)
    with pytest.MonkeyPatch.context() as patch, _Limit(dag.dag_id, home, time_limit):
        patch.setattr(policy, "FIRST_EVENT_S", 0.0)  # a deferred task that dag.test() runs has no worker to outlive
        run: DagRun = dag.test(**arguments)
    return run


def _made(dag: Any) -> DAG:
    """The DAG, or the one that a function decorated by ``@dag`` makes.

    :raises ParameterError: for anything else.
    """
    from airflow.sdk import DAG

    made = dag() if callable(dag) and not isinstance(dag, DAG) else dag
    if not isinstance(made, DAG):
        raise ParameterError(f"dag must be a DAG, or the function that @dag decorates, not {made!r}")
    return made


class _TimeIsUp(BaseException):
    """Raised in the main thread to end ``dag.test()``, which would treat an ``Exception`` as a task's failure."""


class _Limit:
    """Interrupts the main thread when the time limit has passed, repeatedly until the run ends.

    The signal is SIGUSR2: Airflow replaces the handler of SIGTERM while it runs a task and does not restore it, and
    uses SIGALRM for ``execution_timeout``.

    :param home: directory of the session's database.
    :param seconds: the time limit.
    :raises ParameterError: for a limit that is no positive number of seconds.
    :raises TimeoutError: on leaving the context, when the limit has passed; it names the unfinished tasks.
    """

    def __init__(self, dag_id: str, home: Path, seconds: float) -> None:
        given: Any = seconds
        if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= _LONGEST_S:
            raise ParameterError(f"time_limit must be a number of seconds above 0, not {seconds!r}")
        self._dag_id, self._home, self._seconds = dag_id, home, seconds
        self._waiting: list[str] = []
        self._is_up, self._over = threading.Event(), threading.Event()
        self._watchdog = threading.Thread(target=self._watch, name="mediajobs time limit", daemon=True)

    def __enter__(self) -> None:
        self._before, self._unraisable = signal.signal(signal.SIGUSR2, self._interrupt), sys.unraisablehook
        sys.unraisablehook = self._lost
        self._watchdog.start()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._over.set()
        self._watchdog.join()
        signal.signal(signal.SIGUSR2, self._before)
        sys.unraisablehook = self._unraisable
        if self._is_up.is_set():  # an error is only what the interruption has made of it
            raise TimeoutError(_told(self._dag_id, self._seconds, self._waiting)) from None

    def _watch(self) -> None:
        if self._over.wait(self._seconds):
            return
        self._waiting = _unfinished(self._dag_id, self._home)
        self._is_up.set()
        main = threading.main_thread().ident or 0
        while True:
            signal.pthread_kill(main, signal.SIGUSR2)
            if self._over.wait(AGAIN_S):
                return

    def _interrupt(self, *_: object) -> None:
        if not self._over.is_set():
            raise _TimeIsUp

    def _lost(self, unraisable: Any) -> None:
        """Ignore an interruption that was raised in a finalizer, where Python discards it: it will be repeated."""
        if unraisable.exc_type is not _TimeIsUp:
            self._unraisable(unraisable)


def _told(dag_id: str, seconds: float, waiting: list[str]) -> str:
    tasks = ", ".join(waiting) or "no task that has begun"
    return (
        f"DAG {dag_id} was stopped after {seconds:g} s; unfinished: {tasks}. Check that every job it waits for ends "
        "and that its ids are those of a job in world.jobs; time_limit=… of mediajobs_airflow allows more time"
    )


def _unfinished(dag_id: str, home: Path) -> list[str]:
    """Tasks that have begun and not ended. Read without Airflow, whose database sessions belong to the main thread."""
    # dag.test() gives a deferred task the state "queued" while its trigger runs.
    begun = (
        "SELECT task_id, map_index, CASE WHEN next_method IS NULL THEN state ELSE 'deferred' END FROM task_instance "
        "WHERE dag_id = ? AND state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed', 'scheduled') "
        "ORDER BY start_date, task_id"
    )
    with closing(sqlite3.connect(f"file:{home}/airflow.db?mode=ro", uri=True)) as database:
        rows = database.execute(begun, (dag_id,)).fetchall()
    return [f"task {task!r}{f'[{index}]' if index >= 0 else ''} ({state})" for task, index, state in rows]
