# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how long a connection that fails is not called, and when its outage is logged."""

from __future__ import annotations

from airflow_provider_mediajobs.poller.outage import Outage


def test_it_is_left_alone_twice_as_long_each_time_up_to_a_minute() -> None:
    outage, now, rests = Outage(), 100.0, []
    for _ in range(8):
        outage.failed(now, now)
        rests.append(outage.until - now)
        now = outage.until
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    assert outage.down


def test_an_answer_ends_it() -> None:
    outage = Outage()
    outage.failed(100, 100)
    outage.failed(101, 101)
    assert outage.over(102) is None  # too short to have been told
    assert not outage.down
    outage.failed(103, 103)
    assert outage.until == 104


def test_calls_that_were_under_way_together_count_once() -> None:
    outage = Outage()
    outage.failed(100, 103)
    outage.failed(101, 104)
    assert outage.until == 104


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
