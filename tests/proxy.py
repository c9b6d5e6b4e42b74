# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""An HTTP proxy for tests: it requires a password, forwards plain requests and tunnels TLS."""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import threading
from base64 import b64encode
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

_HOP = ("connection", "proxy-authorization", "proxy-connection")  # between two neighbours


class Proxy:
    """A proxy that listens on loopback, in a thread of its own.

    :param user: the only user that it serves, with a password.
    :param certificate: PEM file with a certificate and its key, with which clients use TLS to the proxy.
    :ivar asked: method and target of every request that it was sent, before it looks for a password.
    """

    def __init__(self, user: str = "user", password: str = "s3cret", certificate: Path | None = None) -> None:
        self.requested: list[tuple[str, str]] = []
        self.user = user
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._server.expected = "Basic " + b64encode(f"{user}:{password}".encode("latin-1")).decode()
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "https" if certificate else "http"
        self._password = password
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def url(self, password: str | None = None) -> str:
        """As a connection names it.

        :param password: another one than is right.
        """
        secret = quote(self._password if password is None else password, safe="")
        return f"{self._scheme}://{self.user}:{secret}@127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    proxy: Proxy
    expected: str
    daemon_threads = True
    block_on_close = False  # kept connections end with the test's process

    def handle_error(self, *_: object) -> None:
        """Print nothing: in some tests the client goes away, or refuses the certificate."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_CONNECT(self) -> None:
        if not self._admitted():
            return
        host, _, port = self.path.rpartition(":")
        try:
            peer = socket.create_connection((host, int(port)), timeout=10)
        except OSError:
            self._refuse(502)
            return
        with peer:
            self.send_response_only(200, "Connection established")
            self.end_headers()
            with suppress(OSError):
                _relay(self.connection, peer)
        self.close_connection = True

    def do_GET(self) -> None:
        if not self._admitted():
            return
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        try:
            connection.putrequest(
                self.command, self.path.partition(parts.netloc)[2], skip_host=True, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                if name.lower() not in _HOP:
                    connection.putheader(name, value)
            connection.endheaders(body)
            self._pass_on(connection.getresponse())
        except OSError:
            self._refuse(502)
        finally:
            connection.close()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - http.server looks for these names

    def _pass_on(self, response: http.client.HTTPResponse) -> None:
        body = response.read()
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in {*_HOP, "content-length", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _admitted(self) -> bool:
        self.server.proxy.requested.append((self.command, self.path))
        if self.headers.get("Proxy-Authorization") == self.server.expected:
            return True
        self._refuse(407)
        return False

    def _refuse(self, status: int) -> None:
        """Refuse the request with an answer that repeats its headers, as some proxies do."""
        self.close_connection = True
        page = f"<html>{self.requestline} {self.headers.get('Proxy-Authorization')}</html>".encode()
        self.send_response_only(status)
        self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Until one of them has no more to say. A TLS record is shorter than what is read at once: none is left unseen."""
    while True:
        for end in select.select([one, other], [], [])[0]:
            data = end.recv(65536)
            if not data:
                return
            (other if end is one else one).sendall(data)
