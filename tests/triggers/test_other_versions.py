# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests trigger rows of another release, or of none: a worker begins their wait anew.

Covers ``triggers.arguments``, ``triggers.foreign``.
"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from airflow_provider_mediajobs.core.anew import why_anew
from airflow_provider_mediajobs.core.policy import POLL_INTERVAL_S
from airflow_provider_mediajobs.core.times import format_time, parse_time
from airflow_provider_mediajobs.core.wait_event import not_started, was_not_started
from airflow_provider_mediajobs.triggers import arguments
from airflow_provider_mediajobs.triggers.arguments import JobArguments, StartArguments
from airflow_provider_mediajobs.triggers.job import MediaJobTrigger
from airflow_provider_mediajobs.triggers.start import MediaJobStartTrigger

from .conftest import BOTH, Bench, deferred_trigger, sensor

START = datetime.fromisoformat("2026-09-01T18:50:20+00:00")
ROW: dict[str, Any] = {
    "version": 2,
    "readable_by": 2,
    "kind": "alibaba.vod.transcode",
    "ids": [{"video_id": "v"}],
    "many": False,
    "conn_id": "alibaba_mediajobs_default",
    "region": None,
    "project_id": None,
    "created_after": "2026-09-01T17:50:20+00:00",
    "policy": {"on_partial": "skip"},
    "timeout": 3600.0,
    "poll_interval": 60.0,
    "deadline": "2099-09-01T19:50:20+00:00",
    "ends_at": "2099-09-01T19:50:20+00:00",
    "before": [{}],
    "report": {"looks": 3, "calls": 4},
    "finish": False,
    "push": True,
    "anew": 0,
}
TERMS = {
    "version": 2,
    "readable_by": 2,
    "ids": [{"video_id": "v"}],
    "created_after": "2026-09-01T17:50:20+00:00",
    "deadline": "2099-09-01T19:50:20+00:00",
    "report": {"looks": 3, "calls": 4, "throttled": 0, "retried": 0},
}
SAFE = {
    "poll_interval": POLL_INTERVAL_S,
    "before": [{}],
    "report": {},
    "finish": False,
    "anew": 0,
    "cancel_on_kill": False,
}
NEEDED = sorted(JobArguments.__annotations__.keys() - SAFE.keys())
GONE = object()


def row(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (ROW | changes).items() if value is not GONE}


def told(bench: Bench, kwargs: dict[str, Any]) -> Any:
    """The event, as it reaches the worker."""
    return json.loads(json.dumps(bench.fired(MediaJobTrigger(**kwargs)).payload, allow_nan=False))


def understands(kwargs: dict[str, Any]) -> bool:
    return not MediaJobTrigger(**kwargs)._not_understood


def test_the_tables_hold_what_is_declared() -> None:
    """No argument of a trigger is without a line."""
    assert arguments.JOB.keys() == JobArguments.__annotations__.keys()
    assert arguments.START.keys() == StartArguments.__annotations__.keys()


def test_this_version() -> None:
    """What it stores it reads; the version is told to others, and is no argument."""
    trigger = MediaJobTrigger(**ROW)

    assert trigger.serialize() == ("airflow_provider_mediajobs.triggers.job.MediaJobTrigger", ROW)
    told = {name: value for name, value in ROW.items() if name not in {"version", "readable_by"}}
    assert trigger.arguments == told | {"cancel_on_kill": False}


def test_the_first_version() -> None:
    """It told no version."""
    assert understands(row(version=GONE, readable_by=GONE, anew=GONE))


@pytest.mark.parametrize("name", SAFE)
def test_a_key_with_a_safe_default(name: str) -> None:
    """It only delays, or is for a worker."""
    trigger = MediaJobTrigger(**row(**{name: GONE}))

    assert not trigger._not_understood
    assert trigger.arguments[name] == SAFE[name]


@pytest.mark.parametrize("name", NEEDED)
def test_a_key_without_a_safe_default(name: str, bench: Bench) -> None:
    """Which jobs, which run, whose account, until when: nobody guesses. What is left goes on unchanged."""
    event = told(bench, row(**{name: GONE}))

    assert why_anew(event) == f"missing: {name}"
    assert event["terms"] == {key: value for key, value in TERMS.items() if key != name}
    assert len(NEEDED) == 12


