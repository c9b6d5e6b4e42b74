# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the transport that compares this machine's clock with the dates of answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from airflow_provider_mediajobs.cli.comparing import Comparing
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse

NOON = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)
REQUEST = HttpRequest("GET", "https://vendor.invalid")


class Dated:
    """Answers with the given dates, one after another."""

    def __init__(self, *dates: str | None) -> None:
        self._dates = iter(dates)

    def send(self, request: HttpRequest) -> HttpResponse:
        date = next(self._dates)
        return HttpResponse(200, {} if date is None else {"date": date})


def clock(*seconds: float) -> Iterator[datetime]:
    return (NOON + timedelta(seconds=second) for second in seconds)


def compared(dates: list[str | None], *seconds: float) -> float | None:
    times = clock(*seconds)
    transport = Comparing(Dated(*dates), lambda: next(times))
    for _ in dates:
        assert transport.send(REQUEST).status == 200
    return transport.skew


def at(seconds: float) -> str:
    return format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("theirs", "ended", "skew"),
    [(0, 1, 0.0), (600, 1, 600.0), (-3600, 1, -3600.0), (5, 10, 0.5)],
)
def test_the_middle_of_a_request_is_compared(theirs: float, ended: float, skew: float) -> None:
    """To the half of a second that a date cuts off on average."""
    assert compared([at(theirs)], 0, ended) == skew


def test_the_fastest_answer_tells_best() -> None:
    assert compared([at(9), at(100), at(999)], 0, 9, 100, 101, 200, 209) == 0.0


@pytest.mark.parametrize("date", [None, "", "yesterday", "Tue, 99 Sep 2026 12:00:00 GMT"])
def test_without_a_date_nothing_is_known(date: str | None) -> None:
    assert compared([date], 0, 1) is None


def test_a_date_without_a_zone_is_utc() -> None:
    assert compared(["Tue, 01 Sep 2026 12:00:00 -0000"], 0, 1) == 0.0
