# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which call tries which RAM permission, and what its answers mean."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.cli.examination import plan
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import Throttled, UnreadableResponse
from airflow_provider_mediajobs.core.kind import Exchange
from airflow_provider_mediajobs.core.permission import permission_status
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.api import codes
from airflow_provider_mediajobs.vendors.alibaba.api.errors import classify

ACCOUNT = Account("alibaba", Credentials("id", "secret"), region="cn-shanghai")
ZEROS = "00000000000000000000000000000000"

CALLS: list[tuple[str, str, tuple[tuple[str, str], ...], dict[str, Any]]] = [
    ("live:GetEditingJobInfo", "https://live.aliyuncs.com", (("CasterId", ZEROS),), {"EditingTasksInfo": ""}),
    ("ice:GetLiveEditingJob", "https://ice.cn-shanghai.aliyuncs.com", (("JobId", ZEROS),), {"LiveEditingJob": None}),
    (
        "ice:ListMediaProducingJobs",
        "https://ice.cn-shanghai.aliyuncs.com",
        (("JobType", "LiveEditingJob"), ("MaxResults", "1")),
        {"MediaProducingJobList": []},
    ),
    (
        "vod:ListTranscodeTask",
        "https://vod.cn-shanghai.aliyuncs.com",
        (("VideoId", ZEROS), ("PageSize", "1")),
        {"TranscodeTaskList": []},
    ),
    (
        "vod:GetTranscodeTask",
        "https://vod.cn-shanghai.aliyuncs.com",
        (("TranscodeTaskId", ZEROS),),
        {"TranscodeTask": {}},
    ),
    (
        "vod:GetTranscodeSummary",
        "https://vod.cn-shanghai.aliyuncs.com",
        (("VideoIds", ZEROS),),
        {"NonExistVideoIds": [ZEROS]},
    ),
]

ATTEMPTS = {tried.action: tried for tried in plan(ALIBABA.kinds)}


def attempt(action: str, account: Account = ACCOUNT) -> Exchange[None]:
    return ATTEMPTS[action].permission.attempt(account)


@pytest.mark.parametrize(("action", "origin", "query", "answer"), CALLS)
def test_calls(
    action: str, origin: str, query: tuple[tuple[str, str], ...], answer: dict[str, Any], drive: Any
) -> None:
    """One call of the permission's own operation, about nothing."""
    (request,), told = drive(attempt(action), answer)

    assert (request.origin, request.query) == (origin, query)
    assert request.header("x-acs-action") == action.partition(":")[2]
    assert told is None


def test_they_are_permissions_of_kinds() -> None:
    """Those of looks and those of probes. All kinds' are tried by the doctor in ``tests/test_kinds.py``."""
    needed = {action for kind in ALIBABA.kinds for action in (*kind.actions, *kind.probe_actions)}

    assert {attempt[0] for attempt in CALLS} <= needed == set(ATTEMPTS)


def test_an_error_in_a_success_is_no_permission(drive: Any) -> None:
    """Nor is an answer that is not the vendor's."""
    action = "vod:ListTranscodeTask"
    with pytest.raises(Throttled):
        drive(attempt(action), {"Code": "Throttling.User", "Message": "slow"})
    with pytest.raises(UnreadableResponse):
        drive(attempt(action), {"portal": "log in"})


ACTIONS = [attempt[0] for attempt in CALLS]


