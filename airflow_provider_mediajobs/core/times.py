"""The vendors' two ways to write a time, read into aware UTC datetimes.

A time is a fact for the result, never a reason to fail a look: what cannot be read is ``None``.
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
_MOST_STEP_S = 1e10  # three hundred years


def parse_time(value: Any) -> datetime | None:
    """RFC 3339 (``2020-09-01T18:50:20Z``) or compact UTC (``20200901185020``, which Huawei sends as a number, too).

    The compact form is UTC: so its page says. Another text without an offset is no instant: the pages print a ``Z``,
    and neighbouring operations of Alibaba print Beijing's time without any. Neither is a bare date or time.
    """
    text = value.strip() if isinstance(value, str) else str(value) if _is_number(value) else ""
    return _read(text) if len(text) <= _LONGEST_KEPT else _read.__wrapped__(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> datetime | None:
    """Kept, since a job's times are the same at every look; and so is the one object for all who keep it."""
    try:
        if _ZULU.fullmatch(text):
            return datetime.fromisoformat(text)
        if _COMPACT.fullmatch(text):
            return datetime.fromisoformat(f"{text[:8]}T{text[8:14]}Z")
        # Nothing else reaches the library, which takes "now" for the present and breaks off at "0:".
        return _parsed(text) if re.fullmatch(_RFC3339, text) else None
    except (ValueError, OverflowError):
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e14  # of a longer one not even the text is wanted


def _parsed(text: str) -> datetime:
    """What the vendors' pages do not show but RFC 3339 allows; fifty times slower than those."""
    import pendulum  # here, not above: `import airflow.sdk` discovers this package and must stay light

    parsed = cast("pendulum.DateTime", pendulum.parse(text))  # the pattern lets no bare date, time or duration through
    # A plain datetime: pendulum's own loses a zone of the standard library's as soon as seconds are added.
    return datetime.fromtimestamp(parsed.int_timestamp, UTC).replace(microsecond=parsed.microsecond)


@lru_cache(maxsize=16)  # of whole seconds, in which many answers may come
def http_date(text: str) -> datetime | None:
    """A date of HTTP's headers (``Tue, 01 Sep 2026 18:50:20 GMT``)."""
    from email.utils import parsedate_to_datetime  # here, not above: importing a sensor in a DAG file must not load it

    try:
        date = parsedate_to_datetime(text)
        # "-0000" is what the library calls naive.
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
    """``yyyy-MM-ddTHH:mm:ss.ffffffZ``: the form in which Huawei's IAM tells ends of lives."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compact_zulu(moment: datetime) -> str:
    """``yyyyMMddTHHmmssZ``: the form Huawei signs."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds, or ``None`` where a fact is missing or the two contradict each other."""
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


def clock_step(value: Any) -> float:
    """By how many seconds a clock was set, as another process has told it.

    :raises ValueError: for what is no such number.
    """
    # The type itself: true is no number. In this form, what is not a number is refused too.
    if type(value) not in (int, float) or not abs(value) < _MOST_STEP_S:
        raise ValueError(f"no clock is set by {value!r} s")
    return float(value)
