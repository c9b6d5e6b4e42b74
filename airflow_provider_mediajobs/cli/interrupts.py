"""Ctrl-C and its relatives, noticed at moments of our choosing.

A handler that raises could do so between the start of a process and the note of its id, and that process would outlive
us. So the handler only takes a note, and whoever waits looks at it.
"""

from __future__ import annotations

import signal
import time
from types import FrameType, TracebackType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOTICE_S = 0.1


class Interrupted(Exception):
    """Somebody wants us to stop.

    :param signum: how they said it.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(f"stopped by {signal.Signals(signum).name}")
        self.exit_code = 128 + signum


class Interrupts:
    """While entered, signals are noted. After the first one no other is needed, so cleaning up cannot be cut short."""

    def __init__(self) -> None:
        self._signum: int | None = None
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        self._before = {signum: signal.signal(signum, self._note) for signum in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)  # type: ignore[arg-type]  # what signal() gave is what it takes

    def _note(self, signum: int, _frame: FrameType | None) -> None:
        self._signum = self._signum or signum

    def check(self) -> None:
        """:raises Interrupted: if there was a signal."""
        if self._signum is not None:
            raise Interrupted(self._signum)

    def pause(self, seconds: float) -> None:
        """Sleep, but notice a signal soon.

        :raises Interrupted: if there was one.
        """
        end = time.monotonic() + seconds
        self.check()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _NOTICE_S))
            self.check()
