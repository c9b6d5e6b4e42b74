"""An event loop whose time passes only while everybody waits: an hour of polling takes a moment to run.

In a test::

    def test_a_wait() -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(scenario())
"""

from __future__ import annotations

import asyncio
import selectors
from typing import Any


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
