"""Every word that a vendor documents, and a hundred that none does, through every mode: only full success opens."""

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

from .conftest import Bench, StateStore
from .modes import MODES

IDS: dict[str, dict[str, str]] = {
    "alibaba.live.editing": {"caster_id": "c", "show_id": "s"},
    "alibaba.ice.live_editing": {"job_id": "j"},
    "alibaba.vod.transcode": {"video_id": "v", "transcode_task_id": "t"},
    "huawei.vod.editing": {"task_id": "1"},
    "huawei.mpc.editing": {"job_id": "1"},
}

# The vendors' pages, word for word, and what comes of each; None: the wait goes on.
DOCUMENTED: dict[str, dict[str, Any]] = {
    "alibaba.live.editing": {"0": None, "1": None, "2": None, "3": "succeeded", "-1": MediaJobFailed},
    "alibaba.ice.live_editing": {
        "Init": None,
        "Queuing": None,
        "Processing": None,
        "Success": "succeeded",
        "Failed": MediaJobFailed,
    },
    "alibaba.vod.transcode": {
        "Processing": None,
        "Partial": None,
        "CompleteAllSucc": "succeeded",
        "CompeleteAllSucc": "succeeded",
        "CompleteAllSucces": "succeeded",
        "CompletePartialSucc": MediaJobPartiallySucceeded,
        "CompleteAllFail": MediaJobFailed,
    },
    "huawei.vod.editing": {
        "WAITING": None,
        "PROCESSING": None,
        "SUCCEED": "succeeded",
        "FAILED": MediaJobFailed,
        "CANCEL": MediaJobCancelled,
    },
    "huawei.mpc.editing": {
        "INIT": None,
        "WAITING": None,
        "PREPROCESSING": None,
        "PROCESSING": None,
        "SUCCEEDED": "succeeded",
        "SUCCEED": "succeeded",
        "FAILED": MediaJobFailed,
        "CANCELED": MediaJobCancelled,
    },
}


def mutated(kind: str, number: int) -> list[str]:
    """Words that look like the documented ones and are none of them: cut, doubled, swapped, in another case."""
    source = random.Random(kind)
    words, found = list(DOCUMENTED[kind]), set[str]()
    foreign = {word for other, table in DOCUMENTED.items() if other != kind for word in table}
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
    # The word stands in the vendor's record, whatever the emulator's own tables make of it.
    field = {"alibaba.live.editing": "TaskStatus", "alibaba.ice.live_editing": "Status"}.get(kind, "status")
    field = "TaskStatus" if kind == "alibaba.vod.transcode" else field
    # Of renditions nothing is told: they would contradict it.
    record = {field: word} | ({"TranscodeJobInfoList": None} if kind == "alibaba.vod.transcode" else {})
    bench.world.add_job(kind, IDS[kind], next(iter(DOCUMENTED[kind])), record=record)
    sensor = MediaJobSensor(task_id="wait", kind=kind, ids=IDS[kind], timeout=11, **MODES[mode])
    try:
        return bench.run(sensor)["state"]
    except (MediaJobFailed, MediaJobCancelled, MediaJobPartiallySucceeded, MediaJobTimeout) as error:
        return type(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_documented_words(kind: str, mode: str, bench: Bench) -> None:
    """Each has the outcome that its page gives it; what is no end times out."""
    found = {word: ended(bench, kind, word, mode) for word in DOCUMENTED[kind]}

    assert found == {word: outcome or MediaJobTimeout for word, outcome in DOCUMENTED[kind].items()}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_other_words(kind: str, mode: str, bench: Bench) -> None:
    """None of them opens a gate or fails a task: the wait goes on to its deadline."""
    words = mutated(kind, 100)
    assert len(words) >= 100

    found = {}
    for word in words:
        bench.world.clear_requests()
        bench.world._advanced *= 0  # dates of signatures are measured against the real time
        found[word] = ended(bench, kind, word, mode)

    assert found == dict.fromkeys(words, MediaJobTimeout)


def test_every_kind_and_word_is_here() -> None:
    """The register has no word that is not in the vendor's documents as written down above, and lacks none."""
    assert {name: set(kind.states) for name, kind in KINDS.items()} == {
        name: set(words) for name, words in DOCUMENTED.items()
    }
