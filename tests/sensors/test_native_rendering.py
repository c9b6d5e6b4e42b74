# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests ids in DAGs that render templates to Python objects: they stay exact text.

Covers ``sensors.rendering``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator.server import EmulatorServer

from ..conftest import dags_of
from .dag_of_native import IDS

pytestmark = pytest.mark.filterwarnings("ignore")  # a whole Airflow runs in here, and warns about itself

HERE = Path(__file__).with_name("dag_of_native.py")


def test_ids_stay_what_was_written(mediajobs_airflow: Any, mediajobs_emulator: EmulatorServer) -> None:
    """Whatever Python would take them for, the vendor is asked for the text; what is missing is told as such."""
    for job_id in IDS:
        mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": job_id}, script="SUCCEEDED")

    run = mediajobs_airflow(dags_of(HERE)["native"])

    states = {(ti.task_id, ti.map_index): str(ti.state) for ti in run.get_task_instances()}
    assert {task for task, state in states.items() if state != "success"} == {("of_nothing", -1)}
    assert [states["expanded", index] for index in range(len(IDS))] == ["success"] * len(IDS)


def test_one_task_of_a_dag(mediajobs_airflow: Any, mediajobs_emulator: EmulatorServer) -> None:
    """The operator's own argument counts."""
    mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "1_000"}, script="SUCCEEDED")

    assert str(mediajobs_airflow(dags_of(HERE)["native_task"]).state) == "success"
