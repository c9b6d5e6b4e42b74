"""JSON that can be stored: whatever a vendor sends becomes part of events, XComs and rows only as decoded here.

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
"""Values it may have. As many bytes of nothing but brackets would take several times as long."""
MAX_DEPTH = 64
"""Airflow's serializer, pydantic and PostgreSQL take more; a result adds a few levels of its own."""
MAX_TEXT = 4 * 1024
"""Characters of one text that becomes a field of a result."""
INT64 = range(-(2**63), 2**63)

_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 19
"""An integer that 64 bits may not hold, once all digits are zeros."""
_HALF_CHARACTERS = re.compile("[\ud800-\udfff\x00]")
CONTROLS = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
"""What breaks a line, moves a cursor or cannot be stored. Like other rarely needed patterns it is compiled
when it is needed, and not in every DAG parse."""
_LONGEST_NUMBER = 1000
_FLOAT_DIGITS = 15
"""As many, and one that is not whole stays so as a float."""
_WRITTEN_OUT = 100


class Cut(str):
    """Stands in the place of what cannot be stored as it came."""

    __slots__ = ()


class CutNumber(Cut):
    """A number beyond 64 bits: its digits. It is no text, and no JSON is read out of it."""

    __slots__ = ()


class InexactNumber(CutNumber):
    """A number of which nobody can tell which whole number it is, if any: the digits as they came."""

    __slots__ = ()


def decoded(source: str) -> Any:
    """A JSON value that can be stored.

    :raises ValueError: for text that is not JSON, has too many values, or is nested too deeply to be read at all.
    """
    containers = source.count("{") + source.count("[")
    if containers + source.count(",") > MAX_VALUES:
        raise ValueError(f"more than {MAX_VALUES} values")
    # UTF-8 holds no half of a character, and JSON no NUL: elsewhere only an escape makes them.
    is_suspect = "\\u0000" in source or "\\ud" in source or "\\uD" in source
    try:
        data = source.encode()
    except UnicodeEncodeError:
        data, is_suspect = source.encode(errors="surrogatepass"), True
    # A hook of ours costs several times as much as the decoder's own, so only where it is needed.
    integer = _integer if _LONG_NUMBER in data.translate(_ZEROS) else None
    try:
        value = json.loads(source, parse_int=integer, parse_float=_number, parse_constant=InexactNumber)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if is_suspect or (containers > MAX_DEPTH and _is_deep(value)):
        return storable(value)
    return value


def storable(value: Any, depth: int = MAX_DEPTH) -> Any:
    """The same JSON value, with all that cannot be stored replaced.

    :param depth: containers that may lie within each other; what is deeper becomes a text.
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
    """The same JSON value, copied, in which a replaced one is a text like any other."""
    return json.loads(json.dumps(value, ensure_ascii=False))


def event(payload: Any) -> Any:
    """What a trigger's event carries, whatever has got into it.

    One that cannot be encoded ends not only its own wait but the triggerer.
    """
    return plain(storable(payload, 2 * MAX_DEPTH))


def is_cut(value: Any) -> bool:
    """Whether anything within was replaced while it was decoded."""
    return any(isinstance(item, Cut) for item in _items(value))


def readable(text: str, longest: int = MAX_TEXT) -> str:
    """A text for a result, a message or a log line: in one line, of a bounded length, without control characters.

    :param longest: characters.
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
    """A whole number as such, whichever way it is written: a float would make another one of it."""
    value = float(literal)
    if len(literal) <= _FLOAT_DIGITS and "e" not in literal and "E" not in literal:
        return int(value) if value.is_integer() else value
    if len(literal) > _LONGEST_NUMBER or abs(value) == float("inf"):
        return InexactNumber(literal[:_LONGEST_NUMBER])
    from decimal import Decimal  # here, not above: no DAG file needs it, and Airflow loads this while it starts

    exact = Decimal(literal)
    # The exponent first: of 1e300 all digits would be written out.
    if exact.adjusted() < _WRITTEN_OUT and exact == exact.to_integral_value():
        whole = int(exact)
        return whole if whole in INT64 else CutNumber(whole)
    return value


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
