# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Waits that a vendor asks for: honoured as long as they help."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.poller.retry_after import RetryAfter


def test_a_wait_is_honoured_in_full() -> None:
    waits = RetryAfter()
    waits.request(10, 0, 0)
    assert waits.until == float("-inf")
    waits.request(10, 30, 0)
    assert waits.until == 40
    waits.request(20, 30, 0)  # while it lasts
    assert waits.until == 40
    waits.outcome(40, refused=False)
    waits.request(41, 10, 0)
    assert waits.until == 51


def test_the_next_one_is_as_far_away_as_is_said() -> None:
    waits = RetryAfter()
    waits.request(0, 10, 0)
    waits.outcome(10, refused=False)
    waits.request(29, 10, 2)
    assert waits.until == 10
    waits.request(30, 10, 2)
    assert waits.until == 40


@pytest.mark.parametrize(("in_vain", "apart"), [(1, 10), (2, 30), (3, 70), (4, 90), (5, 90)])
def test_the_more_waits_were_in_vain_the_rarer_they_are(in_vain: int, apart: float) -> None:
    """Ten seconds each; up to a tenth of the time."""
    waits, over = RetryAfter(), 0.0
    for index in range(in_vain):
        waits.request(200 * index, 10, 0)
        over = waits.until
        waits.outcome(over, refused=True)
    waits.request(over + apart - 0.1, 10, 0)
    assert waits.until == over
    waits.request(over + apart, 10, 0)
    assert waits.until == over + apart + 10


def test_a_refusal_that_shows_nothing_does_not_count() -> None:
    """Every call is refused: a vendor may prolong a ban with each."""
    waits = RetryAfter()
    for now in (0, 10, 20, 30):
        waits.request(now, 10, 0)
        assert waits.until == now + 10
        waits.outcome(now + 10, refused=True, in_vain=False)


def test_waits_in_vain_are_forgotten_after_ten_minutes_and_short_ones_are_not_held_up_by_a_long_one() -> None:
    waits = RetryAfter()
    waits.request(0, 300, 0)
    waits.outcome(300, refused=True)
    waits.request(309, 10, 0)
    assert waits.until == 300
    waits.request(310, 10, 0)
    assert waits.until == 320
    waits.outcome(320, refused=True)
    waits.request(921, 10, 0)
    waits.request(931, 10, 0)
    assert waits.until == 941


def test_only_the_first_call_that_went_out_after_it_judges_a_wait() -> None:
    """Calls that were under way say nothing, and neither do later ones."""
    waits = RetryAfter()
    waits.request(0, 10, 0)
    waits.outcome(9, refused=True)
    waits.outcome(10, refused=False)
    waits.outcome(11, refused=True)
    waits.request(12, 10, 0)
    assert waits.until == 22


def test_an_answer_after_a_wait_makes_the_next_ones_count_again() -> None:
    waits = RetryAfter()
    for now, refused in ((0.0, True), (100.0, True), (200.0, False)):
        waits.request(now, 10, 0)
        waits.outcome(now + 10, refused=refused)
    waits.request(211, 10, 0)
    assert waits.until == 221
