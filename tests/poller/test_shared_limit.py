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
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from random import Random

import pytest

from airflow_provider_mediajobs.poller.pace import Pace

pytestmark = pytest.mark.usefixtures("untraced")

Limit = Callable[[float], bool]
"""Whether a call that arrives at this time is answered, and not refused."""


def sliding(calls: float, seconds: float) -> Limit:
    """No more calls are answered within any such time."""
    made: deque[float] = deque()

    def answers(now: float) -> bool:
        while made and made[0] <= now - seconds:
            made.popleft()
        if len(made) < calls:
            made.append(now)
            return True
        return False

    return answers


def fixed(calls: float, seconds: float) -> Limit:
    """Counting begins again each time the clock shows a multiple of the time."""
    window, made = -1.0, 0

    def answers(now: float) -> bool:
        nonlocal window, made
        window, made = (window, made + 1) if now // seconds == window else (now // seconds, 1)
        return made <= calls

    return answers


def bucket(calls: float, seconds: float, burst: float) -> Limit:
    """Each call takes a token; there are never more than ``burst``."""
    tokens, filled = burst, 0.0

    def answers(now: float) -> bool:
        nonlocal tokens, filled
        tokens, filled = min(burst, tokens + (now - filled) * calls / seconds), now
        if tokens < 1 - 1e-9:
            return False
        tokens -= 1
        return True

    return answers


def shared(
    paces: list[Pace],
    seconds: float,
    latency: float,
    *,
    limit: Limit | None = None,
    jitter: float = 0.0,
    starts: tuple[float, ...] | None = None,
    since: float = 300,
) -> tuple[list[int], list[int]]:
    """Processes that always have something to ask, and one limit; what was answered and refused since.

    :param latency: seconds that each call takes to the vendor, and ``jitter``: how many more on average. Answers arrive
        at once.
    :param limit: by default, 100 calls in a window of a minute that slides.
    """
    chance = Random(len(paces))
    answers = limit or sliding(100, 60)
    answered, refused = [0] * len(paces), [0] * len(paces)
    wanted = dict(enumerate(starts or [chance.uniform(0, 2) for _ in paces]))
    events = [(at, index, index, -1.0) for index, at in wanted.items()]
    heapify(events)
    numbers = count(len(paces))
    while (event := heappop(events))[0] < seconds:
        now, _, index, sent = event
        pace = paces[index]
        if sent >= 0:  # the answer to a call that went out then
            if answers(now):
                told = answered
                pace.good(now, sent)
            else:
                told = refused
                pace.throttled(now, sent, None)
            if now > since:
                told[index] += 1
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
    assert sum(refused) < 0.05 * sum(answered + refused)
    assert sum(answered) > 0.8 * 100 * 55
    assert max(answered) < 2.5 * min(answered)


@pytest.mark.parametrize("sort", [sliding, fixed])
@pytest.mark.parametrize("limit", [(10, 1), (15, 1), (30, 1), (100, 1), (1000, 60)], ids=str)
@pytest.mark.parametrize("processes", [2, 8])
def test_they_settle_at_limits_of_every_width(
    processes: int, limit: tuple[float, float], sort: Callable[[float, float], Limit]
) -> None:
    """Of a second as of a minute, and however the vendor counts: the pace changes by calls, and not by seconds.

    One of two may be ahead for minutes, and by the clock's second for longer.
    """
    paces = [Pace(*limit) for _ in range(processes)]
    seconds = 1200 if limit[1] > 1 else 450
    answered, refused = shared(paces, seconds, 0.1, jitter=0.003, limit=sort(*limit))
    assert sum(refused) < 0.12 * sum(answered)
    assert sum(answered) > 0.79 * limit[0] / limit[1] * (seconds - 300)
    assert max(answered) < 5 * min(answered)


def test_pairs_stop_where_the_limit_has_no_room_for_two_calls_at_once() -> None:
    """Each pair would bring about a refusal, and each refusal further pairs: half of all calls for ever."""
    answered, refused = shared([Pace(100, 60) for _ in range(2)], 3600, 0.1, limit=bucket(100, 60, burst=1))
    assert sum(refused) < 0.15 * sum(answered)
    assert sum(answered) > 0.13 * 100 * 55
    assert max(answered) < 2 * min(answered)


@pytest.mark.parametrize("burst", [10, 100])
@pytest.mark.parametrize("processes", [2, 4, 8])
def test_they_settle_at_a_limit_by_tokens(processes: int, burst: float) -> None:
    """However many may be saved up."""
    answered, refused = shared([Pace(100, 60) for _ in range(processes)], 3600, 0.1, limit=bucket(100, 60, burst))
    assert sum(refused) < 0.08 * sum(answered)
    assert sum(answered) > 0.85 * 100 * 55
    assert max(answered) < 3 * min(answered)


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
