"""Reading facts out of a vendor's record: what is not of the documented sort is unknown, never an exception."""

from __future__ import annotations

import json
from typing import Any


def decoded(source: str) -> Any:
    """A JSON value that can be stored as a result: ``NaN`` and infinities become null, halves of characters ``?``.

    :raises ValueError: for text that is not JSON, or is nested too deeply.
    """
    try:
        value = json.loads(source, parse_float=number, parse_constant=lambda _: None)
        if "\\u" in source:
            value = json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def text(value: Any) -> str | None:
    """Non-empty text; a number becomes its text. The vendors use ``""`` for "not set"."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) or None


def word(value: Any) -> str:
    """A status word exactly as it came, for the state table and for people; ``""`` where there is none."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def number(value: Any) -> float | None:
    """A number, also one written as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if abs(result) < float("inf") else None  # also false for "nan"


def integer(value: Any) -> int | None:
    """A whole number, also one written as text."""
    result = number(value)
    return int(result) if result is not None and result == int(result) else None


def percent(value: Any) -> int | None:
    """Progress: a whole number from 0 to 100."""
    result = integer(value)
    return result if result is not None and 0 <= result <= 100 else None


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    """The JSON objects of a list; a missing or null list is empty."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
