# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests scripts: how the state of an emulated job changes with time or with looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.emulator import KINDS, Job, Script, World
from airflow_provider_mediajobs.vendors import KINDS as CLIENTS_KINDS

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
MPC = KINDS["huawei.mpc.editing"]


def job(script: Script) -> Job:
    return Job(MPC, {"job_id": "1"}, script, NOW, 1)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_by_seconds_words_come_into_force_on_time() -> None:
    """Each word from its second on, and the times of the record follow."""
    moving = job(Script([("WAITING", 0), ("PROCESSING", 2), ("SUCCEEDED", 12)]))
    assert [moving.at(after(second)).state for second in (0, 1.9, 2, 11.9, 12, 1000)] == [
        "WAITING", "WAITING", "PROCESSING", "PROCESSING", "SUCCEEDED", "SUCCEEDED",
    ]  # fmt: skip
    end = moving.at(after(1000))
    assert (end.created, end.started, end.finished) == (NOW, after(2), after(12))
    middle = moving.at(after(5))
    assert (middle.started, middle.finished) == (after(2), None)
    assert moving.at(NOW).started is None


def test_by_looks_each_look_moves_it() -> None:
    """The entry whose number is not above the looks made before; times are those of the looks that first saw it."""
    moving = job(Script([("WAITING", 0), ("PROCESSING", 1), ("SUCCEEDED", 3)], by="looks"))
    seen = [moving.look(after(10 * number)) for number in range(5)]
    assert [one.state for one in seen] == ["WAITING", "PROCESSING", "PROCESSING", "SUCCEEDED", "SUCCEEDED"]
    assert (seen[-1].started, seen[-1].finished) == (after(10), after(30))
    assert moving.looks == 5


def test_by_looks_standing_there_changes_nothing() -> None:
    """Only a look counts as one."""
    moving = job(Script([("PROCESSING", 0), ("SUCCEEDED", 1)], by="looks"))
    assert [moving.at(NOW).state for _ in range(3)] == ["PROCESSING"] * 3
    moving.looks = 1
    assert moving.at(after(5)).finished == after(5)


def test_looks_may_be_jumped_over() -> None:
    """A step that no look saw began with the look that found a later one."""
    moving = job(Script([("WAITING", 0), ("PROCESSING", 1), ("SUCCEEDED", 1)], by="looks"))
    moving.look(NOW)
    assert moving.look(after(7)).started == after(7)


def test_at_once() -> None:
    """One word has always been there."""
    done = job(Script("SUCCEEDED")).at(NOW)
    assert (done.state, done.started, done.finished, done.progress) == ("SUCCEEDED", NOW, NOW, 100)


@pytest.mark.parametrize(
    ("seconds", "progress"), [(0, 0), (1, 0), (2, 10), (10, 50), (19.99, 99), (20, 100), (1000, 100)]
)
def test_progress_grows_with_time(seconds: float, progress: int) -> None:
    """Nothing while it waits, 100 only at the end."""
    moving = job(Script([("WAITING", 0), ("PROCESSING", 2), ("SUCCEEDED", 20)]))
    assert moving.at(after(seconds)).progress == progress


@pytest.mark.parametrize(
    ("word", "progress", "finished"),
    [
        ("FAILED", 99, True),
        ("CANCELED", 100, True),
        ("SUCEEDED", 100, True),
        ("PROCESSING", 0, False),
        ("WAITING", 0, False),
    ],
)
def test_what_counts_as_an_end(word: str, progress: int, finished: bool) -> None:
    """A misspelt word does; a word of waiting or running never does, even as the last one."""
    one = job(Script(word)).at(NOW)
    assert (one.progress, one.finished is not None) == (progress, finished)


@pytest.mark.parametrize("by", ["seconds", "looks"])
def test_ending_a_job_overrules_its_script(by: str) -> None:
    """What was passed stays, what would have come does not."""
    moving = job(Script([("WAITING", 0), ("PROCESSING", 5), ("SUCCEEDED", 9)], by=by))
    moving.end("CANCELED", after(2))
    assert moving.at(after(100)).state == "CANCELED"
    assert moving.script.steps[0] == ("WAITING", 0.0)


def test_words_may_be_numbers() -> None:
    """Live's are."""
    assert Script([(0, 0), (-1, 3)]).steps == (("0", 0.0), ("-1", 3.0))


