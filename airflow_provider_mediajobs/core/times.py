# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Types of clocks, and times in the formats of both vendors, read as aware datetimes in UTC.

A vendor's time is informative: one that cannot be read is ``None`` and never an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

Clock = Callable[[], datetime]
"""Tells the time, with its zone."""
Monotonic = Callable[[], float]
"""Tells seconds since some fixed point; never set, never goes back."""

_COMPACT = re.compile(r"\d{14}(\.0+)?", re.ASCII)
_ZULU = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?(Z|\+00:00)", re.ASCII)
_RFC3339 = r"(?a)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)"
_LONGEST_KEPT = 64
_MOST_STEP_S = 1e10  # seconds: three hundred years


def parse_time(value: Any) -> datetime | None:
    """RFC 3339 (``2020-09-01T18:50:20Z``) or compact UTC (``20200901185020``, which Huawei sends as a number, too).

    ``None`` for anything else. The compact form is UTC, as documented. Any other text without an offset is ambiguous:
    some operations of Alibaba print Beijing time without one. A date or a time of day alone is refused, too.
    """
    text = value.strip() if isinstance(value, str) else str(value) if _is_number(value) else ""
    return _read(text) if len(text) <= _LONGEST_KEPT else _read.__wrapped__(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> datetime | None:
    """Cached: a job's times are the same at every look, and all waits share one object."""
    try:
        if _ZULU.fullmatch(text):
            return datetime.fromisoformat(text)
        if _COMPACT.fullmatch(text):
            return datetime.fromisoformat(f"{text[:8]}T{text[8:14]}Z")
        # Only RFC 3339 reaches the library, which reads "now" as the present and raises other errors for "0:".
        return _parsed(text) if re.fullmatch(_RFC3339, text) else None
    except (ValueError, OverflowError):
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e14  # str() of a very long integer raises


def _parsed(text: str) -> datetime:
    """Forms of RFC 3339 that the vendors do not document; fifty times slower to read."""
    import pendulum  # here, not above: `import airflow.sdk` discovers this package and must stay light

    parsed = cast("pendulum.DateTime", pendulum.parse(text))  # _RFC3339 matches no date, time or duration alone
    # A plain datetime: pendulum's own class loses a standard library zone when seconds are added.
    return datetime.fromtimestamp(parsed.int_timestamp, UTC).replace(microsecond=parsed.microsecond)


@lru_cache(maxsize=16)  # dates have whole seconds, so many answers have the same
def http_date(text: str) -> datetime | None:
    """A date of an HTTP header (``Tue, 01 Sep 2026 18:50:20 GMT``) in UTC; ``None`` for any other text."""
    from email.utils import parsedate_to_datetime  # here, not above: importing a sensor in a DAG file must not load it

    try:
        date = parsedate_to_datetime(text)
        # The library returns a naive datetime for "-0000".
        return (date if date.tzinfo is not None else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_time(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as results carry it: ``2026-09-01T18:50:20+00:00``."""
    return moment.astimezone(UTC).isoformat() if moment is not None else None


def zulu(moment: datetime) -> str:
    """``yyyy-MM-ddTHH:mm:ssZ``: the form Alibaba signs and filters by."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro_zulu(moment: datetime) -> str:
    """``yyyy-MM-ddTHH:mm:ss.ffffffZ``: the form in which Huawei's IAM writes expiry times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compact_zulu(moment: datetime) -> str:
    """``yyyyMMddTHHmmssZ``: the form Huawei signs."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds from start to end; ``None`` where one is unknown or the end is earlier than the start."""
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


def clock_step(value: Any) -> float:
    """The seconds by which a clock was set, from stored data.

    :raises ValueError: for anything but a number of plausible size.
    """
    # By exact type, since bool is an int. The negated comparison refuses NaN as well.
    if type(value) not in (int, float) or not abs(value) < _MOST_STEP_S:
        raise ValueError(f"no clock is set by {value!r} s")
    return float(value)


def compact(moment: datetime) -> str:
    """``yyyyMMddHHmmss``, in UTC: the form Huawei's MPC filters by."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")
