# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what both transports do beside sending signed requests, each over a real socket.

Covers ``transports``, ``transports.blocking``, ``transports.nonblocking``.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import HttpOptions
from airflow_provider_mediajobs.core.errors import ConfigError, TransportError, UnreadableResponse
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.transports.blocking import BlockingTransport, _Timed
from airflow_provider_mediajobs.transports.nonblocking import NonblockingTransport

from .conftest import Send


class Peer:
    """Accepts connections, keeps what it is sent, answers each request with the next of the given bytes.

    :param drip: seconds between two bytes of an answer, where it has some.
    """

    def __init__(self) -> None:
        self.drip: float | None = None
        self.received: list[bytes] = []
        self.connections = 0
        self.answers: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._closed = threading.Event()
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # closed under it, at the end of a test
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            head, separator, body = received.partition(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            if not separator or len(body) < length:
                continue
            self.received.append(received)
            received = b""
            if self.answers:
                self._send(connection, self.answers.pop(0))

    def _send(self, connection: socket.socket, answer: bytes) -> None:
        if self.drip is None:
            connection.sendall(answer)
            return
        for byte in answer:
            connection.sendall(bytes([byte]))
            self._closed.wait(self.drip)

    def close(self) -> None:
        self._closed.set()
        for item in (self._socket, *self._open):
            item.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A socket that answers what it is told."""
    peer = Peer()
    yield peer
    peer.close()


def _answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def test_bytes_on_the_wire(send: Send, peer: Peer) -> None:
    """The target, the headers and the body arrive as they were given."""
    peer.answers = [_answer(b"{}")]
    request = HttpRequest(
        "POST",
        peer.origin,
        "/v1/a%2Fb/c",
        (("b", "2 +"), ("a", "~*"), ("a", "")),
        (("X-Sdk-Date", "20260102T030405Z"), ("X-Name", "é")),
        b'{"n": 1}',
    )

    send(request)

    head, _, body = peer.received[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /v1/a%2Fb/c?b=2%20%2B&a=~%2A&a= HTTP/1.1"
    assert b"X-Sdk-Date: 20260102T030405Z" in lines
    assert "X-Name: é".encode() in lines
    assert b"User-Agent: airflow-provider-mediajobs" in lines
    assert body == b'{"n": 1}'


def test_answer_as_a_value(send: Send, peer: Peer) -> None:
    """Status, headers in lower case, body."""
    peer.answers = [_answer(b'{"x": 1}', "418 Teapot", "X-Request-Id: r1\r\n")]

    response = send(HttpRequest("GET", peer.origin))

    assert response.status == 418
    assert response.headers["x-request-id"] == "r1"
    assert response.json() == {"x": 1}


def test_connections_are_kept(send: Send, peer: Peer) -> None:
    """Two requests, one connection."""
    peer.answers = [_answer(b"{}"), _answer(b"{}")]

    send(HttpRequest("GET", peer.origin), HttpRequest("GET", peer.origin))

    assert len(peer.received) == 2
    assert peer.connections == 1


def test_redirects_are_not_followed(send: Send, peer: Peer) -> None:
    """A signature does not survive another path."""
    peer.answers = [_answer(b"", "302 Found", f"Location: {peer.origin}/elsewhere\r\n")]

    response = send(HttpRequest("GET", peer.origin))

    assert response.status == 302
    assert len(peer.received) == 1


LARGE = b"x" * (2 * 1024 * 1024 + 1)
BOMB = gzip.compress(b"x" * 50_000_000, mtime=0)
TOO_LARGE = "or more; an answer may have 2097152"
MEBIBYTE = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
CHUNKED = b"HTTP/1.1 302 Found\r\nLocation: /\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_answer(LARGE), TOO_LARGE),
        (_answer(LARGE, "302 Found", "Location: /elsewhere\r\n"), TOO_LARGE),
        (_answer(LARGE, "500 Oops"), TOO_LARGE),
        (CHUNKED + MEBIBYTE * 3, TOO_LARGE),
        (_answer(BOMB, headers="Content-Encoding: gzip\r\n"), TOO_LARGE),
        (
            _answer(BOMB, "302 Found", "Location: /\r\nContent-Encoding: gzip\r\n"),
            TOO_LARGE,
        ),
        (_answer(BOMB[:1000], headers="Content-Encoding: gzip\r\n"), "cut off"),
        (_answer(b"{}", headers="Content-Encoding: gzip\r\n"), "cannot be undone"),
        (_answer(BOMB, headers="Content-Encoding: gzip, gzip\r\n"), "was not asked for"),
        (_answer(b"{}", headers="Content-Encoding: br\r\n"), "was not asked for"),
    ],
)
def test_answers_are_capped(send: Send, peer: Peer, answer: bytes, said: str) -> None:
    """An answer over the cap is an error, not memory: whatever its status is, and however it is packed."""
    peer.answers = [answer]

    tracemalloc.start()
    with pytest.raises(UnreadableResponse, match=said):
        send(HttpRequest("GET", peer.origin))
    assert tracemalloc.get_traced_memory()[1] < 16_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(b'{"x": 1}', mtime=0), "gzip"),
        (gzip.compress(b'{"x"', mtime=0) + gzip.compress(b": 1}", mtime=0), "X-GZip"),
        (zlib.compress(b'{"x": 1}'), "deflate"),
        (b'{"x": 1}', "identity"),
    ],
)
def test_packed_answers_are_unpacked(send: Send, peer: Peer, packed: bytes, encoding: str) -> None:
    """Also in several parts."""
    peer.answers = [_answer(packed, headers=f"Content-Encoding: {encoding}\r\n")]

    assert send(HttpRequest("GET", peer.origin)).json() == {"x": 1}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "cut short"),
        (b"nonsense\r\n\r\n", "no HTTP"),
        (None, "silence"),
    ],
)
def test_no_answer_tells_no_secret(send: Send, peer: Peer, answer: bytes | None, kind: str) -> None:
    """A broken answer is a TransportError whose text and causes hold neither the query nor the signature in it."""
    peer.answers = [] if answer is None else [answer]
    request = HttpRequest("GET", peer.origin, query=(("Signature", "s3cret"),))

    with pytest.raises(TransportError, match=r"no answer from 127\.0\.0\.1") as caught:
        # "half" then silence, and silence at all, end by the total timeout
        send(request, options=HttpOptions(timeout=0.2))

    assert "s3cret" not in str(caught.value), kind
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None


def test_refused_connection(send: Send) -> None:
    """Nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]

    with pytest.raises(TransportError, match=f"no answer from 127.0.0.1:{port}"):
        send(HttpRequest("GET", f"http://127.0.0.1:{port}"))


