# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests every outcome in poke and reschedule mode: the same result, exception and deadline.

Covers ``sensors.edge``, ``sensors.errors``, ``sensors.job``, ``sensors.waiting``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
    AirflowTaskTimeout,
)
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core import errors
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobBadConnection,
    MediaJobCancelled,
    MediaJobFailed,
    MediaJobNotAuthenticated,
    MediaJobNotFound,
    MediaJobNotPermitted,
    MediaJobPartiallySucceeded,
    MediaJobRejected,
)

from ..kinds import FACTS
from .conftest import Bench, StateStore

pytestmark = pytest.mark.parametrize("mode", ["poke", "reschedule"])

# kind, ids, the vendor's words: waiting, success, failure
KINDS = [
    pytest.param(name, dict(facts.job), facts.before, facts.done, facts.failed, id=name)
    for name, facts in FACTS.items()
]


def _sensor(mode: str, kind: str = "huawei.mpc.editing", ids: Any = None, **kwargs: Any) -> MediaJobSensor:
    defaults: dict[str, Any] = {"poke_interval": 60, "timeout": 3600}
    return MediaJobSensor(task_id="wait", kind=kind, ids=ids or {"job_id": "1"}, mode=mode, **(defaults | kwargs))


def _script(words: list[str]) -> list[tuple[str, float]]:
    return [(word, 60.0 * index) for index, word in enumerate(words)]


@pytest.mark.parametrize(("kind", "ids", "waiting", "success", "failure"), KINDS)
def test_success(mode: str, kind: str, ids: Any, waiting: list[str], success: str, failure: str, bench: Bench) -> None:
    """The gate stays shut through every word of waiting and opens on the word of success."""
    bench.world.add_job(kind, ids, script=_script([*waiting, success]))

    result = bench.run(_sensor(mode, kind, ids))

    assert (result["state"], result["raw_state"], result["kind"]) == ("succeeded", success, kind)
    assert result["ids"] == ids
    assert bench.slept == [60.0] * len(waiting)
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize(("kind", "ids", "waiting", "success", "failure"), KINDS)
def test_failure(mode: str, kind: str, ids: Any, waiting: list[str], success: str, failure: str, bench: Bench) -> None:
    """A failed job fails the task without a retry, and the message holds both words and the ids."""
    bench.world.add_job(kind, ids, script=_script([*waiting, failure]))

    with pytest.raises(MediaJobFailed) as caught:
        bench.run(_sensor(mode, kind, ids))

    assert isinstance(caught.value, AirflowFailException)
    assert isinstance(caught.value, errors.JobFailed)
    text = str(caught.value)
    assert f"{kind} " + " ".join(f"{name}={value}" for name, value in ids.items()) in text
    assert f"ended as failed (the vendor says {failure!r}" in text


def test_same_result_in_both_modes(mode: str, bench: Bench) -> None:
    """Written out once; only what the wait cost may differ."""
    record = {
        "create_time": "20260901185020",
        "start_time": "20260901185025",
        "end_time": "20260901185520",
        "output": {},
    }
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 90)], record=record)

    result = bench.run(_sensor(mode))

    wait = result.pop("wait")
    assert (wait["queued_s"], wait["ran_s"]) == (5.0, 295.0)
    assert wait["looks"] == (3 if mode == "poke" else 1)
    assert wait["calls"] == (3 if mode == "poke" else 1)
    raw = result.pop("raw")
    assert (raw["job_id"], raw["status"]) == ("1", "SUCCEEDED")
    assert result.pop("request_id")
    assert result == {
        "schema": 1,
        "kind": "huawei.mpc.editing",
        "ids": {"job_id": "1"},
        "state": "succeeded",
        "raw_state": "SUCCEEDED",
        "progress": 100,
        "created_at": "2026-09-01T18:50:20+00:00",
        "started_at": "2026-09-01T18:50:25+00:00",
        "finished_at": "2026-09-01T18:55:20+00:00",
        "outputs": [
            {
                "uri": None,
                "media_id": None,
                "format": "MP4",
                "duration_s": 12.0,
                "size_bytes": 1048576,
                "width": 640,
                "height": 480,
                "video_codec": "H264",
                "audio_codec": "AAC",
                "md5": None,
            }
        ],
        "renditions": None,
        "error": None,
    }


