# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Cut an asset with Huawei VOD, publish the asset that comes of it, or clean up.

Nothing that is sent comes back in the vendor's list. Where an answer was lost, the task fails and names what may be the
job; `on_unclear="adopt"` takes it where there is only one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.operators.huawei import HuaweiVodCreateEditingOperator


@task
def publish(result: Any) -> None:
    """The asset that the task has made."""
    print("publish", result["outputs"][0]["media_id"])


@task(trigger_rule="one_failed")
def clean_up(source: str) -> None:
    """The cut failed, or nobody knows of it: a person looks before it is submitted again."""
    print("clean up after", source)


with DAG(
    dag_id="example_submit_huawei_vod_editing",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "asset_id": Param("asset-1", type="string", minLength=1),
    },
):
    # [START howto_operator_huawei_vod_editing]
    cut = HuaweiVodCreateEditingOperator(
        task_id="cut",
        inputs=[{"asset_id": "{{ params.asset_id }}", "timeline_start": "0", "timeline_end": "12.5"}],
        editing_settings={"format": "MP4"},
        on_unclear="fail",  # or "adopt", where nobody else edits in the project
        deferrable=True,  # no worker waits; a retry waits for the same job
        timeout=timedelta(hours=2),
    )
    # [END howto_operator_huawei_vod_editing]
    publish(cut.output)
    cut >> clean_up("{{ params.asset_id }}")
