# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what ``mediajobs doctor`` tries, when it stops, and its verdicts, with the emulator in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.cli.examination import Attempt, Finding, Report, examine, plan
from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import TransportError
from airflow_provider_mediajobs.core.kind import Exchange, Permission
from airflow_provider_mediajobs.core.permission import PermissionStatus
from airflow_provider_mediajobs.core.vendor import Vendor
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

from ..kinds import FACTS, Facts

Examined = Callable[..., list[Finding]]


@pytest.fixture
def examined(mediajobs_world: World) -> Examined:
    """Findings on all permissions of a vendor."""

    def run(vendor: Vendor, account: Account | None = None) -> list[Finding]:
        given = account or mediajobs_world.account(vendor.name, region="cn-north-4", **_signature(vendor))
        client = Client(vendor, given)

        def ask(exchange: Exchange[None]) -> None:
            client.run(exchange, EmulatorTransport(mediajobs_world))

        return list(examine(vendor, given, plan(vendor.kinds), ask))

    return run


def _signature(vendor: Vendor) -> dict[str, Any]:
    return {"signature": vendor.signatures[0]}


def statuses(findings: list[Finding]) -> dict[str, str]:
    return {finding.attempt.action: str(finding.permission) for finding in findings}


def planned(vendor: Vendor) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(attempt.action, attempt.kinds, attempt.needed) for attempt in plan(vendor.kinds)]


def test_plan() -> None:
    """Each permission once, with all kinds that need it; what only saves calls comes last."""
    for vendor in (ALIBABA, HUAWEI):
        of = [facts for facts in FACTS.values() if facts.vendor == vendor.name]
        assert planned(vendor) == [*needing(of, "actions", needed=True), *needing(of, "probe_actions", needed=False)]


def needing(of: list[Facts], sort: str, *, needed: bool) -> list[tuple[str, tuple[str, ...], bool]]:
    """Permissions of one sort, with the kinds that need them."""
    actions = dict.fromkeys(action for facts in of for action in getattr(facts, sort))
    return [(one, tuple(facts.name for facts in of if one in getattr(facts, sort)), needed) for one in actions]


@pytest.mark.parametrize("vendor", [ALIBABA, HUAWEI], ids=lambda vendor: vendor.name)
def test_all_is_well(vendor: Vendor, examined: Examined, mediajobs_world: World) -> None:
    """One call a permission, whatever the emulated vendor answers about nothing; no job is made or touched."""
    findings = examined(vendor)

    assert set(statuses(findings).values()) == {"allowed"}
    assert len(mediajobs_world.requests) == len(findings) == len(plan(vendor.kinds))
    assert all((finding.advice == "" and finding.error is None) or finding.error for finding in findings)


@pytest.mark.parametrize(
    ("vendor", "fault", "action", "permission", "advice"),
    [
        (
            ALIBABA,
            {"product": "ice", "code": "Forbidden.RAM", "status": 403},
            "ice:GetLiveEditingJob",
            "denied",
            "grant",
        ),
        (HUAWEI, {"product": "mpc", "code": "APIGW.0302", "status": 403}, "mpc:editingTask:view", "denied", "grant"),
        (
            HUAWEI,
            {"product": "vod", "code": "VOD.10120", "status": 403},
            "vod:asset:listEditTask",
            "account",
            "payment",
        ),
        (HUAWEI, {"product": "vod", "code": "VOD.10053", "status": 400}, "vod:asset:listEditTask", "allowed", ""),
        (HUAWEI, {"product": "mpc", "code": "MPC.10204", "status": 400}, "mpc:editingTask:view", "unclear", "not say"),
        (HUAWEI, {"product": "mpc"}, "mpc:editingTask:view", "vendor's fault", "try again later"),
    ],
)
def test_one_permission(
    vendor: Vendor,
    fault: dict[str, Any],
    action: str,
    permission: str,
    advice: str,
    examined: Examined,
    mediajobs_world: World,
) -> None:
    """The others are tried, too."""
    mediajobs_world.add_fault("server_error", **fault, times=1)

    findings = {finding.attempt.action: finding for finding in examined(vendor)}
    found = findings.pop(action)

    assert found.permission.startswith(permission)
    assert advice in found.advice
    assert {finding.permission for finding in findings.values()} == {PermissionStatus.ALLOWED}


