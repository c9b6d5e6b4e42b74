# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Pairs of calls: which of two causes their outcomes speak for."""

from __future__ import annotations

from math import log
from random import Random

import pytest

from airflow_provider_mediajobs.poller.pairs import LEAST, MOST, PRIOR, Pairs, spread


def pair(pairs: Pairs, now: float, first: bool, second: bool) -> None:
    """Both calls of a pair, and whether each was refused."""
    later = pairs.begin(now)
    pairs.end(later)
    pairs.outcome(now, now, refused=first)
    pairs.outcome(later, later, refused=second)


def test_calls_of_a_pair_are_about_twenty_milliseconds_apart() -> None:
    """Never in the same rhythm; closer where places become free more often."""
    pairs = Pairs(100, 60)
    apart = [pairs.begin(float(now)) - now for now in range(100)]
    assert min(apart) > 0.01
    assert max(apart) < 0.03
    assert sum(apart) / 100 == pytest.approx(0.02, abs=0.001)
    assert Pairs(1000, 60).begin(0) == pytest.approx(0.003, rel=0.5)


@pytest.mark.parametrize(
    ("calls", "seconds", "tell"), [(100, 60, True), (20, 60, True), (19, 60, False), (1000, 60, True), (20, 1, False)]
)
def test_under_small_and_very_wide_limits_pairs_tell_nothing(calls: float, seconds: float, tell: bool) -> None:
    """A window of a small one could hold a call too many; of a wide one a place is always about to become free."""
    pairs = Pairs(1000, 60)
    pairs.limit(calls, seconds)
    assert pairs.tell is tell
    assert Pairs(calls, seconds).tell is tell


def test_a_refusal_before_an_answer_speaks_for_chance_and_the_other_order_against_it() -> None:
    """Two answers say nothing. Where hardly any call is refused, an order says less, and two refusals say more."""
    pairs = Pairs(100, 60)
    assert pairs.odds(0) == PRIOR
    pair(pairs, 0, first=False, second=False)
    assert pairs.odds(0) == PRIOR
    pair(pairs, 0, first=True, second=False)
    assert pairs.odds(0) == pytest.approx(PRIOR + log((1 - 1 / 8) / 0.12), abs=0.03)
    before = pairs.odds(0)
    pair(pairs, 0, first=False, second=True)
    assert before - 0.2 < pairs.odds(0) < before - 0.1
    before = pairs.odds(0)
    pair(pairs, 0, first=True, second=True)
    assert before - 0.1 < pairs.odds(0) <= before


def test_where_hardly_any_call_is_refused_two_refusals_speak_against_chance() -> None:
    """By chance they would hardly come together."""
    pairs = Pairs(100, 60)
    for _ in range(50):
        pair(pairs, 0, first=False, second=False)
    pair(pairs, 0, first=True, second=True)
    assert pairs.odds(0) == pytest.approx(PRIOR + log((0.18 + 2 / 12) / 0.5), abs=0.05)


def test_where_most_calls_are_refused_two_refusals_say_nothing() -> None:
    """They come together in either case."""
    pairs = Pairs(100, 60)
    for _ in range(50):
        pair(pairs, 0, first=True, second=True)
    odds = pairs.odds(0)
    pair(pairs, 0, first=True, second=True)
    assert pairs.odds(0) == odds


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.7, 0.85])
def test_refusals_at_random_are_recognised_whatever_their_share(share: float) -> None:
    """Within some two hundred pairs."""
    pairs, chance = Pairs(100, 60), Random(1)
    for now in range(200):
        pair(pairs, now, chance.random() < share, chance.random() < share)
    assert PRIOR + 3 < pairs.odds(200) <= MOST


@pytest.mark.parametrize("share", [0.5, 0.7, 0.8])
def test_refusals_at_random_that_last_for_seconds_are_not_taken_for_a_limit(share: float) -> None:
    """Seven pairs of forty: among those, two refusals are common, though few calls are refused on average."""
    pairs, chance = Pairs(100, 60), Random(1)
    for now in range(400):
        refused = share if now % 40 < 7 else 0.0
        pair(pairs, now, chance.random() < refused, chance.random() < refused)
    assert pairs.odds(400) > 0


def test_a_limit_that_is_used_up_is_recognised() -> None:
    """A pair meets no place, or the last one, or several."""
    pairs, chance = Pairs(100, 60), Random(1)
    for now in range(200):
        places = chance.choice((0, 1, 2))
        pair(pairs, now, places < 1, places < 2)
    assert LEAST <= pairs.odds(200) < LEAST + 0.1


