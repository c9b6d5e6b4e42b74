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
    __slots__ = ("account", "error", "turn")

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
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
        async with found.turn:
            if found.account is None and found.error is None:
                try:
                    found.account = await read()
                except MediaJobsError as error:
                    found.error = error
                passes = found.error is not None and found.error.retryable
                kept = TROUBLE_KEPT_S if passes else KEPT_S
                asyncio.get_running_loop().call_later(kept, self._look_ups.pop, key)
        if found.account is None:
            assert found.error is not None  # noqa: S101 - one of the two
            raise found.error.with_traceback(None)
        return found.account
