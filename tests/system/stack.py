# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Starts Airflow's components, the emulator behind a socket, and PostgreSQL, all on this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import airflow_provider_mediajobs
from airflow_provider_mediajobs.cli.processes import Process, Processes, members
from airflow_provider_mediajobs.cli.stack import (
    PROJECT_ID,
    airflow_environment,
    connections,
    free_port,
    without_airflow,
)
from airflow_provider_mediajobs.cli.web import Unavailable, ask

from . import rows
from .logs import TaskLog
from .patience import until

if TYPE_CHECKING:
    import pytest

HERE = Path(__file__).parent
KEY = ("system-access-key", "the-right-secret-of-the-system-tests")
# Its owner does not know the secret. A key of its own, since five failures in a row lock one.
OTHER_KEY = ("other-access-key", "the-other-secret-of-the-system-tests")
WRONG_SECRET = "a-wrong-secret-of-the-system-tests"
# With two triggerers on one account, each is given half of its limits, as the documentation advises.
HALVES = {"alibaba": {"live": 5, "ice": 5, "vod": 7}, "huawei": {"vod": 50, "mpc": 50}}
NOISE = ("Traceback", "Task was destroyed", "Unclosed", "never awaited", "never retrieved", "ResourceWarning")
_PYTHON = (sys.executable, "-P", "-m")
COMPONENTS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}
# All processes run what this one has imported, whichever copy of the package is installed.
SAME_CODE = {"PYTHONPATH": str(Path(airflow_provider_mediajobs.__file__).parents[1])}
# What is said of Airflow's triggerer itself stays as it comes: its heartbeat, its threshold, its capacity.
SETTINGS = {
    "CORE__MAX_ACTIVE_TASKS_PER_DAG": "100",
    "CORE__TEST_CONNECTION": "Enabled",
    "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",  # the files do not change, and there are two cores
}


@dataclass(slots=True)
class Triggerer:
    """One triggerer process.

    :param job_id: its id in Airflow's table of jobs, by which a trigger names its triggerer.
    """

    process: Process
    job_id: int

    @property
    def log(self) -> str:
        return self.process.log.read_text()

    def kill(self) -> None:
        """Kill the triggerer as the kernel's out-of-memory killer would; its runner process notices by itself."""
        os.kill(self.process.popen.pid, signal.SIGKILL)
        self.process.popen.wait()

    def stop(self) -> int:
        """Stop the triggerer by SIGTERM, as an administrator would.

        :returns: the exit code.
        """
        self.process.popen.terminate()
        return self.process.popen.wait(timeout=60)

    def noise(self) -> list[str]:
        """Lines of its log that tell of something left behind, or are warnings and errors of this package."""
        return [line for line in self.log.splitlines() if any(sign in line for sign in NOISE) or _is_ours(line)]

    def is_gone(self) -> bool:
        """Whether the triggerer and all processes that it had started have ended."""
        return not members({self.process.session})


def _is_ours(line: str) -> bool:
    return "airflow_provider_mediajobs" in line and ("[warning" in line or "[error" in line)