def test_cancelled(mode: str, bench: Bench) -> None:
    """Somebody cancelled it."""
    bench.world.add_job("huawei.vod.editing", {"task_id": "1"}, script="CANCEL")

    with pytest.raises(MediaJobCancelled, match="cancelled \\(the vendor says 'CANCEL'"):
        bench.run(_sensor(mode, "huawei.vod.editing", {"task_id": "1"}))


@pytest.mark.parametrize(
    ("on_partial", "outcome"),
    [("fail", MediaJobPartiallySucceeded), ("skip", AirflowSkipException), ("accept", "partial")],
)
def test_partial_success(mode: str, on_partial: str, outcome: Any, bench: Bench) -> None:
    """What to do about it is the author's choice; the default fails."""
    bench.world.add_job(
        "alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "t"}, script="CompletePartialSucc"
    )
    sensor = _sensor(mode, "alibaba.vod.transcode", {"video_id": "v"}, on_partial=on_partial)

    if isinstance(outcome, str):
        assert bench.run(sensor)["state"] == outcome
    else:
        with pytest.raises(outcome, match="CompletePartialSucc"):
            bench.run(sensor)


def test_partial_success_fails_by_default(mode: str, bench: Bench) -> None:
    """Silence about missing renditions would be the worse surprise."""
    bench.world.add_job(
        "alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "t"}, script="CompletePartialSucc"
    )

    with pytest.raises(MediaJobPartiallySucceeded):
        bench.run(_sensor(mode, "alibaba.vod.transcode", {"video_id": "v"}))


@pytest.mark.parametrize("word", ["SUCCEED_", "succeeded", "SUCCESS", "", "CompleteAllSuccess", "DONE"])
def test_undocumented_word_is_no_success(mode: str, word: str, bench: Bench) -> None:
    """A word in no table waits until the deadline, with a warning that names it."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED", record={"status": word})

    with capture_logs() as logs, pytest.raises(AirflowSensorTimeout, match="unknown"):
        bench.run(_sensor(mode, timeout=300))

    warnings = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    told = (
        f"huawei.mpc.editing job_id=1: the vendor says {word!r}, which its page does not document; not taken for an end"
    )
    # Once a word and process: a reschedule has no memory of having said it.
    assert warnings == [told] * (1 if mode == "poke" else 6)


@pytest.mark.parametrize("fault", ["throttle", "server_error", "reset", "hang", "html", "truncated", "short_body"])
def test_trouble_only_delays(mode: str, fault: str, bench: Bench) -> None:
    """Twenty minutes of any trouble that may pass, and the gate still opens for the right reason."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 600)])
    bench.world.add_fault(fault, times=20)

    result = bench.run(_sensor(mode))

    assert result["state"] == "succeeded"
    assert bench.slept == [60.0] * 20


def test_a_longer_pause_asked_for_by_the_vendor(mode: str, bench: Bench) -> None:
    """``Retry-After`` widens the gap once."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")
    bench.world.add_fault("throttle", times=1, retry_after=90)

    bench.run(_sensor(mode))

    assert bench.slept == [90.0]


def test_wait_report(mode: str, bench: Bench) -> None:
    """What the wait cost; in reschedule mode, what its last process cost."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")
    for fault in ("throttle", "reset"):
        bench.world.add_fault(fault, times=1)

    wait = bench.run(_sensor(mode))["wait"]

    expected = (
        {"looks": 3, "calls": 3, "throttled": 1, "retried": 1}
        if mode == "poke"
        else {
            "looks": 1,
            "calls": 1,
            "throttled": 0,
            "retried": 0,
        }
    )
    assert {name: wait[name] for name in expected} == expected


def test_deadline(mode: str, bench: Bench) -> None:
    """The last sleep is clipped, the last look is made at the deadline, and the message says what was seen."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    start = bench.world.now()

    with pytest.raises(AirflowSensorTimeout) as caught:
        bench.run(_sensor(mode, timeout=150))

    assert bench.slept == [60.0, 60.0, 30.0]
    assert (bench.world.now() - start).total_seconds() == 150
    assert str(caught.value).startswith(
        "huawei.mpc.editing job_id=1: still waiting after 150 s; at the last look: running"
    )


def test_reschedules_are_ten_seconds_apart(mode: str, bench: Bench) -> None:
    """Airflow may fail a task that is due again before it has noticed the end of its last process."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")

    with pytest.raises(AirflowSensorTimeout):
        bench.run(_sensor(mode, poke_interval=4, timeout=12))

    assert bench.slept == ([4.0, 4.0, 4.0] if mode == "poke" else [10.0, 10.0])


