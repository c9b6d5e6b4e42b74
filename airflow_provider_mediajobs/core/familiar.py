# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The keys of a trigger's event that this release knows, level by level."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from .job import WaitReport
from .output import JobFault, Output, Rendition
from .stored import Head, head, known

# A key that is added here must be announced to older readers: see :mod:`core.stored`.
_EVENT = ("schema", "kind", "jobs", "report", "at", "ends_at", "deadline", "story", "runs", "ahead")
_RUNS = ("created_after", "others")
_REPORT = tuple(asdict(WaitReport()))
_SEEN = ("ids", "answer", "mark", "absent_since", "unstarted_since", "unchanged_since", "told_at")
_ANSWER = "absent error job body code message status request_id retry_after hint finer".split()
_JOB = (
    "schema kind ids state raw_state progress created_at started_at finished_at outputs renditions error request_id "
    "wait raw told_later proven jobs"
).split()


def familiar(event: Any) -> dict[str, Any]:
    """The event without unknown keys that are marked as informative. Values of a wrong type are left to the reader.

    :raises NotUnderstood: for any other key that this release does not know.
    """
    found: dict[str, Any] = _Familiar(head(event)).event(event)
    return found


class _Familiar(NamedTuple):
    told: Head

    def event(self, event: Mapping[str, Any]) -> Any:
        found = known(event, _EVENT, self.told)
        return self._within(found, report=self._of(_REPORT), runs=self._of(_RUNS), jobs=_each(self._seen))

    def _seen(self, seen: Any) -> Any:
        return self._within(self._known(seen, _SEEN), answer=self._answer)

    def _answer(self, answer: Any) -> Any:
        return self._within(self._known(answer, _ANSWER), job=self._job)

    def _job(self, job: Any) -> Any:
        facts = {"outputs": _each(self._of(Output._fields)), "renditions": _each(self._rendition)}
        return self._within(self._known(job, _JOB), error=self._fault, jobs=_each(self._job), **facts)

    def _rendition(self, rendition: Any) -> Any:
        return self._within(self._known(rendition, Rendition._fields), error=self._fault)

    def _fault(self, fault: Any) -> Any:
        return self._known(fault, JobFault._fields)

    def _of(self, names: Collection[str]) -> Callable[[Any], Any]:
        return lambda value: self._known(value, names)

    def _known(self, value: Any, names: Collection[str]) -> Any:
        return known(value, names, self.told) if isinstance(value, dict) else value

    def _within(self, value: Any, **parts: Callable[[Any], Any]) -> Any:
        if not isinstance(value, dict):
            return value
        return value | {name: part(value[name]) for name, part in parts.items() if name in value}


def _each(part: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: [part(value) for value in values] if isinstance(values, list) else values