class Stack:
    """The running Airflow.

    :param home: AIRFLOW_HOME.
    :param database: Airflow's settings for it.
    """

    dags = HERE / "dags"
    components: Mapping[str, tuple[str, ...]] = COMPONENTS

    def __init__(self, home: Path, database: Mapping[str, str]) -> None:
        self.home = home
        self.logs = home / "logs"
        self.logs.mkdir()
        self._processes = Processes(self.logs)
        self._lasting: list[Process] = []
        self._database = database
        self._port = free_port(None)
        self._environment: dict[str, str] = {}
        self.emulator = ""

    def boot(self, patch: pytest.MonkeyPatch) -> None:
        """Start all but the triggerers; from then on this process reads and writes Airflow's database too.

        :param patch: gives this process Airflow's settings, for as long.
        """
        self._prepare()
        for name, value in self._environment.items():
            if name.startswith("AIRFLOW"):
                patch.setenv(name, value)
        rows.connect()
        self._add_connections()
        self._start_airflow()

    def _prepare(self) -> None:
        self._start_emulator()
        shutil.copytree(self.dags, self.home / "dags")
        self._environment = self._airflow()
        self._migrate()

    def _start_airflow(self) -> None:
        for name, words in self.components.items():
            self._lasting.append(self._start(name, "airflow", *words))
        until("Airflow to be healthy", self._healthy, seconds=300, check=self.check)

    def stop(self) -> None:
        rows.disconnect()
        self._processes.stop()

    def check(self) -> None:
        """:raises Ended: when one has ended that should not."""
        for process in self._lasting:
            process.check()

    @contextmanager
    def triggerer(self, name: str) -> Iterator[Triggerer]:
        """Start a triggerer and wait for its first heartbeat; at the end of the block it is stopped."""
        before = rows.triggerers()
        process = self._start(name, "airflow", "triggerer", "--skip-serve-logs")
        until(f"{name} to be alive", lambda: rows.triggerers() > before, check=process.check)
        (job_id,) = rows.triggerers() - before
        found = Triggerer(process, job_id)
        yield found
        if process.popen.poll() is None:
            found.stop()

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """Send a request to Airflow's REST API."""
        return ask(f"http://127.0.0.1:{self._port}/api/v2/{path}", body, method=method, timeout=60)

    def forms(self) -> list[dict[str, Any]]:
        """The data of all connection types, as the page of connections gets them."""
        found: list[dict[str, Any]] = ask(f"http://127.0.0.1:{self._port}/ui/connections/hook_meta", timeout=60)
        return found

    def control(self, what: str, body: Any = None, method: str | None = None) -> Any:
        """Send a request to the emulator's control API."""
        return ask(f"{self.emulator}/_emulator/{what}", body, method=method)

    def requests(self) -> list[dict[str, Any]]:
        """The last ten thousand requests to the vendors."""
        found: list[dict[str, Any]] = self.control("requests")["requests"]
        return found

    def task_log(self, dag_id: str, run_id: str, task_id: str, attempt: int = 1) -> TaskLog:
        """The log of one try of a task."""
        folder = self.logs / f"dag_id={dag_id}" / f"run_id={run_id}" / f"task_id={task_id}"
        return TaskLog(folder / f"attempt={attempt}.log")

    def task_logs(self, dag_id: str) -> list[Path]:
        """All log files of a DAG's tasks."""
        return [path for path in (self.logs / f"dag_id={dag_id}").rglob("*") if path.is_file()]

    def secrets_in_logs(self) -> list[Path]:
        """The log files that hold a secret."""
        files = [path for path in self.logs.rglob("*") if path.is_file()]
        secrets_of_ours = (KEY[1], OTHER_KEY[1], WRONG_SECRET)
        return [path for path in files if any(secret in path.read_text() for secret in secrets_of_ours)]

    def _start(self, name: str, *words: str) -> Process:
        environment = self._environment or without_airflow(os.environ) | SAME_CODE
        return self._processes.start(name, (*_PYTHON, *words), environment)

    def _start_emulator(self) -> None:
        keys = [word for key in (KEY, OTHER_KEY) for word in ("--access-key", ":".join(key))]
        options = (*keys, "--project-id", PROJECT_ID)
        process = self._start("emulator", "airflow_provider_mediajobs.emulator", *options)
        self._lasting.append(process)
        until("the emulator", lambda: "\n" in process.log.read_text(), check=self.check)
        self.emulator = process.log.read_text().partition("\n")[0]

    def _airflow(self) -> dict[str, str]:
        other = connections(self.emulator, OTHER_KEY[0], WRONG_SECRET)
        wrong = {"huawei_wrong_key": other["huawei_mediajobs_default"]}
        environment = airflow_environment(os.environ, self.home, self._port, wrong)
        from cryptography.fernet import Fernet

        own = {
            **SETTINGS,
            **self._database,
            # Known to this process too, which writes rows that triggerers must be able to read.
            "CORE__FERNET_KEY": Fernet.generate_key().decode(),
            "API_AUTH__JWT_SECRET": secrets.token_hex(32),
        }
        return environment | SAME_CODE | {f"AIRFLOW__{name}": value for name, value in own.items()}

    def _add_connections(self) -> None:
        """In the database, as most have theirs: to look one up, a triggerer's supervisor loads Airflow's API."""
        for conn_id, fields in connections(self.emulator, *KEY).items():
            vendor = conn_id.partition("_")[0]
            rows.add_connection(f"{vendor}_whole", fields)
            rows.add_connection(f"{vendor}_half", {**fields, "extra": {**fields["extra"], "quotas": HALVES[vendor]}})

    def _migrate(self) -> None:
        words = (*_PYTHON, "airflow", "db", "migrate")
        process = self._processes.start("db-migrate", words, self._environment, lasting=False)
        until("the database", lambda: process.popen.poll() == 0, check=process.check)

    def _healthy(self) -> bool:
        try:
            report = self.ask("monitor/health")
            parts = (report["metadatabase"], report["scheduler"], report["dag_processor"])
            return all(part["status"] == "healthy" for part in parts) and self._knows_dags()
        except Unavailable:
            return False

    def _knows_dags(self) -> bool:
        files = len(list(self.dags.glob("*.py")))
        dags = self.ask("dags?limit=100")["dags"]
        return len({dag["fileloc"] for dag in dags}) == files
