# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that a record that cannot be encoded harms no wait, not even its own."""

from __future__ import annotations

from .dags.system_poisoned import POISONED, WAITS
from .poisoned import Poisoned


def test_all_succeed(poisoned: Poisoned) -> None:
    """At the first try."""
    assert {name: (task.state, task.tries) for name, task in poisoned.tasks.items()} == dict.fromkeys(
        WAITS, ("success", 1)
    )


def test_the_triggerer_lives(poisoned: Poisoned) -> None:
    """The same process, which has said nothing of it."""
    assert poisoned.alive
    assert "Trigger runner process has died" not in poisoned.triggerer.log
    assert poisoned.triggerer.noise() == []


def test_what_is_left_of_the_record(poisoned: Poisoned) -> None:
    """In PostgreSQL and back: unknown in named fields, text in ``raw``, and marked."""
    result = poisoned.returned[POISONED]
    (output,) = result["outputs"]
    assert (output["size_bytes"], output["duration_s"], output["width"]) == (None, None, None)
    assert result["progress"] is None
    assert output["uri"].startswith("obs://a\ufffdb/\ufffd/xxx")
    # By its long name, of which a field holds the head.
    assert result["raw"]["truncated"] is True
    assert result["raw"]["text"].startswith('{"_cut": true, ')
    assert '"progress": "18446744073709551616"' in result["raw"]["text"]
