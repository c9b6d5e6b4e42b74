# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests waits with late looks, lost answers and outages: they come to the same end.

Covers ``sensors.watch``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import ConnectionUnavailable, CredentialsExpired, TransportError
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.job import JobRef
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.hooks import lookup
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobNotFound,
    MediaJobQueueTimeout,
    MediaJobStalled,
    MediaJobTimeout,
)

from .conftest import Bench, StateStore, deferred_trigger
from .modes import MODES

MPC = "huawei.mpc.editing"
HVOD = "huawei.vod.editing"
ICE = "alibaba.ice.live_editing"
VOD = "alibaba.vod.transcode"
LOOKING = ["poke", "reschedule", "deferred"]


def sensor(ids: Any, kind: str = MPC, **given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", kind=kind, ids=ids, **({"timeout": 3600} | given))


def elapsed(bench: Bench) -> float:
    """Seconds since the DAG run began, and with it the world."""
    return float((bench.world.now() - bench.dag_run.run_after).total_seconds())


def before_answers(bench: Bench, monkeypatch: pytest.MonkeyPatch, happens: Callable[[int], object]) -> None:
    """Something happens before each answer; it is given the answer's number."""
    answer, number = bench.world.handle, 0

    def handled(request: HttpRequest) -> HttpResponse:
        nonlocal number
        number += 1
        happens(number)
        return answer(request)

    monkeypatch.setattr(bench.world, "handle", handled)


# --- looks that come late ---------------------------------------------------------------------------------------


def test_a_job_that_stands_still_before_a_late_look(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit begins anew, and still fires."""
    bench.store = StateStore()
    bench.world.add_job(MPC, {"job_id": "1"}, "PROCESSING")
    sleep = bench._sleep

    def late(seconds: float) -> None:
        sleep(seconds + (400 if len(bench.slept) == 2 else 0))

    monkeypatch.setattr(bench, "_sleep", late)

    with pytest.raises(MediaJobStalled, match="no change for 600 s"):
        bench.run(sensor({"job_id": "1"}, stall_timeout=600, timeout=7200, mode="reschedule"))

    assert elapsed(bench) < 1300


def test_a_job_that_stands_still_before_a_late_triggerer(bench: Bench) -> None:
    """The same."""
    bench.world.add_job(MPC, {"job_id": "1"}, "PROCESSING")
    of = sensor({"job_id": "1"}, stall_timeout=350, timeout=7200, deferrable=True)
    trigger = deferred_trigger(bench, of)
    bench.world.advance(400)

    with pytest.raises(MediaJobStalled, match="no change for 350 s"):
        bench.resumed(of, bench.triggered(trigger))

    assert elapsed(bench) < 800


def test_a_worker_that_comes_late_after_the_deadline(bench: Bench) -> None:
    """The deadline was what passed first: no other limit is blamed, and none of its consequences drawn."""
    bench.world.add_job(HVOD, {"task_id": "1"}, "WAITING")
    of = sensor(
        {"task_id": "1"}, HVOD, timeout=600, queue_timeout=1200, on_queue_timeout="cancel_then_fail", deferrable=True
    )
    event = bench.triggered(deferred_trigger(bench, of))
    bench.world.advance(700)

    with pytest.raises(MediaJobTimeout):
        bench.resumed(of, event)

    assert [request.method for request in bench.world.requests if request.method == "DELETE"] == []


def test_a_queue_limit_that_passes_while_deferred(bench: Bench) -> None:
    """The other way round: what the triggerer has seen pass has passed."""
    bench.world.add_job(HVOD, {"task_id": "1"}, "WAITING")
    of = sensor({"task_id": "1"}, HVOD, timeout=3600, queue_timeout=200, deferrable=True)
    event = bench.triggered(deferred_trigger(bench, of))
    bench.world.advance(600)

    with pytest.raises(MediaJobQueueTimeout):
        bench.resumed(of, event)


# --- answers that are lost --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["poke", "deferred"])
def test_trouble_after_an_end_does_not_undo_it(mode: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """One job is not found; that the vendor throttles looks at it since is no reason to doubt that."""
    bench.world.add_job(ICE, {"job_id": "B"}, "Processing")

    def happens(_number: int) -> None:
        if elapsed(bench) >= 60 and not bench.world.faults:
            bench.world.add_fault("vanish", ids={"job_id": "B"})
        if elapsed(bench) >= 150 and len(bench.world.faults) == 1:
            bench.world.add_fault("throttle", ids={"job_id": "A"})

    before_answers(bench, monkeypatch, happens)
    given = {"not_found_grace": 120, "wait_for": "any", "poll_interval": 10, "poke_interval": 10, "timeout": 1000}

    with pytest.raises(MediaJobNotFound if mode == "deferred" else MediaJobTimeout):
        bench.run(sensor({"job_id": ["A", "B"]}, ICE, **given, **MODES[mode]))


@pytest.mark.parametrize("mode", LOOKING)
def test_the_last_look_at_many_tasks_of_one_video(mode: str, bench: Bench) -> None:
    """It takes more calls than may be made at once; at the deadline it is finished all the same."""
    bench.store = StateStore()
    tasks = [{"video_id": "v", "transcode_task_id": f"t{number}"} for number in range(8)]
    for task in tasks:
        bench.world.add_job(VOD, task, [("Processing", 0), ("CompleteAllSucc", 90)])

    assert bench.run(sensor(tasks, VOD, timeout=120, **MODES[mode]))["state"] == "succeeded"


@pytest.mark.parametrize("mode", LOOKING)
@pytest.mark.parametrize(("kind", "every"), [(VOD, 10), (HVOD, 20)])
def test_a_look_of_many_calls_of_which_some_are_lost(
    kind: str, every: int, mode: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each brings something, which is not asked for again: a wait gets through in any mode."""
    bench.store = StateStore()
    names = [f"{number:04}" for number in range(4000 if kind == HVOD else 40)]
    ids = [{"task_id": name} if kind == HVOD else {"video_id": "v", "transcode_task_id": name} for name in names]
    for job in ids:
        bench.world.add_job(kind, job, "SUCCEED" if kind == HVOD else "CompleteAllSucc")

    def happens(number: int) -> None:
        if number % every == 0:
            raise TransportError("reset")

    before_answers(bench, monkeypatch, happens)
    wanted = ids[2000:2120:4] if kind == HVOD else ids

    assert bench.run(sensor(wanted, kind, timeout=1200, **MODES[mode]))["state"] == "succeeded"


@pytest.mark.parametrize("mode", LOOKING)
def test_details_that_are_lost_do_not_make_an_older_run_the_one_asked_for(mode: str, bench: Bench) -> None:
    """Nothing that they could tell would make it younger: it is not found after its grace, as ever."""
    bench.store = StateStore()
    bench.world.add_job(VOD, {"video_id": "v", "transcode_task_id": "old"}, "CompleteAllSucc", age=7 * 86_400)
    bench.world.add_fault("server_error", action="GetTranscodeTask")

    with pytest.raises(MediaJobNotFound, match=r"only older runs visible for 6\d\d s"):
        bench.run(sensor({"video_id": "v"}, VOD, timeout=7200, **MODES[mode]))


def test_an_older_task_that_may_be_the_one(bench: Bench) -> None:
    """It does not say what started it, but when it was made, it does."""
    task = {"video_id": "v", "transcode_task_id": "old"}
    bench.world.add_job(VOD, task, "Processing", age=7 * 86_400, record={"Trigger": None})

    with pytest.raises(MediaJobNotFound, match="only older runs visible for 600 s"):
        bench.run(sensor({"video_id": "v", "trigger": "Auto"}, VOD, timeout=7200))


def test_a_secrets_backend_that_fails_in_a_long_look(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token has expired, and the connection cannot be read anew for a while: that only delays."""
    ids = [str(number) for number in range(80)]
    for job_id in ids:
        bench.world.add_job(MPC, {"job_id": job_id}, "SUCCEEDED")
    of = sensor(ids)
    hook = bench.hook(of)
    look, find, calls = hook.look, lookup.find, 0

    def looked(refs: list[JobRef]) -> dict[JobRef, Answer]:
        nonlocal calls
        calls += 1
        if calls == 6:
            monkeypatch.setattr(lookup, "find", down)
            raise CredentialsExpired("APIGW.0307", "expired")
        return look(refs)

    def down(*_given: Any) -> Any:
        raise ConnectionUnavailable("the connection could not be looked up")

    def up(seconds: float) -> None:
        sleep(seconds)
        if seconds > 30:
            monkeypatch.setattr(lookup, "find", find)

    sleep = bench._sleep
    monkeypatch.setattr(hook, "look", looked)
    monkeypatch.setattr(bench, "hook", lambda _sensor: hook)
    monkeypatch.setattr(bench, "_sleep", up)

    assert bench.run(of)["state"] == "succeeded"
    assert calls > 8
