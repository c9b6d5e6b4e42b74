"""What a wait on several jobs has seen, in little room: for a task's state store, which takes 64 KB.

Of jobs that are settled are kept: which one it is, the vendor's word, our state, its times, and of its renditions those
that the author requires. So they decide as they did when they were seen, and need not be asked for again. What they
made is not kept: it is looked up once, when the wait is over.
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
    """What is kept.

    :param content: plain JSON.
    :param left_out: what there was no room for, in words; only delays come of it.
    """

    content: dict[str, Any]
    left_out: str = ""


def pack(spec: WaitSpec, history: WaitHistory, room: int = ROOM) -> Packed:
    """As much as there is room for, the same for the same history.

    First to go are the times that decide nothing, then where the limits of jobs that go on begin, then, from the end of
    the list, what was seen of jobs that are settled: those are asked for again.
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
    """What was seen, of the same jobs; of what cannot be read nothing is known."""
    if not isinstance(content, dict):
        return spec.start()
    seen = content.get("seen")
    base = parse_time(content.get("base"))
    if not isinstance(seen, list) or base is None:
        return spec.start()
    found = [_seen(spec, ref, entry, content, base) for ref, entry in zip(spec.refs, seen, strict=False)]
    return (*found, *spec.start()[len(found) :])


def settled_refs(spec: WaitSpec, history: WaitHistory) -> frozenset[JobRef]:
    """The jobs of which no look can tell any more."""
    return frozenset(spec.refs) - frozenset(spec.open_refs(history))


def fact_ref(spec: WaitSpec, ref: JobRef, seen: JobHistory) -> JobRef:
    """How to ask for what a settled job has made: for that very run, whichever is the newest now."""
    run, job = spec.kind.run_id, seen.answer
    if run is None or not isinstance(job, JobSnapshot) or run not in job.ids:
        return ref
    return spec.kind.ref({name: job.ids[name] for name in (*spec.kind.ids, run)})


def with_facts(spec: WaitSpec, ref: JobRef, seen: JobHistory, answer: Answer | None) -> JobHistory:
    """A settled job with what a later look has told of it; as it was, where that tells of another end or of none.

    Nothing of this decides: the state stays that which was seen first, as in a wait that keeps all it has seen.
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
    """The renditions that decide."""
    required = spec.policy.required_definitions
    return [
        (made.definition, made.template_id, made.state)
        for made in job.renditions or ()
        if any(made.is_called(name) for name in required)
    ]


def _size(content: Any) -> int:
    return len(json.dumps(content))


def _most(fits: Callable[[int], bool]) -> int:
    """The largest number that fits, of those that grow."""
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
    """Texts that are the same for many jobs are kept once."""

    spec: WaitSpec
    history: WaitHistory
    times: bool = True
    limits: bool = True
    _words: dict[tuple[str, str], int] = field(default_factory=dict)
    _marks: dict[str, int] = field(default_factory=dict)
    _renditions: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """All of it."""
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
        """A whole second, as most times of vendors are."""
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
        # When it was created says whether it is the run asked for.
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
    # Not every id of a reference is one of the job: some choose among jobs.
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
