# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests events that were changed on their way: the change is noticed, or has no effect.

Covers ``core.wait_event``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core import errors
from airflow_provider_mediajobs.core.decision import Done, Fail, Wait
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.output import Output, Rendition
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import JobHistory, WaitSpec
from airflow_provider_mediajobs.core.wait_event import BrokenEvent, WaitEvent
from airflow_provider_mediajobs.vendors import kind as kind_of

from .test_wait_event import (
    DONE,
    GONE,
    HD,
    LD,
    REF,
    START,
    STUDIO,
    changed,
    clip,
    clip_ref,
    episode,
    event_of,
    read,
    sent,
    studio,
    wait_event,
)

ANSWER = ("jobs", 0, "answer")
JOB = (*ANSWER, "job")
BUSY = Rendition("FD", "t3", "j3", "running", "Transcoding", 40)
_NOT_SAME = "ValueError: it is of ('alibaba.vod.transcode', 'succeeded'), not of ('alibaba.vod.transcode', "


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("schema",), None),
        (("kind",), "huawei.mpc.editing"),
        (("jobs",), None),
        (("jobs",), []),
        (("jobs",), {}),
        (("jobs", 0), None),
        (("jobs", 0), "ids"),
        (("jobs", 0, "ids"), {"video_id": "another"}),
        (("jobs", 0, "ids"), {}),
        (("jobs", 0, "ids", "video_id"), None),
        (("at",), None),
        (("at",), "yesterday"),
        (("ends_at",), 5),
        (("deadline",), ""),
        (("report",), None),
        (("report",), {"looks": -1}),
        (("report",), {"looks": True}),
        (("report",), {"peeks": 1}),
        (("story",), [["2026", 5]]),
        (("story",), ["x"]),
        (ANSWER, "succeeded"),
        (ANSWER, []),
        (ANSWER, {}),
        (ANSWER, None),
        (ANSWER, {"absent": False}),
        (("jobs", 0, "absent_since"), "long ago"),
        (("jobs", 0, "absent_since"), None),
        (("jobs", 0, "absent_since"), 5),
        (("jobs", 0, "absent_since"), "2026-09-01T18:50:20Z"),  # a time, but not as we write it
        (("jobs", 0, "unstarted_since"), "long ago"),
        (("jobs", 0, "unstarted_since"), None),
        (("jobs", 0, "unchanged_since"), "2026-09-01"),
        (("jobs", 0, "unchanged_since"), []),
        (("jobs", 0, "mark"), None),
        (("jobs", 0, "mark"), ""),
        (("jobs", 0, "mark"), 5),
        (("jobs", 0, "mark"), ["running"]),
        (("jobs", 0, "told_at"), None),
        (("jobs", 0, "told_at"), "long ago"),
        (("jobs", 0, "told_at"), 5),
        (("jobs", 0, "told_at"), "2026-09-01T18:50:20Z"),
        (("jobs", 0, "seen_since"), "2026-09-01T18:50:20.123456+00:00"),
        (ANSWER, {"error": "SystemExit", "message": "x"}),
        (ANSWER, {"error": "JobFailed", "message": "x"}),
        (ANSWER, {"error": "Stalled", "message": "x"}),
        (ANSWER, {"error": "QueueTimedOut", "message": "x"}),
        (ANSWER, {"error": "Throttled", "message": "x"}),
        (ANSWER, {"error": "TransportError", "message": 5}),
        (ANSWER, {"error": "UnreadableResponse", "status": "502", "body": "x"}),
        (ANSWER, {"error": "UnreadableResponse", "status": 502, "body": None}),
        (JOB, None),
        ((*JOB, "state"), "fine"),
        ((*JOB, "kind"), "huawei.mpc.editing"),
        ((*JOB, "ids"), {"video_id": "another"}),
        ((*JOB, "ids"), {"video_id": 5}),
        ((*JOB, "raw_state"), None),
        ((*JOB, "outputs"), [{"url": "x"}]),
        ((*JOB, "outputs"), None),
        ((*JOB, "error"), "E1"),
        ((*JOB, "raw"), 7),
        ((*JOB, "raw"), [["a", 1]]),
        ((*JOB, "raw"), {"a": "\ud800"}),
        ((*JOB, "raw_state"), "CompleteAllFail"),
        ((*JOB, "raw_state"), "completepartialsucc"),
        ((*JOB, "state"), "succeeded"),
        ((*JOB, "ids"), {}),
        ((*JOB, "ids"), {"video_id": "v", "show_id": "s"}),
        ((*JOB, "progress"), "100"),
        ((*JOB, "progress"), 101),
        ((*JOB, "progress"), True),
        ((*JOB, "created_at"), "yesterday"),
        ((*JOB, "started_at"), 5),
        ((*JOB, "finished_at"), []),
        ((*JOB, "outputs"), [5]),
        ((*JOB, "outputs"), [{"uri": 5}]),
        ((*JOB, "outputs"), [{"width": "640"}]),
        ((*JOB, "outputs"), [{"size_bytes": 1.5}]),
        ((*JOB, "outputs"), [{"duration_s": True}]),
        ((*JOB, "error"), {"code": 5, "message": "x"}),
        ((*JOB, "error"), {"code": "x", "message": []}),
        ((*JOB, "error"), {}),
        ((*JOB, "request_id"), 7),
        ((*JOB, "jobs"), []),
        ((*JOB, "proven"), None),
        ((*JOB, "proven"), 1),
        ((*JOB, "proven"), 0),
        ((*JOB, "proven"), "true"),
        ((*JOB, "told_later"), None),
        ((*JOB, "told_later"), 0),
        ((*JOB, "told_later"), "no"),
        ((*JOB, "renditions"), 5),
        ((*JOB, "renditions"), {"HD": "succeeded"}),
        ((*JOB, "renditions"), [None]),
        ((*JOB, "renditions"), ["HD"]),
        ((*JOB, "renditions", 0), [["definition", "HD"]]),
        ((*JOB, "renditions", 0, "state"), "failed"),
        ((*JOB, "renditions", 0, "state"), None),
        ((*JOB, "renditions", 0, "state"), "TranscodeSuccess"),
        ((*JOB, "renditions", 0, "raw_state"), "TranscodeFail"),
        ((*JOB, "renditions", 0, "raw_state"), "transcodesuccess"),
        ((*JOB, "renditions", 0, "raw_state"), "CompleteAllSucc"),  # of a task, not of a rendition
        ((*JOB, "renditions", 0, "raw_state"), None),
        ((*JOB, "renditions", 0, "raw_state"), []),
        ((*JOB, "renditions", 1, "state"), "succeeded"),
        ((*JOB, "renditions", 1, "raw_state"), "TranscodeSuccess"),
        ((*JOB, "renditions", 2, "state"), "succeeded"),  # of a word that is in no table
        ((*JOB, "renditions", 2, "state"), "running"),
        ((*JOB, "renditions", 0, "definition"), 5),
        ((*JOB, "renditions", 0, "template_id"), ["t1"]),
        ((*JOB, "renditions", 0, "job_id"), True),
        ((*JOB, "renditions", 0, "uri"), 5),
        ((*JOB, "renditions", 0, "progress"), 101),
        ((*JOB, "renditions", 0, "progress"), "100"),
        ((*JOB, "renditions", 0, "error"), "E1"),
        ((*JOB, "renditions", 1, "error"), {"code": 5, "message": None}),
        ((*JOB, "renditions", 0, "quality"), "HD"),
    ],
)
def test_what_is_no_event(path: tuple[Any, ...], value: Any) -> None:
    """Of another job, of another version, or broken: nothing is guessed."""
    event = changed(sent(wait_event(DONE).to_json()), path, value)

    with pytest.raises(BrokenEvent, match="not an event of this package's trigger"):
        read(event)


