# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests waits that pass from one release to another, and what is fixed once a try: ids, run, deadline.

Covers ``sensors.keeping``.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException, TaskDeferred
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.anew import begin_anew
from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.terms import Terms
from airflow_provider_mediajobs.core.times import format_time, parse_time
from airflow_provider_mediajobs.sensors import MediaJobSensor, checks
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobFailed,
    MediaJobIdsChanged,
    MediaJobNotFound,
    MediaJobTimeout,
    MediaJobWaitBroken,
)
from airflow_provider_mediajobs.triggers.job import MediaJobTrigger

from .conftest import Bench, StateStore, TaskInstance
from .modes import MODES

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
VIDEO: dict[str, Any] = {"kind": "alibaba.vod.transcode", "ids": {"video_id": "v"}}
RUNS = [("PROCESSING", 0), ("SUCCEEDED", 300)]


def sensor(**given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", **({"deferrable": True, "timeout": 3600} | MPC | given))


def clip(bench: Bench, script: Any) -> None:
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script)


def deferred(bench: Bench, of: MediaJobSensor, ti: TaskInstance | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Its row, and what Airflow keeps with the task."""
    with pytest.raises(TaskDeferred) as deferral:
        bench.once(of, ti or bench.instance())
    return stored(bench, deferral.value)


def stored(bench: Bench, deferral: TaskDeferred) -> tuple[dict[str, Any], dict[str, Any]]:
    bench.deferrals.append(deferral)
    return json.loads(json.dumps(deferral.trigger.serialize()[1])), bench.kept()


def to_its_end(
    bench: Bench, of: MediaJobSensor, row: dict[str, Any], kept: dict[str, Any], most: int = 9, **changes: Any
) -> Any:
    """Triggerer and worker in turn, as many times as it takes."""
    for _ in range(most):
        event = bench.triggered(MediaJobTrigger(**(row | changes)))
        try:
            return bench.resumed(of, event, **kept)
        except TaskDeferred as again:
            row, kept = stored(bench, again)
    raise AssertionError("it goes round for ever")


# --- begun anew -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"show_only": ["HD"]}, {"version": 9, "readable_by": 9}, {"ids": None}, {"deadline": 5}, {"policy": "x"}],
    ids=str,
)
@pytest.mark.parametrize("with_kept", [True, False])
def test_a_row_that_is_not_understood(changes: dict[str, Any], with_kept: bool, bench: Bench) -> None:
    """One look on a worker, which defers with ids, run and deadline unchanged; then it ends as every other wait."""
    ids = {"video_id": "v", "transcode_task_id": "t"}
    bench.world.add_job(VIDEO["kind"], ids, [("Processing", 0), ("CompleteAllSucc", 300)])
    of = sensor(**VIDEO, timeout=1000, finish_in_triggerer=True)
    row, kept = deferred(bench, of)

    event = bench.triggered(MediaJobTrigger(**(row | changes)))
    with capture_logs() as logs, pytest.raises(TaskDeferred) as again:
        bench.resumed(of, event, **(kept if with_kept else {}))

    new, kept_again = stored(bench, again.value)
    unchanged = ["kind", "ids", "many", "conn_id", "created_after", "deadline", "ends_at", "policy", "timeout"]
    if with_kept or "deadline" not in changes:
        assert {name: new[name] for name in unchanged} == {name: row[name] for name in unchanged}
        assert parse_time(kept_again["wait"]["start"]) == parse_time(kept["wait"]["start"])
    assert (new["anew"], kept_again["wait"]["anew"]) == (1, 1)
    assert new["report"]["looks"] == 2
    told = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    assert len(told) == 1
    assert told[0].startswith("wait: the wait is begun anew on a worker, until the same deadline: ")
    assert to_its_end(bench, of, new, kept_again)["state"] == "succeeded"


def test_two_releases_that_do_not_understand_each_other(bench: Bench) -> None:
    """Until the last triggerer is new: ever fewer starts of workers, and the deadline holds."""
    clip(bench, "PROCESSING")
    of = sensor(timeout=3600)
    start = bench.world.now()
    row, kept = deferred(bench, of)

    with pytest.raises(MediaJobTimeout, match="still waiting after 3600 s"):
        to_its_end(bench, of, row, kept, 30, show_only=["HD"])

    turns = len(bench.deferrals)
    assert 3600 <= (bench.world.now() - start).total_seconds() < 3615
    assert turns == 16


@pytest.mark.parametrize("kept_too", [True, False])
def test_the_end_of_a_job_is_met_by_the_look(kept_too: bool, bench: Bench) -> None:
    """The worker need not defer again."""
    clip(bench, "PROCESSING")
    row, kept = deferred(bench, sensor())
    event = bench.triggered(MediaJobTrigger(**(row | {"show_only": ["HD"]})))

    clip(bench, "FAILED")

    with pytest.raises(MediaJobFailed):
        bench.resumed(sensor(), event, **(kept if kept_too else {}))


@pytest.mark.parametrize("event", [begin_anew("x", Terms()), {"begin_anew": 5}, {"begin_anew": "x", "terms": [1]}])
def test_a_false_one_opens_no_gate(event: Any, bench: Bench) -> None:
    """It says nothing of the job; what it says of the wait is checked."""
    clip(bench, "PROCESSING")
    with pytest.raises(TaskDeferred):
        bench.resumed(sensor(), event)


@pytest.mark.parametrize("after", [None, "1970-01-01T00:00:00+00:00"])
def test_a_false_one_takes_no_older_run(after: Any, bench: Bench) -> None:
    """By a worker that is told of the run by the event alone."""
    ids = {"video_id": "v", "transcode_task_id": "t"}
    bench.world.add_job(VIDEO["kind"], ids, "CompleteAllSucc", age=600_000)
    event = begin_anew("x", Terms(created_after=parse_time(after)))

    with pytest.raises(MediaJobNotFound):
        bench.resumed(sensor(**VIDEO, not_found_grace=0), event)


def test_a_dag_that_defers_no_more(bench: Bench) -> None:
    """The worker looks until the end."""
    clip(bench, RUNS)
    row, kept = deferred(bench, sensor())
    event = bench.triggered(MediaJobTrigger(**(row | {"show_only": 1})))

    assert bench.resumed(sensor(deferrable=False, mode="reschedule"), event, **kept)["state"] == "succeeded"


def test_execution_timeout_is_counted_from_the_first_start(bench: Bench) -> None:
    """Not from when it was begun anew."""
    clip(bench, "PROCESSING")
    of = sensor(execution_timeout=timedelta(seconds=900))
    row, kept = deferred(bench, of)
    event = bench.triggered(MediaJobTrigger(**(row | {"show_only": 1})))
    with pytest.raises(TaskDeferred) as again:
        bench.resumed(of, event, **kept)

    assert stored(bench, again.value)[0]["ends_at"] == row["ends_at"]


# --- events -----------------------------------------------------------------------------------------------------


def event_of(bench: Bench, of: MediaJobSensor) -> tuple[Any, dict[str, Any]]:
    clip(bench, RUNS)
    row, kept = deferred(bench, of)
    return json.loads(json.dumps(bench.triggered(MediaJobTrigger(**row)))), kept


def test_an_informative_key_of_an_event(bench: Bench) -> None:
    """Wherever it is, who does not know it passes it over."""
    event, kept = event_of(bench, sensor())
    event |= {"version": 3, "informative": ["note"], "note": 1}
    event["jobs"][0] |= {"note": 1}
    event["jobs"][0]["answer"]["job"] |= {"note": 1}
    event["jobs"][0]["answer"]["job"]["outputs"][0] |= {"note": 1}
    bench.world.clear_jobs()

    assert bench.resumed(sensor(), event, **kept)["state"] == "succeeded"


def unknown(event: Any) -> None:
    event["revoked"] = False


def unknown_within(event: Any) -> None:
    event["jobs"][0]["answer"]["job"]["revoked"] = False


def newer(event: Any) -> None:
    event |= {"version": 3, "readable_by": 3}


def newer_word(event: Any) -> None:
    event["version"] = 3
    event["jobs"][0]["answer"]["job"]["raw_state"] = "MASTERED"


def lacking(event: Any) -> None:
    del event["deadline"]


def lacking_within(event: Any) -> None:
    del event["jobs"][0]["answer"]["job"]["proven"]


OTHERS = [unknown, unknown_within, newer, newer_word, lacking, lacking_within]


@pytest.mark.parametrize("change", OTHERS)
@pytest.mark.parametrize("word", ["SUCCEEDED", "FAILED", "PROCESSING"])
def test_an_event_of_another_release(change: Any, word: str, bench: Bench) -> None:
    """The worker looks for itself; nothing of the event is believed but how long the wait may be."""
    event, kept = event_of(bench, sensor())
    change(event)
    clip(bench, word)

    if word == "SUCCEEDED":
        assert bench.resumed(sensor(), event, **kept)["state"] == "succeeded"
        return
    with pytest.raises(MediaJobFailed if word == "FAILED" else TaskDeferred) as ended:
        bench.resumed(sensor(), event, **kept)
    if isinstance(ended.value, TaskDeferred):
        assert stored(bench, ended.value)[0]["deadline"] == kept["wait"]["deadline"]


@pytest.mark.parametrize(
    "kept",
    [
        {"wait": {"version": 3, "readable_by": 3}},
        {"wait": {"show_only": ["HD"]}},
        {"wait": 5},
        {"wait": None},
        {"show_only": ["HD"]},
        {"wait": {"deadline": "soon"}},
    ],
    ids=str,
)
def test_what_was_kept_with_the_task_by_another_release(kept: Any, bench: Bench) -> None:
    """The event may be right; yet who does not know what was asked for looks for itself."""
    event, real = event_of(bench, sensor())
    if isinstance(kept.get("wait"), dict):
        kept = {"wait": real["wait"] | kept["wait"]}
    clip(bench, "PROCESSING")

    with pytest.raises(TaskDeferred) as again:
        bench.resumed(sensor(), event, **kept)

    assert stored(bench, again.value)[0]["deadline"] == real["wait"]["deadline"]


def test_an_informative_key_that_was_kept(bench: Bench) -> None:
    """The same as of events."""
    event, kept = event_of(bench, sensor())
    kept["wait"] |= {"version": 3, "note": 1, "informative": ["note"]}
    bench.world.clear_jobs()

    assert bench.resumed(sensor(), event, **kept)["state"] == "succeeded"


def test_the_deadline_is_that_of_the_worker_that_deferred(bench: Bench) -> None:
    """Whatever an event says."""
    clip(bench, "PROCESSING")
    of = sensor(timeout=200)
    row, kept = deferred(bench, of)
    event = bench.triggered(MediaJobTrigger(**row))
    event["deadline"] = "2199-01-01T00:00:00+00:00"

    with pytest.raises(MediaJobTimeout, match="still waiting after 200 s"):
        bench.resumed(of, event, **kept)


def test_a_subclass_is_given_the_event_alone(bench: Bench) -> None:
    """As it was before anything was kept: an ``execute_complete`` of its own takes two arguments."""

    class Own(MediaJobSensor):
        def execute_complete(self, context: Any, event: Any) -> Any:  # type: ignore[override]
            return super().execute_complete(context, event, hook=bench.hook(self), now=bench.world.now)

    clip(bench, "PROCESSING")
    of = Own(task_id="wait", deferrable=True, timeout=200, **MPC)
    row, kept = deferred(bench, of)
    event = bench.triggered(MediaJobTrigger(**row))
    event["deadline"] = "2199-01-01T00:00:00+00:00"

    with pytest.raises(MediaJobTimeout):
        of.resume_execution("execute_complete", {**kept, "event": event}, bench.context(bench.instance()))


def test_a_trigger_that_fails(bench: Bench) -> None:
    """Airflow's own words for it reach Airflow's own method."""
    with pytest.raises(AirflowSkipException, match="soft_fail"):
        sensor(soft_fail=True).resume_execution(
            "__fail__", {"error": "Trigger failure"}, bench.context(bench.instance())
        )


# --- fixed once a try -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_kept", [True, False])
@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"job_id": "2"}, "this try waits for {'job_id': '1'}, and the ids are {'job_id': '2'} now"),
        (["1", "2"], "this try waits for {'job_id': '1'}, and the ids are 2 jobs now"),
    ],
    ids=["another", "more"],
)
def test_ids_that_changed_while_deferred(with_kept: bool, now: Any, told: str, bench: Bench) -> None:
    """They are compared, and never used: it is told what may be the cause, and Airflow may retry."""
    event, kept = event_of(bench, sensor())

    with pytest.raises(MediaJobIdsChanged) as caught:
        bench.resumed(sensor(ids=now), event, **(kept if with_kept else {}))

    assert isinstance(caught.value, MediaJobWaitBroken)
    start = (
        "wait: the ids changed while deferred or between two looks: upstream cleared, DAG edited, or set in execute(); "
    )
    assert str(caught.value) == f"{start}{told}; a retry begins to wait for those"


def test_ids_that_changed_before_the_wait_was_begun_anew(bench: Bench) -> None:
    """The same, where the row was not understood."""
    clip(bench, RUNS)
    row, kept = deferred(bench, sensor())
    event = bench.triggered(MediaJobTrigger(**(row | {"show_only": 1})))

    for given in (kept, {}):
        with pytest.raises(MediaJobIdsChanged):
            bench.resumed(sensor(ids={"job_id": "2"}), event, **given)


@pytest.mark.parametrize(("first", "then", "told"), [("1", "2", "another job"), (["1", "2"], ["1"], "2 other jobs")])
def test_ids_that_changed_between_two_looks(first: Any, then: Any, told: str, bench: Bench) -> None:
    """In reschedule mode, by what the store keeps."""
    bench.store = StateStore()
    with pytest.raises(AirflowRescheduleException):
        bench.once(sensor(ids={"job_id": first}, deferrable=False, mode="reschedule"), bench.instance())

    with pytest.raises(MediaJobIdsChanged, match=f"this try waits for {told}, and the ids are"):
        bench.once(sensor(ids={"job_id": then}, deferrable=False, mode="reschedule"), bench.instance())


class Drifting:
    """A sensor that is rendered anew in each process: a run counts from when that started."""

    def __init__(self, bench: Bench, **given: Any) -> None:
        self.bench = bench
        self.given = given

    def rendered(self) -> MediaJobSensor:
        of = sensor(**VIDEO, created_after="{{ ti.start_date }}", **self.given)
        of.created_after = format_time(self.bench.world.now())
        return of


def add_video(bench: Bench) -> None:
    ids = {"video_id": "v", "transcode_task_id": "t"}
    bench.world.advance(1)
    bench.world.add_job(VIDEO["kind"], ids, [("Processing", 0), ("CompleteAllSucc", 300)])


@pytest.mark.parametrize("with_kept", [True, False])
def test_the_time_from_which_on_a_run_counts_while_deferred(with_kept: bool, bench: Bench) -> None:
    """As it was rendered first: by the worker that resumes, the run would be an older one."""
    drifting = Drifting(bench)
    first = drifting.rendered()
    add_video(bench)
    row, kept = deferred(bench, first)
    event = bench.triggered(MediaJobTrigger(**row))

    assert bench.resumed(drifting.rendered(), event, **(kept if with_kept else {}))["state"] == "succeeded"


def test_the_same_where_it_is_begun_anew(bench: Bench) -> None:
    """By what was kept with the task."""
    drifting = Drifting(bench)
    first = drifting.rendered()
    add_video(bench)
    row, kept = deferred(bench, first)
    event = bench.triggered(MediaJobTrigger(**(row | {"show_only": 1})))
    with pytest.raises(TaskDeferred) as again:
        bench.resumed(drifting.rendered(), event, **kept)

    assert to_its_end(bench, drifting.rendered(), *stored(bench, again.value))["state"] == "succeeded"


def test_the_same_between_two_looks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the store keeps."""
    monkeypatch.setattr(checks, "keeps_state", lambda: True)
    bench.store = StateStore()
    drifting = Drifting(bench, deferrable=False, mode="reschedule", not_found_grace=0)
    of = drifting.rendered()
    add_video(bench)
    for _ in range(5):
        with pytest.raises(AirflowRescheduleException):
            bench.once(of, bench.instance())
        bench.world.advance(60)
        of = drifting.rendered()

    assert bench.once(of, bench.instance())["state"] == "succeeded"


@pytest.mark.parametrize("runs", [{"created_after": None}, {"created_after": "1970-01-01T00:00:00Z"}, {"others": []}])
def test_an_event_that_is_false_about_the_run(runs: dict[str, Any], bench: Bench) -> None:
    """Its answers are of an older run, and it says so: that another time is told beside them opens no gate."""
    ids = {"video_id": "v", "transcode_task_id": "t"}
    bench.world.add_job(VIDEO["kind"], ids, "CompleteAllSucc", age=600_000)
    of = sensor(**VIDEO)
    row, kept = deferred(bench, of)
    event = json.loads(json.dumps(bench.triggered(MediaJobTrigger(**row))))
    assert event["runs"]["others"] == [0]
    event["runs"] |= runs
    for given in (kept, {}):
        with pytest.raises((TaskDeferred, MediaJobNotFound)):
            bench.resumed(of, event, **given)


@pytest.mark.parametrize(
    ("template", "refused"),
    [
        ("{{ ti.start_date - macros.timedelta(hours=1) }}", True),
        ("{{ task_instance.start_date }}", True),
        ("{{ macros.datetime.now() }}", True),
        ("{{ macros.datetime.utcnow() }}", True),
        ("{{ dag_run.start_date }}", False),
        ("{{ dag_run.run_after - macros.timedelta(hours=1) }}", False),
        ("{{ ti.xcom_pull('submit') }}", False),
        (datetime.fromisoformat("2026-09-01T00:00:00+00:00"), False),
    ],
    ids=str,
)
def test_a_time_that_nobody_keeps_is_refused(template: Any, refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before Airflow 3.3, in reschedule mode: while the DAG file is parsed."""
    given = VIDEO | {"created_after": template, "deferrable": False}
    monkeypatch.setattr(checks, "keeps_state", lambda: False)
    if refused:
        with pytest.raises(ParameterError, match="renders to another time in each process of a rescheduled wait"):
            sensor(**given, mode="reschedule")
    else:
        sensor(**given, mode="reschedule")
    sensor(**given, mode="poke")
    sensor(**(given | {"deferrable": True}), mode="reschedule")
    monkeypatch.setattr(checks, "keeps_state", lambda: True)
    sensor(**given, mode="reschedule")


def test_whether_this_airflow_keeps_anything() -> None:
    """3.3 does."""
    import airflow

    assert checks.keeps_state() == (tuple(map(int, airflow.__version__.split(".")[:2])) >= (3, 3))


def test_a_time_that_moves_is_rendered_by_one_worker() -> None:
    """Each triggerer that takes a wait up would render another."""
    given = VIDEO | {"start_in_triggerer": True}

    assert sensor(**given, created_after="{{ macros.datetime.utcnow() }}").start_trigger_args is None
    assert sensor(**given, created_after="{{ dag_run.run_after }}").start_trigger_args is not None


# --- memories ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"version": 3, "readable_by": 3}, {"show_only": 1}, {"version": "x"}, {"informative": 1}], ids=str
)
def test_a_memory_of_another_release(change: dict[str, Any], bench: Bench) -> None:
    """Deadline and run stay; what was seen is looked at again."""
    bench.store = StateStore()
    of = sensor(deferrable=False, mode="reschedule", timeout=900, not_found_grace=100)
    start = bench.world.now()
    with pytest.raises(AirflowRescheduleException):
        bench.once(of, bench.instance())
    bench.store["mediajobs_wait"] |= change
    bench.world.advance(120)

    with capture_logs() as logs, pytest.raises(AirflowRescheduleException):
        bench.once(of, bench.instance())

    warned = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    assert any(line.startswith("the stored state of the wait cannot be read; it begins anew") for line in warned)
    assert parse_time(bench.store["mediajobs_wait"]["start"]) == start
    assert bench.store["mediajobs_wait"]["version"] == 2


def test_a_memory_with_something_informative(bench: Bench) -> None:
    """It is passed over."""
    bench.store = StateStore()
    of = sensor(deferrable=False, mode="reschedule", not_found_grace=100)
    with pytest.raises(AirflowRescheduleException):
        bench.once(of, bench.instance())
    bench.store["mediajobs_wait"] |= {"version": 3, "note": 1, "informative": ["note"]}
    bench.world.advance(120)

    with pytest.raises(MediaJobNotFound):
        bench.once(of, bench.instance())


def test_what_the_first_version_makes_of_a_memory(bench: Bench) -> None:
    """It looks for ``jobs``, and without them begins without a past: workers of both releases may look in turn."""
    bench.store = StateStore()
    with pytest.raises(AirflowRescheduleException):
        bench.once(sensor(deferrable=False, mode="reschedule"), bench.instance())

    assert "jobs" not in bench.store["mediajobs_wait"]
    assert {"of", "for", "start", "looks"} <= bench.store["mediajobs_wait"].keys()


def test_the_word_success_goes_by_what_was_kept(bench: Bench) -> None:
    """``dag.test()``: the deadline is that of the first start."""
    clip(bench, "PROCESSING")
    of = sensor(finish_in_triggerer=True, timeout=600)
    start = bench.world.now()
    _row, kept = deferred(bench, of)
    bench.world.advance(400)

    with pytest.raises(MediaJobTimeout):
        bench.resumed(of, "success", **kept)

    assert (bench.world.now() - start).total_seconds() == 600


@pytest.mark.parametrize("mode", ["deferred", "finished"])
def test_a_real_row_and_what_was_kept_pass_airflow(mode: str, bench: Bench) -> None:
    """By its own serialization, there and back."""
    clip(bench, RUNS)

    assert bench.run(sensor(**MODES[mode]))["state"] == "succeeded"
    assert bench.kept()["wait"]["ids"] == [{"job_id": "1"}]
