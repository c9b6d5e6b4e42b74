# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""After a disturbance the pace is tried again; after what may be others' use of the limit it is not."""

from __future__ import annotations

from airflow_provider_mediajobs.poller.recovery import Recovery

WINDOW_S = 60.0


def disturbed(begin: float = 0.0, *, pace: float = 1.0, refusals: int = 6, answers: int = 1) -> Recovery:
    """A period of so many refusals, each after so many answers."""
    recovery = Recovery()
    recovery.begin(begin, pace, WINDOW_S)
    for _ in range(refusals):
        recovery.refused(answers)
    return recovery


def test_a_minute_after_a_disturbance_the_pace_doubles_in_half_a_minute() -> None:
    recovery = disturbed()
    assert recovery.raised(99, 40, 0.2) is None
    assert recovery.raised(100, 40, 0.2) == 0.2
    assert recovery.raised(110, 40, 0.2) == 0.2 * 2 ** (1 / 3)
    assert recovery.raised(118, 40, 0.25) == 0.25 * 2 ** (8 / 30)


def test_where_calls_are_few_the_pace_is_raised_with_them() -> None:
    """Five minutes between two answers count for ten seconds: nothing has been tried in them."""
    recovery = disturbed()
    recovery.raised(100, 40, 0.2)
    assert recovery.raised(400, 40, 0.2) == 0.2 * 2 ** (1 / 3)


def test_it_rises_to_what_it_was_before_and_no_further() -> None:
    recovery = disturbed(pace=0.5)
    recovery.raised(100, 40, 0.45)
    assert recovery.raised(110, 40, 0.45) == 0.5
    assert recovery.raised(120, 40, 0.5) is None
    assert recovery.before == 0.5


def test_few_refusals_or_a_small_part_of_the_calls_are_no_disturbance() -> None:
    """Processes that have settled on a limit meet those."""
    assert disturbed(refusals=3, answers=0).raised(100, 0, 0.2) is None
    assert disturbed(refusals=4, answers=0).raised(100, 0, 0.2) == 0.2
    assert disturbed(refusals=10, answers=4).raised(100, 0, 0.2) is None
    assert disturbed(refusals=10, answers=3).raised(100, 0, 0.2) == 0.2


def test_a_pace_that_was_refused_within_a_window_is_not_tried_again_for_ten_minutes() -> None:
    recovery = disturbed()
    recovery.raised(100, 40, 0.2)
    recovery.begin(159, 0.3, WINDOW_S)
    for _ in range(6):
        recovery.refused(0)
    assert recovery.raised(700, 160, 0.1) is None
    assert recovery.raised(759, 160, 0.1) == 0.1


def test_a_pace_that_was_answered_for_a_window_was_not_the_cause() -> None:
    recovery = disturbed()
    recovery.raised(100, 40, 0.2)
    recovery.begin(160, 0.3, WINDOW_S)
    for _ in range(6):
        recovery.refused(0)
    assert recovery.raised(230, 170, 0.1) == 0.1


def test_each_period_counts_for_itself() -> None:
    """Answers between two periods belong to none."""
    recovery = disturbed(refusals=10)
    recovery.begin(500, 1.0, WINDOW_S)
    recovery.refused(0)
    assert recovery.raised(600, 500, 0.2) is None
