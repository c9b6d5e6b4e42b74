# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what a rescheduled wait stores between two looks."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException

from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobIdsChanged, MediaJobNotFound, MediaJobQueueTimeout

from .conftest import Bench, StateStore


@pytest.mark.parametrize(("job_id", "error"), [("1", MediaJobNotFound), ("2", MediaJobIdsChanged)])
def test_of_other_jobs_nothing_is_known(job_id: str, error: type[Exception], bench: Bench) -> None:
    """What a try waits for is fixed: that a template has put another job in its place is told as what it is."""
    bench.store = StateStore()
    ti = bench.instance()
    with pytest.raises(AirflowRescheduleException):
        bench.once(waiting_for("1"), ti)
    bench.world.advance(250)

    with pytest.raises(error):
        bench.once(waiting_for(job_id), ti)


def test_looks_that_are_far_apart(bench: Bench) -> None:
    """A limit holds however long the interval is, and when some of the looks bring no news."""
    bench.store = StateStore()
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, "WAITING")
    begun = bench.world.now()
    of = waiting_for("1", queue_timeout=3000, poke_interval=900, timeout=9000)
    with pytest.raises(AirflowRescheduleException):
        bench.once(of, bench.instance())
    bench.world.advance(900)
    bench.world.add_fault("server_error", times=2)

    with pytest.raises(MediaJobQueueTimeout):
        bench.run(of)

    assert (bench.world.now() - begun).total_seconds() == 3000


def test_a_process_that_comes_late(bench: Bench) -> None:
    """Nobody looked for an hour, in which the job may have been visible: its absence is counted anew."""
    bench.store = StateStore()
    ti = bench.instance()
    for late in (3600, 3600):
        with pytest.raises(AirflowRescheduleException):
            bench.once(waiting_for("1", timeout=36_000), ti)
        bench.world.advance(late)


@pytest.mark.parametrize("ahead", ["1", True, None, float("nan"), 1e300, {}])
def test_what_is_no_step_of_a_clock_is_passed_over(ahead: Any, bench: Bench) -> None:
    """Like all that cannot be read."""
    bench.store = StateStore()
    with pytest.raises(AirflowRescheduleException):
        bench.once(waiting_for("1"), bench.instance())
    dict.__getitem__(bench.store, "mediajobs_wait")["ahead"] = ahead
    bench.world.advance(60)
    with pytest.raises(AirflowRescheduleException):
        bench.once(waiting_for("1"), bench.instance())
    assert "ahead" not in bench.store["mediajobs_wait"]


@pytest.mark.parametrize("late", [3600, -3600])
def test_what_was_told_in_the_future_is_forgotten(late: float, bench: Bench) -> None:
    """As what was told long ago: the clocks of two processes are an hour apart, and neither says which is wrong."""
    bench.store = StateStore()
    with pytest.raises(AirflowRescheduleException):
        bench.once(waiting_for("1"), bench.instance())
    bench.clock.steps = {bench.clock.monotonic(): late}
    bench.world.advance(60)
    with pytest.raises(AirflowRescheduleException):
        bench.once(waiting_for("1", timeout=36_000), bench.instance())
    bench.world.advance(150)  # 210 s after the first look, which is longer than the grace, and 150 s after the second
    with pytest.raises(AirflowRescheduleException):
        bench.once(waiting_for("1", timeout=36_000), bench.instance())


def waiting_for(job_id: str, **given: Any) -> HuaweiMpcEditingSensor:
    given = {"not_found_grace": 200, "timeout": 3600} | given
    return HuaweiMpcEditingSensor(task_id="wait", job_id=job_id, mode="reschedule", **given)
