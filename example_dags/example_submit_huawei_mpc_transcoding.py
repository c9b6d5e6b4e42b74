# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Transcode a file with Huawei MPC into one output for each template, and publish them.

The task carries a key in its `user_data`, which the vendor's list shows: after a lost answer it is found again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.operators.huawei import HuaweiMpcCreateTranscodingOperator


@task
def publish(result: Any) -> None:
    """One file an output."""
    for output in result["outputs"]:
        print("publish", output["uri"])


with DAG(
    dag_id="example_submit_huawei_mpc_transcoding",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "source": Param("in/match.mp4", type="string", minLength=1),
    },
):
    # [START howto_operator_huawei_mpc_transcoding]
    transcode = HuaweiMpcCreateTranscodingOperator(
        task_id="transcode",
        input={"bucket": "media", "location": "cn-north-4", "object": "{{ params.source }}"},
        output={"bucket": "media", "location": "cn-north-4", "object": "out"},
        template_ids=[7],
        output_filenames=["match.mp4"],
        on_partial="accept",  # publish what there is where outputs failed
        deferrable=True,  # no worker waits; a retry waits for the same job
        timeout=timedelta(hours=2),
    )
    # [END howto_operator_huawei_mpc_transcoding]
    publish(transcode.output)
