# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests ``cancel_then_fail``: what is cancelled, what cannot be, and what the message says of it."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowTaskTimeout

from airflow_provider_mediajobs.core.decision import TimedOut
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.cancelling import cancelled
from airflow_provider_mediajobs.sensors.errors import MediaJobQueueTimeout, MediaJobTimeout

from .conftest import Bench

HVOD: dict[str, Any] = {"kind": "huawei.vod.editing", "ids": {"task_id": "1"}}
MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
QUEUE: dict[str, Any] = {"queue_timeout": 100, "on_queue_timeout": "cancel_then_fail"}
DEADLINE: dict[str, Any] = {"timeout": 100, "on_timeout": "cancel_then_fail"}


def message(bench: Bench, error: type[Exception], **given: Any) -> str:
    """What the failed task says after what made it fail."""
    with pytest.raises(error) as caught:
        bench.run(MediaJobSensor(task_id="wait", **({"timeout": 3600} | given)))
    said, _, command = str(caught.value).partition("; to look at it: ")
    assert command.startswith("mediajobs status huawei_mediajobs_default huawei.")
    return said.partition("console: ")[2].partition("; ")[2]


def words(world: World) -> list[str]:
    """The jobs, in the vendor's words."""
    return [job.at(world.now()).state for job in world.jobs]


def deletes(world: World) -> int:
    return len([request for request in world.requests if request.method == "DELETE"])


@pytest.mark.parametrize(("kind", "word"), [(HVOD, "CANCEL"), (MPC, "CANCELED")])
@pytest.mark.parametrize(("limit", "error"), [(QUEUE, MediaJobQueueTimeout), (DEADLINE, MediaJobTimeout)])
def test_a_queued_job(limit: Any, error: type[Exception], kind: Any, word: str, bench: Bench) -> None:
    """It costs nothing any more."""
    bench.world.add_job(kind["kind"], kind["ids"], "WAITING")
    (name, value) = next(iter(kind["ids"].items()))

    assert message(bench, error, **kind, **limit) == f"{kind['kind']} {name}={value} was cancelled"
    assert words(bench.world) == [word]


@pytest.mark.parametrize("limit", [{"queue_timeout": 100}, {"timeout": 100}])
def test_by_default_nothing_is_cancelled(limit: Any, bench: Bench) -> None:
    """It is paid for, or will be wanted."""
    bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, "WAITING")

    assert message(bench, Exception, **(HVOD | limit)) == ""
    assert (words(bench.world), deletes(bench.world)) == (["WAITING"], 0)


def test_each_limit_has_its_own_choice(bench: Bench) -> None:
    """A deadline cancels nothing where only the queue's limit does, and the other way round."""
    bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, "WAITING")

    assert message(bench, MediaJobTimeout, **(HVOD | QUEUE | {"timeout": 50})) == ""
    assert message(bench, MediaJobQueueTimeout, **(HVOD | DEADLINE | {"timeout": 500, "queue_timeout": 60})) == ""
    assert deletes(bench.world) == 0


def test_a_job_that_runs_is_not_even_tried(bench: Bench) -> None:
    """The vendor cancels queued jobs only; the message says what that means."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, "PROCESSING")

    said = message(bench, MediaJobTimeout, **(MPC | DEADLINE))

    assert said == (
        "huawei.mpc.editing job_id=1 could not be cancelled, since it runs: it goes on and still costs money"
    )
    assert deletes(bench.world) == 0


def test_a_job_that_has_just_begun(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the last look and the cancellation."""
    job = bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, "WAITING")
    hook = bench.hook(MediaJobSensor(task_id="wait", **HVOD))
    cancel = hook.cancel_job

    def late(*given: Any, **ids: Any) -> None:
        job.end("PROCESSING", bench.world.now())
        cancel(*given, **ids)

    monkeypatch.setattr(hook, "cancel_job", late)
    monkeypatch.setattr(bench, "hook", lambda _sensor: hook)

    said = message(bench, MediaJobQueueTimeout, **HVOD, **QUEUE)

    assert said.startswith("huawei.vod.editing task_id=1 could not be cancelled (VOD.10053: The request parameter is ")
    assert said.endswith("); it is running (the vendor says 'PROCESSING', 99 %), and may still cost money")


def test_an_answer_that_was_lost(bench: Bench) -> None:
    """The cancellation is tried again and refused, since there is nothing to cancel: the job itself says so."""
    bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, "WAITING")
    hook = bench.hook(MediaJobSensor(task_id="wait", **HVOD))
    bench.world.jobs[0].end("CANCEL", bench.world.now())

    (ref,) = MediaJobSensor(task_id="wait", **HVOD).refs().refs
    decision = cancelled(hook, TimedOut("too late"), ((ref, JobState.PENDING),), bench._sleep)

    assert decision == TimedOut("too late; huawei.vod.editing task_id=1 was cancelled")


