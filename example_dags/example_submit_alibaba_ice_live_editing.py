# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Cut a piece out of a recorded live stream with Intelligent Media Services, and publish it, all in two tasks.

The job carries a key of the task in its `UserData`: whatever becomes of the worker, a retry finds it there. The
connection `alibaba_mediajobs_default` holds the account.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_mediajobs.operators.alibaba import AlibabaIceSubmitLiveEditingOperator


@task
def publish(result: Any) -> None:
    """What the job has made."""
    print("publish", result["outputs"][0]["uri"])


with DAG(
    dag_id="example_submit_alibaba_ice_live_editing",
    schedule=None,
    tags=["example", "mediajobs"],
    doc_md=__doc__,
    params={
        "stream": Param("match", type="string", minLength=1),
        "start": Param("2026-09-01T08:01:00Z", type="string", minLength=1),
        "end": Param("2026-09-01T08:03:00Z", type="string", minLength=1),
    },
):
    # [START howto_operator_alibaba_ice_live_editing]
    cut = AlibabaIceSubmitLiveEditingOperator(
        task_id="cut",
        clips=[{"StartTime": "{{ params.start }}", "EndTime": "{{ params.end }}"}],
        live_stream_config={
            "AppName": "live",
            "DomainName": "pull.example.com",
            "StreamName": "{{ params.stream }}",
        },
        output_media_config={"MediaURL": "https://media.oss-cn-shanghai.aliyuncs.com/{{ params.stream }}.mp4"},
        deferrable=True,  # no worker waits; a retry waits for the same job
        timeout=timedelta(hours=2),
    )
    # [END howto_operator_alibaba_ice_live_editing]
    publish(cut.output)
