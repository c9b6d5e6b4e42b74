# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests any sequence of crashes, lost answers, late lists, retries and clears: never two jobs without an error.

Covers ``operators.submitting``, ``operators.running``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSensorTimeout
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.submit import VISIBLE_S
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.operators.errors import MediaJobToSubmitAgain, MediaJobUnclear
from airflow_provider_mediajobs.operators.parameters import submit_of
from airflow_provider_mediajobs.operators.written import KEY

from ..sensors.conftest import Bench
from .conftest import CREATES, GOOD, Task

LIVE = "alibaba.live.editing"
# The others are those that jobs are waited for by, too.
LISTS = ("ListMediaProducingJobs", "ListTranscodeJobs", "ListJob")
CRASHES = ("kill 1 before", "kill 1 after", "kill 2 before", "kill 2 after", "wire before", "wire after")
LOST = ("reset", "hang", "html", "truncated", "short_body", "server_error")
PASSING = ("throttle",)
# A request that is sent after one that proves that nothing was made.
DEATHS = ("kill 3 before", "kill 3 after", "kill 4 before", "wire after")
THROTTLED = tuple(f"throttle, {fault}" for fault in (*LOST, *DEATHS))

tries = st.lists(
    st.tuples(
        st.sampled_from(("", *CRASHES, *LOST, *PASSING, *THROTTLED)),
        st.booleans(),  # the lists show nothing yet
        st.booleans(),  # a clear before it
        st.sampled_from((0.0, 3.0, 60.0, 2 * VISIBLE_S)),  # how long it is until then
        st.booleans(),  # it does not wait long
        st.booleans(),  # what it submits ends badly
    ),
    min_size=1,
    max_size=7,
)


class History:
    """Plays it, and watches what comes into the world."""

    def __init__(self, bench: Bench, kind: str, keeps: bool, resubmits: bool, on_unclear: str = "fail") -> None:
        self.task = Task(bench, kind, keeps=keeps, resubmit_on_failure=resubmits, on_unclear=on_unclear)
        self.resubmits = resubmits
        self.on_unclear = on_unclear
        self.cleared_since: set[str] = set()

    def play(self, fault: str, hidden: bool, clear: bool, pause: float, brief: bool, broken: bool) -> None:
        task = self.task
        if clear:
            task.clear()
            self.cleared_since |= {name(job) for job in task.jobs}
        task.world.advance(pause)
        before = {name(job): state(task.world, job) for job in task.jobs}
        known = self._known()
        task.arguments["timeout"] = 3.0 if brief else 5_000.0
        task.arguments["parameters"] = GOOD[task.kind] | (BROKEN[task.kind] if broken else {})
        with self._fault(fault, hidden):
            task.attempt()
        self._check(before, known)

    def _known(self) -> str | None:
        """The job that was written down before this try."""
        store = self.task.store
        ids = store[KEY].get("ids") if store else None
        return None if ids is None else next((name(job) for job in self.task.jobs if is_of(job, ids)), None)

    @contextmanager
    def _fault(self, fault: str, hidden: bool) -> Iterator[None]:
        task = self.task
        if throttled := fault.startswith("throttle, "):
            fault = fault.removeprefix("throttle, ")
            self._add("throttle")
        task.wire.spared = int(throttled)
        where, _, what = fault.partition(" ")
        if where == "wire":
            task.wire.kill = what
        elif where == "kill" and task.store is not None:
            at, when = what.split()
            task.store.kill = (int(at), when)
        elif fault and where != "kill":
            self._add(fault)
        if hidden:
            for action in LISTS:
                task.world.add_fault("vanish", action=action)
        yield
        task.world.clear_faults()

    def _add(self, fault: str) -> None:
        for action in CREATES:
            self.task.world.add_fault(fault, action=action, times=1)

    def _check(self, before: dict[str, str], known: str | None) -> None:
        new = [job for job in self.task.jobs if name(job) not in before]
        if self.on_unclear == "resubmit":
            # Its author takes two for the price of certainty; where the vendor checks the key, even then there is one.
            assert len(new) <= (1 if submit_of(self.task.kind).deduplicates else 2)
            before = {} if known is None else {known: before[known]}
        else:
            assert len(new) <= 1
        if not new:
            return
        for old, was in before.items():
            assert was != "goes on", f"{name(new[0])} was made while {old} went on"
            bad = was == "badly" and self.resubmits
            assert old in self.cleared_since or bad, f"{name(new[0])} was made after {old} without a clear"


def name(job: Any) -> str:
    """Of an episode's edits only the medium tells one from another."""
    return str(job.record["OutputVodId"]) if job.kind.name == LIVE else "/".join(job.ids.values())


def is_of(job: Any, ids: dict[str, str]) -> bool:
    told = {**job.ids, "output_vod_id": job.record.get("OutputVodId")}
    return all(told.get(part) == value for part, value in ids.items())


def state(world: World, job: Any) -> str:
    now = job.at(world.now())
    if now.finished is None:
        return "goes on"
    return "badly" if now.state == job.kind.failure else "well"


BROKEN: dict[str, dict[str, Any]] = {
    "alibaba.ice.live_editing": {"OutputMediaConfig": {"MediaURL": "https://b/broken.mp4"}},
    "alibaba.ice.producing": {"OutputMediaConfig": {"MediaURL": "https://b/broken.mp4"}},
    "alibaba.ice.transcode": {"InputGroup": [{"Type": "OSS", "Media": "oss://b/broken.mp4"}]},
    "alibaba.mps.transcode": {"Input": {"Bucket": "b", "Object": "broken.mp4"}},
    "alibaba.vod.transcode": {"TemplateGroupId": "broken"},
    LIVE: {"StorageInfo": {"StorageLocation": "s", "FileName": "broken.mp4"}},
    "huawei.vod.editing": {"inputs": [{"asset_id": "broken", "timeline_end": "1"}]},
    "huawei.mpc.transcoding": {"input": {"bucket": "b", "object": "broken"}},
    "huawei.mpc.editing": {"inputs": [{"input": {"bucket": "b", "object": "broken"}}]},
}


@pytest.mark.parametrize("on_unclear", ["adopt", "resubmit"])
@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=tries, resubmits=st.booleans())
def test_what_an_author_may_choose(bench: Bench, kind: str, on_unclear: str, history: Any, resubmits: bool) -> None:
    """A job that is written down is never forgotten for another one, whatever is done about one that is not."""
    bench.world.clear()
    played = History(bench, kind, keeps=True, resubmits=resubmits, on_unclear=on_unclear)

    for one in history:
        played.play(*one)


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=tries, resubmits=st.booleans())
def test_never_two_jobs_in_silence(bench: Bench, kind: str, keeps: bool, history: Any, resubmits: bool) -> None:
    bench.world.clear()
    played = History(bench, kind, keeps, resubmits)

    for one in history:
        played.play(*one)


@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=tries)
def test_every_try_ends_in_words(bench: Bench, kind: str, history: Any) -> None:
    """A result, or an error that Airflow understands; never one of ours alone, and none of Python's."""
    bench.world.clear()
    played = History(bench, kind, keeps=True, resubmits=True)
    for one in history:
        played.play(*one)

    end = played.task.attempt()

    understood = (dict, MediaJobUnclear, MediaJobToSubmitAgain, AirflowFailException, AirflowSensorTimeout)
    assert isinstance(end, understood), repr(end)
