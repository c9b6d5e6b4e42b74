# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One edit of an episode: the vendor gives it no id, so the file that it makes has to tell it from the others.

Covers ``vendors.alibaba.api.kinds.live_editing``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import JobNotFound, ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.job import JobRef, JobState
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.live_editing import LIVE_EDITING, look

WANTED = {"output_vod_id": "v1", "file_name": "a.mp4"}


def pinned(*names: str, **ids: str) -> JobRef:
    """Episode s1, and the edit of it that makes v1 or a.mp4."""
    wanted = {name: WANTED[name] for name in names} | ids
    return LIVE_EDITING.ref({"caster_id": "c1", "show_id": "s1", **wanted})


def edit(status: int, vod_id: Any = None, file_name: Any = None) -> dict[str, Any]:
    """A record of s1; what is ``None`` is not in it."""
    told = {"OutputVodId": vod_id, "StorageInfo": None if file_name is None else {"FileName": file_name}}
    return {"ShowId": "s1", "TaskStatus": status} | {name: value for name, value in told.items() if value is not None}


def answer(*tasks: dict[str, Any]) -> dict[str, Any]:
    return {"RequestId": "r1", "CasterId": "c1", "EditingTasksInfo": list(tasks)}


@pytest.fixture
def at(drive: Any, alibaba: Account) -> Callable[..., Any]:
    """What a look at one reference is answered, over some records."""
    return lambda ref, *tasks: drive(look(alibaba, [ref]), answer(*tasks))[1].get(ref)


def test_a_pin_is_not_sent(drive: Any, alibaba: Account) -> None:
    """The vendor knows no such filter."""
    (request,), _ = drive(look(alibaba, [pinned("output_vod_id", "file_name")]), answer())
    assert request.url == "https://live.aliyuncs.com/?CasterId=c1&ShowId=s1"


@pytest.mark.parametrize("status", [0, 1, 2, 3, -1, 9])
@pytest.mark.parametrize(
    ("names", "record"),
    [
        (("output_vod_id",), edit(0, "v1")),
        (("output_vod_id",), edit(0, "v1", "b.mp4")),
        (("file_name",), edit(0, None, "a.mp4")),
        (("file_name",), edit(0, "v2", "a.mp4")),
        (("output_vod_id", "file_name"), edit(0, "v1", "a.mp4")),
    ],
)
def test_a_record_that_tells_what_is_pinned_is_the_edit_asked_for(
    at: Callable[..., Any], names: tuple[str, ...], record: dict[str, Any], status: int
) -> None:
    """Whatever has become of it, and whatever else it tells."""
    found = at(pinned(*names), record | {"TaskStatus": status})
    assert (found.raw_state, found.proven, found.among) == (str(status), True, 1)
    assert found.ids == {"caster_id": "c1", "show_id": "s1"}


WRONG: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("output_vod_id",), edit(0, ["v1"])),
    (("file_name",), edit(0) | {"StorageInfo": "my bucket/a.mp4"}),
    (("file_name",), edit(0) | {"StorageInfo": 5}),
    (("file_name",), edit(0, None, {"name": "a.mp4"})),
]
UNTOLD = [
    (("output_vod_id",), edit(0)),
    (("output_vod_id",), edit(0, "")),
    (("output_vod_id",), edit(0, None, "a.mp4")),
    (("file_name",), edit(0)),
    (("file_name",), edit(0, "v1", "")),
    (("output_vod_id", "file_name"), edit(0)),
    (("output_vod_id", "file_name"), edit(0, "v1")),
    (("output_vod_id", "file_name"), edit(0, None, "a.mp4")),
]
DIFFERENT = [
    (("output_vod_id",), edit(0, "v2")),
    (("output_vod_id",), edit(0, "V1", "a.mp4")),
    (("file_name",), edit(0, "v1", "b.mp4")),
    (("output_vod_id", "file_name"), edit(0, "v1", "b.mp4")),
    (("output_vod_id", "file_name"), edit(0, "v2", "a.mp4")),
    (("output_vod_id", "file_name"), edit(0, "v2")),
    (("output_vod_id", "file_name"), edit(0, None, "b.mp4")),
]


@pytest.mark.parametrize("status", [0, 1, 2, 9])
@pytest.mark.parametrize(("names", "record"), [*UNTOLD, *WRONG])
def test_a_record_that_does_not_tell_yet_may_be_the_edit_asked_for(
    at: Callable[..., Any], names: tuple[str, ...], record: dict[str, Any], status: int
) -> None:
    """Until it has ended it may still say so; it is shown, and proves nothing."""
    found = at(pinned(*names), record | {"TaskStatus": status})
    assert (found.raw_state, found.proven) == (str(status), False)


@pytest.mark.parametrize("status", [3, -1])
@pytest.mark.parametrize(("names", "record"), UNTOLD)
def test_a_record_that_ended_untold_is_not_the_edit_asked_for(
    at: Callable[..., Any], names: tuple[str, ...], record: dict[str, Any], status: int
) -> None:
    """Nothing more will come, and neither its success nor its failure is proved to be this edit's."""
    found = at(pinned(*names), record | {"TaskStatus": status})
    assert (type(found), found.code) == (JobNotFound, "NoSuchTask")


@pytest.mark.parametrize("status", [3, -1])
@pytest.mark.parametrize(("names", "record"), WRONG)
def test_a_record_that_ended_and_cannot_be_read_is_no_news(
    at: Callable[..., Any], names: tuple[str, ...], record: dict[str, Any], status: int
) -> None:
    """It may be the edit asked for: its success opens no gate, and it is not "not found"."""
    assert type(at(pinned(*names), record | {"TaskStatus": status})) is UnreadableResponse


