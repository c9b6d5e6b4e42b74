"""What the hooks of all vendors share. A vendor's own hook adds its names and its ``call``."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, TypeGuard, TypeVar

from airflow.sdk import BaseHook

from ..core.account import Account
from ..core.errors import JobNotFound, MediaJobsError, ParameterError, UnreadableResponse
from ..core.http import Transport
from ..core.job import JobRef, JobSnapshot, WaitReport
from ..core.kind import Answer, Exchange, JobKind
from ..core.policy import LOOK_S
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
"""For which the "Test" button waits where processes share a limit and others use it up."""


class MediaHook(BaseHook):
    """One vendor account, through an Airflow connection. Constructing it reads and sends nothing.

    :param conn_id: the connection.
    :param region: replaces the connection's region.
    :param project_id: replaces the connection's project id (Huawei).
    :param transport: sends requests; by default ``requests`` with the connection's timeout, TLS and proxy settings.
    :param clock: monotonic seconds, for the time that retries may take.
    :param sleep: pauses between retries.
    :param jitter: gives a number from 0 to 1.
    :param now: the clock requests are dated by.
    :param nonce: gives a new one for every request.
    :ivar unread: what to say of names in the connection's extra that nothing reads, once that is looked up.
    :ivar before: called before each request: a wait for many jobs paces its own.
    :ivar pause: sleeps.
    :ivar patience: seconds for which a look waits, where processes share a limit and others use it up.
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

        Where the connection of a vendor with projects names none, the region's is asked for.

        :raises ConfigError: when the connection is missing or incomplete.
        :raises ConnectionUnavailable: when Airflow could not look it up; later it may.
        """
        if self._account is None:
            from ..projects import completed, is_missing  # here, not above: parsing a DAG file looks nothing up
            from .lookup import account_behind
            from .masking import mask

            of = vendor(self.vendor_name)
            account, self.unread = account_behind(
                of, self.conn_id, self.conn_type, region=self.region, project_id=self.project_id
            )
            if self.unread and self.unread != self._told:
                self.log.warning("connection %r: %s", self.conn_id, self.unread)
                self._told = self.unread
            for secret in account.credentials.secrets:  # Airflow knows those of the connection, not of the environment
                mask(secret)
            if is_missing(account):
                account = completed(self._client(account, WaitReport()), self._opened(account))
            self._account = account
        return self._account

    def forget(self) -> None:
        """Read the connection anew at the next use: its secrets may have been rotated."""
        self._account = None
        self.close()

    def close(self) -> None:
        """Give the network connections back; a transport that was given stays its giver's. The hook stays usable."""
        if self._own_transport is not None:
            self._own_transport.close()
            self._own_transport = None

    def get_job(self, kind: str, *, timeout: float = 30.0, **ids: str) -> JobSnapshot:
        """One job as it is now. A task that hands it on returns its ``to_result()``: XCom refuses the object itself.

        :param kind: name of the kind, for example ``huawei.mpc.editing``.
        :param timeout: seconds for which retryable failures are tried again, each attempt newly signed.
        :param ids: the kind's ids.
        :raises JobNotFound: when the vendor shows no such job.
        :raises ParameterError: for a wrong kind or id; nothing is sent.
        :raises MediaJobsError: what the vendor or the network said.
        """
        ref = self._kind(kind).ref(ids)
        return self._retried(lambda: _found(ref, self.look([ref]).get(ref)), timeout)

    def get_jobs(self, kind: str, refs: Iterable[Mapping[str, str]], *, timeout: float = 30.0) -> dict[JobRef, Answer]:
        """Many jobs in as few calls as the vendor allows. A batch that is answered is not asked again.

        :param refs: the ids of each, for example ``[{"job_id": "30647"}, {"job_id": "30648"}]``; each is asked once.
        :param timeout: as for :meth:`get_job`.
        :returns: an answer for every reference: the job, or the error that this one alone met (``JobNotFound`` for a
            job the vendor does not show, ``UnreadableResponse`` for a record that cannot be read). One bad id or
            record does not spoil the others.
        :raises MediaJobsError: what concerns them all: credentials, network, throttling.
        """
        of = self._kind(kind)
        wanted = [of.ref(ids) for ids in refs]
        answers: dict[JobRef, Answer] = {}

        def ask_the_rest() -> None:
            for batch in of.batches(ref for ref in wanted if ref not in answers):
                found = self.look(batch)
                told = {ref: found.get(ref) or _not_found(ref) for ref in batch}
                answers.update({ref: answer for ref, answer in told.items() if not _may_pass(answer)})
                for answer in told.values():
                    if _may_pass(answer):  # to be asked for again, without those that are known now
                        raise answer

        self._retried(ask_the_rest, timeout)
        return {ref: answers[ref] for ref in wanted}

    def cancel_job(self, kind: str, *, timeout: float = 30.0, **ids: str) -> None:
        """Cancel a job that has not started; the vendor refuses any other.

        :param kind: one of Huawei's; Alibaba's operations cancel none.
        :param timeout: as for :meth:`get_job`.
        :param ids: the kind's ids.
        :raises RequestRejected: where the job is not in the queue (any more).
        :raises ParameterError: for a kind that cannot be cancelled, or a wrong id; nothing is sent.
        :raises MediaJobsError: what the vendor or the network said.
        """
        of = self._kind(kind)
        ref, cancel = of.ref(ids), of.cancel
        if cancel is None:
            raise ParameterError(f"kind {kind!r} cannot be cancelled: the vendor has no such operation")
        self._retried(lambda: self._run(cancel(self.account, ref), timeout), timeout)

    def look(self, refs: Iterable[JobRef]) -> dict[JobRef, Answer]:
        """One look at jobs of one kind, without retries. A job the vendor does not show is absent from the answers."""
        wanted = list(refs)
        if not wanted:
            return {}
        kind = self._kind(wanted[0].kind)
        answers: dict[JobRef, Answer] = {}
        for batch in kind.batches(wanted):
            answers.update(self._run(kind.look(self.account, batch), look=True))
        return answers

    def run(self, exchange: Exchange[T]) -> T:
        """Hold one conversation with the vendor, blocking.

        :raises MediaJobsError: what the exchange does not handle itself.
        """
        return self._run(exchange)

    def _run(self, exchange: Exchange[T], patience: float | None = None, *, look: bool = False) -> T:
        from .quota_storage import Turnstile  # here, not above: parsing a DAG file shares nothing

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
        self._cached = credential_cache().of(account)  # held, or it would be gone with the credentials in it
        nonce = self._nonce or new_nonce
        return Client(
            vendor(self.vendor_name), account, self._vendor_clock, nonce, report, cached=self._cached, mask=mask
        )

    def test_connection(self) -> tuple[bool, str]:
        """What Airflow's "Test" button asks: one harmless signed call. Raises nothing."""
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
            raise ParameterError(f"kind {name!r} is not of this hook's vendor; valid kinds: {names}")
        return found

    def _opened(self, account: Account) -> Transport:
        if self._given_transport is not None:
            return self._given_transport
        if self._own_transport is None:
            from ..transports.blocking import BlockingTransport  # requests is slow to import: not while parsing DAGs

            self._own_transport = BlockingTransport(account.http)
        return self._own_transport

    def _retried(self, look: Callable[[], T], timeout: float) -> T:
        """Pauses double up to a widest; each is cut to between half and the whole of itself, so that many spread."""
        end = self._clock() + timeout
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
    """Whether it is trouble of the asking; a record that cannot be read is its own job's, and stays so for now."""
    return isinstance(answer, MediaJobsError) and answer.retryable and not isinstance(answer, UnreadableResponse)


def _found(ref: JobRef, answer: Answer | None) -> JobSnapshot:
    if isinstance(answer, JobSnapshot):
        return answer
    raise answer or _not_found(ref)


def _not_found(ref: JobRef) -> JobNotFound:
    return JobNotFound("NotFound", f"the vendor's answer holds no {ref}; check the ids, the region and the project")
