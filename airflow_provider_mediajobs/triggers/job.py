# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The trigger of a wait that a worker has begun. It uses the poller that all waits of a triggerer share."""

from __future__ import annotations

import asyncio
import marshal
import random
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Unpack

from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from ..clock import steady, utc_now
from ..core import policy, storable
from ..core.account import Account
from ..core.anew import begin_anew
from ..core.errors import AuthError, ConnectionUnavailable, MediaJobsError
from ..core.output_address import output_address
from ..core.terms import Terms
from ..core.times import Clock
from ..core.typed import moment
from ..hooks.lookup import account_of
from ..hooks.masking import amask
from ..hooks.quota_storage import ashared_quotas
from ..hooks.scrubbing import unforeseen
from ..poller.shared import Poller, poller
from ..poller.source import Reader
from ..poller.waiter import Waiter
from ..vendors import kind as kind_of
from ..vendors import vendor_of
from .arguments import CANCEL, JobArguments, read_job, stored_job
from .finish import CONSOLE, OUTPUT, NotWritten, write_link, write_result
from .foreign import pause_s, understood_or_not
from .guard import guarded
from .wait import DeferredWait

LOOK_UP_AGAIN_S = (2.0, 30.0)
"""Seconds between two tries to look up a connection: at first, and at most. They double each time, and vary by 50 %.
Just after its start, a triggerer may not be able to look one up yet."""

LOGGED_EVERY_S = 600.0
"""Seconds between two warnings that the connection cannot be looked up."""

OTHER_JOBS_S, OTHER_JOBS = 5.0, 20
"""Seconds for which a wait that has ended waits for the first answers about its other jobs, so that its result has
them, too; and the most such jobs: more take too long. A triggerer spreads the jobs of a list over several calls, while
a look of a worker asks for all of them."""

NEVER = float("-inf")


