# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Helpers of the tests of all modes: the modes, a case, and its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor

from .conftest import Bench, StateStore

MODES: dict[str, dict[str, Any]] = {
    "poke": {},
    "reschedule": {"mode": "reschedule"},
    "deferred": {"deferrable": True},
    "finished": {"finish_in_triggerer": True},
    "started": {"start_in_triggerer": True},
    "started and finished": {"start_in_triggerer": True, "finish_in_triggerer": True},
}


@dataclass(frozen=True)
class Case:
    """What happens to a job, and the outcome that a wait for it must have.

    :param begin: puts jobs and faults into the world.
    :param sensor: arguments of the sensor.
    :param state: state of the result; where there is no result:
    :param error: class of the exception that is raised.
    :param text: a part of its message.
    """

    begin: Callable[[World], object]
    sensor: dict[str, Any]
    state: str = ""
    error: type[BaseException] | None = None
    text: str = ""


def job(of: dict[str, Any], *script: tuple[str, float], ids: Any = None) -> Callable[[World], object]:
    return lambda world: world.add_job(of["kind"], ids or of["ids"], list(script), undocumented=True)


def outcome_of(bench: Bench, case: Case, mode: str) -> Any:
    """The result, or the exception's text."""
    bench.store = StateStore()
    case.begin(bench.world)
    sensor = MediaJobSensor(task_id="wait", **({"timeout": 3600} | case.sensor | MODES[mode]))
    if case.error is None:
        return bench.run(sensor)
    with pytest.raises(case.error) as caught:
        bench.run(sensor)
    assert type(caught.value) is case.error
    return str(caught.value)
