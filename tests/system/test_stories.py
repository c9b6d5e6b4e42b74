# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what the author of a task sees of a wait that is deferred, in a real triggerer."""

from __future__ import annotations

import pytest

from .killing import Killing
from .stack import Stack
from .stories import Stories
from .test_killed import STARTS

pytestmark = pytest.mark.usefixtures("killed")


@pytest.mark.parametrize(("name", "other"), [("told", "told_too"), ("told_too", "told")])
def test_the_log_of_a_deferred_task(name: str, other: str, stories: Stories) -> None:
    """Its own lines while it is deferred, again when it is resumed, and nobody else's."""
    while_deferred, on_workers = stories.log(name).of_triggerers(), stories.log(name).of_workers()

    line = f"huawei.mpc.editing job_id={name}: running (the vendor says 'PROCESSING'"
    assert line in while_deferred
    assert "while deferred, at 20" in on_workers
    assert f"job_id={other}:" not in while_deferred + on_workers
    assert "airflow_provider_mediajobs.poller" not in while_deferred + on_workers


def test_timeout(stories: Stories) -> None:
    """The sensor's own, for a task that a worker has deferred and for one that none has seen."""
    for name in ("times_out", "times_out_in_the_triggerer"):
        task, log = stories.tasks[name], stories.log(name).of_workers()
        assert (task.state, task.tries) == ("failed", 1)
        assert "MediaJobTimeout" in log
        assert "still waiting after 25 s" in log
        assert task.start is not None
        assert task.end is not None


def test_execution_timeout(stories: Stories) -> None:
    """Airflow does not enforce it while a task is deferred."""
    assert stories.tasks["execution_times_out"].state == "failed"
    log = stories.log("execution_times_out").of_workers()
    assert "AirflowTaskTimeout" in log
    assert "execution_timeout passed while the task was deferred" in log


def test_soft_fail(stories: Stories) -> None:
    assert stories.tasks["skips"].state == "skipped"
    assert stories.log("skips").worker_starts() == 2


def test_a_retry_begins_again(stories: Stories) -> None:
    """In the triggerer, where Airflow starts tasks there, with a time of its own."""
    task = stories.tasks["begins_again"]
    assert (task.state, task.tries) == ("success", 2)
    assert "AirflowTaskTimeout" in stories.log("begins_again").of_workers()
    assert ("Pausing task as DEFERRED" in stories.log("begins_again", 2).of_workers()) != STARTS
    assert stories.returned()["begins_again"]["state"] == "succeeded"


def test_what_no_retry_would_cure(stories: Stories) -> None:
    """Is not tried again."""
    for name, error in {"not_there": "MediaJobBadConnection", "wrong_key": "MediaJobNotAuthenticated"}.items():
        task = stories.tasks[name]
        assert (name, task.state, task.tries) == (name, "failed", 1)
        assert error in stories.log(name).of_workers()


def test_a_result_that_was_written_in_the_triggerer(stories: Stories) -> None:
    """Is a dictionary to the task that reads it, as if a worker had returned it."""
    assert stories.log("hands_on").worker_starts() == (0 if STARTS else 1)
    assert stories.returned()["reads"] == ["dict", "succeeded", "hands_on"]


def test_a_job_whose_parameters_a_function_returns(stories: Stories, killed: Killing) -> None:
    """Submitted once, by arguments that were rendered before the function was called, and waited for while deferred."""
    task = stories.tasks["cut"]
    assert (task.state, task.tries) == ("success", 1)
    result = stories.returned()["cut"]
    assert (result["kind"], result["state"]) == ("huawei.mpc.editing", "succeeded")
    (created,) = (one["parameters"] for one in killed.requests if one["action"] == "CreateEditingJob")
    assert "in/system_stories.mp4" in str(created)


def test_no_secret_is_told(stack: Stack) -> None:
    """By no process of Airflow's, and least of all in an event or a refusal."""
    assert stack.secrets_in_logs() == []
