# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Requests and responses as values, and the percent-encoding that signatures and URLs share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from . import storable
from .errors import UnreadableResponse

Pairs = tuple[tuple[str, str], ...]

_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")


def percent_encode(text: str) -> str:
    """RFC 3986: everything but ``A-Z a-z 0-9 - _ . ~`` becomes ``%XX``; a space is ``%20``, never ``+``."""
    if text.isalnum() and text.isascii():  # the usual case for ids, of which a look has many
        return text
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="~")


def encode_query(pairs: Pairs) -> str:
    """``name=value`` joined with ``&``, in the order given; an empty value keeps its ``=``."""
    return "&".join([f"{percent_encode(name)}={percent_encode(value)}" for name, value in pairs])


@dataclass(slots=True)  # treated as immutable; with frozen=True, creating one takes six times as long
class HttpRequest:
    """One request, before or after signing.

    :param method: upper case.
    :param origin: scheme, host and, when not the default, port: ``https://vod.cn-shanghai.aliyuncs.com``.
    :param path: percent-encoded, as it is sent.
    :param query: raw names and values; names may repeat.
    :param headers: names and values; none of them is secret until the request is signed.
    :param body: the exact bytes that are hashed and sent.
    :param unsigned: whether it is sent without a signature, because it authenticates otherwise or not at all.
    :param direct: whether it bypasses the proxy, being for a service of this machine.
    :param foreign: whether it is for an operation that this package does not model: only the caller can tell what a
        success of it looks like.
    :param product: the vendor's product whose rate limit it counts against; empty for none.
    """

    method: str
    origin: str
    path: str = "/"
    # repr=False: once signed, query, headers and body may hold a signature or a token.
    query: Pairs = field(default=(), repr=False)
    headers: Pairs = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    unsigned: bool = field(default=False, repr=False)
    direct: bool = field(default=False, repr=False)
    foreign: bool = field(default=False, repr=False)
    product: str = field(default="", repr=False, compare=False)

    @property
    def host(self) -> str:
        """The ``Host`` header: what both vendors sign."""
        return self.origin.partition("://")[2]

    @property
    def url(self) -> str:
        """Exactly what goes on the wire. Transports must not re-quote it: it is what was signed."""
        query = encode_query(self.query)
        return f"{self.origin}{self.path}" + (f"?{query}" if query else "")

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(slots=True)  # treated as immutable, as requests are
class HttpResponse:
    """One HTTP response.

    :param headers: names in lower case.
    """

    status: int
    # repr=False: an identity service hands out keys in the body, or a token in a header.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    _read: list[dict[str, Any]] = field(default_factory=list, init=False, repr=False, compare=False)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, read once.

        :raises UnreadableResponse: for HTML, truncated JSON, JSON that is not an object, or JSON with too many values.
        """
        if self._read:
            return self._read[0]
        try:
            value = storable.decoded(self.body.decode("utf-8-sig", "surrogateescape"))  # invalid UTF-8 is replaced
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise UnreadableResponse(self.status, self.body)
        self._read.append(value)
        return value


class Transport(Protocol):
    """Sends one request and waits for its answer, blocking."""

    def send(self, request: HttpRequest) -> HttpResponse:
        """:raises TransportError: when no answer came."""
        ...


class AsyncTransport(Protocol):
    """Sends one request and awaits its answer, on an event loop."""

    async def asend(self, request: HttpRequest) -> HttpResponse:
        """:raises TransportError: when no answer came."""
        ...
