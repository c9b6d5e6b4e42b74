# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which call tries which IAM permission, and what its answers mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.cli.examination import plan
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import Throttled, UnreadableResponse
from airflow_provider_mediajobs.core.kind import Exchange
from airflow_provider_mediajobs.core.permission import permission_status
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.api.errors import classify

from ....kinds import FACTS

ACCOUNT = Account("huawei", Credentials("ak", "sk"), region="cn-north-4", project_id="p1")

CALLS: list[tuple[str, str, tuple[tuple[str, str], ...], dict[str, Any]]] = [
    (
        "vod:asset:listEditTask",
        "https://vod.cn-north-4.myhuaweicloud.com/v1/p1/asset/editing/tasks?task_id=0",
        (("task_id", "0"),),
        {"total": 0},
    ),
    (
        "mpc:editingTask:view",
        "https://mpc.cn-north-4.myhuaweicloud.com/v2/p1/editing/jobs?job_id=0",
        (("job_id", "0"),),
        {"job_array": []},
    ),
]

ATTEMPTS = {tried.action: tried for tried in plan(HUAWEI.kinds)}


def attempt(action: str, account: Account = ACCOUNT) -> Exchange[None]:
    return ATTEMPTS[action].permission.attempt(account)


@pytest.mark.parametrize(("action", "url", "query", "answer"), CALLS)
def test_calls(action: str, url: str, query: tuple[tuple[str, str], ...], answer: dict[str, Any], drive: Any) -> None:
    """One call about nothing."""
    (request,), told = drive(attempt(action), answer)

    assert (request.method, request.url, request.query) == ("GET", url, query)
    assert told is None


def test_the_older_generation_of_mpc(drive: Any) -> None:
    """Where the connection chooses it."""
    account = replace(ACCOUNT, api_versions={"mpc": "v1"})

    (request,), _ = drive(attempt("mpc:editingTask:view", account), {"jobs": [], "total": 0})

    assert request.path == "/v1/p1/editing/jobs"


def test_every_permission_is_tried_once() -> None:
    """Those of looks and probes; a cancel is harmless to nobody, so its permission is only listed."""
    known = [facts for facts in FACTS.values() if facts.vendor == "huawei"]
    wanted = [action for facts in known for action in (*facts.actions, *facts.probe_actions)]
    assert sorted(ATTEMPTS) == sorted(set(wanted))
    cancelling = {action for facts in known for action in facts.cancel_actions}
    assert cancelling
    assert cancelling.isdisjoint(ATTEMPTS)


def test_an_error_in_a_success_is_no_permission(drive: Any) -> None:
    """Nor is an answer that is not the vendor's."""
    with pytest.raises(Throttled):
        drive(attempt("mpc:editingTask:view"), {"error_code": "APIGW.0308", "error_msg": "slow"})
    with pytest.raises(UnreadableResponse):
        drive(attempt("vod:asset:listEditTask"), {"portal": "log in"})


def permission(code: str, status: int, action: str) -> str:
    return permission_status(classify(code, status)(code), lambda told: ATTEMPTS[action].explain(HUAWEI, told))


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("APIGW.0302", 403, "denied"),
        ("APIGW.0304", 403, "denied"),
        ("APIGW.0306", 403, "denied"),
        ("APIGW.0310", 403, "denied"),
        ("APIG.0302", 403, "denied"),
        ("VOD.10074", 403, "denied"),
        ("VOD.10111", 403, "denied"),
        ("PAP5.0020", 403, "denied"),
        ("SOMETHING.NEW", 403, "denied"),
        ("VOD.10057", 403, "wrong project or region"),
        ("MPC.10208", 403, "wrong project or region"),
        ("APIGW.0101", 404, "wrong project or region"),
        ("APIG.0101", 404, "wrong project or region"),
        ("APIGW.0607", 400, "wrong project or region"),
        ("APIGW.0801", 403, "wrong project or region"),
        ("APIGW.0802", 403, "wrong project or region"),
        ("VOD.10055", 403, "account not in order"),
        ("VOD.10056", 403, "account not in order"),
        ("VOD.10120", 403, "account not in order"),
        ("APIGW.0501", 405, "account not in order"),
        ("APIGW.0502", 405, "account not in order"),
        ("APIGW.0301", 401, "wrong key"),
        ("APIGW.0307", 401, "wrong key"),
        ("APIGW.0311", 401, "wrong key"),
        ("MPC.10203", 401, "wrong key"),
        ("VOD.10054", 403, "wrong key"),
        ("SOMETHING.NEW", 401, "wrong key"),
        ("APIGW.0308", 429, "throttled"),
        ("VOD.10051", 403, "vendor's fault"),
        ("MPC.10212", 403, "vendor's fault"),
        ("APIGW.0103", 404, "vendor's fault"),
        ("APIGW.0404", 403, "vendor's fault"),
        ("APIGW.0613", 503, "vendor's fault"),
        ("APIGW.0401", 403, "unclear"),
        ("APIGW.0402", 403, "unclear"),
        ("APIGW.0602", 400, "unclear"),
        ("MPC.10204", 400, "unclear"),
        ("MPC.10230", 400, "unclear"),
        ("MPC.10231", 400, "unclear"),
        ("VOD.99999", 400, "unclear"),
        ("SOMETHING.NotFound", 404, "unclear"),
    ],
)
@pytest.mark.parametrize("action", ["vod:asset:listEditTask", "mpc:editingTask:view"])
def test_what_a_refusal_says_of_a_permission(code: str, status: int, expected: str, action: str) -> None:
    """By the code; by the status where no table knows it. None of them proves anything."""
    assert permission(code, status, action) == expected


@pytest.mark.parametrize(
    ("action", "code", "status"),
    [
        ("vod:asset:listEditTask", "VOD.10062", 400),
        ("vod:asset:listEditTask", "VOD.10062", 403),
        ("vod:asset:listEditTask", "VOD.10053", 400),
        ("vod:asset:listEditTask", "VOD.10053", 403),
        ("vod:asset:listEditTask", "VOD.10081", 403),
        ("vod:asset:listEditTask", "VST.10001", 400),
        ("mpc:editingTask:view", "MPC.10202", 400),
    ],
)
def test_what_proves_a_permission(action: str, code: str, status: int) -> None:
    """Of that operation, and of no other."""
    assert permission(code, status, action) == "allowed"
    (other,) = {"vod:asset:listEditTask", "mpc:editingTask:view"} - {action}
    assert permission(code, status, other) == "unclear"


def test_policy() -> None:
    """An IAM custom policy."""
    assert HUAWEI.policy(["mpc:editingTask:view"]) == {
        "Version": "1.1",
        "Statement": [{"Effect": "Allow", "Action": ["mpc:editingTask:view"]}],
    }
