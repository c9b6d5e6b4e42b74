# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A DAG whose operators get parameters from mapped tasks and templates; ``test_parameters_in_a_dag`` runs it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from airflow_provider_mediajobs.operators import (
    HuaweiMpcCreateEditingOperator,
    HuaweiMpcCreateTranscodingOperator,
    HuaweiVodCreateEditingOperator,
)

SOURCE = {"bucket": "b", "location": "cn-north-4", "object": "in.mp4"}
OUTPUT = {"bucket": "b", "location": "cn-north-4", "object": "out"}


@task
def part(number: int) -> dict[str, str] | None:
    """Nothing for 3."""
    return None if number == 3 else {"asset_id": f"a{number}", "timeline_start": "0", "timeline_end": "9"}


@task
def source(number: int) -> dict[str, str]:
    """A source."""
    return {"object": f"{number}.mp4"}


@dag(schedule=None, params={"priority": 9, "template": 7000530, "way": 1})
def parameters() -> None:
    """Two parts are cut into one video; of the others one is missing."""
    several: Any = part.expand(number=[1, 2])
    HuaweiVodCreateEditingOperator(task_id="of_mapped", inputs=several)
    objects: Any = source.expand(number=[1, 2])
    HuaweiMpcCreateEditingOperator(
        task_id="inside", inputs=[{"input": SOURCE, "clips": objects}, {"input": SOURCE}], output=OUTPUT
    )
    holed: Any = part.override(task_id="holed").expand(number=[1, 3])
    HuaweiVodCreateEditingOperator(task_id="of_mapped_hole", inputs=holed, retries=2)
    HuaweiMpcCreateTranscodingOperator(
        task_id="numbers",
        input=SOURCE,
        output=OUTPUT,
        template_ids=["{{ params.template }}"],
        priority="{{ params.priority }}",
    )
    HuaweiMpcCreateEditingOperator(
        task_id="number",
        inputs=[{"input": SOURCE}],
        output=OUTPUT,
        editing_type="{{ params.way }}",
    )


parameters()
