# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the list of emulated operations: which one a request means, and which limit it counts against."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core.emulation import Limit
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.vendors.alibaba.emulation import gateway
from airflow_provider_mediajobs.vendors.alibaba.emulation.operation import ICE, Operation


def answer(_context: Any, _given: Any) -> dict[str, Any]:
    raise AssertionError("nothing is answered here")


def listed(kind: str, of: str, limit: Limit | None = None) -> Operation:
    return Operation(ICE, "ListJobs", kind, {"JobId": "job_id"}, answer, limit, {"JobType": of})


ROWS = [
    listed("alibaba.ice.producing", "EditingJob"),
    listed("alibaba.ice.live_editing", "LiveEditingJob", Limit("alibaba.ice.lists", 50, 1.0)),
]


@pytest.mark.parametrize(
    ("query", "kind", "limit"),
    [
        ((("JobType", "EditingJob"),), "alibaba.ice.producing", "alibaba.ice"),
        ((("JobType", "LiveEditingJob"),), "alibaba.ice.live_editing", "alibaba.ice.lists"),
        ((), "alibaba.ice.producing", "alibaba.ice"),
        ((("JobType", "Other"),), "alibaba.ice.producing", "alibaba.ice"),
    ],
)
def test_kinds_that_share_an_action(
    query: tuple[tuple[str, str], ...], kind: str, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parameters tell them apart: faults and limits are those of the kind that is meant."""
    monkeypatch.setattr(gateway, "OPERATIONS", [*gateway.OPERATIONS, *ROWS])
    names = (("x-acs-action", "ListJobs"), ("x-acs-version", "2020-11-09"), ("Authorization", "any"))
    request = HttpRequest("POST", "https://h", query=(*query, ("JobId", "j")), headers=names)

    call = gateway.EMULATION.read(request)

    assert (call.kind, call.limit, call.ids) == (kind, limit, (("job_id", "j"),))
    assert (call.action, call.product) == ("ListJobs", "ice")
