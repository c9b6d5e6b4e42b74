# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests operators that are killed at every step, triggerers that end, and people who end tasks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .crashes import Crashes
from .dags.system_crashes import CRASHES, ENDED, ON_WORKERS, name_of
from .test_killed import STARTS

SHOWN = {"alibaba.ice.live_editing", "alibaba.live.editing"}
"""Kinds whose list shows the operator's key."""


def expected(kind: str, step: str) -> tuple[str, int]:
    """The end of the second try, and how many jobs there are then."""
    jobs = 0 if step in {"before_intent", "after_intent"} else 1
    if step == "before_intent" and STARTS:  # nothing is written down, so nothing can have been sent
        return "success", 1
    known = step in {"written", "deferring", "resumed"} and STARTS
    return ("success" if jobs and (known or kind in SHOWN) else "failed"), jobs


@pytest.mark.parametrize(("kind", "step"), CRASHES)
def test_never_two_jobs(crashed: Crashes, kind: str, step: str) -> None:
    """One where one was made; and where nobody knows, the failure says so."""
    name = name_of(kind, step)
    task = crashed.tasks[name]

    assert (task.tries, (task.state, crashed.created[name])) == (2, expected(kind, step))
    if task.state == "failed":
        error, text = crashed.log(name, 2).end()
        assert error == "MediaJobUnclear"
        assert "is unclear" in text
    else:
        assert (crashed.returned[name]["kind"], crashed.returned[name]["state"]) == (kind, "succeeded")


def test_every_first_try_was_killed(crashed: Crashes) -> None:
    """By its own process: none has told of an end."""
    names = [name_of(*crash) for crash in CRASHES]

    assert [name for name in names if "error_detail" in crashed.log(name, 1).of_workers()] == []


def test_a_triggerer_that_ends_cancels_nothing(crashed: Crashes) -> None:
    """Neither ``kill -9`` nor SIGTERM, nor that another one takes over."""
    assert crashed.moved == dict.fromkeys(ENDED, "WAITING")


def test_what_people_end_is_cancelled(crashed: Crashes) -> None:
    """Before Airflow 3.3 nobody is told of it. The cleared task goes on with its job."""
    by_people = "CANCEL" if STARTS else "WAITING"

    assert crashed.ended == {
        "lives": "WAITING",
        "marked_failed": by_people,
        "marked_success": by_people,
        "cleared": "WAITING",
    }
    assert {name: task.state for name, task in crashed.last.items()} == {
        "lives": "success",
        "marked_failed": "failed",
        "marked_success": "success",
        "cleared": "success" if STARTS else "failed",  # which lists no key of ours, and is not found again
    }
    assert {name: crashed.created[name] for name in ENDED} == dict.fromkeys(ENDED, 1)


def test_a_workers_signal(crashed: Crashes) -> None:
    """SIGTERM alone cancels nothing, nor does a clear; what a person ends for good is cancelled, on each Airflow."""
    assert crashed.jobs_of_workers == {
        "here_evicted": "WAITING",
        "here_failed": "CANCEL",
        "here_success": "CANCEL",
        "here_clear": "WAITING",
    }
    again = "success" if STARTS else "failed"  # as of the cleared task that was deferred
    assert {name: (task.state, task.tries) for name, task in crashed.on_workers.items()} == {
        "here_evicted": (again, 2),
        "here_failed": ("failed", 1),
        "here_success": ("success", 1),
        "here_clear": (again, 2 if STARTS else 3),
    }
    assert {name: crashed.created[name] for name in ON_WORKERS} == dict.fromkeys(ON_WORKERS, 1)


@pytest.mark.parametrize(("name", "state"), [("here_evicted", "running"), ("here_clear", "restarting")])
def test_a_workers_log_names_the_job_that_goes_on(crashed: Crashes, name: str, state: str) -> None:
    told = crashed.log(name, 1, "system_workers").of_workers()

    assert re.search(
        rf"huawei\.vod\.editing task_id=\w+: not cancelled; .* goes on, and costs money \(the task is {state}", told
    )


def test_the_console_is_a_click_away(crashed: Crashes) -> None:
    """Also of a task that is deferred. The output is one of a task that has ended."""
    assert crashed.links == {"Vendor's console": "https://console.huaweicloud.com/vod", "Output": None}
    assert crashed.output == {
        "Vendor's console": "https://ims.console.aliyun.com",
        "Output": "https://b.oss-cn-shanghai.aliyuncs.com/alibaba.ice.live_editing-written.mp4",
    }


def test_how_long_it_takes(crashed: Crashes, figure: Callable[[str], None]) -> None:
    figure(f"{len(CRASHES)} operators killed at every step: {crashed.seconds:.0f} s")

    assert crashed.seconds > 0
