# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Querying animated GIF tasks: one picture, of the size that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.output import Output
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_animated_graphics import MPC_ANIMATED_GRAPHICS


@pytest.fixture
def one(drive: Any, huawei: Account) -> Callable[..., Any]:
    """What a look tells of a task with these fields."""

    def look(status: str = "SUCCEED", **more: Any) -> Any:
        ref = MPC_ANIMATED_GRAPHICS.ref({"task_id": "1"})
        return drive(MPC_ANIMATED_GRAPHICS.look(huawei, [ref]), {"tasks": [{"task_id": 1, "status": status} | more]})[
            1
        ][ref]

    return look


def test_the_whole_record(drive: Any, huawei: Account, sample: Callable[[str], Any]) -> None:
    """Ids and times as numbers."""
    ref = MPC_ANIMATED_GRAPHICS.ref({"task_id": "4714"})
    found = drive(MPC_ANIMATED_GRAPHICS.look(huawei, [ref]), sample("mpc_animated_graphics.json"))[1][ref]
    assert (found.state, found.raw_state, found.error) == (JobState.SUCCEEDED, "SUCCEED", None)
    assert (found.created_at, found.finished_at) == (
        datetime(2020, 11, 18, 12, 13, 33, tzinfo=UTC),
        datetime(2020, 11, 18, 12, 13, 36, tzinfo=UTC),
    )
    assert found.outputs == (
        Output("obs://example-bucket/example-path/output/o.gif", format="gif", duration_s=3.5, width=320, height=240),
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"format": "gif", "start": 0, "end": 60000}, Output("obs://b", format="gif", duration_s=60.0)),
        ({"start": 1000}, Output("obs://b")),
        ({"end": 1000}, Output("obs://b")),
        ({"start": "1000", "end": "x", "width": "wide"}, Output("obs://b")),
        (5, Output("obs://b")),
        (None, Output("obs://b")),
    ],
)
def test_facts_of_the_picture(one: Callable[..., Any], wanted: Any, expected: Output) -> None:
    """Its length is that of the part; what is not told is unknown."""
    assert one(output={"bucket": "b"}, output_param=wanted).outputs == (expected,)


def test_it_has_no_progress(one: Callable[..., Any]) -> None:
    """A field of that name, or of none, is none of this page's."""
    assert one("PROCESSING", progress=7, **{"": 8}).progress is None
