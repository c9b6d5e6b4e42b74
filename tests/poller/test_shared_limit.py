# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests processes that share a limit, and know of each other only by refused calls.

Covers ``poller.pace``.
"""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from itertools import count
from random import Random

import pytest

from airflow_provider_mediajobs.poller.pace import Pace


def shared(
    paces: list[Pace],
    seconds: float,
    latency: float,
    *,
    jitter: float = 0.0,
    starts: tuple[float, ...] | None = None,
    since: float = 300,
) -> tuple[list[int], list[int]]:
    """Processes that always have something to ask, and a window that slides; what was answered and refused since.

    :param latency: seconds that each call takes to the vendor, and ``jitter``: how many more on average. Answers arrive
        at once.
    """
    chance = Random(len(paces))
    made: deque[float] = deque()
    answered, refused = [0] * len(paces), [0] * len(paces)
    wanted = dict(enumerate(starts or [chance.uniform(0, 2) for _ in paces]))
    events = [(at, index, index, -1.0) for index, at in wanted.items()]
    heapify(events)
    numbers = count(len(paces))
    while (event := heappop(events))[0] < seconds:
        now, _, index, sent = event
        pace = paces[index]
        if sent >= 0:  # the answer to a call that went out then
            while made and made[0] <= now - 60:
                made.popleft()
            full = len(made) >= 100
            if full:
                pace.throttled(now, sent, None)
            else:
                made.append(now)
                pace.good(now, sent)
            if now > since:
                (refused if full else answered)[index] += 1
        elif now != wanted[index]:
            continue
        elif pace.wait(now) <= 1e-9:
            pace.take(now)
            late = chance.expovariate(1 / jitter) if jitter else 0.0
            heappush(events, (now + latency + late, next(numbers), index, now))
        wanted[index] = now + max(pace.wait(now), 1e-6)
        heappush(events, (wanted[index], next(numbers), index, -1.0))
    return answered, refused


@pytest.mark.parametrize("processes", [2, 4, 8])
def test_processes_that_share_a_limit_settle(processes: int) -> None:
    """However long answers take: few calls are refused, all get about as many, and the limit is used.

    How long whoever is ahead stays ahead is partly chance, so that counts on average.
    """
    apart = []
    for latency in (0.0, 0.05, 0.15, 0.6):
        answered, refused = shared([Pace(100, 60) for _ in range(processes)], 3600, latency)
        assert sum(refused) < 0.04 * sum(answered)
        assert sum(answered) > 0.8 * 100 * 55
        apart.append(max(answered) / min(answered))
    assert sum(apart) < 1.7 * len(apart)


@pytest.mark.parametrize("jitter", [0.003, 0.01, 0.03, 0.1, 0.5])
@pytest.mark.parametrize("processes", [2, 4, 8])
def test_they_settle_too_where_calls_overtake_each_other(processes: int, jitter: float) -> None:
    """Pairs then show what only random refusals show otherwise: the first call is refused, and not the second."""
    answered, refused = shared([Pace(100, 60) for _ in range(processes)], 3600, 0.1, jitter=jitter)
    assert sum(refused) < 0.05 * sum(answered)
    assert sum(answered) > 0.8 * 100 * 55
    assert max(answered) < 2.5 * min(answered)


def test_a_process_that_comes_later_gets_its_share() -> None:
    """Of a limit that others use up; answers take no time, so that nothing disturbs their rhythm.

    Who is ahead after two hours is partly chance, so several starts count together.
    """
    apart, share = [], []
    for start in (600, 900, 1000, 1100, 1200):
        answered, _ = shared([Pace(100, 60) for _ in range(3)], 7200, 0, starts=(0, 0.4, start), since=2700)
        apart.append(max(answered) / min(answered))
        share.append(3 * answered[2] / sum(answered))
    assert sum(apart) < 1.6 * len(apart)
    assert 0.8 * len(share) < sum(share) < 1.2 * len(share)
