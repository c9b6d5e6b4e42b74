# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The poller's delays and calls beside those of simpler ways and of an oracle, with a chart of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from .chart import Bar, Group, chart
from .waits import Strategy, one_loop_per_task, oracle, round_robin, run, run_processes, with_poller
from .workloads import USUAL, WORKLOADS

MPC, LIST = "huawei.mpc.editing", "huawei.vod.editing"
PROBED = "huawei.mpc.transcoding"
MIXED = f"{MPC}+{PROBED}"
UNEVEN = "+".join([MPC] * 19 + [PROBED])
"""Few of one kind among many of another."""

MPS = "alibaba.mps.transcode"
ALIBABA = ("alibaba.live.editing", "alibaba.ice.live_editing", "alibaba.vod.transcode")
SHORT = {
    MPC: "mpc",
    LIST: "huawei_vod",
    PROBED: "mpc_probed",
    MIXED: "mpc_mixed",
    UNEVEN: "mpc_uneven",
    "alibaba.live.editing": "live",
    "alibaba.ice.live_editing": "ice",
    "alibaba.vod.transcode": "alibaba_vod",
    MPS: "mps",
}
OURS, LOOPS, ROUNDS, ORACLE = "ours", "one_loop_per_task", "round_robin", "oracle"
STRATEGIES: dict[str, Strategy] = {OURS: with_poller, LOOPS: one_loop_per_task, ROUNDS: round_robin, ORACLE: oracle}
LABELS = {OURS: "this package", LOOPS: "one loop per task", ROUNDS: "round-robin", ORACLE: "oracle"}
MEASURES = {
    "lateness_mean_s": "mean_s",
    "lateness_p95_s": "p95_s",
    "calls_over_quota": "calls_over_limit",
    "calls_per_job": "calls_per_job",
}
"""What the figures call the runs' fields."""


class Scenario(NamedTuple):
    """One workload and what is asked of the poller there.

    :param listed: the order of the vendor's list, where that matters.
    :param mean_s: goal for the mean delay; so with ``p95_s``.
    :param calls: goal for calls, as a share of round-robin's.
    :param better: goal for the mean, as a share of one loop per task's.
    :param load: the workload, where it is not the usual one.
    :param later: goal for mean and 95th percentile, as a share of round-robin's.
    """

    kind: str
    number: int
    ways: tuple[str, ...]
    mean_s: float | None = None
    p95_s: float | None = None
    calls: float | None = None
    listed: str | None = None
    better: float | None = None
    load: str = USUAL
    later: float | None = None

    @property
    def name(self) -> str:
        order = f"_{self.listed}" if self.listed else ""
        load = "" if self.load == USUAL else f"_{self.load}"
        return f"{SHORT[self.kind]}_{self.number}{order}{load}"

    @property
    def title(self) -> str:
        orders = {"newest": ", listed newest first", "oldest": ", listed oldest first", "random": ", listed at random"}
        load = f", {WORKLOADS[self.load].title}" if self.load != USUAL else ""
        kind = "huawei.mpc.editing, one in twenty huawei.mpc.transcoding" if self.kind == UNEVEN else self.kind
        return f"{kind}, {self.number:,} jobs{orders[self.listed] if self.listed else ''}{load}"


ALL = (OURS, LOOPS, ROUNDS)
BESIDE = (OURS, ROUNDS, ORACLE)
SMALL = 250
"""Jobs up to which all seeds are judged together: about sixty at a time are a round trip of six calls, and round-robin
begun a part of a call later is up to a seventh later or earlier itself."""

