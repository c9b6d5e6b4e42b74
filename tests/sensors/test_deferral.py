# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how a wait is deferred to the triggerer, and resumed.

Covers ``sensors.deferring``, ``sensors.waiting``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.bases.operator import TRIGGER_FAIL_REPR, TriggerFailureReason
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
    AirflowTaskTimeout,
    TaskDeferralError,
    TaskDeferred,
)
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.times import format_time, parse_time
from airflow_provider_mediajobs.core.wait_event import NO_EVENT
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobBadParameter,
    MediaJobIdsChanged,
    MediaJobTimeout,
    MediaJobWaitBroken,
)
from airflow_provider_mediajobs.sensors.job import TRIGGER_FAIL, TRIGGER_TIMEOUT
from airflow_provider_mediajobs.triggers.wait import DeferredWait
from airflow_provider_mediajobs.vendors import KINDS

from ..kinds import FACTS
from .conftest import Bench, deferred_trigger

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}


def sensor(**given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", **({"deferrable": True, "timeout": 3600} | MPC | given))


def deferral(bench: Bench, of: MediaJobSensor) -> TaskDeferred:
    """What ends the task's first process."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    with pytest.raises(AirflowSensorTimeout):
        bench.run(of)
    (deferred,) = bench.deferrals
    return deferred


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back(kind: str, bench: Bench) -> None:
    """Deferred once, with plain arguments; what comes back from Airflow's serialization waits for the same job."""
    job, known = dict(FACTS[kind].job), FACTS[kind]
    bench.world.add_job(kind, job, [(known.running, 0), (known.done, 30)])

    result = bench.run(sensor(kind=kind, ids=job))

    assert (result["kind"], result["ids"], result["state"]) == (kind, job, "succeeded")
    assert len(bench.deferrals) == 1


def test_what_is_stored(bench: Bench) -> None:
    """In clear, so without secrets; names and class path are public."""
    start = bench.world.now()

    deferred = deferral(
        bench, sensor(region="cn-north-1", on_partial="skip", not_found_grace=5, poll_interval=20, timeout=600)
    )

    path, kwargs = deferred.trigger.serialize()
    assert path == "airflow_provider_mediajobs.triggers.job.MediaJobTrigger"
    (before,) = kwargs.pop("before")
    assert before == {
        "mark": "running (the vendor says 'PROCESSING', 0 %)",
        "unchanged_since": format_time(start),
        "told_at": format_time(start),
    }
    assert kwargs == {
        "version": 2,
        "readable_by": 2,
        "anew": 0,
        "kind": "huawei.mpc.editing",
        "ids": [{"job_id": "1"}],
        "many": False,
        "created_after": None,
        "conn_id": "huawei_mediajobs_default",
        "region": "cn-north-1",
        "project_id": None,
        "deadline": format_time(start + timedelta(seconds=600)),
        "ends_at": format_time(start + timedelta(seconds=600)),
        "timeout": 600.0,
        "policy": {"on_partial": "skip", "not_found_grace": 5.0},
        "poll_interval": 20.0,
        "report": {"looks": 1, "calls": 1, "throttled": 0, "retried": 0},
        "finish": False,
        "push": True,
    }
    assert deferred.kwargs == {
        "wait": {
            "version": 2,
            "readable_by": 2,
            "ids": [{"job_id": "1"}],
            "created_after": None,
            "start": format_time(start),
            "deadline": format_time(start + timedelta(seconds=600)),
            "report": {"looks": 1, "calls": 1, "throttled": 0, "retried": 0},
        }
    }
    assert (deferred.method_name, deferred.timeout) == ("execute_complete", timedelta(seconds=600, days=1, minutes=2))


CHOICES: dict[str, Any] = {
    "on_partial": "skip",
    "required_definitions": ["HD"],
    "wait_for": "any",
    "fail_fast": False,
    "until": "finished",
    "not_found_grace": 5.0,
    "queue_timeout": 7.0,
    "stall_timeout": 8.0,
    "episodes": 2,
}


@pytest.mark.parametrize("name", Policy._fields)
def test_every_choice_reaches_the_trigger(name: str, bench: Bench) -> None:
    """An argument that changed the outcome on workers only would be a lie in the triggerer."""
    kind = {"required_definitions": "alibaba.vod.transcode", "episodes": "alibaba.live.editing"}.get(name, MPC["kind"])
    ids = {"alibaba.vod.transcode": {"video_id": "v"}, "alibaba.live.editing": {"caster_id": "c"}}.get(kind, MPC["ids"])
    of = sensor(kind=kind, ids=ids, **{name: CHOICES[name]})

    trigger = deferred_trigger(bench, of)

    chosen = DeferredWait(trigger.arguments, trigger.log).spec.policy
    assert chosen == of.policy
    assert chosen != Policy()
    assert name in trigger.arguments["policy"]


@pytest.mark.parametrize(("timeout", "ends_after"), [(5, 10), (10, 10), (11, 11)])
def test_no_deferral_is_shorter_than_ten_seconds(timeout: float, ends_after: float, bench: Bench) -> None:
    """Airflow may fail a task whose trigger fires before its worker has gone."""
    start = bench.world.now()

    deferral(bench, sensor(timeout=timeout))

    assert round((bench.world.now() - start).total_seconds()) == ends_after


def test_a_job_that_has_ended_is_not_deferred(bench: Bench) -> None:
    """One look on the worker comes first."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")

    assert bench.run(sensor())["wait"]["looks"] == 1
    assert bench.deferrals == []


def test_a_throttled_first_look_defers(bench: Bench) -> None:
    """No news is no reason to stay."""
    bench.world.add_fault("throttle", times=1)
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 30)])

    wait = bench.run(sensor())["wait"]

    assert (wait["throttled"], wait["looks"] >= 2) == (1, True)


def test_one_more_look_at_the_deadline(bench: Bench) -> None:
    """By the worker that resumes the task: what happened since the trigger's last look counts."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 599.5)])

    assert bench.run(sensor(timeout=600))["state"] == "succeeded"


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        ({}, AirflowTaskTimeout),
        ({"soft_fail": True}, AirflowSkipException),
        ({"never_fail": True}, AirflowSkipException),
    ],
)
def test_execution_timeout(flags: Any, error: type[BaseException], bench: Bench) -> None:
    """Airflow does not enforce it while a task is deferred; the trigger does."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    start = bench.world.now()

    with pytest.raises(error, match=r"execution_timeout passed while the task was deferred; running"):
        bench.run(sensor(execution_timeout=timedelta(seconds=90), **flags))

    assert round((bench.world.now() - start).total_seconds()) == 90


# --- no triggerer ends the deferral -----------------------------------------------------------------------------


def ended_by_airflow(bench: Bench, of: MediaJobSensor, after: float, error: str = "Trigger timeout") -> Any:
    """Defer the task, and resume it as Airflow's scheduler has it resumed where no trigger has fired."""
    ti = bench.instance()
    if not of.start_from_trigger:
        with pytest.raises(TaskDeferred):
            bench.once(of, ti)
    bench.world.advance(after)
    resumed: Any = of.execute_complete

    def by_bench(context: Any, event: Any = None) -> Any:
        return resumed(context, event, hook=bench.hook(of), now=bench.world.now)

    of.__dict__["execute_complete"] = by_bench
    return of.resume_execution("__fail__", {"error": error}, bench.context(ti))


