# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests batches: all due jobs are asked for, no id is lost, free places are filled, refused ids go singly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.job import JobRef, JobState
from airflow_provider_mediajobs.core.kind import JobKind, Page
from airflow_provider_mediajobs.poller.batch import ALONE, NOW, Call, CallKind, Pool, TrackedJob
from airflow_provider_mediajobs.poller.schedule import NEVER, Schedule
from airflow_provider_mediajobs.vendors import kind

MPC, ICE, VOD = kind("huawei.mpc.editing"), kind("alibaba.ice.live_editing"), kind("alibaba.vod.transcode")
TRANSCODING = kind("huawei.mpc.transcoding")
LIVE, LIST = kind("alibaba.live.editing"), kind("huawei.vod.editing")


def pool_of(what: Any, number: int, first: float = 10.0, interval: float = 60.0) -> Pool[str]:
    """That many jobs, to be looked at from ten seconds on."""
    pool: Pool[str] = Pool(what, 0.75)
    for index in range(number):
        name = what.ids[0]
        ref = what.ref({name: f"{index:04}"})
        pool.add(TrackedJob(ref, Schedule(0, first, interval, index)))
    return pool


def requested(call: Call[str] | None) -> list[str]:
    return [] if call is None else [job.ref.ids[0][1] for job in call.jobs]


def seen_running(pool: Pool[str], now: float) -> None:
    """All of them, by an exact look."""
    while (call := pool.take(now)) is not None:
        for job in call.jobs:
            job.schedule.saw(now, JobState.RUNNING, created=0.0)
            pool.push(job)


def test_nothing_is_asked_before_something_is_due() -> None:
    """And then at once."""
    pool = pool_of(MPC, 1)
    assert (pool.next_due(), pool.take(9.9)) == (10, None)
    assert requested(pool.take(10)) == ["0000"]
    assert pool.next_due() == NEVER


def test_free_places_are_filled_with_the_next_most_due() -> None:
    """Ten ids a call: one is due, nine come along, in the order in which they would be."""
    pool: Pool[str] = Pool(MPC, 0.75)
    for index in range(20):
        pool.add(TrackedJob(MPC.ref({"job_id": f"{index:04}"}), Schedule(0, 10.0 + index, 60)))
    assert requested(pool.take(10)) == [f"{index:04}" for index in range(10)]
    assert requested(pool.take(10)) == []
    assert requested(pool.take(20)) == [f"{index:04}" for index in range(10, 20)]


def test_jobs_in_a_call_are_not_asked_for_again_until_it_is_over() -> None:
    """Then they have a new due time."""
    pool = pool_of(MPC, 3)
    call = pool.take(10)
    assert call is not None
    assert pool.take(1000) is None
    for job in call.jobs:
        job.schedule.saw(10, JobState.RUNNING, created=0.0)
        pool.push(job)
    assert 10 < pool.next_due() < 60
    assert len(requested(pool.take(60))) == 3


def test_a_job_nobody_waits_for_is_not_asked_for() -> None:
    """Neither when it was part of a call meanwhile."""
    pool = pool_of(MPC, 2)
    call = pool.take(10)
    assert call is not None
    for job in call.jobs:
        pool.remove(job)
        pool.push(job)
        pool.postpone(job, 5)
    assert (pool.next_due(), list(pool)) == (NEVER, [])


def test_culprits_go_singly_and_do_not_hold_up_the_others() -> None:
    """Each by its own due time."""
    pool = pool_of(MPC, 12)
    for job in list(pool)[:3]:
        job.alone = True
        pool.push(job)
    calls = [requested(pool.take(10)) for _ in range(5)]
    assert sorted(map(len, calls)) == [0, 1, 1, 1, 9]


def test_a_culprit_is_asked_singly_also_where_it_is_its_turn() -> None:
    """Whoever takes turns with the others: it would spoil the batch again."""
    pool = pool_of(MPC, 40)
    culprit = list(pool)[5]
    culprit.alone = True
    pool.push(culprit)
    seen_running(pool, 10)
    for job in list(pool)[10:]:  # their turn comes later
        job.schedule.saw(20, JobState.RUNNING, created=0.0)
        pool.push(job)
    calls = [requested(pool.take(10_000)) for _ in range(5)]

    assert sorted(len(call) for call in calls) == [1, 9, 10, 10, 10]
    assert [culprit.ref["job_id"]] in calls


