# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Readers of informative fields in a vendor's record: a value of an unexpected type is unknown, never an exception."""

from __future__ import annotations

import re
from typing import Any

from .storable import INT64, MAX_TEXT, InexactNumber, decoded, readable

__all__ = ["decoded", "integer", "mapping", "number", "percent", "records", "text", "word"]

_NUMBER = re.compile(r"\s*[+-]?\d{1,400}(\.\d{0,400})?([eE][+-]?\d{1,4})?\s*", re.ASCII)
_WHOLE = re.compile(r"\s*([+-]?\d{1,30})(?:\.0*)?\s*", re.ASCII)
_EXACT = 2.0**53
"""From here on several integers are the same float."""
_LONGEST_WORD = 200


def text(value: Any) -> str | None:
    """Non-empty text, without control characters and of a bounded length; a whole number becomes its text.

    The vendors use ``""`` for "not set".
    """
    if type(value) is str and len(value) <= MAX_TEXT and value.isprintable():  # the usual case
        return value or None
    if value is None:
        return None
    if isinstance(value, str):
        return None if isinstance(value, InexactNumber) else readable(value) or None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def word(value: Any) -> str:
    """A status word exactly as sent; ``""`` where there is none."""
    if value is None:
        return ""
    if type(value) is str and len(value) <= _LONGEST_WORD and value.isprintable():
        return value
    if isinstance(value, float) and value.is_integer():
        value = text(value) or value
    return readable(str(value), _LONGEST_WORD)


def number(value: Any) -> float | None:
    """A finite number, also one written as text; else ``None``."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if abs(result) < float("inf") else None  # also false for "nan"


def integer(value: Any) -> int | None:
    """An integer of 64 bits, also one written as text or as ``3.0``; else ``None``."""
    if type(value) is int and value in INT64:
        return value
    if isinstance(value, str) and (found := _WHOLE.fullmatch(value)):
        value = int(found[1])
    if not isinstance(value, int) or isinstance(value, bool):
        result = number(value)
        value = int(result) if result is not None and result.is_integer() else None
    return value if value is not None and value in INT64 else None


def percent(value: Any) -> int | None:
    """Progress: an integer from 0 to 100; else ``None``."""
    result = integer(value)
    return result if result is not None and 0 <= result <= 100 else None


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object; ``{}`` for anything else."""
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    """The JSON objects of a list, without its other items; ``[]`` for anything but a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