LOADS = (
    Scenario(MPC, 3000, BESIDE, 15, 60, load="burst", later=1.05),
    Scenario(MPC, 3000, BESIDE, 20, 46, load="silent", later=1.05),
    Scenario(MPC, 3000, BESIDE, 22, 46, load="random", later=1.05),
    Scenario(MPC, 3000, BESIDE, 10, 30, load="throttled", later=1.05),
    *(
        Scenario(MPC, 3000, BESIDE, load=load, later=1.05)
        for load in ("burst_silent", "noisy", "stuck", "backwards", "late", "ends_early", "steps", "queue")
    ),
    *(Scenario(MPC, 3000, BESIDE, load=load, later=1.05) for load in ("waves_silent", "two_sorts_silent")),
    *(
        Scenario(MPC, 3000, BESIDE, load=load, later=1.05)
        for load in ("full", "half_silent", "half_slow", "almost", "exponential_silent")
    ),
    *(Scenario(MPC, 1000, BESIDE, load=load, later=1.05) for load in ("silent", "random", "ends_early", "full")),
    *(
        Scenario(MPC, 1000, BESIDE, load=load, later=1.05)
        for load in (
            *("refused_minutes", "refused_wholly", "refused_half", "refused_half_waits", "refused_politely"),
            *("refused_politely_silent", "refused_often", "refused_rarely_silent", "refused_each_minute"),
            *("refused_each_minute_politely", "refused_mostly", "refused_nearly_always"),
            *("refused_nearly_always_each_minute", "unsteady_throttled", "lost_often_silent", "faulty_silent"),
        )
    ),
    *(
        Scenario(MPC, SMALL, BESIDE, load=load, later=1.05)
        for load in (USUAL, "silent", "random", "full", "jumps", "waves_random", "same_silent", "mostly_short_silent")
    ),
    *(
        Scenario(MPC, SMALL, BESIDE, load=load, later=1.05)
        for load in ("queue_short", "fails_silent", "slow_random", "slower", "slower_silent", "lost_silent")
    ),
    Scenario(MPC, SMALL, BESIDE, load="together_silent", later=1.05),
    *(Scenario(PROBED, SMALL, BESIDE, load=load, later=1.05) for load in ("silent", "slow_silent")),
    Scenario(MPC, SMALL, BESIDE, load="narrow_random", later=1.05),
    Scenario(MPC, 1000, BESIDE, load="wider_random", later=1.05),
    *(Scenario(MPC, 100, BESIDE, load=load, later=1.05) for load in ("silent", "random", "refused_now_and_then")),
    Scenario(MIXED, SMALL, BESIDE, load="two_habits", later=1.05),
    Scenario(UNEVEN, SMALL, BESIDE, load="silent", later=1.05),
    Scenario(MPC, 50, BESIDE, 1.5, 3.5, load="trickle"),
    Scenario(ALIBABA[1], 500, BESIDE, 12, 30, load="long_silent"),
)
PROCESSES = (1, 2, 4, 8)
SEEDS = (1, 2, 3, 4, 5)
"""Of the rows that are held against round-robin: the worst of them counts."""

SEEDED = 1000
"""Jobs up to which all seeds are run: more take too long."""

QUICK = (
    Scenario(MPC, 300, ALL, 3, 8, 0.25),
    Scenario("alibaba.vod.transcode", 100, (OURS,), 10, 30),
    Scenario(LIST, 300, (OURS, LOOPS), 10, 30, listed="newest", better=0.5),
)
FULL = (
    Scenario(MPC, 10_000, ALL, 20, 60, 0.5),
    Scenario(MIXED, 10_000, ALL, later=1.05),
    *(Scenario(kind, 3000, (OURS, LOOPS), 10, 30) for kind in ALIBABA),
    Scenario(MPS, 10_000, (OURS, LOOPS), 10, 30),
    *(
        Scenario(LIST, 3000, (OURS, LOOPS), mean, p95, listed=order, better=0.5)
        for order, mean, p95 in (("newest", 10, 30), ("oldest", 10, 30), ("random", None, None))
    ),
    Scenario(MPC, 3000, ALL, 6, 15, 0.5),
    Scenario(MPC, 1000, ALL, 3, 8, 0.25),
    Scenario(MPC, 300, ALL, 3, 8, 0.25),
    *LOADS,
)


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Every way through every scenario, as many at a time as there are processors."""
    scenarios = QUICK if quick else FULL
    jobs, processes = (300, (1, 4)) if quick else (3000, PROCESSES)
    tasks = [(scenario, way) for scenario in scenarios for way in scenario.ways]
    tasks.sort(key=lambda task: -task[0].number)  # the longest first: no processor is left with one of them at the end
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_one, tasks))
        shared = list(pool.map(run_processes, [MPC] * len(processes), [jobs] * len(processes), processes))
    rows = dict(zip(tasks, found, strict=True))
    waits = {scenario.name: {way: rows[scenario, way] for way in scenario.ways} for scenario in scenarios}
    return {
        **{name: _column(waits, field) for name, field in MEASURES.items()},
        "titles": {scenario.name: scenario.title for scenario in scenarios},
        "goals": {scenario.name: goals(scenario, waits[scenario.name]) for scenario in scenarios},
        "polling_details": waits,
        "processes": {str(count): row for count, row in zip(processes, shared, strict=True)},
    }


def _column(waits: Mapping[str, Mapping[str, Any]], field: str) -> dict[str, dict[str, float]]:
    """One measure, by workload and way."""
    return {name: {way: row[field] for way, row in found.items()} for name, found in waits.items()}


def _one(task: tuple[Scenario, str]) -> dict[str, Any]:
    """With all seeds, where it is held against round-robin and that does not take too long."""
    scenario, way = task
    seeded = scenario.later is not None and way in (OURS, ROUNDS) and scenario.number <= SEEDED
    seeds = SEEDS if seeded else SEEDS[:1]
    played, load = STRATEGIES[way], scenario.load
    rows = [run(played, scenario.kind, scenario.number, scenario.listed, load, seed) for seed in seeds]
    spent = sum(row["runtime_s"] for row in rows)
    told = f"mean {rows[0]['mean_s']:g} s, p95 {rows[0]['p95_s']:g} s; took {spent:.0f} s"
    print(f"{scenario.name} by {way}: {told}", file=sys.stderr, flush=True)
    return {
        **rows[0],
        "calls_over_limit": max(row["calls_over_limit"] for row in rows),
        "seeds": [{field: row[field] for field in ("mean_s", "p95_s")} for row in rows],
    }


def _later(found: Mapping[str, Any], field: str) -> float:
    """Ours as a share of round-robin's, with the seed for which that is largest; with all of them for few jobs."""
    pairs = [
        (ours[field], rounds[field])
        for ours, rounds in zip(*(found[way]["seeds"] for way in (OURS, ROUNDS)), strict=True)
    ]
    if found[OURS]["jobs"] <= SMALL:
        pairs = [(sum(ours for ours, _ in pairs), sum(rounds for _, rounds in pairs))]
    worst: float = max(ours / rounds for ours, rounds in pairs)
    return round(worst, 2)


