# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests lists whose jobs end one by one, go back or vanish: the same result in every mode.

Covers ``sensors.watch``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException
from structlog.testing import capture_logs

from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobFailed,
    MediaJobNotFound,
    MediaJobPartiallySucceeded,
    MediaJobTimeout,
)

from .conftest import Bench, StateStore, TaskInstance
from .modes import MODES, Case

MPC = "huawei.mpc.editing"
VOD = "alibaba.vod.transcode"
THREE: dict[str, Any] = {"kind": MPC, "ids": ["1", "2", "3"], "poke_interval": 60, "poll_interval": 30}
VIDEOS: dict[str, Any] = {"kind": VOD, "ids": [{"video_id": "v"}, {"video_id": "w"}], "poke_interval": 60}


def at(world: World, seconds: float, happens: Callable[[], object]) -> None:
    """When so much time has passed."""
    due, advance = world.now() + timedelta(seconds=seconds), world.advance

    def advanced(seconds: float) -> None:
        before = world.now()
        advance(seconds)
        if before < due <= world.now():
            happens()

    world.advance = advanced  # type: ignore[method-assign]


def clips(world: World, *scripts: Any) -> None:
    for number, script in enumerate(scripts, 1):
        world.add_job(MPC, {"job_id": str(number)}, script)


def runs(*words: tuple[str, float]) -> list[tuple[str, float]]:
    return [("PROCESSING", 0), *words]


def one_after_the_other(world: World) -> None:
    clips(world, runs(("SUCCEEDED", 100)), runs(("SUCCEEDED", 900)), runs(("SUCCEEDED", 1700)))


def gone(world: World) -> None:
    """The vendor keeps a job for a while only: longer than it has ended, the others still run."""
    one_after_the_other(world)
    at(world, 300, lambda: world.add_fault("vanish", ids={"job_id": "1"}))


def gone_for_all(world: World) -> None:
    gone(world)
    at(world, 1000, lambda: world.add_fault("vanish", ids={"job_id": "2"}))


def back(world: World) -> None:
    """A succeeded one is shown as running, and stays so."""
    one_after_the_other(world)
    at(world, 300, lambda: world.add_job(MPC, {"job_id": "1"}, "PROCESSING"))


def turned(world: World) -> None:
    """A succeeded one is shown as failed."""
    one_after_the_other(world)
    at(world, 300, lambda: world.add_job(MPC, {"job_id": "1"}, "FAILED"))


def one_fails(world: World) -> None:
    clips(world, runs(("FAILED", 100)), runs(("SUCCEEDED", 900)), runs(("SUCCEEDED", 1700)))
    at(world, 300, lambda: world.add_fault("vanish", ids={"job_id": "1"}))


def cleared(world: World) -> None:
    """Two have succeeded, and then nothing is shown any more."""
    clips(world, "SUCCEEDED", "PROCESSING", "SUCCEEDED")
    at(world, 200, world.clear_jobs)


def videos(*words: str) -> Callable[[World], object]:
    def begin(world: World) -> None:
        for (video, end), word in zip((("v", 100), ("w", 1700)), words, strict=True):
            ids = {"video_id": video, "transcode_task_id": f"t-{video}"}
            world.add_job(VOD, ids, [("Processing", 0), (word, float(end))])

    return begin


def newer_run(*words: Any) -> Callable[[World], object]:
    def begin(world: World) -> None:
        videos(*words)(world)
        newer = {"video_id": "v", "transcode_task_id": "newer"}
        at(world, 500, lambda: world.add_job(VOD, newer, "Processing"))

    return begin


def lost(*words: Any) -> Callable[[World], object]:
    def begin(world: World) -> None:
        videos(*words)(world)
        at(world, 500, lambda: world.add_fault("vanish", ids={"video_id": "v"}))

    return begin


