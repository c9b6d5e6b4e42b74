# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests errors while a connection or its project is looked up: those that may pass only delay a wait.

Covers ``triggers.job``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    AuthError,
    ConfigError,
    ConnectionUnavailable,
    CredentialsExpired,
    CredentialsRefused,
    CredentialsUnavailable,
    MediaJobsError,
    PermissionDenied,
)
from airflow_provider_mediajobs.core.policy import BACKSTOP_S
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobBadConnection,
    MediaJobNotAuthenticated,
    MediaJobNotPermitted,
    MediaJobTimeout,
)

from .conftest import Bench, deferred_trigger, sensor, started, starts

PASSING = [ConnectionUnavailable("no answer"), CredentialsUnavailable("the project could not be looked up: reset")]
FINAL = [
    (ConfigError("there is no such project"), MediaJobBadConnection),
    (AuthError("APIGW.0301"), MediaJobNotAuthenticated),
    (CredentialsRefused("401"), MediaJobNotAuthenticated),
    (PermissionDenied("403"), MediaJobNotPermitted),
]


UNFORESEEN = [AttributeError("'Connection' has no 'x', token=hunter2"), RecursionError(), KeyError("token"), OSError()]


def failing(bench: Bench, error: Exception, times: int) -> Callable[[], Awaitable[Account]]:
    """Reads the connection, after it has failed so often."""
    left = times

    async def read() -> Account:
        nonlocal left
        left -= 1
        if left >= 0:
            raise error
        return bench.world.account("huawei", region="cn-north-4")

    return read


def start_trigger(bench: Bench) -> Any:
    trigger = started(sensor(start_in_triggerer=True), **bench.context(bench.instance()))
    trigger.timeout_after = bench.world.now() + timedelta(seconds=3600 + BACKSTOP_S)
    return trigger


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_trouble_that_passes_delays_a_deferred_wait(bench: Bench, error: MediaJobsError) -> None:
    """However often it is met."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 100)])
    event = bench.triggered(deferred_trigger(bench, sensor()), failing(bench, error, 5))
    assert event["jobs"][0]["answer"]["job"]["state"] == "succeeded"


@pytest.mark.parametrize("error", [CredentialsExpired("APIGW.0307"), AuthError("APIGW.0301")], ids=repr)
def test_a_key_that_was_rotated_just_now(bench: Bench, error: MediaJobsError) -> None:
    """Refused once, the connection is read again."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 100)])
    event = bench.triggered(deferred_trigger(bench, sensor()), failing(bench, error, 1))
    assert event["jobs"][0]["answer"]["job"]["state"] == "succeeded"


@starts
def test_trouble_that_passes_delays_a_started_wait(bench: Bench) -> None:
    """No worker is needed for it."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 100)])
    event = bench.triggered(start_trigger(bench), failing(bench, PASSING[1], 5))
    assert event["jobs"][0]["answer"]["job"]["state"] == "succeeded"


@pytest.mark.parametrize(("error", "expected"), FINAL, ids=repr)
def test_a_no_ends_a_deferred_wait(bench: Bench, error: MediaJobsError, expected: type[Exception]) -> None:
    """As it would on a worker."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 100)])
    of = sensor()
    event = bench.triggered(deferred_trigger(bench, of), failing(bench, error, 99))
    with pytest.raises(expected):
        bench.resumed(of, event)


@starts
@pytest.mark.parametrize(("error", "expected"), FINAL, ids=repr)
def test_a_no_ends_a_started_wait(bench: Bench, error: MediaJobsError, expected: type[Exception]) -> None:
    """The same."""
    trigger = start_trigger(bench)
    event = bench.triggered(trigger, failing(bench, error, 99))
    with pytest.raises(expected):
        bench.resumed(sensor(start_in_triggerer=True), event)


@pytest.mark.parametrize("error", UNFORESEEN, ids=repr)
def test_what_nobody_thought_of_delays_a_deferred_wait(bench: Bench, error: Exception) -> None:
    """Whatever a secrets backend raises."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 100)])
    event = bench.triggered(deferred_trigger(bench, sensor()), failing(bench, error, 5))
    assert event["jobs"][0]["answer"]["job"]["state"] == "succeeded"


@starts
@pytest.mark.parametrize("error", UNFORESEEN, ids=repr)
def test_what_nobody_thought_of_leaves_a_start_to_a_worker(bench: Bench, error: Exception) -> None:
    """It may be a typing mistake."""
    event = bench.triggered(start_trigger(bench), failing(bench, error, 5))
    assert event["not_started"].startswith(f"connection {sensor().conn_id!r} could not be looked up (")


def test_trouble_with_a_look_up_is_told(bench: Bench) -> None:
    """At once, and every ten minutes; the deadline repeats it, though the worker could look it up."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, "PROCESSING")
    of = sensor(timeout=1500)
    text = "could not be looked up (AttributeError: 'Connection' has no 'x', token=***)"
    text = f"connection 'huawei_mediajobs_default' {text}"
    with capture_logs() as logs:
        event = bench.triggered(deferred_trigger(bench, of), failing(bench, UNFORESEEN[0], 999))
    warned = [
        entry["event"] % tuple(entry.get("positional_args", ())) for entry in logs if entry["log_level"] == "warning"
    ]
    assert warned == [f"huawei.mpc.editing job_id=1: {text}; the wait goes on"] * 3
    with pytest.raises(MediaJobTimeout) as caught:
        bench.resumed(of, event)
    assert "running (the vendor says 'PROCESSING'" in str(caught.value)
    assert f"; while deferred: {text}" in str(caught.value)
    assert "hunter2" not in str(event)
