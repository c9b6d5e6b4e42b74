# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decodes JSON into values that can be stored: what a vendor sends gets into events, XComs and rows only through here.

Airflow's message codec ends the whole triggerer over an integer beyond 64 bits, PostgreSQL refuses a NUL, UTF-8 half of
a character, and pydantic what is nested too deeply. So such values are replaced while they are decoded, by text that
:func:`is_cut` knows: numbers keep their digits, texts lose what cannot be stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MAX_BODY = 2 * 1024 * 1024
"""Bytes an answer may have. Real ones stay below 200 KB; parsing this much keeps an event loop for about 50 ms."""
MAX_VALUES = 150_000
"""Values an answer may have. Without that limit, 2 MiB of brackets would take several times as long."""
MAX_DEPTH = 64
"""Levels of nesting. Airflow's serializer, pydantic and PostgreSQL accept more; a result adds a few levels."""
MAX_TEXT = 4 * 1024
"""Characters of one text that becomes a field of a result."""
INT64 = range(-(2**63), 2**63)

_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 19
"""With all digits replaced by zeros, an integer that may exceed 64 bits contains this."""
_HALF_CHARACTERS = re.compile("[\ud800-\udfff\x00]")
CONTROLS = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
"""Characters that break a line, move the cursor or cannot be stored. Compiled at first use, not in every DAG parse."""
_LONGEST_NUMBER = 1000
_FLOAT_DIGITS = 15
"""Up to so many digits, a fraction stays one when it becomes a float."""
_WRITTEN_OUT = 100


class Cut(str):
    """Text in the place of a value that cannot be stored as sent."""

    __slots__ = ()


class CutNumber(Cut):
    """The digits of a number beyond 64 bits. Readers do not take it for text or JSON."""

    __slots__ = ()


class InexactNumber(CutNumber):
    """The digits, as sent, of a number that a float cannot represent exactly."""

    __slots__ = ()


def decoded(source: str) -> Any:
    """Decode JSON text into a value that can be stored.

    :raises ValueError: for text that is not JSON, has too many values, or is nested too deeply to be read at all.
    """
    containers = source.count("{") + source.count("[")
    if containers + source.count(",") > MAX_VALUES:
        raise ValueError(f"more than {MAX_VALUES} values")
    # Only escapes can produce NUL and lone surrogates: valid UTF-8 and JSON contain neither.
    is_suspect = "\\u0000" in source or "\\ud" in source or "\\uD" in source
    try:
        data = source.encode()
    except UnicodeEncodeError:
        data, is_suspect = source.encode(errors="surrogatepass"), True
    # A parse hook in Python is several times slower than the decoder's own, so it is used only where needed.
    decoder = _LONG_INTEGERS if _LONG_NUMBER in data.translate(_ZEROS) else _USUAL
    try:
        value = decoder.decode(source)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if is_suspect or (containers > MAX_DEPTH and _is_deep(value)):
        return storable(value)
    return value


def storable(value: Any, depth: int = MAX_DEPTH) -> Any:
    """The JSON value with everything replaced that cannot be stored.

    :param depth: levels of nesting that are kept; deeper containers become text.
    """
    if isinstance(value, dict | list | tuple):
        if depth <= 0:
            return Cut("nested too deeply")
        if isinstance(value, dict):
            return {_text(str(name)): storable(item, depth - 1) for name, item in value.items()}
        return [storable(item, depth - 1) for item in value]
    return _text(value) if isinstance(value, str) else _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else InexactNumber(value)  # also false for "nan"
    if isinstance(value, int):
        return value if value in INT64 else CutNumber(hex(value))
    return Cut(type(value).__name__)


def plain(value: Any) -> Any:
    """A copy of the JSON value in which replaced values are plain text."""
    return json.loads(json.dumps(value, ensure_ascii=False))


def event(payload: Any) -> Any:
    """An event's content made storable. An event that cannot be encoded would end the whole triggerer."""
    return plain(storable(payload, 2 * MAX_DEPTH))


def is_cut(value: Any) -> bool:
    """Whether anything in the value was replaced while it was decoded."""
    return any(isinstance(item, Cut) for item in _items(value))


def readable(text: str, longest: int = MAX_TEXT) -> str:
    """Text for a result, message or log line: one line of limited length, without control characters.

    :param longest: number of characters after which it is cut.
    """
    if len(text) > longest:
        text = text[:longest] + "…"
    return re.sub(CONTROLS, _visible, text) if not text.isprintable() else str(text)


def _visible(control: re.Match[str]) -> str:
    return " " if control[0].isspace() else "\ufffd"


def _integer(literal: str) -> int | str:
    if len(literal) > _LONGEST_NUMBER:
        return InexactNumber(literal[:_LONGEST_NUMBER] + "…")
    value = int(literal)
    return value if value in INT64 else CutNumber(literal)


def _number(literal: str) -> int | float | str:
    """An integer as an integer, however it is written: as a float it could become another number."""
    value = float(literal)
    if len(literal) <= _FLOAT_DIGITS and "e" not in literal and "E" not in literal:
        return int(value) if value.is_integer() else value
    if len(literal) > _LONGEST_NUMBER or abs(value) == float("inf"):
        return InexactNumber(literal[:_LONGEST_NUMBER])
    from decimal import Decimal  # here, not above: Airflow loads this module while it starts

    exact = Decimal(literal)
    # The exponent is checked first: 1e300 would be expanded to all its digits.
    if exact.adjusted() < _WRITTEN_OUT and exact == exact.to_integral_value():
        whole = int(exact)
        return whole if whole in INT64 else CutNumber(whole)
    return value


_USUAL = json.JSONDecoder(parse_float=_number, parse_constant=InexactNumber)
_LONG_INTEGERS = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=InexactNumber)


def _text(text: str) -> str:
    found = _HALF_CHARACTERS.sub("\ufffd", text)
    return text if found == text else Cut(found)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for container in level
            for item in (container.values() if type(container) is dict else container)
            if type(item) is dict or type(item) is list
        ]
        if not level:
            return False
    return True


def _items(value: Any) -> Iterator[Any]:
    left = [value]
    while left:
        item = left.pop()
        yield item
        if isinstance(item, Mapping):
            left += item.keys()
            left += item.values()
        elif isinstance(item, list):
            left += item
