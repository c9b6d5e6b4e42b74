"""The one thing that is read out of XML: an error that came as XML though JSON was asked for.

No parser: there is nothing to expand, nothing to nest, and only the head of a body is looked at.
"""

from __future__ import annotations

import re

_HEAD = 16384
_ROOT = re.compile(r"\s*(?:<\?[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?:\w+:)?\w*Error\w*[\s>]", re.DOTALL)
# Nothing in it may match the same blanks twice: a hostile body would take for ever.
_FIELD = re.compile(
    r"<(Code|Message|RequestId)>(?:\s*<!\[CDATA\[(.{0,4000}?)\]\]>\s*|([^<]*))</\1>", re.IGNORECASE | re.DOTALL
)
_NAMES = {"code": "Code", "message": "Message", "requestid": "RequestId"}
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))  # an ampersand comes last


def error_fields(body: bytes) -> dict[str, str]:
    """The fields of an error's document; empty for anything else, a page of HTML included."""
    text = body[:_HEAD].decode("utf-8-sig", "replace")
    if not _ROOT.match(text):
        return {}
    found: dict[str, str] = {}
    for name, quoted, plain in _FIELD.findall(text):
        found.setdefault(_NAMES[name.lower()], quoted or _unescaped(plain.strip()))
    return {name: value for name, value in found.items() if value}


def _unescaped(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