def test_job_that_ends_at_the_deadline(mode: str, bench: Bench) -> None:
    """The look at the deadline counts."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 149)])

    assert bench.run(_sensor(mode, timeout=150))["state"] == "succeeded"


def test_trouble_until_the_deadline(mode: str, bench: Bench) -> None:
    """Retryable trouble never fails a wait; the time-out names it."""
    bench.world.add_fault("throttle")

    with pytest.raises(AirflowSensorTimeout, match=r"no news: APIGW\.0308"):
        bench.run(_sensor(mode, timeout=7200))


def test_job_that_appears_late(mode: str, bench: Bench) -> None:
    """A job that is not visible yet is waited for."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")
    bench.world.add_fault("vanish", times=9)

    assert bench.run(_sensor(mode))["state"] == "succeeded"
    assert bench.slept == [60.0] * 9


@pytest.mark.parametrize(("kind", "ids", "waiting", "success", "failure"), KINDS)
def test_job_that_never_appears(
    mode: str, kind: str, ids: Any, waiting: list[str], success: str, failure: str, bench: Bench
) -> None:
    """After ten minutes it is not found, whatever the vendor calls that."""
    bench.store = StateStore()

    with pytest.raises(MediaJobNotFound) as caught:
        bench.run(_sensor(mode, kind, ids))

    assert sum(bench.slept) == 600
    assert isinstance(caught.value, errors.JobNotFound)
    assert "not visible for 600 s (not_found_grace is 600 s)" in str(caught.value)
    assert "check the ids, and the region and account" in str(caught.value)


def test_absence_without_a_store(mode: str, bench: Bench) -> None:
    """Before Airflow 3.3 a rescheduled wait begins each look without a past: a blip after the grace must not end it."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 1500)])
    _at_look(bench, 20, lambda: bench.world.add_fault("vanish", times=3))

    assert bench.run(_sensor(mode))["state"] == "succeeded"


def test_wrong_id_without_a_store(mode: str, bench: Bench) -> None:
    """There a wrong id ends at the deadline, and the message says what is wrong."""
    error = MediaJobNotFound if mode == "poke" else AirflowSensorTimeout

    with pytest.raises(error, match="not visible"):
        bench.run(_sensor(mode, timeout=1800))


def test_grace_of_ones_own(mode: str, bench: Bench) -> None:
    """Zero means: at once."""
    with pytest.raises(MediaJobNotFound):
        bench.run(_sensor(mode, not_found_grace=0))

    assert bench.slept == []


def test_vanishing_job(mode: str, bench: Bench) -> None:
    """A job that was seen and is gone for one look within the grace is a blip."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 200)])
    bench.world.add_fault("vanish", times=2)

    assert bench.run(_sensor(mode))["state"] == "succeeded"


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ({"password": "wrong"}, MediaJobNotAuthenticated),
        ({"extra": {"region": "r", "project_id": "another"}}, MediaJobNotPermitted),
        ({"extra": {"region": "r"}}, MediaJobBadConnection),
        (None, MediaJobBadConnection),
    ],
)
def test_refusals_end_the_wait_at_once(
    mode: str, extra: Any, error: type[Exception], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Credentials, permission, connection: one call at most, and no retry."""
    value = {
        "conn_type": "huawei_mediajobs",
        "login": "emulator-access-key",
        "password": "emulator-secret-key",
        "extra": {"region": "r", "project_id": "emulator-project"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_MINE", json.dumps(value | (extra or {})))

    with pytest.raises(error) as caught:
        bench.run(_sensor(mode, conn_id="mine" if extra else "nowhere"))

    assert isinstance(caught.value, AirflowFailException)
    assert bench.slept == []
    assert len(bench.world.requests) <= 1


def test_rejected_request(mode: str, bench: Bench) -> None:
    """An id the vendor calls wrong ends the wait at once."""
    bench.world.add_fault("reject_id", ids={"job_id": "1"})

    with pytest.raises(MediaJobRejected):
        bench.run(_sensor(mode))

    assert bench.slept == []


def test_expired_token_is_read_anew(mode: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh token in the secrets backend carries the wait on."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")
    bench.world.add_auth_token("fresh")
    bench.world.add_auth_token("old")
    bench.world.expire_token("old")
    name = "AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT"
    values = iter([_with_token("old"), _with_token("fresh")])
    monkeypatch.setenv(name, next(values))
    sensor = _sensor(mode)
    forget = []

    from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook

    class Rotating(HuaweiMediaHook):
        """The backend gets the fresh token between two reads."""

        def forget(self) -> None:
            forget.append(True)
            monkeypatch.setenv(name, next(values))
            super().forget()

    monkeypatch.setattr("airflow_provider_mediajobs.hooks.huawei.HuaweiMediaHook", Rotating)

    assert bench.run(sensor)["state"] == "succeeded"
    assert forget == [True]


def test_token_that_stays_expired(mode: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second refusal is an answer: two calls, then the end."""
    bench.world.add_auth_token("old")
    bench.world.expire_token("old")
    monkeypatch.setenv("AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT", _with_token("old"))

    with pytest.raises(MediaJobNotAuthenticated, match=r"APIGW\.0307"):
        bench.run(_sensor(mode))

    assert len(bench.world.requests) == 2


def _with_token(token: str) -> str:
    extra = {"region": "cn-north-4", "project_id": "emulator-project", "auth_token": token}
    return json.dumps({"conn_type": "huawei_mediajobs", "extra": extra})


@pytest.mark.parametrize("flag", ["soft_fail", "never_fail"])
@pytest.mark.parametrize(("word", "kwargs"), [("FAILED", {}), ("PROCESSING", {"timeout": 60}), (None, {})])
def test_soft_fail_and_never_fail_skip(mode: str, flag: str, word: str | None, kwargs: Any, bench: Bench) -> None:
    """A bad end, a time-out and a job that is not there skip the task, and say why."""
    if word:
        bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script=word)

    with pytest.raises(AirflowSkipException, match=f"skipped, because {flag} is set"):
        bench.run(_sensor(mode, **({flag: True} | kwargs)))


