# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A lane's part in a limit that other processes share, and the way of its requests through that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from ..core.account import Account
from ..core.job import WaitReport
from ..core.kind import Quota
from ..quotas.bucket import bucket_of
from ..quotas.shared import SharedQuotas, Slot


class Share(NamedTuple):
    """Whose limit it is, and where it is kept.

    :param account: of the lane's first wait; all others' have the same limit.
    :param connection: its id.
    """

    quotas: SharedQuotas
    account: Account
    quota: Quota
    connection: str

    async def take(self, calls: float, flight: float) -> Slot | None:
        """Wait for the place of one call.

        :param calls: the limit, the least that a connection of the lane sets.
        :param flight: seconds that the call may take at most.
        :returns: the place; ``None`` where the lane has to see for itself.
        """
        return await self.quotas.atake(bucket_of(self.account, self.quota, self.connection, calls), flight)


class Gate:
    """Lets the first request of an exchange through, whose place was taken when the call was packed.

    :param slot: that place, where processes share the limit.
    :param another: waits for the place of a request that follows up.
    :ivar report: what the exchange costs.
    """

    __slots__ = ("_another", "_first", "_slot", "report")

    def __init__(self, slot: Slot | None, another: Callable[[], Awaitable[Slot | None]]) -> None:
        self._slot = slot
        self._another = another
        self._first = True
        self.report = WaitReport()

    async def passed(self) -> None:
        """Wait until the next request may go out; the one before it has been answered."""
        if self._first:
            self._first = False
        else:
            self.left()
            self._slot = await self._another()

    def left(self) -> None:
        """What was let through last has been answered, or never will be."""
        if self._slot is not None:
            self._slot.answered()

    def unused(self) -> None:
        """Nothing goes through after all."""
        if self._slot is not None:
            self._slot.unused()
