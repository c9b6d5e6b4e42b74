# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how long a connection that fails is not called, and when its outage is logged."""

from __future__ import annotations

from random import Random

import pytest

from airflow_provider_mediajobs.poller.outage import Outage


def rests_of(outage: Outage, lost: int, now: float = 1e6) -> list[float]:
    """The pause after each of so many calls that are lost one after the other."""
    rests = []
    for _ in range(lost):
        outage.failed(now, now)
        rests.append(max(0.0, outage.until - now))
        now = max(now, outage.until)
    return rests


def test_one_lost_call_may_be_chance() -> None:
    """The next one is made when it is due."""
    outage = Outage()
    outage.failed(100, 100)
    assert (outage.down, outage.answered, outage.until) == (False, False, 100)


def test_it_is_left_alone_twice_as_long_each_time_up_to_a_minute() -> None:
    outage = Outage()
    assert rests_of(outage, 9) == [0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert outage.down


@pytest.mark.parametrize(("share", "row"), [(0.1, 4), (0.25, 6), (0.5, 10), (0.9, 13)])
def test_where_many_calls_are_lost_more_in_a_row_are_chance(share: float, row: int) -> None:
    """So many that chance would lose as many in a row once in some hundreds of calls; thirteen are never chance."""
    outage, chance, now = Outage(), Random(1), 0.0
    for _ in range(2000):
        now = max(now + 1, outage.until)
        outage.failed(now, now) if chance.random() < share else outage.over(now)
    outage.over(now)
    first = rests_of(outage, 13).index(1) + 1
    assert abs(first - row) <= 1


def test_an_outage_does_not_teach_that_many_calls_are_lost() -> None:
    outage = Outage()
    rests_of(outage, 500)
    outage.over(2e6)
    assert rests_of(outage, 3, 2e6) == [0, 1, 2]


def test_what_was_lost_once_is_forgotten() -> None:
    """After some hundreds of answers."""
    outage, chance = Outage(), Random(1)
    for now in range(500):
        outage.failed(now, now) if chance.random() < 0.3 else outage.over(now)
    for now in range(500, 800):
        outage.over(now)
    assert rests_of(outage, 3) == [0, 1, 2]


def test_an_answer_ends_it() -> None:
    outage = Outage()
    outage.failed(100, 100)
    outage.failed(101, 101)
    assert outage.down
    assert outage.over(102) is None  # too short to have been told
    assert not outage.down
    assert rests_of(outage, 2) == [0, 1]


def test_calls_that_were_under_way_together_count_once() -> None:
    outage = Outage()
    outage.failed(100, 103)
    outage.failed(103, 105)
    outage.failed(101, 105)
    outage.failed(102, 106)
    assert outage.until == 106


def test_the_vendors_own_time_is_kept() -> None:
    outage = Outage()
    outage.failed(100, 100, retry_after=30)
    assert outage.until == 130


def test_what_is_told_and_when() -> None:
    """After a minute, every ten minutes, and at its end."""
    outage = Outage()
    told = []
    for now in range(100, 1500, 20):
        if (lasted := outage.log_due(now)) is not None:
            told.append((now, lasted))
        outage.failed(now, now)
    assert told == [(160, 60), (760, 660), (1360, 1260)]
    assert outage.over(1500) == 1400
    assert outage.over(1501) is None


def test_it_can_be_left_alone_for_another_reason() -> None:
    outage = Outage()
    outage.pause_until(160)
    assert (outage.until, outage.down) == (160, False)
