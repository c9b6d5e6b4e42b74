"""One wait, as the trigger sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..core.errors import MediaJobsError, Throttled
from ..core.job import JobRef, WaitReport
from ..core.kind import Answer

if TYPE_CHECKING:
    from collections.abc import Awaitable


class Waiter:
    """Tells what looks learn about one job.

    That is: snapshots, ``None`` where the vendor shows no such job, errors that no later look will cure. Throttles,
    blips and outages are no news; the newest of them is kept as ``trouble``. Each sort of outage is told once, so that
    the task's log can say why no news comes.

    Use it as a context, or close it. It decides nothing, and goes on until it is closed::

        async with poller().watch(ref, account, read_account) as waiter:
            async for answer in waiter:
                seen = seen.after(answer, now())
                ...

    :param ref: the job.
    :param first: nothing is told before this time of the loop's clock.
    :param leave: takes the waiter out of its lane.
    """

    __slots__ = ("_first", "_fresh", "_leave", "_news", "_woken", "ref", "report", "trouble")

    def __init__(self, ref: JobRef, first: float, leave: Callable[[Waiter], Awaitable[None] | None]) -> None:
        self.ref = ref
        self.report = WaitReport()
        self.trouble: MediaJobsError | None = None
        self._first = first
        self._leave = leave
        self._news: Answer | None = None
        self._fresh = False
        self._woken: asyncio.Future[None] | None = None

    async def next(self) -> Answer | None:
        """What the newest look learnt that has not been told yet; waits for one. Older news is passed over."""
        loop = asyncio.get_running_loop()
        if (early := self._first - loop.time()) > 0:
            await asyncio.sleep(early)
        while not self._fresh:
            self._woken = loop.create_future()
            try:
                await self._woken
            finally:
                self._woken = None
        news, self._news, self._fresh = self._news, None, False
        return news

    def tell(self, answer: Answer | None) -> None:
        """Called by the lane."""
        self._news, self._fresh = answer, True
        self.trouble = None
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    def stumble(self, error: MediaJobsError) -> None:
        """Called by the lane: a look brought no news."""
        known = isinstance(self.trouble, type(error)) or isinstance(error, Throttled)
        if error.retryable and not known and not self._fresh:
            self.tell(error)
        self.trouble = error

    async def aclose(self) -> None:
        """Stop waiting. The last waiter of a lane closes it and its connections. Closing twice does no harm."""
        leave, self._leave = self._leave, _gone
        if (closing := leave(self)) is not None:
            await closing

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Answer | None:
        return await self.next()


def _gone(_waiter: Waiter) -> None:
    """It has left already."""
