# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""An event loop whose time passes only while everybody waits: an hour of polling takes a moment to run.

In a test::

    def test_a_wait() -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(scenario())

And a machine's clock that is set while that time passes::

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
        """Let time pass."""
        self._elapsed += seconds


class _Leaping(selectors.SelectSelector):
    """Where the loop would sleep, it leaps."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        """:raises RuntimeError: when nothing will ever happen again: the real loop would sleep for good."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("everybody waits and no timer runs: nothing would ever happen again")
        self._loop.leap(timeout)
        return ready


class SteppedClock:
    """The clock of a machine that somebody sets, apart from the time that really passes.

    :param time: what really passes, for example a world's ``now``.
    :param steps: by how many seconds it is set forward, or back, after so many seconds; more may be added later.
    :param slew: seconds by which it runs fast, a second; slow, where negative.
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
        """Seconds that have really passed since it was made."""
        return (self._time() - self._start).total_seconds()
