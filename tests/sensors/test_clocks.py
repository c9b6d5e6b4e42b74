# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests clocks that are set during a wait: in every mode, the time that has really passed counts.

Covers ``clock``, ``sensors.waiting``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSensorTimeout, AirflowTaskTimeout
from structlog.testing import capture_logs

from airflow_provider_mediajobs import clock as clocks
from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobNotFound,
    MediaJobQueueTimeout,
    MediaJobStalled,
    MediaJobTimeout,
)
from airflow_provider_mediajobs.triggers.start import MediaJobStartTrigger

from .conftest import STARTS, Bench, StateStore, deferred_trigger
from .modes import MODES

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
HOUR, DAY = 3600.0, 86_400.0
STEPS: dict[str, dict[float, float]] = {
    "an hour forward": {300: HOUR},
    "an hour back": {300: -HOUR},
    "a day forward": {300: DAY},
    "a day back": {300: -DAY},
    "forward and back": {200: HOUR, 350: -HOUR},
    "back and forward": {200: -HOUR, 350: HOUR},
    "again and again": {at: HOUR if at % 200 else -2 * HOUR for at in range(100, 1000, 100)},
    "early": {1: HOUR},
    "none": {},
}
LIVING = {name: MODES[name] for name in ("poke", "deferred", "finished", "started", "started and finished")}
"""Where one process waits from the first look to the last, or two that meet at the end."""


@pytest.fixture(autouse=True)
def _steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has been told in this process."""
    monkeypatch.setattr(clocks, "_steps", clocks._Steps())


@pytest.fixture(params=STEPS)
def stepped(request: pytest.FixtureRequest, bench: Bench) -> Bench:
    bench.clock.steps = STEPS[request.param]
    bench.store = StateStore()
    return bench


def sensor(mode: str, **given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", **(MPC | MODES[mode] | given))


def later(bench: Bench, monkeypatch: pytest.MonkeyPatch, seconds: float, what: Callable[[], object]) -> None:
    """Something that happens in the world."""
    advance, pending = bench.world.advance, [what]

    def advanced(by: float) -> None:
        advance(by)
        if pending and bench.clock.monotonic() >= seconds:
            pending.pop()()

    monkeypatch.setattr(bench.world, "advance", advanced)


@pytest.mark.parametrize("mode", LIVING)
def test_a_job_that_is_visible_late(mode: str, stepped: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within its ten minutes, whatever the clock says of them."""
    stepped.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 700)])
    stepped.world.add_fault("vanish")
    later(stepped, monkeypatch, 400, stepped.world.clear_faults)

    assert stepped.run(sensor(mode))["state"] == "succeeded"
    assert 700 <= stepped.clock.monotonic() <= 770


@pytest.mark.parametrize("mode", LIVING)
@pytest.mark.parametrize(
    ("script", "limit", "error", "text", "after"),
    [
        (None, {}, MediaJobNotFound, "not visible for", 600),
        ("WAITING", {"queue_timeout": 900}, MediaJobQueueTimeout, "not started for", 900),
        ("PROCESSING", {"stall_timeout": 800}, MediaJobStalled, "no change for", 800),
        ("PROCESSING", {"timeout": 700}, MediaJobTimeout, "still waiting after", 700),
        ("WAITING", {"timeout": 900, "queue_timeout": 890}, MediaJobQueueTimeout, "not started for", 890),
    ],
)
def test_limits_and_deadlines(
    mode: str, script: str | None, limit: dict[str, Any], error: type[Exception], text: str, after: int, stepped: Bench
) -> None:
    """They pass when they have really passed: neither earlier nor later."""
    if script is not None:
        stepped.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script=script)

    with pytest.raises(error, match=rf"{text} (\d+) s") as caught:
        stepped.run(sensor(mode, **limit))

    told = re.search(rf"{text} (\d+) s", str(caught.value))
    assert told is not None
    assert after <= int(told[1]) <= after + 11
    assert (
        after <= round(stepped.clock.monotonic(), 3) <= after + 11
    )  # the first look of a trigger may be its tenth second


@pytest.mark.parametrize("mode", LIVING)
def test_a_queued_job_that_starts_in_time(mode: str, stepped: Bench) -> None:
    """No hour has passed in its queue."""
    stepped.world.add_job(
        "huawei.mpc.editing", {"job_id": "1"}, [("WAITING", 0), ("PROCESSING", 1000), ("SUCCEEDED", 1100)]
    )
    assert stepped.run(sensor(mode, queue_timeout=1300))["state"] == "succeeded"
    assert stepped.clock.monotonic() <= 1161


