# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the rotation of looks under a short quota: who comes first, and who may wait longer.

Covers ``poller.tracked_job``.
"""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.poller.batch import Pool
from airflow_provider_mediajobs.poller.experience import Experience, UnforeseenShare
from airflow_provider_mediajobs.poller.rotation import Rotation
from airflow_provider_mediajobs.poller.schedule import NEVER, Schedule
from airflow_provider_mediajobs.poller.tracked_job import TrackedJob
from airflow_provider_mediajobs.vendors import kind

MPC = kind("huawei.mpc.editing")
RUNNING, SUCCEEDED = JobState.RUNNING, JobState.SUCCEEDED


def rotation_of(number: int, experience: Experience | None = None) -> tuple[Rotation[str], list[TrackedJob[str]]]:
    """Jobs that have been seen running, one a second from the hundredth on."""
    experience = experience or Experience()
    rotation: Rotation[str] = Rotation(0.75, 10)
    rotation.expect(1 / 600)
    jobs = []
    for index in range(number):
        job: TrackedJob[str] = TrackedJob(MPC.ref({"job_id": f"{index:04}"}), Schedule(0, 10, 60, index, experience))
        rotation.join(job)
        jobs.append(job)
    rotation.pop(10)
    for index, job in enumerate(jobs):
        job.schedule.saw(100.0 + index, RUNNING, created=0.0)
        rotation.enter(job)
    return rotation, jobs


def popped(rotation: Rotation[str], now: float) -> list[TrackedJob[str]]:
    """All jobs that have waited for as long as they may."""
    found = []
    while (job := rotation.pop(now)) is not None:
        found.append(job)
    return found


def test_a_round_trip_takes_as_long_as_calls_for_all_jobs() -> None:
    """A twentieth less: where it is everybody's turn, nothing else gets a place. A slower pace makes it longer."""
    rotation, _ = rotation_of(100)
    assert rotation.trip() == pytest.approx(0.95 * 7.5)
    rotation.rounds.slowed(0.5)
    assert rotation.trip() == pytest.approx(0.95 * 15)


def test_calls_that_answer_for_more_jobs_make_it_shorter() -> None:
    """As probes do, if most of the newest calls are like that; and longer again without them, but to no more calls."""
    rotation, _ = rotation_of(100)
    for _ in range(10):
        rotation.answered(50, 1)
    assert rotation.trip() == pytest.approx(0.95 * 0.75 * 100 / (50 - 40 * 0.95**10))
    for _ in range(200):
        rotation.answered(50, 1)
    assert rotation.trip() == pytest.approx(0.95 * 1.5, rel=1e-3)
    for _ in range(200):
        rotation.answered(3, 1)
    assert rotation.trip() == pytest.approx(0.95 * 7.5)


def test_a_call_of_several_requests_counts_as_so_many() -> None:
    """A list is read page by page; a call for which nothing was sent says nothing."""
    rotation, _ = rotation_of(100)
    rotation.answered(1000, 20)
    assert rotation.trip() == pytest.approx(0.95 * 1.5)
    rotation.answered(1000, 0)
    assert rotation.trip() == pytest.approx(0.95 * 1.5)


def test_slow_answers_make_no_trip_longer() -> None:
    """It counts from when the call went out: others have had their turns while its answer was under way."""
    rotation, jobs = rotation_of(100)
    jobs[0].called_at = 95
    rotation.enter(jobs[0])
    assert rotation.due() == pytest.approx(95 + 0.95 * 7.5)


def test_a_job_that_is_put_back_is_found_again() -> None:
    """Also by who has just been told that nobody has waited for too long."""
    rotation, jobs = rotation_of(100)
    first = rotation.pop(107.2)
    assert first is jobs[0]
    assert rotation.pop(107.2) is None
    rotation.enter(first)
    assert rotation.pop(107.2) is first


def test_a_turn_comes_sooner_when_others_leave() -> None:
    """At the same moment."""
    rotation, jobs = rotation_of(100)
    assert rotation.pop(104) is None
    for job in jobs[50:]:
        rotation.leave(job)
    assert rotation.pop(104) is jobs[0]


def test_pools_of_one_limit_have_one_round_trip() -> None:
    """Few jobs of one kind have their turn as often as many of another."""
    many, few = rotation_of(100)[0], Rotation[str](0.75, 10)
    few.rounds = many.rounds
    few.expect(1 / 600)
    few.join(TrackedJob(MPC.ref({"job_id": "few"}), Schedule(0, 10, 60)))
    assert few.pop(10) is None
    assert many.trip() == few.trip() == pytest.approx(0.95 * 11 * 0.75)


