# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests one wait for many jobs: how ids are given, how jobs are looked at, what is kept of them.

Covers ``sensors.watch``.
"""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.wait_event import WaitEvent
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import AlibabaLiveEditingSensor, HuaweiMpcEditingSensor, MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobBadParameter, MediaJobFailed, MediaJobTimeout
from airflow_provider_mediajobs.vendors import KINDS

from .conftest import STARTS, Bench, StateStore, TaskInstance, deferred_trigger
from .modes import MODES

ICE = "alibaba.ice.live_editing"


def numbers(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def add(bench: Bench, count: int, script: Any = "SUCCEEDED", kind: str = "huawei.mpc.editing") -> None:
    for number in numbers(count):
        bench.world.add_job(kind, {"job_id": number}, script)


def sensor(ids: Any, **given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", **({"kind": "huawei.mpc.editing", "ids": ids, "timeout": 3600} | given))


@pytest.mark.parametrize(
    "ids",
    [
        {"job_id": ["0", "1"]},
        {"job_id": ("0", "1")},
        ["0", "1"],
        [{"job_id": "0"}, {"job_id": "1"}],
        ["0", {"job_id": "1"}],
        ["0", "1", "0", {"job_id": "1"}],
    ],
    ids=str,
)
def test_ways_to_give_several(ids: Any, bench: Bench) -> None:
    """A list for one of the ids, or of ids; a job that is listed twice is waited for once, at its first place."""
    add(bench, 2)

    result = bench.run(sensor(ids))

    assert [job["ids"] for job in result["jobs"]] == [{"job_id": "0"}, {"job_id": "1"}]
    assert (result["state"], result["schema"], sorted(result)) == ("succeeded", 1, ["jobs", "schema", "state"])
    assert len(bench.world.requests) == 1


def test_several_for_a_named_sensor(bench: Bench) -> None:
    """Its id may be a list, beside ids that all have in common."""
    for show in ("a", "b"):
        bench.world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": show}, "3")

    result = bench.run(AlibabaLiveEditingSensor(task_id="wait", caster_id="c", show_id=["a", "b"]))

    assert [job["ids"]["show_id"] for job in result["jobs"]] == ["a", "b"]
    assert len(bench.world.requests) == 1


def test_a_list_that_renders_to_nothing(bench: Bench) -> None:
    """Nothing is sent; the author who expects that may say soft_fail."""
    of = HuaweiMpcEditingSensor(task_id="wait", job_id="{{ x }}")
    of.ids = {"job_id": []}

    with pytest.raises(
        MediaJobBadParameter, match="the list of ids is empty, and a gate over no job would prove nothing"
    ):
        bench.run(of)
    assert bench.world.requests == []


def test_more_wanted_than_there_are(bench: Bench) -> None:
    """Where only rendering tells how many there are; twice the same is one."""
    of = sensor("{{ x }}", wait_for=2)
    of.ids = ["1", "1"]

    with pytest.raises(MediaJobBadParameter, match="wait_for=2 of 1 job: so many can never succeed"):
        bench.run(of)


# --- looks on workers -------------------------------------------------------------------------------------------


def test_a_ladder_of_five_hundred(bench: Bench) -> None:
    """One task and one trigger: the worker asks for fifty, the triggerer for the rest, ten a call."""
    add(bench, 500, [("PROCESSING", 0), ("SUCCEEDED", 100)])

    result = bench.run(sensor(numbers(500), deferrable=True))

    assert (result["state"], len(result["jobs"]), len(bench.deferrals)) == ("succeeded", 500, 1)
    spec = [len([name for name, _ in request.call.parameters if name == "job_id"]) for request in bench.world.requests]
    assert set(spec) == {10}
    assert spec[:5] == [10] * 5
    # Five by the worker. The triggerer uses its four fifths of a hundred calls a minute, in turns of 37.5 s for all.
    took = (bench.world.now() - bench.dag_run.run_after).total_seconds()
    assert len(spec) <= 5 + 1 + took / 0.75
    assert took < 100 + 37.5 + 5


def test_the_first_look_of_a_deferred_wait_is_brief(bench: Bench) -> None:
    """Five calls at once; all else is the triggerer's, which keeps to the quota."""
    add(bench, 100, "PROCESSING")

    trigger = deferred_trigger(bench, sensor(numbers(100), deferrable=True))

    assert len(bench.world.requests) == 5
    assert bench.slept == []
    before = trigger.arguments["before"]
    assert [("mark" in seen) for seen in before] == [True] * 50 + [False] * 50
    assert trigger.arguments["report"] == {"looks": 5, "calls": 5, "throttled": 0, "retried": 0}


