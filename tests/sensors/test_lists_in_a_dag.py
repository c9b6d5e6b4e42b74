# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests lists whose jobs end one after the other, in a real DAG run: ``dag.test()``, and mapped tasks.

Covers ``sensors.watch``.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.sensors import waiting

from ..conftest import dags_of
from .conftest import STARTS
from .modes import MODES

pytestmark = pytest.mark.filterwarnings("ignore")  # a whole Airflow runs in here, and warns about itself


def test_lists(mediajobs_airflow: Any, mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mode has the same answer, and no job that has ended is asked for at every look."""
    monkeypatch.setattr(waiting, "LEAST_RESCHEDULE_S", 0.0)  # dag.test() has no scheduler that could be too late
    world = mediajobs_emulator.world
    dag = dags_of(Path(__file__).with_name("dag_of_lists.py"))["lists"]
    named = [*(mode.replace("started and finished", "both") for mode in MODES)]
    groups = named + [f"mapped-{mode}-{index}" for mode in named for index in range(2)]
    for group in groups:
        for number in range(3):
            script = [("PROCESSING", 0), ("SUCCEEDED", number)] if number else [("SUCCEEDED", 0)]
            world.add_job("huawei.mpc.editing", {"job_id": f"{group}-{number}"}, script, "looks")

    run = mediajobs_airflow(dag)

    states = {(ti.task_id, ti.map_index): str(ti.state) for ti in run.get_task_instances()}
    assert set(states.values()) == {"success"}, states
    assert len(states) == 6 * 3
    requested = Counter(value for request in world.requests for name, value in request.call.ids if name == "job_id")
    found = {group: requested[f"{group}-0"] for group in groups}
    # Once by the worker, once by the triggerer; before Airflow 3.3 nothing is kept from one look to the next.
    looks = {"poke": 1, "reschedule": 2 if STARTS else 3}
    assert found == {group: next((n for mode, n in looks.items() if mode in group), 2) for group in groups}
