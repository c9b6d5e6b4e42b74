# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which bucket a call counts against: the same in every process, under a key that reveals no account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.kind import Quota
from airflow_provider_mediajobs.quotas.bucket import Bucket, bucket_of, quota_of
from airflow_provider_mediajobs.vendors import KINDS, VENDORS
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole

MPC, ICE = KINDS["huawei.mpc.editing"].quota, KINDS["alibaba.ice.live_editing"].quota
HUAWEI = Account("huawei", Credentials("HUAWEIKEY", "secret"), region="cn-north-4", project_id="0a1b2c3d")
ALIBABA = Account("alibaba", Credentials("LTAIKEY", "secret"), region="cn-shanghai")


def role(name: str) -> AssumedRole:
    return AssumedRole(f"acs:ram::1:role/{name}", "session", "3600", "", "")


def key(account: Account, quota: Quota = ICE, connection: str = "") -> str:
    return bucket_of(account, quota, connection).key


@pytest.mark.parametrize(
    ("quota", "quotas", "bucket"),
    [
        (MPC, {}, (100, 60.0, 0.7575)),
        (ICE, {}, (10, 1.0, 0.12625)),
        (MPC, {"mpc": 30}, (30, 60.0, 2.525)),
        (ICE, {"ice": 2.5}, (2, 1.0, 0.505)),
        (ICE, {"ice": 0.25}, (1, 4.0, 5.05)),  # one in four seconds
        (ICE, {"ice": 1}, (1, 1.0, 1.2625)),
    ],
)
def test_looks_are_spaced_by_four_fifths_of_the_limit(quota: Quota, quotas: Any, bucket: Any) -> None:
    """And a hundredth wider: so late a call may come."""
    account = replace(HUAWEI if quota is MPC else ALIBABA, quotas=quotas)
    found = bucket_of(account, quota)
    assert found[1:] == pytest.approx(bucket)


def test_the_least_limit_of_several_connections() -> None:
    assert bucket_of(ALIBABA, ICE, calls=5)[1:] == pytest.approx((5, 1.0, 0.2525))


@pytest.mark.parametrize(("window", "delay"), [(60.0, 15.0), (1.0, 3.0)])
def test_a_look_that_hangs_counts_for_a_while(window: float, delay: float) -> None:
    """A quarter of the window, and three seconds at least: then it has long arrived."""
    assert Bucket("k", 100, window, 0.7575).delay == pytest.approx(delay)


def test_keys_tell_nothing() -> None:
    """But whether two are the same."""
    assert key(HUAWEI, MPC) == "86be1f7e82368d9ffdb8b8a578e322077113c925c890410d6498479dd3a5a81b"


def test_what_shares_a_limit() -> None:
    other = Credentials("OTHER", "secret")
    assert key(HUAWEI, MPC) == key(replace(HUAWEI, credentials=other, region="cn-east-3"), MPC, "any")
    assert key(ALIBABA) == key(replace(ALIBABA, region="cn-beijing", quotas={"ice": 3}), connection="any")


def test_what_does_not() -> None:
    """Other accounts, buckets and vendors."""
    keys = {
        key(ALIBABA),
        key(ALIBABA, KINDS["alibaba.vod.transcode"].quota),
        key(replace(ALIBABA, credentials=Credentials("OTHER", "secret"))),
        key(replace(ALIBABA, credential_provider=role("a"))),
        key(replace(ALIBABA, credential_provider=role("b"))),
        key(HUAWEI, MPC),
        key(HUAWEI, KINDS["huawei.vod.editing"].quota),
        key(replace(HUAWEI, project_id="other"), MPC),
    }
    assert len(keys) == 8


def test_temporary_keys_of_one_connection_share_a_limit() -> None:
    """Each renewal brings another, to one process sooner than to the next."""
    keys = [replace(ALIBABA, credentials=Credentials(f"STS.{number}", "s", "token")) for number in (1, 2)]
    assert key(keys[0], connection="c") == key(keys[1], connection="c") != key(keys[1], connection="d")
    assert key(keys[0]) != key(keys[1])


def test_quotas_are_called_as_products_are() -> None:
    """Or have a name of their own, as a part of one: a request tells by it which limit it counts against."""
    for vendor in VENDORS:
        account = Account(vendor.name, Credentials())
        for of in vendor.kinds:
            assert {quota.part_of or quota.name for quota in of.quotas} <= set(vendor.products)
            assert [quota_of(account, quota.name) for quota in of.quotas] == list(of.quotas)
        assert quota_of(account, "iam") is quota_of(account, "") is None