def test_long_looks_are_paced(bench: Bench) -> None:
    """After five calls at once, one every three seconds: a fifth of a hundred a minute is the workers' part."""
    add(bench, 80)

    bench.run(sensor(numbers(80)))

    assert bench.slept == [3.0, 3.0, 3.0]
    assert len(bench.world.requests) == 8


def test_the_pace_is_that_of_the_account(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own limit, where the connection says one."""
    add(bench, 6, "Success", ICE)
    for number in numbers(6):
        bench.world.add_job(ICE, {"job_id": number}, "Success")
    of = sensor(numbers(6), kind=ICE)
    hook = bench.hook(of)
    hook.account.quotas["ice"] = 2.0  # type: ignore[index]
    monkeypatch.setattr(bench, "hook", lambda _sensor: hook)

    bench.run(of)

    assert bench.slept == [2.5]


def test_a_long_look_ends_soon_after_the_deadline(bench: Bench) -> None:
    """It goes on for a minute; what it has not got to by then is not over."""
    add(bench, 300)

    with pytest.raises(MediaJobTimeout, match="270 succeeded, 30 not asked yet; as seen last"):
        bench.run(sensor(numbers(300), timeout=7))

    assert bench.slept == [3.0] * 22


def test_a_throttled_look_goes_on_where_it_stopped(bench: Bench) -> None:
    """The others are asked for, at the workers' pace, then those once more; nothing that is known is asked again."""
    add(bench, 30)
    bench.world.add_fault("throttle", ids={"job_id": "10"}, times=1)

    bench.run(sensor(numbers(30)))

    spec = [[value for name, value in request.call.parameters if name == "job_id"] for request in bench.world.requests]
    assert spec == [numbers(30)[:10], numbers(30)[10:20], numbers(30)[20:], numbers(30)[10:20]]
    assert bench.slept == [3.0, 3.0]


def test_an_outage_ends_the_look(bench: Bench) -> None:
    """After three calls in a row; the jobs that it did not get to come first in the next one."""
    add(bench, 60)
    bench.world.add_fault("throttle", times=3)

    bench.run(sensor(numbers(60)))

    first = [dict(request.call.parameters)["job_id"] for request in bench.world.requests]
    assert first == ["9", "19", "29", "39", "49", "59", "9", "19", "29"]
    assert bench.slept == [3.0, 3.0, 60.0, 3.0]


@pytest.mark.parametrize("mode", ["poke", "reschedule", "deferred"])
def test_one_call_in_ten_fails(mode: str, bench: Bench) -> None:
    """Three hundred jobs need thirty calls: no mode needs them all to go well."""
    add(bench, 300)
    bench.store = StateStore()
    for job in ("90", "190", "290"):
        bench.world.add_fault("throttle", ids={"job_id": job}, times=1)

    assert bench.run(sensor(numbers(300), timeout=800, **MODES[mode]))["state"] == "succeeded"


def test_a_list_of_huawei_vod_keeps_to_the_quota(bench: Bench) -> None:
    """Its look takes as many calls as there are jobs, where the project's list is long: they are paced as well."""
    world = World(limits=True, keys={"emulator-access-key": "emulator-secret-key"})
    bench.world = world
    for number in range(4000):
        world.add_job("huawei.vod.editing", {"task_id": str(number)}, "SUCCEED")
    wanted = [str(number) for number in range(2000, 2120, 4)]

    result = bench.run(sensor(wanted, kind="huawei.vod.editing"))

    assert (result["state"], len(result["jobs"])) == ("succeeded", 30)
    assert {request.status for request in world.requests} == {200}
    assert bench.slept == [3.0] * (len(world.requests) - 5)


@pytest.mark.parametrize(("given", "known"), [({"timeout": 10}, 27), ({"deferrable": True}, 4)])
def test_a_long_look_is_cut(given: Any, known: int, bench: Bench) -> None:
    """A minute after the deadline, and where the triggerer goes on; what it has brought by then counts."""
    for number in range(4000):
        bench.world.add_job("huawei.vod.editing", {"task_id": str(number)}, "SUCCEED")
    wanted = [str(number) for number in range(2000, 2120, 4)]
    of = sensor(wanted, kind="huawei.vod.editing", **given)

    begun = bench.world.now()

    with capture_logs() as logs, pytest.raises((MediaJobTimeout, TaskDeferred)) as ended:
        bench.once(of, bench.instance())

    told = [str(ended.value), *[entry["event"] for entry in logs]]
    assert any(f"{known} succeeded, {30 - known} not asked yet" in line for line in told), told
    assert (bench.world.now() - begun).total_seconds() < 75


def test_what_a_long_look_has_learnt_stays(bench: Bench) -> None:
    """A throttle after many calls does not begin it again."""
    for number in range(4000):
        bench.world.add_job("huawei.vod.editing", {"task_id": str(number)}, "SUCCEED")
    bench.world.add_fault("throttle", ids={"task_id": "2080"}, times=1)
    wanted = [str(number) for number in range(2000, 2120, 4)]

    bench.run(sensor(wanted, kind="huawei.vod.editing"))

    spec = [value for request in bench.world.requests for _name, value in request.call.parameters]
    assert (spec.count("2004"), spec.count("2080"), spec.count("2116")) == (1, 2, 1)


def test_one_bad_id_does_not_end_the_look(bench: Bench) -> None:
    """The others are asked for all the same."""
    add(bench, 3, "Success", ICE)
    bench.world.add_fault("reject_id", ids={"job_id": "0"})

    assert bench.run(sensor(numbers(3), kind=ICE, wait_for=2))["state"] == "unknown"


@pytest.mark.parametrize("mode", MODES)
def test_jobs_that_have_ended_are_not_looked_at(mode: str, bench: Bench) -> None:
    """Neither on workers nor in the triggerer; a rescheduled wait asks once more in the end for what they made."""
    bench.store = StateStore()
    add(bench, 1, "Success", ICE)
    bench.world.add_job(ICE, {"job_id": "1"}, [("Processing", 0), ("Success", 200)])

    bench.run(sensor(numbers(2), kind=ICE, **MODES[mode]))

    spec = [value for request in bench.world.requests for name, value in request.call.ids if name == "job_id"]
    assert spec.count("1") > 2
    assert spec.count("0") == (1 if mode == "poke" else 2 if mode == "reschedule" else 2 - STARTED[mode])


STARTED = {"deferred": 0, "finished": 0, "started": int(STARTS), "started and finished": int(STARTS)}


# --- what is kept -----------------------------------------------------------------------------------------------


def failing(bench: Bench) -> None:
    add(bench, 1)
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("FAILED", 30)])


