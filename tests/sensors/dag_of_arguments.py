"""A DAG whose sensors get their ids in every way that Airflow has; ``test_arguments_in_a_dag`` runs it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task, task_group

from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor, MediaJobSensor


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
    def trap() -> list[dict[str, str]]:
        return [{"job_id": "{{ 3 * 3 }}"}]

    MediaJobSensor.partial(task_id="text", kind="huawei.mpc.editing", not_found_grace=0).expand(ids=trap())

    @task_group
    def group(job_id: str) -> None:
        HuaweiMpcEditingSensor(task_id="gate", job_id=job_id)

    group.expand(job_id=["9", "9"])


arguments()
