# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks of values that a caller wants to send: what HTTP or JSON cannot carry is refused before sending."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from .errors import ParameterError
from .shown import shown
from .storable import MAX_DEPTH, MAX_VALUES

_TOKEN = re.compile(r"[A-Za-z0-9_.-]+")


def check_text(name: str, value: str) -> str:
    """Text that can be encoded as UTF-8.

    :raises ParameterError: naming the parameter.
    """
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ParameterError(
            f"{name} is no valid Unicode: it holds half of a surrogate pair at place {error.start}; decode it anew, "
            "for example with errors='replace'"
        ) from None
    return value


def token(name: str, value: Any) -> str:
    """A name in the vendor's API, such as an operation's, that becomes part of a header, host or path.

    :raises ParameterError: naming the parameter.
    """
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise ParameterError(f"{name} must be letters, digits and _.- alone, not {_shown(value)}")
    return value


def sent_as(name: str, value: Any) -> str:
    """The text by which a single value is sent in a query.

    :raises ParameterError: naming the parameter, for a value that has no such text.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return check_text(name, value)
    _check_number(name, value)
    return str(value)


def check_nesting(name: str, value: Any, is_one: Callable[[Any], bool] = lambda _: False) -> None:
    """That whoever walks through a value comes to an end: also where it holds itself, or one part many times over.

    :param is_one: whether a value is not looked into.
    :raises ParameterError: naming the parameter, for what is nested too deeply or holds too many values.
    """
    of = type(value)
    if of in _PLAIN_VALUES or (of in _PLAIN_HOLDERS and not value):  # most arguments
        return
    level: list[Any] = [value]
    count = 0
    for _ in range(MAX_DEPTH + 1):
        items = (item for holder in level if not is_one(holder) and _holds(holder) for item in _items(holder))
        level = list(islice(items, MAX_VALUES + 1 - count))  # counted, not asked: a length may be wrong, or too large
        count += len(level)
        if count > MAX_VALUES:
            raise ParameterError(f"{name} holds more than {MAX_VALUES} values, or holds one of them many times over")
        if not level:
            return
    raise ParameterError(f"{name} is nested deeper than {MAX_DEPTH} levels, or holds itself; make it flat")


_PLAIN_HOLDERS = frozenset({list, tuple, dict})
_PLAIN_VALUES = frozenset({str, int, float, bool, type(None)})


def _holds(value: Any) -> bool:
    of = type(value)
    if of in _PLAIN_HOLDERS or of in _PLAIN_VALUES:  # the usual ones, without the slow question
        return of in _PLAIN_HOLDERS
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str | bytes | bytearray)


def _items(holder: Any) -> Iterable[Any]:
    return holder.values() if isinstance(holder, Mapping) else holder


def check_json(name: str, value: Any, is_one: Callable[[Any], bool] = lambda _: False) -> None:
    """That a value can be sent as JSON.

    :param is_one: whether a value is not looked into, such as one that only rendering will tell.
    :raises ParameterError: naming the place, for what is no JSON value.
    """
    check_nesting(name, value, is_one)
    _check_json(name, value, is_one)


def _check_json(name: str, value: Any, is_one: Callable[[Any], bool]) -> None:
    if is_one(value):
        return
    match value:
        case None | bool():
            return
        case str():
            check_text(name, value)
        case Mapping():
            for key, item in value.items():
                _check_json(f"{name}[{shown(_key(name, key))}]", item, is_one)
        case list() | tuple():
            for place, item in enumerate(value):
                _check_json(f"{name}[{place}]", item, is_one)
        case _:
            _check_number(name, value)


def as_json(value: Any) -> str:
    """JSON text of a value that :func:`check_json` has accepted: of any mapping, not of ``dict`` alone."""
    return json.dumps(value, ensure_ascii=False, default=_as_dict)


def _as_dict(value: Any) -> dict[str, Any]:
    return dict(value)


def _key(name: str, key: Any) -> str:
    if not isinstance(key, str):
        raise ParameterError(f"{name} has the name {_shown(key)}; names must be text")
    return check_text(f"a name in {name}", key)


def _check_number(name: str, value: Any) -> None:
    if isinstance(value, bytes | bytearray):
        raise ParameterError(f"{name} is bytes; give text: value.decode()")
    if isinstance(value, float) and abs(value) < float("inf"):  # also false for "nan"
        return
    if isinstance(value, int) and abs(value) < 10**100:
        return
    raise ParameterError(
        f"{name} must be text, a number or a boolean, not {_shown(value)}; write it as the vendor's page has it, "
        "a time for example with strftime()"
    )


def _shown(value: Any) -> str:
    return f"{type(value).__name__} ({shown(value)})"
