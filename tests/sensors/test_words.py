# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests every documented word, and a hundred others, in every mode: only full success succeeds.

Covers ``core.kind``.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobCancelled,
    MediaJobFailed,
    MediaJobPartiallySucceeded,
    MediaJobTimeout,
)
from airflow_provider_mediajobs.vendors import KINDS

from ..kinds import FACTS
from .conftest import Bench, StateStore
from .modes import MODES

# What comes of each of the vendor's words; of the others: the wait goes on.
ENDS: dict[str, Any] = {
    "succeeded": "succeeded",
    "partial": MediaJobPartiallySucceeded,
    "failed": MediaJobFailed,
    "cancelled": MediaJobCancelled,
    "goes on": MediaJobTimeout,
}


def mutated(kind: str, number: int) -> list[str]:
    """Words that look like the documented ones and are none of them: cut, doubled, swapped, in another case."""
    source = random.Random(kind)
    words, found = list(FACTS[kind].states), set[str]()
    foreign = {word for other in FACTS.values() if other.name != kind for word in other.states}
    candidates = sorted(foreign - set(words))
    while len(found) < number:
        found |= {candidates.pop()} if candidates else {_mutated(source, source.choice(words))}
        found -= {"", *words}
        if kind == "alibaba.live.editing":  # its words are numbers: with a blank they are the same
            found = {word for word in found if word.strip() not in words}
    return sorted(found)


def _mutated(source: random.Random, word: str) -> str:
    place = source.randrange(len(word))
    letter = source.choice("aeinrstESDU_- 0139")
    return source.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place:].swapcase(),
            word + word[-1],
            f" {word}",
            f"{word} ",
            word.upper(),
            word.lower(),
        ]
    )


def ended(bench: Bench, kind: str, word: str, mode: str) -> Any:
    """The state of the result, or the exception's class."""
    bench.store = StateStore()
    facts = FACTS[kind]
    # The word stands in the vendor's record, whatever the emulator's own tables make of it.
    bench.world.add_job(kind, facts.job, next(iter(facts.states)), record={facts.word: word, **facts.alone})
    sensor = MediaJobSensor(
        task_id="wait", kind=kind, ids=dict(facts.job), timeout=11, created_after=None, **MODES[mode]
    )
    return outcome(bench, sensor)


def outcome(bench: Bench, sensor: MediaJobSensor) -> Any:
    """The state of the result, or the exception's class."""
    try:
        return bench.run(sensor)["state"]
    except (MediaJobFailed, MediaJobCancelled, MediaJobPartiallySucceeded, MediaJobTimeout) as error:
        return type(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_documented_words(kind: str, mode: str, bench: Bench) -> None:
    """Each has the outcome that its page gives it; what is no end times out."""
    states = FACTS[kind].states
    found = {word: ended(bench, kind, word, mode) for word in states}

    assert found == {word: ENDS.get(state, ENDS["goes on"]) for word, state in states.items()}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_other_words(kind: str, mode: str, bench: Bench) -> None:
    """None of a hundred opens a gate or fails a task, in one mode; nor do a few of them in the others."""
    number = 100 if mode == "poke" else 8
    words = mutated(kind, number)
    assert len(words) >= number

    found = {}
    for word in words:
        bench.world.clear_requests()
        bench.world._advanced *= 0  # dates of signatures are measured against the real time
        found[word] = ended(bench, kind, word, mode)

    assert found == dict.fromkeys(words, MediaJobTimeout)
