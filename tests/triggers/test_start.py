# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests waits that begin in the triggerer, without a worker."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSensorTimeout, AirflowTaskTimeout
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ConnectionUnavailable
from airflow_provider_mediajobs.core.times import parse_time
from airflow_provider_mediajobs.core.wait_event import not_started
from airflow_provider_mediajobs.triggers.start import MediaJobStartTrigger

from .conftest import BOTH, Bench, sensor, started, starts


def test_arguments_that_were_not_rendered(bench: Bench) -> None:
    """As when the task has gone from the DAG: no template is taken for an id."""
    args = sensor(**BOTH).start_trigger_args
    assert args is not None
    event = bench.fired(MediaJobStartTrigger(**(args.trigger_kwargs or {}))).payload

    assert event == not_started("Airflow did not render its arguments")


@starts
def test_a_connection_that_is_not_there(bench: Bench) -> None:
    """No worker has read it before; one tells whether it is a typing mistake."""

    async def read() -> Any:
        raise ConnectionUnavailable("nowhere")

    assert bench.fired(started(sensor(**BOTH)), read).payload == not_started("nowhere")


@starts
@pytest.mark.parametrize(("told", "stored"), [(True, 600 + 86_520), (False, 600 + 120)])
def test_the_deadline_outlives_the_triggerer(bench: Bench, told: bool, stored: float) -> None:
    """It is counted from the start of the try, which Airflow's stored end tells; also that of a row which does not say
    by how much the one is later than the other."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor(timeout=600, start_in_triggerer=True)
    start = bench.world.now()
    bench.world.advance(500)
    trigger = started(of)
    if not told:
        del trigger.arguments["backstop"]
    trigger.timeout_after = (start + timedelta(seconds=stored)).replace(tzinfo=None)

    event = bench.fired(trigger).payload

    assert parse_time(event["deadline"]) == start + timedelta(seconds=600)
    assert round((bench.world.now() - start).total_seconds()) == 600
    with pytest.raises(AirflowSensorTimeout, match="still waiting after 600 s"):
        bench.resumed(of, event)


@starts
def test_execution_timeout(bench: Bench) -> None:
    """A little before Airflow would end the task as if it were its sensor's time-out."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    start = bench.world.now()

    with pytest.raises(AirflowTaskTimeout, match="execution_timeout passed while the task was deferred"):
        bench.run(sensor(execution_timeout=timedelta(seconds=90), start_in_triggerer=True))

    assert round((bench.world.now() - start).total_seconds()) == 85


@starts
def test_a_lookup_that_hangs(bench: Bench) -> None:
    """The wait ends when it should; the worker looks for itself."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")
    of = sensor(timeout=100, start_in_triggerer=True)
    start = bench.world.now()

    async def read() -> Account:
        await asyncio.sleep(1e6)
        raise AssertionError

    event = bench.fired(started(of), read).payload

    assert round((bench.world.now() - start).total_seconds(), 3) == 100
    assert bench.resumed(of, event)["state"] == "succeeded"


@starts
@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ run_id }}", "stopped waiting for {'job_id': '1'}; jobs go on"),
        ("{{ not_defined }}", "stopped before the wait had begun"),
    ],
)
def test_a_task_that_is_killed(template: str, told: str, bench: Bench) -> None:
    """The job is named as far as it is known."""
    trigger = started(sensor(ids={"job_id": template}, **BOTH), run_id="1")

    with capture_logs() as logs:
        asyncio.run(trigger.on_kill())

    assert [entry["event"] for entry in logs] == [told]


async def test_run() -> None:
    """As Airflow calls it; what comes back from its database is the same trigger."""
    args = sensor(ids={"job_id": "{{ run_id }}"}, **BOTH).start_trigger_args
    assert args is not None
    trigger = MediaJobStartTrigger(**(args.trigger_kwargs or {}))

    assert trigger.serialize() == (args.trigger_cls, args.trigger_kwargs)
    assert [event.payload async for event in trigger.run()] == [not_started("Airflow did not render its arguments")]
