# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Eleven deferred waits, of which one meets a record that no encoder of Airflow's would take.

Copied into the DAG folder of the system tests' Airflow, and read by the tests for its ids.
"""

from __future__ import annotations

from airflow.sdk import DAG

from airflow_provider_mediajobs.sensors import MediaJobSensor

KIND = "huawei.mpc.editing"
POISONED = "poisoned"
WAITS = (POISONED, *(f"neighbour-{number}" for number in range(10)))

with DAG("system_poisoned", schedule=None) as dag:
    for _name in WAITS:
        MediaJobSensor(
            task_id=_name,
            kind=KIND,
            ids={"job_id": _name},
            conn_id="huawei_whole",
            deferrable=True,
            poll_interval=10,
            timeout=600,
        )
