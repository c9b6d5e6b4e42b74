# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the link to a job's output, wherever its task starts and ends."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.links import MediaJobOutputLink
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobFailed
from airflow_provider_mediajobs.triggers import finish

from ..sensors.conftest import STARTS, Bench, bench

__all__ = ["bench"]

ADDRESS = "https://b-1.oss-cn-shanghai.aliyuncs.com/out/a.mp4"
MODES: dict[str, dict[str, Any]] = {
    "poke": {},
    "reschedule": {"mode": "reschedule"},
    "deferred": {"deferrable": True},
    "finish": {"finish_in_triggerer": True},
}


def sensor(**given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", kind="alibaba.mps.transcode", ids={"job_id": "m1"}, timeout=3600, **given)


def job(bench: Bench, *script: tuple[str, float]) -> None:
    place = {"Bucket": "b-1", "Location": "oss-cn-shanghai", "Object": "out/a.mp4"}
    bench.world.add_job("alibaba.mps.transcode", {"job_id": "m1"}, script, record={"Output": {"OutputFile": place}})


def shown(task: MediaJobSensor) -> str:
    ti: Any = None
    return MediaJobOutputLink().get_link(task, ti_key=ti)


@pytest.mark.parametrize("mode", MODES)
def test_in_every_mode(mode: str, bench: Bench) -> None:
    """Nothing before the end. Then by a worker, or where the task ends in the triggerer by that."""
    job(bench, ("Transcoding", 0), ("TranscodeSuccess", 60))
    task = sensor(**MODES[mode])
    assert shown(task) == ""

    bench.run(task)

    by_triggerer = {finish.OUTPUT: ADDRESS} if mode == "finish" else {}
    assert (shown(task), bench.links) == ("" if by_triggerer else ADDRESS, by_triggerer)


@pytest.mark.skipif(not STARTS, reason="this Airflow starts no task in the triggerer")
@pytest.mark.parametrize("finishes", [False, True])
def test_without_a_worker(finishes: bool, bench: Bench) -> None:
    """Where no worker has a part in the task, the triggerer also writes the link to the console."""
    job(bench, ("Transcoding", 0), ("TranscodeSuccess", 60))
    task = sensor(start_in_triggerer=True, finish_in_triggerer=finishes)

    bench.run(task)

    written = {finish.OUTPUT: ADDRESS, finish.CONSOLE: "https://mps.console.aliyun.com"}
    assert bench.links == (written if finishes else {})
    assert shown(task) == ("" if finishes else ADDRESS)


def test_a_link_that_cannot_be_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps no task from ending in the triggerer."""
    write = finish._set

    async def refuse(**given: Any) -> None:
        if given["key"] != "return_value":
            raise ConnectionError
        await write(**given)

    monkeypatch.setattr(finish, "_set", refuse)
    job(bench, ("Transcoding", 0), ("TranscodeSuccess", 60))
    task = sensor(finish_in_triggerer=True)

    assert bench.run(task)["state"] == "succeeded"
    assert (shown(task), bench.links) == ("", {})


def test_a_bad_end_has_none(bench: Bench) -> None:
    job(bench, ("TranscodeFail", 0))
    task = sensor()

    with pytest.raises(MediaJobFailed):
        bench.run(task)
    assert shown(task) == ""
