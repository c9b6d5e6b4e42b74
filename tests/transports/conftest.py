# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Both transports in one fixture, and a TLS server whose certificate a test authority signed."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from airflow_provider_mediajobs.core.account import HttpOptions
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.transports.blocking import BlockingTransport
from airflow_provider_mediajobs.transports.nonblocking import NonblockingTransport

Send = Callable[..., HttpResponse]


@pytest.fixture(params=["blocking", "nonblocking"])
def send(request: pytest.FixtureRequest) -> Send:
    """Send requests one after another over one transport; returns the last answer."""

    def in_this_thread(*requests: HttpRequest, options: HttpOptions | None = None) -> HttpResponse:
        with BlockingTransport(options) as transport:
            return [transport.send(item) for item in requests][-1]

    def on_a_loop(*requests: HttpRequest, options: HttpOptions | None = None) -> HttpResponse:
        async def run() -> HttpResponse:
            async with NonblockingTransport(options) as transport:
                return [await transport.asend(item) for item in requests][-1]

        return asyncio.run(run())

    return in_this_thread if request.param == "blocking" else on_a_loop


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey, *, authority: bool
) -> bytes:
    start = datetime.now(UTC) - timedelta(days=1)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``ca.pem``, and ``server.pem`` (certificate and key) signed by it for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (folder / "ca.pem").write_bytes(
        _certificate("test authority", authority, "test authority", authority, authority=True)
    )
    key = server.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate = _certificate("test server", server, "test authority", authority, authority=False)
    (folder / "server.pem").write_bytes(certificate + key)
    return folder


@pytest.fixture(scope="session")
def ca_bundle(certificates: Path) -> str:
    """Path of the authority's certificate."""
    return str(certificates / "ca.pem")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"tls": true}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class _Server(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """Print nothing: in one test the client refuses the certificate."""


@pytest.fixture
def tls_peer(certificates: Path) -> Iterator[str]:
    """The origin of an HTTPS server."""
    server = _Server(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
