# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the checks of a wait's policy, and of arguments that do not go together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.policy import (
    ON_LIMIT,
    ON_PARTIAL,
    UNTIL,
    WHERE,
    Policy,
    check,
    check_count,
    one_of,
)
from airflow_provider_mediajobs.vendors import kind as kind_of

TRANSCODE = kind_of("alibaba.vod.transcode")
CLIPPING = kind_of("huawei.mpc.editing")


def test_nothing_chosen() -> None:
    """Full success of every job, ten minutes for it to appear, no other limit."""
    assert Policy()._asdict() == {
        "on_partial": "fail",
        "required_definitions": (),
        "wait_for": "all",
        "fail_fast": True,
        "until": "succeeded",
        "not_found_grace": 600.0,
        "queue_timeout": None,
        "stall_timeout": None,
        "episodes": None,
    }


def test_the_words() -> None:
    """Those that may be given, the default first."""
    assert ON_PARTIAL == ("fail", "accept", "skip")
    assert UNTIL == ("succeeded", "finished", "running")
    assert ON_LIMIT == ("fail", "cancel_then_fail")
    assert WHERE == ("conn_id", "region", "project_id")


def test_one_of() -> None:
    """The value itself, or all that it may be."""
    assert [one_of("on_partial", value, ON_PARTIAL) for value in ("fail", "accept", "skip")] == [
        "fail",
        "accept",
        "skip",
    ]
    with pytest.raises(ParameterError) as caught:
        one_of("on_partial", "Accept", ON_PARTIAL)
    assert str(caught.value) == "on_partial must be one of fail, accept, skip, not 'Accept'"


@pytest.mark.parametrize(
    ("until", "states"),
    [
        ("succeeded", []),
        ("finished", ["succeeded", "partial", "failed", "cancelled"]),
        ("running", ["running", "succeeded", "partial"]),
    ],
)
def test_states_that_open_by_themselves(until: str, states: list[str]) -> None:
    """Success has conditions of its own; a word that is in no table opens nothing."""
    assert [str(state) for state in JobState if Policy(until=until).opens(state)] == states


@pytest.mark.parametrize(
    ("wait_for", "jobs", "needed"), [("all", 3, 3), ("all", 1, 1), ("any", 3, 1), ("any", 1, 1), (2, 3, 2), (5, 3, 5)]
)
def test_how_many_are_needed(wait_for: str | int, jobs: int, needed: int) -> None:
    """All of them, one, or the number."""
    assert Policy(wait_for=wait_for).needed(jobs) == needed


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(on_partial="accept"),
        Policy(on_partial="skip", wait_for="any", fail_fast=False),
        Policy(required_definitions=("HD", "t1"), on_partial="skip"),
        Policy(required_definitions=("HD",), wait_for=1),
        Policy(until="finished", wait_for=5, episodes=5),
        Policy(until="running", queue_timeout=60.0, stall_timeout=0.0, not_found_grace=0.0),
    ],
)
def test_what_goes_together(policy: Policy) -> None:
    """It comes back as it is."""
    assert check(policy, TRANSCODE) is policy


def test_nothing_chosen_goes_with_every_kind() -> None:
    """With one whose vendor tells no renditions, too."""
    assert check(Policy(), CLIPPING) == Policy()


NO_NUMBER = "wait_for must be 'all', 'any', or how many jobs (1 or more), not "
NO_NAMES = "required_definitions must be names of definitions or template ids, not "


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"on_partial": "Accept"}, "on_partial must be one of fail, accept, skip, not 'Accept'"),
        ({"on_partial": None}, "on_partial must be one of fail, accept, skip, not None"),
        ({"on_partial": ["fail"]}, "on_partial must be one of fail, accept, skip, not ['fail']"),
        ({"until": "started"}, "until must be one of succeeded, finished, running, not 'started'"),
        ({"until": {}}, "until must be one of succeeded, finished, running, not {}"),
        ({"wait_for": "some"}, NO_NUMBER + "'some'"),
        ({"wait_for": "2"}, NO_NUMBER + "'2'"),
        ({"wait_for": 0}, NO_NUMBER + "0"),
        ({"wait_for": -1}, NO_NUMBER + "-1"),
        ({"wait_for": 1.0}, NO_NUMBER + "1.0"),
        ({"wait_for": True}, NO_NUMBER + "True"),
        ({"wait_for": None}, NO_NUMBER + "None"),
        ({"wait_for": ["any"]}, NO_NUMBER + "['any']"),
        ({"fail_fast": "yes"}, "fail_fast must be True or False, not 'yes'"),
        ({"fail_fast": None}, "fail_fast must be True or False, not None"),
        ({"fail_fast": 1}, "fail_fast must be True or False, not 1"),
        ({"required_definitions": ("HD", 5)}, NO_NAMES + "('HD', 5)"),
        ({"required_definitions": ("",)}, NO_NAMES + "('',)"),
        ({"required_definitions": (" ", "HD")}, NO_NAMES + "(' ', 'HD')"),
        (
            {"required_definitions": ("HD",), "on_partial": "accept"},
            "on_partial='accept' accepts any renditions: leave out it or required_definitions",
        ),
        (
            {"required_definitions": ("HD",), "until": "finished"},
            "required_definitions does not go with until='finished', which asks for no success; leave out one",
        ),
        (
            {"required_definitions": ("HD",), "on_partial": "skip", "until": "running"},
            "required_definitions does not go with until='running', which asks for no success; leave out one",
        ),
        (
            {"on_partial": "skip", "until": "running"},
            "on_partial does not go with until='running', which asks for no success; leave out one",
        ),
        (
            {"on_partial": "accept", "until": "finished"},
            "on_partial does not go with until='finished', which asks for no success; leave out one",
        ),
    ],
)
def test_what_is_refused(chosen: dict[str, Any], message: str) -> None:
    """The message names the argument and says what may be given."""
    with pytest.raises(ParameterError) as caught:
        check(Policy(**chosen), TRANSCODE)
    assert str(caught.value) == message