def test_a_clock_that_runs_backwards_stays_at_the_first_word() -> None:
    """Before it was created a job is what it was created as."""
    assert job(Script([("WAITING", 0), ("SUCCEEDED", 5)])).at(after(-60)).state == "WAITING"


@pytest.mark.parametrize(
    ("steps", "by", "message"),
    [
        ([("A", 0)], "minutes", "by must be one of seconds, looks, not 'minutes'"),
        ([], "seconds", "script must begin at 0"),
        ([("A", 1)], "seconds", "script must begin at 0"),
        ([("A", 0), ("B", 2), ("C", 1)], "seconds", r"script must ascend, but its numbers are \[0.0, 2.0, 1.0\]"),
        (["AB", "C"], "seconds", "script: 'B' is no number of seconds or looks"),
        ([("A",)], "seconds", r"script must hold pairs of word and number, not \('A',\)"),
        ([7], "seconds", "script must hold pairs of word and number, not 7"),
        ([(None, 0)], "seconds", "script: None is no status word"),
        ([(True, 0)], "seconds", "script: True is no status word"),
        ([("A", True)], "seconds", "script: True is no number of seconds or looks"),
        ([("A", float("nan"))], "seconds", "script: nan is no number of seconds or looks"),
        ([("A", 0), ("B", float("inf"))], "seconds", "script: inf is no number of seconds or looks"),
    ],
)
def test_scripts_that_make_no_sense(steps: Any, by: str, message: str) -> None:
    """They are refused when they are written, with what is wrong."""
    with pytest.raises(ParameterError, match=message):
        Script(steps, by)


@pytest.mark.parametrize(("second", "progress"), [(0, 0), (29, 0), (30, 0), (55, 25), (80, 70), (99, 98), (100, 100)])
def test_progress_may_follow_a_curve_from_the_first_word_of_work(world: World, second: int, progress: int) -> None:
    """Waiting counts for nothing; here progress is the square of the work's share, or its root."""
    steps = [("WAITING", 0), ("PROCESSING", 30), ("SUCCEEDED", 100)]
    curve = 2.0 if second < 60 else 1.0
    expected = {55: 12, 80: 71}.get(second, progress)
    job = world.add_job("huawei.mpc.editing", {"job_id": "1"}, Script(steps, curve=curve), age=second)
    assert job.at(world.now()).progress == expected


def test_progress_may_be_any_function_of_the_work(world: World) -> None:
    """It may say nothing of it, or run backwards."""
    script = Script([("WAITING", 0), ("PROCESSING", 30), ("SUCCEEDED", 90)], curve=lambda share: 1 - share)
    moving = world.add_job("huawei.mpc.editing", {"job_id": "1"}, script, age=0)
    start = moving.created
    assert [moving.at(start + timedelta(seconds=second)).progress for second in (0, 45, 75, 90)] == [0, 75, 25, 100]


def test_a_curve_of_work_that_takes_no_time(world: World) -> None:
    """The last of it is not yet the end."""
    script = Script([("WAITING", 0), ("PROCESSING", 30)], curve=1.0)
    job = world.add_job("huawei.mpc.editing", {"job_id": "1"}, script, age=40)
    assert job.at(world.now()).progress == 99


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_documented_words(kind: str) -> None:
    """The emulator's are the client's, read from the same pages by another hand."""
    assert set(KINDS[kind].words) == set(CLIENTS_KINDS[kind].states)


@pytest.mark.parametrize(
    "script",
    ["SUCCESS", "succeeded", [("PROCESSING", 0), ("SUCCESS", 5)], Script([("PROCESSING", 0), ("SUCESS", 5)]), "3"],
    ids=str,
)
def test_a_word_that_no_page_documents(world: World, script: Any) -> None:
    """A wait would stand still at it for its whole time-out: only on request."""
    words = "INIT, PREPROCESSING, WAITING, PROCESSING, SUCCEEDED, FAILED, SUCCEED, CANCELED; undocumented=True"
    with pytest.raises(ParameterError, match=f"script: no page documents '.+' of huawei.mpc.editing, .*{words}"):
        world.add_job("huawei.mpc.editing", {"job_id": "1"}, script)
    assert world.jobs == []
    world.add_job("huawei.mpc.editing", {"job_id": "1"}, script, undocumented=True)


@pytest.mark.parametrize("word", [3, "3", -1, "-1"])
def test_words_that_are_numbers(world: World, word: Any) -> None:
    """As the page has them, or as text."""
    world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "s"}, [(word, 0)])
