# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests eight real processes with a real Redis, real sockets and real time, for a few seconds.

Covers ``quotas.shared``.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.emulator.server import EmulatorServer

from ..redis_server import RedisServer
from .conftest import worst
from .one_process import JOBS, KIND

SCRIPT = Path(__file__).parent / "one_process.py"
SECONDS = 5
TRIGGERERS, WORKERS = 6, 2


def test_eight_processes_keep_to_one_limit(redis: RedisServer) -> None:
    """Ten calls a second, of which triggerers have eight: none is refused, in whatever window the vendor counts."""
    world = World(now=lambda: datetime.now(UTC))
    for number in range(JOBS):
        world.add_job(KIND, {"job_id": f"{number:03}"}, [("Processing", 0), ("Success", 3600)])
    with EmulatorServer(world) as server:
        started = [
            subprocess.Popen([sys.executable, str(SCRIPT), role, redis.url, server.url, str(SECONDS)])
            for role in ["triggerer"] * TRIGGERERS + ["worker"] * WORKERS
        ]
        try:
            throttled = [process.wait(60) for process in started]
        finally:
            for process in started:
                process.kill()
    assert throttled == [0] * 8
    arrived = sorted(request.at.timestamp() for request in world.requests)
    assert worst(arrived, 1.0) <= 10
    assert len(arrived) > 25
    seconds = [len(list(calls)) for _, calls in groupby(arrived, key=int)]
    assert max(seconds) <= 10
