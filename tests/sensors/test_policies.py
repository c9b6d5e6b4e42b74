# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what a DAG author may choose, in every mode: run, renditions, number of jobs, limits, ``until``.

Covers ``sensors.job``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobBadParameter,
    MediaJobFailed,
    MediaJobNotFound,
    MediaJobPartiallySucceeded,
    MediaJobQueueTimeout,
    MediaJobStalled,
    MediaJobTimeout,
)

from .conftest import STARTS, Bench, StateStore
from .modes import MODES, Case, job, outcome_of

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
HVOD: dict[str, Any] = {"kind": "huawei.vod.editing", "ids": {"task_id": "1"}}
VOD: dict[str, Any] = {"kind": "alibaba.vod.transcode", "ids": {"video_id": "v"}}
LIVE: dict[str, Any] = {"kind": "alibaba.live.editing", "ids": {"caster_id": "c", "show_id": "s"}}
ICE = "alibaba.ice.live_editing"
WEEK = 7 * 86_400.0
CANCEL = {"queue_timeout": 200, "on_queue_timeout": "cancel_then_fail"}


def task(name: str, *script: tuple[str, float], age: float = 0, **record: str) -> Callable[[World], object]:
    """A transcoding task of the video."""
    ids = {"video_id": "v", "transcode_task_id": name}
    return lambda world: world.add_job(VOD["kind"], ids, list(script), record=record, age=age)


def all_of(*begins: Callable[[World], object]) -> Callable[[World], object]:
    return lambda world: [begin(world) for begin in begins]


def jobs(*scripts: Sequence[tuple[str, float]]) -> Callable[[World], object]:
    """MPC jobs 0, 1, 2, …"""
    return all_of(
        *(job(MPC, *script, ids={"job_id": str(number)}) for number, script in enumerate(scripts)),
    )


def of(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"kind": "huawei.mpc.editing", "ids": {"job_id": [str(number) for number in numbers]}, **more}


OLD = task("old", ("CompleteAllSucc", 0), age=WEEK)
NEW = task("new", ("Processing", 0), ("CompleteAllSucc", 200))
DONE, RUNS, FAILS = [("SUCCEEDED", 0)], [("PROCESSING", 0)], [("PROCESSING", 0), ("FAILED", 100)]

