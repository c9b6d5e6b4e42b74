# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that each outcome is the same in poke mode, in reschedule mode and in the triggerer.

Covers ``sensors.job``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobCancelled,
    MediaJobFailed,
    MediaJobNotFound,
    MediaJobPartiallySucceeded,
    MediaJobRejected,
    MediaJobTimeout,
)

from .conftest import Bench
from .modes import MODES, Case, job, outcome_of

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
HVOD: dict[str, Any] = {"kind": "huawei.vod.editing", "ids": {"task_id": "1"}}
LIVE: dict[str, Any] = {"kind": "alibaba.live.editing", "ids": {"caster_id": "c", "show_id": "s"}}
STUDIO: dict[str, Any] = {"kind": "alibaba.live.editing", "ids": {"caster_id": "c"}, "episodes": 2}
ICE: dict[str, Any] = {"kind": "alibaba.ice.live_editing", "ids": {"job_id": "j"}}
VOD: dict[str, Any] = {"kind": "alibaba.vod.transcode", "ids": {"video_id": "v"}}
VOD_TASK = {"video_id": "v", "transcode_task_id": "t"}


def trouble(fault: str, times: int) -> Callable[[World], object]:
    def begin(world: World) -> None:
        job(MPC, ("PROCESSING", 0), ("SUCCEEDED", 400))(world)
        world.add_fault(fault, times=times)

    return begin


def studio(*words: str) -> Callable[[World], object]:
    def begin(world: World) -> None:
        for number, word in enumerate(words):
            world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": str(number)}, [("1", 0), (word, 90)])

    return begin


def contradicting(*words: str) -> Callable[[World], object]:
    """A task whose word is full success, and renditions of other words."""
    renditions = [
        {"Definition": name, "TranscodeJobStatus": word, "OutputFile": {"OutputFileUrl": f"http://o/{name}.mp4"}}
        for name, word in zip(("LD", "HD"), words, strict=True)
    ]
    script = [("Processing", 0), ("CompleteAllSucc", 100)]
    record = {"TranscodeJobInfoList": renditions}
    return lambda world: world.add_job("alibaba.vod.transcode", VOD_TASK, script, record=record)


FAILED_ONE = contradicting("TranscodeSuccess", "TranscodeFail")
RUNNING_ONE = contradicting("TranscodeSuccess", "Transcoding")

TWO: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": ["1", "2"]}}


def one_unreadable(world: World) -> None:
    """Of two jobs that have succeeded, the record of one cannot be read."""
    for number, record in (("1", {}), ("2", {"status": ["SUCCEEDED"]})):
        world.add_job("huawei.mpc.editing", {"job_id": number}, [("PROCESSING", 0), ("SUCCEEDED", 60)], record=record)


def one_text_among_episodes(world: World) -> None:
    """Of a studio's two episodes one is a text that nobody can read."""
    studio("3", "3")(world)
    world.jobs[1].record["ShowId"] = ["1"]


