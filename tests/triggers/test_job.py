# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the trigger of a wait, from its start to its event."""

from __future__ import annotations

import asyncio
import json
import types
from functools import partial
from typing import Any

import pytest
from airflow.triggers.base import TaskSuccessEvent
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ConfigError, ConnectionUnavailable
from airflow_provider_mediajobs.core.times import parse_time
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobBadConnection, MediaJobQueueTimeout
from airflow_provider_mediajobs.triggers.job import MediaJobTrigger

from .conftest import Bench, deferred_trigger, sensor


def test_a_job_that_ends_right_after_the_deferral(bench: Bench) -> None:
    """It is told after the first ten seconds."""
    start = bench.world.now()
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 1)])

    assert bench.run(sensor())["state"] == "succeeded"
    assert 10 <= (bench.world.now() - start).total_seconds() < 12


def test_a_connection_that_is_out_of_reach(bench: Bench) -> None:
    """The worker has read it, so it will be back; looked up again soon, then less often."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 8)])
    trigger = deferred_trigger(bench, sensor())
    answers: list[Any] = [ConnectionUnavailable("vault"), ConnectionUnavailable("vault")]

    async def read() -> Account:
        if answers:
            raise answers.pop()
        return bench.world.account("huawei", region="cn-north-4")

    start = bench.world.now()
    event = bench.triggered(trigger, read)

    assert event["jobs"][0]["answer"]["job"]["state"] == "succeeded"
    assert round((bench.world.now() - start).total_seconds()) == 16  # two, four, and the ten before the first look
    assert [line for _, line in event["story"]] == ["no news: vault", "the connection can be looked up again"]


def test_a_connection_that_stays_out_of_reach(bench: Bench) -> None:
    """The time-out says so."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor(timeout=100)
    trigger = deferred_trigger(bench, of)

    async def read() -> Account:
        raise ConnectionUnavailable("vault")

    event = bench.triggered(trigger, read)
    assert event["jobs"][0]["answer"] == {"error": "ConnectionUnavailable", "message": "vault"}
    assert event["at"] >= trigger.arguments["ends_at"]


def test_a_connection_that_was_broken_meanwhile(bench: Bench) -> None:
    """Somebody has to mend it: an end, without a retry."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor()
    trigger = deferred_trigger(bench, of)

    async def read() -> Account:
        raise ConfigError("connection 'c': region is missing")

    event = json.loads(json.dumps(bench.triggered(trigger, read)))

    with pytest.raises(MediaJobBadConnection, match="region is missing"):
        of.execute_complete({}, event, now=bench.world.now)


def test_without_a_look_nothing_is_said_of_the_job(bench: Bench) -> None:
    """A quota that was never free: the time-out does not claim that the job is not there."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor(timeout=10)
    event = bench.triggered(deferred_trigger(bench, of))

    assert event["jobs"][0]["answer"] == {
        "error": "TransportError",
        "message": "no look has been made since the task was deferred",
    }


@pytest.mark.parametrize("timeout", [3600, 12])
def test_no_event_in_the_first_ten_seconds(timeout: float, bench: Bench) -> None:
    """Not even where nothing is looked at: Airflow may fail a task whose trigger fires before its worker has gone."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    trigger = deferred_trigger(bench, sensor(timeout=timeout))

    async def read() -> Account:
        raise ConfigError("connection 'c': region is missing")

    start = bench.world.now()
    event = bench.triggered(trigger, read)

    assert event["jobs"][0]["answer"]["error"] == "ConfigError"
    assert round((bench.world.now() - start).total_seconds(), 3) == 10
    assert parse_time(event["at"]) == bench.world.now()


def test_the_end_of_the_wait_comes_first(bench: Bench) -> None:
    """Where less than ten seconds are left, the pause is shorter."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    trigger = deferred_trigger(bench, sensor(timeout=10))
    bench.world.advance(4)

    async def read() -> Account:
        raise ConfigError("connection 'c': region is missing")

    start = bench.world.now()

    assert bench.triggered(trigger, read)["jobs"][0]["answer"]["error"] == "ConfigError"
    assert round((bench.world.now() - start).total_seconds(), 3) == 6


