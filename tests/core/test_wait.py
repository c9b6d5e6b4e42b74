# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the specification of a wait, and the history of its looks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.job import JobRef
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import NO_LOOK_YET, NOT_LOOKED_AT, JobHistory, Visibility, WaitSpec
from airflow_provider_mediajobs.vendors import kind

from .outcomes import NOT_FOUND, REF, SPEC, START, A, F, P, R, S, after, snap

VOD = kind("alibaba.vod.transcode")
VIDEO = JobRef(VOD.name, (("video_id", "v"),))
NAMED = JobRef(VOD.name, (("video_id", "v"), ("transcode_task_id", "t")))
RUN = WaitSpec((VIDEO,), VOD, Policy(required_definitions=("HD",)), SPEC.deadline, 3600, created_after=START)


@pytest.mark.parametrize(
    ("answer", "visibility"),
    [
        (None, Visibility.ABSENT),
        (NOT_FOUND, Visibility.ABSENT),
        (e.TransportError("x"), Visibility.NO_NEWS),
        (e.AuthError("x"), Visibility.NO_NEWS),
        (NO_LOOK_YET, Visibility.NO_NEWS),
        (snap(R, created_at=START), Visibility.SHOWN),
        (snap(R, created_at=after(-1)), Visibility.OLDER),
        (snap(R, created_at=after(-1), proven=False), Visibility.OLDER),
        (snap(R), Visibility.UNPROVEN),
        (snap(R, created_at=START, proven=False), Visibility.UNPROVEN),
        (snap(S, created_at=START), Visibility.UNTOLD),
        (snap(A, created_at=START), Visibility.UNTOLD),
        (snap(F, created_at=START), Visibility.SHOWN),
        (snap(S, created_at=START, renditions=()), Visibility.SHOWN),
        (snap(S, created_at=after(-1)), Visibility.OLDER),
    ],
)
def test_visibility(answer: Answer | None, visibility: Visibility) -> None:
    """What one answer shows of the job asked for."""
    assert RUN.visibility(VIDEO, answer) is visibility


def test_a_named_run_has_no_time() -> None:
    """Among others that are told apart by theirs."""
    spec = replace(RUN, refs=(VIDEO, NAMED), many=True, policy=Policy())
    old = snap(S, created_at=after(-1))
    assert [spec.visibility(ref, old) for ref in spec.refs] == [Visibility.OLDER, Visibility.SHOWN]


def test_the_subject() -> None:
    """One job by its ids, several by their number."""
    assert SPEC.subject == "huawei.vod.editing task_id=123"
    assert replace(SPEC, many=True).subject == "huawei.vod.editing, 1 jobs"


def test_what_each_look_adds() -> None:
    """Times of the first look of those alike, and what the newest sighting showed."""
    history = SPEC.start()
    assert history == (NOT_LOOKED_AT,)
    expected = [
        (None, JobHistory(None, "", after(0), after(0), None, after(0))),
        (NOT_FOUND, JobHistory(NOT_FOUND, "", after(0), after(0), None, after(10))),
        (snap(P), JobHistory(snap(P), "pending (the vendor says 'WORD')", None, after(0), after(20), after(20))),
        (snap(P), JobHistory(snap(P), "pending (the vendor says 'WORD')", None, after(0), after(20), after(30))),
        (snap(R), JobHistory(snap(R), "running (the vendor says 'WORD')", None, None, after(40), after(40))),
        (None, JobHistory(None, "running (the vendor says 'WORD')", after(50), after(50), after(40), after(50))),
        (snap(R), JobHistory(snap(R), "running (the vendor says 'WORD')", None, None, after(40), after(60))),
    ]
    for number, (answer, seen) in enumerate(expected):
        history = SPEC.after(history, {REF: answer}, after(10 * number))
        assert history == (seen,)
    trouble = e.TransportError("reset")
    assert SPEC.after(history, {REF: trouble}, after(99)) == (replace(expected[-1][1], answer=trouble),)
    assert SPEC.after(history, {}, after(99)) == history


@pytest.mark.parametrize("state", [S, A, F])
def test_a_job_that_has_ended_stays_as_it_was_seen(state: Any) -> None:
    """Answers that were under way meanwhile tell nothing more."""
    history = SPEC.after(SPEC.start(), {REF: snap(state)}, after(0))
    assert SPEC.open_refs(history) == []
    assert SPEC.after(history, {REF: snap(R)}, after(10)) == history
    assert SPEC.limit(REF, history[0], after(0)) is None


def test_an_older_run_that_has_ended_is_looked_at() -> None:
    """The one asked for may still come."""
    history = RUN.after(RUN.start(), {VIDEO: snap(S, ref=VIDEO, created_at=after(-1))}, after(0))
    assert RUN.open_refs(history) == [VIDEO]


