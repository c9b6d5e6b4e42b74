# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Memory of a wait in a real triggerer, beyond one of Airflow's triggers that only sleeps.

Two triggerers, each with waits of one sort. Memory is the proportional share (PSS) of supervisor and runner together,
once it has come to rest with fewer and with more waits; what a wait costs is the slope between them. Each of our waits
has been looked at more than once by then.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from airflow_provider_mediajobs.cli.processes import Process, members

from . import heap, rows
from .place import Place, place

SUBJECTS = (rows.OURS, rows.SLEEPS)
FULL, QUICK = (500, 2000), (rows.MANY, 2 * rows.MANY)
TURNS = 3
LOOKS = 2
DAY_S = 86_400.0
REST_S, REST_KB, REST_AT_MOST_S = 4.0, 100.0, 60.0


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Kilobytes a wait, of both sorts, and the difference: medians of several turns, which differ by kilobytes.

    A quick run takes them from a process of its own instead of a real triggerer's. From one, always, what a wait for
    many jobs costs beside as many waits: that is a matter of the heap alone.
    """
    fewer, more = QUICK if quick else FULL
    on_the_heap = _on_the_heap()
    slopes = {name: [on_the_heap[name]] for name in SUBJECTS} if quick else _in_triggerers(fewer, more)
    costs = {name: median(found) for name, found in slopes.items()}
    return {
        "kb_per_wait": round(costs[rows.OURS] - costs[rows.SLEEPS], 2),
        "kb_per_wait_details": {
            "of": "an event loop, by tracemalloc" if quick else "a real triggerer, supervisor and runner together",
            "waits": [fewer, more],
            "kb_per_wait_ours": costs[rows.OURS],
            "kb_per_trigger_that_sleeps": costs[rows.SLEEPS],
            "turns": slopes,
        },
        "kb_of_many_jobs": {
            "jobs": rows.MANY,
            "one_wait": round(rows.MANY * on_the_heap[rows.TOGETHER]),
            "a_wait_each": round(rows.MANY * on_the_heap[rows.OURS]),
            "share": round(on_the_heap[rows.TOGETHER] / on_the_heap[rows.OURS], 2),
        },
    }


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    details = figures["kb_per_wait_details"]
    fewer, more = details["waits"]
    many = figures["kb_of_many_jobs"]
    return [
        f"Memory of a wait in {details['of']}, slope between {fewer} and {more}",
        f"{'a wait for an MPC job':40}{details['kb_per_wait_ours']:>8.2f} KB",
        f"{'a trigger that only sleeps':40}{details['kb_per_trigger_that_sleeps']:>8.2f} KB",
        f"{'difference':40}{figures['kb_per_wait']:>8.2f} KB",
        f"single turns: {details['turns']}",
        f"Memory of waits for {many['jobs']} MPC jobs in an event loop, by tracemalloc",
        f"{'a wait for each':40}{many['a_wait_each']:>8} KB",
        f"{'one wait for all of them':40}{many['one_wait']:>8} KB, {many['share']:.0%} of that",
    ]


def _on_the_heap() -> dict[str, float]:
    """Kilobytes a job, or a trigger that sleeps."""
    fewer, more = QUICK
    with place() as at:
        at.start_emulator()
        _add_jobs(at, range(more))
        return {name: heap.slope(at, name, fewer, more) for name in (*SUBJECTS, rows.TOGETHER)}


def _in_triggerers(fewer: int, more: int) -> dict[str, list[float]]:
    slopes: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    for _ in range(TURNS):
        with place() as at:
            at.start_emulator()
            at.be_airflow({"mpc": 12_000}, TRIGGERER__QUEUES_ENABLED="True")
            for name, (before, after) in _totals(at, fewer, more).items():
                slopes[name].append(round((after - before) / (more - fewer), 2))
    return slopes


def _totals(at: Place, fewer: int, more: int) -> dict[str, list[float]]:
    """Kilobytes of each triggerer with fewer and with more waits."""
    at.finished("rows", "tests.benchmarks.rows", str(fewer), str(more))
    triggerers = {name: _triggerer(at, name, more) for name in SUBJECTS}
    found: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    _add_jobs(at, range(fewer))
    for count in (fewer, more):
        at.until(f"{count} waits to be under way", partial(_under_way, at, count))
        for name, triggerer in triggerers.items():
            found[name].append(_at_rest(triggerer))
        if count == fewer:
            _add_jobs(at, range(fewer, more))
            for name in SUBJECTS:
                _release(at, name)
    return found


def _add_jobs(at: Place, numbers: range) -> None:
    for number in numbers:
        script = [["WAITING", 0], ["PROCESSING", 5], ["SUCCEEDED", 10 * DAY_S]]  # whose progress is told once
        at.add_job(rows.KIND, {"job_id": rows.job_id(number)}, script, age=DAY_S)


def _triggerer(at: Place, subject: str, capacity: int) -> Process:
    """With a copy of the database for itself: SQLite is not made for two."""
    copy = shutil.copy(at.home / "airflow.db", _database(at, subject))
    words = ("triggerer", "--skip-serve-logs", "--queues", subject, "--capacity", str(capacity))
    return at.start(f"triggerer-{subject}", "airflow", *words, DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{copy}")


def _database(at: Place, subject: str) -> Path:
    return at.home / f"{subject}.db"


def _release(at: Place, subject: str) -> None:
    """The other rows are its triggerer's, too."""
    with closing(sqlite3.connect(_database(at, subject), timeout=60)) as database, database:
        database.execute("UPDATE trigger SET queue = ? WHERE queue = ?", (subject, rows.later(subject)))


def _under_way(at: Place, count: int) -> bool:
    """Every trigger has begun, which its log tells, and every job has been looked at often enough."""
    started = (_logs(at.logs, name) for name in SUBJECTS)
    return all(number == count for number in started) and all(
        job["looks"] >= LOOKS for job in at.control("jobs")["jobs"]
    )


def _logs(folder: Path, subject: str) -> int:
    return sum(1 for _ in folder.glob(f"dag_id={rows.DAG_ID}/run_id={subject}-*/*/*.trigger.*.log"))


def _at_rest(triggerer: Process) -> float:
    """Kilobytes, when they have not changed much for a while."""
    end = time.monotonic() + REST_AT_MOST_S
    before, since = kilobytes(triggerer), time.monotonic()
    while time.monotonic() < min(end, since + REST_S):
        time.sleep(0.5)
        now = kilobytes(triggerer)
        if abs(now - before) > REST_KB:
            before, since = now, time.monotonic()
    return kilobytes(triggerer)


def kilobytes(process: Process) -> float:
    """Proportional share of all processes of its session."""
    return sum(_share(Path(f"/proc/{pid}/smaps_rollup").read_text()) for pid in members({process.session}))


def _share(rollup: str) -> float:
    return next(float(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
