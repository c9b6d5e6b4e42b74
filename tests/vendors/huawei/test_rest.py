"""How Huawei's operations are addressed, and the probe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.rest import call, endpoint, pairs

ENDPOINTS = {
    ("vod", "cn-north-4"): "https://vod.cn-north-4.myhuaweicloud.com",
    ("vod", "cn-north-1"): "https://vod.cn-north-1.myhuaweicloud.com",
    ("vod", "ap-southeast-3"): "https://vod.ap-southeast-3.myhuaweicloud.com",
    ("mpc", "cn-north-4"): "https://mpc.cn-north-4.myhuaweicloud.com",
    ("mpc", "cn-east-3"): "https://mpc.cn-east-3.myhuaweicloud.com",
    ("mpc", "cn-north-1"): "https://mts.cn-north-1.myhuaweicloud.com",
}


@pytest.mark.parametrize(("product", "region"), list(ENDPOINTS), ids=str)
def test_endpoints(huawei: Account, product: str, region: str) -> None:
    """The hosts of the sheets, MPC's older name in Beijing-1 included."""
    assert endpoint(replace(huawei, region=region), product) == ENDPOINTS[product, region]


@pytest.mark.parametrize("product", ["vod", "mpc"])
def test_a_region_or_a_host_is_needed(huawei: Account, product: str) -> None:
    """No region is guessed; every endpoint can be replaced."""
    nowhere = replace(huawei, region=None)
    with pytest.raises(ConfigError) as caught:
        endpoint(nowhere, product)
    assert str(caught.value) == (
        f"the connection has no region; {product} needs one: set `region` (for example cn-north-4)"
    )
    assert endpoint(replace(nowhere, origin="http://127.0.0.1:1"), product) == "http://127.0.0.1:1"
    assert endpoint(replace(nowhere, endpoints={product: "https://own"}), product) == "https://own"


def test_a_request_without_a_body(huawei: Account) -> None:
    """The content type is sent all the same, as the SDK does; the project id is encoded into the path."""
    request = call(replace(huawei, project_id="a/b c"), "vod", "GET", "/v1/{project_id}/x", (("n", "v w"),))
    assert request.url == "https://vod.cn-north-4.myhuaweicloud.com/v1/a%2Fb%20c/x?n=v%20w"
    assert (request.headers, request.body) == ((("Content-Type", "application/json"),), b"")


def test_a_json_body_is_utf_8(huawei: Account) -> None:
    """The exact bytes that are hashed and sent; an empty object is a body too."""
    assert call(huawei, "mpc", "POST", "/p", body={"name": "剪"}).body == '{"name": "剪"}'.encode()
    assert call(huawei, "mpc", "POST", "/p", body={}).body == b"{}"
    assert call(replace(huawei, project_id=None), "mpc", "POST", "/{project_id}/p").path == "//p"


def test_pairs() -> None:
    """Lists repeat their name, ``None`` is left out, booleans are lower case."""
    query = {"a": ["1", 2, None], "b": True, "c": None, "d": False, "e": 1.5, "f": "", "g": ()}
    assert pairs(query) == (("a", "1"), ("a", "2"), ("b", "true"), ("d", "false"), ("e", "1.5"), ("f", ""))


@pytest.mark.parametrize(("answer", "count"), [({"total": 56}, 56), ({"total": "7"}, 7), ({"total": None}, 0), ({}, 0)])
def test_the_probe_counts_the_projects_tasks(drive: Any, huawei: Account, answer: Any, count: int) -> None:
    """One task of VOD proves key, project and permission."""
    (request,), told = drive(HUAWEI.probe(huawei), answer)
    assert request.url == "https://vod.cn-north-4.myhuaweicloud.com/v1/p1/asset/editing/tasks?limit=1"
    assert told == f"signed in to project p1, which has {count} VOD editing tasks"
