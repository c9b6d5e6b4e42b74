# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The terms of a wait: its jobs and times. They are fixed when a try begins, and stored while it is deferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any, Final

from .job import JobRef, WaitReport
from .stored import Field, is_count, is_text, marked, understood
from .times import format_time, parse_time


class NotTold(Enum):
    """Marks an unknown ``created_after``; ``None`` cannot, since it means any run."""

    NOT_TOLD = "not told"


NOT_TOLD: Final = NotTold.NOT_TOLD
MOST_ANEW = 1000
"""Greatest value of ``Terms.anew``."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one try's wait. Terms that are unknown or unreadable are ``None``, ``NOT_TOLD`` or empty.

    :param ids: the ids of each job.
    :param created_after: runs of a job that were created earlier do not count; ``None`` if all count.
    :param start: when the wait began.
    :param deadline: when it ends at the latest.
    :param report: the looks and calls made so far.
    :param anew: how many times a worker has begun it again because a triggerer could not read its arguments.
    """

    ids: tuple[Mapping[str, str], ...] = ()
    created_after: datetime | NotTold | None = NOT_TOLD
    start: datetime | None = None
    deadline: datetime | None = None
    report: WaitReport | None = None
    anew: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the terms as JSON, for a trigger's event or for storage with a deferred task."""
        found: dict[str, Any] = {
            "ids": [dict(ids) for ids in self.ids],
            "start": format_time(self.start),
            "deadline": format_time(self.deadline),
            "report": None if self.report is None else asdict(self.report),
            "anew": self.anew,
        }
        told = {name: value for name, value in found.items() if value not in (None, [], 0)}
        if not isinstance(self.created_after, NotTold):
            told["created_after"] = format_time(self.created_after)
        return marked(told)

    @classmethod
    def told_by(cls, stored: Any) -> Terms:
        """Read the terms in data stored by any release, as far as possible: these keys never change their meaning."""
        if not isinstance(stored, Mapping):
            return cls()
        found = {name: stored[name] for name in _FIELDS if name in stored and _FIELDS[name].fits(stored[name])}
        report = found.get("report")
        return cls(
            tuple(found.get("ids", ())),
            parse_time(found["created_after"]) if "created_after" in found else NOT_TOLD,
            parse_time(found.get("start")),
            parse_time(found.get("deadline")),
            None if report is None else WaitReport(**report),
            found.get("anew", 0),
        )

    def asks_for_others(self, refs: tuple[JobRef, ...]) -> bool:
        """Return whether ``refs`` are other jobs than those the wait began with; ``False`` if these are unknown."""
        return bool(self.ids) and _sorted(self.ids) != _sorted(dict(ref.ids) for ref in refs)

    def told_of_ids(self) -> str:
        """Return the jobs in words, for messages."""
        return str(self.ids[0]) if len(self.ids) == 1 else f"{len(self.ids) or 'its'} jobs"


def check_terms(stored: Any) -> None:
    """Check stored terms.

    :raises NotUnderstood: they hold something that this release does not know.
    """
    understood(stored, _FIELDS)


def _sorted(ids: Any) -> list[list[tuple[str, str]]]:
    return sorted(sorted(of.items()) for of in ids)


def is_ids(value: Any) -> bool:
    """Return whether a stored value is a list of jobs, each given by its ids."""
    return isinstance(value, list) and bool(value) and all(_is_ids_of_one(ids) for ids in value)


def _is_ids_of_one(ids: Any) -> bool:
    return isinstance(ids, dict) and bool(ids) and all(is_text(part) for pair in ids.items() for part in pair)


def is_time(value: Any) -> bool:
    """Return whether a stored value is a time in text form."""
    return parse_time(value) is not None


def is_time_or_none(value: Any) -> bool:
    """Return whether a stored value is a time in text form or ``None``."""
    return value is None or is_time(value)


_COUNTS = frozenset(field.name for field in fields(WaitReport))


def is_report(value: Any) -> bool:
    """Return whether a stored value holds counts of a :class:`WaitReport`. Some may be missing."""
    return isinstance(value, dict) and value.keys() <= _COUNTS and all(is_count(count) for count in value.values())


_FIELDS = {
    "ids": Field(is_ids, ()),
    "created_after": Field(is_time_or_none, None),
    "start": Field(is_time_or_none, None),
    "deadline": Field(is_time_or_none, None),
    "report": Field(lambda value: value is None or is_report(value), None),
    "anew": Field(lambda value: is_count(value) and value <= MOST_ANEW, 0),
}
