"""The vendors' two ways to write a time, read into aware UTC datetimes.

A time is a fact for the result, never a reason to fail a look: what cannot be read is ``None``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

_COMPACT = re.compile(r"\d{14}", re.ASCII)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def parse_time(value: Any) -> datetime | None:
    """RFC 3339 (``2020-09-01T18:50:20Z``) or compact UTC (``20200901185020``).

    A text without an offset is UTC: that is what all five pages say of theirs. A bare date or time is no instant.
    """
    text = value.strip() if isinstance(value, str) else ""
    # Nothing else reaches the library, which also takes weeks and bare dates.
    if _COMPACT.fullmatch(text):
        text = f"{text[:8]}T{text[8:]}Z"
    elif (found := _RFC3339.fullmatch(text)) is None:
        return None
    elif found[3] is None:
        text += "Z"
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_time(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as results carry it: ``2026-09-01T18:50:20+00:00``."""
    return moment.astimezone(UTC).isoformat() if moment is not None else None


def zulu(moment: datetime) -> str:
    """``yyyy-MM-ddTHH:mm:ssZ``: the form Alibaba signs and filters by."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def compact_zulu(moment: datetime) -> str:
    """``yyyyMMddTHHmmssZ``: the form Huawei signs."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds, or ``None`` where a fact is missing or the two contradict each other."""
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()