@pytest.mark.parametrize(("jitter", "asked_at"), [(0.0, [0, 1, 3, 7, 15, 30, 45]), (1.0, [0, 3, 9, 21, 45, 90, 135])])
def test_connections_are_not_looked_up_all_at_once(jitter: float, asked_at: list[int], bench: Bench) -> None:
    """A thousand waits of a triggerer that starts while the secrets backend is down."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    trigger = deferred_trigger(bench, sensor(timeout=asked_at[-1] + 1))
    start = bench.world.now()
    spec: list[int] = []

    async def read() -> Account:
        spec.append(round((bench.world.now() - start).total_seconds()))
        raise ConnectionUnavailable("vault")

    bench.fired(trigger, read, jitter)

    assert spec == asked_at


def task_instance() -> Any:
    """What the triggerer knows of the task."""
    return types.SimpleNamespace(dag_id="d", task_id="wait", run_id="r", map_index=None)


ICE: dict[str, Any] = {"kind": "alibaba.ice.live_editing", "ids": [{"job_id": "1"}, {"job_id": "2"}]}


def states(event: Any) -> list[str]:
    """Of the jobs, by an event; in place of those without news, what was answered."""
    answers = [job["answer"] for job in event["jobs"]]
    return [answer["job"]["state"] if "job" in answer else answer.get("error", "absent") for answer in answers]


@pytest.mark.parametrize(("word", "wait_for", "state"), [("Success", "any", "succeeded"), ("Failed", "all", "failed")])
def test_one_job_ends_the_wait(word: str, wait_for: str, state: str, bench: Bench) -> None:
    """The result has the others too, as in other modes, although each is asked for in a call of its own."""
    bench.world.add_job(ICE["kind"], {"job_id": "1"}, [("Processing", 0), (word, 1)])
    bench.world.add_job(ICE["kind"], {"job_id": "2"}, script="Processing")
    start = bench.world.now()

    event = bench.triggered(deferred_trigger(bench, sensor(**ICE, wait_for=wait_for)))

    assert states(event) == [state, "running"]
    assert 10 <= (bench.world.now() - start).total_seconds() < 12


def any_of(bench: Bench, number: int, **given: Any) -> MediaJobSensor:
    """A wait for any of so many jobs, of which the first ends well."""
    for job in range(1, number + 1):
        ended = [("Processing", 0), ("Success", 1)] if job == 1 else "Processing"
        bench.world.add_job(ICE["kind"], {"job_id": f"{job}"}, ended)
    ids = [{"job_id": f"{job}"} for job in range(1, number + 1)]
    return sensor(kind=ICE["kind"], ids=ids, **{"wait_for": "any", **given})


@pytest.mark.parametrize(
    ("fault", "seen", "lasts"),
    [
        ("throttle", "TransportError", 15),  # "no look has been made": what is throttled is asked for again later
        ("server_error", "ServerFault", 15),
        ("deny", "TransportError", 10),
        ("vanish", "JobNotFound", 10),
    ],
)
def test_the_others_are_not_waited_for_long(fault: str, seen: str, lasts: float, bench: Bench) -> None:
    """Five seconds, if there is no news of them; and what is answered does not change how the wait ends."""
    of = any_of(bench, 3)
    trigger = deferred_trigger(bench, of)
    bench.world.add_fault(fault, ids={"job_id": "3"})
    start = bench.world.now()

    event = bench.triggered(trigger)

    assert states(event) == ["succeeded", "running", seen]
    assert lasts <= (bench.world.now() - start).total_seconds() < lasts + 2
    result = of.execute_complete({}, event, now=bench.world.now)
    assert [job["state"] for job in result["jobs"]] == ["succeeded", "running", "unknown"]


def test_a_short_failure_of_a_call_leaves_no_job_out(bench: Bench) -> None:
    """The next look is awaited."""
    trigger = deferred_trigger(bench, any_of(bench, 2))
    bench.world.add_fault("server_error", ids={"job_id": "2"}, times=1)

    assert states(bench.triggered(trigger)) == ["succeeded", "running"]


def test_an_unknown_word_for_one_of_the_others_is_warned_of(bench: Bench) -> None:
    """As it is at any look."""
    trigger = deferred_trigger(bench, any_of(bench, 2))
    bench.world.add_fault("status", word="Odd", ids={"job_id": "2"})

    with capture_logs() as logs:
        bench.triggered(trigger)

    (told,) = [entry["event"] for entry in logs if "'Odd'" in entry["event"]]
    assert told.endswith("the vendor says 'Odd', which its page does not document; not taken for an end")


@pytest.mark.parametrize(("number", "lasts"), [(21, 15), (22, 10)])
def test_many_others_are_not_waited_for(number: int, lasts: float, bench: Bench) -> None:
    """They would take too long: the event comes at once, without them."""
    trigger = deferred_trigger(bench, any_of(bench, number))
    for job in range(2, number + 1):
        bench.world.add_fault("throttle", ids={"job_id": f"{job}"})
    start = bench.world.now()

    event = bench.triggered(trigger)

    assert states(event)[0] == "succeeded"
    assert lasts <= (bench.world.now() - start).total_seconds() < lasts + 2


def test_the_end_is_not_taken_for_the_deadline(bench: Bench) -> None:
    """Half of the time until then is left for the others, so that the task ends in the triggerer all the same."""
    of = any_of(bench, 2, timeout=12, finish_in_triggerer=True)
    trigger = deferred_trigger(bench, of)
    trigger.task_instance = task_instance()
    bench.world.add_fault("throttle", ids={"job_id": "2"})
    start = bench.world.now()

    assert isinstance(bench.fired(trigger), TaskSuccessEvent)
    assert round((bench.world.now() - start).total_seconds()) == 11


def test_the_job_that_ended_the_wait_is_not_asked_for_again(bench: Bench) -> None:
    """What it showed stands, though it would be started by now: the limit had passed."""
    add = partial(bench.world.add_job, ICE["kind"])
    add({"job_id": "1"}, [("Queuing", 0), ("Processing", 12)])
    add({"job_id": "2"}, script="Processing")
    of = sensor(**ICE, queue_timeout=10)
    trigger = deferred_trigger(bench, of)
    bench.world.add_fault("throttle", ids={"job_id": "2"})

    event = bench.triggered(trigger)

    with pytest.raises(MediaJobQueueTimeout, match="not started for 10 s"):
        of.execute_complete({}, event, now=bench.world.now)


def test_a_task_that_is_killed(bench: Bench) -> None:
    """The job is paid for; Airflow calls this from 3.3 on."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    trigger = deferred_trigger(bench, sensor())
    sent = len(bench.world.requests)

    with capture_logs() as logs:
        asyncio.run(trigger.on_kill())

    assert [entry["event"] for entry in logs] == ["stopped waiting for {'job_id': '1'}; jobs go on"]
    assert len(bench.world.requests) == sent


