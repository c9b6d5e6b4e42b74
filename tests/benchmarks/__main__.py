# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Runs every benchmark, prints tables, and writes the figures and a chart."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import begins, declared, imports, launches, load, looks, memory, polling

BENCHMARKS: dict[str, Any] = {
    "polling": polling,
    "imports": imports,
    "looks": looks,
    "load": load,
    "memory": memory,
    "begins": begins,
    "declared": declared,
    "launches": launches,
}
BESIDE = "memory"
QUICK = """fewer runs and smaller workloads, rougher figures, about a minute on a quiet machine;
leaves out the worker processes that are started for a wait, since a whole Airflow takes as long to boot"""


def main() -> None:
    """Each benchmark measures and returns its figures; names must differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures there; with --only, renew those")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the chart of delays there")
    parser.add_argument("--quick", action="store_true", help=QUICK)
    parser.add_argument("--only", choices=BENCHMARKS, action="append", help="leave out the others; repeatable")
    given = parser.parse_args()
    figures: dict[str, Any] = json.loads(given.json.read_text()) if _renews(given) else {}
    figures["machine"] = _machine()
    commands = figures.setdefault("commands", {})
    for name, measured in _measured(given.only or list(BENCHMARKS), quick=given.quick):
        print("\n".join(BENCHMARKS[name].table(measured)), flush=True)
        figures |= measured
        commands[name] = " ".join(["python -m tests.benchmarks", *sys.argv[1:]])
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    if given.svg and "lateness_mean_s" in figures:
        polling.draw(figures, given.svg)


def _measured(names: Sequence[str], *, quick: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """One after the other; in a quick run one of them beside the others, since it mostly waits."""
    apart = {BESIDE} & set(names) if quick else set()
    with ThreadPoolExecutor(1) as beside:
        begun = {name: beside.submit(BENCHMARKS[name].measure, quick=True) for name in apart}
        yield from ((name, BENCHMARKS[name].measure(quick=quick)) for name in names if name not in apart)
        yield from ((name, measuring.result()) for name, measuring in begun.items())


def _renews(given: argparse.Namespace) -> bool:
    return bool(given.only and given.json and given.json.exists())


def _machine() -> dict[str, object]:
    """What figures depend on."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "airflow": version("apache-airflow"),
    }


def _processor() -> str:
    """Its name, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


if __name__ == "__main__":
    main()
