"""What a secrets backend's exception may say in a log: enough to find the cause, and nothing that may be secret."""

from __future__ import annotations

import re

from ..core.errors import ConnectionUnavailable

LENGTH = 200
"""Characters of the text; the cause stands in front."""

_READ = 2_000
_HIDDEN = "***"
_URI = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"<>]*", re.IGNORECASE)
_NAMED = re.compile(
    r"(?P<name>[\w-]*(?:pass|pwd|secret|token|key|credential|auth|signature|login|user|extra)[\w-]*"
    r"[\"']?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?(?:\"[^\"]*\"?|'[^']*'?|[^\s,;&)}\]]+)",
    re.IGNORECASE,
)
# Words, dotted names and paths have no digits among so many letters; keys, tokens and their encodings do.
_TOKEN = re.compile(r"(?=[A-Za-z/_-]*[0-9+=])[A-Za-z0-9+/=_-]{16,}")


def told(trouble: BaseException) -> str:
    """An exception's type and text, of which the secrets are hidden that Airflow knows and those that look like some.

    :param trouble: whatever a secrets backend raises.
    """
    name = type(trouble).__name__
    try:
        text = _scrubbed(" ".join(str(trouble)[:_READ].split()))
    except Exception:  # noqa: BLE001  # an exception that cannot be told, or Airflow without its masker
        return name
    return f"{name}: {text}" if text else name


def unforeseen(conn_id: str, trouble: BaseException) -> ConnectionUnavailable:
    """What a wait makes of an exception that no look-up should raise: it goes on, and tells.

    :param conn_id: which connection.
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
    """Its host, which is what is out of reach."""
    scheme, _, rest = found[0].partition("://")
    place = re.split(r"[/?#]", rest, maxsplit=1)
    host = rest.rpartition("@")[2] if "@" in rest else place[0]
    host = re.split(r"[/?#]", host, maxsplit=1)[0]
    return f"{scheme}://{host}" + ("/" + _HIDDEN if host != rest else "")
