# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the steady clock of a wait, and the vendor's clock, which is read from the dates of its answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs import clock as clocks
from airflow_provider_mediajobs.clock import SteadyClock, VendorClock, passing, steady, told_date, utc_now
from airflow_provider_mediajobs.core.errors import JobNotFound, Throttled
from airflow_provider_mediajobs.core.http import HttpResponse
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import WaitSpec
from airflow_provider_mediajobs.vendors import kind

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOST = "https://vod.example"


def dated(moment: datetime) -> HttpResponse:
    return HttpResponse(200, {"date": format_datetime(moment, usegmt=True)})


class Hand:
    """This machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("ahead", "off"),
    [(0, 0), (30, 0), (-30, 0), (31, 31), (-31, -31), (900, 900), (-86_400, -86_400)],
)
def test_more_than_half_a_minute_is_corrected(ahead: float, off: float) -> None:
    """Less is within what an answer's way and whole seconds may make."""
    clock = VendorClock(lambda: START)
    clock.heard(HOST, dated(START + timedelta(seconds=ahead)), START)
    assert clock.off(HOST) == timedelta(seconds=off)


@pytest.mark.parametrize("year", [1, 2020, 2030, 9999])
def test_what_is_years_off_is_no_clock(year: int) -> None:
    """Nobody's requests would be accepted by it."""
    clock = VendorClock(lambda: START)
    clock.heard(HOST, dated(START.replace(year=year)), START)
    assert clock.off(HOST) == timedelta(0)


def test_each_host_has_a_clock() -> None:
    """What is not known of one is not taken from another."""
    clock = VendorClock(lambda: START)
    clock.heard(HOST, dated(START + timedelta(hours=1)), START)
    assert clock.off("https://live.example") == timedelta(0)


def test_a_clock_that_was_set_is_no_longer_corrected() -> None:
    """By the next answer."""
    hand = Hand()
    clock = VendorClock(hand)
    clock.heard(HOST, dated(START + timedelta(hours=1)), START)
    hand.move(3600)
    clock.heard(HOST, dated(hand.time), hand.time)
    assert clock.off(HOST) == timedelta(0)


@pytest.mark.parametrize(("written_after", "ahead", "off"), [(0, 0, 0), (60, 0, 0), (0, 100, 100), (60, 100, 100)])
def test_a_slow_answer_is_no_wrong_clock(written_after: float, ahead: float, off: float) -> None:
    """It took a minute, and was dated at any time of that: only what no such time explains counts."""
    hand = Hand()
    clock = VendorClock(hand)
    hand.move(60)
    clock.heard(HOST, dated(START + timedelta(seconds=written_after + ahead)), START)
    found = clock.off(HOST).total_seconds()
    assert found == (off if off == 0 else pytest.approx(off, abs=60))
    assert (found == 0) == (off == 0)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "tomorrow",
        "Tue, 99 Sep 2026 12:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Fri, 31 Dec 99999999999 23:59:59 GMT",
    ],
)
def test_an_answer_without_a_date_changes_nothing(header: str | None) -> None:
    """Some gateways send none."""
    response = HttpResponse(200, {} if header is None else {"date": header})
    clock = VendorClock(lambda: START)
    clock.heard(HOST, response, START)
    assert (told_date(response), clock.off(HOST)) == (None, timedelta(0))


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000"])
def test_dates_are_utc(zone: str) -> None:
    """Also by the name that Python takes for no zone."""
    assert told_date(HttpResponse(200, {"date": f"Tue, 01 Sep 2026 12:00:00 {zone}"})) == START


@pytest.mark.parametrize(("ahead", "way"), [(3600, "3600 s behind that"), (-45, "45 s ahead of that")])
def test_it_is_told_once(ahead: float, way: str, caplog: pytest.LogCaptureFixture) -> None:
    """With the number, for whoever sets the clock."""
    clock = VendorClock(lambda: START)
    for host in (HOST, "https://live.example", HOST):
        clock.heard(host, dated(START + timedelta(seconds=ahead)), START)
    told = f"the clock of this machine is {way} of vod.example; requests are dated by the latter, and the clock should"
    assert [record.getMessage() for record in caplog.records] == [f"{told} be set"]


def test_the_default_is_this_machine() -> None:
    """In UTC."""
    before = datetime.now(UTC)
    assert before <= VendorClock().now() <= datetime.now(UTC)
    assert utc_now().tzinfo is UTC


# --- the steady clock -----------------------------------------------------------------------------------------------


