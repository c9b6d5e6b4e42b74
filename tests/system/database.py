# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A PostgreSQL of its own in a new folder: several triggerers need a database that locks rows."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow_provider_mediajobs.cli.processes import Processes, tail

from .patience import until

_DEBIAN = Path("/usr/lib/postgresql")
_NEEDED = "the system tests need PostgreSQL's server: apt-get install postgresql, or put initdb and postgres on PATH"
# Nothing has to outlive the test; a thousand waits come from a handful of processes.
_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """While it runs: Airflow's settings for it. Only a socket in its own folder leads to it."""
    server = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="mediajobs-postgresql-"))
    processes = Processes(folder)
    try:
        user = _ordinary_user(folder)
        data = folder / "data"
        made = [*user, str(server / "initdb"), "--auth=trust", "--username=airflow", "--encoding=UTF8", "--no-sync"]
        subprocess.run([*made, "--pgdata", str(data)], check=True, stdout=subprocess.DEVNULL, cwd=folder)
        settings = {**_SETTINGS, "listen_addresses": "", "unix_socket_directories": str(folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = processes.start(
            "postgresql", [*user, str(server / "postgres"), "-D", str(data), *options], os.environ
        )
        until(
            "PostgreSQL to accept connections",
            lambda: any("ready to accept connections" in line for line in tail(process.log)),
            check=processes.check,
        )
        yield {
            "DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://airflow@/postgres?host={folder}",
            "DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"postgresql+asyncpg://airflow@/postgres?host={folder}",
        }
    finally:
        processes.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """Debian keeps the server's programs off the PATH, in a folder by version."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not versions:
        raise RuntimeError(_NEEDED)
    return versions[-1].parent


def _ordinary_user(folder: Path) -> list[str]:
    """What to put before a command, since PostgreSQL refuses to be run by root; the folder becomes that user's."""
    if os.geteuid() != 0:
        return []
    name = "postgres" if _is_user("postgres") else "nobody"
    shutil.chown(folder, name)
    return ["setpriv", f"--reuid={name}", "--clear-groups", "--"]


def _is_user(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
