# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what a wait for several jobs stores between two looks, and how little room that takes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output, Rendition
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.remembered import (
    ROOM,
    Packed,
    fact_ref,
    pack,
    settled_refs,
    unpack,
    with_facts,
)
from airflow_provider_mediajobs.core.wait import NO_LOOK_YET, NOT_LOOKED_AT, JobHistory, WaitHistory, WaitSpec
from airflow_provider_mediajobs.vendors import kind as kind_of

from .outcomes import START, after

MPC = kind_of("huawei.mpc.editing")
VOD = kind_of("alibaba.vod.transcode")
BY_DEFAULT = Policy()
HD = Rendition("HD", "t1", "j1", "succeeded", "TranscodeSuccess", 100, "oss://b/o.mp4")
LD = Rendition("LD", "t2", "j2", "failed", "TranscodeFail", error=JobFault("E1", None))


def clips(count: int, policy: Policy = BY_DEFAULT) -> WaitSpec:
    refs = tuple(MPC.ref({"job_id": str(30_000 + number)}) for number in range(count))
    return WaitSpec(refs, MPC, policy, after(3600), 3600, many=True)


def clip(ref: JobRef, word: str = "SUCCEEDED", **more: Any) -> JobSnapshot:
    facts: dict[str, Any] = {
        "created_at": after(-10),
        "started_at": after(5),
        "finished_at": after(60.5),
        "outputs": (Output("u"),),
    }
    return JobSnapshot(MPC.name, dict(ref.ids), MPC.state(word), word, **(facts | {"raw": {"a": 1}} | more))


def videos(count: int, policy: Policy = BY_DEFAULT, **more: Any) -> WaitSpec:
    refs = tuple(VOD.ref({"video_id": f"{number:032x}"}) for number in range(count))
    return WaitSpec(refs, VOD, policy, after(3600), 3600, many=True, **({"created_after": after(-60)} | more))


def video(ref: JobRef, word: str = "CompleteAllSucc", **more: Any) -> JobSnapshot:
    ids = {"video_id": ref["video_id"], "transcode_task_id": ref["video_id"][::-1]}
    return JobSnapshot(VOD.name, ids, VOD.state(word), word, created_at=after(-10), **more)


def there_and_back(spec: WaitSpec, history: WaitHistory, room: int = ROOM) -> WaitHistory:
    return unpack(spec, json.loads(json.dumps(pack(spec, history, room).content)))


def test_what_is_kept() -> None:
    """In plain JSON that people can read; texts that many have in common once."""
    spec = clips(4)
    history = (
        JobHistory(clip(spec.refs[0])),
        JobHistory(clip(spec.refs[1], "PROCESSING"), "running", None, None, after(30), after(60)),
        NOT_LOOKED_AT,
        JobHistory(clip(spec.refs[3], "FAILED", started_at=None, finished_at=None)),
    )

    assert pack(spec, history) == Packed(
        {
            "base": "2026-09-01T12:00:00+00:00",
            "seen": [
                {"word": 0, "times": [-10, 5, 60.5]},
                [0, None, None, 30, 60],
                [],
                {"word": 1, "times": [-10, None, None]},
            ],
            "words": [["succeeded", "SUCCEEDED"], ["failed", "FAILED"]],
            "marks": ["running"],
            "renditions": [],
        }
    )


def test_what_comes_back() -> None:
    """Of jobs that are settled their end and times, of others their limits; what they made is not kept."""
    spec = clips(3)
    times = [START + timedelta(microseconds=number) for number in (1, 2, 3, 999_999)]
    history = (
        JobHistory(clip(spec.refs[0], error=JobFault("E", None), request_id="r"), "x", *times),
        JobHistory(None, "running (the vendor says '剪')", *times),
        JobHistory(e.TransportError("x"), "", None, None, None, times[3]),
    )

    back = there_and_back(spec, history)

    assert back[0] == JobHistory(clip(spec.refs[0], outputs=(), raw={}))
    assert back[1:] == tuple(replace(seen, answer=NO_LOOK_YET) for seen in history[1:])
    assert settled_refs(spec, back) == {spec.refs[0]}
    assert there_and_back(spec, back) == back


