# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which release may read what another one has stored."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core.stored import (
    VERSION,
    Field,
    Head,
    NotUnderstood,
    head,
    is_count,
    is_names,
    is_text,
    known,
    marked,
    understood,
)

FIELDS = {"a": Field(is_count), "b": Field(is_text, "safe")}


def test_what_is_stored_tells_its_version() -> None:
    """And who may read it."""
    assert VERSION == 2
    assert marked({"a": 1}) == {"version": 2, "readable_by": 2, "a": 1}
    assert marked({"a": 1}, readable_by=1) == {"version": 2, "readable_by": 1, "a": 1}
    assert understood(marked({"a": 1}), FIELDS) == {"a": 1, "b": "safe"}


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        ({}, Head(1, frozenset())),
        ({"version": 2, "readable_by": 2}, Head(2, frozenset())),
        ({"version": 9, "readable_by": 2, "informative": ["x"]}, Head(9, frozenset({"x"}))),
        ({"readable_by": 0}, Head(1, frozenset())),
    ],
    ids=str,
)
def test_heads(stored: Any, found: Head) -> None:
    """Before versions were told it was the first."""
    assert head(stored) == found


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (None, "None is no mapping by names"),
        ([], "[] is no mapping by names"),
        ({5: 1}, "{5: 1} is no mapping by names"),
        ({"a\0\ud800": 1}, None),
        ({"version": "2"}, "its version is told as '2', 1, []"),
        ({"version": -1}, "its version is told as -1, 1, []"),
        ({"version": 2**63}, f"its version is told as {2**63}, 1, []"),
        ({"readable_by": True}, "its version is told as 1, True, []"),
        ({"informative": [5]}, "its version is told as 1, 1, [5]"),
        ({"informative": {}}, "its version is told as 1, 1, {}"),
        ({"version": 4, "readable_by": 3}, "it is of version 4, for readers of version 3; this one is of 2"),
    ],
    ids=str,
)
def test_what_may_not_be_read(stored: Any, told: str | None) -> None:
    """Or does not say what it is."""
    with pytest.raises(NotUnderstood) as caught:
        understood(stored, FIELDS)
    assert told is None or str(caught.value) == told


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ({"a": 1, "c": 2}, "unknown: 'c'"),
        ({"a": 1, "d": 2, "c": 2}, "unknown: 'c', 'd'"),
        ({"a": 1, "c": 2, "informative": ["d"]}, "unknown: 'c'"),
        ({}, "missing: a"),
        ({"b": "x", "informative": ["a"]}, "missing: a"),
        ({"a": "1"}, "of another form: a='1'"),
        ({"a": 1, "b": ""}, "of another form: b=''"),
        ({"a": 1, "b": "\0"}, "of another form: b='\\x00'"),
        ({"a": 1, "b": "\ud800"}, "of another form: b='\\ud800'"),
        ({"a": 1, "é\0": 2}, "unknown: '\\xe9\\x00'"),
    ],
    ids=str,
)
def test_what_is_not_understood(stored: Any, told: str) -> None:
    """Named, in characters that everybody can store."""
    with pytest.raises(NotUnderstood) as caught:
        understood(stored, FIELDS)
    assert str(caught.value) == told


def test_a_long_text_is_cut() -> None:
    """Whatever somebody has stored, a message stays readable."""
    with pytest.raises(NotUnderstood) as caught:
        understood({"a": "x" * 10_000}, FIELDS)
    assert len(str(caught.value)) == 201


def test_what_is_informative_is_left_out() -> None:
    """Whichever release knows it."""
    stored = {"a": 1, "note": 2, "informative": ["note"], "version": 3, "readable_by": 2}

    assert known(stored, ["a"], head(stored)) == {"a": 1}
    assert understood(stored, FIELDS) == {"a": 1, "b": "safe"}


def test_what_is_known_is_read_whatever_is_said_of_it() -> None:
    """A key that somebody calls informative may still narrow the wait for who knows it."""
    assert understood({"a": 1, "b": "x", "informative": ["b"]}, FIELDS) == {"a": 1, "b": "x"}


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (is_count, [0, 1, 2**63 - 1], [-1, True, 1.0, "1", None, 2**63]),
        (is_names, [[], ["a"]], [None, "a", ("a",), [1]]),
        (is_text, ["a", "é", "剪"], ["", None, 5, "\0", "a\0", "\udfff", b"a"]),
    ],
)
def test_forms(check: Any, good: list[Any], bad: list[Any]) -> None:
    """What any encoder and database takes."""
    assert [check(value) for value in good] == [True] * len(good)
    assert [check(value) for value in bad] == [False] * len(bad)
