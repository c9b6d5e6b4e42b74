# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A DAG whose sensors wait for lists, mapped and not, in every mode; ``test_lists_in_a_dag`` runs it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag

from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor

MODES: dict[str, dict[str, Any]] = {
    "poke": {},
    "reschedule": {"mode": "reschedule"},
    "deferred": {"deferrable": True},
    "finished": {"finish_in_triggerer": True},
    "started": {"start_in_triggerer": True},
    "both": {"start_in_triggerer": True, "finish_in_triggerer": True},
}


def jobs(name: str) -> list[str]:
    """Of a list."""
    return [f"{name}-{number}" for number in range(3)]


@dag(schedule=None)
def lists() -> None:
    """Each task has jobs of its own."""
    for mode, given in MODES.items():
        common: dict[str, Any] = {"poke_interval": 1, "poll_interval": 1, "timeout": 300} | given
        HuaweiMpcEditingSensor(task_id=mode, job_id=jobs(mode), **common)
        mapped = [jobs(f"mapped-{mode}-{index}") for index in range(2)]
        HuaweiMpcEditingSensor.partial(task_id=f"mapped_{mode}", **common).expand(job_id=mapped)


lists()