@pytest.mark.parametrize(
    ("fault", "now"),
    [
        ("vanish", "not visible"),
        ("reject_id", "unknown (VOD.10053: The request parameter is illegal, illegal field: {task_id}."),
    ],
)
def test_a_job_that_cannot_be_seen_any_more(
    fault: str, now: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not known is not claimed."""
    bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, "WAITING")
    hook = bench.hook(MediaJobSensor(task_id="wait", **HVOD))
    cancel = hook.cancel_job

    def late(*given: Any, **ids: Any) -> None:
        bench.world.jobs[0].end("PROCESSING", bench.world.now())
        try:
            cancel(*given, **ids)
        finally:
            bench.world.add_fault(fault, **({"ids": {"task_id": "1"}} if fault == "reject_id" else {}))

    monkeypatch.setattr(hook, "cancel_job", late)
    monkeypatch.setattr(bench, "hook", lambda _sensor: hook)

    assert f"; it is {now}" in message(bench, MediaJobQueueTimeout, **HVOD, **QUEUE)


def test_a_job_of_which_there_is_no_news(bench: Bench) -> None:
    """It may be in the queue, so it is tried; the vendor knows."""
    bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, "WAITING")
    of = MediaJobSensor(task_id="wait", **HVOD, **DEADLINE)
    bench.world.add_fault("server_error", times=3)

    with pytest.raises(MediaJobTimeout, match=r"no news: .*; huawei\.vod\.editing task_id=1 was cancelled"):
        bench.run(of)


def test_many_are_cancelled_at_the_workers_pace(bench: Bench) -> None:
    """Five at once, then one every three seconds."""
    for number in range(8):
        bench.world.add_job("huawei.mpc.editing", {"job_id": str(number)}, "WAITING")
    ids = [str(number) for number in range(8)]

    said = message(bench, MediaJobTimeout, **(MPC | DEADLINE | {"ids": ids}))

    assert said.count(" was cancelled") == 8
    assert bench.slept == [60.0, 40.0, 3.0, 3.0, 3.0]
    assert words(bench.world) == ["CANCELED"] * 8


def several(bench: Bench, number: int) -> Any:
    """Queued jobs of a wait at its deadline."""
    for each in range(number):
        bench.world.add_job("huawei.mpc.editing", {"job_id": str(each)}, "WAITING")
    return MPC | DEADLINE | {"ids": [str(each) for each in range(number)]}


def test_an_outage_stops_it(bench: Bench) -> None:
    """What keeps one job from being cancelled for half a minute keeps the others from it too."""
    bench.world.add_fault("server_error", action="DeleteEditingJob")

    first, second, third = message(bench, MediaJobTimeout, **several(bench, 3)).split("; huawei.mpc.editing ")

    assert first.startswith("huawei.mpc.editing job_id=0 could not be cancelled (")
    assert first.endswith("; it is pending (the vendor says 'WAITING', 0 %), and may still cost money")
    assert second == "job_id=1 was not tried after that, and may still cost money"
    assert third == "job_id=2 was not tried after that, and may still cost money"


def test_a_refusal_of_one_does_not_stop_it(bench: Bench) -> None:
    """It says nothing of the next one."""
    given = several(bench, 2)
    bench.world.jobs[0].end("PROCESSING", bench.world.now())
    of = MediaJobSensor(task_id="wait", **given)
    jobs = tuple((ref, JobState.PENDING) for ref in of.refs().refs)

    told = cancelled(bench.hook(of), TimedOut("too late"), jobs, bench._sleep).reason

    assert told.startswith("too late; huawei.mpc.editing job_id=0 could not be cancelled (")
    assert told.endswith("; huawei.mpc.editing job_id=1 was cancelled")


def test_execution_timeout_on_the_way(bench: Bench) -> None:
    """What made the wait end is told all the same, and what has been cancelled."""

    def sleep(_seconds: float) -> None:
        raise AirflowTaskTimeout

    of = MediaJobSensor(task_id="wait", **several(bench, 8))
    jobs = tuple((ref, JobState.PENDING) for ref in of.refs().refs)

    told = cancelled(bench.hook(of), TimedOut("too late"), jobs, sleep).reason

    assert told.startswith("too late; execution_timeout passed with 3 jobs left, which may still cost money; ")
    assert told.count(" was cancelled") == 5


def test_the_message_stays_short(bench: Bench) -> None:
    """Ten are told, first those that still cost money; the others are counted."""
    given = several(bench, 12)
    for running in (10, 11):
        bench.world.jobs[running].end("PROCESSING", bench.world.now())

    said = message(bench, MediaJobTimeout, **given)

    assert said.startswith(
        "10 of 12 jobs were cancelled: huawei.mpc.editing job_id=10 could not be cancelled, since it "
    )
    assert "; huawei.mpc.editing job_id=11 could not be cancelled, since it runs: " in said
    assert said.count(" was cancelled") == 8
    assert said.endswith("; and 2 more")


def test_a_skip_cancels_too(bench: Bench) -> None:
    """``soft_fail`` decides what the task is called, not what becomes of the job."""
    bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, "WAITING")

    message(bench, Exception, **HVOD, **QUEUE, soft_fail=True)

    assert words(bench.world) == ["CANCEL"]


@pytest.mark.parametrize("given", [{"deferrable": True}, {"start_in_triggerer": True}], ids=str)
def test_out_of_the_triggerer(given: Any, bench: Bench) -> None:
    """A worker does it: what has to be done by network has no place in an end that is told by an event."""
    bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, "WAITING")

    assert message(bench, MediaJobQueueTimeout, **HVOD, **QUEUE, **given).endswith("task_id=1 was cancelled")
    assert deletes(bench.world) == 1
