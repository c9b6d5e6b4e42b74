# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``GetEditingJobInfo``: every form its answer may have, and whose gate it may open.

Covers ``vendors.alibaba.api.kinds.live_tasks``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import JobNotFound, RequestRejected, Throttled, UnreadableResponse
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.live_editing import LIVE_EDITING, look
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.live_tasks import read_tasks

REF = LIVE_EDITING.ref({"caster_id": "c1", "show_id": "s1"})
STUDIO = LIVE_EDITING.ref({"caster_id": "c1"})
TASK = {"OutputVodId": "v1", "TaskStatus": 3, "ShowId": "s1"}
OTHER = {"OutputVodId": "v2", "TaskStatus": 0, "ShowId": "s2"}


def body(info: Any, caster: str | None = "c1") -> dict[str, Any]:
    return {"RequestId": "r1", "EditingTasksInfo": info} | ({"CasterId": caster} if caster else {})


@pytest.fixture
def one(drive: Any, alibaba: Account) -> Callable[..., JobSnapshot | None]:
    """What a look at episode s1 of studio c1 finds in an answer."""
    return lambda answer, ref=REF: drive(look(alibaba, [ref]), answer)[1].get(ref)


def test_the_request_names_studio_and_episode(drive: Any, alibaba: Account) -> None:
    """One POST with both ids in the query, unsigned."""
    (request,), _ = drive(look(alibaba, [REF]), body(None))
    assert (request.method, request.url) == ("POST", "https://live.aliyuncs.com/?CasterId=c1&ShowId=s1")
    assert request.headers == (
        ("x-acs-action", "GetEditingJobInfo"),
        ("x-acs-version", "2016-11-01"),
        ("accept", "application/json"),
    )


@pytest.mark.parametrize(
    "refs", [[STUDIO], [REF, STUDIO], [REF, LIVE_EDITING.ref({"caster_id": "c1", "show_id": "s2"})]]
)
def test_several_episodes_are_one_call_without_an_episode(drive: Any, alibaba: Account, refs: list[JobRef]) -> None:
    """``ShowId`` left out answers for every episode of the studio."""
    (request,), _ = drive(look(alibaba, refs), body([TASK, OTHER]))
    assert request.url == "https://live.aliyuncs.com/?CasterId=c1"


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """The page's own answer: still editing, nothing invented."""
    ref = LIVE_EDITING.ref(
        {"caster_id": "53200b81-b761-4c10-842a-a0726d97****", "show_id": "42200b81-b761-4c10-842a-a0726d97****"}
    )
    _, answers = drive(look(alibaba, [ref]), sample("get_editing_job_info.json"))
    assert answers == {
        ref: JobSnapshot(
            kind="alibaba.live.editing",
            ids={
                "caster_id": "53200b81-b761-4c10-842a-a0726d97****",
                "show_id": "42200b81-b761-4c10-842a-a0726d97****",
            },
            state=JobState.RUNNING,
            raw_state="1",
            request_id="16A96B9A-F203-4EC5-8E43-CB92E68F4CD8",
            raw={
                "OutputVodId": "3e34733b40b9a96ccf5c1ff6f69****",
                "TaskStatus": 1,
                "StorageInfo": {"StorageLocation": "***bucket***", "FileName": "EditFile****"},
                "ShowId": "42200b81-b761-4c10-842a-a0726d97****",
            },
        )
    }


