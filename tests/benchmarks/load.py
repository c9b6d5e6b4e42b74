# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How long the poller blocks the event loop at its busiest, in asyncio's debug mode."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from airflow_provider_mediajobs.cli.stack import PROJECT_ID
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.job import JobRef
from airflow_provider_mediajobs.poller.shared import Poller
from airflow_provider_mediajobs.vendors import kind as kind_of

from .place import KEY, Place, place
from .waits import WORDS, has_ended, ids_of

GOAL_MS = 50.0
# So high that the lanes are never idle: one call follows the other as fast as they are answered.
QUOTAS = {"live": 1000.0, "ice": 1000.0, "vod": 1000.0, "mpc": 60_000.0}


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Waits of all kinds, from their first looks to their ends."""
    waits, seconds = (500, 3.0) if quick else (2000, 20.0)
    with place() as at, timed_calls() as told, asyncio.Runner(debug=True) as runner:
        at.start_emulator()
        runner.run(load(at, started(at, len(WORDS), 0.0)))  # loads aiohttp, once in a triggerer's life
        told.calls.clear()
        told.collections.clear()
        threads = threading.active_count()
        calls = runner.run(load(at, started(at, waits, seconds)))
        threads = threading.active_count() - threads
    collection = round(max(told.collections, default=0.0) * 1000, 1)
    return {
        "longest_call_ms": round(max(told.calls) * 1000, 1),
        "load": {"waits": waits, "looks": calls, "threads_started": threads, "longest_collection_ms": collection},
    }


def started(at: Place, waits: int, seconds: float) -> list[JobRef]:
    """Jobs of all kinds that end within a few seconds of each other."""
    refs = []
    for index in range(waits):
        kind = kind_of(list(WORDS)[index % len(WORDS)])
        words, ids = WORDS[kind.name], ids_of(kind.name, index)
        at.add_job(kind.name, ids, [[words.running, 0], [words.done, seconds * (0.8 + 0.4 * index / waits)]])
        refs.append(kind.ref(ids))
    return refs


async def load(at: Place, refs: list[JobRef]) -> int:
    """Wait for all of them; how many looks they had."""
    poller = Poller()

    async def gate(ref: JobRef) -> int:
        account = account_at(at.emulator, ref.kind)

        async def read() -> Account:
            return account

        async with poller.watch([ref], account, read, poll_interval=1, first_event=0) as waiter:
            while not has_ended((await waiter.next())[ref]):
                pass
            return waiter.report.looks

    gates = []
    for ref in refs:
        gates.append(asyncio.create_task(gate(ref)))
        await asyncio.sleep(0)  # a triggerer begins them one by one, too
    return sum([await task for task in gates])  # to gather them at once would be the longest call of all


def account_at(url: str, kind: str) -> Account:
    """The emulator's, without the vendors' limits."""
    vendor = kind.partition(".")[0]
    project = PROJECT_ID if vendor == "huawei" else None
    return Account(vendor, Credentials(*KEY), region="cn-north-4", project_id=project, origin=url, quotas=QUOTAS)


class Clock:
    """Processor seconds of every call that event loops make, without those of the collector: it comes when it likes."""

    def __init__(self) -> None:
        self.calls: list[float] = []
        self.collections: list[float] = []
        self._collected = self._begun = 0.0

    def collecting(self, phase: str, _info: dict[str, int]) -> None:
        """Told by the collector."""
        if phase == "start":
            self._begun = time.thread_time()
        else:
            self.collections.append(time.thread_time() - self._begun)
            self._collected += self.collections[-1]

    def around(self, run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
        """The same call, timed."""

        def timed(handle: asyncio.Handle) -> None:
            self._collected, begun = 0.0, time.thread_time()
            run(handle)
            self.calls.append(time.thread_time() - begun - self._collected)

        return timed


@contextmanager
def timed_calls() -> Iterator[Clock]:
    """While it lasts."""
    clock = Clock()
    gc.callbacks.append(clock.collecting)
    try:
        with patch.object(asyncio.Handle, "_run", clock.around(asyncio.Handle._run)):
            yield clock
    finally:
        gc.callbacks.remove(clock.collecting)


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    load = figures["load"]
    return [
        f"{load['waits']} waits of all kinds, calls as fast as they are answered, in asyncio's debug mode",
        f"    longest call on the event loop {figures['longest_call_ms']:g} ms of CPU time (goal {GOAL_MS:g})",
        f"    Python's collector beside that: {load['longest_collection_ms']:g} ms at most, in debug mode",
        f"    {load['threads_started']} threads started, {load['looks']} looks paid for",
    ]
