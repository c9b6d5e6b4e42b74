# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One limit of an account, as a lane keeps to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from ..core.kind import Quota
from ..core.policy import POLL_INTERVAL_S
from ..quotas.shared import Slot
from .pace import SHARE, Pace
from .share import Share
from .source import Source

LONGEST_NAP_S = 1.0
"""Seconds after which the time of the next call is asked for again, if no answer has come meanwhile."""

log = logging.getLogger(__name__)


class Limit:
    """The pace of all calls that come out of one bucket.

    :param pace: outlives the lane.
    :param share: of the limit, where other processes take theirs.
    :ivar turn: held by whoever waits for the next place.
    """

    __slots__ = ("_answered", "_told", "pace", "quota", "share", "turn")

    def __init__(self, quota: Quota, pace: Pace, share: Share | None = None) -> None:
        self.quota = quota
        self.pace = pace
        self.share = share
        self.turn = asyncio.Lock()
        self._answered = asyncio.Event()
        self._told = False

    async def due(self, sources: Iterable[Source]) -> Slot | None:
        """Wait for the time of the next call; and for its place, where processes share the limit.

        :param sources: of the lane; the least limit of their connections counts.
        """
        every = list(sources)
        calls = min(source.limit(self.quota) for source in every)
        self.pace.limit(calls, self.quota.seconds)
        self._tell_if_tiny(calls, every)
        time = asyncio.get_running_loop().time
        while (wait := self.pace.wait(time())) > 0:
            await self._nap(min(wait, LONGEST_NAP_S))
        if self.share is None:
            return None
        return await self.share.take(calls, max(source.timeout for source in every))

    def answered(self) -> None:
        """Ask for the time of the next call again: at the end of an outage and right after a refusal it is sooner."""
        self._answered.set()

    async def _nap(self, seconds: float) -> None:
        """Sleep, but no longer than until the next answer."""
        self._answered.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._answered.wait()

    def _tell_if_tiny(self, calls: float, sources: Iterable[Source]) -> None:
        spacing = self.quota.seconds / (calls * SHARE)
        if spacing <= POLL_INTERVAL_S or self._told:
            return
        self._told = True
        log.warning(
            "%s of %s: the limit of %g calls in %g s leaves one call every %.0f s, so that waits are told late; "
            "correct `quotas` in the connection",
            *(self.quota.name, ", ".join(sorted({source.name for source in sources}))),
            *(calls, self.quota.seconds, spacing),
        )


class Limits:
    """Those of one account.

    :param make: makes the limit of a quota.
    :param quotas: by name: all that are known.
    """

    def __init__(self, make: Callable[[Quota], Limit], quotas: Mapping[str, Quota]) -> None:
        self._make = make
        self._quotas = quotas
        self._limits: dict[str, Limit] = {}

    def knows(self, name: str) -> bool:
        """Whether there is a quota of that name."""
        return name in self._quotas

    def of(self, quota: Quota) -> Limit:
        """The limit of a quota."""
        if quota.name not in self._limits:
            self._limits[quota.name] = self._make(quota)
        return self._limits[quota.name]

    def named(self, name: str) -> Limit:
        """The same by the quota's name."""
        return self._limits[name] if name in self._limits else self.of(self._quotas[name])

    @property
    def paces(self) -> list[Pace]:
        """Those in use."""
        return [limit.pace for limit in self._limits.values()]
