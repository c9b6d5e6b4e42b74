# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""MPC's two generations: ``user_data`` carries our key, and v1's list shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    ConfigError,
    JobNotFound,
    ParameterError,
    UnreadableResponse,
    WrongPlace,
)
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order, Ours
from airflow_provider_mediajobs.vendors.huawei.api.submissions.mpc_editing import check, create, find

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
SOURCE = {"bucket": "b", "location": "cn-north-4", "object": "in.mp4"}
V2 = {"inputs": [{"input": SOURCE}], "output": {"bucket": "b", "object": "out"}, "editing_type": 1}
V1 = {"edit_type": ["CLIP"], "clips": [{"input": SOURCE}], "output_setting": {"output": {"bucket": "b"}}}


def order(parameters: dict[str, Any]) -> Order:
    return Order(parameters, KEY, SINCE, SINCE + timedelta(seconds=30))


def test_v2(drive: Any, huawei: Account) -> None:
    sent = V2 | {"inputs": json.dumps(V2["inputs"]), "user_data": "run 17", "metadata": None}
    (request,), ids = drive(create(huawei, order(sent)), {"job_id": 30647})

    assert (request.method, request.url) == ("POST", "https://mpc.cn-north-4.myhuaweicloud.com/v2/p1/editing/jobs")
    assert json.loads(request.body) == V2 | {"user_data": f"run 17 mediajobs:{KEY}"}
    assert ids == {"job_id": "30647"}


def test_v1(drive: Any, huawei: Account) -> None:
    old = replace(huawei, api_versions={"mpc": "v1"})
    (request,), ids = drive(create(old, order(V1)), {"job_id": "7"})

    assert request.url == "https://mpc.cn-north-4.myhuaweicloud.com/v1/p1/editing/jobs"
    assert json.loads(request.body) == V1 | {"user_data": f'{{"mediajobs": "{KEY}"}}'}
    assert ids == {"job_id": "7"}


def test_a_connection_that_looks_elsewhere(drive: Any, huawei: Account) -> None:
    """Nothing is sent: the job could not be looked at."""
    for account, parameters in ((huawei, V1), (replace(huawei, api_versions={"mpc": "v1"}), V2)):
        with pytest.raises(ConfigError, match="api_versions"):
            next(create(account, order(parameters)))


def test_an_answer_without_an_id(drive: Any, huawei: Account) -> None:
    with pytest.raises(UnreadableResponse, match="job_id"):
        drive(create(huawei, order(V2)), {})


def test_ours_are_found(drive: Any, huawei: Account) -> None:
    first = {
        "total": 5,
        "jobs": [
            {"job_id": 1, "status": "INIT", "user_data": "run 17"},
            {"job_id": 2, "status": "INIT", "user_data": f"run 17 mediajobs:{KEY}"},
            {"job_id": 9, "status": "INIT", "user_data": f"mediajobs:{Key('f' * 24, 1)}"},
            # Another task's, which repeats what ours has carried.
            {"job_id": 10, "status": "INIT", "user_data": f"of mediajobs:{KEY} mediajobs:{Key('f' * 24, 2)}"},
        ],
    }
    request = {"user_data": f'{{"run": 17, "mediajobs": "{KEY}"}}'}
    second = {"total": 5, "jobs": [{"task_id": "3", "status": "INIT", "edit_task_req": request}]}

    requests, found = drive(find(huawei, order(V2)), first, second)

    assert found == Candidates((Ours(KEY, {"job_id": "2"}), Ours(KEY, {"job_id": "3"})))
    assert [request.url.partition(".com")[2] for request in requests] == [
        "/v1/p1/editing/jobs?start_time=20260901074000&end_time=20260901082030&page=0&size=100",
        "/v1/p1/editing/jobs?start_time=20260901074000&end_time=20260901082030&page=1&size=100",
    ]


@pytest.mark.parametrize("error", [JobNotFound("MPC.1", status=404), WrongPlace("APIGW.0101", status=404)])
def test_none(drive: Any, huawei: Account, error: Exception) -> None:
    assert drive(find(huawei, order(V2)), error)[1] == Candidates()
    assert drive(find(huawei, order(V2)), {"total": 0, "jobs": []})[1] == Candidates()


@pytest.mark.parametrize(
    "body", [{}, {"jobs": 7}, {"jobs": [7]}, {"jobs": [{"status": "INIT", "user_data": f"mediajobs:{KEY}"}]}]
)
def test_a_list_that_cannot_be_read(drive: Any, huawei: Account, body: Any) -> None:
    with pytest.raises(UnreadableResponse):
        drive(find(huawei, order(V2)), body)


def test_a_list_without_end(drive: Any, huawei: Account) -> None:
    page = {"total": 10**6, "jobs": [{"job_id": "1", "status": "INIT"}]}

    with pytest.raises(UnreadableResponse, match="50 pages"):
        drive(find(huawei, order(V2)), *[page] * 50)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({}, "inputs"),
        ({"inputs": V2["inputs"]}, "output"),
        ({"edit_type": ["CLIP"]}, "output_setting"),
        (V1 | V2, "v1 and inputs to v2"),
        (V2 | {"inputs": "x"}, "inputs"),
        (V2 | {"inputs": [{}]}, r"inputs\[0\]"),
        (V2 | {"inputs": ["a"]}, r"inputs\[0\]"),
        (V2 | {"output": []}, "output"),
        (V2 | {"editing_type": 2}, "editing_type must be 0 or 1, not 2"),
        (V2 | {"editing_type": True}, "editing_type must be a whole number, not True"),
        (V1 | {"edit_type": ["CUT"]}, "edit_type"),
        (V2 | {"user_data": "x" * 500}, "user_data"),
    ],
)
def test_bad_parameters(parameters: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        check(parameters, True)


def test_good_parameters() -> None:
    check(V2 | {"user_data": {"a": 1}}, True)
    check(V1, True)
    check({}, False)
