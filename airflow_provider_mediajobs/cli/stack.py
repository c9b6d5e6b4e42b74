# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Starts a real Airflow and the emulator."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from .interrupts import Interrupts
from .processes import Process, Processes
from .web import Unavailable, ask

HOST = "127.0.0.1"
DAG_ID = "mediajobs_demo"
PROJECT_ID = "project-demo"
JOB_SECONDS = "12:20"
BOOT_TIMEOUT_S = 300.0
STILL_WAITING_S = 10.0

Say = Callable[[str], None]

# -P: a directory of the user named `airflow` must not precede the installed package.
_PYTHON = (sys.executable, "-P", "-m")
_COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "api-server": ("api-server",),
    # Both would serve logs on a fixed port of all interfaces; here the API server reads the files itself.
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "triggerer": ("triggerer", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}
# Names of the processes in the API server's health report.
_HEALTH = {"metadatabase": "database"} | {name.replace("-", "_"): name for name in _COMPONENTS if name != "api-server"}


class TooSlow(Exception):
    """A step took too long.

    :param log: the log file that most likely holds the reason.
    """

    def __init__(self, what: str, seconds: float, log: Path) -> None:
        super().__init__(f"waited {seconds:.0f} s in vain for {what}")
        self.log = log


@dataclass(slots=True)
class Stack:
    """The running processes.

    :param home: AIRFLOW_HOME; everything is written there.
    :param port: of Airflow's API and UI.
    """

    home: Path
    port: int
    processes: Processes
    interrupts: Interrupts
    say: Say
    emulator: str = ""
    _well: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """URL of Airflow's UI."""
        return f"http://{HOST}:{self.port}"

    @property
    def api(self) -> str:
        """URL of the public REST API."""
        return f"{self.url}/api/v2"

    def boot(self) -> None:
        """Start everything, and wait until it is healthy and the demo's DAG is known.

        :raises Ended: when a process ends unexpectedly.
        :raises TooSlow: when it takes too long.
        """
        key = ("demo-access-key", secrets.token_hex(16))
        self._start_emulator(key)
        environment = airflow_environment(os.environ, self.home, self.port, connections(self.emulator, *key))
        self._place_dag()
        self._migrate(environment)
        components = {
            name: self.processes.start(name, (*_PYTHON, "airflow", *words), environment)
            for name, words in _COMPONENTS.items()
        }
        self.say(f"started {', '.join(components)}")
        self._until("all of Airflow to be healthy", self._healthy, components["api-server"])
        self._until("the DAG to be parsed", self._knows_dag, components["dag-processor"])
        self.say(f"the DAG {DAG_ID} is parsed")

    def _start_emulator(self, key: tuple[str, str]) -> None:
        words = ("--port", "0", "--access-key", ":".join(key), "--project-id", PROJECT_ID, "--job-seconds", JOB_SECONDS)
        command = (*_PYTHON, "airflow_provider_mediajobs.emulator", *words)
        process = self.processes.start("emulator", command, without_airflow(os.environ))

        def announced() -> bool:
            first, line_end, _ = process.log.read_text().partition("\n")
            self.emulator = first if line_end else ""
            return bool(line_end)

        self._until("the emulator's URL", announced, process)
        self.say(f"emulator of both clouds at {self.emulator}")

    def _place_dag(self) -> None:
        """Copy the DAG: Airflow parses every file of its DAG folder, and the package's folder has others."""
        dags = self.home / "dags"
        dags.mkdir()
        (dags / f"{DAG_ID}.py").write_text(resources.files(__package__).joinpath("demo_dag.py").read_text())

    def _migrate(self, environment: Mapping[str, str]) -> None:
        self.say("making Airflow's database (airflow db migrate)")
        process = self.processes.start("db-migrate", (*_PYTHON, "airflow", "db", "migrate"), environment, lasting=False)
        self._until("the database", lambda: process.popen.poll() == 0, process)

    def _healthy(self) -> bool:
        report = ask(f"{self.api}/monitor/health")
        if not self._well:
            self.say(f"the API server answers at {self.url}")
        for part, name in _HEALTH.items():
            if part not in self._well and (report.get(part) or {}).get("status") == "healthy":
                self._well.add(part)
                self.say(f"{name} is healthy")
        return len(self._well) == len(_HEALTH)

    def _knows_dag(self) -> bool:
        return bool(ask(f"{self.api}/dags/{DAG_ID}"))

    def _until(self, what: str, done: Callable[[], bool], process: Process) -> None:
        """Wait until a condition holds, while all processes run.

        :param process: its log is named if that takes too long.
        """
        begun = told = time.monotonic()
        while not _succeeds(done):
            now = time.monotonic()
            if now - begun > BOOT_TIMEOUT_S:
                raise TooSlow(what, BOOT_TIMEOUT_S, process.log)
            if now - told > STILL_WAITING_S:
                told = now
                self.say(f"... still waiting for {what}")
            self.interrupts.pause(0.2)
            self.processes.check()


def _succeeds(done: Callable[[], bool]) -> bool:
    with suppress(Unavailable):
        return done()
    return False


def free_port(wanted: int | None) -> int:
    """A free port: the wanted one, or any.

    :raises OSError: where the wanted one is in use or invalid.
    """
    if wanted is not None and not 0 < wanted < 65536:
        raise OSError(f"--port must be a number from 1 to 65535, not {wanted}")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, wanted or 0))
        return int(listener.getsockname()[1])


def without_airflow(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the user's Airflow settings, which could name a real database or real accounts."""
    return {name: value for name, value in environment.items() if not name.startswith(("AIRFLOW", "_AIRFLOW"))}


def airflow_environment(
    environment: Mapping[str, str], home: Path, port: int, connected: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """Environment variables for a small local Airflow without login."""
    url = f"http://{HOST}:{port}"
    settings = {
        "CORE__DAGS_FOLDER": str(home / "dags"),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__PARALLELISM": "8",  # so many worker processes are started; the default is 32
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "API__HOST": HOST,  # the default is all interfaces
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    named = {f"CONN_{conn_id.upper()}": json.dumps(fields) for conn_id, fields in connected.items()}
    own = {
        "AIRFLOW_HOME": str(home),
        "NO_COLOR": "1",
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        **{f"AIRFLOW_{name}": value for name, value in named.items()},
    }
    # Workers use Airflow's API over HTTP, which a proxy of the user would not reach.
    local = dict.fromkeys(("NO_PROXY", "no_proxy"), f"{HOST},localhost")
    return {**without_airflow(environment), **own, **local}


def connections(emulator: str, access_key: str, secret_key: str) -> dict[str, dict[str, Any]]:
    """The default connections of both vendors, with the emulator as host."""
    scheme, _, address = emulator.partition("://")
    host, _, port = address.partition(":")
    common = {"login": access_key, "password": secret_key, "schema": scheme, "host": host, "port": int(port)}
    return {
        "alibaba_mediajobs_default": {"conn_type": "alibaba_mediajobs", **common, "extra": {"region": "cn-shanghai"}},
        "huawei_mediajobs_default": {
            "conn_type": "huawei_mediajobs",
            **common,
            "extra": {"region": "cn-north-4", "project_id": PROJECT_ID},
        },
    }
