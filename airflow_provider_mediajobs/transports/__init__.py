"""How requests travel: ``blocking`` on workers, ``nonblocking`` on the triggerer's event loop."""

from __future__ import annotations

import ssl
from pathlib import Path

from ..core.errors import ConfigError

MAX_BODY = 8 * 1024 * 1024
"""Bytes an answer may have. The largest documented one, a page of 100 tasks, is under 100 KB."""

USER_AGENT = "airflow-provider-mediajobs"


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
