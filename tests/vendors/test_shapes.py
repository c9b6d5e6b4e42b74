# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests one good answer in every form it may have; a wrong type where something decides is no answer.

Covers ``core.shapes``.
"""

from __future__ import annotations

import copy
import json
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import UnreadableResponse
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.vendors import kind, vendor_of

from ..kinds import FACTS, Facts
from .reporting import ACCOUNTS, answered, look


class Good(NamedTuple):
    """A good answer about one job that has succeeded.

    :param field: where its list is,
    :param element: and what that is wrapped under.
    :param record: of the job.
    :param deciding: fields of it that decide.
    :param follow: bodies of further answers.
    """

    ref: JobRef
    field: str
    element: str
    record: dict[str, Any]
    deciding: tuple[str, ...]
    follow: tuple[dict[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.ref.kind

    @property
    def account(self) -> Account:
        return ACCOUNTS[vendor_of(self.ref.kind).name]

    def seen(self, value: Any, *follow: Any) -> Any:
        """What a look makes of it."""
        bodies = [{"RequestId": "r", "total": 1, self.field: value}, *(follow or self.follow)]
        return look(self.account, [self.ref], *map(answered, bodies))[0][self.ref]


VOD_DETAIL = FACTS["alibaba.vod.transcode"].detail
assert VOD_DETAIL is not None
DETAIL = dict(VOD_DETAIL[1])
RENDITION: dict[str, Any] = DETAIL["TranscodeJobInfoList"][0]


def good(facts: Facts) -> Good:
    chosen = {id_: facts.record[field] for id_, field in facts.choosing.items() if id_ == "trigger"}
    follow = ({"RequestId": "r", facts.detail[0]: facts.detail[1]},) if facts.detail else ()
    ref = kind(facts.name).ref(facts.requested | chosen)
    return Good(ref, *facts.place, dict(facts.record), facts.deciding, follow)


GOOD = {name: good(facts) for name, facts in FACTS.items()}
EVERY = pytest.mark.parametrize("good", GOOD.values(), ids=GOOD)


def lower(record: dict[str, Any]) -> dict[str, Any]:
    return {name[:1].lower() + name[1:]: value for name, value in record.items()}


def encoded(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """As it is, or as JSON text, at most twice."""
    return children | children.map(json.dumps) | children.map(json.dumps).map(json.dumps)


def shapes_of(good: Good) -> st.SearchStrategy[Any]:
    """Every shape of a list of that one record, beside nothings."""
    spelt = [good.record, lower(good.record)] if good.account.vendor == "alibaba" else [good.record]
    record = encoded(st.sampled_from(spelt))
    nothing: st.SearchStrategy[Any] = st.sampled_from([None, "", {}, []])
    several = st.builds(lambda before, one, after: [*before, one, *after], st.lists(nothing), record, st.lists(nothing))
    listed = encoded(record | several)
    return listed | encoded(listed.map(lambda value: {good.element: value}))


NO_LIST: list[Any] = [0, 5, True, False, 1.5, "garbage", "<html>", "[", "5", "true", [5], ["garbage"], [[1]], {"a": 1}]
NO_VALUE: list[Any] = [True, False, [], ["x"], {}, {"x": 1}]


@EVERY
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_every_shape_is_read_alike(good: Good, data: st.DataObject) -> None:
    """The same job, state, times, outputs; only the record as it is kept may be spelt another way."""
    plain = good.seen([good.record])
    assert isinstance(plain, JobSnapshot)
    assert plain.state is JobState.SUCCEEDED
    found = good.seen(data.draw(shapes_of(good)))
    assert isinstance(found, JobSnapshot)
    assert found.without_raw() == plain.without_raw()


@EVERY
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_list_of_the_wrong_type_is_unreadable(good: Good, data: st.DataObject) -> None:
    """Alone, wrapped or as text: no success, and not "there is no such job"."""
    value = data.draw(st.sampled_from(NO_LIST))
    found = good.seen(data.draw(st.sampled_from([value, {good.element: value}, json.dumps(value)])))
    assert type(found) is UnreadableResponse
    assert f'"{good.field}"' in str(found)  # the head of the payload


@EVERY
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_field_that_decides_of_the_wrong_type_is_unreadable(good: Good, data: st.DataObject) -> None:
    """Whatever else the record says, and whatever shape it is sent in."""
    field = data.draw(st.sampled_from(good.deciding))
    broken = good._replace(record=good.record | {field: data.draw(st.sampled_from(NO_VALUE))})
    found = broken.seen(data.draw(shapes_of(broken)))
    assert type(found) is UnreadableResponse


@EVERY
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_mere_fact_of_the_wrong_type_is_unknown(good: Good, data: st.DataObject) -> None:
    """It costs the fact, and nothing else."""
    decides = {*good.deciding, FACTS[good.ref.kind].renditions_in}
    field = data.draw(st.sampled_from(sorted(good.record.keys() - decides) or ["CreationTime"]))
    value = data.draw(st.sampled_from([5, True, 1.5, "garbage", [5], ["x"], {"x": 1}, [[]], {"x": {}}]))
    found = good.seen([good.record | {field: value}])
    assert isinstance(found, JobSnapshot)
    assert found.state is JobState.SUCCEEDED
    json.dumps(found.to_result(), allow_nan=False)


@pytest.mark.parametrize("good", [good for good in GOOD.values() if kind(good.ref.kind).batch_size > 1], ids=str)
@pytest.mark.parametrize("status", NO_VALUE, ids=repr)
def test_a_record_that_cannot_be_read_harms_no_other(good: Good, status: Any) -> None:
    """Of two jobs in one answer the one is read; whoever waits for the other has no news."""
    (name, id_), status_field = good.ref.ids[-1], FACTS[good.ref.kind].word
    if good.ref.kind == "alibaba.vod.transcode":
        ref = kind(good.ref.kind).ref({"video_id": "v1", "transcode_task_id": "t1"})
        other = kind(good.ref.kind).ref({"video_id": "v1", "transcode_task_id": "t2"})
        broken = good.record | {"TranscodeTaskId": "t2", status_field: status}
    else:
        ref, other = good.ref, kind(good.ref.kind).ref(dict(good.ref.ids) | {name: "77"})
        broken = {field: "77" if value == id_ else value for field, value in good.record.items()}
        broken |= {status_field: status}
    bodies = [{"RequestId": "r", "total": 2, good.field: [broken, good.record]}, *good.follow]
    found, _ = look(good.account, [ref, other], *map(answered, bodies))
    assert isinstance(found[ref], JobSnapshot)
    assert found[ref].state is JobState.SUCCEEDED  # type: ignore[union-attr]
    assert type(found[other]) is UnreadableResponse


@pytest.mark.parametrize("name", ["huawei.mpc.editing", "alibaba.live.editing"])
@pytest.mark.parametrize("item", [5, "garbage", ["x"], True], ids=repr)
def test_an_item_that_cannot_be_read_may_be_any_job_that_is_not_shown(name: str, item: Any) -> None:
    """Those that are shown go on."""
    good = GOOD[name]
    field = good.ref.ids[-1][0]
    other = kind(name).ref(dict(good.ref.ids) | {field: "77"})
    found, _ = look(good.account, [good.ref, other], answered({"RequestId": "r", good.field: [item, good.record]}))
    assert isinstance(found[good.ref], JobSnapshot)
    assert type(found[other]) is UnreadableResponse


# --- details of transcoding -----------------------------------------------------------------------------------------

VOD = GOOD["alibaba.vod.transcode"]


def detail_shapes() -> st.SearchStrategy[Any]:
    renditions = encoded(st.sampled_from([[RENDITION], RENDITION, [lower(RENDITION)], [None, RENDITION]]))
    wrapped = renditions | renditions.map(lambda value: {"TranscodeJobInfo": value})
    inner = encoded(wrapped.map(lambda value: DETAIL | {"TranscodeJobInfoList": value}))
    bare = {name: value for name, value in DETAIL.items() if name != "TranscodeJobInfoList"}
    beside = wrapped.map(lambda value: {"RequestId": "r", "TranscodeTask": bare, "TranscodeJobInfoList": value})
    return inner.map(lambda value: {"RequestId": "r", "TranscodeTask": value}) | beside


@settings(max_examples=150, deadline=None)
@given(body=detail_shapes())
def test_details_in_every_shape(body: Any) -> None:
    """Within the task or beside it, as a list, as text, wrapped."""
    plain, found = VOD.seen([VOD.record]), VOD.seen([VOD.record], body)
    assert found.without_raw() == plain.without_raw()
    assert [made.definition for made in found.renditions] == ["LD"]


@pytest.mark.parametrize("value", [5, True, "garbage", "[", [5], ["x"], [[RENDITION]], {"a": [RENDITION]}], ids=repr)
@pytest.mark.parametrize("place", ["TranscodeTask", "TranscodeJobInfoList", "beside"])
def test_details_of_the_wrong_type(place: str, value: Any) -> None:
    """They may deny the success: it is neither told nor made, in one call more and no third."""
    if (place, value) == ("TranscodeTask", {"a": [RENDITION]}) or (
        place == "TranscodeJobInfoList" and value == {"a": [RENDITION]}
    ):
        value = 7
    task = {name: held for name, held in DETAIL.items() if name != "TranscodeJobInfoList"}
    bodies = {
        "TranscodeTask": {"TranscodeTask": value},
        "TranscodeJobInfoList": {"TranscodeTask": task | {"TranscodeJobInfoList": value}},
        "beside": {"TranscodeTask": task, "TranscodeJobInfoList": 7 if isinstance(value, dict) else value},
    }
    first = answered({"RequestId": "r", VOD.field: [VOD.record]})
    found, calls = look(VOD.account, [VOD.ref], first, answered({"RequestId": "r"} | bodies[place]))
    assert (type(found[VOD.ref]), calls) == (UnreadableResponse, 2)


@pytest.mark.parametrize("field", ["TaskStatus", "TranscodeTaskId"])
@pytest.mark.parametrize("value", NO_VALUE, ids=repr)
def test_a_task_whose_details_cannot_be_read(field: str, value: Any) -> None:
    """The same for what decides in them, and for the state of a rendition."""
    assert type(VOD.seen([VOD.record], {"TranscodeTask": DETAIL | {field: value}})) is UnreadableResponse
    rendition = RENDITION | {"TranscodeJobStatus": value}
    broken = {"TranscodeTask": DETAIL | {"TranscodeJobInfoList": [RENDITION, rendition]}}
    assert type(VOD.seen([VOD.record], broken)) is UnreadableResponse


def test_a_trigger_of_the_wrong_type_matters_to_those_who_chose_by_it() -> None:
    """For the others it is a mere fact."""
    record = VOD.record | {"Trigger": ["Auto"]}
    plain = VOD._replace(ref=kind("alibaba.vod.transcode").ref({"video_id": "v1"}))
    assert plain.seen([record]).state is JobState.SUCCEEDED
    assert type(VOD.seen([record])) is UnreadableResponse
    record |= {"TranscodeTaskId": "t2"}
    older = VOD.record | {"CreationTime": "2026-11-28T11:30:00Z"}
    assert type(VOD.seen([older, record | {"CreationTime": "2026-11-28T11:31:00Z"}])) is UnreadableResponse
    assert VOD.seen([older, record | {"CreationTime": "2026-11-28T11:29:00Z"}]).state is JobState.SUCCEEDED


def test_a_run_that_cannot_be_read_is_as_good_as_running() -> None:
    """It may be the newest; an older one says nothing."""
    good = VOD.record | {"CreationTime": "2026-11-28T11:30:00Z"}
    for created, expected in (
        ("2026-11-28T11:31:00Z", None),
        (None, None),
        ("2026-11-28T11:29:00Z", JobState.SUCCEEDED),
    ):
        broken = good | {"TranscodeTaskId": "t9", "TaskStatus": ["x"], "CreationTime": created}
        found = VOD.seen([broken, good])
        assert getattr(found, "state", None) is expected
        assert expected or type(found) is UnreadableResponse


def test_a_page_that_cannot_be_read_hides_no_task_that_is_shown() -> None:
    """A task that is named and was listed before goes on; the newest may be on the page that cannot be read."""
    first = {"TranscodeTaskList": [VOD.record | {"TranscodeTaskId": f"t{number}"} for number in range(50)]}
    named, missing, newest = (
        kind("alibaba.vod.transcode").ref({"video_id": "v1"} | more)
        for more in ({"transcode_task_id": "t1"}, {"transcode_task_id": "t99"}, {})
    )
    bodies = [first, {"TranscodeTaskList": "garbage"}, VOD.follow[0]]
    found, _ = look(VOD.account, [named, missing, newest], *map(answered, bodies))
    assert found[named].state is JobState.SUCCEEDED  # type: ignore[union-attr]
    assert {type(found[ref]) for ref in (missing, newest)} == {UnreadableResponse}


def test_a_named_task_may_be_the_one_without_an_id() -> None:
    """A record whose id cannot be read is perhaps its own; one that has none is not."""
    named = VOD._replace(ref=kind("alibaba.vod.transcode").ref({"video_id": "v1", "transcode_task_id": "t1"}))
    assert type(named.seen([VOD.record | {"TranscodeTaskId": ["t1"]}])) is UnreadableResponse
    assert named.seen([VOD.record | {"TranscodeTaskId": None}]) is None
    assert named.seen([VOD.record | {"TranscodeTaskId": "t2"}]) is None


# --- a whole studio -------------------------------------------------------------------------------------------------

LIVE = GOOD["alibaba.live.editing"]
STUDIO = kind("alibaba.live.editing").ref({"caster_id": "c1"})


def episode(show_id: str | None, status: Any = 3) -> dict[str, Any]:
    return {"OutputVodId": f"v-{show_id}", "TaskStatus": status} | ({"ShowId": show_id} if show_id else {})


def studio(info: Any, *shows: str) -> list[Any]:
    """What a look tells of the studio, and of episodes of it."""
    refs = [STUDIO, *(kind("alibaba.live.editing").ref({"caster_id": "c1", "show_id": show}) for show in shows)]
    found, _ = look(LIVE.account, refs, answered({"RequestId": "r", "CasterId": "c1", "EditingTasksInfo": info}))
    return [found[ref] for ref in refs]


@pytest.mark.parametrize(
    "info",
    [
        {"EditingTaskInfo": {"OutputVodId": "v", "TaskStatus": 3}},
        {"EditingTask": {"EditingTaskInfo": {"OutputVodId": "v", "TaskStatus": 3}}},
        '"EditingTaskInfo": {"OutputVodId": "v", "TaskStatus": 3},',
        {"s1": {"OutputVodId": "v", "TaskStatus": 3}},
        {"OutputVodId": "v", "TaskStatus": 3},
    ],
    ids=repr,
)
def test_no_name_of_an_object_is_an_episode(info: Any) -> None:
    """A studio has a task then, and no episode that could be counted."""
    (whole,) = studio(info)
    assert [(job.ids, job.proven) for job in whole.jobs] == [({"caster_id": "c1"}, False)]


def test_a_key_proves_an_episode_only_to_who_asks_for_it() -> None:
    """The others see a task of no episode."""
    whole, first, other = studio({"s1": episode(None), "s2": episode(None, 1)}, "s1", "s9")
    assert (first.state, first.ids["show_id"]) == (JobState.SUCCEEDED, "s1")
    assert other is None
    assert [job.proven for job in whole.jobs] == [False]


@pytest.mark.parametrize(
    ("info", "states"),
    [
        ({"s1": episode("s2")}, [None, "succeeded"]),  # its own id says whose it is
        ({"s1": {"s2": episode(None)}}, [None, None]),  # which of them it is, nobody says
        ({"s1": [episode(None)]}, [None, None]),
        ({"s1": episode(None), "Tasks": [episode("s1", 1)]}, ["running", None]),
        ({"s1": episode(None, 1), "s2": episode(None, -1)}, ["running", "failed"]),
    ],
    ids=repr,
)
def test_keys_that_contradict(info: Any, states: list[str | None]) -> None:
    """Of several that may be it, the one that opens last; what contradicts itself proves nothing."""
    found = studio(info, "s1", "s2")[1:]
    assert [None if answer is None else str(answer.state) for answer in found] == states


@pytest.mark.parametrize("bad", ["garbage", '{"ShowId": "s2", ', 5, ["x"], [[True]], {"s2": "done"}], ids=repr)
@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"Total": 2, "Tasks": items}, json.dumps])
def test_one_that_cannot_be_read_blinds_nobody_else(wrap: Any, bad: Any) -> None:
    """Readable episodes go on; of one that is not shown, and of the studio as a whole, there is no news."""
    whole, first, missing = studio(wrap([episode("s1"), bad]), "s1", "s2")
    assert first.state is JobState.SUCCEEDED
    assert type(whole) is type(missing) is UnreadableResponse


def test_lines_of_which_one_cannot_be_read() -> None:
    """The lines before and after it are read; many such lines are given up."""
    lines = [json.dumps(episode("s1")), '{"ShowId": "s2", "TaskStatus"', json.dumps(episode("s3", 1))]
    whole, first, broken, third = studio("\n".join(lines), "s1", "s2", "s3")
    assert (first.state, third.state) == (JobState.SUCCEEDED, JobState.RUNNING)
    assert type(whole) is type(broken) is UnreadableResponse
    late = "\n".join(["{"] * 10 + [json.dumps(episode("s1"))])
    assert type(studio(late, "s1")[1]) is UnreadableResponse


def test_a_status_that_cannot_be_read_is_its_own_episodes() -> None:
    """Also where another record of that episode can be read: it may be a newer edit."""
    whole, first, second = studio([episode("s1"), episode("s2"), episode("s2", ["x"])], "s1", "s2")
    assert first.state is JobState.SUCCEEDED
    assert type(whole) is type(second) is UnreadableResponse
    nameless, alone = studio([episode("s1"), episode(None, ["x"])], "s1")
    assert (type(nameless), alone.state) == (UnreadableResponse, JobState.SUCCEEDED)
    assert type(studio({"s1": episode(None, ["x"])}, "s1")[1]) is UnreadableResponse


def test_a_text_among_episodes_is_no_name() -> None:
    """Where keys are show ids it stands for a task; where they are names of fields it is one of those."""
    assert type(studio({"s1": episode("s1"), "s2": "garbage"})[0]) is UnreadableResponse
    assert [job.ids["show_id"] for job in studio({"CasterName": "one", "Tasks": [episode("s1")]})[0].jobs] == ["s1"]
    assert [job.ids["show_id"] for job in studio({"CasterName": "one", "Task": episode("s1")})[0].jobs] == ["s1"]


def test_the_work_grows_with_the_answer_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: records that are read and compared, for a studio and for each of its episodes."""
    from airflow_provider_mediajobs.vendors.alibaba.api.kinds import live_editing, live_tasks

    counted: list[int] = []
    plain = live_editing._snapshot

    def snapshot(*given: Any) -> JobSnapshot:
        counted[-1] += 1
        return plain(*given)

    class Show(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            counted[-1] += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    monkeypatch.setattr(live_editing, "_snapshot", snapshot)
    monkeypatch.setattr(live_tasks, "show_id", lambda record: Show(record["ShowId"]))
    for size in (100, 200, 400):
        counted.append(0)
        shows = [f"s{number}" for number in range(size)]
        found = studio([episode(show) for show in shows], *shows)
        assert len(found[0].jobs) == size
        assert {answer.state for answer in found} == {JobState.SUCCEEDED}
    assert [counted[1] / counted[0], counted[2] / counted[1]] == pytest.approx([2, 2], rel=0.1)


def test_records_are_not_changed() -> None:
    """What was sent is the sender's."""
    for good in GOOD.values():
        before = copy.deepcopy(good)
        good.seen([good.record])
        assert good == before
