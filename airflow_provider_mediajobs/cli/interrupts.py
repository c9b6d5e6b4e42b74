# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Signals that end a command, handled only at defined points.

A handler that raises could do so between the start of a process and the recording of its id, and that process would be
left running. So the handler only records the signal, which is then checked for.
"""

from __future__ import annotations

import signal
import time
from types import FrameType, TracebackType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOTICE_S = 0.1


class Interrupted(Exception):
    """A signal asks the command to end.

    :param signum: number of the signal.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(f"stopped by {signal.Signals(signum).name}")
        self.exit_code = 128 + signum


class Interrupts:
    """Context in which signals are recorded. After the first one others are ignored, so that cleaning up completes."""

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
            signal.signal(signum, handler)  # type: ignore[arg-type]  # the value that signal() returned

    def _note(self, signum: int, _frame: FrameType | None) -> None:
        self._signum = self._signum or signum

    def check(self) -> None:
        """Check for a signal.

        :raises Interrupted: if there was one.
        """
        if self._signum is not None:
            raise Interrupted(self._signum)

    def pause(self, seconds: float) -> None:
        """Sleep for seconds, unless a signal comes.

        :raises Interrupted: if there was one.
        """
        end = time.monotonic() + seconds
        self.check()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _NOTICE_S))
            self.check()
