"""The vendor's clock, as far as its answers tell: a machine whose own is wrong would have every signature refused."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .core.http import HttpResponse
from .core.times import http_date

TOLERATED = timedelta(seconds=30)
"""Farther off than this, dates are corrected. Both vendors accept fifteen minutes; the header tells whole seconds."""

ABSURD = timedelta(days=366)
"""What is farther off is no clock."""

NONE = timedelta(0)

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The time by the clock of this machine."""
    return datetime.now(UTC)


class VendorClock:
    """What time it is at each of a vendor's hosts.

    :param now: this machine's clock.
    """

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self.now = now
        self._off: dict[str, timedelta] = {}
        self._told = False

    def off(self, origin: str) -> timedelta:
        """How far that host's clock is ahead of this machine's, beyond what is tolerated."""
        return self._off.get(origin, NONE)

    def heard(self, origin: str, response: HttpResponse, sent: datetime) -> None:
        """An answer of the vendor's own has come; a proxy's would tell the proxy's time.

        :param sent: when it was asked, by this machine's clock.
        """
        date = told_date(response)
        if date is None:
            return
        off = _nearest(date - self.now(), date - sent)
        self._off[origin] = off if TOLERATED < abs(off) < ABSURD else NONE
        if self._off[origin] and not self._told:
            self._told = True
            way = "behind" if off > NONE else "ahead of"
            seconds = abs(off.total_seconds())
            log.warning(
                "the clock of this machine is %.0f s %s that of %s; requests are dated by the latter, and the clock "
                "should be set",
                seconds,
                way,
                origin.partition("://")[2],
            )


def told_date(response: HttpResponse) -> datetime | None:
    """When it was written, by the clock of whoever wrote it."""
    return http_date(response.headers.get("date", ""))


def _nearest(least: timedelta, most: timedelta) -> timedelta:
    """The answer was dated at some time between asking and now: a slow one is no wrong clock."""
    return min(max(NONE, least), most) if least <= most else least
