# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the terms of a wait that are fixed once a try (ids, run, deadline), as they are stored and passed on.

Covers ``core.anew``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.anew import begin_anew, terms_of, why_anew
from airflow_provider_mediajobs.core.job import JobRef, WaitReport
from airflow_provider_mediajobs.core.stored import NotUnderstood
from airflow_provider_mediajobs.core.terms import NOT_TOLD, Terms, check_terms
from airflow_provider_mediajobs.core.wait_event import Runs, WaitEvent, not_started

from .test_wait_event import REF, START, wait_event

WHOLE = Terms(
    ({"video_id": "v"}, {"video_id": "w"}),
    START,
    START + timedelta(seconds=1),
    START + timedelta(seconds=2),
    WaitReport(1, 2, 3, 4),
    5,
)


@pytest.mark.parametrize(
    "terms", [WHOLE, Terms(), Terms(created_after=None), Terms(({"job_id": "1"},), report=WaitReport())]
)
def test_they_come_back(terms: Terms) -> None:
    """And are understood."""
    stored = json.loads(json.dumps(terms.to_json()))

    check_terms(stored)
    assert Terms.told_by(stored) == terms
    assert (stored["version"], stored["readable_by"]) == (2, 2)


def test_what_is_not_told_takes_no_room() -> None:
    """Any run is told as such."""
    assert Terms().to_json() == {"version": 2, "readable_by": 2}
    assert Terms(created_after=None).to_json() == {"version": 2, "readable_by": 2, "created_after": None}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ids", None),
        ("ids", []),
        ("ids", [{}]),
        ("ids", [{"a": 1}]),
        ("ids", [{1: "a"}]),
        ("ids", [["a"]]),
        ("ids", {"a": "b"}),
        ("created_after", "soon"),
        ("created_after", 5),
        ("start", "soon"),
        ("deadline", []),
        ("report", {"looks": -1}),
        ("report", {"peeks": 1}),
        ("report", 5),
        ("anew", -1),
        ("anew", 1001),
        ("anew", True),
    ],
)
def test_what_cannot_be_read_is_not_told(name: str, value: Any) -> None:
    """All else of it is."""
    stored = WHOLE.to_json() | {name: value, "version": 9, "readable_by": 9, "more": 1}

    read = Terms.told_by(stored)
    without = {key: of for key, of in WHOLE.to_json().items() if key != name}
    assert read == Terms.told_by(without)
    assert read != WHOLE
    with pytest.raises(NotUnderstood):
        check_terms(WHOLE.to_json() | {name: value})


@pytest.mark.parametrize("stored", [None, [], "x", 5])
def test_what_is_nothing_like_them(stored: Any) -> None:
    """Nobody has told."""
    assert Terms.told_by(stored) == Terms()
    assert Terms().created_after is NOT_TOLD


def ref(**ids: str) -> JobRef:
    return JobRef("k", tuple(ids.items()))


@pytest.mark.parametrize(
    ("refs", "others"),
    [
        ((ref(video_id="v"), ref(video_id="w")), False),
        ((ref(video_id="w"), ref(video_id="v")), False),  # whose places are for the event to prove
        ((ref(video_id="v"),), True),
        ((ref(video_id="v"), ref(video_id="x")), True),
        ((ref(video_id="v", run="1"), ref(video_id="w")), True),
    ],
)
def test_other_jobs(refs: tuple[JobRef, ...], others: bool) -> None:
    """Than those that the wait was begun for."""
    assert WHOLE.asks_for_others(refs) == others
    assert not Terms().asks_for_others(refs)


def test_the_jobs_in_words() -> None:
    """For a message."""
    assert WHOLE.told_of_ids() == "2 jobs"
    assert Terms(({"job_id": "1"},)).told_of_ids() == "{'job_id': '1'}"
    assert Terms().told_of_ids() == "its jobs"


# --- in events --------------------------------------------------------------------------------------------------


def test_a_wait_that_was_not_understood() -> None:
    """Its event is of no other sort."""
    event = json.loads(json.dumps(begin_anew("unknown: 'x'", WHOLE)))

    assert event == {
        "version": 2,
        "readable_by": 2,
        "schema": 1,
        "begin_anew": "unknown: 'x'",
        "terms": WHOLE.to_json(),
    }
    assert why_anew(event) == "unknown: 'x'"
    assert terms_of(event) == WHOLE


@pytest.mark.parametrize("event", [None, "begin_anew", ["begin_anew"], {}, not_started("x")], ids=str)
def test_what_is_not_that_event(event: Any) -> None:
    """Nor is that of a wait."""
    assert why_anew(event) is None
    assert why_anew(wait_event(None).to_json()) is None
    assert terms_of(event) == Terms()


def test_what_an_event_tells_of_the_wait() -> None:
    """Its jobs, its deadline, its cost, from when on a run counts."""
    told = wait_event(None)
    event = json.loads(json.dumps(told.to_json()))
    assert terms_of(event) == Terms(({"video_id": "v", "start_time": "2026-09-01T00:00:00Z"},), NOT_TOLD, None,
                                    told.deadline, told.report)  # fmt: skip
    for after in (None, datetime(2026, 9, 1, tzinfo=UTC)):
        with_runs = WaitEvent(
            (REF,), told.history, told.report, told.at, told.ends_at, told.deadline, runs=Runs(after)
        ).to_json()
        assert terms_of(with_runs).created_after == after


@pytest.mark.parametrize(
    "event", [{"jobs": 5}, {"jobs": [5]}, {"jobs": [{}]}, {"runs": 5}, {"runs": {}}, {"begin_anew": "x"}], ids=str
)
def test_events_that_tell_nothing(event: Any) -> None:
    """Whatever is in the place of it."""
    assert terms_of(event) == Terms()
