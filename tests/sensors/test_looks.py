# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests looks at several jobs of which some calls fail: they end, make few calls, and lose no answer.

Covers ``sensors.watch``.
"""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk import BaseHook
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.errors import ServerFault
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.sensors.errors import MediaJobNotFound, MediaJobQueueTimeout, MediaJobTimeout

from .conftest import Bench, StateStore, deferred_trigger
from .modes import MODES
from .test_trouble import HVOD, LOOKING, MPC, VOD, before_answers, elapsed, sensor


def tasks_of_a_video(count: int) -> list[dict[str, str]]:
    return [{"video_id": "v", "transcode_task_id": f"t{number}"} for number in range(count)]


def actions(bench: Bench) -> list[str]:
    return [request.call.action for request in bench.world.requests]


# --- trouble with some ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", LOOKING)
def test_one_that_is_not_there_and_one_that_cannot_be_told(mode: str, bench: Bench) -> None:
    """Neither keeps the look from ending: the first one's grace passes as ever."""
    bench.store = StateStore()
    ids = [{"video_id": "v", "template_group_id": "none"}, {"video_id": "v", "transcode_task_id": "t0"}]
    bench.world.add_job(VOD, tasks_of_a_video(1)[0], "CompleteAllSucc")
    bench.world.add_fault("throttle", action="GetTranscodeTask", retry_after=60)

    with pytest.raises(MediaJobNotFound):
        bench.run(sensor(ids, VOD, not_found_grace=200, **MODES[mode]))

    assert 200 <= elapsed(bench) <= 320
    assert len(actions(bench)) <= 20


@pytest.mark.parametrize("mode", ["poke", "reschedule"])
def test_one_that_is_rejected_and_one_that_cannot_be_told(mode: str, bench: Bench) -> None:
    """Each is asked for once in a look, and again in the next."""
    bench.store = StateStore()
    bench.world.add_fault("reject_id", ids={"task_id": "no"})
    bench.world.add_fault("throttle", ids={"task_id": "5"}, retry_after=60)

    with pytest.raises(MediaJobTimeout):
        bench.run(sensor(["no", "5"], HVOD, wait_for="any", timeout=600, **MODES[mode]))

    assert len(actions(bench)) <= 40


def test_a_vendor_that_wants_to_be_left_alone_midway(bench: Bench) -> None:
    """What is known is kept, and nothing is asked until then."""
    for task, word in zip(tasks_of_a_video(2), ("CompleteAllSucc", "Processing"), strict=True):
        bench.world.add_job(VOD, task, word)
    bench.world.add_fault("throttle", action="GetTranscodeTask", times=1, retry_after=200)

    with pytest.raises(MediaJobTimeout, match="1 succeeded, 1 running"):
        bench.run(sensor(tasks_of_a_video(2), VOD, timeout=250))

    assert bench.slept[0] == 200.0
    assert actions(bench)[:4] == ["ListTranscodeTask", "GetTranscodeTask"] * 2


@pytest.mark.parametrize("mode", LOOKING)
def test_a_vendor_that_wants_to_be_left_alone_for_a_day(mode: str, bench: Bench) -> None:
    """No wait is lost to a header: ten minutes are enough."""
    bench.store = StateStore()
    bench.world.add_job(MPC, {"job_id": "1"}, "SUCCEEDED")
    bench.world.add_fault("throttle", times=1, retry_after=80_000)

    assert bench.run(sensor({"job_id": "1"}, timeout=86_400, **MODES[mode]))["state"] == "succeeded"
    assert elapsed(bench) <= 700


@pytest.mark.parametrize("mode", LOOKING)
@pytest.mark.parametrize("poisonous", ["0", "3", "9"])
def test_a_job_that_breaks_the_answer_about_all(poisonous: str, mode: str, bench: Bench) -> None:
    """The others are asked for alone."""
    bench.store = StateStore()
    for number in range(10):
        bench.world.add_job(MPC, {"job_id": str(number)}, "SUCCEEDED")
    bench.world.add_fault("server_error", ids={"job_id": poisonous})

    result = bench.run(sensor([str(number) for number in range(10)], wait_for=9, **MODES[mode]))
    assert [job["state"] for job in result["jobs"]].count("succeeded") == 9
    assert elapsed(bench) <= 200


def test_a_vendor_that_is_broken_is_not_asked_for_each_alone(bench: Bench) -> None:
    """Three answers in a row that are none end the look."""
    for number in range(10):
        bench.world.add_job(MPC, {"job_id": str(number)}, "SUCCEEDED")
    bench.world.add_fault("server_error", times=6)

    assert bench.run(sensor([str(number) for number in range(10)]))["state"] == "succeeded"
    assert bench.slept == [60.0, 60.0]
    assert len(actions(bench)) == 7


@pytest.mark.parametrize("mode", LOOKING)
def test_a_task_whose_details_never_come(mode: str, bench: Bench) -> None:
    """It keeps no other of its video waiting."""
    bench.store = StateStore()
    for task in tasks_of_a_video(5):
        bench.world.add_job(VOD, task, "CompleteAllSucc")
    bench.world.add_fault("hang", ids={"transcode_task_id": "t0"}, action="GetTranscodeTask")

    result = bench.run(sensor(tasks_of_a_video(5), VOD, wait_for="any", **MODES[mode]))
    assert "succeeded" in {job["state"] for job in result["jobs"]}
    assert elapsed(bench) <= 60


