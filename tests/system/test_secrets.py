# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that no secret is written anywhere by a real Airflow that logs all it can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from ..leaks import Secrets
from .loud import SECRETS, Written
from .secret_dags.system_secrets import FAILED, OPEN, REFUSED, TOLD


def test_the_waits(written: Written, figure: Callable[[str], None]) -> None:
    """Broken answers only delay; who is refused fails."""
    figure(f"waits by temporary credentials, {len(written.states)} tasks: {written.seconds:.0f} s")

    assert written.states == dict.fromkeys([*OPEN, *TOLD], "success") | dict.fromkeys([*REFUSED, *FAILED], "failed")


def test_there_is_much_to_be_found(written: Written) -> None:
    """Every sort of secret was sent, and waits have renewed theirs, which live shorter than there is between looks."""
    sorts = Counter(name.partition(" ")[0] for name in written.world.heard)

    assert sorts.keys() == {
        "signature",
        "Signature",
        "SecurityToken",
        "OIDCToken",
        "x-auth-token",
        "x-security-token",
        "x-acs-security-token",
        "x-aliyun-ecs-metadata-token",
        "x-metadata-token",
    }
    assert sorts["SecurityToken"] >= 3  # of one wait that is refused at once, and one that looks twice in the triggerer
    assert len(written.world.handed_out()) > 40


@pytest.mark.parametrize(
    "place",
    [
        "table task_instance",
        "table rendered_task_instance_fields",
        "table xcom",
        "table log",
        "trigger (decrypted)",
        "the emulator's requests",
        "logs/triggerer.log",
        "logs/scheduler.log",
        "logs/api-server.log",
        "task_id=tells_of_a_role/attempt=1.log",
    ],
)
def test_everywhere_is_searched(written: Written, place: str) -> None:
    """What is no secret is found there: the tasks' names."""
    names = Secrets({"one": "instance_role_in_the_triggerer", "other": "role_deferred", "third": "tells_of_a_role"})
    places = {where for where, text in written.texts.items() if names.leaks(where, text)}

    assert place in places or f"table {place}" in places


def test_the_answers_that_show_what_was_sent(written: Written) -> None:
    """Were shown, without what is secret in them."""
    told = "\n".join(text for where, text in written.texts.items() if "task_id=" in where)

    assert "Specified signature does not match our calculation" in told
    assert "verify aksk signature fail, CanonicalRequest" in told
    assert "***" in told


def test_no_secret_is_written(written: Written) -> None:
    """In any form, by anybody, wherever: rows of all tables, files, outputs, the emulator's own record."""
    assert len(SECRETS) == 9
    assert written.leaks() == set()
