# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Sends requests on the triggerer's event loop, by the library ``aiohttp``, which no other module imports."""

from __future__ import annotations

import socket
import ssl
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from ..core.account import HttpOptions
from ..core.http import HttpRequest, HttpResponse
from . import HEADERS, PROXY_REFUSED, Sorts, check_size, decompressed, no_answer, proxy_refused, trouble, trusting


class NonblockingTransport:
    """Sends requests over persistent connections, all on one event loop, on which it must be closed.

    :param options: timeout, TLS verification, proxy.
    :raises ConfigError: ``verify`` names no readable certificates.
    """

    def __init__(self, options: HttpOptions | None = None) -> None:
        self._options = options or HttpOptions()
        self._session: aiohttp.ClientSession | None = None
        verify = self._options.verify
        self._tls = trusting(verify) if isinstance(verify, str) else verify

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the network connections."""
        if self._session is not None:
            await self._session.close()

    async def asend(self, request: HttpRequest) -> HttpResponse:
        """Send a request once.

        :raises TransportError: no answer came.
        :raises UnreadableResponse: the answer is too large, or cannot be decompressed.
        """
        try:
            async with self._open().request(
                request.method,
                URL(request.url, encoded=True),  # unchanged: what is sent must be what was signed
                headers=[*HEADERS, *request.headers],
                data=request.body or None,
                skip_auto_headers=("Content-Type",),  # with one that is not signed, a POST is refused
                proxy=None if request.direct else self._options.proxy,
                ssl=self._tls,
                allow_redirects=False,  # a signature is not valid for another host or path
            ) as response:
                body = await _body(response)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # A timeout is an OSError, a header or host that cannot be sent a ValueError. `from None`: the libraries'
            # messages may be secret.
            raise no_answer(request, error, self._trouble(error)) from None
        if response.status == PROXY_REFUSED:
            raise proxy_refused(request)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status, headers, body)

    def _trouble(self, error: BaseException) -> str | None:
        """Return the kind of a failure, if it is known."""
        proxy = self._options.proxy
        if proxy is not None and isinstance(error, aiohttp.ClientConnectorError):
            to = URL(proxy)  # aiohttp reports a wrong name or certificate of a proxy like that of any host
            if (error.host, error.port) == (to.host, to.port):
                return "proxy"
        return trouble(error, _TROUBLES)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:  # not in __init__: a session belongs to the event loop on which it is made
            # A short keep-alive: gateways close idle connections, and a request that is sent meanwhile is lost.
            connector = aiohttp.TCPConnector(keepalive_timeout=15)
            timeout = aiohttp.ClientTimeout(total=self._options.timeout)
            jar = aiohttp.DummyCookieJar()  # no cookies: neither vendor uses any
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=jar, trust_env=False, auto_decompress=False
            )
        return self._session


# In this order, since failures of a proxy or of TLS also have causes of the later kinds.
_TROUBLES: Sorts = (
    ("proxy", (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError)),
    ("TLS", (ssl.SSLError, aiohttp.ClientSSLError)),
    ("DNS", (socket.gaierror, aiohttp.ClientConnectorDNSError)),
    ("refused", (ConnectionRefusedError,)),
    ("timeout", (TimeoutError,)),
)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        check_size(response.status, len(body))
    return decompressed(response.status, response.headers.get("Content-Encoding", ""), bytes(body))