def kept(bench: Bench, of: MediaJobSensor) -> dict[str, Any]:
    """XComs that a task writes which fails."""
    instance = TaskInstance(bench.world.now())
    try:
        bench.once(of, instance)
    except TaskDeferred as deferral:
        event = bench.triggered(deferral.trigger)
        with pytest.raises(MediaJobFailed):
            of.execute_complete(bench.context(instance), event, hook=bench.hook(of), now=bench.world.now)
    except MediaJobFailed:
        pass
    return instance.pushed


@pytest.mark.parametrize("deferrable", [False, True])
def test_partial_results_are_kept(deferrable: bool, bench: Bench) -> None:
    """As the XCom ``partial_result``, of every job."""
    failing(bench)

    pushed = kept(bench, sensor(numbers(2), deferrable=deferrable))

    assert list(pushed) == ["partial_result"]
    result = pushed["partial_result"]
    assert [(job["ids"]["job_id"], job["state"]) for job in result["jobs"]] == [("0", "succeeded"), ("1", "failed")]
    assert result["state"] == "partial"
    assert result["jobs"][0]["outputs"][0]["uri"] == "obs://emulator/out/dir/o.mp4"
    assert result["jobs"][0]["wait"]["looks"] >= 2


def test_without_xcoms_none_is_written(bench: Bench) -> None:
    """``do_xcom_push=False`` means none."""
    failing(bench)

    assert kept(bench, sensor(numbers(2), do_xcom_push=False)) == {}


