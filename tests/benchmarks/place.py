# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A temporary home for a real Airflow and the emulator beside it."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from airflow_provider_mediajobs.cli.processes import Process, Processes
from airflow_provider_mediajobs.cli.stack import (
    PROJECT_ID,
    airflow_environment,
    connections,
    free_port,
    without_airflow,
)
from airflow_provider_mediajobs.cli.web import Unavailable, ask

ROOT = Path(__file__).parents[2]
KEY = ("benchmark-access-key", "benchmark-secret-key")
_PYTHON = (sys.executable, "-P", "-m")


class Place:
    """Processes that belong together.

    :param home: AIRFLOW_HOME, and everything else that is written.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.logs = home / "logs"
        self.logs.mkdir()
        self.processes = Processes(self.logs)
        self.environment = without_airflow(os.environ) | {"PYTHONPATH": str(ROOT)}
        self.port = free_port(None)
        self.emulator = ""

    def start(self, name: str, *words: str, lasting: bool = True, **settings: str) -> Process:
        """``python -m`` with these words, and with settings of Airflow's for this process alone."""
        environment = self.environment | {f"AIRFLOW__{key}": value for key, value in settings.items()}
        return self.processes.start(name, (*_PYTHON, *words), environment, lasting=lasting)

    def finished(self, name: str, *words: str) -> None:
        """The same, until it has ended well."""
        process = self.start(name, *words, lasting=False)
        self.until(name, lambda: process.popen.poll() == 0)

    def start_emulator(self) -> None:
        """Without the vendors' limits, which stand in the way of measuring anything else."""
        options = ("--no-quotas", "--access-key", ":".join(KEY), "--project-id", PROJECT_ID)
        process = self.start("emulator", "airflow_provider_mediajobs.emulator", *options)
        self.until("the emulator", lambda: "\n" in process.log.read_text())
        self.emulator = process.log.read_text().partition("\n")[0]

    def be_airflow(self, quotas: Mapping[str, float], **settings: str) -> None:
        """From now on processes find this home's Airflow, and the emulator by Huawei's default connection.

        :param quotas: of that connection.
        """
        connected = connections(self.emulator, *KEY)
        connected["huawei_mediajobs_default"]["extra"]["quotas"] = dict(quotas)
        from cryptography.fernet import Fernet

        own = {
            "CORE__FERNET_KEY": Fernet.generate_key().decode(),
            "API_AUTH__JWT_SECRET": secrets.token_hex(32),
            **settings,
        }
        self.environment = {
            **airflow_environment(os.environ, self.home, self.port, connected),
            **{f"AIRFLOW__{name}": value for name, value in own.items()},
            "PYTHONPATH": str(ROOT),
        }

    def add_job(self, kind: str, ids: Mapping[str, str], script: list[list[Any]], age: float = 0.0) -> None:
        """A job of the emulator's; its script goes by seconds."""
        self.control("jobs", {"kind": kind, "ids": ids, "script": script, "by": "seconds", "age": age})

    def control(self, what: str, body: Any = None) -> Any:
        """The emulator's control panel."""
        return ask(f"{self.emulator}/_emulator/{what}", body)

    def until(self, what: str, done: Callable[[], bool], *, seconds: float = 300.0) -> None:
        """Wait for it, while all that was started goes on.

        :raises TimeoutError: if it does not happen.
        """
        end = time.monotonic() + seconds
        while not _succeeds(done):
            self.processes.check()
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}; see {self.logs}")
            time.sleep(0.2)


def _succeeds(done: Callable[[], bool]) -> bool:
    try:
        return done()
    except Unavailable:
        return False


@contextmanager
def place() -> Iterator[Place]:
    """Gone in the end, with all that was started; kept where something went wrong, for its logs."""
    home = Path(tempfile.mkdtemp(prefix="mediajobs-benchmark-"))
    made = Place(home)
    try:
        yield made
    finally:
        made.processes.stop()
    shutil.rmtree(home, ignore_errors=True)
