# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""An HTTP server for an emulated world, on a loopback port: for the vendors' own SDKs, demos and other processes."""

from __future__ import annotations

import ipaddress
import select
import socket
import struct
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

from ..core.errors import ParameterError
from ..core.http import HttpRequest, HttpResponse
from .control import PREFIX, control
from .faults import BodyCutShort, ConnectionBroken, NoAnswer
from .world import World

_LARGEST_BODY = 1024 * 1024
_NO_LINGER = struct.pack("ii", 1, 0)  # close by RST instead of FIN


class EmulatorServer:
    """Serves an emulated world over HTTP from a thread of its own.

    ::

        with EmulatorServer(world) as server:
            print(server.url)

    :param host: an IPv4 loopback address or ``localhost``: the emulator is not meant to be reached from a network.
    :param port: 0 takes any free one.
    :param hang_seconds: longest time for which a ``hang`` fault keeps a connection open.
    :raises ParameterError: for an address that is no IPv4 loopback address.
    :raises OSError: where the port cannot be bound.
    """

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0, *, hang_seconds: float = 300.0) -> None:
        self.world = world
        self._http = _LoopbackServer((_loopback(host), port), world, hang_seconds)
        self.host = str(self._http.server_address[0])
        self.port = int(self._http.server_address[1])
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="emulator", daemon=True)

    @property
    def url(self) -> str:
        """The server's base URL: scheme, host and port."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> Self:
        """Begin to serve, in a thread. The port is bound already when the server is created."""
        self._thread.start()
        return self

    def serve(self) -> None:
        """Serve, and return only when another thread has called :meth:`stop`."""
        self.start()
        self._thread.join()

    def stop(self) -> None:
        """Stop serving, and close the connections that are still open."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def _loopback(host: str) -> str:
    address = "127.0.0.1" if host == "localhost" else host
    try:
        allowed = ipaddress.IPv4Address(address).is_loopback
    except ValueError:
        allowed = False
    if not allowed:
        raise ParameterError(f"the emulator binds IPv4 loopback addresses only (127.0.0.1), not {host!r}")
    return address


class _LoopbackServer(ThreadingHTTPServer):
    """An HTTP server with one thread per connection. It keeps its open connections, to close them when it stops."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], world: World, hang_seconds: float) -> None:
        self.world = world
        self.hang_seconds = hang_seconds
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report errors, except those of clients that have closed their connection."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        self.stopping.set()
        super().server_close()
        with self._open_lock:
            for connection in self._open:
                _shut(connection)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # it has just ended by itself
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests from a connection, passes them to the world, writes its answers."""

    protocol_version = "HTTP/1.1"
    server_version = "mediajobs-emulator"
    disable_nagle_algorithm = True  # small answers on kept connections would wait 40 ms for an acknowledgement
    server: _LoopbackServer

    def do_GET(self) -> None:
        """Handle a request of any method: one to the control API, or one to a vendor."""
        body = self._body()
        path, _, query = self.path.partition("?")
        if body is not None and path.startswith(PREFIX):
            self._send(control(self.server.world, self.command, path, body))
        elif body is not None:
            self._serve(self._request(path, query, body))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET  # noqa: N815 - http.server looks for these names

    def _body(self) -> bytes | None:
        """The body, by its ``Content-Length``; ``None`` where the request was refused for its body."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
            self._send(HttpResponse(411, {"content-type": "text/plain"}, b"a body needs a Content-Length\n"))
            return None
        if int(length) > _LARGEST_BODY:
            self.close_connection = True
            self._send(HttpResponse(413, {"content-type": "text/plain"}, b"the body is too large\n"))
            return None
        return self.rfile.read(int(length))

    def _request(self, path: str, query: str, body: bytes) -> HttpRequest:
        """The request as received: path unchanged, query decoded (``+`` is a space: the vendor's SDK sends it so)."""
        return HttpRequest(
            method=self.command,
            origin=f"http://{self.headers.get('Host', '')}",
            path=path,
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers=tuple((name, _text(value)) for name, value in self.headers.items()),
            body=body,
        )

    def _serve(self, request: HttpRequest) -> None:
        try:
            self._send(self.server.world.handle(request))
        except ConnectionBroken:
            self._reset()
        except NoAnswer:
            self._hang()
        except BodyCutShort as cut:
            self.close_connection = True
            self._send(cut.response, cut=True)

    def _send(self, response: HttpResponse, *, cut: bool = False) -> None:
        # Not ``send_response``: it would add a second date, of its own clock.
        self.send_response_only(response.status)
        own = {"server": self.version_string(), "date": self.date_time_string()}
        for name, value in {**own, **response.headers}.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body[: len(response.body) // 2] if cut else response.body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        # Closed by its descriptor: the handler's files keep the socket object open, and ``shutdown`` would send FIN.
        socket.close(self.connection.detach())

    def _hang(self) -> None:
        """Keep the connection open until the client closes it, the server stops, or ``hang_seconds`` have passed."""
        self.close_connection = True
        over = time.monotonic() + self.server.hang_seconds
        while time.monotonic() < over and not self.server.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.05)
            # Whatever else the client sends is discarded: only an empty read shows that it has closed.
            if readable and not self.connection.recv(4096):
                return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Log nothing: Alibaba Cloud's URLs contain signatures. ``World.requests`` lists the requests."""


def _text(value: str) -> str:
    """A header's value, decoded as UTF-8 where possible: ``http.server`` decodes headers as Latin-1."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
