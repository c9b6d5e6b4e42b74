# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads the fields of an error that was sent as XML although JSON was requested.

By regular expressions on the first 16 KiB, not by a parser: entities and nesting of a hostile body have no effect.
"""

from __future__ import annotations

import re

_HEAD = 16384
# No two neighbouring parts may match the same text, or a hostile body would be tried in every division among them.
_ROOT = re.compile(r"\s*(?:<\?[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?:\w+:)?(\w+)[\s>]", re.DOTALL)
_FIELD = re.compile(
    r"<(Code|Message|RequestId)>(?:\s*<!\[CDATA\[(.{0,4000}?)\]\]>\s*|([^<]*))</\1>", re.IGNORECASE | re.DOTALL
)
_NAMES = {"code": "Code", "message": "Message", "requestid": "RequestId"}
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))  # the ampersand last


def error_fields(body: bytes) -> dict[str, str]:
    """The fields of an XML error; ``{}`` for anything else, HTML included."""
    text = body[:_HEAD].decode("utf-8-sig", "replace")
    root = _ROOT.match(text)
    if root is None or "Error" not in root[1]:
        return {}
    found: dict[str, str] = {}
    for name, quoted, plain in _FIELD.findall(text):
        found.setdefault(_NAMES[name.lower()], quoted or _unescaped(plain.strip()))
    return {name: value for name, value in found.items() if value}


def _unescaped(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
