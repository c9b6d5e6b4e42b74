# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests rows of other releases in a real Airflow: every wait ends as it should, in its only try."""

from __future__ import annotations

from collections import Counter

import pytest

from .dags.system_upgrades import REWRITTEN
from .upgrades import STARTS, Upgrades

every_row = pytest.mark.parametrize("name", REWRITTEN)


@every_row
def test_it_ends_as_its_job(name: str, upgraded: Upgrades) -> None:
    """No trigger fails its task."""
    task = upgraded.tasks[name]
    assert (task.state, task.tries) == ("failed" if REWRITTEN[name].fails else "success", 1)
    if REWRITTEN[name].fails:
        assert upgraded.log(name).end()[0] == "MediaJobFailed"
    else:
        result = upgraded.returned[name]
        assert (result["ids"], result["state"]) == ({"job_id": f"upgrade-{name}"}, "succeeded")


@every_row
def test_who_has_begun_it_anew(name: str, upgraded: Upgrades) -> None:
    """A worker, where the triggerer did not understand the row; once, and it is told."""
    told = Counter(
        line
        for line in ("does not understand the arguments of the wait", "the wait is begun anew on a worker")
        for _ in range((upgraded.log(name).of_workers() + upgraded.log(name).of_triggerers()).count(line))
    )
    in_the_triggerer = name == "started" and STARTS  # its wait had not begun
    anew = REWRITTEN[name].anew and not in_the_triggerer

    assert set(told.values()) == ({1} if anew else set())


@every_row
def test_ids_run_and_deadline_are_unchanged(name: str, upgraded: Upgrades) -> None:
    """However little of the row was left; of one whose deadline only the row told, from the start of the try on."""
    if name == "started" and STARTS:
        assert upgraded.after[name]["ids"] == [{"job_id": "upgrade-started"}]
        return
    before, after = upgraded.before[name], upgraded.after[name]
    for key in ("ids", "many", "created_after", "deadline", "ends_at", "policy", "timeout", "conn_id"):
        if key in after:
            assert after[key] == before[key], key
    assert after.get("anew", 0) == (1 if REWRITTEN[name].anew else 0)


@every_row
def test_workers(name: str, upgraded: Upgrades) -> None:
    """One more start where the wait was begun anew; nothing goes round."""
    started = upgraded.log(name).worker_starts()
    finish = bool(REWRITTEN[name].given.get("finish_in_triggerer"))
    in_the_triggerer = name == "started" and STARTS

    assert started == 2 + REWRITTEN[name].anew - finish - in_the_triggerer
