# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Starts a Redis server that a test may kill, stop and start again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .system.patience import until

PASSWORD = "s3cret-of-redis"
NEEDED = "MEDIAJOBS_TESTS_NEED_REDIS"
"""In the environment: a test without a Redis server fails. Otherwise it is skipped, and says so."""

_MISSING = "this needs a Redis server: apt-get install redis-server, or put redis-server on PATH"


class RedisServer:
    """On a port of its own, which it keeps; nothing of it outlives the process."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("redis-server")
        if found is None:
            if NEEDED in os.environ:
                pytest.fail(_MISSING)
            pytest.skip(_MISSING)
        self._program, self._folder = found, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    @property
    def client(self) -> Any:
        import redis

        return redis.Redis.from_url(self.url, decode_responses=True)

    def start(self) -> None:
        """Until it answers."""
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._folder)]
        how = ["--save", "", "--appendonly", "no", "--requirepass", PASSWORD]
        self._process = subprocess.Popen([self._program, *where, *how], stdout=subprocess.DEVNULL, env=os.environ)
        until("Redis to answer", self._answers, seconds=10, every=0.01)

    def _answers(self) -> bool:
        import redis

        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False

    def kill(self) -> None:
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def hang(self) -> None:
        """It accepts connections, and says nothing."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def held(self) -> str:
        """All that it holds, as text."""
        client = self.client
        told = []
        for key in client.scan_iter():
            sort = client.type(key)
            held = client.hgetall(key) if sort == "hash" else client.zrange(key, 0, -1, withscores=True)
            told.append(f"{key}: {held}")
        return "\n".join(told)


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """While it runs."""
    folder = Path(tempfile.mkdtemp(prefix="mediajobs-redis-"))
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