@pytest.mark.parametrize(
    "path",
    [(name,) for name in ("schema", "kind", "jobs", "report", "at", "ends_at", "deadline", "story")]
    + [("jobs", 0), ("jobs", 0, "ids"), ANSWER, JOB]
    + [
        (*JOB, name)
        for name in (
            "kind",
            "ids",
            "state",
            "raw_state",
            "progress",
            "created_at",
            "started_at",
            "finished_at",
            "outputs",
            "renditions",
            "error",
            "request_id",
            "raw",
            "proven",
            "told_later",
        )
    ]
    + [
        (*JOB, "renditions", 0, name)
        for name in ("definition", "template_id", "job_id", "state", "raw_state", "progress", "error")
    ],
    ids=lambda path: ".".join(map(str, path)),
)
def test_what_lacks_something(path: tuple[Any, ...]) -> None:
    """Every part is needed."""
    with pytest.raises(BrokenEvent):
        read(changed(sent(wait_event(DONE).to_json()), path, GONE))


@pytest.mark.parametrize("name", ["mark", "absent_since", "unstarted_since", "unchanged_since", "told_at"])
def test_what_was_seen_may_be_unknown(name: str) -> None:
    """It is left out where there is nothing to tell; a limit then starts anew, which only delays."""
    seen = JobHistory(None, "running", START, START, START, START)
    back = read(changed(sent(event_of((REF, seen)).to_json()), ("jobs", 0, name), GONE)).history[0]

    assert back.to_json() == {key: value for key, value in seen.to_json().items() if key != name}


