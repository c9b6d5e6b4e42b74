# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests any sequence of states and answers about a list of jobs: every mode comes to the same end.

Each phase of a history is longer than the gap between two looks of any mode, so that all of them see it.

Covers ``core.outcome``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowSkipException
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor

from .conftest import Bench, StateStore
from .modes import MODES

PHASE_S = 400
TIMEOUT_S = 3000
WORDS = ("WAITING", "PROCESSING", "SUCCEEDED", "FAILED", "CANCELED", "SUCCESS", None)
TROUBLE: tuple[tuple[int, str], ...] = (
    (429, ""),
    (503, "<html>busy</html>"),
    (403, "<html>proxy</html>"),
    (200, "no JSON"),
    (200, '{"error_code": "MPC.10050", "error_msg": "System error.", "job_array": []}'),
)


@dataclass(frozen=True)
class Phase:
    """What the vendor says for a while: the word of each job, or ``None`` where it shows no such job.

    :param trouble: what it answers in the place of that.
    """

    words: tuple[str | None, ...]
    trouble: tuple[int, str] | None = None


class Phases:
    """A transport whose answers depend on the time alone."""

    def __init__(self, world: World, began: datetime, phases: Sequence[Phase]) -> None:
        self._world, self._began, self._phases = world, began, phases

    def send(self, request: HttpRequest) -> HttpResponse:
        passed = (self._world.now() - self._began).total_seconds()
        phase = self._phases[min(int(passed // PHASE_S), len(self._phases) - 1)]
        if phase.trouble is not None:
            return HttpResponse(phase.trouble[0], {}, phase.trouble[1].encode())
        requested = {value for name, value in request.query if name == "job_id"}
        shown = [
            {"job_id": str(number), "status": word}
            for number, word in enumerate(phase.words)
            if word is not None and str(number) in requested
        ]
        return HttpResponse(200, {}, json.dumps({"job_array": shown}).encode())

    async def asend(self, request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return self.send(request)

    async def aclose(self) -> None:
        pass


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, list[Phase], dict[str, Any]]:
    jobs = draw(st.integers(1, 4))
    words = st.tuples(*[st.sampled_from(WORDS)] * jobs)
    phase = st.builds(Phase, words, st.one_of(st.none(), st.none(), st.none(), st.sampled_from(TROUBLE)))
    policy: dict[str, Any] = {
        "until": draw(st.sampled_from(["succeeded", "finished"])),
        "soft_fail": draw(st.booleans()),
    }
    if draw(st.booleans()):
        policy["queue_timeout"] = 1300  # not while a phase ends: a job may start at that very moment
    if draw(st.booleans()):
        policy["stall_timeout"] = 1100  # apart from the others, too: a job that vanished is missed after 600
    if jobs > 1:
        policy["wait_for"] = draw(st.sampled_from(["all", "any", *range(1, jobs + 1)]))
        policy["fail_fast"] = draw(st.booleans())
    return jobs, draw(st.lists(phase, min_size=1, max_size=6)), policy


def _end(bench: Bench, jobs: int, phases: Sequence[Phase], policy: dict[str, Any], mode: str) -> Any:
    bench.store = StateStore()
    bench.transport = Phases(bench.world, bench.world.now(), phases)
    ids: Any = [{"job_id": str(number)} for number in range(jobs)] if jobs > 1 else {"job_id": "0"}
    sensor = MediaJobSensor(
        task_id="wait", kind="huawei.mpc.editing", ids=ids, timeout=TIMEOUT_S, **(policy | MODES[mode])
    )
    try:
        result = bench.run(sensor)
    except (AirflowException, AirflowSkipException) as error:
        return type(error).__name__
    many = result.get("jobs", [result])
    return result["state"], [(job["ids"], job["state"]) for job in many]


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_every_mode_comes_to_the_same_end(bench: Bench, history: tuple[int, list[Phase], dict[str, Any]]) -> None:
    ends = {mode: _end(bench, *history, mode) for mode in MODES}
    assert set(map(repr, ends.values())) == {repr(ends["poke"])}, ends
