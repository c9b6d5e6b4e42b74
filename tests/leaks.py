# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Searches text for secrets, encoded in any of several ways or cut."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, quote_plus

LEAST = 11
"""The least number of characters of a part of a secret that is searched for; shorter ones are in any log by chance."""

_PIECE = 16
_STEP = (LEAST + 1) // 2  # every form has a stretch of so many letters at a place of the text that is looked at


class Leak(NamedTuple):
    """One secret that was found, by its name and not by its value.

    :param secret: name of the secret.
    :param form: the form in which it is written there.
    """

    secret: str
    form: str
    where: str


class Secrets:
    """The secrets to search for, by names."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._forms: dict[str, tuple[str, str]] = {}
        self._at: dict[str, set[str]] = defaultdict(set)
        for name, secret in secrets.items():
            if len(secret) < LEAST:
                raise ValueError(f"{name} is too short to be looked for")
            for form, text in forms(secret):
                self._forms.setdefault(text, (name, form))
        for text in self._forms:
            for start in range(_STEP):
                self._at[text[start : start + _STEP]].add(text)

    def leaks(self, where: str, text: str) -> set[Leak]:
        """The secrets that are in a text.

        :param where: where the text comes from.
        """
        found = set()
        for place in range(0, len(text), _STEP):
            for secret in self._at.get(text[place : place + _STEP], ()):
                if secret in text[max(0, place - len(secret)) : place + len(secret)]:
                    found.add(Leak(*self._forms[secret], where))
        return found


def forms(secret: str) -> Iterator[tuple[str, str]]:
    """How it may be written. Of a long one, how its begin and its end are: either may be missing where it was cut."""
    pieces = {secret} if len(secret) <= _PIECE + LEAST else {secret[:_PIECE], secret[-_PIECE:]}
    for piece in sorted(pieces):
        yield "plain", piece
        for once in (quote(piece, safe=""), quote(piece), quote_plus(piece)):
            yield "percent-encoded", once
            yield "percent-encoded", _lower(once)
            yield "percent-encoded twice", quote(once, safe="")
        yield from (("JSON", text) for text in _as_json(piece))
        yield "repr", repr(piece)[1:-1]
        yield "hex", piece.encode().hex()
        yield from (("Base64", text) for text in _as_base64(piece))


def _lower(percent_encoded: str) -> str:
    """``%2b`` is as good as ``%2B``."""
    head, *rest = percent_encoded.split("%")
    return "%".join([head, *(part[:2].lower() + part[2:] for part in rest)])


def _as_json(text: str) -> Iterator[str]:
    """Also of a text that has JSON in it."""
    for ascii_only in (True, False):
        once = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield once
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]


def _as_base64(text: str) -> Iterator[str]:
    """Behind other bytes too, as a password is behind its user: without the letters that tell of neighbours."""
    for encoding in ("utf-8", "latin-1"):
        data = text.encode(encoding, "replace")
        for before in range(3):
            whole = b64encode(bytes(before) + data).decode().rstrip("=")
            end = len(whole) - bool((before + len(data)) % 3)
            yield whole[(0, 2, 3)[before] : end]
            yield whole[(0, 2, 3)[before] : end].replace("+", "-").replace("/", "_")