@pytest.mark.parametrize("event", [None, "success", 5, [], {}])
def test_what_is_nothing_like_it(event: Any) -> None:
    """Whatever a trigger of another kind may send."""
    with pytest.raises(BrokenEvent):
        read(event)


@pytest.mark.parametrize(
    ("name", "value"), [("message", None), ("status", "400"), ("request_id", 5), ("retry_after", "soon")]
)
def test_an_error_of_other_types(name: str, value: Any) -> None:
    """Facts of errors have types, too."""
    event = changed(sent(wait_event(errors.Throttled("T", "slow down")).to_json()), (*ANSWER, name), value)

    with pytest.raises(BrokenEvent, match="of the wrong type"):
        read(event)


def test_a_run_that_was_named() -> None:
    """Another run of the same video, or one that does not say which it is, is not the one asked for."""
    named = JobRef(REF.kind, (("video_id", "v"), ("transcode_task_id", "t")))
    event = sent(wait_event(DONE, named).to_json())
    assert read(event, named).history[0].answer == DONE
    for value in ("another", GONE):
        with pytest.raises(BrokenEvent):
            read(changed(event, (*JOB, "ids", "transcode_task_id"), value), named)


def test_what_chose_the_run() -> None:
    """It need not be told of the job; where it is told, it is what was asked for."""
    chosen = JobRef(REF.kind, (("video_id", "v"), ("template_group_id", "g")))
    event = sent(wait_event(DONE, chosen).to_json())
    assert read(event, chosen).history[0].answer == DONE
    path = (*JOB, "ids", "template_group_id")
    assert read(changed(event, path, "g"), chosen).history[0].mark == ""
    with pytest.raises(BrokenEvent):
        read(changed(event, path, "another"), chosen)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("at",), "yesterday", "ValueError: 'yesterday' is no time"),
        (("report",), {"looks": -1}, "ValueError: {'looks': -1} are no counts"),
        (("jobs", 0, "answer", "job", "progress"), 101, "ValueError: 101 is no percentage"),
        (("jobs", 0, "answer", "job", "proven"), "true", "TypeError: 'true' is of the wrong type"),
        (("jobs", 0, "answer", "job", "state"), "succeeded", _NOT_SAME + "'partial')"),
        (("jobs", 0, "mark"), "", "ValueError: it is of {'mark': ''}, not of {}"),
        (("deadline",), GONE, "KeyError: 'deadline'"),
    ],
)
def test_what_was_wrong_is_told(path: tuple[Any, ...], value: Any, told: str) -> None:
    """With the value, so that whoever is woken need not guess."""
    event = sent(event_of((REF, JobHistory(DONE))).to_json())
    with pytest.raises(BrokenEvent) as caught:
        read(changed(event, path, value))
    assert str(caught.value) == f"not an event of this package's trigger ({told})"


