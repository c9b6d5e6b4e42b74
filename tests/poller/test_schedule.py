# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests when a job is looked at: soon after its start, less often with age, often near its end.

Covers ``poller.foreseen``.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.poller.experience import Experience
from airflow_provider_mediajobs.poller.schedule import WIDEST, Schedule

RUNNING, PENDING = JobState.RUNNING, JobState.PENDING


def looks(schedule: Schedule, until: float, length: float | None = None) -> list[float]:
    """When an undisturbed poller looks at a job that runs from 0 on."""
    made = []
    while (now := schedule.due()) < until:
        made.append(now)
        schedule.saw(now, RUNNING, None if length is None else int(100 * now / length), created=0.0, started=0.0)
    return made


def test_a_job_that_is_back_in_the_queue_has_no_predicted_end() -> None:
    """Its next look is due as if it had never run."""
    back, queued = Schedule(0, 10, 1e6), Schedule(0, 10, 1e6)
    back.saw(1000, RUNNING, 99, created=0.0, started=0.0)
    for schedule in (back, queued):
        schedule.saw(1010, PENDING, created=0.0)
    assert back.due() == pytest.approx(queued.due(), abs=0.1)


def test_the_first_look_is_made_when_it_may_be() -> None:
    """Not before the first event may come."""
    schedule = Schedule(now=100, first=110, interval=60)
    assert schedule.due() == 110
    assert schedule.worth(105) == 0
    assert schedule.worth(112) == 3


def test_without_progress_gaps_grow_with_age_up_to_the_interval() -> None:
    """Seven seconds apart at first, a minute after an hour."""
    made = looks(Schedule(0, 10, 60), 7200)
    gaps = [later - earlier for earlier, later in pairwise(made)]
    assert gaps[0] < 10
    assert max(gaps) <= 60
    assert min(gaps[-5:]) >= 48
    assert sum(gaps[:5]) < sum(gaps[5:10]) < sum(gaps[10:15])


def test_with_progress_few_looks_lie_in_the_middle_and_many_at_the_end() -> None:
    """A job of twenty minutes: the look that finds its end is made within seconds of it."""
    schedule = Schedule(0, 10, 60)
    made = looks(schedule, 1200, length=1200)
    assert schedule.due() - 1200 < 8
    assert len([moment for moment in made if 300 < moment < 900]) <= 14
    assert len(made) < 40


def test_a_shortage_stretches_what_is_far_from_its_end_first() -> None:
    """At stretch 3 the job in the middle waits six minutes longer, the one that is about to end a few seconds."""
    honest = Experience()
    for _ in range(100):  # a hundred ends were expected whatever progress says, and none came but where it said
        honest.early[0].learn(0, 1)
    middle, late = Schedule(0, 0, 60, experience=honest), Schedule(0, 0, 60, experience=honest)
    middle.saw(600, RUNNING, 30, created=0, started=0)
    for moment, percent in ((300, 50), (570, 95)):
        late.saw(moment, RUNNING, percent, created=0, started=0)
    assert middle.due(3) - middle.due(1) > 300
    assert late.due(3) - late.due(1) < 15


Sightings = list[tuple[float, JobState, int | None, float | None, float | None]]
SIGHTINGS = st.lists(
    st.tuples(
        st.floats(0.1, 500),
        st.sampled_from(list(JobState)),
        st.none() | st.integers(0, 100),
        st.none() | st.floats(-1e5, 1e5),
        st.none() | st.floats(-1e5, 1e5),
    ),
    max_size=12,
)


@given(st.floats(1, 600), SIGHTINGS, st.floats(1, 1e4), st.floats(0.1, 1))
def test_nobody_starves(interval: float, seen: Sightings, backpressure: float, price: float) -> None:
    """Whatever a vendor says, the next look is due within the interval; in a shortage within twenty of them."""
    schedule, now = Schedule(0, 10, interval, number=7), 10.0
    for passed, state, progress, created, started in seen:
        now += passed
        schedule.saw(now, state, progress, created, started)
        assert now < schedule.due(1, price) <= now + interval
        assert now < schedule.due(backpressure, price) <= now + interval * WIDEST
        assert schedule.due(1 + backpressure, price) <= schedule.due(2 + backpressure, price) + 1e-6
        assert 0 <= schedule.worth(now + 1) <= schedule.worth(now + 2) + 1e-6
    assert schedule.due(backpressure) <= max(now, 10) + interval * WIDEST


