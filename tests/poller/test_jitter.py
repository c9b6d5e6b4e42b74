# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests by how much round trips are told to differ."""

from __future__ import annotations

from random import Random

import pytest

from airflow_provider_mediajobs.poller.jitter import Jitter


def learnt(*trips: float, jitter: Jitter | None = None) -> Jitter:
    """Refused calls that took so many seconds; no difference counts for more than one."""
    jitter = jitter or Jitter()
    for trip in trips:
        jitter.refused(trip, 1.0)
    return jitter


def test_round_trips_that_take_the_same_time_have_none() -> None:
    """However long they take; nor has a single one."""
    assert learnt(*(3.0,) * 50).seconds == 0
    assert learnt(3.0).seconds == 0


def test_it_is_the_average_difference_between_two_round_trips() -> None:
    """From the second on, of the newest: it follows the network within some dozens of refusals."""
    assert learnt(0.1, 0.3).seconds == pytest.approx(0.2)
    assert learnt(0.1, 0.3, 0.3).seconds == pytest.approx(0.1)
    chance = Random(1)
    jitter = learnt(*(chance.expovariate(1 / 0.05) for _ in range(100)))
    assert jitter.seconds == pytest.approx(0.05, rel=0.3)
    assert learnt(*(0.2,) * 100, jitter=jitter).seconds < 0.001


def test_one_late_refusal_counts_for_so_many_seconds_at_most() -> None:
    """It differs from the one before it, and from the one after it."""
    jitter = Jitter()
    for trip in (*(0.1,) * 17, 60.0, 0.1):
        jitter.refused(trip, 0.16)
    assert jitter.seconds == pytest.approx(0.01 + 0.01 * 15 / 16)
