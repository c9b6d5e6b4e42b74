# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``CreateAssetEditTask``: the vendor's list returns no field of the request."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order
from airflow_provider_mediajobs.vendors.huawei.api.submissions.vod_editing import check, create, find

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
INPUTS = [{"asset_id": "a1", "timeline_start": "0", "timeline_end": "12.5"}]
ORDER = Order({"inputs": INPUTS, "editing_settings": '{"format": "MP4"}', "other": 1}, Key("0" * 24, 0), SINCE, SINCE)


def test_what_is_sent(drive: Any, huawei: Account) -> None:
    (request,), ids = drive(create(huawei, ORDER), {"task_id": 123, "asset_id": "out1"})

    assert (request.method, request.url) == (
        "POST",
        "https://vod.cn-north-4.myhuaweicloud.com/v1/p1/asset/editing/tasks",
    )
    assert json.loads(request.body) == {"inputs": INPUTS, "editing_settings": {"format": "MP4"}, "other": 1}
    assert ids == {"task_id": "123"}


def test_an_answer_without_an_id(drive: Any, huawei: Account) -> None:
    with pytest.raises(UnreadableResponse, match="task_id"):
        drive(create(huawei, ORDER), {"asset_id": "out1"})


def tasks(*ids: Any, created: str = "2026-09-01T08:00:01Z") -> list[dict[str, Any]]:
    return [{"task_id": task_id, "status": "WAITING", "create_time": created} for task_id in ids]


def test_what_may_be_ours(drive: Any, huawei: Account) -> None:
    """A page may be shorter than was asked for, and tasks shift while the list is read."""
    first = {"total": 4, "tasks": [*tasks("2"), *tasks("1", created="2026-09-01T07:57:59Z"), *tasks(None)]}
    second = {"total": 4, "tasks": [*tasks("2"), *tasks(3, created="")]}

    requests, found = drive(find(huawei, ORDER), first, second)

    assert found == Candidates(plausible=({"task_id": "2"}, {"task_id": "3"}))
    assert [request.query for request in requests] == [
        (("limit", "100"), ("offset", "0")),
        (("limit", "100"), ("offset", "3")),
    ]


def test_none(drive: Any, huawei: Account) -> None:
    assert drive(find(huawei, ORDER), {"total": 0, "tasks": []})[1] == Candidates()
    assert drive(find(huawei, ORDER), {"total": 9, "tasks": []})[1] == Candidates()


@pytest.mark.parametrize("body", [{}, {"total": 1, "tasks": [7]}, {"total": 1, "tasks": tasks([])}, {"tasks": 7}])
def test_a_list_that_cannot_be_read(drive: Any, huawei: Account, body: Any) -> None:
    with pytest.raises(UnreadableResponse):
        drive(find(huawei, ORDER), body)


def test_a_list_without_end(drive: Any, huawei: Account) -> None:
    with pytest.raises(UnreadableResponse, match="50 pages"):
        drive(find(huawei, ORDER), *[{"total": 10**6, "tasks": tasks("1")}] * 50)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"inputs": None}, "inputs"),
        ({"inputs": []}, "inputs"),
        ({"inputs": INPUTS * 21}, "1 to 20"),
        ({"inputs": {}}, "inputs"),
        ({"inputs": ["a1"]}, r"inputs\[0\]"),
        ({"inputs": [{"asset_id": 7}]}, r"inputs\[0\]"),
        ({"inputs": [{"asset_id": ""}]}, r"inputs\[0\]"),
        ({"inputs": [{"asset_id": "a"}]}, r"inputs\[0\].timeline_end is missing"),
        ({"inputs": [{"asset_id": "a", "timeline_end": 12.5}]}, r"inputs\[0\].timeline_end"),
        (
            {"inputs": [{"asset_id": "a", "timeline_start": "1" * 33, "timeline_end": "2"}]},
            r"inputs\[0\].timeline_start",
        ),
        ({"editing_settings": "MP4"}, "editing_settings"),
    ],
)
def test_bad_parameters(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        check({"inputs": INPUTS} | wrong, True)


def test_good_parameters() -> None:
    check({"inputs": json.dumps(INPUTS), "editing_settings": {}}, True)
    check({"inputs": INPUTS * 20}, True)
    check({}, False)
