# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the pace of calls: even, never over the limit, slower when the vendor throttles."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
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


@given(
    *(st.integers(1, 200), st.floats(0.5, 120), st.floats(0, 1), st.integers(0, 10), st.floats(0, 0.9)),
    st.floats(0, 0.2),
)
def test_no_window_ever_holds_more_than_the_limit_while_calls_are_refused(
    limit: int, seconds: float, refused: float, seed: int, latency: float, jitter: float
) -> None:
    """Calls in pairs neither, of a process that always has something to ask, and answers that take their time.

    ``latency`` and ``jitter`` are shares of the time in which a place becomes free.
    """
    pace, chance, now, sent = Pace(limit, seconds), Random(seed), 0.0, []
    for _ in range(2 * limit + 20):
        now += pace.wait(now)
        pace.take(now)
        sent.append(now)
        trip = (latency + chance.uniform(0, jitter)) * seconds / limit
        if chance.random() < refused:
            pace.throttled(now + trip, now, None)
        else:
            pace.good(now + trip, now)
    for index, moment in enumerate(sent):
        assert sum(moment <= other < moment + seconds - 1e-6 for other in sent[index:]) <= limit


def test_calls_do_not_come_again_after_exactly_one_window() -> None:
    """Otherwise the places of a process would be free for it for ever, and others would find none."""
    sent = calls(Pace(100, 60), [0.0] * 400)
    again = [later - earlier for earlier, later in zip(sent[80:], sent[160:], strict=False)]
    assert len({round(length, 2) for length in again}) > 5
    assert all(59.5 < length < 60.5 for length in again)


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


def played(
    pace: Pace, seconds: float, refuses: Callable[[float], bool], now: float = 0.0, trip: float = 0.0
) -> tuple[int, int]:
    """A process that always has something to ask; how many calls were answered, and refused.

    :param trip: seconds until the answer, before which the next call may go out.
    """
    good = bad = 0
    end = now + seconds
    while now < end:
        pace.take(now)
        if refuses(now):
            pace.throttled(now + trip, now, None)
            bad += 1
        else:
            pace.good(now + trip, now)
            good += 1
        now += pace.wait(now) + 1e-6
    return good, bad


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2, 0.5, 0.7])
@pytest.mark.parametrize("limit", [(100, 60.0), (1000, 60.0)])
def test_refusals_that_come_whatever_we_do_do_not_slow_it(share: float, limit: tuple[float, float]) -> None:
    """To ask less would help nobody: most calls that fit in an hour are answered, less what is refused."""
    chance = Random(7)
    good, _ = played(Pace(*limit), 3600, lambda _: chance.random() < share)
    assert good > 0.85 * 60 * limit[0] * 0.8 * (1 - share)


@pytest.mark.parametrize(("limit", "share"), [((100, 60), 0.01), ((100, 60), 0.03), ((40, 60), 0.02)])
def test_few_refusals_cost_a_tenth_of_the_calls_at_most(limit: tuple[int, float], share: float) -> None:
    """On average: two calls right after a refusal soon show that there is room."""

    def answered(chance: Random) -> int:
        return played(Pace(*limit), 3600, lambda _: chance.random() < share)[0]

    assert sum(answered(Random(seed)) for seed in range(20)) > 0.9 * 20 * 60 * 0.8 * limit[0]


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
    assert bad < 75  # of eighty: the longer it lasts the less is asked
    good, bad = played(pace, 120, lambda _: False, 60)
    assert (good > 60, bad) == (True, 0)
    assert pace.spacing == 0.75


def test_a_refusal_lowers_the_pace_and_answers_raise_it() -> None:
    """At the full pace by a third at most, and by less within the first minute; in steps that become larger."""
    pace = Pace(10, 60)
    pace.throttled(61, 61, None)
    assert pace.factor == pytest.approx(2 / 3)
    pace.good(70, 70)
    assert pace.factor == pytest.approx(2 / 3 + 7e-5 / (2 / 3) * (1 + 1 / 80**2))
    for answer in range(300):
        pace.good(71 + answer, 71 + answer)
    assert pace.factor > 0.8
    for early in (Pace(100, 60), Pace(10, 60)):
        early.take(0)
        early.throttled(30, 30, None)
        assert early.factor == pytest.approx(0.5**0.5)


