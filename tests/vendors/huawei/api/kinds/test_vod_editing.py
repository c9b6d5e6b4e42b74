# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``ListAssetEditTask``: one task, or the project's list in as few calls as that takes.

Covers ``vendors.huawei.api.faults``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    JobNotFound,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.huawei.api.kinds.vod_editing import VOD_EDITING, cancel, look, read_page

BASE = "https://vod.cn-north-4.myhuaweicloud.com/v1/p1/asset/editing/tasks"


def refs(*ids: Any) -> list[JobRef]:
    return [VOD_EDITING.ref({"task_id": str(task_id)}) for task_id in ids]


def tasks(*ids: Any, status: str = "SUCCEED") -> list[dict[str, Any]]:
    return [{"task_id": str(task_id), "status": status} for task_id in ids]


def page(total: Any, found: Any) -> dict[str, Any]:
    return {"total": total, "tasks": found}


def urls(requests: list[HttpRequest]) -> list[str]:
    return [request.url.removeprefix(BASE) for request in requests]


def states(answers: dict[JobRef, Any]) -> dict[str, str]:
    return {ref["task_id"]: str(answer.state) for ref, answer in answers.items()}


@pytest.fixture
def one(drive: Any, huawei: Account) -> Callable[[Any], JobSnapshot | None]:
    """What a look at task 1 finds in an answer."""
    return lambda answer: drive(look(huawei, refs(1)), answer)[1].get(refs(1)[0])


def test_a_single_task_is_asked_for_by_its_id(
    drive: Any, huawei: Account, respond: Any, sample: Callable[[str], Any]
) -> None:
    """The page's own answer, whole; the request id comes from the header."""
    (ref,) = refs(123)
    answer = respond(sample("list_asset_edit_task.json"), x_request_id="r1")
    (request,), answers = drive(look(huawei, [ref]), answer)
    assert (request.method, request.url) == ("GET", f"{BASE}?task_id=123")
    assert answers == {
        ref: JobSnapshot(
            kind="huawei.vod.editing",
            ids={"task_id": "123"},
            state=JobState.SUCCEEDED,
            raw_state="SUCCEED",
            progress=100,
            created_at=datetime(2025, 9, 1, 18, 50, 20, tzinfo=UTC),
            finished_at=datetime(2025, 9, 1, 19, 50, 20, tzinfo=UTC),
            outputs=(Output(media_id="tvs78289764yfbgy2w"),),
            request_id="r1",
            raw=sample("list_asset_edit_task.json")["tasks"][0],
        )
    }


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("WAITING", JobState.PENDING),
        ("PROCESSING", JobState.RUNNING),
        ("SUCCEED", JobState.SUCCEEDED),
        ("FAILED", JobState.FAILED),
        ("CANCEL", JobState.CANCELLED),
        ("SUCCEEDED", JobState.UNKNOWN),
        ("CANCELED", JobState.UNKNOWN),
        ("succeed", JobState.UNKNOWN),
        (None, JobState.UNKNOWN),
        (1, JobState.UNKNOWN),
    ],
)
def test_statuses(one: Callable[[Any], JobSnapshot | None], status: Any, state: JobState) -> None:
    """The words of this page, not those of MPC; an output comes with success only."""
    found = one(page(1, [{"task_id": "1", "status": status, "asset_id": "a1", "progress": 100}]))
    assert found is not None
    assert (found.state, bool(found.outputs), found.error) == (state, state is JobState.SUCCEEDED, None)


@pytest.mark.parametrize(
    "answer",
    [
        page(0, []),
        page(0, None),
        {"total": 0},
        page(1, tasks(2)),
        page(1, [{"status": "SUCCEED"}]),
        page(1, [{"task_id": None, "status": "SUCCEED"}]),
        page(1, {"task_id": "2", "status": "SUCCEED"}),
        page(0, ""),
        page(0, {}),
        page(1, ["", {}, None]),
    ],
    ids=repr,
)
def test_no_such_task_is_no_answer(one: Callable[[Any], JobSnapshot | None], answer: Any) -> None:
    """An empty list, or other tasks only, whatever they have come to."""
    assert one(answer) is None


