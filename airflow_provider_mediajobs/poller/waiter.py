# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One wait, for one job or for several, as the trigger sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from types import TracebackType
from typing import Protocol, Self

from ..core.errors import MediaJobsError, Throttled
from ..core.job import JobRef, JobSnapshot, WaitReport
from ..core.kind import Answer

REST_S = 600.0
"""For which a wait hears nothing at most: at looks it compares the machine's clock with the loop's, and what differs by
seconds at once is a step, but not what differs after hours."""


class LaneHandle(Protocol):
    """A wait's place in a lane."""

    def look_by(self, subscription: Subscription, moment: float) -> None:
        """Let no look at this job be later, as far as the quota allows."""
        ...

    def leave(self, subscription: Subscription) -> Awaitable[None] | None:
        """Look at this job no more. What it answers is to be awaited: the lane closes."""
        ...


class Subscription:
    """Where a lane tells a wait of one of its jobs.

    Told are snapshots, ``None`` where the vendor shows no such job, errors that no later look will cure. Throttles,
    blips and outages are no news; the newest of them is kept as ``trouble``. Each sort of outage is told once, so that
    the task's log can say why no news comes. What says the same as before wakes nobody, where the wait has said so:
    most looks do.

    :param ref: the job.
    :param waiter: of the wait.
    :ivar known: what need not be told again,
    :ivar until: before this time of the loop's clock; 0 until a look has told it once more.
    :ivar again: the newest look that said the same, not asked for so far: what it said, the request id of its answer,
        and when that was by the loop's clock.
    """

    __slots__ = ("again", "fresh", "known", "news", "ref", "trouble", "until", "waiter")

    def __init__(self, ref: JobRef, waiter: Waiter) -> None:
        self.ref = ref
        self.waiter = waiter
        self.trouble: MediaJobsError | None = None
        self.news: Answer | None = None
        self.fresh = False
        self.known: JobSnapshot | None = None
        self.again: tuple[JobSnapshot, str | None, float] | None = None
        self.until = 0.0

    def tell(self, answer: Answer | None) -> None:
        """A look has learnt something."""
        self.trouble = None
        known = self.known
        if known is not None and not self.fresh and isinstance(answer, JobSnapshot) and known.says_as_much_as(answer):
            now = asyncio.get_running_loop().time()
            self.until = self.until or now + REST_S
            if now < self.until:
                self.again = (known, answer.request_id, now)
                return
        self.known = None
        self.news, self.fresh = answer, True
        self.waiter.wake()

    def stumble(self, error: MediaJobsError) -> None:
        """A look has brought no news."""
        known = isinstance(self.trouble, type(error)) or isinstance(error, Throttled)
        if error.retryable and not known and not self.fresh:
            self.tell(error)
        self.trouble = error

    def take(self) -> Answer | None:
        """The news, which is none any more."""
        news, self.news, self.fresh = self.news, None, False
        return news


class Waiter:
    """Tells what looks learn about the jobs of one wait.

    Use it as a context, or close it. It decides nothing, and goes on until it is closed::

        async with poller().watch(refs, account, read_account) as waiter:
            while ...:
                history = asked.after(history, await waiter.next(), now())

    :param refs: the jobs.
    :param first: nothing is told before this time of the loop's clock.
    :param handle: its place in the lane.
    """

    __slots__ = ("_first", "_handle", "_left", "_woken", "report", "subscriptions")

    def __init__(self, refs: Iterable[JobRef], first: float, handle: LaneHandle) -> None:
        self.report = WaitReport()
        self.subscriptions = {ref: Subscription(ref, self) for ref in refs}
        self._first = first
        self._handle = handle
        self._left = False
        self._woken: asyncio.Future[None] | None = None

    async def next(self) -> dict[JobRef, Answer | None]:
        """What the newest looks learnt that has not been told yet; waits for some. Older news is passed over."""
        loop = asyncio.get_running_loop()
        if (early := self._first - loop.time()) > 0:
            await asyncio.sleep(early)
        while not (fresh := [subscription for subscription in self.subscriptions.values() if subscription.fresh]):
            self._woken = loop.create_future()
            try:
                await self._woken
            finally:
                self._woken = None
        return {subscription.ref: subscription.take() for subscription in fresh}

    def known(self, ref: JobRef, snapshot: JobSnapshot) -> None:
        """Looks that tell the same of this job as this one wake nobody, for a while."""
        subscription = self.subscriptions[ref]
        subscription.known, subscription.until = snapshot, 0.0

    def listen(self) -> None:
        """Let every look tell again, whatever it says."""
        for subscription in self.subscriptions.values():
            subscription.known = None

    def again(self) -> dict[JobRef, tuple[JobSnapshot, float]]:
        """What looks have told once more since they were last asked for, without a word: and how many seconds ago."""
        found = {}
        for ref, subscription in self.subscriptions.items():
            if subscription.again is not None:
                (snapshot, request_id, at), subscription.again = subscription.again, None
                found[ref] = (snapshot.answered_by(request_id), asyncio.get_running_loop().time() - at)
        return found

    def wake(self) -> None:
        """Called by a subscription that has news."""
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    @property
    def trouble(self) -> dict[JobRef, MediaJobsError]:
        """What the newest look at each job has met, where it brought no news."""
        return {
            ref: subscription.trouble
            for ref, subscription in self.subscriptions.items()
            if subscription.trouble is not None
        }

    def look_by(self, ref: JobRef, moment: float) -> None:
        """A limit of the wait passes then, by the loop's clock; only a look can tell whether it is real."""
        self._handle.look_by(self.subscriptions[ref], moment)

    async def drop(self, ref: JobRef) -> None:
        """Nothing more is wanted of this job."""
        if (closing := self._handle.leave(self.subscriptions.pop(ref))) is not None:
            await closing

    async def aclose(self) -> None:
        """Stop waiting. The last one of a lane closes it and its connections. Closing twice does no harm."""
        closings = (
            [] if self._left else [self._handle.leave(subscription) for subscription in self.subscriptions.values()]
        )
        self._left = True  # the subscriptions stay: what was in the way last is asked for afterwards
        for closing in closings:
            if closing is not None:
                await closing

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