@pytest.mark.parametrize("progress", [None, 0, 20, 95])
def test_when_a_look_is_due_it_is_worth_its_price(progress: int | None) -> None:
    """What picks a page of a list and what picks a time agree."""
    schedule = Schedule(0, 0, 600, number=0)
    schedule.saw(300, RUNNING, progress, created=0, started=0)
    schedule._number = 0
    assert schedule.worth(schedule.due()) == pytest.approx(1, abs=0.15)


def test_the_widest_gap_is_worth_a_look_although_no_delay_is_expected() -> None:
    """Else a page of a list would never be read for it."""
    schedule = Schedule(0, 0, 60)
    schedule.saw(10_000, RUNNING, 10, created=0, started=0)
    assert schedule.worth(10_040) == 0
    assert schedule.worth(10_060) == 1
    assert schedule.worth(10_240) == 2


def test_a_job_put_back_into_the_queue_begins_anew() -> None:
    """Its old forecast says nothing any more."""
    schedule = Schedule(0, 0, 600)
    schedule.saw(300, RUNNING, 90, created=0, started=0)
    assert schedule.due() < 340
    schedule.saw(301, PENDING, 0, created=0)
    assert not schedule.running
    schedule.saw(302, RUNNING, 0, created=0)
    assert schedule.due() > 305  # the end that was predicted before is no longer near
    schedule.saw(400, RUNNING, 1, created=0)
    assert schedule.due() > 800


def test_a_start_on_a_clock_that_cannot_be_right_is_not_believed() -> None:
    """Ten minutes before the job was seen waiting: the vendor's clock is off, or it is of an earlier run."""
    schedule = Schedule(0, 0, 600)
    schedule.saw(1000, PENDING, 0)
    schedule.saw(1030, RUNNING, 10, started=401.0)
    assert schedule.due() < 1100  # with that start the end would be an hour away


def test_after_a_predicted_end_gaps_grow_again() -> None:
    """At 100 % and still running: seconds at first, then wider."""
    schedule = Schedule(0, 0, 60)
    schedule.saw(300, RUNNING, 100, created=0, started=0)
    assert schedule.due() - 300 < 4
    assert 0 < schedule.worth(303) < 2
    schedule.saw(300, RUNNING, 100, created=0, started=0)
    gaps = []
    for _ in range(12):
        now = schedule.due()
        schedule.nothing_new(now)
        gaps.append(schedule.due() - now)
    assert gaps == sorted(gaps)


def test_jobs_seen_together_do_not_meet_again() -> None:
    """A fifth of jitter, spread evenly."""
    schedules = [Schedule(0, 0, 60, number) for number in range(50)]
    for schedule in schedules:
        schedule.saw(10_000, RUNNING, created=0)
    due = sorted(schedule.due() for schedule in schedules)
    assert due[-1] - due[0] > 6
    assert max(later - earlier for earlier, later in pairwise(due)) < 1


def test_no_job_is_looked_at_more_than_once_a_second() -> None:
    """Whatever a stored trigger asks for."""
    schedule = Schedule(0, 0, interval=0)
    schedule.saw(10, RUNNING)
    assert schedule.due() >= 10.8
    assert schedule.worth(11) >= 1
    schedule.widest(0.1)
    assert schedule.interval == 1.0


# --- looks by a time --------------------------------------------------------------------------------------------


def far_apart() -> Schedule:
    """A job in the middle, of which the next look is an hour away."""
    schedule = Schedule(0, 10, 3600)
    schedule.saw(10_000, RUNNING, 20, created=0, started=0)
    assert schedule.due() > 13_000
    return schedule


def test_a_look_is_due_by_the_time_it_is_wanted() -> None:
    """Whether or not looks are dear; the earliest of several times counts, and none that comes later than the look."""
    schedule = far_apart()
    due = schedule.due()
    schedule.wanted_by(20_000)
    assert schedule.due() == due
    schedule.wanted_by(10_500)
    schedule.wanted_by(11_000)
    assert schedule.due() == schedule.due(100) == 10_500
    schedule.wanted_by(5)
    assert schedule.due() == 10