def test_what_is_no_bad_end(mode: str, bench: Bench) -> None:
    """Where our own side breaks, Airflow may retry: soft_fail does not cover it, never_fail covers everything."""
    bench.break_in = OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        bench.run(_sensor(mode, soft_fail=True))
    with pytest.raises(AirflowSkipException, match="skipped, because never_fail is set: no space left"):
        bench.run(_sensor(mode, never_fail=True))


@pytest.mark.parametrize(
    ("flags", "outcome"),
    [
        ({}, AirflowTaskTimeout),
        ({"soft_fail": True}, AirflowSkipException),
        ({"never_fail": True}, AirflowSkipException),
    ],
)
def test_execution_timeout(mode: str, flags: Any, outcome: type[BaseException], bench: Bench) -> None:
    """Where Airflow breaks in because of ``execution_timeout``, the task times out, or is skipped like any time-out."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    bench.break_in = AirflowTaskTimeout("Timeout")

    with pytest.raises(outcome):
        bench.run(_sensor(mode, **flags))


def _at_look(bench: Bench, look: int, happens: Callable[[], object]) -> None:
    """Something happens in the pause before a look."""
    sleep = bench._sleep

    def counted(seconds: float) -> None:
        sleep(seconds)
        if len(bench.slept) == look:
            happens()

    bench._sleep = counted  # type: ignore[method-assign]


def test_state_store_carries_the_wait(mode: str, bench: Bench) -> None:
    """With Airflow 3.3's store a rescheduled wait knows its past: the report is whole, a late blip is a blip."""
    bench.store = StateStore()
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 1500)])
    _at_look(bench, 20, lambda: bench.world.add_fault("vanish", times=3))  # twenty minutes in, twice the grace

    wait = bench.run(_sensor(mode))["wait"]

    assert (wait["looks"], wait["calls"]) == (26, 26)


def test_state_store_keeps_the_deadline(mode: str, bench: Bench) -> None:
    """Airflow dates a reschedule by its report, long after a slow start; the deadline counts from the start itself."""
    bench.store = StateStore()
    bench.start_up = 20.0
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    start = bench.world.now()

    with pytest.raises(AirflowSensorTimeout):
        bench.run(_sensor(mode, timeout=300))

    # At the deadline the last process starts, and it takes its time to look.
    assert (bench.world.now() - start).total_seconds() == (300 if mode == "poke" else 320)


