# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What all of MPC's tasks have in common: how they are asked for, listed and cancelled, and what their words mean.

Covers ``vendors.huawei.api.kinds.mpc_tasks``, ``vendors.huawei.api.kinds.mpc_files``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import RequestRejected, ServerFault, Throttled, UnreadableResponse
from airflow_provider_mediajobs.core.job import JobRef, JobState
from airflow_provider_mediajobs.core.kind import JobKind
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_animated_graphics import MPC_ANIMATED_GRAPHICS
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_metadata import MPC_METADATA
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_remux import MPC_REMUX
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_thumbnails import MPC_THUMBNAILS
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_transcoding import MPC_TRANSCODING

RESOURCES = {
    "transcodings": (MPC_TRANSCODING, "task_array", "TRANSCODING", "SUCCEEDED"),
    "thumbnails": (MPC_THUMBNAILS, "task_array", "PROCESSING", "SUCCEEDED"),
    "remux": (MPC_REMUX, "tasks", "PROCESSING", "SUCCEED"),
    "animated-graphics": (MPC_ANIMATED_GRAPHICS, "tasks", "PROCESSING", "SUCCEED"),
    "extract-metadata": (MPC_METADATA, "tasks", "PROCESSING", "SUCCEED"),
}
EVERY = pytest.mark.parametrize(
    ("resource", "kind", "field", "running", "done"), [(n, *r) for n, r in RESOURCES.items()]
)
NOON = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


def url(resource: str) -> str:
    return f"https://mpc.cn-north-4.myhuaweicloud.com/v1/p1/{resource}"


def refs(kind: JobKind, *ids: Any) -> list[JobRef]:
    return [kind.ref({"task_id": str(task_id)}) for task_id in ids]


def tasks(*ids: Any, status: str) -> list[dict[str, Any]]:
    return [{"task_id": task_id, "status": status} for task_id in ids]