FRAGMENT = '"EditingTasksInfo": {"OutputVodId": "v1", "TaskStatus": 3, "ShowId": "s1"},'
FORMS = {
    "object": TASK,
    "list": [TASK],
    "list of two": [OTHER, TASK],
    "text of an object": json.dumps(TASK),
    "text of a list": json.dumps([OTHER, TASK]),
    "doubly encoded object": json.dumps(json.dumps(TASK)),
    "doubly encoded list": json.dumps(json.dumps([TASK])),
    "list of texts": [json.dumps(OTHER), json.dumps(TASK)],
    "wrapped list": {"EditingTask": [OTHER, TASK]},
    "wrapped object": {"EditingTask": TASK},
    "wrapped text": {"EditingTask": json.dumps([TASK])},
    "text of a wrapped list": json.dumps({"EditingTask": [TASK]}),
    "keyed by show": {"s2": OTHER, "s1": TASK},
    "keyed by show, id only in the key": {"s1": {"OutputVodId": "v1", "TaskStatus": 3}},
    "keyed by show, as texts": {"s1": json.dumps({"OutputVodId": "v1", "TaskStatus": 3})},
    "fragment as the page prints it": FRAGMENT,
    "fragment with blanks and a line break": f"  {FRAGMENT}\r\n\t",
    "fragment without its comma": FRAGMENT.rstrip(","),
    "fragment with a list": '"EditingTasksInfo": [{"OutputVodId": "v1", "TaskStatus": 3, "ShowId": "s1"}],',
    "text with blanks around": f"  {json.dumps(TASK)}\n",
    "status as text": TASK | {"TaskStatus": "3"},
    "lower camel case": {"outputVodId": "v1", "taskStatus": 3, "showId": "s1"},
    "text of lower camel case": json.dumps([{"outputVodId": "v1", "taskStatus": 3, "showId": "s1"}]),
    "beside a counter": {"Total": "1", "EditingTaskList": [OTHER, TASK]},
    "one beside a counter": {"Total": 1, "EditingTask": TASK},
    "beside a name": {"CasterName": "studio one", "Tasks": [TASK]},
    "beside a name, as text": json.dumps({"CasterName": "studio one", "Tasks": [TASK]}),
    "wrapped twice": {"EditingTasksInfo": {"Total": 2, "EditingTask": [OTHER, TASK]}},
    "lines": json.dumps(OTHER) + "\n" + json.dumps(TASK) + "\n",
    "in a row": json.dumps(OTHER) + json.dumps(TASK),
    "with commas": json.dumps(OTHER) + "," + json.dumps(TASK) + ",",
    "lists in a row": json.dumps([OTHER]) + "\r\n" + json.dumps([TASK]),
    "lines of texts": json.dumps(json.dumps(OTHER)) + "\n" + json.dumps(json.dumps(TASK)),
    "fragments in a row": '"EditingTasksInfo": ' + json.dumps(OTHER) + ',\n"EditingTasksInfo": ' + json.dumps(TASK),
    "keyed fragments": '"s2": {"TaskStatus": 1}, "s1": {"OutputVodId": "v1", "TaskStatus": 3}',
    "a task without its braces": '"OutputVodId": "v1", "TaskStatus": 3, "ShowId": "s1",',
    "objects and texts": [OTHER, json.dumps(TASK), None, ""],
    "keyed by show, wrapped": {"s1": {"EditingTask": {"OutputVodId": "v1", "TaskStatus": 3}}},
    "in a wrapper of another's name": {"s2": TASK},
    "number as show id": [TASK, {"TaskStatus": 1, "ShowId": 7}],
}


@pytest.mark.parametrize("info", [pytest.param(info, id=name) for name, info in FORMS.items()])
def test_every_form_opens_the_gate(one: Callable[..., JobSnapshot | None], info: Any) -> None:
    """In each form the sheet lists, the finished task of s1 is found, with its output."""
    found = one(body(info))
    assert found is not None
    assert (found.state, found.raw_state) == (JobState.SUCCEEDED, "3")
    assert found.ids == {"caster_id": "c1", "show_id": "s1"}
    assert found.outputs == (Output(media_id="v1"),)
    assert found.request_id == "r1"


NOTHING: list[Any] = [
    None,
    "",
    "  ",
    [],
    {},
    "[]",
    "{}",
    "null",
    '""',
    [None, "", [], {}],
    {"a": None},
    {"a": []},
    {"a": {}},
    {"a": ""},
    {"a": "null"},
    {"Total": "0", "EditingTaskList": []},
    {"Total": 0, "EditingTaskList": None},
]


