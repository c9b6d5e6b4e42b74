# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how given ids become references: one job, several, or an error that says what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.arguments import is_list
from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.job import JobRef, JobState
from airflow_provider_mediajobs.core.kind import JobKind, Quota
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.refs import (
    Refs,
    check_episodes,
    checked_refs,
    listed_refs,
    refs,
    run_start,
    spread,
)
from airflow_provider_mediajobs.vendors import kind as kind_of

CLIPPING = kind_of("huawei.mpc.editing")
TRANSCODE = kind_of("alibaba.vod.transcode")
STUDIO = kind_of("alibaba.live.editing")


def no_look(_account: Any, _refs: Any) -> Any:
    raise AssertionError("nothing is asked here")


# Two required ids, as none of the five kinds has.
PAIR = JobKind(
    "v.p.j", "title", "page", ("a", "b"), {"OK": JobState.SUCCEEDED}, Quota("q", 1, 1, "s"), no_look, optional=("c",)
)


def clip(job_id: str) -> JobRef:
    return JobRef("huawei.mpc.editing", (("job_id", job_id),))


def message_of(kind: JobKind, ids: Any) -> str:
    with pytest.raises(ParameterError) as caught:
        refs(kind, ids)
    return str(caught.value)


@pytest.mark.parametrize("ids", [{"job_id": "1"}, MappingProxyType({"job_id": "1"})])
def test_one_job(ids: Mapping[str, Any]) -> None:
    """Ids by name."""
    assert refs(CLIPPING, ids) == Refs((clip("1"),), many=False)


@pytest.mark.parametrize(
    "ids",
    [
        {"job_id": ["1", "2"]},
        {"job_id": ("1", "2")},
        ["1", "2"],
        ("1", "2"),
        [{"job_id": "1"}, {"job_id": "2"}],
        ["1", MappingProxyType({"job_id": "2"})],
        ["1", "2", "1", {"job_id": "2"}],
        {"job_id": ["1", "1", "2", "1"]},
    ],
)
def test_several_jobs(ids: Any) -> None:
    """One id a list, a list of ids, a list of ids by name: each job once, in the order given."""
    assert refs(CLIPPING, ids) == Refs((clip("1"), clip("2")), many=True)


@pytest.mark.parametrize("ids", [["1"], {"job_id": ["1"]}, [{"job_id": "1"}], ["1", "1"]])
def test_a_list_of_one(ids: Any) -> None:
    """It stays a list: the result must not change its form with the number of jobs."""
    assert refs(CLIPPING, ids) == Refs((clip("1"),), many=True)


def test_a_list_beside_other_ids() -> None:
    """They are those of each."""
    assert refs(PAIR, {"b": ["1", "2"], "a": "x", "c": "z"}) == Refs(
        (
            JobRef("v.p.j", (("a", "x"), ("b", "1"), ("c", "z"))),
            JobRef("v.p.j", (("a", "x"), ("b", "2"), ("c", "z"))),
        ),
        many=True,
    )


def test_lists_of_one_length_are_pairs() -> None:
    """Of two or of three, in the order given; a pair that is there twice counts once."""
    assert [str(ref) for ref in refs(PAIR, {"a": ["1", "2", "1"], "b": ("x", "y", "x"), "c": "z"}).refs] == [
        "v.p.j a=1 b=x c=z",
        "v.p.j a=2 b=y c=z",
    ]
    assert [str(ref) for ref in refs(PAIR, {"a": ["1", "2"], "b": ["x", "y"], "c": ["z", "z"]}).refs] == [
        "v.p.j a=1 b=x c=z",
        "v.p.j a=2 b=y c=z",
    ]


def test_an_optional_id_may_be_the_list() -> None:
    """Episodes of one studio, or a video's tasks."""
    assert [str(ref) for ref in refs(STUDIO, {"caster_id": "c", "show_id": ["a", "b"]}).refs] == [
        "alibaba.live.editing caster_id=c show_id=a",
        "alibaba.live.editing caster_id=c show_id=b",
    ]


def test_a_studio_is_one_reference() -> None:
    """To all its episodes."""
    assert refs(STUDIO, {"caster_id": "c"}) == Refs((JobRef("alibaba.live.editing", (("caster_id", "c"),)),), False)


MPC = "huawei.mpc.editing: "
NO_IDS = MPC + "ids must be the ids by name, or a list, not "
PAIR_IDS = "v.p.j: ids must be the ids by name, or a list, not "
EXAMPLE = "; for example {'job_id': '…'}"
EMPTY = MPC + "the list of ids is empty, and a gate over no job would prove nothing; soft_fail=True skips"
WHOLE = "alibaba.live.editing caster_id=c means all its jobs and cannot be part of a list: give show_id as well"


