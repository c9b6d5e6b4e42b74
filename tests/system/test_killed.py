# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests a triggerer that is killed in the middle of two hundred waits."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable

from airflow.triggers.base import BaseTrigger

from airflow_provider_mediajobs.core.policy import POLL_INTERVAL_S

from .jobs import Key
from .killing import DAG_ID, REAL, Killing
from .stack import Stack

STARTS = hasattr(BaseTrigger, "render_template_fields")
"""Whether this Airflow starts tasks in the triggerer; before 3.3 none does."""
LOOKS = {
    "GetEditingJobInfo",
    "GetLiveEditingJob",
    "ListMediaProducingJobs",
    "ListTranscodeTask",
    "GetTranscodeTask",
    "GetTranscodeSummary",
    "ListAssetEditTask",
    "ListEditingJob",
}


def test_it_held_many_waits(killed: Killing) -> None:
    running = {key for key in killed.held if killed.ends[key] > killed.at}

    assert len(running) >= 20, "whose jobs ended after the kill"


def test_every_wait_ends_right(killed: Killing) -> None:
    """By its job; the job's failure is told by its own exception."""
    expected = {key: "failed" if wait.fails else "success" for key, wait in killed.jobs.planned.items()}

    assert {key: task.state for key, task in killed.tasks.items()} == expected
    assert Counter(expected.values()) == {"success": 165, "failed": 35}


def test_every_wait_ends_once(killed: Killing, stack: Stack) -> None:
    """In its first try, with as many starts of workers as this way of waiting needs, and one result."""
    started = {key: stack.task_log(DAG_ID, *key).worker_starts() for key in killed.tasks}

    assert {task.tries for task in killed.tasks.values()} == {1}
    assert started == {key: _starts(killed, key) for key in killed.tasks}
    assert Counter((run, task) for run, task, _ in killed.returned) == Counter(
        key for key, wait in killed.jobs.planned.items() if not wait.fails
    )


def _starts(killed: Killing, key: Key) -> int:
    """Of workers: for the first look where the wait is real, and for the end where no triggerer ends the task."""
    wait = killed.jobs.planned[key]
    first = wait.run in REAL and not (STARTS and wait.way.startswith("both"))
    return first + (wait.fails or wait.way == "classic")


def test_every_result_is_of_the_job_that_was_asked_for(killed: Killing) -> None:
    told = {(run, task): (value["kind"], value["ids"], value["state"]) for run, task, value in killed.returned}
    expected = {key: (wait.kind, wait.ids, "succeeded") for key, wait in killed.jobs.planned.items() if not wait.fails}

    assert told == expected


def test_every_failure_is_told(killed: Killing, stack: Stack) -> None:
    failed = [key for key, wait in killed.jobs.planned.items() if wait.fails]

    assert [key for key in failed if "MediaJobFailed" not in stack.task_log(DAG_ID, *key).of_workers()] == []


def test_no_gate_opens_before_its_job_has_ended(killed: Killing) -> None:
    """By the emulator's clock, which is this machine's."""
    assert len(killed.ends) == 200
    assert min(killed.lateness().values()) > 0


def test_no_wait_is_late(killed: Killing, figure: Callable[[str], None]) -> None:
    """Airflow's 30 s until it misses the dead one, the new triggerer's start, the worker's turn."""
    late = sorted(killed.lateness().values())
    figure(f"200 waits, {len(killed.held)} of them with the triggerer that was killed:")
    figure(
        f"  late by {statistics.mean(late):.1f} s on average, {late[100]:.1f} s the median, {late[-1]:.1f} s at most"
    )

    assert len(late) == 200
    assert late[-1] <= 60 + POLL_INTERVAL_S


def test_nothing_is_cancelled(killed: Killing) -> None:
    """Looks, and nothing else; the limits hold, two triggerers and the workers together."""
    others = [request["action"] for request in killed.requests if request["action"] not in LOOKS]
    assert others == ["CreateEditingJob"], "by which one of the stories submits its job"
    refused = Counter(request["code"] for request in killed.requests if request["status"] != 200)
    assert set(refused) <= {"APIGW.0301"}, "which one of the stories is about"


def test_the_other_one_leaves_nothing_behind(killed: Killing) -> None:
    """It was stopped in the end; a refused key and a hundred waits that came over from another are no trouble to it."""
    assert killed.survivor.noise() == []
    assert killed.survivor.is_gone()
