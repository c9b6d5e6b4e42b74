# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests a kind's checks of ids, and how references are grouped into calls.

Covers ``core.exchange``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.exchange import single
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.job import JobRef, JobState, least
from airflow_provider_mediajobs.core.kind import JobKind, Permission, Probe, Quota
from airflow_provider_mediajobs.core.output import Rendition
from airflow_provider_mediajobs.core.submit import Submit
from airflow_provider_mediajobs.vendors import KINDS, VENDORS


def no_look(_account: Any, _refs: Any) -> Any:
    raise AssertionError("nothing is asked here")


def make(**more: Any) -> JobKind:
    states = more.pop("states", {"OK": JobState.SUCCEEDED})
    return JobKind("v.p.j", "title", "page", ("a", "b"), states, Quota("q", 1, 1, "s"), no_look, **more)


PLAIN = make()
BARE = JobKind("v.p.j", "title", "page", ("a",), {}, Quota("q", 1, 1, "s"), no_look)
RICH = make(optional=("c", "d"), group_by=("a", "c"), batch_size=3, collection_id="c")


S, A, R, F = JobState.SUCCEEDED, JobState.PARTIAL, JobState.RUNNING, JobState.FAILED
ATTEMPTED = make(lowered={(S, F): A, (S, R): R, (A, R): R})


def made(*states: JobState) -> list[Rendition]:
    return [Rendition("HD", None, None, str(state), "word") for state in states]


@pytest.mark.parametrize(
    ("renditions", "state"),
    [
        (None, S),
        ([], S),
        (made(S, S), S),
        (made(S, F), A),
        (made(F, F), A),
        (made(S, R), R),
        (made(F, R), R),
        (made(R, F), R),
        (made(JobState.UNKNOWN), S),
        (made(JobState.PENDING), S),
    ],
)
def test_renditions_lower_what_a_word_says(renditions: list[Rendition] | None, state: JobState) -> None:
    """As the kind declares; of several that contradict it the one that promises least holds."""
    assert ATTEMPTED.state_of("OK", renditions) is state
    assert PLAIN.state_of("OK", renditions) is S
    assert ATTEMPTED.state_of("ok", renditions) is JobState.UNKNOWN


def test_nothing_raises_a_state() -> None:
    """A declaration that would is an error at import."""
    with pytest.raises(ValueError, match=r"^v\.p\.j: a rendition lowers partial to less, not to succeeded$"):
        make(lowered={(A, S): S})
    partial = JobKind(**vars(ATTEMPTED) | {"states": {"Some": A, "None": F}})
    assert partial.state_of("Some", made(S, S)) is A
    assert partial.state_of("None", made(S, S)) is F


ENDED = make(states={"Done": R, "OK": S}, told_by_renditions=frozenset({"Done"}), lowered={(S, F): A, (S, R): R})


@pytest.mark.parametrize(
    ("renditions", "told_later", "state"),
    [
        (None, False, R),
        ([], False, R),
        (made(S, S), False, S),
        (made(S, F), False, A),
        (made(A), False, A),
        (made(S, JobState.CANCELLED), False, A),
        (made(F, F), False, F),
        (made(F, JobState.CANCELLED), False, F),
        (made(JobState.CANCELLED), False, JobState.CANCELLED),
        (made(S, R), False, R),
        (made(S, JobState.PENDING), False, R),
        (made(S, JobState.UNKNOWN), False, R),
        (made(S, S), True, R),
        (made(F), True, R),
    ],
)
def test_renditions_say_how_a_job_has_ended(
    renditions: list[Rendition] | None, told_later: bool, state: JobState
) -> None:
    """Where the word does not: once all are told and have ended. An incomplete list raises nothing."""
    assert ENDED.state_of("Done", renditions, told_later=told_later) is state
    told_of = None if renditions is None else tuple(renditions)
    told = ENDED.snapshot({"a": "1"}, "Done", told_of, told_later=told_later, progress=7)
    assert (told.kind, told.state, told.raw_state, told.progress) == ("v.p.j", state, "Done", 7)
    assert (told.renditions, told.told_later) == (told_of, told_later)
    assert ENDED.may_come_to("Done", state)
    assert ENDED.says_made("Done")
    assert ENDED.state("Done") is R


