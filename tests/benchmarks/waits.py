# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Delays of gates after the end of their jobs, in virtual time: the poller, simpler ways and an oracle.

The real poller and the real exchanges talk to the emulator, which keeps the vendors' limits and checks signatures. Jobs
start at random over an hour, queue for half a minute on average and last ten minutes in the median, if nothing else is
said.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.clock import VendorClock
from airflow_provider_mediajobs.core.account import Account, HttpOptions
from airflow_provider_mediajobs.core.errors import ServerFault, Throttled, TransportError
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot
from airflow_provider_mediajobs.core.kind import Answer, Quota
from airflow_provider_mediajobs.emulator import EmulatorTransport, Script, World
from airflow_provider_mediajobs.emulator.catalogue import chosen_limits
from airflow_provider_mediajobs.emulator.virtual_time import VirtualLoop
from airflow_provider_mediajobs.poller.shared import Poller
from airflow_provider_mediajobs.vendors import kind as kind_of
from airflow_provider_mediajobs.vendors import vendor_of

from ..kinds import FACTS
from .workloads import HOUR_S, USUAL, WORKLOADS, PlannedJob, Workload

LIMITS = chosen_limits(True)
START = datetime(2026, 9, 1, tzinfo=UTC)
FIRST_S = 10.0
SHARE = 0.8


@dataclass(slots=True)
class Words:
    """A kind's words for a job that waits, runs, has gone well, and has failed."""

    waiting: str
    running: str
    done: str
    failed: str


WORDS = {name: Words(facts.waiting, facts.running, facts.done, facts.failed) for name, facts in FACTS.items()}


def kinds_in(name: str) -> list[str]:
    """Those of a workload, with a plus between several; their jobs take turns."""
    return name.split("+")


def ids_of(kind: str, index: int) -> dict[str, str]:
    """Of one of many jobs: studios have a hundred episodes each."""
    if kind == "alibaba.live.editing":
        return {"caster_id": f"caster{index % 100}", "show_id": f"show{index}"}
    return dict.fromkeys(FACTS[kind].ids, f"{index:06}")


@dataclass(slots=True)
class Stage:
    """What a way of polling is given, and what is written down of it."""

    kind: str
    jobs: list[PlannedJob]
    world: World
    loop: asyncio.AbstractEventLoop
    load: Workload = WORKLOADS[USUAL]
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    sent: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    actions: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.loop.time())

    def account(self) -> Account:
        quotas = {} if self.load.calls is None else {self.quota.name: self.load.calls}
        return self.world.account(self.kind.partition(".")[0], region="cn-north-4", quotas=quotas)

    @property
    def quota(self) -> Quota:
        """That of the looks, as the account has it."""
        quota = kind_of(kinds_in(self.kind)[0]).quota
        return quota if self.load.calls is None else Quota(quota.name, self.load.calls, quota.seconds, quota.source)

    def kind_of(self, job: PlannedJob) -> str:
        kinds = kinds_in(self.kind)
        return kinds[job.index % len(kinds)]

    def ref(self, job: PlannedJob) -> JobRef:
        return kind_of(self.kind_of(job)).ref(job.ids)

    async def begin(self, job: PlannedJob) -> None:
        """Wait for a job's start, and let it start."""
        await asyncio.sleep(job.start)
        kind = self.kind_of(job)
        words = WORDS[kind]
        end = words.failed if job.fails else words.done
        steps = [(words.waiting, 0.0), (words.running, job.queued), (end, job.queued + job.length)]
        self.world.add_job(kind, job.ids, Script(steps, curve=job.curve))

    def opened(self, job: PlannedJob) -> None:
        """The gate is open."""
        self.delays.append(self.loop.time() - max(job.end, job.start + FIRST_S))


class Counted(EmulatorTransport):
    """Writes down when calls are made, and lets an answer take its time."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.world)
        self._stage = stage

    async def asend(self, request: HttpRequest) -> HttpResponse:
        stage = self._stage
        stage.sent.append(stage.loop.time())
        load = stage.load
        await self._way()
        share = load.throttles.at(stage.sent[-1])
        if strikes := share > 0 and stage.chance.random() < share:
            stage.world.add_fault("throttle", times=1, retry_after=load.throttles.retry_after)
        elif strikes := load.faulty > 0 and stage.chance.random() < load.faulty:
            stage.world.add_fault("server_error", times=1)
        response = await super().asend(request)
        await self._way()
        if load.broken and stage.chance.random() < load.broken:
            raise TransportError("the answer was lost")
        if strikes:
            stage.world.clear_faults()
        if response.status == 429:
            stage.refused.append(stage.loop.time())
        return response

    async def _way(self) -> None:
        """To the vendor or back."""
        load, chance = self._stage.load, self._stage.chance
        if seconds := load.latency / 2 + (chance.expovariate(1 / load.jitter) if load.jitter else 0.0):
            await asyncio.sleep(seconds)


Strategy = Callable[[Stage], Awaitable[None]]


async def with_poller(stage: Stage) -> None:
    """The real thing."""

    def connect(options: HttpOptions) -> Counted:
        return Counted(stage)

    poller = Poller(connect, stage.now)
    account = stage.account()

    async def read() -> Account:
        return account

    async def gate(job: PlannedJob) -> None:
        await stage.begin(job)
        async with poller.watch([stage.ref(job)], account, read) as waiter:
            while not has_ended((await waiter.next())[stage.ref(job)]):
                pass
            stage.opened(job)

    await asyncio.gather(*(gate(job) for job in stage.jobs))


def has_ended(answer: Answer | None) -> bool:
    """Whether it tells of a job's end."""
    return isinstance(answer, JobSnapshot) and answer.state.ended


