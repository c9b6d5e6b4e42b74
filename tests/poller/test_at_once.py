# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Two calls right after a refusal: which of two causes their outcomes speak for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import exp
from random import Random

import pytest

from airflow_provider_mediajobs.poller.at_once import MOST_PLACES, evidence
from airflow_provider_mediajobs.poller.pairs import LEAST, MOST, PRIOR, Pairs

PLACE_S = 0.6
"""The time of a place of a limit of a hundred calls a minute."""


def after(pairs: Pairs, now: float, trip: float, *refused: bool) -> None:
    """A call is refused, and two calls go out right then; whether each of them was refused. All take as long."""
    pairs.outcome(now + trip, now, refused=True)
    first = now + trip
    second = pairs.begin(first, now)
    pairs.end(second)
    for sent, bad in zip((first, second), refused, strict=True):
        pairs.outcome(sent + trip, sent, refused=bad)


def quiet(pairs: Pairs, now: float) -> None:
    """Nineteen calls that are answered."""
    for call in range(19):
        pairs.outcome(now + call, now + call, refused=False)


@pytest.mark.parametrize(("share", "places"), [(0.1, 0.1), (0.1, 0.7), (0.3, 0.1), (0.3, 0.7)])
def test_two_answers_speak_for_chance_and_two_refusals_against_it(share: float, places: float) -> None:
    """All the more, the fewer calls are refused and the fewer places have become free."""
    both, neither = evidence(0, share, places), evidence(2, share, places)
    assert both > 0.7
    assert neither < -0.7
    assert evidence(0, share, 0.0) > both
    assert evidence(2, share, 0.0) < neither
    assert evidence(0, 0.05, places) >= both
    assert evidence(2, 0.05, places) <= neither


