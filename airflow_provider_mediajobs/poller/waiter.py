# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The trigger's side of the poller: hands a wait what the poller learns of its jobs.

Most looks bring nothing new. A wait may say what it already knows of a job; looks that bring the same then do not wake
it, so that many waits cost little CPU time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from types import TracebackType
from typing import Protocol, Self

from ..core.errors import MediaJobsError, Throttled
from ..core.job import JobRef, JobSnapshot, WaitReport
from ..core.kind import Answer

LONGEST_SILENCE_S = 600.0
"""Seconds after which a look wakes its wait even if it brings nothing new. A wait that is woken compares the machine's
clock with the loop's to notice when the former is set; after hours without that, drift would look like a step."""


class LaneHandle(Protocol):
    """What a wait may ask of its lane."""

    def look_by(self, subscription: Subscription, moment: float) -> None:
        """Let the next look at this job be at ``moment`` at the latest, as far as the quota allows."""
        ...

    def leave(self, subscription: Subscription) -> Awaitable[None] | None:
        """End a subscription. If it was the lane's last, return an awaitable that ends when the lane has closed."""
        ...


class Subscription:
    """One wait's subscription to one job: the lane writes what looks bring, the waiter reads it.

    News is a snapshot of the job, ``None`` if the vendor shows no such job, or an error that no later look will cure.
    Retryable errors are no news, and the newest of them is kept as ``trouble``; but the first of each type (a throttle
    excepted) is told like news, so that the task's log can say why there is none.

    :param ref: the job.
    :param waiter: the waiter to wake.
    :ivar trouble: the error of the newest look, if it brought no news.
    :ivar news: the newest news.
    :ivar fresh: whether it has not been taken yet.
    :ivar known: the snapshot that the wait knows already: a look that brings the same does not wake it,
    :ivar until: before this time of the loop's clock, which is set at the first such look; 0 before that.
    :ivar again: the newest look that brought the same and has not been read yet: the snapshot, the request id of the
        answer, and its time by the loop's clock.
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
        """Hand over what a look brought."""
        self.trouble = None
        known = self.known
        if known is not None and not self.fresh and isinstance(answer, JobSnapshot) and known.says_as_much_as(answer):
            now = asyncio.get_running_loop().time()
            self.until = self.until or now + LONGEST_SILENCE_S
            if now < self.until:
                self.again = (known, answer.request_id, now)
                return
        self.known = None
        self.news, self.fresh = answer, True
        self.waiter.wake()

    def tell_trouble(self, error: MediaJobsError) -> None:
        """Hand over the error of a look that brought no news."""
        known = isinstance(self.trouble, type(error)) or isinstance(error, Throttled)
        if error.retryable and not known and not self.fresh:
            self.tell(error)
        self.trouble = error

    def take(self) -> Answer | None:
        """Return the news, and forget it."""
        news, self.news, self.fresh = self.news, None, False
        return news


class Waiter:
    """One wait for one job or several: returns what looks bring, until it is closed.

    It does not decide whether the wait has ended. Use it as an asynchronous context manager, or close it::

        async with poller().watch(refs, account, read_account) as waiter:
            while ...:
                history = spec.after(history, await waiter.next(), now())

    :param refs: the jobs.
    :param first: :meth:`next` returns nothing before this time of the loop's clock.
    :param handle: the lane that looks at the jobs.
    :ivar report: counts the looks and calls that the wait had a part in.
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
        """Wait until there is news, and return the newest of each job that has some."""
        loop = asyncio.get_running_loop()
        while not (fresh := self._fresh()):
            self._woken = loop.create_future()
            try:
                await self._woken
            finally:
                self._woken = None
        # Only now, since looks begin no sooner, except at jobs of other waits: most waits need no timer of their own.
        if (early := self._first - loop.time()) > 0:
            await asyncio.sleep(early)
            fresh = self._fresh()
        return {subscription.ref: subscription.take() for subscription in fresh}

    def _fresh(self) -> tuple[Subscription, ...]:
        # A tuple: all waits that sleep hold an empty one, which is one object for all of them.
        return tuple(subscription for subscription in self.subscriptions.values() if subscription.fresh)

    def known(self, ref: JobRef, snapshot: JobSnapshot) -> None:
        """Do not wake the wait for looks that bring the same as this snapshot, for ``LONGEST_SILENCE_S`` seconds."""
        subscription = self.subscriptions[ref]
        subscription.known, subscription.until = snapshot, 0.0

    def listen(self) -> None:
        """Wake the wait for every look again, even if it brings nothing new."""
        for subscription in self.subscriptions.values():
            subscription.known = None

    def again(self) -> dict[JobRef, tuple[JobSnapshot, float]]:
        """Return the looks since the last call that brought what is known already and did not wake the wait.

        :returns: for each job with such looks, the snapshot with the newest request id, and its age in seconds.
        """
        found = {}
        for ref, subscription in self.subscriptions.items():
            if subscription.again is not None:
                (snapshot, request_id, at), subscription.again = subscription.again, None
                found[ref] = (snapshot.answered_by(request_id), asyncio.get_running_loop().time() - at)
        return found

    def wake(self) -> None:
        """Let :meth:`next` go on, since a subscription has news."""
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    @property
    def trouble(self) -> dict[JobRef, MediaJobsError]:
        """The errors of the jobs whose newest look brought no news."""
        return {
            ref: subscription.trouble
            for ref, subscription in self.subscriptions.items()
            if subscription.trouble is not None
        }

    def look_by(self, ref: JobRef, moment: float) -> None:
        """Let the next look at a job be at ``moment`` of the loop's clock at the latest, as far as the quota allows.

        A limit of the wait expires then, and only a look can tell whether the job has not moved on meanwhile.
        """
        self._handle.look_by(self.subscriptions[ref], moment)

    async def drop(self, ref: JobRef) -> None:
        """Stop waiting for one of the jobs. If it was the last of its lane, this waits until the lane has closed."""
        if (closing := self._handle.leave(self.subscriptions.pop(ref))) is not None:
            await closing

    async def aclose(self) -> None:
        """Stop waiting. The last wait of a lane closes it, and waits until that is done. Closing twice does no harm."""
        closings = (
            [] if self._left else [self._handle.leave(subscription) for subscription in self.subscriptions.values()]
        )
        self._left = True  # the subscriptions stay: the last trouble is read after closing
        for closing in closings:
            if closing is not None:
                await closing

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
