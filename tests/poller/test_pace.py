# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the pace of calls: even, never over the limit, slower when the vendor throttles."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.poller.pace import Pace


def calls(pace: Pace, arrivals: list[float]) -> list[float]:
    """When calls go out that are wanted at these times."""
    sent: list[float] = []
    now = 0.0
    for moment in sorted(arrivals):
        now = max(now, moment)
        now += pace.wait(now)
        pace.take(now)
        sent.append(now)
    return sent


@pytest.mark.parametrize(("limit", "seconds", "spacing"), [(100, 60.0, 0.75), (10, 1.0, 0.125), (15, 1.0, 1 / 12)])
def test_calls_are_spaced_evenly_at_four_fifths_of_the_limit(limit: float, seconds: float, spacing: float) -> None:
    """A minute's limit too: not eighty calls at once."""
    assert calls(Pace(limit, seconds), [0.0] * 4) == pytest.approx([0, spacing, 2 * spacing, 3 * spacing])


def test_idle_time_is_not_saved_up() -> None:
    """After an hour without a call the next two are as far apart as ever."""
    assert calls(Pace(100, 60), [0, 3600, 3600]) == [0, 3600, 3600.75]


@given(
    st.integers(1, 200),
    st.floats(0.5, 120),
    st.lists(st.floats(0, 500), min_size=1, max_size=150),
)
def test_no_window_ever_holds_more_than_the_limit(limit: int, seconds: float, arrivals: list[float]) -> None:
    """Whatever is asked for, and when."""
    sent = calls(Pace(limit, seconds), arrivals)
    for index, moment in enumerate(sent):
        assert sum(moment <= other < moment + seconds - 1e-6 for other in sent[index:]) <= limit


@given(st.lists(st.tuples(st.sampled_from(["good", "throttled"]), st.floats(0, 30), st.floats(0, 20)), max_size=60))
def test_it_is_never_faster_than_its_share_nor_stopped_for_good(events: list[tuple[str, float, float]]) -> None:
    """Whatever the vendor answers."""
    pace, now = Pace(100, 60), 0.0
    for what, passed, retry_after in events:
        now += passed
        pace.take(now)
        if what == "good":
            pace.good(now, now)
        else:
            pace.throttled(now, now, retry_after)
        assert 0.75 <= pace.spacing <= 12
        assert pace.wait(now) <= 8 * 12 + 0.75 + 20


def played(pace: Pace, seconds: float, refuses: Callable[[float], bool], now: float = 0.0) -> tuple[int, int]:
    """A process that always has something to ask; how many calls were answered, and refused."""
    good = bad = 0
    end = now + seconds
    while now < end:
        pace.take(now)
        if refuses(now):
            pace.throttled(now, now, None)
            bad += 1
        else:
            pace.good(now, now)
            good += 1
        now += pace.wait(now) + 1e-6
    return good, bad


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2, 0.5])
def test_refusals_that_come_whatever_we_do_do_not_slow_it(share: float) -> None:
    """To ask less would help nobody: most calls that fit in an hour are answered, less what is refused."""
    chance = Random(7)
    good, _ = played(Pace(100, 60), 3600, lambda _: chance.random() < share)
    assert good > 0.85 * 4800 * (1 - share)


def test_where_the_limit_is_used_up_it_slows_to_what_is_left() -> None:
    """Somebody else makes sixty of a hundred calls a minute: half of ours fit, and few are refused."""
    made: deque[float] = deque()

    def refuses(now: float) -> bool:
        while made and made[0] <= now - 60:
            made.popleft()
        if len(made) >= 40:
            return True
        made.append(now)
        return False

    pace = Pace(100, 60)
    played(pace, 300, refuses)
    good, bad = played(pace, 3300, refuses, 300)
    assert 0.7 * 40 * 55 < good <= 40 * 56
    assert bad < 0.03 * good


def test_a_time_of_refusals_is_over_when_it_is_over() -> None:
    """A minute in which everything is refused costs two or three."""
    pace = Pace(100, 60)
    _, bad = played(pace, 60, lambda _: True)
    assert bad < 30  # the longer it lasts the less is asked
    good, bad = played(pace, 120, lambda _: False, 60)
    assert (good > 60, bad) == (True, 0)
    assert pace.spacing == 0.75


def test_a_pace_that_proved_too_fast_is_not_tried_again_for_half_an_hour() -> None:
    """Until then it rises a little with every answer, and faster the longer nothing is refused."""
    pace, calls = Pace(100, 60), count()
    for begin in (0.0, 90.0):
        played(pace, 30, lambda _: next(calls) % 5 > 0, begin)  # a limit that is used up lets some through
        played(pace, 60, lambda _: False, begin + 30)
    slow = pace.factor
    assert slow < 0.5
    played(pace, 600, lambda _: False, 180)
    assert slow < pace.factor < slow + 0.2
    played(pace, 1300, lambda _: False, 780)
    assert pace.factor == 1.0


def test_a_call_that_was_tried_again_at_once_is_made_up_for() -> None:
    """The next one is as much later."""
    pace = Pace(100, 60)
    pace.take(0)
    pace.throttled(0.1, 0, None)
    assert pace.wait(0.1) == 0
    pace.take(0.1)
    pace.good(0.2, 0.1)
    assert pace.wait(0.2) == pytest.approx(0.1 + 0.75 + 0.65 - 0.2)
    assert pace.factor == 1.0