@pytest.mark.parametrize("info", NOTHING, ids=repr)
@pytest.mark.parametrize("ref", [REF, STUDIO], ids=str)
def test_empty_forms_hold_no_task(one: Callable[..., JobSnapshot | None], info: Any, ref: JobRef) -> None:
    """Null and empty are no task: not visible yet, for an episode and for the studio."""
    assert one(body(info), ref) is None


def test_a_missing_field_holds_no_task(one: Callable[..., JobSnapshot | None]) -> None:
    """An answer without ``EditingTasksInfo`` is one without tasks."""
    assert one({"RequestId": "r1"}) is None


@pytest.mark.parametrize(
    "info",
    [
        "<html>",
        '{"TaskStatus": 3',
        "s1 is done",
        {"s1": "done"},
        {"s1": "done", "s2": OTHER},
        {"Total": 1},
        {"Total": "1"},
        0,
        3,
        3.5,
        True,
        False,
        "3",
        "true",
        [None, 3, "3"],
        [[["done"]]],
        [OTHER, "done"],
        [OTHER, 3],
        {"Tasks": [OTHER, "<html>"]},
        {"a": {"OutputVodId": "v1", "StorageInfo": {"FileName": "f"}}},
        {"TaskStatus": 3, "ShowId": ["s1"]},
        {"TaskStatus": 3, "ShowId": {"id": "s1"}},
        {"TaskStatus": 3, "ShowId": True},
        {"TaskStatus": 3, "taskStatus": 1, "ShowId": "s1"},
        {"TaskStatus": 3, "showId": "s2", "ShowId": "s1"},
        '{"ShowId": "s2", "TaskStatus": 1}, {"ShowId": "s1"',
        '"TaskStatus": 3, "ShowId": "s1", "TaskStatus": 1',
        *(TASK | {"TaskStatus": status} for status in (True, False, [3], {"a": 3}, [])),
    ],
    ids=repr,
)
@pytest.mark.parametrize("ref", [REF, STUDIO], ids=str)
def test_what_is_no_form_is_unreadable(drive: Any, alibaba: Account, info: Any, ref: JobRef) -> None:
    """It is not taken for "no task", which would end in "not found"; the message holds the head of the answer."""
    _, answers = drive(look(alibaba, [ref]), body(info))
    error = answers[ref]
    assert type(error) is UnreadableResponse
    assert str(error).startswith("HTTP 200 with a body that is not the vendor's JSON: ")
    assert '{"RequestId": "r1", "EditingTasksInfo": ' in str(error)


@pytest.mark.parametrize(
    ("status", "state", "word"),
    [
        (0, JobState.PENDING, "0"),
        ("0", JobState.PENDING, "0"),
        (1, JobState.RUNNING, "1"),
        (2, JobState.RUNNING, "2"),
        ("2", JobState.RUNNING, "2"),
        (3, JobState.SUCCEEDED, "3"),
        (-1, JobState.FAILED, "-1"),
        ("-1", JobState.FAILED, "-1"),
        (4, JobState.UNKNOWN, "4"),
        (3.0, JobState.SUCCEEDED, "3"),
        ("3.0", JobState.SUCCEEDED, "3"),
        (" 3 ", JobState.SUCCEEDED, "3"),
        (-1.0, JobState.FAILED, "-1"),
        (" -1 ", JobState.FAILED, "-1"),
        (3.5, JobState.UNKNOWN, "3.5"),
        ("3,0", JobState.UNKNOWN, "3,0"),
        ("03", JobState.UNKNOWN, "03"),
        ("+3", JobState.UNKNOWN, "+3"),
        ("\uff13", JobState.UNKNOWN, "\uff13"),
        ("three", JobState.UNKNOWN, "three"),
        ("", JobState.UNKNOWN, ""),
        (None, JobState.UNKNOWN, ""),
    ],
)
def test_status(one: Callable[..., JobSnapshot | None], status: Any, state: JobState, word: str) -> None:
    """A whole number or its text, in either spelling; outputs come with success only."""
    found = one(body(TASK | {"TaskStatus": status}))
    assert found is not None
    assert (found.state, found.raw_state, bool(found.outputs)) == (state, word, state is JobState.SUCCEEDED)


