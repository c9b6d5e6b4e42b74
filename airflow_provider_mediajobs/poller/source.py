# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One connection's view of an account: credentials, endpoints, kept connections, and how it fares."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol, TypeVar

from ..client import Client
from ..clock import VendorClock
from ..core.account import Account, HttpOptions
from ..core.errors import AuthError, MediaJobsError
from ..core.http import AsyncTransport, HttpRequest
from ..core.job import WaitReport
from ..core.kind import Exchange, JobKind, Quota
from ..core.policy import LONGEST_S
from ..credential_cache import credential_cache
from ..vendors import vendor
from .batch import Call, Pool, TrackedJob
from .outage import LEFT_ALONE_S, NEVER, TOLD_EVERY_S, Outage
from .pace import SHARE
from .probes import Probes
from .refusals import Refusals
from .standing import CredentialEvent, CredentialStanding, CredentialState
from .waiter import Subscription

T = TypeVar("T")

WaitedJob = TrackedJob[Subscription]
WaitedPool = Pool[Subscription]
WaitedCall = Call[Subscription]
WaitedProbes = Probes[Subscription]

Reader = Callable[[], Awaitable[Account]]
Gate = Callable[[HttpRequest], Awaitable[None]]
Mask = Callable[[str], Awaitable[None]]

READ_AGAIN_S = 3600.0
"""A connection is read again when it is so old: keys are changed while waits go on."""

log = logging.getLogger(__name__)


class Closable(AsyncTransport, Protocol):
    """A transport with connections to give back."""

    async def aclose(self) -> None:
        """Give them back."""
        ...


Connect = Callable[[HttpOptions], Closable]


def probe_quota(kind: JobKind) -> Quota | None:
    """The quota of a kind's probes, where they take no call from looks."""
    own = kind.probe.quota if kind.probe is not None else None
    return own if own is not None and own.name != kind.quota.name else None


