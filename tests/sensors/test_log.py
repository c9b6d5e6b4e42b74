# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the lines that a wait writes into the task log, from the first to the last, in every mode.

Covers ``triggers.progress_log``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException, AirflowTaskTimeout
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import ConnectionUnavailable
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobBadParameter,
    MediaJobFailed,
    MediaJobNotAuthenticated,
    MediaJobTimeout,
    MediaJobWaitBroken,
)

from .conftest import Bench, StateStore, deferred_trigger
from .modes import MODES

KIND = "huawei.mpc.editing"
ONE = f"{KIND} job_id=1"
COMMAND = f"mediajobs status huawei_mediajobs_default {KIND}"
ENDS: dict[str, tuple[list[tuple[str, float]], dict[str, Any], type[BaseException] | None, str]] = {
    "success": ([("PROCESSING", 0), ("SUCCEEDED", 100)], {}, None, "succeeded; succeeded"),
    "failure": (
        [("PROCESSING", 0), ("FAILED", 100)],
        {},
        MediaJobFailed,
        "failed (MediaJobFailed); failed (the vendor says 'FAILED')",
    ),
    "skip": (
        [("PROCESSING", 0), ("FAILED", 100)],
        {"soft_fail": True},
        AirflowSkipException,
        "skipped; failed (the vendor says 'FAILED')",
    ),
    "time-out": (
        [("PROCESSING", 0)],
        {"timeout": 200},
        MediaJobTimeout,
        "timed out (MediaJobTimeout); running (the vendor says 'PROCESSING')",
    ),
}


def sensor(ids: Any = "1", **given: Any) -> MediaJobSensor:
    arguments: dict[str, Any] = {"kind": KIND, "ids": {"job_id": ids}, "timeout": 3600} | given
    return MediaJobSensor(task_id="wait", **arguments)


def lines_of(do: Callable[[], object], error: type[BaseException] | None = None) -> tuple[list[str], str]:
    """What is logged, and the message of the error."""
    with capture_logs() as logs:
        if error is None:
            do()
            return [entry["event"] for entry in logs], ""
        with pytest.raises(error) as caught:
            do()
    return [entry["event"] for entry in logs], str(caught.value)


def add(world: World, number: int, *script: tuple[str, float]) -> None:
    for each in range(number):
        world.add_job(KIND, {"job_id": str(each)}, list(script) or "SUCCEEDED")


@pytest.mark.parametrize("end", list(ENDS))
@pytest.mark.parametrize("mode", list(MODES))
def test_the_first_line_and_the_last(mode: str, end: str, bench: Bench) -> None:
    """One each, whatever becomes of the wait, and whoever ends it; both make sense alone."""
    script, given, error, told = ENDS[end]
    bench.store = StateStore()
    bench.world.add_job(KIND, {"job_id": "1"}, script)

    lines, message = lines_of(lambda: bench.run(sensor(**given, **MODES[mode])), error)

    assert re.fullmatch(rf"{ONE}: waiting, until \S+ at the latest; to look at it: {COMMAND} 1", lines[0])
    end_told, finishes = f"{ONE}: wait over: {told}", "finished" in mode and error is None
    if finishes:
        end_told = end_told.replace("succeeded; ", "succeeded, and the task ends in the triggerer; ")
    assert re.fullmatch(rf"{re.escape(end_told)}; \d+ looks?, \d+ calls?, waited 0:0[1-4]:\d\d", lines[-1]), lines[-1]
    assert [sum(part in line for line in lines) for part in (": waiting, until ", ": wait over: ")] == [1, 1]
    if error is not None:
        assert message.endswith(f"; to look at it: {COMMAND} 1")
    handed_over = [line for line in lines if "; a worker " in line]
    assert len(handed_over) == (mode not in {"poke", "reschedule"} and not (finishes and "triggerer" in lines[-1]))


