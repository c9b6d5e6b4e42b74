# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks of single values that a DAG author gives: an id, a time, a duration, a list of names.

Each raises :class:`ParameterError`, whose message names the parameter, says what was wrong and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from .errors import ParameterError
from .sendable import check_nesting, check_text
from .shown import shown
from .storable import CONTROLS
from .times import parse_time

LONGEST_ID = 1024
"""Characters of an id."""
LONGEST_S = 10 * 366 * 86_400.0
_ZONE = r"(?a)(Z|[+-]\d\d:?\d\d)\s*$"


def check_id(name: str, value: Any) -> str:
    """A value that can be an id: non-empty text without surrounding blanks and control characters.

    Numbers are refused rather than turned into text: Jinja's native rendering has already turned ``1234_5678``
    into 12345678 and ``1e5`` into 100000.0 by the time we see one.

    :raises ParameterError: naming the parameter, what was wrong and what to do.
    """
    if is_nothing(value):
        raise ParameterError(f"{name} is None: the template or XCom behind it gave nothing")
    if not isinstance(value, str):
        article = "a list" if isinstance(value, list | tuple | set) else f"{type(value).__name__}"
        raise ParameterError(
            f"{name} must be one id as text, not {article} ({shown(value)}); for a number write it in quotes"
        )
    stripped = value.strip()
    if not stripped:
        raise ParameterError(f"{name} is empty; give the vendor's id")
    if value != stripped:
        raise ParameterError(f"{name} has blanks around it: {shown(value)}; strip them")
    if value.isprintable() and len(value) <= LONGEST_ID:  # neither controls nor halves of a character
        return value
    check_text(name, value)
    if len(value) > LONGEST_ID or re.search(CONTROLS, value):
        raise ParameterError(
            f"{name} must have at most {LONGEST_ID} characters and no control characters, not {shown(value)}"
        )
    return value


def whole_number(name: str, value: Any) -> int:
    """A whole number, or its digits as text, to which a template renders.

    :raises ParameterError: naming the parameter.
    """
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,18}\s*", value, re.ASCII):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"{name} must be a whole number, not {shown(value)}")
    return value


def is_nothing(value: Any) -> bool:
    """Whether a value is none: ``"None"`` is how a template renders an XCom that is not there."""
    return value is None or (isinstance(value, str) and value == "None")


def flag(name: str, value: Any) -> bool:
    """A choice between yes and no. Any other value is refused, since most are true: ``"False"`` is.

    :raises ParameterError: naming the parameter.
    """
    if not isinstance(value, bool):
        raise ParameterError(f"{name} must be True or False, not {shown(value)}")
    return value


def instant(name: str, value: Any) -> datetime:
    """A time that a DAG author gives, in UTC and truncated to seconds, which is what the vendors print.

    :raises ParameterError: naming the parameter, for anything that is not one instant.
    """
    if is_nothing(value):
        raise ParameterError(f"{name} is None: the template or XCom behind it gave nothing")
    # An author's own time must not be taken for UTC, as a vendor's is.
    zoned = isinstance(value, str) and re.search(_ZONE, value) is not None
    found = value if isinstance(value, datetime) else parse_time(value) if zoned else None
    with suppress(OverflowError):  # hours at either end of datetime's range have no UTC equivalent
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC).replace(microsecond=0)
    raise ParameterError(
        f"{name} must be a time with date, hour and zone, not {shown(value)}; for example 2026-09-01T18:50:20Z, a "
        "datetime with a zone, or the template {{ data_interval_start }}"
    )


def seconds(name: str, value: Any, least: float = 0) -> float:
    """A duration in seconds.

    :param least: the shortest that is accepted, in seconds.
    :raises ParameterError: for anything else, or more than ten years, which could exceed datetime's range.
    """
    number = value.total_seconds() if isinstance(value, timedelta) else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not least <= number <= LONGEST_S:
        raise ParameterError(
            f"{name} must be seconds or a timedelta, from {least:g} s to ten years, not {shown(value)}"
        )
    return float(number)


def limit(name: str, value: Any) -> float | None:
    """A duration of at least one second, in seconds; ``None`` means no limit.

    :raises ParameterError: as :func:`seconds`.
    """
    return None if value is None else seconds(name, value, 1)


def names(name: str, value: Any) -> tuple[str, ...]:
    """A list of names.

    :raises ParameterError: for anything but a list; a string would be read letter by letter.
    """
    check_nesting(name, value)
    if not is_list(value):
        raise ParameterError(f"{name} must be a list of names, not {shown(value)}")
    return tuple(value)


def is_list(value: Any) -> bool:
    """Whether a value is a list of values: any sequence but a string, such as the XComs of a mapped task."""
    of = type(value)
    if of is str or of is dict or of is tuple or of is list:  # the usual ones, without the slow question
        return of is tuple or of is list
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
