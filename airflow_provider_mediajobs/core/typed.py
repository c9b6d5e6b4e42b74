"""What a stored value must be, fact by fact: what an event says is checked before it is believed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from .times import parse_time


def same(given: object, wanted: object) -> None:
    """Whether it is what it must be.

    :raises ValueError: where it is not.
    """
    if given != wanted:
        raise ValueError(f"it is of {given}, not of {wanted}")


def percent(value: Any) -> int | None:
    """Progress, where it is known.

    :raises ValueError: where it is none.
    """
    if value is not None and of_type(value, int) not in range(101):
        raise ValueError(f"{value} is no percentage")
    return cast("int | None", value)


def time(value: Any) -> datetime | None:
    """A time, where it is known.

    :raises ValueError: where it is none.
    """
    return None if value is None else moment(value)


def moment(value: Any) -> datetime:
    """A time that must be there.

    :raises ValueError: where it is none.
    """
    found = parse_time(value)
    if found is None:
        raise ValueError(f"{value!r} is no time")
    return found


def of_type(value: Any, *types: type) -> Any:
    """A value of one of these types; a subclass is none: true is no number.

    :raises TypeError: where it is of another.
    """
    if type(value) not in types:
        raise TypeError(f"{value!r} is of the wrong type")
    return value


def maybe(value: Any, *types: type) -> Any:
    """The same, where it is known."""
    return None if value is None else of_type(value, *types)


def text(value: Any) -> str:
    """Text.

    :raises TypeError: for anything else.
    """
    return cast("str", of_type(value, str))


def mapping(value: Any) -> dict[str, Any]:
    """An object.

    :raises TypeError: for anything else.
    """
    return cast("dict[str, Any]", of_type(value, dict))