STORAGE = {"StorageLocation": "b", "FileName": "f"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"StorageInfo": STORAGE}, {"StorageInfo": STORAGE}),
        (STORAGE, {"StorageInfo": STORAGE}),
        ({"StorageInfo": json.dumps(STORAGE)}, {"StorageInfo": STORAGE}),
        ({"StorageInfo": json.dumps(STORAGE)[1:-1]}, {"StorageInfo": STORAGE}),
        (
            {"StorageInfo": {"FileName": "nested"}, **STORAGE},
            {"StorageInfo": {"StorageLocation": "b", "FileName": "nested"}},
        ),
        ({"StorageInfo": None, "FileName": "f"}, {"StorageInfo": {"FileName": "f"}}),
        ({"StorageInfo": ""}, {"StorageInfo": ""}),
        ({"StorageInfo": "my bucket/file.mp4"}, {"StorageInfo": "my bucket/file.mp4"}),
        ({"StorageInfo": [1]}, {"StorageInfo": [1]}),
        ({"storageInfo": {"storageLocation": "b", "fileName": "f"}}, {"StorageInfo": STORAGE}),
        ({"StorageInfo": {"fileName": "a", "FileName": "b"}}, {"StorageInfo": {"fileName": "a", "FileName": "b"}}),
        ({}, {}),
    ],
)
def test_storage(one: Callable[..., JobSnapshot | None], given: dict[str, Any], kept: dict[str, Any]) -> None:
    """``StorageInfo`` nested, flat or as text lands in ``raw`` in one form; an unreadable one never breaks the look."""
    found = one(body(TASK | given))
    assert found is not None
    assert found.state is JobState.SUCCEEDED
    assert found.raw == TASK | kept


@pytest.mark.parametrize(
    "info",
    [
        {"TaskStatus": 3},
        [{"TaskStatus": 3}],
        {"TaskStatus": 3, "ShowId": None},
        {"TaskStatus": 3, "ShowId": ""},
        {"EditingTask": {"TaskStatus": 3}},
        {"s1": [{"TaskStatus": 3}]},
        '"EditingTasksInfo": {"TaskStatus": 3},',
        {"TaskStatus": 3, "ShowId": "S1"},
        {"TaskStatus": 3, "ShowId": "s1 "},
        {"s1": {"TaskStatus": 3, "ShowId": "s2"}},
        {"EditingTaskInfo": {"OutputVodId": "v", "TaskStatus": 3}},
        {"S1": {"TaskStatus": 3}},
        {"s1 ": {"TaskStatus": 3}},
    ],
    ids=repr,
)
def test_a_task_that_may_be_anothers_opens_no_gate(one: Callable[..., JobSnapshot | None], info: Any) -> None:
    """Without its own, exact ``ShowId`` a finished task proves nothing about the episode asked for."""
    assert one(body(info)) is None


@pytest.mark.parametrize("refs", [[REF], [STUDIO], [REF, STUDIO]])
def test_another_studios_answer_is_unreadable(drive: Any, alibaba: Account, refs: list[JobRef]) -> None:
    """An answer about studio c2 says nothing about c1, however finished its tasks are."""
    with pytest.raises(UnreadableResponse):
        drive(look(alibaba, refs), body([TASK], caster="c2"))


