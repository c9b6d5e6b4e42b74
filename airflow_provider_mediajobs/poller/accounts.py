# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Looks up a connection once for all waits that begin at about the same time.

A triggerer looks up connections through its supervisor, which answers one request at a time. When a triggerer starts or
takes over from another, a thousand waits begin together: a look-up for each of them would take minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ..core.account import Account
from ..core.errors import MediaJobsError

KEPT_S = 10.0
"""Seconds for which a result is shared: an account, or an error that a new look-up would not cure."""
TROUBLE_KEPT_S = 1.0
"""Seconds for which a retryable error is shared. It is short, because the next look-up may succeed."""


class _LookUp:
    """One look-up of a connection.

    :ivar begun: whether it is under way.
    :ivar over: set when it has ended. Then one of ``account`` and ``error`` is set, unless it was cancelled.
    """

    __slots__ = ("account", "begun", "error", "over")

    def __init__(self) -> None:
        self.begun = False
        self.over = asyncio.Event()
        self.account: Account | None = None
        self.error: MediaJobsError | None = None


class Accounts:
    """The look-ups of one event loop."""

    def __init__(self) -> None:
        self._look_ups: dict[object, _LookUp] = {}

    async def get(self, key: object, read: Callable[[], Awaitable[Account]]) -> Account:
        """Return the account of a connection: from a look-up that is under way or recent, else from a new one.

        :param key: identifies the connection, with its overrides (region, project).
        :param read: looks the connection up. If the caller that runs it is cancelled, the next waiting caller runs its
            own.
        :raises MediaJobsError: the look-up failed; every caller that shares it gets the same error.
        """
        found = self._look_ups.get(key) or self._look_ups.setdefault(key, _LookUp())
        while found.account is None and found.error is None:
            if found.begun:  # an event wakes all waiting callers at once; a lock would let them in one by one
                await found.over.wait()
            else:
                await self._look_up(key, found, read)
        if found.account is None:
            assert found.error is not None  # noqa: S101 - the loop ends when one of the two is set
            raise found.error.with_traceback(None)
        return found.account

    async def _look_up(self, key: object, found: _LookUp, read: Callable[[], Awaitable[Account]]) -> None:
        found.begun, found.over = True, asyncio.Event()
        try:
            found.account = await read()
        except MediaJobsError as error:
            found.error = error
        finally:
            found.begun = False
            found.over.set()
        passes = found.error is not None and found.error.retryable
        asyncio.get_running_loop().call_later(TROUBLE_KEPT_S if passes else KEPT_S, self._look_ups.pop, key)
