# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Waits for calls that shared rate limits grant, in event loops and in threads.

One thread of the process sends all requests to the storage. If the storage does not answer within half a second, calls
are paced by the vendor's answers, as without a storage, until a check in the background succeeds.
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
"""Seconds that a look of a triggerer may wait, as the storage is told. It asks again, so it waits without a limit."""

log = logging.getLogger(__name__)


class Line(Protocol):
    """Runs functions one after the other in another thread."""

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue a function; return the future of its result."""
        ...


class _Thread:
    """Runs functions in a daemon thread, which does not keep the process from ending while a call hangs."""

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
                except BaseException as error:  # noqa: BLE001 - raised where the result is waited for
                    future.set_exception(error)


class Slot:
    """One call that was granted. In the end, one of its methods must be called."""

    __slots__ = ("_answered", "_bucket", "_call", "_shared")

    def __init__(self, shared: SharedQuotas, bucket: Bucket, call: str) -> None:
        self._shared, self._bucket, self._call = shared, bucket, call
        self._answered = False

    def answered(self) -> None:
        """Say that the call was answered or has failed, so that it stops counting after a window."""
        if not self._answered:
            self._answered = True
            self._shared.tell(lambda storage: storage.answered(self._bucket, self._call))

    def unused(self) -> None:
        """Say that the call will not be made, so that it stops counting at once."""
        self._answered = True
        self._shared.tell(lambda storage: storage.unused(self._bucket, self._call))


class SharedQuotas:
    """The limits that are kept in one storage.

    :param storage: the storage.
    :param line: runs the storage's functions; by default in a thread of its own.
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
        """Wait until a call of a worker is granted, in this thread.

        :param bucket: the limit.
        :param sort: what the call is for.
        :param flight: the most seconds that the call may take.
        :param patience: the most seconds to wait.
        :param sleep: waits for some seconds.
        :returns: the granted call; ``None`` if the storage does not answer, so that only the vendor's answers pace
            calls.
        :raises NoCallLeft: no call was granted in time.
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
        """Wait until a look of a triggerer is granted, on the event loop, for as long as it takes.

        :param bucket: the limit.
        :param flight: the most seconds that the look may take.
        :param sleep: waits for some seconds.
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

    # --- whether the storage answers ------------------------------------------------------------------------------

    def _request(
        self, bucket: Bucket, sort: Sort, call: str, flight: float, patience: float
    ) -> Future[tuple[int, float]] | None:
        """Ask the storage for a call; ``None`` if it does not answer at present."""
        if not self._is_there():
            return None
        return self._line.submit(lambda: self._storage.take(bucket, sort, call, flight, patience))

    def _is_there(self) -> bool:
        """Return whether the storage answers, as far as is known; start a check if it did not and a check is due."""
        with self._lock:
            if self._gone_since is None:
                return True
            if self._clock() < self._try_at:
                return False
            self._try_at = float("inf")  # no other check until this one ends
        self._line.submit(self._storage.check).add_done_callback(self._tried)
        return False

    def _told(self, future: Future[None]) -> None:
        if (error := future.exception()) is not None:
            self._lost(error)

    def _lost(self, error: BaseException) -> None:
        """Note and log that the storage does not answer."""
        with self._lock:
            if self._gone_since is not None:
                return
            self._gone_since = self._clock()
            self._try_at = self._gone_since + AGAIN_S
        # Only the class of the error is logged: its message may hold the URL, and so the password.
        log.warning(
            "%s: %s does not serve (%s%s); until it does, each process paces its calls by the vendor's answers",
            OPTION,
            self._storage.address.shown,
            type(error).__name__,
            cure(error),
        )

    def _tried(self, future: Future[None]) -> None:
        """Note and log that the storage answers again, if the check succeeded."""
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
    """Return what to do about an error of the storage, to be appended to its class; empty if nothing is known."""
    names = {of.__name__ for of in type(error).__mro__}
    if names & {"AuthenticationError", "NoPermissionError"}:
        return ": correct its user and password, who may run scripts"
    return ": no answer in time" if names & {"TimeoutError"} else ""