@pytest.mark.parametrize("caster", [None, ""])
def test_an_answer_without_a_studio_is_taken(one: Callable[..., JobSnapshot | None], caster: str | None) -> None:
    """``CasterId`` may be missing; the episode's id still has to match."""
    found = one(body([TASK], caster=caster))
    assert found is not None
    assert found.ids == {"caster_id": "c1", "show_id": "s1"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_re_edit_under_the_same_id_counts_as_unfinished(one: Callable[..., JobSnapshot | None], order: int) -> None:
    """Of a finished and a running task with one ``ShowId`` the running one is believed, in either order."""
    found = one(body([TASK, TASK | {"TaskStatus": 1}][::order]))
    assert found is not None
    assert (found.state, found.among) == (JobState.RUNNING, 2)


@pytest.mark.parametrize("order", [1, -1])
def test_a_re_edited_episode_is_one_of_its_studio(one: Callable[..., JobSnapshot | None], order: int) -> None:
    """Two records of s1 and one of s2 are two episodes, and of s1 the unfinished record counts."""
    found = one(body([TASK, TASK | {"TaskStatus": 1}, OTHER][::order]), STUDIO)
    assert found is not None
    assert {job.ids["show_id"]: job.raw_state for job in found.jobs} == {"s1": "1", "s2": "0"}


def test_the_studio_is_all_its_episodes(one: Callable[..., JobSnapshot | None]) -> None:
    """Without ``show_id`` the answer holds every episode, and is what the least of them is."""
    found = one(body([TASK, OTHER]), STUDIO)
    assert found is not None
    assert (found.state, found.raw_state, found.request_id) == (JobState.RUNNING, "3,0", "r1")
    assert found.ids == {"caster_id": "c1"}
    assert [job.ids for job in found.jobs] == [
        {"caster_id": "c1", "show_id": "s1"},
        {"caster_id": "c1", "show_id": "s2"},
    ]


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ([3, 3], JobState.SUCCEEDED),
        ([3, 2], JobState.RUNNING),
        ([3, 0], JobState.RUNNING),
        ([0, 0], JobState.PENDING),
        ([3, -1], JobState.PARTIAL),
        ([-1, -1], JobState.FAILED),
        ([0, -1], JobState.RUNNING),
        ([2, -1], JobState.RUNNING),
        ([3, 9], JobState.UNKNOWN),
        ([-1, 9], JobState.UNKNOWN),
    ],
)
def test_the_state_of_a_studio(one: Callable[..., JobSnapshot | None], statuses: list[int], state: JobState) -> None:
    """It has ended when all have: then it succeeded if all did, failed if none did, and in between it is partial."""
    tasks = [{"TaskStatus": status, "ShowId": f"s{n}"} for n, status in enumerate(statuses)]
    found = one(body(tasks), STUDIO)
    assert found is not None
    assert found.state is state


def test_tasks_without_an_id_count_as_one_episode(one: Callable[..., JobSnapshot | None]) -> None:
    """Two nameless tasks cannot be told apart, so they cannot make up ``episodes=2``; no id is invented."""
    found = one(body([{"TaskStatus": 3}, {"TaskStatus": 3}]), STUDIO)
    assert found is not None
    assert [(job.ids, job.proven) for job in found.jobs] == [({"caster_id": "c1"}, False)]


def test_the_fragments_own_key_is_no_episode(one: Callable[..., JobSnapshot | None]) -> None:
    """``"EditingTasksInfo": {…}`` without a ``ShowId`` makes no show of that name."""
    found = one(body('"EditingTasksInfo": {"TaskStatus": 1},'), STUDIO)
    assert found is not None
    assert [job.ids for job in found.jobs] == [{"caster_id": "c1"}]


def test_one_call_answers_several_references(drive: Any, alibaba: Account) -> None:
    """Each reference gets its own episode; one that is not listed gets no answer."""
    second, third = (LIVE_EDITING.ref({"caster_id": "c1", "show_id": show}) for show in ("s2", "s3"))
    _, answers = drive(look(alibaba, [REF, second, third]), body([TASK, OTHER]))
    assert {ref: str(snapshot.state) for ref, snapshot in answers.items()} == {REF: "succeeded", second: "pending"}


@pytest.mark.parametrize("error", [JobNotFound("InvalidShowList.NotFound"), RequestRejected("InvalidParameter")])
def test_a_refused_studio_is_every_references_answer(drive: Any, alibaba: Account, error: Exception) -> None:
    """All who asked about it learn that, and nothing is raised: another studio's wait in the same look goes on."""
    _, answers = drive(look(alibaba, [REF, STUDIO]), error)
    assert answers == {REF: error, STUDIO: error}