def test_renditions_of_a_kind_without() -> None:
    """There is no word that would make one a success."""
    event = sent(wait_event(clip(1), clip_ref(1)).to_json())
    made = HD.to_dict()

    with pytest.raises(BrokenEvent, match="it is of succeeded, not of unknown"):
        read(changed(event, (*JOB, "renditions"), [made]), clip_ref(1))


def lowered(*renditions: Rendition, state: JobState = JobState.PARTIAL, word: str = "CompleteAllSucc") -> JobSnapshot:
    """A record whose renditions say less than its word. A job that has not ended has no time of its end."""
    finished = DONE.finished_at if state.ended else None
    return replace(DONE, state=state, raw_state=word, renditions=renditions, finished_at=finished)


@pytest.mark.parametrize(
    ("word", "renditions", "state"),
    [
        ("CompleteAllSucc", (HD, LD), JobState.PARTIAL),
        ("CompeleteAllSucc", (LD,), JobState.PARTIAL),
        ("CompleteAllSucc", (HD, BUSY), JobState.RUNNING),
        ("CompleteAllSucc", (LD, BUSY), JobState.RUNNING),
        ("CompletePartialSucc", (HD, BUSY), JobState.RUNNING),
        ("CompleteAllSucc", (HD,), JobState.SUCCEEDED),
        ("CompleteAllFail", (HD, BUSY), JobState.FAILED),
    ],
)
def test_a_state_that_is_lower_than_its_word(word: str, renditions: tuple[Rendition, ...], state: JobState) -> None:
    """It comes back, because the renditions explain it; any other state beside them is refused."""
    snapshot = lowered(*renditions, state=state, word=word)
    event = sent(wait_event(snapshot).to_json())
    assert read(event).history[0].answer == snapshot
    for other in JobState:
        if other is not state:
            with pytest.raises(BrokenEvent):
                read(changed(event, (*JOB, "state"), str(other)))


@pytest.mark.parametrize(
    "renditions", [None, [], [HD.to_dict()], [HD.to_dict(), Rendition(None, None, None, "unknown", "X").to_dict()]]
)
def test_a_lower_state_that_nothing_explains(renditions: Any) -> None:
    """Without the rendition that failed, or that still runs, the word alone would stand."""
    for snapshot in (lowered(HD, LD), lowered(HD, BUSY, state=JobState.RUNNING)):
        with pytest.raises(BrokenEvent, match=r"not of \('alibaba\.vod\.transcode', 'succeeded'\)"):
            read(changed(sent(wait_event(snapshot).to_json()), (*JOB, "renditions"), renditions))


def test_a_lower_state_of_a_kind_without_renditions() -> None:
    """Its word decides alone."""
    for state in ("running", "partial", "failed"):
        with pytest.raises(BrokenEvent):
            read(changed(sent(wait_event(clip(1), clip_ref(1)).to_json()), (*JOB, "state"), state), clip_ref(1))


# --- several jobs -----------------------------------------------------------------------------------------------

REFS = tuple(clip_ref(number) for number in (1, 2, 3))
LIST = event_of(*((ref, JobHistory(clip(number))) for number, ref in enumerate(REFS, 1)))


@pytest.mark.parametrize(
    "order",
    [(1, 0, 2), (0, 1), (0, 1, 2, 2), (0, 0, 2), (0, 1, 2, 0), ()],
    ids=["swapped", "one missing", "one too many", "one twice", "one more time", "none"],
)
def test_other_jobs_than_asked_for(order: tuple[int, ...]) -> None:
    """Each job once, in the order in which they were asked for."""
    event = sent(LIST.to_json())
    assert read(event, *REFS) == LIST
    event["jobs"] = [event["jobs"][place] for place in order]

    with pytest.raises(BrokenEvent):
        read(event, *REFS)


