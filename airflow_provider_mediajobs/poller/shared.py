# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One poller a loop, one lane a vendor account and quota, one look for all who wait for the same job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ..client import Client
from ..clock import VendorClock, utc_now
from ..core import policy
from ..core.account import Account, HttpOptions
from ..core.errors import AuthError, ParameterError
from ..core.job import JobRef
from ..core.kind import Quota
from ..credential_cache import CachedCredentials, credential_cache
from ..projects import acompleted, is_missing
from ..quotas.shared import SharedQuotas
from ..vendors import kind as kind_of
from ..vendors import vendor
from .accounts import KEPT_S, Accounts
from .lane import Lane
from .limit import Limit, Limits
from .pace import Pace
from .refusals import Refusals
from .share import Share
from .source import READ_AGAIN_S, Closable, Connect, Mask, Reader, Source
from .waiter import Subscription, Waiter


def _connect(options: HttpOptions) -> Closable:
    from ..transports.nonblocking import NonblockingTransport  # here, not above: it loads aiohttp

    return NonblockingTransport(options)


ASKED_EVERY_S = 600.0
"""Where limits are kept that other processes share, as long as there is no such place."""


class Poller:
    """The lanes of one event loop.

    :param connect: makes a transport from a connection's HTTP options.
    :param now: the clock of signatures and of the vendor's times.
    :param quotas: where limits are kept that other processes share.
    """

    def __init__(
        self,
        connect: Connect = _connect,
        now: Callable[[], datetime] = utc_now,
        quotas: SharedQuotas | None = None,
    ) -> None:
        self.lanes: dict[object, Lane] = {}
        self.accounts = Accounts()
        self._paces: dict[object, Pace] = {}  # outlives its lane: a new one must not begin with a burst
        self._quotas = quotas
        self._ask_at = float("-inf" if quotas is None else "inf")  # where they are kept
        self._asking = asyncio.Lock()
        self._connect = connect
        self._now = now
        self._clock = VendorClock(now)
        self._refusals: dict[str, Refusals] = {}
        self._projects: dict[object, tuple[str, float]] = {}

    async def share(self, find: Callable[[], Awaitable[SharedQuotas | None]]) -> None:
        """Keep to limits that other processes share, from the next lane on.

        :param find: where they are kept; asked by the first wait of all, and now and then as long as it says nowhere.
        """
        time = asyncio.get_running_loop().time
        if time() < self._ask_at:
            return
        async with self._asking:
            if time() >= self._ask_at:
                self._quotas = await find()
                self._ask_at = time() + (ASKED_EVERY_S if self._quotas is None else float("inf"))

    def watch(
        self,
        refs: Sequence[JobRef],
        account: Account,
        read: Reader,
        *,
        connection: str = "",
        poll_interval: float = policy.POLL_INTERVAL_S,
        first_event: float | None = None,
        mask: Mask | None = None,
    ) -> Waiter:
        """Wait for jobs of one kind. Looks begin at once; close the waiter, or use it as a context.

        :param refs: the jobs, each once.
        :param account: what the connection says now.
        :param read: reads the connection anew: once where authentication is refused, and every hour.
        :param connection: its id, for log lines; and waits by one connection share a lane also where its key changes.
        :param poll_interval: widest gap between two looks in seconds, as long as the quota allows.
        :param mask: is told of temporary secrets before they are used.
        :param first_event: seconds from now before which nothing is told or looked at; by default what Airflow needs.
        """
        loop = asyncio.get_running_loop()
        kind = kind_of(refs[0].kind)
        lane = self._lane(_limit_keys(kind.quota, account, connection), kind.quota, account, connection)
        source_key = account.identity
        source_key = next((key for key in lane.sources if key == source_key), source_key)  # one object for all waiters
        first = loop.time() + (policy.FIRST_EVENT_S if first_event is None else first_event)
        source = lane.sources.get(source_key) or Source(
            connection or account.vendor,
            account,
            read,
            self._connect,
            self._clock,
            loop.time(),
            refusals=self._refused_by(kind.quota.name),
            mask=mask,
        )
        waiter = Waiter(refs, first, _LaneHandle(lane, source_key))
        for subscription in waiter.subscriptions.values():
            lane.join(source_key, source, subscription, poll_interval, first)
        return waiter

    async def completed(self, read: Reader, mask: Mask | None = None) -> Account:
        """What a connection says, with the project of its region where it names none: asked for once.

        :param read: reads the connection.
        :param mask: as for :meth:`watch`.
        :raises MediaJobsError: what was in the way; see :mod:`..projects`.
        """
        account = await read()
        if not is_missing(account):
            return account
        loop = asyncio.get_running_loop()
        self._projects = {key: found for key, found in self._projects.items() if loop.time() - found[1] < READ_AGAIN_S}
        known = self._projects.get(account.identity)
        if known is not None:
            return replace(account, project_id=known[0])
        cached = credential_cache().of(account)
        client = Client(vendor(account.vendor), account, self._clock, cached=cached, amask=mask)
        completed = await self._looked_up(client)
        self._projects[account.identity] = (completed.project_id or "", loop.time())
        # For the wait that is about to begin: what nobody holds is gone, and would be asked for once more.
        loop.call_later(KEPT_S, _let_go, cached)
        return completed

    async def _looked_up(self, client: Client) -> Account:
        account, moment = client.account, asyncio.get_running_loop().time()
        refusals = self._refused_by("projects")
        if error := refusals.of(account, moment):
            raise error
        transport = self._connect(account.http)
        try:
            return await acompleted(client, transport)
        except AuthError as error:
            refusals.note(account, error, moment)
            raise
        finally:
            await transport.aclose()

    async def cancel(self, ref: JobRef, account: Account, mask: Mask | None = None) -> None:
        """Cancel a job that has not started. It does not wait for a lane's pace: whoever asks has seconds.

        :param mask: as for :meth:`watch`.
        :raises ParameterError: for a kind that cannot be cancelled.
        :raises MediaJobsError: what the vendor or the network said.
        """
        cancel = kind_of(ref.kind).cancel
        if cancel is None:
            raise ParameterError(f"kind {ref.kind!r} cannot be cancelled: the vendor has no such operation")
        client = Client(vendor(account.vendor), account, self._clock, cached=credential_cache().of(account), amask=mask)
        transport = self._connect(account.http)
        try:
            await client.arun(cancel(account, ref), transport)
        finally:
            await transport.aclose()

    def _refused_by(self, whom: str) -> Refusals:
        return self._refusals.setdefault(whom, Refusals())

    def _lane(self, keys: list[object], quota: Quota, account: Account, connection: str) -> Lane:
        lane = next((self.lanes[key] for key in keys if key in self.lanes), None)
        if lane is None:
            limits = Limits(lambda of: self._limit(of, account, connection), vendor(account.vendor).quotas)
            lane = Lane(quota, limits, self._now, self._forget)
        for key in keys:
            self.lanes[key] = lane
            self._paces[key] = lane.pace
        return lane

    def _limit(self, quota: Quota, account: Account, connection: str) -> Limit:
        keys = _limit_keys(quota, account, connection)
        known = next((self._paces[key] for key in keys if key in self._paces), None)
        pace = known or Pace(account.quotas.get(quota.name, quota.calls), quota.seconds)
        self._drop_idle()
        self._paces.update(dict.fromkeys(keys, pace))
        share = Share(self._quotas, account, quota, connection) if self._quotas is not None else None
        return Limit(quota, pace, share)

    def _drop_idle(self) -> None:
        now = asyncio.get_running_loop().time()
        used = {pace for lane in self.lanes.values() for pace in lane.limits.paces}
        self._paces = {key: pace for key, pace in self._paces.items() if pace in used or not pace.idle(now)}

    def _forget(self, lane: Lane) -> None:
        self.lanes = {key: other for key, other in self.lanes.items() if other is not lane}