@EVERY
class TestEvery:
    """One resource after the other."""

    def test_ten_ids_are_one_call(
        self, drive: Any, huawei: Account, resource: str, kind: JobKind, field: str, running: str, done: str
    ) -> None:
        """The key is repeated, answers come in any order, as text or numbers, and are matched by id."""
        requested = refs(kind, *range(10, 20))
        answer = {field: tasks(*range(19, 14, -1), "10", "11", "12", "13", "99", status=done)}
        (request,), answers = drive(kind.look(huawei, requested), answer)
        assert request.url == url(resource) + "?" + "&".join(f"task_id={n}" for n in range(10, 20))
        assert {ref["task_id"]: answer.state for ref, answer in answers.items()} == {
            str(n): JobState.SUCCEEDED for n in (*range(10, 14), *range(15, 20))
        }
        assert [len(batch) for batch in kind.batches(refs(kind, *range(11)))] == [10, 1]

    def test_either_list_is_read(
        self, drive: Any, huawei: Account, resource: str, kind: JobKind, field: str, running: str, done: str
    ) -> None:
        """Records of one task in both: the one that opens last."""
        (ref,) = refs(kind, 1)
        for name in ("task_array", "tasks"):
            assert drive(kind.look(huawei, [ref]), {name: tasks(1, status=done)})[1][ref].state is JobState.SUCCEEDED
        both = {"task_array": tasks(1, status=done), "tasks": tasks("1", status=running)}
        assert drive(kind.look(huawei, [ref]), both)[1][ref].state is JobState.RUNNING

    def test_no_task_is_not_there(
        self, drive: Any, huawei: Account, resource: str, kind: JobKind, field: str, running: str, done: str
    ) -> None:
        """It is no state, whatever else is said of that task; the others are read."""
        one, two, three = refs(kind, 1, 2, 3)
        found = [*tasks(1, 3, status="NO_TASK"), *tasks("3", 2, status=done)]
        assert set(drive(kind.look(huawei, [one, two, three]), {field: found})[1]) == {two}
        nameless = [*tasks(None, status="NO_TASK"), *tasks(2, status=done)]
        assert set(drive(kind.look(huawei, [one, two]), {field: nameless})[1]) == {two}
        assert kind.state("NO_TASK") is JobState.UNKNOWN
        assert drive(kind.look(huawei, [one]), {field: tasks(1, status="NO_TASKS")})[1][one].raw_state == "NO_TASKS"

    def test_nothing_is_an_answer_another_servers_is_none(
        self, drive: Any, huawei: Account, resource: str, kind: JobKind, field: str, running: str, done: str
    ) -> None:
        """An empty list, or an error with the status of a success."""
        (ref,) = refs(kind, 1)
        empty: list[dict[str, Any]] = [{field: []}, {"total": 0}, {field: None, "total": 0}, {field: [None, "", {}]}]
        for nothing in empty:
            assert drive(kind.look(huawei, [ref]), nothing)[1] == {}
        with pytest.raises(UnreadableResponse):
            drive(kind.look(huawei, [ref]), {"hello": "world"})
        with pytest.raises(ServerFault):
            drive(kind.look(huawei, [ref]), {"error_code": "MPC.10212", field: []})

    def test_a_rejected_batch_is_asked_singly(
        self, drive: Any, huawei: Account, resource: str, kind: JobKind, field: str, running: str, done: str
    ) -> None:
        """One bad id gets all refused: only that one keeps the error."""
        one, two = refs(kind, 1, 2)
        bad = RequestRejected("MPC.10202", "task_id")
        requests, answers = drive(kind.look(huawei, [one, two]), bad, {field: tasks(1, status=done)}, bad)
        assert [request.url for request in requests] == [
            url(resource) + query for query in ("?task_id=1&task_id=2", "?task_id=1", "?task_id=2")
        ]
        assert (answers[one].state, answers[two]) == (JobState.SUCCEEDED, bad)

    def test_a_queued_task_is_cancelled(
        self,
        drive: Any,
        huawei: Account,
        respond: Any,
        resource: str,
        kind: JobKind,
        field: str,
        running: str,
        done: str,
    ) -> None:
        """By the resource itself: below it the record of a task that has ended would be deleted."""
        assert kind.cancel is not None
        (ref,) = refs(kind, "a/b 1")
        (request,), result = drive(kind.cancel(huawei, ref), respond(b"", 204))
        assert (request.method, request.url, request.body) == ("DELETE", url(resource) + "?task_id=a%2Fb%201", b"")
        assert result is None
        for error in (RequestRejected("MPC.10202"), Throttled("APIGW.0308")):
            with pytest.raises(type(error)):
                drive(kind.cancel(huawei, ref), error)
        with pytest.raises(RequestRejected):
            drive(kind.cancel(huawei, ref), {"error_code": "MPC.10202", "error_msg": "task_id"})

    def test_each_word_means_what_the_dialect_says(
        self, drive: Any, huawei: Account, resource: str, kind: JobKind, field: str, running: str, done: str
    ) -> None:
        """The other dialect's success is none, and a code of an error beside a success changes nothing."""
        (ref,) = refs(kind, 1)
        other = {"SUCCEEDED": "SUCCEED", "SUCCEED": "SUCCEEDED"}[done]
        words = {done: "succeeded", other: "unknown", "FAILED": "failed", "CANCELED": "cancelled", running: "running"}
        for word, state in words.items():
            task = {"task_id": "1", "status": word, "error_code": "MPC.10218", "description": "The task has completed."}
            found = drive(kind.look(huawei, [ref]), {field: [task]})[1][ref]
            assert (str(found.state), bool(found.error), bool(found.outputs)) == (
                state,
                state == "failed",
                state == "succeeded",
            )

    def test_its_permission_is_tried_by_a_task_that_cannot_exist(
        self, drive: Any, huawei: Account, resource: str, kind: JobKind, field: str, running: str, done: str
    ) -> None:
        """A list proves it, an answer of another server does not."""
        (permission,) = kind.permissions
        (request,), told = drive(permission.attempt(huawei), {field: [], "total": 0})
        assert (request.method, request.url, told) == ("GET", url(resource) + "?task_id=0", None)
        with pytest.raises(UnreadableResponse):
            drive(permission.attempt(huawei), {"portal": "log in"})

    def test_the_list_is_asked_for_what_runs_in_the_time_of_creation(
        self, drive: Any, huawei: Account, resource: str, kind: JobKind, field: str, running: str, done: str
    ) -> None:
        """A hundred a page, by the page's word; the record itself must say that it goes on."""
        assert kind.probe is not None
        requested = dict.fromkeys(refs(kind, *range(40)), NOON) | {refs(kind, 40)[0]: NOON + timedelta(minutes=5)}
        shown = [*tasks(0, "1", 99, status=running), *tasks(2, status=done), *tasks(3, status="NO_TASK")]
        (request,), found = drive(kind.probe(huawei, requested), {field: shown, "total": 5})
        query = {"start_time": "20260901120000", "end_time": "20260901120501", "size": "100", "page": "0"}
        assert dict(request.query) == query | {"status": FILTERS.get(resource, running)}
        assert sorted(ref["task_id"] for ref in found) == ["0", "1"]


