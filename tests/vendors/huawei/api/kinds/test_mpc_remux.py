# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Querying packaging tasks: one file, whose length is in seconds, whatever the field is called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_remux import MPC_REMUX


@pytest.fixture
def one(drive: Any, huawei: Account) -> Callable[..., Any]:
    """What a look tells of a task with these fields."""

    def look(status: str = "SUCCEED", **more: Any) -> Any:
        ref = MPC_REMUX.ref({"task_id": "1"})
        return drive(MPC_REMUX.look(huawei, [ref]), {"tasks": [{"task_id": 1, "status": status} | more]})[1][ref]

    return look


def test_the_whole_record(drive: Any, huawei: Account, sample: Callable[[str], Any]) -> None:
    """A code of an error beside a success is none."""
    ref = MPC_REMUX.ref({"task_id": "4713"})
    found = drive(MPC_REMUX.look(huawei, [ref]), sample("mpc_remux.json"))[1][ref]
    assert (found.state, found.raw_state, found.error) == (JobState.SUCCEEDED, "SUCCEED", None)
    assert (found.created_at, found.finished_at) == (
        datetime(2020, 11, 18, 12, 13, 33, tzinfo=UTC),
        datetime(2020, 11, 18, 12, 13, 36, tzinfo=UTC),
    )
    assert found.outputs == (
        Output(
            "obs://example-bucket/example-path/output/input.mp4",
            None,
            "MP4",
            8.93,
            5120,
            640,
            480,
            "H.264",
            "AAC",
        ),
    )
    assert found.started_at == datetime(2020, 11, 18, 12, 13, 34, tzinfo=UTC)
    assert found.progress == 100


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"duration_ms": 12.5, "duration": 12}, Output("obs://b", duration_s=12.5)),
        ({"duration_ms": "12.5"}, Output("obs://b", duration_s=12.5)),
        ({"duration": 12}, Output("obs://b", duration_s=12.0)),
        ({"size": 1024, "size_byte": 7}, Output("obs://b", size_bytes=1024)),
        ({"size": "big", "video": 5, "audio": {}}, Output("obs://b")),
        (None, Output("obs://b")),
    ],
)
def test_facts_of_the_file(one: Callable[..., Any], about: Any, expected: Output) -> None:
    """Seconds and bytes, where clipping tasks have milliseconds and kilobytes."""
    assert one(output={"bucket": "b"}, output_metadata=about).outputs == (expected,)


@pytest.mark.parametrize(("given", "percent"), [(0, 0), (42, 42), ("42", 42), (101, None), (None, None)])
def test_progress(one: Callable[..., Any], given: Any, percent: int | None) -> None:
    """Its own field has it; one called progress is none of its."""
    assert one("PROCESSING", complete_ratio=given, progress=7).progress == percent