def stopped_pairs(start: float = 0.0) -> Pairs:
    """Twelve pairs whose second call was refused, and not the first."""
    pairs = Pairs(100, 60)
    for now in range(12):
        assert not pairs.stopped(start + now)
        pair(pairs, start + now, first=False, second=True)
    return pairs


def test_pairs_that_bring_about_refusals_stop() -> None:
    """For ten minutes; then one tries again."""
    pairs = stopped_pairs()
    assert pairs.stopped(11.1)
    assert pairs.stopped(610.9)
    assert not pairs.hastens(610.9, 610.8)
    assert not pairs.stopped(611.1)
    assert pairs.hastens(611.1, 611)
    pair(pairs, 612, first=False, second=True)
    assert pairs.stopped(613)
    pair(pairs, 1213, first=False, second=False)
    assert not pairs.stopped(1214)


@pytest.mark.parametrize("first", [False, True])
def test_a_second_call_that_is_answered_shows_that_there_is_room(first: bool) -> None:
    """Whatever became of the first one."""
    pairs = Pairs(100, 60)
    for now in range(100):
        pair(pairs, now, first=first and now % 8 == 0, second=now % 8 != 0)
    assert not pairs.stopped(100)


def test_two_refusals_show_nothing_of_the_room() -> None:
    """Others have just taken the only place."""
    pairs = Pairs(100, 60)
    for now in range(11):
        pair(pairs, now, first=False, second=True)
    pair(pairs, 11, first=True, second=True)
    assert not pairs.stopped(11.1)
    pair(pairs, 12, first=False, second=True)
    assert pairs.stopped(12.1)


def test_a_limit_without_room_for_two_is_used_up_whatever_spoke_for_chance() -> None:
    """Its place may become free between the calls of a pair, which looks like chance."""
    pairs = Pairs(100, 60)
    pair(pairs, 0, first=True, second=False)
    assert pairs.odds(0) > PRIOR + 1
    for _ in range(11):
        pair(pairs, 0, first=False, second=True)
    assert pairs.odds(0) > -2.4
    pair(pairs, 0, first=False, second=True)
    assert pairs.odds(0) == pytest.approx(-2.5, abs=0.001)


def test_a_row_of_refused_second_calls_may_come_about_by_chance() -> None:
    """Where most calls are refused: pairs stop only once the cause is open again."""
    pairs = Pairs(100, 60)
    for _ in range(4):
        pair(pairs, 0, first=True, second=False)
    for _ in range(12):
        pair(pairs, 0, first=False, second=True)
    assert not pairs.stopped(0)
    while pairs.odds(0) > 0:
        assert not pairs.stopped(0)
        pair(pairs, 0, first=False, second=True)
    assert pairs.stopped(0)


def test_a_row_of_refused_second_calls_is_forgotten() -> None:
    """After half an hour, or if the limit is changed: later, one such pair is no row."""
    pairs = stopped_pairs()
    pair(pairs, 1812, first=False, second=True)
    assert not pairs.stopped(1812.1)
    pairs = stopped_pairs()
    pairs.limit(100, 60)
    assert pairs.stopped(12)
    pairs.limit(200, 60)
    assert not pairs.stopped(12)


def test_evidence_fades() -> None:
    """Over half an hour."""
    pairs = Pairs(100, 60)
    pair(pairs, 0, first=True, second=False)
    fresh = pairs.odds(0) - PRIOR
    assert pairs.odds(1800) - PRIOR == pytest.approx(fresh / 2.718281828)
    assert pairs.odds(36000) == pytest.approx(PRIOR, abs=1e-6)


def test_a_call_that_comes_late_makes_no_pair() -> None:
    """Neither does one whose answer never comes."""
    pairs = Pairs(100, 60)
    pairs.begin(0)
    assert pairs.follows(0.03)
    assert not pairs.follows(0.05)
    pairs.end(0.5)
    assert pairs.first is None
    assert not pairs.follows(0.5)
    pairs.outcome(1, 0, refused=True)
    pairs.outcome(1, 0.5, refused=False)
    assert pairs.odds(1) == PRIOR
    pairs.begin(2)
    pairs.end(2.02)
    pairs.outcome(2.1, 2.02, refused=False)
    pairs.begin(4)
    pairs.outcome(4.1, 2, refused=True)
    assert pairs.odds(4.1) == PRIOR