def _refusing() -> str:
    with socket.create_server(("127.0.0.1", 0)) as once:
        return f"127.0.0.1:{once.getsockname()[1]}"


@pytest.mark.parametrize(
    ("origin", "options", "trouble"),
    [
        ("http://vendor.invalid", {}, "DNS"),
        ("http://{refusing}", {}, "refused"),
        ("https://vendor.invalid", {"proxy": "http://{refusing}"}, "proxy"),
        ("https://vendor.invalid", {"proxy": "http://proxy.invalid:3128"}, "proxy"),
        ("http://vendor.invalid", {"proxy": "http://{refusing}"}, "proxy"),
        ("http://vendor.invalid", {"proxy": "http://proxy.invalid:3128"}, "proxy"),
        ("http://vendor.invalid", {"proxy": "{tls}"}, "proxy"),
        ("{peer}", {"timeout": 0.2}, "timeout"),
        ("{tls}", {}, "TLS"),
    ],
)
def test_the_sort_of_trouble(
    send: Send, origin: str, options: dict[str, Any], trouble: str, peer: Peer, tls_peer: str
) -> None:
    """For people who look for the cause; it is in no message."""
    places = {"refusing": _refusing(), "peer": peer.origin, "tls": tls_peer}
    filled: dict[str, Any] = {
        name: value.format(**places) if isinstance(value, str) else value for name, value in options.items()
    }

    with pytest.raises(TransportError) as caught:
        send(HttpRequest("GET", origin.format(**places)), options=HttpOptions(**filled))

    assert caught.value.trouble == trouble


