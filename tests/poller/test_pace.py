"""Pace: even, never over the limit, slower when told so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.poller.pace import Pace


def calls(pace: Pace, arrivals: list[float]) -> list[float]:
    """When calls go out that are wanted at these times."""
    sent: list[float] = []
    now = 0.0
    for moment in sorted(arrivals):
        now = max(now, moment)
        now += pace.wait(now)
        pace.take(now)
        sent.append(now)
    return sent


@pytest.mark.parametrize(("limit", "seconds", "spacing"), [(100, 60.0, 0.75), (10, 1.0, 0.125), (15, 1.0, 1 / 12)])
def test_calls_are_spaced_evenly_at_four_fifths_of_the_limit(limit: float, seconds: float, spacing: float) -> None:
    """A minute's limit too: not eighty calls at once."""
    assert calls(Pace(limit, seconds), [0.0] * 4) == pytest.approx([0, spacing, 2 * spacing, 3 * spacing])


def test_idle_time_is_not_saved_up() -> None:
    """After an hour without a call the next two are as far apart as ever."""
    assert calls(Pace(100, 60), [0, 3600, 3600]) == [0, 3600, 3600.75]


@given(
    st.integers(1, 200),
    st.floats(0.5, 120),
    st.lists(st.floats(0, 500), min_size=1, max_size=150),
)
def test_no_window_ever_holds_more_than_the_limit(limit: int, seconds: float, arrivals: list[float]) -> None:
    """Whatever is asked for, and when."""
    sent = calls(Pace(limit, seconds), arrivals)
    for index, moment in enumerate(sent):
        assert sum(moment <= other < moment + seconds - 1e-6 for other in sent[index:]) <= limit


@given(st.lists(st.tuples(st.sampled_from(["good", "throttled"]), st.floats(0, 30), st.floats(0, 20)), max_size=60))
def test_it_is_never_faster_than_its_share_nor_stopped_for_good(events: list[tuple[str, float, float]]) -> None:
    """Whatever the vendor answers."""
    pace, now = Pace(100, 60), 0.0
    for what, passed, retry_after in events:
        now += passed
        if what == "good":
            pace.good()
        else:
            pace.throttled(now, now, retry_after)
        assert 0.75 <= pace.spacing <= 48
        assert pace.wait(now) <= 48 + 1e-6


def test_a_throttle_halves_the_pace_and_good_answers_raise_it() -> None:
    """Sixteen of them make up for one throttle."""
    pace = Pace(100, 60)
    pace.throttled(10, 9.5, None)
    assert (pace.spacing, pace.wait(10)) == (1.5, 1.5)
    for _ in range(15):
        pace.good()
    assert 0.75 < pace.spacing < 0.8
    pace.good()
    pace.good()
    assert pace.spacing == 0.75


def test_calls_that_were_under_way_do_not_halve_it_again() -> None:
    """One burst of refusals is one refusal."""
    pace = Pace(100, 60)
    pace.throttled(10, 9.5, None)
    pace.throttled(10.2, 9.8, None)
    assert pace.spacing == 1.5
    pace.throttled(12, 11, None)
    assert pace.spacing == 3


def test_the_vendor_is_left_alone_for_as_long_as_it_asks() -> None:
    """But not for a day."""
    pace = Pace(100, 60)
    pace.throttled(10, 10, 30)
    assert pace.wait(10) == 30
    pace.throttled(10, 10, 86400)
    assert pace.wait(10) == 600


def test_a_limit_may_be_corrected_either_way() -> None:
    """Slowness that a throttle brought stays."""
    pace = Pace(100, 60)
    pace.throttled(0, 0, None)
    pace.limit(50, 60)
    assert pace.spacing == 3.0
    pace.limit(200, 60)
    assert pace.spacing == 0.75


def test_a_pace_is_idle_when_nothing_of_it_matters_any_more() -> None:
    """Neither its last call nor its last throttle."""
    pace = Pace(100, 60)
    assert pace.idle(0)
    pace.take(0)
    assert not pace.idle(600)
    assert pace.idle(601)
    pace.throttled(601, 601, None)
    assert not pace.idle(1201)