class Turns:
    """One call after the other, evenly, at our share of the quota."""

    def __init__(self, stage: Stage) -> None:
        quota = stage.quota
        self._spacing = quota.seconds / (quota.calls * SHARE)
        self._next = 0.0
        self._loop = stage.loop

    async def mine(self) -> None:
        now = self._loop.time()
        self._next = max(now, self._next + self._spacing)
        await asyncio.sleep(self._next - now)


async def one_loop_per_task(stage: Stage) -> None:
    """Every task asks for its own job every 60 seconds, and waits its turn in the quota."""
    turns, look = Turns(stage), _looker(stage)

    async def gate(job: PlannedJob) -> None:
        await stage.begin(job)
        await asyncio.sleep(FIRST_S)
        while True:
            await turns.mine()
            if await look([stage.ref(job)]):
                stage.opened(job)
                return
            await asyncio.sleep(60)

    await asyncio.gather(*(gate(job) for job in stage.jobs))


async def round_robin(stage: Stage) -> None:
    """All jobs in turn, as many a call as the vendor takes, as fast as the quota allows."""
    turns, look = Turns(stage), _looker(stage)
    waiting: dict[JobRef, PlannedJob] = {}
    left = len(stage.jobs)

    async def come(job: PlannedJob) -> None:
        await stage.begin(job)
        await asyncio.sleep(FIRST_S)
        waiting[stage.ref(job)] = job

    async def ask(batch: dict[JobRef, PlannedJob]) -> None:
        nonlocal left
        over = await _ended(look, list(batch))
        for ref, job in batch.items():
            if ref in over:
                stage.opened(job)
                left -= 1
            else:
                waiting[ref] = job  # to the end of the queue

    async def go_round() -> None:
        async with asyncio.TaskGroup() as calls:
            while left:
                await turns.mine()
                if refs := _batch(waiting):
                    calls.create_task(ask({ref: waiting.pop(ref) for ref in refs}))

    await asyncio.gather(go_round(), *(come(job) for job in stage.jobs))


async def oracle(stage: Stage) -> None:
    """Whoever knows when each job ends looks then, as many at a time and as soon as the quota allows."""
    turns, look = Turns(stage), _looker(stage)
    over: dict[JobRef, PlannedJob] = {}
    left = len(stage.jobs)
    more = asyncio.Event()

    async def come(job: PlannedJob) -> None:
        await stage.begin(job)
        await asyncio.sleep(max(FIRST_S, job.queued + job.length))
        over[stage.ref(job)] = job
        more.set()

    async def ask() -> None:
        nonlocal left
        while left:
            await more.wait()
            await turns.mine()
            refs = _batch(over)
            for ref in await _ended(look, refs):
                stage.opened(over.pop(ref))
                left -= 1
            if not over:
                more.clear()

    await asyncio.gather(ask(), *(come(job) for job in stage.jobs))


def _batch(waiting: Mapping[JobRef, PlannedJob]) -> list[JobRef]:
    """The first, and those of its kind that a call which takes several ids carries along."""
    first = next(iter(waiting), None)
    of = None if first is None else kind_of(first.kind)
    size = 1 if of is None or of.group_by or of.read_page else of.batch_size
    return list(islice((ref for ref in waiting if first is not None and ref.kind == first.kind), size))


async def _ended(look: Callable[[list[JobRef]], Awaitable[set[JobRef]]], refs: list[JobRef]) -> set[JobRef]:
    """Which of these are found to have ended: none by a look that is refused, or whose answer is lost."""
    try:
        return await look(refs)
    except (Throttled, ServerFault, TransportError):
        return set()


def _looker(stage: Stage) -> Callable[[list[JobRef]], Awaitable[set[JobRef]]]:
    """Looks without a poller: which of these have ended."""
    account, transport = stage.account(), Counted(stage)

    async def look(refs: list[JobRef]) -> set[JobRef]:
        kind = kind_of(refs[0].kind)
        client = Client(vendor_of(kind.name), account, VendorClock(stage.now))
        answers = await client.arun(kind.look(account, refs), transport)
        return {ref for ref, answer in answers.items() if has_ended(answer)}

    return look