def test_an_informative_key() -> None:
    """A newer release says that this one may pass it over."""
    assert understands(row(version=3, note="x", informative=["note"]))
    assert understands(row(note="x", informative=["note", "other"]))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"show_only": ["HD"]}, "unknown: 'show_only'"),
        ({"show_only": ["HD"], "note": "x", "informative": ["note"]}, "unknown: 'show_only'"),
        ({"job_id": "1"}, "unknown: 'job_id'"),
        ({"version": 3, "readable_by": 3}, "it is of version 3, for readers of version 3; this one is of 2"),
        ({"version": 7, "readable_by": 5}, "it is of version 7, for readers of version 5; this one is of 2"),
        ({"version": True}, "its version is told as True, 2, []"),
        ({"readable_by": "2"}, "its version is told as 2, '2', []"),
        ({"informative": "show_only"}, "its version is told as 2, 2, 'show_only'"),
        ({"policy": {"newest": True}}, "of another form: policy={'newest': True}"),
        ({"policy": {"wait_for": 0}}, "of another form: policy={'wait_for': 0}"),
        ({"policy": {"episodes": 2, "until": "queued"}}, None),
        ({"kind": "huawei.vod.dreaming"}, "of another form: kind='huawei.vod.dreaming'"),
        ({"kind": ["a"]}, "of another form: kind=['a']"),
        ({"ids": []}, "of another form: ids=[]"),
        ({"ids": [{"video_id": 5}]}, "of another form: ids=[{'video_id': 5}]"),
        ({"ids": [{"video_id": "a\0"}]}, None),
        ({"ids": [{"show_id": "s"}]}, None),
        ({"ids": [{"video_id": " v"}]}, None),
        ({"ids": [{"video_id": "v"}, {"video_id": "w"}]}, "of 2 jobs with 1 histories"),
        ({"ids": [{"video_id": "v"}, {"video_id": "w"}], "before": []}, "of 2 jobs with 2 histories"),
        ({"before": [{}, {}]}, "of 1 jobs with 2 histories"),
        ({"before": ["running"]}, "of another form: before=['running']"),
        ({"many": 1}, "of another form: many=1"),
        ({"conn_id": None}, "of another form: conn_id=None"),
        ({"region": 5}, "of another form: region=5"),
        ({"created_after": "yesterday"}, "of another form: created_after='yesterday'"),
        ({"created_after": "{{ x }}"}, "of another form: created_after='{{ x }}'"),
        ({"timeout": "60"}, "of another form: timeout='60'"),
        ({"timeout": -1}, "of another form: timeout=-1"),
        ({"timeout": True}, "of another form: timeout=True"),
        ({"timeout": float("nan")}, "of another form: timeout=nan"),
        ({"poll_interval": 0.1}, "of another form: poll_interval=0.1"),
        ({"poll_interval": None}, "of another form: poll_interval=None"),
        ({"deadline": None}, "of another form: deadline=None"),
        ({"ends_at": "soon"}, "of another form: ends_at='soon'"),
        ({"report": {"looks": 2**64}}, None),
        ({"report": {"peeks": 1}}, "of another form: report={'peeks': 1}"),
        ({"finish": "yes"}, "of another form: finish='yes'"),
        ({"push": None}, "of another form: push=None"),
        ({"anew": -1}, "of another form: anew=-1"),
        ({"policy": {"required_definitions": ["HD"], "on_partial": "accept"}}, None),
    ],
    ids=str,
)
def test_what_is_not_understood(changes: dict[str, Any], why: str | None, bench: Bench) -> None:
    """A key that narrows the wait is never passed over, and no value is taken for another."""
    event = told(bench, row(**changes))

    assert why_anew(event)
    assert why is None or why_anew(event) == why


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"show_only": 1}, []),
        ({"show_only": 1, "ids": [{"video_id": "\ud800"}]}, ["ids"]),
        ({"show_only": 1, "ids": "v"}, ["ids"]),
        ({"show_only": 1, "created_after": 5}, ["created_after"]),
        ({"show_only": 1, "deadline": 2**70}, ["deadline"]),
        ({"show_only": 1, "report": {"looks": 2**70}}, ["report"]),
    ],
)
def test_what_can_be_read_goes_on_unchanged(changes: dict[str, Any], lost: list[str], bench: Bench) -> None:
    """Nothing that no encoder takes is among it."""
    event = told(bench, row(**changes))

    assert event["terms"] == {name: value for name, value in TERMS.items() if name not in lost}
    assert (event["schema"], event["version"], event["readable_by"]) == (1, 2, 2)
    event_text = json.dumps(event, ensure_ascii=False)
    assert event_text.encode()


def test_any_run_is_told_as_such(bench: Bench) -> None:
    """``None`` is a choice of the author's."""
    assert told(bench, row(show_only=1, created_after=None))["terms"]["created_after"] is None


@pytest.mark.parametrize(("anew", "pause"), [(0, 10), (1, 20), (3, 80), (5, 320), (900, 320), ("x", 10)])
def test_it_is_not_told_at_once(anew: Any, pause: int, bench: Bench) -> None:
    """The worker defers to the same triggerer again, as long as that is of an older release: ever more slowly."""
    start = bench.world.now()

    told(bench, row(show_only=1, anew=anew))

    assert round((bench.world.now() - start).total_seconds()) == pause


@pytest.mark.parametrize(("left", "pause"), [(4, 4), (-100, 0)])
def test_it_is_told_at_the_deadline(left: int, pause: int, bench: Bench) -> None:
    """No wait is longer for it."""
    start = bench.world.now()

    told(bench, row(show_only=1, deadline=format_time(start + timedelta(seconds=left))))

    assert round((bench.world.now() - start).total_seconds()) == pause