def test_strikes_halve_the_batches_a_job_may_be_part_of() -> None:
    """Ten, five, two, one; the others fill up without it."""
    pool = pool_of(MPC, 10)
    suspect = next(iter(pool))
    for strikes, size in ((1, 5), (2, 2), (3, 1), (ALONE, 1)):
        suspect.strikes = strikes
        calls = []
        while call := pool.take(10):
            calls.append(call)
        assert [len(call.jobs) for call in calls if suspect in call.jobs] == [size]
        assert sorted(ref for call in calls for ref in requested(call)) == [f"{index:04}" for index in range(10)]
        for call in calls:
            for job in call.jobs:
                pool.push(job)


def test_one_call_a_studio_answers_for_all_its_episodes() -> None:
    """Also for those that are not due yet."""
    pool: Pool[str] = Pool(LIVE, 0.125)
    for index in range(6):
        ref = LIVE.ref({"caster_id": f"c{index % 2}", "show_id": f"s{index}"})
        pool.add(TrackedJob(ref, Schedule(0, 10.0 + index, 60)))
    pool.remove(list(pool)[5])
    shows = [job.ref["show_id"] for job in (pool.take(10) or Call(CallKind.LOOK, [])).jobs]
    assert shows == ["s0", "s2", "s4"]
    assert len((pool.take(11) or Call(CallKind.LOOK, [])).jobs) == 2
    assert pool.take(100) is None


def test_a_probe_covers_what_was_seen_running() -> None:
    """At first every job is looked at exactly; then ten videos a probe, a thousand ICE jobs."""
    for what, size in ((VOD, 10), (ICE, 30)):
        pool = pool_of(what, 30)
        first = pool.take(10)
        assert first is not None
        assert (first.kind, len(first.jobs)) == (CallKind.LOOK, 1)
        pool.push(first.jobs[0])
        seen_running(pool, 10)
        probe = pool.take(100)
        assert probe is not None
        assert (probe.kind, len(probe.jobs)) == (CallKind.PROBE, size)


def test_two_jobs_are_not_worth_a_probe() -> None:
    """It would cost as much as looking."""
    pool = pool_of(ICE, 2)
    seen_running(pool, 10)
    calls = [pool.take(100) for _ in range(3)]
    assert [call and (call.kind, len(call.jobs)) for call in calls] == [(CallKind.LOOK, 1), (CallKind.LOOK, 1), None]


def test_where_ten_share_a_look_it_takes_more_jobs_for_a_probe() -> None:
    """Three calls' worth of them, whatever one call answers for."""
    few, many = pool_of(TRANSCODING, 29), pool_of(TRANSCODING, 30)
    for pool in (few, many):
        seen_running(pool, 10)
    calls = [few.take(100), many.take(100)]
    assert [call and (call.kind, len(call.jobs)) for call in calls] == [(CallKind.LOOK, 10), (CallKind.PROBE, 30)]


@pytest.mark.parametrize(
    ("what", "answer", "kind_of_call"),
    [(TRANSCODING, 2.9, CallKind.PROBE), (TRANSCODING, 3.1, CallKind.LOOK), (ICE, 60.0, CallKind.PROBE)],
)
def test_where_answers_are_slow_it_takes_more_jobs_for_a_probe(
    what: JobKind, answer: float, kind_of_call: CallKind
) -> None:
    """An end takes a look after it. So nine seconds of looks at 120 jobs are worth a probe that takes three at most.

    Where each look is at one job, a probe saves so many calls that it is made in any case.
    """
    pool = pool_of(what, 120)
    for _ in range(100):
        pool.wider.answered(answer)
    seen_running(pool, 10)
    call = pool.take(100)
    assert call is not None
    assert call.kind is kind_of_call


def test_what_a_probe_calls_for_is_looked_at_first() -> None:
    """Before everything else that is due."""
    pool = pool_of(ICE, 5)
    seen_running(pool, 10)
    chosen = list(pool)[3]
    chosen.confirm = True
    pool.push(chosen)
    assert pool.next_due() == NOW
    call = pool.take(10.1)
    assert (call and call.kind, requested(call)) == (CallKind.LOOK, ["0003"])


