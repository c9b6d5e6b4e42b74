"""Requests over ``requests``: for workers, which block anyway. Nothing else in the package imports it."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import requests
import urllib3

from ..core.account import HttpOptions
from ..core.errors import TransportError, UnreadableResponse
from ..core.http import HttpRequest, HttpResponse
from . import MAX_BODY, USER_AGENT

_CHUNK = 64 * 1024


class BlockingTransport:
    """Sends one request at a time over kept connections. Not for several threads: ``Session`` is not.

    :param options: timeout, TLS verification, proxy.
    """

    def __init__(self, options: HttpOptions | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._options = options or HttpOptions()
        self._clock = clock
        self._session = requests.Session()
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
        deadline = self._clock() + self._options.timeout
        try:
            with self._session.send(
                _prepared(request),
                timeout=self._options.timeout,
                verify=self._options.verify,
                proxies={"http": self._options.proxy, "https": self._options.proxy} if self._options.proxy else {},
                allow_redirects=False,  # a signature does not survive another host or path
                stream=True,
            ) as response:
                body = self._body(response, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # `from None`, and only the type's name: RPC signatures travel in URLs, and requests prints URLs.
            raise TransportError(f"no answer from {request.host}: {type(error).__name__}") from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status_code, headers, body)

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        """Within the total timeout (the library's own only limits the gap between two bytes) and the cap."""
        body = bytearray()
        # read1 gives what has come: `iter_content` would wait for a full chunk, and a dripping server could stretch it.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > MAX_BODY:
                raise UnreadableResponse(response.status_code, f"more than {MAX_BODY} bytes")
            if self._clock() > deadline:
                raise requests.Timeout
        return bytes(body)


def _prepared(request: HttpRequest) -> requests.PreparedRequest:
    prepared = requests.PreparedRequest()
    prepared.prepare(method=request.method, url=request.origin, data=request.body)
    # Set as they are: what was signed is what is sent, with no second quoting and no reordering.
    prepared.url = request.url
    for name, value in (("User-Agent", USER_AGENT), *request.headers):
        # Bytes: a header may be UTF-8, and str would be sent as Latin-1.
        prepared.headers[name] = value.encode()  # type: ignore[assignment]  # typed for str, made for both
    return prepared
