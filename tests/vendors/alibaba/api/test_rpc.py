# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how Alibaba's operations are addressed, and the test of a connection."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import AuthError, ConfigError, ParameterError
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.api.rpc import call, endpoint

ENDPOINTS = {
    ("live", None): "https://live.aliyuncs.com",
    ("live", "cn-shanghai"): "https://live.aliyuncs.com",
    ("live", "cn-hongkong"): "https://live.aliyuncs.com",
    ("live", "ap-southeast-1"): "https://live.aliyuncs.com",
    ("live", "eu-central-1"): "https://live.aliyuncs.com",
    ("live", "xx-new-1"): "https://live.xx-new-1.aliyuncs.com",
    ("ice", "cn-shanghai"): "https://ice.cn-shanghai.aliyuncs.com",
    ("ice", "cn-beijing"): "https://ice.cn-beijing.aliyuncs.com",
    ("ice", "us-west-1"): "https://ice.us-west-1.aliyuncs.com",
    ("vod", "cn-shanghai"): "https://vod.cn-shanghai.aliyuncs.com",
    ("vod", "ap-southeast-5"): "https://vod.ap-southeast-5.aliyuncs.com",
    ("vod", "me-central-1"): "https://vod.me-central-1.aliyuncs.com",
    ("vod", "cn-hangzhou"): "https://vod.cn-shanghai.aliyuncs.com",
    ("vod", "us-east-1"): "https://vod.aliyuncs.com",
    ("vod", "cn-chengdu"): "https://vod.aliyuncs.com",
    ("vod", "xx-new-1"): "https://vod.xx-new-1.aliyuncs.com",
}


@pytest.mark.parametrize(("product", "region"), list(ENDPOINTS), ids=str)
def test_endpoints(alibaba: Account, product: str, region: str | None) -> None:
    """The hosts of the sheets."""
    assert endpoint(replace(alibaba, region=region), product) == ENDPOINTS[product, region]


@pytest.mark.parametrize("product", ["ice", "vod"])
def test_a_regional_product_needs_a_region(alibaba: Account, product: str) -> None:
    """Jobs are regional, so no region is guessed."""
    with pytest.raises(ConfigError) as caught:
        endpoint(replace(alibaba, region=None), product)
    assert str(caught.value) == (
        f"the connection has no region; {product} needs one: set `region` (for example cn-shanghai)"
    )


@pytest.mark.parametrize("product", ["live", "ice", "vod"])
def test_every_endpoint_can_be_replaced(alibaba: Account, product: str) -> None:
    """A product's own endpoint wins over the origin for all, which wins over the table."""
    everywhere = replace(alibaba, region=None, origin="http://127.0.0.1:1")
    assert endpoint(everywhere, product) == "http://127.0.0.1:1"
    assert endpoint(replace(everywhere, endpoints={product: "https://own"}), product) == "https://own"
    assert endpoint(replace(everywhere, endpoints={"other": "https://own"}), product) == "http://127.0.0.1:1"


def test_parameters_are_flattened(alibaba: Account) -> None:
    """Lists are numbered from one, objects dotted, booleans lower case, ``None`` left out, empty text kept."""
    parameters = {
        "A": "x",
        "B": ["y", {"Key": "k", "Value": ""}],
        "C": {"D": {"E": 1}},
        "F": True,
        "G": False,
        "H": None,
        "I": 1.5,
        "J": (),
        "K": [None, "z"],
    }
    assert call(alibaba, "vod", "Any", parameters).query == (
        ("A", "x"),
        ("B.1", "y"),
        ("B.2.Key", "k"),
        ("B.2.Value", ""),
        ("C.D.E", "1"),
        ("F", "true"),
        ("G", "false"),
        ("I", "1.5"),
        ("K.2", "z"),
    )


@pytest.mark.parametrize(("product", "version"), [("live", "2016-11-01"), ("ice", "2020-11-09"), ("vod", "2017-03-21")])
def test_versions(alibaba: Account, product: str, version: str) -> None:
    """Each product's own; another one may be given."""
    assert call(alibaba, product, "Any", {}).header("X-Acs-Version") == version
    assert call(alibaba, product, "Any", {}, "2030-01-01").header("x-acs-version") == "2030-01-01"


def test_another_product_needs_a_version(alibaba: Account) -> None:
    """The message names the products that have one."""
    with pytest.raises(
        ParameterError, match="version is missing: 'imm' is none of live, ice, vod, mts; give the API's version"
    ):
        call(alibaba, "imm", "Any", {})
    assert call(alibaba, "imm", "Any", {}, "2020-09-30").url == "https://imm.cn-shanghai.aliyuncs.com/"


def test_the_probe_asks_who_it_is(drive: Any, alibaba: Account) -> None:
    """``GetCallerIdentity`` at the one central host."""
    (request,), told = drive(ALIBABA.test_connection(alibaba), {"Arn": "acs:ram::1:user/u"})
    assert (request.method, request.url) == ("POST", "https://sts.aliyuncs.com/")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == ("GetCallerIdentity", "2015-04-01")
    assert told == "signed in as acs:ram::1:user/u"


def test_the_probe_without_a_name(drive: Any, alibaba: Account) -> None:
    """An answer without an ARN still proves the key."""
    assert (
        drive(ALIBABA.test_connection(alibaba), {"RequestId": "r"})[1]
        == "signed in as an account that STS does not name"
    )


def test_the_probe_believes_no_error_with_the_status_of_a_success(drive: Any, alibaba: Account) -> None:
    """The connection would look sound."""
    with pytest.raises(AuthError):
        drive(ALIBABA.test_connection(alibaba), {"Code": "InvalidAccessKeyId.NotFound", "RequestId": "r"})


def test_the_probe_goes_where_the_connection_says(drive: Any, alibaba: Account) -> None:
    """An origin for all, or one for STS."""
    assert (
        drive(ALIBABA.test_connection(replace(alibaba, origin="http://127.0.0.1:1")), {"Arn": "a"})[0][0].origin
        == "http://127.0.0.1:1"
    )
    assert (
        drive(ALIBABA.test_connection(replace(alibaba, endpoints={"sts": "https://own"})), {"Arn": "a"})[0][0].origin
        == "https://own"
    )


def test_what_are_no_parameters(alibaba: Account) -> None:
    """The type is named."""
    given: Any = ["JobId"]
    with pytest.raises(ParameterError, match="parameters must be values by name, not list"):
        call(alibaba, "ice", "GetLiveEditingJob", given)
