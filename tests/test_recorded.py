# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that trigger rows, events and memories that released versions have stored can still be read.

``recorded/`` is never edited. A release that stores another form adds files of its own.

Covers ``core.wait_event``, ``sensors.memory``, ``triggers.arguments``.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from airflow_provider_mediajobs.core.wait import JobHistory, WaitSpec
from airflow_provider_mediajobs.sensors import MediaJobSensor, errors
from airflow_provider_mediajobs.sensors.memory import Memory
from airflow_provider_mediajobs.triggers.job import MediaJobTrigger
from airflow_provider_mediajobs.triggers.start import MediaJobStartTrigger
from airflow_provider_mediajobs.vendors import kind as kind_of

from .sensors.conftest import Bench, StateStore, TaskInstance, bench

__all__ = ["bench"]

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((RECORDED / f"{name}.json").read_text())
    return found


WAITS = [wait for path in sorted(RECORDED.glob("version_*_waits.json")) for wait in recorded(path.stem)]
MEMORIES = [memory for path in sorted(RECORDED.glob("version_*_memories.json")) for memory in recorded(path.stem)]
ORDINARY = [wait for wait in WAITS if wait["path"].endswith("MediaJobTrigger")]
STARTED = [wait for wait in WAITS if wait["path"].endswith("MediaJobStartTrigger")]


EDGES: tuple[type[Exception], ...] = (
    AirflowSkipException,
    *(error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, Exception)),
)


def named(cases: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


def sensor(case: dict[str, Any]) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", **case["sensor"])


def at(bench: Bench, moment: str) -> None:
    bench.world.advance((datetime.fromisoformat(moment) - bench.world.now()).total_seconds())


def put(bench: Bench, case: dict[str, Any], *, later: bool) -> None:
    """The jobs that the wait was for, and what went wrong: from the start, or once it was deferred."""
    if not later:
        for kind, ids, script, more in case["jobs"]:
            bench.world.add_job(kind, ids, [tuple(step) for step in script], undocumented=True, **more)
    for fault in case["faults"]:
        late = fault[0] == "later"
        if late == later:
            what, facts = fault[1:] if late else fault
            bench.world.add_fault(what, **facts)


def outcome(bench: Bench, case: dict[str, Any], event: Any) -> Any:
    """What a worker of this release makes of it, without what every call has another of."""
    try:
        result = bench.resumed(sensor(case), event)
    except EDGES as error:
        return type(error).__name__
    return states(result)


def states(result: dict[str, Any]) -> Any:
    facts = ("kind", "ids", "state", "raw_state", "created_at", "finished_at")
    return [{name: job[name] for name in facts} for job in result.get("jobs", [result])]


def expected(case: dict[str, Any]) -> Any:
    return case["error"][0] if "error" in case else states(case["result"])


def test_there_are_enough() -> None:
    """Of both triggers, of every way to end, of every kind."""
    assert (len(ORDINARY), len(STARTED), len(MEMORIES)) == (44, 18, 9)
    assert {case["row"]["kind"] for case in WAITS} == {
        "alibaba.live.editing",
        "alibaba.ice.live_editing",
        "alibaba.vod.transcode",
        "huawei.vod.editing",
        "huawei.mpc.editing",
    }
    assert len({case["error"][0] for case in WAITS if "error" in case}) == 9


@named(WAITS)
def test_an_event(case: dict[str, Any], bench: Bench) -> None:
    """It ends the task as it did; what the worker then still asks for, it is told as it was."""
    at(bench, case["deferred_at"])
    bench.dag_run.run_after = bench.world.now()
    put(bench, case, later=False)
    put(bench, case, later=True)
    at(bench, case["fired_at"])

    assert outcome(bench, case, case["event"]) == expected(case)


@named([case for case in WAITS if "result" in case])
def test_an_event_says_it_all(case: dict[str, Any], bench: Bench) -> None:
    """The whole result; nothing is asked for any more."""
    bench.dag_run.run_after = datetime.fromisoformat(case["deferred_at"])

    assert json.loads(json.dumps(bench.resumed(sensor(case), case["event"]))) == case["result"]
    assert bench.world.requests == []


@named(ORDINARY)
def test_a_row(case: dict[str, Any], bench: Bench) -> None:
    """A triggerer of this release goes on with it, and a worker of this release ends it as it ended."""
    at(bench, case["deferred_at"])
    bench.dag_run.run_after = bench.world.now()
    put(bench, case, later=False)
    put(bench, case, later=True)
    trigger = MediaJobTrigger(**case["row"])
    assert not trigger._not_understood
    assert {name: trigger.arguments[name] for name in case["row"]} == case["row"]

    event = bench.triggered(trigger)

    assert normal(outcome(bench, case, event)) == normal(expected(case))


@named(STARTED)
def test_a_row_of_a_wait_that_no_worker_began(case: dict[str, Any]) -> None:
    """The serialized DAG holds it for as long as nobody edits the file."""
    trigger = MediaJobStartTrigger(**case["row"])

    assert not trigger._not_understood
    assert {name: trigger.arguments[name] for name in case["row"]} == case["row"]


@named(MEMORIES)
def test_a_memory(case: dict[str, Any], bench: Bench) -> None:
    """Start, cost, and what was seen of each job."""
    memory, of = case["memory"], sensor(case)
    store = StateStore(mediajobs_wait=memory)
    now = datetime.fromisoformat(case["at"])
    back = Memory(store, "try-1/1", now, of.log)
    spec = WaitSpec(of.refs().refs, kind_of(of.kind), of.policy, now, of.timeout, many=of.refs().many)

    report = back.recall()

    assert (back.start, report.looks) == (datetime.fromisoformat(memory["start"]), memory["looks"])
    assert back.history(spec, now) == tuple(JobHistory.from_json(job) for job in memory["jobs"])
    assert [seen.to_json() for seen in back.history(spec, now)] == memory["jobs"]


@named(MEMORIES)
def test_a_wait_goes_on_from_a_memory(case: dict[str, Any], bench: Bench) -> None:
    """And writes one of this version."""
    at(bench, case["first"])
    put(bench, case, later=False)
    at(bench, case["at"])
    bench.store = StateStore(mediajobs_wait=case["memory"])
    bench.dag_run.run_after = datetime.fromisoformat(case["first"])

    with pytest.raises(AirflowRescheduleException):
        bench.once(sensor(case), TaskInstance(bench.world.now(), datetime.fromisoformat(case["first"])))

    kept = bench.store["mediajobs_wait"]
    assert (kept["version"], kept["start"], kept["looks"]) == (2, case["memory"]["start"], case["memory"]["looks"] + 1)
    assert len(kept["seen"]) == len(case["memory"]["jobs"])


def normal(found: Any) -> Any:
    """Without times of this run."""
    return found if isinstance(found, str) else [(job["ids"], job["state"]) for job in found]
