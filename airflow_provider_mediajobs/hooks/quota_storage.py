# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The storage of shared rate limits, by Airflow's configuration, and how a hook's requests keep to them.

Errors of the option or the storage are logged once and end no wait: calls are then paced by the vendor's answers, as
without a storage.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ..core.errors import ConfigError, MediaJobsError
from ..quotas.bucket import Sort, bucket_of, quota_of
from .masking import amask, mask

if TYPE_CHECKING:
    from ..core.account import Account
    from ..core.http import HttpRequest
    from ..quotas.shared import SharedQuotas, Slot
    from ..quotas.storage import Storage

SECTION, OPTION = "mediajobs", "quota_storage"
CALL_S = 10.0
"""Seconds that a call other than a look waits for its turn, in addition to the limit's window."""

READ_S = 10.0
"""Seconds that reading the option, perhaps from a secrets backend, may delay the waits of a triggerer."""
READ_AGAIN_S = 600.0
"""Seconds after which an invalid or unreadable option is read again."""

_VARIABLES = tuple(f"AIRFLOW__{SECTION}__{OPTION}{way}".upper() for way in ("", "_cmd", "_secret"))

log = logging.getLogger(__name__)


class _Current(NamedTuple):
    key: object
    quotas: SharedQuotas | None
    until: float = float("inf")


_lock = Lock()
_told: set[str] = set()
_current: _Current | None = None


def configured() -> str:
    """The option's value; empty where there is none.

    :raises ConfigError: when Airflow cannot read it.
    """
    from airflow.sdk import conf

    try:
        return str(conf.get(SECTION, OPTION, fallback="") or "").strip()
    except Exception as error:  # noqa: BLE001  # of a command or a secrets backend; its text may be secret
        sort = type(error).__name__
    raise ConfigError(f"[{SECTION}] {OPTION} cannot be read ({sort}); check its command, or the secrets backend")


def _is_left_out() -> bool:
    """Whether the option is certainly not set, without calling commands or secrets backends."""
    from airflow.sdk import conf

    try:
        elsewhere = any(conf.has_option(SECTION, f"{OPTION}{way}") for way in ("_cmd", "_secret"))
        return not elsewhere and not configured()
    except ConfigError:
        return False


def opened() -> Storage | None:
    """The configured storage, reachable or not; ``None`` where none is configured.

    :raises ConfigError: naming the option, what is wrong and what to do.
    """
    url = configured()
    if not url:
        return None
    from ..quotas.storage import Storage  # here, not above: it loads the libraries of the extra

    return Storage(url)


def shared_quotas() -> SharedQuotas | None:
    """The shared rate limits; ``None`` where no storage is configured or usable."""
    before, found = _current, _get()
    if found is not None and _current is not before:
        try:
            for secret in found.secrets:
                mask(secret)
        except Exception as error:  # noqa: BLE001  # no log is told it, masked or not
            _not_masked(error)
    return found


def _get() -> SharedQuotas | None:
    global _current  # noqa: PLW0603 - one a process
    key = (os.getpid(), *map(os.environ.get, _VARIABLES))  # with the process id: a fork has no threads of its parent
    found = _current
    if found is None or found.key != key or time.monotonic() > found.until:
        with _lock:
            found = _current
            if found is None or found.key != key or time.monotonic() > found.until:
                found = _current = _opened(key)
    return found.quotas


def forget() -> None:
    """Read the option anew at the next use."""
    global _current  # noqa: PLW0603
    _current = None
    _told.clear()


def _opened(key: object) -> _Current:
    try:
        storage = opened()
    except ConfigError as error:
        wrong = str(error)
    except Exception as error:  # noqa: BLE001  # whatever the libraries raise: no wait is ended by it
        wrong = f"[{SECTION}] {OPTION} cannot be used ({type(error).__name__})"
    else:
        from ..quotas.shared import SharedQuotas

        return _Current(key, None if storage is None else SharedQuotas(storage))
    if wrong not in _told:
        _told.add(wrong)
        log.error("%s; until then each process paces its calls by the vendor's answers", wrong)
    return _Current(key, None, time.monotonic() + READ_AGAIN_S)


async def ashared_quotas() -> SharedQuotas | None:
    """As :func:`shared_quotas`, on an event loop, which commands, secrets backends and imports would block."""
    if _is_left_out():
        return None
    try:
        async with asyncio.timeout(READ_S):
            found = await asyncio.to_thread(_get)
    except TimeoutError:
        log.error("[%s] %s could not be read in %.0f s; it is tried again later", SECTION, OPTION, READ_S)  # noqa: TRY400
        return None
    if found is not None:
        try:
            for secret in found.secrets:
                await amask(secret)
        except Exception as error:  # noqa: BLE001  # no log is told it, masked or not
            _not_masked(error)
    return found


def _not_masked(error: Exception) -> None:
    log.warning("the password of [%s] %s could not be masked (%s)", SECTION, OPTION, type(error).__name__)


class PacedHook(Protocol):
    """The part of a hook that is used: see :class:`MediaHook`."""

    conn_id: str
    before: Callable[[], None] | None
    pause: Callable[[float], None]
    patience: float

    @property
    def account(self) -> Account: ...


class Turnstile:
    """Delays each request of one exchange until the shared rate limit allows it.

    :param patience: seconds to wait; by default those of the hook for looks, and the limit's window for other calls.
    :param look: whether they are looks, which have a share of their own.
    """

    def __init__(self, hook: PacedHook, patience: float | None, *, look: bool) -> None:
        self._hook, self._patience, self._look = hook, patience, look
        self._slot: Slot | None = None

    def enter(self, request: HttpRequest) -> None:
        """Wait for permission to send, before the request is signed.

        :raises NoCallLeft: when the limit allows no call in time.
        :raises MediaJobsError: what the hook's ``before`` raises.
        """
        self.leave()
        hook = self._hook
        if hook.before is not None:
            hook.before()
        account, quotas = hook.account, shared_quotas()
        quota = quota_of(account, request.product)
        if quotas is None or quota is None:
            return
        bucket = bucket_of(account, quota, hook.conn_id)
        patience = hook.patience if self._look else bucket.window + CALL_S
        if self._patience is not None:
            patience = self._patience
        sort = Sort.WORKER if self._look else Sort.CALL
        self._slot = quotas.take(bucket, sort, account.http.timeout, patience, hook.pause)

    def leave(self) -> None:
        """Tell the shared limit that the last request has been answered or has failed."""
        if self._slot is not None:
            self._slot.answered()
            self._slot = None


def trouble() -> tuple[str, str]:
    """Diagnose the storage, for commands.

    :returns: its address, empty where none is configured; and what is wrong, empty where nothing is.
    """
    try:
        storage = opened()
    except MediaJobsError as error:
        return f"[{SECTION}] {OPTION}", str(error)
    if storage is None:
        return "", ""
    for secret in storage.address.secrets:
        mask(secret)
    try:
        storage.check()
    except Exception as error:  # noqa: BLE001  # by its type alone: a text may hold the URL
        from ..quotas.shared import cure

        return storage.address.shown, f"it does not serve ({type(error).__name__}{cure(error)})"
    return storage.address.shown, ""
