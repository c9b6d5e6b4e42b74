# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests words that say only that a job has ended, and runs without ids: decided, sent and remembered.

No test file of a module: a rule that ``core.kind`` declares, followed through ``core.outcome``, ``core.wait``,
``core.wait_event`` and ``core.remembered``.

Covers ``core.kind``, ``core.outcome``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.decision import Decision, Done, Fail, Wait
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState, WaitReport
from airflow_provider_mediajobs.core.kind import JobKind, Quota
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.output import Rendition
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.remembered import pack, unpack, with_facts
from airflow_provider_mediajobs.core.wait import JobHistory, Visibility, WaitSpec
from airflow_provider_mediajobs.core.wait_event import BrokenEvent, WaitEvent

from .outcomes import START, F, R, S, after


def no_look(_account: Any, _refs: Any) -> Any:
    raise AssertionError("nothing is asked here")


WORDS = {"Running": R, "Success": S, "Fail": F}
KIND = JobKind(
    name="v.p.transcode",
    title="title",
    page="https://page",
    ids=("media_id",),
    states={"Processing": R, "Finished": R, "Failed": F},
    quota=Quota("q", 1, 1, "s"),
    look=no_look,
    renditions=WORDS,
    told_by_renditions=frozenset({"Finished"}),
    newest_run=True,
)
REF = KIND.ref({"media_id": "m"})
SPEC = WaitSpec((REF,), KIND, Policy(), START + timedelta(hours=1), 3600, created_after=START)


def rendition(name: str, word: str) -> Rendition:
    return Rendition(name, None, None, str(WORDS[word]), word)


def finished(*words: str, told_later: bool = False, **facts: Any) -> JobSnapshot:
    """A job that has ended, with renditions in these words."""
    made = tuple(rendition(f"v{number}", word) for number, word in enumerate(words))
    facts = {"created_at": START, **facts}
    return KIND.snapshot({"media_id": "m"}, "Finished", made, told_later=told_later, **facts)


def seen(*looks: tuple[JobSnapshot, float], spec: WaitSpec = SPEC) -> tuple[JobHistory, ...]:
    history = spec.start()
    for answer, at in looks:
        history = spec.after(history, {REF: answer}, after(at))
    return history


def decision(answer: JobSnapshot, at: float = 60, spec: WaitSpec = SPEC) -> Decision:
    return decide(spec, seen((answer, 10), (answer, at), spec=spec), after(at))


def test_all_renditions_open() -> None:
    """Nothing else does."""
    assert isinstance(decision(finished("Success", "Success")), Done)


@pytest.mark.parametrize(
    ("words", "error"), [(("Success", "Fail"), e.JobPartiallySucceeded), (("Fail", "Fail"), e.JobFailed)]
)
def test_renditions_that_failed(words: tuple[str, ...], error: type[e.JobEnded]) -> None:
    """As an end whose word says so."""
    found = decision(finished(*words))
    assert isinstance(found, Fail)
    assert type(found.error) is error


@pytest.mark.parametrize(
    ("answer", "what", "why"),
    [
        (finished("Success", "Running"), "renditions still running", "of its renditions v1: Running"),
        (finished(), "renditions not all visible", "it tells of 0 renditions so far"),
        (
            replace(finished(), renditions=None),
            "renditions not visible",
            "to read its renditions takes ",
        ),
    ],
)
def test_what_is_not_told(answer: JobSnapshot, what: str, why: str) -> None:
    """It is looked at again, as long as a job need not be visible."""
    early, late = decision(answer), decision(answer, 700)
    assert isinstance(early, Wait)
    assert early.gist == what
    assert isinstance(late, Fail)
    assert isinstance(late.error, e.RenditionsUntold)
    assert f"{what} for 690 s" in late.reason
    assert why in late.reason


