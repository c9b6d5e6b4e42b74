# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A transport that compares this machine's clock with the dates of answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..clock import told_date
from ..core.http import HttpRequest, HttpResponse, Transport
from ..core.times import Clock

_HALF_SECOND = timedelta(seconds=0.5)


class Comparing:
    """Passes requests to another transport.

    :param transport: sends them.
    :param now: this machine's clock.
    :ivar skew: seconds that the server's clock is ahead, by the fastest answer; ``None`` before the first dated one.
    """

    def __init__(self, transport: Transport, now: Clock) -> None:
        self._transport, self._now = transport, now
        self._fastest: timedelta | None = None
        self.skew: float | None = None

    def send(self, request: HttpRequest) -> HttpResponse:
        """:raises TransportError: when no answer came."""
        begun = self._now()
        response = self._transport.send(request)
        self._compare(begun, self._now(), told_date(response))
        return response

    def _compare(self, begun: datetime, ended: datetime, theirs: datetime | None) -> None:
        took = ended - begun
        if theirs is None or (self._fastest is not None and took >= self._fastest):
            return
        self._fastest = took
        # HTTP dates are truncated to seconds, by half a second on average, and written about half-way through.
        self.skew = (theirs + _HALF_SECOND - (begun + took / 2)).total_seconds()
