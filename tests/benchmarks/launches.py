# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Worker processes that Airflow starts for one wait, in every mode, counted in a real Airflow.

A process that is started for a task tells Airflow's API server so before it does anything else: once by
``PATCH /execution/task-instances/{id}/run``. Those are counted, in the API server's log, for one wait that succeeds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_provider_mediajobs.cli.web import ask

from .place import Place, place

DAG_ID = "benchmark_launches"
MODES = {
    "poke": "mode='poke', poke_interval=10",
    "deferrable": "deferrable=True",
    "finish": "finish_in_triggerer=True",
    "start": "start_in_triggerer=True",
    "both": "start_in_triggerer=True, finish_in_triggerer=True",
}
ENDS_AFTER_S = 45
"""Later than the first look of each, however slowly workers start."""

DAG = """
from airflow.sdk import DAG
from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor

with DAG("{dag_id}", schedule=None):
{tasks}
"""
TASK = "    HuaweiMpcEditingSensor(task_id='{name}', job_id='{name}', timeout=600, {arguments})"
COMPONENTS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "triggerer": ("triggerer", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}
_STARTED = re.compile(r"method=PATCH path=/execution/task-instances/([0-9a-f-]{36})/run .*status_code=200")


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Processes by mode; a count needs no repetition. Airflow takes too long to start for a quick run."""
    if quick:
        return {}
    with place() as at:
        at.start_emulator()
        at.be_airflow({}, CORE__PARALLELISM="5")
        _write_dag(at.home / "dags")
        at.finished("db-migrate", "airflow", "db", "migrate")
        for name, words in COMPONENTS.items():
            at.start(name, "airflow", *words)
        at.until("the DAG to be parsed", lambda: bool(ask(_url(at, ""))))
        for name in MODES:
            at.add_job("huawei.mpc.editing", {"job_id": name}, [["PROCESSING", 0], ["SUCCEEDED", ENDS_AFTER_S]])
        ask(_url(at, "/dagRuns"), {"dag_run_id": "run", "logical_date": None})
        at.until("the run to end", lambda: _state(at) != "running")
        return {"workers_per_wait": _counted(at)}


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    if "workers_per_wait" not in figures:
        return ["Worker processes started per wait: left out of a quick run"]
    counts = figures["workers_per_wait"]
    return ["Worker processes started for one wait", *(f"{MODES[mode]:60}{count:>4}" for mode, count in counts.items())]


def _write_dag(folder: Path) -> None:
    folder.mkdir()
    tasks = "\n".join(TASK.format(name=name, arguments=arguments) for name, arguments in MODES.items())
    (folder / f"{DAG_ID}.py").write_text(DAG.format(dag_id=DAG_ID, tasks=tasks))


def _url(at: Place, path: str) -> str:
    return f"http://127.0.0.1:{at.port}/api/v2/dags/{DAG_ID}{path}"


def _state(at: Place) -> str:
    state: str = ask(_url(at, "/dagRuns/run"))["state"]
    return "running" if state in {"queued", "running"} else state


def _counted(at: Place) -> dict[str, int]:
    tasks = ask(_url(at, "/dagRuns/run/taskInstances"))["task_instances"]
    if bad := [task["task_id"] for task in tasks if task["state"] != "success" or task["try_number"] != 1]:
        raise RuntimeError(f"not a wait that succeeded at once: {', '.join(bad)}; see {at.logs}")
    started = Counter(_STARTED.findall((at.logs / "api-server.log").read_text()))
    by_mode = {task["task_id"]: started[task["id"]] for task in tasks}
    return {mode: by_mode[mode] for mode in MODES}