@pytest.mark.parametrize(
    "kept",
    [
        {"of": "try-0/1", "looks": 40, "start": "2026-01-01T00:00:00+00:00"},
        {"of": "try-1/0", "looks": 40, "start": "2026-01-01T00:00:00+00:00"},
        "rubbish",
        {},
    ],
)
def test_state_store_of_another_try(mode: str, kept: Any, bench: Bench) -> None:
    """The store outlives a retry; what it holds of the last try counts for nothing."""
    bench.store = StateStore()
    bench.store.set("mediajobs_wait", kept)
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")

    assert bench.run(_sensor(mode))["wait"]["looks"] == 1


def test_state_store_that_cannot_be_written(mode: str, bench: Bench) -> None:
    """The next process begins anew."""
    bench.store = StateStore()
    bench.store.read_only = True
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 60)])

    with capture_logs() as logs:
        wait = bench.run(_sensor(mode))["wait"]

    assert wait["looks"] == (2 if mode == "poke" else 1)
    told = "the task's state store could not be written (PermissionError); the wait goes on without it"
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == [told] * (mode == "reschedule")


def test_trouble_with_the_state_store(mode: str, bench: Bench) -> None:
    """It costs the memory and never the wait; the log names the sort of trouble, not its text."""
    bench.store = StateStore()
    bench.store.trouble = RuntimeError("postgresql://user:secret@db is down")
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 60)])

    with capture_logs() as logs:
        assert bench.run(_sensor(mode))["state"] == "succeeded"

    warnings = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    told = ["read", "read"] if mode == "reschedule" else []
    trouble = "the task's state store could not be {} (RuntimeError); the wait goes on without it"
    assert warnings == [trouble.format(done) for done in told]


def test_studio_as_a_whole(mode: str, bench: Bench) -> None:
    """Without a show the gate waits until enough episodes are there and all have succeeded."""
    bench.world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "a"}, [("1", 0), ("3", 60)])
    bench.world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "b"}, [("1", 0), ("3", 120)])

    result = bench.run(_sensor(mode, "alibaba.live.editing", {"caster_id": "c"}, episodes=2))

    assert bench.slept == [60.0, 60.0]
    assert sorted(result) == ["jobs", "schema", "state"]
    assert (result["schema"], result["state"]) == (1, "succeeded")
    assert sorted(job["ids"]["show_id"] for job in result["jobs"]) == ["a", "b"]


def test_studio_before_an_episode_is_listed(mode: str, bench: Bench) -> None:
    """One success of two expected is not enough."""
    bench.world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "a"}, script="3")

    with pytest.raises(AirflowSensorTimeout, match="1 succeeded, 1 not listed yet"):
        bench.run(_sensor(mode, "alibaba.live.editing", {"caster_id": "c"}, episodes=2, timeout=300))


def test_studio_with_a_failed_episode(mode: str, bench: Bench) -> None:
    """One failure decides, and is named."""
    bench.world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "a"}, script="1")
    bench.world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "b"}, script="-1")

    with pytest.raises(MediaJobFailed, match="found show_id=b"):
        bench.run(_sensor(mode, "alibaba.live.editing", {"caster_id": "c"}, episodes=2))


def test_newest_task_of_a_video_decides(mode: str, bench: Bench) -> None:
    """Last week's success does not open today's gate while today's task runs."""
    bench.world.add_job(
        "alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "old"}, "CompleteAllSucc", age=600_000
    )
    bench.world.add_job(
        "alibaba.vod.transcode",
        {"video_id": "v", "transcode_task_id": "new"},
        _script(["Processing", "CompleteAllSucc"]),
    )

    result = bench.run(_sensor(mode, "alibaba.vod.transcode", {"video_id": "v"}))

    assert result["ids"] == {"video_id": "v", "transcode_task_id": "new"}
    assert bench.slept == [60.0]


def test_failed_renditions_are_named(mode: str, bench: Bench) -> None:
    """The follow-up call brings code and message of what failed."""
    bench.world.add_job("alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "t"}, script="CompleteAllFail")

    with pytest.raises(MediaJobFailed) as caught:
        bench.run(_sensor(mode, "alibaba.vod.transcode", {"video_id": "v"}))

    assert caught.value.snapshot is not None
    assert caught.value.snapshot.error is not None
    assert str(caught.value.snapshot.error.code) in str(caught.value)