def permission(code: str, status: int, action: str) -> str:
    return permission_status(classify(code, status)(code), lambda told: ATTEMPTS[action].explain(ALIBABA, told))


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("Forbidden", 403, "denied"),
        ("Forbidden.RAM", 403, "denied"),
        ("Forbidden.SubUser", 403, "denied"),
        ("NoPermission", 403, "denied"),
        ("SomethingElse", 403, "denied"),
        ("InvalidAccessKeyId.NotFound", 404, "wrong key"),
        ("InvalidAccessKeyId.Inactive", 403, "wrong key"),
        ("Forbidden.AccessKeyDisabled", 403, "wrong key"),
        ("SignatureDoesNotMatch", 400, "wrong key"),
        ("IncompleteSignature", 400, "wrong key"),
        ("InvalidSecurityToken.Expired", 400, "wrong key"),
        ("InvalidSecurityToken.Malformed", 400, "wrong key"),
        ("InvalidSecurityToken.MismatchWithAccessKey", 400, "wrong key"),
        ("MissingSecurityToken", 400, "wrong key"),
        ("SomethingElse", 401, "wrong key"),
        ("InvalidTimeStamp.Expired", 400, "wrong clock"),
        ("InvalidTimeStamp.Format", 400, "wrong clock"),
        ("IllegalTimestamp", 400, "wrong clock"),
        ("InvalidAction.NotFound", 404, "wrong project or region"),
        ("InvalidApi.NotFound", 404, "wrong project or region"),
        ("InvalidProduct.NotFound", 404, "wrong project or region"),
        ("InvalidVersion", 400, "wrong project or region"),
        ("InvalidVersion.NotFound", 404, "wrong project or region"),
        ("InvalidProtocol.NeedSsl", 400, "wrong project or region"),
        ("UnsupportedHTTPMethod", 403, "wrong project or region"),
        ("InvalidRegion.NotFound", 404, "wrong project or region"),
        ("InvalidRegionId.NotFound", 404, "wrong project or region"),
        ("InvalidSignatureMethod", 400, "wrong project or region"),
        ("OperationDenied", 403, "account not in order"),
        ("OperationDenied.Suspended", 403, "account not in order"),
        ("Forbidden.RiskControl", 403, "account not in order"),
        ("InsufficientBalance", 400, "account not in order"),
        ("UserNotFound", 404, "account not in order"),
        ("Throttling.User", 400, "throttled"),
        ("QpsLimitExceeded", 400, "throttled"),
        ("ServiceUnavailable", 503, "vendor's fault"),
        ("SystemBusy", 400, "vendor's fault"),
        ("ServiceBusy", 400, "vendor's fault"),
        ("InternalError", 400, "vendor's fault"),
        ("SignatureNonceUsed", 400, "vendor's fault"),
        ("InvalidWorkings", 500, "vendor's fault"),
        ("MissingParameter", 400, "unclear"),
        ("MissingStartTime", 400, "unclear"),
        ("ContentMD5NotMatched", 400, "unclear"),
        ("InvalidParameter.Format", 400, "unclear"),
        ("InvalidParameter.Accept", 400, "unclear"),
        ("InvalidSomething", 400, "unclear"),
        ("InvalidSomething.Malformed", 400, "unclear"),
        ("Something.NotFound", 404, "unclear"),
        ("SomethingElse", 400, "unclear"),
    ],
)
@pytest.mark.parametrize("action", ACTIONS)
def test_what_a_refusal_says_of_a_permission(code: str, status: int, expected: str, action: str) -> None:
    """By the code; by the status where no table knows it. None of them proves anything."""
    assert permission(code, status, action) == expected


PROOFS = {
    "live:GetEditingJobInfo": {"InvalidShowList.NotFound", "InvalidCasterId.NotFound", "InvalidCasterId.Malformed"},
    "ice:GetLiveEditingJob": {
        *("InvalidParameter", "InvalidJobId.Malformed", "JobNotFound", "InvalidJob.NotFound", "InvalidJobId.NotFound"),
        "NoSuchResource",
    },
    "ice:ListMediaProducingJobs": set(),
    "vod:ListTranscodeTask": {
        *("InvalidParameter", "InvalidVideoId.Malformed", "InvalidVideo.NotFound", "InvalidVideoId.NotFound"),
        "NoSuchResource",
    },
    "vod:GetTranscodeTask": {"InvalidParameter", "NoSuchResource"},
    "vod:GetTranscodeSummary": {
        *("InvalidParameter", "InvalidVideoId.Malformed", "InvalidVideo.NotFound", "InvalidVideoId.NotFound")
    },
}


@pytest.mark.parametrize("action", ACTIONS)
def test_what_proves_a_permission(action: str) -> None:
    """A closed list an operation."""
    known = {*codes.CODES, *codes.FAMILIES}

    assert {code for code in known if permission(code, 400, action) == "allowed"} == PROOFS[action]


def test_policy() -> None:
    """A RAM policy."""
    assert ALIBABA.policy(["live:GetEditingJobInfo", "ice:GetLiveEditingJob"]) == {
        "Version": "1",
        "Statement": [
            {"Effect": "Allow", "Action": ["live:GetEditingJobInfo", "ice:GetLiveEditingJob"], "Resource": "*"}
        ],
    }
