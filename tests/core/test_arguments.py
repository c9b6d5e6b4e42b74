# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the checks of ids, times and lists that a DAG author gives, and their messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.arguments import check_id, instant, is_list, limit, names, seconds, whole_number
from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.times import format_time

MOMENT = datetime(2020, 9, 1, 18, 50, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "x is None: the template or XCom behind it gave nothing"),
        ("None", "x is None: the template or XCom behind it gave nothing"),
        (7, "x must be one id as text, not int (7); for a number write it in quotes"),
        (1e5, "x must be one id as text, not float (100000.0); for a number write it in quotes"),
        (True, "x must be one id as text, not bool (True); for a number write it in quotes"),
        (b"a", "x must be one id as text, not bytes (b'a'); for a number write it in quotes"),
        (["a"], "x must be one id as text, not a list (['a']); for a number write it in quotes"),
        (("a",), "x must be one id as text, not a list (('a',)); for a number write it in quotes"),
        ({"a"}, "x must be one id as text, not a list ({'a'}); for a number write it in quotes"),
        ({"a": 1}, "x must be one id as text, not dict ({'a': 1}); for a number write it in quotes"),
        ("", "x is empty; give the vendor's id"),
        (" \n", "x is empty; give the vendor's id"),
        (" a", "x has blanks around it: ' a'; strip them"),
        ("a\n", "x has blanks around it: 'a\\n'; strip them"),
        ("a\nb", "x must have at most 1024 characters and no control characters, not 'a\\nb'"),
        ("a" * 1025, f"x must have at most 1024 characters and no control characters, not '{'a' * 97}...{'a' * 98}'"),
        (
            "a\ud800",
            (
                "x is no valid Unicode: it holds half of a surrogate pair at place 1; decode it anew, for example "
                "with errors='replace'"
            ),
        ),
    ],
)
def test_what_is_no_id(value: Any, message: str) -> None:
    """The message names the parameter, says what was wrong and what to do."""
    with pytest.raises(ParameterError) as caught:
        check_id("x", value)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", ["a", "0", "1234_5678", "a b", "***", "none", "剪", "剪\u3000辑", "a\u200bb"])
def test_what_is_an_id(value: str) -> None:
    """Any other text, unchanged, also with blanks and marks that Python calls unprintable."""
    assert check_id("x", value) == value


@pytest.mark.parametrize(("value", "number"), [(0, 0), (7000530, 7000530), ("6", 6), (" 09\n", 9), (-1, -1)])
def test_whole_numbers(value: Any, number: int) -> None:
    """Also as text, to which a template renders."""
    assert whole_number("x", value) == number


@pytest.mark.parametrize("value", [True, 6.0, "6.0", "", "six", "-6", "\u0666", "1" * 19, [6], None])
def test_what_is_no_whole_number(value: Any) -> None:
    """The message names the parameter."""
    with pytest.raises(ParameterError, match="x must be a whole number, not "):
        whole_number("x", value)


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


@pytest.mark.parametrize(
    ("value", "several"),
    [
        ([], True),
        (["a"], True),
        (("a",), True),
        (range(2), True),
        ("ab", False),
        (b"ab", False),
        ({"a"}, False),
        ({"a": 1}, False),
        (None, False),
        (5, False),
    ],
)
def test_what_gives_several(value: Any, several: bool) -> None:
    """A list or what is like one; a text is one id, and a set has no order."""
    assert is_list(value) is several


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0.0), (1.5, 1.5), (timedelta(minutes=1), 60.0), (316_224_000, 316_224_000.0)]
)
def test_a_duration(value: Any, expected: float) -> None:
    """Seconds or a timedelta, up to ten years."""
    assert seconds("x", value) == expected


@pytest.mark.parametrize("value", [-1, True, None, "60", float("nan"), float("inf"), timedelta(-1), 316_224_001])
def test_what_is_no_duration(value: Any) -> None:
    """The message names the parameter and says what it may be."""
    with pytest.raises(ParameterError) as caught:
        seconds("x", value)
    assert str(caught.value) == f"x must be seconds or a timedelta, from 0 s to ten years, not {value!r}"


def test_a_limit() -> None:
    """None where there is none; one of less than a second would pass at the first look."""
    assert limit("x", None) is None
    assert limit("x", 1) == 1.0
    with pytest.raises(ParameterError, match=r"^x must be seconds or a timedelta, from 1 s to ten years, not 0\.5$"):
        limit("x", 0.5)


def test_names() -> None:
    """A text would be taken for its letters."""
    assert names("x", ["HD", "SD"]) == ("HD", "SD")
    with pytest.raises(ParameterError, match=r"^x must be a list of names, not 'HD'$"):
        names("x", "HD")
