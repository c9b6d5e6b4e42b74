# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests readers of single facts: a value of an undocumented type is unknown, never an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core import facts
from airflow_provider_mediajobs.core.storable import Cut, InexactNumber

ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**400), 10**400) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"),
        (" ", " "),
        ("", None),
        (7, "7"),
        (0, "0"),
        (-1, "-1"),
        (True, None),
        (1.5, None),
        (30647.0, "30647"),
        (1e300, None),
        (InexactNumber("1e999"), None),
        (Cut("18446744073709551617"), "18446744073709551617"),
        ("a\nb", "a b"),
        (None, None),
        ([], None),
    ],
)
def test_text(value: Any, expected: str | None) -> None:
    """Non-empty text; a whole number becomes its text."""
    assert facts.text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", "3"),
        (" 3", " 3"),
        (3, "3"),
        (3.0, "3"),
        (3.5, "3.5"),
        (1e300, "1e+300"),
        ("x" * 201, "x" * 200 + "…"),
        (True, "True"),
        (None, ""),
        ("", ""),
        ([3], "[3]"),
        ({}, "{}"),
    ],
)
def test_word(value: Any, expected: str) -> None:
    """Exactly as it came."""
    assert facts.word(value) == expected


@pytest.mark.parametrize(
    ("value", "number", "integer", "percent"),
    [
        (0, 0.0, 0, 0),
        (100, 100.0, 100, 100),
        (101, 101.0, 101, None),
        (-1, -1.0, -1, None),
        ("42", 42.0, 42, 42),
        ("42.5", 42.5, None, None),
        (42.0, 42.0, 42, 42),
        ("1e2", 100.0, 100, 100),
        ("", None, None, None),
        ("x", None, None, None),
        ("42 %", None, None, None),
        ("42.0", 42.0, 42, 42),
        (" -1.0 ", -1.0, -1, None),
        ("9007199254740993", 9007199254740992.0, 9007199254740993, None),
        ("9223372036854775808", 9223372036854775808.0, None, None),
        (2**63, 9223372036854775808.0, None, None),
        (1e300, 1e300, None, None),
        ("1e300", 1e300, None, None),
        ("1e9999", None, None, None),
        ("1" * 5000, None, None, None),
        ("1_000", None, None, None),
        ("٣", None, None, None),
        (True, None, None, None),
        (None, None, None, None),
        ([1], None, None, None),
        ("nan", None, None, None),
        ("inf", None, None, None),
        (float("nan"), None, None, None),
        (float("-inf"), None, None, None),
        (10**400, None, None, None),
    ],
)
def test_numbers(value: Any, number: float | None, integer: int | None, percent: int | None) -> None:
    """Also written as text; never infinite, never a boolean."""
    assert (facts.number(value), facts.integer(value), facts.percent(value)) == (number, integer, percent)


def test_mapping_and_records() -> None:
    """Anything else counts as empty."""
    others: list[Any] = [None, "x", 3]
    assert facts.mapping({"a": 1}) == {"a": 1}
    assert [facts.mapping(value) for value in ([], *others)] == [{}, {}, {}, {}]
    assert facts.records([{"a": 1}, None, "x", [{}], {}]) == [{"a": 1}, {}]
    assert [facts.records(value) for value in ({}, *others)] == [[], [], [], []]


@pytest.mark.parametrize(
    "read",
    [facts.text, facts.word, facts.number, facts.integer, facts.percent, facts.mapping, facts.records],
    ids=lambda read: read.__name__,
)
@given(value=ANY)
def test_nothing_breaks_a_reader(read: Callable[[Any], Any], value: Any) -> None:
    """Any JSON value is read or unknown."""
    read(value)
