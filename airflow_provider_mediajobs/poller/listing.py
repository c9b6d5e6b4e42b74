# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Which page of a vendor's long list to read. Pure.

A list has no ids to ask for: it must be known where a job is. New jobs push others down where the list is newest first,
and push nobody where it is oldest first; which of them it is shows in the pages. In any other order the list is read
page after page, and whatever a page happens to hold is taken along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ..core.job import JobRef
from ..core.kind import Page

PAGE_SIZE = 100

_VOTES = 3
_MEMORY = 0.1  # how much one page weighs in what is thought of the predictions


class Worth(NamedTuple):
    """What one job's answer is worth now, and where it is thought to be."""

    ref: JobRef
    delay: float
    place: float | None


class Listing:
    """What the pages of one list have told."""

    __slots__ = ("_places", "_reading", "_votes", "hits", "total")

    def __init__(self) -> None:
        self.total: int | None = None
        self.hits = 1.0
        self._votes = 0
        self._reading = 0
        self._places: dict[JobRef, tuple[float | None, int]] = {}

    @property
    def newest_first(self) -> bool | None:
        """The order; ``None`` while it is not known or there is none."""
        return None if abs(self._votes) < 1 else self._votes > 0

    def enter(self, ref: JobRef) -> None:
        """A job that is waited for from now on: most likely a new one."""
        if self.total is not None:
            self._places.setdefault(ref, (None, self.total))

    def leave(self, ref: JobRef) -> None:
        """It is not waited for any more."""
        self._places.pop(ref, None)

    def place(self, ref: JobRef) -> float | None:
        """Where it should be by now; ``None`` where nothing is known."""
        if ref not in self._places or self.newest_first is None or not self.total:
            return None
        seen, total = self._places[ref]
        pushed_down, kept = (seen or 0) + self.total - total, total if seen is None else seen
        # Within the list: a page that was read for its sake must show that it is not there.
        return max(0.0, min(float(pushed_down if self.newest_first else kept), self.total - 1))

    def best(self, jobs: Iterable[Worth]) -> tuple[int, float]:
        """Where to read, and what that is worth: the seconds of delay expected to end."""
        placed, unknown = [], 0.0
        for job in jobs:
            if job.place is None:
                unknown += job.delay
            else:
                placed.append((job.place, job.delay))
        offset, worth = _window(sorted(placed))
        chance = unknown * PAGE_SIZE / max(PAGE_SIZE, self.total or 0)
        if worth * self.hits <= chance:
            return self._next_unread(), chance
        return self._fitted(offset), worth * self.hits + chance

    def _fitted(self, first: float) -> int:
        """A little before the first of them: predictions are off either way."""
        return max(0, min(int(first) - 5, (self.total or 0) - PAGE_SIZE))

    def _next_unread(self) -> int:
        return self._reading if self._reading < (self.total or 0) else 0

    def read(self, offset: int, page: Page, expected: Collection[JobRef]) -> None:
        """A page came.

        :param expected: the jobs that were thought to be on it.
        """
        self.total = page.total
        self._reading = offset + page.rows if offset + page.rows < page.total else 0
        if page.newest_first is not None:
            self._votes = max(-_VOTES, min(_VOTES, self._votes + (1 if page.newest_first else -1)))
        elif page.rows > 2:
            self._votes -= (self._votes > 0) - (self._votes < 0)
        missed = [ref for ref in expected if ref not in page.places]
        if expected:
            self.hits = max(0.05, self.hits + _MEMORY * (1 - len(missed) / len(expected) - self.hits))
        for ref in missed:
            self._places.pop(ref, None)
        for ref, place in page.places.items():
            self._places[ref] = (float(place), page.total)


def _window(placed: list[tuple[float, float]]) -> tuple[float, float]:
    """The page that holds the most, and how much: two fingers along the sorted places."""
    best, best_first, held, tail = 0.0, 0.0, 0.0, 0
    for place, delay in placed:
        held += delay
        while place - placed[tail][0] > PAGE_SIZE - 10:
            held -= placed[tail][1]
            tail += 1
        if held > best:
            best, best_first = held, placed[tail][0]
    return best_first, best
