# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that unknown keys of a trigger's event are refused, unless they are marked as harmless."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from airflow_provider_mediajobs.core.familiar import familiar
from airflow_provider_mediajobs.core.stored import NotUnderstood
from airflow_provider_mediajobs.core.wait_event import BrokenEvent, OtherEvent, Runs, WaitEvent

from .test_wait_event import DONE, REF, START, STUDIO, episode, read, sent, studio, wait_event

JOB = ("jobs", 0, "answer", "job")
PLACES: list[tuple[Any, ...]] = [
    (),
    ("report",),
    ("runs",),
    ("jobs", 0),
    ("jobs", 0, "answer"),
    JOB,
    (*JOB, "error"),
    (*JOB, "outputs", 0),
    (*JOB, "renditions", 1),
    (*JOB, "renditions", 1, "error"),
]


def whole() -> WaitEvent:
    told = wait_event(DONE)
    return WaitEvent(
        told.refs,
        told.history,
        told.report,
        told.at,
        told.ends_at,
        told.deadline,
        told.log_lines,
        runs=Runs(START, (0,)),
    )


def more(path: tuple[Any, ...], name: str, event: Any) -> Any:
    changed = inner = copy.deepcopy(event)
    for step in path:
        inner = inner[step]
    inner[name] = 1
    return changed


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_an_unknown_key(path: tuple[Any, ...]) -> None:
    """It may narrow what is waited for."""
    event = more(path, "only", sent(whole().to_json()))

    with pytest.raises(NotUnderstood, match="unknown: 'only'"):
        familiar(event)
    with pytest.raises(OtherEvent, match=r"not an event of this package's trigger \(NotUnderstood: unknown: 'only'\)"):
        read(event)


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_an_informative_key(path: tuple[Any, ...]) -> None:
    """It is passed over."""
    event = more(path, "note", sent(whole().to_json())) | {"informative": ["note"], "version": 3}

    assert read(event) == whole()


@pytest.mark.parametrize("where", [("jobs", 1), ("jobs", 1, "outputs", 0)], ids=str)
def test_the_jobs_of_a_studio(where: tuple[Any, ...]) -> None:
    """They are jobs like any other."""
    event = sent(wait_event(studio(episode("a"), episode("b")), STUDIO).to_json())
    changed = more((*JOB, *where), "note", event)

    with pytest.raises(OtherEvent):
        read(changed, STUDIO)
    assert read(changed | {"informative": ["note"]}, STUDIO).history == read(event, STUDIO).history


def test_the_vendors_record_has_any_keys() -> None:
    """It decides nothing."""
    event = more((*JOB, "raw"), "only", sent(whole().to_json()))

    assert read(event).history[0].answer.raw["only"] == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change",
    [{"version": 3, "readable_by": 3}, {"version": 3, "kind": "huawei.mpc.editing"}, {"version": 3, "schema": 2}],
    ids=str,
)
def test_a_newer_release(change: dict[str, Any]) -> None:
    """What contradicts what this one knows may be right."""
    with pytest.raises(OtherEvent):
        read(sent(whole().to_json()) | change)


@pytest.mark.parametrize("version", [1, 2])
def test_a_contradiction_of_this_release_is_broken(version: int) -> None:
    """Nobody has another explanation."""
    event = sent(whole().to_json()) | {"version": version}
    event["jobs"][0]["answer"]["job"]["state"] = "succeeded"

    with pytest.raises(BrokenEvent) as caught:
        read(event)
    assert type(caught.value) is BrokenEvent


@pytest.mark.parametrize("name", ["schema", "kind", "jobs", "report", "at", "ends_at", "deadline", "story"])
def test_a_missing_key(name: str) -> None:
    """Of an event that tells its version it is another form; of the first version, that told none, it was broken."""
    event = sent(whole().to_json())
    del event[name]
    with pytest.raises(BrokenEvent) as caught:
        read(event)
    assert type(caught.value) is (BrokenEvent if name == "schema" else OtherEvent)
    del event["version"], event["readable_by"]
    with pytest.raises(BrokenEvent) as caught:
        read(event)
    assert type(caught.value) is BrokenEvent


def test_runs_that_are_not_told() -> None:
    """As by the first version."""
    event = sent(whole().to_json())
    del event["runs"]

    assert read(event).runs is None


@pytest.mark.parametrize(
    "runs",
    [5, [], {}, {"created_after": None}, {"others": []}, {"created_after": 5, "others": []},
     {"created_after": None, "others": ["0"]}, {"created_after": None, "others": 0},
     {"created_after": None, "others": [True]}],
    ids=str,
)  # fmt: skip
def test_runs_of_another_form(runs: Any) -> None:
    """They open nothing."""
    with pytest.raises(BrokenEvent):
        read(sent(whole().to_json()) | {"runs": runs})


@pytest.mark.parametrize("event", [{"more": 1}, {"schema": 1, "more": 1}, {"jobs": [], "more": 1}], ids=str)
def test_what_is_none_of_ours(event: Any) -> None:
    """Another package's event is of no other release of this one."""
    with pytest.raises(BrokenEvent) as caught:
        read(event)
    assert type(caught.value) is BrokenEvent


def test_the_first_version_with_a_key_more() -> None:
    """Nobody has stored that."""
    event = sent(wait_event(DONE).to_json()) | {"more": 1}
    del event["version"], event["readable_by"]

    with pytest.raises(OtherEvent):
        read(event, REF)
