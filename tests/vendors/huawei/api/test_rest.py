# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how Huawei's operations are addressed, and the call that tries a permission."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ConfigError, ParameterError, PermissionDenied
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.api.rest import call, endpoint, pairs

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


def test_a_method_in_lower_case(huawei: Account) -> None:
    """The method is signed as it is sent: in capitals."""
    assert call(huawei, "mpc", "delete", "/p").method == "DELETE"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("v1/x", "path must begin with a slash, not 'v1/x'; for example /v1/{project_id}/asset"),
        ("", "path must begin with a slash, not ''; for example /v1/{project_id}/asset"),
        ("/v1/x?a=1", "path must have no query or fragment, not '/v1/x?a=1'; give parameters as `query=`"),
        ("/v1/x#top", "path must have no query or fragment, not '/v1/x#top'; give parameters as `query=`"),
        (
            "/v1/{project_id}/x/{task_id}",
            "path has the placeholder {task_id}: '/v1/{project_id}/x/{task_id}'; only {project_id} is replaced",
        ),
    ],
)
def test_what_is_no_path(huawei: Account, path: str, message: str) -> None:
    """The message says what to write instead."""
    with pytest.raises(ParameterError) as caught:
        call(huawei, "vod", "GET", path)
    assert str(caught.value) == message


def test_pairs() -> None:
    """Lists repeat their name, ``None`` is left out, booleans are lower case."""
    query = {"a": ["1", 2, None], "b": True, "c": None, "d": False, "e": 1.5, "f": "", "g": ()}
    assert pairs(query) == (("a", "1"), ("a", "2"), ("b", "true"), ("d", "false"), ("e", "1.5"), ("f", ""))


@pytest.mark.parametrize(
    ("answer", "count"), [({"total": 56}, 56), ({"total": "7"}, 7), ({"total": None}, 0), ({"tasks": []}, 0)]
)
def test_the_probe_counts_the_projects_tasks(drive: Any, huawei: Account, answer: Any, count: int) -> None:
    """One task of VOD proves key, project and permission."""
    (request,), told = drive(HUAWEI.test_connection(huawei), answer)
    assert request.url == "https://vod.cn-north-4.myhuaweicloud.com/v1/p1/asset/editing/tasks?limit=1"
    assert told == f"signed in to project p1, which has {count} VOD editing tasks"


def test_the_probe_believes_no_error_with_the_status_of_a_success(drive: Any, huawei: Account) -> None:
    """The connection would look sound."""
    with pytest.raises(PermissionDenied):
        drive(HUAWEI.test_connection(huawei), {"error_code": "APIGW.0302", "error_msg": "no"})


@pytest.mark.parametrize("path", ["/v1/\u526a", "/v1/a b", "/v1/\x00"])
def test_a_path_is_sent_as_it_is(huawei: Account, path: str) -> None:
    """So nothing in it may need an encoding."""
    with pytest.raises(ParameterError, match="path must be ASCII, since it is sent unchanged"):
        call(huawei, "vod", "GET", path)


def test_what_is_no_query() -> None:
    """The type is named."""
    given: Any = [("a", "b")]
    with pytest.raises(ParameterError, match="query must be values by name, not list"):
        pairs(given)
