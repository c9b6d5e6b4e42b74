"""A transport that compares this machine's clock with the dates of answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ..core.http import HttpRequest, HttpResponse, Transport

_HALF_SECOND = timedelta(seconds=0.5)


class Comparing:
    """Hands requests on.

    :param opened: gives what really sends; asked at the first request.
    :param now: this machine's clock.
    :ivar skew: seconds that the other side is ahead, as told by the fastest answer; ``None`` before a dated one.
    """

    def __init__(self, opened: Callable[[], Transport], now: Callable[[], datetime]) -> None:
        self._opened, self._now = opened, now
        self._transport: Transport | None = None
        self._fastest: timedelta | None = None
        self.skew: float | None = None

    def send(self, request: HttpRequest) -> HttpResponse:
        """:raises TransportError: when no answer came."""
        self._transport = self._transport or self._opened()
        begun = self._now()
        response = self._transport.send(request)
        self._compare(begun, self._now(), response.headers.get("date"))
        return response

    def _compare(self, begun: datetime, ended: datetime, date: str | None) -> None:
        theirs = _read(date)
        took = ended - begun
        if theirs is None or (self._fastest is not None and took >= self._fastest):
            return
        self._fastest = took
        # Dates of HTTP have no fractions: on average half a second is cut off. They were written about half-way.
        self.skew = (theirs + _HALF_SECOND - (begun + took / 2)).total_seconds()


def _read(date: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
