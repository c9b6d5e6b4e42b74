# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Calls granted by shared rate limits, for event loops and threads, also while the storage does not answer.

One thread of the process talks to the storage. A caller waits half a second at most for it; then calls are paced by the
vendor's answers, as without a storage, until a check in the background succeeds.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Protocol, TypeVar

from ..core.errors import NoCallLeft
from ..core.times import Monotonic
from .bucket import Bucket, Sort
from .script import GRANTED, REFUSED, WAIT
from .storage import CALL_S, OPTION, Storage

T = TypeVar("T")

AGAIN_S = 5.0
"""Seconds between two checks of a storage that does not answer."""

FOREVER_S = 3600.0

log = logging.getLogger(__name__)


class Line(Protocol):
    """Runs functions one after the other in another thread."""

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """:returns: the future of its result."""
        ...


class _Thread:
    """A daemon thread: it ends with the process, even while a name server does not answer."""

    def __init__(self) -> None:
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        Thread(target=self._run, name="mediajobs quota storage", daemon=True).start()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        self._work.put((future, work))
        return future

    def _run(self) -> None:
        while True:
            future, work = self._work.get()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                    future.set_exception(error)


class Slot:
    """One call that was granted."""

    __slots__ = ("_answered", "_bucket", "_call", "_shared")

    def __init__(self, shared: SharedQuotas, bucket: Bucket, call: str) -> None:
        self._shared, self._bucket, self._call = shared, bucket, call
        self._answered = False

    def answered(self) -> None:
        """The vendor has answered or the call has failed: it leaves the limit after a window."""
        if not self._answered:
            self._answered = True
            self._shared.tell(lambda storage: storage.answered(self._bucket, self._call))

    def unused(self) -> None:
        """The call will not be made."""
        self._answered = True
        self._shared.tell(lambda storage: storage.unused(self._bucket, self._call))


class SharedQuotas:
    """All limits in one storage.

    :param line: runs the storage's functions.
    :param clock: monotonic seconds.
    """

    def __init__(self, storage: Storage, line: Line | None = None, clock: Monotonic = time.monotonic) -> None:
        self._storage = storage
        self._line = line or _Thread()
        self._clock = clock
        self._lock = Lock()
        self._gone_since: float | None = None
        self._try_at = 0.0

    def take(
        self, bucket: Bucket, sort: Sort, flight: float, patience: float, sleep: Callable[[float], None] = time.sleep
    ) -> Slot | None:
        """Wait for a call, on a worker.

        :param flight: seconds that the call may take at most.
        :param patience: seconds to wait at most.
        :returns: the granted call; ``None`` where the storage does not answer, and the vendor's answers pace calls.
        :raises NoCallLeft: when none is granted in time.
        """
        call, left = uuid.uuid4().hex, patience
        while (answer := self._request(bucket, sort, call, flight, max(0.0, left))) is not None:
            try:
                decision, wait = answer.result(CALL_S)
            except Exception as error:  # noqa: BLE001  # whatever a client of Redis may raise
                self._lost(error)
                break
            if decision == REFUSED or (decision == WAIT and wait > left):
                raise NoCallLeft(
                    f"no call was left within {patience:g} s of the {bucket.calls} in {bucket.window:g} s that all "
                    f"processes share by {OPTION}; nothing was sent"
                )
            if wait > 0:
                sleep(wait)
            if decision == GRANTED:
                return Slot(self, bucket, call)
            left -= wait
        return None

    async def atake(
        self, bucket: Bucket, flight: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> Slot | None:
        """Wait for a look, in a triggerer, without a limit of time.

        :returns: as :meth:`take`.
        """
        call = uuid.uuid4().hex
        while (answer := self._request(bucket, Sort.LANE, call, flight, FOREVER_S)) is not None:
            try:
                async with asyncio.timeout(CALL_S):
                    decision, wait = await asyncio.wrap_future(answer)
            except Exception as error:  # noqa: BLE001  # whatever a client of Redis may raise
                self._lost(error)
                break
            if wait > 0:
                await sleep(wait)
            if decision == GRANTED:
                return Slot(self, bucket, call)
        return None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Secret parts of the storage's address, to be masked in logs."""
        return self._storage.address.secrets

    def tell(self, what: Callable[[Storage], None]) -> None:
        """Call a function of the storage without waiting for the result."""
        if self._is_there():
            self._line.submit(lambda: what(self._storage)).add_done_callback(self._told)

    # --- whether it is there --------------------------------------------------------------------------------------

    def _request(
        self, bucket: Bucket, sort: Sort, call: str, flight: float, patience: float
    ) -> Future[tuple[int, float]] | None:
        if not self._is_there():
            return None
        return self._line.submit(lambda: self._storage.take(bucket, sort, call, flight, patience))

    def _is_there(self) -> bool:
        with self._lock:
            if self._gone_since is None:
                return True
            if self._clock() < self._try_at:
                return False
            self._try_at = float("inf")  # until this check ends
        self._line.submit(self._storage.check).add_done_callback(self._tried)
        return False

    def _told(self, future: Future[None]) -> None:
        if (error := future.exception()) is not None:
            self._lost(error)

    def _lost(self, error: BaseException) -> None:
        with self._lock:
            if self._gone_since is not None:
                return
            self._gone_since = self._clock()
            self._try_at = self._gone_since + AGAIN_S
        # By class alone: the message may hold the URL.
        log.warning(
            "%s: %s does not serve (%s%s); until it does, each process paces its calls by the vendor's answers",
            OPTION,
            self._storage.address.shown,
            type(error).__name__,
            cure(error),
        )

    def _tried(self, future: Future[None]) -> None:
        with self._lock:
            since, self._try_at = self._gone_since, self._clock() + AGAIN_S
            if future.exception() is not None or since is None:
                return
            self._gone_since = None
        log.warning(
            "%s: %s serves again, after %.0f s; limits are shared by it",
            OPTION,
            self._storage.address.shown,
            self._clock() - since,
        )


def cure(error: BaseException) -> str:
    """Advice for an error of the storage, where waiting does not help; else empty."""
    names = {of.__name__ for of in type(error).__mro__}
    if names & {"AuthenticationError", "NoPermissionError"}:
        return ": correct its user and password, who may run scripts"
    return ": no answer in time" if names & {"TimeoutError"} else ""