def test_fewer_jobs_asked_for() -> None:
    """The event of a longer or a shorter list is that of another wait."""
    for refs in (REFS[:2], (*REFS, clip_ref(4)), (REFS[1], REFS[0], REFS[2])):
        with pytest.raises(BrokenEvent):
            read(sent(LIST.to_json()), *refs)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("jobs", 1, "ids"), {"job_id": "3"}),
        (("jobs", 1, "answer", "job", "ids"), {"job_id": "3"}),
        (("jobs", 1, "answer", "job", "kind"), "huawei.vod.editing"),
        (("jobs", 1, "answer", "job", "raw_state"), "FAILED"),
        (("jobs", 1, "answer", "job", "jobs"), []),
        (("jobs", 1, "answer"), {"absent": None}),
        (("jobs", 1, "answer"), GONE),
        (("jobs", 1), None),
        (("jobs", 1, "absent_since"), "long ago"),
    ],
)
def test_one_of_several_that_is_broken(path: tuple[Any, ...], value: Any) -> None:
    """One is enough for none to be believed."""
    with pytest.raises(BrokenEvent):
        read(changed(sent(LIST.to_json()), path, value), *REFS)


def test_an_answer_of_another_job() -> None:
    """A success that was moved to a job that failed."""
    event = sent(event_of((REFS[0], JobHistory(clip(1))), (REFS[1], JobHistory(clip(2, "FAILED")))).to_json())
    forged = changed(event, ("jobs", 1, "answer"), event["jobs"][0]["answer"])

    with pytest.raises(BrokenEvent):
        read(forged, *REFS[:2])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("state",), "running"),
        (("raw_state",), "3,1"),
        (("kind",), "huawei.vod.editing"),
        (("ids",), {"caster_id": "another"}),
        (("request_id",), 5),
        (("jobs",), []),
        (("jobs",), None),
        (("jobs", 0), "a"),
        (("jobs", 0, "kind"), "huawei.vod.editing"),
        (("jobs", 0, "ids"), {"caster_id": "another", "show_id": "a"}),
        (("jobs", 0, "ids"), {"caster_id": "c", "show_id": "b"}),  # twice the same would count as two
        (("jobs", 0, "ids"), {"show_id": "a"}),
        (("jobs", 0, "state"), "failed"),
        (("jobs", 0, "raw_state"), "-1"),
        (("jobs", 0, "renditions"), [HD.to_dict()]),
    ],
)
def test_a_studio_that_contradicts_itself(path: tuple[Any, ...], value: Any) -> None:
    """What is said of the whole follows from its parts, and those are of the studio that was asked for."""
    event = sent(wait_event(studio(episode("a"), episode("b")), STUDIO).to_json())

    with pytest.raises(BrokenEvent):
        read(changed(event, (*JOB, *path), value), STUDIO)


def test_jobs_are_of_a_studio_only() -> None:
    """In the answer for a single job they would take its place."""
    one = JobRef(STUDIO.kind, (("caster_id", "c"), ("show_id", "a")))
    event = sent(wait_event(episode("a"), one).to_json())
    assert read(event, one).history[0].answer == episode("a")
    for change in ({"jobs": [event["jobs"][0]["answer"]["job"]]}, {"ids": {"caster_id": "c"}}):
        forged = copy.deepcopy(event)
        forged["jobs"][0]["answer"]["job"] |= change
        with pytest.raises(BrokenEvent):
            read(forged, one)


# --- any change -------------------------------------------------------------------------------------------------


class End(NamedTuple):
    """An event, and what its wait was asked for."""

    told: WaitEvent
    policy: Policy = Policy()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something is, within an event."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, name))


def decision(event: Any, end: End) -> tuple[type, ...]:
    """What the worker makes of it."""
    refs = end.told.refs
    back = read(event, *refs)
    spec = WaitSpec(refs, kind_of(refs[0].kind), end.policy, back.deadline, 300.0, many=len(refs) > 1)
    told = decide(spec, back.history, back.at)
    return (type(told), type(told.error)) if isinstance(told, Fail) else (type(told),)


