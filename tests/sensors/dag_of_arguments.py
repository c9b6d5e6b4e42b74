# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A DAG whose sensors get their ids in every way that Airflow has; ``test_arguments_in_a_dag`` runs it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from airflow_provider_mediajobs.sensors import AlibabaVodTranscodeSensor, HuaweiMpcEditingSensor, MediaJobSensor


@task
def sometimes(number: int) -> str | None:
    """Skipped for 11, nothing for 10."""
    if number == 11:
        raise AirflowSkipException
    return "9" if number == 9 else None


@dag(schedule=None)
def arguments(region: str = "cn-north-4") -> None:
    """``region`` becomes a DAG param."""

    @task
    def create() -> dict[str, str]:
        return {"job_id": "9"}

    made: Any = create()  # an XCom that can be indexed; Airflow types it by a base that cannot
    MediaJobSensor(task_id="whole", kind="huawei.mpc.editing", ids=made)
    MediaJobSensor(task_id="inside", kind="huawei.mpc.editing", ids={"job_id": made["job_id"]})
    HuaweiMpcEditingSensor(task_id="single", job_id=made["job_id"], region=region)
    HuaweiMpcEditingSensor(task_id="jinja", job_id="{{ ti.xcom_pull('create')['job_id'] }}").set_upstream(made)
    HuaweiMpcEditingSensor.partial(task_id="expanded").expand(job_id=["9", "9"])
    HuaweiMpcEditingSensor.partial(task_id="partial", job_id=made["job_id"]).expand(region=["cn-north-1", region])
    HuaweiMpcEditingSensor.partial(task_id="holes", retries=2).expand(job_id=["9", None])

    @task
    def nothing() -> list[int]:
        return []

    @task
    def trap() -> list[dict[str, str]]:
        return [{"job_id": "{{ 3 * 3 }}"}]

    MediaJobSensor.partial(task_id="text", kind="huawei.mpc.editing", not_found_grace=0).expand(ids=trap())

    @task_group
    def group(job_id: str) -> None:
        HuaweiMpcEditingSensor(task_id="gate", job_id=job_id)

    group.expand(job_id=["9", "9"])

    @task
    def submit(number: int) -> str:
        return str(number)

    @task
    def submit_whole(number: int) -> dict[str, str]:
        return {"job_id": str(number)}

    several: Any = submit.expand(number=[9, 10, 9])
    HuaweiMpcEditingSensor(task_id="of_mapped", job_id=several)
    HuaweiMpcEditingSensor(task_id="of_mapped_deferred", job_id=several, deferrable=True)
    MediaJobSensor(task_id="of_mapped_whole", kind="huawei.mpc.editing", ids=submit_whole.expand(number=[9, 10]))
    HuaweiMpcEditingSensor(task_id="of_none", job_id=submit.override(task_id="none").expand(number=nothing()))
    holed: Any = sometimes.expand(number=[9, 10])
    HuaweiMpcEditingSensor(task_id="of_mapped_hole", job_id=holed, retries=2)
    skipping: Any = sometimes.override(task_id="skipping").expand(number=[9, 11])
    HuaweiMpcEditingSensor(task_id="of_mapped_skip", job_id=skipping, trigger_rule="none_failed")
    AlibabaVodTranscodeSensor(task_id="of_this_run", video_id=["v", "w"])
    AlibabaVodTranscodeSensor(task_id="of_any_run", video_id="old", created_after=None, deferrable=True)
    AlibabaVodTranscodeSensor.partial(task_id="of_any_mapped", video_id="old", retries=2).expand(
        created_after=["any", None]
    )
    AlibabaVodTranscodeSensor(task_id="of_last_week", video_id="old", not_found_grace=0, retries=2)


arguments()
