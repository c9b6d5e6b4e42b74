"""Events that were changed on their way: noticed, or of no consequence."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.handover import BrokenEvent
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState, Output
from airflow_provider_mediajobs.core.outcome import Asked, Done, Fail, Wait, decide

from .test_handover import DONE, GONE, REF, STUDIO, changed, episode, handover, read, sent, studio


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("state",), "running"),
        (("raw_state",), "3,1"),
        (("kind",), "huawei.vod.editing"),
        (("ids",), {"caster_id": "another"}),
        (("jobs",), []),
        (("jobs",), None),
        (("jobs", 0, "kind"), "huawei.vod.editing"),
        (("jobs", 0, "ids"), {"caster_id": "another", "show_id": "a"}),
        (("jobs", 0, "ids"), {"caster_id": "c", "show_id": "b"}),  # twice the same would count as two
        (("jobs", 0, "ids"), {"show_id": "a"}),
        (("jobs", 0, "state"), "failed"),
        (("jobs", 0, "raw_state"), "-1"),
    ],
)
def test_a_studio_that_contradicts_itself(path: tuple[Any, ...], value: Any) -> None:
    """What is said of the whole follows from its parts, and those are of the studio that was asked for."""
    event = sent(handover(studio(episode("a"), episode("b")), STUDIO).to_json())

    with pytest.raises(BrokenEvent):
        read(changed(event, ("answer", "job", *path), value), STUDIO)


def test_jobs_are_of_a_studio_only() -> None:
    """In the answer for a single job they would take its place."""
    one = JobRef(STUDIO.kind, (("caster_id", "c"), ("show_id", "a")))
    event = sent(handover(episode("a"), one).to_json())
    assert read(event, one).seen.answer == episode("a")
    for change in ({"jobs": [event["answer"]["job"]]}, {"ids": {"caster_id": "c"}}):
        forged = copy.deepcopy(event)
        forged["answer"]["job"] |= change
        with pytest.raises(BrokenEvent):
            read(forged, one)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something is, within an event."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, name))


def verdict(event: Any, ref: JobRef) -> tuple[type, ...]:
    """What the worker makes of it."""
    back = read(event, ref)
    episodes = 2 if ref is STUDIO else None
    told = decide(Asked(ref, back.deadline, 300.0, episodes=episodes), back.seen, back.at)
    return (type(told), type(told.error)) if isinstance(told, Fail) else (type(told),)


SUCCEEDED = JobSnapshot("huawei.mpc.editing", {"job_id": "1"}, JobState.SUCCEEDED, "SUCCEEDED", outputs=(Output("u"),))
ENDS: list[tuple[JobRef, JobSnapshot]] = [
    (JobRef("huawei.mpc.editing", (("job_id", "1"),)), SUCCEEDED),
    (REF, DONE),
    (STUDIO, studio(episode("a"), episode("b"))),
    (STUDIO, studio(episode("a"), episode("b", "-1"))),
]
WORDS = ["SUCCEEDED", "FAILED", "succeeded", "failed", "partial", "running", "CompleteAllSucc", "3", "-1", "1", "b", ""]
OTHERS = [None, True, False, 0, 1, -1, 1.5, [], {}, [1], {"a": 1}]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "job", "error"]), inner),
    max_leaves=3,
)


def changes_no_end(ref: JobRef, end: JobSnapshot, value: Any) -> None:
    """Wherever it is put, it is noticed, or the end stays. A part taken out of a studio leaves no end at all."""
    event = sent(handover(end, ref).to_json())
    wanted = verdict(event, ref)
    for path in places(event):
        try:
            found = verdict(changed(event, path, value), ref)
        except BrokenEvent:
            continue
        fewer = value is GONE and path[-2:-1] == ("jobs",) and found == (Wait,) and wanted == (Done,)
        assert fewer or found == wanted, path


@pytest.mark.parametrize("value", [*WORDS, *OTHERS, GONE], ids=lambda value: "gone" if value is GONE else repr(value))
@pytest.mark.parametrize(("ref", "end"), ENDS, ids=["done", "partial", "studio done", "studio failed"])
def test_one_change_never_makes_another_end(ref: JobRef, end: JobSnapshot, value: Any) -> None:
    """Words that mean something to somebody, and what is of another type."""
    changes_no_end(ref, end, value)


@given(st.sampled_from(ENDS), VALUES)
@settings(max_examples=30)
def test_no_change_makes_another_end(of: tuple[JobRef, JobSnapshot], value: Any) -> None:
    """Whatever it is."""
    changes_no_end(*of, value)