class Machine:
    """A clock that may be set, and one that may not."""

    def __init__(self) -> None:
        self.wall, self.passed = START, 1000.0

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.passed)

    def go(self, seconds: float, step: float = 0.0) -> None:
        self.passed += seconds
        self.wall += timedelta(seconds=seconds + step)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What a new process has told of steps."""
    monkeypatch.setattr(clocks, "_steps", clocks._Steps())
    return lambda: [record.getMessage().partition(" (or")[0] for record in caplog.records]


@pytest.mark.parametrize(("step", "ahead"), [(0, 0), (5, 0), (-5, 0), (5.1, 5.1), (-5.1, -5.1), (86_400, 86_400)])
def test_a_step_is_no_time(step: float, ahead: float) -> None:
    """Nor is what is too little to be one."""
    machine = Machine()
    clock = machine.clock()
    assert clock() == START
    machine.go(60, step)
    assert (clock(), clock.ahead) == (START + timedelta(seconds=60), ahead)
    assert clock.machine_time(clock()) == START + timedelta(seconds=60 + ahead)


def test_steps_are_told_once_a_process(told: Callable[[], list[str]]) -> None:
    """Of however many waits; the way back is another one."""
    machine = Machine()
    waits = [machine.clock() for _ in range(3)]
    for step in (0, 3600, 0, -3600, 3, 3):
        machine.go(60, step)
        for wait in waits:
            wait()
    assert told() == [
        "the clock of this machine was set forward by 3600 s",
        "the clock of this machine was set back by 3600 s",
    ]
    assert {wait() for wait in waits} == {START + timedelta(seconds=360)}


def test_a_wait_that_begins_after_a_step_knows_of_none(told: Callable[[], list[str]]) -> None:
    """The clock may have been set right."""
    machine = Machine()
    before = machine.clock()
    before()
    machine.go(10, 3600)
    after = machine.clock()
    assert (after() - before(), after.ahead) == (timedelta(hours=1), 0)


def test_a_process_that_was_held_up_between_its_clocks(told: Callable[[], list[str]]) -> None:
    """It reads both again: nothing was set."""
    machine, held = Machine(), [0.0, 0.0, 60.0]

    def wall() -> datetime:
        machine.go(held.pop() if held else 0.0)
        return machine.wall

    clock = SteadyClock(wall, lambda: machine.passed)
    clock()
    clock()
    assert told() == []
    assert clock.ahead == 0


@pytest.mark.parametrize(
    ("here", "ahead", "expected"),
    [
        (0.5, 0, 0.5),
        (400, 0, 400),
        (-400, 0, 0),  # another machine's clock may be behind
        (3600.5, 3600, 0.5),
        (-3599.5, -3600, 0.5),
        (3599, 3600, 0),  # not before the other process's end
        (0.5, 3600, 0.5),  # the clock was set right again, or is another one
        (0.5, -3600, 0.5),
        (7200, 3600, 3600),
    ],
)
def test_where_another_process_goes_on(here: float, ahead: float, expected: float) -> None:
    """By the time of that one, as far as the clocks tell; from there on it passes."""
    machine = Machine()
    machine.wall = START + timedelta(seconds=here)
    clock = machine.clock()
    clock.resume(START, ahead)
    assert clock() == START + timedelta(seconds=expected)
    machine.go(60)
    assert clock() == START + timedelta(seconds=expected + 60)
    assert clock.ahead == (here - expected if abs(here - expected) > 5 else 0)


def test_a_clock_of_ones_own_is_taken_as_it_is() -> None:
    """A test's stands still, and is never set."""
    hand = Hand()
    clock = steady(hand)
    hand.move(3600)
    assert steady(clock) is clock
    assert (clock(), clock.ahead) == (START + timedelta(hours=1), 0)
    assert passing(hand)() == hand.time.timestamp()


def test_the_machines_own() -> None:
    """By its monotonic clock."""
    before = passing(utc_now)()
    assert before <= passing(utc_now)() < before + 60
    assert abs(steady(utc_now)() - utc_now()) < timedelta(minutes=1)


REF = JobRef("huawei.vod.editing", (("task_id", "1"),))
POLICY = Policy(queue_timeout=700, stall_timeout=500)
ANSWERS: list[Answer | None] = [
    None,
    JobNotFound("VOD.10062", "no such task"),
    Throttled("VOD.2001"),
    *(JobSnapshot(REF.kind, {"task_id": "1"}, state, str(state)) for state in JobState),
]


def decisions(looks: list[tuple[float, Answer | None, float, float]], *, disturbed: bool) -> list[object]:
    """After each look: seconds since the last, the answer, a step of the clock, and a share by which it runs fast."""
    machine = Machine()
    clock = machine.clock()
    spec = WaitSpec((REF,), kind(REF.kind), POLICY, deadline=clock() + timedelta(hours=1), timeout=3600)
    history = spec.start()
    found: list[object] = []
    for gap, answer, step, slew in looks:
        machine.go(gap, step + slew * gap if disturbed else 0.0)
        history = spec.after(history, {REF: answer}, clock())
        decision = decide(spec, history, clock())
        found.append((type(decision), getattr(decision, "reason", None), spec.next_limit(history, clock())))
    return found


@given(
    st.lists(
        st.tuples(
            st.floats(0.5, 900),
            st.sampled_from(ANSWERS),
            st.sampled_from([0.0, 0.0, 3600.0, -3600.0, 86_400.0, -86_400.0]) | st.floats(-1e6, 1e6),
            st.floats(-0.1, 0.1),
        ),
        max_size=20,
    )
)
def test_no_history_depends_on_the_machines_clock(looks: list[tuple[float, Answer | None, float, float]]) -> None:
    """However it is set and slewed: every verdict, its words and the next limit are the same."""
    assert decisions(looks, disturbed=True) == decisions(looks, disturbed=False)