@pytest.mark.parametrize("share", [0.0833, 0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("places", [0.0, MOST_PLACES])
@pytest.mark.parametrize("refused", [0, 1, 2])
def test_no_single_outcome_settles_it(share: float, places: float, refused: int) -> None:
    """Whatever share of the newest calls was refused."""
    assert -3 < evidence(refused, share, places) < 3


class Used:
    """A limit of a hundred calls in a minute that slides, which others call too often.

    :param gap: returns the seconds between two calls of theirs.
    """

    def __init__(self, gap: Callable[[], float]) -> None:
        self.now = self._next = 0.0
        self._gap = gap
        self._made: deque[float] = deque()

    def answers(self) -> bool:
        while self._made and self._made[0] <= self.now - 60:
            self._made.popleft()
        if len(self._made) >= 100:
            return False
        self._made.append(self.now)
        return True

    def go_on(self, seconds: float) -> None:
        end = self.now + seconds
        while self._next < end:
            self.now = self._next
            self.answers()
            self._next += self._gap()
        self.now = end


@pytest.mark.parametrize("busy", [1.02, 1.2, 2.0])
@pytest.mark.parametrize("places", [0.1, 0.25, 0.5, MOST_PLACES])
@pytest.mark.parametrize("even", [False, True])
def test_a_limit_that_is_used_up_hardly_ever_answers_both(busy: float, places: float, even: bool) -> None:
    """Others call it a little too often, or twice as often, evenly or by chance: as seldom as is reckoned with.

    :param busy: how often they call, as a multiple of the limit.
    """
    chance, tried, both = Random(1), 0, 0
    limit = Used((lambda: PLACE_S / busy) if even else (lambda: chance.expovariate(busy / PLACE_S)))
    for _ in range(5000):
        limit.go_on(chance.uniform(5, 10))
        if not limit.answers():
            tried += 1
            limit.go_on(places * PLACE_S)
            both += limit.answers() and limit.answers()
    assert tried > 100
    assert both / tried < reckoned(0, places)


def reckoned(refused: int, places: float) -> float:
    """How likely an outcome is taken to be if the limit is used up: if half of all calls are refused, else 0.25."""
    return 0.25 / exp(evidence(refused, 0.5, places))


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("trip", [0.0, 0.1, 0.3])
def test_few_refusals_at_random_are_recognised_soon(share: float, trip: float) -> None:
    """Nearly always after six refusals, for which other pairs would take dozens of calls each."""
    recognised = 0
    for seed in range(20):
        pairs, chance, now = Pairs(100, 60), Random(seed), 0.0
        for _ in range(6):
            quiet(pairs, now)
            after(pairs, now + 20, trip, chance.random() < share, chance.random() < share)
            now += 30
        recognised += pairs.odds(now) > 0
    assert recognised >= 17


def test_a_limit_that_is_used_up_is_recognised_by_one_or_two() -> None:
    """It does not become free in a tenth of a second."""
    pairs = Pairs(100, 60)
    quiet(pairs, 0)
    after(pairs, 20, 0.1, True, True)
    after(pairs, 30, 0.1, True, True)
    assert pairs.odds(31) == pytest.approx(LEAST, abs=0.1)


def test_it_does_not_matter_which_of_two_calls_is_refused() -> None:
    """They may have overtaken each other."""
    odds = []
    for first in (True, False):
        pairs = Pairs(100, 60)
        quiet(pairs, 0)
        after(pairs, 20, 0.1, first, not first)
        odds.append(pairs.odds(21))
    assert odds[0] == pytest.approx(odds[1], abs=0.1)
    assert max(odds) < PRIOR


def test_where_many_calls_are_refused_pairs_are_weighed_as_any_other() -> None:
    """A third: two answers say nothing then, and the order of a refusal and an answer counts."""
    pairs = Pairs(100, 60)
    for call in range(40):
        pairs.outcome(call, call, refused=call % 3 == 0)
    before = pairs.odds(50)
    after(pairs, 50, 0.1, False, False)
    assert pairs.odds(51) == pytest.approx(before, abs=0.01)
    after(pairs, 60, 0.1, True, False)
    assert pairs.odds(61) > before + 1


def test_in_an_unsteady_network_many_refusals_may_only_speak_against_chance() -> None:
    """Nothing but pairs right after refusals tells anything there. Half of all calls are refused."""

    def shown(*refused: bool) -> float:
        pairs = Pairs(100, 60)
        for call in range(40):
            pairs.outcome(call + 0.05 + 0.1 * (call // 2 % 2), call, refused=call % 2 == 0)
        for call in range(40, 44):
            pairs.outcome(call, call, refused=True)
        assert not pairs.tell
        after(pairs, 50, 0.05, *refused)
        return pairs.odds(51) - PRIOR

    assert (shown(False, False), shown(True, False)) == (0, 0)
    assert shown(True, True) < -0.2


def test_after_slow_answers_pairs_are_weighed_as_any_other() -> None:
    """A place has become free since the call was refused, so two answers say nothing."""
    pairs = Pairs(100, 60)
    quiet(pairs, 0)
    after(pairs, 20, 0.5, False, False)
    assert pairs.odds(21) == PRIOR


def test_the_odds_stay_within_their_bounds() -> None:
    """However often two calls are answered."""
    pairs = Pairs(100, 60)
    for turn in range(30):
        quiet(pairs, turn * 30)
        after(pairs, turn * 30 + 20, 0.1, False, False)
    assert pairs.odds(900) == pytest.approx(MOST, abs=0.1)


def test_two_calls_go_out_only_where_they_may_show_something() -> None:
    """Not after slow answers, under limits too small for pairs, while a pair is under way, or after such a pair."""
    pairs = Pairs(100, 60)
    assert pairs.hastens(0.1, 0)
    assert pairs.hastens(0.4, 0)
    assert not pairs.hastens(0.5, 0)
    unsteady = Pairs(100, 60)
    for call in range(10):
        unsteady.outcome(call + 0.1 + 0.3 * (call % 2), call, refused=True)
    assert unsteady.hastens(10.1, 10)
    assert not unsteady.hastens(10.4, 10)
    assert not Pairs(10, 60).hastens(0.1, 0)
    second = pairs.begin(0.1, 0.0)
    assert not pairs.hastens(0.11, 0.05)
    pairs.end(second)
    assert not pairs.hastens(0.2, 0.05)
    for sent in (0.1, second):
        pairs.outcome(sent + 0.1, sent, refused=True)
    assert not pairs.hastens(second + 0.1, second)
    assert pairs.hastens(5.1, 5)
    pairs.end(pairs.begin(6))
    assert not pairs.hastens(6.1, 5.9)
    assert pairs.hastens(7.1, 7)