@pytest.mark.parametrize("until", ["succeeded", "finished", "running"])
@pytest.mark.parametrize("word", ["WAITING", "PROCESSING", "SUCCEEDED", "FAILED", "CANCELED", "DREAMING"])
def test_what_is_settled_stays_so(until: str, word: str) -> None:
    """By what the author waits for; nothing else becomes settled."""
    spec = clips(1, Policy(until=until))
    history = spec.after(spec.start(), {spec.refs[0]: clip(spec.refs[0], word)}, after(0))

    back = there_and_back(spec, history)

    assert settled_refs(spec, back) == settled_refs(spec, history)
    assert states(spec, back) == states(spec, history)


def states(spec: WaitSpec, history: WaitHistory) -> list[tuple[JobState, str]]:
    """Of the settled jobs."""
    pairs = zip(spec.refs, history, strict=True)
    jobs = [seen.answer for ref, seen in pairs if spec.settled(ref, seen)]
    return [(job.state, job.raw_state) for job in jobs if isinstance(job, JobSnapshot)]


@pytest.mark.parametrize("renditions", [None, (), (HD,), (HD, LD)])
@pytest.mark.parametrize("required", [(), ("HD",), ("HD", "t2")])
def test_renditions_that_decide(required: tuple[str, ...], renditions: Any) -> None:
    """Those that the author requires, as far as they decide."""
    spec = videos(1, Policy(required_definitions=required))
    history = (JobHistory(video(spec.refs[0], renditions=renditions)),)
    back = there_and_back(spec, history)[0].answer

    if required and renditions is None:
        assert back == NO_LOOK_YET
        return
    assert isinstance(back, JobSnapshot)
    wanted = [made for made in renditions or () if {made.definition, made.template_id} & set(required)]
    assert back.renditions == (
        None
        if not required
        else tuple(Rendition(made.definition, made.template_id, None, made.state, made.raw_state) for made in wanted)
    )
    assert back.ids == video(spec.refs[0]).ids


def test_ids_that_were_found() -> None:
    """Which run it was; what only chose among runs is none of the job's."""
    ref = VOD.ref({"video_id": "v", "template_group_id": "g"})
    spec = replace(videos(1), refs=(ref, VOD.ref({"video_id": "w", "transcode_task_id": "t"})))
    first = video(ref)
    second = replace(video(spec.refs[1]), ids={"video_id": "w", "transcode_task_id": "t"})
    more = replace(video(ref), ids={**first.ids, "template_group_id": "h"})

    back = there_and_back(spec, (JobHistory(first), JobHistory(second)))
    assert [seen.answer.ids for seen in back] == [first.ids, second.ids]  # type: ignore[union-attr]
    assert pack(spec, (JobHistory(first), JobHistory(second))).content["seen"][0]["ids"] == ["v"]
    spec = replace(videos(1), refs=(VOD.ref({"video_id": "v"}),))
    assert there_and_back(spec, (JobHistory(more),))[0].answer == replace(more)


def test_a_state_that_is_lower_than_its_word() -> None:
    """As a record may make it."""
    spec = videos(1)
    seen = JobHistory(replace(video(spec.refs[0]), state=JobState.PARTIAL))

    assert there_and_back(spec, (seen,)) == (seen,)


# --- room -------------------------------------------------------------------------------------------------------


def size(packed: Packed) -> int:
    return len(json.dumps(packed.content))


def test_five_hundred_fit() -> None:
    """Of either kind, whole."""
    for spec, job in ((clips(500), clip), (videos(500), video)):
        packed = pack(spec, tuple(JobHistory(job(ref)) for ref in spec.refs))
        assert packed.left_out == ""
        assert size(packed) < ROOM == 49_152
    spec = clips(500)
    moment = after(1234.567891)
    going_on = tuple(
        JobHistory(None, "running (the vendor says 'PROCESSING', 40 %)", None, None, moment, moment) for _ in spec.refs
    )
    assert pack(spec, going_on).left_out == ""


