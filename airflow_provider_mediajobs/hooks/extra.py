# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Typed reading of a connection's extra, with errors that name connection and field.

Values arrive typed (JSON), as text (URI), or empty (form); all three are read alike.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from ..core.errors import ConfigError

_SHOWN = 60


def shown(value: object) -> str:
    """A value for a message, cut if it is long."""
    try:
        text = repr(value)
    except ValueError:  # repr() of an integer with thousands of digits raises
        return "such a number"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Extra:
    """The extra of one connection.

    :param conn_id: for error messages.
    :ivar values: as stored.
    """

    def __init__(self, conn_id: str, values: Mapping[str, Any]) -> None:
        self._conn_id = conn_id
        self.values = values

    def error(self, name: str, wrong: str, cure: str) -> ConfigError:
        return ConfigError(f"connection {self._conn_id!r}: {name} {wrong}; {cure}")

    def text(self, name: str) -> str | None:
        return self.as_text(name, self.values.get(name))

    def named(self, error: ConfigError) -> ConfigError:
        """An error raised elsewhere, with the connection's name added."""
        return ConfigError(f"connection {self._conn_id!r}: {error}")

    def loose(self, name: str) -> str | None:
        """A value as text; an integer also where JSON has it as ``3600.0``."""
        value = self.values.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return self.as_text(name, str(value) if isinstance(value, int) and not isinstance(value, bool) else value)

    def as_text(self, name: str, value: object) -> str | None:
        """Text without surrounding blanks: a copied key often ends with a line break."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(name, f"must be text, not {type(value).__name__}", "quote it")
        if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
            raise self.unsendable(name)
        return value.strip() or None

    def as_secret(self, name: str, value: object) -> str | None:
        """A key or token, which must be printable ASCII: HTTP libraries show others in their error messages."""
        text = self.as_text(name, value)
        if text and not (text.isascii() and text.isprintable()):
            raise self.unsendable(name)
        return text

    def unsendable(self, name: str) -> ConfigError:
        return self.error(name, "holds a line break or another character that cannot be in it", "copy it anew")

    def one_of(self, name: str, valid: tuple[str, ...]) -> str:
        value = self.text(name) or valid[0]
        if value not in valid:
            raise self.error(name, f"cannot be {shown(value)}", f"valid: {', '.join(valid)}")
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.values.get(name)
        word = str(value).strip().lower()
        if value is None or not word:
            return default
        if word not in {"true", "false", "1", "0"}:
            raise self.error(name, f"cannot be {shown(value)}", "use true or false")
        return word in {"true", "1"}

    def verify(self) -> bool | str:
        value = self.values.get("verify")
        if not isinstance(value, str) or value.strip().lower() in {"true", "false", "1", "0", ""}:
            return self.boolean("verify", default=True)
        path = value.strip()
        if not os.path.exists(path):  # noqa: PTH110 - `Path` would raise for what is too long a name: a pasted PEM
            raise self.error(
                "verify", f"names {shown(path)}, which is not on this machine", "use true, false, or a CA bundle's path"
            )
        return path

    def seconds(self, name: str, default: float, least: float, most: float) -> float:
        value = self.values.get(name)
        return default if value is None or value == "" else self.number(name, value, least, most)

    def number(self, name: str, value: Any, least: float, most: float) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = float("nan")
        if isinstance(value, bool) or not least <= number <= most:
            raise self.error(name, f"cannot be {shown(value)}", f"use a number from {least:g} to {most:g}")
        return number

    def table(self, name: str) -> dict[str, Any]:
        return self.as_table(name, self.values.get(name))

    def as_table(self, name: str, value: object) -> dict[str, Any]:
        """An object, or the JSON text of one."""
        if isinstance(value, str):
            try:
                value = json.loads(value) if value.strip() else None
            except ValueError:
                raise self.error(name, "is not JSON", 'write an object, for example {"name": "value"}') from None
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error(name, f"must be an object, not {type(value).__name__}", "write it as JSON")
        return value

    def texts(self, name: str) -> dict[str, str]:
        """An object whose values are text, without empty ones."""
        found = {key: self.as_text(f"{name}.{key}", value) for key, value in self.table(name).items()}
        return {key: value for key, value in found.items() if value}
