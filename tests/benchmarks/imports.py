# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What importing all sensors adds to ``import airflow.sdk``, in time and memory; the vendors' SDKs beside it.

Each run is a fresh interpreter that imports ``airflow.sdk`` first. This package is hidden from Airflow's discovery
meanwhile, so that what discovery loads of it counts as ours. Runs alternate, so that a busy moment hits all alike; the
least of each is told, since whatever else runs can only add to it. Time is the processor's: the files are in memory, so
on an idle machine it is the clock's too.

Compiled files (``.pyc``) are written to a folder of the benchmark's own, whatever the environment says of them, and are
found there by all runs but those that measure how long it takes without any.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from tempfile import TemporaryDirectory
from typing import Any

GOAL_MS = 25.0
GOAL_UNCOMPILED_MS = 60.0
GOAL_MB = 5.0

OURS = "all sensors"
NOTHING = "nothing"
LIGHTEST = "huaweicloudsdkmpc"

SUBJECTS = {
    NOTHING: "pass",
    OURS: """
from airflow_provider_mediajobs.provider_info import get_provider_info
get_provider_info()
import airflow_provider_mediajobs.sensors
""",
    "alibabacloud-live20161101": "import alibabacloud_live20161101.client",
    "alibabacloud-ice20201109": "import alibabacloud_ice20201109.client",
    "alibabacloud-vod20170321": "import alibabacloud_vod20170321.client",
    "huaweicloudsdkvod": "import huaweicloudsdkvod.v1",
    LIGHTEST: "import huaweicloudsdkmpc.v1",
}

# Run in a fresh interpreter. Prints milliseconds and MiB for airflow.sdk, then for the subject on top of it.
RUN = """
import importlib.metadata, json, os, sys, time

def hide(metadata):
    every = metadata.distributions
    metadata.distributions = lambda **given: (
        found for found in every(**given) if found.name != "airflow-provider-mediajobs"
    )

hide(importlib.metadata)
try:  # Airflow uses the backport on older Pythons
    import importlib_metadata
except ImportError:
    pass
else:
    hide(importlib_metadata)

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

def cost(code):
    compiled = compile(code, "<subject>", "exec")
    memory, start = resident(), time.process_time()
    exec(compiled, {})
    return (time.process_time() - start) * 1000, resident() - memory

base = cost("import airflow.sdk")
assert "airflow_provider_mediajobs" not in sys.modules, "Airflow discovers providers in another way by now"
print(json.dumps([base, cost(sys.argv[1])]))
"""


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Medians of several runs; of the SDKs, which take seconds, fewer will do, and in a quick run one of them."""
    runs, sdk_runs = (3, 1) if quick else (15, 3)
    subjects = {name: SUBJECTS[name] for name in (NOTHING, OURS, LIGHTEST)} if quick else SUBJECTS
    base: list[list[float]] = []
    found: dict[str, list[list[float]]] = {name: [] for name in subjects}
    with TemporaryDirectory() as compiled, TemporaryDirectory() as empty:
        for code in subjects.values():
            _run(code, compiled)  # writes .pyc files, warms the disk cache
        for turn in range(runs):
            for name, code in subjects.items():
                if name in {NOTHING, OURS} or turn < sdk_runs:
                    of_airflow, of_subject = _run(code, compiled)
                    base.append(of_airflow)
                    found[name].append(of_subject)
        uncompiled = [_run(SUBJECTS[OURS], empty, write=False)[1] for _ in range(sdk_runs)]
    least = {name: _least(costs) for name, costs in found.items()}
    return {
        "import_ms": least[OURS]["import_ms"],
        "import_uncompiled_ms": _least(uncompiled)["import_ms"],
        "import_mb": least[OURS]["import_mb"],
        "import_runs": runs,
        "import_noise": least[NOTHING],
        "import_airflow_sdk": _least(base),
        "import_sdks": {name: cost for name, cost in least.items() if name not in {NOTHING, OURS}},
    }


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    ours = {"import_ms": figures["import_ms"], "import_mb": figures["import_mb"]}
    rows = {
        "(airflow.sdk itself)": figures["import_airflow_sdk"],
        OURS: ours,
        **figures["import_sdks"],
    }
    uncompiled = figures["import_uncompiled_ms"]
    goals = f"{GOAL_MS:.0f} ms, {GOAL_UNCOMPILED_MS:.0f} ms where they are not compiled, and {GOAL_MB:.0f} MiB"
    met = figures["import_ms"] < GOAL_MS and uncompiled < GOAL_UNCOMPILED_MS and figures["import_mb"] < GOAL_MB
    return [
        f"Importing on top of airflow.sdk ({version('apache-airflow')}, Python {platform.python_version()}), least",
        f"{'':28}{'ms':>10}{'MiB':>10}",
        *(f"{name:28}{cost['import_ms']:>10.1f}{cost['import_mb']:>10.1f}" for name, cost in rows.items()),
        f"{OURS + ', not compiled':28}{uncompiled:>10.1f}",
        f"goal for all sensors: under {goals}: {'met' if met else 'NOT met'}",
    ]


def _run(code: str, compiled: str, *, write: bool = True) -> tuple[list[float], list[float]]:
    """In a fresh interpreter.

    :param compiled: folder of its ``.pyc`` files.
    :param write: whether it adds to them.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    environment |= {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": "" if write else "1"}
    ran = subprocess.run(
        [sys.executable, "-c", RUN, code], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    base, subject = json.loads(ran.stdout.splitlines()[-1])
    return base, subject


def _least(costs: list[list[float]]) -> dict[str, float]:
    return {
        "import_ms": round(min(milliseconds for milliseconds, _ in costs), 1),
        "import_mb": round(min(mebibytes for _, mebibytes in costs), 1),
    }
