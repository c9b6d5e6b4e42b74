# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the table of states of a connection's credentials, row by row."""

from __future__ import annotations

from itertools import product

import pytest

from airflow_provider_mediajobs.core.errors import AuthError
from airflow_provider_mediajobs.poller.standing import CredentialEvent, CredentialStanding, CredentialState

# answered, refused, read same, read another, known bad, told
TABLE = {
    CredentialState.UNTRIED: ("GOOD", "DOUBTED", "UNTRIED", "UNTRIED", "BAD", "UNTRIED"),
    CredentialState.GOOD: ("GOOD", "DOUBTED", "GOOD", "UNTRIED", "GOOD", "GOOD"),
    CredentialState.DOUBTED: ("GOOD", "DOUBTED", "BAD", "REPLACED", "BAD", "DOUBTED"),
    CredentialState.REPLACED: ("GOOD", "BAD", "REPLACED", "REPLACED", "BAD", "REPLACED"),
    CredentialState.BAD: ("BAD", "BAD", "BAD", "BAD", "BAD", "UNTRIED"),
}
FIRST = AuthError("first")
PATHS: dict[CredentialState, tuple[CredentialEvent, ...]] = {
    CredentialState.UNTRIED: (),
    CredentialState.GOOD: (CredentialEvent.ANSWERED,),
    CredentialState.DOUBTED: (CredentialEvent.REFUSED,),
    CredentialState.REPLACED: (CredentialEvent.REFUSED, CredentialEvent.READ_ANOTHER),
    CredentialState.BAD: (CredentialEvent.REFUSED, CredentialEvent.READ_SAME),
}


def standing(state: CredentialState) -> CredentialStanding:
    made = CredentialStanding()
    for happened in PATHS[state]:
        made.after(happened, FIRST if happened is CredentialEvent.REFUSED else None)
    assert made.state is state
    return made


@pytest.mark.parametrize(("state", "happened"), list(product(CredentialState, CredentialEvent)))
def test_what_follows(state: CredentialState, happened: CredentialEvent) -> None:
    expected = TABLE[state][list(CredentialEvent).index(happened)]

    assert standing(state).after(happened).name == expected


def test_the_error_is_that_of_the_newest_refusal() -> None:
    """It is kept until the waits have been told of it, or an answer proves the key good."""
    replaced, second = standing(CredentialState.REPLACED), AuthError("second")
    assert replaced.error == FIRST
    replaced.after(CredentialEvent.REFUSED, second)
    assert replaced.error == second
    replaced.after(CredentialEvent.TOLD)
    assert replaced.error is None

    doubted = standing(CredentialState.DOUBTED)
    doubted.after(CredentialEvent.ANSWERED)
    assert doubted.error is None
