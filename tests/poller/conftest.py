# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: a poller and an emulated world in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Self

import pytest

from airflow_provider_mediajobs.core.account import Account, HttpOptions
from airflow_provider_mediajobs.core.errors import MediaJobsError
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.emulator import EmulatorTransport, Script, World
from airflow_provider_mediajobs.emulator.virtual_time import VirtualLoop
from airflow_provider_mediajobs.poller.shared import Poller
from airflow_provider_mediajobs.poller.waiter import Waiter
from airflow_provider_mediajobs.vendors import kind as kind_of

START = datetime(2026, 9, 1, tzinfo=UTC)
MPC = "huawei.mpc.editing"
WORDS = {
    MPC: ("PROCESSING", "SUCCEEDED"),
    "huawei.mpc.transcoding": ("TRANSCODING", "SUCCEEDED"),
    "huawei.vod.editing": ("PROCESSING", "SUCCEED"),
    "alibaba.ice.live_editing": ("Processing", "Success"),
}
"""The word of a job that runs, and that of one that has succeeded."""


class Wire(EmulatorTransport):
    """The emulator's transport, with a delay of its own and a note of when it was used and closed."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.world)
        self.stage = stage
        self.closed = False

    async def asend(self, request: HttpRequest) -> HttpResponse:
        self.stage.sent.append(self.stage.time())
        if self.stage.before is not None:
            await self.stage.before(request)
        await asyncio.sleep(self.stage.latency)
        return await super().asend(request)

    async def aclose(self) -> None:
        self.closed = True


class Wait:
    """A wait for one job."""

    def __init__(self, ref: JobRef, waiter: Waiter) -> None:
        self.ref = ref
        self.waiter = waiter
        self.report = waiter.report

    @property
    def trouble(self) -> MediaJobsError | None:
        return self.waiter.trouble.get(self.ref)

    async def next(self) -> Answer | None:
        return (await self.waiter.next())[self.ref]

    async def aclose(self) -> None:
        await self.waiter.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Answer | None:
        return await self.next()


class Stage:
    """An emulated world, a poller, and the waits of a test, in virtual time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.world = World(now=self.now, random=Random(1))
        self.wires: list[Wire] = []
        self.sent: list[float] = []
        self.latency = 0.1
        self.before: Callable[[HttpRequest], Awaitable[None]] | None = None
        self.read_times: list[float] = []
        self.poller = Poller(self.connect, self.now)
        self.accounts: list[Account | Exception] = []

    def connect(self, options: HttpOptions) -> Wire:
        self.wires.append(Wire(self))
        return self.wires[-1]

    def time(self) -> float:
        return self.loop.time()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.loop.time())

    def account(self, kind: str = MPC, **overrides: Any) -> Account:
        region = "cn-north-4" if kind.startswith("huawei") else "cn-shanghai"
        return self.world.account(kind.partition(".")[0], **{"region": region, **overrides})

    def add(
        self, kind: str = MPC, length: float = 300, running: str = "PROCESSING", done: str = "SUCCEEDED", **ids: Any
    ):
        return self.world.add_job(kind, ids, Script([(running, 0), (done, length)], curve=1.0))

    async def read(self) -> Account:
        self.read_times.append(self.time())
        found = self.accounts.pop(0) if self.accounts else self.account()
        if isinstance(found, Exception):
            raise found
        return found

    def watch(self, kind: str = MPC, *, account: Account | None = None, **given: Any) -> Wait:
        names = kind_of(kind).all_ids
        chosen = {name: given.pop(name) for name in names if name in given}
        ref = kind_of(kind).ref(chosen)
        return Wait(ref, self.poller.watch([ref], account or self.account(kind), self.read, **given))

    def running(self, number: int, length: float = 36_000, kind: str = MPC) -> list[JobRef]:
        """Add that many jobs, which run from now on."""
        name, (running, done) = kind_of(kind).ids[0], WORDS[kind]
        for index in range(number):
            self.add(kind, length, running, done, **{name: f"{index:03}"})
        return [kind_of(kind).ref({name: f"{index:03}"}) for index in range(number)]

    def together(self, refs: Sequence[JobRef], **given: Any) -> Waiter:
        """Begin one wait for all of these jobs."""
        return self.poller.watch(refs, self.account(refs[0].kind), self.read, **given)

    def looked_at(self, ref: JobRef) -> list[float]:
        """The times at which the vendor answered calls that named this job."""
        served = [request for request in self.world.requests if set(ref.ids) <= set(request.ids)]
        return [round((request.at - START).total_seconds(), 3) for request in served]

    async def until_end(self, kind: str = MPC, **given: Any) -> tuple[float, JobSnapshot]:
        """Wait for a job's end; returns when the wait was told of it, and the answer."""
        async with self.watch(kind, **given) as waiter:
            async for answer in waiter:
                if isinstance(answer, JobSnapshot) and answer.state.ended:
                    return self.time(), answer
        raise AssertionError


def has_ended(answer: Answer | None) -> bool:
    """Whether this is news of a job's end."""
    return isinstance(answer, JobSnapshot) and answer.state.ended


@pytest.fixture
def play() -> Callable[[Callable[[Stage], Coroutine[Any, Any, Any]]], Any]:
    """Run a test's coroutine in virtual time, and check that no task or connection is left."""

    def run(scene: Callable[[Stage], Coroutine[Any, Any, Any]]) -> Any:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            stage = Stage(runner.get_loop())

            async def whole() -> Any:
                result = await scene(stage)
                assert stage.poller.lanes == {}
                assert asyncio.all_tasks() == {asyncio.current_task()}
                assert all(wire.closed for wire in stage.wires)
                return result

            return runner.run(whole())

    return run
