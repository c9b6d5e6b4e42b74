# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Clocks: one that ignores steps of the machine's clock, and one that follows the vendor's.

A wait is measured by a :class:`SteadyClock`, or setting the machine's clock could end it. Requests are dated by a
:class:`VendorClock`, by the dates of the vendor's answers: with a wrong clock every signature would be refused.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta

from .core.http import HttpResponse
from .core.times import Clock, Monotonic, http_date

TOLERATED = timedelta(seconds=30)
"""Differences above this are corrected. Both vendors accept fifteen minutes; the date header has whole seconds."""

ABSURD = timedelta(days=366)
"""Differences above this are ignored as invalid dates."""

STEP = timedelta(seconds=5)
"""A change above this between two readings is a step; smaller ones are slewing or delays in reading."""

READ_WITHIN_S = 1.0
"""Seconds. If reading both clocks takes longer, both are read again, or the delay would look like a step."""

NONE = timedelta(0)

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The time by the clock of this machine."""
    return datetime.now(UTC)


class SteadyClock:
    """The time of one wait in one process: the machine's time at its start plus the monotonic time since then.

    Neither steps nor slews of the machine's clock change it. Each wait has its own: one that begins after the machine's
    clock was corrected uses the right time, and one that began before measures correct durations.

    Where the monotonic clock stops while the machine is suspended (Linux), that time is not counted: no look was
    possible, so no limit may pass by it, and the deadline is later by as much.

    :param wall: the machine's clock, which may be set.
    :param monotonic: a clock that is never set; ``None`` where ``wall`` is never set.
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
        """Seconds by which the machine's clock is ahead of this one; 0 where it was not set since the start."""
        return self._ahead.total_seconds() if abs(self._ahead) > STEP else 0.0

    def machine_time(self, moment: datetime) -> datetime:
        """The machine's time at a time of this clock, for Airflow, which uses the machine's clock."""
        return moment + timedelta(seconds=self.ahead)

    def resume(self, at: datetime, ahead: float = 0.0) -> None:
        """Continue from the time at which another process ended, so that time does not go back.

        :param at: the end of that process, by its steady clock.
        :param ahead: seconds by which its machine's clock was ahead. This machine's may be wrong by as much, or right:
            the smaller delay between the processes is assumed, which at worst delays the wait.
        """
        here = self()
        late = [here - at, here - at - timedelta(seconds=ahead)]
        later = max(NONE, min((by for by in late if by >= -STEP), default=NONE))
        shift = at + later - here
        self._shift += shift
        self._ahead -= shift


class _Steps:
    """Logs a step of the machine's clock once a process, for whichever wait notices first."""

    def __init__(self) -> None:
        self.told: float | None = None

    def tell(self, step: timedelta, offset: float) -> None:
        """Log a step.

        :param step: its size and direction.
        :param offset: seconds from monotonic to wall clock; it identifies the step.
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
    """A steady clock.

    :param clock: returned as it is, if it is one. A clock other than :func:`utc_now` is assumed never to be set.
    :param monotonic: measures durations; by default the machine's, with :func:`utc_now`.
    """
    if isinstance(clock, SteadyClock):
        return clock
    return SteadyClock(clock, monotonic or (time.monotonic if clock is utc_now else None))


def passing(clock: Clock) -> Monotonic:
    """A monotonic clock beside a clock: the machine's for :func:`utc_now`, else the clock itself, in seconds."""
    return time.monotonic if clock is utc_now else lambda: clock().timestamp()


class VendorClock:
    """The time at each of a vendor's hosts, by the dates of their answers.

    :param now: this machine's clock.
    """

    def __init__(self, now: Clock = utc_now) -> None:
        self.now = now
        self._off: dict[str, timedelta] = {}
        self._told = False

    def off(self, origin: str) -> timedelta:
        """By how much that host's clock is ahead of this machine's; zero for a tolerated difference."""
        return self._off.get(origin, NONE)

    def heard(self, origin: str, response: HttpResponse, sent: datetime) -> None:
        """Learn from an answer of the vendor; not from a proxy's, which has the proxy's date.

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
    """The date of a response, by the server's clock; ``None`` where it has none."""
    return http_date(response.headers.get("date", ""))


def _nearest(least: timedelta, most: timedelta) -> timedelta:
    """The smallest difference that explains the date, which was written at some time between request and answer."""
    return min(max(NONE, least), most) if least <= most else least