@pytest.mark.parametrize(
    ("vendor", "status", "body", "permission", "advice"),
    [
        (ALIBABA, 403, {"Code": "Forbidden.AccessKeyDisabled", "Message": "m"}, "wrong key", "enable a key"),
        (ALIBABA, 404, {"Code": "InvalidRegionId.NotFound", "Message": "m"}, "wrong project or region", "region"),
        (ALIBABA, 400, {"Code": "InvalidSignatureMethod", "Message": "m"}, "wrong project or region", "endpoints"),
        (ALIBABA, 403, {"Code": "OperationDenied.Suspended", "Message": "m"}, "account not in order", "payment"),
        (ALIBABA, 403, {"Code": "OperationDenied", "Message": "m"}, "account not in order", "open the service"),
        (ALIBABA, 404, {"Code": "Whatever.NotFound", "Message": "m"}, "unclear", "read its text"),
        (ALIBABA, 200, {"Code": "X", "LiveEditingJob": {"JobId": "j"}}, "vendor's fault", "try again later"),
        (HUAWEI, 403, {"error_code": "APIGW.0802", "error_msg": "m"}, "wrong project or region", "region"),
        (HUAWEI, 403, {"error_code": "APIGW.0801", "error_msg": "m"}, "wrong project or region", "region"),
        (HUAWEI, 403, {"error_code": "APIGW.0402", "error_msg": "m"}, "unclear", "read its text"),
        (HUAWEI, 405, {"error_code": "APIGW.0502", "error_msg": "m"}, "account not in order", "payment"),
        (HUAWEI, 401, "<html>", "wrong key", "login"),
        (HUAWEI, 403, "<html>", "unreachable", "not the vendor's"),
        (HUAWEI, 403, {"error": {"message": "m", "code": 403}}, "denied", "grant"),
        (HUAWEI, 429, "", "throttled", "quotas"),
    ],
)
def test_refusals_from_public_reports(
    vendor: Vendor, status: int, body: Any, permission: str, advice: str, examined: Examined, mediajobs_world: World
) -> None:
    """No name of an error proves a permission, and nothing is granted where none is missing."""
    mediajobs_world.add_fault("answer", status=status, body=body)

    found = examined(vendor)[0]

    assert found.permission == permission
    assert advice in found.advice
    assert ("grant" in found.advice) == (permission == "denied")


def test_a_missing_permission_is_named(examined: Examined, mediajobs_world: World) -> None:
    """As the policy spells it."""
    mediajobs_world.add_fault("server_error", action="GetTranscodeTask", code="NoPermission", status=403)

    (found,) = [finding for finding in examined(ALIBABA) if finding.permission is PermissionStatus.DENIED]

    assert found.advice == "grant vod:GetTranscodeTask, for example by the policy below"
    assert found.to_dict()["code"] == "NoPermission"
    assert found.to_dict()["request_id"]


@pytest.mark.parametrize(
    ("vendor", "code"), [(ALIBABA, "SignatureDoesNotMatch"), (HUAWEI, "APIGW.0301")], ids=["alibaba", "huawei"]
)
def test_a_wrong_key_is_tried_once(vendor: Vendor, code: str, examined: Examined, mediajobs_world: World) -> None:
    """Five failures in a row would lock it."""
    key = next(iter(mediajobs_world.keys))
    account = mediajobs_world.account(vendor.name, region="cn-north-4", **_signature(vendor))
    wrong = Account(
        vendor.name, Credentials(key, "wrong"), "cn-north-4", account.project_id, signature=vendor.signatures[0]
    )

    first, *others = examined(vendor, wrong)

    assert (first.permission, first.to_dict()["code"]) == ("wrong key", code)
    assert {finding.permission for finding in others} == {PermissionStatus.NOT_ASKED}
    assert "not tried after an authentication failure" in others[0].advice
    assert len(mediajobs_world.requests) == 1


def test_another_project(examined: Examined, mediajobs_world: World) -> None:
    """Huawei refuses it with the codes of a missing permission."""
    account = mediajobs_world.account("huawei", region="cn-north-4", project_id="other")

    findings = examined(HUAWEI, account)

    assert set(statuses(findings).values()) == {"wrong project or region"}
    assert next(finding for finding in findings if finding.attempt.action == "mpc:editingTask:view").advice == (
        "check region, project_id and endpoints of the connection: they must belong together, and to the key's account"
        "; if they do, mpc:editingTask:view may be missing"
    )


