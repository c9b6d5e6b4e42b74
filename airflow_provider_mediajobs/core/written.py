# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a try of a task writes down of its job, for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .stored import Field, NotUnderstood, is_count, is_text, marked, understood
from .submit import Key
from .terms import is_time
from .times import format_time
from .typed import moment


@dataclass(frozen=True, slots=True)
class Written:
    """What is written down of one job.

    :param key: that its request carries.
    :param since: before that was sent for the first time.
    :param generation: in which it was made, or attached to since.
    :param ids: of the job; ``None`` for an intent.
    :param refused: it is proved that nothing was made.
    """

    key: Key
    since: datetime
    generation: int
    ids: Mapping[str, str] | None = None
    refused: bool = False

    def to_json(self, kind: str) -> dict[str, Any]:
        """For Airflow's store.

        :param kind: of the job.
        """
        found: dict[str, Any] = {
            "kind": kind,
            "key": str(self.key),
            "since": format_time(self.since),
            "generation": self.generation,
            "ids": None if self.ids is None else dict(self.ids),
            "refused": self.refused,
        }
        return marked({name: value for name, value in found.items() if value is not None and value is not False})

    @classmethod
    def from_json(cls, stored: Any, kind: str) -> Written:
        """What :meth:`to_json` has made.

        :param kind: that the task submits now. Its author may have changed it, and an id says nothing in another kind.
        :raises NotUnderstood: for what another release has stored, or nobody of us, and for a job of another kind.
        """
        found = understood(stored, _FIELDS)
        if found["kind"] != kind and not found["refused"]:
            job = f"the job {found['ids']}" if found["ids"] else f"a request with the key {found['key']}"
            raise NotUnderstood(f"it tells of {job} of kind {found['kind']}, and the task submits {kind} now")
        key = Key.read(found["key"])
        assert key is not None  # by its field  # noqa: S101
        return cls(key, moment(found["since"]), found["generation"], found["ids"], found["refused"])


def _is_key(value: Any) -> bool:
    return Key.read(value) is not None


def _is_ids(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict) and bool(value) and all(is_text(part) for pair in value.items() for part in pair)
    )


_FIELDS = {
    "kind": Field(is_text),
    "key": Field(_is_key),
    "since": Field(is_time),
    "generation": Field(is_count),
    "ids": Field(_is_ids, None),
    "refused": Field(lambda value: isinstance(value, bool), False),
}
