# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Gaps between calls differ a little, once calls go out without a pause."""

from __future__ import annotations

from airflow_provider_mediajobs.poller.wobble import Wobble


def test_within_the_first_window_after_a_pause_gaps_are_even() -> None:
    wobble = Wobble()
    assert wobble.factor(100, 60, paused=True) == 1.0
    assert wobble.factor(159.9, 60, paused=False) == 1.0
    assert wobble.factor(160, 60, paused=False) != 1.0
    assert wobble.factor(170, 60, paused=True) == 1.0
    assert wobble.factor(229, 60, paused=False) == 1.0


def test_afterwards_each_differs_by_two_percent_at_most_and_by_nothing_on_average() -> None:
    wobble = Wobble()
    wobble.factor(0, 60, paused=True)
    factors = [wobble.factor(60 + call, 60, paused=False) for call in range(1000)]
    assert 0.98 <= min(factors) < 0.981
    assert 1.019 < max(factors) <= 1.02
    assert abs(sum(factors) / 1000 - 1) < 0.0001
    assert len(set(factors)) == 1000
