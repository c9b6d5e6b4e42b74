# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests forecasts of a job's end from its progress: the bounds hold, and become narrower."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airflow_provider_mediajobs.poller.forecast import Forecast


def progress(now: float, length: float, exponent: float) -> int:
    return int(100 * (now / length) ** exponent + 1e-9)


def test_nothing_is_known_at_first_and_zero_tells_nothing() -> None:
    """Many vendors report no progress for long."""
    forecast = Forecast()
    assert not forecast.known
    forecast.learn(100, 0, (0, 0))
    assert not forecast.known


def test_half_way_through_an_even_job() -> None:
    """50 % after 300 s: between exponents 0.8 and 1.2 the end lies a few minutes ahead."""
    forecast = Forecast()
    forecast.learn(300, 50, (0, 0))
    assert (round(forecast.low), round(forecast.high)) == (526, 714)


@given(
    st.floats(30, 20_000),
    st.floats(0.8, 1.2),
    st.lists(st.floats(0.01, 0.999), min_size=1, max_size=12),
    st.floats(0, 60),
)
def test_the_end_is_within_the_bounds_and_they_only_narrow(
    length: float, exponent: float, shares: list[float], doubt: float
) -> None:
    """For every exponent thought possible, also where the start is known only roughly."""
    grid = round(exponent * 20) / 20
    forecast, before = Forecast(), math.inf
    for share in sorted(shares):
        now = share * length
        forecast.learn(now, progress(now, length, grid), (-doubt, min(doubt, now)))
        if forecast.known:
            assert forecast.low - 1e-6 * length <= length <= forecast.high + 1e-6 * length
            assert forecast.high - forecast.low <= before + 1e-6 * length
            before = forecast.high - forecast.low


@given(st.floats(60, 10_000), st.floats(0.2, 0.99))
def test_close_to_the_end_it_is_sharp(length: float, share: float) -> None:
    """A look at 40 % and one at 95 % leave an error of few percent."""
    forecast = Forecast()
    for part in (0.4, 0.95):
        forecast.learn(part * length, progress(part * length, length, 1.0), (0, 0))
    assert forecast.high - forecast.low < 0.06 * length


def test_progress_that_contradicts_itself_counts_from_the_newest_look() -> None:
    """Stuck at half: the end moves away."""
    forecast = Forecast()
    forecast.learn(300, 50, (0, 0))
    forecast.learn(3000, 50, (0, 0))
    assert (round(forecast.low), round(forecast.high)) == (5258, 7135)


def test_a_hundred_percent_that_still_runs_may_end_at_any_moment() -> None:
    """The vendor uploads, or rounds."""
    forecast = Forecast()
    forecast.learn(300, 100, (0, 0))
    assert (forecast.low, forecast.high) == (300, 300)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 100)), max_size=20))
def test_nonsense_does_no_harm(looks: list[tuple[float, int]]) -> None:
    """Progress that jumps anyhow leaves bounds that are bounds."""
    assume(looks)
    forecast = Forecast()
    for now, percent in sorted(looks):
        forecast.learn(now, percent, (0, 0))
    assert forecast.low <= forecast.high


@pytest.mark.parametrize("percent", [1, 99])
def test_an_unsure_start_widens_it(percent: int) -> None:
    """Both ways."""
    sure, unsure = Forecast(), Forecast()
    sure.learn(300, percent, (0, 0))
    unsure.learn(300, percent, (-30, 30))
    assert unsure.low <= sure.low
    assert unsure.high >= sure.high
