# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Why calls are refused: what pairs and slower calls come to together, and for how long calls go out in pairs."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.poller.cause import Cause
from airflow_provider_mediajobs.poller.pairs import PRIOR

SPACING_S = 0.75


def pair(cause: Cause, now: float, first: bool, second: bool) -> None:
    """Both calls of a pair, and whether each was refused."""
    later = cause.begin_pair(now)
    cause.pairs.end(later)
    cause.outcome(now, now, 1.0, refused=first)
    cause.outcome(later, later, 1.0, refused=second)


def at_random() -> Cause:
    """Known from three pairs."""
    cause = Cause(100, 60)
    for _ in range(3):
        pair(cause, 0, first=True, second=False)
    return cause


def test_what_is_taken_for_random_stays_so_until_the_odds_are_even() -> None:
    """So that single pairs do not change it back and forth. Pairs with two answers are between them."""
    cause = at_random()
    assert cause.at_random
    while cause.odds(0) > 0.2:
        pair(cause, 0, first=False, second=True)
        pair(cause, 0, first=False, second=False)
        assert cause.at_random
    pair(cause, 0, first=False, second=True)
    pair(cause, 0, first=False, second=True)
    assert not cause.at_random


def test_what_was_known_does_not_count_under_a_limit_whose_pairs_tell_nothing() -> None:
    """A connection may correct the limit; nothing could refute it there. Under the old limit it counts again."""
    cause = at_random()
    cause.pairs.limit(10, 60)
    assert not cause.at_random
    assert not cause.begins_pair(30, 0, SPACING_S)
    cause.pairs.limit(100, 60)
    assert cause.at_random


def test_slower_calls_that_are_refused_as_often_speak_for_chance() -> None:
    """Half of them, at the full pace and at a quarter: that changes the odds as far as it may."""
    cause = Cause(100, 60)
    for call in range(40):
        cause.outcome(call, call, 1.0, refused=call % 2 == 0)
    assert cause.odds(40) == PRIOR
    for call in range(40):
        cause.outcome(40 + 3 * call, 40 + 3 * call, 0.25, refused=call % 2 == 0)
    assert cause.odds(160) == PRIOR + 0.9
    assert not cause.at_random
    pair(cause, 160, first=True, second=False)
    assert not cause.at_random, "one pair does not suffice"
    pair(cause, 160, first=False, second=True)
    pair(cause, 160, first=True, second=False)
    assert cause.at_random
    assert cause.pairs.odds(160) < 1, "pairs alone would not suffice either"


def test_while_every_call_is_refused_slower_ones_show_nothing() -> None:
    cause = Cause(100, 60)
    cause.outcome(0, 0, 1.0, refused=False)
    for call in range(60):
        cause.outcome(call, call, 1.0 if call < 20 else 0.25, refused=True, outage=True)
    cause.outcome(60, 60, 0.25, refused=False)
    assert cause.odds(60) == PRIOR


@pytest.mark.parametrize(("spacing", "seconds"), [(0.1, 60), (SPACING_S, 150), (6.0, 600)])
def test_as_long_as_nothing_is_known_pairs_go_on_for_two_hundred_calls(spacing: float, seconds: float) -> None:
    """For a minute at least, and ten at most."""
    cause = Cause(100, 60)
    assert cause.begins_pair(seconds - 1, 0, spacing)
    assert not cause.begins_pair(seconds, 0, spacing)


def test_once_the_limit_seems_used_up_pairs_end_after_a_minute() -> None:
    cause = Cause(100, 60)
    pair(cause, 0, first=False, second=True)
    assert PRIOR - 0.25 < cause.odds(0) < PRIOR
    assert cause.begins_pair(149, 0, SPACING_S)
    pair(cause, 0, first=False, second=True)
    assert cause.odds(0) < PRIOR - 0.25
    assert cause.begins_pair(59, 0, SPACING_S)
    assert not cause.begins_pair(60, 0, SPACING_S)


def test_once_refusals_are_surely_random_hardly_any_pairs_are_made() -> None:
    """One in nine places: enough to notice that the cause has changed."""
    cause = at_random()
    assert cause.odds(10) > 3
    cause.pairs.end(cause.begin_pair(10))
    assert not cause.begins_pair(10 + 8 * SPACING_S, 5, SPACING_S)
    assert cause.begins_pair(10.1 + 8 * SPACING_S, 5, SPACING_S)
    while cause.odds(10) > 3:
        pair(cause, 10, first=False, second=True)
    assert cause.at_random
    assert cause.begins_pair(10 + SPACING_S, 5, SPACING_S)


def test_two_calls_follow_a_refusal_as_long_as_the_limit_does_not_seem_used_up() -> None:
    """Also once refusals are known to be random, if seldom: what was taken for random by mistake is found out so."""
    used_up = Cause(100, 60)
    assert used_up.hasten(0.1, 0, SPACING_S)
    for _ in range(10):
        pair(used_up, 1, first=False, second=True)
    assert not used_up.hasten(1.2, 1.1, SPACING_S)
    assert not used_up.begins_pair(100, 1, SPACING_S)
    sure = at_random()
    assert sure.odds(0) > 3
    assert not sure.hasten(8 * SPACING_S, 7.95 * SPACING_S, SPACING_S)
    assert sure.hasten(8.1 * SPACING_S, 8.05 * SPACING_S, SPACING_S)


def test_where_slowing_down_does_not_help_two_calls_follow_a_refusal_once_a_minute() -> None:
    """Even if pairs have shown that the limit is used up: it may have been chance that misled them."""
    cause = Cause(100, 60)
    for call in range(40):
        cause.outcome(call, call, 1.0, refused=call % 2 == 0)
    for _ in range(10):
        pair(cause, 40, first=False, second=True)
    for call in range(40):
        cause.outcome(40 + 3 * call, 40 + 3 * call, 0.25, refused=call % 2 == 0)
    assert cause.hasten(160, 159.9, SPACING_S)
    cause.pairs.end(cause.begin_pair(160))
    assert not cause.hasten(220, 219.9, SPACING_S)
    assert cause.hasten(220.1, 220, SPACING_S)
    for call in range(40):
        cause.outcome(220 + 3 * call, 220 + 3 * call, 0.25, refused=call == 0)
    assert not cause.hasten(400, 399.9, SPACING_S)


def test_the_second_call_of_a_pair_begins_none() -> None:
    cause = Cause(100, 60)
    cause.begin_pair(1)
    assert not cause.begins_pair(1.02, 0, SPACING_S)


def test_what_pairs_have_not_shown_to_be_used_up_may_be_random() -> None:
    """Also where they tell nothing; two whose second call alone was refused show it."""
    cause = Cause(10, 60)
    assert cause.may_be_random(0)
    assert not cause.undecided(0)
    cause = Cause(100, 60)
    pair(cause, 0, first=False, second=True)
    assert cause.may_be_random(0)
    pair(cause, 0, first=False, second=True)
    assert not cause.may_be_random(0)
