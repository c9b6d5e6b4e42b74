"""Requests over ``requests``: for workers, which block anyway. Nothing else in the package imports it."""

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
    """Sends one request at a time over kept connections. Not for several threads: ``Session`` is not.

    The total timeout does not cover what only the system can end, the look-up of a name; and where connecting to one
    of a name's addresses uses it up, the next address gets as much again.

    :param options: timeout, TLS verification, proxy.
    :param clock: monotonic seconds, for the total timeout.
    :raises ConfigError: when ``verify`` names no readable certificates.
    """

    def __init__(self, options: HttpOptions | None = None, *, clock: Monotonic = time.monotonic) -> None:
        self._options = options or HttpOptions()
        if isinstance(self._options.verify, str):
            trusting(self._options.verify)  # requests would call an unreadable file a network error, at every attempt
        proxy = self._options.proxy
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._clock = clock
        self._deadline = 0.0
        self._session = _Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._left))
        # Only the connection says which proxy, which certificates; nor may a .netrc replace our Authorization.
        self._session.trust_env = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def send(self, request: HttpRequest) -> HttpResponse:
        """One attempt.

        :raises TransportError: when no answer came.
        :raises UnreadableResponse: when the answer is larger than the cap.
        """
        self._deadline = self._clock() + self._options.timeout
        try:
            with self._session.send(
                _prepared(request),
                timeout=self._options.timeout,
                verify=self._options.verify,
                proxies={} if request.direct else self._proxies,
                allow_redirects=False,  # a signature does not survive another host or path
                stream=True,
            ) as response:
                body = _body(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # A header that cannot be sent is a ValueError. `from None`: what the libraries say may be secret.
            raise no_answer(request, error, trouble(error, _TROUBLES)) from None
        if response.status_code == PROXY_REFUSED:
            raise proxy_refused(request)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status_code, headers, body)

    def _left(self) -> float:
        left = self._deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


class _Session(requests.Session):
    """One that never looks where a redirect leads: to find that out, requests would read its whole body."""

    def get_redirect_target(self, *_response: Any) -> None:
        return None


class _Adapter(HTTPAdapter):
    """Connections that read their answers, a proxy's included, through :class:`_Timed`."""

    def __init__(self, left: Callable[[], float]) -> None:
        super().__init__()
        self._left = left

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if pool.ConnectionCls.response_class != self._answer:  # pools are kept, and come by again
            pool.ConnectionCls = type("Connection", (pool.ConnectionCls,), {"response_class": self._answer})
        return pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # By the scheme of the connection, which may be a proxy's: by the URL's, requests would trust any proxy.
        verify_at: Any = super().cert_verify  # untyped
        verify_at(conn, "https://" if conn.scheme == "https" else url, verify, cert)

    def _answer(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        timed: Any = _Timed(sock, self._left)
        return http.client.HTTPResponse(timed, *args, **kwargs)


class _Timed(io.RawIOBase):
    """A socket to read from, each read within what is left of the total timeout.

    The library's own timeout only limits the gap between two bytes; a server that drips could stretch it for hours.
    """

    def __init__(self, sock: socket.socket, left: Callable[[], float]) -> None:
        self._sock, self._left = sock, left
        self._file = sock.makefile("rb", buffering=0)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """All that ``http.client`` asks of a socket it reads from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        usual = self._sock.gettimeout()
        self._sock.settimeout(self._left())
        try:
            return self._file.readinto(buffer)
        finally:
            self._sock.settimeout(usual)  # for the sending of the next request

    def close(self) -> None:
        self._file.close()
        super().close()


# The first that fits any of the causes: what a proxy or TLS meets has causes of the later sorts.
_TROUBLES: Sorts = (
    ("proxy", (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)),
    ("TLS", (ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError)),
    ("DNS", (socket.gaierror, urllib3.exceptions.NameResolutionError)),
    ("refused", (ConnectionRefusedError,)),
    ("timeout", (TimeoutError, requests.exceptions.Timeout)),  # urllib3 calls also a refusal a timeout
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
    # Set as they are: what was signed is what is sent, with no second quoting and no reordering.
    prepared.url = request.url
    for name, value in (*HEADERS, *request.headers):
        # Bytes: a header may be UTF-8, and str would be sent as Latin-1.
        prepared.headers[name] = value.encode()  # type: ignore[assignment]  # typed for str, made for both
    return prepared
