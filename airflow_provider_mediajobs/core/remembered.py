# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Compact JSON of what a wait for several jobs has seen, for a task's state store, which takes 64 KB.

Of a job that has ended are kept: its ids, the vendor's word, its state, its times, and the required renditions. So the
same decision follows from it, and the job need not be asked for again. Its outputs are not kept: they are looked up
once, when the wait is over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .job import JobRef, JobSnapshot, JobState
from .kind import Answer, JobKind
from .output import Rendition
from .times import parse_time
from .wait import NO_LOOK_YET, NOT_LOOKED_AT, JobHistory, WaitHistory, WaitSpec

ROOM = 48 * 1024
"""Bytes, as Airflow counts them: it warns at 64 KB, and its API may refuse more."""

_LIMITS = ("absent_since", "unstarted_since", "unchanged_since", "told_at")
_TIMES = ("created_at", "started_at", "finished_at")


@dataclass(frozen=True, slots=True)
class Packed:
    """What is stored.

    :param content: plain JSON.
    :param left_out: describes what did not fit; empty where all did. The loss only delays the wait.
    """

    content: dict[str, Any]
    left_out: str = ""


def pack(spec: WaitSpec, history: WaitHistory, room: int = ROOM) -> Packed:
    """Pack a history into a limited size. The same history gives the same content.

    Left out are, as far as needed: times that decide nothing; then the starting points of limits; then ended jobs from
    the end of the list, which are asked for again.

    :param room: bytes.
    """
    packed = _Packing(spec, history).content()
    if _size(packed) <= room:
        return Packed(packed)
    packed = _Packing(spec, history, times=False).content()
    if _size(packed) <= room:
        return Packed(packed, "times of jobs that have ended, until they are looked up in the end")
    left_out = "where the limits of jobs that go on began: they begin anew with each look"
    packed = _Packing(spec, history, times=False, limits=False).content()
    if _size(packed) <= room:
        return Packed(packed, left_out)
    kept = _most(lambda count: _size(_Packing(spec, history[:count], times=False, limits=False).content()) <= room)
    packed = _Packing(spec, history[:kept], times=False, limits=False).content()
    return Packed(packed, f"what became of the jobs after the first {kept}: they are asked for again; {left_out}")


def unpack(spec: WaitSpec, content: Any) -> WaitHistory:
    """The history that was packed; a job whose entry cannot be read counts as not looked at."""
    if not isinstance(content, dict):
        return spec.start()
    seen = content.get("seen")
    base = parse_time(content.get("base"))
    if not isinstance(seen, list) or base is None:
        return spec.start()
    found = [_seen(spec, ref, entry, content, base) for ref, entry in zip(spec.refs, seen, strict=False)]
    return (*found, *spec.start()[len(found) :])


def settled_refs(spec: WaitSpec, history: WaitHistory) -> frozenset[JobRef]:
    """The jobs that need no further look."""
    return frozenset(spec.refs) - frozenset(spec.open_refs(history))


def fact_ref(spec: WaitSpec, ref: JobRef, seen: JobHistory) -> JobRef:
    """The reference by which an ended job's outputs are looked up: it names that run, even if there is a newer one."""
    run, job = spec.kind.run_id, seen.answer
    if run is None or not isinstance(job, JobSnapshot) or run not in job.ids:
        return ref
    return spec.kind.ref({name: job.ids[name] for name in (*spec.kind.ids, run)})


def with_facts(spec: WaitSpec, ref: JobRef, seen: JobHistory, answer: Answer | None) -> JobHistory:
    """An ended job completed by a later look; unchanged, where that look shows another state or none.

    The state stays the one that was seen first, as in a wait that keeps all it has seen.
    """
    job = seen.answer
    if not isinstance(job, JobSnapshot) or not isinstance(answer, JobSnapshot):
        return seen
    same = (answer.state, answer.raw_state) == (job.state, job.raw_state) and answer.ids.items() >= job.ids.items()
    if spec.kind.newest_run and answer.created_at != job.created_at:  # a run since, of the same ids
        return seen
    if not same or _made(spec, answer) != _made(spec, job) or not spec.settled(ref, JobHistory(answer)):
        return seen
    return JobHistory(answer, seen.mark)


def _made(spec: WaitSpec, job: JobSnapshot) -> list[tuple[str | None, str | None, str]]:
    """The required renditions, as facts to compare."""
    required = spec.policy.required_definitions
    return [
        (made.definition, made.template_id, made.state)
        for made in job.renditions or ()
        if any(made.is_called(name) for name in required)
    ]


def _size(content: Any) -> int:
    return len(json.dumps(content))


def _most(fits: Callable[[int], bool]) -> int:
    """The largest number for which ``fits`` holds; it must hold for all smaller ones."""
    least, step = 0, 1
    while fits(least + step):
        least, step = least + step, step * 2
    while step > 1:
        step //= 2
        if fits(least + step):
            least += step
    return least