@pytest.mark.parametrize("look", [lambda schedule: schedule.saw(10_400, RUNNING, 21), lambda s: s.nothing_new(10_400)])
def test_what_is_wanted_by_a_time_is_one_look(look: Callable[[Schedule], None]) -> None:
    """After any look it is forgotten, made for its sake or not."""
    schedule = far_apart()
    schedule.wanted_by(10_500)
    look(schedule)
    assert schedule.due() > 12_000


def test_a_probe_is_not_the_look_that_is_wanted() -> None:
    """It tells nothing but that the job runs."""
    schedule = far_apart()
    schedule.wanted_by(10_500)
    schedule.still_runs(10_400)
    assert schedule.due() == 10_500


def test_a_first_look_is_wanted_by_a_time_too() -> None:
    """A wait that goes on in another process may bring a limit along, and find looks dear."""
    schedule = Schedule(100, 110, 60)
    assert schedule.due(1000) > 200
    schedule.wanted_by(130)
    assert schedule.due(1000) == 130
    schedule.wanted_by(105)
    assert schedule.due(1000) == 110


def test_a_look_whose_time_has_come_is_worth_a_page() -> None:
    """More with every second, and never less than without."""
    schedule = far_apart()
    schedule.wanted_by(10_500)
    assert [schedule.worth(moment) for moment in (10_499, 10_500, 10_503)] == [0, 1, 4]
    dear = Schedule(0, 0, 60)
    dear.saw(300, RUNNING, 100, created=0, started=0)
    without = dear.worth(320)
    dear.wanted_by(319)
    assert dear.worth(320) == without > 10


@given(SIGHTINGS, st.floats(0, 5e3), st.floats(1, 1e4))
def test_no_look_is_later_than_it_is_wanted(seen: Sightings, seconds: float, backpressure: float) -> None:
    """Whatever a vendor says; and the wish makes no look later, nor one worth less."""
    with_wish, without, now = Schedule(0, 10, 60, number=7), Schedule(0, 10, 60, number=7), 10.0
    for passed, state, progress, created, started in seen:
        now += passed
        for schedule in (with_wish, without):
            schedule.saw(now, state, progress, created, started)
    with_wish.wanted_by(now + seconds)
    assert with_wish.due(backpressure) == min(without.due(backpressure), now + seconds)
    for moment in (now, now + seconds, now + seconds + 1):
        assert with_wish.worth(moment) >= without.worth(moment)


# --- older runs of the same medium ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED])
def test_an_older_run_that_has_ended_does_not_widen_the_looks(state: JobState) -> None:
    """The job that is waited for has only just been asked for; its age is not that of the run before."""
    schedule = Schedule(0, 10, 600)
    schedule.saw(10, state, 100, created=-86_400.0, started=-86_000.0)
    assert (schedule.since, schedule.running) == (0, False)
    assert 10 < schedule.due() < 20


def test_a_new_run_after_an_older_one_is_as_new_as_it_is() -> None:
    """Its progress is measured from its own start."""
    schedule, alone = Schedule(0, 10, 600), Schedule(0, 10, 600)
    schedule.saw(10, JobState.SUCCEEDED, 100, created=-86_400.0, started=-86_000.0)
    alone.nothing_new(10)
    for each in (schedule, alone):
        each.saw(40, RUNNING, 10, created=20.0, started=30.0)
        assert each.due() > 60
    assert schedule.due() == alone.due()


def test_a_job_that_runs_is_as_old_as_the_vendor_says() -> None:
    """Looks at one that began a day ago are far apart."""
    schedule = Schedule(0, 10, 600)
    schedule.saw(10, RUNNING, created=-86_400.0)
    assert schedule.since == -86_400
    assert schedule.due() > 300


# --- what jobs teach about each other ---------------------------------------------------------------------------


