"""What both transports promise beside signatures, each over a real socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from airflow_provider_mediajobs import transports
from airflow_provider_mediajobs.core.account import HttpOptions
from airflow_provider_mediajobs.core.errors import TransportError, UnreadableResponse
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.transports.blocking import BlockingTransport
from airflow_provider_mediajobs.transports.nonblocking import NonblockingTransport

Send = Callable[..., HttpResponse]


@pytest.fixture(params=["blocking", "nonblocking"])
def send(request: pytest.FixtureRequest) -> Send:
    """Sends requests one after another over one transport; gives the last answer."""

    def blocking(*requests: HttpRequest, options: HttpOptions | None = None) -> HttpResponse:
        with BlockingTransport(options) as transport:
            return [transport.send(item) for item in requests][-1]

    def nonblocking(*requests: HttpRequest, options: HttpOptions | None = None) -> HttpResponse:
        async def run() -> HttpResponse:
            async with NonblockingTransport(options) as transport:
                return [await transport.asend(item) for item in requests][-1]

        return asyncio.run(run())

    return blocking if request.param == "blocking" else nonblocking


class Peer:
    """Accepts connections, keeps what it is sent, answers each request with the next of the given bytes."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.connections = 0
        self.answers: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
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
        with suppress(OSError):  # closed under it, at the end of a test
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
                connection.sendall(self.answers.pop(0))

    def close(self) -> None:
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


def test_answers_are_capped(send: Send, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer over the cap is an error, not memory."""
    monkeypatch.setattr(f"{transports.__name__}.blocking.MAX_BODY", 100)
    monkeypatch.setattr(f"{transports.__name__}.nonblocking.MAX_BODY", 100)
    peer.answers = [_answer(b"x" * 101)]

    with pytest.raises(UnreadableResponse, match="more than 100 bytes"):
        send(HttpRequest("GET", peer.origin))


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

    with pytest.raises(TransportError, match="no answer from 127.0.0.1") as caught:
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


def test_total_timeout_over_a_dripping_answer(peer: Peer) -> None:
    """Bytes that keep coming do not stretch the timeout: it is for the whole answer."""
    ticks = iter([0.0, 21.0])  # the library's own timeout starts anew with every byte; by this clock 21 s have passed
    peer.answers = [_answer(b"half of it")]

    with (
        BlockingTransport(HttpOptions(timeout=20.0), clock=lambda: next(ticks)) as transport,
        pytest.raises(TransportError, match="Timeout"),
    ):
        transport.send(HttpRequest("GET", peer.origin))


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


def test_tls_with_a_ca_bundle(send: Send, tls_peer: str, ca_bundle: str) -> None:
    """``verify`` as a path names the authority."""
    assert send(HttpRequest("GET", tls_peer), options=HttpOptions(verify=ca_bundle)).json() == {"tls": True}


def test_aclose_without_a_request() -> None:
    """A transport that was never used closes too."""
    asyncio.run(NonblockingTransport().aclose())