def test_an_older_run_says_nothing_of_the_one_asked_for() -> None:
    """That looks like it, and has not stood still for as long."""
    old, new = (snap(R, ref=VIDEO, created_at=after(created)) for created in (-1, 1))
    history = RUN.start()
    for at, answer in ((0, old), (300, old), (310, new)):
        history = RUN.after(history, {VIDEO: answer}, after(at))
    assert (history[0].mark, history[0].unchanged_since) == ("running (the vendor says 'WORD')", after(310))


@pytest.mark.parametrize(
    ("answers", "limit"),
    [
        ([None], 500),
        ([snap(P)], 300),
        ([snap(R)], 400),
        ([snap(R), None], 400),
        ([e.TransportError("x")], None),
    ],
    ids=str,
)
def test_the_next_limit(answers: list[Any], limit: float | None) -> None:
    """The first of those that run; those that do not are none."""
    spec = replace(SPEC, policy=Policy(not_found_grace=500, queue_timeout=300, stall_timeout=400))
    if answers == [None]:
        spec = replace(spec, policy=spec.policy._replace(queue_timeout=None))
    history = spec.start()
    for number, answer in enumerate(answers):
        history = spec.after(history, {REF: answer}, after(number))
    expected = None if limit is None else after(limit + (1 if answers[-1] is None and len(answers) > 1 else 0))
    if len(answers) > 1:  # the queue's, which began with the second look, comes before the stall's of the first
        expected = after(301)
    assert spec.next_limit(history, after(1)) == expected


def test_a_limit_that_has_passed_is_none() -> None:
    """The next look meets it anyway; asking for looks at a time in the past would never end."""
    history = SPEC.after(SPEC.start(), {REF: None}, after(0))
    assert SPEC.next_limit(history, after(599.9)) == after(600)
    assert SPEC.next_limit(history, after(600)) is None
    assert SPEC.next_limit(history, after(601)) is None


def test_the_first_of_several_limits() -> None:
    """Of whichever job."""
    refs = (REF, JobRef(REF.kind, (("task_id", "2"),)))
    spec = replace(SPEC, refs=refs, many=True)
    history = spec.after(spec.start(), {refs[0]: None}, after(50))
    history = spec.after(history, {refs[1]: None}, after(0))
    assert spec.next_limit(history, after(60)) == after(600)


def test_what_travels() -> None:
    """Plain JSON of all but the answer; nothing of what is not known."""
    (seen,) = SPEC.after(SPEC.start(), {REF: None}, after(0))
    assert seen.to_json() == {
        "absent_since": "2026-09-01T12:00:00+00:00",
        "unstarted_since": "2026-09-01T12:00:00+00:00",
        "told_at": "2026-09-01T12:00:00+00:00",
    }
    assert NOT_LOOKED_AT.to_json() == {}
    (seen,) = SPEC.after((seen,), {REF: snap(R)}, after(10))
    back = JobHistory.from_json(json.loads(json.dumps(seen.to_json())))
    assert back == replace(seen, answer=NO_LOOK_YET)
    assert JobHistory.from_json(seen.to_json(), snap(R)) == seen


@pytest.mark.parametrize(("later", "kept"), [(300, True), (300.1, False), (-10, True)])
def test_what_was_told_long_ago(later: float, kept: bool) -> None:
    """In another process it says nothing of the time between: the limits begin anew, and what was seen last stays."""
    history = SPEC.after(SPEC.start(), {REF: snap(P)}, START)
    (seen,) = SPEC.after(history, {REF: None}, after(10))
    assert seen.recalled(after(10 + later)) == (seen if kept else JobHistory(None, "pending (the vendor says 'WORD')"))
    assert NOT_LOOKED_AT.recalled(after(9999)) is NOT_LOOKED_AT
    assert seen.recalled(after(1010 + later), due=after(1010)) == seen.recalled(after(10 + later))


def test_a_run_that_may_be_the_one_is_visible() -> None:
    """Time in which it was seen running uses up no grace of a job that is not there."""
    history = RUN.start()
    for at, answer in ((0, None), (10, snap(R, ref=VIDEO)), (1200, snap(R, ref=VIDEO)), (1260, None)):
        history = RUN.after(history, {VIDEO: answer}, after(at))
    assert history[0].absent_since == after(1260)
    history = RUN.after(history, {VIDEO: snap(S, ref=VIDEO)}, after(1300))
    assert history[0].absent_since == after(1260)


@pytest.mark.parametrize("rubbish", [{"mark": 5}, {"absent_since": "yesterday"}, {"told_at": None}, {"more": 1}])
def test_what_cannot_be_read_counts_as_not_known(rubbish: dict[str, Any]) -> None:
    """It costs a limit its past, which only delays."""
    assert JobHistory.from_json(rubbish) == NOT_LOOKED_AT


def test_without_raw() -> None:
    """The record decides nothing; what is no job has none."""
    (seen,) = SPEC.after(SPEC.start(), {REF: snap(R, raw={"a": 1})}, after(0))
    assert seen.without_raw().answer == snap(R)
    assert NOT_LOOKED_AT.without_raw() is NOT_LOOKED_AT