def test_few_refusals_lower_it_gently_until_the_limit_seems_used_up() -> None:
    """Of forty calls one is refused; then two pairs whose second call alone is refused."""
    pace = Pace(100, 60)
    played(pace, 30, lambda _: False)
    pace.throttled(61, 61, None)
    assert pace.factor == 0.85
    for begin in (70, 80):
        pace.take(begin)
        pace.good(begin, begin)
        second = begin + pace.wait(begin)
        pace.take(second)
        pace.throttled(second, second, None)
        played(pace, 9, lambda _: False, second)
    before = pace.factor
    pace.throttled(200, 200, None)
    assert pace.factor == pytest.approx(before * 2 / 3)


def test_calls_that_were_under_way_lower_it_once() -> None:
    """One burst of refusals is one refusal."""
    pace = Pace(100, 60)
    played(pace, 60, lambda _: False)
    pace.throttled(70, 69.5, None)
    slower = pace.factor
    pace.throttled(70.2, 69.8, None)
    pace.good(70.3, 69.9)
    assert pace.factor == slower < 1
    pace.good(71, 70.5)
    pace.throttled(120, 119, None)
    assert pace.factor < slower


def test_after_a_refusal_calls_go_out_in_pairs() -> None:
    """The first at once, and then for two hundred calls, as long as nothing is known; for each, two places are left."""
    pace = Pace(100, 60)
    pace.take(0)
    pace.throttled(0.1, 0, None)
    first = pace.wait(0.1) + 0.1
    assert first == 0.1
    pace.take(first)
    assert pace.wait(first) == pytest.approx(0.02, rel=0.6)
    second = first + pace.wait(first)
    pace.take(second)
    assert second + pace.wait(second) == pytest.approx(0.75 + 2 * pace.spacing)
    assert (pace.begins_pair(90), pace.begins_pair(0.1 + 200 * pace.spacing)) == (True, False)
    pace.take(160)
    assert pace.wait(160) == pytest.approx(pace.spacing)


def test_what_could_not_show_anything_does_not_go_out_at_once() -> None:
    """A call after a wait that the vendor asks for, or after so slow an answer that places have become free since."""
    for answered, retry_after in ((0.1, 5), (0.5, None)):
        pace = Pace(100, 60)
        pace.take(0)
        pace.throttled(answered, 0, retry_after)
        assert pace.wait(answered) == (retry_after or 0.75 - answered)
        first = answered + pace.wait(answered)
        pace.take(first)
        second = first + pace.wait(first)
        pace.take(second)
        assert second + pace.wait(second) == pytest.approx(first + 2 * pace.spacing)


def hastened() -> tuple[Pace, float]:
    """A call was refused after a tenth of a second, and two have gone out right then: when the second one did."""
    pace = Pace(100, 60)
    pace.take(0)
    pace.throttled(0.1, 0, None)
    pace.take(0.1)
    second = 0.1 + pace.wait(0.1)
    pace.take(second)
    return pace, second


def test_a_pair_that_is_refused_right_after_a_refusal_is_not_followed_by_another() -> None:
    """The limit seems used up; the next calls go out when two places are free, and the pair is paid for."""
    pace, second = hastened()
    pace.throttled(0.2, 0.1, None)
    pace.throttled(0.1 + second, second, None)
    assert pace.wait(0.1 + second) > 1.5


def test_pairs_whose_second_call_comes_late_do_not_hasten_each_other() -> None:
    """One call in seven is answered, and the second call of each pair goes out too late: the pace is kept."""
    pace, now, sent = Pace(100, 60), 0.0, []
    for number in range(300):
        first = pace.begins_pair(now)
        pace.take(now)
        sent.append(now)
        if number % 7:
            pace.throttled(now + 0.1, now, None)
        else:
            pace.good(now + 0.1, now)
        now += pace.wait(now) + (0.1 if first else 0.0)
    for index, moment in enumerate(sent):
        assert sum(moment <= other < moment + 60 for other in sent[index:]) <= 85


def test_a_call_of_a_hastened_pair_may_get_no_answer() -> None:
    """The next refusal hastens a pair all the same."""
    pace, _ = hastened()
    pace.good(0.2, 0.1)
    pace.take(200)
    pace.throttled(200.1, 200, None)
    assert pace.wait(200.1) == 0