@pytest.mark.parametrize(
    ("kind", "ids", "message"),
    [
        (CLIPPING, None, NO_IDS + "None" + EXAMPLE),
        (CLIPPING, "1", NO_IDS + "'1'" + EXAMPLE),
        (CLIPPING, b"1", NO_IDS + "b'1'" + EXAMPLE),
        (CLIPPING, 1, NO_IDS + "1" + EXAMPLE),
        (CLIPPING, {"1"}, NO_IDS + "{'1'}" + EXAMPLE),
        (CLIPPING, [], EMPTY),
        (CLIPPING, (), EMPTY),
        (CLIPPING, {"job_id": []}, EMPTY),
        (CLIPPING, {}, MPC + "job_id is missing (required: job_id)"),
        (CLIPPING, {"id": "1"}, MPC + "job_id is missing (required: job_id)"),
        (CLIPPING, {"job_id": "1", 2: "3"}, MPC + "there is no id 2 (required: job_id)"),
        (CLIPPING, {"job_id": None}, MPC + "job_id is None: the template or XCom behind it gave nothing"),
        (
            CLIPPING,
            {"job_id": ["1", None]},
            MPC + "job_id is None: the template or XCom behind it gave nothing (at place 1 of the list)",
        ),
        (
            CLIPPING,
            ["1", "2", 3],
            MPC + "job_id must be one id as text, not int (3); for a number write it in quotes "
            "(at place 2 of the list)",
        ),
        (
            CLIPPING,
            [["1"]],
            MPC + "job_id must be one id as text, not a list (['1']); for a number write it in quotes "
            "(at place 0 of the list)",
        ),
        (
            CLIPPING,
            [{"job_id": ["1", "2"]}],
            MPC + "job_id must be one id as text, not a list (['1', '2']); for a number write it in quotes "
            "(at place 0 of the list)",
        ),
        (CLIPPING, ["1", ""], MPC + "job_id is empty; give the vendor's id (at place 1 of the list)"),
        (CLIPPING, ["1", {}], MPC + "job_id is missing (required: job_id) (at place 1 of the list)"),
        (
            PAIR,
            {"a": ["1", "2"], "b": ["2"]},
            (
                "v.p.j: a and b are lists of different lengths (a 2 and b 1), so that nothing says what "
                "belongs together: give MediaJobSensor ids=[{'a': …, 'b': …}, …]"
            ),
        ),
        (
            PAIR,
            {"b": [], "c": ("1",), "a": "1"},
            (
                "v.p.j: b and c are lists of different lengths (b 0 and c 1), so that nothing says what "
                "belongs together: give MediaJobSensor ids=[{'b': …, 'c': …}, …]"
            ),
        ),
        (
            PAIR,
            {1: ["1"], None: ["2"]},
            "v.p.j: a is missing (required: a, b; optional: c) (at place 0 of the list)",
        ),
        (
            PAIR,
            [{"a": "1", "b": "2"}, "3"],
            PAIR_IDS + "'3'; for example {'a': '…', 'b': '…'} (at place 1 of the list)",
        ),
        (PAIR, 5, PAIR_IDS + "5; for example {'a': '…', 'b': '…'}"),
        (STUDIO, ["c"], WHOLE),
        (STUDIO, [{"caster_id": "b", "show_id": "a"}, {"caster_id": "c"}], WHOLE),
        (
            STUDIO,
            {"caster_id": ["c"], "file_name": "f"},
            "alibaba.live.editing: file_name goes with show_id: give both, or leave it out (at place 0 of the list)",
        ),
    ],
)
def test_what_is_wrong(kind: JobKind, ids: Any, message: str) -> None:
    """The whole message, with the place of the wrong one in a list."""
    assert message_of(kind, ids) == message


@pytest.mark.parametrize(
    ("ids", "several"),
    [
        ({"job_id": "1"}, None),
        (["1", {"job_id": "2"}], [{"job_id": "1"}, {"job_id": "2"}]),
        ({"job_id": ["1", 2]}, [{"job_id": "1"}, {"job_id": 2}]),
        ([], []),
    ],
)
def test_spread(ids: Any, several: list[Any] | None) -> None:
    """The ids of each, unchecked; nothing where they are those of one."""
    assert spread(CLIPPING, ids) == several


JSON = st.recursive(
    st.sampled_from([None, True, 5, 1.5, "None", "1", "2", " 1", ""])
    | st.integers()
    | st.floats()
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["job_id", "video_id", "caster_id", "show_id", "a", "b", "x"]), inner)
    ),
    max_leaves=6,
)


def refs_or_message(kind: JobKind, ids: Any) -> Refs | str:
    try:
        return refs(kind, ids)
    except ParameterError as error:
        return str(error)


@given(st.sampled_from([CLIPPING, TRANSCODE, STUDIO, PAIR]), JSON)
def test_references_or_a_message(kind: JobKind, ids: Any) -> None:
    """Whatever an XCom brings: distinct references of the kind that it would take again, or an error with its name."""
    found = refs_or_message(kind, ids)
    if isinstance(found, str):
        assert kind.name in found
        return
    assert found.refs
    assert len(set(found.refs)) == len(found.refs)
    assert found.many == (is_list(ids) or any(is_list(value) for value in ids.values()))
    given_again = [dict(ref.ids) for ref in found.refs]
    assert refs(kind, given_again if found.many else given_again[0]) == found


# --- what the policy says of their number -----------------------------------------------------------------------