def test_an_incomplete_list_never_opens() -> None:
    """What a later look may complete is waited for until the deadline, whatever is there succeeded."""
    answer = finished("Success", told_later=True)
    assert answer.state is R
    assert isinstance(decision(answer, 3000), Wait)
    assert SPEC.visibility(REF, answer) is Visibility.UNTOLD


def test_required_renditions_are_enough() -> None:
    """Whatever becomes of the others."""
    spec = replace(SPEC, policy=Policy(required_definitions=("v0",)))
    assert isinstance(decision(finished("Success", "Running"), spec=spec), Done)
    assert isinstance(decision(finished("Running", "Success"), spec=spec), Wait)


def sent(answer: JobSnapshot) -> dict[str, Any]:
    """As it comes out of the trigger's event."""
    event = WaitEvent((REF,), seen((answer, 10)), WaitReport(), at=after(20), ends_at=after(30), deadline=SPEC.deadline)
    packed: dict[str, Any] = json.loads(json.dumps(event.to_json()))
    return packed


@pytest.mark.parametrize(
    "answer",
    [
        finished("Success", "Success"),
        finished("Success", "Fail"),
        finished("Success", "Running"),
        finished("Success", told_later=True),
        finished(),
    ],
)
def test_the_event_tells_the_same(answer: JobSnapshot) -> None:
    """Whatever the renditions made of the word."""
    (history,) = WaitEvent.from_json(sent(answer), (REF,), KIND).history
    assert history.answer == answer


@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.PARTIAL])
def test_no_event_says_more_than_its_renditions(state: JobState) -> None:
    """By the same rule as the look."""
    event = sent(finished("Success", "Fail"))
    event["jobs"][0]["answer"]["job"]["state"] = str(state)
    with pytest.raises(BrokenEvent):
        WaitEvent.from_json(event, (REF,), KIND)


@pytest.mark.parametrize("change", [{"told_later": True}, {"renditions": None}, {"raw_state": "Processing"}])
def test_no_event_of_an_incomplete_list_opens(change: dict[str, Any]) -> None:
    """Nor one whose word says no end."""
    event = sent(finished("Success", "Success"))
    event["jobs"][0]["answer"]["job"] |= change
    with pytest.raises(BrokenEvent):
        WaitEvent.from_json(event, (REF,), KIND)


@pytest.mark.parametrize("words", [("Success", "Success"), ("Success", "Fail"), ("Fail",)])
def test_a_memory_keeps_the_end(words: tuple[str, ...]) -> None:
    """Though it keeps no renditions."""
    history = seen((finished(*words), 10))
    (back,) = unpack(SPEC, json.loads(json.dumps(pack(SPEC, history).content)))
    assert isinstance(back.answer, JobSnapshot)
    assert (back.answer.state, back.answer.raw_state) == (
        KIND.state_of("Finished", finished(*words).renditions),
        "Finished",
    )


def test_the_newest_run_of_a_medium_is_the_one_asked_for_by_its_time() -> None:
    """Yesterday's success opens nothing; one without a time proves nothing."""
    before = finished("Success", created_at=START - timedelta(days=1))
    unknown = finished("Success", created_at=None)
    assert SPEC.visibility(REF, finished("Success")) is Visibility.SHOWN
    assert SPEC.visibility(REF, before) is Visibility.OLDER
    assert SPEC.visibility(REF, unknown) is Visibility.UNPROVEN
    assert isinstance(decision(before), Wait)
    assert isinstance(decision(unknown), Wait)
    assert isinstance(decision(before, spec=replace(SPEC, created_after=None)), Done)


def test_facts_of_another_run_are_not_taken_for_those_that_were_seen() -> None:
    """Its ids are the same: only the time of creation tells them apart."""
    (history,) = seen((finished("Success"), 10))
    again = finished("Success", request_id="r2")
    assert with_facts(SPEC, REF, history, again).answer == again
    since = finished("Success", created_at=after(100))
    assert with_facts(SPEC, REF, history, since) is history