@pytest.mark.parametrize(
    ("break_it", "error", "told"),
    [
        (lambda of, _bench: of.ids.update(job_id="None"), MediaJobBadParameter, f"{KIND}: wait over: failed"),
        (
            lambda _of, bench: setattr(bench, "break_in", AirflowTaskTimeout("t")),
            AirflowTaskTimeout,
            f"{KIND}: wait over",
        ),
        (lambda _of, bench: bench.world.keys.clear(), MediaJobNotAuthenticated, f"{ONE}: wait over: failed"),
    ],
    ids=["an id that rendered to nothing", "an execution_timeout", "a key that is refused"],
)
def test_other_ends(break_it: Any, error: type[BaseException], told: str, bench: Bench) -> None:
    """They have a last line too."""
    bench.world.add_job(KIND, {"job_id": "1"}, "PROCESSING")
    of = sensor()
    break_it(of, bench)
    lines, _ = lines_of(lambda: bench.once(of, bench.instance()), error)
    assert lines[-1].startswith(told)
    assert sum("wait over" in line for line in lines) == 1


def test_an_event_of_somebody_else(bench: Bench) -> None:
    bench.world.add_job(KIND, {"job_id": "1"}, "PROCESSING")
    lines, _ = lines_of(lambda: bench.resumed(sensor(deferrable=True), {"x": 1}), MediaJobWaitBroken)
    assert lines == [f"{KIND}: wait over: failed (MediaJobWaitBroken); nothing was asked for"]


@pytest.mark.parametrize("mode", ["poke", "deferred"])
def test_failures_among_many_are_told_at_once(mode: str, bench: Bench) -> None:
    """Which, and how many, within a look; the last line names them with word and code, and so does the command."""
    add(bench.world, 20, ("PROCESSING", 0), ("SUCCEEDED", 1000))
    for number, word, at in (("3", "FAILED", 100), ("7", "FAILED", 115), ("9", "SUCCEEDED", 130)):
        bench.world.add_job(KIND, {"job_id": number}, [("PROCESSING", 0), (word, at)])
    of = sensor([str(number) for number in range(20)], fail_fast=False, poke_interval=5, poll_interval=5, **MODES[mode])
    lines, message = lines_of(lambda: bench.run(of), MediaJobFailed)

    told = [line for line in lines if line.startswith(f"{KIND}, 20 jobs: ")]
    assert f"{KIND}, 20 jobs: 19 running, 1 failed; now: job_id=3 failed" in told
    assert f"{KIND}, 20 jobs: 18 running, 2 failed; now: job_id=7 failed" in told
    assert f"{KIND}, 20 jobs: 17 running, 2 failed, 1 succeeded; now: job_id=9 succeeded" in told
    bad = ", ".join(f"job_id={number} failed (the vendor says 'FAILED')" for number in (3, 7))
    assert f"wait over: failed (MediaJobFailed); 18 succeeded, 2 failed; not succeeded: {bad}; " in lines[-1]
    assert message.endswith(f"; to look at it: {COMMAND} 3 7")


def test_counts_do_not_go_backwards_when_a_worker_resumes(bench: Bench) -> None:
    """Of 80 jobs the worker asks for the first 50: the triggerer goes on from there, and so does the last worker."""
    add(bench.world, 80, ("PROCESSING", 0))
    for number in range(4):
        bench.world.add_job(KIND, {"job_id": str(number)}, "SUCCEEDED")

    lines, message = lines_of(
        lambda: bench.run(sensor([str(number) for number in range(80)], timeout=300, deferrable=True)), MediaJobTimeout
    )

    told = [line for line in lines if line.startswith(f"{KIND}, 80 jobs: ") and "succeeded" in line]
    assert f"{KIND}, 80 jobs: 4 succeeded, 46 running, 30 not asked yet; " in told[0]
    assert all("80 jobs: 4 succeeded, " in line or "; 4 succeeded, 76 running; " in line for line in told), told
    left = [int(found[1]) if (found := re.search(r"(\d+) not asked yet", line)) else 0 for line in told]
    assert left == sorted(left, reverse=True)
    assert "no news" not in " ".join(lines) + message
    assert "without news" not in " ".join(lines) + message


@pytest.mark.parametrize("mode", ["poke", "deferred"])
def test_trouble_is_taken_back(mode: str, bench: Bench) -> None:
    """When the vendor answers again: also where the job has ended meanwhile."""
    bench.world.add_job(KIND, {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 4000)])
    of = sensor(poke_interval=30, poll_interval=30, timeout=7200, **MODES[mode])

    bench.world.add_fault("server_error", status=503, times=3)
    lines, _ = lines_of(lambda: bench.run(of))

    trouble = max(place for place, line in enumerate(lines) if line.startswith(f"{ONE}: no news: "))
    assert lines[trouble + 1].startswith(f"{ONE}: huawei answers again: running (the vendor says 'PROCESSING'")
    assert sum("answers again" in line and "while deferred" not in line for line in lines) == 1