CASES = {
    "a record that cannot be read": Case(
        one_unreadable, TWO | {"timeout": 300}, error=MediaJobTimeout, text="1 succeeded, 1 without news"
    ),
    "a record that cannot be read, another enough": Case(one_unreadable, TWO | {"wait_for": "any"}, "unknown"),
    "an episode beside one that cannot be read": Case(
        one_text_among_episodes, LIVE | {"ids": {"caster_id": "c", "show_id": "0"}}, "succeeded"
    ),
    "an episode that cannot be read": Case(
        one_text_among_episodes,
        LIVE | {"ids": {"caster_id": "c", "show_id": "1"}, "timeout": 900},
        error=MediaJobTimeout,
        text="no news: HTTP 200 with a body that is not the vendor's JSON: 'ShowId is of the wrong type",
    ),
    "a studio with an episode that cannot be read": Case(
        one_text_among_episodes, STUDIO | {"timeout": 900}, error=MediaJobTimeout, text="no news: HTTP 200"
    ),
    "a rendition failed": Case(
        FAILED_ONE, VOD, error=MediaJobPartiallySucceeded, text="ended as partial (the vendor says 'CompleteAllSucc'"
    ),
    "a rendition failed, accepted": Case(FAILED_ONE, VOD | {"on_partial": "accept"}, "partial"),
    "a rendition failed, skipped": Case(
        FAILED_ONE, VOD | {"on_partial": "skip"}, error=AirflowSkipException, text="CompleteAllSucc"
    ),
    "a rendition failed, another required": Case(FAILED_ONE, VOD | {"required_definitions": ["LD"]}, "partial"),
    "a rendition failed, and required": Case(
        FAILED_ONE,
        VOD | {"required_definitions": ["HD"]},
        error=MediaJobPartiallySucceeded,
        text="required but not made: HD",
    ),
    "a rendition runs": Case(
        RUNNING_ONE, VOD, error=MediaJobPartiallySucceeded, text="of its renditions HD: Transcoding; request id"
    ),
    "a rendition runs, another required": Case(RUNNING_ONE, VOD | {"required_definitions": ["LD"]}, "running"),
    "a rendition runs, any end": Case(
        RUNNING_ONE, VOD | {"until": "finished"}, error=MediaJobPartiallySucceeded, text="renditions still running for"
    ),
    "live": Case(job(LIVE, ("0", 0), ("1", 60), ("3", 200)), LIVE, "succeeded"),
    "ice": Case(job(ICE, ("Init", 0), ("Processing", 60), ("Success", 200)), ICE, "succeeded"),
    "vod": Case(job(VOD, ("Processing", 0), ("CompleteAllSucc", 200), ids=VOD_TASK), VOD, "succeeded"),
    "huawei vod": Case(job(HVOD, ("WAITING", 0), ("PROCESSING", 60), ("SUCCEED", 200)), HVOD, "succeeded"),
    "mpc": Case(job(MPC, ("WAITING", 0), ("PROCESSING", 60), ("SUCCEEDED", 200)), MPC, "succeeded"),
    "done at once": Case(job(MPC, ("SUCCEEDED", 0)), MPC, "succeeded"),
    "failed": Case(job(MPC, ("PROCESSING", 0), ("FAILED", 100)), MPC, error=MediaJobFailed, text="ended as failed"),
    "failed at once": Case(job(ICE, ("Failed", 0)), ICE, error=MediaJobFailed, text="ended as failed"),
    "cancelled": Case(job(HVOD, ("WAITING", 0), ("CANCEL", 100)), HVOD, error=MediaJobCancelled, text="CANCEL"),
    "partial": Case(
        job(VOD, ("Partial", 0), ("CompletePartialSucc", 100), ids=VOD_TASK),
        VOD,
        error=MediaJobPartiallySucceeded,
        text="CompletePartialSucc",
    ),
    "partial, accepted": Case(
        job(VOD, ("Partial", 0), ("CompletePartialSucc", 100), ids=VOD_TASK), VOD | {"on_partial": "accept"}, "partial"
    ),
    "partial, skipped": Case(
        job(VOD, ("Partial", 0), ("CompletePartialSucc", 100), ids=VOD_TASK),
        VOD | {"on_partial": "skip"},
        error=AirflowSkipException,
        text="CompletePartialSucc",
    ),
    "unknown word": Case(
        job(MPC, ("PROCESSING", 0), ("SUCCESS", 60)),
        MPC | {"timeout": 300},
        error=MediaJobTimeout,
        text="'SUCCESS'",
    ),
    "never there": Case(lambda world: None, MPC, error=MediaJobNotFound, text="not visible for"),
    "there late": Case(
        lambda world: (job(MPC, ("SUCCEEDED", 0))(world), world.add_fault("vanish", times=3)), MPC, "succeeded"
    ),
    "deadline": Case(
        job(MPC, ("PROCESSING", 0)),
        MPC | {"timeout": 200},
        error=MediaJobTimeout,
        text="still waiting after 200 s; at the last look: running (the vendor says 'PROCESSING'",
    ),
    "ends just before the deadline": Case(
        job(MPC, ("PROCESSING", 0), ("SUCCEEDED", 199)), MPC | {"timeout": 200}, "succeeded"
    ),
    "throttled for a while": Case(trouble("throttle", 5), MPC, "succeeded"),
    "broken for a while": Case(trouble("server_error", 5), MPC, "succeeded"),
    "reset for a while": Case(trouble("reset", 5), MPC, "succeeded"),
    "html for a while": Case(trouble("html", 5), MPC, "succeeded"),
    "throttled all the time": Case(
        lambda world: world.add_fault("throttle"), MPC | {"timeout": 400}, error=MediaJobTimeout, text="no news"
    ),
    "soft fail": Case(
        job(MPC, ("PROCESSING", 0), ("FAILED", 100)),
        MPC | {"soft_fail": True},
        error=AirflowSkipException,
        text="skipped, because soft_fail is set: huawei.mpc.editing job_id=1 ended as failed",
    ),
    "soft fail of a time-out": Case(
        job(MPC, ("PROCESSING", 0)),
        MPC | {"soft_fail": True, "timeout": 200},
        error=AirflowSkipException,
        text="skipped, because soft_fail is set: huawei.mpc.editing job_id=1: still waiting",
    ),
    "rejected": Case(
        lambda world: world.add_fault("reject_id", ids={"job_id": "1"}), MPC, error=MediaJobRejected, text="MPC."
    ),
    "studio": Case(studio("3", "3"), STUDIO, "succeeded"),
    "studio with a failure": Case(studio("3", "-1"), STUDIO, error=MediaJobFailed, text="found show_id=1"),
    "studio that lacks one": Case(
        studio("3"), STUDIO | {"timeout": 400}, error=MediaJobTimeout, text="1 succeeded, 1 not listed yet"
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_outcome(case: Case, mode: str, bench: Bench) -> None:
    """The state, or the exception with its text."""
    outcome = outcome_of(bench, case, mode)

    assert case.text in outcome if case.error else outcome["state"] == case.state
