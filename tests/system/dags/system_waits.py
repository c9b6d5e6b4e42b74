# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Waits for jobs of all kinds in all the ways a deferred wait can begin and end; the jobs' ids follow from the run's.

Copied into the DAG folder of the system tests' Airflow, and read by the tests for its sensors.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG

from airflow_provider_mediajobs.core.policy import POLL_INTERVAL_S
from airflow_provider_mediajobs.sensors import MediaJobSensor

TIMEOUT_S = 1800.0
RUN = "{{ run_id }}"
KINDS = (
    "alibaba.live.editing",
    "alibaba.ice.live_editing",
    "alibaba.vod.transcode",
    "huawei.vod.editing",
    "huawei.mpc.editing",
)
AUTH_METHODS: dict[str, dict[str, bool]] = {
    "classic": {"deferrable": True},
    "finish": {"finish_in_triggerer": True},
    "both": {"start_in_triggerer": True, "finish_in_triggerer": True},
    "both_again": {"start_in_triggerer": True, "finish_in_triggerer": True},
}


def ids(kind: str, run: str, way: str) -> dict[str, str]:
    """The job that a task waits for. Four shows of a studio are one call, as is one video."""
    name = f"{run}-{way}"
    return {
        "alibaba.live.editing": {"caster_id": run, "show_id": name},
        "alibaba.ice.live_editing": {"job_id": name},
        "alibaba.vod.transcode": {"video_id": name, "transcode_task_id": f"{name}-task"},
        "huawei.vod.editing": {"task_id": name},
        "huawei.mpc.editing": {"job_id": name},
    }[kind]


def task_id(kind: str, way: str) -> str:
    """For example ``huawei.mpc.editing_classic``."""
    return f"{kind}_{way}"


def waits(dag_id: str, conn_id: str, poll_interval: float, *, paused: bool) -> DAG:
    """Twenty of them.

    :param conn_id: with the vendor in the place of ``%s``.
    """
    with DAG(dag_id, schedule=None, max_active_runs=100, is_paused_upon_creation=paused) as dag:
        for kind in KINDS:
            for way, arguments in AUTH_METHODS.items():
                given: dict[str, Any] = dict(arguments)
                MediaJobSensor(
                    task_id=task_id(kind, way),
                    kind=kind,
                    ids=ids(kind, RUN, way),
                    conn_id=conn_id % kind.partition(".")[0],
                    poll_interval=poll_interval,
                    timeout=TIMEOUT_S,
                    **given,
                )
    return dag


killed = waits("system_killed", "%s_half", POLL_INTERVAL_S, paused=False)
# Paused: what a trigger has told stays where it can be read, and no worker takes it up. The interval is so short that
# more looks are due than the limits carry.
thousand = waits("system_thousand", "%s_whole", 20.0, paused=True)
