# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures of all tests: a separate Airflow home, the emulator's fixtures, and no network beyond this machine."""

from __future__ import annotations

import atexit
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["airflow_provider_mediajobs.emulator.pytest_plugin"]


def _own_airflow() -> None:
    """Set a separate Airflow home before Airflow is imported; remove the user's settings of Airflow and proxies."""
    for name in list(os.environ):
        if name.startswith("AIRFLOW") or name.lower().endswith("_proxy") or name == "COLUMNS":
            del os.environ[name]
    home = tempfile.mkdtemp(prefix="mediajobs-tests-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["AIRFLOW_HOME"] = home
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    os.environ["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] = "False"


_own_airflow()


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Fail a test that opens a connection to another machine; an ordinary exception might count as a network error."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            pytest.fail(f"a test wants to connect to {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that no worker is left with one of them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
def untraced() -> Iterator[None]:
    """Do not measure coverage: a whole workload would take three times as long, and tells of delays, not of lines."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


def dags_of(path: Path) -> dict[str, Any]:
    """The DAGs of a file, by id. Their sensors do not sleep between looks: the emulator's jobs move by looks."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(path)
    assert not bag.import_errors
    for dag in bag.dags.values():
        for task in dag.tasks:
            if hasattr(task, "poke_interval"):
                task.poke_interval = 0.0
    return dict(bag.dags)