SUCCEEDED = JobSnapshot("huawei.mpc.editing", {"job_id": "1"}, JobState.SUCCEEDED, "SUCCEEDED", outputs=(Output("u"),))
BOTH = [(ref, JobHistory(clip(number), "succeeded", None, None, START)) for number, ref in enumerate(REFS[:2], 1)]
NEEDS_HD = Policy(required_definitions=("HD",))
NEEDS_LD = Policy(required_definitions=("LD",))
ENDS: dict[str, End] = {
    "done": End(wait_event(SUCCEEDED, clip_ref(1))),
    "partial": End(wait_event(DONE)),
    "rendition made": End(wait_event(DONE), NEEDS_HD),
    "rendition not made": End(wait_event(DONE), NEEDS_LD),
    "rendition failed": End(wait_event(lowered(HD, LD))),
    "rendition still running": End(wait_event(lowered(HD, BUSY, state=JobState.RUNNING)), Policy(not_found_grace=0.0)),
    "studio done": End(wait_event(studio(episode("a"), episode("b")), STUDIO), Policy(episodes=2)),
    "studio failed": End(wait_event(studio(episode("a"), episode("b", "-1")), STUDIO), Policy(episodes=2)),
    "list done": End(event_of(*BOTH)),
    "list failed": End(event_of(BOTH[0], (REFS[1], JobHistory(clip(2, "FAILED"), "failed", None, START)))),
}
WORDS = ["SUCCEEDED", "FAILED", "succeeded", "failed", "partial", "running", "CompleteAllSucc", "3", "-1", "1", "b", ""]
OTHERS = [None, True, False, 0, 1, -1, 1.5, [], {}, [1], {"a": 1}]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "job", "error"]), inner),
    max_leaves=3,
)


def may_become(path: tuple[Any, ...], value: Any, wanted: tuple[type, ...]) -> set[tuple[type, ...]]:
    """Ends that a change may bring without being noticed: none of them opens a gate that was shut."""
    if value is GONE and path[-2:-1] == ("jobs",) and wanted == (Done,):
        return {(Wait,)}  # a part taken out of a studio leaves no end at all
    if path[-1] == "proven" or (value is GONE and path[-1] == "show_id"):  # of no episode that could be counted
        return {(Wait,)}
    if "renditions" in path:
        return {(Wait,), (Fail, errors.JobPartiallySucceeded)}
    return set()


def changes_no_end(end: End, value: Any) -> None:
    """Wherever it is put, it is noticed, or the end stays."""
    event = sent(end.told.to_json())
    wanted = decision(event, end)
    for path in places(event):
        try:
            found = decision(changed(event, path, value), end)
        except BrokenEvent:
            continue
        assert found == wanted or found in may_become(path, value, wanted), path


@pytest.mark.parametrize("value", [*WORDS, *OTHERS, GONE], ids=lambda value: "gone" if value is GONE else repr(value))
@pytest.mark.parametrize("name", ENDS)
def test_one_change_never_makes_another_end(name: str, value: Any) -> None:
    """Words that mean something to somebody, and what is of another type."""
    changes_no_end(ENDS[name], value)


@given(st.sampled_from(list(ENDS.values())), VALUES)
@settings(max_examples=30)
def test_no_change_makes_another_end(end: End, value: Any) -> None:
    """Whatever it is."""
    changes_no_end(end, value)


def test_the_ends_are_different() -> None:
    """What is changed above, unchanged."""
    assert {name: decision(sent(end.told.to_json()), end) for name, end in ENDS.items()} == {
        "done": (Done,),
        "partial": (Fail, errors.JobPartiallySucceeded),
        "rendition made": (Done,),
        "rendition not made": (Fail, errors.JobPartiallySucceeded),
        "rendition failed": (Fail, errors.JobPartiallySucceeded),
        "rendition still running": (Fail, errors.RenditionsUntold),
        "studio done": (Done,),
        "studio failed": (Fail, errors.JobFailed),
        "list done": (Done,),
        "list failed": (Fail, errors.JobFailed),
    }
