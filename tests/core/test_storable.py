# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that what is decoded can be stored, and that other values are replaced by marked text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core import storable
from airflow_provider_mediajobs.core.storable import Cut, CutNumber, InexactNumber, decoded, is_cut, plain, readable

DEEP = "[" * 70 + "]" * 70


@pytest.mark.parametrize(
    ("source", "value", "sort"),
    [
        ("9223372036854775807", 9223372036854775807, int),
        ("9223372036854775808", "9223372036854775808", CutNumber),
        ("-9223372036854775808", -9223372036854775808, int),
        ("-9223372036854775809", "-9223372036854775809", CutNumber),
        ("18446744073709551617", "18446744073709551617", CutNumber),
        ("1" * 1001, "1" * 1000 + "…", InexactNumber),
        ("3.0", 3, int),
        ("-1.0", -1, int),
        ("30647.0", 30647, int),
        ("12.5", 12.5, float),
        ("9007199254740993.0", 9007199254740993, int),
        ("9223372036854775808.0", "9223372036854775808", CutNumber),
        ("4503599627370.99999999", 4503599627370.99999999, float),
        ("1.2345678E7", 12345678, int),
        ("1e19", "10000000000000000000", CutNumber),
        ("1.5e-3", 0.0015, float),
        ("1e300", 1e300, float),
        ("1e999", "1e999", InexactNumber),
        ("-1e999999999", "-1e999999999", InexactNumber),
        ("1e-999999999", 0.0, float),
        ("0." + "1" * 1001, "0." + "1" * 998, InexactNumber),
        ("NaN", "NaN", InexactNumber),
        ("-Infinity", "-Infinity", InexactNumber),
        (r'"a\u0000b"', "a\ufffdb", Cut),
        (r'"\ud83c"', "\ufffd", Cut),
        (r'"\ud83c\udfac"', "🎬", str),
        (r'"\u0001"', "\u0001", str),
        ("true", True, bool),
        ("null", None, type(None)),
    ],
)
def test_scalars(source: str, value: Any, sort: type) -> None:
    """Numbers keep their digits; what no number type or text can hold is told apart by its type."""
    found = decoded(source)
    assert found == value
    assert type(found) is sort


def test_names_and_depth() -> None:
    """Names are replaced like values, and what is too deep by a text."""
    assert decoded(r'{"\u0000": 1}') == {"\ufffd": 1}
    found = decoded(DEEP)
    for _ in range(storable.MAX_DEPTH - 1):
        found = found[0]
    assert found == ["nested too deeply"]
    assert decoded("[" * 64 + "]" * 64) == json.loads("[" * 64 + "]" * 64)
    assert decoded("[{}," * 40 + "1" + "]" * 40) == json.loads("[{}," * 40 + "1" + "]" * 40)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("[" + "1," * 150_001 + "1]", "more than 150000 values"),
        ("[" + "{}," * 80_000 + "1]", "more than 150000 values"),
        ("{", "Expecting"),
    ],
)
def test_what_cannot_be_read(source: str, said: str) -> None:
    """Nothing else is raised."""
    with pytest.raises(ValueError, match=said):
        decoded(source)


def test_marks() -> None:
    """Wherever in a value something was replaced, it is known; a copy holds plain text."""
    assert is_cut(decoded(r'{"a": [{"b": 18446744073709551617}]}'))
    assert is_cut(decoded(r'{"\u0000": 1}'))
    assert not is_cut(decoded('{"a": [1, "x"]}'))
    copy = plain(decoded("[18446744073709551617]"))
    assert (copy, type(copy[0])) == (["18446744073709551617"], str)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({1: (2**64, float("inf"))}, {"1": ["0x10000000000000000", "inf"]}),
        ({"x": object()}, {"x": "object"}),
        ([b"x", 1.5, None, True], ["bytes", 1.5, None, True]),
        ("a\ud800\x00", "a\ufffd\ufffd"),
    ],
)
def test_an_event(value: Any, expected: Any) -> None:
    """Whatever has got into one can be encoded."""
    assert storable.event(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", "a b"),
        ("a\r\nb\tc", "a  b c"),
        ("a\x1b[31mb\x7f", "a\ufffd[31mb\ufffd"),
        ("\ud800", "\ufffd"),
        ("a\u3000剪é", "a\u3000剪é"),
        ("x" * 4097, "x" * 4096 + "…"),
        (Cut("cut"), "cut"),
    ],
)
def test_readable(text: str, expected: str) -> None:
    """One line of a bounded length, whatever was sent."""
    found = readable(text)
    assert (found, type(found)) == (expected, str)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(st.characters(codec=None)),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner),
    )
)
def test_whatever_is_decoded_can_be_stored(value: Any) -> None:
    """UTF-8, no NUL, 64 bits, finite."""
    found = decoded(json.dumps(value))
    _check(found)
    assert storable.storable(found) == found


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            _check(name)
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif isinstance(value, str):
        assert "\x00" not in value
        value.encode()
    elif isinstance(value, float):
        assert abs(value) < float("inf")
    elif isinstance(value, int):
        assert -(2**63) <= value < 2**63