class _LaneHandle(NamedTuple):
    lane: Lane
    source_key: object

    def look_by(self, subscription: Subscription, moment: float) -> None:
        self.lane.look_by(self.source_key, subscription, moment)

    def leave(self, subscription: Subscription) -> Awaitable[None] | None:
        self.lane.leave(self.source_key, subscription)
        return self.lane.closed() if self.lane.empty else None


def _let_go(cached: CachedCredentials | None) -> None:
    """To be held until now was all."""


def _limit_keys(quota: Quota, account: Account, connection: str) -> list[object]:
    """Whose limit it is: two connections to one account share it, and temporary keys of one connection do."""
    project = account.project_id if vendor(account.vendor).needs_project else None
    owner = project or (account.credentials.access_key, account.credential_provider)
    keys: list[object] = [(account.vendor, quota.name, owner)]
    return [*keys, (account.vendor, quota.name, "connection", connection)] if connection else keys


_pollers: WeakKeyDictionary[asyncio.AbstractEventLoop, Poller] = WeakKeyDictionary()


def poller() -> Poller:
    """The running loop's, made when it is first asked for."""
    for loop in [loop for loop in _pollers if loop.is_closed()]:
        del _pollers[loop]
    running = asyncio.get_running_loop()
    found = _pollers.get(running)
    if found is None:
        found = _pollers[running] = Poller()
    return found