@pytest.mark.parametrize("status", [0, 1, 2, 3, -1, 9])
@pytest.mark.parametrize(("names", "record"), DIFFERENT)
def test_a_record_of_another_file_is_another_edit(
    at: Callable[..., Any], names: tuple[str, ...], record: dict[str, Any], status: int
) -> None:
    """Running or over: the one asked for is not visible, yet or any more."""
    found = at(pinned(*names), record | {"TaskStatus": status})
    assert (type(found), found.code) == (JobNotFound, "NoSuchTask")


@pytest.mark.parametrize(
    "storage",
    [
        {"StorageInfo": {"FileName": "a.mp4"}},
        {"FileName": "a.mp4"},
        {"StorageInfo": '{"StorageLocation": "b", "FileName": "a.mp4"}'},
    ],
)
def test_a_file_name_is_read_in_every_form(at: Callable[..., Any], storage: dict[str, Any]) -> None:
    """Nested, flat, and as text."""
    found = at(pinned("file_name"), edit(3) | storage)
    assert (found.state, found.proven) == (JobState.SUCCEEDED, True)


@pytest.mark.parametrize(
    ("ref", "tasks", "message"),
    [
        (
            pinned("output_vod_id"),
            [edit(3, "v2")],
            (
                "the episode has no task with output_vod_id=v1; "
                "it has succeeded (the vendor says '3') with output_vod_id=v2, file_name=not stated"
            ),
        ),
        (
            pinned("output_vod_id", "file_name"),
            [edit(-1), edit(1, "v2", "b.mp4")],
            (
                "the episode has no task with output_vod_id=v1 and file_name=a.mp4; "
                "it has failed (the vendor says '-1') with output_vod_id=not stated, file_name=not stated; "
                "running (the vendor says '1') with output_vod_id=v2, file_name=b.mp4"
            ),
        ),
    ],
)
def test_no_such_edit_tells_which_there_are(
    at: Callable[..., Any], ref: JobRef, tasks: list[dict[str, Any]], message: str
) -> None:
    """Enough to see whether the pin is wrong or the edit has been replaced."""
    found = at(ref, *tasks)
    assert isinstance(found, JobNotFound)
    assert (found.code, found.message, found.request_id) == ("NoSuchTask", message, "r1")


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("ids", "word", "proven", "among"),
    [
        ({"output_vod_id": "v1"}, "3", True, 1),
        ({"output_vod_id": "v2"}, "1", True, 1),
        ({"file_name": "a.mp4"}, "3", True, 1),
        ({"file_name": "b.mp4"}, "1", True, 1),
        ({}, "1", True, 2),
    ],
)
def test_of_two_edits_the_pinned_one_counts(
    at: Callable[..., Any], ids: dict[str, str], word: str, proven: bool, among: int, order: int
) -> None:
    """The other one, over or not, says nothing about it; without a pin the unfinished one is believed."""
    found = at(pinned(**ids), *[edit(3, "v1", "a.mp4"), edit(1, "v2", "b.mp4")][::order])
    assert (found.raw_state, found.proven, found.among) == (word, proven, among)


@pytest.mark.parametrize("order", [1, -1])
def test_a_running_edit_that_tells_nothing_yet_keeps_the_gate_shut(at: Callable[..., Any], order: int) -> None:
    """It may make the same file once more, whatever an earlier record says."""
    found = at(pinned("file_name"), *[edit(3, "v1", "a.mp4"), edit(1)][::order])
    assert (found.raw_state, found.proven, found.among) == ("1", False, 2)


@pytest.mark.parametrize("tasks", [[], [edit(3, "v1") | {"ShowId": None}], [edit(3, "v1") | {"ShowId": "s2"}]])
def test_a_pinned_edit_of_an_episode_without_records_is_not_visible(
    at: Callable[..., Any], tasks: list[dict[str, Any]]
) -> None:
    """A pin does not make another episode's record this one's, and an episode without any has no edit to name."""
    assert at(pinned("output_vod_id"), *tasks) is None


def test_edits_of_one_episode_share_a_call(drive: Any, alibaba: Account) -> None:
    """Each reference gets its own answer."""
    refs = [pinned(output_vod_id=name) for name in ("v1", "v2", "v3")]
    (request,), answers = drive(look(alibaba, refs), answer(edit(3, "v1"), edit(-1, "v2")))
    assert request.url == "https://live.aliyuncs.com/?CasterId=c1"
    assert [getattr(answers[ref], "raw_state", None) for ref in refs] == ["3", "-1", None]
    assert isinstance(answers[refs[2]], JobNotFound)


@pytest.mark.parametrize(
    ("pins", "name"),
    [
        ({"output_vod_id": "v1"}, "output_vod_id"),
        ({"file_name": "a.mp4"}, "file_name"),
        ({"file_name": "a.mp4", "output_vod_id": "v1"}, "output_vod_id"),
    ],
)
def test_a_pin_needs_its_episode(pins: dict[str, str], name: str) -> None:
    """A studio as a whole has many files."""
    with pytest.raises(ParameterError) as caught:
        LIVE_EDITING.ref({"caster_id": "c1", **pins})
    assert str(caught.value) == f"alibaba.live.editing: {name} goes with show_id: give both, or leave it out"
