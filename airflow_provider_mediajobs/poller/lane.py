# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The asyncio shell around the pure rooms: one runner makes the calls of one account's quota, and tells its waiters.

The runner sleeps until something is due and the pace allows a call, packs it as late as that, and lets it travel on its
own: a call that hangs holds nobody up. Whatever the network does ends in a later look; waiters learn only of outcomes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from datetime import datetime
from typing import Any

from ..core.kind import Quota
from ..vendors import kind as kind_of
from .backpressure import Backpressure
from .batch import Pool
from .caller import Caller
from .limit import Limit, Limits
from .schedule import Schedule
from .source import Source, WaitedJob, WaitedPool, probe_quota
from .waiter import Subscription

AGAIN_S = 1.0
"""Seconds before the runner goes on after an unexpected error."""

CLOSE_S = 5.0
"""For giving connections back."""

MAX_IN_FLIGHT = 64
"""Calls under way at a time: enough for the widest quota with answers that take five seconds."""

log = logging.getLogger(__name__)


class Lane:
    """All waits on one account's quota.

    :param quota: what the bucket is called.
    :param limits: of its account.
    :param now: the clock of signatures and of the vendor's times.
    :param forget: takes the lane out of the map; called before anything is awaited.
    """

    def __init__(
        self, quota: Quota, limits: Limits, now: Callable[[], datetime], forget: Callable[[Lane], None]
    ) -> None:
        self.quota = quota
        self.limits = limits
        self._limit = limits.of(quota)
        self.pace = self._limit.pace
        self.backpressure = Backpressure()
        self.sources: dict[object, Source] = {}
        self._forget = forget
        self._loop = asyncio.get_running_loop()
        self._caller = Caller(quota, limits, self.backpressure, self.sources.values, now)
        self._woken = asyncio.Event()
        self._calls: dict[asyncio.Task[None], Source | None] = {}
        self._joined = 0
        self._answered = 1.0  # jobs that a call answers for, of late
        self._closing = False
        self._probers: dict[str, asyncio.Task[None]] = {}  # by the quota of probes that take no call from looks
        self._runner = self._started(self._serve(), quota)

    def _started(self, work: Coroutine[Any, Any, None], quota: Quota) -> asyncio.Task[None]:
        # A fresh context: in that of the trigger which came first, the lane's lines would go to its task's log.
        return self._loop.create_task(work, name=f"mediajobs lane {quota.name}", context=Context())

    # --- who waits ----------------------------------------------------------------------------------------------

    def join(self, key: object, source: Source, subscription: Subscription, interval: float, first: float) -> None:
        """One more waits, for a job that others may wait for already.

        :param key: of the source, in ``sources``.
        :param interval: the widest gap it wants.
        :param first: no look before this time.
        """
        source = self.sources.setdefault(key, source)
        pool = source.pool(kind_of(subscription.ref.kind))
        self._probe_apart(pool)
        job = pool.jobs.get(subscription.ref)
        if job is None:
            self._joined += 1
            job = WaitedJob(
                subscription.ref,
                Schedule(self._loop.time(), first, interval, self._joined, pool.experience),
                [subscription],
            )
            pool.add(job, self.backpressure.factor)
        else:
            job.subscriptions.append(subscription)
            job.schedule.widest(interval)
            if not job.busy:
                pool.push(job, self.backpressure.factor)
        self._woken.set()

    def look_by(self, key: object, subscription: Subscription, moment: float) -> None:
        """A look is wanted by then, whatever the schedule says."""
        pool = self.sources[key].pool(kind_of(subscription.ref.kind))
        job = pool.jobs[subscription.ref]
        job.schedule.wanted_by(moment)
        if not job.busy:
            pool.push(job, self.backpressure.factor)
            self._woken.set()

    def leave(self, key: object, subscription: Subscription) -> None:
        """One has gone. Without any, the lane is forgotten and closes itself."""
        source = self.sources[key]
        pool = source.pool(kind_of(subscription.ref.kind))
        job = pool.jobs[subscription.ref]
        job.subscriptions.remove(subscription)
        if job.subscriptions:
            return
        pool.remove(job)
        if not pool.jobs:
            del source.pools[pool.kind.name]
        if self._closing:  # a second time would cut the closing short
            return
        if self.empty:
            self._closing = True
            self._forget(self)
            self._runner.cancel()
            self._cancel_probers()  # the runner may not have begun, and would end none
        elif not source.pools:
            del self.sources[key]
            self._spawn(self._discard(source))

    @property
    def empty(self) -> bool:
        """Whether the last who waited has gone."""
        return not any(source.pools for source in self.sources.values())

    async def closed(self) -> None:
        """Wait until the last task and connection are gone. A cancelled wait disturbs nothing."""
        await asyncio.wait([self._runner, *self._probers.values()])

    # --- the runner ---------------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        try:
            await self._run(self._next_due, self._next_call)
        finally:
            await self._close()

    def _probe_apart(self, pool: WaitedPool) -> None:
        quota = probe_quota(pool.kind)
        if quota is None or quota.name in self._probers:
            return
        limit = self.limits.of(quota)
        work = self._run(lambda: self._next_probe(quota)[0], lambda: self._make_probe(limit))
        self._probers[quota.name] = self._started(work, quota)

    async def _run(self, due: Callable[[], float], call: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await self._something_due(due)
                await call()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - it must not end the waits of all
                self._caller.unforeseen(f"the lane of {self.quota.name}", error)
                await asyncio.sleep(AGAIN_S)
                self._caller.put_back_all()

    async def _close(self) -> None:
        self._closing = True
        self._forget(self)
        self._cancel_probers()
        for source in self.sources.values():
            self._spawn(self._discard(source))
        await asyncio.wait({*self._calls, *self._probers.values()})

    def _cancel_probers(self) -> None:
        for prober in self._probers.values():
            prober.cancel()

    async def _discard(self, source: Source) -> None:
        """End its calls and give its connections back."""
        calls = [call for call, of in self._calls.items() if of is source]
        for call in calls:
            call.cancel()
        if calls:
            await asyncio.wait(calls)
        try:
            async with asyncio.timeout(CLOSE_S):
                await source.aclose()
        except Exception as error:  # noqa: BLE001 - nobody waits for it any more
            log.warning("connections of %s could not be given back (%s)", source.name, type(error).__name__)

    async def _something_due(self, when: Callable[[], float]) -> None:
        while (due := self._when_free(when)) > self._loop.time():
            self._woken.clear()
            alarm = self._loop.call_at(due, self._woken.set) if due < float("inf") else None
            try:
                await self._woken.wait()
            finally:
                if alarm is not None:
                    alarm.cancel()

    def _when_free(self, when: Callable[[], float]) -> float:
        return float("inf") if len(self._calls) >= MAX_IN_FLIGHT else when()

    def _next_due(self) -> float:
        return self._next()[0]

    def _next(self) -> tuple[float, Source | None]:
        """When the next call is to be made, and for which source."""
        source = min(self.sources.values(), key=Source.next_due, default=None)
        if source is None or (due := source.next_due()) == float("inf"):
            return float("inf"), None
        return min(due, max(source.held, _most_due(source).soonest(self.backpressure.factor))), source

    async def _next_call(self) -> None:
        async with self._limit.turn:
            gate = self._caller.gate(self.quota, await self._limit.due(self.sources.values()))
            now = self._loop.time()
            due, source = self._next()
            pool = None if source is None or due > now else _most_due(source)
            if pool is not None:
                pool.rotation.pace = self.pace.factor
            call = None if pool is None else pool.take(now, self.backpressure.factor)
            if source is None or pool is None or call is None:
                gate.left()
                return
            self.pace.take(now)
            self._spawn(self._caller.make(source, pool, call, now, gate), source)
            self._answered += (len(call.jobs) - self._answered) / 10
            if self.backpressure.update(call.pressed, call.worth, now):
                self._tell_backpressure()

    def _tell_backpressure(self) -> None:
        jobs = sum(len(pool.jobs) for source in self.sources.values() for pool in source.pools.values())
        names = ", ".join(sorted({source.name for source in self.sources.values()}))
        log.info(
            "%s of %s: quota is short (one call every %.3g s): each of %d jobs is polled about every %.0f s, "
            "those that are about to end more often",
            *(self.quota.name, names, self.pace.spacing, jobs, jobs / self._answered * self.pace.spacing),
        )

    def _next_probe(self, quota: Quota) -> tuple[float, Source | None, WaitedPool | None]:
        """When a probe out of that quota is to be made, and for which jobs."""
        due: tuple[float, Source | None, WaitedPool | None] = (float("inf"), None, None)
        for source in self.sources.values():
            for pool in source.pools.values():
                if pool.probes is not None and probe_quota(pool.kind) == quota:
                    due = min(due, (source.next_probe(pool.probes), source, pool), key=lambda found: found[0])
        return due

    async def _make_probe(self, limit: Limit) -> None:
        async with limit.turn:
            gate = self._caller.gate(limit.quota, await limit.due(self.sources.values()))
            now = self._loop.time()
            due, source, pool = self._next_probe(limit.quota)
            probes = pool.probes if pool is not None and due <= now else None
            call = None if probes is None else probes.take(now)
            if source is None or pool is None or call is None:
                gate.left()
                return
            limit.pace.take(now)
            self._spawn(self._caller.make(source, pool, call, now, gate), source)

    def _spawn(self, work: Coroutine[Any, Any, None], source: Source | None = None) -> None:
        task = self._loop.create_task(work, context=Context())
        self._calls[task] = source
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._calls[task]
        self._woken.set()


def _most_due(source: Source) -> WaitedPool:
    return min(source.pools.values(), key=Pool.next_due)