def test_these_are_the_words_of_airflow() -> None:
    assert (TRIGGER_FAIL_REPR, TriggerFailureReason.TRIGGER_TIMEOUT.value) == (TRIGGER_FAIL, TRIGGER_TIMEOUT)


@pytest.mark.parametrize("start", [False, True], ids=["deferred", "started"])
def test_a_job_that_ended_while_no_triggerer_ran(start: bool, bench: Bench) -> None:
    """A last look opens the gate."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 500)])
    of = sensor(start_in_triggerer=start)
    with capture_logs() as logs:
        result = ended_by_airflow(bench, of, 3600 + 86_520)
    assert (result["state"], result["wait"]["looks"]) == ("succeeded", 1)
    assert any("Airflow ended the deferral, since no triggerer had done so in time" in str(entry) for entry in logs)


@pytest.mark.parametrize("word", ["FAILED", "CANCELED"])
def test_a_job_that_failed_while_no_triggerer_ran(word: str, bench: Bench) -> None:
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), (word, 500)])
    with pytest.raises(AirflowFailException, match=f"the vendor says '{word}'"):
        ended_by_airflow(bench, sensor(), 3600 + 86_520)


@pytest.mark.parametrize(
    ("flags", "error"),
    [({}, MediaJobTimeout), ({"soft_fail": True}, AirflowSkipException), ({"never_fail": True}, AirflowSkipException)],
    ids=str,
)
def test_a_timeout_while_no_triggerer_ran(flags: Any, error: type[BaseException], bench: Bench) -> None:
    """It reads as if a triggerer had ended the wait."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    with pytest.raises(error, match=r"still waiting after 3600 s; at the last look: running \(the vendor says"):
        ended_by_airflow(bench, sensor(**flags), 3600 + 86_520)


def test_execution_timeout_while_no_triggerer_ran(bench: Bench) -> None:
    """It stays what Airflow retries, and is not taken for the sensor's time-out."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor(execution_timeout=timedelta(seconds=90), start_in_triggerer=True)
    with pytest.raises(AirflowTaskTimeout, match="execution_timeout passed while the task was deferred; running"):
        ended_by_airflow(bench, of, 90)


def test_the_end_came_too_early(bench: Bench) -> None:
    """By the scheduler's clock, which is ahead of this worker's: the wait goes on until the same deadline."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    start = bench.world.now()
    with pytest.raises(TaskDeferred) as caught:
        ended_by_airflow(bench, sensor(start_in_triggerer=True), 3500)
    deadline = parse_time(caught.value.trigger.serialize()[1]["deadline"])
    assert deadline == start + timedelta(seconds=3600)


def test_a_forged_end_of_the_deferral(bench: Bench) -> None:
    """What Airflow has kept with the task holds: a look at another job opens no gate."""
    deferral(bench, of := sensor())
    bench.world.add_job("huawei.mpc.editing", {"job_id": "2"}, script="SUCCEEDED")
    of.ids = {"job_id": "2"}
    with pytest.raises(MediaJobIdsChanged, match="this try waits for"):
        bench.resumed(of, NO_EVENT, **bench.kept())


def test_a_trigger_that_failed(bench: Bench) -> None:
    """Airflow raises its own error, and retries."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")
    with pytest.raises(TaskDeferralError):
        ended_by_airflow(bench, sensor(start_in_triggerer=True), 10, "Trigger failure")


# --- what is told -----------------------------------------------------------------------------------------------


def test_what_was_logged_is_told_in_the_task_log(bench: Bench) -> None:
    """Every change, with its time; the worker repeats what the triggerer wrote."""
    bench.world.add_job(
        "huawei.mpc.editing", {"job_id": "1"}, [("WAITING", 0), ("PROCESSING", 200), ("SUCCEEDED", 400)]
    )

    with capture_logs() as logs:
        bench.run(sensor())

    told = [entry["event"] for entry in logs]
    deferred = [line for line in told if line.startswith("huawei.mpc.editing job_id=1: ")]
    repeated = [line for line in told if line.startswith("while deferred, at ")]
    assert deferred[1].endswith("pending (the vendor says 'WAITING', 0 %)")
    assert any("running (the vendor says 'PROCESSING'" in line for line in repeated)
    assert [line.partition("+00:00: ")[2] for line in repeated] == deferred[2:-2]  # what the triggerer told of the job
    assert deferred[-2].endswith(": nothing more to wait for: succeeded; a worker ends the task")
    assert ": wait over: succeeded; " in deferred[-1]


def test_progress_is_told_now_and_then(bench: Bench) -> None:
    """A triggerer stands still while its supervisor is too busy to read its lines: a thousand waits keep it short."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 300)])

    with capture_logs() as logs:
        result = bench.run(sensor(poll_interval=5))

    told = [entry["event"] for entry in logs if entry["event"].startswith("huawei.mpc.editing job_id=1: running")]
    assert result["wait"]["looks"] > 20
    assert 4 <= len(told) <= 6


@pytest.mark.parametrize("event", [None, "success", {"status": "success"}, {"schema": 1}])
def test_an_event_that_is_none_of_ours(event: Any, bench: Bench) -> None:
    """It opens no gate; Airflow may retry."""
    with pytest.raises(MediaJobWaitBroken, match="wait: not an event of this package's trigger"):
        sensor().execute_complete({}, event, now=bench.world.now)
    with pytest.raises(AirflowSkipException, match="never_fail"):
        sensor(never_fail=True).execute_complete({}, event, now=bench.world.now)


def test_an_event_of_another_job(bench: Bench) -> None:
    """Templates that render to something else on the way back are no reason to believe it."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 30)])
    trigger = deferred_trigger(bench, sensor())
    event = bench.triggered(trigger)

    with pytest.raises(MediaJobWaitBroken, match="'2'"):
        sensor(ids={"job_id": "2"}).execute_complete({}, event, now=bench.world.now)


@pytest.mark.parametrize(("soft_fail", "error"), [(False, MediaJobBadParameter), (True, AirflowSkipException)])
def test_an_argument_that_renders_to_nothing_on_the_way_back(
    soft_fail: bool, error: type[Exception], bench: Bench
) -> None:
    """It is the author's mistake, as it would have been at the start, and no trouble with the event."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 30)])
    event = bench.triggered(deferred_trigger(bench, sensor()))
    again = sensor(soft_fail=soft_fail)
    again.ids = {"job_id": None}

    with pytest.raises(error, match="job_id is None: the template or XCom behind it gave nothing"):
        bench.resumed(again, event)


@pytest.mark.parametrize("flag", ["soft_fail", "never_fail"])
def test_a_skip_out_of_the_triggerer_keeps_its_reason(flag: str, bench: Bench) -> None:
    """Airflow's base class has a text of its own for it, which names no job."""
    of = sensor(timeout=100, **{flag: True})
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    event = bench.triggered(deferred_trigger(bench, of))
    event["at"] = event["ends_at"]

    def resumed(context: Any, event: Any) -> Any:
        return MediaJobSensor.execute_complete(of, context, event, hook=bench.hook(of), now=bench.world.now)

    of.execute_complete = resumed  # type: ignore[method-assign,assignment]
    with pytest.raises(AirflowSkipException, match="job_id=1: still waiting after 100 s"):
        of.resume_execution("execute_complete", {"event": event}, bench.context(bench.instance()))


def test_an_event_without_a_reason(bench: Bench) -> None:
    """A trigger that fires while the job still runs opens no gate."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 30)])
    event = bench.triggered(deferred_trigger(bench, sensor()))
    event["jobs"][0]["answer"]["job"] |= {"state": "running", "raw_state": "PROCESSING"}

    with pytest.raises(MediaJobWaitBroken, match="fired before anything ended the wait"):
        sensor().execute_complete({}, event, now=bench.world.now)


@pytest.mark.parametrize("change", [{"raw_state": "FAILED"}, {"state": "failed"}, {"ids": {}}, {"progress": "abc"}])
def test_an_event_that_contradicts_itself(change: Any, bench: Bench) -> None:
    """It opens no gate and fails none."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 30)])
    event = bench.triggered(deferred_trigger(bench, sensor()))
    event["jobs"][0]["answer"]["job"] |= change

    with pytest.raises(MediaJobWaitBroken, match="wait: not an event of this package's trigger"):
        bench.resumed(sensor(), event)


def test_a_record_that_was_cut(bench: Bench) -> None:
    """It is the same as where no triggerer was between: cut once."""
    big = {"description": 'é"' * 10_000}
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 30)], record=big)
    deferred = bench.run(sensor())["raw"]

    assert deferred["truncated"] is True
    assert bench.run(sensor(deferrable=False))["raw"] == deferred


def test_a_worker_whose_clock_is_behind(bench: Bench) -> None:
    """The triggerer's says that the deadline has passed: that is believed, and no other limit is blamed."""
    of = sensor(timeout=100)
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    event = bench.triggered(deferred_trigger(bench, of))
    behind = timedelta(seconds=60)

    with pytest.raises(AirflowSensorTimeout, match="still waiting after 100 s"):
        of.execute_complete({}, event, hook=bench.hook(of), now=lambda: bench.world.now() - behind)


def test_execution_timeout_is_counted_from_the_start_of_the_try(bench: Bench) -> None:
    """However long the first look takes."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor(execution_timeout=timedelta(seconds=90))
    instance = bench.instance()
    bench.world.advance(30)

    with pytest.raises(TaskDeferred) as deferral:
        bench.once(of, instance)

    assert deferral.value.trigger.serialize()[1]["ends_at"] == format_time(instance.start_date + timedelta(seconds=90))
    assert deferral.value.timeout == timedelta(seconds=60, days=1, minutes=2)
