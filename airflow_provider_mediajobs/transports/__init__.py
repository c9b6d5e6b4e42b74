"""How requests travel: ``blocking`` on workers, ``nonblocking`` on the triggerer's event loop."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Sequence
from pathlib import Path

from ..core.errors import ConfigError, TransportError, UnreadableResponse
from ..core.http import HttpRequest
from ..core.storable import MAX_BODY

HEADERS = (("User-Agent", "airflow-provider-mediajobs"), ("Accept-Encoding", "gzip"))
"""Of every request; no signature covers them."""

PROXY_REFUSED = 407
"""Through a tunnel the libraries tell of it themselves; on the way to a plain host it looks like an answer."""


def check_size(status: int, size: int) -> None:
    """:raises UnreadableResponse: for an answer of more bytes than one may have."""
    if size > MAX_BODY:
        raise UnreadableResponse(status, f"{size} bytes or more; an answer may have {MAX_BODY}")


def decompressed(status: int, encoding: str, body: bytes) -> bytes:
    """The body itself. No library does this: some unpack gigabytes before anybody can count them.

    :param encoding: as the answer's header names it.
    :raises UnreadableResponse: for one that was not asked for, cannot be undone, or makes more bytes than one may have.
    """
    if encoding.lower() in {"", "identity"} or not body:
        return body
    if encoding.lower() not in {"gzip", "x-gzip", "deflate"}:
        raise UnreadableResponse(status, f"content-encoding {encoding!r}, which was not asked for")
    found = b""
    try:
        while body and len(found) <= MAX_BODY:  # gzip may come in several parts
            unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)  # told by its head: gzip or zlib
            found += unpacking.decompress(body, MAX_BODY + 1 - len(found))
            if not unpacking.eof and len(found) <= MAX_BODY:
                raise UnreadableResponse(status, f"content-encoding {encoding}, cut off")
            body = unpacking.unused_data
    except zlib.error:
        raise UnreadableResponse(status, f"content-encoding {encoding}, which cannot be undone") from None
    check_size(status, len(found))
    return found


def trusting(path: str) -> ssl.SSLContext:
    """TLS that trusts the authorities in a file, or in a folder of files named by their hashes, and no others.

    :param path: of the PEM file or the folder.
    :raises ConfigError: when no authorities can be read there: no attempt would ever get through.
    """
    folder = Path(path).is_dir()
    try:
        return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigError(
            f"verify: no certificates can be read from {path!r} ({type(error).__name__}); name a readable PEM file"
        ) from None


Sorts = Sequence[tuple[str, tuple[type[BaseException], ...]]]
"""Words for sorts of trouble, each with a library's errors. The first word that fits is taken."""


def no_answer(request: HttpRequest, error: BaseException, trouble: str | None) -> TransportError:
    """In words of our own, and by the type's name alone: errors print URLs, headers and proxies.

    :param trouble: the sort of it.
    """
    failure = TransportError(f"no answer from {request.host}: {type(error).__name__}")
    failure.trouble = trouble
    return failure


def proxy_refused(request: HttpRequest) -> TransportError:
    """For the status 407: a proxy wants another password than the connection's, and the vendor was never asked."""
    failure = TransportError(f"no answer from {request.host}: the proxy refuses the connection's user and password")
    failure.trouble = "proxy"
    return failure


def trouble(error: BaseException, sorts: Sorts) -> str | None:
    """The sort of it, by the types of all that caused it."""
    causes = _causes(error)
    return next((word for word, types in sorts if any(isinstance(cause, types) for cause in causes)), None)


def _causes(error: BaseException) -> list[BaseException]:
    """The libraries keep them in arguments and attributes, also where they raise without a chain."""
    found: list[BaseException] = []
    left: list[object] = [error]
    while left:
        cause = left.pop()
        if isinstance(cause, BaseException) and cause not in found:
            found.append(cause)
            left += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
    return found