def test_where_hardly_any_call_would_find_an_end_turns_are_rarer() -> None:
    """Or where nothing is known of ends."""
    rotation, _ = rotation_of(20)
    rotation.expect(0.0013 / 6)
    assert rotation.trip() == pytest.approx(0.95 * 1.5 * 16)
    rotation.expect(0.0)
    assert rotation.trip() == NEVER


def test_whoever_has_waited_longest_has_the_next_turn() -> None:
    """After a round trip, not before; after half of one where places are free."""
    rotation, jobs = rotation_of(100)
    assert rotation.due() == pytest.approx(100 + 0.95 * 7.5)
    assert rotation.pop(107) is None
    assert rotation.next(103) is None
    assert rotation.next(104) is jobs[0]
    assert rotation.pop(108.5) is jobs[1]


def test_a_call_that_failed_was_a_turn_too() -> None:
    """Else a job that breaks every answer would come first for ever."""
    rotation, jobs = rotation_of(100)
    jobs[0].called_at = 150
    rotation.enter(jobs[0])
    assert rotation.pop(108.5) is jobs[1]


def test_a_look_that_is_wanted_by_some_time_is_made_then() -> None:
    """However long a round trip takes."""
    rotation, jobs = rotation_of(100)
    jobs[50].schedule.wanted_by(101)
    rotation.enter(jobs[50])
    assert rotation.due() == 101
    assert rotation.pop(101) is jobs[50]


def test_jobs_that_are_dropped_are_forgotten_at_once_and_those_that_ended_slowly() -> None:
    """The last ones of many are looked at as often; those that nobody waits for any more were no need."""
    dropped, jobs = rotation_of(100)
    for job in jobs[:98]:
        dropped.leave(job)
    assert dropped.trip() > 3600
    over, jobs = rotation_of(100)
    for job in jobs[:98]:
        job.schedule.saw(300, SUCCEEDED)
        over.leave(job)
    assert over.trip() == pytest.approx(0.95 * 0.75)


def test_jobs_that_come_pay_for_calls_though_no_end_is_in_sight() -> None:
    """Among many jobs: it is not known yet when they will end."""
    rotation, _ = rotation_of(100)
    rotation.expect(1e-7)
    assert rotation.trip() == pytest.approx(0.95 * 7.5)
    rotation.pop(10 + 50 * 12 * 0.75)
    assert rotation.trip() > 3600


def test_jobs_that_leave_before_their_first_look_do_not_count() -> None:
    """Nor does one that comes."""
    rotation, _ = rotation_of(100)
    for name in ("gone", "comes"):
        job: TrackedJob[str] = TrackedJob(MPC.ref({"job_id": name}), Schedule(20, 30, 60))
        rotation.join(job)
        if name == "gone":
            rotation.leave(job)
    rotation.pop(30)
    assert rotation.trip() == pytest.approx(0.95 * 101 / 10 * 0.75)


def trusting() -> Experience:
    """Of a hundred ends none came unforeseen."""
    experience = Experience()
    for _ in range(100):
        for share in (*experience.unforeseen, experience.from_unseen, experience.from_pending):
            share.learn(0.0)
    return experience


def test_who_is_trusted_waits_longer_until_it_is_doubted() -> None:
    """Four round trips, half a minute at least, and no longer than one after the predicted start of its end."""
    experience = trusting()
    rotation, jobs = rotation_of(200, experience)
    for job in jobs:
        job.schedule.saw(300, RUNNING, 10, created=0.0, started=0.0)
        rotation.enter(job)
    trip = rotation.trip()
    assert rotation.due() == pytest.approx(300 + 4 * trip)
    assert rotation.pop(300 + 2 * trip) is None
    for _ in range(50):
        experience.unforeseen[0].learn(1.0)
    assert experience.doubts == 1
    jobs.pop().turn = -1  # part of a call
    rotation.reorder()
    assert rotation.due() == pytest.approx(300 + trip)


def test_who_becomes_trusted_gives_its_turn_away() -> None:
    """It was entered before that was learnt."""
    experience = Experience()
    rotation, jobs = rotation_of(200, experience)
    for job in jobs:
        job.schedule.saw(300, RUNNING, 10, created=0.0, started=0.0)
        rotation.enter(job)
    assert rotation.due() == pytest.approx(300 + rotation.trip())
    for _ in range(100):
        experience.unforeseen[0].learn(0.0)
    rotation.enter(jobs[-1])  # as after each look, which is what teaches
    assert rotation.due() == pytest.approx(300 + 4 * rotation.trip())