def test_what_is_left_out_first() -> None:
    """Times that decide nothing; that of the creation says which run it is."""
    spec = videos(3)
    jobs = [video(ref, started_at=after(1.5), finished_at=after(99.25)) for ref in spec.refs]
    history = tuple(map(JobHistory, jobs))
    packed = pack(spec, history, size(pack(spec, history)) - 1)

    assert packed.left_out == "times of jobs that have ended, until they are looked up in the end"
    assert [entry["times"] for entry in packed.content["seen"]] == [[-10]] * 3
    assert settled_refs(spec, unpack(spec, packed.content)) == set(spec.refs)


def test_what_is_left_out_then() -> None:
    """Where the limits of jobs that go on began; what has ended is kept."""
    spec = clips(4)
    history = (
        *(JobHistory(clip(ref)) for ref in spec.refs[:2]),
        *(JobHistory(None, "running", after(1), after(1), after(1), after(1)) for _ in spec.refs[2:]),
    )
    packed = next(found for room in range(600, 0, -1) if "limits" in (found := pack(spec, history, room)).left_out)

    assert packed.left_out == "where the limits of jobs that go on began: they begin anew with each look"
    assert packed.content["seen"][2:] == [[], []]
    assert unpack(spec, packed.content)[2:] == (NOT_LOOKED_AT, NOT_LOOKED_AT)


@pytest.mark.parametrize("count", [5_000, 20_000])
def test_what_is_left_out_last(count: int) -> None:
    """What became of jobs at the end of the list: as many as there is room for are kept, and always the same."""
    spec = videos(count)
    history = tuple(JobHistory(video(ref)) for ref in spec.refs)
    packed = pack(spec, history)
    kept = len(packed.content["seen"])

    assert ROOM - 100 < size(packed) <= ROOM
    assert 500 < kept < 1000
    assert packed.left_out.startswith(f"what became of the jobs after the first {kept}: they are asked for again; ")
    assert settled_refs(spec, unpack(spec, packed.content)) == set(spec.refs[:kept])
    assert pack(spec, history) == packed


def test_no_room_at_all() -> None:
    """Nothing is kept."""
    spec = clips(3)
    packed = pack(spec, tuple(JobHistory(clip(ref)) for ref in spec.refs), 10)

    assert packed.content["seen"] == []
    assert unpack(spec, packed.content) == spec.start()


# --- what is false ----------------------------------------------------------------------------------------------


def content() -> dict[str, Any]:
    spec = clips(2)
    loaded: dict[str, Any] = json.loads(
        json.dumps(pack(spec, tuple(JobHistory(clip(ref)) for ref in spec.refs)).content)
    )
    return loaded


@pytest.mark.parametrize(
    "change",
    [
        {"seen": None},
        {"seen": 5},
        {"seen": [5, 5]},
        {"seen": ["ab", {}]},
        {"seen": [[0], [0, 1, 2]]},
        {"seen": [{"word": 5, "times": []}, {"word": "0", "times": []}]},
        {"seen": [{"word": 0}, {"word": 0, "times": 5}]},
        {"seen": [{"word": 0, "times": [1e300, 1, 1]}, {"word": 0, "times": [], "ids": 5}]},
        {"seen": [{"word": 0, "times": [], "ids": {"video_id": "v"}}, {"word": 0, "times": [], "ids": {"job_id": 5}}]},
        {"seen": [{"word": 0, "times": [], "made": [0]}, {"word": 0, "times": [], "made": 5}]},
        {"seen": [[0, "soon", None, None, 2e10], [0, 1e200, 0, 0, 0]]},
        {"words": None},
        {"words": [["succeeded", "FAILED"]]},
        {"words": [["succeeded", "PROCESSING"]]},
        {"words": [["succeeded", "succeeded"]]},
        {"words": [["partial", "CANCELED"]]},
        {"words": [["running", "PROCESSING"]]},
        {"words": [["done", "SUCCEEDED"]]},
        {"words": [["succeeded", None]]},
        {"words": [["succeeded"]]},
        {"base": None},
        {"base": "yesterday"},
    ],
    ids=str,
)
def test_what_is_false_is_not_known(change: dict[str, Any]) -> None:
    """Nothing of it opens a gate: the jobs are asked for."""
    spec = clips(2)
    assert settled_refs(spec, unpack(spec, content())) == set(spec.refs)

    assert settled_refs(spec, unpack(spec, content() | change)) == frozenset()