def test_seconds_of_pairs_that_come_too_late_are_counted() -> None:
    """In a row."""
    pairs = Pairs(100, 60)
    for now in range(3):
        assert pairs.missed == now
        pairs.begin(now)
        pairs.end(now + 0.5)
    pairs.begin(3)
    pairs.end(3.02)
    assert pairs.missed == 0


def test_all_evidence_is_summed_up_and_does_not_fade() -> None:
    """Unlike the odds, it knows no bounds either."""
    pairs = Pairs(100, 60)
    pair(pairs, 0, first=True, second=False)
    assert pairs.weighed == pytest.approx(pairs.odds(0) - PRIOR, abs=0.001)
    for _ in range(20):
        pair(pairs, 0, first=True, second=False)
    assert pairs.weighed > MOST - PRIOR
    once = pairs.weighed
    pairs.odds(9000)
    assert pairs.weighed == once


def test_answers_may_overtake_each_other() -> None:
    """What counts is the order in which calls went out."""
    pairs = Pairs(100, 60)
    later = pairs.begin(0)
    pairs.end(later)
    pairs.outcome(0.1, later, refused=False)
    pairs.outcome(0.2, 0, refused=True)
    assert pairs.odds(0.2) > PRIOR


def test_an_answer_may_come_before_the_second_call_goes_out() -> None:
    """Of a vendor that is nearer than the two are apart."""
    pairs = Pairs(100, 60)
    later = pairs.begin(0)
    pairs.outcome(0.001, 0, refused=True)
    pairs.end(later)
    pairs.outcome(later, later, refused=False)
    assert pairs.odds(later) > PRIOR


def trips(pairs: Pairs, *seconds: float) -> None:
    """Calls that are in no pair and are refused after so long, each a minute after the one before."""
    for number, trip in enumerate(seconds):
        pairs.outcome(60 * number + trip, 60 * number, refused=True)


def test_where_round_trips_differ_the_calls_of_a_pair_are_further_apart() -> None:
    """About three times the average difference; no matter how long round trips are."""
    pairs = Pairs(100, 60)
    trips(pairs, *(0.1, 0.12) * 100)
    apart = [pairs.begin(float(now)) - now for now in range(100)]
    assert min(apart) >= 0.03
    assert max(apart) <= 0.09
    assert sum(apart) / 100 == pytest.approx(0.06, rel=0.05)
    assert pairs.follows(99.1)
    steady = Pairs(100, 60)
    trips(steady, *(2.0,) * 100)
    assert steady.begin(0) < 0.03


def test_the_further_calls_are_apart_the_less_a_pair_tells() -> None:
    """A place may become free in between, and the calls may arrive the other way round."""
    pairs = Pairs(100, 60)
    trips(pairs, *(0.1, 0.12) * 100)
    for number in range(200):
        pairs.outcome(number, number, refused=False)
    later = pairs.begin(0)
    pairs.end(later)
    pairs.outcome(0.1, 0, refused=True)
    pairs.outcome(later + 3, later, refused=False)
    assert pairs.odds(1) - PRIOR == pytest.approx(log(0.92 / (2 * 0.06 / 0.6 + 0.035)), abs=0.05)


def test_answers_may_take_a_varying_time() -> None:
    """Refusals come before any work is done, and so show what the network takes."""
    pairs = Pairs(100, 60)
    for number in range(100):
        pairs.outcome(10 * number + number % 7, 10 * number, refused=False)
    trips(pairs, *(0.1,) * 10)
    assert pairs.tell
    assert pairs.begin(0) < 0.03


def test_where_round_trips_differ_too_much_pairs_tell_nothing() -> None:
    """By more than a twentieth of the time in which a place becomes free; until the network is steady again."""
    pairs = Pairs(100, 60)
    trips(pairs, *(0.1, 0.125) * 100)
    assert pairs.tell
    trips(pairs, *(0.1, 0.135) * 100)
    assert not pairs.tell
    assert pairs.begin(0) < 0.15
    pair(pairs, 1, first=True, second=False)
    assert pairs.odds(1) == PRIOR
    trips(pairs, *(0.1,) * 100)
    assert pairs.tell
    trips(pairs, 0.1, 60.0, 0.1)
    assert pairs.tell, "one late refusal does not outweigh all others"


def test_a_spread_sequence_covers_its_range_and_does_not_repeat() -> None:
    """A hundred numbers, each tenth of the range hit."""
    numbers, last = [], 0.0
    for _ in range(100):
        last = spread(last)
        numbers.append(last)
    assert len(set(numbers)) == 100
    assert {int(number * 10) for number in numbers} == set(range(10))
