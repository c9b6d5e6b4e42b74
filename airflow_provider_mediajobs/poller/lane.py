# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Runs the calls that count against one account's quota. The asyncio part: other modules decide what and when to ask.

One task sleeps until a look is due and the pace allows a call, packs the call only then, and starts it in a task of its
own, so that a call that hangs delays no other. An error of the network leads to a later look.
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
from .caller import Caller
from .limit import Limit, Limits
from .rounds import Rounds
from .schedule import Schedule
from .source import Source, WaitedCall, WaitedPool, probe_quota
from .tracked_job import TrackedJob
from .waiter import Subscription

ERROR_PAUSE_S = 1.0
"""Seconds for which a lane pauses after an unexpected error."""

CLOSE_S = 5.0
"""Seconds that closing a source's network connections may take."""

MAX_IN_FLIGHT = 64
"""The most calls under way at a time: enough for the widest quota even if answers take five seconds."""

FEW_JOBS = 30
"""Up to so many jobs share the two calls of a pair, though none is due. Of more, some are due nearly always."""

log = logging.getLogger(__name__)


class Lane:
    """All waits on one account's quota, and the tasks that make their calls.

    It closes itself when the last wait has left. Methods take times by the loop's clock.

    :param quota: the quota of looks; ``limits``: the limits of the account.
    :param now: the clock that dates requests and that vendors' times are compared with.
    :param forget: removes the lane from the poller. It is called before the lane awaits anything while it closes, so
        that no wait can join it any more.
    :ivar sources: by the key that :meth:`join` is given.
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
        self._rounds = Rounds()
        self._forget = forget
        self._loop = asyncio.get_running_loop()
        self._caller = Caller(quota, limits, self.backpressure, self.sources.values, now)
        self._woken = asyncio.Event()
        self._calls: dict[asyncio.Task[None], Source | None] = {}
        self._joined = 0
        self._answered = 1.0  # jobs in a call: an average of the newest calls
        self._closing = False
        self._probers: dict[str, asyncio.Task[None]] = {}  # the tasks that make probes, by the name of their own quota
        self._runner = self._started(self._serve(), quota)

    def _started(self, work: Coroutine[Any, Any, None], quota: Quota) -> asyncio.Task[None]:
        # A new context: in that of the trigger that joins, the lane's log lines would go to that trigger's task.
        return self._loop.create_task(work, name=f"mediajobs lane {quota.name}", context=Context())

    # --- the waits ----------------------------------------------------------------------------------------------

    def join(self, key: object, source: Source, subscription: Subscription, interval: float, first: float) -> None:
        """Add a subscription to a job. If other waits have subscribed to the job, they share its looks.

        :param key: identifies the connection in ``sources``.
        :param source: used if there is none with this key yet.
        :param subscription: is told what looks bring.
        :param interval: the widest gap between two looks in seconds.
        :param first: no look before this time, if the job is new to the lane.
        """
        source = self.sources.setdefault(key, source)
        pool = source.pool(kind_of(subscription.ref.kind), self._rounds)
        self._probe_apart(pool)
        job = pool.jobs.get(subscription.ref)
        if job is None:
            self._joined += 1
            job = TrackedJob(
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
        """Let the next look at a job be at ``moment`` at the latest, as far as the quota allows."""
        pool = self.sources[key].pool(kind_of(subscription.ref.kind))
        job = pool.jobs[subscription.ref]
        job.schedule.wanted_by(moment)
        if not job.busy:
            pool.push(job, self.backpressure.factor)
            self._woken.set()

    def leave(self, key: object, subscription: Subscription) -> None:
        """Remove a subscription. After the last one the lane closes itself."""
        source = self.sources[key]
        pool = source.pool(kind_of(subscription.ref.kind))
        job = pool.jobs[subscription.ref]
        job.subscriptions.remove(subscription)
        if job.subscriptions:
            return
        pool.remove(job)
        if not pool.jobs:
            del source.pools[pool.kind.name]
        if self._closing:  # to cancel the runner again would interrupt the closing
            return
        if self.empty:
            self._closing = True
            self._forget(self)
            self._runner.cancel()
            self._cancel_probers()  # a runner that is cancelled before it has begun does not close the lane itself
        elif not source.pools:
            del self.sources[key]
            self._spawn(self._discard(source))

    @property
    def empty(self) -> bool:
        """Whether the last subscription has been removed."""
        return not any(source.pools for source in self.sources.values())

    async def closed(self) -> None:
        """Wait until all tasks have ended and all network connections are closed. It may be cancelled safely."""
        await asyncio.wait([self._runner, *self._probers.values()])

    # --- the tasks ----------------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        try:
            await self._run(lambda: self._next()[0], self._next_call)
        finally:
            await self._close()

    def _probe_apart(self, pool: WaitedPool) -> None:
        """Start the task that makes a kind's probes, if they have their own quota and it is not running."""
        quota = probe_quota(pool.kind)
        if quota is None or quota.name in self._probers:
            return
        limit = self.limits.of(quota)
        work = self._run(lambda: self._next_probe(quota)[0], lambda: self._make_probe(limit))
        self._probers[quota.name] = self._started(work, quota)

    async def _run(self, due: Callable[[], float], call: Callable[[], Awaitable[None]]) -> None:
        """Make calls until it is cancelled.

        :param due: returns when the next call is due.
        :param call: makes it.
        """
        while True:
            try:
                await self._something_due(due)
                await call()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - an unexpected error must not end the lane's waits
                self._caller.unforeseen(f"the lane of {self.quota.name}", error)
                await asyncio.sleep(ERROR_PAUSE_S)
                self._caller.put_back_all()

    async def _close(self) -> None:
        """End all calls, and close the network connections of all sources."""
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
        """End the calls of a source, and close its network connections."""
        calls = [call for call, of in self._calls.items() if of is source]
        for call in calls:
            call.cancel()
        if calls:
            await asyncio.wait(calls)
        try:
            async with asyncio.timeout(CLOSE_S):
                await source.aclose()
        except Exception as error:  # noqa: BLE001 - no wait depends on it any more
            log.warning("network connections of %s could not be closed (%s)", source.name, type(error).__name__)

    async def _something_due(self, when: Callable[[], float]) -> None:
        """Sleep until ``when()`` has come, which is asked again whenever jobs or calls change."""
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

    def _next(self) -> tuple[float, Source | None, WaitedPool | None]:
        """Return when the next call is due, for which source, and about jobs of which pool."""
        next_call: tuple[float, Source | None, WaitedPool | None] = (float("inf"), None, None)
        for each in self.sources.values():
            due, pool = each.next_look()
            if due < next_call[0]:
                next_call = due, each, pool
        due, source, pool = next_call
        if source is None or pool is None:
            return next_call
        early = len(pool.jobs) <= FEW_JOBS and self.pace.ends_pair(self._loop.time())
        return min(due, max(source.held, pool.soonest(self.backpressure.factor, early=early))), source, pool

    async def _next_call(self) -> None:
        """Wait for the pace, and start the call that is due by then, if there still is one."""
        async with self._limit.turn:
            gate = self._caller.gate(self.quota, await self._limit.due(self.sources.values()))
            now = self._loop.time()
            due, source, pool = self._next()
            self._rounds.slowed(self.pace.factor)
            call = None if pool is None or due > now else self._taken(pool, now)
            if source is None or pool is None or call is None:
                gate.left()
                return
            self.pace.take(now)
            self._spawn(self._caller.make(source, pool, call, now, gate), source)
            self._answered += (len(call.jobs) - self._answered) / 10
            if self.backpressure.update(call.pressed, call.worth, now):
                self._log_backpressure()

    def _taken(self, pool: WaitedPool, now: float) -> WaitedCall | None:
        """Take the next call out of a pool. If it is one of a pair, few jobs share that."""
        few = len(pool.jobs) <= FEW_JOBS
        early, half = few and self.pace.ends_pair(now), few and self.pace.halves(now)
        return pool.take(now, self.backpressure.factor, early=early, half=half)

    def _log_backpressure(self) -> None:
        jobs = sum(len(pool.jobs) for source in self.sources.values() for pool in source.pools.values())
        names = ", ".join(sorted({source.name for source in self.sources.values()}))
        log.info(
            "%s of %s: quota is short (one call every %.3g s): each of %d jobs is polled about every %.0f s, "
            "those that are about to end more often",
            *(self.quota.name, names, self.pace.spacing, jobs, jobs / self._answered * self.pace.spacing),
        )

    def _next_probe(self, quota: Quota) -> tuple[float, Source | None, WaitedPool | None]:
        """Return when the next probe that counts against a quota of its own is due, with its source and pool."""
        due: tuple[float, Source | None, WaitedPool | None] = (float("inf"), None, None)
        for source in self.sources.values():
            for pool in source.pools.values():
                if pool.probes is not None and probe_quota(pool.kind) == quota:
                    due = min(due, (source.next_probe(pool.probes), source, pool), key=lambda found: found[0])
        return due

    async def _make_probe(self, limit: Limit) -> None:
        """Wait for the pace of the probes' quota, and start the probe that is due by then, if there still is one."""
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