@pytest.mark.parametrize("stored", [None, [], {}, "x"])
def test_what_is_nothing_like_it(stored: Any) -> None:
    """Nothing is known."""
    assert unpack(clips(2), stored) == clips(2).start()


def test_a_number_is_no_time() -> None:
    """And what is none is not told."""
    spec = clips(1)
    content = {"base": "2026-09-01T12:00:00Z", "seen": [[0, True, "5", None, 60]], "marks": ["running"]}

    assert unpack(spec, content) == (JobHistory(NO_LOOK_YET, "running", None, None, None, after(60)),)


# --- what was made ----------------------------------------------------------------------------------------------


def test_how_to_ask_for_what_was_made() -> None:
    """For the very run."""
    spec = replace(videos(1), refs=(VOD.ref({"video_id": "v", "template_group_id": "g"}),))
    seen = JobHistory(video(spec.refs[0]))
    assert fact_ref(spec, spec.refs[0], seen) == VOD.ref({"video_id": "v", "transcode_task_id": "v"})
    assert fact_ref(spec, spec.refs[0], JobHistory(replace(video(spec.refs[0]), ids={"video_id": "v"}))) == spec.refs[0]
    assert fact_ref(spec, spec.refs[0], NOT_LOOKED_AT) == spec.refs[0]
    plain = clips(1)
    assert fact_ref(plain, plain.refs[0], JobHistory(clip(plain.refs[0]))) == plain.refs[0]


def test_what_was_made_is_added() -> None:
    """Where a later look shows the same end."""
    spec = clips(1)
    (remembered,) = there_and_back(spec, (JobHistory(clip(spec.refs[0])),))

    assert with_facts(spec, spec.refs[0], remembered, clip(spec.refs[0])).answer == clip(spec.refs[0])


OTHER_ENDS: list[Any] = [
    None,
    e.TransportError("x"),
    e.JobNotFound("NotFound", "x"),
    clip(JobRef(MPC.name, (("job_id", "30000"),)), "FAILED"),
    clip(JobRef(MPC.name, (("job_id", "30000"),)), "PROCESSING"),
    clip(JobRef(MPC.name, (("job_id", "30000"),)), "SUCCEED"),
    clip(JobRef(MPC.name, (("job_id", "5"),))),
    clip(JobRef(MPC.name, (("job_id", "30000"),)), proven=False),
]


@pytest.mark.parametrize("answer", OTHER_ENDS, ids=str)
def test_another_end_changes_nothing(answer: Any) -> None:
    """The state is the one that was seen first."""
    spec = clips(1)
    (remembered,) = there_and_back(spec, (JobHistory(clip(spec.refs[0])),))

    assert with_facts(spec, spec.refs[0], remembered, answer) == remembered
    assert with_facts(spec, spec.refs[0], NOT_LOOKED_AT, answer) == NOT_LOOKED_AT


def test_other_renditions_change_nothing() -> None:
    """Those that decide are the ones that were seen first; others may have become known."""
    spec = videos(1, Policy(required_definitions=("HD",)))
    (remembered,) = there_and_back(spec, (JobHistory(video(spec.refs[0], renditions=(HD, LD))),))
    for renditions, taken in (((HD, LD), True), ((HD,), True), ((LD,), False), ((), False), (None, False)):
        answer = video(spec.refs[0], renditions=renditions)
        assert (with_facts(spec, spec.refs[0], remembered, answer).answer == answer) == taken
