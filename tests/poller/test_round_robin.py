# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that gates open no later than by round-robin batches at the same quota, whatever progress is reported.

A tenth of the jobs of the benchmark come in a third of its time: the quota is short, and some calls can be spared. In
virtual time: what is compared does not depend on the machine.

Covers ``poller.lane``.
"""

from __future__ import annotations

from random import Random
from statistics import mean
from typing import Any
from unittest.mock import patch

import pytest

from ..benchmarks import waits
from ..benchmarks.workloads import USUAL, WORKLOADS, Workload

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("untraced")]

MPC = "huawei.mpc.editing"
PROBED = "huawei.mpc.transcoding"
UNEVEN = "+".join([MPC] * 9 + [PROBED])
NUMBER, WITHIN_S = 300, 1200.0
LONGEST_S = 1800.0
"""No job lasts longer: an hour with a handful of jobs would take most of a test's time, and is tested apart."""

LATER = 1.05
FEW, FEW_WITHIN_S, CALLS = 60, 400.0, 20
SEEDS = (1, 2, 3, 4, 5)
APART = 1.1
"""By how much few jobs may differ: round-robin that begins a part of a call later differs from itself by as much."""

CLOSE = (1, 2)
"""Seeds of the workloads in which there is nothing to gain: the 95th percentile of one differs by chance."""

LOADS = {
    "burst": (1,),
    "together_silent": CLOSE,
    "random": CLOSE,
    "silent": CLOSE,
    "full": CLOSE,
    "throttled": (1,),
    "refused_minutes": (1,),
    "refused_wholly": (1,),
    "refused_half": (1,),
    "refused_half_waits": (1,),
    "refused_politely": CLOSE,
    "refused_mostly": (1,),
    "lost_often_silent": CLOSE,
    "faulty_silent": CLOSE,
}
"""The others are in the benchmark."""


def played(way: waits.Strategy, load: str, seed: int = 1, kind: str = MPC) -> dict[str, Any]:
    whole = WORKLOADS[load]

    def length(chance: Random) -> float:
        while (seconds := whole.length(chance)) > LONGEST_S:
            pass
        return seconds

    part = whole._replace(within=min(whole.within, WITHIN_S), length=length)
    with patch.dict(WORKLOADS, {load: part}):
        return waits.run(way, kind, NUMBER, load=load, seed=seed)


@pytest.mark.parametrize("load", LOADS)
def test_no_gate_opens_later_than_by_round_robin(load: str) -> None:
    """Neither on average nor at the 95th percentile, beyond what chance makes of it; and the limit is kept."""
    pairs = [(played(waits.with_poller, load, seed), played(waits.round_robin, load, seed)) for seed in LOADS[load]]
    assert all(ours["calls_over_limit"] == 0 for ours, _ in pairs)
    for field in ("mean_s", "p95_s"):
        assert mean(ours[field] / theirs[field] for ours, theirs in pairs) <= LATER


def test_no_gate_opens_later_where_probes_are_slow() -> None:
    """A probe answers for many jobs, but an end takes a look as well: two slow answers in place of one."""
    ours, theirs = (played(way, "slow_silent", kind=PROBED) for way in (waits.with_poller, waits.round_robin))
    assert ours["calls_over_limit"] == 0
    for field in ("mean_s", "p95_s"):
        assert ours[field] <= LATER * theirs[field], field


@pytest.mark.parametrize(
    ("kind", "load", "calls"),
    [(MPC, "fails_silent", CALLS), (MPC, "slower_silent", 100), (UNEVEN, "silent", CALLS)],
)
def test_no_gate_of_few_jobs_opens_later_than_by_round_robin(kind: str, load: str, calls: float) -> None:
    """To the last one, which is alone for an hour; by slow answers; and where few of one kind wait among many others.

    At a small quota, so that calls are few, and over five seeds together, so that chance makes little of it.
    """
    _open_as_early(kind, FEW, load, WORKLOADS[load]._replace(within=FEW_WITHIN_S, calls=calls))


def test_few_jobs_may_cost_many_calls_each() -> None:
    """Forty an hour, about nine at a time, take eighty calls each, nearly as many as by round-robin."""
    _open_as_early(MPC, 40, "silent", WORKLOADS["silent"]._replace(calls=40))


def _open_as_early(kind: str, number: int, load: str, part: Workload) -> None:
    """The jobs of all seeds together open as early as by round-robin, but for chance."""
    with patch.dict(WORKLOADS, {load: part}):
        ours = [waits.run(waits.with_poller, kind, number, load=load, seed=seed) for seed in SEEDS]
        theirs = [waits.run(waits.round_robin, kind, number, load=load, seed=seed) for seed in SEEDS]
    assert max(row["calls_over_limit"] for row in ours) == 0
    for figure in ("mean_s", "p95_s"):
        assert sum(row[figure] for row in ours) <= APART * sum(row[figure] for row in theirs), figure


def test_where_progress_can_be_believed_gates_open_far_earlier() -> None:
    """By a factor of four, with fewer calls."""
    ours, theirs = played(waits.with_poller, USUAL), played(waits.round_robin, USUAL)
    assert 4 * ours["mean_s"] < theirs["mean_s"]
    assert ours["calls"] < theirs["calls"]