CASES = {
    "one after the other": Case(one_after_the_other, THREE, "succeeded"),
    "gone": Case(gone, THREE, "succeeded"),
    "gone, two of them": Case(gone_for_all, THREE, "succeeded"),
    "back": Case(back, THREE, "succeeded"),
    "turned": Case(turned, THREE, "succeeded"),
    "one fails": Case(one_fails, THREE | {"fail_fast": False}, error=MediaJobFailed, text="1 failed, 2 succeeded"),
    "two are enough": Case(one_fails, THREE | {"wait_for": 2}, "partial"),
    "any end": Case(one_fails, THREE | {"until": "finished"}, "partial"),
    "one never ends": Case(
        cleared,
        THREE | {"timeout": 600, "not_found_grace": 900},
        error=MediaJobTimeout,
        text="2 succeeded, 1 not visible",
    ),
    "one is never there": Case(
        lambda world: clips(world, "SUCCEEDED", "SUCCEEDED"), THREE, error=MediaJobNotFound, text="1 not found"
    ),
    "videos": Case(videos("CompleteAllSucc", "CompleteAllSucc"), VIDEOS, "succeeded"),
    "a newer run of a video": Case(newer_run("CompleteAllSucc", "CompleteAllSucc"), VIDEOS, "succeeded"),
    "a video that is lost": Case(lost("CompleteAllSucc", "CompleteAllSucc"), VIDEOS, "succeeded"),
    "renditions": Case(
        lost("CompletePartialSucc", "CompleteAllSucc"), VIDEOS | {"required_definitions": ["LD"]}, "partial"
    ),
    "renditions that are lacking": Case(
        lost("CompletePartialSucc", "CompleteAllSucc"),
        VIDEOS | {"required_definitions": ["HD"], "fail_fast": False},
        error=MediaJobPartiallySucceeded,
        text="required but not made: HD",
    ),
    "partial": Case(
        lost("CompletePartialSucc", "CompleteAllSucc"),
        VIDEOS | {"fail_fast": False},
        error=MediaJobPartiallySucceeded,
        text="1 partial, 1 succeeded",
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_outcome(case: Case, mode: str, bench: Bench) -> None:
    """By the end that was seen first, whatever the vendor shows later."""
    bench.store = StateStore()
    case.begin(bench.world)
    given: dict[str, Any] = {"timeout": 3600} | case.sensor | MODES[mode]
    sensor = MediaJobSensor(task_id="wait", **given)

    if case.error is None:
        assert bench.run(sensor)["state"] == case.state
        return
    with pytest.raises(case.error, match=case.text) as caught:
        bench.run(sensor)
    assert type(caught.value) is case.error


def facts(result: dict[str, Any]) -> list[tuple[str, int, bool]]:
    """Of each job its state, how many files it made, and whether the vendor's record is there."""
    return [(job["state"], len(job["outputs"]), bool(job["raw"])) for job in result["jobs"]]


def rescheduled(bench: Bench, of: dict[str, Any]) -> Any:
    bench.store = StateStore()
    given: dict[str, Any] = {"timeout": 3600, "mode": "reschedule"} | of
    return bench.run(MediaJobSensor(task_id="wait", **given))


def test_what_was_made_is_looked_up_once(bench: Bench) -> None:
    """In the end, in one call for all; the result is that of a wait that kept everything."""
    one_after_the_other(bench.world)
    result = rescheduled(bench, THREE)
    requested = [sorted(v for n, v in request.call.parameters if n == "job_id") for request in bench.world.requests]

    assert requested == [["1", "2", "3"]] * 3 + [["2", "3"]] * 13 + [["3"]] * 14 + [["1", "2"]]
    assert facts(result) == [("succeeded", 1, True)] * 3
    bench.world.clear_jobs()
    clips(bench.world, *["SUCCEEDED"] * 3)
    assert [sorted(job) for job in bench.run(MediaJobSensor(task_id="wait", **THREE))["jobs"]] == [
        sorted(job) for job in result["jobs"]
    ]


@pytest.mark.parametrize("begin", [gone, back, turned])
def test_what_is_gone_is_not_made_up(begin: Any, bench: Bench) -> None:
    """The state is the one that was seen; files and record are not known, and the times are."""
    begin(bench.world)

    result = rescheduled(bench, THREE)

    assert facts(result) == [("succeeded", 0, False), ("succeeded", 1, True), ("succeeded", 1, True)]
    first = result["jobs"][0]
    assert (first["raw_state"], first["ids"], first["error"]) == ("SUCCEEDED", {"job_id": "1"}, None)
    assert first["created_at"] == result["jobs"][1]["created_at"]
    assert first["finished_at"] < result["jobs"][1]["finished_at"]


def test_which_run_it_was(bench: Bench) -> None:
    """Its own facts, though another is the newest by now."""
    newer_run("CompleteAllSucc", "CompleteAllSucc")(bench.world)

    result = rescheduled(bench, VIDEOS)

    assert [job["ids"]["transcode_task_id"] for job in result["jobs"]] == ["t-v", "t-w"]
    assert [bool(job["raw"]) for job in result["jobs"]] == [True, True]


@pytest.mark.parametrize("fault", ["throttle", "server_error", "html", "reset"])
def test_trouble_in_the_end_delays(fault: str, bench: Bench) -> None:
    """The gate could open, but what was made is not known yet: it is asked for again."""
    clips(bench.world, runs(("SUCCEEDED", 30)), runs(("SUCCEEDED", 90)), runs(("SUCCEEDED", 90)))
    at(bench.world, 100, lambda: bench.world.add_fault(fault, ids={"job_id": "1"}, times=20))

    with capture_logs() as logs:
        result = rescheduled(bench, THREE)

    assert facts(result) == [("succeeded", 1, True)] * 3
    told = "huawei.mpc.editing, 3 jobs: the wait may end; the outputs of 1 job(s) could not be read yet"
    assert told in [entry["event"] for entry in logs]


def test_trouble_until_the_deadline_does_not_shut_it(bench: Bench) -> None:
    """All have succeeded in time; one call asks for all of them."""
    clips(bench.world, runs(("SUCCEEDED", 30)), runs(("SUCCEEDED", 90)), runs(("SUCCEEDED", 90)))
    at(bench.world, 100, lambda: bench.world.add_fault("throttle", ids={"job_id": "1"}))

    result = rescheduled(bench, THREE | {"timeout": 600})

    assert facts(result) == [("succeeded", 0, False)] * 3


def test_five_hundred(bench: Bench) -> None:
    """Fifty calls for the first look, one for each that shows the last ten, and fifty in the end."""
    ids = [str(number) for number in range(1, 501)]
    clips(bench.world, *["SUCCEEDED"] * 490, *[runs(("SUCCEEDED", 2000))] * 10)

    bench.store = StateStore()
    sizes = []
    keep = bench.store.set

    def measured(key: str, value: Any) -> None:
        sizes.append(len(json.dumps(value)))
        keep(key, value)

    bench.store.set = measured  # type: ignore[method-assign]
    of = THREE | {"ids": ids, "mode": "reschedule", "timeout": 7200}
    result = bench.run(MediaJobSensor(task_id="wait", **of))

    assert facts(result) == [("succeeded", 1, True)] * 500
    looks = len(sizes)
    assert len(bench.world.requests) == 50 + looks + 49
    assert max(sizes) <= 48 * 1024


# --- no store ---------------------------------------------------------------------------------------------------


def test_what_is_lost_without_a_store_is_told_once(bench: Bench) -> None:
    """Before Airflow 3.3; with one there is nothing to tell."""
    for store, told in ((None, 1), (StateStore(), 0)):
        bench.store = store
        clips(bench.world, runs(("SUCCEEDED", 200)), runs(("SUCCEEDED", 200)), runs(("SUCCEEDED", 200)))
        with capture_logs() as logs:
            bench.run(MediaJobSensor(task_id="wait", mode="reschedule", timeout=3600, **THREE))
        assert sum("has no state store" in entry["event"] for entry in logs) == told


@pytest.mark.parametrize("mode", ["poke", "deferred"])
def test_nothing_is_lost_in_other_modes(mode: str, bench: Bench) -> None:
    """And nothing is told."""
    clips(bench.world, runs(("SUCCEEDED", 200)), runs(("SUCCEEDED", 200)), runs(("SUCCEEDED", 200)))
    with capture_logs() as logs:
        bench.run(MediaJobSensor(task_id="wait", timeout=3600, **(THREE | MODES[mode])))

    assert not [entry for entry in logs if "has no state store" in entry["event"]]


# --- mapped, cleared --------------------------------------------------------------------------------------------


def look(bench: Bench, ti: TaskInstance) -> None:
    with pytest.raises(AirflowRescheduleException):
        bench.once(MediaJobSensor(task_id="wait", mode="reschedule", timeout=3600, **THREE), ti)


def test_a_task_that_was_cleared_begins_anew(bench: Bench) -> None:
    """The store outlives that; what another try has seen succeed is looked at again."""
    bench.store = StateStore()
    clips(bench.world, "SUCCEEDED", runs(("SUCCEEDED", 900)), runs(("SUCCEEDED", 900)))
    look(bench, bench.instance())
    bench.world.add_job(MPC, {"job_id": "1"}, "FAILED")
    look_again = TaskInstance(bench.world.now(), of="try-2")

    with pytest.raises(MediaJobFailed):
        bench.once(MediaJobSensor(task_id="wait", mode="reschedule", timeout=3600, **THREE), look_again)
