"""Run every benchmark, print tables, write the figures down."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from . import imports

BENCHMARKS = (imports,)


def main() -> None:
    """Each benchmark measures and returns its figures; names must differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--quick", action="store_true", help="fewer runs, rougher figures")
    given = parser.parse_args()
    figures: dict[str, object] = {}
    for benchmark in BENCHMARKS:
        measured = benchmark.measure(quick=given.quick)
        print("\n".join(benchmark.table(measured)))
        figures |= measured
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
