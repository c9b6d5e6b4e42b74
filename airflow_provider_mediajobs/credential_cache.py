# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Keeps temporary credentials for all clients of an account, so that each account asks for them once.

Credentials are renewed after four fifths of their lifetime, by one caller at a time. Meanwhile, and while their service
fails, the other callers use the present ones as long as these are valid. Lifetimes are measured by a monotonic clock,
so that they do not change when the machine's clock is set.
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
"""The part of their lifetime after which credentials are renewed."""

LEAST = timedelta(seconds=1)
"""The shortest time between two renewals, even of credentials with a shorter lifetime."""

ASKED_AGAIN = timedelta(seconds=10)
"""The time between two tries after a retryable error. All callers in between get the same error."""

REFUSED_FOR = timedelta(minutes=5)
"""The time between two tries after a refusal. Huawei Cloud locks a key that was refused five times in a row."""

log = logging.getLogger(__name__)


class CachedCredentials:
    """The temporary credentials of one account, shared by threads, or by the tasks of an event loop.

    :ivar off: the time by which the clock of the service that issues them is ahead of this machine's clock. Their times
        of expiry are by that clock.
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
        """Return valid credentials; new ones if a renewal is due.

        :param now: the clock of the service that issues them.
        :param ask: requests new ones; by one caller at a time.
        :param passed: a monotonic clock; by default that of the call before, or else ``now``.
        :raises CredentialsUnavailable: there are no valid ones, and none could be obtained now.
        :raises CredentialsRefused: there are no valid ones, and the service refused to issue some.
        :raises CredentialsExpired: the same, since the connection's own token has expired.
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
        """Return valid credentials, as :meth:`get`, on an event loop."""
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
        """Discard these credentials, since the vendor has refused them. Ignored if they were replaced already."""
        if self._held is credentials:
            self._held = self._due_at = None

    def _passing(self, now: Clock, passed: Monotonic | None) -> Monotonic:
        self._passed = passed or self._passed
        return self._passed or (lambda: now().timestamp())

    # --- state --------------------------------------------------------------------------------------------------

    def _at_hand(self, at: float, *, busy: bool = False) -> Credentials | None:
        """Return credentials for immediate use; ``None`` if the caller must renew them, or wait until another has.

        :param at: the time by the monotonic clock.
        :param busy: whether another caller is renewing them.
        :raises MediaJobsError: there are none, and the last renewal failed with this error a short time ago.
        """
        held = self._held
        if self._due_at is not None and at >= self._due_at:
            expired = held is None or (self._ends_at is not None and at >= self._ends_at)
            return None if expired or not busy else held
        if held is None and self._failure is not None:
            raise self._failure.with_traceback(None)
        return held

    def _took(self, credentials: Credentials, now: datetime, at: float) -> Credentials:
        """Keep new credentials, and determine when they are renewed.

        :param now: the time by the clock of their service.
        :param at: the time by the monotonic clock.
        """
        end = credentials.expires_at
        self._held, self._failure = credentials, None
        life = None if end is None else end - now
        self._ends_at = None if life is None else at + life.total_seconds()
        self._due_at = None if life is None else at + max(LEAST, life * RENEWED_AT).total_seconds()
        return credentials

    def _failed(self, error: MediaJobsError, at: float) -> Credentials:
        """Return the present credentials after a failed renewal, if they are still valid.

        :param at: the time by the monotonic clock.
        :raises MediaJobsError: there are no valid ones.
        """
        self._due_at = at + (ASKED_AGAIN if error.retryable else REFUSED_FOR).total_seconds()
        held = self._held
        if held is not None and self._ends_at is not None and at < self._ends_at:
            self._due_at = min(self._due_at, self._ends_at)
            log.warning("temporary credentials could not be renewed (%s); the present ones are still used", error)
            return held
        self._held = None
        self._failure = _told(error)
        raise self._failure


def _told(error: MediaJobsError) -> MediaJobsError:
    """Return the error for callers. Its class must not be one that an exchange takes for an answer about a job."""
    if error.retryable:
        return CredentialsUnavailable(f"temporary credentials could not be obtained: {error}")
    code = error.code if isinstance(error, ApiError) else type(error).__name__
    request_id = error.request_id if isinstance(error, ApiError) else None
    # If the connection's own token has expired, reading the connection again may help.
    sort = CredentialsExpired if isinstance(error, CredentialsExpired) else CredentialsRefused
    return sort(code, f"temporary credentials were refused: {error}", request_id=request_id)


class CredentialCache:
    """The temporary credentials of all accounts. Those of an account are kept as long as a client holds them."""

    def __init__(self) -> None:
        self._held: WeakValueDictionary[object, CachedCredentials] = WeakValueDictionary()

    def of(self, account: Account) -> CachedCredentials | None:
        """Return the credentials of an account; ``None`` if it signs with those of the connection itself."""
        return (
            None
            if account.credential_provider is None
            else self._held.setdefault(account.cache_key, CachedCredentials())
        )


_of_threads = CredentialCache()
_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, CredentialCache] = WeakKeyDictionary()


def credential_cache() -> CredentialCache:
    """Return the cache of the running event loop; outside of event loops, the one that all threads share."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return _of_threads
    found = _of_loops.get(loop)
    if found is None:
        found = _of_loops[loop] = CredentialCache()
    return found