def goals(scenario: Scenario, found: Mapping[str, Any]) -> dict[str, dict[str, float | bool]]:
    """What was asked, what came out, and whether that is enough."""
    ours = found[OURS]
    requested: dict[str, tuple[float | None, float]] = {
        "mean_s": (scenario.mean_s, ours["mean_s"]),
        "p95_s": (scenario.p95_s, ours["p95_s"]),
        "calls_over_limit": (0, ours["calls_over_limit"]),
    }
    if scenario.calls is not None:
        requested["calls, of round-robin's"] = (scenario.calls, round(ours["calls"] / found[ROUNDS]["calls"], 2))
    if scenario.better is not None:
        share = round(ours["mean_s"] / found[LOOPS]["mean_s"], 3)
        requested["mean, of one loop per task's"] = (scenario.better, share)
    if scenario.later is not None:
        requested["mean, of round-robin's"] = (scenario.later, _later(found, "mean_s"))
        requested["p95, of round-robin's"] = (scenario.later, _later(found, "p95_s"))
    return {
        name: {"goal": goal, "measured": measured, "met": measured <= goal}
        for name, (goal, measured) in requested.items()
        if goal is not None
    }


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    return [*_lines(figures["polling_details"], figures["goals"]), *_shared(figures["processes"])]


def _shared(processes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "Processes that share an account's limit and the jobs, and know of each other only by throttles"
    spans = "".join(f"{field:>9}" for field in ("mean", "p95", "worst"))
    yield f"{'':16}{spans}{'fairness':>10}{'to the end':>12}{'refused after five minutes':>28}"
    for count, row in processes.items():
        spans = "".join(f"{row[field]:>9.1f}" for field in ("mean_s", "p95_s", "worst_s"))
        shares = f"{row['fairness']:>10.2f}{row['fairness_to_the_end']:>12.2f}{row['refused_share']:>28.2%}"
        yield f"    {count:12}{spans}{shares}"


def _lines(waits: Mapping[str, Mapping[str, Any]], requested: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "Seconds from a job's end (or the wait's first ten seconds, if later) to its open gate; virtual time"
    yield f"{'':44}{'mean':>9}{'p95':>9}{'worst':>9}{'calls':>9}{'a job':>8}{'over':>6}"
    for name, found in waits.items():
        yield name
        for way, row in found.items():
            spans = "".join(f"{row[field]:>9.1f}" for field in ("mean_s", "p95_s", "worst_s"))
            yield f"    {way:40}{spans}{row['calls']:>9}{row['calls_per_job']:>8.2f}{row['calls_over_limit']:>6}"
        for what, goal in requested[name].items():
            decision = "met" if goal["met"] else "NOT met"
            yield f"        {what}: {goal['measured']:g}, goal {goal['goal']:g}: {decision}"


def draw(figures: Mapping[str, Any], path: Path) -> None:
    """Mean and 95th percentile of every way, on a logarithmic scale, where one of them is one loop per task."""
    means, highs = figures["lateness_mean_s"], figures["lateness_p95_s"]
    groups = [
        Group(_title(name), [Bar(LABELS[way], mean, highs[name][way]) for way, mean in found.items()])
        for name, found in means.items()
        if LOOPS in found
    ]
    about = "Bar and first number: mean. Line and second number: 95th percentile. Logarithmic scale."
    path.write_text(chart("From the end of a job to its open gate", about, groups))


def _title(name: str) -> str:
    """A workload's name for people."""
    return next(scenario.title for scenario in (*FULL, *QUICK) if scenario.name == name)
