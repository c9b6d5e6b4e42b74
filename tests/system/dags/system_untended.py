# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Waits that begin in the triggerer while no triggerer runs.

Copied into the DAG folder of the system tests' Airflow, and read by the tests for its ids.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG

from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor

DONE, RUNNING = "untended-done", "untended-running"

with DAG("system_untended", schedule=None) as dag:
    for _name in (DONE, RUNNING):
        HuaweiMpcEditingSensor(
            task_id=_name,
            job_id=_name,
            conn_id="huawei_whole",
            start_in_triggerer=True,
            execution_timeout=timedelta(seconds=10),
            retries=1,
            retry_delay=timedelta(seconds=1),
        )