def test_two_calls_that_nothing_was_to_be_asked_by_are_forgotten() -> None:
    """Half a minute after the refusal, a call is the first of a pair as any other, and not a place too early."""
    pace = Pace(100, 60)
    pace.take(0)
    pace.throttled(0.1, 0, None)
    pace.take(30)
    second = 30 + pace.wait(30)
    pace.take(second)
    assert second + pace.wait(second) == pytest.approx(30 + 2 * pace.spacing)
    for sent in (30, second):
        pace.good(sent, sent)
    falls = [pace.factor]
    for sent in (40, 50):
        pace.throttled(sent, sent, None)
        falls.append(pace.factor)
    assert falls == sorted(falls, reverse=True)  # two answers have not spoken for chance
    late = Pace(100, 60)
    late.take(0)
    late.throttled(0.1, 0, None)
    late.take(300)
    assert late.wait(300) == pytest.approx(late.spacing)


def test_a_pair_is_not_torn_apart_by_a_wait_that_its_first_call_was_asked_for() -> None:
    """Its second call goes out; the next one waits."""
    pace = Pace(100, 60)
    pace.take(0)
    pace.throttled(0, 0, None)
    pace.take(1)
    pace.throttled(1, 1, 20)
    assert pace.wait(1) < 0.04
    pace.take(1 + pace.wait(1))
    assert pace.wait(2) == 19
    late = Pace(100, 60)
    late.take(0)
    late.throttled(0, 0, None)
    late.take(1)
    late.throttled(1, 1, 20)
    assert late.wait(5) == 16  # its time is over


def test_the_vendor_is_left_alone_for_as_long_as_it_asks() -> None:
    """But not for a day."""
    pace = Pace(100, 60)
    pace.throttled(10, 10, 30)
    assert pace.wait(10) == 30
    pace.throttled(70, 70, 86400)
    assert pace.wait(70) == 600


def test_half_of_the_time_is_waited_for_as_long_as_nothing_is_known() -> None:
    """And all of it under limits of which nothing can be known: there a vendor may prolong a ban with each call."""
    pace = Pace(100, 60)
    pace.throttled(10, 10, 30)
    pace.good(40, 40)
    pace.throttled(41, 41, 30)
    assert pace.wait(41) == 0
    pace.throttled(71, 71, 30)
    assert pace.wait(71) == 30
    small = Pace(10, 60)
    for sent in (10, 40, 70, 100):
        small.throttled(sent, sent, 30)
        assert small.wait(sent) == 30


def test_half_of_the_time_is_waited_for_in_an_unsteady_network_too() -> None:
    """And less, if calls after waits are refused all the same; though pairs tell nothing there."""
    pace = Pace(100, 60)
    for sent, answered in ((0, 0.1), (1, 1.9), (2, 2.1)):
        pace.throttled(answered, sent, None)
    pace.good(5, 5)
    assert not pace.begins_pair(6)
    pace.throttled(10, 10, 30)
    assert pace.wait(10) == 30
    pace.good(40.5, 40)
    for sent, asked_for in ((41, 0), (71, 30), (102, 0), (132, 30), (163, 0), (193, 0)):
        pace.throttled(sent, sent, 30)
        assert pace.wait(sent) == asked_for
        pace.good(sent + asked_for + 0.5, sent + 0.5)


def test_where_every_call_is_refused_the_vendor_is_left_alone_for_as_long_as_it_asks() -> None:
    """It may prolong a ban with each call: of an hour's waits, only some in the first minutes are cut short."""
    pace, now, sent = Pace(100, 60), 0.0, 0
    while now < 3600:
        pace.take(now)
        pace.throttled(now, now, 30)
        sent += now >= 600
        now += pace.wait(now) + 1e-6
    assert sent == 100


def test_where_refusals_come_at_random_waits_do_not_add_up() -> None:
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