def test_renditions_of_a_kind_without() -> None:
    """Requiring some would keep the gate shut for ever."""
    with pytest.raises(ParameterError) as caught:
        check(Policy(required_definitions=("HD",)), CLIPPING)
    assert str(caught.value) == (
        "huawei.mpc.editing: required_definitions: the vendor tells no renditions of this kind of job; leave it out, "
        "or give () where default_args give others"
    )


@pytest.mark.parametrize(
    ("wait_for", "jobs", "message"),
    [
        (3, 2, "wait_for=3 of 2 jobs: so many can never succeed"),
        (2, 1, "wait_for=2 of 1 job: so many can never succeed"),
    ],
)
def test_more_than_there_are(wait_for: int, jobs: int, message: str) -> None:
    """No gate that can never open."""
    with pytest.raises(ParameterError) as caught:
        check_count(Policy(wait_for=wait_for), jobs)
    assert str(caught.value) == message


@pytest.mark.parametrize(("wait_for", "jobs"), [("all", 1), ("all", 500), ("any", 1), (1, 1), (2, 2), (2, 3)])
def test_as_many_as_there_are(wait_for: str | int, jobs: int) -> None:
    """Up to all of them."""
    check_count(Policy(wait_for=wait_for), jobs)


# --- the way to the triggerer -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "chosen"),
    [
        (Policy(), {}),
        (Policy("fail", (), "all", True, "succeeded", 600, None, None, None), {}),
        (Policy(on_partial="skip"), {"on_partial": "skip"}),
        (Policy(required_definitions=("HD", "t1")), {"required_definitions": ["HD", "t1"]}),
        (Policy(wait_for=2, fail_fast=False), {"wait_for": 2, "fail_fast": False}),
        (
            Policy(not_found_grace=0.0, queue_timeout=0.0, stall_timeout=1.5, until="running", episodes=3),
            {"until": "running", "not_found_grace": 0.0, "queue_timeout": 0.0, "stall_timeout": 1.5, "episodes": 3},
        ),
    ],
)
def test_only_what_was_chosen_is_kept(policy: Policy, chosen: dict[str, Any]) -> None:
    """Defaults are left out, and the rest is plain JSON."""
    assert policy.to_json() == chosen
    assert json.loads(json.dumps(policy.to_json())) == chosen
    assert Policy.from_json(chosen) == policy


def test_the_same_choices_are_one_object() -> None:
    """In whatever order they are kept: ten thousand waits need not keep ten thousand policies."""
    one = Policy.from_json({"wait_for": "any", "required_definitions": ["HD"]})
    assert Policy.from_json({"required_definitions": ["HD"], "wait_for": "any"}) is one
    assert Policy.from_json({"required_definitions": ["LD"], "wait_for": "any"}) is not one
    assert Policy.from_json({}) is Policy.from_json({})


def test_a_choice_that_does_not_exist() -> None:
    """It is no policy of ours."""
    with pytest.raises(TypeError):
        Policy.from_json({"patience": 5})


SECONDS = st.floats(0, 1e9)
POLICIES = st.builds(
    Policy,
    on_partial=st.sampled_from(ON_PARTIAL),
    required_definitions=st.lists(st.text(max_size=4), max_size=3).map(tuple),
    wait_for=st.sampled_from(["all", "any"]) | st.integers(1, 500),
    fail_fast=st.booleans(),
    until=st.sampled_from(UNTIL),
    not_found_grace=SECONDS,
    queue_timeout=st.none() | SECONDS,
    stall_timeout=st.none() | SECONDS,
    episodes=st.none() | st.integers(1, 500),
)


@given(POLICIES)
def test_any_policy_comes_back(policy: Policy) -> None:
    """As JSON, as it is stored."""
    back = Policy.from_json(json.loads(json.dumps(policy.to_json())))
    assert back == policy
    assert isinstance(back.required_definitions, tuple)
