# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that fields that decide are read in every form, and that anything else is unreadable, not absent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.core import shapes
from airflow_provider_mediajobs.core.errors import UnreadableResponse
from airflow_provider_mediajobs.core.http import HttpResponse

ONE = {"id": "1", "state": "done"}
TWO = {"id": "2"}
MARKS = ("id", "state")


def read(value: Any, **more: Any) -> shapes.Listed:
    return shapes.listed("List", value, "Item", MARKS, **more)


@pytest.mark.parametrize(
    ("value", "records", "sent"),
    [
        ([ONE, TWO], [ONE, TWO], 2),
        (json.dumps([ONE, TWO]), [ONE, TWO], 2),
        (f" {json.dumps([ONE, TWO])}\n", [ONE, TWO], 2),
        (json.dumps(json.dumps([ONE])), [ONE], 1),
        (json.dumps(json.dumps(json.dumps(json.dumps([ONE])))), [ONE], 1),
        (ONE, [ONE], 1),
        (json.dumps(ONE), [ONE], 1),
        ({"Item": [ONE, TWO]}, [ONE, TWO], 2),
        ({"Item": ONE, "Total": 1}, [ONE], 1),
        ({"Item": json.dumps([ONE])}, [ONE], 1),
        (json.dumps({"Item": [ONE]}), [ONE], 1),
        ([json.dumps(ONE), TWO], [ONE, TWO], 2),
        ([None, ONE, "", {}, []], [ONE], 5),
        ([{"other": 1}], [{"other": 1}], 1),
    ],
)
def test_a_list(value: Any, records: list[Any], sent: int) -> None:
    """As a list, as text, as one object, wrapped, and mixed."""
    assert read(value) == (records, None, sent)


@pytest.mark.parametrize(
    "value", [None, "", " ", {}, [], "null", "[]", "{}", '""', {"Item": None}, {"Item": []}, {"Item": {}}, {"Item": ""}]
)
def test_an_empty_list(value: Any) -> None:
    """Every way to say that there is none."""
    assert read(value) == ([], None, 0)
    assert (
        shapes.record("X", value if value not in ({"Item": None}, {"Item": []}, {"Item": {}}, {"Item": ""}) else None)
        == {}
    )


@pytest.mark.parametrize(
    "value",
    [
        0,
        3,
        1.5,
        True,
        False,
        "garbage",
        "[",
        '{"id": ',
        "3",
        '"x"',
        {"other": 1},
        {"other": [ONE]},
        {"Item": 3},
        {"Item": "garbage"},
        {"Item": {"Item": [ONE]}},
    ],
)
def test_what_is_no_list(value: Any) -> None:
    """The field is named, and nothing of the value is told: it may be secret."""
    with pytest.raises(shapes.WrongShape, match=r"^List(\.Item)? is of the wrong type$"):
        read(value)


@pytest.mark.parametrize("item", [3, True, "garbage", "3", [1], [ONE], "[1]"])
def test_an_item_that_is_no_record(item: Any) -> None:
    """The others are read all the same."""
    found = read([ONE, item, TWO])
    assert (found.records, found.sent, str(found.unread)) == ([ONE, TWO], 3, "List is of the wrong type")


def test_one_object() -> None:
    """A list of one is that one; of two it is not said which."""
    assert shapes.record("X", ONE) == shapes.record("X", [ONE]) == shapes.record("X", json.dumps([ONE])) == ONE
    for value in ([ONE, TWO], [3], 3, "x"):
        with pytest.raises(shapes.WrongShape, match=r"^X is of the wrong type$"):
            shapes.record("X", value)


def test_mere_facts() -> None:
    """What cannot be read is unknown."""
    assert shapes.known_record(json.dumps(ONE)) == ONE
    assert [shapes.known_record(value) for value in (3, "x", [ONE, TWO], None)] == [{}, {}, {}, {}]
    assert shapes.known_records([ONE, 3]) == [ONE]
    assert [shapes.known_records(value) for value in (3, "x", None)] == [[], [], []]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", "a"), ("", None), (None, None), (7, "7"), (7.0, "7"), (30647.0, "30647"), (2.0**53 - 1, "9007199254740991")],
)
def test_an_id(value: Any, expected: str | None) -> None:
    """Text, or a whole number that is exact."""
    assert shapes.ident("id", value) == expected


@pytest.mark.parametrize("value", [True, False, 1.5, 2.0**53, 1e300, float("inf"), [], ["1"], {}, {"id": "1"}])
def test_no_id(value: Any) -> None:
    """Another type, or a number of which it is not known which it is."""
    with pytest.raises(shapes.WrongShape, match=r"^id is of the wrong type$"):
        shapes.ident("id", value)


@pytest.mark.parametrize(("value", "expected"), [("a ", "a "), ("", ""), (None, ""), (3, "3")])
def test_a_word(value: Any, expected: str) -> None:
    """Exactly as it came."""
    assert shapes.word("state", value) == expected


@pytest.mark.parametrize("value", [True, False, [], ["done"], {}, {"state": "done"}])
def test_no_word(value: Any) -> None:
    """Its text would be a word that nobody has said."""
    with pytest.raises(shapes.WrongShape, match=r"^state is of the wrong type$"):
        shapes.word("state", value)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"taskStatus": 3, "ShowId": "s"}, {"TaskStatus": 3, "ShowId": "s"}),
        ({"taskStatus": 3, "TaskStatus": 3}, {"TaskStatus": 3}),
        ({"taskStatus": 3, "TaskStatus": None}, {"TaskStatus": 3}),
        ({"TaskStatus": 3, "taskStatus": ""}, {"TaskStatus": 3}),
        ({"mediaURL": "u", "": 1}, {"MediaURL": "u", "": 1}),
    ],
)
def test_lower_camel_case(record: dict[str, Any], expected: dict[str, Any]) -> None:
    """Becomes the spelling of the pages."""
    assert shapes.capitalised(record) == expected
    assert shapes.listed("L", [record], spelt=shapes.capitalised).records == [expected]


def test_a_field_in_both_spellings() -> None:
    """With two values nobody knows which holds."""
    record = {"taskStatus": 3, "TaskStatus": 1}
    with pytest.raises(shapes.WrongShape, match=r"^TaskStatus has two values$"):
        shapes.capitalised(record)
    assert str(shapes.listed("L", [record, ONE], spelt=shapes.capitalised).unread) == "TaskStatus has two values"


def test_the_error() -> None:
    """It holds the field and the whole answer, to be scrubbed before it is cut; and shows the head."""
    response = HttpResponse(200, {}, b'{"jobs": 5, "rest": "' + b"x" * 600 + b'secret"}')
    with pytest.raises(UnreadableResponse) as caught, shapes.reading(response):
        shapes.listed("jobs", 5)
    assert str(caught.value).startswith(
        """HTTP 200 with a body that is not the vendor's JSON: 'jobs is of the wrong type: {"jobs": 5, "rest": "xxx"""
    )
    assert len(str(caught.value)) < 600
    assert caught.value.body.endswith('secret"}')
    doubt = shapes.Doubt(response)
    assert doubt(shapes.WrongShape("a")) is doubt(shapes.WrongShape("b"))
    assert doubt(shapes.WrongShape("b")).body.startswith("a is of the wrong type: ")
