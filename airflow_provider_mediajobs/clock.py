"""What time it is: by this machine's clock, without the steps it makes, and by the vendor's.

A wait is measured by a :class:`SteadyClock`, or a clock that is set would end it. Requests are dated by a
:class:`VendorClock`, as far as the vendor's answers tell: a machine whose own is wrong would have every signature
refused.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta

from .core.http import HttpResponse
from .core.times import Clock, Monotonic, http_date

TOLERATED = timedelta(seconds=30)
"""Farther off than this, dates are corrected. Both vendors accept fifteen minutes; the header tells whole seconds."""

ABSURD = timedelta(days=366)
"""What is farther off is no clock."""

STEP = timedelta(seconds=5)
"""By more than this between two readings, a clock has been set; by less, it is being slewed or only read late."""

READ_WITHIN_S = 1.0
"""A process that was held up for longer between its two clocks reads both again: it has seen no step."""

NONE = timedelta(0)

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The time by the clock of this machine."""
    return datetime.now(UTC)


class SteadyClock:
    """The time of one wait in one process: what the machine's clock said at first, and what has really passed since.

    Neither steps nor slews of the machine's clock change it.

    Each wait has its own, so that one that begins after a clock was set right goes by the right time, while one that
    began before counts neither an hour too much nor too little.

    A machine that was suspended looks like one whose clock was set forward, where its monotonic clock stops meanwhile
    (Linux). That time is not counted: nobody could look then, and a limit that nobody watched has not passed. The
    deadline is later by it.

    :param wall: a clock that may be set.
    :param monotonic: seconds of one that cannot; ``None`` where ``wall`` is such a clock.
    """

    __slots__ = ("_ahead", "_begun", "_monotonic", "_shift", "_wall")

    def __init__(self, wall: Clock, monotonic: Monotonic | None) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._begun: tuple[datetime, float] | None = None
        self._shift = self._ahead = NONE

    def __call__(self) -> datetime:
        """The time of this wait."""
        wall, passed = self._read()
        start, since = self._begun = self._begun or (wall, passed)
        now = self._shift + (wall if self._monotonic is None else start + timedelta(seconds=passed - since))
        ahead = wall - now
        if abs(ahead - self._ahead) > STEP:
            _steps.tell(ahead - self._ahead, wall.timestamp() - passed)
        self._ahead = ahead
        return now

    def _read(self) -> tuple[datetime, float]:
        if self._monotonic is None:
            return self._wall(), 0.0
        while True:
            before, wall = self._monotonic(), self._wall()
            if self._monotonic() - before < READ_WITHIN_S:
                return wall, before

    @property
    def ahead(self) -> float:
        """Seconds by which the machine's clock is ahead of this wait's; 0 where it was not set since the start."""
        return self._ahead.total_seconds() if abs(self._ahead) > STEP else 0.0

    def machine_time(self, moment: datetime) -> datetime:
        """What the machine's clock says at a time of this wait: for Airflow, which goes by that."""
        return moment + timedelta(seconds=self.ahead)

    def resume(self, at: datetime, ahead: float = 0.0) -> None:
        """Go on from another process's time; it was never earlier than that.

        :param at: when that process ended, by its steady clock.
        :param ahead: by how much its machine's clock was ahead then. This one may be wrong by the same, or may be
            another machine's, and right: what makes this process less late is believed, which at worst delays.
        """
        here = self()
        late = [here - at, here - at - timedelta(seconds=ahead)]
        later = max(NONE, min((by for by in late if by >= -STEP), default=NONE))
        shift = at + later - here
        self._shift += shift
        self._ahead -= shift


class _Steps:
    """Told once a process, by whichever of its waits notices first."""

    def __init__(self) -> None:
        self.told: float | None = None

    def tell(self, step: timedelta, offset: float) -> None:
        """:param offset: of the clock that was set from the other, which tells one step from the next."""
        if self.told is not None and abs(offset - self.told) <= STEP.total_seconds():
            return
        self.told = offset
        log.warning(
            "the clock of this machine was set %s by %.0f s (or the machine stood still); limits and deadlines of "
            "waits go on by the time that has really passed",
            "forward" if step > NONE else "back",
            abs(step.total_seconds()),
        )


_steps = _Steps()


def steady(clock: Clock, monotonic: Monotonic | None = None) -> SteadyClock:
    """A clock without steps.

    :param clock: such a one is returned as it is. One that is not this machine's is taken for one that is never set.
    :param monotonic: seconds that pass; by default those of the machine, with its clock.
    """
    if isinstance(clock, SteadyClock):
        return clock
    return SteadyClock(clock, monotonic or (time.monotonic if clock is utc_now else None))


def passing(clock: Clock) -> Monotonic:
    """Seconds that pass with a clock: by the monotonic one with this machine's, else by itself."""
    return time.monotonic if clock is utc_now else lambda: clock().timestamp()


class VendorClock:
    """What time it is at each of a vendor's hosts.

    :param now: this machine's clock.
    """

    def __init__(self, now: Clock = utc_now) -> None:
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
