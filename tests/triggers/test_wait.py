# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests one wait in the triggerer: what it logs, and what it passes to the worker."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.errors import CredentialsExpired, MediaJobsError, Throttled
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.times import format_time, parse_time
from airflow_provider_mediajobs.poller.waiter import Subscription, Waiter
from airflow_provider_mediajobs.sensors.errors import MediaJobNotFound
from airflow_provider_mediajobs.triggers.wait import DeferredWait

from .conftest import Bench, deferred_trigger, done_after, sensor

MPC_1 = JobRef("huawei.mpc.editing", (("job_id", "1"),))


def deferred(bench: Bench, trouble: MediaJobsError | None = None, **given: Any) -> DeferredWait:
    """A wait that has just been deferred; ``trouble`` is what its newest look has met."""
    done_after(bench, 90)
    trigger = deferred_trigger(bench, sensor(**given))
    wait = DeferredWait(trigger.arguments, trigger.log)
    wait.waiter = Waiter(wait.spec.refs, 0.0, NoLane())
    for subscription in wait.waiter.subscriptions.values():
        subscription.trouble = trouble
    return wait


class NoLane:
    """In no lane."""

    def look_by(self, subscription: Subscription, moment: float) -> None: ...
    def leave(self, subscription: Subscription) -> None: ...


def running(progress: int) -> JobSnapshot:
    return JobSnapshot("huawei.mpc.editing", {"job_id": "1"}, JobState.RUNNING, "PROCESSING", progress=progress)


def test_a_long_message_is_cut(bench: Bench) -> None:
    """The newest twenty lines travel to the worker."""
    wait = deferred(bench)
    start = bench.world.now()
    for minute in range(30):
        assert not wait.is_over({MPC_1: running(minute)}, start + timedelta(minutes=minute))

    log_lines = wait.event(bench.world.now())["story"]

    assert len(log_lines) == 20
    assert log_lines[0] == [
        format_time(start + timedelta(minutes=10)),
        "running (the vendor says 'PROCESSING', 10 %)",
    ]
    assert log_lines[-1][1] == "running (the vendor says 'PROCESSING', 29 %)"


def test_progress_alone_is_told_once_a_minute(bench: Bench) -> None:
    """A triggerer with a thousand waits would stand still while its supervisor reads their lines."""
    wait = deferred(bench)
    start = bench.world.now()
    for second in range(0, 150, 10):
        wait.is_over({MPC_1: running(second)}, start + timedelta(seconds=second))

    told = [line for _, line in wait.event(start)["story"]]
    assert told == [f"running (the vendor says 'PROCESSING', {second} %)" for second in (0, 60, 120)]


def test_what_does_not_change_is_told_once(bench: Bench) -> None:
    """However often it is looked at."""
    wait = deferred(bench)
    for second in range(3):
        wait.is_over({MPC_1: running(5)}, bench.world.now() + timedelta(seconds=second))

    assert len(wait.event(bench.world.now())["story"]) == 1


def test_the_newest_trouble_is_told(bench: Bench) -> None:
    """What the last look met, rather than what was seen before it."""
    wait = deferred(bench, Throttled("APIGW.0308", "slow down"))
    wait.is_over({MPC_1: running(5)}, bench.world.now())

    answer = wait.event(bench.world.now())["jobs"][0]["answer"]

    assert (answer["error"], answer["code"], answer["message"]) == ("Throttled", "APIGW.0308", "slow down")


def test_trouble_that_a_new_connection_may_cure_ends_nothing(bench: Bench) -> None:
    """The time was over before it was read again: the worker makes the last look, with what it reads then."""
    of = sensor(timeout=100)
    wait = deferred(bench, CredentialsExpired("APIGW.0307", "expired"), timeout=100)
    wait.is_over({MPC_1: running(5)}, bench.world.now())
    bench.world.advance(120)

    event = wait.event(wait.time_is_over(bench.world.now()))

    assert event["jobs"][0]["answer"]["job"]["raw_state"] == "PROCESSING"
    assert bench.resumed(of, event)["state"] == "succeeded"


def test_an_event_that_cannot_be_read_ends_no_task(bench: Bench) -> None:
    """A worker gets it, and says why."""
    wait = deferred(bench)
    wait.met(MediaJobsError("none of those that come back"), bench.world.now())

    assert wait.result(wait.event(bench.world.now())) is None


def test_a_word_that_is_in_no_table(bench: Bench) -> None:
    """One warning a word, as on a worker, and the wait goes on."""
    words = [("PROCESSING", 0), ("TRANSMOGRIFYING", 20), ("SUCCEEDED", 300)]
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, words, undocumented=True)
    trigger = deferred_trigger(bench, sensor())

    with capture_logs() as logs:
        assert bench.triggered(trigger)["jobs"][0]["answer"]["job"]["state"] == "succeeded"

    (warned,) = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    said = "the vendor says 'TRANSMOGRIFYING', which its page does not document; not taken for an end"
    assert warned == f"huawei.mpc.editing job_id=1: {said}"


def test_how_long_the_job_is_absent_is_known_across_the_deferral(bench: Bench) -> None:
    """From the worker's look, through the triggerer, to the worker that tells."""
    of = sensor(not_found_grace=285)
    start = bench.world.now()
    trigger = deferred_trigger(bench, of)
    assert trigger.arguments["before"][0]["absent_since"] == format_time(start)
    bench.world.advance(280)

    event = bench.triggered(trigger)

    assert parse_time(event["jobs"][0]["absent_since"]) == start
    assert 290 <= (bench.world.now() - start).total_seconds() < 292  # at the first look in the triggerer
    with pytest.raises(MediaJobNotFound, match=r"not visible for 29\d s"):
        bench.resumed(of, event)


def test_a_triggerer_that_restarts_late(bench: Bench) -> None:
    """What the worker saw half an hour ago must not end the wait at the first blip."""
    of = sensor(not_found_grace=600)
    trigger = deferred_trigger(bench, of)
    bench.world.advance(850)
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, "SUCCEEDED")
    bench.world.add_fault("vanish", times=2)

    assert bench.resumed(of, bench.triggered(trigger))["state"] == "succeeded"


def test_how_long_the_job_is_absent_counts_at_the_last_look(bench: Bench) -> None:
    """Which the worker makes when the time of the wait is over."""
    of = sensor(timeout=100, not_found_grace=100)
    event = bench.triggered(deferred_trigger(bench, of))
    bench.world.advance(10)

    with pytest.raises(MediaJobNotFound, match="not visible for 100 s"):
        bench.resumed(of, event)


@pytest.mark.parametrize("widest", [10.0, 25.0])
def test_the_widest_gap_between_two_looks(widest: float, bench: Bench) -> None:
    """``poll_interval`` reaches the poller."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    trigger = deferred_trigger(bench, sensor(poll_interval=widest, timeout=7200))
    bench.world.clear_requests()

    bench.triggered(trigger)

    times = [request.at for request in bench.world.requests]
    gaps = [(late - early).total_seconds() for early, late in pairwise(times)]
    assert 0.8 * widest < max(gaps) <= 1.2 * widest
