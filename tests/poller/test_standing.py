# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The table of states of a connection's credentials, every field of it."""

from __future__ import annotations

from itertools import product

import pytest

from airflow_provider_mediajobs.core.errors import AuthError
from airflow_provider_mediajobs.poller.standing import Happened, Standing, State

# answered, refused, read same, read another, known bad, told
TABLE = {
    State.UNTRIED: ("GOOD", "DOUBTED", "UNTRIED", "UNTRIED", "BAD", "UNTRIED"),
    State.GOOD: ("GOOD", "DOUBTED", "GOOD", "UNTRIED", "GOOD", "GOOD"),
    State.DOUBTED: ("GOOD", "DOUBTED", "BAD", "REPLACED", "BAD", "DOUBTED"),
    State.REPLACED: ("GOOD", "BAD", "REPLACED", "REPLACED", "BAD", "REPLACED"),
    State.BAD: ("BAD", "BAD", "BAD", "BAD", "BAD", "UNTRIED"),
}
FIRST = AuthError("first")
PATHS: dict[State, tuple[Happened, ...]] = {
    State.UNTRIED: (),
    State.GOOD: (Happened.ANSWERED,),
    State.DOUBTED: (Happened.REFUSED,),
    State.REPLACED: (Happened.REFUSED, Happened.READ_ANOTHER),
    State.BAD: (Happened.REFUSED, Happened.READ_SAME),
}


def standing(state: State) -> Standing:
    made = Standing()
    for happened in PATHS[state]:
        made.after(happened, FIRST if happened is Happened.REFUSED else None)
    assert made.state is state
    return made


@pytest.mark.parametrize(("state", "happened"), list(product(State, Happened)))
def test_what_follows(state: State, happened: Happened) -> None:
    expected = TABLE[state][list(Happened).index(happened)]

    assert standing(state).after(happened).name == expected


def test_the_error_is_that_of_the_newest_refusal() -> None:
    """It is kept until the waits have been told of it, or an answer proves the key good."""
    replaced, second = standing(State.REPLACED), AuthError("second")
    assert replaced.error == FIRST
    replaced.after(Happened.REFUSED, second)
    assert replaced.error == second
    replaced.after(Happened.TOLD)
    assert replaced.error is None

    doubted = standing(State.DOUBTED)
    doubted.after(Happened.ANSWERED)
    assert doubted.error is None
