# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that an unexpected error in a trigger ends that wait at most."""

from __future__ import annotations

import asyncio
import traceback
from typing import Any

import pytest
from airflow.triggers.base import TaskSuccessEvent, TriggerEvent

from airflow_provider_mediajobs.triggers.guard import TriggerBroken, guarded


def _raising(error: BaseException) -> Any:
    async def event() -> TriggerEvent:
        raise error

    return event


def _giving(event: TriggerEvent) -> Any:
    async def given() -> TriggerEvent:
        return event

    return given


@pytest.mark.parametrize(
    "error",
    [
        ValueError("s3cret \ud800"),
        RecursionError(),
        OverflowError(),
        SystemExit(1),
        TimeoutError(),
        BaseException("x\x00"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_unexpected_exception(error: BaseException) -> None:
    """One that Airflow takes, with the sort and place and nothing else; its whole trace can be encoded."""
    with pytest.raises(TriggerBroken, match=f"unexpected {type(error).__name__} at .*test_guard.py") as caught:
        asyncio.run(guarded(_raising(error)))
    told = "".join(traceback.format_exception(caught.value))
    told.encode()
    assert "s3cret" not in told


@pytest.mark.parametrize("error", [asyncio.CancelledError(), KeyboardInterrupt(), MemoryError()])
def test_what_is_not_ours_to_hold_up(error: BaseException) -> None:
    """Airflow's own cancelling, and what no process survives."""
    with pytest.raises(type(error)):
        _step(guarded(_raising(error)))


def _step(work: Any) -> None:
    work.send(None)


def test_an_event_that_no_encoder_takes() -> None:
    """Is fitted; the task's end stays what it is."""
    found = asyncio.run(guarded(_giving(TriggerEvent({"a": 2**64, "b": "\ud800", "c": float("inf")}))))
    assert found.payload == {"a": "0x10000000000000000", "b": "\ufffd", "c": "inf"}
    end = TaskSuccessEvent()
    assert asyncio.run(guarded(_giving(end))) is end
