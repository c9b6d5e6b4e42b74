# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that a list is read to its end, or nothing is concluded from it.

Covers ``vendors.alibaba.api.submissions.lists``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import UnreadableResponse
from airflow_provider_mediajobs.core.submit import Key, Order, Ours
from airflow_provider_mediajobs.vendors.alibaba.api.submissions.lists import KeyedList

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
LIST = KeyedList(
    product="ice",
    action="ListThings",
    field="Things",
    element="Thing",
    marks=("Id", "Status"),
    id_field="Id",
    id_name="job_id",
    times=("From", "To"),
    token="Next",
    span=timedelta(days=30),
)
CARRIED = json.dumps({"mediajobs": str(KEY)})


def order(later: timedelta) -> Order:
    return Order({}, KEY, SINCE, SINCE + later)


def test_a_job_that_moves_to_the_next_page(drive: Any, alibaba: Account) -> None:
    """Since a new one has come before it: it is one job."""
    page = {"Things": {"Thing": [{"Id": 7, "UserData": CARRIED}]}, "RequestId": "r"}

    requests, found = drive(LIST.find(alibaba, order(timedelta(0)), {"A": "b"}), page | {"Next": "t"}, page)

    assert found == (Ours(KEY, {"job_id": "7"}),)
    assert [dict(request.query).get("Next") for request in requests] == [None, "t"]
    assert all(dict(request.query)["A"] == "b" for request in requests)


def test_no_longer_than_the_vendor_allows(drive: Any, alibaba: Account) -> None:
    (request,), found = drive(LIST.find(alibaba, order(timedelta(days=40)), {}), {"Things": [], "RequestId": "r"})

    assert found == ()
    assert dict(request.query) == {"From": "2026-09-11T08:20:01Z", "To": "2026-10-11T08:20:00Z"}


@pytest.mark.parametrize(
    "body", [{}, {"Things": "{"}, {"Things": [7]}, {"Things": [{"Status": "x", "UserData": CARRIED}]}]
)
def test_what_cannot_be_read(drive: Any, alibaba: Account, body: dict[str, Any]) -> None:
    with pytest.raises(UnreadableResponse):
        drive(LIST.find(alibaba, order(timedelta(0)), {}), body)


def test_a_list_without_end(drive: Any, alibaba: Account) -> None:
    page = {"Things": [{"Id": "1"}], "Next": "t"}

    with pytest.raises(UnreadableResponse, match="50 pages"):
        drive(LIST.find(alibaba, order(timedelta(0)), {}), *[page] * 50)
