# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Sends HTTP requests: ``blocking`` on workers, ``nonblocking`` on the triggerer's event loop. Here is what they share.

Both verify TLS, follow no redirects, keep connections open, and limit the time and the size of an answer.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Sequence
from pathlib import Path

from ..core.errors import ConfigError, TransportError, UnreadableResponse
from ..core.http import HttpRequest
from ..core.storable import MAX_BODY

HEADERS = (("User-Agent", "airflow-provider-mediajobs"), ("Accept-Encoding", "gzip"))
"""The headers that every request has; signatures do not cover them."""

PROXY_REFUSED = 407
"""The status with which a proxy refuses. For plain HTTP it arrives like an answer, for HTTPS as a library's error."""


def check_size(status: int, size: int) -> None:
    """Check the size of a body.

    :param status: the status of the answer.
    :param size: bytes that have been read so far.
    :raises UnreadableResponse: the body has more than :data:`core.storable.MAX_BODY` bytes.
    """
    if size > MAX_BODY:
        raise UnreadableResponse(status, f"{size} bytes or more; an answer may have {MAX_BODY}")


def decompressed(status: int, encoding: str, body: bytes) -> bytes:
    """Return the decompressed body.

    The HTTP libraries must not do it: some decompress gigabytes before the size can be checked.

    :param status: the status of the answer.
    :param encoding: the ``Content-Encoding`` header.
    :param body: the body as it was sent.
    :raises UnreadableResponse: the encoding was not requested, or the body is invalid or too large.
    """
    if encoding.lower() in {"", "identity"} or not body:
        return body
    if encoding.lower() not in {"gzip", "x-gzip", "deflate"}:
        raise UnreadableResponse(status, f"content-encoding {encoding!r}, which was not asked for")
    found = b""
    try:
        while body and len(found) <= MAX_BODY:  # gzip may consist of several members
            unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, by its header
            found += unpacking.decompress(body, MAX_BODY + 1 - len(found))
            if not unpacking.eof and len(found) <= MAX_BODY:
                raise UnreadableResponse(status, f"content-encoding {encoding}, cut off")
            body = unpacking.unused_data
    except zlib.error:
        raise UnreadableResponse(status, f"content-encoding {encoding}, which cannot be undone") from None
    check_size(status, len(found))
    return found


def trusting(path: str) -> ssl.SSLContext:
    """Return a TLS context that trusts only the certificate authorities in a file, or in a directory of hashed names.

    :param path: the path of the PEM file or the directory.
    :raises ConfigError: no certificates can be read there.
    """
    folder = Path(path).is_dir()
    try:
        return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
    except OSError as error:  # includes ssl.SSLError
        raise ConfigError(
            f"verify: no certificates can be read from {path!r} ({type(error).__name__}); name a readable PEM file"
        ) from None


Sorts = Sequence[tuple[str, tuple[type[BaseException], ...]]]
"""Kinds of failure, each with the exception classes of a library that stand for it. The first that matches counts."""


def no_answer(request: HttpRequest, error: BaseException, trouble: str | None) -> TransportError:
    """Return the error for a missing answer, without the library's message, which may hold signed URLs and passwords.

    :param request: the request that was sent.
    :param error: the library's exception.
    :param trouble: the kind of failure, if it is known.
    """
    failure = TransportError(f"no answer from {request.host}: {type(error).__name__}")
    failure.trouble = trouble
    return failure


def proxy_refused(request: HttpRequest) -> TransportError:
    """Return the error for status 407: the proxy refused the password, so that the request did not reach the vendor."""
    failure = TransportError(f"no answer from {request.host}: the proxy refuses the connection's user and password")
    failure.trouble = "proxy"
    return failure


def trouble(error: BaseException, sorts: Sorts) -> str | None:
    """Return the kind of a failure, by the classes of an exception and of its causes; ``None`` if none matches."""
    causes = _causes(error)
    return next((word for word, types in sorts if any(isinstance(cause, types) for cause in causes)), None)


def _causes(error: BaseException) -> list[BaseException]:
    """Return an exception and its causes, some of which libraries keep in arguments and attributes."""
    found: list[BaseException] = []
    left: list[object] = [error]
    while left:
        cause = left.pop()
        if isinstance(cause, BaseException) and cause not in found:
            found.append(cause)
            left += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
    return found