def test_without_a_region(examined: Examined, mediajobs_world: World) -> None:
    """Live has a central host; the others are not asked."""
    findings = examined(ALIBABA, mediajobs_world.account("alibaba", **_signature(ALIBABA)))

    assert findings[0].endpoint == "https://live.aliyuncs.com"
    assert {finding.endpoint for finding in findings[1:]} == {None}
    assert {finding.permission for finding in findings[1:]} == {PermissionStatus.WRONG_PLACE}
    assert len(mediajobs_world.requests) == 1


def test_throttled(examined: Examined, mediajobs_world: World) -> None:
    mediajobs_world.add_fault("throttle", product="vod", times=1)
    findings = examined(HUAWEI)
    account = mediajobs_world.account("huawei", quotas={"mpc": 50})
    report = Report("c", HUAWEI, account, HUAWEI.kinds, tuple(findings))

    assert findings[0].attempt.action == "vod:asset:listEditTask"
    assert [finding.permission for finding in findings if finding.permission is not PermissionStatus.ALLOWED] == [
        PermissionStatus.THROTTLED
    ]
    assert [(quota["bucket"], quota["calls"], quota["throttled"]) for quota in report.quotas] == [
        ("vod", 100, True),
        ("vod-query", 1500, False),
        ("mpc", 50, False),
    ]
    assert report.quotas[2]["source"] == "the connection"
    assert not report.well


def test_a_throttled_list_fills_its_own_quota(examined: Examined, mediajobs_world: World) -> None:
    mediajobs_world.add_fault("throttle", action="ListAssetList", times=1)
    findings = examined(HUAWEI)
    report = Report("c", HUAWEI, mediajobs_world.account("huawei"), HUAWEI.kinds, tuple(findings))

    throttled = {quota["bucket"]: quota["throttled"] for quota in report.quotas}
    assert throttled == {"vod": False, "vod-query": True, "mpc": False}


def test_a_host_that_is_not_reached_is_tried_once(examined: Examined, mediajobs_world: World) -> None:
    """Each attempt would take the whole timeout; other hosts are tried."""
    mediajobs_world.add_fault("hang", product="vod")

    findings = examined(ALIBABA)

    first, *others = [finding for finding in findings if finding.attempt.action.startswith("vod:")]
    assert (first.attempt.action, first.permission) == ("vod:ListTranscodeTask", PermissionStatus.UNREACHABLE)
    assert {(str(finding.permission), finding.advice) for finding in others} == {
        ("not asked", "not tried, because an earlier call did not reach the host")
    }
    elsewhere = [finding.permission for finding in findings if finding not in (first, *others)]
    assert (len(others) >= 2, set(elsewhere)) == (True, {PermissionStatus.ALLOWED})


def test_a_page_that_is_not_the_vendors(examined: Examined, mediajobs_world: World) -> None:
    mediajobs_world.add_fault("html", product="mpc")

    found = next(finding for finding in examined(HUAWEI) if finding.attempt.action == "mpc:editingTask:view")

    assert (found.permission, found.advice) == (
        PermissionStatus.UNREACHABLE,
        "the answer is not the vendor's: a proxy or gateway has sent it; check host, endpoints and `proxy`",
    )


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        ("DNS", "the host name is not found (DNS): "),
        ("TLS", "TLS fails: "),
        ("proxy", "the proxy is not reached"),
        ("timeout", "no answer in time (timeout): "),
        ("refused", "the host refuses the connection: "),
        (None, "the network connection broke"),
    ],
)
def test_the_sort_of_trouble_is_told(trouble: str | None, advice: str, mediajobs_world: World) -> None:
    def ask(_exchange: Exchange[None]) -> None:
        error = TransportError("no answer")
        error.trouble = trouble
        raise error

    account = mediajobs_world.account("huawei", region="cn-north-4")
    found = next(examine(HUAWEI, account, plan(HUAWEI.kinds), ask))

    assert (found.permission, found.advice[: len(advice)]) == (PermissionStatus.UNREACHABLE, advice)


def permission(action: str) -> Permission:
    def attempt(_account: Account) -> Exchange[None]:
        raise AssertionError("it is tried already")

    return Permission(action, attempt)


