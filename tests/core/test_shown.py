# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How a message shows a value, whatever it is; and that every message of a wrong argument shows values so.

Covers ``core.shown``.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.shown import LONGEST, shown, shown_name

PACKAGE = Path(__file__).parent.parent.parent / "airflow_provider_mediajobs"
ROOMS = ("core", "hooks", "links", "operators", "poller", "sensors", "triggers", "vendors")


class Faulty:
    def __repr__(self) -> str:
        raise OSError


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def doubled(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("soon", "'soon'"),
        ("剪", "'剪'"),
        ("a\nb\ud800", r"'a\nb\ud800'"),
        (1.5, "1.5"),
        ([1, "a", None], "[1, 'a', None]"),
        ({"b": 1, "a": ()}, "{'a': (), 'b': 1}"),
        (nested(10_000), "[[[[[...]]]]]"),
        (doubled(3), "[[[1, 1], [1, 1]], [[1, 1], [1, 1]]]"),
        (range(10**12), "range(0, 1000000000000)"),
    ],
)
def test_shown(value: Any, text: str) -> None:
    assert shown(value) == text


def test_what_cannot_be_shown() -> None:
    assert shown(10**5_000) == "a value of type int"
    assert shown(Faulty()).startswith("<Faulty instance at 0x")


@pytest.mark.parametrize(
    "value", [doubled(60), "a" * 10**6, list(range(1000)), {i: i for i in range(1000)}, b"x" * 999]
)
def test_is_short(value: Any) -> None:
    assert len(shown(value)) <= LONGEST + 1


@given(st.recursive(st.none() | st.text() | st.binary() | st.integers() | st.floats(), st.lists, max_leaves=5))
def test_is_one_line_that_can_be_stored(value: Any) -> None:
    text = shown(value)

    assert text.isprintable()
    assert text.encode()


@pytest.mark.parametrize(
    ("name", "text"), [("VideoId", "VideoId"), ("a\n", r"'a\n'"), ("\ud800", r"'\ud800'"), (1, "1"), ("", "")]
)
def test_names(name: Any, text: str) -> None:
    assert shown_name(name) == text


def _raw_values(source: str) -> list[str]:
    """Values that the messages of ``ParameterError`` show by ``repr`` or ``ascii``; names in capitals are our own."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    messages = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "ParameterError")
    parts = (part for message in messages for part in ast.walk(message) if isinstance(part, ast.FormattedValue))
    return [
        found
        for part in parts
        if part.conversion in {ord("r"), ord("a")} and not (found := ast.unparse(part.value)).isupper()
    ]


def test_no_message_shows_a_value_by_itself() -> None:
    """``repr`` of what an author gives may raise, or have no end."""
    assert _raw_values("raise ParameterError(f'{x!r} {A_NAME!r} {y}')") == ["x"]
    files = [path for room in ROOMS for path in (PACKAGE / room).rglob("*.py") if "emulation" not in path.parts]
    ours = {"task.task_id", "source.task_id", "near[0]"}  # what Airflow has checked, or this package has chosen

    assert len(files) > 100
    assert {value for path in files for value in _raw_values(path.read_text())} - ours == set()