class Source:
    """The waits of one connection.

    :param name: of the connection, for log lines.
    :param account: as read for the first wait.
    :param read: reads the connection anew.
    :param connect: makes a transport.
    :param clock: what requests are dated by.
    :param now: the loop's clock when the account was read.
    :param refusals: of the lane; they outlive the source.
    :param mask: is told of temporary secrets.
    """

    def __init__(
        self,
        name: str,
        account: Account,
        read: Reader,
        connect: Connect,
        clock: VendorClock,
        now: float,
        *,
        refusals: Refusals | None = None,
        mask: Mask | None = None,
    ) -> None:
        self.name = name
        self.pools: dict[str, WaitedPool] = {}
        self.read = read
        self.in_flight = 0
        self.standing = CredentialStanding()
        self.outage = Outage()
        self._vendor = vendor(account.vendor)
        self._account = account
        self._connect = connect
        self._transport: Closable | None = None
        self._clock = clock
        self._refusals = refusals or Refusals()
        self._mask = mask
        self._cached = credential_cache().of(account)
        self._read_at = now
        self._unread_told_at = NEVER

    def pool(self, kind: JobKind) -> WaitedPool:
        """The jobs of one kind."""
        if kind.name not in self.pools:
            apart = probe_quota(kind)
            probing = None if apart is None else self._spacing(apart)
            self.pools[kind.name] = Pool(kind, self._spacing(kind.quota), probing)
        return self.pools[kind.name]

    @property
    def timeout(self) -> float:
        """Seconds for one request."""
        return self._account.http.timeout

    def limit(self, quota: Quota) -> float:
        """Calls a period that this connection allows."""
        return self._account.quotas.get(quota.name, quota.calls)

    def _spacing(self, quota: Quota) -> float:
        return quota.seconds / (self.limit(quota) * SHARE)

    @property
    def proven(self) -> bool:
        """Whether the newest call of the credentials in use was answered."""
        return self.standing.state is CredentialState.GOOD and not self.outage.down

    @property
    def held(self) -> float:
        """No call is made before this time."""
        return self.outage.until

    @property
    def refusal(self) -> MediaJobsError | None:
        """What all waits of this connection are to be told, in place of news."""
        return self.standing.error if self.standing.state is CredentialState.BAD else None

    def __iter__(self) -> Iterator[WaitedJob]:
        for pool in list(self.pools.values()):
            yield from pool

    def next_due(self) -> float:
        """When something is to be asked; until it has proved good, one call at a time."""
        return self._when(min((pool.next_due() for pool in self.pools.values()), default=float("inf")))

    def next_probe(self, probes: WaitedProbes) -> float:
        """When they are to be made."""
        return self._when(probes.next_due())

    def _when(self, wanted: float) -> float:
        return float("inf") if self.in_flight and not self.proven else max(self.held, wanted)

    # --- calls --------------------------------------------------------------------------------------------------

    async def ask(self, exchange: Callable[[Account], Exchange[T]], gate: Gate, report: WaitReport, now: float) -> T:
        """Hold one conversation.

        :param gate: awaited with every request before it is sent.
        :param report: counts.
        :param now: the loop's clock.
        :raises MediaJobsError: what it met.
        """
        await self._renew(now)
        account = self._account
        # What others met is not about an account that has been answered.
        known = None if self.standing.state is CredentialState.GOOD else self._refusals.of(account, now)
        if known is not None:
            self.standing.after(CredentialEvent.KNOWN_BAD, known)
            raise known
        if self._transport is None:
            self._transport = self._connect(account.http)
        client = Client(
            self._vendor, account, self._clock, report=report, gate=gate, cached=self._cached, amask=self._mask
        )
        try:
            found = await client.arun(exchange(account), self._transport)
        except AuthError as error:
            if account is self._account:  # a late answer says nothing of the key that has come since
                self._refused(error, now)
            raise
        if account is self._account:
            self._answered(now)
        return found

    def _answered(self, now: float) -> None:
        self.standing.after(CredentialEvent.ANSWERED)
        lasted = self.outage.over(now)
        if lasted is not None:
            log.info("%s answers again, after %.0f s", self.name, lasted)

    def failed(self, sent: float, now: float, error: MediaJobsError) -> bool:
        """A call brought no answer: leave the connection alone for a while, longer each time.

        :param sent: when the call went out.
        :returns: whether the connection was well before.
        """
        well = not self.outage.down
        lasted = self.outage.to_tell(now)
        if lasted is not None:
            log.warning("%s has not answered for %.0f s; its waits go on (%s)", self.name, lasted, error)
        self.outage.failed(sent, now, min(error.retry_after or 0.0, LONGEST_S))
        return well

    # --- the connection -----------------------------------------------------------------------------------------

    def _refused(self, error: AuthError, now: float) -> None:
        """By the vendor: read the connection again, once."""
        before = self.standing.state
        state = self.standing.after(CredentialEvent.REFUSED, error)
        if state is CredentialState.BAD:
            self._refusals.note(self._account, error, now)
        elif state is not before:
            self._read_at = NEVER

    def refusal_told(self, now: float) -> None:
        """All waits have been told of the refusal. Whoever stays or comes is asked for later, and read for anew."""
        self.standing.after(CredentialEvent.TOLD)
        self._read_at = NEVER
        self.outage.leave_alone(now + LEFT_ALONE_S[1])

    async def _renew(self, now: float) -> None:
        """Read the connection where it is time to.

        :raises MediaJobsError: where that fails, or brings nothing new, and what there is has been refused.
        """
        if now - self._read_at < READ_AGAIN_S:
            return
        before, self._read_at = self._account, now
        try:
            account = await self.read()
        except MediaJobsError as error:
            self._not_read(error, now)
            return
        self._unread_told_at = NEVER
        if account != before:
            await self._change(account)
        elif self.standing.after(CredentialEvent.READ_SAME) is CredentialState.BAD and self.standing.error is not None:
            self._refusals.note(account, self.standing.error, now)
            raise self.standing.error

    def _not_read(self, error: MediaJobsError, now: float) -> None:
        """:raises MediaJobsError: where what was read before has been refused."""
        refused = self.standing.state is CredentialState.DOUBTED
        if now - self._unread_told_at >= TOLD_EVERY_S:
            self._unread_told_at = now
            what = "was refused" if refused else "stands"
            log.warning(
                "%s could not be read anew (%s: %s); the old one %s", self.name, type(error).__name__, error, what
            )
        if not refused:
            self._read_at = now - READ_AGAIN_S + LEFT_ALONE_S[1]
            return
        if error.retryable:
            self._read_at = NEVER
        else:
            self.standing.after(CredentialEvent.KNOWN_BAD, error)
        raise error

    async def _change(self, account: Account) -> None:
        self.standing.after(CredentialEvent.READ_ANOTHER)
        changed = account.http != self._account.http
        self._account = account
        self._cached = credential_cache().of(account)
        if changed:
            await self.aclose()

    async def aclose(self) -> None:
        """Give the connections back."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.aclose()
