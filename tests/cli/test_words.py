# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how times, durations and sizes are formatted for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from airflow_provider_mediajobs.cli.words import duration, moment, size, span

NOW = datetime(2026, 9, 1, 19, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (86400, "1 d"), (8640000, "100 d")],
)
def test_spans(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (None, ""),
        (NOW - timedelta(minutes=5, seconds=40), "2026-09-01 18:54:20 UTC (5 min ago)"),
        (NOW, "2026-09-01 19:00:00 UTC (0 s ago)"),
        (NOW + timedelta(seconds=3), "2026-09-01 19:00:03 UTC (in 3 s)"),  # the vendor's clock is ahead
        (NOW.astimezone(timezone(timedelta(hours=8))), "2026-09-01 19:00:00 UTC (0 s ago)"),
    ],
)
def test_moments(when: datetime | None, text: str) -> None:
    assert moment(when, NOW) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1048576, "1.0 MiB"), (1610612736, "1.5 GiB"), (5 * 1024**5, "5120.0 TiB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(("seconds", "text"), [(12.5, "12.5 s"), (90, "1:30"), (5405.4, "1:30:05")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