FINDINGS = (
    Finding(Attempt(permission("live:A"), ("alibaba.live.editing",), True), "https://l", PermissionStatus.ALLOWED),
    Finding(
        Attempt(permission("ice:B"), ("alibaba.ice.live_editing",), False),
        "https://i",
        PermissionStatus.DENIED,
        "grant",
    ),
)


def report(*findings: Finding, **facts: Any) -> Report:
    return Report("c", ALIBABA, Account("alibaba", Credentials("id", "s3cret")), ALIBABA.kinds[:2], findings, **facts)


def test_what_only_saves_calls_may_be_denied() -> None:
    assert report(*FINDINGS).well
    assert not report(FINDINGS[1], Finding(FINDINGS[0].attempt, None, PermissionStatus.UNCLEAR)).well


def test_as_data() -> None:
    """Without a secret."""
    told = report(*FINDINGS, skew=1.26).to_dict()

    assert "s3cret" not in str(told)
    assert (told["well"], told["conn_id"], told["vendor"], told["clock_skew_s"]) == (True, "c", "alibaba", 1.3)
    assert told["endpoints"] == {"live": "https://l", "ice": "https://i"}
    assert [permission["verdict"] for permission in told["permissions"]] == ["allowed", "denied"]
    assert told["policy"]["Statement"][0]["Action"] == ["live:A", "ice:B"]
    assert report().to_dict()["clock_skew_s"] is None


@pytest.mark.parametrize("vendor", [ALIBABA, HUAWEI], ids=lambda vendor: vendor.name)
def test_what_submits_is_told_apart(vendor: Vendor) -> None:
    """In the policy only when it was asked for: who only waits needs none of it."""
    account = Account(vendor.name, Credentials("id", "s3cret"))
    tried = tuple(Finding(attempt, None, PermissionStatus.ALLOWED) for attempt in plan(vendor.kinds))
    waiting, whole = (Report("c", vendor, account, vendor.kinds, tried, submit=chosen) for chosen in (False, True))
    submits = [kind.submit for kind in vendor.kinds if kind.submit]
    creates = {action for submit in submits for action in submit.actions}

    assert creates <= set(waiting.submitting)
    assert not set(waiting.submitting) & set(waiting.policy["Statement"][0]["Action"])
    granted = whole.policy["Statement"][0]["Action"]
    assert granted == [*waiting.policy["Statement"][0]["Action"], *waiting.submitting]
    assert {action for submit in submits for action in (*submit.actions, *submit.find_actions)} <= set(granted)
    assert [one["in_policy"] for one in whole.to_dict()["submitting"]] == [True] * len(whole.submitting)
    assert not any(one["in_policy"] for one in waiting.to_dict()["submitting"])


def test_what_finds_jobs_is_tried_when_it_was_asked_for() -> None:
    """Whatever a wait does not try already; nothing that makes a job."""
    more = {attempt.action: attempt for attempt in plan(ALIBABA.kinds, submit=True)}
    less = {attempt.action for attempt in plan(ALIBABA.kinds)}

    assert {action: more[action][1:] for action in more if action not in less} == {
        "ice:ListTranscodeJobs": (("alibaba.ice.transcode",), True, True),
        "mts:ListJob": (("alibaba.mps.transcode",), True, True),
    }
    assert [one.action for one in plan(HUAWEI.kinds, submit=True)] == [one.action for one in plan(HUAWEI.kinds)]
    for vendor in (ALIBABA, HUAWEI):
        tried = {attempt.action for attempt in plan(vendor.kinds, submit=True)}
        for submit in (kind.submit for kind in vendor.kinds if kind.submit):
            assert set(submit.find_actions) <= tried
            assert not set(submit.actions) & tried


def test_what_cancels_is_in_the_policy_when_asked_for() -> None:
    account = Account("huawei", Credentials("id", "s3cret"))
    found = Report("c", HUAWEI, account, HUAWEI.kinds, (), cancel=True)

    needed = [action for facts in FACTS.values() if facts.vendor == "huawei" for action in facts.cancel_actions]
    assert needed[:2] == ["vod:asset:deleteEditTask", "mpc:editingTask:delete"]
    assert found.policy["Statement"][0]["Action"] == needed
