# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Processor time for many waits that begin at once, as when a triggerer starts or takes over from another.

From the JSON of the triggers' rows to the first look, which comes seconds later: each trigger is made, runs, learns its
account and joins its lane. Each round is a fresh interpreter, and the least is told, since whatever else runs can only
add to it. About half of it is Python's garbage collector, which goes through all of Airflow now and then while so many
objects are made.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from . import rows
from .place import KEY, ROOT

FULL, QUICK = (5000, 3), (1000, 1)
RESTS_S = 0.2
"""Without anything to do in it, all have begun."""


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Microseconds a wait."""
    number, turns = QUICK if quick else FULL
    costs = [_in_fresh_interpreter(number) for _ in range(turns)]
    return {"begin_us": round(min(costs)), "begin_waits": number}


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    return [
        f"Processor time for each of {figures['begin_waits']} waits for an MPC job that begin at once, least",
        f"{'':40}{figures['begin_us']:>8} µs",
    ]


def _in_fresh_interpreter(number: int) -> float:
    words = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.begins", str(number)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return float(json.loads(ran.stdout.splitlines()[-1]))


# --- in the fresh interpreter -----------------------------------------------------------------------------------


async def _begin(starts: list[Callable[[], Coroutine[Any, Any, Any]]]) -> float:
    """Seconds of the processor until all have begun."""
    gc.collect()
    begun = time.process_time()
    tasks = [asyncio.create_task(start()) for start in starts]
    while True:
        spent = time.process_time()
        await asyncio.sleep(RESTS_S)
        if time.process_time() - spent < RESTS_S / 20:
            break
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return spent - begun


def _starts(numbers: range) -> list[Callable[[], Coroutine[Any, Any, Any]]]:
    from airflow_provider_mediajobs.cli.stack import PROJECT_ID
    from airflow_provider_mediajobs.core.account import Account, Credentials
    from airflow_provider_mediajobs.triggers.job import MediaJobTrigger

    account = Account("huawei", Credentials(*KEY), project_id=PROJECT_ID, origin="http://127.0.0.1:9")
    now = datetime.now(UTC)

    async def read() -> Account:
        return account

    async def wait(row: str) -> None:
        await MediaJobTrigger(**json.loads(row)).event(read=read)

    stored = [json.dumps(rows.trigger(rows.OURS, [number], now).serialize()[1]) for number in numbers]
    return [partial(wait, row) for row in stored]


def main() -> None:
    """Microseconds a wait."""
    number = int(sys.argv[1])

    async def begin() -> float:
        await _begin(_starts(range(50)))  # loads what all of them share
        return await _begin(_starts(range(50, 50 + number)))

    print(json.dumps(asyncio.run(begin()) / number * 1e6))


if __name__ == "__main__":
    main()
