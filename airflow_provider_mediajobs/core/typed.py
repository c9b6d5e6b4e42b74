# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks of single values of a trigger's event: each returns the value, or raises."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from .times import parse_time


def same(given: object, wanted: object) -> None:
    """Check that a value equals the expected one.

    :raises ValueError: where it does not.
    """
    if given != wanted:
        raise ValueError(f"it is of {given}, not of {wanted}")


def percent(value: Any) -> int | None:
    """Progress in percent, or ``None``.

    :raises ValueError: for a number outside 0 to 100.
    :raises TypeError: for anything but an integer.
    """
    if value is not None and of_type(value, int) not in range(101):
        raise ValueError(f"{value} is no percentage")
    return cast("int | None", value)


def time(value: Any) -> datetime | None:
    """A time in text form, or ``None``.

    :raises ValueError: for anything else.
    """
    return None if value is None else moment(value)


def moment(value: Any) -> datetime:
    """A time in text form.

    :raises ValueError: for anything else.
    """
    found = parse_time(value)
    if found is None:
        raise ValueError(f"{value!r} is no time")
    return found


def of_type(value: Any, *types: type) -> Any:
    """A value of exactly one of these types; a subclass is refused, so that bool is no int.

    :raises TypeError: for a value of another type.
    """
    if type(value) not in types:
        raise TypeError(f"{value!r} is of the wrong type")
    return value


def maybe(value: Any, *types: type) -> Any:
    """As :func:`of_type`, but ``None`` is accepted."""
    return None if value is None else of_type(value, *types)


def text(value: Any) -> str:
    """A string.

    :raises TypeError: for anything else.
    """
    return cast("str", of_type(value, str))


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object.

    :raises TypeError: for anything else.
    """
    return cast("dict[str, Any]", of_type(value, dict))
