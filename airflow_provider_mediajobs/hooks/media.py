# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The base class of all hooks. A vendor's hook adds names and its ``call``."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, TypeGuard, TypeVar

from airflow.sdk import BaseHook

from ..core.account import Account
from ..core.arguments import check_id, seconds
from ..core.errors import JobNotFound, MediaJobsError, ParameterError, UnreadableResponse
from ..core.http import Transport
from ..core.job import JobRef, JobSnapshot, WaitReport
from ..core.kind import Answer, Exchange, JobKind
from ..core.policy import LOOK_S
from ..core.refs import listed_refs
from ..core.shown import shown
from ..core.times import Clock, Monotonic
from ..vendors import kind as kind_of
from ..vendors import vendor, vendor_of

if TYPE_CHECKING:
    from ..client import Client
    from ..clock import VendorClock
    from ..credential_cache import CachedCredentials
    from ..transports.blocking import BlockingTransport

T = TypeVar("T")

FIRST_PAUSE_S = 0.5
WIDEST_PAUSE_S = 8.0
TEST_S = 5.0
"""Seconds that the "Test" button waits for a call of a shared rate limit."""


class MediaHook(BaseHook):
    """One account of a vendor, through an Airflow connection. Constructing a hook reads and sends nothing.

    :param conn_id: id of the Airflow connection.
    :param region: replaces the connection's region.
    :param project_id: replaces the connection's project id (Huawei).
    :param transport: sends requests; by default ``requests`` with the connection's timeout, TLS and proxy settings.
    :param clock: returns monotonic seconds, by which the time for retries is measured.
    :param sleep: pauses for seconds, between retries.
    :param jitter: returns a random number from 0 to 1, which shortens the pauses.
    :param now: the clock by which requests are dated.
    :param nonce: returns a new nonce for each request.
    :ivar unread: a warning about names in the connection's extra that nothing reads, once that is looked up.
    :ivar before: called before each request; waits for many jobs space their calls by it.
    :ivar pause: pauses for seconds, between retries.
    :ivar patience: seconds that a look waits for its turn where processes share a rate limit.
    """

    vendor_name: ClassVar[str]
    conn_type: ClassVar[str]
    default_conn_name: ClassVar[str]
    hook_name: ClassVar[str]
    conn_name_attr = "conn_id"

    def __init__(
        self,
        conn_id: str,
        *,
        region: str | None = None,
        project_id: str | None = None,
        transport: Transport | None = None,
        clock: Monotonic = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        now: Clock | None = None,
        nonce: Callable[[], str] | None = None,
    ) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.region = region
        self.project_id = project_id
        self.report = WaitReport()
        self.before: Callable[[], None] | None = None
        self.patience = LOOK_S
        self.pause = sleep
        self._given_transport = transport
        self._own_transport: BlockingTransport | None = None
        self._clock, self._jitter = clock, jitter
        self._now, self._nonce = now, nonce
        self._vendor_clock: VendorClock | None = None
        self._cached: CachedCredentials | None = None
        self._account: Account | None = None
        self.unread = self._told = ""

    @property
    def account(self) -> Account:
        """The account behind the connection; looked up at first use, then kept.

        Where a connection of a vendor with projects names none, the region's project is looked up.

        :raises ParameterError: for a connection, region or project that is no text.
        :raises ConfigError: when the connection is missing or incomplete.
        :raises ConnectionUnavailable: when Airflow could not look it up; later it may.
        """
        if self._account is None:
            from ..projects import completed, is_missing  # here, not above: parsing a DAG file looks nothing up
            from .lookup import account_behind
            from .masking import mask

            self._check_place()
            of = vendor(self.vendor_name)
            account, self.unread = account_behind(
                of, self.conn_id, self.conn_type, region=self.region, project_id=self.project_id
            )
            if self.unread and self.unread != self._told:
                self.log.warning("connection %r: %s", self.conn_id, self.unread)
                self._told = self.unread
            for secret in account.credentials.secrets:  # Airflow masks those of the connection, not of the environment
                mask(secret)
            if is_missing(account):
                account = completed(self._client(account, WaitReport()), self._opened(account))
            self._account = account
        return self._account

    def _check_place(self) -> None:
        """:raises ParameterError: for a connection, region or project that is no text; nothing is looked up."""
        check_id("conn_id", self.conn_id)
        for name, value in (("region", self.region), ("project_id", self.project_id)):
            if value is not None:
                check_id(name, value)

    def forget(self) -> None:
        """Read the connection anew at the next use: its secrets may have been rotated."""
        self._account = None
        self.close()

    def close(self) -> None:
        """Close network connections, unless the transport was given as a parameter. The hook stays usable."""
        if self._own_transport is not None:
            self._own_transport.close()
            self._own_transport = None

    def get_job(self, kind: str, *, timeout: float = 30.0, **ids: str) -> JobSnapshot:
        """Return one job as it is now. A task returns its ``to_result()``, since XCom does not accept the object.

        :param kind: name of the kind, for example ``huawei.mpc.editing``.
        :param timeout: seconds for which failures that may pass are retried; each attempt is signed anew.
        :param ids: the kind's ids, for example ``job_id="30647"``.
        :raises JobNotFound: when the vendor shows no such job.
        :raises ParameterError: for a wrong kind or id; nothing is sent.
        :raises MediaJobsError: the vendor's error, or that of the network.
        """
        ref = self._kind(kind).ref(ids)
        return self._retried(lambda: _found(ref, self.look([ref]).get(ref)), timeout)

    def get_jobs(self, kind: str, refs: Iterable[Mapping[str, str]], *, timeout: float = 30.0) -> dict[JobRef, Answer]:
        """Return many jobs, in as few calls as the vendor allows. A retry asks only for jobs without an answer yet.

        :param kind: as for :meth:`get_job`.
        :param refs: the ids of each, for example ``[{"job_id": "30647"}, {"job_id": "30648"}]``; each is asked once.
        :param timeout: as for :meth:`get_job`.
        :returns: an answer for every reference: the job, or the error that concerns it alone (``JobNotFound`` for a
            job the vendor does not show, ``UnreadableResponse`` for a record that cannot be read). One bad id or
            record does not spoil the others.
        :raises MediaJobsError: an error that concerns all: credentials, network, throttling.
        """
        of = self._kind(kind)
        wanted = listed_refs(of, refs)
        answers: dict[JobRef, Answer] = {}

        def ask_the_rest() -> None:
            for batch in of.batches(ref for ref in wanted if ref not in answers):
                found = self.look(batch)
                told = {ref: found.get(ref) or _not_found(ref) for ref in batch}
                answers.update({ref: answer for ref, answer in told.items() if not _may_pass(answer)})
                for answer in told.values():
                    if _may_pass(answer):  # retried, without the jobs that are known now
                        raise answer

        self._retried(ask_the_rest, timeout)
        return {ref: answers[ref] for ref in wanted}

    def cancel_job(self, kind: str, *, timeout: float = 30.0, **ids: str) -> None:
        """Cancel a job that has not started; the vendor refuses any other.

        :param kind: name of a kind whose vendor can cancel queued jobs.
        :param timeout: as for :meth:`get_job`.
        :param ids: the kind's ids.
        :raises RequestRejected: where the job is not in the queue (any more).
        :raises ParameterError: for a kind that cannot be cancelled, or a wrong id; nothing is sent.
        :raises MediaJobsError: the vendor's error, or that of the network.
        """
        of = self._kind(kind)
        ref, cancel = of.ref(ids), of.cancel
        if cancel is None:
            raise ParameterError(f"kind {shown(kind)} cannot be cancelled: the vendor has no such operation")
        self._retried(lambda: self._run(cancel(self.account, ref), timeout), timeout)

    def look(self, refs: Iterable[JobRef]) -> dict[JobRef, Answer]:
        """One look at jobs of one kind, without retries. The answers lack jobs that the vendor does not show."""
        wanted = list(refs)
        if not wanted:
            return {}
        kind = self._kind(wanted[0].kind)
        answers: dict[JobRef, Answer] = {}
        for batch in kind.batches(wanted):
            answers.update(self._run(kind.look(self.account, batch), look=True))
        return answers

    def run(self, exchange: Exchange[T]) -> T:
        """Run an exchange, blocking.

        :raises MediaJobsError: an error that the exchange does not handle.
        """
        return self._run(exchange)

    def _run(self, exchange: Exchange[T], patience: float | None = None, *, look: bool = False) -> T:
        from .quota_storage import Turnstile  # here, not above: parsing a DAG file does not need it

        client, turnstile = self._client(self.account, self.report), Turnstile(self, patience, look=look)
        client.before = turnstile.enter
        try:
            return client.run(exchange, self._opened(self.account))
        finally:
            turnstile.leave()

    def _client(self, account: Account, report: WaitReport) -> Client:
        from ..client import Client, new_nonce
        from ..clock import VendorClock, utc_now
        from ..credential_cache import credential_cache
        from .masking import mask

        self._vendor_clock = self._vendor_clock or VendorClock(self._now or utc_now)
        self._cached = credential_cache().of(account)  # held, since the cache keeps it by a weak reference
        nonce = self._nonce or new_nonce
        return Client(
            vendor(self.vendor_name), account, self._vendor_clock, nonce, report, cached=self._cached, mask=mask
        )

    def test_connection(self) -> tuple[bool, str]:
        """Check the connection for Airflow's "Test" button by one harmless signed call. Raises nothing.

        :returns: whether the call succeeded, and a text for the user.
        """
        try:
            said = self._run(vendor(self.vendor_name).test_connection(self.account), TEST_S)
        except MediaJobsError as error:
            return False, str(error)
        except Exception as error:  # noqa: BLE001
            return False, f"unexpected {type(error).__name__}"  # its text may hold a secret
        return True, f"{said}; but {self.unread}" if self.unread else said

    def _kind(self, name: str) -> JobKind:
        found = kind_of(name)
        if vendor_of(name).name != self.vendor_name:
            names = ", ".join(kind.name for kind in vendor(self.vendor_name).kinds)
            raise ParameterError(f"kind {shown(name)} is not of this hook's vendor; valid kinds: {names}")
        return found

    def _opened(self, account: Account) -> Transport:
        if self._given_transport is not None:
            return self._given_transport
        if self._own_transport is None:
            from ..transports.blocking import BlockingTransport  # requests is slow to import: not while parsing DAGs

            self._own_transport = BlockingTransport(account.http)
        return self._own_transport

    def _retried(self, look: Callable[[], T], timeout: float) -> T:
        """Retry with pauses that double up to 8 s, each reduced by a random share of up to a half."""
        end = self._clock() + seconds("timeout", timeout)
        pause = FIRST_PAUSE_S
        while True:
            try:
                return look()
            except MediaJobsError as error:
                wait = error.retry_after or pause * (1 + self._jitter()) / 2
                if not error.retryable or self._clock() + wait > end:
                    raise
                self.log.info("%s; trying again in %.1f s", error, wait)
            self.pause(wait)
            pause = min(pause * 2, WIDEST_PAUSE_S)


def _may_pass(answer: Answer) -> TypeGuard[MediaJobsError]:
    """Whether a retry may bring an answer. An unreadable record is an answer about its job, and is not retried."""
    return isinstance(answer, MediaJobsError) and answer.retryable and not isinstance(answer, UnreadableResponse)


def _found(ref: JobRef, answer: Answer | None) -> JobSnapshot:
    if isinstance(answer, JobSnapshot):
        return answer
    raise answer or _not_found(ref)


def _not_found(ref: JobRef) -> JobNotFound:
    return JobNotFound("NotFound", f"the vendor's answer holds no {ref}; check the ids, the region and the project")
