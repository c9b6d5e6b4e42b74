# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Querying parsing tasks: what was found in the source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_metadata import MPC_METADATA


@pytest.fixture
def one(drive: Any, huawei: Account) -> Callable[..., Any]:
    """What a look tells of a task with these fields."""

    def look(status: str = "SUCCEED", **more: Any) -> Any:
        ref = MPC_METADATA.ref({"task_id": "1"})
        return drive(MPC_METADATA.look(huawei, [ref]), {"tasks": [{"task_id": 1, "status": status} | more]})[1][ref]

    return look


def test_the_whole_record(drive: Any, huawei: Account, sample: Callable[[str], Any]) -> None:
    """The source and its facts, then the file in which they were written down."""
    ref = MPC_METADATA.ref({"task_id": "4715"})
    found = drive(MPC_METADATA.look(huawei, [ref]), sample("mpc_metadata.json"))[1][ref]
    assert (found.state, found.raw_state, found.error) == (JobState.SUCCEEDED, "SUCCEED", None)
    assert (found.created_at, found.finished_at) == (
        datetime(2020, 11, 18, 12, 13, 33, tzinfo=UTC),
        datetime(2020, 11, 18, 12, 13, 34, tzinfo=UTC),
    )
    assert found.outputs == (
        Output(
            "obs://example-bucket/example-path/input.mp4",
            None,
            "MP4",
            47.28,
            4109765,
            1280,
            720,
            "H.264",
            "AAC",
        ),
        Output("obs://example-bucket/example-path/input.json"),
    )


@pytest.mark.parametrize("output", [None, {}, "", {"bucket": ""}, {"object": "d"}, 5])
def test_where_nothing_was_written_down(one: Callable[..., Any], output: Any) -> None:
    """The source alone."""
    found = one(input={"bucket": "b", "object": "in.mp4"}, output=output, metadata={"duration": 3})
    assert found.outputs == (Output("obs://b/in.mp4", duration_s=3.0),)


def test_it_may_know_nothing(one: Callable[..., Any]) -> None:
    """Then that is what it says."""
    assert one(metadata="garbage").outputs == (Output(),)
