# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Cut an episode of an ApsaraVideo Live studio, and publish it.

The operator puts a key of its task into the name of the file, since nothing else that is sent comes back, and waits for
the edit that it has submitted: not for an older one of the same episode.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.operators.alibaba import AlibabaLiveEditShowOperator


@task
def publish(result: Any) -> None:
    """What the job has made."""
    print("publish", result["outputs"][0]["media_id"])


with DAG(
    dag_id="example_submit_alibaba_live_editing",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "caster_id": Param("studio-1", type="string", minLength=1),
        "show_id": Param("episode-1", type="string", minLength=1),
    },
):
    # [START howto_operator_alibaba_live_editing]
    cut = AlibabaLiveEditShowOperator(
        task_id="cut",
        caster_id="{{ params.caster_id }}",
        show_id="{{ params.show_id }}",
        storage_info={"StorageLocation": "outin-1.oss-cn-shanghai.aliyuncs.com", "FileName": "cut.mp4"},
        start_time=2.0,
        end_time=12.5,
        deferrable=True,  # no worker waits; a retry waits for the same job
        timeout=timedelta(hours=2),
    )
    # [END howto_operator_alibaba_live_editing]
    publish(cut.output)