def test_a_job_whose_time_has_come_is_looked_at_and_not_probed() -> None:
    """Before anything else is due, and alone."""
    pool = pool_of(ICE, 6)
    seen_running(pool, 10)
    chosen = list(pool)[3]
    chosen.schedule.wanted_by(12)
    pool.push(chosen)
    assert pool.next_due() == 12
    call = pool.take(12)
    assert (call and call.kind, requested(call)) == (CallKind.LOOK, ["0003"])
    assert pool.take(12) is None


def test_a_probe_leaves_out_jobs_whose_time_has_come() -> None:
    """It would not tell what is wanted of them; one whose time is yet to come goes along."""
    pool = pool_of(ICE, 6)
    seen_running(pool, 10)
    *_, early, late = sorted(pool, key=lambda job: job.due)
    early.schedule.wanted_by(51)
    late.schedule.wanted_by(50)
    calls = [pool.take(50) for _ in range(3)]
    assert [call and (call.kind, len(call.jobs)) for call in calls] == [(CallKind.PROBE, 5), (CallKind.LOOK, 1), None]
    assert early in (calls[0] or Call(CallKind.LOOK, [])).jobs
    assert (calls[1] or Call(CallKind.LOOK, [])).jobs == [late]


def test_looks_that_are_wanted_by_one_time_share_their_calls() -> None:
    """Ten a call; those that nothing is wanted of fill the places that are left."""
    pool = pool_of(MPC, 30, interval=600)
    for job in pool:
        job.schedule.saw(10_000, JobState.RUNNING, created=0.0)
        if int(job.ref["job_id"]) < 15:
            job.schedule.wanted_by(10_020)
        pool.push(job)
    assert pool.next_due() == 10_020
    calls = [requested(pool.take(10_020)) for _ in range(3)]
    assert [len(call) for call in calls] == [10, 10, 10]  # by then it is the others' turn, too
    assert {f"{index:04}" for index in range(15)} < {job_id for call in calls for job_id in call}


def test_probes_that_are_mostly_wrong_are_left_off_for_ten_minutes() -> None:
    """Twenty needless looks are enough, if they showed no other jobs."""
    pool = pool_of(ICE, 5)
    seen_running(pool, 10)
    for _ in range(20):
        pool.wider.confirmed(needless=True, now=10)
    sizes = []
    for moment in (300.0, 700.0):
        call = pool.take(moment)
        assert call is not None
        sizes.append((call.kind, len(call.jobs)))
        for job in call.jobs:
            pool.push(job)
    assert sizes == [(CallKind.LOOK, 1), (CallKind.PROBE, 5)]


def test_probes_that_are_mostly_right_go_on() -> None:
    """Half wrong is right enough."""
    pool = pool_of(ICE, 5)
    seen_running(pool, 10)
    for index in range(40):
        pool.wider.confirmed(needless=index % 2 == 0, now=10)
    call = pool.take(100)
    assert call is not None
    assert call.kind is CallKind.PROBE


@pytest.mark.parametrize(("shown", "after"), [(39, CallKind.LOOK), (40, CallKind.PROBE)])
def test_probes_that_show_more_jobs_than_they_miss_go_on(shown: int, after: CallKind) -> None:
    """All that were looked at because of them still ran, as where jobs slip from one page of a long list to another."""
    pool = pool_of(ICE, 5)
    seen_running(pool, 10)
    pool.wider.shown(shown)
    for _ in range(40):  # judged twice: what was shown before that counts by half
        pool.wider.confirmed(needless=True, now=10)
    call = pool.take(100)
    assert call is not None
    assert call.kind is after


def test_a_page_of_a_list_is_read_where_that_ends_more_delay() -> None:
    """One job is looked at by its id; of thirty on one page, the page."""
    assert (pool_of(LIST, 1).take(10) or Call(CallKind.PAGE, [])).kind is CallKind.LOOK
    pool = pool_of(LIST, 30)
    assert pool.listing is not None
    places = {job.ref: index for index, job in enumerate(pool)}
    pool.listing.read(0, Page(500, 100, newest_first=False, answers={}, places=places), [])
    call = pool.take(10)
    assert call is not None
    assert (call.kind, call.offset, len(call.jobs)) == (CallKind.PAGE, 0, 30)


