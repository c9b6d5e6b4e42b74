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
from collections.abc import Callable, Coroutine, Iterable
from contextvars import Context
from datetime import datetime
from typing import Any, TypeVar

from ..core.account import Account
from ..core.errors import MediaJobsError
from ..core.kind import Exchange, Quota
from ..quotas.shared import Slot
from ..vendors import kind as kind_of
from .backpressure import Backpressure
from .batch import CallKind, Pool
from .pace import Pace
from .results import Results, count
from .schedule import Schedule
from .share import Gate, Share
from .source import Source, WaitedCall, WaitedJob, WaitedPool
from .waiter import Subscription

T = TypeVar("T")

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
    :param pace: its spacing; outlives the lane.
    :param now: the clock of signatures and of the vendor's times.
    :param forget: takes the lane out of the map; called before anything is awaited.
    :param share: of the limit, where other processes take theirs.
    """

    def __init__(
        self,
        quota: Quota,
        pace: Pace,
        now: Callable[[], datetime],
        forget: Callable[[Lane], None],
        share: Share | None = None,
    ) -> None:
        self.quota = quota
        self.pace = pace
        self.backpressure = Backpressure()
        self.sources: dict[object, Source] = {}
        self._forget = forget
        self._share = share
        self._loop = asyncio.get_running_loop()
        self._results = Results(pace, self.backpressure, self._loop.time, now)
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self._calls: dict[asyncio.Task[None], Source | None] = {}
        self._joined = 0
        self._answered = 1.0  # jobs that a call answers for, of late
        self._closing = False
        # A fresh context: in that of the trigger which came first, the lane's lines would go to its task's log.
        self._runner = self._loop.create_task(self._run(), name=f"mediajobs lane {quota.name}", context=Context())

    # --- who waits ----------------------------------------------------------------------------------------------

    def join(self, key: object, source: Source, subscription: Subscription, interval: float, first: float) -> None:
        """One more waits, for a job that others may wait for already.

        :param key: of the source, in ``sources``.
        :param interval: the widest gap it wants.
        :param first: no look before this time.
        """
        source = self.sources.setdefault(key, source)
        pool = source.pool(kind_of(subscription.ref.kind))
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
        elif not source.pools:
            del self.sources[key]
            self._spawn(self._discard(source))

    @property
    def empty(self) -> bool:
        """Whether the last who waited has gone."""
        return not any(source.pools for source in self.sources.values())

    async def closed(self) -> None:
        """Wait until the last task and connection are gone. A cancelled wait disturbs nothing."""
        await asyncio.wait([self._runner])

    # --- the runner ---------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while True:
                try:
                    await self._something_due()
                    await self._next_call()
                except (Exception, SystemExit) as error:  # noqa: BLE001 - it must not end the waits of all
                    self._results.unforeseen(f"the lane of {self.quota.name}", error)
                    await asyncio.sleep(AGAIN_S)
                    self._put_back_all()
        finally:
            await self._close()

    async def _close(self) -> None:
        self._closing = True
        self._forget(self)
        for source in self.sources.values():
            self._spawn(self._discard(source))
        await asyncio.wait(self._calls)

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

    async def _something_due(self) -> None:
        while (due := self._next_due()) > self._loop.time():
            self._woken.clear()
            alarm = self._loop.call_at(due, self._woken.set) if due < float("inf") else None
            try:
                await self._woken.wait()
            finally:
                if alarm is not None:
                    alarm.cancel()

    def _next_due(self) -> float:
        return float("inf") if len(self._calls) >= MAX_IN_FLIGHT else self._next()[0]

    def _next(self) -> tuple[float, Source | None]:
        """When the next call is to be made, and for which source."""
        source = min(self.sources.values(), key=Source.next_due, default=None)
        if source is None or (due := source.next_due()) == float("inf"):
            return float("inf"), None
        return min(due, max(source.held, _most_due(source).soonest(self.backpressure.factor))), source

    async def _next_call(self) -> None:
        async with self._turn:
            gate = Gate(await self._paced(), self.another)
            now = self._loop.time()
            due, source = self._next()
            pool = None if source is None or due > now else _most_due(source)
            if pool is not None:
                pool.rotation.pace = self.pace.factor
            call = None if pool is None else pool.take(now, self.backpressure.factor)
            if source is None or pool is None or call is None:
                gate.unused()
                return
            self.pace.take(now)
            self._spawn(self._make(source, pool, call, now, gate), source)
            self._answered += (len(call.jobs) - self._answered) / 10
            if self.backpressure.felt(call.pressed, call.worth, now):
                self._tell_backpressure()

    def _tell_backpressure(self) -> None:
        jobs = sum(len(pool.jobs) for source in self.sources.values() for pool in source.pools.values())
        names = ", ".join(sorted({source.name for source in self.sources.values()}))
        log.info(
            "%s of %s: quota is short (one call every %.3g s): each of %d jobs is polled about every %.0f s, "
            "those that are about to end more often",
            *(self.quota.name, names, self.pace.spacing, jobs, jobs / self._answered * self.pace.spacing),
        )

    async def _paced(self) -> Slot | None:
        """Wait for the time of the next call; and for its place, where processes share the limit."""
        calls = min(source.limit(self.quota) for source in self.sources.values())
        self.pace.limit(calls, self.quota.seconds)
        while (wait := self.pace.wait(self._loop.time())) > 0:  # noqa: ASYNC110 - it waits for a time, not for an event
            await asyncio.sleep(wait)
        if self._share is None:
            return None
        return await self._share.take(calls, max(source.timeout for source in self.sources.values()))

    def _spawn(self, work: Coroutine[Any, Any, None], source: Source | None = None) -> None:
        task = self._loop.create_task(work, context=Context())
        self._calls[task] = source
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._calls[task]
        self._woken.set()

    def _put_back(self, pool: WaitedPool, jobs: Iterable[WaitedJob]) -> None:
        for job in jobs:
            try:
                pool.push(job, self.backpressure.factor)
            except Exception as error:  # noqa: BLE001 - one job's numbers must not lose the others
                self._results.unforeseen(f"the next look at {job.ref}", error)
                pool.postpone(job, self._loop.time() + job.schedule.interval)

    def _put_back_all(self) -> None:
        """What was taken out of a pool's order when something broke."""
        for source in self.sources.values():
            for pool in source.pools.values():
                self._put_back(pool, [job for job in pool if not job.busy])

    # --- one call -----------------------------------------------------------------------------------------------

    async def _make(self, source: Source, pool: WaitedPool, call: WaitedCall, sent: float, gate: Gate) -> None:
        source.in_flight += 1
        try:
            await self._ask(source, pool, call, sent, gate)
        except MediaJobsError as error:
            self._results.failed(source, pool, call, error, sent)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it must not end the waits of others
            self._results.broken(source, pool, call, error, sent)
        finally:
            gate.left()
            source.in_flight -= 1
            count(call.jobs, gate.report)
            self._put_back(pool, call.jobs)

    async def _ask(self, source: Source, pool: WaitedPool, call: WaitedCall, sent: float, gate: Gate) -> None:
        kind, results = pool.kind, self._results

        async def ask(exchange: Callable[[Account], Exchange[T]]) -> T:
            return await source.ask(exchange, gate.passed, gate.report, self._loop.time())

        if call.kind is CallKind.PROBE and (probe := kind.probe) is not None:
            created = {job.ref: job.created for job in call.jobs}
            results.probed(call, await ask(lambda account: probe(account, created)), sent)
        elif call.kind is CallKind.PAGE and (read := kind.read_page) is not None:
            wanted = list(pool.jobs)
            results.paged(pool, call, await ask(lambda account: read(account, call.offset, wanted)), sent)
        else:
            results.answered(pool, call, await ask(lambda account: kind.look(account, call.refs)), sent)

    async def another(self) -> Slot | None:
        """A request that follows up within an exchange takes its own place in the pace."""
        async with self._turn:
            slot = await self._paced()
            self.pace.take(self._loop.time())
            return slot


def _most_due(source: Source) -> WaitedPool:
    return min(source.pools.values(), key=Pool.next_due)