NO_EPISODES = (
    "alibaba.live.editing: without show_id the wait is for the whole studio, which would open before an episode is "
    "listed; give episodes=n, how many must be there (1 or more), not "
)


@pytest.mark.parametrize("episodes", [None, 0, -1, True, 1.0, "2", [1]])
def test_a_studio_without_a_number_of_episodes(episodes: Any) -> None:
    """The list may be shorter than the author thinks."""
    with pytest.raises(ParameterError) as caught:
        checked_refs(STUDIO, Policy(episodes=episodes), {"caster_id": "c"})
    assert str(caught.value) == NO_EPISODES + repr(episodes)


@pytest.mark.parametrize("episodes", [0, 1, "2"])
@pytest.mark.parametrize("show_id", ["a", ["a", "b"]])
def test_episodes_of_what_is_no_studio(episodes: Any, show_id: Any) -> None:
    """They are counted already."""
    with pytest.raises(ParameterError) as caught:
        checked_refs(STUDIO, Policy(episodes=episodes), {"caster_id": "c", "show_id": show_id})
    assert str(caught.value) == (
        "alibaba.live.editing: episodes goes only with a studio as a whole: leave out episodes or show_id, "
        "or give episodes=None where default_args give a number"
    )


def test_check_episodes_alone() -> None:
    """What may be left out, and what may be given."""
    check_episodes(STUDIO, Policy(), several=False)
    check_episodes(STUDIO, Policy(episodes=1), several=True)


@pytest.mark.parametrize(
    ("kind", "policy", "ids"),
    [
        (CLIPPING, Policy(), {"job_id": "1"}),
        (CLIPPING, Policy(wait_for=1), {"job_id": "1"}),
        (CLIPPING, Policy(wait_for=2), ["1", "2"]),
        (STUDIO, Policy(episodes=2), {"caster_id": "c"}),
        (STUDIO, Policy(episodes=2, wait_for=2), {"caster_id": "c"}),
        (STUDIO, Policy(wait_for="any"), {"caster_id": "c", "show_id": ["a", "b"]}),
    ],
)
def test_a_number_that_can_be_reached(kind: JobKind, policy: Policy, ids: Any) -> None:
    """The same references as without a policy."""
    assert checked_refs(kind, policy, ids) == refs(kind, ids)


@pytest.mark.parametrize(
    ("kind", "policy", "ids", "message"),
    [
        (CLIPPING, Policy(wait_for=2), {"job_id": "1"}, "wait_for=2 of 1 job: so many can never succeed"),
        (CLIPPING, Policy(wait_for=2), ["1", "1"], "wait_for=2 of 1 job: so many can never succeed"),
        (CLIPPING, Policy(wait_for=3), ["1", "2"], "wait_for=3 of 2 jobs: so many can never succeed"),
        (
            STUDIO,
            Policy(episodes=2, wait_for=3),
            {"caster_id": "c"},
            "wait_for=3 of 2 jobs: so many can never succeed",
        ),
    ],
)
def test_a_number_that_cannot_be_reached(kind: JobKind, policy: Policy, ids: Any, message: str) -> None:
    """Counted are distinct jobs, and of a studio the episodes that must be there."""
    with pytest.raises(ParameterError) as caught:
        checked_refs(kind, policy, ids)
    assert str(caught.value) == message


# --- from when on -----------------------------------------------------------------------------------------------

NEWEST = TRANSCODE.ref({"video_id": "v"})
NAMED = TRANSCODE.ref({"video_id": "v", "transcode_task_id": "t"})


@pytest.mark.parametrize(
    ("kind", "requested", "created_after", "start"),
    [
        (TRANSCODE, [NEWEST], "2026-09-01T18:50:20Z", datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)),
        (TRANSCODE, [NAMED, NEWEST], "2026-09-01T18:50:20Z", datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)),
        (TRANSCODE, [NEWEST], None, None),
        (TRANSCODE, [NEWEST], "any", None),
        (TRANSCODE, [NAMED], "2026-09-01T18:50:20Z", None),
        (TRANSCODE, [NAMED], "yesterday", None),
        (CLIPPING, [clip("1")], "2026-09-01T18:50:20Z", None),
    ],
)
def test_from_when_on(kind: JobKind, requested: list[JobRef], created_after: Any, start: datetime | None) -> None:
    """A time, for runs that no id names."""
    assert run_start(kind, requested, created_after) == start


def test_from_when_on_of_no_time() -> None:
    """It must not come to mean any run."""
    with pytest.raises(ParameterError) as caught:
        run_start(TRANSCODE, [NEWEST], "None")
    assert str(caught.value) == "created_after is None: the template or XCom behind it gave nothing"


def test_an_endless_iterable_of_references_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """After as many as there may be: what a hook is given may be a generator."""
    monkeypatch.setattr("airflow_provider_mediajobs.core.refs.MOST_JOBS", 3)
    with pytest.raises(ParameterError, match="refs must be at most 3 jobs"):
        listed_refs(kind_of("huawei.mpc.editing"), ({"job_id": str(number)} for number in count()))
