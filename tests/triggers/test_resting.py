# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that looks without news do not wake a wait, and that its log, event and end are the same as if they did.

Covers ``triggers.wait``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.errors import AuthError, MediaJobsError, Throttled, TransportError
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.emulator.virtual_time import VirtualLoop
from airflow_provider_mediajobs.poller.waiter import Subscription, Waiter
from airflow_provider_mediajobs.triggers.wait import DeferredWait

START = datetime(2026, 9, 1, tzinfo=UTC)
KIND = "huawei.mpc.editing"
REFS = [JobRef(KIND, (("job_id", name),)) for name in ("1", "2", "3")]
TIMEOUT_S = 3600.0


class NoLane:
    """In no lane."""

    def look_by(self, subscription: Subscription, moment: float) -> None: ...
    def leave(self, subscription: Subscription) -> None: ...


class Restless(Waiter):
    """Is woken by every look."""

    __slots__ = ("woken",)

    def known(self, ref: JobRef, snapshot: JobSnapshot) -> None: ...


class Log:
    """Lines, each with its time."""

    def __init__(self) -> None:
        self.lines: list[tuple[float, str]] = []

    def info(self, event: str, /, *args: Any) -> None:
        self.lines.append((asyncio.get_running_loop().time(), event % args))

    warning = info


class Side:
    """One wait, with what it has told so far.

    :param jobs: how many it waits for.
    :param late: seconds by which its end is later than its deadline.
    """

    def __init__(self, sort: type[Waiter], jobs: int, policy: Mapping[str, Any], late: float = 0.0) -> None:
        deadline = START + timedelta(seconds=TIMEOUT_S)
        arguments = {
            "kind": KIND,
            "ids": [dict(ref.ids) for ref in REFS[:jobs]],
            "many": jobs > 1,
            "conn_id": "huawei",
            "region": None,
            "project_id": None,
            "created_after": (START - timedelta(seconds=300)).isoformat(),
            "policy": policy,
            "deadline": deadline.isoformat(),
            "ends_at": (deadline + timedelta(seconds=late)).isoformat(),
            "timeout": TIMEOUT_S,
            "before": [{} for _ in range(jobs)],
            "report": {"looks": 1, "calls": 1, "throttled": 0, "retried": 0},
        }
        self.log = Log()
        self.told: dict[str, Any] = {}
        self.wait = DeferredWait(arguments, self.log)
        self.waiter = self.wait.waiter = sort(self.wait.spec.refs, 0.0, NoLane())
        self.over = False
        self.woken = 0

    async def hears(self, answers: Mapping[JobRef, Any]) -> None:
        """One look, as a lane tells of it, and what the trigger makes of it."""
        if self.over:  # the wait has left the lane
            return
        for ref, answer in answers.items():
            subscription = self.waiter.subscriptions.get(ref)
            if subscription is not None and isinstance(answer, MediaJobsError) and answer.retryable:
                subscription.tell_trouble(answer)
            elif subscription is not None:
                subscription.tell(answer)
        if not any(subscription.fresh for subscription in self.waiter.subscriptions.values()):
            return
        self.woken += 1
        news = await self.waiter.next()
        self.over = self.wait.is_over(news, now())
        for ref in [] if self.over else self.wait.settled(news):
            await self.waiter.drop(ref)
        self.limits = self.wait.limits([ref for ref in news if ref in self.waiter.subscriptions], now())

    def seen(self) -> Any:
        """All that can be told from outside: what the worker decides by, and what it would return."""
        event = self.wait.event(now())
        result = self.wait.result(event)
        for told in event["jobs"]:
            shown = told["answer"].get("job")
            if shown and not JobState(shown["state"]).ended:
                shown["raw"] = {}  # of a job that goes on it is kept nowhere, and events hold it by chance only
        return self.over, self.log.lines, event, result


def now() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


def job(state: JobState, word: str, progress: int | None = None, **more: Any) -> JobSnapshot:
    return JobSnapshot(KIND, {"job_id": "1"}, state, word, progress=progress, raw={"status": word}, **more)


