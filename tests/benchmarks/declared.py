# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Processor time to create a DAG file's sensors, and for Airflow to serialise them.

Beside ours sensors that are nothing but Airflow's, one of them with what starts ours in the triggerer as a constant:
what they cost, no sensor can save. All are measured in turn in one
process, and the least of many rounds is told, since whatever else runs can only add to it.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from .place import ROOT

AIRFLOWS, AIRFLOWS_START, PLAIN, START = "airflows", "airflows_start", "plain", "start"
SUBJECTS = {
    AIRFLOWS: "a sensor that is only Airflow's",
    AIRFLOWS_START: "the same, started in the triggerer",
    PLAIN: "ours",
    START: "ours, start_in_triggerer=True",
}
SENSORS = 100
ROUNDS, QUICK_ROUNDS = 60, 10


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Microseconds a sensor."""
    words = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.declared", str(QUICK_ROUNDS if quick else ROUNDS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    made, serialised = json.loads(ran.stdout.splitlines()[-1])
    return {"sensor_made_us": made, "sensor_serialised_us": serialised}


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    made, serialised = figures["sensor_made_us"], figures["sensor_serialised_us"]
    return [
        "Processor time of a sensor in a DAG file, microseconds, least",
        f"{'':40}{'made':>10}{'serialised':>12}",
        *(f"{title:40}{made[name]:>10}{serialised[name]:>12}" for name, title in SUBJECTS.items()),
    ]


# --- in the fresh interpreter -----------------------------------------------------------------------------------


def main() -> None:
    """The least of each, made and serialised."""
    import logging

    from airflow.sdk import DAG, BaseSensorOperator
    from airflow.serialization.serialized_objects import DagSerialization

    from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor

    class Started(BaseSensorOperator):
        start_from_trigger = True
        start_trigger_args = HuaweiMpcEditingSensor(
            task_id="wait", job_id="30647", timeout=600, start_in_triggerer=True
        ).start_trigger_args

    logging.disable()
    constructors = {
        AIRFLOWS: lambda name: BaseSensorOperator(task_id=name, timeout=600),
        AIRFLOWS_START: lambda name: Started(task_id=name, timeout=600),
        PLAIN: lambda name: HuaweiMpcEditingSensor(task_id=name, job_id="30647", timeout=600),
        START: lambda name: HuaweiMpcEditingSensor(task_id=name, job_id="30647", timeout=600, start_in_triggerer=True),
    }
    made: dict[str, float] = dict.fromkeys(constructors, float("inf"))
    serialised = dict(made)
    for _ in range(int(sys.argv[1])):
        for name, make in constructors.items():
            gc.collect()
            with DAG(f"declares_{name}", schedule=None) as dag:
                begun = time.process_time()
                for number in range(SENSORS):
                    make(f"wait_{number}")  # type: ignore[no-untyped-call]  # Airflow's
                between = time.process_time()
            before = time.process_time()
            DagSerialization.to_dict(dag)
            made[name] = min(made[name], between - begun)
            serialised[name] = min(serialised[name], time.process_time() - before)
    print(json.dumps([_each(made), _each(serialised)]))


def _each(spent: Mapping[str, float]) -> dict[str, int]:
    return {name: round(seconds / SENSORS * 1e6) for name, seconds in spent.items()}


if __name__ == "__main__":
    main()
