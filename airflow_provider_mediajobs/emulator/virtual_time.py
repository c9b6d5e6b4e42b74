# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""An event loop with virtual time, so that a test of an hour of polling runs within a second.

The loop's time advances only when no task can run: to the next timer, at once.

In a test::

    def test_a_wait() -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(scenario())

And a machine's clock that is set forward and back while that time passes::

    clock = SteppedClock(world.now, {300: 3600, 900: -3600})
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ..core.times import Clock


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop on which ``asyncio.sleep(3600)`` returns at once, an hour later by ``loop.time()``."""

    def __init__(self) -> None:
        self._elapsed = 0.0
        super().__init__(_Leaping(self))

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._elapsed

    def leap(self, seconds: float) -> None:
        """Advance the loop's time."""
        self._elapsed += seconds


class _Leaping(selectors.SelectSelector):
    """A selector that advances the loop's time instead of sleeping."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        """Poll the sockets; where none is ready, advance the loop's time by ``timeout`` seconds.

        :raises RuntimeError: where no socket is ready and no timer is set: a real loop would sleep for ever.
        """
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("every task waits and no timer is set: the event loop would sleep for ever")
        self._loop.leap(timeout)
        return ready


class SteppedClock:
    """The clock of a machine that is set or runs at a wrong rate, beside one that is right.

    :param time: the right clock, for example a world's ``now``.
    :param steps: seconds by which the clock is set (back, where negative), each by the seconds after which that
        happens. ``steps`` may be changed later.
    :param slew: seconds gained per second; negative: lost.
    """

    def __init__(self, time: Clock, steps: Mapping[float, float] | None = None, *, slew: float = 0.0) -> None:
        self.steps = dict(steps or {})
        self.slew = slew
        self._time = time
        self._start = time()

    def __call__(self) -> datetime:
        """The time that this clock shows."""
        passed = self.monotonic()
        steps = sum(by for at, by in self.steps.items() if passed >= at)
        return self._time() + timedelta(seconds=steps + self.slew * passed)

    def monotonic(self) -> float:
        """Seconds since the clock was made, by the right clock."""
        return (self._time() - self._start).total_seconds()
