# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Where the processor time of this process goes, by samples of its stack."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

OURS = "airflow_provider_mediajobs/"
ROOMS = {
    "transports": "aiohttp and the socket",
    "client": "requests: made and signed",
    "clock": "requests: made and signed",
    "core/http": "requests: made and signed",
    "vendors/huawei/signing": "requests: made and signed",
    "vendors/huawei/api/rest": "requests: made and signed",
    "core": "answers: JSON, checks, snapshots",
    "vendors": "answers: JSON, checks, snapshots",
    "poller/forecast": "what jobs' answers teach about their ends",
    "poller/foreseen": "what jobs' answers teach about their ends",
    "poller/experience": "what jobs' answers teach about their ends",
    "poller/schedule": "what jobs' answers teach about their ends",
    "poller": "which jobs are next, when, and who is told",
    "triggers": "triggers",
}
"""What the modules below a path do; of several paths the longest counts."""

LOOP = "the event loop"
INTERVAL_S = 0.001  # of processor time; systems whose clock ticks more seldom take fewer samples


@contextmanager
def sampled() -> Iterator[Counter[str]]:
    """Count the samples taken meanwhile, by what the innermost module of this package or of ``aiohttp`` does."""
    found: Counter[str] = Counter()

    def take(_: int, frame: FrameType | None) -> None:
        found[_part(frame)] += 1

    before = signal.signal(signal.SIGPROF, take)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL_S, INTERVAL_S)
    try:
        yield found
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _part(frame: FrameType | None) -> str:
    while frame is not None:
        file = frame.f_code.co_filename
        if "/aiohttp/" in file or file.endswith("/asyncio/selector_events.py"):
            return ROOMS["transports"]
        _, ours, module = file.partition(OURS)
        if ours:
            of = [path for path in ROOMS if module.startswith((f"{path}/", f"{path}."))]
            return ROOMS[max(of, key=len)] if of else module
        frame = frame.f_back
    return LOOP
