# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that the search for secrets finds secrets that were planted.

Covers every module.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from .leaks import Leak, Secrets, forms

PASSWORD = 'p"ss\\w/ö r+d=%'
TOKEN = "CAIS+a/b==" + "".join(chr(97 + number * 7 % 26) for number in range(300)) + "/z+=="
SIGNATURE = "kX2v+Zr/9QwE1tYbPq0aBcD3fG4="
ALL = Secrets({"password": PASSWORD, "token": TOKEN, "signature": SIGNATURE})

WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent-encoded": quote,
    "with plus": quote_plus,
    "all percent-encoded": lambda text: quote(text, safe=""),
    "in lower case": lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),
    "twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": json.dumps,
    "json in json": lambda text: json.dumps({"body": json.dumps({"password": text})}),
    "json as it is": lambda text: json.dumps(text, ensure_ascii=False),
    "repr": lambda text: repr({"password": text}),
    "bytes of a table": lambda text: "\\x" + text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of others too": lambda text: base64.b64encode(f"user:{text}, ok".encode()).decode(),
    "base64 with other neighbours": lambda text: base64.b64encode(f"users:{text}".encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
}


@pytest.mark.parametrize("blanks", range(8))
@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize(("name", "secret"), [("password", PASSWORD), ("token", TOKEN), ("signature", SIGNATURE)])
def test_a_planted_leak_is_found(name: str, secret: str, way: str, blanks: int) -> None:
    """In every form, wherever it stands."""
    secrets = Secrets({name: secret})
    text = f"{' ' * blanks}before {WRITTEN[way](secret)} behind"

    found = secrets.leaks("a file", text)

    assert {(leak.secret, leak.where) for leak in found} == {(name, "a file")}


@pytest.mark.parametrize("cut", [TOKEN[:40], TOKEN[-40:], TOKEN[-16:]])
def test_half_a_token_is_found(cut: str) -> None:
    """A message that was cut has only a part of it."""
    assert ALL.leaks("a row", f"the body was {cut!r}") >= {Leak("token", "plain", "a row")}


def test_a_token_that_somebody_logs(tmp_path: Path) -> None:
    """By a real logger into a real file."""
    log = logging.Logger("careless")  # noqa: LOG001 - nobody else shall hear it
    log.addHandler(handler := logging.FileHandler(tmp_path / "task.log"))
    log.warning("asking with %s", {"X-Security-Token": TOKEN})
    handler.close()

    assert ALL.leaks("task.log", (tmp_path / "task.log").read_text()) == {Leak("token", "plain", "task.log")}


def test_other_texts_are_none() -> None:
    """Not even parts of a secret that say little."""
    assert ALL.leaks("a file", f"{PASSWORD[:8]} {TOKEN[:12]} {SIGNATURE[:9]} " * 100) == set()
    assert ALL.leaks("nothing", "") == set()


def test_a_find_does_not_tell_the_secret() -> None:
    """The report of a failed test is a log too."""
    told = repr(ALL.leaks("a file", f"{TOKEN} {quote(PASSWORD)}"))

    assert "token" in told
    assert not [text for secret in (PASSWORD, TOKEN) for _, text in forms(secret) if text in told]


def test_short_secrets_are_refused() -> None:
    """They would be found everywhere."""
    with pytest.raises(ValueError, match="pin is too short"):
        Secrets({"pin": "1234"})
