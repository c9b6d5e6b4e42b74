# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads the editing tasks of ApsaraVideo Live from ``EditingTasksInfo`` of ``GetEditingJobInfo`` (2016-11-01).

The page does not settle the field's form: it types it as text, describes "one or more tasks", shows an object, and
prints a bare fragment (``"EditingTasksInfo": {…},``) as its example. All of these are read: an object, a list, JSON
text of either (also doubly encoded), several objects in a row, an object that holds the tasks beside counters and
names, an object of tasks by show id, and the fragment. Null and empty mean that there is no task. Anything else is
reported as unreadable, and may be about any episode.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from .....core import facts, shapes
from .....core.storable import CutNumber

FIELD = "EditingTasksInfo"
# Names of a task's fields, in the page's spelling and in lower camel case, which some gateways use.
_FIELDS = ("TaskStatus", "ShowId", "OutputVodId", "StorageInfo", "StorageLocation", "FileName")
_LOWER = frozenset(name[:1].lower() + name[1:] for name in _FIELDS)
_SPELT = _LOWER.union(_FIELDS)
_PLACE = frozenset(("StorageLocation", "FileName"))
_OF_A_TASK = frozenset(("TaskStatus", "ShowId", "taskStatus", "showId"))

_WHOLE_NUMBER = r"(?a)\s*(-?[0-9]+)(\.0+)?\s*"
_GAP = re.compile(r"[\s,;]*")
_NAME = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*')
_ROWS = json.JSONDecoder()
_DEEPEST = 30
_TRIES = 10
"""How many unreadable places of one text are skipped before the rest of the text is given up."""


class Task(NamedTuple):
    """One editing task.

    :param record: the record, by the page's field names, with ``StorageInfo`` as an object.
    :param keys: keys of the objects around it; one of them may be the show id of the task's episode.
    """

    record: dict[str, Any]
    keys: tuple[str, ...]


class Tasks(NamedTuple):
    """The tasks that the field holds.

    :param tasks: those that could be read.
    :param unread: the error of a part that cannot be read, which may hold tasks of any episode; ``None`` without one.
    """

    tasks: list[Task]
    unread: shapes.WrongShape | None


def read_tasks(info: Any, shows: Collection[str] = ()) -> Tasks:
    """Read the tasks of the field, as far as they can be read.

    :param info: the field's value.
    :param shows: show ids of the requested episodes: text under such a key is read as a task.
    """
    reader = _Reader(frozenset(shows))
    reader.read(info, ())
    return Tasks(reader.tasks, reader.unread)


def show_id(record: dict[str, Any]) -> str | None:
    """The show id that a record contains.

    :raises WrongShape: for a value that cannot be an id.
    """
    return shapes.ident("ShowId", record.get("ShowId"))


def status(record: dict[str, Any]) -> str:
    """The status word of a record, in the spelling of the page's table: ``TaskStatus`` may be a number or text.

    :raises WrongShape: for a value that is neither text nor number.
    """
    word = shapes.word("TaskStatus", record.get("TaskStatus"))
    number = re.fullmatch(_WHOLE_NUMBER, word)
    return number[1] if number else word