def test_other_trouble_has_no_word(send: Send, peer: Peer) -> None:
    """An answer that is no HTTP."""
    peer.answers = [b"nonsense\r\n\r\n"]

    with pytest.raises(TransportError) as caught:
        send(HttpRequest("GET", peer.origin))

    assert caught.value.trouble is None


def test_environment_is_not_read(send: Send, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the connection says which proxy: a stray HTTP_PROXY changes nothing."""
    peer.answers = [_answer(b"{}")]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert send(HttpRequest("GET", peer.origin)).status == 200


def test_proxy_of_the_connection(send: Send, peer: Peer) -> None:
    """With a proxy the request goes there, with its absolute target."""
    peer.answers = [_answer(b"{}")]
    request = HttpRequest("GET", "http://vendor.invalid", "/v1/x", (("a", "b c"),))

    send(request, options=HttpOptions(proxy=peer.origin))

    assert peer.received[0].startswith(b"GET http://vendor.invalid/v1/x?a=b%20c HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("origin", "answer"),
    [
        ("http://vendor.invalid", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\n\r\n{}"),
        ("https://vendor.invalid", b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nX-A: 1\r\n\r\n"),
    ],
)
def test_total_timeout_over_dripping_headers(send: Send, peer: Peer, origin: str, answer: bytes) -> None:
    """Bytes that keep coming do not stretch the timeout: not in a server's headers, not in a proxy's own answer."""
    peer.drip = 0.02  # the whole answer takes a second
    peer.answers = [answer]

    with pytest.raises(TransportError, match="Timeout"):
        send(HttpRequest("GET", origin), options=HttpOptions(timeout=0.2, proxy=peer.origin))


def test_total_timeout_over_a_dripping_body(send: Send, peer: Peer) -> None:
    """Nor in the body."""
    peer.drip = 0.005
    peer.answers = [_answer(b"x" * 200)]

    with pytest.raises(TransportError, match="Timeout"):
        send(HttpRequest("GET", peer.origin), options=HttpOptions(timeout=0.4))


def test_each_request_has_its_own_timeout(peer: Peer) -> None:
    """A kept connection carries no time over, neither spent nor left."""
    now = 0.0
    peer.answers = [_answer(b"{}"), _answer(b"{}")]

    with BlockingTransport(HttpOptions(timeout=20.0), clock=lambda: now) as transport:
        transport.send(HttpRequest("GET", peer.origin))
        now = 21.0
        response = transport.send(HttpRequest("GET", peer.origin))

    assert response.status == 200
    assert peer.connections == 1


def test_sending_is_not_hurried_by_the_last_answer() -> None:
    """A kept connection goes back to its usual timeout: the little that a read had left is not the next request's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(20.0)
        theirs.sendall(b"x")
        with _Timed(ours, lambda: 5.0) as timed:
            assert timed.read(1) == b"x"

        assert ours.gettimeout() == 20.0


def test_no_time_left_before_the_answer(peer: Peer) -> None:
    """Connecting counts too."""
    ticks = iter([0.0, 21.0])
    peer.answers = [_answer(b"{}")]

    with (
        BlockingTransport(HttpOptions(timeout=20.0), clock=lambda: next(ticks)) as transport,
        pytest.raises(TransportError, match="Timeout"),
    ):
        transport.send(HttpRequest("GET", peer.origin))


@pytest.mark.parametrize("value", ["s3cret\nX-Evil: 1", "s3cret\r\n"])
def test_unsendable_headers_tell_no_secret(send: Send, peer: Peer, value: str) -> None:
    """What the HTTP libraries refuse, they print."""
    peer.answers = [_answer(b"{}")]

    with pytest.raises(TransportError, match=r"no answer from 127\.0\.0\.1") as caught:
        send(HttpRequest("GET", peer.origin, headers=(("X-Auth-Token", value),)))

    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert peer.received == []


@pytest.mark.parametrize(
    ("origin", "proxy"),
    [
        (f"http://{'x' * 70}.invalid", None),  # a label that cannot be looked up
        ("http://a..b", None),
        ("http://127.0.0.1:1", "http://user:s3cret@[bad"),
        ("http://127.0.0.1:1", "http://user:s3cret\u4e2d@127.0.0.1:1"),
    ],
)
def test_unreachable_names_tell_no_secret(send: Send, origin: str, proxy: str | None) -> None:
    """Hosts and proxies that no library can use: a connection with them is refused earlier, this is the net."""
    with pytest.raises(TransportError, match="no answer from") as caught:
        send(HttpRequest("GET", origin), options=HttpOptions(proxy=proxy))

    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("verify", [True, False])
def test_tls_is_verified_unless_told_otherwise(send: Send, verify: bool, tls_peer: str) -> None:
    """A certificate nobody signed is refused; verify=False accepts it."""
    options = HttpOptions(verify=verify)
    if verify:
        with pytest.raises(TransportError):
            send(HttpRequest("GET", tls_peer), options=options)
    else:
        assert send(HttpRequest("GET", tls_peer), options=options).json() == {"tls": True}


def test_a_proxy_is_verified_too(send: Send, tls_peer: str, ca_bundle: str) -> None:
    """Also on the way to a plain host: the proxy's password goes to no stranger."""
    request = HttpRequest("GET", "http://gateway.invalid")
    proxy = tls_peer.replace("://", "://user:s3cret@")

    with pytest.raises(TransportError, match=r"(SSL|Certificate|Proxy)\w*Error$"):
        send(request, options=HttpOptions(proxy=proxy))

    assert send(request, options=HttpOptions(proxy=proxy, verify=ca_bundle)).json() == {"tls": True}


def test_tls_with_a_ca_bundle(send: Send, tls_peer: str, ca_bundle: str) -> None:
    """``verify`` as a path names the authority."""
    assert send(HttpRequest("GET", tls_peer), options=HttpOptions(verify=ca_bundle)).json() == {"tls": True}


@pytest.mark.parametrize("transport", [BlockingTransport, NonblockingTransport])
@pytest.mark.parametrize("content", [None, "no certificate"])
def test_unreadable_ca_bundle(transport: Callable[[HttpOptions], object], content: str | None, tmp_path: Path) -> None:
    """Told at once, as the mistake in the connection that it is: no later attempt would get through."""
    bundle = tmp_path / "ca.pem"
    if content:
        bundle.write_text(content)

    with pytest.raises(ConfigError, match=r"verify: no certificates can be read from '.*ca\.pem' \(\w+\); name a"):
        transport(HttpOptions(verify=str(bundle)))


def test_tls_with_a_folder_of_authorities(send: Send, tls_peer: str, ca_bundle: str, tmp_path: Path) -> None:
    """``verify`` may name a folder, as OpenSSL lays it out: each file named by the hash of its subject."""
    (tmp_path / "f20e0b1e.0").write_bytes(Path(ca_bundle).read_bytes())  # `openssl x509 -hash`, of the subject alone

    assert send(HttpRequest("GET", tls_peer), options=HttpOptions(verify=str(tmp_path))).json() == {"tls": True}


def test_aclose_without_a_request() -> None:
    """A transport that was never used closes too."""
    asyncio.run(NonblockingTransport().aclose())
