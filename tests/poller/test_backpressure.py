# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests backpressure: the price of a look follows how short the quota is."""

from __future__ import annotations

from airflow_provider_mediajobs.poller.backpressure import HIGHEST, LOWEST, Backpressure


def test_it_rises_while_calls_are_pressed_and_falls_with_time() -> None:
    """Twice as dear within half a minute; idle time counts, too."""
    backpressure = Backpressure()
    for second in range(28):
        backpressure.update(True, 0, float(second))
    assert 2.0 < backpressure.factor < 2.2
    backpressure.update(False, 0, 28.0)
    assert backpressure.factor > 1.9
    backpressure.update(False, 0, 100.0)
    assert backpressure.factor == 1.0


def test_it_has_a_limit() -> None:
    """However long the shortage lasts."""
    backpressure = Backpressure()
    for second in range(1000):
        backpressure.update(True, 0, float(second))
    assert backpressure.factor == HIGHEST


def test_it_is_told_once_in_ten_minutes() -> None:
    """And not while it is hardly felt."""
    backpressure = Backpressure()
    told = [second for second in range(1000) if backpressure.update(True, 0, float(second))]
    assert told == [15, 615]


def test_where_calls_are_left_over_looks_become_cheaper_as_long_as_calls_are_worth_something() -> None:
    """Ten jobs that are due in each call make it cheap; one alone brings it back."""
    backpressure = Backpressure()
    for second in range(200):
        backpressure.update(False, 12.0, float(second))
    assert 0.01 < backpressure.factor < 0.03
    for second in range(200, 400):
        backpressure.update(False, 1.2, float(second))
    assert 0.1 < backpressure.factor < 0.25
    backpressure.update(False, 0.1, 430.0)
    assert backpressure.factor > 0.3
    backpressure.update(False, 0.1, 4300.0)
    backpressure.update(False, 0.1, 8300.0)
    assert backpressure.factor == 1.0


def test_it_is_never_cheaper_than_a_fiftieth() -> None:
    """However much is due at once."""
    backpressure = Backpressure()
    for second in range(1000):
        backpressure.update(False, 1e6, float(second))
    assert backpressure.factor == LOWEST