def taught(experience: Experience, lengths: list[float], percent: Callable[[float], int | None]) -> None:
    """Jobs of these lengths are looked at every twenty seconds until they have ended."""
    for length in lengths:
        schedule, now = Schedule(0, 0, 60, experience=experience), 0.0
        while now < length:
            now += 20
            state = RUNNING if now < length else JobState.SUCCEEDED
            schedule.saw(now, state, percent(now / length), created=0.0, started=0.0)


@pytest.mark.parametrize("percent", [lambda _: 50, lambda share: int(70 * share), lambda share: 99 - int(90 * share)])
def test_progress_that_says_nothing_of_the_end_is_believed_no_more(percent: Callable[[float], int]) -> None:
    """Found out once for all jobs: where the quota is short they are looked at like jobs without progress."""
    experience, nothing = Experience(), Experience()
    lengths = [300.0 + 20 * index for index in range(60)]
    taught(experience, lengths, percent)
    taught(nothing, lengths, lambda _: None)
    with_progress, without = Schedule(0, 0, 60, experience=experience), Schedule(0, 0, 60, experience=nothing)
    for schedule, progress in ((with_progress, percent(0.4)), (without, None)):
        schedule.saw(200, RUNNING, progress, created=0.0, started=0.0)
    assert with_progress.due(10) - 200 < 1.6 * (without.due(10) - 200)


def test_progress_that_proves_right_is_believed() -> None:
    """In the middle of a job no look is made, also where the quota is short."""
    experience = Experience()
    taught(experience, [300.0 + 20 * index for index in range(60)], lambda share: int(100 * share))
    schedule = Schedule(0, 0, 600, experience=experience)
    schedule.saw(200, RUNNING, 40, created=0.0, started=0.0)
    assert schedule.due(3) > 350


def test_lengths_are_learnt() -> None:
    """Where no job ever ended before ten minutes there are few looks until then, and from then on many."""
    experience = Experience()
    taught(experience, [600.0 + index for index in range(100)], lambda _: None)
    schedule = Schedule(0, 0, 600, experience=experience)
    schedule.saw(60, RUNNING, created=0.0, started=0.0)
    alone = Schedule(0, 0, 600)
    alone.saw(60, RUNNING, created=0.0, started=0.0)
    assert schedule.due() - 60 > 3 * (alone.due() - 60)
    schedule.saw(620, RUNNING, created=0.0, started=0.0)
    alone.saw(620, RUNNING, created=0.0, started=0.0)
    assert schedule.due() - 620 < (alone.due() - 620) / 2


def test_probes_teach_that_jobs_live_on_and_errors_teach_nothing() -> None:
    """A look without the job says neither that it runs nor that it has ended."""
    experience, untouched = Experience(), Experience()
    for _ in range(30):
        schedule = Schedule(0, 0, 60, experience=experience)
        schedule.saw(10, RUNNING, created=0.0, started=0.0)
        for moment in range(20, 300, 10):
            schedule.still_runs(moment)
        Schedule(0, 0, 60, experience=untouched).nothing_new(10)
    assert experience.lengths.hazards[3] < untouched.lengths.hazards[3] / 3
    assert untouched.lengths.hazards == Experience().lengths.hazards


def test_an_end_is_learnt_once() -> None:
    """An older run that has ended is seen again and again, until a new one shows."""
    once, often = Experience(), Experience()
    for experience, looks_at_it in ((once, 1), (often, 200)):
        schedule = Schedule(0, 0, 60, experience=experience)
        for look in range(looks_at_it):
            schedule.saw(10 + look, JobState.SUCCEEDED)
    assert once.lengths.expected_ends(0, 60) == often.lengths.expected_ends(0, 60)


def test_looks_at_jobs_that_wait_say_nothing_of_how_long_jobs_run() -> None:
    """They are a matter of their own: while they wait none ends, and each is looked at less."""
    experience = Experience()
    for _ in range(100):
        schedule = Schedule(0, 0, 60, experience=experience)
        for moment in range(10, 200, 10):
            schedule.saw(moment, PENDING, 0, created=0.0)
    assert experience.pending.careful < 0.1
    assert experience.lengths.expected_ends(30, 190) == pytest.approx(
        Experience().lengths.expected_ends(30, 190), rel=0.5
    )
