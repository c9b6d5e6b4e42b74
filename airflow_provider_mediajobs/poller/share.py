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
from ..core.http import HttpRequest
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
    """Lets the requests of an exchange through. The place of one was taken when the call was packed.

    :param bucket: the quota of that place.
    :param slot: that place, where processes share the limit.
    :param quota_of: the quota that a request comes out of, by its name.
    :param another: waits for the place of a further request.
    :ivar report: what the exchange costs.
    :ivar passed_by: names of the quotas that requests have come out of, the newest one's last.
    """

    __slots__ = ("_another", "_bucket", "_quota_of", "_slot", "_taken", "passed_by", "report")

    def __init__(
        self,
        bucket: str,
        slot: Slot | None,
        quota_of: Callable[[HttpRequest], str],
        another: Callable[[str], Awaitable[Slot | None]],
    ) -> None:
        self._bucket = bucket
        self._taken: tuple[str, Slot | None] | None = (bucket, slot)
        self._slot: Slot | None = None
        self._quota_of = quota_of
        self._another = another
        self.passed_by: list[str] = []
        self.report = WaitReport()

    @property
    def newest(self) -> str:
        """The name of the quota that the newest request came out of, or would have."""
        return self.passed_by[-1] if self.passed_by else self._bucket

    async def passed(self, request: HttpRequest) -> None:
        """Wait until the request may go out; the one before it has been answered."""
        self._answered()
        bucket = self._quota_of(request)
        self.passed_by = [*(name for name in self.passed_by if name != bucket), bucket]
        if self._taken is not None and self._taken[0] == bucket:
            (_, self._slot), self._taken = self._taken, None
        else:
            self._slot = await self._another(bucket)

    def _answered(self) -> None:
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.answered()

    def left(self) -> None:
        """What was let through last has been answered, or never will be; a place that is left was not needed."""
        self._answered()
        (_, slot), self._taken = self._taken or ("", None), None
        if slot is not None:
            slot.unused()
