# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how times are read and written, and which texts are no times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.times import (
    compact,
    compact_zulu,
    format_time,
    micro_zulu,
    parse_time,
    seconds_between,
    zulu,
)

MOMENT = datetime(2020, 9, 1, 18, 50, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-09-01T18:50:20Z", MOMENT),
        ("20200901185020", MOMENT),
        (" 2020-09-01T18:50:20Z\n", MOMENT),
        ("20200901185020.0", MOMENT),
        (20200901185020, MOMENT),
        (20200901185020.0, MOMENT),
        ("2020-09-01 18:50:20Z", MOMENT),
        ("2020-09-01T18:50:20+00:00", MOMENT),
        ("2020-09-02T02:50:20+08:00", MOMENT),
        ("2020-09-02T02:50:20+0800", MOMENT),
        ("2020-09-01T18:50Z", MOMENT.replace(second=0)),
        ("2020-09-01T18:50:20.123456Z", MOMENT.replace(microsecond=123456)),
        ("2020-09-01T18:50:20.123456789Z", MOMENT.replace(microsecond=123456)),
        ("2020-02-29T00:00:00Z", datetime(2020, 2, 29, tzinfo=UTC)),
    ],
)
def test_what_is_a_time(text: Any, moment: datetime) -> None:
    """Both forms, in UTC; the compact one as text or as a number, in either spelling of whole numbers."""
    assert parse_time(text) == moment
    assert type(parse_time(text)) is datetime
    assert parse_time(text).tzinfo is UTC  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "2020-09-01T18:50:20",  # of no zone: neighbouring operations of Alibaba print Beijing's
        "2020-09-01 18:50:20",
        "2020-09-01 18:50",
        1795865400000,  # milliseconds
        20200901185020.5,
        20201301185020,
        -20200901185020,
        202009011850200,
        10**400,
        float("nan"),
        float("inf"),
        1599000000.0,
        True,
        [],
        {},
        "now",
        "0:",
        "junk",
        "P1D",
        "2020",
        "2020-09-01",
        "18:50:20",
        "2020-09-01T18",
        "2020-09-01/2020-09-02",
        "2020-W10-1T00:00:00Z",
        "2020-13-01T18:50:20Z",
        "2020-02-30T18:50:20Z",
        "2020-09-01T25:50:20Z",
        "2020-09-01T18:50:60Z",
        "2020-09-01T18:50:20+99:00",
        "20201301185020",
        "20200230185020",
        "00000000000000",
        "2020090118502",
        "202009011850200",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-23:00",
        "٢٠٢٠٠٩٠١١٨٥٠٢٠",
        "2020-09-01T18:50:20Z; DROP",
    ],
)
def test_what_is_no_time(value: Any) -> None:
    """A bare date, a time, a duration, an overflow, ``now``: unknown, and never an exception."""
    assert parse_time(value) is None


@given(
    st.text()
    | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.{0,12}", fullmatch=True)
    | st.from_regex(r"\d{14}", fullmatch=True)
)
def test_no_text_breaks_it(text: str) -> None:
    """An aware UTC time or nothing."""
    found = parse_time(text)
    assert found is None or found.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1000, 1, 1)))  # noqa: DTZ001 - hypothesis wants a naive one
def test_round_trip(naive: datetime) -> None:
    """What the result prints and what the vendors sign is read back as the same second."""
    moment = naive.replace(tzinfo=UTC, microsecond=0)
    assert parse_time(format_time(moment)) == moment
    assert parse_time(zulu(moment)) == moment
    assert parse_time(compact_zulu(moment).replace("T", "").replace("Z", "")) == moment


def test_written_forms() -> None:
    """Always in UTC, whatever zone comes."""
    beijing = datetime(2020, 9, 2, 2, 50, 20, tzinfo=timezone(timedelta(hours=8)))
    assert format_time(beijing) == "2020-09-01T18:50:20+00:00"
    assert zulu(beijing) == "2020-09-01T18:50:20Z"
    assert compact_zulu(beijing) == "20200901T185020Z"
    assert micro_zulu(beijing) == "2020-09-01T18:50:20.000000Z"
    assert compact(beijing) == "20200901185020"
    assert format_time(None) is None


def test_seconds_between() -> None:
    """Unknown where a fact is missing or the end lies before the start."""
    later = MOMENT + timedelta(seconds=2.5)
    assert seconds_between(MOMENT, later) == 2.5
    assert seconds_between(MOMENT, MOMENT) == 0
    assert seconds_between(later, MOMENT) is None
    assert seconds_between(None, MOMENT) is None
    assert seconds_between(MOMENT, None) is None
