"""Drives an exchange: sign, send, check, feed back. The only place where sync and async differ."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from .core.account import Account
from .core.errors import LookCut, MediaJobsError, Throttled
from .core.http import AsyncTransport, HttpRequest, HttpResponse, Transport, percent_encode
from .core.job import WaitReport
from .core.kind import Exchange, Vendor

T = TypeVar("T")


def utc_now() -> datetime:
    """The clock requests are signed by."""
    return datetime.now(UTC)


def new_nonce() -> str:
    """32 hex digits, never the same twice."""
    return uuid.uuid4().hex


@dataclass(slots=True)
class Client:
    """Speaks for one account.

    :param now: the clock, read anew for every request: a date signed before a wait would be stale after it.
    :param nonce: gives a new one for every request.
    :param report: counts calls, throttles and other retryable failures.
    :param gate: awaited by :meth:`arun` before each request is signed: a date signed before the wait would be stale.
    :param before: the same for :meth:`run`; what it raises is thrown into the exchange, as errors of requests are.
    """

    vendor: Vendor
    account: Account
    now: Callable[[], datetime] = utc_now
    nonce: Callable[[], str] = new_nonce
    report: WaitReport = field(default_factory=WaitReport)
    gate: Callable[[], Awaitable[None]] | None = None
    before: Callable[[], None] | None = None

    def run(self, exchange: Exchange[T], transport: Transport) -> T:
        """Hold the conversation, blocking.

        :raises MediaJobsError: what the exchange does not handle itself.
        """
        try:
            request = next(exchange)
            while True:
                try:
                    if self.before is not None:
                        self.before()
                    response = self._read(transport.send(self._signed(request)))
                except MediaJobsError as error:
                    request = exchange.throw(self._counted(error))
                else:
                    request = self._fed(exchange, response)
        except StopIteration as end:
            result: T = self._kept(end.value)
            return result

    async def arun(self, exchange: Exchange[T], transport: AsyncTransport) -> T:
        """The same on an event loop."""
        try:
            request = next(exchange)
            while True:
                if self.gate is not None:
                    await self.gate()
                try:
                    response = self._read(await transport.asend(self._signed(request)))
                except MediaJobsError as error:
                    request = exchange.throw(self._counted(error))
                else:
                    request = self._fed(exchange, response)
        except StopIteration as end:
            result: T = self._kept(end.value)
            return result

    def _signed(self, request: HttpRequest) -> HttpRequest:
        self.report.calls += 1
        return self.vendor.sign(request, self.account, self.now(), self.nonce())

    def _read(self, response: HttpResponse) -> HttpResponse:
        self.vendor.check(response)
        return response

    def _fed(self, exchange: Exchange[T], response: HttpResponse) -> HttpRequest:
        try:
            return exchange.send(response)
        except MediaJobsError as error:  # the answer was no error, but the exchange could not read it
            self._counted(error)
            raise

    def _kept(self, result: Any) -> Any:
        """Errors that are answers of single jobs; those that an exchange made itself have not come by here."""
        if isinstance(result, Mapping):
            for answer in result.values():
                if isinstance(answer, MediaJobsError):
                    answer.scrub(self._hide)
        return result

    def _counted(self, error: MediaJobsError) -> MediaJobsError:
        if isinstance(error, Throttled):
            self.report.throttled += 1
        elif error.retryable and not isinstance(error, LookCut):  # that was never sent
            self.report.retried += 1
        error.scrub(self._hide)
        return error

    def _hide(self, text: str) -> str:
        """A signature mismatch echoes the server's string to sign: a token in it must not reach a log."""
        credentials = self.account.credentials
        for secret in (credentials.security_token, credentials.auth_token, credentials.secret_key):
            if secret:
                once = percent_encode(secret)  # as in a form; HMAC-SHA1's string to sign encodes it twice
                for form in (secret, once, percent_encode(once)):
                    text = text.replace(form, "***")
        return text