@pytest.mark.parametrize("by", [HOUR, -HOUR, DAY, -DAY])
def test_a_rescheduled_wait_whose_clock_is_set_in_a_look(
    by: float, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next process begins by the same wrong clock, and knows."""
    bench.store = StateStore()
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="WAITING")
    ask, looks = bench.world.handle, 0

    def handle(request: HttpRequest) -> HttpResponse:
        nonlocal looks
        looks += 1
        if looks == 3:
            bench.clock.steps[bench.clock.monotonic()] = by
        return ask(request)

    monkeypatch.setattr(bench.world, "handle", handle)
    with pytest.raises(MediaJobQueueTimeout, match="not started for 9"):
        bench.run(sensor("reschedule", queue_timeout=900))
    assert 900 <= bench.clock.monotonic() <= 970
    assert all(0 < slept <= 60 for slept in bench.slept)


@pytest.mark.parametrize("by", [HOUR, -HOUR, DAY])
@pytest.mark.parametrize("worker", ["the same clock", "a right one"])
def test_the_worker_that_resumes(by: float, worker: str, bench: Bench) -> None:
    """It takes itself neither for late nor for early, whichever clock it has, and says what has happened."""
    bench.clock.steps = {300: by}
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor("deferred", execution_timeout=timedelta(seconds=1000), timeout=2000)
    event = bench.triggered(deferred_trigger(bench, of))
    assert round(event["ahead"]) == by
    if worker == "a right one":
        bench.clock.steps = {}

    with pytest.raises(AirflowTaskTimeout, match="execution_timeout passed"), capture_logs() as logs:
        bench.resumed(of, event)

    way = "forward" if by > 0 else "back"
    told = f"while deferred, the triggerer's clock was set {way} by {abs(by):.0f} s"
    assert told in "\n".join(entry["event"] for entry in logs)


@pytest.mark.skipif(not STARTS, reason="this Airflow starts no task in the triggerer")
@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_a_clock_that_is_set_while_the_connection_is_looked_up(by: float, bench: Bench) -> None:
    """The wait has begun before."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    args = sensor("started", timeout=700).start_trigger_args
    assert args is not None
    trigger = MediaJobStartTrigger(**(args.trigger_kwargs or {}))
    trigger.render_template_fields(bench.context(bench.instance()))

    async def read() -> Account:
        bench.clock.steps[bench.clock.monotonic()] = by
        return bench.world.account("huawei", region="cn-north-4")

    assert round(bench.triggered(trigger, read)["ahead"]) == by
    assert round(bench.clock.monotonic(), 3) == 700


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_the_last_line_tells_what_has_really_passed(by: float, bench: Bench) -> None:
    """However the clock was set meanwhile."""
    bench.clock.steps = {300: by}
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 590)])
    with capture_logs() as logs:
        bench.run(sensor("deferred"))
    assert re.search(r"waited 0:(09:5\d|10:\d\d)$", [entry["event"] for entry in logs][-1])


def test_a_worker_that_is_late(bench: Bench) -> None:
    """By two hours, of which a step explains one: the deadline has passed meanwhile."""
    bench.clock.steps = {300: HOUR}
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor("deferred", execution_timeout=timedelta(seconds=1000), timeout=2000)
    event = bench.triggered(deferred_trigger(bench, of))
    bench.world.advance(2 * HOUR)
    with pytest.raises(MediaJobTimeout):
        bench.resumed(of, event)


def test_a_step_is_told_once(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """In which direction, and by how much."""
    bench.clock.steps = {300: HOUR, 600: -HOUR}
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 1000)])
    with caplog.at_level(logging.WARNING, "airflow_provider_mediajobs.clock"):
        bench.run(sensor("deferred"))
    told = [record.getMessage().partition(" (or")[0] for record in caplog.records if "was set" in record.getMessage()]
    assert told == [
        "the clock of this machine was set forward by 3600 s",
        "the clock of this machine was set back by 3600 s",
    ]


@pytest.mark.parametrize("mode", LIVING)
@pytest.mark.parametrize("slew", [0.05, -0.05])
def test_a_slewed_clock_changes_nothing(mode: str, slew: float, bench: Bench) -> None:
    """Three seconds a minute are no step, and no time."""
    bench.clock.slew = slew
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    with pytest.raises(AirflowSensorTimeout, match="still waiting after 2000 s"):
        bench.run(sensor(mode, timeout=2000))
    assert 2000 <= round(bench.clock.monotonic(), 3) <= 2011


def test_the_end_that_airflow_keeps(bench: Bench) -> None:
    """By the wall clock: a day may be set forward meanwhile."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 100)])
    bench.run(sensor("deferred", timeout=600))
    assert bench.deferrals[-1].timeout == timedelta(seconds=600 + 120, days=1)
