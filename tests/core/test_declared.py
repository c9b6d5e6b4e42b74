# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the base class of declarations: frozen classes that are made from their annotations."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.core.declared import Declared
from airflow_provider_mediajobs.vendors import KINDS


class Pair(Declared):
    left: str
    right: Any = "r"

    def swapped(self) -> Pair:
        return Pair(self.right, self.left)


class Other(Declared):
    left: str
    right: Any = "r"


def test_fields_are_given_by_place_or_name() -> None:
    """The default where one is left out."""
    assert (Pair("a", "b").left, Pair("a", "b").right) == ("a", "b")
    assert Pair(right="b", left="a") == Pair("a", "b")
    assert Pair("a") == Pair("a", "r")
    assert Pair("a", "b").swapped() == Pair("b", "a")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Pair(right="a"),  # type: ignore[call-arg]
        lambda: Pair("a", "b", "c"),  # type: ignore[call-arg]
        lambda: Pair("a", left="b"),  # type: ignore[misc]
        lambda: Pair("a", middle="b"),  # type: ignore[call-arg]
    ],
)
def test_each_field_is_given_once(wrong: Callable[[], Pair]) -> None:
    with pytest.raises(TypeError, match="Pair takes each of its fields once: left, right"):
        wrong()


def test_nothing_is_changed_afterwards() -> None:
    pair = Pair("a")
    with pytest.raises(AttributeError, match=r"Pair\.left cannot be set"):
        pair.left = "b"  # type: ignore[misc]
    with pytest.raises(AttributeError, match=r"Pair\.left cannot be deleted"):
        del pair.left
    assert pair == Pair("a")


def test_equal_are_those_of_one_class_with_equal_fields() -> None:
    """And they have one hash, in whatever order their fields were given."""
    assert hash(Pair("a", "b")) == hash(Pair(right="b", left="a"))
    assert Pair("a") != Pair("b")
    assert Pair("a") != Other("a")
    assert Pair("a") != "a"
    assert repr(Pair("a")) == "Pair(left='a', right='r')"


def test_it_is_copied_and_pickled() -> None:
    pair = Pair("a", ["b"])
    assert copy.deepcopy(pair) == pickle.loads(pickle.dumps(pair)) == pair


def test_a_kind_is_the_same_as_itself_alone() -> None:
    """It is a key where it has no hash by its fields: some are tables."""
    kind = KINDS["huawei.mpc.editing"]
    twin = type(kind)(**vars(kind))
    assert twin != kind
    assert {kind, twin, kind} == {twin, kind}