def test_a_number_as_id_is_the_same_task(one: Callable[[Any], JobSnapshot | None]) -> None:
    """``"task_id": 1`` is task 1."""
    found = one(page(1, [{"task_id": 1, "status": "PROCESSING"}]))
    assert found is not None
    assert found.ids == {"task_id": "1"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_task_listed_twice_is_the_unfinished_one(one: Callable[[Any], JobSnapshot | None], order: int) -> None:
    """Two records of one task: the one that opens last."""
    found = one(page(2, [*tasks(1), *tasks(1, status="PROCESSING")][::order]))
    assert found is not None
    assert found.state is JobState.RUNNING


@pytest.mark.parametrize("error", [JobNotFound("VOD.10062"), RequestRejected("VOD.10053")])
def test_a_refused_id_is_its_own_answer(drive: Any, huawei: Account, error: Exception) -> None:
    """What the vendor says of one id is that reference's answer."""
    assert drive(look(huawei, refs(1)), error)[1] == {refs(1)[0]: error}


def test_one_bad_id_does_not_end_its_neighbours_waits(drive: Any, huawei: Account) -> None:
    """Asked singly after the list, a rejected id is its own trouble; the others keep their answers."""
    error = RequestRejected("VOD.10053")
    requested = refs(1, "bad", 3)
    requests, answers = drive(look(huawei, requested), page(1, tasks(1)), error, page(1, tasks(3)))
    assert urls(requests) == ["?limit=100&offset=0", "?task_id=bad", "?task_id=3"]
    assert answers[requested[1]] is error
    assert states({ref: answers[ref] for ref in (requested[0], requested[2])}) == {"1": "succeeded", "3": "succeeded"}


@pytest.mark.parametrize(
    "error", [ServerFault("VOD.10051"), PermissionDenied("VOD.10074"), RequestRejected("VOD.10053")]
)
def test_errors_of_the_list_pass_through(drive: Any, huawei: Account, error: Exception) -> None:
    """They are about the account or the request, not about a task."""
    with pytest.raises(type(error)):
        drive(look(huawei, refs(1, 2)), error)


@pytest.mark.parametrize("rest", [{}, {"tasks": []}, {"total": 0, "tasks": None}])
def test_an_error_with_the_status_of_a_success_is_not_no_task(drive: Any, huawei: Account, rest: Any) -> None:
    """Trouble of the account ends the look; what is said of one id is that reference's answer."""
    with pytest.raises(Throttled):
        drive(look(huawei, refs(1, 2)), {"error_code": "APIGW.0308"} | rest)
    _, answers = drive(look(huawei, refs(1)), {"error_code": "VOD.10053", "error_msg": "task_id"} | rest)
    assert (type(answers[refs(1)[0]]), answers[refs(1)[0]].code) == (RequestRejected, "VOD.10053")


@pytest.mark.parametrize("answer", [{}, {"status": "down for maintenance"}])
def test_an_answer_of_another_server_is_unreadable(drive: Any, huawei: Account, answer: Any) -> None:
    """JSON without any field of the page says nothing about a task."""
    with pytest.raises(UnreadableResponse):
        drive(look(huawei, refs(1)), answer)


def test_several_come_from_one_page(drive: Any, huawei: Account) -> None:
    """Three references, one call, each its own state."""
    found = [*tasks(1), *tasks(2, status="FAILED"), *tasks(3, status="CANCEL")]
    requests, answers = drive(look(huawei, refs(3, 1, 2)), page(3, found))
    assert urls(requests) == ["?limit=100&offset=0"]
    assert states(answers) == {"1": "succeeded", "2": "failed", "3": "cancelled"}


def test_pages_until_all_are_found(drive: Any, huawei: Account) -> None:
    """Four wanted among 250: two pages hold them, the third is not read."""
    first, second = tasks(*range(100)), tasks(*range(100, 200))
    requests, answers = drive(look(huawei, refs(1, 2, 150, 199)), page(250, first), page(250, second))
    assert urls(requests) == ["?limit=100&offset=0", "?limit=100&offset=100"]
    assert len(answers) == 4


def test_a_shifting_list_is_read_by_what_came(drive: Any, huawei: Account) -> None:
    """New tasks push old ones onto the next page: repeated there, counted once, nothing is missed."""
    first, second = tasks(*range(100)), tasks(*range(95, 195))
    third = tasks(*range(195, 205))
    requested = refs(0, 99, 150, 204)
    requests, answers = drive(look(huawei, requested), page(205, first), page(210, second), page(210, third))
    assert urls(requests) == ["?limit=100&offset=0", "?limit=100&offset=100", "?limit=100&offset=200"]
    assert len(answers) == 4


def test_a_short_page_advances_by_its_length(drive: Any, huawei: Account) -> None:
    """A service that gives fewer than the limit is asked from where it stopped."""
    requests, _ = drive(
        look(huawei, refs(1, 2, 60)), page(61, tasks(*range(30))), page(61, tasks(*range(30, 60))), page(61, tasks(60))
    )
    assert urls(requests) == ["?limit=100&offset=0", "?limit=100&offset=30", "?limit=100&offset=60"]


def test_the_way_of_fewer_calls_is_taken(drive: Any, huawei: Account) -> None:
    """Nine more pages for one missing task: it is asked for by id instead."""
    requests, answers = drive(look(huawei, refs(1, 950)), page(1000, tasks(*range(100))), page(1, tasks(950)))
    assert urls(requests) == ["?limit=100&offset=0", "?task_id=950"]
    assert len(answers) == 2


def test_as_many_pages_as_missing_tasks_are_still_read(drive: Any, huawei: Account) -> None:
    """Two pages left and two missing: the list may hold both on the next page."""
    requests, answers = drive(
        look(huawei, refs(1, 150, 151)), page(300, tasks(*range(100))), page(300, tasks(*range(100, 200)))
    )
    assert urls(requests) == ["?limit=100&offset=0", "?limit=100&offset=100"]
    assert len(answers) == 3


@pytest.mark.parametrize("total", [0, None, 1, "many", -5])
def test_a_total_that_is_too_small_costs_single_calls(drive: Any, huawei: Account, total: Any) -> None:
    """What the first page does not hold is asked for singly; nothing is lost."""
    requests, answers = drive(look(huawei, refs(1, 150)), page(total, tasks(*range(100))), page(1, tasks(150)))
    assert urls(requests) == ["?limit=100&offset=0", "?task_id=150"]
    assert len(answers) == 2


def test_a_total_that_is_too_large_ends(drive: Any, huawei: Account) -> None:
    """A total of a billion does not make it read a billion pages."""
    requests, answers = drive(look(huawei, refs(1, 2)), page(10**9, tasks(1)), page(0, []))
    assert urls(requests) == ["?limit=100&offset=0", "?task_id=2"]
    assert states(answers) == {"1": "succeeded"}


def test_a_service_that_counts_pages_is_noticed(drive: Any, huawei: Account) -> None:
    """Offset 100 is its hundredth page and empty, although tasks are left: those missing are asked for singly."""
    requested = refs(1, 150, 151, 152)
    requests, answers = drive(
        look(huawei, requested),
        page(200, tasks(*range(100))),
        page(200, []),
        *[page(1, tasks(n)) for n in (150, 151, 152)],
    )
    assert urls(requests)[1:] == ["?limit=100&offset=100", "?task_id=150", "?task_id=151", "?task_id=152"]
    assert len(answers) == 4


def test_a_service_that_ignores_the_offset_is_noticed(drive: Any, huawei: Account) -> None:
    """The same page again brings nothing new and ends the list."""
    same = page(200, tasks(*range(100)))
    requests, answers = drive(look(huawei, refs(1, 150)), same, same, page(1, tasks(150)))
    assert urls(requests) == ["?limit=100&offset=0", "?limit=100&offset=100", "?task_id=150"]
    assert len(answers) == 2


def test_tasks_without_an_id_are_skipped(drive: Any, huawei: Account) -> None:
    """A page of nameless tasks brings nothing new."""
    nameless = [{"status": "SUCCEED"}, {"task_id": "", "status": "SUCCEED"}]
    _, answers = drive(look(huawei, refs(1, 2)), page(2, nameless), page(0, []), page(0, []))
    assert answers == {}


# --- single pages, for those who wait for many --------------------------------------------------------------------


def dated(*minutes: int) -> list[dict[str, Any]]:
    return [
        {"task_id": str(minute), "status": "PROCESSING", "create_time": f"2026-09-01T12:{minute:02}:00Z"}
        for minute in minutes
    ]


def test_a_page_tells_answers_places_and_order(drive: Any, huawei: Account) -> None:
    """From any record on; only those asked for are read."""
    (request,), found = drive(read_page(huawei, 250, refs(7, 5, 99)), page(1000, dated(9, 7, 5)))
    assert urls([request]) == ["?limit=100&offset=250"]
    assert (found.total, found.rows, found.newest_first) == (1000, 3, True)
    assert states(found.answers) == {"7": "running", "5": "running"}
    assert {ref["task_id"]: place for ref, place in found.places.items()} == {"7": 251, "5": 252}


@pytest.mark.parametrize(
    ("minutes", "newest_first"),
    [((1, 2, 3), False), ((3, 2, 1), True), ((1, 3, 2), None), ((5, 5, 5), None), ((5,), None), ((), None)],
)
def test_the_order_shows_in_the_times(
    drive: Any, huawei: Account, minutes: tuple[int, ...], newest_first: bool | None
) -> None:
    """Where it does not, nothing is claimed."""
    assert drive(read_page(huawei, 0, []), page(9, dated(*minutes)))[1].newest_first is newest_first


def test_a_task_listed_twice_is_the_least_final_of_the_two(drive: Any, huawei: Account) -> None:
    """The list may shift while it is written."""
    found = drive(read_page(huawei, 0, refs(1)), page(2, [*tasks(1), *tasks(1, status="PROCESSING")]))[1]
    assert states(found.answers) == {"1": "running"}
    assert list(found.places.values()) == [0]


# --- cancelling ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("task_id", "query"), [("123", "?task_id=123"), ("a b&c", "?task_id=a%20b%26c")])
def test_a_task_is_cancelled_by_its_id(drive: Any, huawei: Account, respond: Any, task_id: str, query: str) -> None:
    """``DeleteAssetEditTask``: the id in the query, no body, and none in the answer."""
    (request,), result = drive(cancel(huawei, refs(task_id)[0]), respond(b"", 204))
    assert (request.method, request.url, request.body) == ("DELETE", BASE + query, b"")
    assert result is None


@pytest.mark.parametrize("error", [RequestRejected("VOD.10053"), PermissionDenied("VOD.10074")])
def test_a_refused_cancellation_is_told(drive: Any, huawei: Account, error: Exception) -> None:
    """What the vendor says goes to the one who asked."""
    with pytest.raises(type(error)):
        drive(cancel(huawei, refs(1)[0]), error)


@pytest.mark.parametrize(
    ("body", "error"), [({"error_code": "VOD.10051"}, ServerFault), ("<html>", UnreadableResponse)]
)
def test_an_error_with_the_status_of_a_success_has_cancelled_nothing(
    drive: Any, huawei: Account, body: Any, error: type[Exception]
) -> None:
    """Nobody is told that a task was cancelled which goes on and costs money."""
    with pytest.raises(error):
        drive(cancel(huawei, refs(1)[0]), body)
