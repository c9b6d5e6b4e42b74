# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Runs exchanges: signs, sends and checks each request. The only module with a sync and an async variant."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from .clock import TOLERATED, VendorClock, passing
from .core.account import Account, Credentials
from .core.errors import AuthError, ConfigError, LookCut, MediaJobsError, Throttled
from .core.http import AsyncTransport, HttpRequest, HttpResponse, Transport, percent_encode
from .core.job import WaitReport
from .core.kind import Exchange
from .core.vendor import Vendor
from .credential_cache import CachedCredentials

T = TypeVar("T")


def new_nonce() -> str:
    """A new random nonce: 32 hex digits."""
    return secrets.token_hex(16)


@dataclass(slots=True)
class Client:
    """Runs exchanges for one account.

    :param clock: by which requests are dated; read for each one.
    :param nonce: returns a new nonce for each request.
    :param report: counts calls, throttles and other retryable failures, except those of fetching credentials.
    :param gate: awaited by :meth:`arun` with each request before it is signed, so that the date is not stale.
    :param before: called by :meth:`run` with each request before it is signed; its errors are thrown into the exchange
        like those of requests.
    :param cached: credentials that several clients share, for an account with a credential provider; by default the
        client has its own.
    :param mask: called with each new secret before it is used, so that no log shows it.
    :param amask: as ``mask``, for :meth:`arun`.
    :ivar origin: origin of the last request.
    """

    vendor: Vendor
    account: Account
    clock: VendorClock = field(default_factory=VendorClock)
    nonce: Callable[[], str] = new_nonce
    report: WaitReport = field(default_factory=WaitReport)
    gate: Callable[[HttpRequest], Awaitable[None]] | None = None
    before: Callable[[HttpRequest], None] | None = None
    cached: CachedCredentials | None = None
    mask: Callable[[str], None] | None = None
    amask: Callable[[str], Awaitable[None]] | None = None
    _hidden: set[str] = field(default_factory=set, init=False, repr=False)
    origin: str = field(default="", init=False)

    def __post_init__(self) -> None:
        provider = self.account.credential_provider
        self._hidden.update(
            self.account.credentials.secrets, self.account.http.secrets, provider.secrets if provider else ()
        )

    def run(self, exchange: Exchange[T], transport: Transport) -> T:
        """Run an exchange, blocking.

        :raises MediaJobsError: an error that the exchange does not handle.
        """
        try:
            request = next(exchange)
            while True:
                try:
                    response = self._answer(request, transport)
                except MediaJobsError as error:
                    request = exchange.throw(error)
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
                try:
                    response = await self._aanswer(request, transport)
                except MediaJobsError as error:
                    request = exchange.throw(error)
                else:
                    request = self._fed(exchange, response)
        except StopIteration as end:
            result: T = self._kept(end.value)
            return result

    # --- one request --------------------------------------------------------------------------------------------

    def _answer(self, request: HttpRequest, transport: Transport) -> HttpResponse:
        attempt = _Attempt(self, request)
        while True:
            try:
                keys = self._keys(transport)
                if self.before is not None:
                    self.before(request)
                return attempt.read(transport.send(attempt.signed(keys)))
            except MediaJobsError as error:
                if not attempt.cured(self._counted(error)):
                    raise

    async def _aanswer(self, request: HttpRequest, transport: AsyncTransport) -> HttpResponse:
        attempt = _Attempt(self, request)
        while True:
            try:
                keys = await self._akeys(transport)
                if self.gate is not None:
                    await self.gate(request)
                return attempt.read(await transport.asend(attempt.signed(keys)))
            except MediaJobsError as error:
                if not attempt.cured(self._counted(error)):
                    raise

    def _fed(self, exchange: Exchange[T], response: HttpResponse) -> HttpRequest:
        try:
            return exchange.send(response)
        except MediaJobsError as error:  # the response was fine, but the exchange could not read it
            self._counted(error)
            raise

    def _kept(self, result: Any) -> Any:
        """The exchange's result, with secrets removed from the errors that it holds as answers about single jobs."""
        if isinstance(result, Mapping):
            for answer in result.values():
                if isinstance(answer, MediaJobsError):
                    answer.scrub(self._hide)
        return result

    # --- credentials --------------------------------------------------------------------------------------------

    def _keys(self, transport: Transport) -> Credentials:
        provider = self.account.credential_provider
        if provider is None:
            return self.account.credentials
        cached = self.cached = self.cached or CachedCredentials()

        def ask() -> Credentials:
            text = _text(provider.file)
            asker = self._asker(text)
            found = asker.run(provider.fetch(self.account, text), transport)
            cached.off = self.clock.off(asker.origin)
            if self.mask is not None:
                for secret in found.secrets:
                    self.mask(secret)
            return found

        return self._using(cached.get(lambda: self.clock.now() + cached.off, ask, passing(self.clock.now)))

    async def _akeys(self, transport: AsyncTransport) -> Credentials:
        provider = self.account.credential_provider
        if provider is None:
            return self.account.credentials
        cached = self.cached = self.cached or CachedCredentials()

        async def ask() -> Credentials:
            text = await asyncio.to_thread(_text, provider.file) if provider.file else ""
            asker = self._asker(text)
            found = await asker.arun(provider.fetch(self.account, text), transport)
            cached.off = self.clock.off(asker.origin)
            if self.amask is not None:
                for secret in found.secrets:
                    await self.amask(secret)
            return found

        keys = await cached.aget(lambda: self.clock.now() + cached.off, ask, passing(self.clock.now))
        return self._using(keys)

    def _using(self, keys: Credentials) -> Credentials:
        self._hidden.update(keys.secrets)
        return keys

    def _asker(self, text: str) -> Client:
        """The client that fetches temporary credentials: with the connection's own ones, and without quotas.

        Its account has no project: the jobs' project may belong to another account than the connection's key.

        :param text: content of the provider's file, which is sent and must be hidden in errors.
        """
        account = replace(self.account, credential_provider=None, project_id=None)
        asker = Client(self.vendor, account, self.clock, self.nonce)
        asker._hidden |= self._hidden | {text} - {""}
        return asker

    # --- errors -------------------------------------------------------------------------------------------------

    def _counted(self, error: MediaJobsError) -> MediaJobsError:
        if isinstance(error, Throttled):
            self.report.throttled += 1
        elif error.retryable and not isinstance(error, LookCut):  # not sent, so not counted
            self.report.retried += 1
        error.scrub(self._hide)
        return error

    def _hide(self, text: str) -> str:
        """A text without secrets: a signature mismatch repeats the string to sign, which may hold a token."""
        for secret in sorted(self._hidden, key=len, reverse=True):  # longest first: one may be part of another
            once = percent_encode(secret)  # percent-encoded once, and twice as in HMAC-SHA1's string to sign
            for form in (secret, once, percent_encode(once), json.dumps(secret)[1:-1]):
                text = text.replace(form, "***")
        return text