class _Reader:
    """Reads the field once and collects its tasks."""

    def __init__(self, shows: frozenset[str]) -> None:
        self.tasks: list[Task] = []
        self.unread: shapes.WrongShape | None = None
        self._shows = shows

    def doubt(self, trouble: str = "cannot be read whole") -> None:
        """Record that the field holds something that is neither a task nor empty; the first such error is kept."""
        self.unread = self.unread or shapes.WrongShape(FIELD, trouble)

    def read(self, value: Any, keys: tuple[str, ...], depth: int = 0) -> None:
        """Read a value of any form.

        :param keys: keys of the objects around it, up to the next list: a list's key names none of its elements.
        """
        if depth > _DEEPEST:
            self.doubt("is nested too deeply")
        elif isinstance(value, str) and not isinstance(value, CutNumber):
            self._read_text(value.strip(), keys, depth + 1)
        elif isinstance(value, list):
            for item in value:
                self.read(item, (), depth + 1)
        elif isinstance(value, dict):
            self._read_object(value, keys, depth + 1)
        elif value is not None:
            self.doubt()

    def _read_text(self, text: str, keys: tuple[str, ...], depth: int) -> None:
        """Read text: JSON, or several JSON values in a row."""
        if not text:
            return
        try:
            value = facts.decoded(text)
        except ValueError:
            self._read_row(text, keys, depth)
        else:
            self.read(value, keys, depth)

    def _read_row(self, text: str, keys: tuple[str, ...], depth: int) -> None:
        """Read values in a row, with or without commas and names: lines of JSON, or the page's fragment."""
        bare: dict[str, Any] = {}  # the fields of a task that has no braces around it
        several = False
        for name, piece in self._pieces(text):
            value = facts.decoded(piece)
            if name in _SPELT:
                several = several or name in bare
                bare[name] = value
            else:
                self.read(value, keys if name is None else (*keys, name), depth)
        if several:
            self.doubt()
        elif bare:
            self._read_object(bare, keys, depth)

    def _pieces(self, text: str) -> Iterator[tuple[str | None, str]]:
        """The JSON values in a row, each as text with the name before it, if any."""
        place, tries = 0, 0
        while place < len(text):
            named = _NAME.match(text, place)
            start = named.end() if named else place
            try:
                _, end = _ROWS.raw_decode(text, start)
            except (ValueError, RecursionError):
                self.doubt()
                tries += 1
                end = text.find("\n", place)
                if end < 0 or tries == _TRIES:
                    return
            else:
                yield named[1] if named else None, text[start:end]
            place = _GAP.match(text, end).end()  # type: ignore[union-attr]  # the pattern also matches empty text

    def _read_object(self, value: dict[str, Any], keys: tuple[str, ...], depth: int) -> None:
        """Read an object: a task, or one that holds tasks."""
        if value.keys().isdisjoint(_OF_A_TASK):
            self._read_wrapper(value, keys, depth)
            return
        try:
            record = value if _LOWER.isdisjoint(value) else shapes.capitalised(value)
            show_id(record)
        except shapes.WrongShape as wrong:
            self.unread = self.unread or wrong
        else:
            self.tasks.append(Task(_with_storage(record), keys))

    def _read_wrapper(self, value: dict[str, Any], keys: tuple[str, ...], depth: int) -> None:
        """Read an object whose values are tasks, under names or show ids, possibly beside counters or names."""
        others, holds, is_map = [], False, False
        for key, inner in value.items():
            if not _may_hold(inner):
                others.append(key)
                continue
            holds = True
            before = len(self.tasks)
            self.read(inner, (*keys, key), depth)
            is_map = is_map or any(facts.text(task.record.get("ShowId")) == key for task in self.tasks[before:])
            is_map = is_map or (key in self._shows and len(self.tasks) > before)
        # A value that cannot hold tasks may be an unreadable episode if it stands among episodes, or alone. Beside a
        # list it is a counter or a name.
        if others and (not holds or is_map or not self._shows.isdisjoint(others)):
            self.doubt()


def _may_hold(value: Any) -> bool:
    """Whether a value may hold tasks, or is one of the forms for no task."""
    if isinstance(value, str):
        text = value.strip()
        return text[:1] in {"", "{", "[", '"'} or text == "null"
    return value is None or isinstance(value, list | dict)


def _with_storage(task: dict[str, Any]) -> dict[str, Any]:
    """The record with ``StorageInfo`` as an object: the page nests its fields in the sample and lists them flat."""
    if isinstance(task.get("StorageInfo"), dict) and _PLACE.isdisjoint(task) and _LOWER.isdisjoint(task["StorageInfo"]):
        return task  # the usual form, which needs no copy
    flat = {name: task[name] for name in ("StorageLocation", "FileName") if name in task}
    merged = flat | _storage(task.get("StorageInfo"))
    kept = {name: value for name, value in task.items() if name not in flat}
    return kept | ({"StorageInfo": merged} if merged else {})


def _storage(value: Any) -> dict[str, Any]:
    """``StorageInfo`` as an object, also from JSON text without braces. Nothing is raised, since no state needs it."""
    if isinstance(value, str) and (text := value.strip()):
        for form in (text, "{" + text.rstrip(", \r\n\t") + "}"):
            try:
                value = facts.decoded(form)
                break
            except ValueError:
                continue
    found = facts.mapping(value)
    try:
        return shapes.capitalised(found)
    except shapes.WrongShape:
        return found