def test_a_single_job_has_no_partial_result(bench: Bench) -> None:
    """Its end is in the exception."""
    failing(bench)

    assert kept(bench, sensor({"job_id": "1"})) == {}


def test_an_xcom_that_cannot_be_written_changes_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job failed all the same."""
    failing(bench)

    def refuse(_self: Any, _key: str, _value: Any) -> None:
        raise OSError("secret://")

    monkeypatch.setattr(TaskInstance, "xcom_push", refuse)
    with capture_logs() as logs, pytest.raises(MediaJobFailed):
        bench.run(sensor(numbers(2)))

    warnings = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    assert warnings == ["the XCom partial_result could not be written (OSError)"]


def test_records_of_many_share_their_room(bench: Bench) -> None:
    """Five hundred whole ones would be megabytes, on the way through the triggerer and in the XCom."""
    for number in numbers(100):
        bench.world.add_job("huawei.mpc.editing", {"job_id": number}, "SUCCEEDED", record={"description": "é" * 4000})

    whole = bench.run(sensor(["0"]))["jobs"][0]["raw"]
    of = sensor(numbers(100), deferrable=True)
    event = bench.triggered(deferred_trigger(bench, of))
    shared = bench.resumed(of, event)["jobs"]

    assert whole["description"] == "é" * 4000
    assert {job["raw"]["truncated"] for job in shared} == {True}
    assert {len(job["raw"]["text"].encode()) for job in shared} <= {2620, 2621}
    assert [job["raw"] for job in bench.run(sensor(numbers(100)))["jobs"]] == [job["raw"] for job in shared]


def test_an_event_of_other_jobs(bench: Bench) -> None:
    """Each is checked against what was asked for."""
    add(bench, 2, [("PROCESSING", 0), ("SUCCEEDED", 30)])
    of = sensor(numbers(2), deferrable=True)
    event = bench.triggered(deferred_trigger(bench, of))
    refs = of.refs().refs
    assert [seen.answer.state for seen in WaitEvent.from_json(event, refs, KINDS["huawei.mpc.editing"]).history] == [  # type: ignore[union-attr]
        "succeeded",
        "succeeded",
    ]

    event["jobs"].reverse()

    with pytest.raises(Exception, match="not an event of this package's trigger"):
        bench.resumed(of, event)


# --- the log ----------------------------------------------------------------------------------------------------


def test_a_list_is_told_by_each_change(bench: Bench) -> None:
    """A tally and what has changed, at once; between the first and the last line of the wait."""
    for number in numbers(50):
        bench.world.add_job(
            "huawei.mpc.editing", {"job_id": number}, [("PROCESSING", 0), ("SUCCEEDED", 10.0 * int(number))]
        )

    with capture_logs() as logs:
        bench.run(sensor(numbers(50), poke_interval=5))

    told = [entry["event"] for entry in logs if entry["event"].startswith("huawei.mpc.editing, 50 jobs: ")]
    assert told[1] == (
        "huawei.mpc.editing, 50 jobs: 1 succeeded, 49 running; of these: job_id=0 succeeded, job_id=1 running, job_id=2"
        " running, job_id=3 running, job_id=4 running, job_id=5 running, job_id=6 running, job_id=7 running, job_id=8 "
        "running, job_id=9 running, and 40 more"
    )
    assert told[2] == "huawei.mpc.editing, 50 jobs: 2 succeeded, 48 running; now: job_id=1 succeeded"
    assert told[48] == "huawei.mpc.editing, 50 jobs: 48 succeeded, 2 running; now: job_id=47 succeeded"
    assert len(told) == 51


@pytest.mark.parametrize("mode", ["poke", "deferred"])
def test_a_choice_is_told(mode: str, bench: Bench) -> None:
    """Which of several runs decides: once, and also where it had ended at the first look."""
    for name in ("a", "b"):
        bench.world.add_job("alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": name}, "CompleteAllSucc")

    with capture_logs() as logs:
        bench.run(sensor({"video_id": "v"}, kind="alibaba.vod.transcode", **MODES[mode]))

    (told,) = [entry["event"] for entry in logs if "this one decides" in entry["event"]]
    created = bench.world.jobs[-1].created.replace(microsecond=0).isoformat()
    assert told == (
        "alibaba.vod.transcode video_id=v: 2 jobs match; this one decides: video_id=v transcode_task_id=b, "
        f"created at {created}"
    )