# --- looks that take long ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["poke", "reschedule"])
def test_a_limit_is_measured_from_answer_to_answer(mode: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten jobs start after 100 s; the second look takes 100 s, but they were the first that it asked for."""
    bench.store = StateStore()
    waits, runs = [("WAITING", 0), ("PROCESSING", 100), ("SUCCEEDED", 400)], [("PROCESSING", 0), ("SUCCEEDED", 400)]
    for number in range(100):
        bench.world.add_job(MPC, {"job_id": str(number)}, waits if number < 10 else runs)
    before_answers(bench, monkeypatch, lambda number: bench.world.advance(10) if 10 < number <= 20 else None)

    ids = [str(number) for number in range(100)]
    assert bench.run(sensor(ids, queue_timeout=150, **MODES[mode]))["state"] == "succeeded"


@pytest.mark.parametrize("late", [0, 55, 70, 200])
def test_a_last_look_by_a_worker_that_comes_late(late: float, bench: Bench) -> None:
    """It has its minute from then on: all had ended in time."""
    for task in tasks_of_a_video(8):
        bench.world.add_job(VOD, task, [("Processing", 0), ("CompleteAllSucc", 119.9)])
    of = sensor(tasks_of_a_video(8), VOD, timeout=120, deferrable=True)
    event = bench.triggered(deferred_trigger(bench, of))
    bench.world.advance(late)

    assert bench.resumed(of, event)["state"] == "succeeded"


@pytest.mark.parametrize("mode", ["poke", "deferred"])
@pytest.mark.parametrize("late", [0, 5, 100])
def test_a_limit_after_the_deadline_ends_nothing(late: float, mode: str, bench: Bench) -> None:
    """Also where the last look is made when it would have passed; so nothing is cancelled for it."""
    bench.world.add_job(HVOD, {"task_id": "1"}, "WAITING")
    limits = {"queue_timeout": 605, "stall_timeout": 610, "on_queue_timeout": "cancel_then_fail"}
    of = sensor({"task_id": "1"}, HVOD, timeout=600, **limits, **MODES[mode])

    def run() -> None:
        if mode == "deferred":
            event = bench.triggered(deferred_trigger(bench, of))
            bench.world.advance(late)
            bench.resumed(of, event)
        else:
            bench.run(of)

    with pytest.raises(MediaJobTimeout):
        run()
    assert "DELETE" not in {request.method for request in bench.world.requests}


def test_a_limit_at_the_deadline_ends_it(bench: Bench) -> None:
    """What has passed by then has passed."""
    bench.world.add_job(HVOD, {"task_id": "1"}, "WAITING")
    with pytest.raises(MediaJobQueueTimeout):
        bench.run(sensor({"task_id": "1"}, HVOD, timeout=600, queue_timeout=600))


# --- what is between two processes ------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["reading", "writing"])
def test_a_store_that_fails_does_not_move_the_deadline(trouble: str, bench: Bench) -> None:
    """Airflow still knows when the wait was rescheduled for the first time."""
    bench.world.add_job(MPC, {"job_id": "1"}, "PROCESSING")
    bench.store = StateStore()
    if trouble == "reading":
        bench.store.trouble = RuntimeError("down")
    else:
        bench.store.read_only = True

    with pytest.raises(MediaJobTimeout):
        bench.run(sensor({"job_id": "1"}, timeout=600, mode="reschedule"))

    assert elapsed(bench) <= 700


class OwnFault(ServerFault):
    """As a transport, or a test, may make one of its own."""


@pytest.mark.parametrize("mode", LOOKING)
def test_a_special_case_of_an_error(mode: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is handed over as what it is a case of."""
    bench.store = StateStore()

    def handled(_: HttpRequest) -> None:
        raise OwnFault("Own")

    monkeypatch.setattr(bench.world, "handle", handled)
    with pytest.raises(MediaJobTimeout, match="Own"):
        bench.run(sensor({"job_id": "1"}, timeout=120, **MODES[mode]))


# --- trouble with the connection --------------------------------------------------------------------------------


def test_a_look_up_that_breaks_in_a_way_nobody_thought_of(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It delays a wait on a worker too, is told at once and every ten minutes, and at the deadline."""
    bench.world.add_job(MPC, {"job_id": "1"}, "PROCESSING")

    def broken(_conn_id: str) -> Any:
        return object()

    monkeypatch.setattr(BaseHook, "get_connection", broken)
    with (
        capture_logs() as logs,
        pytest.raises(MediaJobTimeout, match=r"could not be looked up \(AttributeError: 'object'"),
    ):
        bench.run(sensor({"job_id": "1"}, MPC, timeout=1500))
    warned = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    assert len(warned) == 3
    assert all("could not be looked up (AttributeError: 'object' object has no attribute" in text for text in warned)
    assert all(text.endswith("; the wait goes on") for text in warned)
