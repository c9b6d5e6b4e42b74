# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests ids that come from XComs, DAG params, Jinja, mapped tasks and task groups, in a real DAG run.

Covers ``sensors.checks``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator.server import EmulatorServer

from ..conftest import dags_of

pytestmark = pytest.mark.filterwarnings("ignore")  # a whole Airflow runs in here, and warns about itself


def test_ids_from_everywhere(mediajobs_airflow: Any, mediajobs_emulator: EmulatorServer) -> None:
    """All are followed upstream and rendered; None among them fails its own mapped task only, without a retry.

    A mapped task's XComs are a list; one that returned nothing is missed, one that was skipped is not. The time from
    which on a run counts comes from the DAG run.

    Text in an XCom is no template: evaluated, it would be the id of the job that succeeded.
    """
    world = mediajobs_emulator.world
    for job_id in ("9", "10"):
        world.add_job("huawei.mpc.editing", {"job_id": job_id}, script="SUCCEEDED")
    for video_id, age in (("v", 0), ("w", 60), ("old", 604_800)):
        ids = {"video_id": video_id, "transcode_task_id": f"task-of-{video_id}"}
        world.add_job("alibaba.vod.transcode", ids, "CompleteAllSucc", age=age)
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
        ("none", -1, "skipped"),
        ("nothing", -1, "success"),
        ("of_any_mapped", 0, "success"),
        ("of_any_mapped", 1, "failed"),
        ("of_any_run", -1, "success"),
        ("of_last_week", -1, "failed"),
        ("of_mapped", -1, "success"),
        ("of_mapped_deferred", -1, "success"),
        ("of_mapped_hole", -1, "failed"),
        ("of_mapped_skip", -1, "success"),
        ("of_mapped_whole", -1, "success"),
        ("of_none", -1, "skipped"),
        ("of_this_run", -1, "success"),
        ("partial", 0, "success"),
        ("partial", 1, "success"),
        ("single", -1, "success"),
        ("skipping", 0, "success"),
        ("skipping", 1, "skipped"),
        ("sometimes", 0, "success"),
        ("sometimes", 1, "success"),
        ("submit", 0, "success"),
        ("submit", 1, "success"),
        ("submit", 2, "success"),
        ("submit_whole", 0, "success"),
        ("submit_whole", 1, "success"),
        ("text", 0, "failed"),
        ("trap", -1, "success"),
        ("whole", -1, "success"),
    ]
