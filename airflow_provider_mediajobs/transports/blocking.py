# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Sends requests on workers, by the library ``requests``, which no other module imports."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import requests
import urllib3
from requests.adapters import HTTPAdapter

from ..core.account import HttpOptions
from ..core.http import HttpRequest, HttpResponse
from ..core.times import Monotonic
from . import HEADERS, PROXY_REFUSED, Sorts, check_size, decompressed, no_answer, proxy_refused, trouble, trusting

_CHUNK = 64 * 1024


class BlockingTransport:
    """Sends one request at a time over persistent connections. Not thread-safe, like ``Session``.

    The total timeout does not cover the look-up of a host's name, which only the operating system can end. If
    connecting to one of a host's addresses uses it up, the next address gets as much again.

    :param options: timeout, TLS verification, proxy.
    :param clock: monotonic seconds, for the total timeout.
    :raises ConfigError: ``verify`` names no readable certificates.
    """

    def __init__(self, options: HttpOptions | None = None, *, clock: Monotonic = time.monotonic) -> None:
        self._options = options or HttpOptions()
        if isinstance(self._options.verify, str):
            trusting(self._options.verify)  # requests reports an unreadable file as a network error, at every attempt
        proxy = self._options.proxy
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._clock = clock
        self._deadline = 0.0
        self._session = _Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._left))
        # Only the connection sets proxy and certificates, and a .netrc must not replace the Authorization header.
        self._session.trust_env = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the network connections."""
        self._session.close()

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send a request once.

        :raises TransportError: no answer came.
        :raises UnreadableResponse: the answer is too large, or cannot be decompressed.
        """
        self._deadline = self._clock() + self._options.timeout
        try:
            with self._session.send(
                _prepared(request),
                timeout=self._options.timeout,
                verify=self._options.verify,
                proxies={} if request.direct else self._proxies,
                allow_redirects=False,  # a signature is not valid for another host or path
                stream=True,
            ) as response:
                body = _body(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # A header that cannot be sent is a ValueError. `from None`: the libraries' messages may be secret.
            raise no_answer(request, error, trouble(error, _TROUBLES)) from None
        if response.status_code == PROXY_REFUSED:
            raise proxy_refused(request)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status_code, headers, body)

    def _left(self) -> float:
        """Return what is left of the total timeout in seconds.

        :raises TimeoutError: nothing is left.
        """
        left = self._deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


class _Session(requests.Session):
    """A session that does not look at redirects: ``requests`` would read the whole body of one first, of any size."""

    def get_redirect_target(self, *_response: Any) -> None:
        return None


class _Adapter(HTTPAdapter):
    """An adapter whose connections read all answers, those of a proxy included, through :class:`_Timed`."""

    def __init__(self, left: Callable[[], float]) -> None:
        super().__init__()
        self._left = left

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if pool.ConnectionCls.response_class != self._answer:  # pools are cached and may be patched already
            pool.ConnectionCls = type("Connection", (pool.ConnectionCls,), {"response_class": self._answer})
        return pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # By the scheme of the connection, which may be a proxy's. By that of the URL, requests would not verify an
        # https proxy.
        verify_at: Any = super().cert_verify  # untyped
        verify_at(conn, "https://" if conn.scheme == "https" else url, verify, cert)

    def _answer(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        timed: Any = _Timed(sock, self._left)
        return http.client.HTTPResponse(timed, *args, **kwargs)


class _Timed(io.RawIOBase):
    """A socket whose reads each end within what is left of the total timeout.

    The library's own timeout limits only the gap between two bytes: a slow server could keep a read going for hours.
    """

    def __init__(self, sock: socket.socket, left: Callable[[], float]) -> None:
        self._sock, self._left = sock, left
        self._file = sock.makefile("rb", buffering=0)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the file to read from. ``http.client`` uses no other method of a socket for reading."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        usual = self._sock.gettimeout()
        self._sock.settimeout(self._left())
        try:
            return self._file.readinto(buffer)
        finally:
            self._sock.settimeout(usual)  # it is needed for sending the next request

    def close(self) -> None:
        self._file.close()
        super().close()


# In this order, since failures of a proxy or of TLS also have causes of the later kinds.
_TROUBLES: Sorts = (
    ("proxy", (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)),
    ("TLS", (ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError)),
    ("DNS", (socket.gaierror, urllib3.exceptions.NameResolutionError)),
    ("refused", (ConnectionRefusedError,)),
    ("timeout", (TimeoutError, requests.exceptions.Timeout)),  # after "refused", which urllib3 calls a timeout, too
)


def _body(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.raw.stream(_CHUNK, decode_content=False):
        body += chunk
        check_size(response.status_code, len(body))
    return decompressed(response.status_code, response.headers.get("Content-Encoding", ""), bytes(body))


def _prepared(request: HttpRequest) -> requests.PreparedRequest:
    prepared = requests.PreparedRequest()
    prepared.prepare(method=request.method, url=request.origin, data=request.body)
    # Not by prepare(), which quotes and reorders: the URL that is sent must be the one that was signed.
    prepared.url = request.url
    for name, value in (*HEADERS, *request.headers):
        # As bytes, since a header may be UTF-8; a str would be sent as Latin-1.
        prepared.headers[name] = value.encode()  # type: ignore[assignment]  # typed for str, but accepts both
    return prepared