CASES = {
    # --- the right run
    "last week's success": Case(
        OLD,
        VOD,
        error=MediaJobNotFound,
        text="only older runs visible for 6",
    ),
    "last week's failure": Case(
        all_of(task("old", ("CompleteAllFail", 0), age=WEEK), NEW), VOD | {"not_found_grace": 0}, "succeeded"
    ),
    "today's after last week's": Case(all_of(OLD, NEW), VOD, "succeeded"),
    "any run": Case(OLD, VOD | {"created_after": None}, "succeeded"),
    "a run by its name": Case(
        all_of(OLD, NEW),
        VOD | {"ids": {"video_id": "v", "transcode_task_id": "old"}},
        "succeeded",
    ),
    "just before the run": Case(task("t", ("CompleteAllSucc", 0), age=3590), VOD, "succeeded"),
    "more than an hour before": Case(
        task("t", ("CompleteAllSucc", 0), age=3700), VOD, error=MediaJobNotFound, text="created_after=None, or a time"
    ),
    "since a time of one's own": Case(OLD, VOD | {"created_after": "2020-01-01T00:00:00Z"}, "succeeded"),
    "another template group": Case(
        task("t", ("CompleteAllSucc", 0), TranscodeTemplateGroupId="g1"),
        VOD | {"ids": {"video_id": "v", "template_group_id": "g2"}},
        error=MediaJobNotFound,
        text="and none with template_group_id=g2; the newest has template_group_id=g1, trigger=Auto",
    ),
    "the template group": Case(
        all_of(
            task("t", ("CompleteAllSucc", 0), TranscodeTemplateGroupId="g1"),
            task("u", ("CompleteAllFail", 0), TranscodeTemplateGroupId="g2"),
        ),
        VOD | {"ids": {"video_id": "v", "template_group_id": "g1"}},
        "succeeded",
    ),
    "the trigger": Case(
        all_of(task("t", ("CompleteAllSucc", 0), Trigger="Manual"), task("u", ("Processing", 0), Trigger="Auto")),
        VOD | {"ids": {"video_id": "v", "trigger": "Manual"}},
        "succeeded",
    ),
    "the edit of an episode": Case(
        lambda world: world.add_job(LIVE["kind"], LIVE["ids"], "3", record={"OutputVodId": "first"}),
        LIVE | {"ids": LIVE["ids"] | {"output_vod_id": "second"}},
        error=MediaJobNotFound,
        text="the episode has no task with output_vod_id=second; it has succeeded",
    ),
    # --- renditions
    "the required definition": Case(
        task("t", ("Partial", 0), ("CompletePartialSucc", 100)), VOD | {"required_definitions": ["LD"]}, "partial"
    ),
    "another definition": Case(
        task("t", ("Partial", 0), ("CompletePartialSucc", 100)),
        VOD | {"required_definitions": ["LD", "SD"]},
        error=MediaJobPartiallySucceeded,
        text="required but not made: SD",
    ),
    "a definition nobody made": Case(
        task("t", ("CompleteAllSucc", 0)),
        VOD | {"required_definitions": ["4K"]},
        error=MediaJobPartiallySucceeded,
        text="required but not made: 4K",
    ),
    # --- several jobs
    "all of several": Case(jobs(DONE, [("PROCESSING", 0), ("SUCCEEDED", 100)]), of(0, 1), "succeeded"),
    "one of several fails": Case(
        jobs(DONE, FAILS, RUNS),
        of(0, 1, 2),
        error=MediaJobFailed,
        text="3 jobs: 1 succeeded, 1 failed, 1 running: huawei.mpc.editing job_id=1 ended as failed",
    ),
    "any of several": Case(
        jobs(FAILS, [("PROCESSING", 0), ("SUCCEEDED", 200)], RUNS), of(0, 1, 2, wait_for="any"), "running"
    ),
    "none of any": Case(jobs(FAILS, FAILS), of(0, 1, wait_for="any"), error=MediaJobFailed, text="2 failed"),
    "two of three": Case(
        jobs(DONE, FAILS, [("PROCESSING", 0), ("SUCCEEDED", 200)]), of(0, 1, 2, wait_for=2), "partial"
    ),
    "not fast": Case(
        jobs(FAILS, [("PROCESSING", 0), ("SUCCEEDED", 300)]),
        of(0, 1, fail_fast=False),
        error=MediaJobFailed,
        text="1 failed, 1 succeeded",
    ),
    "one of several is not there": Case(
        jobs(DONE), of(0, 1, not_found_grace=60), error=MediaJobNotFound, text="1 succeeded, 1 not found"
    ),
    "the deadline of several": Case(
        jobs(DONE, RUNS),
        of(0, 1, timeout=200),
        error=MediaJobTimeout,
        text="as seen last: huawei.mpc.editing job_id=1: running",
    ),
    "none at all": Case(
        lambda world: None, of(soft_fail=True), error=AirflowSkipException, text="the list of ids is empty"
    ),
    # --- limits
    "queued too long": Case(
        job(MPC, ("WAITING", 0)), MPC | {"queue_timeout": 200}, error=MediaJobQueueTimeout, text="not started for 20"
    ),
    "queued and then started": Case(
        job(MPC, ("WAITING", 0), ("PROCESSING", 190), ("SUCCEEDED", 400)), MPC | {"queue_timeout": 200}, "succeeded"
    ),
    "not visible is not started": Case(
        lambda world: None,
        MPC | {"queue_timeout": 200},
        error=MediaJobQueueTimeout,
        text="at the last look: not visible",
    ),
    "queued too long, skipped": Case(
        job(MPC, ("WAITING", 0)),
        MPC | {"queue_timeout": 200, "soft_fail": True},
        error=AirflowSkipException,
        text="skipped, because soft_fail is set: huawei.mpc.editing job_id=1: not started for 20",
    ),
    "stands still": Case(
        lambda world: world.add_job(MPC["kind"], MPC["ids"], "PROCESSING", record={"progress": 40}),
        MPC | {"stall_timeout": 300},
        error=MediaJobStalled,
        text="no change for 30",
    ),
    "stand still, and are probed": Case(
        lambda world: [world.add_job(ICE, {"job_id": str(number)}, "Processing") for number in range(5)],
        {"kind": ICE, "ids": {"job_id": list("01234")}, "stall_timeout": 300},
        error=MediaJobStalled,
        text="stalled",
    ),
    "moves": Case(job(MPC, ("PROCESSING", 0), ("SUCCEEDED", 700)), MPC | {"stall_timeout": 150}, "succeeded"),
    "cancelled in the queue": Case(
        job(HVOD, ("WAITING", 0)),
        HVOD | CANCEL,
        error=MediaJobQueueTimeout,
        text="; huawei.vod.editing task_id=1 was cancelled",
    ),
    "too late to cancel": Case(
        job(MPC, ("PROCESSING", 0)),
        MPC | {"timeout": 200, "on_timeout": "cancel_then_fail"},
        error=MediaJobTimeout,
        text="; huawei.mpc.editing job_id=1 could not be cancelled, since it runs: it goes on and still costs money",
    ),
    "cancelled at the deadline": Case(
        jobs(DONE, RUNS, [("WAITING", 0)]),
        of(0, 1, 2, timeout=200, on_timeout="cancel_then_fail"),
        error=MediaJobTimeout,
        text="job_id=1 could not be cancelled, since it runs: it goes on and still costs money; huawei.mpc.editing job",
    ),
    # --- targets
    "finished": Case(job(MPC, ("PROCESSING", 0), ("FAILED", 100)), MPC | {"until": "finished"}, "failed"),
    "finished well": Case(job(MPC, ("PROCESSING", 0), ("SUCCEEDED", 100)), MPC | {"until": "finished"}, "succeeded"),
    "running": Case(job(MPC, ("WAITING", 0), ("PROCESSING", 100)), MPC | {"until": "running"}, "running"),
    "failed before it was seen running": Case(
        job(MPC, ("WAITING", 0), ("FAILED", 100)),
        MPC | {"until": "running"},
        error=MediaJobFailed,
        text="ended as failed",
    ),
    "all finished": Case(jobs(FAILS, DONE), of(0, 1, until="finished"), "partial"),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_outcome(case: Case, mode: str, bench: Bench) -> None:
    """The state, or the exception with its text."""
    if case.sensor["ids"] == {"job_id": []}:  # refused while the DAG file is parsed; only an XCom can bring it
        with pytest.raises(MediaJobBadParameter, match=case.text):
            outcome_of(bench, case, mode)
        return
    outcome = outcome_of(bench, case, mode)

    assert case.text in outcome if case.error else outcome["state"] == case.state


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "poke"])
@pytest.mark.parametrize(
    "name",
    [
        "today's after last week's",
        "the required definition",
        "any of several",
        "two of three",
        "finished",
        "all finished",
    ],
)
def test_the_same_result(name: str, mode: str, bench: Bench) -> None:
    """To the letter, but for what the wait cost, the answer's own id, and how far this mode's own jobs have got."""
    results = []
    for each_mode in ("poke", mode):
        bench.world.clear_jobs()
        result = outcome_of(bench, CASES[name], each_mode)
        for each in result.get("jobs", [result]):
            for fact in ("request_id", "created_at", "started_at", "finished_at", "raw", "wait", "progress"):
                del each[fact]
        results.append(result)

    assert results[0] == results[1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("sensor", "begin", "seconds"),
    [
        (MPC | {"queue_timeout": 200}, job(MPC, ("WAITING", 0)), 200),
        (MPC | {"not_found_grace": 200}, lambda world: None, 200),
        (
            MPC | {"stall_timeout": 200},
            lambda world: world.add_job(MPC["kind"], MPC["ids"], "PROCESSING", record={"progress": 1}),
            200,
        ),
        (MPC | {"timeout": 200}, job(MPC, ("PROCESSING", 0)), 200),
    ],
    ids=["queue", "grace", "stall", "deadline"],
)
def test_limits_are_met_when_they_pass(sensor: Any, begin: Any, seconds: float, mode: str, bench: Bench) -> None:
    """By a look of their own, not by the next that happens to come; in the triggerer as soon as the pace allows.

    A wait that begins there counts from its first look, ten seconds after its start.
    """
    start = bench.world.now()
    begin(bench.world)
    bench.store = StateStore()
    with pytest.raises((MediaJobQueueTimeout, MediaJobNotFound, MediaJobStalled, MediaJobTimeout)):
        bench.run(MediaJobSensor(task_id="wait", **({"timeout": 3600} | sensor | MODES[mode])))

    took = bench.world.now() - start
    late = timedelta(seconds=10) if STARTS and mode.startswith("started") and "timeout" not in sensor else timedelta(0)
    assert timedelta(milliseconds=-1) <= took - timedelta(seconds=seconds) - late < timedelta(seconds=2)
