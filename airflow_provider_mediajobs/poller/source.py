"""One connection's view of an account: credentials, endpoints, kept connections, and how it fares."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol, TypeVar

from ..client import Client
from ..clock import VendorClock
from ..core.account import Account, HttpOptions
from ..core.errors import AuthError, MediaJobsError
from ..core.http import AsyncTransport
from ..core.job import WaitReport
from ..core.kind import Exchange, JobKind, Quota
from ..core.policy import LONGEST_S
from ..credential_cache import credential_cache
from ..vendors import vendor
from .batch import NOW, Pool, Track
from .pace import SHARE
from .refusals import Refusals
from .waiter import Ear

T = TypeVar("T")

Reader = Callable[[], Awaitable[Account]]
Gate = Callable[[], Awaitable[None]]
Mask = Callable[[str], Awaitable[None]]

READ_AGAIN_S = 3600.0
HELD_S = (1.0, 60.0)
"""Seconds for which a source that fails is left alone: at first, and at most."""

TOLD_FROM_S = 60.0
TOLD_EVERY_S = 600.0
"""An outage is told when it has lasted so long, and again after so long."""

log = logging.getLogger(__name__)


class Closable(AsyncTransport, Protocol):
    """A transport with connections to give back."""

    async def aclose(self) -> None:
        """Give them back."""
        ...


Connect = Callable[[HttpOptions], Closable]


class Source:
    """The waits of one connection.

    :param name: of the connection, for log lines.
    :param account: as read for the first wait.
    :param read: reads the connection anew.
    :param connect: makes a transport.
    :param clock: what requests are dated by.
    :param moment: the loop's clock when the account was read.
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
        moment: float,
        *,
        refusals: Refusals | None = None,
        mask: Mask | None = None,
    ) -> None:
        self.name = name
        self.pools: dict[str, Pool[Ear]] = {}
        self.read = read
        self.proven = False
        self._good: Account | None = None
        self.held = NOW
        self.in_flight = 0
        self._vendor = vendor(account.vendor)
        self._account = account
        self._connect = connect
        self._transport: Closable | None = None
        self._clock = clock
        self._refusals = refusals or Refusals()
        self._mask = mask
        self._lease = credential_cache().of(account)
        self._read_at = moment
        self._failed_at = NOW
        self._down_since = self._told_at = NOW
        self._hold = HELD_S[0]
        self._doubted: tuple[Account, AuthError] | None = None
        self._unread_told_at = NOW
        self.refusal: MediaJobsError | None = None

    def pool(self, kind: JobKind) -> Pool[Ear]:
        """The jobs of one kind."""
        if kind.name not in self.pools:
            self.pools[kind.name] = Pool(kind, kind.quota.seconds / (self.limit(kind.quota) * SHARE))
        return self.pools[kind.name]

    @property
    def timeout(self) -> float:
        """Seconds for one request."""
        return self._account.http.timeout

    def limit(self, quota: Quota) -> float:
        """Calls a period that this connection allows."""
        return self._account.quotas.get(quota.name, quota.calls)

    def __iter__(self) -> Iterator[Track[Ear]]:
        for pool in list(self.pools.values()):
            yield from pool

    def next_due(self) -> float:
        """When something is to be asked; until it has proved good, one call at a time."""
        if self.in_flight and not self.proven:
            return float("inf")
        return max(self.held, min((pool.next_due() for pool in self.pools.values()), default=float("inf")))

    # --- calls --------------------------------------------------------------------------------------------------

    async def ask(self, exchange: Callable[[Account], Exchange[T]], gate: Gate, report: WaitReport, moment: float) -> T:
        """Hold one conversation.

        :param gate: awaited before every request.
        :param report: counts.
        :param moment: the loop's clock.
        :raises MediaJobsError: what it met.
        """
        await self._renew(moment)
        account = self._account
        # What others met is not about an account that has been answered.
        known = None if self._good is account else self._refusals.of(account, moment)
        if known is not None:
            self.refusal = known
            raise known
        if self._transport is None:
            self._transport = self._connect(account.http)
        client = Client(
            self._vendor, account, self._clock, report=report, gate=gate, cached=self._lease, amask=self._mask
        )
        try:
            found = await client.arun(exchange(account), self._transport)
        except AuthError as error:
            self._doubt(account, error, moment)
            raise
        self._is_good(account, moment)
        return found

    def _is_good(self, used: Account, moment: float) -> None:
        if used is not self._account:  # a late answer says nothing of the key that has come since
            return
        self._good = used
        if self._told_at > NOW:
            log.info("%s answers again, after %.0f s", self.name, moment - self._down_since)
        self.proven = True
        self._doubted = None
        self._hold = HELD_S[0]
        self._failed_at = self._told_at = NOW

    def failed(self, sent: float, moment: float, error: MediaJobsError) -> bool:
        """A call brought no answer: leave the source alone for a while, longer each time.

        :param sent: when it went out: of calls that were under way together only one counts.
        :returns: whether the source was well before.
        """
        well = self._failed_at == NOW
        self.proven = False
        if well:
            self._down_since = moment
        elif moment - self._down_since >= TOLD_FROM_S and moment - self._told_at >= TOLD_EVERY_S:
            self._told_at = moment
            log.warning(
                "%s has not answered for %.0f s; its waits go on (%s)", self.name, moment - self._down_since, error
            )
        self.held = max(self.held, moment + min(error.retry_after or 0.0, LONGEST_S))
        if sent >= self._failed_at:
            self._failed_at = moment
            self.held = max(self.held, moment + self._hold)
            self._hold = min(self._hold * 2, HELD_S[1])
        return well

    # --- the connection -----------------------------------------------------------------------------------------

    def _doubt(self, used: Account, error: AuthError, moment: float) -> None:
        """Refused: read the connection again, once. Calls that went out with the same account tell nothing more."""
        self.proven, self._good = False, None
        if self._doubted is None:
            self._doubted = (used, error)
            self._read_at = NOW
        elif self._doubted[0] is not used:
            self._refuse(used, error, moment)

    def _refuse(self, used: Account, error: MediaJobsError, moment: float) -> None:
        self.refusal = error
        self._refusals.note(used, error, moment)

    def forgive(self, moment: float) -> None:
        """All waits have been told of the refusal. Whoever stays or comes is asked for later, and read for anew."""
        self._doubted = self.refusal = None
        self._read_at = NOW
        self.held = moment + HELD_S[1]

    async def _renew(self, moment: float) -> None:
        """Read the connection where it is time to.

        :raises MediaJobsError: where that fails and the old one has been refused.
        """
        if moment - self._read_at < READ_AGAIN_S:
            return
        before, self._read_at = self._account, moment
        try:
            account = await self.read()
        except MediaJobsError as error:
            self._not_read(error, moment)
            return
        self._unread_told_at = NOW
        if self._doubted is not None and account == before:
            self._refuse(*self._doubted, moment)
            raise self._doubted[1]
        await self._change(account)

    def _not_read(self, error: MediaJobsError, moment: float) -> None:
        """:raises MediaJobsError: where the one that was read before is no good."""
        if moment - self._unread_told_at >= TOLD_EVERY_S:
            self._unread_told_at = moment
            what = "stands" if self._doubted is None else "was refused"
            log.warning(
                "%s could not be read anew (%s: %s); the old one %s", self.name, type(error).__name__, error, what
            )
        if self._doubted is None:
            self._read_at = moment - READ_AGAIN_S + HELD_S[1]
            return
        if error.retryable:
            self._read_at = NOW
        else:
            self.refusal = error
        raise error

    async def _change(self, account: Account) -> None:
        if account == self._account:
            return
        self.proven = False
        changed = account.http != self._account.http
        self._account = account
        self._lease = credential_cache().of(account)
        if changed:
            await self.aclose()

    async def aclose(self) -> None:
        """Give the connections back."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.aclose()
