# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Memory of a wait on the heap: the same triggers as in a real triggerer, without Airflow's processes.

For quick runs, and for waits for many jobs. A fresh interpreter for each sort of trigger; ``tracemalloc`` tells what is
kept with fewer and with more of them. The emulator is another process.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from . import rows
from .place import KEY, ROOT, Place

LOOKED_S = 8.0
"""By then each wait has been looked at more than once."""


def slope(at: Place, subject: str, fewer: int, more: int) -> float:
    """Kilobytes for each job more that is waited for."""
    words = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.heap", subject, at.emulator, str(fewer), str(more)]
    environment = {**os.environ, "AIRFLOW_HOME": str(at.home), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True, cwd=at.home)
    before, after = json.loads(ran.stdout.splitlines()[-1])
    return float(round((after - before) / 1024 / (more - fewer), 2))


# --- in the fresh interpreter -----------------------------------------------------------------------------------


Begin = Callable[[range], Coroutine[Any, Any, Any]]


async def _kept(begin: Begin, fewer: int, more: int, jobs: int) -> list[int]:
    """Bytes, with fewer and with more."""
    tasks = _begun(begin, range(rows.TASKS), jobs)
    await asyncio.sleep(LOOKED_S)  # loads and builds what all of them share
    tracemalloc.start()
    found = []
    for numbers in (range(rows.TASKS, fewer), range(fewer, more)):
        tasks += _begun(begin, numbers, jobs)
        await asyncio.sleep(LOOKED_S)
        gc.collect()
        found.append(tracemalloc.get_traced_memory()[0])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return found


def _begun(begin: Begin, numbers: range, jobs: int) -> list[asyncio.Task[Any]]:
    """So many jobs a task."""
    return [asyncio.create_task(begin(numbers[first : first + jobs])) for first in range(0, len(numbers), jobs)]


def _waits(url: str) -> Begin:
    from airflow_provider_mediajobs.cli.stack import PROJECT_ID
    from airflow_provider_mediajobs.core import policy
    from airflow_provider_mediajobs.core.account import Account, Credentials
    from airflow_provider_mediajobs.triggers.job import MediaJobTrigger

    policy.FIRST_EVENT_S = 0.0  # no worker is to be outlived here
    quotas = {"mpc": 60_000.0}
    account = Account("huawei", Credentials(*KEY), project_id=PROJECT_ID, origin=url, quotas=quotas)

    async def read() -> Account:
        return account

    def made(numbers: range) -> MediaJobTrigger:
        """As a triggerer makes them: out of the JSON of a row of its own."""
        stored = json.dumps(rows.trigger(rows.OURS, numbers, datetime.now(UTC)).serialize()[1])
        return MediaJobTrigger(**json.loads(stored))

    async def begin(numbers: range) -> Any:
        return await made(numbers).event(read=read)

    return begin


async def _sleeps(numbers: range) -> None:
    trigger = rows.trigger(rows.SLEEPS, numbers, datetime.now(UTC) + timedelta(seconds=numbers[0]))
    async for _ in trigger.run():
        pass


def main() -> None:
    """One subject's bytes, as a JSON list."""
    subject, url, fewer, more = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    begin = _sleeps if subject == rows.SLEEPS else _waits(url)
    jobs = rows.MANY if subject == rows.TOGETHER else 1
    print(json.dumps(asyncio.run(_kept(begin, fewer, more, jobs))))


if __name__ == "__main__":
    main()
