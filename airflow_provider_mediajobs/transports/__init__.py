"""How requests travel: ``blocking`` on workers, ``nonblocking`` on the triggerer's event loop."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path

from ..core.errors import ConfigError, TransportError
from ..core.http import HttpRequest

MAX_BODY = 8 * 1024 * 1024
"""Bytes an answer may have. The largest documented one, a page of 100 tasks, is under 100 KB."""

USER_AGENT = "airflow-provider-mediajobs"

PROXY_REFUSED = 407
"""Through a tunnel the libraries tell of it themselves; on the way to a plain host it looks like an answer."""


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