def test_a_network_that_becomes_unsteady_does_not_refute_what_is_known() -> None:
    """Refusals are still taken for random: the pace stays what it was, and waits still take a tenth of the time."""
    pace, chance = Pace(100, 60), Random(1)
    played(pace, 600, lambda _: chance.random() < 0.3)
    assert pace.factor == 1
    for sent in range(600, 660, 2):
        pace.throttled(sent + chance.uniform(0, 1), sent, None)
        pace.good(sent + 1.5, sent + 1)
    assert not pace.begins_pair(662)
    assert pace.factor == 1
    pace.throttled(700, 700, 30)
    pace.throttled(731, 731, 30)
    assert pace.wait(731) < 5


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


def test_where_the_cause_cannot_be_known_it_falls_to_an_eighth() -> None:
    """Under small limits, of which a window could hold one call too many."""
    pace = Pace(10, 60)
    played(pace, 3600, lambda _: True)
    assert pace.factor == 1 / 8


def test_bursts_of_refusals_that_come_at_random_are_learnt_from() -> None:
    """Seventy percent of all calls, a minute in five: the first time it may be our fault."""
    chance, pace, slowest = Random(1), Pace(100, 60), []
    for begin in range(0, 3600, 300):
        least = 1.0
        for second in range(60):
            played(pace, 1, lambda _: chance.random() < 0.7, begin + second)
            least = min(least, pace.factor)
        slowest.append(least)
        played(pace, 240, lambda _: False, begin + 60)
    assert slowest[0] > 0.9
    assert slowest[3:].count(1.0) >= 8


def test_a_pace_that_came_down_by_mistake_rises_with_refused_calls_too() -> None:
    """Once refusals are known to be random, the next answer may be minutes away."""
    chance, pace = Random(1), Pace(100, 60)
    played(pace, 600, lambda _: chance.random() < 0.5)
    pace.factor = 0.25
    pace.throttled(700, 700, None)
    assert pace.factor == pytest.approx(0.25 * 2 ** (3 / 30))


def test_where_every_call_is_refused_the_pace_does_not_rise() -> None:
    """Though refusals before were random: such a time says nothing of the cause, and the vendor is left alone."""
    chance, pace = Random(1), Pace(100, 60)
    played(pace, 600, lambda _: chance.random() < 0.5)
    played(pace, 120, lambda _: False, 600)
    pace.factor = 0.25
    played(pace, 15, lambda _: True, 720)
    early = pace.factor
    _, bad = played(pace, 600, lambda _: True, 735)
    assert pace.factor < early + 0.1
    assert bad < 130


def test_after_three_pairs_without_a_second_nothing_is_left_for_one() -> None:
    """Timers may be coarser than the calls of a pair are apart."""
    pace, left = Pace(100, 60), []
    pace.take(0)
    pace.throttled(0, 0, None)
    for now in range(2, 22, 4):
        left.append(pace.halves(now))
        pace.take(now)
        pace.take(now + 1)
    assert left == [True, True, True, False, False]


def test_spacings_of_hours_do_not_overflow() -> None:
    """Where refusals are random, the pace doubles by time."""
    chance, pace = Random(1), Pace(100, 60)
    played(pace, 600, lambda _: chance.random() < 0.5)
    pace.limit(100, 6_000_000)
    pace.factor = 1 / 16
    pace.good(700, 700)
    assert pace.factor == 1


def test_where_refusals_are_not_for_our_calls_the_pace_comes_back_within_minutes() -> None:
    """Half of all calls are refused for ten minutes; it doubles within half a minute, step by step."""
    chance, pace = Random(3), Pace(100, 60)
    pace.factor = 0.25
    played(pace, 400, lambda _: chance.random() < 0.5)
    assert pace.factor == 1.0


