# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Versions of stored data: trigger rows, their events, memories, and what a deferral keeps with the task.

Each carries the version of its format and the lowest version of a reader that may read it. A reader uses the keys it
knows; an unknown key may be ignored only if the writer has marked it as informative, since any other may restrict what
is waited for. Data without a version is of version 1.

A release that adds a key which an older reader may ignore lists its name under ``informative``; for any other change it
raises ``VERSION``, and ``readable_by`` with it, where older readers would go wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

VERSION = 2
_HEAD = frozenset({"version", "readable_by", "informative"})
_TOLD = 200
"""Characters of unknown keys that a message repeats."""
REQUIRED = object()
"""Marks a key without a default: any substitute might change what is waited for."""


class NotUnderstood(ValueError):
    """Data of another release, or damaged: a worker, which has the DAG, begins the wait anew."""


class Field(NamedTuple):
    """One known key.

    :param fits: returns whether a value is valid.
    :param default: the value for a missing key.
    """

    fits: Callable[[Any], bool]
    default: Any = REQUIRED


class Head(NamedTuple):
    """The head of stored data.

    :param version: of its format.
    :param informative: keys that a reader which does not know them may ignore.
    """

    version: int
    informative: frozenset[str]


def marked(content: Mapping[str, Any], readable_by: int = VERSION) -> dict[str, Any]:
    """Data with its version added.

    :param readable_by: the lowest version of a reader that understands it correctly.
    """
    return {"version": VERSION, "readable_by": readable_by, **content}


def head(stored: Any) -> Head:
    """Read the version.

    :raises NotUnderstood: for data that this release must not read.
    """
    if not isinstance(stored, Mapping) or not all(isinstance(name, str) for name in stored):
        raise NotUnderstood(_cut(f"{stored!r} is no mapping by names"))
    version, needed = stored.get("version", 1), stored.get("readable_by", 1)
    informative = stored.get("informative", [])
    if not is_count(version) or not is_count(needed) or not is_names(informative):
        raise NotUnderstood(_cut(f"its version is told as {version!r}, {needed!r}, {informative!r}"))
    if needed > VERSION:
        raise NotUnderstood(f"it is of version {version}, for readers of version {needed}; this one is of {VERSION}")
    return Head(version, frozenset(informative))


def known(stored: Mapping[str, Any], names: Collection[str], told: Head) -> dict[str, Any]:
    """The known keys of stored data, or of a part of it.

    :param told: head of the whole.
    :raises NotUnderstood: for an unknown key that is not informative.
    """
    found = {name: value for name, value in stored.items() if name in names}
    if len(found) < len(stored) and (unknown := sorted(stored.keys() - found.keys() - _HEAD - told.informative)):
        raise NotUnderstood(_cut(f"unknown: {', '.join(map(ascii, unknown))}"))
    return found


def understood(stored: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """The values of all known keys, with defaults for missing ones.

    :raises NotUnderstood: for data that this release cannot read correctly.
    """
    given = known(stored, fields, head(stored))
    found = {name: given.get(name, field.default) for name, field in fields.items()}
    if missing := [name for name, value in found.items() if value is REQUIRED]:
        raise NotUnderstood(f"missing: {', '.join(sorted(missing))}")
    if wrong := [name for name, value in given.items() if not fields[name].fits(value)]:
        raise NotUnderstood(_cut(f"of another form: {', '.join(f'{name}={given[name]!a}' for name in wrong)}"))
    return found


def is_count(value: Any) -> bool:
    """Whether it is an integer from 0 up that every encoder accepts; booleans are none."""
    return type(value) is int and 0 <= value < 2**63


def is_names(value: Any) -> bool:
    """Whether it is a list of strings."""
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def is_text(value: Any) -> bool:
    """Whether it is a string that every encoder and database accepts."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        return bool(value.encode())
    except UnicodeEncodeError:
        return False


def _cut(text: str) -> str:
    safe = text.encode("ascii", "backslashreplace").decode().replace("\0", "\\0")
    return safe if len(safe) <= _TOLD else f"{safe[:_TOLD]}…"
