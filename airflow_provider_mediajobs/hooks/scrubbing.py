# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Removes possible secrets from exceptions of secrets backends, so that they can be logged."""

from __future__ import annotations

import re

from ..core.errors import ConnectionUnavailable

LENGTH = 200
"""Characters of an exception's text that are kept."""

_READ = 2_000
_HIDDEN = "***"
_URI = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"<>]*", re.IGNORECASE)
# Names and tokens are tried where they begin, and only there: a long one would be tried from each of its characters.
_NAMED = re.compile(
    r"(?<![\w-])(?=[\w-]*?(?:pass|pwd|secret|token|key|credential|auth|signature|login|user|extra))"
    r"(?P<name>[\w-]++[\"']?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?(?:\"[^\"]*\"?|'[^']*'?|[^\s,;&)}\]]+)",
    re.IGNORECASE,
)
# A run of 16 or more characters with a digit is taken for a key or token; words, names and paths have none.
_TOKEN = re.compile(r"(?<![A-Za-z0-9+/=_-])(?=[A-Za-z/_-]*[0-9+=])[A-Za-z0-9+/=_-]{16,}")


def told(trouble: BaseException) -> str:
    """An exception's type and text, without secrets that Airflow knows and text that looks like one.

    :param trouble: an exception of a secrets backend.
    """
    name = type(trouble).__name__
    try:
        text = _scrubbed(" ".join(str(trouble)[:_READ].split()))
    except Exception:  # noqa: BLE001  # an exception that cannot be told, or Airflow without its masker
        return name
    return f"{name}: {text}" if text else name


def unforeseen(conn_id: str, trouble: BaseException) -> ConnectionUnavailable:
    """The retryable error for an unexpected exception during a look-up; it is logged, and the wait goes on.

    :param conn_id: the connection's id.
    """
    return ConnectionUnavailable(f"connection {conn_id!r} could not be looked up ({told(trouble)})")


def _scrubbed(text: str) -> str:
    from airflow.sdk.log import redact  # type: ignore[attr-defined]  # public by its docstring only

    text = str(redact(text))
    text = _URI.sub(_of_uri, text)
    text = _NAMED.sub(rf"\g<name>{_HIDDEN}", text)
    text = _TOKEN.sub(_HIDDEN, text)
    return text if len(text) <= LENGTH else text[:LENGTH] + "…"


def _of_uri(found: re.Match[str]) -> str:
    """A URI reduced to its scheme and host."""
    scheme, _, rest = found[0].partition("://")
    place = re.split(r"[/?#]", rest, maxsplit=1)
    host = rest.rpartition("@")[2] if "@" in rest else place[0]
    host = re.split(r"[/?#]", host, maxsplit=1)[0]
    return f"{scheme}://{host}" + ("/" + _HIDDEN if host != rest else "")
