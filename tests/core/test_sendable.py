# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that values that cannot be sent are refused, by name, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.sendable import check_json, check_text, sent_as, token

NOT_SENT: list[tuple[Any, str]] = [
    ("a\ud800", "p is no valid Unicode: it holds half of a surrogate pair at place 1"),
    (b"x", r"p is bytes; give text: value.decode\(\)"),
    (datetime(2026, 1, 1, tzinfo=UTC), "p must be text, a number or a boolean, not datetime"),
    (float("nan"), "p must be text, a number or a boolean, not float"),
    (float("inf"), "p must be text, a number or a boolean, not float"),
    (10**100, "p must be text, a number or a boolean, not int"),
    ({1}, "p must be text, a number or a boolean, not set"),
    (object(), "p must be text, a number or a boolean, not object"),
]


@pytest.mark.parametrize(("value", "said"), NOT_SENT)
def test_values_that_are_not_sent(value: Any, said: str) -> None:
    """In a query and in a body alike."""
    with pytest.raises(ParameterError, match=said):
        sent_as("p", value)
    with pytest.raises(ParameterError, match=said):
        check_json("p", value)


@pytest.mark.parametrize(
    ("value", "sent"),
    [(True, "true"), (False, "false"), ("剪", "剪"), ("", ""), (3, "3"), (1.5, "1.5"), (-0.0, "-0.0")],
)
def test_values_that_are_sent(value: Any, sent: str) -> None:
    """As the vendors write them."""
    assert sent_as("p", value) == sent


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": [1, {"b": b"x"}]}, r"p\['a'\]\[1\]\['b'\] is bytes"),
        ({1: "x"}, r"p has the name int \(1\); names must be text"),
        ({"a\ud800": 1}, "a name in p is no valid Unicode"),
        ((), None),
        ({"a": [None, True, 1, 2.5, "x", ()]}, None),
    ],
)
def test_json(value: Any, said: str | None) -> None:
    """The place is named."""
    if said is None:
        check_json("p", value)
        return
    with pytest.raises(ParameterError, match=said):
        check_json("p", value)


def test_json_without_an_end() -> None:
    """Something that holds itself."""
    value: list[Any] = []
    value.append(value)
    with pytest.raises(ParameterError, match="is nested deeper than 64 levels"):
        check_json("p", value)


@pytest.mark.parametrize("value", ["", "a b", "a\nb", "ü", None, 3])
def test_tokens(value: Any) -> None:
    """What goes into headers and hosts."""
    with pytest.raises(ParameterError, match=r"action must be letters, digits and _\.- alone"):
        token("action", value)
    assert token("action", "Get-Job_1.0") == "Get-Job_1.0"
    assert check_text("p", "剪") == "剪"


class Endless(list[int]):
    """A list of an author's own, which says that it is short."""

    def __iter__(self) -> Iterator[int]:
        return count()


def test_what_says_that_it_is_short_and_does_not_end_is_refused() -> None:
    """Values are counted, not asked for their number."""
    with pytest.raises(ParameterError, match=r"^parameters holds more than 150000 values"):
        check_json("parameters", {"Inputs": Endless()})
