"""Which release may read what another one has stored: rows of triggers, their events, memories, what a deferral keeps.

Each of them carries the version of its form, and the lowest version of a reader that may read it. A reader takes what
it knows by name; of what it does not know it may ignore only what the writer has marked as informative, for anything
else may narrow what is waited for. What was stored before versions were told is of version 1.

A release that adds a key which an older reader may ignore lists its name under ``informative``; for any other change it
raises ``VERSION``, and ``readable_by`` with it, where older readers would go wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

VERSION = 2
_HEAD = frozenset({"version", "readable_by", "informative"})
_TOLD = 200
"""Characters of what was not understood that a message repeats."""
REQUIRED = object()
"""The default of what must be there: anything in its place might narrow the wait, or widen it."""


class NotUnderstood(ValueError):
    """Stored by another release, or broken: to be begun anew by who knows what is waited for."""


class Field(NamedTuple):
    """What is known of one key.

    :param fits: whether a value can be one.
    :param default: what is safe where the key is missing.
    """

    fits: Callable[[Any], bool]
    default: Any = REQUIRED


class Head(NamedTuple):
    """What is told of a stored thing before anything else.

    :param version: of its form.
    :param informative: keys that who does not know them may ignore.
    """

    version: int
    informative: frozenset[str]


def marked(content: Mapping[str, Any], readable_by: int = VERSION) -> dict[str, Any]:
    """What is stored, with its version.

    :param readable_by: the lowest version of a reader that goes right with it.
    """
    return {"version": VERSION, "readable_by": readable_by, **content}


def head(stored: Any) -> Head:
    """:raises NotUnderstood: for what this release may not read."""
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
    """What of it is known; the rest is informative.

    :param told: of the whole that it is part of.
    :raises NotUnderstood: where something is left that may not be ignored.
    """
    found = {name: value for name, value in stored.items() if name in names}
    if len(found) < len(stored) and (unknown := sorted(stored.keys() - found.keys() - _HEAD - told.informative)):
        raise NotUnderstood(_cut(f"unknown: {', '.join(map(ascii, unknown))}"))
    return found


def understood(stored: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """All that is known by name, with what is safe in the place of what is missing.

    :raises NotUnderstood: for anything that this release cannot read as it was meant.
    """
    given = known(stored, fields, head(stored))
    found = {name: given.get(name, field.default) for name, field in fields.items()}
    if missing := [name for name, value in found.items() if value is REQUIRED]:
        raise NotUnderstood(f"missing: {', '.join(sorted(missing))}")
    if wrong := [name for name, value in given.items() if not fields[name].fits(value)]:
        raise NotUnderstood(_cut(f"of another form: {', '.join(f'{name}={given[name]!a}' for name in wrong)}"))
    return found


def is_count(value: Any) -> bool:
    """A whole number from 0 on that any encoder takes; true is none."""
    return type(value) is int and 0 <= value < 2**63


def is_names(value: Any) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def is_text(value: Any) -> bool:
    """A text that any encoder and database takes."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        return bool(value.encode())
    except UnicodeEncodeError:
        return False


def _cut(text: str) -> str:
    safe = text.encode("ascii", "backslashreplace").decode().replace("\0", "\\0")
    return safe if len(safe) <= _TOLD else f"{safe[:_TOLD]}…"
