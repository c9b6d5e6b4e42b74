# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Keeps shared rate limits in the Redis server of ``[mediajobs] quota_storage``. Its calls block.

No other module imports ``limits`` and ``redis``; this one does when a storage is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from ..core.errors import ConfigError
from .bucket import Bucket, Sort
from .script import ANSWERED, TAKE, UNUSED

OPTION = "[mediajobs] quota_storage"
SCHEMES = ("redis", "rediss")
PREFIX = "mediajobs"
CALL_S = 0.5
"""Seconds that Redis may take to answer."""
FLIGHT_S = 60.0
"""The most seconds for which a call without an answer counts as being on its way to the vendor."""

_CURE = "use redis://:password@host:6379/0, or rediss:// with TLS, with special characters of the password as %XX"


class Address(NamedTuple):
    """The address of a storage.

    :param shown: the address without secrets, for messages.
    :param secrets: the secret parts of the address, to be masked in logs.
    """

    shown: str
    secrets: tuple[str, ...]


def address_of(url: str) -> Address:
    """Parse the URL of a storage.

    :raises ConfigError: it is not a valid URL of a Redis server. The message does not show it: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 6379
    except ValueError:
        raise ConfigError(f"{OPTION} is no URL; {_CURE}") from None
    if parts.scheme not in SCHEMES:
        raise ConfigError(f"{OPTION} is not a {' or '.join(f'{name}://' for name in SCHEMES)} URL; {_CURE}")
    if not host or not host.isprintable() or any(character.isspace() for character in url):
        raise ConfigError(f"{OPTION} names no host; {_CURE}")
    database = parts.path.strip("/")
    if database and not (database.isascii() and database.isdigit()):
        raise ConfigError(f"{OPTION} names a database that is no number; {_CURE}")
    host = f"[{host}]" if ":" in host else host
    secrets = {url, parts.password or "", unquote(parts.password or "")} - {""}
    return Address(f"{parts.scheme}://{host}:{port}/{database or 0}", tuple(sorted(secrets)))


class Storage:
    """A Redis server that keeps rate limits. Methods raise the errors of the library ``redis``.

    :param url: its address.
    :param now: returns the time in seconds; by default the server's own time is used.
    :raises ConfigError: the URL is invalid, or the libraries are not installed.
    """

    def __init__(self, url: str, now: Callable[[], float] | None = None) -> None:
        self.address = address_of(url)
        self._now = now
        try:
            from limits.storage import storage_from_string
            from redis import ConnectionError as BrokenConnection
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError as error:
            lacking = (error.name or "a library").partition(".")[0]
            raise ConfigError(
                f"{OPTION} is set, but {lacking} is not installed: pip install 'airflow-provider-mediajobs[redis]' "
                "wherever triggerers and workers run"
            ) from None
        options: dict[str, Any] = {
            "key_prefix": PREFIX,
            "socket_timeout": CALL_S,
            "socket_connect_timeout": CALL_S,
            # The server may have closed an idle connection: one retry, at once.
            "retry": Retry(NoBackoff(), 1, supported_errors=(BrokenConnection,)),
        }
        try:
            storage: Any = storage_from_string(url, **options)
            scripts = [storage.get_connection().register_script(text) for text in (TAKE, ANSWERED, UNUSED)]
        except Exception as error:  # noqa: BLE001  # its text may hold the URL
            sort = type(error).__name__
        else:
            self._name = storage.prefixed_key
            self._take, self._answered, self._unused = scripts
            return
        raise ConfigError(f"{OPTION} cannot be used ({sort}); {_CURE}")

    def take(self, bucket: Bucket, sort: Sort, call: str, flight: float, patience: float) -> tuple[int, float]:
        """Ask for a call.

        :param bucket: the limit.
        :param sort: what the call is for.
        :param call: the id of the call; a caller that must wait asks again with the same one.
        :param flight: the most seconds that the call may take to reach the vendor.
        :param patience: the most seconds that the caller waits.
        :returns: ``REFUSED``, ``GRANTED`` or ``WAIT``, and the seconds to wait.
        """
        seconds = (bucket.window, bucket.spacing, min(flight, FLIGHT_S), bucket.delay, min(patience, 3600.0))
        micros = [str(round(value * 1e6)) for value in seconds]
        keys = [self._key(bucket, name) for name in ("calls", "others", "state", "lanes", "workers", "back")]
        decision, wait = self._take(keys, [self._time(), call, str(sort), bucket.calls, *micros])
        return int(decision), float(wait) / 1e6

    def answered(self, bucket: Bucket, call: str) -> None:
        """Note that the vendor has answered the call, or that it has failed."""
        self._answered(self._made(bucket), [self._time(), call])

    def unused(self, bucket: Bucket, call: str) -> None:
        """Take back a call that was granted, but will not be made."""
        self._unused(self._made(bucket), [self._time(), call])

    def check(self) -> None:
        """Check that the server runs scripts; raise the error that prevents it."""
        self._unused([f"{PREFIX}:check"], [self._time(), ""])

    def _made(self, bucket: Bucket) -> list[str]:
        return [self._key(bucket, name) for name in ("calls", "others")]

    def _key(self, bucket: Bucket, name: str) -> str:
        return str(self._name(f"{{{bucket.key}}}:{name}"))

    def _time(self) -> str:
        return "" if self._now is None else str(round(self._now() * 1e6))