snapshots = st.builds(
    lambda word, progress, created, proven, request: job(
        word[0], word[1], progress, created_at=created, proven=proven, request_id=request
    ),
    st.sampled_from([(JobState.RUNNING, "PROCESSING")] * 6 + [(JobState.PENDING, "WAITING")] * 3)
    | st.sampled_from([(JobState.UNKNOWN, "NEW"), (JobState.SUCCEEDED, "SUCCEEDED"), (JobState.FAILED, "FAILED")]),
    st.sampled_from([None, 1, 1, 1, 2]),
    st.sampled_from([START, START, START, START - timedelta(seconds=900), None]),
    st.sampled_from([True] * 9 + [False]),
    st.sampled_from(["a", "b", "c"]),
)
troubles = st.sampled_from(
    [TransportError("no answer"), Throttled("APIGW.0308", "slow down"), AuthError("APIGW.0301", "wrong key"), None]
)
answers = st.one_of(snapshots, snapshots, snapshots, snapshots, troubles)
looks = st.lists(
    st.tuples(
        st.sampled_from([0.5, 5.0, 20.0, 61.0, 299.0, 1500.0]),
        st.dictionaries(st.sampled_from(REFS), answers, min_size=1),
        st.integers(1, 4),  # so often in a row, which is what looks are like
        st.sampled_from([False, False, True]),
    ),
    max_size=15,
)
policies = st.sampled_from(
    [
        {},
        {},
        {"stall_timeout": 200.0},
        {"queue_timeout": 100.0},
        {"until": "running"},
        {"wait_for": "any"},
        {"fail_fast": False},
        {"not_found_grace": 60.0},
    ]
)


@settings(max_examples=150, deadline=None)
@given(policies, st.sampled_from([1, 3]), st.sampled_from([0.0, 600.0]), looks)
def test_the_same_as_if_every_look_were_heard(
    policy: dict[str, Any], jobs: int, late: float, looks: Sequence[tuple[float, Mapping[JobRef, Any], int, bool]]
) -> None:
    """Lines and their times, the end and the moment of it, and the event at any time, down to request ids."""

    async def scene() -> None:
        resting, restless = Side(Waiter, jobs, policy, late), Side(Restless, jobs, policy, late)
        end = TIMEOUT_S + late  # when the trigger's own alarm rings
        for seconds, news, times, asked_for in looks:
            for _ in range(times):
                if asyncio.get_running_loop().time() + seconds >= end:
                    break
                await asyncio.sleep(seconds)
                for side in (resting, restless):
                    await side.hears(news)
                assert resting.over == restless.over
                if asked_for:
                    assert resting.seen() == restless.seen()
        assert json.dumps(resting.seen(), default=str) == json.dumps(restless.seen(), default=str)
        assert resting.woken <= restless.woken

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(scene())


def play(steps: Sequence[tuple[float, Answer | None]], late: float = 0.0, **policy: Any) -> Side:
    """A wait for one job, after these looks."""

    async def scene() -> Side:
        side = Side(Waiter, 1, policy, late)
        for seconds, answer in steps:
            await asyncio.sleep(seconds)
            await side.hears({REFS[0]: answer})
        side.told = side.wait.event(now())["jobs"][0]
        return side

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scene())


RUNS = job(JobState.RUNNING, "PROCESSING", 5, created_at=START, request_id="a")
QUEUES = job(JobState.PENDING, "WAITING", created_at=START)


@pytest.mark.parametrize(
    ("steps", "policy", "woken"),
    [
        ([(10, RUNS)] * 50, {}, 1),
        ([(10, QUEUES)] * 50, {}, 1),
        ([(10, RUNS)] * 50, {"queue_timeout": 900.0}, 1),  # it has started
        ([(10, RUNS)] * 120, {}, 2),  # at the latest after ten minutes, so that the clock is looked at
        ([(10, RUNS)] * 20, {"stall_timeout": 900.0}, 20),
        ([(10, QUEUES)] * 20, {"queue_timeout": 900.0}, 20),
        ([(10, None)] * 5, {}, 5),  # not visible, which may be had enough of
        ([(10, RUNS), (10, TransportError("x")), (10, RUNS), (10, RUNS)], {}, 3),
    ],
)
def test_who_is_woken(steps: Any, policy: dict[str, Any], woken: int) -> None:
    """By the first of many that tell the same; where a limit passes, by each."""
    assert play(steps, **policy).woken == woken


def test_a_wait_whose_end_is_later_than_its_deadline_hears_every_look() -> None:
    """The first one after the deadline ends it, whatever it says."""
    side = play([(399, RUNS)] * 9 + [(100, RUNS)], late=600.0)

    assert (side.woken, side.over) == (10, True)


def test_progress_that_was_not_told_yet_is_told_a_minute_later() -> None:
    """The line that was held back comes with a look that tells nothing new."""
    further = job(JobState.RUNNING, "PROCESSING", 6, created_at=START)
    side = play([(10, RUNS), (10, further), *[(10, further)] * 30])

    assert [at for at, line in side.log.lines if "6 %" in line] == [70.0]
    assert side.woken == 7


def test_the_newest_look_is_handed_over() -> None:
    """Its time, from which limits go on, and its request id, which support asks for."""
    newest = job(JobState.RUNNING, "PROCESSING", 5, created_at=START, request_id="z")
    side = play([(10, RUNS), (30, RUNS), (30, newest)])

    assert side.woken == 1
    assert side.told["told_at"] == "2026-09-01T00:01:10+00:00"
    assert side.told["answer"]["job"]["request_id"] == "z"