def test_it_is_logged(bench: Bench) -> None:
    """Where somebody looks first."""
    with capture_logs() as logs:
        told(bench, row(show_only=1))

    (entry,) = [entry for entry in logs if entry["log_level"] == "warning"]
    assert entry["event"] == (
        "this triggerer does not understand the arguments of the wait (unknown: 'show_only'): a worker begins it anew"
    )


def test_what_is_not_understood_is_stored_as_it_was() -> None:
    """By another triggerer it may be."""
    stored = row(version=9, readable_by=9, show_only=["HD"])

    assert MediaJobTrigger(**stored).serialize()[1] == stored


@pytest.mark.parametrize(
    "changes", [{}, {"show_only": 1}, {"ids": GONE}, {"ids": 5}], ids=["none", "unknown", "lost", "unreadable"]
)
def test_it_can_be_killed(changes: dict[str, Any]) -> None:
    """Airflow calls this of any trigger."""
    trigger = MediaJobTrigger(**row(**changes))
    with capture_logs() as logs:
        asyncio.run(trigger.on_kill())

    what = "its jobs" if "ids" in changes else "{'video_id': 'v'}"
    assert logs[0]["event"] == f"stopped waiting for {what}; jobs go on"


@pytest.mark.parametrize("name", ["self", "arguments", "given", ""])
def test_any_name_is_a_key(name: str) -> None:
    """Of Python's own too: Airflow hands all of a row on as keywords."""
    stored: dict[str, Any] = {name: 1}
    for made in (MediaJobTrigger, MediaJobStartTrigger):
        assert made(**stored)._not_understood == "unknown: " + ascii(name)


def nested(depth: int) -> Any:
    inner: Any = 1
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize("name", ["ids", "policy", "before", "show_only"])
def test_nesting_without_end(name: str) -> None:
    """Of which Python itself gives up."""
    assert not understands(row(**{name: nested(100_000)}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ANY = st.dictionaries(
    st.sampled_from([*ROW, "informative", "show_only", "event", "arguments", "self", "cls", ""]), JSON
)


@given(ANY, st.booleans())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_row_makes_a_trigger(bench: Bench, kwargs: dict[str, Any], whole: bool) -> None:
    """Airflow fails the task of a trigger that cannot be made, and the event must pass its encoders."""
    trigger = MediaJobTrigger(**((ROW | kwargs) if whole else kwargs))
    MediaJobStartTrigger(**kwargs)
    if trigger._not_understood:
        event = bench.fired(trigger).payload
        assert json.loads(json.dumps(event, allow_nan=False, ensure_ascii=False).encode()) == event
        assert why_anew(event)


# --- waits that no worker begins --------------------------------------------------------------------------------


def start_row() -> dict[str, Any]:
    args = sensor(**BOTH).start_trigger_args
    assert args is not None
    return dict(args.trigger_kwargs or {})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"show_only": 1}, "unknown: 'show_only'"),
        ({"version": 3, "readable_by": 3}, "it is of version 3, for readers of version 3; this one is of 2"),
        ({"xcoms": {"ids": "submit"}}, "of another form: xcoms={'ids': 'submit'}"),
        ({"execution_timeout": "1"}, "of another form: execution_timeout='1'"),
        ({"conn_id": 5}, "of another form: conn_id=5"),
    ],
    ids=str,
)
def test_a_serialized_dag_of_another_release(changes: dict[str, Any], why: str, bench: Bench) -> None:
    """A worker begins, which reads the DAG's file itself."""
    trigger = MediaJobStartTrigger(**(start_row() | changes))
    trigger.render_template_fields({"ti": None})  # type: ignore[typeddict-item]

    event = bench.fired(trigger).payload

    assert event == not_started(why)
    assert was_not_started(event)


@pytest.mark.parametrize(
    "name", sorted(StartArguments.__annotations__.keys() - {"poll_interval", "finish", "backstop"})
)
def test_a_serialized_dag_that_lacks_a_key(name: str, bench: Bench) -> None:
    """The same."""
    stored = start_row()
    del stored[name]

    assert bench.fired(MediaJobStartTrigger(**stored)).payload == not_started(f"missing: {name}")


def test_a_serialized_dag_of_the_first_version() -> None:
    """It told no version."""
    stored = start_row()
    assert (stored.pop("version"), stored.pop("readable_by")) == (2, 2)

    assert not MediaJobStartTrigger(**stored)._not_understood


def test_a_wait_of_this_version_tells_it(bench: Bench) -> None:
    """In its row, and in its event, which workers of the first version read as well."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", 30)])
    trigger = deferred_trigger(bench, sensor())

    event = bench.triggered(trigger)

    assert {name: event[name] for name in ("schema", "version", "readable_by")} == {
        "schema": 1,
        "version": 2,
        "readable_by": 1,
    }
    assert event["runs"] == {"created_after": None, "others": []}
    assert parse_time(event["deadline"]) == parse_time(trigger.arguments["deadline"])