def test_no_page_is_read_while_pages_fail() -> None:
    """Looks go on."""
    pool = pool_of(LIST, 30)
    pool.wider.not_before(100)
    call = pool.take(10)
    assert call is not None
    assert (call.kind, len(call.jobs)) == (CallKind.LOOK, 1)


def test_more_due_than_calls_carry_shows() -> None:
    """When the next job has been due for longer than two calls take."""
    pool = pool_of(MPC, 30)
    early, late = pool.take(10), pool.take(12)
    assert early is not None
    assert late is not None
    assert (early.pressed, late.pressed) == (False, True)


def test_due_times_of_cheaper_days_are_worked_out_anew() -> None:
    """A look that was due is not, once looks have become dear; it comes up later all the same."""
    pool = pool_of(MPC, 1)
    seen_running(pool, 10)
    due = pool.next_due()
    other: TrackedJob[str] = TrackedJob(MPC.ref({"job_id": "other"}), Schedule(0, 10.0, 60))
    other.schedule.saw(10, JobState.RUNNING, 100, created=0.0, started=0.0)
    pool.add(other)
    pool._backpressure, other.alone = 100, True
    call = pool.take(max(due, pool.next_due()), backpressure=100)
    assert requested(call) == ["other"]
    assert due < pool.next_due() < 10 + 20 * 60
    assert requested(pool.take(pool.next_due(), backpressure=100)) == ["0000"]


def test_while_the_quota_is_short_no_call_is_left_unused() -> None:
    """Whatever is due next is asked, if it may be: not before its first look may be made, nor while it is postponed."""
    pool = pool_of(MPC, 1)
    assert (pool.soonest(1), pool.soonest(2), pool.take(9, backpressure=2)) == (10, 10, None)
    seen_running(pool, 10)
    assert pool.soonest(1) == pool.next_due() > 12
    assert pool.soonest(2) == 10
    (job,) = pool
    job.postponed = 11.5
    assert (pool.soonest(2), pool.take(11, backpressure=2)) == (11.5, None)
    job.confirm = True
    assert pool.soonest(2) == 11.5
    assert requested(pool.take(11.5, backpressure=2)) == ["0000"]
    assert pool.soonest(2) == NEVER


def test_a_call_that_must_go_out_takes_what_is_due_next() -> None:
    """Not before the first look at it may be made, and no job that is part of a call."""
    pool = pool_of(MPC, 1)
    assert (pool.soonest(1, early=True), pool.take(9, early=True)) == (10, None)
    seen_running(pool, 10)
    assert pool.take(11) is None
    assert requested(pool.take(11, early=True)) == ["0000"]
    assert pool.soonest(1, early=True) == NEVER
    assert pool.take(11, early=True) is None


@pytest.mark.parametrize(("number", "sizes"), [(1, [1]), (2, [1, 1]), (5, [2, 3]), (19, [9, 10]), (30, [10, 10])])
def test_of_few_jobs_half_are_left_for_the_call_right_after(number: int, sizes: list[int]) -> None:
    pool = pool_of(MPC, number)
    first = requested(pool.take(10, half=True))
    second = requested(pool.take(10, early=True))
    assert [len(found) for found in (first, second) if found] == sizes
    assert not set(first) & set(second)


def test_of_a_studios_episodes_half_are_left_too() -> None:
    """One call could answer for all of them."""
    pool: Pool[str] = Pool(LIVE, 0.125)
    for index in range(6):
        pool.add(TrackedJob(LIVE.ref({"caster_id": "c", "show_id": f"s{index}"}), Schedule(0, 10.0, 60, index)))
    assert len(requested(pool.take(10, half=True))) == 3
    assert len(requested(pool.take(10, early=True))) == 3


