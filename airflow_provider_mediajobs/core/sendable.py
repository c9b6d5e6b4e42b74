# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks of values that a caller wants to send: what HTTP or JSON cannot carry is refused before sending."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .errors import ParameterError

_TOKEN = re.compile(r"[A-Za-z0-9_.-]+")
_DEEPEST = 64


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


def check_json(name: str, value: Any, depth: int = 0) -> None:
    """:raises ParameterError: naming the place, for what is no JSON value."""
    if depth > _DEEPEST:
        raise ParameterError(f"{name} is nested deeper than {_DEEPEST} levels")
    match value:
        case None | bool():
            return
        case str():
            check_text(name, value)
        case Mapping():
            for key, item in value.items():
                check_json(f"{name}[{_key(name, key)!r}]", item, depth + 1)
        case list() | tuple():
            for place, item in enumerate(value):
                check_json(f"{name}[{place}]", item, depth + 1)
        case _:
            _check_number(name, value)


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
    return f"{type(value).__name__} ({ascii(value)[:100]})"
