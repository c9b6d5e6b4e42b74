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

from statistics import mean
from typing import Any
from unittest.mock import patch

import pytest

from ..benchmarks import waits
from ..benchmarks.workloads import USUAL, WORKLOADS

MPC = "huawei.mpc.editing"
NUMBER, WITHIN_S = 300, 1200.0
LATER = 1.05
CLOSE = (1, 2)
"""Seeds of the workloads in which there is nothing to gain: the 95th percentile of one differs by chance."""

LOADS = {
    "burst": (1,),
    "random": CLOSE,
    "silent": CLOSE,
    "full": CLOSE,
    "throttled": (1,),
    "refused_minutes": (1,),
    "refused_wholly": (1,),
    "refused_half": (1,),
    "refused_half_waits": (1,),
    "refused_mostly": (1,),
}
"""The others are in the benchmark."""


def played(way: waits.Strategy, load: str, seed: int = 1) -> dict[str, Any]:
    whole = WORKLOADS[load]
    part = whole._replace(within=min(whole.within, WITHIN_S))
    with patch.dict(WORKLOADS, {load: part}):
        return waits.run(way, MPC, NUMBER, load=load, seed=seed)


@pytest.mark.parametrize("load", LOADS)
def test_no_gate_opens_later_than_by_round_robin(load: str) -> None:
    """Neither on average nor at the 95th percentile, beyond what chance makes of it; and the limit is kept."""
    pairs = [(played(waits.with_poller, load, seed), played(waits.round_robin, load, seed)) for seed in LOADS[load]]
    assert all(ours["calls_over_limit"] == 0 for ours, _ in pairs)
    for field in ("mean_s", "p95_s"):
        assert mean(ours[field] / theirs[field] for ours, theirs in pairs) <= LATER


def test_where_progress_can_be_believed_gates_open_far_earlier() -> None:
    """By a factor of four, with fewer calls."""
    ours, theirs = played(waits.with_poller, USUAL), played(waits.round_robin, USUAL)
    assert 4 * ours["mean_s"] < theirs["mean_s"]
    assert ours["calls"] < theirs["calls"]