class _Attempt:
    """One request with at most one repetition, after a corrected clock or renewed credentials.

    Not more often, since vendors lock a key that was refused five times in a row.
    """

    def __init__(self, client: Client, request: HttpRequest) -> None:
        self._client = client
        self._request = request
        self._keys: Credentials | None = None
        self._cured = False
        client.origin = request.origin

    def signed(self, keys: Credentials) -> HttpRequest:
        """The signed request, dated now."""
        client, request = self._client, self._request
        client.report.calls += 1
        self._keys, self._sent, self._off = keys, client.clock.now(), client.clock.off(request.origin)
        account = client.account
        if keys is not account.credentials:
            account = replace(account, credentials=keys)
        return client.vendor.sign(request, account, self._sent + self._off, client.nonce())

    def read(self, response: HttpResponse) -> HttpResponse:
        """Check the response.

        :raises MediaJobsError: the error that it means.
        """
        # Not from other content than JSON: a proxy's page has the proxy's date.
        if response.body.lstrip()[:1] == b"{":
            self._client.clock.heard(self._request.origin, response, self._sent)
        self._client.vendor.check(response, self._request)
        return response

    def cured(self, error: MediaJobsError) -> bool:
        """Whether to send the request again, because the date or the credentials have changed since it was refused."""
        keys, self._keys = self._keys, None
        if self._cured or keys is None or not isinstance(error, AuthError):
            return False
        cached = self._client.cached
        if not keys.auth_token and self._was_misdated():
            self._cured = True
        elif self._client.account.credential_provider is not None and cached is not None:
            cached.refused(keys)
            self._cured = True
        return self._cured

    def _was_misdated(self) -> bool:
        return abs(self._client.clock.off(self._request.origin) - self._off) > TOLERATED


def _text(path: str | None) -> str:
    """Content of the file that a provider needs.

    :raises ConfigError: when it cannot be read.
    """
    if path is None:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"the token file {path!r} cannot be read ({type(error).__name__}); mount it, or correct its path"
        ) from None
