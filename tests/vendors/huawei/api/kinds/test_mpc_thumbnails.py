# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Querying snapshot tasks: pictures by their names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.output import JobFault, Output
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_thumbnails import MPC_THUMBNAILS


@pytest.fixture
def one(drive: Any, huawei: Account) -> Callable[..., Any]:
    """What a look tells of a task with these fields."""

    def look(status: str = "SUCCEEDED", **more: Any) -> Any:
        ref = MPC_THUMBNAILS.ref({"task_id": "1"})
        return drive(MPC_THUMBNAILS.look(huawei, [ref]), {"task_array": [{"task_id": 1, "status": status} | more]})[1][
            ref
        ]

    return look


def test_the_whole_record(drive: Any, huawei: Account, sample: Callable[[str], Any]) -> None:
    """Ids and times as numbers; a description is no error."""
    ref = MPC_THUMBNAILS.ref({"task_id": "4712"})
    found = drive(MPC_THUMBNAILS.look(huawei, [ref]), sample("mpc_thumbnails.json"))[1][ref]
    assert (found.state, found.raw_state, found.error) == (JobState.SUCCEEDED, "SUCCEEDED", None)
    assert (found.created_at, found.finished_at) == (
        datetime(2020, 11, 18, 12, 13, 33, tzinfo=UTC),
        datetime(2020, 11, 18, 12, 13, 36, tzinfo=UTC),
    )
    assert found.outputs == (
        Output("obs://example-bucket/example-output/example-path/9.jpg"),
        Output("obs://example-bucket/example-output/example-path/5.jpg"),
    )


@pytest.mark.parametrize(
    ("record", "uris"),
    [
        ({"thumbnail_info": [{"pic_name": "1.jpg"}]}, ["obs://b/d/1.jpg"]),
        ({"thumbnail_info": {"pic_info": [{"pic_name": "1.jpg"}]}}, ["obs://b/d/1.jpg"]),
        ({"thumbnail_info": '[{"pic_name": "1.jpg"}, {"pic_name": ""}, 5]'}, ["obs://b/d/1.jpg"]),
        ({"thumbnail_info": [], "output_file_name": "all.tar"}, ["obs://b/d/all.tar"]),
        ({"thumbnail_info": [{"pic_name": "1.jpg"}], "output_file_name": "all.tar"}, ["obs://b/d/1.jpg"]),
        ({"thumbnail_info": 5, "output_file_name": None}, ["obs://b/d"]),
    ],
)
def test_where_the_pictures_lie(one: Callable[..., Any], record: dict[str, Any], uris: list[str]) -> None:
    """By name; or the archive, or the directory that they are in."""
    found = one(output={"bucket": "b", "object": "d"}, **record)
    assert [output.uri for output in found.outputs] == uris


def test_why_it_failed(one: Callable[..., Any]) -> None:
    """There is no code."""
    assert one("FAILED", description="damaged").error == JobFault(None, "damaged")