# Where a page filters by another word than its records have.
FILTERS = {"animated-graphics": "PREPROCESSING", "extract-metadata": "PREPROCESSING"}


# --- the list of those that run -------------------------------------------------------------------------------------


def running(number: int, *, ahead: int = 0) -> dict[JobRef, datetime | None]:
    """So many transcodings, a second apart."""
    return {
        MPC_TRANSCODING.ref({"task_id": str(task_id)}): NOON + timedelta(seconds=task_id)
        for task_id in range(ahead, ahead + number)
    }


def page(first: int, size: int = 100, total: Any = None) -> dict[str, Any]:
    return {"task_array": tasks(*range(first, first + size), status="TRANSCODING"), "total": total}


def probed(drive: Any, huawei: Account, requested: Any, *answers: Any) -> tuple[list[str], int]:
    """The pages that were read, and how many tasks go on."""
    assert MPC_TRANSCODING.probe is not None
    requests, found = drive(MPC_TRANSCODING.probe(huawei, requested), *answers)
    return [dict(request.query)["page"] for request in requests], len(found)


def test_it_is_read_to_its_end(drive: Any, huawei: Account) -> None:
    """Page after page, as many as its total needs."""
    pages = [page(0, total=250), page(100, total=250), page(200, 50, total=250)]
    assert probed(drive, huawei, running(250), *pages) == (["0", "1", "2"], 250)


@pytest.mark.parametrize(
    ("number", "total", "pages"),
    [
        (30, 300, 3),  # as many calls as looks would take: worth it
        (30, 301, 1),
        (10, 100, 1),
        (10, 5000, 1),
        (1, 100, 1),
    ],
)
def test_it_is_read_only_where_that_takes_no_more_calls_than_looks(
    drive: Any, huawei: Account, number: int, total: int, pages: int
) -> None:
    """Where others' tasks fill the list, ten a look are cheaper."""
    answers = [page(at * 100, total=total) for at in range(pages)]
    assert len(probed(drive, huawei, running(number), *answers)[0]) == pages


@pytest.mark.parametrize("total", [None, "many", 0, -1])
def test_a_list_without_a_total_is_one_page(drive: Any, huawei: Account, total: Any) -> None:
    """The rest is looked at."""
    assert probed(drive, huawei, running(200), page(0, total=total)) == (["0"], 100)


def test_an_empty_page_ends_it(drive: Any, huawei: Account) -> None:
    """The list has become shorter meanwhile, or the total is wrong."""
    assert probed(drive, huawei, running(200), page(0, total=200), page(0, 0, total=200)) == (["0", "1"], 100)


def test_tasks_of_unknown_age_are_not_looked_for(drive: Any, huawei: Account) -> None:
    """Without any other there is no request."""
    assert MPC_TRANSCODING.probe is not None
    exchange = MPC_TRANSCODING.probe(huawei, dict.fromkeys(running(3)))
    with pytest.raises(StopIteration) as end:
        next(exchange)
    assert end.value.value == frozenset()
    undated = dict.fromkeys(running(10, ahead=50))
    assert probed(drive, huawei, running(10) | undated, page(0, total=100))[1] == 10


def test_a_list_that_is_not_the_vendors_is_none(drive: Any, huawei: Account) -> None:
    """It would call for a look at every task."""
    with pytest.raises(UnreadableResponse):
        probed(drive, huawei, running(3), {"hello": "world"})
    with pytest.raises(UnreadableResponse):
        probed(drive, huawei, running(3), {"task_array": "garbage"})
