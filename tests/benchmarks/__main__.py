"""Run every benchmark, print tables, write the figures and a chart down."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from . import imports, polling

BENCHMARKS = {"imports": imports, "polling": polling}


def main() -> None:
    """Each benchmark measures and returns its figures; names must differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the chart of delays there")
    parser.add_argument("--quick", action="store_true", help="fewer runs and smaller workloads, rougher figures")
    parser.add_argument("--only", choices=BENCHMARKS, help="leave out the others")
    given = parser.parse_args()
    figures: dict[str, object] = {}
    for name, benchmark in BENCHMARKS.items():
        if given.only in {None, name}:
            measured = benchmark.measure(quick=given.quick)
            print("\n".join(benchmark.table(measured)))
            figures |= measured
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    if given.svg and "waits" in figures:
        polling.draw(figures, given.svg)


if __name__ == "__main__":
    main()