@pytest.mark.parametrize("info", [{}, {"EditingTasksInfo": None}, {"EditingTasksInfo": ""}, {"EditingTasksInfo": []}])
def test_an_error_with_the_status_of_a_success_is_not_no_task(drive: Any, alibaba: Account, info: Any) -> None:
    """A throttle with status 200 must not use up the grace of a job that is there."""
    with pytest.raises(Throttled):
        drive(look(alibaba, [REF]), {"Code": "Throttling.User", "RequestId": "r1"} | info)
    _, answers = drive(look(alibaba, [REF]), {"Code": "InvalidShowList.NotFound", "Message": "no"} | info)
    assert (type(answers[REF]), answers[REF].code) == (JobNotFound, "InvalidShowList.NotFound")


def test_tasks_beside_a_code_are_read(one: Callable[..., JobSnapshot | None]) -> None:
    """Only their own status decides."""
    found = one(body([TASK]) | {"Code": "Throttling.User"})
    assert found is not None
    assert found.state is JobState.SUCCEEDED


def test_an_answer_of_another_server_is_unreadable(drive: Any, alibaba: Account) -> None:
    """JSON without any field of the page says nothing about a job."""
    with pytest.raises(UnreadableResponse):
        drive(look(alibaba, [REF]), {"status": "down for maintenance"})


def test_other_errors_pass_through(drive: Any, alibaba: Account) -> None:
    """A throttle is no answer about the job."""
    with pytest.raises(Throttled):
        drive(look(alibaba, [REF]), Throttled("Throttling.User"))


def test_an_html_body_is_unreadable(drive: Any, alibaba: Account, respond: Any) -> None:
    """A proxy's page with status 200 is no answer."""
    with pytest.raises(UnreadableResponse):
        drive(look(alibaba, [REF]), respond("<html>"))


def test_a_text_nested_too_deep_is_unreadable() -> None:
    """Nesting that would exhaust the stack is refused like any unreadable answer."""
    nested: Any = []
    for _ in range(100_000):
        nested = [nested]
    found = read_tasks(nested)
    assert (found.tasks, str(found.unread)) == ([], "EditingTasksInfo is nested too deeply")
    while nested:  # unwound by hand: freeing it would recurse
        nested = nested.pop()


@pytest.mark.parametrize("form", ["text", "object", "list", "wrapped", "keyed", "lines", "fragment", "lower"])
def test_every_form_of_the_emulator(alibaba_place: Any, form: str) -> None:
    """What is written from the vendor's page and its neighbours, read by the client, for an episode and a studio."""
    world = alibaba_place.world
    world.forms["alibaba.live.editing"] = form
    world.add_job("alibaba.live.editing", {"caster_id": "c1", "show_id": "s2"}, "3")
    client = alibaba_place.client(None)
    answers = client.run(look(client.account, [REF, STUDIO]), alibaba_place.transport)
    assert (answers[REF].raw_state, answers[STUDIO].raw_state) == ("2", "3,2")
    assert client.run(look(client.account, [REF]), alibaba_place.transport)[REF].raw_state == "2"
    missing = LIVE_EDITING.ref({"caster_id": "c1", "show_id": "s9"})
    assert client.run(look(client.account, [missing]), alibaba_place.transport) == {}


def test_the_central_host_can_be_replaced(drive: Any, alibaba: Account) -> None:
    """The connection's own origin wins."""
    (request,), _ = drive(look(replace(alibaba, origin="http://127.0.0.1:1"), [REF]), body(None))
    assert request.origin == "http://127.0.0.1:1"


def test_text_inside_text_is_cleaned_too(one: Callable[..., JobSnapshot | None]) -> None:
    """Half a character or ``NaN`` in a doubly encoded answer must not break the result that is stored."""
    text = r'{"ShowId": "s1", "TaskStatus": 3, "OutputVodId": "v\ud83c", "StorageInfo": "{\"Size\": NaN}"}'
    found = one(body(text))
    assert found is not None
    assert found.to_result()["raw"] == {
        "ShowId": "s1",
        "TaskStatus": 3,
        "OutputVodId": "v\ufffd",
        "StorageInfo": {"Size": "NaN"},
        "_cut": True,
    }
