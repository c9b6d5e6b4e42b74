"""Two ways to write a time, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.times import (
    compact_zulu,
    format_time,
    instant,
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
    assert format_time(None) is None


def test_seconds_between() -> None:
    """Unknown where a fact is missing or the end lies before the start."""
    later = MOMENT + timedelta(seconds=2.5)
    assert seconds_between(MOMENT, later) == 2.5
    assert seconds_between(MOMENT, MOMENT) == 0
    assert seconds_between(later, MOMENT) is None
    assert seconds_between(None, MOMENT) is None
    assert seconds_between(MOMENT, None) is None


# --- a time that an author gives --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "2020-09-01T18:50:20Z",
        "2020-09-01 18:50:20+00:00",  # as Jinja prints a datetime
        "2020-09-02T02:50:20.999999+08:00",
        " 2020-09-01T18:50:20Z\n",
        "2020-09-01T11:50:20-0700",
        MOMENT,
        MOMENT.replace(microsecond=999999),
        datetime(2020, 9, 2, 2, 50, 20, tzinfo=timezone(timedelta(hours=8))),
        pendulum.datetime(2020, 9, 2, 2, 50, 20, 5, tz="Asia/Shanghai"),
    ],
)
def test_an_instant(value: Any) -> None:
    """In UTC and to the second, down: what the vendors print has no parts of one."""
    found = instant("created_after", value)
    assert found == MOMENT
    assert found.utcoffset() == timedelta(0)
    assert format_time(found) == "2020-09-01T18:50:20+00:00"


@pytest.mark.parametrize("value", [None, "None"])
def test_an_instant_that_is_not_there(value: Any) -> None:
    """The message names the parameter and says where to look."""
    with pytest.raises(ParameterError) as caught:
        instant("created_after", value)
    assert str(caught.value) == "created_after is None: the template or XCom behind it gave nothing"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("yesterday", "'yesterday'"),
        ("", "''"),
        ("2020-09-01", "'2020-09-01'"),
        ("2020-09-01T18:50:20", "'2020-09-01T18:50:20'"),
        ("2020-09-01 18:50", "'2020-09-01 18:50'"),
        ("20200901185020", "'20200901185020'"),
        ("18:50:20Z", "'18:50:20Z'"),
        ("2020-13-01T18:50:20Z", "'2020-13-01T18:50:20Z'"),
        ("20200901T185020", "'20200901T185020'"),
        (1598986220, "1598986220"),
        (True, "True"),
        (MOMENT.date(), "datetime.date(2020, 9, 1)"),
        (MOMENT.replace(tzinfo=None), "datetime.datetime(2020, 9, 1, 18, 50, 20)"),
        (
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))),
            "datetime.datetime(1, 1, 1, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(seconds=28800)))",
        ),
        (
            datetime(9999, 12, 31, 1, tzinfo=timezone(timedelta(hours=-23))),
            (
                "datetime.datetime(9999, 12, 31, 1, 0, "
                "tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=3600)))"
            ),
        ),
    ],
)
def test_what_is_no_instant(value: Any, shown: str) -> None:
    """A day, a number, a time that says no zone, or one that is out of range in UTC."""
    with pytest.raises(ParameterError) as caught:
        instant("created_after", value)
    assert str(caught.value) == (
        f"created_after must be a time with date, hour and zone, not {shown}; for example 2026-09-01T18:50:20Z, "
        "a datetime with a zone, or the template {{ data_interval_start }}"
    )


@given(st.datetimes(timezones=st.timezones()))
def test_any_datetime_with_a_zone(moment: datetime) -> None:
    """The same second in UTC, or a message where UTC has no such time."""
    try:
        expected = moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        with pytest.raises(ParameterError):
            instant("x", moment)
        return
    assert instant("x", moment) == expected
