# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""After refusals the pace is tried again that was possible before."""

from __future__ import annotations

from airflow_provider_mediajobs.poller.recovery import Recovery

WINDOW_S = 60.0


BEFORE = 1.5
"""Evidence of random refusals, before each period."""


def begin(recovery: Recovery, now: float, pace: float, refusals: int = 4, answers: int = 1) -> None:
    """A period of so many refusals, each after so many answers."""
    recovery.begin(now, pace, WINDOW_S, BEFORE)
    for _ in range(refusals):
        recovery.refused(answers)


def after_refusals(pace: float = 1.0, *, refusals: int = 4, answers: int = 1) -> Recovery:
    """Such a period, which began at this pace."""
    recovery = Recovery()
    begin(recovery, 0, pace, refusals, answers)
    return recovery


def raised(
    recovery: Recovery,
    now: float,
    pace: float,
    spacing: float = 1,
    weighed: float = BEFORE,
    *,
    may_be_random: bool = False,
) -> float | None:
    """The pace after an answer; pairs have shown that the limit is used up, unless something else is said."""
    return recovery.raised(now, pace, spacing, weighed, may_be_random=may_be_random)


def test_the_pace_doubles_in_half_a_minute() -> None:
    recovery = after_refusals()
    assert raised(recovery, 100, 0.2) == 0.2
    assert raised(recovery, 110, 0.2) == 0.2 * 2 ** (1 / 3)
    assert raised(recovery, 118, 0.25) == 0.25 * 2 ** (8 / 30)


def test_where_calls_are_few_the_pace_is_raised_with_them() -> None:
    """Five minutes between two answers count for ten seconds, unless calls are further apart than that anyway."""
    recovery = after_refusals()
    raised(recovery, 100, 0.2)
    assert raised(recovery, 400, 0.2) == 0.2 * 2 ** (1 / 3)
    assert raised(recovery, 700, 0.2, 60) == 0.2 * 2 ** (60 / 30)


def test_it_rises_to_what_it_was_before_and_no_further() -> None:
    recovery = after_refusals(0.5)
    raised(recovery, 100, 0.45)
    assert raised(recovery, 110, 0.45) == 0.5
    assert raised(recovery, 120, 0.5) is None
    assert recovery.before == 0.5


def test_one_refusal_or_a_small_part_of_the_calls_is_no_disturbance() -> None:
    """Processes that have settled on a limit meet those. Each period counts for itself."""
    assert raised(after_refusals(refusals=1, answers=0), 100, 0.2) is None
    assert raised(after_refusals(refusals=2, answers=0), 100, 0.2) == 0.2
    assert raised(after_refusals(refusals=10, answers=4), 100, 0.2) is None
    assert raised(after_refusals(refusals=10, answers=3), 100, 0.2) == 0.2
    recovery = after_refusals(refusals=10)
    begin(recovery, 500, 1.0, refusals=1, answers=0)
    assert raised(recovery, 600, 0.2) is None


def test_a_tenth_of_the_calls_suffices_where_pairs_have_not_shown_that_the_limit_is_used_up() -> None:
    assert raised(after_refusals(refusals=10, answers=9), 100, 0.2, may_be_random=True) == 0.2
    assert raised(after_refusals(refusals=10, answers=10), 100, 0.2, may_be_random=True) is None
    assert raised(after_refusals(refusals=1, answers=0), 100, 0.2, may_be_random=True) is None


def test_a_pace_that_was_refused_within_a_window_is_not_tried_again_for_ten_minutes_then_twenty() -> None:
    """The pace to return to is the one that was refused."""
    recovery, now = after_refusals(), 0.0
    for again in (600, 1200, 2400, 4800, 4800):
        raised(recovery, now + 100, 0.1)
        begin(recovery, now + 159, 0.2)
        assert recovery.before == 0.2
        assert raised(recovery, now + 158 + again, 0.1) is None
        now += 159 + again
        assert raised(recovery, now, 0.1) == 0.1


def test_a_pace_that_was_answered_for_a_window_was_not_the_cause() -> None:
    """The wait before the next attempt is halved by that."""
    recovery = after_refusals()
    raised(recovery, 100, 0.1)
    begin(recovery, 159, 0.2)
    assert raised(recovery, 759, 0.1) == 0.1
    begin(recovery, 819, 0.2)
    assert raised(recovery, 900, 0.1) == 0.1
    begin(recovery, 959, 0.2)
    assert raised(recovery, 1558, 0.1) is None
    assert raised(recovery, 1559, 0.1) == 0.1


def test_a_refusal_before_the_pace_was_raised_is_no_reason_not_to_try() -> None:
    """Not even after the first answer that could have raised it; the pace at that refusal is the one to return to."""
    recovery = after_refusals()
    assert raised(recovery, 160, 0.3) == 0.3
    begin(recovery, 161, 0.3)
    assert (recovery.before, raised(recovery, 240, 0.2)) == (0.3, 0.2)


def test_refusals_that_seem_random_are_no_reason_not_to_try() -> None:
    """By what their period has shown: a little more than before it. The next period is judged anew."""
    recovery = after_refusals()
    raised(recovery, 100, 0.1)
    begin(recovery, 159, 0.2)
    assert raised(recovery, 230, 0.1, 1, BEFORE + 0.2) is None
    assert raised(recovery, 231, 0.1, 1, BEFORE + 0.21) == 0.1
    assert raised(recovery, 241, 0.1) == 0.1 * 2 ** (1 / 3)
    begin(recovery, 242, 0.2)
    assert raised(recovery, 841, 0.1) is None
    assert raised(recovery, 842, 0.1) == 0.1


def test_what_a_period_shows_that_did_not_follow_a_raised_pace_shortens_no_wait() -> None:
    """The first is refused while the pace is raised; the second before it is raised again."""
    recovery = after_refusals()
    raised(recovery, 100, 0.1)
    begin(recovery, 159, 0.2)
    begin(recovery, 300, 0.1)
    assert raised(recovery, 400, 0.05, 1, BEFORE + 3) is None
    assert raised(recovery, 759, 0.05, 1, BEFORE + 3) == 0.05


def test_the_pace_of_hours_between_two_calls_does_not_overflow() -> None:
    assert raised(after_refusals(), 100, 0.1, 40_000) == 0.1
    recovery = after_refusals()
    raised(recovery, 100, 0.1, 40_000)
    assert raised(recovery, 40_100, 0.1, 40_000) == 1.0
