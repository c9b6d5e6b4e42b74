# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that every outcome is the same in every mode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from .dags.system_outcomes import OUTCOMES, End
from .outcomes import DAG_ID, RUN, Outcomes, common
from .test_killed import LOOKS, STARTS

every_outcome = pytest.mark.parametrize("name", OUTCOMES)


def ends(name: str) -> dict[str, End]:
    """What is expected of the tasks of a row."""
    row = OUTCOMES[name]
    found = {f"{name}-{mode}": row.end for mode in row.modes}
    if row.forgetful and not STARTS:  # Airflow 3.3 starts tasks in the triggerer, and remembers
        found[f"{name}-reschedule"] = row.forgetful
    return found


def assert_alike(told: dict[str, Any], expected: dict[str, End]) -> None:
    """What tasks with the same end have told is the same."""
    plain = {task: common(task, value) for task, value in told.items()}
    like = {task: next(other for other in told if expected[other] is expected[task]) for task in told}
    assert plain == {task: plain[other] for task, other in like.items()}


@every_outcome
def test_state_and_tries(name: str, outcomes: Outcomes) -> None:
    """No end is tried again but a time-out of Airflow's own."""
    found = {task: (row.state, row.tries) for task, row in outcomes.tasks.items() if task.partition("-")[0] == name}

    assert found == {task: (end.state, end.tries) for task, end in ends(name).items()}


@every_outcome
def test_exception_and_message(name: str, outcomes: Outcomes) -> None:
    """Of a failure, or the reason of a skip, as the task's log has it."""
    expected = ends(name)
    told = {task: outcomes.log(task).end() for task in expected if outcomes.tasks[task].state != "success"}

    assert {task: error for task, (error, _) in told.items()} == {
        task: end.error for task, end in expected.items() if end.state != "success"
    }
    assert [
        (task, text) for task, (_, text) in told.items() if any(piece not in text for piece in expected[task].says)
    ] == []
    assert_alike({task: text for task, (_, text) in told.items() if expected[task].says}, expected)


@every_outcome
def test_result(name: str, outcomes: Outcomes) -> None:
    """It is returned by an open gate; of several jobs that open none, the result so far is kept."""
    expected = ends(name)
    returned = {task: outcomes.returned[task] for task in expected if task in outcomes.returned}
    partial = {task: outcomes.partial[task] for task in expected if task in outcomes.partial}
    pieces = {task: {key: value[key] for key in expected[task].result} for task, value in returned.items()}
    states = {
        task: tuple(job["state"] for job in value.get("jobs", ())) for task, value in (returned | partial).items()
    }

    assert pieces == {task: end.result for task, end in expected.items() if end.state == "success"}
    assert list(partial) == [task for task, end in expected.items() if end.states and end.state != "success"]
    assert states == {task: end.states for task, end in expected.items() if end.states or end.state == "success"}
    assert_alike(returned | partial, expected)


@every_outcome
def test_worker_starts(name: str, outcomes: Outcomes) -> None:
    """As many as the mode promises; a rescheduled wait takes one for each look."""
    found = {task: outcomes.log(task).worker_starts() for task in ends(name)}
    if not OUTCOMES[name].at_once and (rescheduled := f"{name}-reschedule") in found:
        assert found[rescheduled] >= 2
        found[rescheduled] = 1

    assert found == {task: _starts(name, task.rpartition("-")[2], end) for task, end in ends(name).items()}


def _starts(name: str, mode: str, end: End) -> int:
    """Deferred, for the first look where a worker makes it, and for the end where no triggerer ends the task."""
    first = not (STARTS and mode in {"start", "both"})
    if mode in {"poke", "reschedule"} or (first and OUTCOMES[name].at_once):
        return 1
    return first + (end.state != "success" or mode not in {"finish", "both"})


def test_links(outcomes: Outcomes) -> None:
    """The same in every mode, whoever begins and ends the task."""
    name = "partial_accept"
    found = {
        mode: outcomes.stack.ask(f"dags/{DAG_ID}/dagRuns/{RUN}/taskInstances/{name}-{mode}/links")["extra_links"]
        for mode in OUTCOMES[name].modes
    }

    assert found == {
        mode: {
            "Vendor's console": "https://vod.console.aliyun.com/#/media/video/list",
            "Output": f"http://emulator.oss-cn-shanghai.aliyuncs.com/{name}-{mode}/ld.mp4",
        }
        for mode in OUTCOMES[name].modes
    }


def test_only_what_was_to_be_cancelled_is(outcomes: Outcomes) -> None:
    """And nothing else is asked for than looks."""
    left = {task: end.leaves for name in OUTCOMES for task, end in ends(name).items() if end.leaves}
    requested = Counter(request["action"] for request in outcomes.requests if request["action"] not in LOOKS)

    assert {task: outcomes.words[task] for task in left} == left
    assert requested == {
        "DeleteEditingJob": sum(word == "CANCELED" for word in left.values()),
        "DeleteAssetEditTask": sum(word == "CANCEL" for word in left.values()),
    }


def test_the_triggerer_leaves_nothing_behind(outcomes: Outcomes, figure: Callable[[str], None]) -> None:
    figure(f"every outcome in every mode, {len(outcomes.tasks)} waits: {outcomes.seconds:.0f} s")

    assert outcomes.triggerer.noise() == []
    assert outcomes.triggerer.is_gone()
