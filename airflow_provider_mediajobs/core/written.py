# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The record of a submitted job that a try stores for later tries of the same task instance."""

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
    """The stored record of one job.

    :param key: the key that the create request carries.
    :param since: a time before that request was first sent.
    :param generation: the generation in which the job was created, or in which a later try began to wait for it.
    :param ids: the job's ids; ``None`` for an intent, which is stored before the request is sent.
    :param refused: whether it is proved that the request created no job.
    """

    key: Key
    since: datetime
    generation: int
    ids: Mapping[str, str] | None = None
    refused: bool = False

    def to_json(self, kind: str) -> dict[str, Any]:
        """Return the record as JSON for Airflow's task state store.

        :param kind: the kind of the job.
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
        """Read what :meth:`to_json` has returned.

        :param kind: the kind that the task submits now. If the DAG's author has changed it, stored ids are of no use.
        :raises NotUnderstood: the record was stored by another release or by other software, or is about a job of
            another kind.
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
