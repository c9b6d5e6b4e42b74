"""A cache of temporary credentials: when to ask for new ones, and who may share them.

Credentials are renewed at four fifths of their life, by one caller at a time. While that goes on, and while whoever
hands them out is in trouble, the others go on with those there are, as long as they are good. How long that is, and
when to ask again, is measured by a clock that nobody sets.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary, WeakValueDictionary

from .core.account import Account, Credentials
from .core.errors import ApiError, CredentialsExpired, CredentialsRefused, CredentialsUnavailable, MediaJobsError
from .core.times import Clock, Monotonic

RENEWED_AT = 0.8
"""Share of a life after which new ones are asked for."""

LEAST = timedelta(seconds=1)
"""Between two requests for new ones, however short their life."""

ASKED_AGAIN = timedelta(seconds=10)
"""After trouble that passes; callers that waited for their turn meanwhile do not each try for themselves."""

REFUSED_FOR = timedelta(minutes=5)
"""After a "no". A vendor locks a key that it has refused five times in a row."""

log = logging.getLogger(__name__)


class CachedCredentials:
    """The credentials of one account, shared by threads, or by the tasks of an event loop.

    :ivar off: how far the clock of whoever hands them out is ahead: lives are told in its time.
    """

    def __init__(self) -> None:
        self.off = timedelta(0)
        self._held: Credentials | None = None
        self._passed: Monotonic | None = None
        self._due_at: float | None = None
        self._ends_at: float | None = None
        self._failure: MediaJobsError | None = None
        self._turn = threading.Lock()
        self._aturn = asyncio.Lock()

    def get(self, now: Clock, ask: Callable[[], Credentials], passed: Monotonic | None = None) -> Credentials:
        """Those that are good, new ones where it is time.

        :param now: the time of whoever hands them out.
        :param passed: seconds that pass, whatever clock is set; by default as they were told last, or as ``now`` goes.
        :param ask: asks for new ones; called by one caller at a time.
        :raises CredentialsUnavailable: when there are none and none could be had; later they may.
        :raises CredentialsRefused: when there are none and the answer was no.
        """
        passed = self._passing(now, passed)
        held = self._at_hand(passed(), busy=self._turn.locked())
        if held is None:
            with self._turn:
                held = self._at_hand(passed())
                if held is None:
                    try:
                        held = self._took(ask(), now(), passed())
                    except MediaJobsError as error:
                        held = self._failed(error, passed())
        return held

    async def aget(
        self, now: Clock, ask: Callable[[], Awaitable[Credentials]], passed: Monotonic | None = None
    ) -> Credentials:
        """The same on an event loop."""
        passed = self._passing(now, passed)
        held = self._at_hand(passed(), busy=self._aturn.locked())
        if held is None:
            async with self._aturn:
                held = self._at_hand(passed())
                if held is None:
                    try:
                        held = self._took(await ask(), now(), passed())
                    except MediaJobsError as error:
                        held = self._failed(error, passed())
        return held

    def refused(self, credentials: Credentials) -> None:
        """The vendor does not accept these any more. Who hears it of older ones than those there are has no say."""
        if self._held is credentials:
            self._held = self._due_at = None

    def _passing(self, now: Clock, passed: Monotonic | None) -> Monotonic:
        self._passed = passed or self._passed
        return self._passed or (lambda: now().timestamp())

    # --- state --------------------------------------------------------------------------------------------------

    def _at_hand(self, at: float, *, busy: bool = False) -> Credentials | None:
        """What a caller may use at once; ``None`` where it has to ask for new ones, or to wait for whoever does.

        :raises MediaJobsError: what the last who asked has met, for a while.
        """
        held = self._held
        if self._due_at is not None and at >= self._due_at:
            expired = held is None or (self._ends_at is not None and at >= self._ends_at)
            return None if expired or not busy else held
        if held is None and self._failure is not None:
            raise self._failure.with_traceback(None)
        return held

    def _took(self, credentials: Credentials, now: datetime, at: float) -> Credentials:
        end = credentials.expires_at
        self._held, self._failure = credentials, None
        life = None if end is None else end - now
        self._ends_at = None if life is None else at + life.total_seconds()
        self._due_at = None if life is None else at + max(LEAST, life * RENEWED_AT).total_seconds()
        return credentials

    def _failed(self, error: MediaJobsError, at: float) -> Credentials:
        """:raises MediaJobsError: where there are none left that are good."""
        self._due_at = at + (ASKED_AGAIN if error.retryable else REFUSED_FOR).total_seconds()
        held = self._held
        if held is not None and self._ends_at is not None and at < self._ends_at:
            self._due_at = min(self._due_at, self._ends_at)
            log.warning("temporary credentials could not be renewed (%s); those there are stand for now", error)
            return held
        self._held = None
        self._failure = _told(error)
        raise self._failure


def _told(error: MediaJobsError) -> MediaJobsError:
    """In words of its own: no exchange must take it for the answer about a job."""
    if error.retryable:
        return CredentialsUnavailable(f"temporary credentials could not be had: {error}")
    code = error.code if isinstance(error, ApiError) else type(error).__name__
    request_id = error.request_id if isinstance(error, ApiError) else None
    # The connection's own token has run out: reading it anew may cure it.
    sort = CredentialsExpired if isinstance(error, CredentialsExpired) else CredentialsRefused
    return sort(code, f"temporary credentials were refused: {error}", request_id=request_id)


class CredentialCache:
    """The temporary credentials of all accounts, each kept as long as somebody uses them."""

    def __init__(self) -> None:
        self._held: WeakValueDictionary[object, CachedCredentials] = WeakValueDictionary()

    def of(self, account: Account) -> CachedCredentials | None:
        """The credentials of an account; ``None`` where the connection's own credentials sign."""
        return (
            None
            if account.credential_provider is None
            else self._held.setdefault(account.cache_key, CachedCredentials())
        )


_of_threads = CredentialCache()
_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, CredentialCache] = WeakKeyDictionary()


def credential_cache() -> CredentialCache:
    """The running loop's; outside of loops, that of all threads."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return _of_threads
    found = _of_loops.get(loop)
    if found is None:
        found = _of_loops[loop] = CredentialCache()
    return found
