# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Waits for what other processes do, by looking again and again."""

from __future__ import annotations

import time
from collections.abc import Callable


class TooSlow(AssertionError):
    """The condition did not come true in time."""


def until(
    what: str,
    done: Callable[[], bool],
    *,
    seconds: float = 120.0,
    every: float = 0.5,
    check: Callable[[], None] = lambda: None,
) -> float:
    """Look again and again until a condition is true.

    :param what: the condition in words, for the error.
    :param check: raises where waiting has become pointless.
    :returns: the seconds it took.
    :raises TooSlow: when it takes too long.
    """
    begun = time.monotonic()
    while not done():
        if time.monotonic() - begun > seconds:
            raise TooSlow(f"waited {seconds:.0f} s in vain for {what}")
        check()
        time.sleep(every)
    return time.monotonic() - begun