@pytest.mark.parametrize(
    ("word", "renditions", "ended"),
    [("OK", None, True), ("OK", made(F), True), ("OK", made(R), False), ("Done", made(F), True), ("Odd", None, False)],
)
def test_only_an_end_has_a_time(word: str, renditions: list[Rendition] | None, ended: bool) -> None:
    """Whatever the record holds: its renditions may say that the job goes on."""
    noon = datetime(2026, 9, 1, 12, tzinfo=UTC)
    told = ENDED.snapshot({"a": "1"}, word, None if renditions is None else tuple(renditions), finished_at=noon)
    assert told.finished_at == (noon if ended else None)


def test_what_a_record_may_come_to() -> None:
    """As its word says, or less; any end, where the renditions say how it has ended."""
    assert [state for state in JobState if not ENDED.may_come_to("OK", state)] == []
    assert [state for state in JobState if not ENDED.may_come_to("ok", state)] == [
        state for state in JobState if state is not JobState.UNKNOWN
    ]
    assert [state for state in JobState if not PLAIN.may_come_to("Done", state)] == [
        state for state in JobState if state is not JobState.UNKNOWN
    ]
    assert [state for state in JobState if not ENDED.may_come_to("Done", state)] == []
    assert [ENDED.says_made(word) for word in ("OK", "Done", "done")] == [True, True, False]


def test_a_word_that_only_renditions_decide_is_no_end() -> None:
    """By itself it would open a gate."""
    with pytest.raises(ValueError, match=r"^v\.p\.j: Done, OK cannot be an end that only the renditions tell of$"):
        make(states={"Done": S, "OK": F, "More": R}, told_by_renditions=frozenset({"OK", "Done", "More"}))


def test_a_permission_that_nothing_tries() -> None:
    """It is an error at import: the doctor would call it allowed without having asked."""
    named: Any = "vod:Get"
    empty: Any = Permission("vod:Get", None)  # type: ignore[arg-type]
    for permission in (named, empty):
        with pytest.raises(TypeError, match=r"^v\.p\.j: the permission .*vod:Get.* has no exchange that tries it$"):
            make(permissions=(permission,))
        with pytest.raises(TypeError, match="has no exchange that tries it"):
            make(probe=Probe(no_look, 10, (permission,)))
    with pytest.raises(TypeError, match="each of its fields once: action, attempt"):
        Permission("vod:Get")  # type: ignore[call-arg]


def test_which_run_the_ids_name() -> None:
    """All of a kind without runs; of one that tells runs apart those with the run's id; none of a medium's newest."""
    runs, newest = make(optional=("run",), run_id="run"), make(newest_run=True)
    assert PLAIN.names_run({})
    assert [runs.names_run(ids) for ids in ({}, {"run": "1"})] == [False, True]
    assert [newest.names_run(ids) for ids in ({}, {"a": "1"})] == [False, False]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_declared_lowers(kind: JobKind) -> None:
    """Never to a state that promises as much, and only where renditions have words."""
    assert bool(kind.lowered or kind.told_by_renditions) == bool(kind.renditions)
    for (said, rendition), state in kind.lowered.items():
        assert least([said, state]) is state
        assert state is not said
        assert rendition in kind.renditions.values()


def test_a_reference_has_the_kinds_order() -> None:
    """However the ids were given; those not given are absent."""
    assert RICH.ref({"d": "4", "b": "2", "a": "1"}) == JobRef("v.p.j", (("a", "1"), ("b", "2"), ("d", "4")))


@pytest.mark.parametrize(
    ("kind", "ids", "message"),
    [
        (PLAIN, {}, "v.p.j: a is missing (required: a, b)"),
        (PLAIN, {"a": "1"}, "v.p.j: b is missing (required: a, b)"),
        (PLAIN, {"a": "1", "b": "2", "z": "3"}, "v.p.j: there is no id 'z' (required: a, b)"),
        (RICH, {"a": "1"}, "v.p.j: b is missing (required: a, b; optional: c, d)"),
        (RICH, {"a": "1", "b": "2", "job": "3"}, "v.p.j: there is no id 'job' (required: a, b; optional: c, d)"),
        (RICH, {"a": "1", "b": None}, "v.p.j: b is None: the template or XCom behind it gave nothing"),
        (RICH, {"a": "1", "b": "2", "c": ""}, "v.p.j: c is empty; give the vendor's id"),
    ],
)
def test_a_wrong_reference(kind: JobKind, ids: dict[str, Any], message: str) -> None:
    """A missing, unknown or unusable id is named, with the valid ones."""
    with pytest.raises(ParameterError) as caught:
        kind.ref(ids)
    assert str(caught.value) == message