def test_calls_that_were_under_way_are_no_second_calls() -> None:
    """One burst of refusals is one refusal, and answers to older calls do not say that it was by chance."""
    pace = Pace(100, 60)
    pace.throttled(10, 9.5, None)
    pace.throttled(10.2, 9.8, None)
    pace.good(10.3, 9.9)
    assert pace.factor == 1.0
    pace.throttled(12, 11, None)
    assert pace.factor < 1


def test_the_vendor_is_left_alone_for_as_long_as_it_asks() -> None:
    """But not for a day."""
    pace = Pace(100, 60)
    pace.throttled(10, 10, 30)
    assert pace.wait(10) == 30
    pace.throttled(10, 10, 86400)
    assert pace.wait(10) == 600


def test_where_refusals_come_by_chance_waits_do_not_add_up() -> None:
    """One that is asked for is honoured, and the next one nine times as long after it at the earliest."""
    pace, chance = Pace(100, 60), Random(1)
    played(pace, 600, lambda _: chance.random() < 0.3)
    pace.throttled(700, 700, 30)
    assert pace.wait(700) == 30
    pace.throttled(731, 731, 30)
    assert pace.wait(731) < 5
    pace.throttled(999, 999, 30)
    assert pace.wait(999) < 5
    pace.throttled(1001, 1001, 30)
    assert pace.wait(1001) == 30


def test_a_limit_may_be_corrected_either_way() -> None:
    """Slowness that a throttle brought stays."""
    pace = Pace(100, 60)
    pace.factor = 0.5
    pace.limit(50, 60)
    assert pace.spacing == 3.0
    pace.limit(200, 60)
    assert pace.spacing == 0.75


def test_a_pace_is_idle_when_nothing_of_it_matters_any_more() -> None:
    """Neither its last call nor its last throttle."""
    pace = Pace(100, 60)
    assert pace.idle(0)
    pace.take(0)
    assert not pace.idle(600)
    assert pace.idle(601)
    pace.throttled(601, 601, None)
    assert not pace.idle(1201)


def in_bursts(pace: Pace, hours: float, refuses: Callable[[], bool]) -> list[float]:
    """A minute in five refuses, as it likes; the slowest pace of each of those."""
    slowest = []
    for begin in range(0, int(hours * 3600), 300):
        least = 1.0
        for second in range(60):
            played(pace, 1, lambda _: refuses(), begin + second)
            least = min(least, pace.factor)
        slowest.append(least)
        played(pace, 240, lambda _: False, begin + 60)
    return slowest


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bursts_of_refusals_that_pass_by_themselves_slow_it_once(seed: int) -> None:
    """Seventy percent of all calls, a minute in five: the first time it may be our fault."""
    chance = Random(seed)
    first, *later = in_bursts(Pace(100, 60), 1, lambda: chance.random() < 0.7)
    assert first < 0.8
    assert later == [1.0] * 11


def test_refusals_that_used_to_pass_and_do_not_slow_it_after_all() -> None:
    """After a minute and a quarter: then it is somebody who uses the account, too."""
    chance, calls = Random(1), count()
    pace = Pace(100, 60)
    in_bursts(pace, 1, lambda: chance.random() < 0.7)
    played(pace, 70, lambda _: next(calls) % 6 >= 4, 3600)
    assert pace.factor == 1.0
    played(pace, 120, lambda _: next(calls) % 6 >= 4, 3670)
    assert pace.factor < 0.5


def test_where_refusals_are_not_for_our_calls_the_pace_comes_back_within_minutes() -> None:
    """Half of all calls are refused for ten minutes; it doubles within half a minute, step by step."""
    chance, pace = Random(3), Pace(100, 60)
    pace.factor = 0.25
    played(pace, 300, lambda _: chance.random() < 0.5)
    assert pace.factor == 1.0


def test_a_few_single_refusals_do_not_prove_that_a_limit_is_not_used_up() -> None:
    """One a minute whose second call is answered: a pace that was lowered rises slowly, as before."""
    pace, calls, now = Pace(100, 60), count(), 180.0
    for begin in (0.0, 90.0):
        played(pace, 30, lambda _: next(calls) % 5 > 0, begin)
        played(pace, 60, lambda _: False, begin + 30)
    slow = pace.factor
    for _ in range(25):
        played(pace, 55, lambda _: False, now)
        pace.throttled(now + 56, now + 56, None)
        pace.good(now + 57, now + 57)
        now += 60
    assert slow < pace.factor < slow + 0.1


def test_what_refuses_everything_for_minutes_is_an_outage() -> None:
    """Its end is noticed within a thirtieth of the time; afterwards the pace is what it was before, at once."""
    pace, now = Pace(100, 60), 0.0
    while now < 300:
        now += pace.wait(now)
        pace.take(now)
        pace.throttled(now, now, None)
        now += 0.01
    assert 0.25 < pace.factor < 0.3
    assert 8 < pace.wait(now) <= 301 / 32
    now += pace.wait(now)
    pace.take(now)
    pace.good(now, now)
    assert pace.factor == 1