def test_the_shorter_round_trips_are_the_fewer_ends_may_be_unforeseen() -> None:
    """Half a minute is many round trips: what a patient job that ends unforeseen loses by it adds up."""
    experience = Experience()
    waits = Schedule(0, 10, 60, experience=experience)
    for _ in range(58):
        experience.from_unseen.learn(0.0)  # the sixtieth part of all ends is unforeseen
    assert waits.patient
    assert waits.latest(10, 1) == pytest.approx(10 + 0.12 * 60)
    assert waits.latest(10, 3) == pytest.approx(10 + 0.12 * 60 * 3)
    assert waits.latest(10, 5) == pytest.approx(10 + 30)
    for _ in range(200):
        experience.from_unseen.learn(0.0)
    assert waits.latest(10, 1) == pytest.approx(10 + 30)


def test_newcomers_and_queued_jobs_wait_longer_where_none_ends_meanwhile() -> None:
    """Four round trips."""
    new = Schedule(0, 10, 60, experience=trusting())
    assert (new.patient, new.latest(10, 100)) == (True, 410)
    new.saw(10, JobState.PENDING, created=0.0)
    assert (new.patient, new.latest(10, 100)) == (True, 410)
    assert not Schedule(0, 10, 60).patient


def test_ages_at_which_hardly_any_job_ends_are_learnt() -> None:
    """They are ten minutes long, all of them: at five no look is needed."""
    experience = Experience()
    for _ in range(500):
        experience.lengths.learn(0, 590)
        experience.lengths.learn(590, 610, ended=True)
    assert experience.lengths.rare(300)
    assert not experience.lengths.rare(600)
    assert 100 < experience.lengths.rare_for(300) < 400
    assert experience.lengths.rare_for(600) == 0
    schedule = Schedule(0, 10, 60, experience=experience)
    schedule.saw(300, RUNNING, created=0.0, started=0.0)
    assert schedule.patient
    assert schedule.latest(300, 5) == 320


def two_ages() -> Experience:
    """Of the jobs that are 220 seconds old four times as many end as of those that are 700 seconds old."""
    experience = Experience()
    for _ in range(100):
        for age, looks in ((220.0, 10), (700.0, 40)):
            for _ in range(looks):
                experience.lengths.learn(age, age + 40)
            experience.lengths.learn(age, age + 40, ended=True)
    return experience


def rotation_at(
    ages: list[float], experience: Experience, progress: int | None = None
) -> tuple[Rotation[str], list[TrackedJob[str]]]:
    """Jobs that a look has shown running at the second 1000, then so many seconds old."""
    rotation: Rotation[str] = Rotation(0.75, 10)
    rotation.expect(1 / 600)
    jobs = []
    for index, age in enumerate(ages):
        schedule = Schedule(1000 - age, 0, 60, index, experience)
        jobs.append(TrackedJob[str](MPC.ref({"job_id": f"{index:04}"}), schedule))
        rotation.join(jobs[-1])
    rotation.pop(1000)
    for job, age in zip(jobs, ages, strict=True):
        job.schedule.saw(1000, RUNNING, progress, created=1000 - age, started=1000 - age)
    for job in [*jobs, *jobs]:  # the first time, not all weights are known
        rotation.enter(job)
    return rotation, jobs


def test_jobs_of_an_age_at_which_many_end_have_their_turns_more_often() -> None:
    """Half of the jobs after three quarters of a round trip, half after one and a half: as many looks as before."""
    rotation, jobs = rotation_at([230.0, 710.0] * 50, two_ages())
    trip = rotation.trip()
    assert rotation.due() == pytest.approx(1000 + 0.75 * trip, abs=0.05 * trip)
    assert popped(rotation, 1000 + 0.8 * trip) == jobs[::2]
    assert rotation.due() == pytest.approx(1000 + 1.5 * trip, abs=0.05 * trip)
    assert popped(rotation, 1000 + 1.51 * trip) == jobs[1::2]


@pytest.mark.parametrize(("young", "others", "bound"), [(1, 9, 0.7), (9, 1, 1.5)])
def test_no_turn_is_much_sooner_or_later_than_others(young: int, others: int, bound: float) -> None:
    """One job in ten, of an age at which twice as many looks are worth it as for the others, or half as many."""
    rotation, _ = rotation_at([*[230.0] * young, *[710.0] * others] * 10, two_ages())
    trip = rotation.trip()
    assert len(popped(rotation, 1000 + (bound - 0.01) * trip)) == (0 if young == 1 else 90)
    assert len(popped(rotation, 1000 + (bound + 0.01) * trip)) == 10


def test_a_look_that_is_wanted_before_a_late_turn_is_made_then() -> None:
    """Of a job whose turn comes after one and a half round trips."""
    rotation, jobs = rotation_at([230.0, 710.0] * 50, two_ages())
    trip = rotation.trip()
    jobs[1].schedule.wanted_by(1000 + 1.1 * trip)
    rotation.enter(jobs[1])
    assert popped(rotation, 1000 + 1.2 * trip) == [*jobs[::2], jobs[1]]


