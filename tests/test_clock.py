"""The vendor's clock: heard from its answers, corrected where it matters, told of once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from airflow_provider_mediajobs.clock import VendorClock, told_date, utc_now
from airflow_provider_mediajobs.core.http import HttpResponse

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
