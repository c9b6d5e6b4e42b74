# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Counts the requests of a lane against limits, where several processes share them too."""

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
    """One lane's part in a limit that several processes share.

    :param quotas: where the limit is kept.
    :param account: the account of the lane's first wait; those of all other waits have the same limit.
    :param quota: the quota.
    :param connection: the id of the first wait's connection.
    """

    quotas: SharedQuotas
    account: Account
    quota: Quota
    connection: str

    async def take(self, calls: float, flight: float) -> Slot | None:
        """Wait for the slot of one call.

        :param calls: the limit in calls a period: the least that a connection of the lane sets.
        :param flight: the most seconds that the call may take.
        :returns: the slot; ``None`` if the shared limit cannot be used, so that only the lane's own pace limits calls.
        """
        return await self.quotas.atake(bucket_of(self.account, self.quota, self.connection, calls), flight)


class Gate:
    """Lets the requests of one exchange through, each when its quota allows it.

    One request has been counted against a quota before, when the call was packed.

    :param bucket: the name of that quota.
    :param slot: that request's slot, if processes share the limit.
    :param quota_of: returns the name of the quota that a request counts against.
    :param another: waits until a further request may be sent, given the name of its quota; returns its slot, and the
        time.
    :ivar sent: when the newest request was let through; ``None`` if that is the one counted before.
    :ivar report: counts the requests of the exchange.
    :ivar passed_by: the names of the quotas that requests have counted against, the newest request's last.
    """

    __slots__ = ("_another", "_bucket", "_quota_of", "_slot", "_taken", "passed_by", "report", "sent")

    def __init__(
        self,
        bucket: str,
        slot: Slot | None,
        quota_of: Callable[[HttpRequest], str],
        another: Callable[[str], Awaitable[tuple[Slot | None, float]]],
    ) -> None:
        self._bucket = bucket
        self._taken: tuple[str, Slot | None] | None = (bucket, slot)
        self._slot: Slot | None = None
        self._quota_of = quota_of
        self._another = another
        self.sent: float | None = None
        self.passed_by: list[str] = []
        self.report = WaitReport()

    @property
    def newest(self) -> str:
        """The name of the quota that the newest request counts against; before the first, that of the call."""
        return self.passed_by[-1] if self.passed_by else self._bucket

    async def passed(self, request: HttpRequest) -> None:
        """Wait until a request may be sent. It is called only after the request before it was answered."""
        self._answered()
        bucket = self._quota_of(request)
        self.passed_by = [*(name for name in self.passed_by if name != bucket), bucket]
        if self._taken is not None and self._taken[0] == bucket:
            (_, self._slot), self._taken, self.sent = self._taken, None, None
        else:
            self._slot, self.sent = await self._another(bucket)

    def _answered(self) -> None:
        """Give the slot of the newest request back as used."""
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.answered()

    def left(self) -> None:
        """End the exchange. A slot is given back as used if its request was let through, else as unused."""
        self._answered()
        (_, slot), self._taken = self._taken or ("", None), None
        if slot is not None:
            slot.unused()