@pytest.mark.parametrize("age", [230.0, 710.0])
def test_turns_are_even_where_all_jobs_are_of_one_age(age: float) -> None:
    """However many end at it."""
    rotation, jobs = rotation_at([age] * 100, two_ages())
    assert rotation.due() == pytest.approx(1000 + rotation.trip())
    assert popped(rotation, 1000.01 + rotation.trip()) == jobs


def test_jobs_that_left_or_wait_in_a_queue_weigh_nothing() -> None:
    """Turns of the others are as even as if they were not there."""
    rotation, jobs = rotation_at([230.0, 230.0, 710.0] * 50, two_ages())
    for left, queued, _ in zip(*[iter(jobs)] * 3, strict=True):
        rotation.leave(left)
        queued.schedule.saw(1000, JobState.PENDING)
        rotation.enter(queued)
    for job in jobs[2::3]:
        rotation.enter(job)
    assert len(popped(rotation, 1000.01 + rotation.trip())) == 100


def test_a_job_that_becomes_patient_weighs_nothing() -> None:
    """Turns of the others are as even as if it were not there."""
    experience = two_ages()
    rotation, jobs = rotation_at([230.0, 710.0] * 50, experience)
    for _ in range(100):
        experience.from_pending.learn(0.0)
        experience.from_unseen.learn(0.0)
    for job in jobs[::2]:
        job.schedule = Schedule(1000, 1000, 60, experience=experience)
        assert job.schedule.patient
        rotation.enter(job)
    for job in jobs[1::2]:
        rotation.enter(job)
    assert popped(rotation, 1000.01 + rotation.trip()) == jobs[1::2]


@pytest.mark.parametrize(("trusted", "trips"), [(False, 1.5), (True, 4.0)])
def test_turns_that_were_far_away_come_by_the_shorter_round_trip(trusted: bool, trips: float) -> None:
    """Whether jobs are patient or not: they were put into the order while calls were throttled."""
    rotation, jobs = rotation_at([230.0, 710.0] * 100, trusting() if trusted else two_ages(), 10 if trusted else None)
    rotation.rounds.slowed(1 / 16)
    for job in jobs:
        rotation.enter(job)
    rotation.rounds.slowed(1.0)
    trip = rotation.trip()
    assert trip == pytest.approx(0.95 * 20 * 0.75)
    assert rotation.due() <= 1000.01 + trips * trip
    assert rotation.pop(1000) is None
    places = [job.turn for job in jobs]
    assert rotation.pop(1001) is None
    assert places == [job.turn for job in jobs]  # once is enough
    assert len(popped(rotation, 1000.01 + trips * trip)) == 200


def test_turns_come_although_no_end_was_expected_before() -> None:
    """A round trip of endless length becomes one that ends."""
    rotation, jobs = rotation_at([230.0, 710.0] * 50, two_ages())
    rotation.expect(0.0)
    for job in jobs:
        rotation.enter(job)
    assert rotation.due() == NEVER
    rotation.expect(1 / 600)
    early = popped(rotation, 1000 + 0.9 * rotation.trip())
    assert set(early) <= set(jobs[::2])
    assert len(early) > 40
    assert len(early + popped(rotation, 1000 + 1.51 * rotation.trip())) == 100


def test_a_share_is_rare_until_it_is_often() -> None:
    """Two limits, so that it does not waver; what was long ago counts less."""
    share = UnforeseenShare(0.05, 0.1)
    for _ in range(20):
        share.learn(0.0)
    assert share.rare
    share.learn(1.0)
    assert share.rare
    share.learn(1.0)
    share.learn(1.0)
    assert (share.rare, share.doubts) == (False, 1)
    for _ in range(400):
        share.learn(0.0)
    assert share.rare


def test_a_pool_hears_of_doubts_with_the_next_look() -> None:
    """Who was patient takes its turns again."""
    pool: Pool[str] = Pool(MPC, 0.75)
    pool.experience = trusting()
    jobs: list[TrackedJob[str]] = []
    for index in range(200):
        schedule = Schedule(0, 10, 60, index, pool.experience)
        jobs.append(TrackedJob(MPC.ref({"job_id": f"{index:04}"}), schedule))
        pool.add(jobs[-1])
    pool.rotation.pop(10)
    for job in jobs:
        job.schedule.saw(300, RUNNING, 10, created=0.0, started=0.0)
        pool.push(job)
    trip = pool.rotation.trip()
    assert pool.rotation.due() > 300 + 2 * trip
    for _ in range(50):
        pool.experience.unforeseen[0].learn(1.0)
    pool.push(jobs[0])
    called_at = {job.ref for job in jobs if pool.rotation.pop(301 + trip) is not None}
    assert len(called_at) == 200
