# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The order by due time: the newest entry of each job counts, and those looked at alone share no call."""

from __future__ import annotations

from airflow_provider_mediajobs.core.job import JobRef
from airflow_provider_mediajobs.poller.due_order import DueOrder
from airflow_provider_mediajobs.poller.schedule import NEVER, Schedule
from airflow_provider_mediajobs.poller.tracked_job import TrackedJob


def job(name: str, *, alone: bool = False) -> TrackedJob[None]:
    return TrackedJob(JobRef("kind", (("job_id", name),)), Schedule(0.0, 0.0, 60.0), alone=alone)


def test_jobs_come_by_due_time() -> None:
    """Whether they may share a call or not."""
    order: DueOrder[None] = DueOrder()
    late, alone, early = job("late"), job("alone", alone=True), job("early")
    for entered, due in ((late, 30.0), (alone, 20.0), (early, 10.0)):
        order.enter(entered, due)
    assert (order.due(), order.shared_due(), order.first()) == (10.0, 10.0, early)
    assert [order.pop(), order.pop()] == [early, alone]
    assert (order.due(), order.shared_due(), order.first()) == (30.0, 30.0, late)


def test_a_job_that_is_looked_at_alone_shares_no_call() -> None:
    """Even if it is the most due one; and without another one, none may share a call."""
    order: DueOrder[None] = DueOrder()
    alone, shared = job("alone", alone=True), job("shared")
    order.enter(alone, 10.0)
    order.enter(shared, 20.0)
    assert order.pop_shared() is shared
    assert (order.due(), order.shared_due()) == (10.0, NEVER)


def test_the_newest_entry_of_a_job_counts() -> None:
    """Also where it is later; and without an entry that counts there is none."""
    order: DueOrder[None] = DueOrder()
    moved, taken = job("moved"), job("taken")
    order.enter(moved, 10.0)
    order.enter(taken, 20.0)
    order.enter(moved, 30.0)
    taken.picked()
    assert (order.due(), moved.due) == (30.0, 30.0)
    assert order.pop_shared() is moved
    assert order.due() == NEVER


def test_jobs_that_are_due_together_come_in_the_order_in_which_they_entered() -> None:
    order: DueOrder[None] = DueOrder()
    jobs = [job(name) for name in "abc"]
    for entered in jobs:
        order.enter(entered, 10.0)
    assert [order.pop() for _ in jobs] == jobs
