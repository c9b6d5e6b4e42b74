# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Clocks: one that ignores steps of the machine's clock, and one that follows the vendor's.

A wait is measured by a :class:`SteadyClock`: otherwise, setting the machine's clock could end it. Requests are dated by
a :class:`VendorClock`, which follows the dates of the vendor's answers: otherwise, with a wrong clock of the machine,
every signature would be refused.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta

from .core.http import HttpResponse
from .core.times import Clock, Monotonic, http_date

TOLERATED = timedelta(seconds=30)
"""A difference between two clocks is corrected above this. Both vendors accept fifteen minutes; the date header has
whole seconds."""

ABSURD = timedelta(days=366)
"""A difference above this is ignored: the date is invalid."""

STEP = timedelta(seconds=5)
"""A change of the difference of two clocks above this is a step. Smaller ones come from slewing or slow reading."""

READ_WITHIN_S = 1.0
"""Seconds. If reading two clocks takes longer, both are read again: the delay would look like a step."""

NONE = timedelta(0)

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the time by the clock of this machine."""
    return datetime.now(UTC)


class SteadyClock:
    """The time of one wait in one process: the machine's time at its start plus the monotonic time since then.

    Neither steps nor slews of the machine's clock change it. Each wait has its own: one that begins after the machine's
    clock was corrected uses the right time, and one that began before measures correct durations.

    On Linux the monotonic clock stops while the machine is suspended. That time is not counted: no look was possible,
    so no limit may expire by it, and the deadline is later by as much.

    :param wall: the machine's clock, which may be set.
    :param monotonic: a clock that is never set; ``None`` if ``wall`` is never set.
    """

    __slots__ = ("_ahead", "_begun", "_monotonic", "_shift", "_wall")

    def __init__(self, wall: Clock, monotonic: Monotonic | None) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._begun: tuple[datetime, float] | None = None
        self._shift = self._ahead = NONE

    def __call__(self) -> datetime:
        """Return the time of this wait; log it if the machine's clock was set."""
        wall, passed = self._read()
        start, since = self._begun = self._begun or (wall, passed)
        now = self._shift + (wall if self._monotonic is None else start + timedelta(seconds=passed - since))
        ahead = wall - now
        if abs(ahead - self._ahead) > STEP:
            _steps.tell(ahead - self._ahead, wall.timestamp() - passed)
        self._ahead = ahead
        return now

    def _read(self) -> tuple[datetime, float]:
        """Return the times of both clocks, read within ``READ_WITHIN_S`` seconds."""
        if self._monotonic is None:
            return self._wall(), 0.0
        while True:
            before, wall = self._monotonic(), self._wall()
            if self._monotonic() - before < READ_WITHIN_S:
                return wall, before

    @property
    def ahead(self) -> float:
        """Seconds by which the machine's clock is ahead of this one; 0 if it was not set since the start."""
        return self._ahead.total_seconds() if abs(self._ahead) > STEP else 0.0

    def machine_time(self, moment: datetime) -> datetime:
        """Convert a time of this clock to one of the machine's clock, which Airflow uses."""
        return moment + timedelta(seconds=self.ahead)

    def resume(self, at: datetime, ahead: float = 0.0) -> None:
        """Continue from the time at which another process's part of the wait ended, so that time does not go back.

        :param at: that time, by that process's steady clock.
        :param ahead: seconds by which that process's machine's clock was ahead. This machine's may be wrong by as much,
            or right: the smaller delay between the processes is assumed, which at worst makes the wait longer.
        """
        here = self()
        late = [here - at, here - at - timedelta(seconds=ahead)]
        later = max(NONE, min((by for by in late if by >= -STEP), default=NONE))
        shift = at + later - here
        self._shift += shift
        self._ahead -= shift


class _Steps:
    """Logs each step of the machine's clock once, although every wait of the process notices it."""

    def __init__(self) -> None:
        self.told: float | None = None

    def tell(self, step: timedelta, offset: float) -> None:
        """Log a step, unless it was logged.

        :param step: its size; negative if the clock was set back.
        :param offset: seconds by which the machine's clock is ahead of the monotonic clock; it identifies the step.
        """
        if self.told is not None and abs(offset - self.told) <= STEP.total_seconds():
            return
        self.told = offset
        log.warning(
            "the clock of this machine was set %s by %.0f s (or the machine stood still); limits and deadlines of "
            "waits are measured by the time that has really elapsed",
            "forward" if step > NONE else "back",
            abs(step.total_seconds()),
        )


_steps = _Steps()


def steady(clock: Clock, monotonic: Monotonic | None = None) -> SteadyClock:
    """Return a steady clock. Its time begins when it is first read.

    :param clock: the machine's clock; or a steady clock, which is returned as it is. Any clock but :func:`utc_now` is
        assumed never to be set.
    :param monotonic: measures durations; by default, with :func:`utc_now`, the machine's monotonic clock.
    """
    if isinstance(clock, SteadyClock):
        return clock
    return SteadyClock(clock, monotonic or (time.monotonic if clock is utc_now else None))


def passing(clock: Clock) -> Monotonic:
    """Return a monotonic clock, in seconds, that goes with a clock: the machine's for :func:`utc_now`, else itself."""
    return time.monotonic if clock is utc_now else lambda: clock().timestamp()


class VendorClock:
    """The clocks of a vendor's hosts, by the dates of their answers.

    :param now: the clock of this machine.
    """

    def __init__(self, now: Clock = utc_now) -> None:
        self.now = now
        self._off: dict[str, timedelta] = {}
        self._told = False

    def off(self, origin: str) -> timedelta:
        """Return the time by which a host's clock is ahead of this machine's; 0 if it is tolerated or not known.

        :param origin: scheme and name of the host.
        """
        return self._off.get(origin, NONE)

    def heard(self, origin: str, response: HttpResponse, sent: datetime) -> None:
        """Learn the difference from an answer of the vendor. A proxy's answer must not be given: it has its own date.

        :param origin: scheme and name of the host.
        :param response: the answer.
        :param sent: when the request was sent, by this machine's clock.
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
    """Return the date of a response, by the server's clock; ``None`` if it has none."""
    return http_date(response.headers.get("date", ""))


def _nearest(least: timedelta, most: timedelta) -> timedelta:
    """Return the smallest difference of two clocks that explains a date, which was written between request and answer.

    :param least: the date less the time of the answer.
    :param most: the date less the time of the request.
    """
    return min(max(NONE, least), most) if least <= most else least
