# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submit a transcoding job of Alibaba Cloud Intelligent Media Services, wait for it, and publish what it made.

The job carries a key of the task: whatever becomes of the worker, a retry finds it by that, and the vendor makes no
second job of a request that is sent twice. The connection `alibaba_mediajobs_default` holds the account.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.operators.alibaba import AlibabaIceSubmitTranscodeOperator


@task
def publish(result: Any) -> None:
    """What the job has made."""
    print("publish", result["outputs"][0]["uri"])


with DAG(
    dag_id="example_submit_alibaba_ice_transcode",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={"source": Param("match", type="string", minLength=1, description="name of the source, without its ending")},
):
    # [START howto_operator_alibaba_ice_transcode]
    transcode = AlibabaIceSubmitTranscodeOperator(
        task_id="transcode",
        input_group=[{"Type": "OSS", "Media": "oss://media/{{ params.source }}.mov"}],
        output_group=[
            {
                "Output": {"Type": "OSS", "Media": "oss://media/out/{{ params.source }}.mp4"},
                "ProcessConfig": {"Transcode": {"TemplateId": "S00000001-200010"}},
            }
        ],
        deferrable=True,  # no worker waits; a retry waits for the same job
        timeout=timedelta(hours=2),
    )
    # [END howto_operator_alibaba_ice_transcode]
    publish(transcode.output)
