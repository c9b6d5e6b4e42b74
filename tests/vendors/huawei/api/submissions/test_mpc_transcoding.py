# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""MPC's transcoding tasks: ``user_data`` carries our key, and the list shows it.

Covers ``vendors.huawei.api.submissions.mpc_transcoding``, ``vendors.huawei.api.submissions.mpc_lists``.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order, Ours
from airflow_provider_mediajobs.vendors.huawei.api.submissions.mpc_transcoding import check, create, find

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
PLACE = {"bucket": "b", "location": "cn-north-4"}
GOOD = {"input": {**PLACE, "object": "in.mp4"}, "output": {**PLACE, "object": "out"}, "trans_template_id": [7, 8]}
URL = "https://mpc.cn-north-4.myhuaweicloud.com/v1/p1/transcodings"


def order(parameters: dict[str, Any]) -> Order:
    return Order(parameters, KEY, SINCE, SINCE + timedelta(seconds=30))


def test_what_is_sent(drive: Any, huawei: Account) -> None:
    sent = GOOD | {"input": json.dumps(GOOD["input"]), "user_data": "run 17", "crop": {"duration": 5}, "subtitle": None}
    (request,), ids = drive(create(huawei, order(sent)), {"task_id": 1024})

    assert (request.method, request.url) == ("POST", URL)
    assert json.loads(request.body) == GOOD | {"crop": {"duration": 5}, "user_data": f"run 17 mediajobs:{KEY}"}
    assert ids == {"task_id": "1024"}


def test_an_answer_without_an_id(drive: Any, huawei: Account) -> None:
    with pytest.raises(UnreadableResponse, match="task_id"):
        drive(create(huawei, order(GOOD)), {})


def test_ours_are_found(drive: Any, huawei: Account) -> None:
    answer = {
        "total": 2,
        "task_array": [
            {"task_id": 1, "status": "WAITING", "user_data": "run 17"},
            {"task_id": 2, "status": "WAITING", "user_data": json.dumps({"mediajobs": str(KEY)})},
        ],
    }

    (request,), found = drive(find(huawei, order(GOOD)), answer)

    assert found == Candidates((Ours(KEY, {"task_id": "2"}),))
    assert request.url == f"{URL}?start_time=20260901074000&end_time=20260901082030&page=0&size=100"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"input": None}, "input"),
        ({"input": {"bucket": "b"}}, "input must be an object with bucket, location and object"),
        ({"output": "out"}, "output"),
        ({"trans_template_id": None}, "template_ids"),
        ({"trans_template_id": []}, "template_ids"),
        ({"trans_template_id": list(range(10))}, "must have 1 to 9 elements, not 10"),
        ({"trans_template_id": ["x"]}, "each of template_ids (trans_template_id) must be a whole number, not 'x'"),
        ({"trans_template_id": [True]}, "each of template_ids (trans_template_id) must be a whole number, not True"),
        ({"av_parameters": []}, "av_parameters must have 1 to 9 elements, not 0"),
        ({"priority": 7}, "priority must be 6 or 9, not 7"),
        ({"priority": "high"}, "priority must be a whole number, not 'high'"),
        ({"user_data": {"x": "y" * 450}}, "user_data"),
    ],
)
def test_bad_parameters(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(named)):
        check(GOOD | wrong, True)


def test_good_parameters() -> None:
    check(GOOD | {"priority": 9}, True)
    check(GOOD | {"trans_template_id": None, "av_parameters": "[{}]"}, True)
    check({"trans_template_id": [7]}, False)
