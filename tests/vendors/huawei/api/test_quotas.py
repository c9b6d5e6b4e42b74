# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which limit the calls of a Huawei operation count against."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.vendors.huawei.api.rest import call

ACCOUNT = Account("huawei", Credentials("key", "secret"), region="cn-north-4", project_id="0a1b2c3d")


@pytest.mark.parametrize(
    ("service", "method", "path", "name"),
    [
        ("vod", "GET", "/v1.0/{project_id}/asset/list", "vod-query"),
        ("vod", "get", "/v1.0/0a1b2c3d/asset/list", "vod-query"),
        ("vod", "GET", "/v1.0/{project_id}/asset/details", "vod-query"),
        ("vod", "GET", "/v1.1/{project_id}/asset/info/", "vod-query"),
        ("vod", "GET", "/v1/{project_id}/asset/tasks", "vod"),
        ("vod", "POST", "/v1.0/{project_id}/asset/list", "vod"),
        ("vod", "GET", "/v1.0/{project_id}/asset/list/more", "vod"),
        ("vod", "GET", "/asset/list", "vod"),
        ("vod", "DELETE", "/v1.0/{project_id}/asset/process", "vod"),
        ("mpc", "GET", "/v1.0/{project_id}/asset/list", "mpc"),
        ("mts", "GET", "/v1/{project_id}/transcodings", "mpc"),
    ],
)
def test_an_operation_counts_against_its_own_limit_or_its_products(
    service: str, method: str, path: str, name: str
) -> None:
    """Whoever calls it, and however the project is named in the path."""
    assert call(ACCOUNT, service, method, path).product == name
