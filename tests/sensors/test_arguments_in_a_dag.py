"""Ids as Airflow hands them on: XComs, DAG params, Jinja, mapped tasks and mapped task groups, in a real DAG run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator.server import EmulatorServer

from ..conftest import dags_of

pytestmark = pytest.mark.filterwarnings("ignore")  # a whole Airflow runs in here, and warns about itself


def test_ids_from_everywhere(mediajobs_airflow: Any, mediajobs_emulator: EmulatorServer) -> None:
    """All are followed upstream and rendered; None among them fails its own mapped task only, without a retry.

    Text in an XCom is no template: evaluated, it would be the id of the job that succeeded.
    """
    mediajobs_emulator.world.add_job("huawei.mpc.editing", {"job_id": "9"}, script="SUCCEEDED")
    dag = dags_of(Path(__file__).with_name("dag_of_arguments.py"))["arguments"]
    assert dag.get_task("create").downstream_task_ids == {"whole", "inside", "single", "jinja", "partial"}

    run = mediajobs_airflow(dag)

    assert sorted((ti.task_id, ti.map_index, str(ti.state)) for ti in run.get_task_instances()) == [
        ("create", -1, "success"),
        ("expanded", 0, "success"),
        ("expanded", 1, "success"),
        ("group.gate", 0, "success"),
        ("group.gate", 1, "success"),
        ("holes", 0, "success"),
        ("holes", 1, "failed"),
        ("inside", -1, "success"),
        ("jinja", -1, "success"),
        ("partial", 0, "success"),
        ("partial", 1, "success"),
        ("single", -1, "success"),
        ("text", 0, "failed"),
        ("trap", -1, "success"),
        ("whole", -1, "success"),
    ]
