# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests undocumented records: no wait succeeds wrongly, and only the package's own errors are raised.

Covers ``vendors``, ``core.kind``.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.decision import Done
from airflow_provider_mediajobs.core.errors import MediaJobsError
from airflow_provider_mediajobs.core.http import HttpResponse
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import WaitSpec
from airflow_provider_mediajobs.vendors import kind

from ..kinds import FACTS, Facts
from .reporting import ACCOUNTS, START, look

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 5, 101, 1e300, float("nan"), float("inf"), 2**63, 10**400),
    *("", " ", "0", "-1", "100", "1e400", "NaN", "null", "SUCCEED", "Success", "succeeded", "3", "\x00", "\ud800"),
    *(20261128114500, "20261128114500", 1764330000000, "1764330000000", 99999999999999, "2026-13-45T99:99:99Z"),
    *([], {}, [None], [[]], {"x": 1}, [{"x": None}]),
]
"""For any field: numbers as text and text as numbers, times in milliseconds and of 14 digits, wrong types, nothings."""
VOD, LIVE = "alibaba.vod.transcode", "alibaba.live.editing"
RUNS = frozenset({VOD, "huawei.vod.transcode"})
"""Kinds of which a medium has several records: the newest counts."""


def words(facts: Facts) -> list[Any]:
    """The page's words, in other spellings too, and some that it does not have."""
    known = list(facts.states)
    spelt = [spell(word) for word in known for spell in (str.lower, str.upper, str.title, lambda word: f" {word} ")]
    return [*known, *known, *spelt, "SUCCESSFUL", "Done", "", None, 3, -1, True, ["Success"], {"x": "Success"}]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value within a value is."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield (*path, name)
        yield from paths(child, (*path, name))


@st.composite
def records(draw: st.DrawFn, facts: Facts, whole: Any) -> dict[str, Any]:
    """A record of a success, of which some things are otherwise: its word, whose it is, and anything else."""
    record: dict[str, Any] = copy.deepcopy(dict(whole))
    if facts.word in record and draw(st.booleans()):
        record[facts.word] = draw(st.sampled_from(words(facts)))
    for field in facts.named if draw(st.integers(0, 3)) == 0 else ():
        record[field] = draw(st.sampled_from(["another", None, 77, "", record.get(field)]))
    for _ in range(draw(st.integers(0, 2))):
        *before, last = draw(st.sampled_from(list(paths(record))))
        holder: Any = record
        for name in before:
            holder = holder[name]
        if draw(st.integers(0, 3)) == 0 and isinstance(holder, dict):
            del holder[last]
        else:
            holder[last] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return record


def body(value: Any) -> HttpResponse:
    """JSON, with numbers that are too large rather than words that are none."""
    return HttpResponse(200, {}, json.dumps(value).replace("-Infinity", "-1e400").replace("Infinity", "1e400").encode())


def ids_of(facts: Facts, record: dict[str, Any]) -> dict[str, str]:
    """Those of the job that a wait names, as the record tells them."""
    told = {id_: record.get(field) for field, id_ in facts.named.items() if id_ in facts.requested}
    if facts.name == VOD:  # it is the list of one video
        told = {id_: value or facts.requested[id_] for id_, value in told.items()}
    return {id_: str(value) for id_, value in told.items()}


def says_success(facts: Facts, record: dict[str, Any]) -> bool:
    """Whether its word is one of the page's for that. Live's is a number, which a text may have blanks around."""
    word = str(record.get(facts.word))
    return (word.strip() if facts.name == LIVE else word) in facts.opening


@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_record_opens_a_gate_wrongly(facts: Facts, data: st.DataObject) -> None:
    """One, or several that contradict each other, of our job and of others; also one record twice."""
    several = data.draw(st.lists(records(facts, facts.record), min_size=1, max_size=1 if facts.one else 3))
    several += several[:1] if data.draw(st.booleans()) and not facts.one else []
    sent: Any = several[0] if facts.one else several
    answers = [body({"RequestId": "r", "total": len(several), facts.place[0]: sent})]
    if facts.detail is not None:
        answers.append(body({"RequestId": "r", facts.detail[0]: data.draw(records(facts, facts.detail[1]))}))
    ref = kind(facts.name).ref(facts.requested)

    found = look(ACCOUNTS[facts.vendor], [ref], *answers)[0][ref]

    assert found is None or isinstance(found, JobSnapshot | MediaJobsError)
    if not isinstance(found, JobSnapshot):
        return
    json.dumps(found.to_result(), allow_nan=False).encode()
    assert found.progress is None or 0 <= found.progress <= 100
    for job in found.jobs or (found,):
        assert job.raw_state in kind(facts.name).states or not job.state.ended
    spec = WaitSpec((ref,), kind(facts.name), Policy(), START + timedelta(hours=1), 3600.0)
    decision = decide(spec, spec.after(spec.start(), {ref: found}, START), START)
    assert isinstance(decision, Done) <= (found.state is JobState.SUCCEEDED)
    if not isinstance(decision, Done):
        return
    wanted = {id_: facts.requested[id_] for id_ in ids_of(facts, {})}
    ours = [says_success(facts, record) for record in several if ids_of(facts, record) == wanted]
    assert any(ours), "no record of this job says so"
    assert all(ours) or facts.name in RUNS, "one of its records denies it"