@dataclass(slots=True)
class _Packing:
    """Builds the content: texts that several jobs share are stored once."""

    spec: WaitSpec
    history: WaitHistory
    times: bool = True
    limits: bool = True
    _words: dict[tuple[str, str], int] = field(default_factory=dict)
    _marks: dict[str, int] = field(default_factory=dict)
    _renditions: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """The content, as JSON."""
        base = self._base()
        pairs = zip(self.spec.refs, self.history, strict=False)
        return {
            "base": base.isoformat(),
            "seen": [self._seen(ref, seen, base) for ref, seen in pairs],
            "words": [list(word) for word in self._words],
            "marks": list(self._marks),
            "renditions": [list(made) for made in self._renditions],
        }

    def _base(self) -> datetime:
        """The time that stored offsets count from: a whole second, so that most offsets are integers."""
        return (self.spec.deadline - timedelta(seconds=self.spec.timeout)).replace(microsecond=0)

    def _seen(self, ref: JobRef, seen: JobHistory, base: datetime) -> Any:
        if self.spec.settled(ref, seen) and isinstance(seen.answer, JobSnapshot):
            return self._settled(ref, seen.answer, base)
        if not self.limits or seen.told_at is None:
            return []
        mark = self._marks.setdefault(seen.mark, len(self._marks))
        return [mark, *(_offset(getattr(seen, name), base) for name in _LIMITS)]

    def _settled(self, ref: JobRef, job: JobSnapshot, base: datetime) -> dict[str, Any]:
        word = (str(job.state), job.raw_state)
        kept: dict[str, Any] = {"word": self._words.setdefault(word, len(self._words))}
        if found := {name: value for name, value in job.ids.items() if ref.get(name) is None}:
            kept["ids"] = list(found.values()) if list(found) == [self.spec.kind.run_id] else found
        # The creation time decides whether it is the requested run, so it is always kept.
        names = _TIMES if self.times else _TIMES[:1]
        kept["times"] = [_offset(getattr(job, name), base) for name in names]
        if job.renditions is not None and self.spec.policy.required_definitions:
            kept["made"] = [self._rendition(made) for made in job.renditions if self._is_required(made)]
        return kept

    def _is_required(self, made: Rendition) -> bool:
        return any(made.is_called(name) for name in self.spec.policy.required_definitions)

    def _rendition(self, made: Rendition) -> int:
        facts = (made.definition, made.template_id, made.raw_state)
        return self._renditions.setdefault(facts, len(self._renditions))


def _offset(moment: datetime | None, base: datetime) -> float | None:
    if moment is None:
        return None
    seconds = (moment - base).total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _moment(offset: Any, base: datetime) -> datetime | None:
    if type(offset) not in (int, float):
        return None
    return base + timedelta(seconds=offset)


def _seen(spec: WaitSpec, ref: JobRef, entry: Any, content: dict[str, Any], base: datetime) -> JobHistory:
    try:
        if isinstance(entry, dict):
            job = _snapshot(spec, ref, entry, content, base)
            seen = JobHistory(job)
            return seen if spec.settled(ref, seen) else NOT_LOOKED_AT
        if not entry:
            return NOT_LOOKED_AT
        mark, *times = entry
        absent, unstarted, unchanged, told = (_moment(time, base) for time in times)
        return JobHistory(NO_LOOK_YET, _text(content["marks"][mark]), absent, unstarted, unchanged, told)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return NOT_LOOKED_AT


def _snapshot(
    spec: WaitSpec, ref: JobRef, entry: dict[str, Any], content: dict[str, Any], base: datetime
) -> JobSnapshot:
    state, word = content["words"][entry["word"]]
    kind, found = spec.kind, entry.get("ids", {})
    # Some ids of a reference choose among jobs and are no ids of the job itself.
    own = {name: value for name, value in ref.ids if name in {*kind.ids, kind.collection_id, kind.run_id}}
    ids = own | ({str(kind.run_id): found[0]} if isinstance(found, list) else found)
    kind.check_names(ids)
    times = {name: _moment(offset, base) for name, offset in zip(_TIMES, entry["times"], strict=False)}
    made = entry.get("made")
    return JobSnapshot(
        kind.name,
        {name: _text(value) for name, value in ids.items()},
        _state(kind, _text(word), state),
        word,
        created_at=times.get("created_at"),
        started_at=times.get("started_at"),
        finished_at=times.get("finished_at"),
        renditions=None if made is None else tuple(_rendition(kind, content["renditions"][place]) for place in made),
    )


def _state(kind: JobKind, word: str, told: Any) -> JobState:
    """What the record came to, whose renditions are not kept.

    :raises ValueError: where no record with this word comes to that.
    """
    state = JobState(told)
    if not kind.may_come_to(word, state):
        raise ValueError(f"{word!r} is not {state}")
    return state


def _rendition(kind: JobKind, facts: Iterable[Any]) -> Rendition:
    definition, template_id, word = facts
    return Rendition(definition, template_id, None, str(kind.renditions.get(word, JobState.UNKNOWN)), _text(word))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
