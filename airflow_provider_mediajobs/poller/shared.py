# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The poller's entry for triggers: one poller for each event loop, with one lane for each account and quota.

Waits on the same account share a lane, and so its quota; waits for the same job share its looks.
"""

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
from ..core.shown import shown
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


FIND_AGAIN_S = 600.0
"""Seconds after which it is asked again whether limits are shared with other processes, as long as they are not."""


class Poller:
    """Makes the waits of one event loop, and keeps their lanes.

    :param connect: makes a transport from a connection's HTTP options.
    :param now: the clock that dates requests and that vendors' times are compared with.
    :param quotas: where limits are kept that other processes share; ``None``: :meth:`share` finds that out.
    :ivar lanes: a lane may have several keys, see ``_limit_keys``.
    :ivar accounts: shares look-ups of connections.
    """

    def __init__(
        self,
        connect: Connect = _connect,
        now: Callable[[], datetime] = utc_now,
        quotas: SharedQuotas | None = None,
    ) -> None:
        self.lanes: dict[object, Lane] = {}
        self.accounts = Accounts()
        self._paces: dict[object, Pace] = {}  # a pace outlives its lane, so that a new lane does not begin with a burst
        self._quotas = quotas
        self._find_at = float("-inf" if quotas is None else "inf")  # the time of the next try to find them
        self._finding = asyncio.Lock()
        self._connect = connect
        self._now = now
        self._clock = VendorClock(now)
        self._refusals: dict[str, Refusals] = {}
        self._projects: dict[object, tuple[str, float]] = {}

    async def share(self, find: Callable[[], Awaitable[SharedQuotas | None]]) -> None:
        """Find out whether limits are shared with other processes; lanes that begin later keep to them.

        :param find: returns where shared limits are kept, or ``None``. It is awaited at the first call, and then every
            ``FIND_AGAIN_S`` seconds until it returns something.
        """
        time = asyncio.get_running_loop().time
        if time() < self._find_at:
            return
        async with self._finding:
            if time() >= self._find_at:
                self._quotas = await find()
                self._find_at = time() + (FIND_AGAIN_S if self._quotas is None else float("inf"))

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
        """Wait for jobs of one kind. Looks begin at once; close the waiter, or use it as a context manager.

        :param refs: the jobs, each once.
        :param account: what the connection says now.
        :param read: reads the connection again: once after credentials were refused, and every hour.
        :param connection: the id of the connection, for log lines. Waits with the same one share a lane even if its key
            was changed between them.
        :param poll_interval: the widest gap between two looks in seconds, as long as the quota allows.
        :param first_event: seconds from now in which no look is made and nothing is returned; by default as many as
            Airflow needs before the trigger may fire.
        :param mask: is awaited with each temporary secret before it is used, so that logs can hide it.
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
        """Read a connection, and look up the project id of its region if it needs one and has none.

        A project id is kept for an hour, so that it is looked up once for many waits.

        :param read: reads the connection.
        :param mask: as for :meth:`watch`.
        :raises MediaJobsError: the connection could not be read, or the project not be looked up; see
            :mod:`airflow_provider_mediajobs.projects`.
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
        # The cache drops credentials without a holder. Hold them until the wait begins, lest they are fetched twice.
        loop.call_later(KEPT_S, _let_go, cached)
        return completed

    async def _looked_up(self, client: Client) -> Account:
        """Look up the project id, unless the credentials were refused a short time ago."""
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
        """Cancel a job that has not started, at once: the caller has only seconds and cannot wait for a lane's pace.

        :param ref: the job.
        :param account: what its connection says.
        :param mask: as for :meth:`watch`.
        :raises ParameterError: jobs of this kind cannot be cancelled.
        :raises MediaJobsError: the vendor refused it, or did not answer.
        """
        cancel = kind_of(ref.kind).cancel
        if cancel is None:
            raise ParameterError(f"kind {shown(ref.kind)} cannot be cancelled: the vendor has no such operation")
        client = Client(vendor(account.vendor), account, self._clock, cached=credential_cache().of(account), amask=mask)
        transport = self._connect(account.http)
        try:
            await client.arun(cancel(account, ref), transport)
        finally:
            await transport.aclose()

    def _refused_by(self, scope: str) -> Refusals:
        return self._refusals.setdefault(scope, Refusals())

    def _lane(self, keys: list[object], quota: Quota, account: Account, connection: str) -> Lane:
        """Return the lane with one of the keys, made if there is none; from now on it has all of them."""
        lane = next((self.lanes[key] for key in keys if key in self.lanes), None)
        if lane is None:
            limits = Limits(lambda of: self._limit(of, account, connection), vendor(account.vendor).quotas)
            lane = Lane(quota, limits, self._now, self._forget)
        for key in keys:
            self.lanes[key] = lane
            self._paces[key] = lane.pace
        return lane

    def _limit(self, quota: Quota, account: Account, connection: str) -> Limit:
        """Make a limit for a new lane, with the pace of an earlier lane if that is still of use."""
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
    """A lane, and the key of a wait's source in it; see :class:`.waiter.LaneHandle`."""

    lane: Lane
    source_key: object

    def look_by(self, subscription: Subscription, moment: float) -> None:
        self.lane.look_by(self.source_key, subscription, moment)

    def leave(self, subscription: Subscription) -> Awaitable[None] | None:
        self.lane.leave(self.source_key, subscription)
        return self.lane.closed() if self.lane.empty else None


def _let_go(cached: CachedCredentials | None) -> None:
    """Do nothing: the timer that calls this holds the credentials until then."""


def _limit_keys(quota: Quota, account: Account, connection: str) -> list[object]:
    """Return the keys by which a lane is found: one of the account, and one of the connection.

    The first lets two connections to one account share a lane, the second waits before and after a change of the key.
    """
    project = account.project_id if vendor(account.vendor).needs_project else None
    owner = project or (account.credentials.access_key, account.credential_provider)
    keys: list[object] = [(account.vendor, quota.name, owner)]
    return [*keys, (account.vendor, quota.name, "connection", connection)] if connection else keys


_pollers: WeakKeyDictionary[asyncio.AbstractEventLoop, Poller] = WeakKeyDictionary()


def poller() -> Poller:
    """Return the poller of the running event loop, made at the first call."""
    running = asyncio.get_running_loop()
    found = _pollers.get(running)
    if found is None:
        found = _pollers[running] = Poller()
    if len(_pollers) > 1:
        for loop in [loop for loop in _pollers if loop.is_closed()]:
            del _pollers[loop]
    return found