async def test_run(bench: Bench) -> None:
    """As Airflow calls it: by the real clock, poller and connection. The time of this wait is over."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    stored = deferred_trigger(bench, sensor()).arguments | {"ends_at": "2026-01-01T00:00:00+00:00"}

    (event,) = [event async for event in MediaJobTrigger(**stored).run()]

    assert event.payload["jobs"][0]["answer"]["error"] == "TransportError"
    assert event.payload["ends_at"] == "2026-01-01T00:00:00+00:00"


async def test_the_connection(bench: Bench) -> None:
    """The one that was named, with what replaces its own."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")

    stored = deferred_trigger(bench, sensor()).arguments | {"region": "cn-east-3", "project_id": "p"}

    account = await MediaJobTrigger(**stored).account()

    assert (account.vendor, account.region, account.project_id) == ("huawei", "cn-east-3", "p")


def test_arguments_that_cannot_be_packed_stay_as_they_are(bench: Bench) -> None:
    """Nested without end, or of a type that no row holds: a trigger can be made of anything."""
    deep: list[Any] = []
    for _ in range(3000):
        deep = [deep]
    stored = deferred_trigger(bench, sensor()).arguments

    for odd in (deep, object()):
        given = stored | {"before": [{"odd": odd}]}
        assert MediaJobTrigger(**given).arguments["before"][0]["odd"] is odd
