# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Readers of the deciding fields of a vendor's answer: lists, records, ids and status words, in all their shapes.

A list may be sent as a list, as JSON text, as a single object, or wrapped under the name of its elements; null,
missing, ``""``, ``{}`` and ``[]`` are empty. Any other value has the wrong type and makes the answer unreadable, which
is not the same as "there is no job". Informative fields of the wrong type are unknown instead: see :mod:`facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from . import facts
from .errors import UnreadableResponse
from .storable import CutNumber

if TYPE_CHECKING:
    from .http import HttpResponse

Spelling = Callable[[Mapping[str, Any]], dict[str, Any]]

_EXACT = 2.0**53
"""From here on several integers are the same float."""


class WrongShape(ValueError):
    """A value of a type that its field cannot have. The text does not repeat the value, which may be secret.

    :param name: of the field.
    :param trouble: what is wrong.
    """

    def __init__(self, name: str, trouble: str = "is of the wrong type") -> None:
        super().__init__(f"{name} {trouble}")


class Listed(NamedTuple):
    """A list as read.

    :param records: the readable items, in their order.
    :param unread: the first unreadable item; ``None`` where all are readable.
    :param sent: number of items.
    """

    records: list[dict[str, Any]]
    unread: WrongShape | None = None
    sent: int = 0


@contextmanager
def reading(response: HttpResponse) -> Iterator[None]:
    """Within the ``with`` block, :class:`WrongShape` becomes the error of an unreadable answer.

    :raises UnreadableResponse: with the field and the beginning of the answer.
    """
    try:
        yield
    except WrongShape as wrong:
        raise unreadable(response, wrong) from None


def unreadable(response: HttpResponse, wrong: WrongShape) -> UnreadableResponse:
    """The error that a wrong shape means."""
    return UnreadableResponse(response.status, f"{wrong}: {response.body.decode('utf-8', 'replace')}")


class Doubt:
    """One error for all unreadable records of an answer, since each error would hold the whole answer."""

    def __init__(self, response: HttpResponse) -> None:
        self._response = response
        self._error: UnreadableResponse | None = None

    def __call__(self, wrong: WrongShape) -> UnreadableResponse:
        """The error; it describes what was wrong first."""
        self._error = self._error or unreadable(self._response, wrong)
        return self._error


def is_empty(value: Any) -> bool:
    """Whether a value means "nothing"."""
    return value is None or (isinstance(value, str | list | dict) and not value)


def as_sent(record: Mapping[str, Any]) -> dict[str, Any]:
    """The names of fields as sent."""
    return dict(record)


def listed(name: str, value: Any, element: str = "", marks: tuple[str, ...] = (), spelt: Spelling = as_sent) -> Listed:
    """The records of a list.

    :param name: of the field.
    :param element: what the vendor calls one record; a list may be wrapped under that name.
    :param marks: an object is a record if it has at least one of these fields; without marks any object is.
    :param spelt: renames a record's fields to those of the vendor's documentation.
    :raises WrongShape: for a value of any other shape.
    """
    value = _opened(name, value)
    value = spelt(value) if isinstance(value, dict) else value
    if isinstance(value, dict) and element in value:
        return listed(f"{name}.{element}", value[element], "", marks, spelt)
    if is_empty(value):
        return Listed([])
    if isinstance(value, dict) and (not marks or not value.keys().isdisjoint(marks)):
        return Listed([value], sent=1)
    if not isinstance(value, list):
        raise WrongShape(name)
    return _items(name, value, spelt)


def _items(name: str, items: list[Any], spelt: Spelling) -> Listed:
    records: list[dict[str, Any]] = []
    unread: WrongShape | None = None
    for item in items:
        try:
            found = _opened(name, item)
            if isinstance(found, dict) and found:
                records.append(spelt(found))
            elif not is_empty(found):
                unread = unread or WrongShape(name)
        except WrongShape as wrong:
            unread = unread or wrong
    return Listed(records, unread, len(items))


def _opened(name: str, value: Any) -> Any:
    """The value, decoded from JSON text, repeatedly where it was encoded repeatedly."""
    while isinstance(value, str) and not isinstance(value, CutNumber):
        text = value.strip()
        if not text:
            return None
        try:
            value = facts.decoded(text)
        except ValueError:
            raise WrongShape(name) from None
    return value


def record(name: str, value: Any, spelt: Spelling = as_sent) -> dict[str, Any]:
    """One object; ``{}`` where there is none. A list of one object is that object.

    :raises WrongShape: for anything else.
    """
    found = listed(name, value, spelt=spelt)
    if found.unread or len(found.records) > 1:
        raise found.unread or WrongShape(name)
    return found.records[0] if found.records else {}


def known_record(value: Any, spelt: Spelling = as_sent) -> dict[str, Any]:
    """An object with informative fields only; ``{}`` where it cannot be read."""
    try:
        return record("", value, spelt)
    except WrongShape:
        return {}


def known_records(value: Any, element: str = "", spelt: Spelling = as_sent) -> list[dict[str, Any]]:
    """A list of objects with informative fields only, without unreadable ones."""
    try:
        return listed("", value, element, spelt=spelt).records
    except WrongShape:
        return []


def ident(name: str, value: Any) -> str | None:
    """An id; ``None`` where there is none.

    :raises WrongShape: for anything but text and integers.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    found = facts.text(value)
    if found is None and not (value is None or value == ""):
        raise WrongShape(name)
    return found


def word(name: str, value: Any) -> str:
    """A status word exactly as sent; ``""`` where there is none.

    :raises WrongShape: for anything but text and numbers.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise WrongShape(name)
    return facts.word(value)


def capitalised(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with field names in upper camel case: some gateways answer in lower camel case.

    :raises WrongShape: for a record that has a field in both spellings with different values.
    """
    found: dict[str, Any] = {}
    for name, value in record.items():
        page = name[:1].upper() + name[1:]
        if not is_empty(found.get(page)) and not is_empty(value) and found[page] != value:
            raise WrongShape(page, "has two values")
        if is_empty(found.get(page)):
            found[page] = value
    return found