class MediaJobTrigger(BaseTrigger):
    """Waits for media jobs; then a worker decides by what the looks showed, or the task ends in the triggerer.

    :param arguments: see :class:`JobArguments`. If they cannot be read, such as another release's, the trigger returns
        the wait to a worker.
    """

    def __init__(self, /, **arguments: Unpack[JobArguments]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's
        found, self._not_understood = understood_or_not(read_job, arguments)
        self._names = _shared(tuple(found))
        self._values = _packed(list(found.values()))

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments. They are kept packed to save memory, since a triggerer has thousands of waits."""
        kept = self._values
        values = marshal.loads(kept) if isinstance(kept, bytes) else kept  # noqa: S302 - packed by this class itself
        return dict(zip(self._names, values, strict=True))

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return class path and arguments. They are stored in the database, so both are public API."""
        stored = self.arguments if self._not_understood else stored_job(self.arguments)
        return ("airflow_provider_mediajobs.triggers.job.MediaJobTrigger", stored)

    def seconds_left(self, now: datetime) -> float:
        """Return the seconds until the trigger fires at the latest."""
        return (moment(self.arguments["ends_at"]) - now).total_seconds()

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event, when the wait has ended or its deadline is reached."""
        yield await guarded(self.event)

    async def on_kill(self) -> None:
        """Cancel the jobs of an operator if a person has ended the task. Those of a sensor are never cancelled.

        Airflow calls this since 3.3, but not when a triggerer stops or its triggers go to another one.
        """
        if not self._not_understood and self.arguments[CANCEL]:
            from .cancelling import cancel_jobs

            await cancel_jobs(self, poller(), self.reader(poller()))
            return
        self.log.info("stopped waiting for %s; jobs go on", Terms.told_by(self.arguments).told_of_ids())

    async def event(
        self,
        *,
        now: Clock = utc_now,
        lanes: Poller | None = None,
        read: Reader | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> TriggerEvent:
        """Return the event of ``run``.

        Limits and deadline are measured by the event loop's clock. The machine's, which may be set, is read at the
        start.

        :param now: the machine's clock.
        :param lanes: the poller; by default the event loop's.
        :param read: reads the connection; by default Airflow's.
        :param jitter: returns a random number from 0 to 1, which spreads look-ups of connections.
        """
        if self._not_understood:
            return await self._left_to_a_worker(now())
        wait, time = DeferredWait(self.arguments, self.logger()), asyncio.get_running_loop().time
        clock = steady(now, time)
        left = (wait.ends_at - clock()).total_seconds()
        # Airflow may fail a task whose trigger fires before its worker has exited.
        earliest = time() + min(policy.FIRST_EVENT_S, left)
        try:
            async with asyncio.timeout(left):
                await self._until_over(wait, clock, lanes or poller(), read, jitter)
        except TimeoutError:
            return TriggerEvent(storable.event(wait.event(wait.time_is_over(clock()), clock.ahead)))
        else:
            await asyncio.sleep(earliest - time())
            seen = storable.event(wait.event(clock(), clock.ahead))
        return await self._finished(wait, seen, clock) or TriggerEvent(seen)

    async def _left_to_a_worker(self, now: datetime) -> TriggerEvent:
        """Return the event by which a worker begins the wait again, after a pause."""
        terms = Terms.told_by(self.arguments)
        text = "this triggerer does not understand the arguments of the wait (%s): a worker begins it anew"
        self.log.warning(text, self._not_understood)
        await asyncio.sleep(pause_s(terms, now))
        return TriggerEvent(begin_anew(self._not_understood, terms))

    async def _finished(self, wait: DeferredWait, seen: dict[str, Any], now: Clock) -> TaskSuccessEvent | None:
        """Return the event that ends the task in the triggerer, after success and with ``finish``; else ``None``."""
        result = wait.result(seen) if self.arguments["finish"] else None
        if result is None:
            wait.handed_over()
            return None
        try:
            if self.arguments["push"]:
                await write_result(self.task_instance, result)
        except NotWritten as reason:
            wait.handed_over(f"the result could not be written here: {reason}")
            return None
        await self._write_links(result)
        wait.ended(now(), f"{result['state']}, and the task ends in the triggerer")
        return TaskSuccessEvent()

    async def _write_links(self, result: dict[str, Any]) -> None:
        """Write the addresses of links when the task ends in the triggerer.

        Not when waits begin: a thousand may do so together, and writing would delay their first looks.
        """
        given = self.arguments
        await write_link(self.task_instance, OUTPUT, output_address(result))
        if not given["report"]:  # no worker has looked; one that has, has written this link
            await write_link(self.task_instance, CONSOLE, kind_of(given["kind"]).jobs_page)

    async def _until_over(
        self, wait: DeferredWait, now: Clock, lanes: Poller, read: Reader | None, jitter: Callable[[], float]
    ) -> None:
        """Wait until looks have shown that the wait has ended."""
        await lanes.share(ashared_quotas)
        try:
            waiter = wait.waiter = await self._joined(wait, now, lanes, read, jitter)
        except MediaJobsError as error:  # not retryable, so that it ends the wait
            wait.met(error, now())
            return
        async with waiter:
            # No coroutine of its own, and `del news`: a frame and the last answers would be in memory for every wait.
            while not wait.is_over(news := await waiter.next(), now()):
                for ref in wait.settled(news):
                    await waiter.drop(ref)
                for ref, limit in wait.limits(news, now()).items():
                    waiter.look_by(ref, asyncio.get_running_loop().time() + (limit - now()).total_seconds())
                del news
            await _complete(wait, waiter, now)

    async def _joined(
        self, wait: DeferredWait, now: Clock, lanes: Poller, read: Reader | None, jitter: Callable[[], float]
    ) -> Waiter:
        """Begin to wait with the poller, as soon as the connection could be read."""
        given, read = self.arguments, self.reader(lanes, read)
        where = _where(given)
        return lanes.watch(
            wait.spec.refs,
            await _first_account(wait, now, partial(lanes.accounts.get, where, read), jitter),
            read,
            connection=given["conn_id"],
            poll_interval=given["poll_interval"],
            mask=amask,
        )

    @property
    def where(self) -> tuple[str | None, ...]:
        """What identifies the account: the vendor's name, connection id, region and project id."""
        return _where(self.arguments)

    async def account(self) -> Account:
        """Return the account by the connection as it is now.

        :raises ConfigError: the connection cannot be used.
        :raises ConnectionUnavailable: the connection could not be looked up, for whatever reason.
        """
        given = self.arguments
        return await account_of(vendor_of(given["kind"]), given["conn_id"], given["region"], given["project_id"])

    def reader(self, lanes: Poller, read: Reader | None = None) -> Reader:
        """Return the function that reads the account, and looks up the region's project if the connection names none.

        :param lanes: the poller, which keeps the projects that were found.
        :param read: reads the connection, in place of :meth:`account`.
        """
        return partial(self._looked_up, partial(lanes.completed, read or self.account, amask))

    async def _looked_up(self, read: Reader) -> Account:
        """Read the account.

        :raises MediaJobsError: raised by ``read``; or a retryable error in place of an unexpected exception.
        """
        try:
            return await read()
        except MediaJobsError:
            raise
        except Exception as trouble:  # noqa: BLE001  # a secrets backend may raise anything, as may a connection's text
            error = unforeseen(self.arguments["conn_id"], trouble)
        raise error  # raised outside the handler: the backend's message in a traceback may be secret


async def _complete(wait: DeferredWait, waiter: Waiter, now: Clock) -> None:
    """Wait for the first answers about the other jobs of a wait that has ended, for ``OTHER_JOBS_S`` at most."""
    others = wait.not_asked
    if not others or len(others) > OTHER_JOBS:
        return
    for ref in waiter.subscriptions.keys() - others:
        await waiter.drop(ref)
    # Not up to the deadline: that would hand the wait to a worker, although it has ended.
    left = (wait.ends_at - now()).total_seconds() / 2
    with suppress(TimeoutError):
        async with asyncio.timeout(min(OTHER_JOBS_S, left)):
            while others:
                others -= wait.complete(await waiter.next(), now())


def _where(given: dict[str, Any]) -> tuple[str | None, ...]:
    return (vendor_of(given["kind"]).name, given["conn_id"], given["region"], given["project_id"])


def _packed(values: list[Any]) -> bytes | list[Any]:
    """Return the arguments as bytes, which take a third of the memory; unchanged if they cannot be encoded."""
    try:
        return marshal.dumps(values)
    except ValueError:
        return values


@lru_cache(maxsize=16)  # small, since rows that cannot be read may have any names
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return a tuple that all waits with the same names of arguments share, to save memory."""
    return names


async def _first_account(wait: DeferredWait, now: Clock, read: Reader, jitter: Callable[[], float]) -> Account:
    """Read the account, again and again as long as errors are retryable.

    :raises MediaJobsError: an error that is not retryable; a refusal of credentials only the second time.
    """
    refused, gap, told = False, LOOK_UP_AGAIN_S[0], NEVER
    while True:
        try:
            return await read()
        except MediaJobsError as error:
            # After the first refusal the connection is read again, as in the poller: the key may have been rotated.
            if not error.retryable and (refused or not isinstance(error, AuthError)):
                raise
            if not error.retryable:
                refused, gap = True, LOOK_UP_AGAIN_S[1]  # not sooner: vendors lock a key that is refused often
            wait.met(error, now())
            time = asyncio.get_running_loop().time()
            if isinstance(error, ConnectionUnavailable) and time - told >= LOGGED_EVERY_S:
                told = time
                wait.warn(error)
        # Spread at random: a triggerer that starts may look up connections for a thousand waits.
        await asyncio.sleep(gap * (0.5 + jitter()))
        gap = min(gap * 2, LOOK_UP_AGAIN_S[1])