def test_trouble_that_is_over_when_the_job_is(bench: Bench) -> None:
    """The last line is not the only one that knows."""
    bench.world.add_job(KIND, {"job_id": "1"}, "SUCCEEDED")
    bench.world.add_fault("server_error", status=503, times=1)
    lines, _ = lines_of(lambda: bench.run(sensor()))
    assert lines[-2] == f"{ONE}: huawei answers again"
    assert lines[-1].startswith(f"{ONE}: wait over: succeeded; succeeded; 2 looks, 2 calls, waited 0:01:00")


def test_trouble_with_some_of_many(bench: Bench) -> None:
    """Counted as such, with its reason; over when it is over for all."""
    add(bench.world, 20, ("PROCESSING", 0), ("SUCCEEDED", 400))
    bench.world.add_fault("server_error", ids={"job_id": "15"}, status=503, times=4)
    lines, _ = lines_of(lambda: bench.run(sensor([str(number) for number in range(20)])))
    counts = [line.partition("20 jobs: ")[2] for line in lines]
    assert any("19 running, 1 without news; no news: APIGW.0613: " in line for line in counts), counts
    assert "huawei answers again: 20 running; now: job_id=15 running" in counts


def test_a_connection_that_comes_back(bench: Bench) -> None:
    """It was not the vendor that did not answer."""
    bench.world.add_job(KIND, {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 300)])
    trigger = deferred_trigger(bench, sensor(deferrable=True))
    answers = [ConnectionUnavailable("vault")]

    async def read() -> Account:
        if answers:
            raise answers.pop()
        return bench.world.account("huawei", region="cn-north-4")

    lines, _ = lines_of(lambda: bench.triggered(trigger, read))
    assert lines[:2] == [f"{ONE}: no news: vault", f"{ONE}: vault; the wait goes on"]
    assert lines[2].startswith(f"{ONE}: the connection can be looked up again: running (the vendor says 'PROCESSING'")
    assert lines[-1] == f"{ONE}: nothing more to wait for: succeeded; a worker ends the task"


@pytest.mark.long
@pytest.mark.parametrize("mode", ["poke", "deferred"])
def test_many_that_end_one_by_one(mode: str, bench: Bench) -> None:
    """A line a change, none of them long."""
    for number in range(500):
        script = [("PROCESSING", 0.0), ("SUCCEEDED", 100.0 + 3 * number)]
        bench.world.add_job(KIND, {"job_id": f"{number}".rjust(60, "j")}, script)
    ids = [f"{number}".rjust(60, "j") for number in range(500)]
    lines, _ = lines_of(lambda: bench.run(sensor(ids, timeout=7200, **MODES[mode])))
    assert len(lines) < 1000
    assert max(map(len, lines)) < 2000


def test_what_others_wrote_stays_on_one_line(bench: Bench) -> None:
    """And cannot fill the log: nor can a vendor with a new word in every answer."""
    words = [(f"WORD {number}\n", 10.0 * number) for number in range(40)]
    bench.world.add_job(KIND, {"job_id": "1"}, [*words, ("SUCCEEDED", 400)], undocumented=True)
    lines, _ = lines_of(lambda: bench.run(sensor(poke_interval=10)))
    assert sum("which its page does not document" in line for line in lines) == 10
    assert not any("\n" in line for line in lines)


def test_the_command_names_what_replaces_the_connections_own(bench: Bench) -> None:
    bench.world.add_job(KIND, {"job_id": "1"}, "FAILED")
    _, message = lines_of(lambda: bench.run(sensor(region="cn-east-3", project_id="emulator-project")), MediaJobFailed)
    command = shlex.split(message.rpartition("; to look at it: ")[2])
    assert command == [
        "mediajobs", "status", "--region=cn-east-3", "--project-id=emulator-project",
        "huawei_mediajobs_default", KIND, "1",
    ]  # fmt: skip
