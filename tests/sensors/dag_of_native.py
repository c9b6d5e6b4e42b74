# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A DAG that renders its templates to Python's objects; ``test_native_rendering`` runs it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor, MediaJobSensor

IDS = ["30647", "1_000", "007", "1e5", "0x1F", "True", "9007199254740993", "-5", "b'x'", "2+1j"]
"""Each of them another value in Python, or none."""


@dag(schedule=None, render_template_as_native_obj=True, user_defined_macros={"mine": "1_000"})
def native() -> None:
    """Literals, Jinja and XComs, whole and in lists and tables, mapped and deferred."""

    @task
    def as_text() -> str:
        return "1_000"

    @task
    def as_number() -> int:
        return 30647

    @task
    def as_list() -> list[str]:
        return ["30647", "1e5"]

    @task
    def nothing() -> None:
        return None

    HuaweiMpcEditingSensor.partial(task_id="expanded").expand(job_id=IDS)
    HuaweiMpcEditingSensor.partial(task_id="partial", job_id="1_000").expand(region=["cn-north-4"])
    HuaweiMpcEditingSensor(task_id="literals", job_id=IDS)
    MediaJobSensor(task_id="tables", kind="huawei.mpc.editing", ids=[{"job_id": value} for value in IDS])
    HuaweiMpcEditingSensor(task_id="macro", job_id="{{ mine }}")
    text, number, several, none = as_text(), as_number(), as_list(), nothing()
    for name, template, upstream in (
        ("of_text", "{{ ti.xcom_pull('as_text') }}", text),
        ("of_number", "{{ ti.xcom_pull('as_number') }}", number),
        ("of_list", "{{ ti.xcom_pull('as_list') }}", several),
        ("of_nothing", "{{ ti.xcom_pull('nothing') }}", none),
    ):
        made: Any = HuaweiMpcEditingSensor(task_id=name, job_id=template)
        made.set_upstream(upstream)
    HuaweiMpcEditingSensor(task_id="deferred", job_id="30647", deferrable=True)
    HuaweiMpcEditingSensor(task_id="started", job_id="30647", start_in_triggerer=True)
    HuaweiMpcEditingSensor(task_id="own", job_id="{{ 30647 }}", render_template_as_native_obj=False)


@dag(schedule=None)
def native_task() -> None:
    """One task of the DAG renders natively."""
    HuaweiMpcEditingSensor(task_id="own", job_id="1_000", render_template_as_native_obj=True)


native()
native_task()
