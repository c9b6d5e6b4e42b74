# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What connections say, looked up once for all waits that begin at about the same time.

In a triggerer a look-up is a conversation with its supervisor, which leads one after the other. Waits that begin
together, as a thousand do when a triggerer starts or takes over from another, would queue for it for minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ..core.account import Account
from ..core.errors import MediaJobsError

KEPT_S = 10.0
TROUBLE_KEPT_S = 1.0
"""What passes may be over a moment later: those who have waited for it share it, and few others."""


class _LookUp:
    __slots__ = ("account", "begun", "error", "over")

    def __init__(self) -> None:
        self.begun = False
        self.over = asyncio.Event()
        self.account: Account | None = None
        self.error: MediaJobsError | None = None


class Accounts:
    """Of one event loop."""

    def __init__(self) -> None:
        self._look_ups: dict[object, _LookUp] = {}

    async def get(self, key: object, read: Callable[[], Awaitable[Account]]) -> Account:
        """What a look-up of the last seconds has found, or else a new one finds.

        :param key: names the connection and what replaces parts of it.
        :param read: looks it up. Where its caller is cancelled, the next one that waits begins anew.
        :raises MediaJobsError: what went wrong, to all who have waited for it.
        """
        found = self._look_ups.setdefault(key, _LookUp())
        while found.account is None and found.error is None:
            if found.begun:  # all that wait are woken at once: by a lock, thousands would be one after the other
                await found.over.wait()
            else:
                await self._look_up(key, found, read)
        if found.account is None:
            assert found.error is not None  # noqa: S101 - one of the two
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
