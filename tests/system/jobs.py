# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Jobs in the emulator: which task waits for which, when it ends and how."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..kinds import FACTS
from .dags.system_waits import AUTH_METHODS, KINDS, ids, task_id

Control = Callable[..., Any]
Key = tuple[str, str]
"""Run and task."""

# The words for: it runs, it has succeeded, it has failed.
_WORDS = {name: (facts.running, facts.done, facts.failed) for name, facts in FACTS.items()}


@dataclass(frozen=True, slots=True)
class Planned:
    """One wait and its job.

    :param ends: seconds from the signal; ``None`` if it goes on.
    """

    run: str
    kind: str
    way: str
    fails: bool
    ends: float | None

    @property
    def key(self) -> Key:
        return (self.run, task_id(self.kind, self.way))

    @property
    def ids(self) -> dict[str, str]:
        return ids(self.kind, self.run, self.way)


def plan(runs: Iterable[str], first: float, last: float, ending: float = 1.0) -> list[Planned]:
    """The waits of these runs: ends spread evenly over all kinds and ways, about one in six a failure.

    :param first: when the first job ends, in seconds from the signal.
    :param last: when the last one does.
    :param ending: share of the jobs that end at all.
    """
    waits = [(run, kind, way) for run in runs for way in AUTH_METHODS for kind in KINDS]
    count = len(waits)
    found = []
    for number, (run, kind, way) in enumerate(waits):
        place = number * 61 % count / count  # 61 has no divisor in common with the numbers that are used here
        ends = first + (last - first) * place / ending if place < ending else None
        found.append(Planned(run, kind, way, number % 40 >= 33, ends))
    return found


class Jobs:
    """Posts them.

    :param control: of an emulator.
    """

    def __init__(self, control: Control, planned: Iterable[Planned]) -> None:
        self.planned = {wait.key: wait for wait in planned}
        self._control = control
        self._begun = time.monotonic()

    def run_on(self) -> None:
        """All of them run, and no end is in sight."""
        for wait in self.planned.values():
            post(self._control, wait.kind, wait.ids, [[_WORDS[wait.kind][0], 0]])

    def signal(self) -> None:
        """From now on they end as planned."""
        age = time.monotonic() - self._begun
        for wait in self.planned.values():
            if wait.ends is not None:
                runs, succeeded, failed = _WORDS[wait.kind]
                end = [failed if wait.fails else succeeded, age + wait.ends]
                post(self._control, wait.kind, wait.ids, [[runs, 0], end], age)

    def found(self) -> dict[Key, dict[str, Any]]:
        """As the emulator has them, by the task that waits for each."""
        by_ids = {(wait.kind, tuple(sorted(wait.ids.items()))): key for key, wait in self.planned.items()}
        jobs = self._control("jobs")["jobs"]
        named = ((by_ids.get((job["kind"], tuple(sorted(job["ids"].items())))), job) for job in jobs)
        return {key: job for key, job in named if key is not None}


def post(control: Control, kind: str, ids: dict[str, str], script: list[list[Any]], age: float = 0.0) -> None:
    """A job, in the place of one with the same ids."""
    control("jobs", {"kind": kind, "ids": ids, "script": script, "age": age})


def ended(job: dict[str, Any]) -> datetime | None:
    """When, by the emulator's clock."""
    return datetime.fromisoformat(job["finished"]) if job["finished"] else None