def test_where_looks_become_cheaper_due_times_come_forward() -> None:
    """Fifty with each call, and none is moved back."""
    pool = pool_of(MPC, 200, interval=600)
    while (call := pool.take(10, backpressure=1000)) is not None and any(not job.schedule.seen for job in pool):
        for job in call.jobs:
            job.schedule.saw(10, JobState.RUNNING, created=0.0)
            pool.push(job, 1000)
    far = sorted(job.due for job in pool if job.due < NEVER)
    assert pool.soonest(1) < far[0]  # the last call found them dear
    assert [pool.take(11, backpressure=1) is None for _ in range(4)] == [False, False, False, True]
    near = [job.due for job in pool if job.due < NEVER]
    assert max(near) < far[0]
    assert pool.soonest(1) == min(near)


def test_the_worth_of_a_call_counts_the_jobs_that_were_due() -> None:
    """Not those that filled its places: 0.9 seconds each, of 0.75 seconds of quota."""
    pool: Pool[str] = Pool(MPC, 0.75)
    for index in range(10):
        pool.add(TrackedJob(MPC.ref({"job_id": f"{index:04}"}), Schedule(0, 10.0 if index < 4 else 30.0, 60)))
    call = pool.take(10)
    assert call is not None
    assert (len(call.jobs), round((call.worth or 0.0), 2)) == (10, 4.8)


ENDS: dict[str, Callable[[TrackedJob[str], float, int], None]] = {
    "done": lambda job, now, number: job.schedule.saw(now, JobState.RUNNING, number),
    "probed": lambda job, now, _: job.schedule.still_runs(now),
    "fail": lambda job, *_: setattr(job, "strikes", job.strikes + 1),
}
"""What becomes of a job in a call."""

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", *ENDS, "add", "join", "remove", "alone", "confirm"]),
        st.integers(0, 40),
    ),
    max_size=120,
)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([MPC, LIVE, ICE, VOD, LIST]), STEPS)
def test_everything_due_is_asked_and_no_id_is_lost(  # noqa: C901 - a play of many steps
    what: Any, steps: list[tuple[str, int]]
) -> None:
    """Whatever happens: nobody is asked for twice at a time, and in the end everybody's turn comes."""
    pool: Pool[str] = Pool(what, 0.75)
    under_way: list[Call[str]] = []
    now = 0.0
    for step, number in steps:
        now += number / 4
        ref = what.ref(
            {
                name: f"{number % (3 if name == 'caster_id' else 99)}{name}"
                for name in what.all_ids[:2]
                if "time" not in name
            }
        )
        job = pool.jobs.get(ref)
        if step == "add" and job is None:
            pool.add(TrackedJob(ref, Schedule(now, now + 10, 60, number)), backpressure=1 + number)
        elif step == "take" and (call := pool.take(now, 1 + number / 10)):
            assert len({id(one) for one in call.jobs}) == len(call.jobs) >= (call.kind is not CallKind.PAGE)
            assert all(one.busy and not any(one in other.jobs for other in under_way) for one in call.jobs)
            under_way.append(call)
        elif step in ENDS and under_way:
            for one in under_way.pop(0).jobs:
                ENDS[step](one, now, number)
                pool.push(one)
        elif step == "remove" and job is not None:
            pool.remove(job)
        elif step == "join" and job is not None and not job.busy:
            job.schedule.wanted_by(now + number)
            pool.push(job)
        elif step in {"alone", "confirm"} and job is not None and not job.busy:
            setattr(job, step, True)
            pool.push(job)
    for call in under_way:
        for one in call.jobs:
            pool.push(one)
    _drain(pool, now + 100_000)


def _drain(pool: Pool[str], now: float) -> None:
    """Long after, everybody is due; calls are made until nobody is left."""
    expected, found = set(pool.jobs), set[JobRef]()
    for _ in range(4 * len(expected) + 4):
        call = pool.take(now)
        if call is None:
            break
        if call.kind is CallKind.PAGE:  # a page that shows nobody: those jobs stay due, and lookups take over
            assert pool.listing is not None
            pool.listing.read(call.offset, Page(100, 0, None, {}, {}), call.refs)
            pool.wider.not_before(now + 1)
        else:
            found |= set(call.refs)
        for job in call.jobs:
            job.confirm = False
            if call.kind is not CallKind.PAGE:
                job.schedule.saw(now, JobState.RUNNING)
            pool.push(job)
    assert found == expected
    assert pool.next_due() > now
