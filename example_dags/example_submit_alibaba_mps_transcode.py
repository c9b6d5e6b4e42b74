# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submit a transcoding job of Alibaba Cloud ApsaraVideo Media Processing, wait for it, and publish what it made.

The output carries a key of the task in its `UserData`: whatever becomes of the worker, a retry finds the job by that. A
job makes one output; for several, map the task over them. The connection `alibaba_mediajobs_default` holds the account.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.operators.alibaba import AlibabaMpsSubmitTranscodeOperator


@task
def publish(result: Any) -> None:
    """What the job has made."""
    print("publish", result["outputs"][0]["uri"])


with DAG(
    dag_id="example_submit_alibaba_mps_transcode",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={"source": Param("match", type="string", minLength=1, description="name of the source, without its ending")},
):
    # [START howto_operator_alibaba_mps_transcode]
    transcode = AlibabaMpsSubmitTranscodeOperator(
        task_id="transcode",
        input={"Bucket": "media", "Location": "oss-cn-shanghai", "Object": "{{ params.source }}.mov"},
        output={"OutputObject": "out/{{ params.source }}.mp4", "TemplateId": "S00000001-200010"},
        output_bucket="media",
        output_location="oss-cn-shanghai",
        pipeline_id="a1b2c3d4",
        cancel_on_kill=True,  # the default: a job that is still in the queue costs nothing then
        deferrable=True,  # no worker waits; a retry waits for the same job
        timeout=timedelta(hours=2),
    )
    # [END howto_operator_alibaba_mps_transcode]
    publish(transcode.output)
