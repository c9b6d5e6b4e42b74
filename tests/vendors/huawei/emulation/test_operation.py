# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the list of emulated operations: which one a request means, and the ids it names."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core.emulation import Limit
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.vendors.huawei.emulation import gateway
from airflow_provider_mediajobs.vendors.huawei.emulation.operation import Operation

PATH = "/v1/{project_id}/no/such/tasks"


def answer(_context: Any, _request: Any) -> None:
    raise AssertionError("nothing is answered here")


def tasks(kind: str, of: str, **more: Any) -> Operation:
    return Operation("GET", PATH, "ListAssetTasks", kind, {"asset_id": "asset_id"}, answer, where={"type": of}, **more)


ROWS = [
    tasks("huawei.vod.transcode", "TRANSCODE"),
    tasks("huawei.vod.thumbnails", "THUMBNAIL", limit=Limit("huawei.vod.lists", 1500, 60.0)),
]


@pytest.mark.parametrize(
    ("query", "kind", "limit"),
    [
        ((("type", "TRANSCODE"),), "huawei.vod.transcode", "huawei.vod"),
        ((("type", "THUMBNAIL"),), "huawei.vod.thumbnails", "huawei.vod.lists"),
        ((), "huawei.vod.transcode", "huawei.vod"),  # the vendor's default
        ((("type", "OTHER"),), "huawei.vod.transcode", "huawei.vod"),
    ],
)
def test_kinds_that_share_a_path(
    query: tuple[tuple[str, str], ...], kind: str, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The query tells them apart: faults and limits are those of the kind that is meant."""
    monkeypatch.setattr(gateway, "OPERATIONS", [*gateway.OPERATIONS, *ROWS])
    request = HttpRequest("GET", "https://h", "/v1/p/no/such/tasks", query=(*query, ("asset_id", "a")))

    call = gateway.EMULATION.read(request)

    assert (call.kind, call.limit, call.ids) == (kind, limit, (("asset_id", "a"),))
    assert (call.action, call.product) == ("ListAssetTasks", "vod")


def test_what_stands_in_the_path() -> None:
    """Decoded, and only where method and path are the operation's."""
    row = Operation("DELETE", "/v2/{project_id}/jobs/{job_id}", "DeleteJob", "huawei.mpc.x", {"job_id": "id"}, answer)

    assert row.match(HttpRequest("DELETE", "https://h", "/v2/p/jobs/a%20b")) == {"project_id": "p", "job_id": "a b"}
    assert row.ids_of(HttpRequest("DELETE", "https://h", "/v2/p/jobs/a%20b")) == (("id", "a b"),)
    assert row.match(HttpRequest("GET", "https://h", "/v2/p/jobs/1")) is None
    assert row.match(HttpRequest("DELETE", "https://h", "/v2/p/jobs/1/2")) is None
    assert row.ids_of(HttpRequest("DELETE", "https://h", "/v2/p/jobs")) == ()
    assert row.name == "DeleteJob (mpc: DELETE /v2/{…}/jobs/{…})"
