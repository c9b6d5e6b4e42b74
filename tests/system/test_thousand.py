# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests one triggerer that holds a thousand waits, and is stopped while it holds six hundred."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable

import pytest

from .stack import Stack
from .test_killed import LOOKS
from .thousand import DAG_ID, Thousand


def test_every_job_is_looked_at(a_thousand: Thousand) -> None:
    assert len(a_thousand.looks) == 1000
    assert min(a_thousand.looks.values()) >= 1


def test_every_end_is_told(a_thousand: Thousand) -> None:
    """Success by the end of the task, where that was asked for; all else by an event for a worker."""
    expected = {}
    for key, wait in a_thousand.jobs.planned.items():
        ends_there = wait.way != "classic" and not wait.fails
        expected[key] = "deferred" if wait.ends is None else "success" if ends_there else "scheduled"

    assert {key: task.state for key, task in a_thousand.tasks.items()} == expected
    assert Counter(expected.values())["deferred"] == a_thousand.held == 600


def test_every_event_is_true(a_thousand: Thousand) -> None:
    events = {key: task.event for key, task in a_thousand.tasks.items() if task.event}
    told = {key: [job["answer"]["job"]["state"] for job in event["jobs"]] for key, event in events.items()}
    planned = a_thousand.jobs.planned

    assert told == {key: ["failed" if planned[key].fails else "succeeded"] for key in told}


def test_no_gate_opens_before_its_job_has_ended(a_thousand: Thousand, figure: Callable[[str], None]) -> None:
    late = sorted(a_thousand.lateness().values())
    figure(
        f"1,000 waits in one triggerer: {len(a_thousand.requests)} calls, all jobs seen in {a_thousand.seen_s:.0f} s;"
    )
    figure(f"  {len(late)} ends told late by {statistics.mean(late):.1f} s on average, {late[-1]:.1f} s at most")

    assert len(late) == 400
    assert late[0] > 0


def test_no_call_is_refused(a_thousand: Thousand) -> None:
    """The emulator counts as the vendors do, and would throttle."""
    assert {(request["status"], request["code"]) for request in a_thousand.requests} == {(200, None)}
    assert {request["action"] for request in a_thousand.requests} <= LOOKS


@pytest.mark.usefixtures("a_thousand")
def test_lines_of_the_poller(stack: Stack) -> None:
    """What it says of all waits goes into no task's log."""
    shared = [log for log in stack.task_logs(DAG_ID) if "airflow_provider_mediajobs.poller" in log.read_text()]
    assert shared == []


def test_a_graceful_stop(a_thousand: Thousand) -> None:
    """Leaves no task, connection or warning behind."""
    assert a_thousand.exit_code == 0
    assert a_thousand.triggerer.noise() == []
    assert a_thousand.triggerer.is_gone()