class OnePlace:
    """A limit that others use up, but for a place every few seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._free = seconds, 0.0

    def refuses(self, now: float) -> bool:
        if now < self._free:
            return True
        self._free = now + self._seconds
        return False


def test_after_a_disturbance_the_pace_returns_within_a_minute_and_a_half() -> None:
    """Others use the limit up for a minute, and then no more."""
    pace = Pace(100, 60)
    _, bad = played(pace, 60, OnePlace(2.5).refuses)
    slow = pace.factor
    assert (bad > 20, slow < 0.6) == (True, True)
    played(pace, 29, lambda _: False, 60)
    assert pace.factor < slow + 0.05
    played(pace, 26, lambda _: False, 89)
    assert pace.factor > slow + 0.2
    played(pace, 35, lambda _: False, 115)
    assert pace.factor == 1.0


@pytest.mark.parametrize(("every", "least"), [(300, 230), (240, 150)])
def test_a_disturbance_that_comes_again_and_again_costs_as_much_each_time(every: int, least: int) -> None:
    """A minute of so many seconds; not the more, the more often it came. A pace that never falls brings 320 or 240."""
    pace, place, made = Pace(100, 60), OnePlace(2.5), []
    for begin in range(0, 3600, every):
        played(pace, 60, place.refuses, begin)
        made.append(played(pace, every - 60, lambda _: False, begin + 60)[0])
    assert min(made) > least


def test_a_refusal_now_and_then_is_no_disturbance() -> None:
    """It is what processes meet that have settled on a limit: answers raise the pace slowly."""
    pace = Pace(100, 60)
    played(pace, 60, lambda _: False)
    for begin in range(60, 180, 30):
        played(pace, 1, lambda _: True, begin)
        played(pace, 29, lambda _: False, begin + 1)
    slow = pace.factor
    assert slow < 0.6
    played(pace, 200, lambda _: False, 180)
    assert pace.factor < slow + 0.1


def test_a_pace_that_is_refused_while_it_is_raised_is_not_tried_again_for_ten_minutes() -> None:
    """It is the limit after all; meanwhile answers raise it slowly."""
    pace = Pace(100, 60)
    played(pace, 60, OnePlace(2.5).refuses)
    played(pace, 40, lambda _: False, 60)
    raised = pace.factor
    played(pace, 2, lambda _: True, 100)
    fallen = pace.factor
    assert fallen < raised < 1
    played(pace, 300, lambda _: False, 102)
    assert pace.factor < (raised + 1) / 2


def test_a_period_of_refusals_is_not_over_while_no_call_is_made() -> None:
    """Neither in a wait that the vendor asks for, nor between calls that are a minute apart."""
    waiting = Pace(10, 60)
    for sent in (0, 101, 202):
        waiting.throttled(sent, sent, 100)
        waiting.good(sent + 100, sent + 100)
    assert waiting.factor < 0.5
    played(waiting, 300, lambda _: False, 302)
    assert waiting.factor == 1
    few = Pace(10, 60)
    for sent in range(0, 1200, 70):
        few.throttled(sent, sent, None)
    assert few.factor < 0.2
    played(few, 400, lambda _: False, 1270)
    assert few.factor > 0.4


def test_where_something_speaks_for_chance_a_quarter_remains() -> None:
    """One pair whose first call was refused and whose second was not, and then nothing but refusals."""
    pace = Pace(100, 60)
    pace.take(0)
    pace.throttled(0, 0, None)
    pace.take(1)
    pace.throttled(1, 1, None)
    second = 1 + pace.wait(1)
    pace.take(second)
    pace.good(second, second)
    played(pace, 600, lambda _: True, 2)
    assert pace.factor == 0.25


def test_as_long_as_the_cause_is_unknown_a_quarter_remains() -> None:
    """Ten seconds in twenty refuse everything: pairs tell nothing of whole runs, and slower calls fare no better.

    Answers take half a second, so that calls right after a refusal tell nothing either.
    """
    pace = Pace(100, 60)
    played(pace, 900, lambda now: now % 20 > 10, trip=0.5)
    assert pace.factor == pytest.approx(0.25, abs=0.02)


def test_where_others_use_the_limit_up_it_falls_further() -> None:
    """They leave a place every ten seconds."""
    pace, place = Pace(100, 60), OnePlace(10)
    played(pace, 100, place.refuses)
    assert 0.2 < pace.factor < 0.5
    played(pace, 600, place.refuses, 100)
    assert 1 / 16 <= pace.factor < 1 / 12


@pytest.mark.parametrize(("limit", "seconds"), [((100, 60), 60.0), ((10, 1), 60.0), ((100, 1), 7.5)])
def test_the_pace_halves_within_a_minute_at_most(limit: tuple[float, float], seconds: float) -> None:
    """Or in the time of 600 calls at full pace, however slow it is by now."""
    pace = Pace(*limit)
    pace.take(0)
    pace.factor = 0.5
    pace.throttled(0, 0, None)
    assert pace.factor == 0.5
    pace.throttled(seconds / 4, seconds / 4, None)
    assert pace.factor == pytest.approx(0.5 ** (1 + 1 / 4))


@pytest.mark.parametrize(("limit", "answers"), [((10, 1), 80), ((100, 60), 80), ((1000, 60), 800)])
def test_answers_raise_the_pace_by_as_much_as_the_window_holds(limit: tuple[float, float], answers: int) -> None:
    """By half a per cent in that time, and then faster and faster."""
    pace = Pace(*limit)
    pace.factor = 0.9
    for now in range(answers):
        pace.good(now, now)
    assert pace.factor == pytest.approx(0.9 + 0.0056 / 0.9 * 4 / 3, rel=0.01)


def test_answers_under_another_limit_do_not_hasten_the_rise() -> None:
    """A connection corrects a thousand calls a minute to a hundred."""
    pace = Pace(1000, 60)
    pace.factor = 0.2
    for now in range(700):
        pace.good(now / 10, now / 10)
    before = pace.factor
    pace.limit(1000, 60)
    pace.good(70, 70)
    steep = pace.factor - before
    pace.limit(100, 60)
    for now in range(71, 81):
        pace.good(now, now)
    assert pace.factor - before - steep < 0.005


@pytest.mark.parametrize("retry_after", [None, 10.0])
def test_what_refuses_everything_for_minutes_is_an_outage(retry_after: float | None) -> None:
    """Its end is noticed within a fortieth of the time; afterwards the pace is what it was before, at once."""
    pace, now = Pace(100, 60), 0.0
    while now < 300:
        now += pace.wait(now)
        pace.take(now)
        pace.throttled(now, now, retry_after)
        now += 0.01
    assert 0.7 < pace.factor < 1
    assert 5 < pace.wait(now) <= (retry_after or 7.5)
    now += pace.wait(now)
    pace.take(now)
    assert pace.wait(now) > 5
    pace.good(now, now)
    assert (pace.factor, pace.wait(now)) == (1, 0.75)


@pytest.mark.parametrize(("calls", "apart"), [(100, 31.0), (100, 40.0), (100, 55.0), (15, 0.0), (20, 0.0)])
def test_an_outage_in_which_few_calls_are_made_restores_the_pace(calls: float, apart: float) -> None:
    """Since looks are so far apart, or the limit is so small: half an hour of refusals between two answers."""
    pace, now = Pace(calls, 60), 0.0
    pace.take(now)
    pace.good(now, now)
    while now < 1800:
        now += max(apart, pace.wait(now))
        pace.take(now)
        pace.throttled(now, now, None)
    now += pace.wait(now)
    pace.take(now)
    pace.good(now, now)
    assert pace.factor == 1


def after_refusals(trips: Callable[[int], float], refuses: Callable[[int, bool], bool]) -> tuple[float, float]:
    """The pace after three minutes in which calls are refused, and after almost four more in which none is.

    :param trips: seconds until the answer to a call, by its number.
    :param refuses: whether a call is refused, by its number and whether it is the second of a pair.
    """
    pace, now, number, slow = Pace(100, 60), 0.0, 0, 1.0
    while now < 400:
        now += pace.wait(now)
        second = pace.ends_pair(now)
        pace.take(now)
        number += 1
        if now < 180 and refuses(number, second):
            pace.throttled(now + trips(number), now, None)
        else:
            pace.good(now + trips(number), now)
        if now < 180:
            slow = pace.factor
    return slow, pace.factor


def test_after_minutes_in_which_an_eighth_is_refused_the_pace_returns_soon() -> None:
    """On a network on which pairs tell nothing: the round trips of refused calls differ by 0.3 seconds."""
    slow, later = after_refusals(lambda number: 0.5 + 0.3 * (number % 16 // 8), lambda number, _: number % 8 == 0)
    assert slow < 0.3
    assert later == 1


def test_where_pairs_have_shown_that_the_limit_is_used_up_it_does_not() -> None:
    """One call is refused, and then the second one alone of every third pair, so a sixth of the calls."""
    pairs = 0

    def refuses(number: int, second: bool) -> bool:
        nonlocal pairs
        pairs += second
        return number == 20 or (second and pairs % 3 == 0)

    slow, later = after_refusals(lambda _: 0.5, refuses)
    assert slow < 0.5
    assert later < 0.7
