# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the hazards by age that the poller learns from jobs that have ended, and when it trusts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.poller.experience import EDGES, Factor, Lengths

AGES = st.floats(0, 1e6)


def test_at_first_a_job_is_expected_to_live_for_longer_the_older_it_is() -> None:
    """At its start an end is expected within twenty seconds or so, after an hour within one."""
    lengths = Lengths()
    assert lengths.expected_ends(0, 10) == pytest.approx(0.5)
    assert 1 / 3700 < lengths.expected_ends(3600, 3601) < 1 / 2700


@given(AGES, st.floats(0, 1e5))
def test_a_gap_gathers_the_delay_that_it_was_asked_for(age: float, delay: float) -> None:
    """Across all spans."""
    lengths = Lengths()
    assert lengths.delay(age, age + lengths.gap(age, delay)) == pytest.approx(delay, rel=1e-6, abs=1e-6)


def test_a_hazard_that_holds_is_found() -> None:
    """One end in five hundred seconds, in a span that many jobs pass; younger and older spans follow."""
    lengths = Lengths()
    for _ in range(1000):
        lengths.learn(200, 250)
    for _ in range(100):
        lengths.learn(200, 250, ended=True)
    assert 1 / 600 < lengths.expected_ends(220, 221) < 1 / 450


def test_a_look_is_worth_more_where_more_jobs_end() -> None:
    """Four times as many ends in the same time are worth twice as many looks, once fifty ends are known."""
    lengths, weights = Lengths(), []
    for _ in range(100):
        for age, looks in ((220.0, 10), (700.0, 40)):
            for _ in range(looks):
                lengths.learn(age, age + 40)
            lengths.learn(age, age + 40, ended=True)
        weights.append((lengths.weight(230), lengths.weight(710)))
    assert weights[:24] == [(1.0, 1.0)] * 24
    assert weights[-1][0] / weights[-1][1] == pytest.approx(2, rel=0.1)


def test_what_was_learnt_of_the_young_is_thought_of_the_older_until_they_are_seen() -> None:
    """Ten minutes without an end make one in the eleventh unlikely."""
    lengths = Lengths()
    before = lengths.expected_ends(600, 660)
    for _ in range(640):
        lengths.learn(0, 600)
    assert lengths.expected_ends(600, 660) < before / 2


def test_newer_ends_count_more() -> None:
    """Jobs that last half as long as before are known after some hundred ends."""
    lengths = Lengths()
    for length in (400.0, 200.0):
        for _ in range(1000):
            lengths.learn(0, length - 10)
            lengths.learn(length - 10, length, ended=True)
    assert lengths.expected_ends(195, 200) > lengths.expected_ends(395, 400) / 3
    assert lengths.expected_ends(100, 150) < 0.05


@given(st.lists(st.tuples(AGES, st.floats(0, 1e5), st.booleans()), max_size=200))
def test_hazards_are_possible_whatever_was_seen(looks: list[tuple[float, float, bool]]) -> None:
    """Every job ends at last, and none at once."""
    lengths = Lengths()
    for age, span, ended in looks:
        lengths.learn(age, age + span, ended=ended)
    assert len(lengths.hazards) == len(EDGES) - 1
    assert all(0 < hazard < 1e4 for hazard in lengths.hazards)


def test_trust_is_what_came_of_what_was_expected() -> None:
    """Slowly at first, and what is long past counts less."""
    factor = Factor()
    factor.learn(0, 3)
    assert (factor.value, factor.careful) == (0.5, 0.5)
    for _ in range(100):
        factor.learn(0, 1)
    assert factor.careful < 0.06
    for _ in range(150):
        factor.learn(1, 1)
    assert factor.careful > 0.6


def test_where_looks_are_cheap_something_else_may_be_thought_beforehand() -> None:
    """It is never thought to be nothing where they are dear."""
    factor = Factor(0.0, 0.5, 0.1)
    assert (factor.value, factor.careful) == (0.0, 0.5)
    for _ in range(50):
        factor.learn(-1, 1)
    assert (factor.value, factor.careful) == (0.0, 0.1)
    for _ in range(50):
        factor.learn(1, 1)
    assert factor.value > 0.3
    for _ in range(500):
        factor.learn(10, 1)
    assert factor.careful == Factor.MOST
