# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The tables of the documentation's page about benchmarks, made from the figures that the benchmarks wrote down.

``python -m tests.benchmarks.page`` renews them in the page; a test compares the two. Each table follows a comment with
its name, up to the next empty line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .place import ROOT

FIGURES = ROOT / "tests" / "benchmarks" / "results" / "figures.json"
PAGE = ROOT / "docs" / "benchmarks.md"

_OURS, _LOOPS, _ROUNDS, _ORACLE = "ours", "one_loop_per_task", "round_robin", "oracle"
_OF_ROUNDS = "of round-robin's"


def renewed(text: str, figures: Mapping[str, Any]) -> str:
    """The page's text with its tables made anew.

    :raises KeyError: for a comment with an unknown name.
    """

    def made(marker: re.Match[str]) -> str:
        return f"{marker[1]}\n{TABLES[marker[2]](figures)}\n\n"

    return re.sub(r"(<!-- figures: (\w+) -->\n)\n*(?:\|.*\n)*\n*", made, text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))


def ways(figures: Mapping[str, Any]) -> str:
    """Delays and calls beside one loop per task."""
    found = figures["polling_details"]
    return table(
        ("waits", "this package", "one loop per task, every 60 s", "round-robin, as many jobs a call as possible"),
        [
            (figures["titles"][name], *(_cell(rows.get(way)) for way in (_OURS, _LOOPS, _ROUNDS)))
            for name, rows in found.items()
            if _LOOPS in rows
        ],
    )


def unusual(figures: Mapping[str, Any]) -> str:
    """Delays and calls beside an oracle, of the workloads that have goals in seconds."""
    found = figures["polling_details"]
    return table(
        ("waits", "this package", "round-robin", "oracle"),
        [
            (figures["titles"][name], *(_cell(rows[way]) for way in (_OURS, _ROUNDS, _ORACLE)))
            for name, rows in found.items()
            if _ORACLE in rows and "mean_s" in figures["goals"][name]
        ],
    )


def shares(figures: Mapping[str, Any]) -> str:
    """Delays as a share of round-robin's."""
    return table(
        ("waits", "share of round-robin's delay"),
        [
            (figures["titles"][name], " / ".join(_share(goals[f"{field}, {_OF_ROUNDS}"]) for field in ("mean", "p95")))
            for name, goals in figures["goals"].items()
            if f"mean, {_OF_ROUNDS}" in goals
        ],
    )


def processes(figures: Mapping[str, Any]) -> str:
    """Triggerers that share an account."""
    return table(
        (
            *("triggerers", "mean delay", "longest delay", "throttled after five minutes"),
            *("answered calls, most to least, in the hour in which jobs come", "the same to the end"),
        ),
        [
            (
                *(count, f"{row['mean_s']:.1f} s", f"{row['worst_s']:.0f} s", f"{row['refused_share']:.1%}"),
                *("" if count == "1" else f"{row[field]:.2f}" for field in ("fairness", "fairness_to_the_end")),
            )
            for count, row in figures["processes"].items()
        ],
    )


def costs(figures: Mapping[str, Any]) -> str:
    """Processor time and memory."""
    looks, memory, many = figures["cpu_per_look_us"], figures["kb_per_wait_details"], figures["kb_of_many_jobs"]
    made_us, serialised_us = figures["sensor_made_us"], figures["sensor_serialised_us"]
    sdk, uncompiled = figures["import_airflow_sdk"], figures["import_uncompiled_ms"]
    return table(
        ("", "this package", "beside it"),
        [
            (
                "processor time of a look at ten MPC jobs, with the ten triggers",
                f"{looks['triggers']} µs",
                f"{looks['sdk']} µs with `huaweicloudsdkmpc`",
            ),
            (
                "memory of a wait in the triggerer, beyond a trigger that only sleeps",
                f"{figures['kb_per_wait']:.1f} KB",
                f"{memory['kb_per_trigger_that_sleeps']:.1f} KB for a trigger that only sleeps",
            ),
            (
                f"memory of one wait for {many['jobs']} jobs",
                f"{many['one_wait']:,} KB",
                f"{many['a_wait_each']:,} KB for {many['jobs']} waits",
            ),
            (
                f"processor time of each of {figures['begin_waits']:,} waits that begin at once",
                f"{figures['begin_us']} µs",
                "",
            ),
            (
                "a sensor with `start_in_triggerer=True` in a DAG file, created and serialised",
                f"{made_us['start']} + {serialised_us['start']} µs",
                f"{made_us['airflows_start']} + {serialised_us['airflows_start']} µs for Airflow's own base class",
            ),
            (
                "importing all sensors, on top of `airflow.sdk`",
                f"{figures['import_ms']:.0f} ms, {figures['import_mb']} MB; {uncompiled:.0f} ms not yet compiled",
                f"{sdk['import_ms'] / 1000:.1f} s, {sdk['import_mb']:.0f} MB for `airflow.sdk`",
            ),
            (
                f"longest call on the event loop, {figures['load']['waits']:,} waits at full speed",
                f"{figures['longest_call_ms']:.0f} ms",
                "",
            ),
        ],
    )


def parts(figures: Mapping[str, Any]) -> str:
    """What the processor time of a look is spent on."""
    found = figures["cpu_per_look_parts"].items()
    return table(("part", "share"), [(part, f"{share:.0%}") for part, share in found if share >= 0.005])


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    return f"{row['mean_s']:,.1f} / {row['p95_s']:,.1f} s, {row['calls_per_job']:.1f}"


def _share(goal: Mapping[str, Any]) -> str:
    return f"{goal['measured']:.2f}" if goal["met"] else f"**{goal['measured']:.2f}**"


TABLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    made.__name__: made for made in (ways, unusual, shares, processes, costs, parts)
}


def main() -> None:
    """Renew the page."""
    PAGE.write_text(renewed(PAGE.read_text(), json.loads(FIGURES.read_text())))


if __name__ == "__main__":
    main()
