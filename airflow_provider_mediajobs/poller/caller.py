# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Makes the calls of one lane, and passes their answers or errors to the jobs that they were about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, ValuesView
from datetime import datetime
from typing import TypeVar

from ..core.account import Account
from ..core.errors import MediaJobsError
from ..core.http import HttpRequest
from ..core.kind import Exchange, Quota
from ..quotas.shared import Slot
from .backpressure import Backpressure
from .batch import CallKind
from .limit import Limits
from .results import Results, count
from .share import Gate
from .source import Source, WaitedCall, WaitedJob, WaitedPool

T = TypeVar("T")


class Caller:
    """Makes the calls of one lane.

    :param quota: the quota of its looks.
    :param limits: the limits of its account.
    :param backpressure: the lane's.
    :param sources: returns the lane's sources.
    :param now: the clock that vendors' times are compared with.
    """

    def __init__(
        self,
        quota: Quota,
        limits: Limits,
        backpressure: Backpressure,
        sources: Callable[[], ValuesView[Source]],
        now: Callable[[], datetime],
    ) -> None:
        self._quota = quota
        self._limits = limits
        self._backpressure = backpressure
        self._sources = sources
        self._now = now
        self._time = asyncio.get_running_loop().time
        self._told: set[str] = set()
        self._results: dict[str, Results] = {}

    def gate(self, quota: Quota, slot: Slot | None) -> Gate:
        """Make the gate that lets the requests of one exchange through.

        :param quota: the quota that one request has been counted against already.
        :param slot: that request's slot, if processes share the limit.
        """
        return Gate(quota.name, slot, self._counted, self._another)

    def _counted(self, request: HttpRequest) -> str:
        """Return the name of the quota that a request counts against: that of looks, if it names no known one."""
        return request.product if self._limits.knows(request.product) else self._quota.name

    async def _another(self, name: str) -> tuple[Slot | None, float]:
        """Wait until a further request of an exchange may be sent, and count it.

        :param name: the name of its quota.
        :returns: its slot, if processes share the limit, and the time.
        """
        limit = self._limits.named(name)
        async with limit.turn:
            slot = await limit.due(self._sources())
            now = self._time()
            limit.pace.take(now)
            return slot, now

    def results(self, name: str) -> Results:
        """Return the handler of answers and errors.

        :param name: the name of the quota whose pace adapts to them.
        """
        if name not in self._results:
            pace = self._limits.named(name).pace
            self._results[name] = Results(pace, self._backpressure, self._time, self._now, self._told)
        return self._results[name]

    def unforeseen(self, what: str, error: BaseException) -> None:
        """Log an unexpected error; see :meth:`.results.Results.unforeseen`."""
        self.results(self._quota.name).unforeseen(what, error)

    def put_back(self, pool: WaitedPool, jobs: Iterable[WaitedJob]) -> None:
        """Put jobs into their pool's order, with new due times; they are part of no call any more."""
        for job in jobs:
            try:
                pool.push(job, self._backpressure.factor)
            except Exception as error:  # noqa: BLE001 - an error with one job must not affect the others
                self.unforeseen(f"the next look at {job.ref}", error)
                pool.postpone(job, self._time() + job.schedule.interval)

    def put_back_all(self) -> None:
        """Put all jobs that are part of no call into the order, since an error may have left some out of it."""
        for source in self._sources():
            for pool in source.pools.values():
                self.put_back(pool, [job for job in pool if not job.busy])

    async def make(self, source: Source, pool: WaitedPool, call: WaitedCall, sent: float, gate: Gate) -> None:
        """Make a call, handle its answer or error, and put its jobs into the order again, whatever happens.

        :param sent: the time, by the loop's clock.
        :param gate: lets its requests through.
        """
        source.in_flight += 1
        try:
            await self._ask(source, pool, call, sent, gate)
            # Kinds with groups have wide limits: shorter round trips would cost them many calls, for little.
            if not pool.kind.group_by:
                pool.rotation.answered(len(call.jobs), gate.report.calls)
        except MediaJobsError as error:
            self.results(gate.newest).failed(source, pool, call, error, _sent(gate, sent))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - an error in one call must not end the lane's waits
            self.results(gate.newest).broken(source, pool, call, error, _sent(gate, sent))
        finally:
            gate.left()
            for name in gate.passed_by[:-1]:  # a request is sent only after those before it were answered
                self._limits.named(name).pace.good(self._time(), sent)
            for name in gate.passed_by:
                self._limits.named(name).answered()
            source.in_flight -= 1
            count(call.jobs, gate.report)
            self.put_back(pool, call.jobs)

    async def _ask(self, source: Source, pool: WaitedPool, call: WaitedCall, sent: float, gate: Gate) -> None:
        kind = pool.kind

        async def ask(exchange: Callable[[Account], Exchange[T]]) -> T:
            return await source.ask(exchange, gate.passed, gate.report, self._time())

        if call.kind is CallKind.PROBE and (probe := kind.probe) is not None:
            created = {job.ref: job.created for job in call.jobs}
            running = await ask(lambda account: probe(account, created))
            self.results(gate.newest).probed(pool, call, running, _sent(gate, sent))
        elif call.kind is CallKind.PAGE and (read := kind.read_page) is not None:
            wanted = list(pool.jobs)
            page = await ask(lambda account: read(account, call.offset, wanted))
            self.results(gate.newest).paged(pool, call, page, _sent(gate, sent))
        else:
            answers = await ask(lambda account: kind.look(account, call.refs))
            self.results(gate.newest).answered(pool, call, answers, _sent(gate, sent))


def _sent(gate: Gate, sent: float) -> float:
    """Return when the newest request of an exchange was let through, which may be long after the call began.

    :param sent: when the call began.
    """
    return sent if gate.sent is None else gate.sent