def test_the_kinds_own_check_sees_checked_ids() -> None:
    """It runs last, with text only."""
    seen: list[Any] = []
    make(check=seen.append).ref({"a": "1", "b": "2"})
    assert seen == [{"a": "1", "b": "2"}]
    with pytest.raises(ParameterError):
        make(check=seen.append).ref({"a": "1", "b": 2})
    assert len(seen) == 1


def test_state() -> None:
    """The exact word, or unknown."""
    assert [PLAIN.state(word) for word in ("OK", "ok", "OK ", "")] == [JobState.SUCCEEDED] + [JobState.UNKNOWN] * 3


def test_what_a_kind_need_not_declare() -> None:
    """One reference a call, one job a reference, no renditions, and nothing that the vendor may lack."""
    names = ("console", "actions", "optional", "group_by", "batch_size", "probe_size")
    assert [getattr(BARE, name) for name in names] == ["", (), (), (), 1, 1]
    absent = ("collection_id", "run_id", "cancel", "check", "probe", "read_page")
    assert [getattr(BARE, name) for name in absent] == [None] * 6
    assert dict(BARE.renditions) == {}


def test_the_connection_of_each_vendor() -> None:
    """Where an author names none: the vendor's Airflow connection type, by Airflow's habit."""
    assert [vendor.default_conn_id for vendor in VENDORS] == ["alibaba_mediajobs_default", "huawei_mediajobs_default"]


def test_means_several() -> None:
    """Only where the id of one of the collection is left out."""
    assert RICH.means_several({"a": "1", "b": "2"})
    assert not RICH.means_several({"a": "1", "b": "2", "c": "3"})
    assert not PLAIN.means_several({"a": "1", "b": "2"})


def test_batches_by_size_and_group() -> None:
    """Once each, in order, nothing together that one call cannot carry."""
    refs = [RICH.ref({"a": a, "b": str(n)}) for a in ("x", "y") for n in range(4)]
    extra = RICH.ref({"a": "x", "b": "0", "c": "1"})
    batches = [
        [f"{ref['a']}{ref['b']}{ref.get('c') or ''}" for ref in batch] for batch in RICH.batches([*refs, extra, *refs])
    ]
    assert batches == [["x0", "x1", "x2"], ["x3"], ["y0", "y1", "y2"], ["y3"], ["x01"]]


IDS = st.fixed_dictionaries(
    {"a": st.sampled_from("xy"), "b": st.sampled_from("1234")}, optional={"c": st.sampled_from("12")}
)


@given(st.lists(IDS, max_size=30), st.integers(1, 5))
def test_a_plan_of_batches(ids: list[dict[str, str]], size: int) -> None:
    """Each reference exactly once, no batch too large or mixed, and as few as possible."""
    kind = make(optional=("c",), group_by=("a", "c"), batch_size=size)
    refs = [kind.ref(given) for given in ids]
    plan = list(kind.batches(refs))
    assert sorted(map(str, (ref for batch in plan for ref in batch))) == sorted(map(str, set(refs)))
    groups: dict[tuple[str | None, ...], int] = {}
    for batch in plan:
        assert 1 <= len(batch) <= size
        (group,) = {(ref["a"], ref.get("c")) for ref in batch}
        groups[group] = groups.get(group, 0) + len(batch)
    assert len(plan) == sum(-(-count // size) for count in groups.values())


@pytest.mark.parametrize(("body", "value"), [(b'{"a": 1}', {"a": 1}), (b"", {})])
def test_single(body: bytes, value: dict[str, Any]) -> None:
    """One request, the JSON of its answer; no body (204) is an empty object."""
    request = HttpRequest("DELETE", "https://h")
    exchange = single(request)
    assert next(exchange) == replace(request, foreign=True)
    with pytest.raises(StopIteration) as done:
        exchange.send(HttpResponse(204, {}, body))
    assert done.value.value == value


def test_a_kind_that_is_submitted_and_not_found_again_has_no_call_for_that() -> None:
    def never(*_: Any) -> Any:
        raise NotImplementedError

    submit = Submit("Make", "page", (), {}, never, never, quota=Quota("made", 2, 1, "s"))
    assert {call: quota.name for call, quota in make(submit=submit).calls.items()} == {"query": "q", "create": "made"}
