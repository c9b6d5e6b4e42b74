# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What calls at lower paces show of why calls are refused."""

from __future__ import annotations

from random import Random

import pytest

from airflow_provider_mediajobs.poller.slowdown import LEAST, MOST, Slowdown

FULL, HALF, EIGHTH = 1.0, 0.4, 0.1


def calls(slowdown: Slowdown, begin: float, number: int, pace: float, share: float) -> float:
    """So many calls at a pace, of which a share is refused; when the last one was."""
    chance, now = Random(1), begin
    for _ in range(number):
        now += 0.75 / pace
        slowdown.outcome(now, pace, refused=chance.random() < share)
    return now


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_where_as_many_slower_calls_are_refused_the_limit_is_not_used_up(share: float) -> None:
    slowdown = Slowdown()
    calls(slowdown, calls(slowdown, 0, 60, FULL, share), 60, EIGHTH, share)
    assert 0.8 < slowdown.evidence <= MOST


@pytest.mark.parametrize(("full", "half", "eighth"), [(0.84, 0.68, 0.03), (0.5, 0.03, 0.02), (0.9, 0.8, 0.2)])
def test_where_hardly_any_slower_calls_are_refused_it_is(full: float, half: float, eighth: float) -> None:
    """Whoever calls half as often has twice the share answered, until there is room for all."""
    slowdown = Slowdown()
    now = calls(slowdown, calls(slowdown, 0, 60, FULL, full), 60, HALF, half)
    calls(slowdown, now, 60, EIGHTH, eighth)
    assert slowdown.evidence == LEAST


def test_a_few_refusals_at_any_pace_say_little() -> None:
    """Processes that have settled on a limit meet them."""
    slowdown = Slowdown()
    calls(slowdown, calls(slowdown, 0, 100, FULL, 0.04), 100, EIGHTH, 0.04)
    assert abs(slowdown.evidence) < 0.3


def test_one_pace_alone_says_nothing() -> None:
    slowdown = Slowdown()
    calls(slowdown, 0, 100, FULL, 0.5)
    assert slowdown.evidence == 0.0


def test_calls_count_only_once_others_have_had_time_to_notice_that_there_is_room() -> None:
    """Half a minute after the pace has come down to their level."""
    slowdown = Slowdown()
    now = calls(slowdown, 0, 40, FULL, 0.5)
    for second in range(29):
        slowdown.outcome(now + second, EIGHTH, refused=True)
    assert slowdown.evidence == 0.0
    for second in range(29, 40):
        slowdown.outcome(now + second, EIGHTH, refused=second % 2 == 0)
    assert slowdown.evidence > 0.5


def test_before_the_first_refusal_and_long_after_the_last_nothing_is_counted() -> None:
    """What was known is forgotten with the first call after an hour."""
    slowdown = Slowdown()
    assert calls(slowdown, 0, 60, FULL, 0.0) == 45
    calls(slowdown, calls(slowdown, 45, 60, FULL, 0.5), 60, EIGHTH, 0.5)
    assert slowdown.evidence == MOST
    slowdown.outcome(1500, EIGHTH, refused=False)
    assert slowdown.evidence > 0
    slowdown.outcome(4600, EIGHTH, refused=False)
    slowdown.outcome(4601, EIGHTH, refused=False)
    assert slowdown.evidence == 0.0


def test_an_answer_of_days_ago_weighs_nothing() -> None:
    """Its share of all calls is no longer a number above zero."""
    slowdown = Slowdown()
    slowdown.outcome(0, FULL, refused=True)
    slowdown.outcome(0, FULL, refused=False)
    for now in (446_400, 446_430):
        slowdown.outcome(now, EIGHTH, refused=True)
    assert slowdown.evidence == 0.0


@pytest.mark.parametrize(("pace", "lower"), [(0.51, False), (0.49, True)])
def test_a_level_ends_at_half_of_the_one_above(pace: float, lower: bool) -> None:
    """Calls of one level say nothing."""
    slowdown = Slowdown()
    calls(slowdown, calls(slowdown, 0, 60, FULL, 0.5), 60, pace, 0.5)
    assert (slowdown.evidence > 0.5) is lower
