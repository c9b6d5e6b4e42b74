# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Round trips through all jobs of a limit: how long one takes, and where it is worth its calls."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.poller.rounds import BUSY_S, CALLS_A_JOB, ENDS_A_CALL, Rounds
from airflow_provider_mediajobs.poller.schedule import NEVER

SPACING = 0.75


def rounds_of(jobs: int, ends: float) -> Rounds:
    """Ten jobs a call, at the time 0.

    :param ends: that a call finds.
    """
    rounds = Rounds()
    rounds.passed(0)
    rounds.change(jobs, max(1.0, jobs / 10), ends / SPACING)
    return rounds


def test_a_round_trip_is_a_call_for_each_ten_jobs() -> None:
    """As fast as the quota allows; where the vendor lets fewer calls through, it is as much slower."""
    rounds = rounds_of(100, 0.01)
    assert rounds.trip(SPACING) == pytest.approx(7.5)
    rounds.slowed(0.5)
    assert rounds.trip(SPACING) == pytest.approx(15)


def test_a_dearer_call_makes_it_longer() -> None:
    """In the proportion of the quota that it uses up."""
    rounds = rounds_of(100, 0.01)
    assert rounds.trip(SPACING) == pytest.approx(7.5)
    assert rounds.trip(2 * SPACING) == pytest.approx(15)


def test_where_calls_find_too_few_ends_it_takes_longer() -> None:
    """By the fourth power of how much too few."""
    assert rounds_of(100, 0.00325).trip(SPACING) == pytest.approx(7.5 * 16)
    assert rounds_of(100, 0.0).trip(SPACING) == NEVER


def test_few_jobs_need_more_ends() -> None:
    """Two jobs: five times as many."""
    assert rounds_of(2, 5 * ENDS_A_CALL).trip(SPACING) == pytest.approx(0.75)
    assert rounds_of(2, 2.5 * ENDS_A_CALL).trip(SPACING) == pytest.approx(0.75 * 16)


def test_whatever_has_gone_leaves_nothing() -> None:
    """Nor does what sums of fractions leave over."""
    rounds = rounds_of(100, 0.01)
    for _ in range(10):
        rounds.change(-10, -1.0, -0.001 / SPACING)
    assert rounds.trip(SPACING) == NEVER
    rounds.change(1, 1.0, 1 / 600)
    assert rounds.trip(SPACING) > 3600


def test_ends_that_were_found_pay_for_calls_to_come() -> None:
    """Each for as many as it may cost: so a run costs no more calls a job than that, to its last job."""
    rounds = rounds_of(100, 0.01)
    for _ in range(90):
        rounds.found(SPACING)
        rounds.change(-1, 0.0, -0.0001 / SPACING)
    paid = 90 * SPACING / ENDS_A_CALL
    rounds.passed(paid - 1)
    assert rounds.trip(SPACING) == pytest.approx(7.5)
    rounds.found(SPACING)
    rounds.passed(paid + 1)
    assert rounds.trip(SPACING) == pytest.approx(7.5)
    rounds.passed(paid + 1 + SPACING / ENDS_A_CALL)
    assert rounds.trip(SPACING) > 3600


def test_among_many_a_job_that_comes_pays_for_a_few_calls() -> None:
    """Among fewer it does not: an account with few jobs is not polled all day."""
    rounds = rounds_of(49, 0.0001)
    rounds.came(SPACING)
    rounds.change(1, 0.1, 0.0)
    assert rounds.trip(SPACING) > 3600
    for _ in range(10):
        rounds.came(SPACING)
        rounds.change(1, 0.1, 0.0)
    assert rounds.trip(SPACING) == pytest.approx(6 * SPACING)
    rounds.passed(10 * CALLS_A_JOB * SPACING - 1)
    assert rounds.trip(SPACING) == pytest.approx(6 * SPACING)
    rounds.passed(10 * CALLS_A_JOB * SPACING)
    assert rounds.trip(SPACING) > 3600


def test_what_it_paid_for_when_it_came_is_taken_off_its_end() -> None:
    """So no job pays for more calls than it may cost."""
    rounds = rounds_of(100, 0.01)
    rounds.came(SPACING)
    for _ in range(2):
        rounds.found(SPACING)
    rounds.change(0, 0.0, -0.0099 / SPACING)
    rounds.passed(2 * SPACING / ENDS_A_CALL - 1)
    assert rounds.trip(SPACING) == pytest.approx(7.5)
    rounds.passed(2 * SPACING / ENDS_A_CALL + 1)
    assert rounds.trip(SPACING) > 3600


def test_a_job_that_is_dropped_gives_back_what_it_paid_for() -> None:
    """Whoever did not pay gives nothing back."""
    rounds = rounds_of(100, 0.0001)
    for _ in range(2):
        rounds.came(SPACING)
    for _ in range(3):
        rounds.dropped(SPACING)
        rounds.change(-1, 0.0, 0.0)
    assert rounds.trip(SPACING) > 3600
    rounds.came(SPACING)
    rounds.change(1, 0.0, 0.0)
    assert rounds.trip(SPACING) == pytest.approx(7.5)


def test_they_pay_for_three_hours_at_most() -> None:
    """However many they were."""
    rounds = rounds_of(1000, 1.0)
    for _ in range(999):
        rounds.found(SPACING)
    rounds.change(-999, -99.0, -0.9999 / SPACING)
    rounds.passed(BUSY_S - 1)
    assert rounds.trip(SPACING) == pytest.approx(0.75)
    rounds.passed(BUSY_S + 1)
    assert rounds.trip(SPACING) > 3600


def test_ends_of_a_quiet_account_pay_for_nothing() -> None:
    """Two jobs at a time: a round trip would cost hundreds of calls for each."""
    rounds = rounds_of(2, 2 / 600 * SPACING)
    before = rounds.trip(SPACING)
    rounds.found(SPACING)
    assert rounds.trip(SPACING) == before > 60
