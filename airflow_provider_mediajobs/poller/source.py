# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Holds what belongs to one connection: its jobs, its credentials, its transport, and whether its calls are answered.

It decides when the connection is read again, when its calls pause, and when all its waits get an error.
"""

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
from .outage import LOGGED_EVERY_S, NEVER, PAUSE_S, Outage
from .pace import SHARE
from .probes import Probes
from .refusals import Refusals
from .rounds import Rounds
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
"""Seconds after which a connection is read again, since its key may be changed while waits go on."""

log = logging.getLogger(__name__)


class Closable(AsyncTransport, Protocol):
    """A transport that can be closed."""

    async def aclose(self) -> None:
        """Close its network connections."""
        ...


Connect = Callable[[HttpOptions], Closable]


def probe_quota(kind: JobKind) -> Quota | None:
    """Return the quota of a kind's probes if it is not that of looks; ``None`` if it is, or there are no probes."""
    own = kind.probe.quota if kind.probe is not None else None
    return own if own is not None and own.name != kind.quota.name else None


class Source:
    """The jobs that one connection's waits of a lane wait for, and the state of the connection.

    :param name: the name of the connection, for log lines.
    :param account: what the connection said when the first wait began.
    :param read: reads the connection again.
    :param connect: makes a transport from the connection's HTTP options.
    :param clock: dates requests.
    :param now: the time at which the account was read, by the loop's clock.
    :param refusals: remembers refused credentials for longer than the source exists.
    :param mask: is given temporary secrets before they are used, so that logs can hide them.
    :ivar pools: the jobs, by the name of their kind.
    :ivar in_flight: the number of calls under way.
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
        self._unread_logged_at = NEVER

    def pool(self, kind: JobKind, rounds: Rounds | None = None) -> WaitedPool:
        """Return the pool of one kind's jobs, made if there is none yet.

        :param rounds: those of all pools that share the limit, for a new pool.
        """
        if kind.name not in self.pools:
            apart = probe_quota(kind)
            probing = None if apart is None else self._spacing(apart)
            self.pools[kind.name] = Pool(kind, self._spacing(kind.quota), probing, rounds)
        return self.pools[kind.name]

    @property
    def timeout(self) -> float:
        """The most seconds that one request may take."""
        return self._account.http.timeout

    def limit(self, quota: Quota) -> float:
        """Return the calls that the connection allows in ``quota.seconds``."""
        return self._account.quotas.get(quota.name, quota.calls)

    def _spacing(self, quota: Quota) -> float:
        """Return the seconds between two calls at the full pace."""
        return quota.seconds / (self.limit(quota) * SHARE)

    @property
    def proven(self) -> bool:
        """Whether calls with the credentials in use are answered, but for some that are lost by chance."""
        return self.standing.state is CredentialState.GOOD and not self.outage.down

    @property
    def held(self) -> float:
        """The time before which no call is made."""
        return self.outage.until

    @property
    def refusal(self) -> MediaJobsError | None:
        """The error that all waits of this connection must get, if its credentials are refused; else ``None``."""
        return self.standing.error if self.standing.state is CredentialState.BAD else None

    def __iter__(self) -> Iterator[WaitedJob]:
        for pool in list(self.pools.values()):
            yield from pool

    def next_look(self) -> tuple[float, WaitedPool | None]:
        """Return when the next look is due, and the pool with the most due job; ``None`` without any job."""
        due, most_due = float("inf"), None
        for pool in self.pools.values():
            wanted = pool.next_due()
            if most_due is None or wanted < due:
                due, most_due = wanted, pool
        return self._when(due), most_due

    def next_probe(self, probes: WaitedProbes) -> float:
        """Return when the next probe of these is due."""
        return self._when(probes.next_due())

    def _when(self, wanted: float) -> float:
        # One call at a time until one is answered: several with refused credentials could lock the key.
        return float("inf") if self.in_flight and not self.proven else max(self.held, wanted)

    # --- calls --------------------------------------------------------------------------------------------------

    async def ask(self, exchange: Callable[[Account], Exchange[T]], gate: Gate, report: WaitReport, now: float) -> T:
        """Run one exchange with the vendor.

        :param exchange: makes the exchange from the account.
        :param gate: awaited with every request before it is sent.
        :param report: counts the requests.
        :param now: the time by the loop's clock.
        :returns: what the exchange returns.
        :raises MediaJobsError: the exchange failed, the connection could not be read, or its credentials were refused.
        """
        await self._renew(now)
        account = self._account
        # Refusals that were remembered are out of date once these credentials have been accepted.
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
            if account is self._account:  # else the connection has been read again since, and the answer is late
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
        """Pause all calls of the connection where one more got no answer; longer each time. Log it if it lasts.

        :param sent: when the call was sent, and
        :param now: the time, by the loop's clock.
        :param error: the call's error.
        :returns: whether the call before was answered.
        """
        well = self.outage.answered
        lasted = self.outage.log_due(now)
        if lasted is not None:
            log.warning("%s has not answered for %.0f s; its waits go on (%s)", self.name, lasted, error)
        self.outage.failed(sent, now, min(error.retry_after or 0.0, LONGEST_S))
        return well

    # --- the connection -----------------------------------------------------------------------------------------

    def _refused(self, error: AuthError, now: float) -> None:
        """Handle a refusal of the credentials in use: have the connection read again, once."""
        before = self.standing.state
        state = self.standing.after(CredentialEvent.REFUSED, error)
        if state is CredentialState.BAD:
            self._refusals.note(self._account, error, now)
        elif state is not before:
            self._read_at = NEVER

    def refusal_told(self, now: float) -> None:
        """Pause calls, since all waits got the refusal; the connection is read again before the next one.

        Waits that go on nevertheless, and those that begin, are served then.
        """
        self.standing.after(CredentialEvent.TOLD)
        self._read_at = NEVER
        self.outage.pause_until(now + PAUSE_S[1])

    async def _renew(self, now: float) -> None:
        """Read the connection again if that is due.

        :raises MediaJobsError: the present credentials were refused, and reading failed or brought the same ones.
        """
        if now - self._read_at < READ_AGAIN_S:
            return
        before, self._read_at = self._account, now
        try:
            account = await self.read()
        except MediaJobsError as error:
            self._not_read(error, now)
            return
        self._unread_logged_at = NEVER
        if account != before:
            await self._change(account)
        elif self.standing.after(CredentialEvent.READ_SAME) is CredentialState.BAD and self.standing.error is not None:
            self._refusals.note(account, self.standing.error, now)
            raise self.standing.error

    def _not_read(self, error: MediaJobsError, now: float) -> None:
        """Handle an error in reading the connection: log it, and go on with the present credentials if they are good.

        :raises MediaJobsError: the error, if the present credentials were refused.
        """
        refused = self.standing.state is CredentialState.DOUBTED
        if now - self._unread_logged_at >= LOGGED_EVERY_S:
            self._unread_logged_at = now
            what = "were refused" if refused else "are still used"
            log.warning(
                "connection %s could not be read again (%s: %s); the credentials read before %s",
                *(self.name, type(error).__name__, error, what),
            )
        if not refused:
            self._read_at = now - READ_AGAIN_S + PAUSE_S[1]
            return
        if error.retryable:
            self._read_at = NEVER
        else:
            self.standing.after(CredentialEvent.KNOWN_BAD, error)
        raise error

    async def _change(self, account: Account) -> None:
        """Use what the connection says now, from the next call on."""
        self.standing.after(CredentialEvent.READ_ANOTHER)
        changed = account.http != self._account.http
        self._account = account
        self._cached = credential_cache().of(account)
        if changed:
            await self.aclose()

    async def aclose(self) -> None:
        """Close the network connections; the next call opens new ones."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.aclose()