def run(
    way: Strategy, kind: str, number: int, listed: str | None = None, load: str = USUAL, seed: int = 1
) -> dict[str, Any]:
    """One way, one workload, from the first start to the last gate.

    :param listed: the order of the vendor's list, and five thousand older jobs in it.
    """
    began = time.perf_counter()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        stage = _stage(runner, kind, number, load, seed)
        if listed is not None:
            stage.world.listed = listed
            for index in range(5000):
                stage.world.add_job(kind, {"task_id": f"older{index}"}, "SUCCEED", age=86400 - index)

        async def play() -> None:
            await way(stage)

        runner.run(play())
        return {
            **figures(stage),
            "actions": dict(Counter(request.call.action for request in stage.world.requests)),
            "runtime_s": round(time.perf_counter() - began, 1),
        }


def _stage(runner: asyncio.Runner, kind: str, number: int, load: str, seed: int, *, limits: bool = False) -> Stage:
    loop, workload = runner.get_loop(), WORKLOADS[load]
    world = World(now=lambda: START + timedelta(seconds=loop.time()), random=random.Random(1), limits=limits)
    kinds = kinds_in(kind)
    jobs = workload.planned(number, lambda index: ids_of(kinds[index % len(kinds)], index), seed)
    return Stage(kind, jobs, world, loop, workload, random.Random(seed))


def figures(stage: Stage) -> dict[str, Any]:
    """What came of it."""
    delays, number = sorted(stage.delays), len(stage.jobs)
    return {
        "jobs": number,
        "mean_s": round(sum(delays) / number, 2),
        "p95_s": round(delays[math.ceil(0.95 * number) - 1], 1),
        "p99_s": round(delays[math.ceil(0.99 * number) - 1], 1),
        "worst_s": round(delays[-1], 1),
        "calls": len(stage.sent),
        "calls_per_job": round(len(stage.sent) / number, 2),
        "calls_over_limit": max(_over_limits(stage), default=0),
        "refused": len(stage.refused),
    }


SETTLED_S = 300.0
"""After which processes that share an account should get along."""


def run_processes(kind: str, number: int, processes: int, load: str = USUAL, seed: int = 1) -> dict[str, Any]:
    """As many pollers that know of each other only by throttles share the jobs evenly, and the vendor's limit."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        whole = _stage(runner, kind, number, load, seed, limits=True)
        parts = [
            Stage(kind, whole.jobs[first::processes], whole.world, whole.loop, whole.load, whole.chance)
            for first in range(processes)
        ]

        async def play() -> None:
            await asyncio.gather(*(with_poller(part) for part in parts))

        runner.run(play())
        whole.delays = [delay for part in parts for delay in part.delays]
        whole.sent = [moment for part in parts for moment in part.sent]
        whole.refused = [moment for part in parts for moment in part.refused]
        late = sum(moment > SETTLED_S for moment in whole.refused)
        return {
            **figures(whole),
            "processes": processes,
            "refused_share": round(late / max(1, sum(moment > SETTLED_S for moment in whole.sent)), 4),
            "fairness": _most_to_least(parts, HOUR_S),
            "fairness_to_the_end": _most_to_least(parts, math.inf),
        }


def _most_to_least(parts: list[Stage], until: float) -> float:
    """How many times as many answered calls the one process has as the other.

    :param until: calls after this time do not count. After the hour in which jobs come, those whose jobs last longest
        have the limit to themselves.
    """
    answered = [
        sum(moment < until for moment in part.sent) - sum(moment < until for moment in part.refused) for part in parts
    ]
    return round(max(answered) / max(1, min(answered)), 2)


def _over_limits(stage: Stage) -> Iterator[int]:
    """How many calls stood over each limit: an operation may have one of its own."""
    limits, by_limit = dict(LIMITS), dict[str, list[float]]()
    if stage.load.calls is not None:
        limits[FACTS[kinds_in(stage.kind)[0]].limit[0]] = (stage.load.calls, stage.quota.seconds)
    for request in stage.world.requests:
        if request.call.limit is not None:
            by_limit.setdefault(request.call.limit, []).append((request.at - START).total_seconds())
    for name, moments in by_limit.items():
        yield over_limit(moments, *limits[name])


def over_limit(sent: list[float], calls: float, seconds: float) -> int:
    """How many calls stood over the limit: the most that any window held, less what it may hold."""
    sent = sorted(sent)
    fullest = max(
        (index + 1 - bisect_left(sent, moment - seconds + 1e-6) for index, moment in enumerate(sent)), default=0
    )
    return max(0, fullest - int(calls))
